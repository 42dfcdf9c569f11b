// Package content has the modules that edit text within files: lineinfile, replace, blockinfile, ini_file and their like.
package content

import "pylint-deploy/executor/module"

// Modules is the family's table.
func Modules() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.blockinfile", Run: blockinfile},
		{Name: "ansible.builtin.known_hosts", Run: knownHosts},
		{Name: "ansible.builtin.lineinfile", Run: lineinfile},
		{Name: "ansible.builtin.replace", Run: replace},
		{Name: "community.general.ini_file", Run: iniFile},
	}
}
