package database

import (
	"context"
	"crypto/sha1" //nolint:gosec // mysql_native_password
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/database/mywire"
	"pylint-deploy/executor/module/regexp"
)

// myUser is one account, user@host, while it is brought to the wanted state.
type myUser struct {
	*myTask
	name, host string
	fresh      bool   // it was not there
	password   bool   // it has been changed
	msg        string // what was done last
}

// id is the account as statements name it.
func (u *myUser) id() string { return mywire.Literal(u.name) + "@" + mywire.Literal(u.host) }

// runMyUser is community.mysql.mysql_user.
func runMyUser(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	privs, err := unpackPrivs(a["priv"], !a.Bool("subtract_privs"))
	if err != nil {
		return nil, err
	}
	t, err := myOpen(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.db.Close() }()
	host := strings.ToLower(a.Str("host"))
	if host == "" {
		host = "localhost"
	}
	hosts, err := t.hosts(a.Str("user"), host)
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": false, "user": a.Str("user"), "msg": "User unchanged", "password_changed": false}
	if a.Str("state") == "absent" {
		res["changed"], res["msg"] = len(hosts) > 0, map[bool]string{true: "User deleted", false: "User doesn't exist"}[len(hosts) > 0]
		for _, h := range hosts {
			u := &myUser{myTask: t, name: a.Str("user"), host: h}
			if err := t.exec("DROP USER "+u.id(), "DROP USER "+u.id()); err != nil {
				return nil, err
			}
		}
		return res, nil
	}
	if len(hosts) == 0 {
		if a.Bool("host_all") {
			return nil, module.Fail("host_all parameter cannot be used when adding a user")
		}
		u := &myUser{myTask: t, name: a.Str("user"), host: host, fresh: true}
		res["changed"], res["msg"], res["password_changed"] = true, "User added", true
		if t.Check {
			res["password_changed"] = nil
		}
		if a.Bool("subtract_privs") {
			privs = nil
		}
		if err := u.add(privs); err != nil {
			return nil, err
		}
		_, err := u.limits()
		return res, err
	}
	return res, t.modifyAll(ctx, hosts, privs, res)
}

// modifyAll brings the accounts of all hosts to the wanted state.
func (t *myTask) modifyAll(ctx context.Context, hosts []string, privs map[string][]string, res module.Result) error {
	for _, h := range hosts {
		u := &myUser{myTask: t, name: t.Args.Str("user"), host: h, msg: "User unchanged"}
		changed, err := u.modify(ctx, privs)
		if err != nil {
			return err
		}
		limited, err := u.limits()
		if err != nil {
			return err
		}
		if changed || limited {
			res["changed"] = true
		}
		if u.msg != "User unchanged" {
			res["msg"] = u.msg
		}
		if u.password {
			res["password_changed"] = true
		}
	}
	return nil
}

// hosts lists the hosts under which the user exists: the one asked for, or all.
func (t *myTask) hosts(user, host string) ([]string, error) {
	sql := "SELECT Host FROM mysql.user WHERE User = " + mywire.Literal(user)
	if !t.Args.Bool("host_all") {
		sql += " AND Host = " + mywire.Literal(host)
	}
	rows, err := t.query(sql)
	var out []string
	for _, r := range rows {
		out = append(out, r.Str(0))
	}
	return out, err
}

// identified is the clause that sets password or plugin: as it runs, and as it may be shown.
func (u *myUser) identified() (sql, shown string) {
	a := u.Args
	password := a.Text("password")
	switch plugin := a.Str("plugin"); {
	case plugin != "" && a.Str("plugin_hash_string") != "":
		sql = " IDENTIFIED WITH " + mywire.Ident(plugin) + " AS " + mywire.Literal(a.Str("plugin_hash_string"))
	case plugin != "" && a.Str("plugin_auth_string") != "":
		sql = " IDENTIFIED WITH " + mywire.Ident(plugin) + " BY " + mywire.Literal(a.Str("plugin_auth_string"))
	case plugin != "":
		return " IDENTIFIED WITH " + mywire.Ident(plugin), " IDENTIFIED WITH " + mywire.Ident(plugin)
	case !a.Has("password"):
		return "", ""
	case a.Bool("encrypted") && u.mariadb():
		sql = " IDENTIFIED BY PASSWORD " + mywire.Literal(password)
	case a.Bool("encrypted"):
		sql = " IDENTIFIED WITH mysql_native_password AS " + mywire.Literal(password)
	default:
		sql = " IDENTIFIED BY " + mywire.Literal(password)
	}
	return sql, " IDENTIFIED BY ********"
}

func (u *myUser) add(privs map[string][]string) error {
	sql, shown := u.identified()
	if err := u.exec("CREATE USER "+u.id()+sql, "CREATE USER "+u.id()+shown); err != nil {
		return err
	}
	for _, on := range sortedKeys(privs) {
		if err := u.grant(on, privs[on]); err != nil {
			return err
		}
	}
	_, err := u.requires()
	return err
}

