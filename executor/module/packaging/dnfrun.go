package packaging

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// dnfPlan is what dnf would do.
type dnfPlan struct {
	install, remove []string
	// groups tells that groups of packages are noted as installed.
	groups bool
}

// transaction does the jobs, or tells in check mode what they would do.
func (t *dnfTask) transaction(ctx context.Context, have []rpmPackage) (module.Result, error) {
	var done dnfPlan
	for _, j := range t.jobs {
		download := t.Args.Bool("download_only")
		if groups := groupsOf(j); t.Check || download || len(groups) > 0 {
			p, err := t.plan(ctx, have, j)
			if err != nil {
				return nil, err
			}
			for _, g := range groups {
				t.notes = append(t.notes, "Group "+g+map[bool]string{true: " installed.", false: " already installed."}[p.groups])
			}
			done.install, done.remove = append(done.install, p.install...), append(done.remove, p.remove...)
		}
		if t.Check {
			continue
		}
		argv := t.argv("-y")
		if download {
			argv = append(argv, "--downloadonly")
			if dir := t.Args.Str("download_dir"); dir != "" {
				argv = append(argv, "--downloaddir="+dir)
			}
		}
		out, err := program.Exec(ctx, t.Sys, module.Cmd{Argv: append(append(append(argv, j.verb...), "--"), j.specs...), Whole: true})
		if err != nil {
			return nil, err
		}
		if out.RC != 0 {
			if err := dnfFailure(out, j); err != nil {
				return nil, err
			}
		}
	}
	if !t.Check && !t.Args.Bool("download_only") && len(t.jobs) > 0 {
		now, err := rpmPackages(ctx, t.Sys)
		if err != nil {
			return nil, err
		}
		done.install, done.remove = without(now, have), without(have, now)
	}
	return t.result(done), nil
}

// groupsOf are the groups that a job is to install.
func groupsOf(j dnfJob) (groups []string) {
	for _, s := range j.specs {
		if g, ok := strings.CutPrefix(s, "@"); ok && j.verb[0] == "install" {
			groups = append(groups, g)
		}
	}
	return groups
}

// without are the packages of one list that another has not.
func without(list, other []rpmPackage) []string {
	var out []string
	for _, p := range list {
		if !slices.Contains(other, p) {
			out = append(out, p.String())
		}
	}
	return out
}

// result tells of packages in Ansible's words.
func (t *dnfTask) result(done dnfPlan) module.Result {
	results := slices.Clone(t.notes)
	for _, p := range done.install {
		results = append(results, map[bool]string{true: "Downloaded: ", false: "Installed: "}[t.Args.Bool("download_only")]+p)
	}
	for _, p := range done.remove {
		results = append(results, "Removed: "+p)
	}
	if results == nil {
		results = []any{}
	}
	res := module.Result{"changed": len(done.install)+len(done.remove) > 0, "rc": 0, "msg": "", "results": results}
	switch {
	case res["changed"] == false:
		res["msg"] = "Nothing to do"
	case t.Check:
		res["msg"] = "Check mode: No changes made, but would have if not in check mode"
	}
	return res
}

// plan has dnf say what a job would do.
func (t *dnfTask) plan(ctx context.Context, have []rpmPackage, j dnfJob) (dnfPlan, error) {
	out, err := program.Read(ctx, t.Sys, append(append(append(t.argv("--assumeno"), j.verb...), "--"), j.specs...)...)
	if err != nil {
		return dnfPlan{}, err
	}
	p := parsePlan(out.Out, have)
	if out.RC != 0 && !p.groups && len(p.install)+len(p.remove) == 0 {
		return p, dnfFailure(out, j)
	}
	return p, nil
}

var planHeading = regexp.MustCompile(`^(\w+)( [\w/ ]+)?:$`)

// parsePlan reads the table of packages that dnf shows before it does anything: headings with lines of name, architecture, version,
// repository and size below, which go on in the next line where they are long.
func parsePlan(text string, have []rpmPackage) (p dnfPlan) {
	_, text, _ = strings.Cut(text, "\n Package ")
	text, _, _ = strings.Cut(text, "\nTransaction Summary")
	verb, groups := "", false
	var row []string
	for _, l := range strings.Split(text, "\n") {
		if m := planHeading.FindStringSubmatch(l); m != nil {
			verb, groups, row = m[1], strings.HasSuffix(m[2], "Groups"), nil
			continue
		}
		fields := strings.Fields(l)
		if len(fields) == 0 || l[0] != ' ' {
			continue
		}
		switch {
		case groups && verb == "Installing":
			p.groups = true
		case groups:
		case fields[0] == "replacing" && len(fields) > 2:
			p.remove = append(p.remove, planned(fields[1], fields[2]).String())
		case l[1] != ' ':
			row = fields
		default:
			row = append(row, fields...)
		}
		if len(row) < 3 || groups {
			continue
		}
		p.take(verb, planned(row[0]+"."+row[1], row[2]), have)
		row = nil
	}
	return p
}

