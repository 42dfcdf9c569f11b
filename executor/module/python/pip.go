package python

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// pipTask is one call of the pip module.
type pipTask struct {
	*module.Call
	env, dir string // virtual environment, working directory
	pip      []string
	umask    *int
	packages []requirement
	vcs      bool
	said     program.Output
}

// pipVerbs are the commands by state.
var pipVerbs = map[string][]string{"present": {"install"}, "absent": {"uninstall", "-y"}, "latest": {"install", "-U"}, "forcereinstall": {"install", "-U", "--force-reinstall"}}

// runPip is ansible.builtin.pip.
func runPip(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &pipTask{Call: c, env: c.Path("virtualenv"), dir: c.Path("chdir")}
	if err := t.prepare(); err != nil {
		return nil, err
	}
	created := false
	if t.env != "" {
		if _, err := c.Sys.Stat(path.Join(t.env, "bin", "activate")); err != nil {
			created = true
			if c.Check {
				return module.Result{"changed": true}, nil
			}
			if err := t.makeEnv(ctx); err != nil {
				return nil, err
			}
		}
	}
	if err := t.findPip(); err != nil {
		return nil, err
	}
	argv, extra, err := t.command()
	if err != nil {
		return nil, err
	}
	if len(t.packages) == 0 && c.Args.Str("requirements") == "" {
		c.Warn("No valid name or requirements file found.")
		return module.Result{"changed": false}, nil
	}
	if c.Check {
		return t.predict(ctx, extra)
	}
	return t.install(ctx, argv, created)
}

// prepare checks arguments that depend on each other.
func (t *pipTask) prepare() error {
	a := t.Args
	if t.env != "" && t.dir != "" {
		t.env = join(t.dir, t.env)
	}
	if t.dir == "" {
		t.dir = "/tmp"
	}
	if u := a.Text("umask"); u != "" {
		n, err := strconv.ParseUint(u, 8, 16)
		if err != nil {
			return module.Fail("umask must be an octal integer", "details", fmt.Sprintf("invalid literal for int() with base 8: '%s'", u))
		}
		m := int(n)
		t.umask = &m
	}
	version := a.Text("version")
	if a.Str("state") == "latest" && version != "" {
		return module.Fail("version is incompatible with state=latest")
	}
	for _, n := range rejoin(a.Strs("name")) {
		t.vcs = t.vcs || vcsURL.MatchString(n)
		t.packages = append(t.packages, parseRequirement(n))
	}
	if version == "" || len(t.packages) == 0 {
		return nil
	}
	if len(t.packages) > 1 {
		return module.Fail("'version' argument is ambiguous when installing multiple package distributions. Please specify version restrictions next to each package in 'name' argument.")
	}
	if t.packages[0].specs != "" {
		return module.Fail("The 'version' argument conflicts with any version specifier provided along with a package name. Please keep the version specifier, but remove the 'version' argument.")
	}
	if version[0] >= '0' && version[0] <= '9' {
		version = "==" + version
	}
	t.packages[0] = parseRequirement(t.packages[0].text + version)
	return nil
}

func join(dir, p string) string {
	if path.IsAbs(p) {
		return p
	}
	return path.Join(dir, p)
}

var vcsURL = regexp.MustCompile(`^(svn|git|hg|bzr)\+`)

// run runs a program with the environment's own programs first in PATH.
func (t *pipTask) run(ctx context.Context, reads bool, argv ...string) (program.Output, error) {
	cmd := module.Cmd{Argv: argv, Dir: t.dir, Umask: t.umask, Reads: reads}
	if t.env != "" {
		cmd.Env = map[string]string{"PATH": path.Join(t.env, "bin") + ":" + t.Sys.Getenv("PATH")}
	}
	return program.Exec(ctx, t.Sys, cmd)
}

// makeEnv makes the virtual environment.
func (t *pipTask) makeEnv(ctx context.Context) error {
	command := t.Args.Str("virtualenv_command")
	if command == "" {
		command = "virtualenv"
	}
	argv, err := module.SplitWords(command)
	if err != nil || len(argv) == 0 {
		return module.Fail("virtualenv_command cannot be split into words: " + command)
	}
	if argv[0], err = program.Path(t.Sys, t.ExpandPath(argv[0])); err != nil {
		return err
	}
	python := t.Args.Str("virtualenv_python")
	if t.Args.Bool("virtualenv_site_packages") {
		argv = append(argv, "--system-site-packages")
	}
	switch venv := strings.Contains(command, "pyvenv") || strings.Contains(command, "-m venv"); {
	case venv && python != "":
		return module.Fail("virtualenv_python should not be used when using the venv module or pyvenv as virtualenv_command")
	case !venv && python != "":
		argv = append(argv, "-p"+python)
	case !venv:
		if p, err := t.Sys.LookPath("python3"); err == nil {
			argv = append(argv, "-p"+p)
		}
	}
	argv = append(argv, t.env)
	out, err := program.Exec(ctx, t.Sys, module.Cmd{Argv: argv, Dir: t.dir, Umask: t.umask})
	if err != nil {
		return err
	}
	t.said = out
	if out.RC != 0 {
		return t.fail(argv)
	}
	return nil
}

