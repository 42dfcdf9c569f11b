package launch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/builds"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/connection/local"
	"pylint-deploy/executor/connection/openssh"
	"pylint-deploy/executor/connection/ssh"
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/module/all"
	"pylint-deploy/executor/pymodule"
	"pylint-deploy/executor/strategy"
	"pylint-deploy/executor/strategy/config"
	"pylint-deploy/executor/strategy/variables"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/inventory"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/parser/vars"
)

// Session is a run that is ready to start.
type Session struct {
	Config  *config.Config
	Runner  *strategy.Runner
	Books   []strategy.Playbook
	opts    Options
	keys    *vars.Keyring
	hosts   *hosts
	loader  *playbook.Loader
	sinks   *sinks
	console *console
	foreign *pymodule.Library
}

// New reads everything that a run of some playbooks needs. An error has a position where there is one. The caller closes the
// Session in any case where it gets one.
func New(ctx context.Context, paths []string, o Options) (*Session, error) {
	s, err := prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := s.playbooks(paths); err != nil {
		s.Close()
		return nil, err
	}
	dir := s.opts.Dir
	if len(s.Books) > 0 {
		dir = s.Books[0].Dir
	}
	if err := s.complete(ctx, dir); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// prepare reads settings and secrets, and opens the outputs.
func prepare(ctx context.Context, o Options) (*Session, error) {
	s := &Session{opts: o, console: newConsole(o.Stdin, o.Stdout), keys: &vars.Keyring{}}
	file, warning := config.Find(o.Dir, o.Getenv)
	var err error
	if s.Config, err = config.Load(file, o.Getenv); err != nil {
		return nil, err
	}
	if s.sinks, err = openSinks(s.Config, o); err != nil {
		return nil, err
	}
	if file == "" {
		s.sinks.Emit(event.Notice{Level: 1, Text: "No config file found; using defaults"})
	} else {
		s.sinks.Emit(event.Notice{Level: 1, Text: "Using " + s.Config.File + " as config file"})
	}
	if warning != "" {
		s.sinks.Emit(event.Warning{Text: warning})
	}
	return s, s.secrets(ctx)
}

// secrets reads the vault passwords, those of the command line first.
func (s *Session) secrets(ctx context.Context) error {
	ids := append([]string(nil), s.opts.VaultIDs...)
	ids = append(ids, s.opts.VaultFiles...)
	if s.opts.AskVault || s.Config.Bool("DEFAULT_ASK_VAULT_PASS") {
		ids = append(ids, "prompt_ask_vault_pass")
	}
	ids = append(ids, s.Config.List("DEFAULT_VAULT_IDENTITY_LIST")...)
	if len(s.opts.VaultFiles) == 0 {
		ids = append(ids, s.Config.Paths("DEFAULT_VAULT_PASSWORD_FILE", "\x00")...)
	}
	for _, id := range ids {
		if err := s.keys.AddSource(ctx, id, s.console.vault, false); err != nil {
			return err
		}
	}
	return nil
}

// decrypt opens vault-encrypted content and gives anything else back.
func (s *Session) decrypt(path string, text []byte) ([]byte, error) {
	if !vars.IsVault(text) {
		return text, nil
	}
	plain, err := s.keys.Open(text)
	if err != nil {
		return nil, fmt.Errorf("cannot open the vault %s: %w", path, err)
	}
	return plain, nil
}

// playbooks reads the playbooks.
func (s *Session) playbooks(paths []string) error {
	s.loader = playbook.NewLoader(playbook.Options{Files: s.opts.files, Decrypt: s.decrypt, RolesPath: s.paths("DEFAULT_ROLES_PATH"), CollectionsPath: s.paths("COLLECTIONS_PATHS")})
	for _, path := range paths {
		if !filepath.IsAbs(path) {
			path = filepath.Join(s.opts.Dir, path)
		}
		book, err := s.loader.Playbook(path)
		if err != nil {
			return err
		}
		s.Books = append(s.Books, strategy.Playbook{Parsed: book, Dir: filepath.Dir(book.Path)})
	}
	return s.problems()
}

// Problems are what is wrong with the content, as one error that names it all.
type Problems []*playbook.Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// problems tells what is wrong in what the plays are made of before they run: warnings are emitted, errors returned together.
// What is wrong with a file that is included while a play runs is a matter for the hosts that get there.
func (s *Session) problems() error {
	static := s.static()
	var bad Problems
	for _, p := range s.loader.Problems() {
		duplicate := s.Config.Str("DUPLICATE_YAML_DICT_KEY")
		switch {
		case p.Kind == playbook.DuplicateKey && duplicate == "ignore":
		case p.Kind == playbook.DuplicateKey && duplicate == "error":
			bad = append(bad, p)
		case p.Warning:
			s.sinks.Emit(event.Warning{Text: p.Error()})
		case static[filepath.Clean(p.Pos.File)] && !s.dynamic(p):
			bad = append(bad, p)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	var books []*playbook.Playbook
	for _, b := range s.Books {
		books = append(books, b.Parsed)
	}
	for _, r := range strategy.Preflight(books, s.outside()) { // all at once: nobody likes to start a run for each mistake
		if !r.Notice {
			bad = append(bad, &playbook.Problem{Kind: playbook.NoModule, Pos: r.Pos, Why: r.Why, Hint: r.Hint})
		}
	}
	return bad
}

// isInclude tells that a task brings in files while a play runs.
func isInclude(t *playbook.Task) bool {
	if t.Action.Module == nil {
		return false
	}
	switch t.Action.Module.FQCN {
	case "ansible.builtin.include_tasks", "ansible.builtin.include_role":
		return true
	case "ansible.builtin.include": // an import where nothing about it depends on the run
		return t.Loop != nil
	}
	return false
}

// static are the files that the plays are made of before they run.
func (s *Session) static() map[string]bool {
	files := map[string]bool{}
	add := func(t *playbook.Task) {
		if t.Static == nil {
			return
		}
		if t.Static.File != nil {
			files[t.Static.File.Path] = true
		}
		if t.Static.Err != nil {
			var p *playbook.Problem
			if errors.As(t.Static.Err, &p) {
				files[filepath.Clean(p.Pos.File)] = true
			}
		}
	}
	for _, b := range s.Books {
		s.bookFiles(b.Parsed, files)
		b.Parsed.Walk(func(v *playbook.Visit) bool {
			if v.Task.File != nil {
				files[v.Task.File.Path] = true
			}
			if isInclude(v.Task) {
				return false
			}
			add(v.Task)
			return true
		})
	}
	return files
}

func (s *Session) bookFiles(b *playbook.Playbook, files map[string]bool) {
	files[b.Path] = true
	for _, p := range b.Plays {
		if p.Import != nil && p.Import.Playbook != nil {
			s.bookFiles(p.Import.Playbook, files)
		}
		for _, r := range p.Roles {
			if r.Err != nil {
				var problem *playbook.Problem
				if errors.As(r.Err, &problem) {
					files[filepath.Clean(problem.Pos.File)] = true
				}
			}
		}
	}
}

// dynamic tells that a problem is that of an include, which fails only where it is reached.
func (s *Session) dynamic(p *playbook.Problem) bool {
	found := false
	for _, b := range s.Books {
		b.Parsed.Walk(func(v *playbook.Visit) bool {
			t := v.Task
			found = found || t.Static != nil && t.Static.Err != nil && isInclude(t) && within(t, p.Pos)
			return true
		})
	}
	return found
}

// within tells whether a place is in a task's text.
func within(t *playbook.Task, pos source.Pos) bool {
	n := t.Node
	return n != nil && pos.File == n.Pos.File && pos.Line >= n.Pos.Line && pos.Line <= n.End().Line
}

func (s *Session) paths(name string) []string {
	if !s.Config.Given(name) {
		return nil
	}
	return s.Config.Paths(name, ":")
}

// complete makes the runner: inventory, variables, templates, connections.
func (s *Session) complete(ctx context.Context, dir string) error {
	merge := s.Config.Str("DEFAULT_HASH_BEHAVIOUR") == "merge"
	sources := s.opts.Inventory
	if len(sources) == 0 {
		sources = s.defaultInventory()
	}
	sources = s.existing(sources)
	store := &variables.Store{ConfigFile: s.Config.File, PlaybookDir: dir, InjectFacts: s.Config.Bool("INJECT_FACTS_AS_VARS"), MergeHashes: merge,
		PrivateRoleVars: s.Config.Bool("DEFAULT_PRIVATE_ROLE_VARS")}
	load := func(ctx context.Context) (*inventory.Inventory, error) {
		return inventory.Load(ctx, sources, inventory.Options{PlaybookDir: dir, Decrypt: s.keys.Decrypt(), MergeHashes: merge, Warn: s.warn, Evaluate: expressions{s},
			Strict: s.Config.Bool("INVENTORY_ANY_UNPARSED_IS_FAILED"), Needed: s.Config.Bool("INVENTORY_UNPARSED_IS_FAILED"),
			GroupChars: s.Config.Str("TRANSFORM_INVALID_GROUP_CHARS"), Interpreter: localPython()})
	}
	store.Templar = s.templar(dir)
	s.Runner = &strategy.Runner{Store: store, Templar: store.Templar}
	inv, err := load(ctx)
	if err != nil {
		return err
	}
	s.hosts = &hosts{reload: load, limit: s.opts.Limit, inv: inv, warn: s.warn}
	store.Inventory = s.hosts
	if len(inv.HostNames()) == 0 {
		s.warn("provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'")
	}
	if s.opts.Limit != "" {
		names, err := s.hosts.Match("all", true)
		if err != nil {
			return err
		}
		if len(names) == 0 && !strings.Contains(s.opts.Limit, "localhost") {
			return errors.New("Specified hosts and/or --limit does not match any hosts")
		}
	}
	if err := s.hosts.check(s.hosts.Hosts()); err != nil {
		return err
	}
	if store.Extra, err = s.extra(); err != nil {
		return err
	}
	store.Options = s.optionVars(sources)
	return s.runner(ctx)
}

func (s *Session) warn(text string) { s.sinks.Emit(event.Warning{Text: text}) }

// defaultInventory is what the settings name; /etc/ansible/hosts only where it exists.
func (s *Session) defaultInventory() []string {
	var out []string
	for _, p := range s.Config.Paths("DEFAULT_HOST_LIST", "\x00") {
		if strings.Contains(p, ",") {
			out = append(out, strings.Split(p, ",")...)
			continue
		}
		if _, err := os.Stat(p); err == nil || s.Config.Given("DEFAULT_HOST_LIST") {
			out = append(out, p)
		}
	}
	return out
}

// existing leaves out sources that are not there, with Ansible's warning.
func (s *Session) existing(sources []string) []string {
	var out []string
	for _, source := range sources {
		if _, err := os.Stat(source); err != nil && !strings.Contains(source, ",") {
			s.warn(fmt.Sprintf("Unable to parse %s as an inventory source", source))
			continue
		}
		out = append(out, source)
	}
	return out
}

// extra reads the -e options; later ones count more.
func (s *Session) extra() (*value.Dict, error) {
	out := value.NewDict()
	for _, option := range s.opts.ExtraVars {
		d, err := vars.Extra(option, "-e", s.keys.Decrypt())
		if err != nil {
			return nil, err
		}
		vars.Combine(out, d, s.Config.Str("DEFAULT_HASH_BEHAVIOUR") == "merge")
	}
	return out, nil
}

// templar makes the templates' engine.
func (s *Session) templar(dir string) *template.Templar {
	compat := template.Modern
	if s.classic() {
		compat = template.Classic
	}
	return template.New(template.Config{
		Compat: compat, BaseDir: dir, Decrypt: s.keys.Decrypt(), Warn: s.warn, Now: s.opts.Now,
		Hosts: func(pattern string) ([]string, error) { return s.hosts.Match(pattern, false) },
		Setting: func(name string) (value.Value, bool) {
			v, ok := s.Config.Lookup(name)
			return s.typed(name, v), ok
		},
	})
}

// classic tells that values keep no types: the rules up to ansible-core 2.18, where jinja2_native is not set.
func (s *Session) classic() bool {
	named := s.opts.Compat == "classic" || s.opts.Compat == "" && s.Config.Str("COMPAT") == "classic"
	return named && !s.Config.Bool("DEFAULT_JINJA2_NATIVE")
}

// typed is a setting as the lookup config returns it.
func (s *Session) typed(name, text string) value.Value {
	switch name {
	case "DEFAULT_FORKS", "DEFAULT_TIMEOUT", "DEFAULT_POLL_INTERVAL", "DEFAULT_VERBOSITY", "TASK_TIMEOUT", "DIFF_CONTEXT":
		return value.Int(s.Config.Int(name))
	}
	switch strings.ToLower(text) {
	case "true", "false":
		return value.Bool(strings.EqualFold(text, "true"))
	case "":
		return value.None
	}
	return value.Str(text)
}

// expressions computes what constructed inventories ask for.
type expressions struct{ s *Session }

// Expression implements inventory.Evaluator.
func (e expressions) Expression(text string, d *value.Dict) (value.Value, error) {
	return e.s.Runner.Templar.Expr(context.Background(), template.Vars{Dict: d}, value.Template{Text: text})
}

// runner fills in the runner.
func (s *Session) runner(context.Context) error {
	o, r := s.opts, s.Runner
	r.Settings = s.settings()
	r.Inventory, r.Loader, r.Events, r.Console, r.Gate = s.hosts, loader{s.loader}, s.sinks, s.console, o.Gate
	r.Value = func(n *source.Node) value.Value { return vars.Value(n, s.keys.Decrypt()) }
	r.Decrypt, r.Classic = s.decrypt, s.classic()
	r.LoadVars = func(path string) (value.Value, error) {
		n, err := vars.Read(path, s.keys.Decrypt())
		if err != nil || n == nil {
			return value.None, err
		}
		return vars.Value(n, s.keys.Decrypt()), nil
	}
	r.LoadPlaybook = loader{s.loader}.Playbook
	r.RoundTrip, r.Now = o.RoundTrip, o.Now
	if o.PythonModules {
		r.Foreign = s.library()
	}
	var err error
	if r.Password, err = s.password(o.AskPass || s.Config.Bool("DEFAULT_ASK_PASS"), o.PasswordFile, "SSH password: "); err != nil {
		return err
	}
	if r.BecomePassword, err = s.password(o.AskBecome || s.Config.Bool("DEFAULT_BECOME_ASK_PASS"), o.BecomePasswordFile, "BECOME password: "); err != nil {
		return err
	}
	if r.Cache, err = s.cache(); err != nil {
		return err
	}
	return s.targets()
}

// password is how a password is got: from a file, from a program, or by asking.
func (s *Session) password(ask bool, file, question string) (func(context.Context) (string, error), error) {
	switch {
	case file != "":
		info, err := os.Stat(file)
		if err != nil {
			return nil, fmt.Errorf("reading a password: %w", err)
		}
		var text []byte
		if info.Mode()&0o111 != 0 {
			text, err = exec.Command(file).Output()
		} else {
			text, err = os.ReadFile(file)
		}
		if err != nil {
			return nil, fmt.Errorf("reading a password from %s: %w", file, err)
		}
		return func(context.Context) (string, error) { return strings.TrimRight(string(text), "\r\n"), nil }, nil
	case ask:
		return s.console.once(question), nil
	}
	return nil, nil
}

// targets sets up how targets are reached.
func (s *Session) targets() error {
	r, o := s.Runner, s.opts
	r.Dialers = o.Dialers
	if r.Dialers == nil {
		r.Dialers = map[string]connection.Dialer{
			"ssh":     ssh.New(ssh.Options{Prompt: s.console, Warn: s.warn}),
			"openssh": openssh.New(openssh.Options{}),
			"local":   local.New(),
		}
	}
	programs := o.Builds
	if programs == nil {
		programs = builds.Embedded()
	}
	modules := o.Modules
	if modules == nil {
		var err error
		if modules, err = all.Registry(); err != nil {
			return err
		}
	}
	r.Start = func(ctx context.Context, conn connection.Conn, host string) (agent.Client, error) {
		return agent.Bootstrap(ctx, conn, agent.Options{Host: host, Builds: programs, Ephemeral: o.Ephemeral, Modules: modules,
			WorkDir: r.Store.PlaybookDir})
	}
	return nil
}

// Run runs the playbooks and returns the exit code.
func (s *Session) Run(ctx context.Context) (int, error) { return s.Runner.Run(ctx, s.Books) }

// Close ends the outputs.
func (s *Session) Close() error { return s.sinks.Close() }
