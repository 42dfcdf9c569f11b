// Package facts derives, from parsed content, what rules decide on.
//
// A Builder analyses playbooks, roles and task files. Its units are tasks, in the order in which a run meets them, and plays. Each Task carries what its own text says (module, arguments, the effect of its command) and what
// follows from its surroundings: which guard stands before it and what that guard looks at, which later task undoes it, which
// service reads the file that it writes. Rules read all this as one term; docs/rules-input.schema.json describes it.
//
// Where a template or a variable could make a difference the answer is "unknown", and unknown never makes an error.
package facts

import (
	"slices"
	"strings"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules/facts/shell"
)

// Fields are facts by name: strings, bools, ints, lists and Fields again.
type Fields map[string]any

// record is Fields as a list: the facts of all tasks of a play are in memory at once, and some forty in a map take twice the room.
type record []field

type field struct {
	name  string
	value any
}

// at is where a fact of that name lies or shall lie.
func (r *record) at(name string) *any {
	for i := range *r {
		if f := &(*r)[i]; f.name == name {
			return &f.value
		}
	}
	*r = append(*r, field{name: name})
	return &(*r)[len(*r)-1].value
}

// Play is a play, or the place of a role or task file that was analysed on its own.
type Play struct {
	// ID is the play's number, after those of its tasks.
	ID   int
	Play *playbook.Play // nil outside plays
	// All are the tasks, then the handlers; New those of them that were not met in the same circumstances before.
	All, New []*Task
	Tasks    []*Task // handlers not included
	Handlers []*Task
	scope    *scope
	run      *run
	// User is the login user as far as the text says it, "" if not.
	User     string
	userFrom source.Pos
	// Alone tells that a role or file is judged without the play that uses it: what comes before it is not known.
	Alone bool
	// own tells that the play stands in the playbook that is run, not in one that it brings in; sole, that it is the only one there.
	own, sole bool
	// Opaque tells that some file or role of the play is not known: nothing can be said to be missing.
	Opaque   bool
	facts    Fields
	runtime  map[string]bool
	readers  map[string]lastReaders // who mentions a registered variable last
	guarded  map[guardKey][]*Task   // the tasks behind a guard, in order
	removers []*Task                // the tasks that take something away
	regs     registers
	scratch  record                // for the facts of one task at a time
	derived  map[derivation]string // what facts are computed from, as far as asked
	whole    map[string]int        // the order of the first task that writes a path whole
}

// Task is one task in one place of a play.
type Task struct {
	ID    int
	Visit *playbook.Visit
	Play  *Play
	// Module is the short name of a known module, else the name as written.
	Module string
	// Shell is the analysis of the command, nil without one.
	Shell  *shell.Analysis
	Guards []Guard

	scope   *scope
	conds   []condition
	loop    []*source.Node // of a constant loop
	looping bool
	order   int // within its play; handlers come last
	chdir   string
	writes  []Write
	facts   record // what follows from the task's surroundings
	said    uint64 // the digest of what it says itself
	flags   []string
	named   *named
}

// Write is a path that a task makes or changes.
type Write struct {
	Path string
	// Whole tells that all of the file's content comes from this task, Part that it edits the file; neither for directories.
	Whole, Part bool
	// Container is a directory that is made first and filled afterwards.
	Container bool
	Absent    bool // the path is removed
	Directory bool
}

// Guard is something that decides whether a task has an effect in the second run.
type Guard struct {
	Kind string // creates, removes, stat, find, register, facts, changed, script
	Text string // as written
	Var  string // the registered variable
	Path string // what is looked at, for creates, removes, stat
	// Absent tells that the task runs only when the path is not there.
	Absent bool
	// Source is the task that looked, nil for creates and removes.
	Source    *Task
	Inherited bool
	// Lasting tells that the guard holds in every run: a condition of the task, but nothing that ends it.
	Lasting bool
}

// Handler tells whether the task runs only when notified.
func (t *Task) Handler() bool { return t.Visit.Handler }

func (t *Task) action() *playbook.Action { return &t.Visit.Task.Action }

// arg is an argument as written, or nil.
func (t *Task) arg(names ...string) *source.Node {
	for _, name := range names {
		if n := t.action().Get(name); n != nil {
			return n
		}
	}
	return nil
}

// str is an argument's text with constants substituted, "" where it is not given.
func (t *Task) str(names ...string) string {
	n := t.arg(names...)
	if n == nil || !n.IsScalar() || n.Kind == source.Null {
		return ""
	}
	return t.scope.text(n.Text)
}

