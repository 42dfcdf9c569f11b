package database

import (
	"context"
	"errors"
	"net"
	"path"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/database/pgwire"
)

// pgTask is one call of a PostgreSQL module.
type pgTask struct {
	*module.Call
	db       *pgwire.Conn
	executed []any
	version  int64 // as server_version_num: 150003
}

// pgConfig reads the login arguments; database is what to connect to.
func pgConfig(c *module.Call, database string) (pgwire.Config, error) {
	a := c.Args
	user := a.Str("login_user")
	if user == "" {
		user = "postgres"
	}
	switch a.Str("ssl_mode") {
	case "require", "verify-ca", "verify-full":
		return pgwire.Config{}, module.Fail("ssl_mode=" + a.Str("ssl_mode") + " is not supported: connections to PostgreSQL are made over a Unix socket or without TLS")
	}
	if database == "" {
		database = user
	}
	port := a.Int("port")
	if port == 0 {
		port = 5432
	}
	p := strconv.FormatInt(port, 10)
	cfg := pgwire.Config{User: user, Password: a.Text("login_password"), Database: database}
	host := a.Str("login_host")
	socket := a.Str("login_unix_socket")
	if socket == "" {
		socket = "/var/run/postgresql"
	}
	if strings.HasPrefix(host, "/") {
		host, socket = "", host
	}
	if host == "" || host == "localhost" && a.Str("login_unix_socket") != "" {
		cfg.Network, cfg.Address = "unix", path.Join(socket, ".s.PGSQL."+p)
	} else {
		cfg.Network, cfg.Address = "tcp", net.JoinHostPort(host, p)
	}
	return cfg, nil
}

// pgOpen connects and takes the session role.
func pgOpen(ctx context.Context, c *module.Call, database string) (*pgTask, error) {
	cfg, err := pgConfig(c, database)
	if err != nil {
		return nil, err
	}
	conn, err := pgwire.Dial(ctx, cfg)
	if err != nil {
		return nil, module.Fail("unable to connect to database: " + err.Error())
	}
	t := &pgTask{Call: c, db: conn, executed: []any{}}
	rows, err := conn.Query("SHOW server_version_num")
	if err == nil && len(rows) == 1 {
		t.version, _ = strconv.ParseInt(rows[0].Str(0), 10, 64)
	}
	if role := c.Args.Str("session_role"); role != "" && err == nil {
		if _, err = conn.Query("SET ROLE " + pgwire.Ident(role)); err != nil {
			err = module.Fail("Could not switch role: " + err.Error())
		}
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return t, nil
}

// query reads.
func (t *pgTask) query(sql string) ([]pgwire.Row, error) {
	rows, err := t.db.Query(sql)
	if err != nil {
		return nil, module.Fail("Database query failed: " + err.Error())
	}
	return rows, nil
}

// exec changes something; shown is the statement as it is reported, without passwords. In check mode it is left out.
func (t *pgTask) exec(sql, shown string) error {
	t.executed = append(t.executed, shown)
	if t.Check {
		return nil
	}
	_, err := t.db.Query(sql)
	if err == nil {
		return nil
	}
	var pe *pgwire.Error
	if errors.As(err, &pe) {
		return module.Fail("Database query failed: " + pe.Error())
	}
	return err
}

// one reads a single value; ok is false where there is no row.
func (t *pgTask) one(sql string) (value string, ok bool, err error) {
	rows, err := t.query(sql)
	if err != nil || len(rows) == 0 {
		return "", false, err
	}
	return rows[0].Str(0), true, nil
}
