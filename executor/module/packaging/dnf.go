package packaging

import (
	"context"
	"fmt"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// dnfTask is one call of dnf or yum.
type dnfTask struct {
	*module.Call
	tool string
}

// runDnf is ansible.builtin.dnf and ansible.builtin.yum: dnf does the work where it is installed.
func runDnf(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &dnfTask{Call: c, tool: "dnf"}
	if !program.Have(c.Sys, "dnf") {
		t.tool = "yum"
	}
	if _, err := program.Path(c.Sys, t.tool); err != nil {
		return nil, err
	}
	if what := c.Args.Str("list"); what != "" {
		return t.list(ctx, what)
	}
	var specs []string
	for _, n := range c.Args.Strs("name") {
		for _, s := range strings.Split(n, ",") {
			if s = strings.TrimSpace(s); s != "" {
				specs = append(specs, s)
			}
		}
	}
	if c.Args.Bool("update_cache") {
		out, err := program.Change(ctx, c.Sys, t.argv("makecache")...)
		if err != nil {
			return nil, err
		}
		if out.RC != 0 {
			return nil, out.Failed("Failed to download metadata: %s", out.Said())
		}
		if len(specs) == 0 {
			return module.Result{"changed": false, "msg": "Cache updated", "results": []any{}, "rc": 0}, nil
		}
	}
	if len(specs) == 0 && c.Args.Bool("autoremove") {
		return t.transaction(ctx, []string{"autoremove"}, nil)
	}
	switch c.Args.Str("state") {
	case "absent", "removed":
		return t.absent(ctx, specs)
	case "latest":
		return t.latest(ctx, specs)
	}
	return t.present(ctx, specs)
}

// argv is the tool with the options that the arguments ask for.
func (t *dnfTask) argv(verb ...string) []string {
	argv := []string{t.tool, "-y", "-q"}
	if c := t.Args.Str("conf_file"); c != "" {
		argv = append(argv, "-c", c)
	}
	for _, o := range [][2]string{{"enablerepo", "--enablerepo="}, {"disablerepo", "--disablerepo="}, {"exclude", "--exclude="}, {"disable_plugin", "--disableplugin="}, {"enable_plugin", "--enableplugin="}} {
		for _, v := range t.Args.Strs(o[0]) {
			argv = append(argv, o[1]+v)
		}
	}
	for _, o := range [][2]string{{"installroot", "--installroot="}, {"releasever", "--releasever="}, {"download_dir", "--downloaddir="}} {
		if v := t.Args.Str(o[0]); v != "" && v != "/" {
			argv = append(argv, o[1]+v)
		}
	}
	for _, o := range [][2]string{{"disable_gpg_check", "--nogpgcheck"}, {"security", "--security"}, {"bugfix", "--bugfix"}, {"skip_broken", "--skip-broken"},
		{"allowerasing", "--allowerasing"}, {"nobest", "--nobest"}, {"cacheonly", "--cacheonly"}, {"download_only", "--downloadonly"}} {
		if t.Args.Bool(o[0]) {
			argv = append(argv, o[1])
		}
	}
	if t.Args.Has("install_weak_deps") && !t.Args.Bool("install_weak_deps") {
		argv = append(argv, "--setopt=install_weak_deps=False")
	}
	if t.Args.Has("sslverify") && !t.Args.Bool("sslverify") {
		argv = append(argv, "--setopt=sslverify=False")
	}
	return append(argv, verb...)
}

// installed asks rpm whether a specification is met by what is installed: name, name-version, a path or a capability.
func (t *dnfTask) installed(ctx context.Context, spec string) (bool, error) {
	name := strings.TrimSpace(spec)
	for _, op := range []string{">=", "<=", ">", "<", "="} {
		if n, v, ok := strings.Cut(name, op); ok {
			return t.compareRPM(ctx, strings.TrimSpace(n), op, strings.TrimSpace(v))
		}
	}
	for _, how := range [][]string{{"rpm", "-q", "--", name}, {"rpm", "-q", "--whatprovides", "--", name}} {
		out, err := program.Read(ctx, t.Sys, how...)
		if err != nil || out.RC == 0 {
			return err == nil, err
		}
	}
	return false, nil
}

func (t *dnfTask) compareRPM(ctx context.Context, name, op, version string) (bool, error) {
	out, err := program.Read(ctx, t.Sys, "rpm", "-q", "--qf", `%{VERSION}-%{RELEASE}\n`, "--", name)
	if err != nil || out.RC != 0 {
		return false, err
	}
	for _, v := range program.Lines(out.Out) {
		if !strings.Contains(version, "-") {
			v, _, _ = strings.Cut(v, "-")
		}
		c := compareDebPart(v, version)
		if op == ">=" && c >= 0 || op == "<=" && c <= 0 || op == ">" && c > 0 || op == "<" && c < 0 || op == "=" && c == 0 {
			return true, nil
		}
	}
	return false, nil
}

func (t *dnfTask) present(ctx context.Context, specs []string) (module.Result, error) {
	var missing []string
	for _, s := range specs {
		local := strings.HasSuffix(s, ".rpm") && (strings.HasPrefix(s, "/") || strings.Contains(s, "://"))
		group := strings.HasPrefix(s, "@")
		ok := false
		var err error
		switch {
		case group:
		case local:
			ok, err = t.fileInstalled(ctx, s)
		default:
			ok, err = t.installed(ctx, s)
		}
		if err != nil {
			return nil, err
		}
		if !ok {
			missing = append(missing, s)
		}
	}
	if len(missing) == 0 {
		return module.Result{"changed": false, "rc": 0, "msg": "Nothing to do", "results": []any{}}, nil
	}
	if t.Args.Bool("update_only") {
		return t.transaction(ctx, []string{"upgrade"}, missing)
	}
	return t.transaction(ctx, []string{"install"}, missing)
}

// fileInstalled compares a package file with what is installed.
func (t *dnfTask) fileInstalled(ctx context.Context, file string) (bool, error) {
	out, err := program.Read(ctx, t.Sys, "rpm", "-qp", "--nosignature", "--", file)
	if err != nil || out.RC != 0 {
		return false, err
	}
	out, err = program.Read(ctx, t.Sys, "rpm", "-q", "--", strings.TrimSpace(out.Out))
	return out.RC == 0, err
}

func (t *dnfTask) latest(ctx context.Context, specs []string) (module.Result, error) {
	var install, upgrade []string
	for _, s := range specs {
		if s == "*" {
			return t.transaction(ctx, []string{"upgrade"}, nil)
		}
		ok, err := t.installed(ctx, s)
		if err != nil {
			return nil, err
		}
		if ok {
			upgrade = append(upgrade, s)
		} else if !t.Args.Bool("update_only") {
			install = append(install, s)
		}
	}
	res := module.Result{"changed": false, "rc": 0, "msg": "Nothing to do", "results": []any{}}
	var err error
	if len(install) > 0 {
		if res, err = t.transaction(ctx, []string{"install"}, install); err != nil {
			return nil, err
		}
	}
	if len(upgrade) == 0 {
		return res, nil
	}
	check, err := program.Read(ctx, t.Sys, append(t.argv("check-update"), upgrade...)...)
	if err != nil || check.RC == 0 {
		return res, err
	}
	if check.RC != 100 {
		return nil, check.Failed("Failed to look for updates: %s", check.Said())
	}
	return t.transaction(ctx, []string{"upgrade"}, upgrade)
}

func (t *dnfTask) absent(ctx context.Context, specs []string) (module.Result, error) {
	var there []string
	for _, s := range specs {
		if strings.HasPrefix(s, "@") || strings.ContainsAny(s, "*?[") {
			there = append(there, s)
			continue
		}
		out, err := program.Read(ctx, t.Sys, "rpm", "-q", "--", s)
		if err != nil {
			return nil, err
		}
		if out.RC == 0 {
			there = append(there, s)
		}
	}
	if len(there) == 0 {
		return module.Result{"changed": false, "rc": 0, "msg": "Nothing to do", "results": []any{}}, nil
	}
	verb := []string{"remove"}
	if !t.Args.Bool("autoremove") && t.tool == "dnf" {
		verb = []string{"remove", "--noautoremove"}
	}
	return t.transaction(ctx, verb, there)
}

// transaction runs one dnf command and reads from what rpm has before and after what it did.
func (t *dnfTask) transaction(ctx context.Context, verb, specs []string) (module.Result, error) {
	if t.Check {
		results := []any{}
		for _, s := range specs {
			results = append(results, map[bool]string{true: "Removed: ", false: "Installed: "}[verb[0] == "remove"]+s)
		}
		return module.Result{"changed": true, "rc": 0, "msg": "Check mode: No changes made, but would have if not in check mode", "results": results}, nil
	}
	before, err := t.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if t.Args.Bool("allow_downgrade") && verb[0] == "install" && t.tool == "yum" {
		verb = []string{"downgrade"}
	}
	out, err := program.Exec(ctx, t.Sys, module.Cmd{Argv: append(append(t.argv(verb...), "--"), specs...), Whole: true})
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		f := out.Failed("Failed to %s some of the specified packages: %s", verb[0], out.Said())
		f.Result["failures"], f.Result["results"] = program.Lines(out.Err), []any{}
		return nil, f
	}
	after, err := t.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	results := []any{}
	for p := range after {
		if !before[p] {
			results = append(results, "Installed: "+p)
		}
	}
	for p := range before {
		if !after[p] {
			results = append(results, "Removed: "+p)
		}
	}
	res := module.Result{"changed": len(results) > 0, "rc": 0, "msg": "", "results": results}
	if len(results) == 0 {
		res["msg"] = "Nothing to do"
	}
	return res, nil
}

