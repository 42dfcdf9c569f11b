package node

import (
	"context"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
	"pylint-deploy/executor/module/program"
)

// npmTask is one call of the npm module.
type npmTask struct {
	*module.Call
	argv []string
	dir  string
	spec string // name, or name@version
}

// runNpm is community.general.npm.
func runNpm(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	t := &npmTask{Call: c, dir: c.Path("path"), spec: a.Str("name"), argv: []string{"npm"}}
	if e := a.Str("executable"); e != "" {
		t.argv = strings.Fields(e)
		t.argv[0] = c.ExpandPath(t.argv[0])
	}
	state := a.Str("state")
	switch {
	case t.dir == "" && !a.Bool("global"):
		return nil, module.Fail("path must be specified when not using global")
	case state == "absent" && t.spec == "":
		return nil, module.Fail("uninstalling a package is only available for named packages")
	}
	if v := a.Text("version"); v != "" && state != "absent" {
		t.spec += "@" + v
	}
	if t.dir != "" {
		if err := c.MkdirAll(t.dir); err != nil {
			return nil, err
		}
	}
	if a.Bool("ci") {
		_, err := t.change(ctx, "ci")
		return module.Result{"changed": true}, err
	}
	installed, missing, err := t.list(ctx)
	if err != nil {
		return nil, err
	}
	var verbs []string
	if state == "absent" {
		if slices.Contains(installed, a.Str("name")) {
			verbs = append(verbs, "uninstall")
		}
	} else {
		if missing {
			verbs = append(verbs, "install")
		}
		if state == "latest" {
			out, err := t.run(ctx, true, true, "outdated")
			if err != nil {
				return nil, err
			}
			if len(program.Lines(out.Out)) > 0 {
				verbs = append(verbs, "update")
			}
		}
	}
	for _, v := range verbs {
		if _, err := t.change(ctx, v); err != nil {
			return nil, err
		}
	}
	return module.Result{"changed": len(verbs) > 0}, nil
}

func (t *npmTask) change(ctx context.Context, verb string) (program.Output, error) {
	return program.Must(t.run(ctx, false, true, verb))
}

// run runs npm with the options that the arguments ask for.
func (t *npmTask) run(ctx context.Context, reads, named bool, args ...string) (program.Output, error) {
	argv := append(slices.Clone(t.argv), args...)
	if t.Args.Bool("global") {
		argv = append(argv, "--global")
	}
	if t.Args.Bool("production") && slices.Contains([]string{"install", "update", "ci"}, args[0]) {
		argv = append(argv, "--production")
	}
	for _, o := range [][2]string{{"ignore_scripts", "--ignore-scripts"}, {"unsafe_perm", "--unsafe-perm"}} {
		if t.Args.Bool(o[0]) {
			argv = append(argv, o[1])
		}
	}
	if named && t.spec != "" {
		argv = append(argv, t.spec)
	}
	if r := t.Args.Str("registry"); r != "" {
		argv = append(argv, "--registry", r)
	}
	for _, o := range [][2]string{{"no_optional", "--no-optional"}, {"no_bin_links", "--no-bin-links"}} {
		if t.Args.Bool(o[0]) {
			argv = append(argv, o[1])
		}
	}
	dir := t.dir
	if _, err := t.Sys.Stat(dir); err != nil {
		dir = "" // check mode, and the directory is still to be made
	}
	return program.Exec(ctx, t.Sys, module.Cmd{Argv: argv, Dir: dir, Reads: reads})
}

// list asks npm what is installed, by name and name@version, and whether something is missing.
func (t *npmTask) list(ctx context.Context) (installed []string, missing bool, err error) {
	out, err := t.run(ctx, true, false, "list", "--json", "--long")
	if err != nil {
		return nil, false, err
	}
	var data map[string]any
	if text := strings.TrimSpace(out.Out); text != "" {
		answer, err := jsontext.Parse([]byte(text))
		if err != nil {
			return nil, false, module.Fail("Failed to parse NPM output with error " + err.Error())
		}
		data, _ = answer.(map[string]any)
	}
	dependencies, _ := data["dependencies"].(map[string]any)
	if dependencies == nil {
		return nil, true, nil
	}
	for name, v := range dependencies {
		d, _ := v.(map[string]any)
		if truthy(d["missing"]) || truthy(d["invalid"]) {
			missing = true
			continue
		}
		installed = append(installed, name)
		if version, _ := d["version"].(string); version != "" {
			installed = append(installed, name+"@"+version)
		}
	}
	if t.spec != "" && !slices.Contains(installed, t.spec) {
		missing = true
	}
	return installed, missing, nil
}

// truthy reads npm's marks: true, or a text that says what is wrong.
func truthy(v any) bool { return v != nil && v != false && v != "" }
