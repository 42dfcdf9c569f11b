package all

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"pylint-deploy/executor/module/database/dbtest"
)

// dbStep is a task on a database server: Ansible's module runs it on one server, ours on another that was made alike, in check
// mode, for real, and again. Steps build on those before them.
type dbStep struct {
	module string
	args   string // YAML; DIR stands for a directory of the side's own
	// shell runs before the task; $SERVER is the side's socket.
	shell string
	// differs are result keys that differ on purpose.
	differs []string
	// noCheck leaves the run in check mode out.
	noCheck bool
}

// dbKind is a kind of server: how one is started, what every task gets, and how its state is read.
type dbKind struct {
	start   func(*testing.T) string
	library string // what Ansible's modules need
	common  string
	look    func(socket string) *exec.Cmd
	steps   []dbStep
}

func TestDatabasesAsAnsibleDoes(t *testing.T) {
	for name, k := range map[string]*dbKind{"postgresql": postgresKind, "mysql": mysqlKind} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := exec.Command("/usr/bin/python3", "-c", "import "+k.library).Run(); err != nil {
				if os.Getenv("CI") != "" {
					t.Fatalf("the Python library %s is needed to compare with Ansible's modules", k.library)
				}
				t.Skipf("no Python library %s for Ansible's modules", k.library)
			}
			py := startPython(t)
			reg, err := Registry()
			if err != nil {
				t.Fatal(err)
			}
			sides := []*dbSide{
				{socket: k.start(t), dir: t.TempDir(), run: func(t *testing.T, name string, args map[string]any, check bool) map[string]any {
					return py.run(t, name, args, check)
				}},
				{socket: k.start(t), dir: t.TempDir(), run: func(t *testing.T, name string, args map[string]any, check bool) map[string]any {
					return ours(t, reg, scenario{module: name}, args, check)
				}},
			}
			for _, s := range k.steps {
				k.compare(t, s, sides)
			}
		})
	}
}

// dbSide is a server with who changes it.
type dbSide struct {
	socket, dir string
	told        string // the difference between the servers that has been told
	run         func(t *testing.T, name string, args map[string]any, check bool) map[string]any
}

// neutral replaces what is the side's own.
func (d *dbSide) neutral(v string) string {
	return strings.ReplaceAll(strings.ReplaceAll(v, d.socket, "SOCKET"), d.dir, "DIR")
}

func (k *dbKind) compare(t *testing.T, s dbStep, sides []*dbSide) {
	t.Helper()
	for _, d := range sides {
		if s.shell == "" {
			continue
		}
		cmd := exec.Command("/bin/sh", "-ec", s.shell)
		cmd.Dir, cmd.Env = d.dir, append(os.Environ(), "SERVER="+d.socket, "PGPASSWORD=boss")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", s.shell, err, out)
		}
	}
	for _, phase := range phases {
		if phase.check && s.noCheck {
			continue
		}
		var got []map[string]any
		for _, d := range sides {
			res := d.run(t, s.module, k.args(t, s, d), phase.check)
			failed := res["failed"] == true
			for _, key := range slices.Concat(never, s.differs) {
				delete(res, key)
			}
			res["failed"] = failed
			if _, said := res["changed"]; !said { // the executor takes it for false
				res["changed"] = false
			}
			got = append(got, k.comparable(neutralResult(t, d, res)))
		}
		if diff := cmp.Diff(got[0], got[1]); diff != "" {
			t.Errorf("%s %s, %s: -ansible +ours\n%s", s.module, s.args, phase.name, diff)
		}
	}
	var seen []string
	for _, d := range sides {
		out, err := k.look(d.socket).CombinedOutput()
		if err != nil {
			t.Fatalf("looking at the server: %v\n%s", err, out)
		}
		seen = append(seen, string(out))
	}
	diff := cmp.Diff(seen[0], seen[1])
	told := sides[0].told
	sides[0].told = diff
	if diff != "" && diff != told {
		t.Errorf("after %s %s: -ansible +ours\n%s", s.module, s.args, diff)
	}
}

