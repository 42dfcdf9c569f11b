package distro

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// zypper is one call of the module.
type zypper struct {
	*module.Call
	ctx           context.Context
	oldPackage    bool
	transactional bool
	found         []solvable // what the last command did
	res           module.Result
}

// wanted is a package that is asked for: "+docker>=1.10".
type wanted struct{ prefix, name, version string }

func (w wanted) String() string { return w.prefix + w.name + w.version }

// runZypper is community.general.zypper.
func runZypper(ctx context.Context, c *module.Call) (module.Result, error) {
	z := &zypper{Call: c, ctx: ctx, oldPackage: c.Args.Bool("oldpackage"), res: module.Result{"rc": 0}}
	z.transactional = z.onReadOnlyRoot()
	names := slices.DeleteFunc(c.Args.Strs("name"), func(s string) bool { return s == "" })
	state := c.Args.Str("state")
	if c.Args.Bool("update_cache") && !c.Check {
		if err := z.run(z.command("refresh"), true); err != nil {
			return nil, err
		}
		if z.res["rc"] != 0 {
			return nil, &module.Failure{Msg: "Zypper refresh run failed.", Result: z.res}
		}
		z.res, z.found = module.Result{"rc": 0}, nil
	}
	all := len(names) == 1 && names[0] == "*"
	var err error
	switch {
	case all && (state == "latest" || state == "dist-upgrade"):
		err = z.updateAll(state)
	case state == "dist-upgrade":
		err = module.Fail("Can not dist-upgrade specific packages.")
	case state == "absent" || state == "removed":
		err = z.remove(names)
	default:
		err = z.install(names, state == "latest")
	}
	if err != nil {
		return nil, err
	}
	rc := z.res["rc"]
	z.res["changed"] = (rc == 0 || rc == rebootNeeded) && len(z.found) > 0
	if c.Diff {
		z.res["diff"] = map[string]any{"prepared": z.prepared()}
	}
	if rc != 0 && rc != rebootNeeded {
		return nil, &module.Failure{Msg: "Zypper run failed.", Result: z.res}
	}
	if z.res["changed"] == false {
		delete(z.res, "stdout")
		delete(z.res, "stderr")
	}
	z.res["name"], z.res["state"], z.res["update_cache"] = names, state, c.Args.Bool("update_cache")
	return z.res, nil
}

// onReadOnlyRoot tells of a system that is changed in transactions: its root is btrfs and cannot be written to.
func (z *zypper) onReadOnlyRoot() bool {
	if _, err := z.Sys.Stat("/usr/sbin/transactional-update"); err != nil {
		return false
	}
	mounts, err := z.Sys.ReadFile("/proc/mounts")
	if err != nil {
		return false
	}
	for _, line := range strings.Split(string(mounts), "\n") {
		if f := strings.Fields(line); len(f) > 3 && f[1] == "/" {
			return f[2] == "btrfs" && slices.Contains(strings.Split(f[3], ","), "ro")
		}
	}
	return false
}

// command begins a command line.
func (z *zypper) command(verb string) []string {
	a := z.Args
	installs := slices.Contains([]string{"install", "update", "patch", "dist-upgrade"}, verb)
	argv := []string{"zypper", "--quiet", "--non-interactive", "--xmlout"}
	if z.transactional {
		argv = append([]string{"transactional-update", "--continue", "--drop-if-no-change", "--quiet", "run"}, argv...)
	}
	argv = append(argv, strings.Fields(a.Str("extra_args_precommand"))...)
	flag := func(on bool, name string) {
		if on {
			argv = append(argv, name)
		}
	}
	flag((installs || verb == "refresh") && a.Bool("disable_gpg_check"), "--no-gpg-checks")
	flag(verb == "search", "--disable-repositories")
	argv = append(argv, verb)
	if verb != "patch" && verb != "dist-upgrade" && verb != "refresh" {
		argv = append(argv, "--type", a.Str("type"))
	}
	flag(z.Check && verb != "search", "--dry-run")
	flag(installs, "--auto-agree-with-licenses")
	flag(installs && a.Bool("disable_recommends"), "--no-recommends")
	flag(installs && a.Bool("force"), "--force")
	flag(installs && a.Bool("force_resolution"), "--force-resolution")
	flag(installs && z.oldPackage, "--oldpackage")
	flag(installs && a.Bool("replacefiles"), "--replacefiles")
	flag(verb == "remove" && a.Bool("clean_deps"), "--clean-deps")
	flag(verb == "dist-upgrade" && a.Bool("allow_vendor_change"), "--allow-vendor-change")
	if extra := a.Str("extra_args"); extra != "" {
		argv = append(argv, strings.Split(extra, " ")...)
	}
	return argv
}

// zypper's exit codes that are no failures, and the one of a capability that nothing has.
const (
	rebootNeeded = 102
	runAgain     = 103
	signature    = 106
	notFound     = 104
)

