// Package all is the table of every native module of the base agent. Those that need net/http are not here.
package all

import (
	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/accounts"
	"pylint-deploy/executor/module/commands"
	"pylint-deploy/executor/module/content"
	"pylint-deploy/executor/module/database"
	"pylint-deploy/executor/module/facts"
	"pylint-deploy/executor/module/files"
	"pylint-deploy/executor/module/host"
	"pylint-deploy/executor/module/net"
	"pylint-deploy/executor/module/node"
	"pylint-deploy/executor/module/packaging"
	"pylint-deploy/executor/module/python"
	"pylint-deploy/executor/module/schedule"
	"pylint-deploy/executor/module/service"
	"pylint-deploy/executor/module/source"
	"pylint-deploy/executor/module/state"
)

// Registry builds the table.
func Registry() (*module.Registry, error) { return module.NewRegistry(Families()...) }

// Families are the modules of each family.
func Families() [][]module.Module {
	return [][]module.Module{
		accounts.Modules(),
		packaging.Modules(),
		service.Modules(),
		source.Modules(),
		facts.Modules(),
		net.Modules(),
		host.Modules(),
		schedule.Modules(),
		python.Modules(),
		database.Modules(),
		node.Modules(),
		commands.Modules(),
		content.Modules(),
		files.Modules(),
		state.Modules(),
	}
}
