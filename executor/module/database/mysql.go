package database

import (
	"context"
	"net"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/database/mywire"
)

// myTask is one call of a MySQL module.
type myTask struct {
	*module.Call
	db       *mywire.Conn
	cfg      mywire.Config
	executed []any
}

func (t *myTask) mariadb() bool { return strings.Contains(strings.ToLower(t.db.Version), "mariadb") }

// clientFile reads user and password of a [client] section, as MySQL's own programs do.
func clientFile(c *module.Call) map[string]string {
	file := c.Path("config_file")
	if file == "" {
		file = c.ExpandPath("~/.my.cnf")
	}
	data, _ := c.Sys.ReadFile(file)
	out := map[string]string{}
	section := ""
	for _, l := range strings.Split(string(data), "\n") {
		l = strings.TrimSpace(l)
		if strings.HasPrefix(l, "[") {
			section = l
		}
		if k, v, ok := strings.Cut(l, "="); ok && section == "[client]" {
			out[strings.TrimSpace(k)] = strings.Trim(strings.TrimSpace(v), `"'`)
		}
	}
	return out
}

// mySockets are where distributions put the server's socket.
var mySockets = []string{"/var/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"}

// myOpen connects with the login arguments, or with those of the client's file.
func myOpen(ctx context.Context, c *module.Call) (*myTask, error) {
	a := c.Args
	for _, arg := range []string{"client_cert", "client_key", "ca_cert"} {
		if a.Str(arg) != "" {
			return nil, module.Fail(arg + " is not supported: connections to MySQL are made over a Unix socket or without TLS")
		}
	}
	file := clientFile(c)
	first := func(values ...string) string {
		for _, v := range values {
			if v != "" {
				return v
			}
		}
		return ""
	}
	cfg := mywire.Config{User: first(a.Str("login_user"), file["user"], "root"), Password: first(a.Text("login_password"), file["password"])}
	socket := first(c.Path("login_unix_socket"), file["socket"])
	host := first(a.Str("login_host"), file["host"], "localhost")
	port := a.Int("login_port")
	if port == 0 {
		port = 3306
	}
	if socket == "" && host == "localhost" && port == 3306 {
		for _, s := range mySockets {
			if _, err := c.Sys.Stat(s); err == nil {
				socket = s
				break
			}
		}
	}
	cfg.Network, cfg.Address = "tcp", net.JoinHostPort(host, strconv.FormatInt(port, 10))
	if socket != "" {
		cfg.Network, cfg.Address = "unix", socket
	}
	var conn *mywire.Conn
	var err error
	if a.Bool("check_implicit_admin") {
		root := cfg
		root.User, root.Password = "root", ""
		conn, err = mywire.Dial(ctx, root)
	}
	if conn == nil {
		conn, err = mywire.Dial(ctx, cfg)
	}
	if err != nil {
		return nil, module.Fail("unable to connect to database, check login_user and login_password are correct or " + c.Path("config_file") +
			" has the credentials. Exception message: " + err.Error())
	}
	t := &myTask{Call: c, db: conn, cfg: cfg, executed: []any{}}
	vars := a.Map("session_vars")
	for _, name := range sortedNames(vars) {
		value := mywire.Literal(module.Args(vars).Text(name))
		if _, number := vars[name].(int64); number {
			value = module.Args(vars).Text(name)
		}
		if _, err := conn.Query("SET SESSION " + mywire.Ident(name) + " = " + value); err != nil {
			return nil, module.Fail("Cannot set session variables: " + err.Error())
		}
	}
	if a.Has("sql_log_bin") && !a.Bool("sql_log_bin") {
		_, err = conn.Query("SET SQL_LOG_BIN=0")
	}
	return t, err
}

// exec changes something; in check mode it is left out.
func (t *myTask) exec(sql, shown string) error {
	if t.Check {
		return nil
	}
	t.executed = append(t.executed, shown)
	if _, err := t.db.Query(sql); err != nil {
		return module.Fail(err.Error())
	}
	return nil
}

func (t *myTask) query(sql string) ([]mywire.Row, error) {
	rows, err := t.db.Query(sql)
	if err != nil {
		return nil, module.Fail(err.Error())
	}
	return rows, nil
}

// runMyDB is community.mysql.mysql_db.
func runMyDB(ctx context.Context, c *module.Call) (module.Result, error) {
	state := c.Args.Str("state")
	names := c.Args.Strs("name")
	if len(names) == 0 && c.Args.Str("name") != "" {
		names = []string{c.Args.Str("name")}
	}
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	moves := state == "dump" || state == "import"
	switch {
	case len(names) == 0:
		return module.Result{"changed": false, "db": []any{}, "db_list": []any{}}, nil
	case state == "import" && len(names) > 1:
		return nil, module.Fail("Multiple databases are not supported with state=import")
	case moves && !c.Args.Has("target"):
		return nil, module.Fail("with state=" + state + " target is required")
	case !moves && len(names) == 1 && names[0] == "all":
		return nil, module.Fail("name is not allowed to equal 'all' unless state equals import, or dump.")
	}
	t, err := myOpen(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.db.Close() }()
	if moves {
		return t.transfer(ctx, names, state)
	}
	changed := false
	for _, n := range names {
		did, err := t.database(n, state)
		if err != nil {
			return nil, err
		}
		changed = changed || did
	}
	res := module.Result{"changed": changed, "db": strings.Join(names, " "), "db_list": anyStrings(names)}
	if !c.Check {
		res["executed_commands"] = t.executed
	}
	return res, nil
}

func (t *myTask) exists(name string) (bool, error) {
	rows, err := t.query("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = " + mywire.Literal(name))
	return len(rows) > 0, err
}

func (t *myTask) database(name, state string) (bool, error) {
	there, err := t.exists(name)
	if err != nil {
		return false, err
	}
	if there == (state != "absent") {
		return false, nil
	}
	sql := "DROP DATABASE " + mywire.Ident(name)
	if !there {
		sql = "CREATE DATABASE " + mywire.Ident(name)
		if e := t.Args.Str("encoding"); e != "" {
			sql += " CHARACTER SET " + mywire.Literal(e)
		}
		if o := t.Args.Str("collation"); o != "" {
			sql += " COLLATE " + mywire.Literal(o)
		}
	}
	return true, t.exec(sql, sql)
}
