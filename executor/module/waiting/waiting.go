// Package waiting is wait_for. It is apart from the other commands because of package net.
package waiting

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{{Name: "ansible.builtin.wait_for", Run: runWaitFor, NoCheck: true}}
}
