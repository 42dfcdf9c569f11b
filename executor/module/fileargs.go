package module

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// FileArgs are the arguments that every module of files shares: whose a file is, who may use it, how it is labelled.
// Absent ones keep what is there.
type FileArgs struct {
	Path       string
	Mode       any // nil, a string (octal or symbolic) or a number
	Owner      string
	Group      string
	Attributes string    // chattr(1): flags, with "+" or "-" before them
	SELinux    [4]string // user, role, type, level
}

// FileArgs reads the common arguments for a path. Where the module follows links (argument follow), a link stands for
// what it leads to.
func (c *Call) FileArgs(path string) FileArgs {
	if c.Args.Bool("follow") {
		if info, err := c.Sys.Lstat(path); err == nil && info.Mode&fs.ModeSymlink != 0 {
			if real, err := c.Sys.Realpath(path); err == nil {
				path = real
			}
		}
	}
	fa := FileArgs{Path: path, Owner: c.Args.Text("owner"), Group: c.Args.Text("group"),
		Attributes: c.Args.Str("attributes"),
		SELinux:    [4]string{c.Args.Str("seuser"), c.Args.Str("serole"), c.Args.Str("setype"), c.Args.Str("selevel")}}
	if c.Args.Has("mode") {
		fa.Mode = c.Args["mode"]
	}
	return fa
}

// Any tells whether something is asked for at all.
func (f FileArgs) Any() bool {
	return f.Mode != nil || f.Owner != "" || f.Group != "" || f.Attributes != "" || f.SELinux != [4]string{}
}

// AttrPlan is what has to change so that a file is as its FileArgs say. It is made by reading only.
type AttrPlan struct {
	args     FileArgs
	uid, gid int    // -1 keeps
	perm     uint32 // the wanted bits, whether they change or not
	chmod    bool
	link     bool
	context  []string // nil keeps
	flags    *uint32  // nil keeps
}

// Changed tells whether anything differs.
func (p AttrPlan) Changed() bool {
	return p.uid != -1 || p.gid != -1 || p.chmod || p.context != nil || p.flags != nil
}

// PlanAttrs compares a file with what is asked for. cur is its present status: by Lstat, or NewFileInfo for a file that
// the module is about to make. Differences are noted in diff, which may be nil.
func (c *Call) PlanAttrs(fa FileArgs, cur Info, diff *StateDiff) (AttrPlan, error) {
	plan := AttrPlan{args: fa, uid: -1, gid: -1, perm: cur.Perm, link: cur.Mode&fs.ModeSymlink != 0}
	if err := c.planContext(&plan, cur, diff); err != nil {
		return plan, err
	}
	if fa.Owner != "" {
		uid, err := c.UID(fa.Path, fa.Owner)
		if err != nil {
			return plan, err
		}
		if uid != cur.UID {
			plan.uid = uid
			diff.Set("owner", cur.UID, uid)
		}
	}
	if fa.Group != "" {
		gid, err := c.GID(fa.Path, fa.Group)
		if err != nil {
			return plan, err
		}
		if gid != cur.GID {
			plan.gid = gid
			diff.Set("group", cur.GID, gid)
		}
	}
	if fa.Mode != nil {
		perm, err := ParseMode(fa.Mode, cur.Perm, cur.Mode.IsDir(), c.Sys.Self().Umask)
		if err != nil {
			return plan, withPath(err, fa.Path)
		}
		plan.perm = perm
		if perm != cur.Perm {
			// Linux has no modes on links: asked for again and again, they never change.
			plan.chmod = !plan.link || c.Sys.DryRun()
			diff.Set("mode", ModeText(cur.Perm), ModeText(perm))
		}
	}
	return plan, c.planFlags(&plan, diff)
}

func withPath(err error, path string) error {
	var f *Failure
	if errors.As(err, &f) {
		f.Result["path"] = path
	}
	return err
}

func (c *Call) planContext(plan *AttrPlan, cur Info, diff *StateDiff) error {
	if plan.args.SELinux == [4]string{} {
		return nil
	}
	se := newSELinux(c.Sys)
	if !se.enabled || cur.Ino == 0 { // a file that is not there yet is labelled by the policy, then compared
		return nil
	}
	have, err := se.context(plan.args.Path)
	if err != nil {
		return err
	}
	want := se.wanted(plan.args.Path, plan.args.SELinux, have)
	if !slices.Equal(have, want) {
		plan.context = want
		diff.Set("secontext", have, want)
	}
	return nil
}

