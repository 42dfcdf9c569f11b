package distro

import (
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/executor/module/program"
)

// transaction is what is to be installed.
type transaction struct {
	*pacman
	base          []string
	reasoned      []string // packages that get the wanted reason
	before, after []string
	installs      []string
}

// install brings packages in, and gives them the reason that is asked for.
func (p *pacman) install(targets []target) error {
	t := &transaction{pacman: p, base: append(p.command("--noconfirm", "--noprogressbar", "--needed"), p.extra...)}
	var repository, files []string
	reason := p.Args.Str("reason")
	for _, pkg := range targets {
		had, known := p.reasons[pkg.name]
		if reason != "" && (!known || p.Args.Str("reason_for") == "all" && had != reason) {
			t.reasoned = append(t.reasoned, pkg.name)
		}
		_, there := p.installed[pkg.name]
		_, newer := p.upgradable[pkg.name]
		switch {
		case pkg.file:
			files = append(files, pkg.source)
		case !there || newer && p.Args.Str("state") == "latest":
			repository = append(repository, pkg.source)
		}
	}
	parts := []struct {
		verb    string
		sources []string
	}{{"--sync", repository}, {"--upgrade", files}}
	for _, part := range parts {
		if len(part.sources) > 0 {
			if err := t.foresee(part.verb, part.sources); err != nil {
				return err
			}
		}
	}
	if len(t.installs)+len(t.reasoned) == 0 {
		p.res["packages"] = []string{}
		p.say("package(s) already installed", program.Output{})
		return nil
	}
	p.res["changed"] = true
	p.res["diff"] = map[string]any{"before": block(t.before), "after": block(t.after)}
	only := slices.DeleteFunc(slices.Clone(t.reasoned), func(name string) bool { return slices.Contains(t.installs, name) })
	if all := slices.Sorted(slices.Values(append(slices.Clone(t.installs), only...))); p.Check {
		p.say(fmt.Sprintf("Would have installed %d packages", len(all)), program.Output{})
		p.res["packages"] = all
		return nil
	}
	for _, part := range parts {
		if len(part.sources) > 0 {
			if err := t.do(append(append(slices.Clone(t.base), part.verb), part.sources...)); err != nil {
				return err
			}
		}
	}
	if len(t.reasoned) > 0 {
		flag := "--asexplicit"
		if reason == "dependency" {
			flag = "--asdeps"
		}
		if err := t.do(append(p.command("--noconfirm", "--database", flag), t.reasoned...)); err != nil {
			return err
		}
	}
	all := append(slices.Clone(t.installs), only...)
	slices.Sort(all)
	p.res["packages"] = all
	p.say(fmt.Sprintf("Installed %d package(s)", len(all)), program.Output{})
	return nil
}

// block is a sorted list as the side of a diff.
func block(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(slices.Sorted(slices.Values(lines)), "\n") + "\n"
}

// foresee asks pacman what it would install.
func (t *transaction) foresee(verb string, sources []string) error {
	argv := append(append(slices.Clone(t.base), verb, "--print-format", "%n %v"), sources...)
	out, err := program.Read(t.ctx, t.Sys, argv...)
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return t.fail("Failed to list package(s) to install", argv, out)
	}
	for _, line := range program.Lines(out.Out) {
		name, version, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || strings.Contains(line, "loading packages") || strings.Contains(line, "there is nothing to do") {
			continue
		}
		if have, there := t.installed[name]; there {
			t.before = append(t.before, name+"-"+have+"-"+t.reasons[name])
		}
		entry := name + "-" + version
		switch had, known := t.reasons[name]; {
		case slices.Contains(t.reasoned, name):
			entry += "-" + t.Args.Str("reason")
		case known:
			entry += "-" + had
		}
		t.after = append(t.after, entry)
		t.installs = append(t.installs, name)
	}
	return nil
}

func (t *transaction) do(argv []string) error {
	out, err := change(t.ctx, t.Call, argv)
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return t.fail("Failed to install package(s)", argv, out)
	}
	t.say("", out)
	return nil
}

// remove takes packages away.
func (p *pacman) remove(targets []target) error {
	var names []string
	for _, t := range targets {
		if _, there := p.installed[t.name]; there {
			names = append(names, t.name)
		}
	}
	if len(names) == 0 {
		p.res["packages"] = []string{}
		p.say("package(s) already absent", program.Output{})
		return nil
	}
	p.res["changed"] = true
	base := append(p.command("--remove", "--noconfirm", "--noprogressbar"), p.extra...)
	if p.Args.Bool("force") {
		base = append(base, "--nodeps", "--nodeps")
	}
	argv := append(append(slices.Clone(base), "--print-format", "%n-%v"), names...)
	out, err := program.Read(p.ctx, p.Sys, argv...)
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return p.fail("failed to list package(s) to remove", argv, out)
	}
	removed := strings.Fields(out.Out)
	p.res["packages"] = removed
	p.res["diff"] = map[string]any{"before": strings.Join(removed, "\n") + "\n", "after": ""}
	if p.Check {
		p.say(fmt.Sprintf("Would have removed %d packages", len(removed)), program.Output{})
		return nil
	}
	if p.Args.Bool("remove_nosave") {
		base = append(base, "--nosave")
	}
	argv = append(base, names...)
	if out, err = change(p.ctx, p.Call, argv); err != nil {
		return err
	}
	if out.RC != 0 {
		return p.fail("failed to remove package(s)", argv, out)
	}
	p.say(fmt.Sprintf("Removed %d package(s)", len(removed)), out)
	return nil
}
