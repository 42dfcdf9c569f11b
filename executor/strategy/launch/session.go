package launch

import (
	"context"
	"errors"
	"fmt"
	"os"
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
	progress := o.onTerminal()
	s := &Session{opts: o, console: newConsole(o.Stdin, o.Stdout)}
	file, warning := config.Find(o.Dir, o.Getenv)
	var err error
	if s.Config, err = config.Load(file, o.Getenv); err != nil {
		return nil, err
	}
	if s.sinks, err = openSinks(s.Config, o, progress); err != nil {
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
	for _, text := range s.Config.Unmet() {
		s.sinks.Emit(event.Warning{Text: text})
	}
	for _, place := range s.Config.Unknown() {
		s.sinks.Emit(event.Notice{Level: 1, Text: fmt.Sprintf("%s: %s is no setting", s.Config.File, place)})
	}
	return s, s.secrets(ctx)
}

// secrets reads the vault passwords.
func (s *Session) secrets(ctx context.Context) (err error) {
	sources := VaultSources{IDs: s.opts.VaultIDs, Files: s.opts.VaultFiles, Ask: s.opts.AskVault || s.Config.Bool("DEFAULT_ASK_VAULT_PASS")}
	s.keys, err = sources.Keyring(ctx, s.Config, s.console.vault, s.warn)
	return err
}

// decrypt opens vault-encrypted content and gives anything else back.
func (s *Session) decrypt(path string, text []byte) ([]byte, error) {
	if !vars.IsVault(text) {
		return text, nil
	}
	plain, err := s.keys.Open(text)
	if errors.Is(err, vars.ErrNoPassword) {
		return nil, &noPassword{path}
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open the vault %s: %w", path, err)
	}
	return plain, nil
}

// noPassword is the error of an encrypted file for which no password was given, in Ansible's words: playbooks look for them.
type noPassword struct{ path string }

func (e *noPassword) Error() string {
	return "A vault password or secret must be specified to decrypt " + e.path
}

func (e *noPassword) Unwrap() error { return vars.ErrNoPassword }

// playbooks reads the playbooks.
func (s *Session) playbooks(paths []string) error {
	s.loader = playbook.NewLoader(playbook.Options{Files: s.opts.files, Decrypt: s.decrypt,
		RolesPath:       directories(s.Config, "DEFAULT_ROLES_PATH", "roles", "/usr/share/ansible/roles", "/etc/ansible/roles"),
		CollectionsPath: CollectionPaths(s.Config)})
	for _, path := range paths {
		named := path
		if !filepath.IsAbs(path) {
			path = filepath.Join(s.opts.Dir, path)
		}
		if info, err := os.Stat(path); s.opts.files == nil && err != nil {
			return fmt.Errorf("the playbook: %s could not be found", named)
		} else if s.opts.files == nil && info.IsDir() {
			return fmt.Errorf("the playbook: %s does not appear to be a file", named)
		}
		book, err := s.loader.Playbook(path)
		if err != nil {
			return err
		}
		s.Books = append(s.Books, strategy.Playbook{Parsed: book, Named: named, Dir: filepath.Dir(book.Path)})
	}
	return s.problems()
}

// errNoHosts is of a limit that leaves no host.
var errNoHosts = errors.New("Specified inventory, host pattern and/or --limit leaves us with no hosts to target.")

// Problems are what is wrong with the content, as one error that names it all.
type Problems []*playbook.Problem

// Unwrap lets errors.Is look into each of them.
func (p Problems) Unwrap() []error {
	out := make([]error, len(p))
	for i, problem := range p {
		out[i] = problem
	}
	return out
}

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
	for _, r := range strategy.Preflight(books, s.outside(), s.settings()) { // all at once: nobody likes to start a run for each mistake
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
		roles := map[*playbook.Role]bool{}
		for _, p := range b.Parsed.Plays {
			roleFiles(p.Roles, roles, files)
		}
		b.Parsed.Walk(func(v *playbook.Visit) bool {
			if v.Task.File != nil {
				files[v.Task.File.Path] = true
			}
			if isInclude(v.Task) {
				return false
			}
			if v.Task.Static != nil && v.Task.Static.Role != nil {
				roleFiles([]*playbook.RoleRef{{Role: v.Task.Static.Role}}, roles, files)
			}
			add(v.Task)
			return true
		})
	}
	return files
}

