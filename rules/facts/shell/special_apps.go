package shell

import (
	"strings"

	"pylint-deploy/parser/pattern"
)

// pythonCall: -m venv, -m pip, manage.py and -c; a script file is unknown code.
func pythonCall(w *walker, c *Call, sc scope) bool {
	c.Class = Unknown
	if hasFlag("openssl", c.Args, "--version", "-V") {
		c.Class = Read
		return true
	}
	if m, ok := flagValue(c.Args, "-m"); ok {
		rest := after(c.Args, m)
		switch m {
		case "venv", "virtualenv":
			sub := &Call{Program: "virtualenv", Args: rest, Line: c.Line}
			virtualenvCall(w, sub, sc)
			c.Class, c.Module, c.Writes, c.Why = sub.Class, sub.Module, sub.Writes, sub.Why
		case "pip", "pip3":
			if e := match("pip", rest); e != nil {
				c.Class, c.Module, c.Why = e.class, e.module, e.why
			}
		case "ensurepip":
			c.Class = Converge
		case "compileall", "py_compile":
			c.Class = Overwrite
		case "json.tool", "site", "platform", "sysconfig":
			c.Class = Read
		}
		return true
	}
	if code, ok := flagValue(c.Args, "-c"); ok {
		c.Class = pythonCode(code)
		return true
	}
	pos := positionals(c.Program, c.Args)
	if len(pos) > 0 && baseName(pos[0]) == "manage.py" {
		sub := &Call{Program: "manage.py", Args: after(c.Args, pos[0])}
		manageCall(w, sub, sc)
		c.Class, c.Module, c.Why = sub.Class, sub.Module, sub.Why
	} else if len(pos) > 1 && pos[0] == "setup.py" {
		switch pos[1] {
		case "install", "develop":
			c.Class, c.Module = Converge, "pip"
		case "build", "sdist", "bdist_wheel":
			c.Class = Overwrite
		}
	}
	return true
}

// pythonCode tells one-liners that only compute and print.
func pythonCode(code string) Class {
	if pythonEffects.MatchString(code) || !strings.Contains(code, "print") && !strings.Contains(code, "import") {
		return Unknown
	}
	if saltGiven.MatchString(code) {
		return Read
	}
	if strings.Contains(code, "random") || strings.Contains(code, "secrets") || strings.Contains(code, "uuid") {
		return Regenerate
	}
	return Read
}

// saltGiven is a hash whose salt stands in the text: the same each run.
var saltGiven = pattern.New(`crypt\.crypt\([^,]+,\s*['"]`)

var pythonEffects = pattern.New(`open\([^)]*['"][wax]|os\.(system|remove|unlink|mkdir|makedirs|rename|chmod|popen)|subprocess|shutil|\.write\(|exec\(`)

// after gives the arguments that follow a word.
func after(args []string, word string) []string {
	for i, a := range args {
		if a == word {
			return args[i+1:]
		}
	}
	return nil
}

func virtualenvCall(_ *walker, c *Call, _ scope) bool {
	c.Class, c.Module = Converge, "pip"
	if hasFlag(c.Program, c.Args, "--clear") {
		c.Class = Overwrite
	}
	if pos := positionals("virtualenv", c.Args); len(pos) > 0 {
		c.Writes = append(c.Writes, Write{Path: pos[len(pos)-1], Container: true, Line: c.Line})
	}
	return true
}

// djangoCommands are the classes of Django's own management commands.
var djangoCommands = map[string]Class{
	"migrate": Converge, "syncdb": Converge, "collectstatic": Converge, "compilemessages": Overwrite, "compress": Overwrite,
	"check": Read, "showmigrations": Read, "diffsettings": Read, "inspectdb": Read, "dumpdata": Read, "test": Read, "version": Read,
	"loaddata": Converge, "createcachetable": Converge, "update_index": Converge, "rebuild_index": Overwrite, "clearsessions": Converge,
	"flush": Destroy, "createsuperuser": CreateOnce, "startproject": CreateOnce, "startapp": CreateOnce, "makemigrations": Unknown,
	"shell": Unknown, "runserver": Unknown, "sqlmigrate": Read, "remove_stale_contenttypes": Converge, "clear_cache": Converge,
}

