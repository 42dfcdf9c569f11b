package commands

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
)

// runRaw is ansible.builtin.raw: a line for the login user's shell, without any of command's care.
func runRaw(ctx context.Context, c *module.Call) (module.Result, error) {
	line := c.Args.Str("_raw_params")
	shell := c.Args.Str("executable")
	if shell == "" {
		shell = "/bin/sh"
	}
	out, err := c.Sys.Run(ctx, module.Cmd{Argv: []string{shell, "-c", line}})
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": true, "rc": out.RC, "stdout": string(out.Stdout), "stderr": string(out.Stderr)}
	if out.RC != 0 {
		return nil, &module.Failure{Msg: "non-zero return code", Result: res}
	}
	return res, nil
}

// runScript is ansible.builtin.script on the target: the blob "script" becomes a program in a scratch directory, runs
// with the words that follow it in _raw_params (or cmd), and is gone.
//
// Known difference: no shell reads the words, so that "$HOME" or "| tee" in them mean nothing special.
func runScript(ctx context.Context, c *module.Call) (module.Result, error) {
	line := c.Args.Str("_raw_params")
	if line == "" {
		line = c.Args.Str("cmd")
	}
	words, err := module.SplitWords(line)
	if err != nil || len(words) == 0 {
		return nil, module.Fail("script: no command given")
	}
	dir := c.Path("chdir")
	for arg, skip := range map[string]bool{"creates": true, "removes": false} {
		if p := c.Path(arg); p != "" {
			found, err := c.Glob(dir, p)
			if err != nil {
				return nil, err
			}
			if (len(found) > 0) == skip {
				state := map[bool]string{true: "exists", false: "does not exist"}[skip]
				return module.Result{"changed": false, "skipped": true, "msg": p + " " + state + ", matching " + arg + " option"}, nil
			}
		}
	}
	if c.Sys.DryRun() {
		return module.Result{"changed": true}, nil
	}
	tmp, err := c.Sys.TempDir()
	if err != nil {
		return nil, err
	}
	defer c.Sys.RemoveAll(tmp)
	program := tmp + "/script"
	if err := c.WriteBlob("script", program, 0o700); err != nil {
		return nil, err
	}
	argv := append([]string{program}, words[1:]...)
	if exe := c.Args.Str("executable"); exe != "" {
		argv = append(strings.Fields(exe), argv...)
	}
	out, err := c.Sys.Run(ctx, module.Cmd{Argv: argv, Dir: dir})
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": true, "rc": out.RC, "stdout": string(out.Stdout), "stderr": string(out.Stderr)}
	if out.RC != 0 {
		return nil, &module.Failure{Msg: "non-zero return code", Result: res}
	}
	return res, nil
}