// comparable leaves out words that depend on a library or on the order of a set.
func (k *dbKind) comparable(res map[string]any) map[string]any {
	if res["failed"] == true {
		return map[string]any{"failed": true, "changed": res["changed"]}
	}
	if msg, ok := res["msg"].(string); ok {
		if before, _, cut := strings.Cut(msg, ": granted "); cut {
			res["msg"] = before
		}
	}
	if list, ok := res["queries"].([]any); ok {
		for i, q := range list {
			if text, isText := q.(string); isText {
				words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) // sets have no order
				slices.Sort(words)
				list[i] = strings.Join(words, " ")
			}
		}
	}
	return res
}

func neutralResult(t *testing.T, d *dbSide, res map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(res)
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, []byte(d.neutral(string(text))))
}

func (k *dbKind) args(t *testing.T, s dbStep, d *dbSide) map[string]any {
	t.Helper()
	args := map[string]any{}
	for _, text := range []string{k.common, s.args} {
		var more map[string]any
		if err := yaml.Unmarshal([]byte(strings.NewReplacer("SOCKET", d.socket, "DIR", d.dir).Replace(text)), &more); err != nil {
			t.Fatal(err)
		}
		maps.Copy(args, more)
	}
	return args
}

const (
	pgDB, pgUser = "community.postgresql.postgresql_db", "community.postgresql.postgresql_user"
	pgExt, pgPrv = "community.postgresql.postgresql_ext", "community.postgresql.postgresql_privs"
	myDB, myUser = "community.mysql.mysql_db", "community.mysql.mysql_user"
)

// lookPostgres reads roles, memberships, databases, privileges and extensions.
const lookPostgres = `
select 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil,
  shobj_description(oid, 'pg_authid'), rolpassword is null from pg_authid where rolname !~ '^pg_' order by 2;
select 'member', g.rolname, u.rolname, admin_option from pg_auth_members m join pg_authid g on g.oid = roleid join pg_authid u on u.oid = member where g.rolname !~ '^pg_' order by 2, 3;
select 'database', datname, r.rolname, pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit, datacl from pg_database join pg_authid r on r.oid = datdba order by 2;`

// lookShop reads what is in one database.
const lookShop = `
select 'extension', extname, extversion, nspname from pg_extension join pg_namespace n on n.oid = extnamespace order by 2;
select 'schema', nspname, nspacl from pg_namespace where nspname !~ '^pg_' order by 2;
select 'relation', relname, relacl from pg_class where relacl is not null and relnamespace = 'public'::regnamespace order by 2;
select 'default', defaclobjtype, defaclacl from pg_default_acl order by 2, 3;`

