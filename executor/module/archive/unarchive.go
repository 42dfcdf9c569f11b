package archive

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"pylint-deploy/executor/module"
)

// Fetcher brings the content of a URL into a file of the target and returns its path. The base agent has none.
type Fetcher func(ctx context.Context, c *module.Call, url string) (string, error)

// Unarchive makes ansible.builtin.unarchive. fetch serves a src with "://"; without it such a src is refused.
//
// Tar archives are unpacked by GNU tar, as in Ansible; zip archives need no program.
//
// Known differences: check mode predicts for tar archives too; a file of other size or content is unpacked again
// even where its time is right; of a zip archive only the files that differ are written, each in one step; names that
// lead out of dest are refused.
func Unarchive(fetch Fetcher) module.Module {
	return module.Module{Name: "ansible.builtin.unarchive", Run: func(ctx context.Context, c *module.Call) (module.Result, error) {
		return (&unpacking{Call: c, fetch: fetch}).run(ctx)
	}}
}

// unpacking is one call.
type unpacking struct {
	*module.Call
	fetch     Fetcher
	src, dest string // src is a path of the target
	shown     string // src as results name it
	fa        module.FileArgs
}

// archive is one kind of archive.
type archive interface {
	// list names what is in the archive and is asked for; directories end in a slash.
	list(ctx context.Context) ([]string, error)
	// differs tells whether something is not unpacked yet, with an itemized diff where there is one.
	differs(ctx context.Context) (bool, string, error)
	// extract unpacks.
	extract(ctx context.Context) (module.Result, error)
	// handler is Ansible's name for the kind.
	handler() string
}

func (u *unpacking) run(ctx context.Context) (module.Result, error) {
	if p := u.Path("creates"); p != "" {
		if found, err := u.Glob("", p); err == nil && len(found) > 0 {
			return module.Result{"changed": false, "skipped": true, "msg": fmt.Sprintf("skipped, since %s exists", p)}, nil
		}
	}
	u.dest, u.shown = u.Path("dest"), u.Args.Str("src")
	cleanup, err := u.obtain(ctx)
	defer cleanup()
	if err != nil {
		return nil, err
	}
	if info, err := u.Sys.Stat(u.dest); err != nil || !info.Mode.IsDir() {
		return nil, module.Fail(fmt.Sprintf("Destination '%s' is not a directory", u.dest))
	}
	u.fa = u.FileArgs(u.dest)
	a, err := u.kind()
	if err != nil {
		return nil, err
	}
	names, err := a.list(ctx)
	if err != nil {
		return nil, err
	}
	res := module.Result{"handler": a.handler(), "dest": u.dest, "src": u.shown}
	changed, prepared, err := a.differs(ctx)
	if err != nil {
		return nil, err
	}
	if prepared != "" {
		res["diff"] = map[string]any{"prepared": prepared}
	}
	res["changed"] = changed
	if changed && !u.Sys.DryRun() {
		out, err := a.extract(ctx)
		if err != nil {
			return nil, err
		}
		res["extract_results"] = map[string]any(out)
	}
	if !u.Sys.DryRun() {
		owned, err := u.own(ctx, names)
		if err != nil {
			return nil, err
		}
		res["changed"] = changed || owned
	}
	if u.Args.Bool("list_files") {
		res["files"] = names
	}
	return res, nil
}

// obtain finds the archive on the target, or brings it there.
func (u *unpacking) obtain(ctx context.Context) (cleanup func(), err error) {
	cleanup = func() {}
	if !u.Args.Bool("remote_src") {
		dir, err := u.Sys.TempDir()
		if err != nil {
			return cleanup, err
		}
		u.src = path.Join(dir, "source")
		cleanup = func() { _ = u.Sys.RemoveAll(dir) }
		if err := u.WriteBlob("src", u.src, 0o600); err != nil {
			return cleanup, fmt.Errorf("archive from the controller: %w", err)
		}
	} else if strings.Contains(u.shown, "://") {
		if u.fetch == nil {
			return cleanup, module.Fail(fmt.Sprintf("src %s is a URL, which this part of the program cannot fetch", u.shown))
		}
		if u.src, err = u.fetch(ctx, u.Call, u.shown); err != nil {
			return cleanup, err
		}
		fetched := u.src
		cleanup = func() { _ = u.Sys.Remove(fetched) }
	} else {
		u.src = u.Path("src")
		u.shown = u.src
	}
	info, err := u.Sys.Stat(u.src)
	switch {
	case err != nil:
		err = module.Fail(fmt.Sprintf("Source '%s' does not exist", u.shown))
	case !u.Sys.Access(u.src, 4):
		err = module.Fail(fmt.Sprintf("Source '%s' not readable", u.shown))
	case info.Size == 0:
		err = module.Fail(fmt.Sprintf("Invalid archive '%s', the file is 0 bytes", u.shown))
	}
	return cleanup, err
}

// magics tell the kinds of archives by their first bytes. What Ansible's handler of plain tar archives detects by itself
// has its name.
var magics = []struct{ magic, handler, flag string }{
	{"\x1f\x8b", "TgzArchive", "-z"},
	{"BZh", "TarArchive", "-j"},
	{"\xfd7zXZ\x00", "TarArchive", "-J"},
	{"\x28\xb5\x2f\xfd", "TarArchive", "--use-compress-program=zstd"},
}

// kind looks at the archive.
func (u *unpacking) kind() (archive, error) {
	f, err := u.Sys.Open(u.src)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 8)
	n, err := io.ReadFull(f, head)
	if err != nil && n < 4 {
		return nil, u.unknown("it is too short")
	}
	head = head[:n]
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return &zipArchive{unpacking: u}, nil
	}
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return &tarArchive{unpacking: u, name: m.handler, flag: m.flag}, nil
		}
	}
	return &tarArchive{unpacking: u, name: "TarArchive"}, nil
}

func (u *unpacking) unknown(why string) error {
	return module.Fail(fmt.Sprintf(`Failed to find handler for "%s". Make sure the required command to extract the file is installed.`+"\n%s", u.shown, why))
}

// own brings everything that was in the archive, and the directories at its top, to the common file arguments.
func (u *unpacking) own(ctx context.Context, names []string) (bool, error) {
	changed := false
	tops := map[string]bool{}
	set := func(p string) error {
		fa := u.fa
		fa.Path = strings.TrimRight(p, "/")
		if _, err := u.Sys.Lstat(fa.Path); err != nil {
			return module.Fail("Unexpected error when accessing exploded file: " + module.Errno(err))
		}
		ch, err := u.SetAttrs(ctx, fa, nil)
		changed = changed || ch
		return err
	}
	if !u.fa.Any() {
		return false, nil
	}
	for _, name := range names {
		if err := set(path.Join(u.dest, name)); err != nil {
			return changed, err
		}
		if top, _, below := strings.Cut(name, "/"); below && top != "" && top != "." {
			tops[top] = true
		}
	}
	for top := range tops {
		if err := set(path.Join(u.dest, top)); err != nil {
			return changed, err
		}
	}
	return changed, nil
}
