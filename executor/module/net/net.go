// Package net is what the target offers and lets through: ufw, iptables, and the modules of Apache.
package net

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "community.general.ufw", Run: runUfw},
		{Name: "ansible.builtin.iptables", Run: runIptables},
		{Name: "community.general.apache2_module", Run: runApacheModule},
	}
}
