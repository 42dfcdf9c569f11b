package packaging

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// pkgSpec is a package as a task names it: name, name=version, name>=version; name and version may be patterns.
type pkgSpec struct {
	text, name, op, version string
}

func splitSpec(s string) pkgSpec {
	if i := strings.Index(s, "="); i > 0 {
		if s[i-1] == '>' {
			return pkgSpec{s, s[:i-1], ">=", s[i+1:]}
		}
		return pkgSpec{s, s[:i], "=", s[i+1:]}
	}
	return pkgSpec{s, s, "", ""}
}

// expand replaces name patterns by the names that they match.
func (t *aptTask) expand(ctx context.Context, specs []pkgSpec) ([]pkgSpec, error) {
	var out []pkgSpec
	var all []string
	for _, s := range specs {
		if !strings.ContainsAny(s.name, "*?[]!") {
			out = append(out, s)
			continue
		}
		if all == nil {
			var err error
			if all, err = t.cache.names(ctx); err != nil {
				return nil, err
			}
		}
		n := len(out)
		for _, name := range all {
			if match(s.name, name) {
				out = append(out, splitSpec(name))
			}
		}
		if len(out) == n {
			return nil, &module.Failure{Msg: "No package(s) matching '" + s.name + "' available"}
		}
	}
	return out, nil
}

// pkgStatus is how a package stands to what a task wants of it.
type pkgStatus struct {
	installed bool
	matches   bool   // the installed version is one that the task accepts
	available string // the other version that would be installed, "" for none
	any       bool   // apt chooses: a virtual package
}

// needsCache tells whether the answer depends on what could be installed.
func (t *aptTask) needsCache(s pkgSpec, latest bool) bool {
	p, ok := t.db.find(s.name)
	if !ok || !p.installed() || latest {
		return true
	}
	switch s.op {
	case "=":
		return s.version != p.Version // a pattern may prefer a newer version; another version must be found
	case ">=":
		return compareDeb(p.Version, s.version) < 0
	}
	return false
}

// status finds out how a package stands. apt-cache is asked only where dpkg's database does not settle it.
func (t *aptTask) status(ctx context.Context, s pkgSpec, latest bool) (pkgStatus, error) {
	p, known := t.db.find(s.name)
	st := pkgStatus{installed: known && p.installed()}
	if !t.needsCache(s, latest) {
		st.matches = true
		return st, nil
	}
	c, err := t.cache.get(ctx, s.name)
	if err != nil {
		return st, err
	}
	if !st.installed && (c == nil || len(c.versions) == 0) {
		return t.virtual(ctx, s, c, latest)
	}
	best := c.choose(s.op, s.version)
	if !st.installed {
		st.available = best
		return st, nil
	}
	accept := func(v string) bool {
		switch s.op {
		case "=":
			return match(s.version, v)
		case ">=":
			return compareDeb(v, s.version) >= 0
		}
		return true
	}
	st.matches = accept(p.Version)
	if best != "" && best != p.Version && accept(best) {
		st.available = best
	}
	return st, nil
}

// virtual settles a name that is no package of its own: with one provider it is that one, with several apt chooses.
func (t *aptTask) virtual(ctx context.Context, s pkgSpec, c *candidate, latest bool) (pkgStatus, error) {
	if c == nil || len(c.providers) == 0 {
		return pkgStatus{}, &module.Failure{Msg: "No package matching '" + s.name + "' is available"}
	}
	if len(c.providers) == 1 {
		st, err := t.status(ctx, pkgSpec{s.text, c.providers[0], s.op, s.version}, latest)
		if err != nil || st.installed {
			return st, err
		}
	}
	return pkgStatus{any: true}, nil
}

// wanted lists what apt-get has to be told to install, empty when all is as wanted.
func (t *aptTask) wanted(ctx context.Context, specs []pkgSpec, latest bool) ([]string, error) {
	var ask []string
	for _, s := range specs {
		if t.needsCache(s, latest) {
			ask = append(ask, s.name)
		}
	}
	if len(ask) > 0 {
		if err := t.cache.load(ctx, ask); err != nil {
			return nil, err
		}
	}
	only := t.Args.Bool("only_upgrade")
	var out []string
	for _, s := range specs {
		st, err := t.status(ctx, s, latest)
		if err != nil {
			return nil, err
		}
		if !st.installed && only {
			continue
		}
		can := st.available != "" || st.any
		if !st.matches && !can {
			return nil, &module.Failure{Msg: "no available installation candidate for " + s.text}
		}
		switch {
		case can && (!st.installed || latest || !st.matches):
			switch {
			case st.available != "":
				out = append(out, s.name+"="+st.available)
			case s.version != "":
				out = append(out, s.name+"="+s.version)
			default:
				out = append(out, s.name)
			}
		case st.matches && can && s.op == "=":
			out = append(out, s.name+"="+s.version)
		}
	}
	return out, nil
}

// install makes packages present, latest, fixed, or installs their build dependencies.
func (t *aptTask) install(ctx context.Context, specs []pkgSpec) (module.Result, error) {
	specs, err := t.expand(ctx, specs)
	if err != nil {
		return nil, err
	}
	state := t.Args.Str("state")
	var list []string
	if state == "build-dep" {
		for _, s := range specs {
			list = append(list, s.text)
		}
	} else if list, err = t.wanted(ctx, specs, state == "latest"); err != nil {
		return nil, err
	}
	res := module.Result{"changed": false}
	if len(list) > 0 {
		if res, err = t.aptInstall(ctx, list, state); err != nil {
			return nil, err
		}
	}
	if state != "build-dep" && !t.Check {
		return res, t.markManual(ctx, specs)
	}
	return res, nil
}

