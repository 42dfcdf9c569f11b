// Package net is the target's network policy: ufw, iptables, firewalld.
package net

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "community.general.ufw", Run: runUfw},
		{Name: "ansible.builtin.iptables", Run: runIptables},
	}
}