func (u *myUser) modify(ctx context.Context, privs map[string][]string) (bool, error) {
	changed := false
	if u.Args.Str("update_password") == "" || u.Args.Str("update_password") == "always" {
		differs, err := u.passwordDiffers(ctx)
		if err != nil {
			return false, err
		}
		if differs {
			sql, shown := u.identified()
			if err := u.exec("ALTER USER "+u.id()+sql, "ALTER USER "+u.id()+shown); err != nil {
				return false, err
			}
			changed, u.password = true, true
			switch {
			case u.Check && u.Args.Text("password") != "":
				u.msg = "Password updated"
			case u.Args.Text("password") != "":
				u.msg = "Password updated (new style)"
			}
			if u.Check && u.Args.Text("password") != "" {
				return true, nil // nothing further is looked at then
			}
		}
	}
	if privs != nil {
		did, err := u.privileges(privs)
		changed = changed || did
		if err != nil || did && u.Check {
			return changed, err
		}
	}
	did, err := u.requires()
	return changed || did, err
}

// passwordDiffers compares with the stored hash; of newer hashes only a login tells.
func (u *myUser) passwordDiffers(ctx context.Context) (bool, error) {
	a := u.Args
	if !a.Has("password") && a.Str("plugin") == "" {
		return false, nil
	}
	rows, err := u.query("SELECT plugin, authentication_string FROM mysql.user WHERE User = " + mywire.Literal(u.name) + " AND Host = " + mywire.Literal(u.host))
	if err != nil || len(rows) == 0 {
		return true, err
	}
	plugin, hash := rows[0].Str(0), rows[0].Str(1)
	if want := a.Str("plugin"); want != "" {
		same := plugin == want && (a.Str("plugin_hash_string") == "" || a.Str("plugin_hash_string") == hash)
		if s := a.Text("plugin_auth_string"); same && s != "" {
			return !u.loginWorks(ctx, s) && nativeHash(s) != hash, nil
		}
		return !same, nil
	}
	password := a.Text("password")
	switch {
	case a.Bool("encrypted"):
		return !strings.EqualFold(password, hash), nil
	case plugin == "mysql_native_password" || plugin == "":
		return nativeHash(password) != hash, nil
	}
	return !u.loginWorks(ctx, password), nil
}

func (u *myUser) loginWorks(ctx context.Context, password string) bool {
	cfg := u.cfg
	cfg.User, cfg.Password = u.name, password
	conn, err := mywire.Dial(ctx, cfg)
	if err == nil {
		_ = conn.Close()
	}
	return err == nil
}

// nativeHash is the hash of mysql_native_password.
func nativeHash(password string) string {
	if password == "" {
		return ""
	}
	one := sha1.Sum([]byte(password)) //nolint:gosec // as above
	two := sha1.Sum(one[:])           //nolint:gosec // as above
	return fmt.Sprintf("*%X", two)
}

var grantLine = regexp.MustCompile(`^GRANT (.+?) ON (?:TABLE )?(\S+) TO `)

// granted reads what the account may do, by object.
func (u *myUser) granted() (map[string][]string, error) {
	rows, err := u.query("SHOW GRANTS FOR " + u.id())
	out := map[string][]string{}
	for _, r := range rows {
		m := grantLine.FindStringSubmatch(r.Str(0))
		if m == nil {
			continue // roles
		}
		list := splitPrivs(m[1])
		if strings.Contains(r.Str(0), "WITH GRANT OPTION") {
			list = append(list, "GRANT")
		}
		out[m[2]] = normalPrivs(append(out[m[2]], list...))
	}
	return out, err
}

// privileges revokes what is too much, unless append_privs, and grants what is missing; with subtract_privs it revokes what is named.
func (u *myUser) privileges(want map[string][]string) (bool, error) {
	have, err := u.granted()
	if err != nil {
		return false, err
	}
	changed := false
	step := func(msg, on string, revoke, grant []string) error {
		if changed && u.Check { // what is done first is what check mode tells
			return nil
		}
		changed, u.msg = true, msg
		if err := u.revoke(on, revoke); err != nil {
			return err
		}
		return u.grant(on, grant)
	}
	replaces := !u.Args.Bool("append_privs") && !u.Args.Bool("subtract_privs")
	for _, on := range sortedKeys(have) {
		if _, named := want[on]; replaces && !named && u.name != "root" && !slices.Contains(have[on], "PROXY") {
			if err := step("Privileges updated", on, have[on], nil); err != nil {
				return false, err
			}
		}
	}
	for _, on := range sortedKeys(want) {
		if _, there := have[on]; !there && !u.Args.Bool("subtract_privs") {
			if err := step("New privileges granted", on, nil, want[on]); err != nil {
				return false, err
			}
		}
	}
	for _, on := range sortedKeys(want) {
		if _, there := have[on]; !there {
			continue
		}
		grant, revoke := u.difference(want[on], have[on])
		if len(grant)+len(revoke) > 0 {
			msg := "Privileges updated: granted " + pyList(grant) + ", revoked " + pyList(revoke)
			if err := step(msg, on, revoke, grant); err != nil {
				return false, err
			}
		}
	}
	if !changed || u.Check {
		return changed, nil
	}
	after, err := u.granted() // what was granted may be no more than what was there
	return !maps.EqualFunc(have, after, slices.Equal), err
}

