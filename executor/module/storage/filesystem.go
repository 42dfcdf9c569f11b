package storage

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// disk is a device, or a plain file in the place of one, and what is to be on it.
type disk struct {
	*module.Call
	ctx  context.Context
	path string
	kind *fsKind
	name string // of the kind, as it was asked for
}

// runFilesystem is community.general.filesystem.
func runFilesystem(ctx context.Context, c *module.Call) (module.Result, error) {
	d := &disk{Call: c, ctx: ctx, path: c.Path("dev"), name: c.Args.Str("fstype")}
	absent := c.Args.Str("state") == "absent"
	if _, err := c.Sys.Stat(d.path); err != nil {
		msg := "Device " + d.path + " not found."
		if absent {
			return module.Result{"changed": false, "msg": msg}, nil
		}
		return nil, module.Fail(msg)
	}
	seen, err := d.read("blkid", "-c", "/dev/null", "-o", "value", "-s", "TYPE", d.path)
	if err != nil {
		return nil, err
	}
	have := strings.TrimSpace(seen.Out)
	if absent {
		if have == "" {
			return module.Result{"changed": false}, nil
		}
		_, err := program.Must(program.Change(ctx, c.Sys, "wipefs", "--all", d.path))
		return module.Result{"changed": true}, err
	}
	return d.present(have, seen)
}

func (d *disk) present(have string, seen program.Output) (module.Result, error) {
	if d.name == "lvm" {
		d.name = "LVM2_member"
	}
	d.kind = fsKinds[d.name]
	force, err := d.kind.forced(d)
	if err != nil {
		return nil, err
	}
	same := have != "" && fsKinds[have] == d.kind
	switch {
	case same && d.Args.Bool("resizefs"):
		return d.grow()
	case same && !d.Args.Bool("force"):
		return module.Result{"changed": false}, nil
	case have != "" && !d.Args.Bool("force"):
		return nil, module.Fail(fmt.Sprintf("'%s' is already used as %s, use force=true to overwrite", d.path, have), "rc", seen.RC, "err", seen.Err)
	}
	argv := append([]string{d.kind.mkfs}, force...)
	argv = append(append(argv, strings.Fields(d.Args.Str("opts"))...), d.path)
	_, err = program.Must(program.Change(d.ctx, d.Sys, argv...))
	return module.Result{"changed": true}, err
}

func (d *disk) read(argv ...string) (program.Output, error) {
	return program.Read(d.ctx, d.Sys, argv...)
}

// must is read for programs that must succeed; it gives what they say.
func (d *disk) must(argv ...string) (string, error) {
	out, err := program.Must(d.read(argv...))
	return out.Out, err
}

// size is how many bytes the device has.
func (d *disk) size() (int64, error) {
	info, err := d.Sys.Stat(d.path)
	switch {
	case err != nil:
		return 0, err
	case info.Mode.IsRegular():
		return info.Size, nil
	case info.Mode&fs.ModeDevice == 0 || info.Mode&fs.ModeCharDevice != 0:
		return 0, module.Fail("Target device not supported: " + d.path)
	}
	out, err := d.must("blockdev", "--getsize64", d.path)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(out), 10, 64)
}

// mountPoint is where the device is mounted first, "" where it is not.
func (d *disk) mountPoint() (string, error) {
	out, err := d.read("findmnt", "--mtab", "--noheadings", "--output", "TARGET", "--source", d.path)
	if err != nil || out.RC != 0 {
		return "", err
	}
	first, _, _ := strings.Cut(out.Out, "\n")
	return first, nil
}

// grow makes the file system as large as its device.
func (d *disk) grow() (module.Result, error) {
	k := d.kind
	if len(k.grow) == 0 {
		return nil, module.Fail("module does not support resizing " + d.name + " filesystem yet.")
	}
	room, err := d.size()
	if err != nil {
		return nil, err
	}
	used, err := k.size(d)
	if err != nil {
		return nil, err
	}
	switch {
	case used >= room:
		return module.Result{"changed": false, "msg": k.title + " filesystem is using the whole device " + d.path}, nil
	case d.Check:
		return module.Result{"changed": true, "msg": "resizing filesystem " + k.title + " on device " + d.path}, nil
	}
	target := d.path
	if k.mounted {
		if target, err = d.mountPoint(); err != nil {
			return nil, err
		}
		if target == "" {
			return nil, d.unmounted()
		}
	}
	out, err := program.Must(program.Change(d.ctx, d.Sys, append(k.grow, target)...))
	return module.Result{"changed": true, "msg": out.Out}, err
}

func (d *disk) unmounted() error {
	return module.Fail(d.path + " needs to be mounted for " + d.kind.title + " operations")
}
