package strategy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/pymodule"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/parser/spelling"
	"pylint-deploy/parser/vars"
)

// Refusal is something in a playbook that this program does not do. All of them are named before any host is touched.
type Refusal struct {
	Pos  source.Pos
	Why  string
	Hint string // what to try, or ""
	// Notice tells that the run may go on without it.
	Notice bool
	// Unresolved tells that nobody knows the module: there can be no run that gets past it.
	Unresolved bool
	// Argument tells that the module itself will refuse it, if the task gets that far.
	Argument bool
}

func (r Refusal) String() string {
	text := r.Why
	if !r.Pos.IsZero() {
		text = r.Pos.String() + ": " + text
	}
	if r.Hint != "" {
		text += " (" + r.Hint + ")"
	}
	return text
}

// Preflight looks through playbooks, with all that they bring in by constant names, for what cannot be run. What is named by
// a template is looked at when it is known. What is surely left out need only have modules that somebody knows, as Ansible wants it.
func Preflight(books []*playbook.Playbook, o Outside, s Settings) []Refusal {
	f := &preflight{seen: map[source.Pos]bool{}, outside: o, settings: s}
	for _, book := range books {
		f.defaults = f.defaults || usesDefaults(book)
		f.importTags = f.importTags || importsWithTags(book)
	}
	for _, book := range books {
		f.plays(book)
		book.Walk(f.visit)
	}
	slices.SortStableFunc(f.found, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	return append(f.found, f.announce()...)
}

type preflight struct {
	seen     map[source.Pos]bool
	found    []Refusal
	defaults bool // module_defaults may complete the arguments of tasks
	outside  Outside
	settings Settings
	// importTags tells that plays of imported playbooks may have more tags than are written there.
	importTags bool
	programs   []*pymodule.Program // that interpreters of the targets will run
	tasks      map[*pymodule.Program]int
}

// usesDefaults tells whether module_defaults is said anywhere.
func usesDefaults(book *playbook.Playbook) (found bool) {
	for _, p := range book.Plays {
		found = found || p.Keyword("module_defaults") != nil || p.Import != nil && p.Import.Playbook != nil && usesDefaults(p.Import.Playbook)
	}
	book.Walk(func(v *playbook.Visit) bool {
		found = found || v.Inherited("module_defaults") != nil
		return !found
	})
	return found
}

func (f *preflight) add(pos source.Pos, hint, why string, args ...any) {
	f.found = append(f.found, Refusal{Pos: pos, Why: fmt.Sprintf(why, args...), Hint: hint})
}

// constants are keywords whose constant values are limited to what this program has.
var constants = map[string]struct {
	allowed []string
	what    string
}{
	"strategy":      {[]string{"linear", "free", "host_pinned"}, "strategy"},
	"connection":    {[]string{"ssh", "openssh", "local", "smart", "paramiko", "paramiko_ssh"}, "connection plugin"},
	"become_method": {[]string{"sudo", "su", "doas"}, "become method"},
}

func (f *preflight) plays(book *playbook.Playbook) {
	for _, p := range book.Plays {
		f.words(&p.Keywords)
		if p.Import != nil && p.Import.Playbook != nil {
			f.plays(p.Import.Playbook)
		}
	}
}

func (f *preflight) words(k *playbook.Keywords) {
	for i := range k.List {
		w := &k.List[i]
		limit, ok := constants[w.Name]
		if ok && w.Value.Kind == source.String && !template.IsTemplate(w.Value.Text) {
			name := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(w.Value.Text, "ansible.builtin."), "ansible.legacy."), "community.general.")
			if !slices.Contains(limit.allowed, name) {
				f.add(w.Value.Pos, "known are "+strings.Join(limit.allowed, ", "), "the %s '%s' is not supported", limit.what, w.Value.Text)
			}
		}
		if w.Name == "validate_argspec" {
			f.add(w.KeyPos, "check the variables with ansible.builtin.validate_argument_spec", "the keyword validate_argspec is not supported")
		}
		if w.Name == "debugger" && !f.seen[w.KeyPos] {
			f.seen[w.KeyPos] = true
			f.found = append(f.found, Refusal{Pos: w.KeyPos, Why: "the keyword debugger is accepted and has no effect", Notice: true})
		}
	}
}

