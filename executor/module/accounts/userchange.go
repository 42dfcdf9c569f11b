package accounts

import (
	"context"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func atoi(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// expiry is the -e argument for the expires argument: empty for never.
func expiry(seconds float64) string {
	if seconds < 0 {
		return ""
	}
	return time.Unix(int64(seconds), 0).UTC().Format("2006-01-02")
}

// create makes the account.
func (t *userTask) create(ctx context.Context) error {
	a, local := t.Args, t.Args.Bool("local")
	if !local && !program.Have(t.Sys, "useradd") {
		return t.createBusybox(ctx)
	}
	argv := []string{"useradd"}
	if local {
		argv[0] = "luseradd"
	}
	if a.Has("uid") {
		argv = append(argv, "-u", itoa(a.Int("uid")))
		if a.Bool("non_unique") {
			argv = append(argv, "-o")
		}
	}
	if s := a.Str("seuser"); s != "" {
		argv = append(argv, "-Z", s)
	}
	groupArgs, err := t.createGroups(local)
	if err != nil {
		return err
	}
	argv = append(argv, groupArgs...)
	if a.Has("comment") {
		argv = append(argv, "-c", a.Text("comment"))
	}
	lateParent := t.homeParentMissing()
	if home := t.Path("home"); home != "" {
		if lateParent {
			if err := t.makeParents(path.Dir(home)); err != nil {
				return err
			}
		}
		argv = append(argv, "-d", home)
	}
	if a.Has("shell") {
		argv = append(argv, "-s", a.Str("shell"))
	}
	if a.Has("expires") && !local {
		argv = append(argv, "-e", expiry(a.Float("expires")))
	}
	argv = append(argv, t.createHomeArgs(local)...)
	if a.Bool("system") {
		argv = append(argv, "-r")
	}
	if err := t.run(ctx, module.Cmd{Argv: append(argv, t.name)}); err != nil {
		return err
	}
	if a.Has("password") {
		if err := t.setHash(ctx, a.Str("password")); err != nil {
			return err
		}
	}
	if local {
		if err := t.localExtras(ctx, t.groups, nil); err != nil {
			return err
		}
	}
	t.result["system"], t.result["create_home"] = a.Bool("system"), a.Bool("create_home")
	return nil
}

func (t *userTask) createGroups(local bool) ([]string, error) {
	var argv []string
	if g := t.Args.Text("group"); g != "" {
		if _, err := t.group(g); err != nil {
			return nil, err
		}
		argv = append(argv, "-g", g)
	} else if _, taken := t.LookupGroup(t.name); taken {
		argv = append(argv, map[bool]string{true: "-n", false: "-N"}[local]) // no group of its own: the name is taken
	}
	if len(t.groups) > 0 {
		for _, g := range t.groups {
			if _, err := t.group(g); err != nil {
				return nil, err
			}
		}
		if !local {
			argv = append(argv, "-G", strings.Join(t.groups, ","))
		}
	}
	return argv, nil
}

func (t *userTask) createHomeArgs(local bool) []string {
	if !t.Args.Bool("create_home") {
		return []string{"-M"}
	}
	var argv []string
	if !local {
		argv = append(argv, "-m")
	}
	if s := t.Args.Str("skeleton"); s != "" {
		argv = append(argv, "-k", s)
	}
	if u := t.Args.Text("umask"); u != "" {
		argv = append(argv, "-K", "UMASK="+u)
	}
	return argv
}

// createBusybox makes the account on Alpine.
func (t *userTask) createBusybox(ctx context.Context) error {
	argv := []string{"adduser", "-D"}
	for _, o := range [][2]string{{"uid", "-u"}, {"group", "-G"}, {"comment", "-g"}, {"home", "-h"}, {"shell", "-s"}, {"skeleton", "-k"}} {
		if t.Args.Has(o[0]) {
			argv = append(argv, o[1], t.Args.Text(o[0]))
		}
	}
	if !t.Args.Bool("create_home") {
		argv = append(argv, "-H")
	}
	if t.Args.Bool("system") {
		argv = append(argv, "-S")
	}
	if err := t.run(ctx, module.Cmd{Argv: append(argv, t.name)}); err != nil {
		return err
	}
	if t.Args.Has("password") {
		if err := t.setHash(ctx, t.Args.Str("password")); err != nil {
			return err
		}
	}
	for _, g := range t.groups {
		if err := t.run(ctx, module.Cmd{Argv: []string{"adduser", t.name, g}}); err != nil {
			return err
		}
	}
	t.result["system"], t.result["create_home"] = t.Args.Bool("system"), t.Args.Bool("create_home")
	return nil
}

// modify brings an account to what the arguments say; nothing is run when it is there.
func (t *userTask) modify(ctx context.Context) error {
	u, _ := t.LookupUser(t.name)
	sh := readShadow(t.Sys, t.name)
	local := t.Args.Bool("local")
	argv := []string{"usermod"}
	if local {
		argv[0] = "lusermod"
	}
	simple, err := t.modifyFields(u)
	if err != nil {
		return err
	}
	argv = append(argv, simple...)
	groupArgs, add, del, err := t.modifyGroups(u)
	if err != nil {
		return err
	}
	if !local {
		argv = append(argv, groupArgs...)
	}
	argv = append(argv, t.modifyExpiry(sh, local)...)
	hash := t.newHash(sh)
	if hash == "" && t.Args.Has("password_lock") && sh.found {
		locked := strings.HasPrefix(sh.hash, "!")
		if lock := t.Args.Bool("password_lock"); lock != locked {
			argv = append(argv, map[bool]string{true: "-L", false: "-U"}[lock])
		}
	}
	if len(argv) > 1 {
		if err := t.run(ctx, module.Cmd{Argv: append(argv, t.name)}); err != nil {
			return err
		}
	}
	if hash != "" {
		if err := t.setHash(ctx, hash); err != nil {
			return err
		}
	}
	if local {
		return t.localExtras(ctx, add, del)
	}
	return nil
}

// newHash is the password to set, "" when there is none to set or it is the account's.
func (t *userTask) newHash(sh shadow) string {
	want := t.Args.Str("password")
	if !t.Args.Has("password") || t.Args.Str("update_password") == "on_create" ||
		strings.TrimLeft(sh.hash, "!") == strings.TrimLeft(want, "!") {
		return ""
	}
	return want
}

// modifyFields are the options for the fields of passwd.
func (t *userTask) modifyFields(u module.Account) ([]string, error) {
	var argv []string
	a := t.Args
	if a.Has("uid") && int64(u.UID) != a.Int("uid") {
		argv = append(argv, "-u", itoa(a.Int("uid")))
		if a.Bool("non_unique") {
			argv = append(argv, "-o")
		}
	}
	if name := a.Text("group"); name != "" {
		g, err := t.group(name)
		if err != nil {
			return nil, err
		}
		if g.GID != u.GID {
			argv = append(argv, "-g", strconv.Itoa(g.GID))
		}
	}
	if a.Has("comment") && u.Gecos != a.Text("comment") {
		argv = append(argv, "-c", a.Text("comment"))
	}
	if home := t.Path("home"); home != "" && u.Home != home {
		argv = append(argv, "-d", home)
		if a.Bool("move_home") {
			argv = append(argv, "-m")
		}
	}
	if a.Has("shell") && u.Shell != a.Str("shell") {
		argv = append(argv, "-s", a.Str("shell"))
	}
	return argv, nil
}

// modifyGroups compares the supplementary groups. A primary group among the wanted ones is kept out of the comparison
// only where it is not a member list entry, as in Ansible.
func (t *userTask) modifyGroups(u module.Account) (argv, add, del []string, err error) {
	if t.groups == nil {
		return nil, nil, nil, nil
	}
	have := memberships(t.Sys, t.name)
	want := slices.Clone(t.groups)
	for _, g := range want {
		if _, err := t.group(g); err != nil {
			return nil, nil, nil, err
		}
	}
	add, del = without(want, have), without(have, want)
	appending := t.Args.Bool("append")
	if len(add) == 0 && (appending || len(del) == 0) {
		return nil, nil, nil, nil
	}
	if appending {
		return []string{"-a", "-G", strings.Join(want, ",")}, add, nil, nil
	}
	return []string{"-G", strings.Join(want, ",")}, add, del, nil
}

func without(list, minus []string) []string {
	var out []string
	for _, x := range list {
		if !slices.Contains(minus, x) {
			out = append(out, x)
		}
	}
	return out
}

// memberships lists the groups whose member list names the user.
func memberships(sys module.System, name string) []string {
	data, _ := sys.ReadFile("/etc/group")
	var out []string
	for _, l := range strings.Split(string(data), "\n") {
		f := strings.Split(l, ":")
		if len(f) > 3 && slices.Contains(strings.Split(f[3], ","), name) {
			out = append(out, f[0])
		}
	}
	sort.Strings(out)
	return out
}

// modifyExpiry compares the day on which the account ends.
func (t *userTask) modifyExpiry(sh shadow, local bool) []string {
	if !t.Args.Has("expires") || local || !sh.found {
		return nil
	}
	want := t.Args.Float("expires")
	switch {
	case want < 0 && sh.expire >= 0:
		return []string{"-e", ""}
	case want >= 0 && (sh.expire < 0 || int64(want)/86400 != sh.expire):
		return []string{"-e", expiry(want)}
	}
	return nil
}

// localExtras does with libuser's programs what lusermod has no options for.
func (t *userTask) localExtras(ctx context.Context, add, del []string) error {
	if t.Args.Has("expires") {
		sh := readShadow(t.Sys, t.name)
		day := int64(-1)
		if e := t.Args.Float("expires"); e >= 0 {
			day = int64(e) / 86400
		}
		if sh.expire != day {
			if err := t.run(ctx, module.Cmd{Argv: []string{"lchage", "-E", itoa(day), t.name}}); err != nil {
				return err
			}
		}
	}
	for _, g := range add {
		if err := t.run(ctx, module.Cmd{Argv: []string{"lgroupmod", "-M", t.name, g}}); err != nil {
			return err
		}
	}
	for _, g := range del {
		if err := t.run(ctx, module.Cmd{Argv: []string{"lgroupmod", "-m", t.name, g}}); err != nil {
			return err
		}
	}
	return nil
}
