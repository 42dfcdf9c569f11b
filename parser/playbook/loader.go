package playbook

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"pylint-deploy/parser/source"
)

// Options say where a Loader finds things.
type Options struct {
	// BaseDir is the playbook's directory; "" for that of the first playbook that is loaded.
	BaseDir string
	// RolesPath are directories of roles, searched after roles/ beside the playbook. Nil means Ansible's default.
	RolesPath []string
	// CollectionsPath are directories that hold ansible_collections. Nil means Ansible's default.
	CollectionsPath []string
	// Files is what is read from; nil means the disk.
	Files Files
	// Decrypt opens vaulted files; without it they are a problem of kind Unreadable.
	Decrypt func(path string, text []byte) ([]byte, error)
	// Constants are variables known before the run; they resolve names of imports. playbook_dir, role_path and role_name
	// are known anyway.
	Constants map[string]string
	// RoleUnderTest lets the tests of a role find it by the names that it has when it is installed, as the tools do that run them.
	RoleUnderTest bool
}

// Loader reads playbooks, task files and roles. Each file is read once, and values are shared between all that bring
// them in: they must not be changed. A Loader is safe for concurrent use.
type Loader struct {
	opts    Options
	sources sync.Map // path -> *sourceEntry

	mu        sync.Mutex // of what follows; held through a whole load
	base      string
	playbooks map[string]*Playbook
	tasks     map[taskKey]*TaskFile
	known     map[string]bool // the paths of tasks
	roles     map[roleKey]*Role
	resolving []*TaskFile // imports around the file in hand
	problems  []*Problem  // of files that could not be read at all
}

type taskKey struct {
	path, role, base string
	handlers         bool
}

type roleKey struct {
	dir, base string
	from      From
}

type sourceEntry struct {
	once sync.Once
	file *source.File
	err  error
}

// NewLoader returns a Loader that has read nothing yet.
func NewLoader(opts Options) *Loader {
	if opts.Files == nil {
		opts.Files = Disk{}
	}
	home, _ := os.UserHomeDir()
	if opts.RolesPath == nil {
		opts.RolesPath = []string{filepath.Join(home, ".ansible/roles"), "/usr/share/ansible/roles", "/etc/ansible/roles"}
	}
	if opts.CollectionsPath == nil {
		opts.CollectionsPath = []string{filepath.Join(home, ".ansible/collections"), "/usr/share/ansible/collections"}
	}
	return &Loader{opts: opts, base: opts.BaseDir, playbooks: map[string]*Playbook{}, tasks: map[taskKey]*TaskFile{}, known: map[string]bool{}, roles: map[roleKey]*Role{}}
}

// Source reads and parses a YAML file, once. A vaulted file is opened with Options.Decrypt. On a syntax error the File is
// there too, for snippets. Many goroutines may read ahead with it while others load.
func (l *Loader) Source(path string) (*source.File, error) {
	path = filepath.Clean(path)
	v, _ := l.sources.LoadOrStore(path, &sourceEntry{})
	e := v.(*sourceEntry)
	e.once.Do(func() { e.file, e.err = l.read(path) })
	if e.file == nil {
		l.sources.CompareAndDelete(path, v) // a task may make the file later
	}
	return e.file, e.err
}

func (l *Loader) read(path string) (*source.File, error) {
	text, err := l.opts.Files.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(text, []byte("$ANSIBLE_VAULT;")) {
		if l.opts.Decrypt == nil {
			return nil, &Problem{Kind: Unreadable, Pos: source.Pos{File: path, Line: 1, Column: 1}, Why: "the file is encrypted with Ansible Vault",
				Hint: "give a vault password"}
		}
		if text, err = l.opts.Decrypt(path, text); err != nil {
			return nil, err
		}
	}
	return source.Parse(path, text)
}

// exists tells whether there is a file, not a directory, at a path.
func (l *Loader) exists(path string) bool {
	info, err := l.opts.Files.Stat(path)
	return err == nil && !info.IsDir()
}

func (l *Loader) isDir(path string) bool {
	info, err := l.opts.Files.Stat(path)
	return err == nil && info.IsDir()
}

// asProblem makes a Problem of an error in reading a file.
func asProblem(path string, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if e, ok := errors.AsType[*source.Error](err); ok {
		return &Problem{Kind: BadYAML, Pos: e.Pos, Why: e.Why, Hint: e.Hint, Err: err}
	}
	kind, why := Unreadable, fmt.Sprintf("the file cannot be read: %v", err)
	if errors.Is(err, fs.ErrNotExist) {
		kind, why = NotFound, "the file does not exist"
	}
	return &Problem{Kind: kind, Pos: source.Pos{File: path}, Why: why, Err: err}
}

// Playbook reads a playbook with all that it brings in. The error says that the playbook's own file cannot be read (it is a
// *Problem); what is wrong elsewhere is in Problems.
func (l *Loader) Playbook(path string) (*Playbook, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.base == "" {
		l.base = filepath.Dir(path)
	}
	return l.playbook(path)
}

