package facts

import (
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules/facts/shell"
)

// Builder collects what is to be analysed.
type Builder struct {
	model *Model
	files Files
	vars  map[string]*scope // group_vars and host_vars by the playbook's directory
	// judged and commands save doing the same work for each place that a task runs in.
	judged   map[judged]bool
	commands map[string]*shell.Analysis
	words    *wordIndex // since Build
	whens    map[when][]condition
	spare    []Fields // empty, of tasks that are judged
}

// Files reads templates and variables beside the content. It must be safe for concurrent use.
type Files interface {
	// Source reads a YAML file.
	Source(path string) (*source.File, error)
	// Text reads any file, nil if it cannot.
	Text(path string) []byte
	// List names the entries of a directory, nil without one.
	List(dir string) []string
}

// NewBuilder starts a model.
func NewBuilder(files Files) *Builder {
	return &Builder{model: &Model{}, files: files, vars: map[string]*scope{}, judged: map[judged]bool{}, commands: map[string]*shell.Analysis{}, whens: map[when][]condition{}}
}

// Playbook adds all plays of a playbook, imported ones included.
func (b *Builder) Playbook(p *playbook.Playbook) {
	var play *Play
	p.Walk(func(v *playbook.Visit) bool {
		if play == nil || play.Play != v.Play {
			play = b.play(v.Play, b.outer(filepath.Dir(v.Playbook.Path)))
		}
		b.task(play, v)
		return true
	})
	// A play without tasks is judged, too.
	var empty func(p *playbook.Playbook, depth int)
	empty = func(p *playbook.Playbook, depth int) {
		for _, pl := range p.Plays {
			if pl.Import != nil {
				if pl.Import.Playbook != nil && depth < 20 {
					empty(pl.Import.Playbook, depth+1)
				}
				continue
			}
			if !slices.ContainsFunc(b.model.Plays, func(x *Play) bool { return x.Play == pl }) {
				b.play(pl, b.outer(filepath.Dir(p.Path)))
			}
		}
	}
	empty(p, 0)
}

// Role adds a role that no playbook of the check uses.
func (b *Builder) Role(r *playbook.Role) {
	play := b.play(nil, b.outer(filepath.Dir(filepath.Dir(r.Dir))))
	r.Walk(func(v *playbook.Visit) bool { b.task(play, v); return true })
}

// TaskFile adds a file of tasks that nothing brings in by a known name.
func (b *Builder) TaskFile(f *playbook.TaskFile) {
	dir := filepath.Dir(f.Path)
	if f.Role != nil {
		dir = filepath.Dir(filepath.Dir(f.Role.Dir))
	}
	play := b.play(nil, b.outer(dir))
	if f.Role != nil {
		play.scope = play.scope.push(f.Role.Defaults).push(f.Role.Vars)
	}
	f.Walk(func(v *playbook.Visit) bool { b.task(play, v); return true })
}

// Build numbers all that was added. The facts of a play are there after Analyse.
func (b *Builder) Build() *Model {
	for _, p := range b.model.Plays {
		p.number(b.model)
	}
	for i, p := range b.model.Plays {
		p.ID = b.model.PlayID(i)
	}
	b.words = newWordIndex(b.model.Tasks)
	return b.model
}

// Analyse derives the facts of a play and returns the tasks that are new: a role that many plays use the same way is
// judged once.
func (b *Builder) Analyse(p *Play) []*Task {
	p.analyse(b)
	var out []*Task
	for _, t := range p.all {
		key := judged{t.Visit.Task, t.digest()}
		if !b.judged[key] {
			b.judged[key] = true
			out = append(out, t)
		}
	}
	return out
}

// judged is a task with the facts that it had.
type judged struct {
	task  *playbook.Task
	facts uint64
}

