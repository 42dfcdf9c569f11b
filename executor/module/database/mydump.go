package database

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// myTransfer is one dump or import by MySQL's own programs.
type myTransfer struct {
	*myTask
	ctx         context.Context
	names       []string
	all         bool
	state, file string
}

// transfer dumps databases to a file, or has one read it.
func (t *myTask) transfer(ctx context.Context, names []string, state string) (module.Result, error) {
	m := &myTransfer{myTask: t, ctx: ctx, names: names, all: len(names) == 1 && names[0] == "all", state: state, file: t.Path("target")}
	res := module.Result{"changed": true, "db": strings.Join(names, " "), "db_list": anyStrings(names)}
	missing, err := m.missing()
	if err != nil {
		return nil, err
	}
	if state == "dump" && len(missing) > 0 {
		return nil, module.Fail(fmt.Sprintf("Cannot dump database(s) '%s' - not found", strings.Join(missing, ", ")))
	}
	if t.Check {
		return res, nil
	}
	for _, name := range missing {
		if _, err := t.database(name, "present"); err != nil {
			return nil, err
		}
	}
	if _, err := t.Sys.Stat(m.file); state == "import" && err != nil {
		return nil, module.Fail("target " + m.file + " does not exist on the host")
	}
	out, shown, err := m.run()
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, module.Fail(out.Err)
	}
	res["msg"], res["executed_commands"] = out.Out, append(t.executed, shown)
	return res, nil
}

// missing are the databases that are not there.
func (m *myTransfer) missing() (out []string, err error) {
	if m.all {
		return nil, nil
	}
	for _, name := range m.names {
		there, err := m.exists(name)
		if err != nil {
			return nil, err
		}
		if !there {
			out = append(out, name)
		}
	}
	return out, nil
}

// run runs the program. A password stands in a scratch file, not among its arguments.
func (m *myTransfer) run() (out program.Output, shown string, err error) {
	name := map[string]string{"dump": "mysqldump", "import": "mysql"}[m.state]
	tool, err := program.Path(m.Sys, name)
	if err != nil {
		return out, "", err
	}
	defaults, said := "--defaults-extra-file=", []string{tool}
	if m.Args.Bool("restrict_config_file") {
		defaults = "--defaults-file="
	}
	argv := []string{tool}
	config := m.Path("config_file")
	if _, err := m.Sys.Stat(config); err != nil {
		config = ""
	}
	if config != "" {
		said = append(said, program.Quote([]string{defaults + config}))
	}
	if m.Args.Text("login_password") != "" {
		file, remove, err := m.passwordFile(config)
		if err != nil {
			return out, "", err
		}
		defer remove()
		config = file
	}
	if config != "" {
		argv = append(argv, defaults+config)
	}
	for _, w := range m.login() {
		argv, said = append(argv, w), append(said, program.Quote([]string{w}))
		if strings.HasPrefix(w, "--user=") && m.Args.Text("login_password") != "" {
			said = append(said, "--password=********")
		}
	}
	rest, err := m.options()
	if err != nil {
		return out, "", err
	}
	argv = append(argv, rest...)
	for _, w := range rest {
		said = append(said, program.Quote([]string{w}))
	}
	ext := path.Ext(m.file)
	out, err = pgRun(m.ctx, m.Call, module.Cmd{Argv: argv}, m.state, m.file, ext)
	return out, m.shown(strings.Join(said, " "), ext), err
}

// shown is the command line as Ansible's module would have it for the shell.
func (m *myTransfer) shown(line, ext string) string {
	file := program.Quote([]string{m.file})
	pack, packed := compressors[ext]
	tool := pack[0]
	if p, err := m.Sys.LookPath(tool); err == nil {
		tool = p
	}
	switch {
	case m.state == "dump" && packed:
		return line + " | " + tool + " > " + file
	case m.state == "dump":
		return line + " > " + file
	case packed:
		return tool + " -dc " + file + " | " + line
	}
	return line + " < " + file
}

// passwordFile is an option file with the password, and with what another file has.
func (m *myTransfer) passwordFile(config string) (file string, remove func(), err error) {
	dir, err := m.Sys.TempDir()
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = m.Sys.RemoveAll(dir) }
	text := ""
	if config != "" {
		text = "!include " + config + "\n"
	}
	text += "[client]\npassword=\"" + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(m.Args.Text("login_password")) + "\"\n"
	file, mode := path.Join(dir, "my.cnf"), fs.FileMode(0o600)
	if err := m.Sys.Write(file, strings.NewReader(text), module.WriteSpec{Mode: &mode}); err != nil {
		remove()
		return "", nil, err
	}
	return file, remove, nil
}

// login are the options that say where and as whom.
func (m *myTransfer) login() (out []string) {
	a := m.Args
	if u := a.Str("login_user"); u != "" {
		out = append(out, "--user="+u)
	}
	if a.Bool("force") {
		out = append(out, map[string]string{"dump": "--force", "import": "-f"}[m.state])
	}
	if s := m.Path("login_unix_socket"); s != "" {
		return append(out, "--socket="+s)
	}
	return append(out, "--host="+a.Str("login_host"), fmt.Sprintf("--port=%d", a.Int("login_port")))
}

// dumpFlags are switches of mysqldump.
var dumpFlags = []struct{ arg, option string }{{"single_transaction", "--single-transaction=true"}, {"quick", "--quick"}}

// options are the databases and what is particular to a dump or an import.
func (m *myTransfer) options() (out []string, err error) {
	a := m.Args
	charset := ""
	if e := a.Str("encoding"); e != "" {
		charset = "--default-character-set=" + e
	}
	if m.state == "import" {
		if charset != "" {
			out = append(out, charset)
		}
		if !m.all {
			out = append(out, "--one-database", m.names[0])
		}
		return out, nil
	}
	switch {
	case m.all:
		out = append(out, "--all-databases")
	case len(m.names) > 1:
		out = append(append(out, "--databases"), m.names...)
	default:
		out = append(out, m.names[0])
	}
	if a.Bool("skip_lock_tables") {
		out = append(out, "--skip-lock-tables")
	}
	if charset != "" {
		out = append(out, charset)
	}
	for _, f := range dumpFlags {
		if a.Bool(f.arg) {
			out = append(out, f.option)
		}
	}
	for _, t := range a.Strs("ignore_tables") {
		if t == "" {
			return nil, module.Fail("Name of ignored table cannot be empty")
		}
		out = append(out, "--ignore-table="+t)
	}
	if a.Bool("hex_blob") {
		out = append(out, "--hex-blob")
	}
	if n := a.Int("master_data"); n > 0 {
		out = append(out, fmt.Sprintf("--master-data=%d", n))
	}
	words, err := module.SplitWords(a.Str("dump_extra_args"))
	if err != nil {
		return nil, module.Fail("dump_extra_args: " + err.Error())
	}
	return append(out, words...), nil
}

func anyStrings(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
