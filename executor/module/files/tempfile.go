package files

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"path"
	"strings"

	"pylint-deploy/executor/module"
)

// tempfile is ansible.builtin.tempfile. Names end in eight letters, as Python's do.
func tempfile(_ context.Context, c *module.Call) (module.Result, error) {
	dir := c.Path("path")
	if dir == "" {
		if dir = c.Sys.Getenv("TMPDIR"); dir == "" {
			dir = "/tmp"
		}
	}
	for {
		p := path.Join(dir, c.Args.Str("prefix")+randomName()+c.Args.Str("suffix"))
		if _, err := c.Sys.Lstat(p); err == nil {
			continue
		}
		var err error
		if c.Args.Str("state") == directory {
			err = c.Sys.Mkdir(p, 0o700)
		} else {
			mode := fs.FileMode(0o600)
			err = c.Sys.Write(p, strings.NewReader(""), module.WriteSpec{Mode: &mode})
		}
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if path := (*fs.PathError)(nil); errors.As(err, &path) { // not of the scratch file that the name was to be given to
			err = &fs.PathError{Op: path.Op, Path: p, Err: path.Err}
		}
		if err != nil {
			return nil, module.Fail(module.Errno(err))
		}
		return module.Result{"changed": true, "path": p}, nil
	}
}

func randomName() string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789_"
	var b [8]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return string(b[:])
}