// planned is a package of the table.
func planned(nameArch, evr string) rpmPackage {
	p := rpmPackage{epoch: "0"}
	dot := strings.LastIndexByte(nameArch, '.')
	p.name, p.arch = nameArch[:max(dot, 0)], nameArch[dot+1:]
	if epoch, rest, ok := strings.Cut(evr, ":"); ok {
		p.epoch, evr = epoch, rest
	}
	p.version, p.release, _ = strings.Cut(evr, "-")
	return p
}

// take books a line of the table: what comes in the place of another version removes that.
func (p *dnfPlan) take(verb string, pkg rpmPackage, have []rpmPackage) {
	switch verb {
	case "Removing":
		p.remove = append(p.remove, pkg.String())
	case "Installing":
		p.install = append(p.install, pkg.String())
	case "Upgrading", "Downgrading", "Reinstalling":
		p.install = append(p.install, pkg.String())
		for _, h := range have {
			if h.name == pkg.name && h.arch == pkg.arch {
				p.remove = append(p.remove, h.String())
			}
		}
	}
}

var (
	dnfUnknown = regexp.MustCompile(`(?m)^No match for argument: (.*)$`)
	dnfHidden  = regexp.MustCompile(`(?m)^(All matches were filtered out by .* for argument: (.*))$`)
	dnfNoGroup = regexp.MustCompile(`(?m)^Module or Group '(.*)' is not available`)
)

// dnfFailure tells of a failure of dnf as Ansible's module does. Where no repository is enabled there is nothing to upgrade, and no
// package to be had: that is all that is wrong then.
func dnfFailure(out program.Output, j dnfJob) error {
	said := strings.TrimSpace(out.Out + out.Err)
	failures := []any{}
	if strings.Contains(said, "There are no enabled repositories") {
		if len(j.verb) > 0 && j.verb[0] == "upgrade" {
			return nil
		}
		for _, s := range j.specs {
			failures = append(failures, "No package "+s+" available.")
		}
	}
	if m := dnfNoGroup.FindStringSubmatch(said); m != nil {
		return module.Fail("No group "+m[1]+" available.", "results", []any{})
	}
	if strings.Contains(said, "GPG check FAILED") {
		return module.Fail("Failed to validate GPG signature: " + said)
	}
	for _, m := range dnfHidden.FindAllStringSubmatch(said, -1) {
		failures = append(failures, m[2]+" "+m[1])
	}
	for _, m := range dnfUnknown.FindAllStringSubmatch(said, -1) {
		failures = append(failures, "No package "+m[1]+" available.")
	}
	msg := "Failed to install some of the specified packages"
	switch {
	case len(failures) > 0:
	case strings.Contains(said, "Problem"):
		msg = "Depsolve Error occurred: " + said
	default:
		return module.Fail(said, "results", []any{}, "rc", 1)
	}
	return module.Fail(msg, "failures", failures, "results", []any{}, "rc", 1)
}

// list is the query form of the module.
func (t *dnfTask) list(ctx context.Context, what string) (module.Result, error) {
	if what == "repos" || what == "repositories" {
		return t.repositories(ctx)
	}
	queries := map[string][][]string{
		"installed": {{"--installed"}}, "available": {{"--available"}}, "updates": {{"--upgrades"}}, "upgrades": {{"--upgrades"}},
	}[what]
	if queries == nil {
		queries = [][]string{{"--installed", what}, {"--available", what}}
	}
	results := []any{}
	for _, q := range queries {
		argv := t.argv("-q", "repoquery", "--qf", "%{name}|%{epoch}|%{version}|%{release}|%{arch}|%{reponame}")
		out, err := program.Read(ctx, t.Sys, append(argv, q...)...)
		if err != nil {
			return nil, err
		}
		if out.RC != 0 {
			return nil, dnfFailure(out, dnfJob{})
		}
		for _, l := range program.Lines(out.Out) {
			f := strings.Split(l, "|")
			if len(f) != 6 {
				continue
			}
			nevra := fmt.Sprintf("%s:%s-%s-%s.%s", f[1], f[0], f[2], f[3], f[4])
			results = append(results, map[string]any{"name": f[0], "epoch": f[1], "version": f[2], "release": f[3], "arch": f[4], "repo": f[5],
				"yumstate": map[bool]string{true: "installed", false: "available"}[q[0] == "--installed"], "nevra": nevra, "envra": nevra})
		}
	}
	return module.Result{"changed": false, "msg": "", "results": results}, nil
}

// repositories are those that are enabled.
func (t *dnfTask) repositories(ctx context.Context) (module.Result, error) {
	out, err := program.Must(program.Read(ctx, t.Sys, t.argv("-q", "repolist", "--enabled")...))
	results := []any{}
	for _, l := range program.Lines(out.Out) {
		if id := strings.Fields(l); len(id) > 0 && !strings.HasPrefix(l, "repo id ") {
			results = append(results, map[string]any{"repoid": id[0], "state": "enabled"})
		}
	}
	return module.Result{"changed": false, "msg": "", "results": results}, err
}
