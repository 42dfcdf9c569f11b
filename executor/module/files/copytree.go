package files

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"path"
	"strings"

	"pylint-deploy/executor/module"
)

// directory copies a tree of the target (remote_src). A source with a trailing slash gives its content, one without
// itself.
//
// Known differences: every subdirectory is compared, where Ansible stops at the first that changed; links are copied as
// links unless local_follow asks for what they lead to, where Ansible loses some.
func (t *copyTask) directory(ctx context.Context, src string) (module.Result, error) {
	dest := t.dest
	present := false
	if info, err := t.Sys.Stat(dest); err == nil {
		if present = true; !info.Mode.IsDir() {
			return nil, module.Fail("cannot copy a directory over the file "+dest, "dest", dest, "src", src)
		}
	}
	if !strings.HasSuffix(src, "/") {
		dest = path.Join(dest, path.Base(src))
	}
	dest = strings.TrimRight(dest, "/")
	tree := copyTree{copyTask: t, ctx: ctx}
	if !present || !strings.HasSuffix(src, "/") {
		tree.top = dest
	}
	if !present && t.Sys.DryRun() {
		tree.changed = true
	} else if err := t.MkdirAll(path.Dir(dest)); err != nil {
		return nil, err
	} else if err := tree.dir(strings.TrimRight(src, "/"), dest); err != nil {
		return nil, err
	}
	shown := t.dest
	if present {
		shown = dest
		if strings.HasSuffix(src, "/") {
			shown += "/" // as Ansible returns it
		}
	}
	changed, err := t.SetAttrs(ctx, t.FileArgs(shown), nil)
	return module.Result{"dest": shown, "src": src, "changed": tree.changed || changed, "checksum": nil, "md5sum": nil}, err
}

// copyTree is a recursive copy under way.
type copyTree struct {
	*copyTask
	ctx     context.Context
	changed bool
	top     string // the directory that the task's mode is for
}

// dir brings one directory and all below it to those of the source.
func (t *copyTree) dir(src, dest string) error {
	if err := t.ctx.Err(); err != nil {
		return err
	}
	from, err := t.Sys.Stat(src)
	if err != nil {
		return err
	}
	if !exists(t.Call, dest) {
		t.changed = true
		perm := from.Perm
		if dest == t.top && t.Args.Has("mode") {
			if perm, err = module.ParseMode(t.Args["mode"], perm, true, t.Sys.Self().Umask); err != nil {
				return err
			}
		}
		if err := t.Sys.Mkdir(dest, module.FileMode(perm)); err != nil {
			return err
		}
		if err := t.Sys.Chmod(dest, module.FileMode(perm)); err != nil {
			return err
		}
	}
	entries, err := t.Sys.ReadDir(src)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := t.entry(e, path.Join(dest, e.Name)); err != nil {
			return err
		}
	}
	return t.own(dest)
}

func (t *copyTree) entry(e module.Info, dest string) error {
	if e.Mode&fs.ModeSymlink != 0 {
		if !t.Args.Bool("local_follow") {
			return t.link(e, dest)
		}
		followed, err := t.Sys.Stat(e.Path)
		if err != nil {
			return module.Fail("copying "+e.Path+": "+module.Errno(err), "src", e.Path)
		}
		e.Mode, e.Perm, e.Size, e.Mtime = followed.Mode, followed.Perm, followed.Size, followed.Mtime
	}
	switch {
	case e.Mode.IsDir():
		return t.dir(e.Path, dest)
	case e.Mode.IsRegular():
		return t.file(e, dest)
	}
	return nil // devices, pipes and sockets are not copied
}

func (t *copyTree) link(e module.Info, dest string) error {
	if old, err := t.Sys.Readlink(dest); err == nil && old == e.Link {
		return t.own(dest)
	}
	t.changed = true
	if exists(t.Call, dest) || stateOf(t.Call, dest) == link {
		if err := t.Sys.Remove(dest); err != nil {
			return err
		}
	}
	if err := t.Sys.Symlink(e.Link, dest); err != nil {
		return err
	}
	return t.own(dest)
}

func (t *copyTree) file(e module.Info, dest string) error {
	if old, err := t.Sys.Stat(dest); err == nil && old.Mode.IsRegular() && old.Size == e.Size {
		same, err := t.equal(e.Path, dest)
		if err != nil {
			return err
		}
		if same {
			return t.own(dest)
		}
	}
	t.changed = true
	f, err := t.Sys.Open(e.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	mode := module.FileMode(e.Perm)
	spec := module.WriteSpec{Mode: &mode, Mtime: e.Mtime}
	if spec.UID, spec.GID, err = t.Owners(t.FileArgs(dest)); err != nil {
		return err
	}
	return t.Sys.Write(dest, f, spec)
}

// equal compares the content of two files of the same size.
func (t *copyTree) equal(a, b string) (bool, error) {
	fa, err := t.Sys.Open(a)
	if err != nil {
		return false, err
	}
	defer fa.Close()
	fb, err := t.Sys.Open(b)
	if err != nil {
		return false, err
	}
	defer fb.Close()
	bufA, bufB := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		na, errA := io.ReadFull(fa, bufA)
		nb, _ := io.ReadFull(fb, bufB)
		if !bytes.Equal(bufA[:na], bufB[:nb]) {
			return false, nil
		}
		if errA != nil { // the end
			return true, nil
		}
	}
}

// own gives a path to the owner and group of the task; modes are the source's.
func (t *copyTree) own(p string) error {
	fa := t.FileArgs(p)
	fa = module.FileArgs{Path: p, Owner: fa.Owner, Group: fa.Group}
	if t.Sys.DryRun() && !exists(t.Call, p) {
		return nil
	}
	changed, err := t.SetAttrs(t.ctx, fa, nil)
	t.changed = t.changed || changed
	return err
}