func manageCall(_ *walker, c *Call, sc scope) bool {
	c.Class, c.Module = Unknown, "django_manage"
	pos := positionals(c.Program, c.Args)
	if len(pos) == 0 {
		return true
	}
	if class, ok := djangoCommands[pos[0]]; ok {
		c.Class = class
	}
	switch pos[0] {
	case "createsuperuser":
		c.Why = "it fails when the user is there"
	case "migrate":
		if hasFlag("openssl", c.Args, "--check", "--plan", "--list") {
			c.Class = Read
		}
	case "shell":
		if strings.Contains(sc.stdin, "create_superuser") && !strings.Contains(sc.stdin, "exists()") {
			c.Class, c.Why = CreateOnce, "it fails when the user is there"
		}
	}
	return true
}

// phpCall: artisan and -r; the rest is unknown code.
func phpCall(w *walker, c *Call, sc scope) bool {
	if hasFlag("openssl", c.Args, "-v", "--version", "-i", "-m") {
		c.Class = Read
		return true
	}
	pos := positionals(c.Program, c.Args)
	if len(pos) > 0 && baseName(pos[0]) == "artisan" {
		sub := &Call{Program: "artisan", Args: after(c.Args, pos[0])}
		artisanCall(w, sub, sc)
		c.Class, c.Why = sub.Class, sub.Why
		return true
	}
	if len(pos) > 1 && baseName(pos[0]) == "composer.phar" || len(pos) > 1 && baseName(pos[0]) == "composer" {
		if e := match("composer", pos[1:]); e != nil {
			c.Class, c.Module = e.class, e.module
		}
		return true
	}
	c.Class = Unknown
	return true
}

func artisanCall(_ *walker, c *Call, _ scope) bool {
	c.Class = Unknown
	pos := positionals("artisan", c.Args)
	if len(pos) == 0 {
		c.Class = Read
		return true
	}
	force := hasFlag("openssl", c.Args, "--force")
	switch name := pos[0]; {
	case name == "key:generate":
		c.Class, c.Why = Regenerate, "a new application key each run: sessions and encrypted data are lost"
		if hasFlag("openssl", c.Args, "--show") {
			c.Class = Read
		}
	case name == "migrate:fresh" || name == "migrate:refresh" || name == "db:wipe" || name == "migrate:reset":
		c.Class, c.Why = Destroy, "the database is emptied"
	case name == "db:seed" || name == "migrate" && hasFlag("openssl", c.Args, "--seed"):
		c.Class, c.Why = Accumulate, "the seed data is inserted once more"
	case name == "migrate" || name == "storage:link" || name == "passport:keys" && !force || strings.HasSuffix(name, ":clear"),
		name == "optimize", strings.HasSuffix(name, ":cache"), name == "vendor:publish", strings.HasSuffix(name, ":sync"):
		c.Class = Converge
	case name == "about" || strings.HasSuffix(name, ":list") || strings.HasSuffix(name, ":status") || name == "list":
		c.Class = Read
	case name == "down" || name == "up" || name == "queue:restart":
		c.Class = Imperative
	}
	return true
}

// sqlCall classifies the SQL that psql and mysql are given.
func sqlCall(_ *walker, c *Call, sc scope) bool {
	if hasFlag("openssl", c.Args, "--version", "-V", "-l", "--list") {
		c.Class = Read
		return true
	}
	sql := sc.stdin
	for _, flags := range [][]string{{"-c", "--command"}, {"-e", "--execute"}} {
		if (c.Program == "psql") != (flags[0] == "-c") {
			continue
		}
		if v, ok := sqlFlag(c.Args, flags); ok {
			sql = v
		}
	}
	if c.Program == "sqlite3" {
		if pos := positionals(c.Program, c.Args); len(pos) > 1 {
			sql = pos[1]
		}
	}
	if sql == "" {
		c.Class = Unknown
		return true
	}
	c.Class, c.Why = sqlClass(sql)
	return true
}

