// Package source is checkouts from version control: git and Subversion, by their own programs.
package source

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.git", Run: runGit},
	}
}