// planFlags compares the chattr flags of a file.
func (c *Call) planFlags(plan *AttrPlan, diff *StateDiff) error {
	asked := plan.args.Attributes
	if asked == "" {
		return nil
	}
	op, letters := "=", asked
	if asked[0] == '+' || asked[0] == '-' || asked[0] == '=' {
		op, letters = asked[:1], asked[1:]
	}
	bits, err := parseFlags(letters)
	if err != nil {
		return Fail("chattr failed", "path", plan.args.Path, "details", err.Error())
	}
	have, _, err := c.Sys.Flags(plan.args.Path)
	if err != nil {
		have = 0
	}
	want := have | bits
	switch op {
	case "-":
		want = have &^ bits
	case "=":
		want = have&^settableFlags | bits
	}
	if want == have {
		return nil
	}
	plan.flags = &want
	diff.Set("attributes", FlagLetters(have), op+letters)
	return nil
}

// ApplyAttrs carries a plan out.
func (c *Call) ApplyAttrs(ctx context.Context, plan AttrPlan) error {
	path := plan.args.Path
	if plan.context != nil {
		if err := c.Sys.Setxattr(path, selinuxXattr, []byte(strings.Join(plan.context, ":")+"\x00")); err != nil {
			return Fail(fmt.Sprintf("invalid selinux context: %v", err), "path", path, "new_context", plan.context)
		}
	}
	if plan.uid != -1 {
		if err := c.Sys.Lchown(path, plan.uid, -1); err != nil {
			return Fail(fmt.Sprintf("chown failed: %s", Errno(err)), "path", path)
		}
	}
	if plan.gid != -1 {
		if err := c.Sys.Lchown(path, -1, plan.gid); err != nil {
			return Fail("chgrp failed", "path", path, "details", Errno(err))
		}
	}
	if rechmod := plan.args.Mode != nil && (plan.uid != -1 || plan.gid != -1); (plan.chmod || rechmod) && !plan.link {
		if err := c.Sys.Chmod(path, FileMode(plan.perm)); err != nil { // chown has cleared setuid bits
			return Fail("chmod failed", "path", path, "details", Errno(err))
		}
	}
	if plan.flags == nil {
		return nil
	}
	if err := c.Sys.SetFlags(path, *plan.flags); err != nil {
		return Fail("chattr failed", "path", path, "details", "Error while setting attributes: "+Errno(err))
	}
	return nil
}

// SetAttrs brings a file that exists to its common arguments. In check mode a file that does not exist counts as
// changed where something is asked for, as in Ansible.
func (c *Call) SetAttrs(ctx context.Context, fa FileArgs, diff *StateDiff) (bool, error) {
	if !fa.Any() {
		return false, nil
	}
	if c.Sys.DryRun() {
		if _, err := c.Sys.Stat(fa.Path); err != nil {
			return true, nil
		}
	}
	cur, err := c.Sys.Lstat(fa.Path)
	if err != nil {
		return false, err
	}
	plan, err := c.PlanAttrs(fa, cur, diff)
	if err != nil || !plan.Changed() {
		return false, err
	}
	return true, c.ApplyAttrs(ctx, plan)
}

// NewFileInfo is the status a plain file has when it is made without further words.
func (c *Call) NewFileInfo(path string) Info {
	self := c.Sys.Self()
	return Info{Path: path, Perm: uint32(0o666 &^ self.Umask), Mode: 0o666 &^ self.Umask, UID: self.UID, GID: self.GID}
}

// UID resolves an owner argument: a number or a name.
func (c *Call) UID(path, owner string) (int, error) {
	if n, err := strconv.Atoi(strings.TrimSpace(owner)); err == nil {
		return n, nil
	}
	if a, ok := c.LookupUser(owner); ok {
		return a.UID, nil
	}
	return 0, Fail("chown failed: failed to look up user "+owner, "path", path)
}

// GID resolves a group argument: a number or a name.
func (c *Call) GID(path, group string) (int, error) {
	if n, err := strconv.Atoi(strings.TrimSpace(group)); err == nil {
		return n, nil
	}
	if g, ok := c.LookupGroup(group); ok {
		return g.GID, nil
	}
	return 0, Fail("chgrp failed: failed to look up group "+group, "path", path)
}

// Errno words a system error as Python's OSError does: "[Errno 13] Permission denied: '/x'".
func Errno(err error) string { return pythonError(err) }