// run runs zypper, twice where it asks for that, and reads what it did. With --dry-run it changes nothing.
func (z *zypper) run(argv []string, reads bool) error {
	path, err := program.Path(z.Sys, argv[0])
	if err != nil {
		return err
	}
	argv[0] = path
	z.found = nil
	for again := true; again; {
		out, err := program.Exec(z.ctx, z.Sys, module.Cmd{Argv: argv, Reads: reads || z.Check, Whole: true})
		if err != nil {
			return err
		}
		z.res = module.Result{"rc": out.RC, "stdout": out.Out, "stderr": out.Err, "cmd": argv}
		doc, err := readXML(out.Out)
		switch {
		case err != nil:
			return &module.Failure{Msg: fmt.Sprintf("Failed to parse zypper xml output: %v", err), Result: z.res}
		case out.RC == notFound:
			return &module.Failure{Msg: doc.message, Result: z.res}
		case !slices.Contains([]int{0, rebootNeeded, runAgain, signature}, out.RC):
			return &module.Failure{Msg: fmt.Sprintf("Zypper run command failed with return code %d.", out.RC), Result: z.res}
		}
		again = out.RC == runAgain && z.found == nil
		z.found = merge(z.found, doc.solvables)
	}
	return nil
}

// merge adds solvables; of one that is there twice the last counts.
func merge(have, more []solvable) []solvable {
	if have == nil {
		have = []solvable{}
	}
	for _, s := range more {
		if i := slices.IndexFunc(have, func(o solvable) bool { return o.name == s.name }); i >= 0 {
			have[i] = s
		} else {
			have = append(have, s)
		}
	}
	return have
}

// installed are the names of those packages that are installed.
func (z *zypper) installed(packages []wanted) ([]string, error) {
	argv := append(z.command("search"), "--match-exact", "--details", "--installed-only")
	for _, p := range packages {
		argv = append(argv, p.name)
	}
	before := z.res
	err := z.run(argv, true)
	if z.res["rc"] == notFound {
		err = nil
	}
	var names []string
	for _, s := range z.found {
		names = append(names, s.name)
	}
	z.found = nil
	if err == nil {
		z.res = before
	}
	return names, err
}

var versioned = regexp.MustCompile(`^(.*?)((?:<|>|<=|>=|=)[0-9.-]*)?$`)

// split sorts names into packages and files or URLs. prefix is that of packages without one.
func split(names []string, prefix string) (packages []wanted, urls []string) {
	for _, name := range names {
		if strings.Contains(name, "://") || strings.HasSuffix(name, ".rpm") {
			urls = append(urls, name)
			continue
		}
		w := wanted{prefix: prefix}
		switch name[0] {
		case '-', '~':
			w.prefix, name = "-", name[1:]
		case '+':
			w.prefix, name = "+", name[1:]
		}
		w.name = name
		if m := versioned.FindStringSubmatch(name); m != nil {
			w.name, w.version = m[1], m[2]
		}
		packages = append(packages, w)
	}
	return packages, urls
}

// install brings packages in, and takes away those with a minus before them.
func (z *zypper) install(names []string, latest bool) error {
	packages, urls := split(names, "+")
	if slices.ContainsFunc(packages, func(p wanted) bool { return p.version != "" }) {
		z.oldPackage = true // a version may be an older one
	}
	if !latest {
		var plain []wanted
		for _, p := range packages {
			if p.version == "" {
				plain = append(plain, p)
			}
		}
		var there []string
		if len(plain) > 0 {
			var err error
			if there, err = z.installed(plain); err != nil {
				return err
			}
		}
		packages = slices.DeleteFunc(packages, func(p wanted) bool {
			return p.version == "" && (p.prefix == "+") == slices.Contains(there, p.name)
		})
	}
	if len(packages)+len(urls) == 0 {
		return nil
	}
	argv := append(append(z.command("install"), "--"), urls...)
	for _, p := range packages {
		argv = append(argv, p.String())
	}
	return z.run(argv, false)
}

func (z *zypper) remove(names []string) error {
	packages, urls := split(names, "-")
	switch {
	case slices.ContainsFunc(packages, func(p wanted) bool { return p.prefix == "+" }):
		return module.Fail("Can not combine '+' prefix with state=remove/absent.")
	case len(urls) > 0:
		return module.Fail("Can not remove via URL.")
	case z.Args.Str("type") == "patch":
		return module.Fail("Can not remove patches.")
	}
	there, err := z.installed(packages)
	if err != nil {
		return err
	}
	argv := z.command("remove")
	n := len(argv)
	for _, p := range packages {
		if slices.Contains(there, p.name) {
			argv = append(argv, p.name+p.version)
		}
	}
	if len(argv) == n {
		return nil
	}
	return z.run(argv, false)
}

func (z *zypper) updateAll(state string) error {
	verb := "update"
	if z.Args.Str("type") == "patch" {
		verb = "patch"
	} else if state == "dist-upgrade" {
		verb = state
	}
	return z.run(z.command(verb), false)
}

// prepared is the diff: what was installed, removed and upgraded.
func (z *zypper) prepared() string {
	lists := map[string][]string{}
	for _, s := range z.found {
		entry := s.name
		if s.group == "to-upgrade" {
			entry += " (" + s.old + " => " + s.version + ")"
		}
		lists[s.group] = append(lists[s.group], entry)
	}
	var out strings.Builder
	for _, part := range [][2]string{{"installed", "to-install"}, {"removed", "to-remove"}, {"upgraded", "to-upgrade"}} {
		if list := lists[part[1]]; len(list) > 0 {
			fmt.Fprintf(&out, "%s: %s\n", part[0], strings.Join(list, ", "))
		}
	}
	return out.String()
}