func (l *Loader) playbook(path string) (*Playbook, error) {
	path = filepath.Clean(path)
	if p := l.playbooks[path]; p != nil {
		return p, nil
	}
	file, err := l.Source(path)
	if err != nil {
		return nil, l.failed(asProblem(path, err))
	}
	p := &Playbook{Path: path, File: file}
	l.playbooks[path] = p
	tf := &TaskFile{Path: path, File: file}
	r := &reader{file: tf}
	p.Plays = r.plays(r.root(file))
	x := &resolver{l: l, base: filepath.Dir(path), file: tf, problems: &r.problems}
	for _, play := range p.Plays {
		x.play(play)
	}
	p.Problems = r.problems
	return p, nil
}

// failed records a file that could not be read, once. One that is not there is a problem of the place that names it.
func (l *Loader) failed(p *Problem) *Problem {
	if p.Kind == NotFound {
		return p
	}
	for _, old := range l.problems {
		if old.Pos == p.Pos && old.Why == p.Why {
			return old
		}
	}
	l.problems = append(l.problems, p)
	return p
}

// Tasks reads a file of tasks, or of handlers, of a role (nil outside roles). The error is a *Problem: the file cannot be
// read. What is wrong in it is in the file's Problems.
func (l *Loader) Tasks(path string, role *Role, handlers bool) (*TaskFile, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.taskFile(path, l.base, role, handlers)
}

func (l *Loader) taskFile(path, base string, role *Role, handlers bool) (*TaskFile, error) {
	path = filepath.Clean(path)
	key := taskKey{path: path, base: base, handlers: handlers}
	if role != nil {
		key.role = role.Dir
	}
	if f := l.tasks[key]; f != nil {
		return f, nil
	}
	file, err := l.Source(path)
	if err != nil {
		return nil, l.failed(asProblem(path, err))
	}
	f := &TaskFile{Path: path, File: file, Role: role, Handlers: handlers}
	l.tasks[key] = f
	l.known[path] = true
	r := &reader{file: f, handlers: handlers}
	f.Entries = r.entries(r.root(file), "a file of tasks")
	l.resolving = append(l.resolving, f)
	x := &resolver{l: l, base: base, file: f, role: role, problems: &r.problems}
	x.entries(f.Entries)
	l.resolving = l.resolving[:len(l.resolving)-1]
	f.Problems = r.problems
	return f, nil
}

// Knows tells whether a file of tasks has been read: because it was asked for, or because something read before brings it in.
func (l *Loader) Knows(path string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.known[filepath.Clean(path)]
}

// Each visits every task and handler of the files that were read so far, once for each file that it stands in, in no order.
func (l *Loader) Each(visit func(*Task)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.playbooks {
		for _, play := range p.Plays {
			for _, list := range [][]Entry{play.PreTasks, play.Tasks, play.PostTasks, play.Handlers} {
				each(list, visit)
			}
		}
	}
	for _, f := range l.tasks {
		each(f.Entries, visit)
	}
}

func each(entries []Entry, visit func(*Task)) {
	for _, e := range entries {
		switch e := e.(type) {
		case *Task:
			visit(e)
		case *Block:
			each(e.Block, visit)
			each(e.Rescue, visit)
			each(e.Always, visit)
		}
	}
}

// Problems lists what is wrong in all files that were read so far, by file and place.
func (l *Loader) Problems() []*Problem {
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := map[string]bool{}
	var all []*Problem
	add := func(list []*Problem) {
		for _, p := range list {
			if text := p.Error(); !seen[text] {
				seen[text] = true
				all = append(all, p)
			}
		}
	}
	add(l.problems)
	for _, p := range l.playbooks {
		add(p.Problems)
	}
	for _, f := range l.tasks {
		add(f.Problems)
	}
	for _, role := range l.roles {
		add(role.Problems)
	}
	sortProblems(all)
	return all
}

// Err is the first problem of a file that Ansible would not accept, or nil.
func (f *TaskFile) Err() error { return firstError(f.Problems) }

// Err is the first problem of a playbook that Ansible would not accept, or nil.
func (p *Playbook) Err() error { return firstError(p.Problems) }

func firstError(list []*Problem) error {
	for _, p := range list {
		if !p.Warning {
			return p
		}
	}
	return nil
}

// constant resolves a name that holds templates of known constants only.
func (x *resolver) constant(text string) (string, bool) {
	if !HasTemplate(text) {
		return text, true
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{{")
		b.WriteString(before)
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}}")
		val, known := x.lookup(strings.TrimSpace(name))
		if !closed || !known {
			return "", false
		}
		b.WriteString(val)
		text = after
	}
	return b.String(), !HasTemplate(b.String())
}

func (x *resolver) lookup(name string) (string, bool) {
	switch name {
	case "playbook_dir":
		return x.base, true
	case "role_path", "role_name":
		if x.role == nil {
			return "", false
		}
		if name == "role_path" {
			return x.role.Dir, true
		}
		return x.role.Name, true
	}
	v, ok := x.l.opts.Constants[name]
	return v, ok
}