// Release drops the facts of a play once it is judged; the next play's tasks take over the emptied maps.
func (b *Builder) Release(p *Play) {
	for _, t := range p.all {
		clear(t.facts)
		b.spare = append(b.spare, t.facts)
		t.facts, t.scope, t.Shell, t.Guards, t.writes, t.conds, t.loop, t.named = nil, nil, nil, nil, nil, nil, nil, nil
	}
	p.scope, p.runtime, p.facts, p.readers, p.guarded, p.whole = nil, nil, nil, nil, nil, nil
}

// shellOf analyses a command, each text once.
func (b *Builder) shellOf(text string, lang shell.Language) *shell.Analysis {
	key := string(rune('0'+lang)) + text
	if a := b.commands[key]; a != nil {
		return a
	}
	a := shell.Analyze(text, lang)
	b.commands[key] = a
	return a
}

// fields is an empty map for a task's facts.
func (b *Builder) fields() Fields {
	n := len(b.spare)
	if n == 0 {
		return make(Fields, 48)
	}
	f := b.spare[n-1]
	b.spare = b.spare[:n-1]
	return f
}

// when is a condition in a place of the content.
type when struct {
	node      *source.Node
	inherited bool
}

// conditions analyses a condition, once for all tasks below it and all plays that use it.
func (b *Builder) conditions(n *source.Node, inherited bool) []condition {
	if n == nil {
		return nil
	}
	key := when{n, inherited}
	c, ok := b.whens[key]
	if !ok {
		c = conditions(n, inherited)
		b.whens[key] = c
	}
	return c
}

// number orders a play's tasks: handlers run after the tasks.
func (p *Play) number(m *Model) {
	p.all = slices.Concat(p.Tasks, p.Handlers)
	for _, t := range p.all {
		t.ID = len(m.Tasks)
		t.order = t.ID
		m.Tasks = append(m.Tasks, t)
	}
}

func (b *Builder) play(pl *playbook.Play, outer *scope) *Play {
	p := &Play{Play: pl, Alone: pl == nil, runtime: map[string]bool{}, facts: Fields{}}
	p.scope = &scope{parent: outer, runtime: p.runtime}
	if pl != nil {
		p.scope = p.scope.push(pl.Value("vars"))
		p.scope = b.varsFiles(p.scope, pl.Value("vars_files"), filepath.Dir(pl.Pos.File))
		p.Opaque = slices.ContainsFunc(pl.Roles, func(r *playbook.RoleRef) bool { return r.Role == nil })
	}
	b.model.Plays = append(b.model.Plays, p)
	return p
}

