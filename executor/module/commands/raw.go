package commands

import (
	"context"
	"path"
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

// runScript is ansible.builtin.script on the target: the blob "script" becomes a program in a scratch directory and is gone
// afterwards. The login shell's kin reads what follows the script's name in _raw_params, so that "$HOME" and "| tee" in it
// mean what they mean with Ansible.
func runScript(ctx context.Context, c *module.Call) (module.Result, error) {
	line := strings.TrimSpace(c.Args.Str("_raw_params"))
	words, err := module.SplitWords(line)
	if err != nil || len(words) == 0 {
		return nil, module.Fail("script: no command given")
	}
	for arg, skip := range map[string]bool{"creates": true, "removes": false} {
		p := c.Path(arg)
		if p == "" {
			continue
		}
		if _, err := c.Sys.Stat(p); (err == nil) == skip {
			state := map[bool]string{true: "exists", false: "does not exist"}[skip]
			return module.Result{"changed": false, "skipped": true, "msg": p + " " + state + ", matching " + arg + " option"}, nil
		}
	}
	if c.Sys.DryRun() {
		if c.Args.Str("creates") == "" && c.Args.Str("removes") == "" {
			return module.Result{"changed": false, "skipped": true, "msg": "Check mode is not supported for this task."}, nil
		}
		return module.Result{"changed": true}, nil
	}
	tmp, err := c.Sys.TempDir()
	if err != nil {
		return nil, err
	}
	defer c.Sys.RemoveAll(tmp)
	program := tmp + "/" + path.Base(words[0])
	if err := c.WriteBlob("script", program, 0o700); err != nil {
		return nil, err
	}
	command := shellWord(program) + afterWord(line)
	if exe := c.Args.Str("executable"); exe != "" {
		command = exe + " " + command
	}
	out, err := c.Sys.Run(ctx, module.Cmd{Argv: []string{"/bin/sh", "-c", command}, Dir: c.Path("chdir")})
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": true, "rc": out.RC, "stdout": string(out.Stdout), "stderr": string(out.Stderr)}
	if out.RC != 0 {
		return nil, &module.Failure{Msg: "non-zero return code", Result: res}
	}
	return res, nil
}

// shellWord makes one word of s for a POSIX shell.
func shellWord(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// afterWord is what follows the first word of a line, which may be quoted.
func afterWord(line string) string {
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		switch ch := line[i]; {
		case quote == 0 && (ch == ' ' || ch == '\t' || ch == '\n'):
			return line[i:]
		case ch == '\\' && quote != '\'':
			i++
		case quote == 0 && (ch == '"' || ch == '\''):
			quote = ch
		case ch == quote:
			quote = 0
		}
	}
	return ""
}
