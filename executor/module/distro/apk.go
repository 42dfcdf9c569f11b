package distro

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// apk is one call of the module.
type apk struct {
	*module.Call
	ctx  context.Context
	base []string // the program and the options that all its commands get
}

// runApk is community.general.apk.
func runApk(ctx context.Context, c *module.Call) (module.Result, error) {
	tool, err := program.Path(c.Sys, "apk")
	if err != nil {
		return nil, err
	}
	k := &apk{c, ctx, []string{tool}}
	if c.Args.Bool("no_cache") {
		k.base = append(k.base, "--no-cache")
	}
	for _, r := range c.Args.Strs("repository") {
		k.base = append(k.base, "--repository", r, "--repositories-file", "/dev/null")
	}
	names := c.Args.Strs("name")
	if c.Args.Bool("update_cache") {
		out, err := change(ctx, c, k.command("update"))
		switch {
		case err != nil:
			return nil, err
		case out.RC != 0:
			return nil, module.Fail("could not update package db", "stdout", out.Out, "stderr", out.Err)
		case len(names) == 0 && !c.Args.Bool("upgrade"):
			return module.Result{"changed": true, "msg": "updated repository indexes", "stdout": out.Out, "stderr": out.Err}, nil
		}
	}
	switch state := c.Args.Str("state"); {
	case c.Args.Bool("upgrade"):
		return k.upgrade()
	case state == "absent" || state == "removed":
		return k.remove(names)
	default:
		return k.install(names, state == "latest")
	}
}

func (k *apk) command(args ...string) []string {
	return append(append([]string{}, k.base...), args...)
}

func (k *apk) ask(args ...string) (program.Output, error) {
	return program.Read(k.ctx, k.Sys, k.command(args...)...)
}

// do changes packages; in check mode apk only tells what it would do.
func (k *apk) do(args []string, names ...string) (program.Output, error) {
	argv := k.command(args...)
	if k.Check {
		argv = append(argv, "--simulate")
	}
	return program.Exec(k.ctx, k.Sys, module.Cmd{Argv: append(argv, names...), Reads: k.Check, Whole: true})
}

var apkStep = regexp.MustCompile(`^\(\d+/\d+\)\s+\S+\s+(\S+)`)

// packages are those of the lines "(1/2) Installing name (version)".
func packages(stdout string) []string {
	out := []string{}
	for _, line := range strings.Split(stdout, "\n") {
		if m := apkStep.FindStringSubmatch(line); m != nil {
			out = append(out, m[1])
		}
	}
	return out
}

// told is the result, or failure, of a command that changes packages.
func told(out program.Output, changed bool, msg, failure string) (module.Result, error) {
	if failure != "" {
		return nil, module.Fail(failure, "stdout", out.Out, "stderr", out.Err, "packages", packages(out.Out))
	}
	return module.Result{"changed": changed, "msg": msg, "stdout": out.Out, "stderr": out.Err, "packages": packages(out.Out)}, nil
}

func (k *apk) upgrade() (module.Result, error) {
	var more []string
	if k.Args.Bool("available") {
		more = []string{"--available"}
	}
	out, err := k.do([]string{"upgrade"}, more...)
	switch {
	case err != nil:
		return nil, err
	case out.RC != 0:
		return told(out, false, "", "failed to upgrade packages")
	case strings.HasPrefix(out.Out, "OK"):
		return told(out, false, "packages already upgraded", "")
	}
	return told(out, true, "upgraded packages", "")
}

// asked tells whether a package is among those that were asked for, in the file world.
func (k *apk) asked(world []string, name string) bool {
	for _, entry := range world {
		if rest, ok := strings.CutPrefix(entry, name); ok && (rest == "" || len(rest) > 1 && strings.Contains("@=<>~", rest[:1])) {
			return true
		}
	}
	return false
}

// current tells whether a package has the newest version, from lines "name-1.0-r0 < 1.1-r0".
func (k *apk) current(name string) (bool, error) {
	out, err := k.ask("version", name)
	for _, line := range program.Lines(out.Out) {
		f := strings.Fields(line)
		if len(f) > 2 && strings.HasPrefix(f[0], name+"-") && strings.Count(strings.TrimPrefix(f[0], name+"-"), "-") == 1 {
			return f[1] != "<", err
		}
	}
	return true, err
}

// dependencies are those of a virtual package; virtual tells that it is one.
func (k *apk) dependencies(name string) (list []string, virtual bool, err error) {
	out, err := k.ask("-v", "info", "--description", name)
	if err != nil || !strings.HasPrefix(out.Out, name+": virtual meta package") {
		return nil, false, err
	}
	out, err = k.ask("-v", "info", "--depends", name)
	if f := strings.Fields(out.Out); len(f) > 1 {
		list = f[1:]
	}
	return list, true, err
}

func (k *apk) install(names []string, latest bool) (module.Result, error) {
	data, err := k.Sys.ReadFile(k.Args.Str("world"))
	if err != nil {
		return nil, module.Fail("reading the packages that were asked for: " + module.Errno(err))
	}
	world := strings.Fields(string(data))
	var fresh, old []string
	for _, name := range names {
		candidates, virtual, err := k.dependencies(name)
		if err != nil {
			return nil, err
		}
		switch {
		case virtual:
		case !k.asked(world, name):
			fresh, candidates = append(fresh, name), nil
		default:
			candidates = []string{name}
		}
		for _, candidate := range candidates {
			if !latest {
				break
			}
			ok, err := k.current(candidate)
			if err != nil {
				return nil, err
			}
			if !ok {
				old = append(old, candidate)
			}
		}
	}
	args := []string{"add"}
	if len(old) > 0 {
		args = append(args, "--upgrade")
	}
	all := append(fresh, old...)
	if len(all) == 0 {
		return module.Result{"changed": false, "msg": "package(s) already installed"}, nil
	}
	out, err := k.do(args, all...)
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return told(out, false, "", "failed to install "+strings.Join(all, " "))
	}
	return told(out, true, "installed "+strings.Join(all, " ")+" package(s)", "")
}

func (k *apk) there(name string) (bool, error) {
	out, err := k.ask("-v", "info", "--installed", name)
	return out.RC == 0, err
}

func (k *apk) remove(names []string) (module.Result, error) {
	var have []string
	for _, name := range names {
		there, err := k.there(name)
		if err != nil {
			return nil, err
		}
		if there {
			have = append(have, name)
		}
	}
	if len(have) == 0 {
		return module.Result{"changed": false, "msg": "package(s) already removed"}, nil
	}
	out, err := k.do([]string{"del", "--purge"}, have...)
	if err != nil {
		return nil, err
	}
	failed := out.RC != 0
	for _, name := range have { // what others depend on stays
		if failed || k.Check {
			break
		}
		if failed, err = k.there(name); err != nil {
			return nil, err
		}
	}
	if failed {
		return told(out, false, "", "failed to remove "+strings.Join(have, " ")+" package(s)")
	}
	return told(out, true, "removed "+strings.Join(have, " ")+" package(s)", "")
}
