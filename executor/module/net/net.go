// Package net is what the target offers and lets through: ufw, iptables, and the modules of Apache.
package net

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "community.general.ufw", Run: runUfw},
	}
}

// Rare are modules that the base program does without.
func Rare() []module.Module {
	return []module.Module{
		{Name: "ansible.posix.firewalld", Run: runFirewalld},
		{Name: "ansible.builtin.iptables", Run: runIptables},
		{Name: "community.general.apache2_module", Run: runApacheModule},
	}
}
