package host

import (
	"context"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// mountTask is one call of the mount module.
type mountTask struct {
	*module.Call
	name, src, fstype, opts string
	fstab                   string
	text                    string // fstab as read
	entry                   fstabEntry
	result                  module.Result
}

// runMount is ansible.posix.mount.
func runMount(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	t := &mountTask{Call: c, name: c.Path("path"), src: c.Path("src"), fstype: a.Str("fstype"), opts: a.Str("opts"), fstab: a.Str("fstab")}
	t.prepare()
	state := a.Str("state")
	if state != "ephemeral" {
		var err error
		if t.text, err = text(c.Sys, t.fstab); err != nil {
			return nil, module.Fail("Failed to open " + t.fstab + " due to " + err.Error())
		}
	}
	changed, err := t.enforce(ctx, state)
	if err != nil {
		return nil, err
	}
	t.result["changed"] = changed
	return t.result, nil
}

// prepare settles defaults and the fields that are returned.
func (t *mountTask) prepare() {
	if t.fstab == "" {
		t.fstab = "/etc/fstab"
	}
	if t.opts == "" {
		t.opts = "defaults"
	}
	boot := "yes"
	if opts := strings.Split(t.opts, ","); slices.Contains(opts, "noauto") {
		t.Warn("Ignore the 'boot' due to 'opts' contains 'noauto'.")
	} else if t.Args.Has("boot") && !t.Args.Bool("boot") {
		boot = "no"
		if slices.Contains(opts, "defaults") {
			t.Warn("Ignore the 'boot' due to 'opts' contains 'defaults'.")
		} else {
			t.opts += ",noauto"
		}
	}
	dump, passno := t.Args.Text("dump"), t.Args.Text("passno")
	if dump == "" {
		dump = "0"
	}
	if passno == "" {
		passno = "0"
	}
	t.entry = fstabEntry{"name": escapeFstab(t.name), "opts": escapeFstab(t.opts), "dump": dump, "passno": passno, "fstype": escapeFstab(t.fstype)}
	t.result = module.Result{"name": t.name, "opts": t.opts, "dump": dump, "passno": passno, "fstab": t.fstab, "boot": boot, "backup_file": ""}
	if t.src != "" {
		t.entry["src"] = escapeFstab(t.src)
		t.result["src"] = t.src
	}
	if t.fstype != "" {
		t.result["fstype"] = t.fstype
	}
}

func (t *mountTask) enforce(ctx context.Context, state string) (bool, error) {
	switch state {
	case "present":
		return t.save(setFstab)
	case "absent_from_fstab":
		return t.save(unsetFstab)
	case "absent":
		return t.absent(ctx)
	case "unmounted":
		if !t.mounted("") {
			return false, nil
		}
		return true, t.unmount(ctx)
	case "remounted":
		if msg, err := t.remount(ctx, true); err != nil || msg != "" {
			return false, orFail(err, "Error remounting "+t.name+": "+msg)
		}
		return true, nil
	}
	return t.mount(ctx, state == "ephemeral")
}

func orFail(err error, msg string) error {
	if err != nil {
		return err
	}
	return module.Fail(msg)
}

// save writes fstab where an edit changes it.
func (t *mountTask) save(edit func(string, fstabEntry) (string, bool)) (bool, error) {
	after, changed := edit(t.text, t.entry)
	if !changed {
		return false, nil
	}
	if t.Args.Bool("backup") && !t.Check {
		backup, err := t.Backup(t.fstab)
		if err != nil {
			return false, err
		}
		t.result["backup_file"] = backup
	}
	return true, put(t.Sys, t.fstab, after)
}

// mountInfo lists what is mounted where: the last mount of a path counts.
func (t *mountTask) mountInfo() map[string]string {
	content, _ := text(t.Sys, "/proc/self/mountinfo")
	type record struct{ root, dst, src, parent string }
	byID := map[string]record{}
	var order []string
	for _, l := range strings.Split(content, "\n") {
		f := strings.Fields(l)
		if len(f) < 9 {
			continue
		}
		byID[f[0]] = record{f[3], f[4], f[len(f)-2], f[1]}
		order = append(order, f[0])
	}
	out := map[string]string{}
	for _, id := range order {
		m := byID[id]
		src := m.src
		if p, ok := byID[m.parent]; ok && m.parent != "1" {
			root := m.root
			if len(p.root) > 1 && strings.HasPrefix(root, p.root+"/") {
				root = root[len(p.root):]
			}
			if p.dst != "/" {
				root = p.dst + root
			}
			src = root
		}
		out[m.dst] = src
	}
	return out
}

// mounted tells whether the path is a mount point, or has src bound to it.
func (t *mountTask) mounted(src string) bool {
	st, err := t.Sys.Lstat(t.name)
	if err != nil {
		return false
	}
	if parent, err := t.Sys.Lstat(path.Dir(t.name)); err == nil && (st.Dev != parent.Dev || st.Ino == parent.Ino) {
		return true
	}
	have, ok := t.mountInfo()[t.name]
	return ok && (src == "" || have == src)
}

func (t *mountTask) absent(ctx context.Context) (bool, error) {
	changed, err := t.save(unsetFstab)
	if err != nil || !changed || t.Check {
		return changed, err
	}
	if t.mounted("") {
		if err := t.unmount(ctx); err != nil {
			return false, err
		}
	}
	if _, err := t.Sys.Lstat(t.name); err == nil {
		if err := t.Sys.Remove(t.name); err != nil {
			return false, module.Fail("Error rmdir " + t.name + ": " + module.Errno(err))
		}
	}
	return true, nil
}

func (t *mountTask) unmount(ctx context.Context) error {
	out, err := program.Change(ctx, t.Sys, "umount", t.name)
	if err == nil && out.RC != 0 {
		return module.Fail("Error unmounting " + t.name + ": " + out.Out + out.Err)
	}
	return err
}

// options are what mount needs beside the mount point.
func (t *mountTask) options() []string {
	if t.Args.Str("state") == "ephemeral" {
		argv := []string{"-t", t.fstype}
		if t.opts != "defaults" {
			argv = append(argv, "-o", t.opts)
		}
		return append(argv, t.src)
	}
	if t.fstab != "/etc/fstab" {
		return []string{"-T", t.fstab}
	}
	return nil
}

// doMount runs mount; msg is why it failed.
func (t *mountTask) doMount(ctx context.Context, first ...string) (msg string, err error) {
	argv := append(append(append([]string{"mount"}, first...), t.options()...), t.name)
	out, err := program.Change(ctx, t.Sys, argv...)
	if err == nil && out.RC != 0 {
		msg = out.Out + out.Err
	}
	return msg, err
}

// remount tries mount -o remount, and unmounts and mounts where that fails.
func (t *mountTask) remount(ctx context.Context, asked bool) (string, error) {
	opts := "remount"
	if asked && t.opts != "defaults" {
		opts += "," + t.opts
	}
	msg, err := t.doMount(ctx, "-o", opts)
	if err != nil || msg == "" {
		return "", err
	}
	if asked && t.opts != "defaults" {
		return "", module.Fail("Options were specified with remounted, but the remount command failed. Failing in order to prevent an unexpected mount result. " +
			"Try replacing this command with a \"state: unmounted\" followed by a \"state: mounted\" using the full desired mount options instead.")
	}
	if err := t.unmount(ctx); err != nil {
		return "", err
	}
	return t.doMount(ctx)
}

// mount brings states mounted and ephemeral about; a mount that fails leaves fstab and directories as they were.
func (t *mountTask) mount(ctx context.Context, ephemeral bool) (bool, error) {
	made, err := t.makePoint()
	if err != nil {
		return false, err
	}
	changed := false
	if !ephemeral {
		if changed, err = t.save(setFstab); err != nil {
			return false, err
		}
	}
	msg := ""
	switch on := t.mounted(t.src); {
	case on && ephemeral:
		if t.mountInfo()[t.name] != t.src {
			return false, module.Fail("Ephemeral mount point is already mounted with a different source than the specified one. Failing in order to prevent an unwanted " +
				"unmount or override operation. Try replacing this command with a \"state: unmounted\" followed by a \"state: ephemeral\", or use a different destination path.")
		}
		changed = true
		msg, err = t.remount(ctx, false)
	case on && changed:
		msg, err = t.remount(ctx, false)
	case !on:
		changed = true
		msg, err = t.doMount(ctx)
	}
	if err == nil && msg == "" {
		return changed, nil
	}
	if !ephemeral && !t.Check {
		_ = put(t.Sys, t.fstab, t.text)
	}
	for i := len(made) - 1; i >= 0; i-- {
		_ = t.Sys.Remove(made[i])
	}
	return false, orFail(err, "Error mounting "+t.name+": "+msg)
}

// makePoint makes the mount point and returns the directories that were missing.
func (t *mountTask) makePoint() ([]string, error) {
	var missing []string
	for p := t.name; p != "/" && p != "."; p = path.Dir(p) {
		if _, err := t.Sys.Stat(p); err == nil {
			break
		}
		missing = append([]string{p}, missing...)
	}
	for _, p := range missing {
		if err := t.Sys.Mkdir(p, 0o755); err != nil {
			return nil, module.Fail("Error making dir " + t.name + ": " + module.Errno(err))
		}
	}
	return missing, nil
}
