package database

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/database/dbtest"
)

// TestPostgres tells for each task whether it changes something, and that it does not when run again.
func TestPostgres(t *testing.T) {
	socket := dbtest.Postgres(t)
	const db, usr, ext, privs = "community.postgresql.postgresql_db", "community.postgresql.postgresql_user", "community.postgresql.postgresql_ext", "community.postgresql.postgresql_privs"
	type a = module.Args
	reg, err := module.NewRegistry(Modules())
	if err != nil {
		t.Fatal(err)
	}
	sys, err := module.NewReal("/", nil)
	if err != nil {
		t.Fatal(err)
	}
	do := func(name string, args a, check bool) module.Result {
		full := a{"login_unix_socket": socket, "login_user": "postgres", "login_password": "boss", "state": "present", "port": int64(5432)}
		for k, v := range args {
			full[k] = v
		}
		return reg.Do(context.Background(), name, &module.Call{Args: full, Check: check, Sys: sys})
	}
	for _, c := range []struct {
		name   string
		args   a
		change bool
		fails  bool
	}{
		{name: usr, args: a{"user": "app", "password": "s3'cr\\et"}, change: true},
		{name: usr, args: a{"user": "app", "password": "s3'cr\\et"}},
		{name: usr, args: a{"user": "app", "password": "other"}, change: true},
		{name: usr, args: a{"user": "app", "password": "third", "no_password_changes": true}},
		{name: usr, args: a{"user": "app", "role_attr_flags": "CREATEDB,NOSUPERUSER"}, change: true},
		{name: usr, args: a{"user": "app", "role_attr_flags": "NOCREATEDB"}, change: true},
		{name: usr, args: a{"user": "app", "role_attr_flags": "FLY"}, fails: true},
		{name: usr, args: a{"user": "app", "expires": "2031-01-01"}, change: true},
		{name: usr, args: a{"user": "app", "conn_limit": int64(7)}, change: true},
		{name: usr, args: a{"user": "app", "comment": "it's"}, change: true},
		{name: usr, args: a{"user": "team", "role_attr_flags": "NOLOGIN"}, change: true},
		{name: usr, args: a{"user": "app", "groups": []any{"team"}}, change: true},
		{name: usr, args: a{"user": `we"ird`}, change: true},
		{name: db, args: a{"db": "shop", "owner": "app", "encoding": "UTF-8", "template": "template0", "lc_collate": "C", "lc_ctype": "C"}, change: true},
		{name: db, args: a{"db": "shop", "owner": "team"}, change: true},
		{name: db, args: a{"db": "shop", "conn_limit": "5"}, change: true},
		{name: db, args: a{"db": "shop", "conn_limit": "5; DROP"}, fails: true},
		{name: db, args: a{"db": "shop", "encoding": "LATIN1"}, fails: true},
		{name: db, args: a{"db": "shop", "lc_collate": "de_DE"}, fails: true},
		{name: usr, args: a{"user": "app", "db": "shop", "priv": "CONNECT,TEMP"}, change: true},
		{name: db, args: a{"db": "shop", "target": "store", "state": "rename"}, change: true},
		{name: ext, args: a{"ext": "pgcrypto", "db": "store"}, change: true},
		{name: ext, args: a{"ext": "pgcrypto", "db": "store", "state": "absent"}, change: true},
		{name: ext, args: a{"ext": "nosuch", "db": "store"}, fails: true},
		{name: privs, args: a{"database": "store", "type": "database", "privs": "CREATE", "roles": "app"}, change: true},
		{name: privs, args: a{"database": "store", "type": "database", "privs": "CREATE", "roles": "app", "grant_option": true}, change: true},
		{name: privs, args: a{"database": "store", "type": "database", "privs": "CREATE", "roles": "app", "grant_option": false}, change: true},
		{name: privs, args: a{"database": "store", "type": "database", "privs": "CREATE", "roles": "app", "state": "absent"}, change: true},
		{name: privs, args: a{"database": "store", "type": "schema", "objs": "public", "privs": "CREATE,usage", "roles": "app,team"}, change: true},
		{name: privs, args: a{"database": "store", "type": "database", "privs": "CONNECT", "roles": "PUBLIC", "state": "absent"}, change: true},
		{name: privs, args: a{"database": "store", "type": "group", "objs": "team", "roles": `we"ird`}, change: true},
		{name: privs, args: a{"database": "store", "type": "group", "objs": "team", "roles": `we"ird`, "state": "absent"}, change: true},
		{name: privs, args: a{"database": "store", "type": "default_privs", "objs": "TABLES,SEQUENCES", "privs": "SELECT", "roles": "app"}, change: true},
		{name: privs, args: a{"database": "store", "type": "default_privs", "objs": "TABLES", "privs": "ALL", "roles": "app", "target_roles": "team"}, change: true},
		{name: privs, args: a{"database": "store", "type": "table", "objs": "ALL_IN_SCHEMA", "privs": "SELECT", "roles": "app"}},
		{name: privs, args: a{"database": "store", "type": "table", "objs": "nosuch", "privs": "SELECT", "roles": "app"}, fails: true},
		{name: privs, args: a{"database": "store", "type": "table", "objs": "x", "privs": "FLY", "roles": "app"}, fails: true},
		{name: privs, args: a{"database": "store", "type": "table", "privs": "SELECT", "roles": "app"}, fails: true},
		{name: privs, args: a{"database": "store", "type": "database", "privs": "CONNECT", "roles": "nobody"}, fails: true},
		{name: privs, args: a{"database": "store", "type": "database", "privs": "CONNECT", "roles": "nobody", "fail_on_role": false}},
		{name: privs, args: a{"database": "store", "type": "function", "objs": "pg_sleep(double precision)", "schema": "pg_catalog", "privs": "EXECUTE", "roles": "PUBLIC", "state": "absent"}, change: true},
		{name: privs, args: a{"database": "store", "type": "default_privs", "objs": "TABLES", "privs": "SELECT", "roles": "app", "state": "absent"}, change: true},
		{name: privs, args: a{"database": "store", "type": "default_privs", "objs": "TABLES", "privs": "SELECT", "roles": "app", "target_roles": "team", "state": "absent"}, change: true},
		{name: db, args: a{"db": "store", "state": "absent", "force": true}, change: true},
		{name: db, args: a{"db": "never", "state": "absent"}},
		{name: usr, args: a{"user": "app", "state": "absent"}, change: true},
		{name: usr, args: a{"user": "never", "state": "absent"}},
		{name: db, args: a{"db": "x", "login_password": "wrong"}, fails: true},
		{name: db, args: a{"db": "x", "ssl_mode": "require"}, fails: true},
	} {
		for pass, want := range []bool{c.change, c.change, false} { // check mode, for real, again
			if pass == 0 && c.fails {
				continue // some refusals are found out by doing
			}
			got := do(c.name, c.args, pass == 0)
			if failed := got["failed"] == true; failed != c.fails {
				t.Errorf("%s %v pass %d: failed=%v: %v", c.name, c.args, pass, failed, got["msg"])
			} else if !c.fails && got["changed"] != want {
				t.Errorf("%s %v pass %d: changed=%v, want %v: %v", c.name, c.args, pass, got["changed"], want, got)
			}
		}
	}
}

// TestPasswordsOfPrograms: what pg_dump reads is in a file of its own that nobody else can read, and that is gone afterwards.
func TestPasswordsOfPrograms(t *testing.T) {
	root := t.TempDir()
	sys, err := module.NewReal(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	file, remove, err := pgPassFile(sys, `a:b\c`)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil || string(text) != `*:*:*:*:a\:b\\c`+"\n" {
		t.Errorf("%q, %v", text, err)
	}
	info, err := os.Stat(filepath.Join(root, file))
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	remove()
	if left, _ := os.ReadDir(filepath.Join(root, "tmp")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, _, err := pgPassFile(sys, "a\nb"); err == nil {
		t.Error("a line break is taken")
	}
}
