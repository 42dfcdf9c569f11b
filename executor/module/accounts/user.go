package accounts

import (
	"context"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// userTask is one call of the user module.
type userTask struct {
	*module.Call
	name   string
	groups []string // as given; nil when the argument is absent
	result module.Result
	said   program.Output
}

// runUser is ansible.builtin.user.
func runUser(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &userTask{Call: c, name: c.Args.Text("name")}
	if err := t.prepare(); err != nil {
		return nil, err
	}
	t.result = module.Result{"name": t.name, "state": c.Args.Str("state"), "changed": false}
	exists := t.exists()
	absent := c.Args.Str("state") == "absent"
	if c.Check && exists == absent {
		return module.Result{"changed": true}, nil
	}
	var err error
	switch {
	case absent && exists:
		err = t.remove(ctx)
	case absent:
	case !exists:
		err = t.create(ctx)
	default:
		err = t.modify(ctx)
		t.result["append"], t.result["move_home"] = c.Args.Bool("append"), c.Args.Bool("move_home")
	}
	if err != nil {
		return nil, err
	}
	said(t.result, t.said)
	if absent {
		return t.result, nil
	}
	if c.Args.Has("password") {
		t.result["password"] = "NOT_LOGGING_PASSWORD"
	}
	return t.result, t.finish(ctx)
}

// prepare checks the arguments that depend on each other.
func (t *userTask) prepare() error {
	a := t.Args
	if a.Has("umask") && a.Bool("local") {
		return module.Fail("'umask' can not be used with 'local'")
	}
	if a.Has("groups") {
		t.groups = []string{}
		for _, g := range a.Strs("groups") {
			for _, g := range strings.Split(g, ",") {
				if g = strings.TrimSpace(g); g != "" {
					t.groups = append(t.groups, g)
				}
			}
		}
	} else if a.Bool("append") {
		t.Warn("'append' is set, but no 'groups' are specified. Use 'groups' for appending new groups." +
			"This will change to an error in Ansible 2.14.")
	}
	if a.Has("password") && !looksHashed(a.Str("password")) {
		t.Warn("The input password appears not to have been hashed. The 'password' argument must be encrypted for this module to work properly.")
	}
	return nil
}

// exists tells whether the account is there, in the local files where "local" asks for it.
func (t *userTask) exists() bool {
	if t.Args.Bool("local") {
		const file = "/etc/passwd"
		found := localLine(t.Sys, file, t.name)
		if !found {
			t.Warn("'local: true' specified and user '%s' was not found in %s. The local user account may already exist "+
				"if the local account database exists somewhere other than %s.", t.name, file, file)
		}
		return found
	}
	_, ok := t.LookupUser(t.name)
	return ok
}

// group finds a group by number or name.
func (t *userTask) group(name string) (module.Group, error) {
	if n, ok := atoi(name); ok {
		if g, ok := t.LookupGID(n); ok {
			return g, nil
		}
	}
	if g, ok := t.LookupGroup(name); ok {
		return g, nil
	}
	return module.Group{}, module.Fail("Group " + name + " does not exist")
}

// run runs one of the account programs and remembers what it said.
func (t *userTask) run(ctx context.Context, cmd module.Cmd) error {
	out, err := program.Exec(ctx, t.Sys, cmd)
	if err != nil {
		return err
	}
	t.said.Out += out.Out
	t.said.Err += out.Err
	if out.RC != 0 {
		return module.Fail(out.Err, "name", t.name, "rc", out.RC)
	}
	t.result["changed"] = true
	return nil
}

// setHash gives the account its password hash, over standard input.
func (t *userTask) setHash(ctx context.Context, hash string) error {
	if t.Args.Bool("password_lock") && !strings.HasPrefix(hash, "!") {
		hash = "!" + hash
	}
	if strings.ContainsAny(hash, ":\n") {
		return module.Fail("the password hash of "+t.name+" must not hold a colon or a line break", "name", t.name)
	}
	return t.run(ctx, module.Cmd{Argv: []string{"chpasswd", "-e"}, Stdin: []byte(t.name + ":" + hash + "\n")})
}

// remove deletes the account; its home only where remove is asked for.
func (t *userTask) remove(ctx context.Context) error {
	argv := []string{"userdel"}
	if t.Args.Bool("local") {
		argv[0] = "luserdel"
	} else if t.Args.Bool("force") {
		argv = append(argv, "-f")
	}
	if t.Args.Bool("remove") {
		argv = append(argv, "-r")
	}
	err := t.run(ctx, module.Cmd{Argv: append(argv, t.name)})
	t.result["force"], t.result["remove"] = t.Args.Bool("force"), t.Args.Bool("remove")
	return err
}

// finish adds what the account looks like now, and sees to its home, key and password ages.
func (t *userTask) finish(ctx context.Context) error {
	u, ok := t.LookupUser(t.name)
	if !ok {
		return nil // check mode, or an account that another database hides
	}
	r := t.result
	r["uid"], r["group"], r["comment"], r["home"], r["shell"] = u.UID, u.GID, u.Gecos, u.Home, u.Shell
	if t.groups != nil {
		r["groups"] = strings.Join(t.groups, ",")
	}
	home := t.Path("home")
	if home == "" {
		home = u.Home
	}
	if _, err := t.Sys.Stat(home); err != nil && t.Args.Bool("create_home") {
		if err := t.makeHome(home, u); err != nil {
			return err
		}
		r["changed"] = true
	}
	if t.Args.Bool("generate_ssh_key") {
		if err := t.sshKey(ctx, u); err != nil {
			return err
		}
	}
	return t.ages(ctx)
}

// ages sets how long a password must and may be kept.
func (t *userTask) ages(ctx context.Context) error {
	s := readShadow(t.Sys, t.name)
	if !s.found {
		return nil
	}
	argv := []string{"chage"}
	for _, a := range []struct {
		arg, option string
		have        int64
	}{{"password_expire_min", "-m", s.min}, {"password_expire_max", "-M", s.max}, {"password_expire_warn", "-W", s.warn}} {
		if t.Args.Has(a.arg) && t.Args.Int(a.arg) != a.have {
			argv = append(argv, a.option, itoa(t.Args.Int(a.arg)))
		}
	}
	if len(argv) == 1 {
		return nil
	}
	return t.run(ctx, module.Cmd{Argv: append(argv, t.name)})
}

// homeParentMissing tells whether useradd could not make the home for want of its parent.
func (t *userTask) homeParentMissing() bool {
	home := t.Path("home")
	if home == "" || !t.Args.Bool("create_home") {
		return false
	}
	st, err := t.Sys.Stat(path.Dir(home))
	return err != nil || !st.Mode.IsDir()
}
