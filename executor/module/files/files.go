// Package files has the modules of whole files and directories: file, copy, stat, find, archives and their like.
package files

import "pylint-deploy/executor/module"

// Modules is the family's table.
func Modules() []module.Module { return append(Core(), Archives()...) }

// Archives are the modules that bring a library for each format.
func Archives() []module.Module {
	return []module.Module{
		Unarchive(nil),
		{Name: "community.general.archive", Run: archiveFiles},
	}
}

// Core is the family without Archives.
func Core() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.assemble", Run: assemble},
		{Name: "ansible.builtin.copy", Run: copyFile},
		{Name: "ansible.builtin.file", Run: file},
		{Name: "ansible.builtin.find", Run: find},
		{Name: "ansible.builtin.slurp", Run: slurp},
		{Name: "ansible.builtin.stat", Run: stat},
		{Name: "ansible.builtin.tempfile", Run: tempfile, NoCheck: true},
		{Name: "ansible.posix.acl", Run: acl},
	}
}
