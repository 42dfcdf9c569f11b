// Package packaging is software from package managers: apt and its sources and keys, dpkg, dnf and yum, rpm.
//
// The database of what is installed is read directly, so that a task whose packages are all there runs no package
// manager at all. Only where something has to change, or a candidate version has to be known, is the manager asked.
package packaging

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.apt", Run: runApt},
	}
}