// fail words a failure as Ansible's module does.
func (t *pipTask) fail(argv []string) error {
	msg := ""
	if t.said.Out != "" {
		msg = "stdout: " + t.said.Out
	}
	if t.said.Err != "" {
		msg += "\n:stderr: " + t.said.Err
	}
	return module.Fail(msg, "cmd", argv)
}

// findPip finds the pip to run: the one given, the environment's, or the system's.
func (t *pipTask) findPip() error {
	exe := t.Args.Str("executable")
	switch {
	case exe != "" && (t.env == "" || path.IsAbs(exe)):
		p, err := t.Sys.LookPath(t.ExpandPath(exe))
		if err != nil {
			return module.Fail("Unable to find any of " + exe + " to use.  pip needs to be installed.")
		}
		t.pip = []string{p}
		return nil
	case t.env == "":
		if p, err := t.Sys.LookPath("pip3"); err == nil {
			t.pip = []string{p}
			return nil
		}
		return module.Fail("Unable to find any of pip3 to use.  pip needs to be installed.")
	}
	for _, n := range []string{"pip3", "pip"} {
		p := path.Join(t.env, "bin", n)
		if st, err := t.Sys.Stat(p); err == nil && st.Perm&0o111 != 0 {
			t.pip = []string{p}
			return nil
		}
	}
	return module.Fail("Unable to find pip in the virtualenv, " + t.env + ", under any of these names: pip3, pip. Make sure pip is present in the virtualenv.")
}

// command is the whole pip command; extra tells that there are extra arguments.
func (t *pipTask) command() (argv []string, extra bool, err error) {
	argv = append(append([]string{}, t.pip...), pipVerbs[t.Args.Str("state")]...)
	words, err := module.SplitWords(t.Args.Str("extra_args"))
	if err != nil {
		return nil, false, module.Fail("extra_args: " + err.Error())
	}
	if t.Args.Bool("editable") && !contains(words, "-e") {
		words = append(words, "-e")
	}
	argv = append(argv, words...)
	for _, p := range t.packages {
		argv = append(argv, p.text)
	}
	if r := t.Args.Str("requirements"); r != "" && len(t.packages) == 0 {
		argv = append(argv, "-r", r)
	}
	return argv, len(words) > 0, nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// list asks pip what is installed.
func (t *pipTask) list(ctx context.Context) (argv []string, out program.Output, err error) {
	for _, verb := range [][]string{{"list", "--format=freeze"}, {"freeze"}} {
		argv = append(append([]string{}, t.pip...), verb...)
		if out, err = t.run(ctx, true, argv...); err != nil || out.RC == 0 {
			return argv, out, err
		}
	}
	t.said = out
	return argv, out, t.fail(argv)
}

// predict answers for check mode, as far as that can be known without resolving.
func (t *pipTask) predict(ctx context.Context, extra bool) (module.Result, error) {
	state := t.Args.Str("state")
	if extra || t.Args.Str("requirements") != "" || state == "latest" {
		return module.Result{"changed": true}, nil
	}
	argv, out, err := t.list(ctx)
	if err != nil {
		return nil, err
	}
	have := map[string]string{}
	for _, l := range program.Lines(out.Out) {
		if n, v, ok := strings.Cut(l, "=="); ok {
			have[canonical(n)] = v
		}
	}
	changed := false
	for _, p := range t.packages {
		v, there := have[p.name]
		present := there && p.accepts(v)
		changed = changed || state == "present" && !present || state == "absent" && present
	}
	return module.Result{"changed": changed, "cmd": strings.Join(argv, " "), "stdout": out.Out, "stderr": out.Err}, nil
}

// install runs pip and finds out from its words, or from what is installed before and after, whether something changed.
func (t *pipTask) install(ctx context.Context, argv []string, created bool) (module.Result, error) {
	compare := t.vcs || t.Args.Str("requirements") != ""
	before := ""
	if compare {
		_, out, err := t.list(ctx)
		if err != nil {
			return nil, err
		}
		before = out.Out
	}
	out, err := t.run(ctx, false, argv...)
	if err != nil {
		return nil, err
	}
	t.said.Out += out.Out
	t.said.Err += out.Err
	state := t.Args.Str("state")
	gone := out.RC == 1 && state == "absent" && strings.Contains(out.Out+out.Err, "not installed")
	if out.RC != 0 && !gone {
		return nil, t.fail(argv)
	}
	changed := created
	switch {
	case state == "absent":
		changed = changed || strings.Contains(out.Out, "Successfully uninstalled")
	case compare:
		_, after, err := t.list(ctx)
		if err != nil {
			return nil, err
		}
		changed = changed || after.Out != before
	default:
		changed = changed || strings.Contains(out.Out, "Successfully installed")
	}
	var env any
	if t.env != "" {
		env = t.env
	}
	return module.Result{"changed": changed, "cmd": argv, "name": t.Args["name"], "version": t.Args["version"], "state": state,
		"requirements": t.Args["requirements"], "virtualenv": env, "stdout": t.said.Out, "stderr": t.said.Err}, nil
}
