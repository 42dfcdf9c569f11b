package python

import (
	"context"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// djangoCommand is what the module knows of a manage.py command.
type djangoCommand struct {
	takes   []string               // arguments that only some commands have
	noInput bool                   // would ask questions
	changed func(line string) bool // a line that tells of a change; nil for commands that never count as one
}

func installed(l string) bool {
	return strings.Contains(l, "Installed") && !strings.Contains(l, "Installed 0 object")
}

// djangoCommands are the commands with arguments or effects of their own; others run as they are.
var djangoCommands = map[string]djangoCommand{
	"cleanup":          {},
	"createcachetable": {takes: []string{"cache_table", "database"}},
	"flush":            {takes: []string{"database"}, noInput: true, changed: installed},
	"loaddata":         {takes: []string{"database", "fixtures"}, changed: installed},
	"syncdb": {takes: []string{"database"}, noInput: true,
		changed: func(l string) bool { return strings.Contains(l, "Creating table ") || installed(l) }},
	"test":     {takes: []string{"failfast", "testrunner", "apps"}, noInput: true},
	"validate": {},
	"migrate": {takes: []string{"apps", "skip", "merge", "database"}, noInput: true,
		changed: func(l string) bool {
			return strings.Contains(l, "Migrating forwards ") || strings.Contains(l, "Applying") || installed(l)
		}},
	"collectstatic": {takes: []string{"clear", "link"}, noInput: true,
		changed: func(l string) bool { return l != "" && !strings.Contains(l, "0 static files") }},
}

// runDjango is community.general.django_manage.
func runDjango(ctx context.Context, c *module.Call) (module.Result, error) {
	words, err := module.SplitWords(c.Args.Str("command"))
	if err != nil || len(words) == 0 {
		return nil, module.Fail("command cannot be split into words: " + c.Args.Str("command"))
	}
	name := words[0]
	command := djangoCommands[name]
	for _, p := range []string{"apps", "clear", "database", "failfast", "fixtures", "testrunner"} {
		if given(c.Args, p) && !slices.Contains(command.takes, p) {
			return nil, module.Fail(p + " param is incompatible with command=" + name)
		}
	}
	if name == "loaddata" && !given(c.Args, "fixtures") {
		return nil, module.Fail("fixtures param is required for command=loaddata")
	}
	env, err := djangoEnv(ctx, c)
	if err != nil {
		return nil, err
	}
	argv, err := djangoArgs(c.Args, words, command)
	if err != nil {
		return nil, err
	}
	dir := c.Path("project_path")
	out, err := program.Exec(ctx, c.Sys, module.Cmd{Argv: append([]string{path.Join(dir, "manage.py")}, argv[1:]...), Dir: dir, Env: env})
	if err != nil {
		return nil, err
	}
	text := out.Out
	if out.RC != 0 {
		if name != "createcachetable" || !strings.Contains(out.Err, "already exists") {
			search := env["PATH"]
			if search == "" {
				search = c.Sys.Getenv("PATH")
			}
			return nil, djangoFailure(name, argv, out, search)
		}
		text = "already exists."
	}
	changed := name == "createcachetable" && !strings.Contains(text, "already exists")
	if command.changed != nil {
		changed = slices.ContainsFunc(strings.Split(text, "\n"), command.changed)
	}
	return module.Result{"changed": changed, "out": text, "cmd": argv, "app_path": dir, "project_path": dir,
		"virtualenv": c.Args["virtualenv"], "settings": c.Args["settings"], "pythonpath": c.Args["pythonpath"]}, nil
}

func given(a module.Args, name string) bool {
	return a.Bool(name) || a.Text(name) != ""
}

func djangoFailure(name string, argv []string, out program.Output, search string) error {
	msg := ""
	if strings.Contains(out.Err, "Unknown command:") {
		return module.Fail("stdout: "+out.Err+"\n:stderr: Unknown django command: "+name, "cmd", argv)
	}
	if out.Out != "" {
		msg = "stdout: " + out.Out
	}
	if out.Err != "" {
		msg += "\n:stderr: " + out.Err
	}
	return module.Fail(msg, "cmd", argv, "path", search)
}

// djangoEnv is the environment of the virtual environment, which is made where it is missing.
func djangoEnv(ctx context.Context, c *module.Call) (map[string]string, error) {
	venv := c.Path("virtualenv")
	if venv == "" {
		return nil, nil
	}
	bin := path.Join(venv, "bin")
	if _, err := c.Sys.Stat(path.Join(bin, "activate")); err != nil {
		argv := []string{"virtualenv", venv}
		out, err := program.Change(ctx, c.Sys, argv...)
		if err != nil {
			return nil, err
		}
		if out.RC != 0 {
			return nil, module.Fail("stdout: "+out.Out+"\n:stderr: "+out.Err, "cmd", argv)
		}
	}
	return map[string]string{"PATH": bin + ":" + c.Sys.Getenv("PATH"), "VIRTUAL_ENV": venv}, nil
}

// djangoArgs builds the command line.
func djangoArgs(a module.Args, words []string, command djangoCommand) ([]string, error) {
	argv := append([]string{"./manage.py"}, words...)
	if command.noInput && !slices.Contains(words, "--noinput") {
		argv = append(argv, "--noinput")
	}
	for _, p := range []string{"settings", "pythonpath", "database"} {
		if v := a.Str(p); v != "" {
			argv = append(argv, "--"+p+"="+v)
		}
	}
	for _, p := range []string{"clear", "failfast", "skip", "merge", "link"} {
		if a.Bool(p) {
			argv = append(argv, "--"+p)
		}
	}
	for _, p := range []string{"apps", "cache_table", "fixtures"} {
		v := a.Str(p)
		if v == "" {
			continue
		}
		if p == "cache_table" {
			argv = append(argv, v)
			continue
		}
		more, err := module.SplitWords(v)
		if err != nil {
			return nil, module.Fail(p + ": " + err.Error())
		}
		argv = append(argv, more...)
	}
	return argv, nil
}
