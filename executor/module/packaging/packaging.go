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
		{Name: "ansible.builtin.apt_key", Run: runAptKey},
		{Name: "ansible.builtin.apt_repository", Run: runAptRepository},
		{Name: "ansible.builtin.package", Run: runPackage},
		{Name: "ansible.builtin.package_facts", Run: runPackageFacts},
		{Name: "ansible.builtin.dnf", Run: runDnf},
		{Name: "ansible.builtin.yum", Run: runDnf},
	}
}

// Rare are modules that the base program does without.
func Rare() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.rpm_key", Run: runRPMKey},
		{Name: "ansible.builtin.yum_repository", Run: runYumRepository},
		{Name: "ansible.builtin.deb822_repository", Run: runDeb822},
		{Name: "ansible.builtin.dpkg_selections", Run: runSelections},
		{Name: "ansible.builtin.debconf", Run: runDebconf},
	}
}
