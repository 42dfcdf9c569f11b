package commands

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// Rare are modules of this family that few playbooks use.
func Rare() []module.Module {
	return []module.Module{{Name: "community.general.make", Run: runMake}}
}

// runMake is community.general.make: a target that is made where make says that it is not up to date.
func runMake(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	tool := c.Path("make")
	if tool == "" {
		for _, name := range []string{"gmake", "make"} {
			p, err := program.Path(c.Sys, name)
			if err == nil {
				tool = p
				break
			} else if name == "make" {
				return nil, err
			}
		}
	}
	argv := []string{tool}
	if a.Has("jobs") {
		argv = append(argv, "-j", strconv.FormatInt(a.Int("jobs"), 10))
	}
	if file := c.Path("file"); file != "" {
		argv = append(argv, "-f", file)
	}
	if target := a.Str("target"); target != "" {
		argv = append(argv, target)
	}
	params := a.Map("params")
	for _, name := range slices.Sorted(maps.Keys(params)) {
		argv = append(argv, name+"="+paramText(params, name))
	}
	dir := c.Path("chdir")
	out, err := program.Exec(ctx, c.Sys, module.Cmd{Argv: append(argv[:len(argv):len(argv)], "-q"), Dir: dir, Reads: true})
	if err != nil {
		return nil, err
	}
	changed := out.RC != 0
	if changed && !c.Check {
		if out, err = program.Must(program.Exec(ctx, c.Sys, module.Cmd{Argv: argv, Dir: dir})); err != nil {
			return nil, err
		}
	}
	trim := func(s string) string { return strings.TrimRight(s, "\r\n") }
	return module.Result{"changed": changed, "failed": false, "stdout": trim(out.Out), "stderr": trim(out.Err), "target": a["target"], "params": a["params"],
		"chdir": dir, "file": a["file"], "jobs": a["jobs"], "command": program.Quote(argv)}, nil
}

// paramText spells a parameter as Python does.
func paramText(params module.Args, name string) string {
	switch v := params[name].(type) {
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case nil:
		return "None"
	}
	return params.Text(name)
}