// sqlFlag finds -c SQL also at the end of a cluster: psql -tAc SQL, mysql -uroot -e SQL.
func sqlFlag(args, flags []string) (string, bool) {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, flags[1]+"="); ok {
			return v, true
		}
		if a == flags[0] || a == flags[1] || strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.HasSuffix(a, flags[0][1:]) && len(a) <= 6 {
			if i+1 < len(args) {
				return args[i+1], true
			}
		}
	}
	return "", false
}

var sqlTable = []struct {
	re    *pattern.Pattern
	class Class
	why   string
}{
	{pattern.New(`(?i)^(\\(l|d|du|dt|dn|df|dx|conninfo)\b|select\b|show\b|describe\b|desc\b|explain\b|use\b|\\c\b|set\b|status\b|with\b|begin\b|commit\b|\.tables)`), Read, ""},
	{pattern.New(`(?i)^create\s+(or\s+replace\b)`), Converge, ""},
	{pattern.New(`(?i)^create\b.*\bif\s+not\s+exists\b`), Converge, ""},
	{pattern.New(`(?i)^create\b`), CreateOnce, "CREATE without IF NOT EXISTS fails when the object is there"},
	{pattern.New(`(?i)^insert\b.*(on\s+conflict|on\s+duplicate)`), Converge, ""},
	{pattern.New(`(?i)^(insert\s+ignore|insert\s+or|replace\b|merge\b|upsert\b)`), Converge, ""},
	{pattern.New(`(?i)^insert\b.*\bwhere\s+not\s+exists\b`), Converge, ""},
	{pattern.New(`(?i)^(insert|copy|load\s+data)\b`), Accumulate, "INSERT adds the same rows once more"},
	{pattern.New(`(?i)^drop\s+(materialized\s+)?(view|index|function|procedure|trigger|policy|publication|subscription)\b.*\bif\s+exists\b`), Converge, ""},
	{pattern.New(`(?i)^drop\b.*\bif\s+exists\b`), Destroy, "DROP loses the data again each run"},
	{pattern.New(`(?i)^drop\s+(user|role)\b`), CreateOnce, "DROP fails when the object is gone"},
	{pattern.New(`(?i)^drop\b`), CreateOnce, "DROP fails when the object is gone"},
	{pattern.New(`(?i)^truncate\b`), Destroy, "TRUNCATE loses the rows each run"},
	{pattern.New(`(?i)^alter\b.*\b(add\s+(column|constraint)|rename)\b`), CreateOnce, "ALTER ... ADD fails when it is there"},
	{pattern.New(`(?i)^update\b.*=\s*\w+\s*[-+]`), Accumulate, "UPDATE counts on from what is there"},
	{pattern.New(`(?i)^(update|delete|grant|revoke|alter|flush|vacuum|analyze|reindex|comment|reset|refresh|do)\b`), Converge, ""},
}

// sqlClass is the worst class of the statements of an SQL text.
func sqlClass(sql string) (Class, string) {
	worst, why, any := Read, "", false
	for _, statement := range strings.Split(sql, ";") {
		statement = strings.Join(strings.Fields(statement), " ")
		if statement == "" || strings.HasPrefix(statement, "--") {
			continue
		}
		any = true
		class, reason := Unknown, ""
		for _, row := range sqlTable {
			if row.re.MatchString(statement) {
				class, reason = row.class, row.why
				break
			}
		}
		if strings.Contains(strings.ToLower(statement), `\gexec`) {
			class = Converge
		}
		if class > worst {
			worst, why = class, reason
		}
	}
	if !any {
		return Unknown, ""
	}
	return worst, why
}
