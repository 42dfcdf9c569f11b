// Package more is the modules that the base program does without: archives, databases, disks, what looks at the network, hashes of
// passwords, package managers of languages. They are sent to a target when a task needs one of them.
package more

import (
	"slices"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/archive"
	"pylint-deploy/executor/module/commands"
	"pylint-deploy/executor/module/database"
	"pylint-deploy/executor/module/distro"
	"pylint-deploy/executor/module/files"
	"pylint-deploy/executor/module/foreign"
	"pylint-deploy/executor/module/host"
	"pylint-deploy/executor/module/net"
	"pylint-deploy/executor/module/node"
	"pylint-deploy/executor/module/packaging"
	"pylint-deploy/executor/module/passwords"
	"pylint-deploy/executor/module/rabbitmq"
	"pylint-deploy/executor/module/service"
	"pylint-deploy/executor/module/source"
	"pylint-deploy/executor/module/state"
	"pylint-deploy/executor/module/storage"
	"pylint-deploy/executor/module/waiting"
)

// Registry builds the table.
func Registry() (*module.Registry, error) { return module.NewRegistry(Modules()) }

// Modules are the modules of this part.
func Modules() []module.Module {
	return slices.Concat(
		archive.Modules(),
		commands.Rare(),
		waiting.Modules(),
		database.Modules(),
		distro.Modules(),
		files.Rare(),
		foreign.Modules(),
		host.Rare(),
		net.Rare(),
		node.Modules(),
		packaging.Rare(),
		passwords.Modules(),
		rabbitmq.Modules(),
		service.Rare(),
		source.Rare(),
		state.Modules(),
		storage.Modules(),
	)
}
