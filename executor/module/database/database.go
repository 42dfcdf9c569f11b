// Package database is the contents of database servers: databases, users, privileges.
//
// The servers are spoken to in their own protocols, so that no client library is needed on the target and no password
// appears in arguments or environments.
package database

import "pylint-deploy/executor/module"

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "community.postgresql.postgresql_db", Run: runPgDB},
		{Name: "community.postgresql.postgresql_user", Run: runPgUser},
		{Name: "community.postgresql.postgresql_ext", Run: runPgExt},
		{Name: "community.postgresql.postgresql_privs", Run: runPgPrivs},
		{Name: "community.mysql.mysql_db", Run: runMyDB},
		{Name: "community.mysql.mysql_user", Run: runMyUser},
	}
}
