package keys

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"pylint-deploy/executor/module"
)

// place is the file that a call is about.
type place struct {
	*module.Call
	ctx     context.Context
	path    string
	mode    any // of the file where the call names none
	changed bool
	backup  string
}

func newPlace(ctx context.Context, c *module.Call) *place {
	return &place{Call: c, ctx: ctx, path: c.Path("path")}
}

// checkDirectory refuses a path whose directory is not there. The message is the module's, with %s for the directory.
func (p *place) checkDirectory(format string) error {
	dir := path.Dir(p.path)
	if info, err := p.Sys.Stat(dir); err != nil || !info.Mode.IsDir() {
		return module.Fail(fmt.Sprintf(format, dir), "name", dir)
	}
	return nil
}

func (p *place) exists() bool { return exists(p.Sys, p.path) }

// read reads the file; nil where there is none.
func (p *place) read() ([]byte, error) {
	data, err := p.Sys.ReadFile(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, module.Fail(fmt.Sprintf("Error while loading %s - %s", p.path, module.Errno(err)))
	}
	if data == nil {
		data = []byte{}
	}
	return data, nil
}

func (p *place) fileArgs() module.FileArgs {
	fa := p.FileArgs(p.path)
	if fa.Mode == nil {
		fa.Mode = p.mode
	}
	return fa
}

// write puts new content in place, with its owner and mode.
func (p *place) write(content []byte) error {
	p.changed = true
	if p.Check {
		return nil
	}
	placed, err := p.PutFile(p.ctx, module.Put{Args: p.fileArgs(), Content: bytes.NewReader(content), Backup: p.Args.Bool("backup"), Unsafe: p.UnsafeWrites()})
	p.backup = placed.Backup
	if err != nil {
		var f *module.Failure
		if !errors.As(err, &f) {
			err = module.Fail("Error while writing result: " + module.Errno(err))
		}
	}
	return err
}

// settle brings owner and mode of the file to what is asked for.
func (p *place) settle() error {
	if p.Check && !p.exists() {
		p.changed = true
		return nil
	}
	differs, err := p.SetAttrs(p.ctx, p.fileArgs(), nil)
	p.changed = p.changed || differs
	return err
}

// attributesFit tells whether owner and mode are as asked for, changing nothing.
func (p *place) attributesFit() (bool, error) {
	cur, err := p.Sys.Lstat(p.path)
	if err != nil {
		return false, err
	}
	plan, err := p.PlanAttrs(p.fileArgs(), cur, nil)
	return !plan.Changed(), err
}

// remove takes the file away.
func (p *place) remove() error {
	if _, err := p.Sys.Lstat(p.path); err != nil {
		return nil
	}
	p.changed = true
	if p.Args.Bool("backup") {
		var err error
		if p.backup, err = p.Backup(p.path); err != nil {
			return err
		}
	}
	if err := p.Sys.Remove(p.path); err != nil {
		return module.Fail(module.Errno(err))
	}
	return nil
}

// result adds to a result what every module of files says.
func (p *place) result(res module.Result) module.Result {
	res["filename"], res["changed"] = p.path, p.changed
	if p.backup != "" {
		res["backup_file"] = p.backup
	}
	return res
}

// textOrNone is content as text; None where there is none.
func textOrNone(content []byte) any {
	if len(content) == 0 {
		return nil
	}
	return string(content)
}

// stringOrNone is an argument, None where it was not given.
func stringOrNone(c *module.Call, name string) any {
	if !c.Args.Has(name) {
		return nil
	}
	return c.ExpandPath(c.Args.Str(name))
}

// listOrNone is a list argument, None where it was not given.
func listOrNone(c *module.Call, name string) any {
	if !c.Args.Has(name) {
		return nil
	}
	return c.Args.List(name)
}