// values are all texts that an argument has over a constant loop; one text outside loops.
func (t *Task) values(names ...string) []string {
	n := t.arg(names...)
	if n == nil {
		return nil
	}
	if t.loop == nil {
		out, _ := t.scope.list(n)
		return split(out)
	}
	var out []string
	for _, item := range t.loop {
		s := &scope{parent: t.scope, vars: &source.Node{Kind: source.Mapping, Pairs: []source.Pair{{Key: &source.Node{Kind: source.String, Text: t.loopVar()}, Value: item}}}}
		more, _ := s.list(n)
		out = append(out, split(more)...)
	}
	return out
}

// split takes comma lists apart, as modules do with lists given as text.
func split(list []string) []string {
	var out []string
	for _, s := range list {
		if strings.Contains(s, "{{") {
			out = append(out, s)
			continue
		}
		for _, part := range strings.Split(s, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

func (t *Task) loopVar() string {
	if v := t.Visit.Task.Value("loop_control").Get("loop_var"); v != nil {
		return v.Text
	}
	return "item"
}

// is tells whether a boolean argument is given and true.
func (t *Task) is(name string) bool { return truth(t.str(name)) }

func truth(s string) bool {
	switch strings.ToLower(s) {
	case "yes", "true", "on", "1", "y", "t":
		return true
	}
	return false
}

// guarded tells whether something decides that the second run leaves the task out.
func (t *Task) guarded() bool {
	return slices.ContainsFunc(t.Guards, func(g Guard) bool { return !g.Lasting })
}

func (t *Task) guardedBy(kinds ...string) bool {
	return slices.ContainsFunc(t.Guards, func(g Guard) bool { return slices.Contains(kinds, g.Kind) })
}

func (t *Task) name() string {
	if t.Visit.Task.Name != "" {
		return t.Visit.Task.Name
	}
	return t.Module
}

// ref names a task for another one's facts.
func (t *Task) ref() Fields {
	return Fields{"id": t.ID, "name": t.name(), "file": t.Visit.Task.Pos.File, "line": t.Visit.Task.Pos.Line}
}

func (t *Task) set(key string, value any) { *t.facts.at(key) = value }

// put is set for a fact that the task has not got yet: nothing has to be looked through.
func (t *Task) put(key string, value any) { t.facts = append(t.facts, field{key, value}) }

func (t *Task) add(key string, value any) {
	at := t.facts.at(key)
	list, _ := (*at).([]any)
	*at = append(list, value)
}

func (t *Task) flag(name string) {
	if !slices.Contains(t.flags, name) {
		t.flags = append(t.flags, name)
	}
}

// never tells that the task runs only when its tag is asked for.
func (t *Task) never() bool {
	if hasTag(&t.Visit.Task.Keywords, "never") {
		return true
	}
	for _, l := range t.Visit.Chain {
		if hasTag(l.Words(), "never") {
			return true
		}
	}
	return false
}

// tags are all tags of a task, inherited ones included.
func (t *Task) tags() []string {
	out := tagsOf(&t.Visit.Task.Keywords)
	for _, l := range t.Visit.Chain {
		out = append(out, tagsOf(l.Words())...)
	}
	return out
}

// chosenApart tells that two tasks have tags and share none: a run that asks for one leaves the other out.
func (t *Task) chosenApart(other *Task) bool {
	a, b := t.tags(), other.tags()
	return len(a) > 0 && len(b) > 0 && !slices.ContainsFunc(a, func(tag string) bool { return tag == "always" || slices.Contains(b, tag) }) && !slices.Contains(b, "always")
}

func tagsOf(k *playbook.Keywords) []string {
	n := k.Value("tags")
	switch {
	case n == nil:
		return nil
	case n.Kind == source.Sequence:
		var out []string
		for _, i := range n.Items {
			out = append(out, i.Text)
		}
		return out
	}
	return split([]string{n.Text})
}

func hasTag(k *playbook.Keywords, tag string) bool { return slices.Contains(tagsOf(k), tag) }

// part tells in which part of the blocks around it a task stands: rescue and always win over block.
func (t *Task) part() string {
	out := ""
	for _, l := range t.Visit.Chain {
		if l.Block != nil && (out == "" || out == "block") {
			out = l.Part
		}
	}
	return out
}
