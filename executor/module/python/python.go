// Package python is Python applications on the target: pip with its virtual environments, and Django's manage.py.
package python

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.pip", Run: runPip},
		{Name: "community.general.django_manage", Run: runDjango, NoCheck: true},
	}
}