// aptInstall runs apt-get install or build-dep on exactly these packages.
func (t *aptTask) aptInstall(ctx context.Context, list []string, state string) (module.Result, error) {
	argv := append([]string{"apt-get", "-y"}, t.get.dpkgOptions()...)
	flags := [][2]string{{"only_upgrade", "--only-upgrade"}, {"force", "--force-yes"}}
	verb := "install"
	if state == "build-dep" {
		verb = "build-dep"
	} else {
		flags = append(flags, [2]string{"autoremove", "--auto-remove"})
	}
	argv = append(argv, t.get.flags(append(flags, [2]string{"fail_on_autoremove", "--no-remove"}))...)
	if state == "fixed" {
		argv = append(argv, "--fix-broken")
	}
	argv = append(append(argv, t.get.simulate()...), t.installOptions()...)
	shown := strings.Join(append(append(append([]string{}, argv...), verb), list...), " ")
	out, err := t.get.change(ctx, append(append(argv, verb, "--"), list...))
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, out.Failed("'%s' failed: %s", shown, out.Err)
	}
	changed := state != "build-dep" || !strings.Contains(out.Out, "\n0 upgraded, 0 newly installed")
	return module.Result{"changed": changed, "stdout": out.Out, "stderr": out.Err, "diff": aptDiff(t.Call, out.Out)}, nil
}

// installOptions are the options that concern which versions apt-get may take.
func (t *aptTask) installOptions() []string {
	var out []string
	if r := t.Args.Str("default_release"); r != "" {
		out = append(out, "-t", r)
	}
	if t.Args.Has("install_recommends") {
		out = append(out, "-o", "APT::Install-Recommends="+map[bool]string{true: "yes", false: "no"}[t.Args.Bool("install_recommends")])
	}
	return append(out, t.get.flags([][2]string{{"allow_unauthenticated", "--allow-unauthenticated"},
		{"allow_downgrade", "--allow-downgrades"}, {"allow_change_held_packages", "--allow-change-held-packages"}})...)
}

// markManual keeps what was asked for from being removed as no longer needed. apt-mark runs only where apt has it marked
// as automatically installed.
func (t *aptTask) markManual(ctx context.Context, specs []pkgSpec) error {
	auto, err := autoInstalled(t.Sys)
	if err != nil || len(auto) == 0 {
		return err
	}
	var names []string
	for _, s := range specs {
		if bare, _, _ := strings.Cut(s.name, ":"); auto[bare] {
			names = append(names, s.name)
		}
	}
	if len(names) == 0 || !program.Have(t.Sys, "apt-mark") {
		return nil
	}
	out, err := program.Change(ctx, t.Sys, append([]string{"apt-mark", "manual", "--"}, names...)...)
	if err == nil && out.RC != 0 {
		return out.Failed("'apt-mark manual %s' failed: %s", strings.Join(names, " "), out.Err)
	}
	return err
}

// autoInstalled reads which packages apt holds for automatically installed.
func autoInstalled(sys module.System) (map[string]bool, error) {
	data, err := sys.ReadFile("/var/lib/apt/extended_states")
	if err != nil {
		return nil, nil // apt makes it with the first automatic package
	}
	out := map[string]bool{}
	name := ""
	for _, line := range strings.Split(string(data), "\n") {
		if v, ok := strings.CutPrefix(line, "Package: "); ok {
			name = v
		}
		if line == "Auto-Installed: 1" {
			out[name] = true
		}
	}
	return out, nil
}

// remove makes packages absent; with purge their configuration too.
func (t *aptTask) remove(ctx context.Context, specs []pkgSpec) (module.Result, error) {
	specs, err := t.expand(ctx, specs)
	if err != nil {
		return nil, err
	}
	purge := t.Args.Bool("purge")
	var list []string
	for _, s := range specs {
		p, known := t.db.find(s.name)
		if !known {
			continue
		}
		matches := p.installed() && (s.op == "" || s.op == "=" && match(s.version, p.Version) || s.op == ">=" && compareDeb(p.Version, s.version) >= 0)
		if matches || purge && t.db.hasFiles(t.Sys, p) {
			list = append(list, s.text)
		}
	}
	if len(list) == 0 {
		return module.Result{"changed": false}, nil
	}
	argv := append([]string{"apt-get", "-q", "-y"}, t.get.dpkgOptions()...)
	argv = append(argv, t.get.flags([][2]string{{"purge", "--purge"}, {"force", "--force-yes"}, {"autoremove", "--auto-remove"}})...)
	argv = append(append(argv, t.get.simulate()...), "remove", "--")
	out, err := t.get.change(ctx, append(argv, list...))
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, out.Failed("'apt-get remove '%s'' failed: %s", strings.Join(list, "' '"), out.Err)
	}
	return module.Result{"changed": true, "stdout": out.Out, "stderr": out.Err, "diff": aptDiff(t.Call, out.Out)}, nil
}
