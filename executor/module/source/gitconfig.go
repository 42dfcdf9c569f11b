package source

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// Rare are modules of this family that few playbooks use.
func Rare() []module.Module {
	return []module.Module{{Name: "community.general.git_config", Run: runGitConfig}}
}

// runGitConfig is community.general.git_config: one setting of git, or all that there are.
func runGitConfig(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	git, err := program.Path(c.Sys, "git")
	if err != nil {
		return nil, err
	}
	all, name := a.Bool("list_all"), a.Str("name")
	scope := a.Str("scope")
	if scope == "" && !all {
		scope = "system"
	}
	args := []string{git, "config", "--includes"}
	if all {
		args = append(args, "-l")
	}
	switch scope {
	case "":
	case "file":
		args = append(args, "-f", c.Path("file"))
	default:
		args = append(args, "--"+scope)
	}
	if name != "" {
		args = append(args, name)
	}
	dir := "/" // where no repository has a say
	if repo := c.Path("repo"); scope == "local" || all && repo != "" {
		dir = repo
	}
	out, err := program.Exec(ctx, c.Sys, module.Cmd{Argv: args, Dir: dir, Reads: true})
	switch {
	case err != nil:
		return nil, err
	case all && scope != "" && out.RC == 128 && strings.Contains(out.Err, "unable to read config file"):
		return module.Result{"changed": false, "msg": "", "config_values": map[string]any{}}, nil
	case out.RC >= 2: // 1 is a setting that is not there
		return nil, module.Fail(out.Err, "rc", out.RC, "cmd", strings.Join(args, " "))
	}
	have := strings.TrimRight(out.Out, " \t\r\n\v\f")
	value, unset := a.Str("value"), a.Str("state") == "absent"
	switch {
	case all:
		values := map[string]any{}
		for _, line := range program.Lines(have) {
			k, v, _ := strings.Cut(line, "=")
			values[k] = v
		}
		return module.Result{"changed": false, "msg": "", "config_values": values}, nil
	case unset && out.Out == "":
		return module.Result{"changed": false, "msg": "no setting to unset"}, nil
	case unset:
		value = ""
	case value == "":
		return module.Result{"changed": false, "msg": "", "config_value": have}, nil
	case value == have:
		return module.Result{"changed": false, "msg": ""}, nil
	}
	shown := args
	change := append(args[:len(args):len(args)], value)
	if unset {
		change = append(args[:len(args)-1:len(args)-1], "--unset", name)
		if !c.Check {
			shown = change
		}
	}
	if !c.Check {
		out, err := program.Exec(ctx, c.Sys, module.Cmd{Argv: change, Dir: dir})
		if err != nil {
			return nil, err
		}
		if out.Err != "" {
			return nil, module.Fail(out.Err, "rc", out.RC, "cmd", change)
		}
	}
	header := strings.Join(shown, " ")
	return module.Result{"changed": true, "msg": "setting changed",
		"diff": map[string]any{"before_header": header, "before": have + "\n", "after_header": header, "after": value + "\n"}}, nil
}
