// Package playbooks holds our own example deployments: the course's job, written so that it can be run again and again.
// The sample of `pylint-deploy demo` is part of the program.
package playbooks

import "embed"

// Demo is the sample deployment: demo/site.yml, demo/hosts.ini and the role that they use.
//
//go:embed all:demo
var Demo embed.FS
