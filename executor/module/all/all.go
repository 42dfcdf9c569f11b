// Package all is the table of every native module of the base agent. Those that need net/http are not here.
package all

import (
	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/commands"
	"pylint-deploy/executor/module/content"
	"pylint-deploy/executor/module/files"
)

// Registry builds the table.
func Registry() (*module.Registry, error) {
	return module.NewRegistry(
		commands.Modules(),
		content.Modules(),
		files.Modules(),
	)
}