func (b *Builder) varsFiles(s *scope, n *source.Node, dir string) *scope {
	if n == nil {
		return s
	}
	for _, item := range append([]*source.Node{n}, n.Items...) {
		if !item.IsScalar() {
			continue
		}
		name, ok := s.constant(item.Text)
		if !ok || name == "" {
			continue
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		if f, err := b.files.Source(name); err == nil && len(f.Docs) > 0 {
			s = s.push(f.Docs[0])
		}
	}
	return s
}

// task adds a visit: its variables, its conditions, what it sets at run time.
func (b *Builder) task(p *Play, v *playbook.Visit) {
	t := &Task{Visit: v, Play: p}
	t.Module = v.Task.Action.Name
	if m := v.Task.Action.Module; m != nil {
		t.Module = m.Short()
	} else {
		t.Module = strings.TrimPrefix(strings.TrimPrefix(t.Module, "ansible.builtin."), "ansible.legacy.")
	}
	t.scope = t.variables(p.scope)
	t.runtimeNames()
	if t.unresolved() {
		p.Opaque = true
	}
	if v.Handler {
		p.Handlers = append(p.Handlers, t)
	} else {
		p.Tasks = append(p.Tasks, t)
	}
}

// start prepares a task for its analysis: what is kept only while its play is judged.
func (t *Task) start(b *Builder) {
	t.facts = b.fields()
	t.conds = slices.Clone(b.conditions(t.Visit.Task.Value("when"), false))
	for _, l := range t.Visit.Chain {
		t.conds = append(t.conds, b.conditions(l.Words().Value("when"), true)...)
	}
	t.loops()
}

// unresolved tells that a task brings in something that is not known.
func (t *Task) unresolved() bool {
	switch t.Module {
	case "include", "include_tasks", "import_tasks", "include_role", "import_role":
		s := t.Visit.Task.Static
		return s == nil || s.File == nil && s.Role == nil
	}
	return false
}

// variables layers what the chain from play to task defines.
func (t *Task) variables(s *scope) *scope {
	for _, l := range t.Visit.Chain {
		var role *playbook.Role
		switch {
		case l.Ref != nil:
			role = l.Ref.Role
		case l.Include != nil && l.Include.Static != nil:
			role = l.Include.Static.Role
		}
		if role != nil {
			s = roleScope(s, role)
		}
		if l.Ref != nil && len(l.Ref.Params) > 0 {
			s = s.push(&source.Node{Kind: source.Mapping, Pairs: l.Ref.Params})
		}
		s = s.push(l.Words().Value("vars"))
		if l.Include != nil && l.Include.Action.Name == "include" {
			s = s.push(includeParams(l.Include))
		}
	}
	if t.Visit.Role != nil && len(t.Visit.Chain) == 0 {
		s = roleScope(s, t.Visit.Role)
	}
	return s.push(t.Visit.Task.Value("vars"))
}

// includeParams are the variables of the old `include: file.yml key=value` form.
func includeParams(t *playbook.Task) *source.Node {
	n := &source.Node{Kind: source.Mapping}
	for _, a := range t.Action.Args {
		if a.Name != "file" {
			n.Pairs = append(n.Pairs, source.Pair{Key: &source.Node{Kind: source.String, Text: a.Name}, Value: a.Value})
		}
	}
	return n
}

// roleScope puts a role's defaults below everything but other defaults, and its vars on top.
func roleScope(s *scope, r *playbook.Role) *scope {
	if known := s.roles[r]; known != nil {
		return known
	}
	inner := s
	if r.Defaults != nil && r.Defaults.Kind == source.Mapping {
		inner = &scope{parent: s, vars: undefinedIn(s, r.Defaults)}
	}
	inner = inner.push(r.Vars)
	if s.roles == nil {
		s.roles = map[*playbook.Role]*scope{}
	}
	s.roles[r] = inner
	return inner
}

// undefinedIn keeps the defaults that nothing outside overrides.
func undefinedIn(s *scope, defaults *source.Node) *source.Node {
	out := &source.Node{Kind: source.Mapping}
	for _, p := range defaults.Pairs {
		if _, known := s.lookup(p.Key.Text); !known {
			out.Pairs = append(out.Pairs, p)
		}
	}
	return out
}

// loops finds the items of a constant loop.
func (t *Task) loops() {
	l := t.Visit.Task.Loop
	if l == nil {
		return
	}
	t.looping = true
	n := t.scope.resolve(l.Value)
	if n == nil || n.Kind != source.Sequence || l.Kind != "loop" && l.Kind != "items" && l.Kind != "list" && l.Kind != "flattened" {
		return
	}
	for _, item := range n.Items {
		item = t.scope.resolve(item)
		if item.Kind == source.Sequence && l.Kind != "loop" && l.Kind != "list" {
			t.loop = append(t.loop, item.Items...)
			continue
		}
		if item.IsScalar() && strings.Contains(item.Text, "{{") {
			if _, ok := t.scope.constant(item.Text); !ok {
				t.loop = nil
				return
			}
		}
		t.loop = append(t.loop, item)
	}
	if len(t.loop) > 256 {
		t.loop = nil
	}
}

// runtimeNames notes what the task defines while it runs.
func (t *Task) runtimeNames() {
	if r := t.Visit.Task.Value("register"); r != nil {
		t.Play.runtime[r.Text] = true
	}
	if t.Module == "set_fact" {
		for _, a := range t.action().Args {
			t.Play.runtime[a.Name] = true
		}
	}
}