// roleFiles adds the files of roles, and of those that they depend on, in which something is wrong.
func roleFiles(refs []*playbook.RoleRef, seen map[*playbook.Role]bool, files map[string]bool) {
	for _, ref := range refs {
		if ref.Role == nil || seen[ref.Role] {
			continue
		}
		seen[ref.Role] = true
		for _, p := range ref.Role.Problems {
			files[filepath.Clean(p.Pos.File)] = true
		}
		roleFiles(ref.Role.Dependencies, seen, files)
	}
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
	if p.Kind != playbook.NotFound && p.Kind != playbook.NoRoleFile {
		return false
	}
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

// directories are those that the settings name, or those of Ansible: below its home, and for all users of the machine.
func directories(c *config.Config, name, below string, shared ...string) []string {
	if c.Given(name) {
		return c.Paths(name, ":")
	}
	return append([]string{filepath.Join(first(c.Paths("ANSIBLE_HOME", "\x00")), below)}, shared...)
}

// CollectionPaths are the directories where collections are sought.
func CollectionPaths(c *config.Config) []string {
	return directories(c, "COLLECTIONS_PATHS", "collections", "/usr/share/ansible/collections")
}

// complete makes the runner: inventory, variables, templates, connections.
func (s *Session) complete(ctx context.Context, dir string) error {
	merge := s.Config.Str("DEFAULT_HASH_BEHAVIOUR") == "merge"
	sources := s.opts.Inventory
	if len(sources) == 0 {
		sources = DefaultInventory(s.Config)
	}
	sources, err := s.existing(sources)
	if err != nil {
		return err
	}
	store := &variables.Store{ConfigFile: s.Config.File, PlaybookDir: dir, InjectFacts: s.Config.Bool("INJECT_FACTS_AS_VARS"), MergeHashes: merge,
		PrivateRoleVars: s.Config.Bool("DEFAULT_PRIVATE_ROLE_VARS")}
	if store.Extra, err = ExtraVars(s.Config, s.keys, s.opts.ExtraVars, s.warn); err != nil {
		return err
	}
	load := func(ctx context.Context) (*inventory.Inventory, error) {
		options := InventoryOptions(s.Config, s.keys)
		options.Extra = store.Extra
		options.PlaybookDir, options.Interpreter, options.Evaluate = dir, localPython(), expressions{s}
		options.Warn, options.Tell = s.warn, func(level int, text string) { s.sinks.Emit(event.Notice{Level: level, Text: text}) }
		return inventory.Load(ctx, sources, options)
	}
	store.Templar = s.templar(dir)
	s.Runner = &strategy.Runner{Store: store, Templar: store.Templar}
	inv, err := load(ctx)
	if err != nil {
		return err
	}
	s.hosts = &hosts{reload: load, limit: s.opts.Limit, inv: inv, warn: s.warn}
	store.Inventory = s.hosts
	if len(inv.HostNames()) == 0 && s.Config.Bool("LOCALHOST_WARNING") && !s.opts.local {
		s.warn("provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'")
	}
	if s.opts.Limit != "" {
		names, err := s.hosts.Match("all", true)
		if err != nil {
			return err
		}
		if len(names) == 0 && !strings.Contains(s.opts.Limit, "localhost") {
			return errNoHosts
		}
	}
	if err := s.hosts.check(s.hosts.Hosts()); err != nil {
		return err
	}
	store.Options = s.optionVars(sources)
	return s.runner(ctx)
}

func (s *Session) warn(text string) { s.sinks.Emit(event.Warning{Text: text}) }

// DefaultInventory is what the settings name; /etc/ansible/hosts only where it exists.
func DefaultInventory(c *config.Config) []string {
	var out []string
	for _, p := range c.Paths("DEFAULT_HOST_LIST", ",") {
		if _, err := os.Stat(p); err == nil || c.Given("DEFAULT_HOST_LIST") {
			out = append(out, p)
		}
	}
	return out
}

// existing leaves out sources that are not there, with Ansible's warning.
func (s *Session) existing(sources []string) ([]string, error) {
	var out []string
	for _, source := range sources {
		if _, err := os.Stat(source); err != nil && !strings.Contains(source, ",") {
			if s.Config.Bool("INVENTORY_ANY_UNPARSED_IS_FAILED") {
				return nil, fmt.Errorf("Completely failed to parse inventory source %s", source)
			}
			s.warn(fmt.Sprintf("Unable to parse %s as an inventory source", source))
			continue
		}
		out = append(out, source)
	}
	return out, nil
}

// ExtraVars reads -e options; later ones count more. Words that set nothing are warned of.
func ExtraVars(c *config.Config, keys *vars.Keyring, options []string, warn func(string)) (*value.Dict, error) {
	out := value.NewDict()
	for _, option := range options {
		if strings.HasPrefix(option, "/") || strings.HasPrefix(option, ".") {
			return nil, &OptionError{fmt.Sprintf("Please prepend extra_vars filename '%s' with '@'", option)}
		}
		d, err := vars.Extra(option, "-e", keys.Decrypt())
		var wordy *vars.Wordy
		if errors.As(err, &wordy) {
			warn(wordy.Why)
		} else if err != nil {
			return nil, err
		}
		vars.Combine(out, d, c.Str("DEFAULT_HASH_BEHAVIOUR") == "merge")
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
	r.Inward = o.Inward
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
	r.Outside = s.outside()
	if o.PythonModules {
		r.Foreign = s.library()
	}
	var err error
	if r.Password, err = s.password(o.AskPass || s.Config.Bool("DEFAULT_ASK_PASS"), o.PasswordFile, "CONNECTION_PASSWORD_FILE", "SSH password: "); err != nil {
		return err
	}
	if r.BecomePassword, err = s.becomePassword(); err != nil {
		return err
	}
	if r.Cache, err = s.cache(); err != nil {
		return err
	}
	return s.targets()
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
