package database

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/database/pgwire"
	"pylint-deploy/executor/module/program"
)

// runPgDB is community.postgresql.postgresql_db.
func runPgDB(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	name, state := a.Str("db"), a.Str("state")
	maintenance := a.Str("maintenance_db")
	if maintenance == "" {
		maintenance = "postgres"
	}
	if state == "dump" || state == "restore" {
		return pgTransfer(ctx, c, name, state)
	}
	if state == "rename" {
		switch target := a.Str("target"); {
		case target == "":
			return nil, module.Fail(`The "target" option must be defined when the "rename" option is used.`)
		case target == name:
			return nil, module.Fail(`The "name/db" option and the "target" option cannot be the same.`)
		case maintenance == name:
			return nil, module.Fail(`The "maintenance_db" option and the "name/db" option cannot be the same.`)
		}
	}
	t, err := pgOpen(ctx, c, maintenance)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.db.Close() }()
	var changed bool
	switch state {
	case "absent":
		changed, err = t.dropDB(name)
	case "rename":
		changed, err = t.renameDB(name, a.Str("target"))
	default:
		changed, err = t.createDB(name)
	}
	if err != nil {
		return nil, err
	}
	if c.Check {
		t.executed = []any{}
	}
	return module.Result{"changed": changed, "db": name, "executed_commands": t.executed}, nil
}

func (t *pgTask) hasDB(name string) (bool, error) {
	_, ok, err := t.one("SELECT 1 FROM pg_database WHERE datname=" + pgwire.Literal(name))
	return ok, err
}

func (t *pgTask) dropDB(name string) (bool, error) {
	there, err := t.hasDB(name)
	if err != nil || !there {
		return false, err
	}
	sql := "DROP DATABASE " + pgwire.Ident(name)
	if t.Args.Bool("force") {
		if t.version >= 130000 {
			sql += " WITH (FORCE)"
		} else if !t.Check {
			lit := pgwire.Literal(name)
			if _, err := t.query("UPDATE pg_database SET datallowconn = false WHERE datname=" + lit +
				"; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname=" + lit + " AND pid <> pg_backend_pid()"); err != nil {
				return false, err
			}
		}
	}
	return true, t.exec(sql, sql)
}

func (t *pgTask) renameDB(from, to string) (bool, error) {
	src, err := t.hasDB(from)
	if err != nil {
		return false, err
	}
	dst, err := t.hasDB(to)
	switch {
	case err != nil:
		return false, err
	case src && dst:
		return false, module.Fail("Both the source and the target databases exist.")
	case dst:
		return false, nil
	case !src:
		return false, module.Fail("The source and the target databases do not exist.")
	}
	sql := "ALTER DATABASE " + pgwire.Ident(from) + " RENAME TO " + pgwire.Ident(to)
	return true, t.exec(sql, sql)
}

// createDB makes the database, or brings owner, connection limit and tablespace of the one that is there to what is asked.
func (t *pgTask) createDB(name string) (bool, error) {
	there, err := t.hasDB(name)
	if err != nil {
		return false, err
	}
	if there {
		return t.alterDB(name)
	}
	sql := "CREATE DATABASE " + pgwire.Ident(name)
	for _, o := range []struct {
		arg, word string
		quote     func(string) string
	}{{"owner", "OWNER", pgwire.Ident}, {"template", "TEMPLATE", pgwire.Ident}, {"encoding", "ENCODING", pgwire.Literal},
		{"lc_collate", "LC_COLLATE", pgwire.Literal}, {"lc_ctype", "LC_CTYPE", pgwire.Literal}, {"tablespace", "TABLESPACE", pgwire.Ident}} {
		if v := t.Args.Text(o.arg); v != "" {
			sql += " " + o.word + " " + o.quote(v)
		}
	}
	limit, err := connLimit(t.Args.Text("conn_limit"))
	if err != nil {
		return false, err
	}
	if limit != "" {
		sql += " CONNECTION LIMIT " + limit
	}
	return true, t.exec(sql, sql)
}

