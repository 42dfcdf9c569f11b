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
		if version != "" && version != "latest" {
			_, available, err := t.one("SELECT 1 FROM pg_available_extension_versions WHERE name = " + pgwire.Literal(ext) + " AND version = " + pgwire.Literal(version))
			if err != nil {
				return nil, err
			}
			if !available {
				return nil, module.Fail("Passed version '" + version + "' is not available")
			}
		}
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
		_, leads, err := t.one("SELECT 1 FROM pg_extension_update_paths(" + pgwire.Literal(ext) + ") WHERE path IS NOT NULL AND source = " + pgwire.Literal(have) + " AND target = " + pgwire.Literal(version))
		if err != nil {
			return nil, err
		}
		if !leads {
			return nil, module.Fail("Passed version '" + version + "' has no valid update path from the currently installed version '" + have + "' or the passed version is not available")
		}
		sql = "ALTER EXTENSION " + pgwire.Ident(ext) + " UPDATE TO " + pgwire.Literal(version)
	}
	if sql != "" && !c.Check {
		if err := t.exec(sql, sql); err != nil {
			return nil, err
		}
	}
	return module.Result{"changed": sql != "", "db": a.Str("db"), "ext": ext, "queries": t.executed}, nil
}
