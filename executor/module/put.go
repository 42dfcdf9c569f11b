package module

import (
	"context"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// Put is a file to be written: new content under the common file arguments.
type Put struct {
	Args    FileArgs
	Content io.Reader
	// Backup keeps the present file beside the new one.
	Backup bool
	// Validate checks the complete temporary file; see Call.Validator.
	Validate func(tmp string) error
	Unsafe   bool
	// Diff collects differences of owner, mode and so on; may be nil.
	Diff *StateDiff
}

// UnsafeWrites tells whether a file may be written in place where it cannot be replaced: by the argument, or
// without one by ANSIBLE_UNSAFE_WRITES in their environment.
func (c *Call) UnsafeWrites() bool {
	if c.Args.Has("unsafe_writes") {
		return c.Args.Bool("unsafe_writes")
	}
	switch strings.ToLower(c.Sys.Getenv("ANSIBLE_UNSAFE_WRITES")) {
	case "1", "true", "yes", "on", "y", "t":
		return true
	}
	return false
}

// Placed tells what PutFile did beside writing the content.
type Placed struct {
	// Backup is the path of the backup, "" where none was made.
	Backup string
	// Attrs tells that owner, mode, label or flags were not as asked for.
	Attrs bool
}

// PutFile writes a file whose content differs, in one step with its owner, mode and label, and reports as if these
// were set one after the other, which is what Ansible does.
func (c *Call) PutFile(ctx context.Context, put Put) (Placed, error) {
	fa := put.Args
	cur, err := c.Sys.Stat(fa.Path)
	creating := err != nil
	if creating {
		cur = c.NewFileInfo(fa.Path)
	}
	if creating && c.Sys.DryRun() {
		return Placed{Attrs: fa.Any()}, nil
	}
	plan, err := c.PlanAttrs(fa, cur, put.Diff)
	if err != nil {
		return Placed{}, err
	}
	placed := Placed{Attrs: plan.Changed()}
	if c.Sys.DryRun() {
		return placed, nil
	}
	if put.Backup && !creating {
		if placed.Backup, err = c.Backup(fa.Path); err != nil {
			return placed, err
		}
	}
	spec := WriteSpec{Validate: put.Validate, Unsafe: put.Unsafe}
	if fa.Mode != nil {
		mode := FileMode(plan.perm)
		spec.Mode = &mode
	}
	if plan.uid != -1 {
		spec.UID = &plan.uid
	}
	if plan.gid != -1 {
		spec.GID = &plan.gid
	}
	if se := newSELinux(c.Sys); se.enabled && creating {
		spec.Label = strings.Join(se.policy(fa.Path), ":")
	}
	if err := c.Sys.Write(fa.Path, put.Content, spec); err != nil {
		return placed, err
	}
	late := FileArgs{Path: fa.Path, SELinux: fa.SELinux, Attributes: fa.Attributes}
	labelled, err := c.SetAttrs(ctx, late, nil)
	placed.Attrs = placed.Attrs || labelled
	return placed, err
}

// Owners are the ids of the owner and group that are asked for; nil keeps.
func (c *Call) Owners(fa FileArgs) (uid, gid *int, err error) {
	if fa.Owner != "" {
		id, err := c.UID(fa.Path, fa.Owner)
		if err != nil {
			return nil, nil, err
		}
		uid = &id
	}
	if fa.Group != "" {
		id, err := c.GID(fa.Path, fa.Group)
		if err != nil {
			return nil, nil, err
		}
		gid = &id
	}
	return uid, gid, nil
}

// Backup copies a file beside itself with its owner, mode, attributes and times, and returns the copy's path.
func (c *Call) Backup(file string) (string, error) {
	info, err := c.Sys.Stat(file)
	if err != nil || c.Sys.DryRun() {
		return "", nil
	}
	to := fmt.Sprintf("%s.%d.%s~", file, c.Sys.Self().PID, time.Now().Format("2006-01-02@15:04:05"))
	f, err := c.Sys.Open(file)
	if err != nil {
		return "", Fail(fmt.Sprintf("Could not make backup of %s to %s: %s", file, to, Errno(err)))
	}
	defer f.Close()
	if err := c.Sys.Write(to, f, WriteSpec{Like: file, Mtime: info.Mtime}); err != nil {
		return "", Fail(fmt.Sprintf("Could not make backup of %s to %s: %s", file, to, Errno(err)))
	}
	return to, nil
}

// MkdirAll makes the missing directories of a path, with default mode.
func (c *Call) MkdirAll(dir string) error {
	if info, err := c.Sys.Stat(dir); err == nil && info.Mode.IsDir() {
		return nil
	}
	if parent := path.Dir(dir); parent != dir {
		if err := c.MkdirAll(parent); err != nil {
			return err
		}
	}
	return c.Sys.Mkdir(dir, 0o777)
}

// Validator makes the check of a validate argument: the command runs without a shell on the temporary file, for which
// "%s" stands. fail words a command that says no. An empty argument checks nothing.
func (c *Call) Validator(ctx context.Context, command string, fail func(Output) error) (func(tmp string) error, error) {
	if command == "" {
		return nil, nil
	}
	if !strings.Contains(command, "%s") {
		return nil, Fail("validate must contain %s: " + command)
	}
	return func(tmp string) error {
		words, err := SplitWords(strings.NewReplacer("%%", "%", "%s", tmp).Replace(command))
		if err != nil {
			return Fail(fmt.Sprintf("validate command %q: %v", command, err))
		}
		for i, w := range words {
			words[i] = c.ExpandPath(w)
		}
		out, err := c.Sys.Run(ctx, Cmd{Argv: words})
		if err != nil {
			return Fail(Errno(err), "cmd", strings.Join(words, " "), "rc", 2)
		}
		if out.RC != 0 {
			return fail(out)
		}
		return nil
	}, nil
}

// EditRefused words a validate command that said no as the modules that edit files do.
func EditRefused(out Output) error {
	return Fail(fmt.Sprintf("failed to validate: rc:%d error:%s", out.RC, out.Stderr))
}
