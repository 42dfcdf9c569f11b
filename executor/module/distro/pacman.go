package distro

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// pacman is one call of the module.
type pacman struct {
	*module.Call
	ctx                     context.Context
	tool                    string
	extra, upgrade, refresh []string
	said, stdout, stderr    []string
	res                     module.Result
	database                []string // what the repositories have, nil where it is to be read again
	installed, available    map[string]string
	groups                  map[string][]string
	reasons                 map[string]string
	upgradable              map[string][2]string
	upgradableOrder         []string
}

// target is a package that is asked for.
type target struct {
	name, source string
	file         bool // a file or a URL
}

// runPacman is community.general.pacman.
func runPacman(ctx context.Context, c *module.Call) (module.Result, error) {
	p := &pacman{Call: c, ctx: ctx, res: module.Result{"changed": false}}
	var err error
	if p.tool, err = program.Path(c.Sys, c.Args.Str("executable")); err != nil {
		return nil, err
	}
	for argument, words := range map[string]*[]string{"extra_args": &p.extra, "upgrade_extra_args": &p.upgrade, "update_cache_extra_args": &p.refresh} {
		if *words, err = module.SplitWords(c.Args.Str(argument)); err != nil {
			return nil, fmt.Errorf("reading the argument %s: %w", argument, err)
		}
	}
	if err := p.run(); err != nil {
		return nil, err
	}
	p.finish(p.res)
	return p.res, nil
}

func (p *pacman) run() error {
	names := p.Args.Strs("name")
	if p.Args.Bool("update_cache") {
		if err := p.updateDatabase(); err != nil || len(names) == 0 && !p.Args.Bool("upgrade") {
			return err
		}
	}
	if err := p.inventory(); err != nil {
		return err
	}
	if p.Args.Bool("upgrade") {
		return p.upgradeAll()
	}
	if len(names) == 0 {
		return nil
	}
	targets, err := p.targets(names)
	if err != nil {
		return err
	}
	if state := p.Args.Str("state"); state == "absent" || state == "removed" {
		return p.remove(targets)
	}
	return p.install(targets)
}

func (p *pacman) say(msg string, out program.Output) {
	if msg != "" {
		p.said = append(p.said, msg)
	}
	if out.Out != "" {
		p.stdout = append(p.stdout, out.Out)
	}
	if out.Err != "" {
		p.stderr = append(p.stderr, out.Err)
	}
}

// finish adds what was said on the way.
func (p *pacman) finish(res module.Result) {
	res["msg"] = strings.Join(p.said, "\n")
	if len(p.stdout) > 0 {
		res["stdout"] = strings.Join(p.stdout, "\n")
	}
	if len(p.stderr) > 0 {
		res["stderr"] = strings.Join(p.stderr, "\n")
	}
}

// fail is the failure of a command.
func (p *pacman) fail(msg string, argv []string, out program.Output) *module.Failure {
	p.say(msg, out)
	res := module.Result{}
	for k, v := range p.res {
		res[k] = v
	}
	p.finish(res)
	delete(res, "changed") // what was done does not count
	res["cmd"] = argv
	return &module.Failure{Msg: strings.Join(p.said, "\n"), Result: res}
}

func (p *pacman) command(args ...string) []string { return append([]string{p.tool}, args...) }

// lines are the fields of the lines that a query gives; it must succeed.
func (p *pacman) lines(args ...string) ([][]string, error) {
	out, err := program.Must(program.Read(p.ctx, p.Sys, p.command(args...)...))
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, line := range program.Lines(out.Out) {
		rows = append(rows, strings.Fields(line))
	}
	return rows, nil
}

// list is what the repositories have, line by line.
func (p *pacman) list() ([]string, error) {
	if p.database == nil {
		out, err := program.Must(program.Read(p.ctx, p.Sys, p.command("--sync", "--list")...))
		if err != nil {
			return nil, err
		}
		p.database = append([]string{}, program.Lines(out.Out)...)
	}
	return p.database, nil
}

func (p *pacman) updateDatabase() error {
	if p.Check {
		p.say("Would have updated the package db", program.Output{})
		p.res["changed"], p.res["cache_updated"] = true, true
		return nil
	}
	argv := append(p.command("--sync", "--refresh"), p.refresh...)
	force := p.Args.Bool("force")
	var before []string
	if force {
		argv = append(argv, "--refresh")
	} else {
		list, err := p.list()
		if err != nil {
			return err
		}
		before = slices.Sorted(slices.Values(list))
	}
	out, err := change(p.ctx, p.Call, argv)
	if err != nil {
		return err
	}
	p.database = nil
	updated := force
	if !force {
		list, err := p.list()
		if err != nil {
			return err
		}
		updated = !slices.Equal(before, slices.Sorted(slices.Values(list)))
	}
	p.res["cache_updated"] = updated
	if updated {
		p.res["changed"] = true
	}
	if out.RC != 0 {
		return p.fail("could not update package db", argv, out)
	}
	p.say("Updated package db", out)
	return nil
}

