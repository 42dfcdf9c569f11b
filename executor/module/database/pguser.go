package database

import (
	"context"
	"crypto/md5" //nolint:gosec // PostgreSQL's md5 passwords
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/database/pgwire"
)

// roleColumns are the columns of pg_roles behind the attribute flags.
var roleColumns = map[string]string{"SUPERUSER": "rolsuper", "CREATEROLE": "rolcreaterole", "CREATEUSER": "rolcreaterole", "CREATEDB": "rolcreatedb",
	"INHERIT": "rolinherit", "LOGIN": "rolcanlogin", "REPLICATION": "rolreplication", "BYPASSRLS": "rolbypassrls"}

// runPgUser is community.postgresql.postgresql_user.
func runPgUser(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	user := a.Str("user")
	if a.Str("db") == "" && a.Str("priv") != "" {
		return nil, module.Fail("privileges require a database to be specified")
	}
	privs, err := parsePrivs(a.Str("priv"), a.Str("db"))
	if err != nil {
		return nil, err
	}
	flags, err := roleFlags(a.Str("role_attr_flags"))
	if err != nil {
		return nil, err
	}
	t, err := pgOpen(ctx, c, a.Str("db"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.db.Close() }()
	_, there, err := t.one("SELECT 1 FROM pg_roles WHERE rolname=" + pgwire.Literal(user))
	if err != nil {
		return nil, err
	}
	there = there || user == "PUBLIC"
	res := module.Result{"user": user, "changed": false}
	if a.Str("state") == "absent" {
		err = t.dropUser(user, privs, there, res)
	} else {
		err = t.presentUser(user, flags, privs, there, res)
	}
	res["queries"] = t.executed
	return res, err
}

// roleFlags reads "CREATEDB,NOSUPERUSER".
func roleFlags(s string) ([]string, error) {
	var out []string
	for _, f := range strings.Split(s, ",") {
		f = strings.ToUpper(strings.TrimSpace(f))
		if f == "" || slices.Contains(out, f) {
			continue
		}
		if roleColumns[f] == "" && roleColumns[strings.TrimPrefix(f, "NO")] == "" {
			return nil, module.Fail("Invalid role_attr_flags specified: " + f)
		}
		out = append(out, f)
	}
	return out, nil
}

func (t *pgTask) presentUser(user string, flags []string, privs []grant, there bool, res module.Result) error {
	var changed bool
	var err error
	switch {
	case !there:
		changed, err = true, t.addUser(user, flags)
	case user != "PUBLIC":
		changed, err = t.alterUser(user, flags)
	case t.Args.Has("password") || len(flags) > 0:
		err = module.Fail("cannot change the password or the role_attr_flags for PUBLIC user")
	}
	if err != nil {
		return err
	}
	for _, g := range privs {
		did, err := t.grantMissing(user, g, there)
		if err != nil {
			return err
		}
		changed = changed || did
	}
	for _, g := range t.Args.Strs("groups") {
		did, err := t.join(user, strings.TrimSpace(g))
		if err != nil {
			return err
		}
		changed = changed || did
	}
	if t.Args.Has("comment") {
		have, _, err := t.one("SELECT pg_catalog.shobj_description(r.oid, 'pg_authid') FROM pg_catalog.pg_roles r WHERE r.rolname = " + pgwire.Literal(user))
		if err != nil {
			return err
		}
		if want := t.Args.Text("comment"); have != want {
			sql := "COMMENT ON ROLE " + pgwire.Ident(user) + " IS " + pgwire.Literal(want)
			changed = true
			if err := t.exec(sql, sql); err != nil {
				return err
			}
		}
	}
	res["changed"] = changed
	return nil
}

// clauses are the parts of CREATE and ALTER USER beside the password: as they run, and as they are reported.
func (t *pgTask) clauses() (sql, shown string) {
	if e := t.Args.Str("expires"); t.Args.Has("expires") {
		sql, shown = " VALID UNTIL "+pgwire.Literal(e), " VALID UNTIL %(expires)s"
	}
	if t.Args.Has("conn_limit") {
		limit := fmt.Sprintf(" CONNECTION LIMIT %d", t.Args.Int("conn_limit"))
		sql, shown = sql+limit, shown+limit
	}
	return sql, shown
}

func (t *pgTask) addUser(user string, flags []string) error {
	sql := "CREATE USER " + pgwire.Ident(user)
	shown := sql
	if p := t.Args.Text("password"); p != "" {
		sql += " WITH ENCRYPTED PASSWORD " + pgwire.Literal(p)
		shown += " WITH ENCRYPTED PASSWORD %(password)s"
	}
	more, moreShown := t.clauses()
	tail := ""
	if len(flags) > 0 {
		tail = " " + strings.Join(flags, " ")
	}
	return t.exec(sql+more+tail, shown+moreShown+tail)
}

// alterUser changes what differs; nothing is run where nothing does.
func (t *pgTask) alterUser(user string, flags []string) (bool, error) {
	a := t.Args
	lit := pgwire.Literal(user)
	rows, err := t.query("SELECT rolsuper, rolcreaterole, rolcreatedb, rolinherit, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil FROM pg_roles WHERE rolname=" + lit)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	flagsDiffer := t.flagsDiffer(rows[0], flags)
	alter := "ALTER USER " + pgwire.Ident(user)
	if a.Bool("no_password_changes") {
		if !flagsDiffer {
			return false, nil
		}
		sql := alter + " WITH " + strings.Join(flags, " ")
		return true, t.exec(sql, sql)
	}
	password, err := t.passwordDiffers(user)
	if err != nil {
		return false, err
	}
	expires := false
	if a.Has("expires") {
		same, _, err := t.one("SELECT coalesce(rolvaliduntil = " + pgwire.Literal(a.Str("expires")) + "::timestamptz, false) FROM pg_roles WHERE rolname=" + lit)
		if err != nil {
			return false, err
		}
		expires = same != "t"
	}
	limit := a.Has("conn_limit") && rows[0].Str(7) != fmt.Sprint(a.Int("conn_limit"))
	if !password && !flagsDiffer && !expires && !limit {
		return false, nil
	}
	sql := alter
	shown := alter
	switch p := a.Text("password"); {
	case password && p != "":
		sql += " WITH ENCRYPTED PASSWORD " + pgwire.Literal(p)
		shown += " WITH ENCRYPTED PASSWORD %(password)s"
	case password:
		sql, shown = sql+" WITH PASSWORD NULL", shown+" WITH PASSWORD NULL"
	}
	if len(flags) > 0 {
		word := " "
		if !password {
			word = " WITH "
		}
		sql, shown = sql+word+strings.Join(flags, " "), shown+word+strings.Join(flags, " ")
	}
	more, moreShown := t.clauses()
	return true, t.exec(sql+more, shown+moreShown)
}

// flagsDiffer compares attribute flags with a row of their columns.
func (t *pgTask) flagsDiffer(row pgwire.Row, flags []string) bool {
	order := []string{"rolsuper", "rolcreaterole", "rolcreatedb", "rolinherit", "rolcanlogin", "rolreplication", "rolbypassrls"}
	for _, f := range flags {
		column, want := roleColumns[f], "t"
		if column == "" {
			column, want = roleColumns[strings.TrimPrefix(f, "NO")], "f"
		}
		if row.Str(slices.Index(order, column)) != want {
			return true
		}
	}
	return false
}

// passwordDiffers compares the wanted password with the stored hash. Who may not read that changes it each time.
func (t *pgTask) passwordDiffers(user string) (bool, error) {
	if !t.Args.Has("password") {
		return false, nil
	}
	want := t.Args.Text("password")
	rows, err := t.db.Query("SELECT rolpassword FROM pg_authid WHERE rolname=" + pgwire.Literal(user))
	if err != nil {
		return true, nil
	}
	if len(rows) == 0 {
		return true, nil
	}
	have := rows[0].Str(0)
	switch {
	case want == "":
		return rows[0][0] != nil, nil
	case pgwire.IsVerifier(want), strings.HasPrefix(want, "md5") && len(want) == 35:
		return want != have, nil
	case pgwire.IsVerifier(have):
		return !pgwire.Verifies(have, want), nil
	}
	sum := md5.Sum([]byte(want + user)) //nolint:gosec // as above
	return have != "md5"+hex.EncodeToString(sum[:]), nil
}

func (t *pgTask) join(user, group string) (bool, error) {
	_, there, err := t.one("SELECT 1 FROM pg_roles WHERE rolname=" + pgwire.Literal(group))
	if err != nil {
		return false, err
	}
	if !there {
		return false, module.Fail("Role " + group + " does not exist")
	}
	_, member, err := t.one("SELECT 1 FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname=" +
		pgwire.Literal(group) + " AND u.rolname=" + pgwire.Literal(user))
	if err != nil || member {
		return false, err
	}
	sql := "GRANT " + pgwire.Ident(group) + " TO " + pgwire.Ident(user)
	return true, t.exec(sql, sql)
}

func (t *pgTask) dropUser(user string, privs []grant, there bool, res module.Result) error {
	if !there {
		return nil
	}
	res["changed"], res["user_removed"] = true, true
	if t.Check {
		return nil
	}
	for _, g := range privs {
		if _, err := t.revokeHeld(user, g); err != nil {
			return err
		}
	}
	sql := "DROP USER " + pgwire.Ident(user)
	if err := t.exec(sql, sql); err != nil {
		res["user_removed"], res["changed"] = false, false
		if !t.Args.Has("fail_on_user") || t.Args.Bool("fail_on_user") {
			return module.Fail("Unable to remove user")
		}
	}
	return nil
}

// grant is privileges on one database or table, for the deprecated priv argument.
type grant struct {
	kind, name string
	privs      []string
}

var validPrivs = map[string][]string{"database": {"CREATE", "CONNECT", "TEMPORARY"}, "table": {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}}

// parsePrivs reads "CONNECT/table:SELECT,INSERT".
func parsePrivs(text, db string) ([]grant, error) {
	var out []grant
	for _, token := range strings.Split(text, "/") {
		if token == "" {
			continue
		}
		g := grant{kind: "database", name: db}
		list := token
		if n, l, ok := strings.Cut(token, ":"); ok {
			g.kind, g.name, list = "table", n, l
		}
		for _, p := range strings.Split(list, ",") {
			switch p = strings.ToUpper(strings.TrimSpace(p)); {
			case p == "":
			case p == "ALL":
				g.privs = append(g.privs, validPrivs[g.kind]...)
			case p == "TEMP" && g.kind == "database":
				g.privs = append(g.privs, "TEMPORARY")
			case slices.Contains(validPrivs[g.kind], p):
				g.privs = append(g.privs, p)
			default:
				return nil, module.Fail("Invalid privs specified for " + g.kind + ": " + p)
			}
		}
		sort.Strings(g.privs)
		g.privs = slices.Compact(g.privs)
		out = append(out, g)
	}
	return out, nil
}

// held lists which of the privileges the user has been granted by name.
func (t *pgTask) held(user string, g grant) ([]string, error) {
	var sql string
	if g.kind == "database" {
		who := "(SELECT oid FROM pg_roles WHERE rolname=" + pgwire.Literal(user) + ")"
		if user == "PUBLIC" {
			who = "0"
		}
		sql = "SELECT a.privilege_type FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname=" + pgwire.Literal(g.name) + " AND a.grantee = " + who
	} else {
		schema, table, ok := strings.Cut(g.name, ".")
		if !ok {
			schema, table = "public", g.name
		}
		sql = "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee=" + pgwire.Literal(user) +
			" AND table_name=" + pgwire.Literal(table) + " AND table_schema=" + pgwire.Literal(schema)
	}
	rows, err := t.query(sql)
	var out []string
	for _, r := range rows {
		out = append(out, r.Str(0))
	}
	return out, err
}

func (g grant) object() string {
	if g.kind == "database" {
		return "DATABASE " + pgwire.Ident(g.name)
	}
	parts := strings.Split(g.name, ".")
	for i := range parts {
		parts[i] = pgwire.Ident(strings.Trim(parts[i], `"`))
	}
	return "TABLE " + strings.Join(parts, ".")
}

func grantee(user string) string {
	if user == "PUBLIC" {
		return user
	}
	return pgwire.Ident(user)
}

func (t *pgTask) grantMissing(user string, g grant, there bool) (bool, error) {
	var have []string
	var err error
	if there {
		if have, err = t.held(user, g); err != nil {
			return false, err
		}
	}
	if !slices.ContainsFunc(g.privs, func(p string) bool { return !slices.Contains(have, p) }) {
		return false, nil
	}
	sql := "GRANT " + strings.Join(g.privs, ", ") + " ON " + g.object() + " TO " + grantee(user)
	return true, t.exec(sql, sql)
}

func (t *pgTask) revokeHeld(user string, g grant) (bool, error) {
	have, err := t.held(user, g)
	if err != nil || !slices.ContainsFunc(g.privs, func(p string) bool { return slices.Contains(have, p) }) {
		return false, err
	}
	sql := "REVOKE " + strings.Join(g.privs, ", ") + " ON " + g.object() + " FROM " + grantee(user)
	return true, t.exec(sql, sql)
}
