// Package passwords is the modules that keep hashes of passwords in files.
package passwords

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{{Name: "community.general.htpasswd", Run: htpasswd}}
}
