package node

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
	"pylint-deploy/executor/module/program"
)

// composerOptions are the switches of Composer by argument; a command may know only some of them.
var composerOptions = [][2]string{{"prefer_source", "prefer-source"}, {"prefer_dist", "prefer-dist"}, {"no_dev", "no-dev"}, {"no_scripts", "no-scripts"},
	{"no_plugins", "no-plugins"}, {"apcu_autoloader", "apcu-autoloader"}, {"optimize_autoloader", "optimize-autoloader"},
	{"classmap_authoritative", "classmap-authoritative"}, {"ignore_platform_reqs", "ignore-platform-reqs"}}

// runComposer is community.general.composer.
func runComposer(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	command := a.Str("command")
	if command == "" {
		command = "install"
	}
	if strings.ContainsAny(command, " \t") {
		return nil, module.Fail("Use the 'arguments' param for passing arguments with the 'command'")
	}
	var tool []string
	for _, p := range [][2]string{{"executable", "php"}, {"composer_executable", "composer"}} {
		exe := c.Path(p[0])
		if exe == "" {
			found, err := program.Path(c.Sys, p[1])
			if err != nil {
				return nil, err
			}
			exe = found
		}
		tool = append(tool, exe)
	}
	known, err := composerHelp(ctx, c, tool, command)
	if err != nil {
		return nil, err
	}
	argv := tool
	if a.Bool("global_command") {
		argv = append(argv, "global")
	}
	argv = append(argv, command)
	for _, o := range []string{"no-ansi", "no-interaction", "no-progress"} {
		if known[o] {
			argv = append(argv, "--"+o)
		}
	}
	if !a.Bool("global_command") {
		if a.Str("working_dir") == "" {
			return nil, module.Fail("global_command is False but all of the following are missing: working_dir")
		}
		argv = append(argv, "--working-dir", c.Path("working_dir"))
	}
	for _, o := range composerOptions {
		if a.Bool(o[0]) && known[o[1]] {
			argv = append(argv, "--"+o[1])
		}
	}
	if c.Check {
		if !known["dry-run"] {
			return module.Result{"changed": false, "skipped": true, "msg": "command '" + command + "' does not support check mode, skipping"}, nil
		}
		argv = append(argv, "--dry-run")
	}
	words, err := module.SplitWords(a.Str("arguments"))
	if err != nil {
		return nil, module.Fail("arguments: " + err.Error())
	}
	out, err := program.Exec(ctx, c.Sys, module.Cmd{Argv: append(argv, words...), Reads: c.Check})
	if err != nil {
		return nil, err
	}
	flat := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	if out.RC != 0 {
		return nil, module.Fail(flat(out.Err), "stdout", out.Err)
	}
	text := flat(out.Out + out.Err)
	idle := strings.Contains(text, "Nothing to install or update") || strings.Contains(text, "Nothing to install, update or remove")
	return module.Result{"changed": !idle, "msg": text, "stdout": out.Out + out.Err}, nil
}

// composerHelp asks Composer which options the command has.
func composerHelp(ctx context.Context, c *module.Call, tool []string, command string) (map[string]bool, error) {
	out, err := program.Read(ctx, c.Sys, append(append([]string{}, tool...), "help", command, "--no-interaction", "--format=json")...)
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, module.Fail(strings.Join(strings.Fields(out.Err), " "))
	}
	answer, err := jsontext.Parse([]byte(out.Out))
	if err != nil {
		return nil, module.Fail("cannot read what composer help prints: " + err.Error())
	}
	help, _ := answer.(map[string]any)
	definition, _ := help["definition"].(map[string]any)
	options, _ := definition["options"].(map[string]any)
	known := map[string]bool{}
	for o := range options {
		known[o] = true
	}
	return known, nil
}
