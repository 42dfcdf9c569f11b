package accounts

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// makeParents makes the directories above a home.
func (t *userTask) makeParents(dir string) error {
	if _, err := t.Sys.Stat(dir); err == nil {
		return nil
	}
	if err := t.makeParents(path.Dir(dir)); err != nil {
		return err
	}
	if err := t.Sys.Mkdir(dir, 0o755); err != nil {
		return module.Fail(err.Error(), "name", t.name)
	}
	return nil
}

// makeHome makes a missing home from the skeleton, with the mode that login.defs asks for. It belongs to the user
// from the start: nobody else can come between.
func (t *userTask) makeHome(home string, u module.Account) error {
	if t.Sys.DryRun() {
		return nil
	}
	if err := t.makeParents(path.Dir(home)); err != nil {
		return err
	}
	mode := fs.FileMode(0o755)
	if um, ok := loginUmask(t.Sys); ok {
		mode = 0o777 &^ um
	}
	skel := t.Args.Str("skeleton")
	if skel == "" {
		skel = "/etc/skel"
	}
	if err := t.Sys.Mkdir(home, 0o700); err != nil {
		return module.Fail(err.Error(), "name", t.name)
	}
	if err := t.copyTree(skel, home, u); err != nil {
		return module.Fail(err.Error(), "name", t.name)
	}
	if err := t.Sys.Lchown(home, u.UID, u.GID); err != nil {
		return err
	}
	return t.Sys.Chmod(home, mode)
}

// copyTree copies a skeleton; a missing one is empty.
func (t *userTask) copyTree(from, to string, u module.Account) error {
	entries, err := t.Sys.ReadDir(from)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		src, dst := path.Join(from, e.Name), path.Join(to, e.Name)
		mode := module.FileMode(e.Perm)
		switch {
		case e.Mode&fs.ModeSymlink != 0:
			if err = t.Sys.Symlink(e.Link, dst); err == nil {
				err = t.Sys.Lchown(dst, u.UID, u.GID)
			}
		case e.Mode.IsDir():
			if err = t.Sys.Mkdir(dst, 0o700); err == nil {
				err = t.copyTree(src, dst, u)
			}
			if err == nil {
				err = t.Sys.Lchown(dst, u.UID, u.GID)
			}
			if err == nil {
				err = t.Sys.Chmod(dst, mode)
			}
		default:
			var data []byte
			if data, err = t.Sys.ReadFile(src); err == nil {
				err = t.Sys.Write(dst, bytes.NewReader(data), module.WriteSpec{Mode: &mode, UID: &u.UID, GID: &u.GID})
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// loginUmask reads UMASK of login.defs.
func loginUmask(sys module.System) (fs.FileMode, bool) {
	data, _ := sys.ReadFile("/etc/login.defs")
	for _, l := range strings.Split(string(data), "\n") {
		if f := strings.Fields(l); len(f) == 2 && f[0] == "UMASK" {
			if n, err := strconv.ParseUint(f[1], 8, 32); err == nil {
				return fs.FileMode(n), true
			}
		}
	}
	return 0, false
}

// sshKey makes a key pair for the user where there is none, and tells of the one that is there.
func (t *userTask) sshKey(ctx context.Context, u module.Account) error {
	typ := t.Args.Str("ssh_key_type")
	if typ == "" {
		typ = "rsa"
	}
	file := t.Path("ssh_key_file")
	if file == "" {
		file = ".ssh/id_" + typ
	}
	if !path.IsAbs(file) {
		if _, err := t.Sys.Stat(u.Home); err != nil && !t.Check {
			return module.Fail("User "+t.name+" home directory does not exist", "name", t.name)
		}
		file = path.Join(u.Home, file)
	}
	if err := t.generateKey(ctx, u, file, typ); err != nil {
		return err
	}
	t.result["ssh_key_file"] = file
	t.result["ssh_public_key"] = nil
	if data, err := t.Sys.ReadFile(file + ".pub"); err == nil {
		t.result["ssh_public_key"] = strings.TrimSpace(string(data))
	}
	t.result["ssh_fingerprint"] = ""
	if _, err := t.Sys.Stat(file); err != nil {
		return nil
	}
	out, err := program.Read(ctx, t.Sys, "ssh-keygen", "-l", "-f", file)
	if err != nil {
		return err
	}
	t.result["ssh_fingerprint"] = out.Said()
	return nil
}

func (t *userTask) generateKey(ctx context.Context, u module.Account, file, typ string) error {
	force := t.Args.Bool("force")
	for _, k := range [][2]string{{file, "private"}, {file + ".pub", "public"}} {
		if _, err := t.Sys.Stat(k[0]); err != nil {
			continue
		}
		if !force {
			t.Warn("Found existing ssh key %s file %q, no force, so skipping ssh-keygen generation", k[1], k[0])
			return nil
		}
		t.Warn("Overwriting existing ssh key %s file %q", k[1], k[0])
		if err := t.Sys.Remove(k[0]); err != nil {
			return err
		}
	}
	t.result["changed"] = true
	if t.Check {
		return nil
	}
	dir := path.Dir(file)
	if _, err := t.Sys.Stat(dir); err != nil {
		if err := t.Sys.Mkdir(dir, 0o700); err != nil {
			return module.Fail("Failed to create "+dir+": "+err.Error(), "name", t.name)
		}
		if err := t.Sys.Lchown(dir, u.UID, u.GID); err != nil {
			return err
		}
	}
	if err := t.keygen(ctx, file, typ); err != nil {
		return err
	}
	for _, f := range []string{file, file + ".pub"} {
		if err := t.Sys.Lchown(f, u.UID, u.GID); err != nil {
			return err
		}
	}
	return nil
}

// keygen runs ssh-keygen. A passphrase is handed over by an askpass program that reads it from the environment, since
// arguments can be read by everybody.
func (t *userTask) keygen(ctx context.Context, file, typ string) error {
	argv := []string{"ssh-keygen", "-q", "-t", typ}
	if bits := t.Args.Int("ssh_key_bits"); bits > 0 {
		argv = append(argv, "-b", itoa(bits))
	}
	comment := t.Args.Str("ssh_key_comment")
	if comment == "" {
		host, _ := t.Sys.ReadFile("/proc/sys/kernel/hostname")
		comment = "ansible-generated on " + strings.TrimSpace(string(host))
	}
	argv = append(argv, "-C", comment, "-f", file)
	cmd := module.Cmd{}
	if pass := t.Args.Str("ssh_key_passphrase"); pass != "" {
		dir, err := t.Sys.TempDir()
		if err != nil {
			return err
		}
		defer func() { _ = t.Sys.RemoveAll(dir) }()
		mode := fs.FileMode(0o700)
		ask := path.Join(dir, "askpass")
		if err := t.Sys.Write(ask, strings.NewReader("#!/bin/sh\nprintf '%s\\n' \"$KEY_PASSPHRASE\"\n"), module.WriteSpec{Mode: &mode}); err != nil {
			return err
		}
		cmd.Env = map[string]string{"SSH_ASKPASS": ask, "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": "none", "KEY_PASSPHRASE": pass}
	} else {
		argv = append(argv, "-N", "")
	}
	cmd.Argv = argv
	out, err := program.Exec(ctx, t.Sys, cmd)
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return module.Fail(out.Said(), "name", t.name, "rc", out.RC)
	}
	return nil
}
