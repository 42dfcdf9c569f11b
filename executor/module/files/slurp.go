package files

import (
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"syscall"

	"pylint-deploy/executor/module"
)

// slurp is ansible.builtin.slurp.
func slurp(_ context.Context, c *module.Call) (module.Result, error) {
	src := c.Path("src")
	data, err := c.Sys.ReadFile(src)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, module.Fail("file not found: " + src)
	case errors.Is(err, fs.ErrPermission):
		return nil, module.Fail("file is not readable: " + src)
	case errors.Is(err, syscall.EISDIR):
		return nil, module.Fail("source is a directory and must be a file: " + src)
	case err != nil:
		return nil, module.Fail("unable to slurp file: " + module.Errno(err))
	}
	return module.Result{"content": base64.StdEncoding.EncodeToString(data), "source": src, "encoding": "base64"}, nil
}
