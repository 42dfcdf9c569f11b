//go:build !linux

// Package facts gathers facts on Linux; the controller is compiled for other systems, too, which are no targets.
package facts

import (
	"context"
	"runtime"

	"pylint-deploy/executor/module"
)

// Modules are the modules of this package.
func Modules() []module.Module { return []module.Module{{Name: "ansible.builtin.setup", Run: refuse}} }

func refuse(context.Context, *module.Call) (module.Result, error) {
	return module.Result{}, module.Fail("facts are gathered on Linux, and this machine runs " + runtime.GOOS + ": set gather_facts to false where a play is for it")
}

// Family is the fact os_family of a target, which is "" where that is no Linux.
func Family(module.System) string { return "" }

// FullName is the name of a host, without a domain where there are no facts.
func FullName(_ module.System, node string) string { return node }