// connLimit checks that a limit is a number: it is written into the statement as it is.
func connLimit(s string) (string, error) {
	if strings.Trim(strings.TrimPrefix(s, "-"), "0123456789") != "" {
		return "", module.Fail("conn_limit must be a number, not " + s)
	}
	return s, nil
}

func (t *pgTask) alterDB(name string) (bool, error) {
	rows, err := t.query("SELECT pg_get_userbyid(datdba), encoding, pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit, spcname" +
		" FROM pg_database JOIN pg_tablespace ON pg_tablespace.oid = dattablespace WHERE datname=" + pgwire.Literal(name))
	if err != nil || len(rows) == 0 {
		return false, err
	}
	r, a := rows[0], t.Args
	if e := a.Str("encoding"); e != "" {
		id, _, err := t.one("SELECT pg_char_to_encoding(" + pgwire.Literal(e) + ")")
		if err != nil {
			return false, err
		}
		if id != r.Str(1) {
			return t.Check, notInCheck(t.Check, "Changing database encoding is not supported. Current encoding: "+r.Str(2))
		}
	}
	if v := a.Str("lc_collate"); v != "" && v != r.Str(3) {
		return t.Check, notInCheck(t.Check, "Changing LC_COLLATE is not supported. Current LC_COLLATE: "+r.Str(3))
	}
	if v := a.Str("lc_ctype"); v != "" && v != r.Str(4) {
		return t.Check, notInCheck(t.Check, "Changing LC_CTYPE is not supported.Current LC_CTYPE: "+r.Str(4))
	}
	limit, err := connLimit(a.Text("conn_limit"))
	if err != nil {
		return false, err
	}
	changed := false
	alter := "ALTER DATABASE " + pgwire.Ident(name)
	for _, o := range []struct{ want, have, sql string }{
		{a.Str("owner"), r.Str(0), alter + " OWNER TO " + pgwire.Ident(a.Str("owner"))},
		{limit, r.Str(5), alter + " CONNECTION LIMIT " + limit},
		{a.Str("tablespace"), r.Str(6), alter + " SET TABLESPACE " + pgwire.Ident(a.Str("tablespace"))}} {
		if o.want == "" || o.want == o.have {
			continue
		}
		changed = true
		if err := t.exec(o.sql, o.sql); err != nil {
			return false, err
		}
	}
	return changed, nil
}

// notInCheck is a refusal that check mode reports as a change, as Ansible does.
func notInCheck(check bool, msg string) error {
	if check {
		return nil
	}
	return module.Fail(msg)
}

// pgFormats are pg_dump's formats by the file's extension; compressors run beside it.
var (
	pgFormats   = map[string]string{".tar": "t", ".pgc": "c", ".dir": "d"}
	compressors = map[string][2]string{".gz": {"gzip", "gunzip"}, ".bz2": {"bzip2", "bunzip2"}, ".xz": {"xz", "unxz"}}
)

