// Package http is the modules that speak HTTP: get_url, uri, twilio.
//
// They are apart from the others because net/http is as large as all of them together: the base agent does without, and
// this part is sent to a target only when a task needs it.
package http

import (
	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/all"
)

// Registry is the table of the larger agent: every module of the base agent and those of this family.
func Registry() (*module.Registry, error) {
	return module.NewRegistry(append(all.Families(), Modules())...)
}

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.get_url", Run: runGetURL},
		{Name: "ansible.builtin.uri", Run: runURI, NoCheck: true},
		{Name: "community.general.twilio", Run: runTwilio},
	}
}