var postgresKind = &dbKind{
	start: dbtest.Postgres, library: "psycopg2",
	common: `{login_unix_socket: SOCKET, login_user: postgres, login_password: boss}`,
	look: func(socket string) *exec.Cmd {
		psql := "psql -h $SERVER -U postgres -XAt"
		cmd := exec.Command("/bin/sh", "-ec", psql+` -c "$ALL"; `+psql+` -l | cut -d'|' -f1 | grep -x shop >/dev/null && `+psql+` -d shop -c "$SHOP" || :`)
		cmd.Env = append(os.Environ(), "SERVER="+socket, "PGPASSWORD=boss", "ALL="+lookPostgres, "SHOP="+lookShop)
		return cmd
	},
	steps: []dbStep{
		{module: pgUser, args: `{name: app}`},
		{module: pgUser, args: `{name: app, password: "s3'cr\\et"}`},
		{module: pgUser, args: `{name: app, password: other}`},
		{module: pgUser, args: `{name: app, password: third, no_password_changes: true}`},
		{module: pgUser, args: `{name: app, password: md5d9a98bbb0d6d6c7d0e6e8c6d3a8e0a44, encrypted: true}`},
		{module: pgUser, args: `{name: app, role_attr_flags: "CREATEDB,NOSUPERUSER"}`},
		{module: pgUser, args: `{name: app, role_attr_flags: NOCREATEDB}`},
		{module: pgUser, args: `{name: app, role_attr_flags: FLY}`},
		{module: pgUser, args: `{name: app, expires: "2031-01-01"}`},
		{module: pgUser, args: `{name: app, expires: infinity}`},
		{module: pgUser, args: `{name: app, conn_limit: 7}`},
		{module: pgUser, args: `{name: app, comment: "it's"}`},
		{module: pgUser, args: `{name: team, role_attr_flags: NOLOGIN}`},
		{module: pgUser, args: `{name: crew, role_attr_flags: "NOLOGIN,CREATEROLE,INHERIT"}`},
		{module: pgUser, args: `{name: app, groups: [team, crew]}`},
		{module: pgUser, args: `{name: app, groups: [nosuchgroup]}`},
		{module: pgUser, args: `{name: new, password: secret1, role_attr_flags: "LOGIN,CREATEDB", conn_limit: 3, expires: "2032-02-03 04:05:06+00", comment: all at once, groups: [team]}`},
		{module: pgDB, args: `{name: shop}`},
		{module: pgDB, args: `{name: shop, owner: app}`},
		{module: pgDB, args: `{name: shop, owner: nosuchrole}`},
		{module: pgDB, args: `{name: shop, conn_limit: "5"}`},
		{module: pgDB, args: `{name: shop, encoding: LATIN1}`},
		{module: pgDB, args: `{name: shop, lc_collate: de_DE}`},
		{module: pgDB, args: `{name: made, owner: team, encoding: UTF-8, template: template0, lc_collate: C, lc_ctype: C, conn_limit: "3"}`},
		{module: pgDB, args: `{name: bad, encoding: NOSUCH}`},
		{module: pgDB, args: `{name: bad, template: nosuch}`},
		{module: pgDB, args: `{name: made, target: renamed, state: rename}`},
		{module: pgDB, args: `{name: renamed, state: absent}`},
		{module: pgDB, args: `{name: never, state: absent}`},
		{module: pgUser, args: `{name: app, db: shop, priv: "CONNECT,TEMP"}`},
		{module: pgExt, args: `{name: pgcrypto, db: shop}`},
		{module: pgExt, args: `{name: pgcrypto, db: shop, version: latest}`, differs: []string{"changed", "queries"}},
		{module: pgExt, args: `{name: hstore, db: shop, version: "1.4"}`},
		{module: pgExt, args: `{name: hstore, db: shop, version: "1.6"}`},
		{module: pgExt, args: `{name: hstore, db: shop, version: "99"}`},
		{module: pgExt, args: `{name: pg_trgm, db: shop, version: "99"}`},
		{module: pgExt, args: `{name: citext, db: shop, schema: public, cascade: true}`},
		{module: pgExt, args: `{name: nosuch, db: shop}`},
		{module: pgExt, args: `{name: citext, db: shop, version: "0.1"}`},
		{module: pgExt, args: `{name: citext, db: shop, state: absent, cascade: true}`},
		{module: pgExt, args: `{name: citext, db: shop, state: absent}`},
		{module: pgExt, args: `{name: nosuch, db: shop, state: absent}`},
		{module: pgExt, args: `{name: pgcrypto, db: nosuchdb}`},
		{module: pgPrv, args: `{database: shop, type: database, privs: CREATE, roles: app}`},
		{module: pgPrv, args: `{database: shop, type: database, privs: "CREATE,TEMP", roles: "app,team", grant_option: true}`},
		{module: pgPrv, args: `{database: shop, type: database, privs: CREATE, roles: app, grant_option: false}`},
		{module: pgPrv, args: `{database: shop, type: database, privs: ALL, roles: app, state: absent}`},
		{module: pgPrv, args: `{database: shop, type: schema, objs: public, privs: "CREATE,usage", roles: "app,team"}`},
		{module: pgPrv, args: `{database: shop, type: table, objs: wares, privs: "SELECT,INSERT", roles: app}`, shell: `psql -h $SERVER -U postgres -Xqd shop -c 'create table wares (id serial); create table other (id int)'`},
		{module: pgPrv, args: `{database: shop, type: table, objs: ALL_IN_SCHEMA, privs: SELECT, roles: team}`},
		{module: pgPrv, args: `{database: shop, type: sequence, objs: ALL_IN_SCHEMA, privs: "USAGE,SELECT", roles: team}`},
		{module: pgPrv, args: `{database: shop, type: table, objs: nosuch, privs: SELECT, roles: app}`},
		{module: pgPrv, args: `{database: shop, type: table, objs: wares, privs: FLY, roles: app}`},
		{module: pgPrv, args: `{database: shop, type: database, privs: CONNECT, roles: nobody}`},
		{module: pgPrv, args: `{database: shop, type: database, privs: CONNECT, roles: nobody, fail_on_role: false}`},
		{module: pgPrv, args: `{database: shop, type: group, objs: team, roles: new}`},
		{module: pgPrv, args: `{database: shop, type: group, objs: team, roles: new, state: absent}`},
		{module: pgPrv, args: `{database: shop, type: default_privs, objs: "TABLES,SEQUENCES", privs: SELECT, roles: app}`},
		{module: pgPrv, args: `{database: shop, type: default_privs, objs: TABLES, privs: ALL, roles: app, target_roles: team}`},
		{module: pgPrv, args: `{database: shop, type: default_privs, objs: TABLES, privs: SELECT, roles: app, state: absent}`},
		{module: pgDB, args: `{name: shop, state: absent}`},
		{module: pgUser, args: `{name: new, state: absent}`},
		{module: pgUser, args: `{name: never, state: absent}`},
		{module: pgDB, args: `{name: x, login_password: wrong}`},
	},
}

