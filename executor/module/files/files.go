// Package files has the modules of whole files and directories: file, copy, stat, find and their like.
package files

import "pylint-deploy/executor/module"

// Modules is the family's table.
func Modules() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.copy", Run: copyFile},
		{Name: "ansible.builtin.file", Run: file},
		{Name: "ansible.builtin.find", Run: find},
		{Name: "ansible.builtin.slurp", Run: slurp},
		{Name: "ansible.builtin.stat", Run: stat},
		{Name: "ansible.builtin.tempfile", Run: tempfile, NoCheck: true},
	}
}

// Rare are modules that the base program does without.
func Rare() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.assemble", Run: assemble},
		{Name: "ansible.posix.acl", Run: acl},
		{Name: "community.general.capabilities", Run: capabilities},
	}
}
