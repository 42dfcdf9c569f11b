package database

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/database/pgwire"
)

// pgKind is a kind of object that has privileges: where its access list is kept, and the letter of its default one.
type pgKind struct {
	catalog, acl, owner, name, schema string
	letter                            string
	relkind                           string // of pg_class
}

// pgKinds are those of the argument type. group and default_privs are apart.
var pgKinds = map[string]pgKind{
	"table":                {catalog: "pg_class", acl: "relacl", owner: "relowner", name: "relname", schema: "relnamespace", letter: "r", relkind: "'r','v','m','p'"},
	"sequence":             {catalog: "pg_class", acl: "relacl", owner: "relowner", name: "relname", schema: "relnamespace", letter: "s", relkind: "'S'"},
	"function":             {catalog: "pg_proc", acl: "proacl", owner: "proowner", name: "proname", schema: "pronamespace", letter: "f"},
	"procedure":            {catalog: "pg_proc", acl: "proacl", owner: "proowner", name: "proname", schema: "pronamespace", letter: "f"},
	"type":                 {catalog: "pg_type", acl: "typacl", owner: "typowner", name: "typname", schema: "typnamespace", letter: "T"},
	"database":             {catalog: "pg_database", acl: "datacl", owner: "datdba", name: "datname", letter: "d"},
	"schema":               {catalog: "pg_namespace", acl: "nspacl", owner: "nspowner", name: "nspname", letter: "n"},
	"language":             {catalog: "pg_language", acl: "lanacl", owner: "lanowner", name: "lanname", letter: "l"},
	"tablespace":           {catalog: "pg_tablespace", acl: "spcacl", owner: "spcowner", name: "spcname", letter: "t"},
	"foreign_data_wrapper": {catalog: "pg_foreign_data_wrapper", acl: "fdwacl", owner: "fdwowner", name: "fdwname", letter: "F"},
	"foreign_server":       {catalog: "pg_foreign_server", acl: "srvacl", owner: "srvowner", name: "srvname", letter: "S"},
}

// pgPrivileges are the words of the argument privs, and pgDefaults those that default_privs may give on what.
var (
	pgPrivileges = strings.Fields("SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER CREATE CONNECT TEMPORARY TEMP EXECUTE USAGE ALL")
	pgDefaults   = map[string]string{"TABLES": "ALL SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER", "SEQUENCES": "ALL SELECT UPDATE USAGE",
		"FUNCTIONS": "ALL EXECUTE", "TYPES": "ALL USAGE", "SCHEMAS": "CREATE USAGE"}
)

// pgPrivs is one call of postgresql_privs.
type pgPrivs struct {
	*pgTask
	kind, schema         string
	privs, objs, roles   []string
	targets              []string
	all                  bool // ALL_IN_SCHEMA
	grantOption, granted bool // granted: grant_option was given
}

// runPgPrivs is community.postgresql.postgresql_privs. The statements run in a transaction, which is taken back in check mode
// and where the access lists are then what they were before.
func runPgPrivs(ctx context.Context, c *module.Call) (module.Result, error) {
	p := &pgPrivs{kind: c.Args.Str("type"), schema: c.Args.Str("schema")}
	if err := p.read(c); err != nil {
		return nil, err
	}
	if pw := c.Args.Text("password"); pw != "" {
		if c.Args.Text("login_password") != "" {
			return nil, module.Fail(`Use the "password" or "login_password" option but not both to pass a password to log in with.`)
		}
		c.Args["login_password"] = pw
	}
	task, err := pgOpen(ctx, c, c.Args.Str("database"))
	if err != nil {
		return nil, err
	}
	defer task.db.Close()
	p.pgTask = task
	changed, err := p.transaction()
	if err != nil {
		return nil, err
	}
	return module.Result{"changed": changed, "queries": p.executed}, nil
}