// visit looks at a task in one of its places, and tells whether what it brings in is to be looked at, too.
func (f *preflight) visit(v *playbook.Visit) bool {
	switch out := f.leftOut(v); {
	case out && includes(v.Task):
		return false
	case f.seen[v.Task.Pos]:
	case !out:
		f.seen[v.Task.Pos] = true
		f.task(v)
	case !f.known(v):
		f.seen[v.Task.Pos] = true
		f.unresolved(&v.Task.Action)
	}
	return true
}

func (f *preflight) task(v *playbook.Visit) {
	t := v.Task
	f.words(&t.Keywords)
	a := &t.Action
	if template.IsTemplate(a.Name) || a.Name == "" || f.foreign(v) {
		return
	}
	if a.Module != nil && a.Module.Where != catalog.NotNative {
		f.arguments(v)
		return
	}
	fqcn, ok := catalog.Known(a.Name)
	if ok && action.Has(fqcn) {
		return
	}
	if ok {
		f.add(a.Pos, f.notNativeHint(), "the module '%s' (%s) is not among those that are run natively", a.Name, fqcn)
		return
	}
	f.unresolved(a)
}

// unresolved says that nobody knows a task's module.
func (f *preflight) unresolved(a *playbook.Action) {
	hint := "is a collection's name missing or misspelt?"
	if near := spelling.Nearest(a.Name, moduleNames()); near != "" {
		hint = fmt.Sprintf("did you mean '%s'?", near)
	}
	f.found = append(f.found, Refusal{Pos: a.Pos, Why: unresolved(a.Name), Hint: hint, Unresolved: true})
}

// notNativeHint is what to do about a module that nobody here can run.
func (f *preflight) notNativeHint() string {
	if f.outside.Run {
		return "its file was found neither in library/ nor in a collection nor in an ansible-core on this machine: install what it is part of"
	}
	return "use ansible.builtin.command for the program behind it, or run this task with ansible-playbook"
}

// arguments names what a task's module will refuse. Who says what is to happen then is left alone.
func (f *preflight) arguments(v *playbook.Visit) {
	t := v.Task
	a := &t.Action
	for _, word := range []string{"ignore_errors", "failed_when"} {
		if v.Inherited(word) != nil {
			return
		}
	}
	if slices.ContainsFunc(v.Chain, func(l playbook.Link) bool { return l.Block != nil && l.Part == "block" && len(l.Block.Rescue) > 0 }) {
		return
	}
	written := make([]action.Written, len(a.Args))
	for i, arg := range a.Args {
		if template.IsTemplate(arg.Written) {
			return
		}
		written[i] = action.Written{Name: arg.Name, Value: constantValue(arg.Value)}
	}
	complete := a.Splat == nil && a.FreeForm == nil && !f.defaults
	for _, fault := range action.CheckWritten(a.Module, written, complete) {
		pos := a.Pos
		if fault.Arg >= 0 {
			pos = a.Args[fault.Arg].KeyPos
		}
		f.found = append(f.found, Refusal{Pos: pos, Why: a.Name + ": " + fault.Msg, Argument: true})
	}
}

// constantValue is what is written, or nil where a template or a vault has a part in it.
func constantValue(n *source.Node) value.Value {
	if n == nil || hasTemplate(n) {
		return nil
	}
	return plainly(vars.Value(n, nil))
}

func hasTemplate(n *source.Node) bool {
	if n.Tag() == "!vault" || n.Kind == source.String && template.IsTemplate(n.Text) {
		return true
	}
	if slices.ContainsFunc(n.Items, hasTemplate) {
		return true
	}
	return slices.ContainsFunc(n.Pairs, func(p source.Pair) bool { return hasTemplate(p.Key) || hasTemplate(p.Value) })
}

// plainly makes text of what would be looked through for templates.
func plainly(v value.Value) value.Value {
	switch v := v.(type) {
	case value.Template:
		return value.Str(v.Text)
	case *value.List:
		out := make([]value.Value, len(v.Items))
		for i, item := range v.Items {
			out[i] = plainly(item)
		}
		return value.NewList(out...)
	case *value.Dict:
		out := value.NewDict()
		for k, item := range v.All() {
			out.Set(plainly(k), plainly(item))
		}
		return out
	}
	return v
}

func moduleNames() []string {
	var out []string
	for _, m := range catalog.All() {
		if m.Where != catalog.NotNative {
			out = append(out, m.FQCN, m.Short())
		}
	}
	return out
}
