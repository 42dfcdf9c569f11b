package database

import (
	"context"
	"slices"
	"testing"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/database/dbtest"
)

// TestMySQL tells for each task whether it changes something, and that it does not when run again.
func TestMySQL(t *testing.T) {
	socket := dbtest.MariaDB(t)
	const db, usr = "community.mysql.mysql_db", "community.mysql.mysql_user"
	type a = module.Args
	reg, err := module.NewRegistry(Modules())
	if err != nil {
		t.Fatal(err)
	}
	sys, err := module.NewReal("/", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		args   a
		change bool
		fails  bool
	}{
		{name: db, args: a{"name": []any{"shop"}}, change: true},
		{name: db, args: a{"name": []any{"we`ird", "utf"}, "encoding": "utf8mb4", "collation": "utf8mb4_bin"}, change: true},
		{name: usr, args: a{"user": "app", "password": "s3'cr\\et", "priv": "shop.*:ALL"}, change: true},
		{name: usr, args: a{"user": "app", "password": "other"}, change: true},
		{name: usr, args: a{"user": "app", "password": "third", "update_password": "on_create"}},
		{name: usr, args: a{"user": "app", "priv": "shop.*:SELECT,INSERT"}, change: true},
		{name: usr, args: a{"user": "app", "priv": "utf.*:SELECT", "append_privs": true}, change: true},
		{name: usr, args: a{"user": "app", "priv": "shop.*:SELECT,INSERT,GRANT/utf.*:SELECT"}, change: true},
		{name: usr, args: a{"user": "app", "priv": "shop.*:SELECT"}, change: true},
		{name: usr, args: a{"user": "app", "priv": a2{"*.*": "PROCESS"}}, change: true},
		{name: usr, args: a{"user": "app", "priv": "shop.*:SELECT; DROP"}, fails: true},
		{name: usr, args: a{"user": "hashed", "host": "%", "password": nativeHash("x"), "encrypted": true}, change: true},
		{name: usr, args: a{"user": "hashed", "host_all": true, "password": "x"}},
		{name: usr, args: a{"user": "hashed", "host": "%", "state": "absent"}, change: true},
		{name: usr, args: a{"user": "app", "state": "absent"}, change: true},
		{name: usr, args: a{"user": "never", "state": "absent"}},
		{name: usr, args: a{"user": "x", "login_user": "nobody", "login_password": "no"}, fails: true},
		{name: db, args: a{"name": []any{"shop", "we`ird", "utf"}, "state": "absent"}, change: true},
		{name: db, args: a{"name": []any{"shop"}, "state": "dump"}, fails: true},
	} {
		for pass, want := range []bool{c.change, c.change, false} {
			if pass == 0 && c.fails {
				continue
			}
			full := a{"login_unix_socket": socket, "login_user": "root", "state": "present", "config_file": "/nonexistent"}
			for k, v := range c.args {
				full[k] = v
			}
			got := reg.Do(context.Background(), c.name, &module.Call{Args: full, Check: pass == 0, Sys: sys})
			if failed := got["failed"] == true; failed != c.fails {
				t.Errorf("%s %v pass %d: failed=%v: %v", c.name, c.args, pass, failed, got["msg"])
			} else if !c.fails && got["changed"] != want {
				t.Errorf("%s %v pass %d: changed=%v, want %v: %v", c.name, c.args, pass, got["changed"], want, got)
			}
		}
	}
}

type a2 = map[string]any

func TestUnpackPrivs(t *testing.T) {
	got, err := unpackPrivs("a.b:select, Insert (y,x) /c.*:ALL PRIVILEGES,GRANT", true)
	if err != nil || !slices.Equal(got["`a`.`b`"], []string{"INSERT (`x`, `y`)", "SELECT"}) || !slices.Equal(got["`c`.*"], []string{"ALL", "GRANT"}) {
		t.Errorf("got %v, %v", got, err)
	}
}
