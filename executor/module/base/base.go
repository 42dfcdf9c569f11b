// Package base is the modules of the program that every target gets: what nearly every deployment uses, and nothing that
// needs a network, archives, databases or passwords' hashes. Those are in packages more and http.
package base

import (
	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/accounts"
	"pylint-deploy/executor/module/commands"
	"pylint-deploy/executor/module/content"
	"pylint-deploy/executor/module/facts"
	"pylint-deploy/executor/module/files"
	"pylint-deploy/executor/module/host"
	"pylint-deploy/executor/module/net"
	"pylint-deploy/executor/module/packaging"
	"pylint-deploy/executor/module/python"
	"pylint-deploy/executor/module/schedule"
	"pylint-deploy/executor/module/service"
	"pylint-deploy/executor/module/source"
)

// Registry builds the table.
func Registry() (*module.Registry, error) { return module.NewRegistry(Modules()) }

// Modules are the modules of this part.
func Modules() []module.Module {
	var out []module.Module
	for _, family := range [][]module.Module{
		accounts.Modules(),
		commands.Modules(),
		content.Modules(),
		facts.Modules(),
		files.Modules(),
		host.Modules(),
		net.Modules(),
		packaging.Modules(),
		python.Modules(),
		schedule.Modules(),
		service.Modules(),
		source.Modules(),
	} {
		out = append(out, family...)
	}
	return out
}
