// Package accounts is who may use the target: users, groups, their keys, and the name service that knows them.
//
// Accounts are changed by the system's own programs (useradd and its relatives), which keep passwd, shadow, group and
// subordinate ids together under one lock. Password hashes go to them over standard input, never in arguments.
package accounts

import (
	"strings"

	"pylint-deploy/executor/module"
)

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "ansible.builtin.group", Run: runGroup},
		{Name: "ansible.builtin.user", Run: runUser},
		AuthorizedKey(nil),
		{Name: "ansible.builtin.getent", Run: runGetent},
	}
}

// localLine finds a name's line in one of the account files, which "local: true" demands.
func localLine(sys module.System, file, name string) bool {
	data, err := sys.ReadFile(file)
	if err != nil {
		return false
	}
	for _, l := range strings.Split(string(data), "\n") {
		if strings.HasPrefix(l, name+":") {
			return true
		}
	}
	return false
}
