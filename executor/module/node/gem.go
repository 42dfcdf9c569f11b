package node

import (
	"context"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// gemTask is one call of the gem module.
type gemTask struct {
	*module.Call
	argv []string
	env  map[string]string
}

// runGem is community.general.gem.
func runGem(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	t := &gemTask{Call: c, argv: []string{"gem"}}
	if e := a.Str("executable"); e != "" {
		t.argv = strings.Fields(e)
	}
	state, version := a.Str("state"), a.Text("version")
	switch {
	case version != "" && state == "latest":
		return nil, module.Fail("Cannot specify version when state=latest")
	case a.Str("gem_source") != "" && state == "latest":
		return nil, module.Fail("Cannot maintain state=latest when installing from local source")
	case t.user() && a.Str("install_dir") != "":
		return nil, module.Fail("install_dir requires user_install=false")
	}
	if d := c.Path("install_dir"); d != "" {
		t.env = map[string]string{"GEM_HOME": d}
	}
	if state == "latest" {
		remote, err := t.versions(ctx, true)
		if err != nil {
			return nil, err
		}
		if len(remote) > 0 {
			version = remote[0]
		}
	}
	have, err := t.versions(ctx, false)
	if err != nil {
		return nil, err
	}
	there := len(have) > 0
	if version != "" {
		there = slices.Contains(have, version)
	}
	res := module.Result{"changed": there == (state == "absent"), "name": a.Str("name"), "state": state}
	if version != "" {
		res["version"] = version
	}
	if res["changed"] == false {
		return res, nil
	}
	args, env := t.installArgs(version), map[string]string(nil) // it is told of install_dir by an option
	if state == "absent" {
		args, env = t.uninstallArgs(version), t.env
	}
	_, err = program.Must(program.Exec(ctx, c.Sys, module.Cmd{Argv: append(slices.Clone(t.argv), args...), Env: env}))
	return res, err
}

// user tells whether gems go into the user's own directory, the default.
func (t *gemTask) user() bool { return !t.Args.Has("user_install") || t.Args.Bool("user_install") }

func (t *gemTask) norc() []string {
	if t.Args.Has("norc") && !t.Args.Bool("norc") {
		return nil
	}
	return []string{"--norc"}
}

var gemLine = regexp.MustCompile(`^\S+\s+\((?:default: )?(.+)\)`)

// versions lists what is installed, or what the source offers.
func (t *gemTask) versions(ctx context.Context, remote bool) ([]string, error) {
	argv := append(append(slices.Clone(t.argv), "query"), t.norc()...)
	if remote {
		argv = append(argv, "--remote")
		if r := t.Args.Str("repository"); r != "" {
			argv = append(argv, "--source", r)
		}
	}
	argv = append(argv, "-n", "^"+regexp.QuoteMeta(t.Args.Str("name"))+"$")
	out, err := program.Must(program.Exec(ctx, t.Sys, module.Cmd{Argv: argv, Env: t.env, Reads: true}))
	var list []string
	for _, l := range program.Lines(out.Out) {
		if m := gemLine.FindStringSubmatch(l); m != nil {
			for _, v := range strings.Split(m[1], ", ") {
				if f := strings.Fields(strings.TrimPrefix(v, "default: ")); len(f) > 0 {
					list = append(list, f[0])
				}
			}
		}
	}
	return list, err
}

// valued are options that take the value of an argument.
func (t *gemTask) valued(table ...[2]string) []string {
	var out []string
	for _, o := range table {
		if v := t.Args.Text(o[0]); v != "" {
			out = append(out, o[1], v)
		}
	}
	return out
}

func (t *gemTask) installArgs(version string) []string {
	a := t.Args
	args := append([]string{"install"}, t.norc()...)
	if version != "" {
		args = append(args, "--version", version)
	}
	args = append(args, t.valued([2]string{"repository", "--source"})...)
	if a.Has("include_dependencies") && !a.Bool("include_dependencies") {
		args = append(args, "--ignore-dependencies")
	}
	args = append(args, map[bool]string{true: "--user-install", false: "--no-user-install"}[t.user()])
	args = append(args, t.valued([2]string{"install_dir", "--install-dir"}, [2]string{"bindir", "--bindir"})...)
	if a.Bool("pre_release") {
		args = append(args, "--pre")
	}
	if !a.Bool("include_doc") {
		args = append(args, "--no-document")
	}
	for _, o := range [][2]string{{"env_shebang", "--env-shebang"}, {"force", "--force"}} {
		if a.Bool(o[0]) {
			args = append(args, o[1])
		}
	}
	what := t.Path("gem_source")
	if what == "" {
		what = a.Str("name")
	}
	args = append(args, what)
	if f := a.Str("build_flags"); f != "" {
		args = append(args, "--", f)
	}
	return args
}

func (t *gemTask) uninstallArgs(version string) []string {
	args := append([]string{"uninstall"}, t.norc()...)
	args = append(args, t.valued([2]string{"install_dir", "--install-dir"}, [2]string{"bindir", "--bindir"})...)
	if version != "" {
		args = append(args, "--version", version)
	} else {
		args = append(args, "--all")
	}
	args = append(args, "--executable")
	if t.Args.Bool("force") {
		args = append(args, "--force")
	}
	return append(args, t.Args.Str("name"))
}
