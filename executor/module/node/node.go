// Package node is what languages' own package managers install beside Python's: npm, gem, Composer.
package node

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "community.general.npm", Run: runNpm},
		{Name: "community.general.gem", Run: runGem},
		{Name: "community.general.composer", Run: runComposer},
	}
}
