// Package distro is the package managers of distributions other than Debian's and Red Hat's kin: apk, pacman, zypper, and snap, which is on
// many.
package distro

import (
	"context"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "community.general.apk", Run: runApk},
		{Name: "community.general.pacman", Run: runPacman},
		{Name: "community.general.snap", Run: runSnap},
		{Name: "community.general.zypper", Run: runZypper},
	}
}

// change runs a package manager, which is let to its end whatever happens. In check mode it is not run.
func change(ctx context.Context, c *module.Call, argv []string) (program.Output, error) {
	return program.Exec(ctx, c.Sys, module.Cmd{Argv: argv, Whole: true})
}