// pgTransfer dumps or restores with PostgreSQL's own programs. They get the password in their environment, which only
// root and the same user can read: they offer nothing better.
func pgTransfer(ctx context.Context, c *module.Call, name, state string) (module.Result, error) {
	target := c.Path("target")
	if target == "" {
		wd, _ := os.Getwd()
		target = path.Join(wd, name+".sql")
	}
	if c.Check {
		return module.Result{"changed": false, "db": name, "executed_commands": []any{}}, nil
	}
	ext := path.Ext(target)
	argv := []string{map[bool]string{true: "pg_dump", false: "psql"}[state == "dump"]}
	if f := pgFormats[ext]; f != "" {
		if state == "restore" {
			argv = []string{"pg_restore"}
		}
		argv = append(argv, "--format="+f)
	}
	if state == "dump" {
		argv = append(argv, name)
	} else {
		argv = append(argv, "--dbname="+name)
	}
	for _, o := range [][2]string{{"login_host", "--host="}, {"port", "--port="}, {"login_user", "--username="}} {
		if v := c.Args.Text(o[0]); v != "" {
			argv = append(argv, o[1]+v)
		}
	}
	for _, o := range []string{"dump_extra_args", "target_opts"} {
		words, err := module.SplitWords(c.Args.Str(o))
		if err != nil {
			return nil, module.Fail(o + ": " + err.Error())
		}
		argv = append(argv, words...)
	}
	cmd := module.Cmd{Argv: argv}
	if p := c.Args.Text("login_password"); p != "" {
		file, remove, err := pgPassFile(c.Sys, p)
		if err != nil {
			return nil, err
		}
		defer remove()
		cmd.Env = map[string]string{"PGPASSFILE": file}
	}
	out, err := pgRun(ctx, c, cmd, state, target, ext)
	if err != nil {
		return nil, err
	}
	shown := program.Quote(argv)
	if out.RC != 0 {
		return nil, module.Fail(out.Err, "stdout", out.Out, "rc", out.RC, "cmd", shown)
	}
	return module.Result{"changed": true, "msg": "", "stderr": out.Err, "rc": 0, "cmd": shown, "executed_commands": []any{shown}}, nil
}

// pgPassFile puts a password where the client programs look for it, in a directory that nobody else can enter: in their
// environment it could be read by all that may look into /proc. The caller removes it.
func pgPassFile(sys module.System, password string) (file string, remove func(), err error) {
	if strings.ContainsAny(password, "\n\r\x00") {
		return "", nil, module.Fail("a password with a line break cannot be given to the client programs of PostgreSQL")
	}
	dir, err := sys.TempDir()
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = sys.RemoveAll(dir) }
	file, mode := path.Join(dir, "pgpass"), fs.FileMode(0o600)
	line := "*:*:*:*:" + strings.NewReplacer(`\`, `\\`, ":", `\:`).Replace(password) + "\n"
	if err := sys.Write(file, strings.NewReader(line), module.WriteSpec{Mode: &mode}); err != nil {
		remove()
		return "", nil, err
	}
	return file, remove, nil
}

// pgRun connects the program with the file, through a compressor where the name asks for one.
func pgRun(ctx context.Context, c *module.Call, cmd module.Cmd, state, target, ext string) (program.Output, error) {
	if ext == ".dir" {
		if state == "dump" {
			cmd.Argv = append(cmd.Argv, "--file="+target)
		} else {
			cmd.Argv = append(cmd.Argv, target)
		}
		return program.Exec(ctx, c.Sys, cmd)
	}
	pack, packed := compressors[ext]
	if state == "dump" {
		out, err := program.Exec(ctx, c.Sys, cmd)
		if err != nil || out.RC != 0 {
			return out, err
		}
		data := []byte(out.Out)
		if packed {
			z, err := program.Must(program.Exec(ctx, c.Sys, module.Cmd{Argv: []string{pack[0], "-c"}, Stdin: data}))
			if err != nil {
				return z, err
			}
			data = []byte(z.Out)
		}
		out.Out = ""
		return out, c.Sys.Write(target, bytes.NewReader(data), module.WriteSpec{})
	}
	if packed {
		z, err := program.Must(program.Exec(ctx, c.Sys, module.Cmd{Argv: []string{pack[1], "-c", target}}))
		if err != nil {
			return z, err
		}
		cmd.Stdin = []byte(z.Out)
		return program.Exec(ctx, c.Sys, cmd)
	}
	f, err := c.Sys.Open(target)
	if err != nil {
		return program.Output{}, module.Fail("cannot read " + target + ": " + err.Error())
	}
	defer func() { _ = f.Close() }()
	cmd.StdinFrom = f
	return program.Exec(ctx, c.Sys, cmd)
}
