// Package all is the table of every native module: for an agent within the controller, for a program that sends itself, and
// for tests. What is sent to targets is in parts, see executor/agent/builds.
package all

import (
	"slices"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/base"
	"pylint-deploy/executor/module/http"
	"pylint-deploy/executor/module/more"
)

// Registry builds the table. Modules that can do more with HTTP take the place of their namesakes.
func Registry() (*module.Registry, error) {
	modules := http.Modules()
	for _, m := range slices.Concat(base.Modules(), more.Modules()) {
		if !slices.ContainsFunc(modules, func(other module.Module) bool { return other.Name == m.Name }) {
			modules = append(modules, m)
		}
	}
	return module.NewRegistry(modules)
}
