package database

import (
	"context"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/database/pgwire"
)

// runPgExt is community.postgresql.postgresql_ext.
func runPgExt(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	ext, version, schema := a.Str("ext"), a.Text("version"), a.Str("schema")
	t, err := pgOpen(ctx, c, a.Str("db"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.db.Close() }()
	have, there, err := t.one("SELECT extversion FROM pg_catalog.pg_extension WHERE extname = " + pgwire.Literal(ext))
	if err != nil {
		return nil, err
	}
	best, _, err := t.one("SELECT default_version FROM pg_available_extensions WHERE name = " + pgwire.Literal(ext))
	if err != nil {
		return nil, err
	}
	cascade := ""
	if a.Bool("cascade") {
		cascade = " CASCADE"
	}
	sql := ""
	switch {
	case a.Str("state") == "absent" && there:
		sql = "DROP EXTENSION " + pgwire.Ident(ext) + cascade
	case a.Str("state") == "absent":
	case !there && best == "":
		return nil, module.Fail("Extension " + ext + " is not available")
	case !there:
		sql = "CREATE EXTENSION " + pgwire.Ident(ext)
		if schema != "" {
			sql += " WITH SCHEMA " + pgwire.Ident(schema)
		}
		if version != "" && version != "latest" {
			sql += " VERSION " + pgwire.Literal(version)
		}
		sql += cascade
	case version == "latest" && have != best:
		sql = "ALTER EXTENSION " + pgwire.Ident(ext) + " UPDATE"
	case version != "" && version != "latest" && have != version:
		sql = "ALTER EXTENSION " + pgwire.Ident(ext) + " UPDATE TO " + pgwire.Literal(version)
	}
	if sql != "" {
		if err := t.exec(sql, sql); err != nil {
			return nil, err
		}
	}
	return module.Result{"changed": sql != "", "db": a.Str("db"), "ext": ext, "queries": t.executed}, nil
}
