// Package files has the modules of whole files and directories: file, copy, stat, find, archives and their like.
package files

import "pylint-deploy/executor/module"

// Modules is the family's table.
func Modules() []module.Module {
	return []module.Module{}
}
