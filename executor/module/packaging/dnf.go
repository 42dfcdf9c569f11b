package packaging

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// dnfTask is one call of dnf or yum.
type dnfTask struct {
	*module.Call
	tool string
	// jobs are the commands that lead to what is wanted.
	jobs []dnfJob
	// notes are results beside those of the packages.
	notes []any
}

// dnfJob is one command of dnf.
type dnfJob struct{ verb, specs []string }

// runDnf is ansible.builtin.dnf and ansible.builtin.yum: dnf does the work where it is installed.
func runDnf(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &dnfTask{Call: c, tool: "dnf"}
	if !program.Have(c.Sys, "dnf") {
		t.tool = "yum"
	}
	if _, err := program.Path(c.Sys, t.tool); err != nil {
		return nil, err
	}
	specs, err := t.specs()
	if err != nil {
		return nil, err
	}
	if c.Args.Bool("update_cache") {
		if err := t.refresh(ctx); err != nil {
			return nil, err
		}
		if len(specs) == 0 && c.Args.Str("list") == "" {
			return module.Result{"changed": false, "msg": "Cache updated", "results": []any{}, "rc": 0}, nil
		}
	}
	if what := c.Args.Str("list"); what != "" {
		return t.list(ctx, what)
	}
	have, err := rpmPackages(ctx, c.Sys)
	if err != nil {
		return nil, err
	}
	if err := t.decide(ctx, have, specs); err != nil {
		return nil, err
	}
	return t.transaction(ctx, have)
}

// specs are the packages that are asked for.
func (t *dnfTask) specs() ([]string, error) {
	var specs []string
	for _, n := range t.Args.Strs("name") {
		for _, s := range strings.Split(n, ",") {
			if s = strings.TrimSpace(s); s == "" {
				continue
			}
			if strings.Contains(s, " ") && !strings.ContainsAny(s, "@<>=") {
				return nil, module.Fail("It appears that a space separated string of packages was passed in as an argument. To operate on several packages, " +
					"pass a comma separated string of packages or a list of packages.")
			}
			specs = append(specs, s)
		}
	}
	if state := t.Args.Str("state"); t.Args.Bool("autoremove") && state != "" && state != "absent" {
		return nil, module.Fail("Autoremove should be used alone or with state=absent", "results", []any{})
	}
	if file := t.Args.Str("conf_file"); file != "" {
		if _, err := t.Sys.ReadFile(file); err != nil {
			return nil, module.Fail("cannot read configuration file", "conf_file", file, "results", []any{})
		}
	}
	return specs, nil
}

func (t *dnfTask) refresh(ctx context.Context) error {
	out, err := program.Change(ctx, t.Sys, t.argv("-y", "-q", "makecache")...)
	if err == nil && out.RC != 0 {
		err = dnfFailure(out, dnfJob{})
	}
	return err
}

// dnfOptions are arguments that are options of dnf with values, and dnfSwitches those without.
var (
	dnfOptions = [][2]string{{"conf_file", "--config="}, {"enablerepo", "--enablerepo="}, {"disablerepo", "--disablerepo="}, {"exclude", "--exclude="},
		{"disable_excludes", "--disableexcludes="}, {"disable_plugin", "--disableplugin="}, {"enable_plugin", "--enableplugin="},
		{"installroot", "--installroot="}, {"releasever", "--releasever="}}
	dnfSwitches = [][2]string{{"disable_gpg_check", "--nogpgcheck"}, {"security", "--security"}, {"bugfix", "--bugfix"}, {"skip_broken", "--skip-broken"},
		{"allowerasing", "--allowerasing"}, {"nobest", "--nobest"}, {"cacheonly", "--cacheonly"}}
)

// argv is the tool with the options that the arguments ask for.
func (t *dnfTask) argv(words ...string) []string {
	argv := []string{t.tool}
	for _, o := range dnfOptions {
		values := t.Args.Strs(o[0])
		if v, ok := t.Args[o[0]].(string); ok {
			values = []string{v}
		}
		for _, v := range values {
			if v != "" && (o[0] != "installroot" || v != "/") {
				argv = append(argv, o[1]+v)
			}
		}
	}
	for _, o := range dnfSwitches {
		if t.Args.Bool(o[0]) {
			argv = append(argv, o[1])
		}
	}
	if !t.Args.Bool("disable_gpg_check") { // of files, too, whatever dnf's own settings say
		argv = append(argv, "--setopt=gpgcheck=True", "--setopt=localpkg_gpgcheck=True")
	}
	for _, o := range []string{"install_weak_deps", "sslverify"} {
		if t.Args.Has(o) && !t.Args.Bool(o) {
			argv = append(argv, "--setopt="+o+"=False")
		}
	}
	if t.tool == "dnf" && !t.Args.Bool("autoremove") {
		argv = append(argv, "--noautoremove")
	}
	return append(argv, words...)
}