func commaList(s string) []string {
	var out []string
	for _, w := range strings.Split(s, ",") {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// read checks the arguments against each other.
func (p *pgPrivs) read(c *module.Call) error {
	a := c.Args
	objs := a.Str("objs")
	inSchema := pgKinds[p.kind].schema != "" || p.kind == "default_privs"
	switch {
	case !inSchema && p.schema != "":
		return module.Fail(fmt.Sprintf(`Argument "schema" is not allowed for type "%s".`, p.kind))
	case !inSchema:
	case objs == "schemas" || p.schema == "not-specified":
		p.schema = ""
	case p.schema == "":
		p.schema = "public"
	}
	p.all = objs == "ALL_IN_SCHEMA"
	switch {
	case p.all && !slices.Contains([]string{"table", "sequence", "function", "procedure"}, p.kind):
		return module.Fail(`Argument "objs": ALL_IN_SCHEMA can be used only for type: table, sequence, function or procedure, ` + p.kind + ` was passed.`)
	case p.kind == "database" && objs == "":
		objs = a.Str("database")
	case objs == "":
		return module.Fail(fmt.Sprintf(`Argument "objs" is required for type "%s".`, p.kind))
	}
	privs := a.Str("privs")
	if p.kind == "group" && privs != "" {
		return module.Fail(`Argument "privs" is not allowed for type "group".`)
	}
	if p.kind != "group" && privs == "" {
		return module.Fail(fmt.Sprintf(`Argument "privs" is required for type "%s".`, p.kind))
	}
	for _, w := range commaList(strings.ToUpper(privs)) {
		if !slices.Contains(pgPrivileges, w) {
			return module.Fail("Invalid privileges specified: " + w)
		}
		p.privs = append(p.privs, w)
	}
	p.objs = commaList(objs)
	if p.kind == "function" || p.kind == "procedure" {
		for i := range p.objs {
			p.objs[i] = strings.ReplaceAll(p.objs[i], ":", ",")
		}
	}
	p.roles, p.targets = commaList(a.Str("roles")), commaList(a.Str("target_roles"))
	if len(p.targets) > 0 && p.kind != "default_privs" {
		c.Warn(`"target_roles" will be ignored Argument "type: default_privs" is required for usage of "target_roles".`)
	}
	p.granted, p.grantOption = a["grant_option"] != nil, a.Bool("grant_option")
	return p.defaults()
}

// defaults checks what default_privs is about.
func (p *pgPrivs) defaults() error {
	if p.kind != "default_privs" {
		return nil
	}
	if slices.Equal(p.objs, []string{"ALL_DEFAULT"}) {
		p.objs = []string{"FUNCTIONS", "SEQUENCES", "TABLES", "TYPES"}
	}
	for i, o := range p.objs {
		o = strings.ToUpper(o)
		p.objs[i] = o
		if pgDefaults[o] == "" {
			return module.Fail("Invalid Object set specified: " + o)
		}
		for _, w := range p.privs {
			if !slices.Contains(strings.Fields(pgDefaults[o]), w) {
				return module.Fail(fmt.Sprintf("Invalid priv specified. %s cannot be given on %s", w, o))
			}
		}
	}
	return nil
}

// transaction runs the statements and compares.
func (p *pgPrivs) transaction() (changed bool, err error) {
	whom, err := p.grantees()
	if err != nil || whom == "" {
		return false, err
	}
	if _, err := p.query("BEGIN"); err != nil {
		return false, err
	}
	end := "ROLLBACK"
	defer func() {
		if _, e := p.db.Query(end); e != nil && err == nil {
			err = module.Fail("Database query failed: " + e.Error())
		}
	}()
	before, err := p.state()
	if err != nil {
		return false, err
	}
	what, err := p.what()
	if err != nil || what == "" {
		return false, err
	}
	sql := strings.Join(p.statements(what, whom), "\n")
	p.executed = append(p.executed, sql)
	if _, err := p.query(sql); err != nil {
		return false, err
	}
	after, err := p.state()
	if err != nil {
		return false, err
	}
	changed = !slices.Equal(before, after)
	if changed && !p.Check {
		end = "COMMIT"
	}
	return changed, nil
}

// grantees are the roles that exist, as SQL; "" where there is none.
func (p *pgPrivs) grantees() (string, error) {
	if len(p.roles) == 1 && strings.EqualFold(p.roles[0], "PUBLIC") {
		return "PUBLIC", nil
	}
	var out []string
	for _, r := range p.roles {
		_, there, err := p.one("SELECT 1 FROM pg_roles WHERE rolname = " + pgwire.Literal(r))
		switch {
		case err != nil:
			return "", err
		case there:
			out = append(out, pgwire.Ident(r))
		case !p.Args.Has("fail_on_role") || p.Args.Bool("fail_on_role"):
			return "", module.Fail("Role '" + r + "' does not exist")
		case len(p.roles) == 1:
			p.Warn("Role '%s' does not exist, nothing to do", r)
		default:
			p.Warn("Role '%s' does not exist, pass it", r)
		}
	}
	return strings.Join(out, ","), nil
}

// state is every entry of the access lists that may change, in an order of its own.
func (p *pgPrivs) state() ([]string, error) {
	var sql string
	switch k, known := pgKinds[p.kind]; {
	case p.kind == "group":
		sql = "SELECT roleid || ' ' || member || ' ' || admin_option FROM pg_catalog.pg_auth_members"
	case p.kind == "default_privs":
		sql = "SELECT defaclrole || ' ' || defaclnamespace || ' ' || defaclobjtype::text || ' ' || a::text FROM pg_catalog.pg_default_acl, unnest(defaclacl) a"
	case known:
		sql = fmt.Sprintf("SELECT o.oid || ' ' || a::text FROM pg_catalog.%s o, unnest(coalesce(o.%s, acldefault('%s', o.%s))) a", k.catalog, k.acl, k.letter, k.owner)
		if k.relkind != "" {
			sql += " WHERE o.relkind IN (" + k.relkind + ")"
		}
	}
	rows, err := p.query(sql)
	var out []string
	for _, r := range rows {
		out = append(out, r.Str(0))
	}
	slices.Sort(out)
	return out, err
}

// what is what is granted, as SQL up to TO or FROM; "" where there is nothing to grant it on.
func (p *pgPrivs) what() (string, error) {
	var ids []string
	for _, o := range p.objs {
		ids = append(ids, pgwire.Ident(o))
	}
	switch {
	case p.kind == "group":
		return strings.Join(ids, ","), nil
	case p.kind == "default_privs":
		return strings.Join(p.privs, ","), nil
	}
	if p.schema != "" {
		_, there, err := p.one("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = " + pgwire.Literal(p.schema))
		if err != nil {
			return "", err
		}
		if !there && p.all {
			return "", module.Fail(`Schema "` + p.schema + `" does not exist.`)
		}
	}
	privs := strings.Join(p.privs, ",") + " ON "
	if p.all {
		return privs + "ALL " + strings.ToUpper(p.kind) + "S IN SCHEMA " + pgwire.Ident(p.schema), nil
	}
	if pgKinds[p.kind].schema != "" {
		for i, o := range p.objs {
			name, arguments := o, ""
			if p.kind == "function" || p.kind == "procedure" {
				open := strings.IndexByte(o, '(')
				if open < 0 {
					return "", module.Fail(`Illegal function / procedure signature: "` + o + `".`)
				}
				name, arguments = o[:open], o[open:]
			}
			ids[i] = pgwire.Ident(name) + arguments
			if p.schema != "" {
				ids[i] = pgwire.Ident(p.schema) + "." + ids[i]
			}
		}
	}
	return privs + strings.ReplaceAll(p.kind, "_", " ") + " " + strings.Join(ids, ","), nil
}

// statements are what brings it about.
func (p *pgPrivs) statements(what, whom string) []string {
	present := p.Args.Str("state") != "absent"
	if p.kind == "default_privs" {
		return p.defaultStatements(present, what, whom)
	}
	if !present {
		return []string{"REVOKE " + what + " FROM " + whom + ";"}
	}
	option := map[bool]string{true: "ADMIN", false: "GRANT"}[p.kind == "group"]
	grant := "GRANT " + what + " TO " + whom
	switch {
	case p.grantOption:
		return []string{grant + " WITH " + option + " OPTION;"}
	case p.granted:
		return []string{grant + ";", "REVOKE " + option + " OPTION FOR " + what + " FROM " + whom + ";"}
	}
	return []string{grant + ";"}
}

func (p *pgPrivs) defaultStatements(present bool, what, whom string) []string {
	alter := "ALTER DEFAULT PRIVILEGES"
	if len(p.targets) > 0 {
		var ids []string
		for _, r := range p.targets {
			ids = append(ids, pgwire.Ident(r))
		}
		alter += " FOR ROLE " + strings.Join(ids, ",")
	}
	if p.schema != "" {
		alter += " IN SCHEMA " + pgwire.Ident(p.schema)
	}
	var out []string
	revoked := p.objs
	if !present {
		revoked = []string{"TABLES", "SEQUENCES", "TYPES"}
	}
	for _, o := range revoked {
		out = append(out, alter+" REVOKE ALL ON "+o+" FROM "+whom+";")
	}
	if !present {
		return out
	}
	option := ";"
	if p.grantOption {
		option = " WITH GRANT OPTION;"
	}
	for _, o := range p.objs {
		out = append(out, alter+" GRANT "+what+" ON "+o+" TO "+whom+option)
	}
	if !p.Args.Has("usage_on_types") || p.Args.Bool("usage_on_types") {
		out = append(out, alter+" GRANT USAGE ON TYPES TO "+whom+option)
	}
	return out
}