var mysqlKind = &dbKind{
	start: dbtest.MariaDB, library: "pymysql",
	common: `{login_unix_socket: SOCKET, login_user: root, config_file: /nonexistent}`,
	look: func(socket string) *exec.Cmd {
		return exec.Command("mariadb", "--no-defaults", "-u", "root", "-S", socket, "-BNe", `
			select 'database', schema_name, default_character_set_name, default_collation_name from information_schema.schemata order by 2;
			select 'user', user, host, plugin, authentication_string, ssl_type, max_questions, max_updates, max_connections, max_user_connections from mysql.user order by 2, 3;
			select 'global', grantee, privilege_type, is_grantable from information_schema.user_privileges order by 2, 3;
			select 'schema', grantee, table_schema, privilege_type, is_grantable from information_schema.schema_privileges order by 2, 3, 4;
			select 'table', grantee, table_schema, table_name, privilege_type, is_grantable from information_schema.table_privileges order by 2, 3, 4, 5;
			select 'column', grantee, table_schema, table_name, column_name, privilege_type from information_schema.column_privileges order by 2, 3, 4, 5, 6;`)
	},
	steps: []dbStep{
		{module: myDB, args: `{name: shop}`},
		{module: myDB, args: `{name: [one, two], encoding: utf8mb4, collation: utf8mb4_bin}`},
		{module: myDB, args: `{name: [one, three]}`},
		{module: myDB, args: `{name: bad, encoding: nosuch}`},
		{module: myDB, args: `{name: [two, three], state: absent}`},
		{module: myDB, args: `{name: never, state: absent}`},
		{module: myDB, args: `{name: shop, state: dump}`},
		{module: myDB, args: `{name: all}`},
		{module: myDB, args: `{name: shop, state: import, target: DIR/wares.sql}`, noCheck: true, shell: "echo 'create or replace table wares (ID int, PRICE int); insert into wares values (1, 2);' > wares.sql"},
		{module: myDB, args: `{name: shop, state: import, target: DIR/nosuch.sql}`},
		{module: myDB, args: `{name: fresh, state: import, target: DIR/wares.sql.gz, encoding: utf8mb4}`, shell: "gzip -k wares.sql", differs: []string{"executed_commands"}},
		{module: myDB, args: `{name: shop, state: dump, target: DIR/out.sql}`},
		{module: myDB, args: `{name: [shop, one], state: dump, target: "DIR/o u t.sql", single_transaction: true, quick: false, ignore_tables: [shop.wares], hex_blob: true, skip_lock_tables: true, encoding: utf8mb4, dump_extra_args: "--skip-comments --no-data"}`},
		{module: myDB, args: `{name: all, state: dump, target: DIR/all.sql.xz, force: true}`},
		{module: myDB, args: `{name: [shop, never], state: dump, target: DIR/out.sql}`},
		{module: myDB, args: `{name: x, login_user: nobody, login_password: wrong}`},
		{module: myUser, args: `{name: app, password: "s3'cr\\et"}`},
		{module: myUser, args: `{name: app, password: other}`},
		{module: myUser, args: `{name: app, password: third, update_password: on_create}`},
		{module: myUser, args: `{name: app, password: "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19", encrypted: true}`},
		{module: myUser, args: `{name: app, priv: "shop.*:ALL"}`},
		{module: myUser, args: `{name: app, priv: "shop.*:SELECT,INSERT"}`},
		{module: myUser, args: `{name: app, priv: "one.*:SELECT", append_privs: true}`},
		{module: myUser, args: `{name: app, priv: "shop.*:SELECT,INSERT,GRANT/one.*:SELECT"}`},
		{module: myUser, args: `{name: app, priv: "shop.wares:SELECT(ID),UPDATE(PRICE)"}`, differs: []string{"msg"}}, // Ansible's second run says that privileges were updated, and changed nothing
		{module: myUser, args: `{name: app, priv: {"*.*": "PROCESS,RELOAD", "shop.*": ALL}}`},
		{module: myUser, args: `{name: app, priv: "*.*:USAGE"}`},
		{module: myUser, args: `{name: app, priv: "*.*:ALL,GRANT"}`},
		{module: myUser, args: `{name: app, priv: "shop.*:NOSUCHPRIV"}`},
		{module: myUser, args: `{name: app, host: "%", password: secret1, priv: "shop.*:SELECT"}`},
		{module: myUser, args: `{name: app, host_all: true, password: secret2}`},
		{module: myUser, args: `{name: app, host_all: true, state: absent}`},
		{module: myUser, args: `{name: limited, password: secret1, resource_limits: {MAX_CONNECTIONS_PER_HOUR: 5}}`},
		{module: myUser, args: `{name: limited, password: secret1, resource_limits: {MAX_CONNECTIONS_PER_HOUR: 6, MAX_QUERIES_PER_HOUR: 100}}`},
		{module: myUser, args: `{name: limited, resource_limits: {MAX_FLIGHTS: 6}}`},
		{module: myUser, args: `{name: secure, password: secret1, tls_requires: {SSL: null}}`},
		{module: myUser, args: `{name: secure, tls_requires: {subject: "/CN=alice", issuer: "/O=Acme"}}`},
		{module: myUser, args: `{name: secure}`},
		{module: myUser, args: `{name: less, password: secret1, priv: "shop.*:SELECT,INSERT,UPDATE"}`},
		{module: myUser, args: `{name: less, priv: "shop.*:INSERT,DELETE", subtract_privs: true}`},
		{module: myUser, args: `{name: nopass}`},
		{module: myUser, args: `{name: plugged, plugin: unix_socket}`},
		{module: myUser, args: `{name: limited, state: absent}`},
		{module: myUser, args: `{name: never, state: absent}`},
		{module: myUser, args: `{name: x, login_user: nobody, login_password: wrong}`},
	},
}
