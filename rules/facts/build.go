package facts

import (
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules/facts/shell"
)

// Builder analyses what it is given, one play at a time: the tasks of all plays of an organisation, each in every place that it
// runs in, are many times what its files hold.
type Builder struct {
	units []added
	files Files
	vars  map[string]*scope // group_vars and host_vars by the playbook's directory
	next  int               // the number of the next task or play
	// judged and commands save doing the same work for each place that a task runs in.
	judged   map[judged]bool
	commands map[string]*shell.Analysis
	words    *wordIndex
	whens    map[when][]condition
}

// added makes the plays of something that was added, until yield says no.
type added func(yield func(*Play) bool) bool

// Files reads templates and variables beside the content. It must be safe for concurrent use.
type Files interface {
	// Source reads a YAML file.
	Source(path string) (*source.File, error)
	// Text reads any file, nil if it cannot.
	Text(path string) []byte
	// List names the entries of a directory, nil without one.
	List(dir string) []string
	// Tasks visits every task of the content that is read.
	Tasks(visit func(*playbook.Task))
}

// NewBuilder starts with nothing to analyse.
func NewBuilder(files Files) *Builder {
	return &Builder{files: files, vars: map[string]*scope{}, judged: map[judged]bool{}, commands: map[string]*shell.Analysis{}, whens: map[when][]condition{}}
}

// Playbook adds all plays of a playbook, imported ones included; one without tasks is judged, too.
func (b *Builder) Playbook(p *playbook.Playbook) {
	b.units = append(b.units, func(yield func(*Play) bool) bool {
		var play *Play
		r := newRun()
		met := map[*playbook.Play]bool{}
		more := true
		p.Walk(func(v *playbook.Visit) bool {
			if play == nil || play.Play != v.Play {
				if play != nil && more {
					more = yield(play)
				}
				r.began(play)
				play = b.play(v.Play, b.outer(filepath.Dir(v.Playbook.Path)), r)
				play.own, play.sole = v.Playbook == p, v.Playbook == p && len(p.Plays) == 1
				met[v.Play] = true
			}
			if more {
				b.task(play, v)
			}
			return more
		})
		if play != nil && more {
			more = yield(play)
		}
		for pl, dir := range empty(p, met) {
			if more {
				more = yield(b.play(pl, b.outer(dir), newRun()))
			}
		}
		return more
	})
}

// maxImports bounds playbooks that import playbooks: they may import each other in a circle.
const maxImports = 20

// empty yields the plays of a playbook that were not met, each with the directory of its file.
func empty(p *playbook.Playbook, met map[*playbook.Play]bool) iter.Seq2[*playbook.Play, string] {
	return func(yield func(*playbook.Play, string) bool) {
		var walk func(p *playbook.Playbook, depth int) bool
		walk = func(p *playbook.Playbook, depth int) bool {
			for _, pl := range p.Plays {
				switch {
				case pl.Import != nil:
					if pl.Import.Playbook != nil && depth < maxImports && !walk(pl.Import.Playbook, depth+1) {
						return false
					}
				case !met[pl]:
					met[pl] = true
					if !yield(pl, filepath.Dir(p.Path)) {
						return false
					}
				}
			}
			return true
		}
		walk(p, 0)
	}
}

// Role adds a role that no playbook of the check uses.
func (b *Builder) Role(r *playbook.Role) {
	b.units = append(b.units, func(yield func(*Play) bool) bool {
		play := b.play(nil, b.outer(filepath.Dir(filepath.Dir(r.Dir))), newRun())
		r.Walk(func(v *playbook.Visit) bool { b.task(play, v); return true })
		return yield(play)
	})
}

// TaskFile adds a file of tasks that nothing brings in by a known name.
func (b *Builder) TaskFile(f *playbook.TaskFile) {
	b.units = append(b.units, func(yield func(*Play) bool) bool {
		dir := filepath.Dir(f.Path)
		if f.Role != nil {
			dir = filepath.Dir(filepath.Dir(f.Role.Dir))
		}
		play := b.play(nil, b.outer(dir), newRun())
		if f.Role != nil {
			play.scope = play.scope.push(f.Role.Defaults).push(f.Role.Vars)
		}
		f.Walk(func(v *playbook.Visit) bool { b.task(play, v); return true })
		return yield(play)
	})
}

// Plays yields all plays that were added, analysed. The facts of a play live until the next one is asked for, which is analysed
// meanwhile.
func (b *Builder) Plays() iter.Seq[*Play] {
	return func(yield func(*Play) bool) {
		b.words = newWordIndex(b.files.Tasks)
		ready, enough := make(chan *Play), make(chan struct{})
		go b.analyseAll(ready, enough)
		defer func() {
			close(enough)
			for range ready { // nobody else may ask the builder before it has ended
			}
		}()
		for p := range ready {
			if !yield(p) {
				return
			}
			p.release()
		}
	}
}

// analyseAll hands over one play after the other, until it is told that they are enough.
func (b *Builder) analyseAll(ready chan<- *Play, enough <-chan struct{}) {
	defer close(ready)
	for _, u := range b.units {
		more := u(func(p *Play) bool {
			b.number(p)
			p.analyse(b)
			b.markNew(p)
			select {
			case ready <- p:
				return true
			case <-enough:
				return false
			}
		})
		if !more {
			return
		}
	}
}

// markNew finds the tasks that have not been judged in the same circumstances before: a role that many plays use the same way
// is judged once.
func (b *Builder) markNew(p *Play) {
	for _, t := range p.All {
		key := judged{t.Visit.Task.Pos, t.digest()}
		if !b.judged[key] {
			b.judged[key] = true
			p.New = append(p.New, t)
		}
	}
}

// judged is the place of a task with the facts that it had.
type judged struct {
	at    source.Pos
	facts uint64
}

// release drops the facts of a play once it is judged.
func (p *Play) release() {
	for _, t := range p.All {
		t.facts = nil
	}
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

// number orders a play's tasks: handlers run after the tasks. The play itself comes last.
func (b *Builder) number(p *Play) {
	p.All = slices.Concat(p.Tasks, p.Handlers)
	for i, t := range p.All {
		t.ID, t.order = b.next+i, i
	}
	p.ID = b.next + len(p.All)
	b.next = p.ID + 1
}

func (b *Builder) play(pl *playbook.Play, outer *scope, r *run) *Play {
	p := &Play{Play: pl, Alone: pl == nil, run: r, runtime: map[string]bool{}, facts: Fields{}}
	p.scope = &scope{parent: r.scope(outer), runtime: p.runtime}
	if pl != nil {
		p.scope = p.scope.push(pl.Value("vars"))
		p.scope = b.varsFiles(p.scope, pl.Value("vars_files"), filepath.Dir(pl.Pos.File))
		p.Opaque = slices.ContainsFunc(pl.Roles, func(r *playbook.RoleRef) bool { return r.Role == nil })
	}
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
