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
		{Name: "ansible.builtin.ping", Run: ping},
	}
}

// ping answers with its argument; "crash" fails, as Ansible's ping lets one try what failure looks like.
func ping(_ context.Context, c *module.Call) (module.Result, error) {
	data := c.Args.Str("data")
	if data == "crash" {
		return nil, module.Fail("boom")
	}
	return module.Result{"ping": data}, nil
}