// difference is what is to be granted and revoked where both sides know an object.
func (u *myUser) difference(want, have []string) (grant, revoke []string) {
	switch {
	case u.Args.Bool("append_privs"):
		grant = minus(want, have)
	case u.Args.Bool("subtract_privs"):
		return nil, minus(want, minus(want, have))
	default:
		grant, revoke = minus(want, have), minus(have, want)
		if slices.Contains(grant, "ALL") {
			revoke = slices.DeleteFunc(revoke, func(p string) bool { return p != "GRANT" && p != "PROXY" })
		}
	}
	if len(grant) == 1 && grant[0] == "GRANT" {
		grant = append(grant, "USAGE")
	}
	return grant, revoke
}

// pyList spells a list as Python does.
func pyList(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	return "['" + strings.Join(list, "', '") + "']"
}

func minus(list, without []string) []string {
	var out []string
	for _, p := range list {
		if !slices.Contains(without, p) {
			out = append(out, p)
		}
	}
	return out
}

func (u *myUser) grant(on string, privs []string) error {
	if len(privs) == 0 {
		return nil
	}
	list := minus(privs, []string{"GRANT"})
	if len(list) == 0 {
		list = []string{"USAGE"}
	}
	sql := "GRANT " + strings.Join(list, ",") + " ON " + on + " TO " + u.id()
	if len(list) < len(privs) || slices.Contains(privs, "GRANT") {
		sql += " WITH GRANT OPTION"
	}
	return u.exec(sql, sql)
}

func (u *myUser) revoke(on string, privs []string) error {
	if slices.Contains(privs, "GRANT") {
		sql := "REVOKE GRANT OPTION ON " + on + " FROM " + u.id()
		if err := u.exec(sql, sql); err != nil {
			return err
		}
	}
	list := minus(privs, []string{"GRANT"})
	if len(list) == 0 {
		return nil
	}
	sql := "REVOKE " + strings.Join(list, ",") + " ON " + on + " FROM " + u.id()
	return u.exec(sql, sql)
}

func sortedKeys(m map[string][]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// splitPrivs splits at commas outside parentheses, which hold columns.
func splitPrivs(s string) []string {
	var out []string
	depth, start := 0, 0
	for i, ch := range s {
		switch ch {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, s[start:i])
				start = i + 1
			}
		}
	}
	return append(out, s[start:])
}

// normalPrivs brings spellings together, sorted.
func normalPrivs(list []string) []string {
	out := make([]string, 0, len(list))
	for _, p := range list {
		p = strings.TrimSpace(p)
		head, columns, _ := strings.Cut(p, "(")
		head = strings.ToUpper(strings.TrimSpace(head))
		switch head {
		case "ALL PRIVILEGES":
			head = "ALL"
		case "GRANT OPTION", "WITH GRANT OPTION":
			head = "GRANT"
		}
		if columns != "" {
			names := strings.Split(strings.TrimSuffix(columns, ")"), ",")
			for i := range names {
				names[i] = "`" + strings.Trim(strings.TrimSpace(names[i]), "`") + "`"
			}
			sort.Strings(names)
			head += " (" + strings.Join(names, ", ") + ")"
		}
		out = append(out, head)
	}
	sort.Strings(out)
	return slices.Compact(out)
}

var privWord = regexp.MustCompile(`^[A-Z][A-Z _]*( \([^;]*\))?$`)

// unpackPrivs reads "db.table:SELECT,INSERT/other.*:ALL", or a dict of the same. Nil means: leave privileges alone.
func unpackPrivs(v any, usage bool) (map[string][]string, error) {
	text, _ := v.(string)
	if m, ok := v.(map[string]any); ok {
		var parts []string
		for k := range m {
			parts = append(parts, k+":"+module.Args(m).Text(k))
		}
		sort.Strings(parts)
		text = strings.Join(parts, "/")
	}
	if text == "" {
		return nil, nil
	}
	out := map[string][]string{}
	for _, p := range strings.Split(text, "/") {
		i := strings.LastIndexByte(p, ':')
		if i < 0 {
			return nil, module.Fail("invalid privileges string: '" + p + "' has no colon")
		}
		list := normalPrivs(splitPrivs(p[i+1:]))
		for _, w := range list {
			if !privWord.MatchString(w) {
				return nil, module.Fail("invalid privileges string: Invalid privileges specified: " + w)
			}
		}
		out[quoteObject(p[:i])] = list
	}
	if _, ok := out["*.*"]; !ok && usage {
		out["*.*"] = []string{"USAGE"}
	}
	return out, nil
}

// quoteObject quotes db.table, where each may be a star.
func quoteObject(s string) string {
	db, table, ok := strings.Cut(strings.TrimSpace(s), ".")
	if !ok {
		table = "*"
	}
	quote := func(n string) string {
		if n = strings.Trim(n, "`'\""); n == "*" {
			return n
		}
		return mywire.Ident(n)
	}
	return quote(db) + "." + quote(table)
}