func (t *dnfTask) snapshot(ctx context.Context) (map[string]bool, error) {
	out, err := program.Must(program.Read(ctx, t.Sys, "rpm", "-qa"))
	m := map[string]bool{}
	for _, l := range program.Lines(out.Out) {
		m[l] = true
	}
	return m, err
}

// list is the query form of the module.
func (t *dnfTask) list(ctx context.Context, what string) (module.Result, error) {
	argv := t.argv("repoquery", "--qf", "%{name}|%{epoch}|%{version}|%{release}|%{arch}|%{reponame}\n")
	switch what {
	case "installed":
		argv = append(argv, "--installed")
	case "updates", "upgrades":
		argv = append(argv, "--upgrades")
	case "available":
		argv = append(argv, "--available")
	default:
		argv = append(argv, what)
	}
	out, err := program.Must(program.Read(ctx, t.Sys, argv...))
	if err != nil {
		return nil, err
	}
	results := []any{}
	for _, l := range program.Lines(out.Out) {
		f := strings.Split(l, "|")
		if len(f) != 6 {
			continue
		}
		state := "available"
		if what == "installed" || strings.HasPrefix(f[5], "@") {
			state = "installed"
		}
		nevra := fmt.Sprintf("%s:%s-%s-%s.%s", f[1], f[0], f[2], f[3], f[4])
		results = append(results, map[string]any{"name": f[0], "epoch": f[1], "version": f[2], "release": f[3], "arch": f[4], "repo": f[5],
			"yumstate": state, "nevra": nevra, "envra": nevra})
	}
	return module.Result{"changed": false, "msg": "", "results": results}, nil
}