// decide fills the jobs from what is asked for and what is there.
func (t *dnfTask) decide(ctx context.Context, have []rpmPackage, specs []string) error {
	autoremove := t.Args.Bool("autoremove")
	state := cmp.Or(t.Args.Str("state"), map[bool]string{true: "absent", false: "present"}[autoremove])
	switch {
	case state == "absent" || state == "removed":
		if err := t.absent(ctx, have, specs); err != nil {
			return err
		}
		if autoremove {
			t.jobs = append(t.jobs, dnfJob{verb: []string{"autoremove"}})
		}
		return nil
	case state == "latest" && slices.Equal(specs, []string{"*"}):
		t.jobs = []dnfJob{{verb: []string{"upgrade"}}}
		return nil
	}
	return t.present(ctx, have, specs, state == "latest")
}

// present sorts what is asked for into what is installed and what is upgraded.
func (t *dnfTask) present(ctx context.Context, have []rpmPackage, specs []string, latest bool) error {
	var install, upgrade []string
	onlyThere := t.Args.Bool("update_only")
	for _, s := range specs {
		if isRPMFile(s) {
			t.notes = append(t.notes, "Installed "+s)
			if p, err := t.fileOf(ctx, s); err != nil {
				return err
			} else if !onlyThere && (t.Args.Bool("allow_downgrade") || !rpmNewer(have, p)) && !rpmInstalled(have, p) || onlyThere && rpmInstalled(have, p) {
				install = append(install, s)
			}
			continue
		}
		there := rpmInstalled(have, s)
		switch {
		case onlyThere && !there && s[0] != '@':
			t.notes = append(t.notes, "Packages providing "+s+" not installed due to update_only specified")
		case there && (latest || onlyThere):
			upgrade = append(upgrade, s)
		case there, rpmNewer(have, s) && !t.Args.Bool("allow_downgrade"), !latest && t.provided(ctx, have, s):
		default:
			install = append(install, s)
		}
	}
	best := []string{}
	if latest && !t.Args.Bool("nobest") {
		best = []string{"--best"}
	}
	for _, j := range []dnfJob{{append([]string{"install"}, best...), install}, {append([]string{"upgrade"}, best...), upgrade}} {
		if len(j.specs) > 0 {
			t.jobs = append(t.jobs, j)
		}
	}
	return nil
}

func isRPMFile(spec string) bool {
	return strings.Contains(spec, "://") || strings.HasSuffix(spec, ".rpm")
}

// fileOf is the package that a file is, as name-version-release.arch; nothing is known of one that is elsewhere.
func (t *dnfTask) fileOf(ctx context.Context, file string) (string, error) {
	if strings.Contains(file, "://") {
		return "", nil
	}
	out, err := program.Read(ctx, t.Sys, "rpm", "-qp", "--nosignature", "--qf", "%{NAME}-%{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH}", "--", file)
	if err == nil && out.RC != 0 {
		err = module.Fail("Error occurred attempting remote rpm install of package: "+file+". "+out.Said(), "results", []any{}, "rc", 1)
	}
	return out.Out, err
}

// provided tells whether an installed package is exactly what is asked for, or provides it under a name that is not its own.
func (t *dnfTask) provided(ctx context.Context, have []rpmPackage, spec string) bool {
	if strings.ContainsAny(spec, "*?[@<>= ") {
		return false
	}
	if len(rpmMatches(have, spec)) > 0 {
		return true
	}
	out, err := program.Read(ctx, t.Sys, "rpm", "-q", "--whatprovides", "--", spec)
	return err == nil && out.RC == 0
}

// absent finds out which installed packages are meant.
func (t *dnfTask) absent(ctx context.Context, have []rpmPackage, specs []string) error {
	var there []string
	for _, s := range specs {
		if isRPMFile(s) {
			return module.Fail("Cannot remove paths -- please specify package name.", "results", []any{})
		}
		if s[0] == '@' {
			there = append(there, s)
			continue
		}
		found := rpmMatches(have, s)
		if len(found) == 0 && strings.Contains(s, "*") {
			t.notes = append(t.notes, s+" is not installed")
		}
		if len(found) == 0 && t.provided(ctx, nil, s) {
			there = append(there, s)
		}
		for _, p := range found {
			there = append(there, p.String())
		}
	}
	if len(there) > 0 {
		t.jobs = []dnfJob{{[]string{"remove"}, there}}
	}
	return nil
}
