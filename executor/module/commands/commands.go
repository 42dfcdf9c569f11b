// Package commands has the modules that run what the playbook names, and those that wait: command, shell, raw, script,
// wait_for, ping.
package commands

import (
	"context"

	"pylint-deploy/executor/module"
)

// Modules is the family's table.
func Modules() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.command", Run: runCommand},
		{Name: "ansible.builtin.ping", Run: ping},
		{Name: "ansible.builtin.raw", Run: runRaw, NoCheck: true},
		{Name: "ansible.builtin.script", Run: runScript},
		{Name: "ansible.builtin.shell", Run: runShell},
	}
}

// ping answers with its argument; "crash" fails, as Ansible's ping lets one try what failure looks like.
func ping(_ context.Context, c *module.Call) (module.Result, error) {
	data := c.Args.Str("data")
	if data == "crash" {
		return nil, module.Fail("MODULE FAILURE\nSee stdout/stderr for the exact error", "rc", 1, "module_stdout", "",
			"module_stderr", "Exception: boom\n")
	}
	return module.Result{"ping": data}, nil
}