// inventory learns what there is: installed, to be had, in groups, to be upgraded, and why it was installed.
func (p *pacman) inventory() error {
	p.installed, p.available, p.groups, p.reasons = map[string]string{}, map[string]string{}, map[string][]string{}, map[string]string{}
	rows, err := p.lines("--query")
	if err != nil {
		return err
	}
	for _, f := range rows {
		if len(f) > 1 {
			p.installed[f[0]] = f[1]
		}
	}
	list, err := p.list()
	if err != nil {
		return err
	}
	for _, line := range list {
		if f := strings.Fields(line); len(f) > 2 {
			p.available[f[1]] = f[2]
		}
	}
	if rows, err = p.lines("--sync", "--groups", "--groups"); err != nil {
		return err
	}
	for _, f := range rows {
		if len(f) > 1 && !slices.Contains(p.groups[f[0]], f[1]) {
			p.groups[f[0]] = append(p.groups[f[0]], f[1])
		}
	}
	if err := p.upgrades(); err != nil {
		return err
	}
	for _, kind := range [][2]string{{"--explicit", "explicit"}, {"--deps", "dependency"}} {
		if rows, err = p.lines("--query", kind[0]); err != nil {
			return err
		}
		for _, f := range rows {
			p.reasons[f[0]] = kind[1]
		}
	}
	return nil
}

// upgrades reads lines "strace 5.14-1 -> 5.15-1", maybe with "[ignored]" behind them.
func (p *pacman) upgrades() error {
	p.upgradable = map[string][2]string{}
	argv := p.command("--query", "--upgrades")
	out, err := program.Read(p.ctx, p.Sys, argv...)
	if err != nil {
		return err
	}
	if out.RC != 0 && (out.RC != 1 || out.Out != "") {
		f := p.fail("Couldn't get list of packages available for upgrade", argv, out)
		delete(f.Result, "cmd")
		f.Result["rc"] = out.RC
		return f
	}
	for _, line := range program.Lines(out.Out) {
		if strings.Contains(line, "[ignored]") || out.RC != 0 {
			continue
		}
		f := strings.Fields(line)
		if len(f) != 4 {
			return module.Fail("Invalid line: " + strings.TrimSpace(line))
		}
		p.upgradable[f[0]] = [2]string{f[1], f[3]}
		p.upgradableOrder = append(p.upgradableOrder, f[0])
	}
	return nil
}

func (p *pacman) upgradeAll() error {
	if len(p.upgradable) == 0 {
		p.say("Nothing to upgrade", program.Output{})
		return nil
	}
	p.res["changed"] = true
	var before, after strings.Builder
	for _, name := range p.upgradableOrder {
		fmt.Fprintf(&before, "%s-%s\n", name, p.upgradable[name][0])
		fmt.Fprintf(&after, "%s-%s\n", name, p.upgradable[name][1])
	}
	p.res["diff"] = map[string]any{"before": before.String(), "after": after.String()}
	p.res["packages"] = p.upgradableOrder
	if p.Check {
		p.say(fmt.Sprintf("%d packages would have been upgraded", len(p.upgradable)), program.Output{})
		return nil
	}
	argv := append(p.command("--sync", "--sysupgrade", "--quiet", "--noconfirm"), p.upgrade...)
	out, err := change(p.ctx, p.Call, argv)
	if err == nil && out.RC != 0 {
		return p.fail("Could not upgrade", argv, out)
	}
	p.say("System upgraded", out)
	return err
}

// targets finds the packages of names: groups, packages, REPOSITORY/PACKAGE, files and URLs.
func (p *pacman) targets(names []string) ([]target, error) {
	var out []target
	for _, name := range names {
		switch {
		case name == "":
		case len(p.groups[name]) > 0:
			for _, member := range p.groups[name] {
				out = append(out, target{name: member, source: member})
			}
		case p.available[name] != "" || p.installed[name] != "":
			out = append(out, target{name: name, source: name})
		default:
			t, err := p.ask(name)
			if err != nil {
				return nil, err
			}
			if t != nil {
				out = append(out, *t)
			}
		}
	}
	return out, nil
}

// ask asks pacman which package a name is of; nil where it is of none and none is wanted.
func (p *pacman) ask(name string) (*target, error) {
	out, err := program.Read(p.ctx, p.Sys, p.command("--sync", "--print-format", "%n", name)...)
	if err != nil {
		return nil, err
	}
	if out.RC == 0 {
		return &target{name: strings.TrimSpace(out.Out), source: name}, nil
	}
	argv := p.command("--upgrade", "--print-format", "%n", name)
	if out, err = program.Read(p.ctx, p.Sys, argv...); err != nil {
		return nil, err
	}
	if out.RC != 0 {
		if state := p.Args.Str("state"); state == "absent" || state == "removed" {
			return nil, nil
		}
		f := p.fail("Failed to list package "+name, argv, out)
		f.Result["rc"] = out.RC
		return nil, f
	}
	lines := program.Lines(out.Out)
	if len(lines) == 0 {
		return nil, p.fail("Failed to list package "+name, argv, out)
	}
	return &target{name: strings.TrimSpace(lines[len(lines)-1]), source: name, file: true}, nil
}
