package strategy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// Refusal is something in a playbook that this program does not do. All of them are named before any host is touched.
type Refusal struct {
	Pos  source.Pos
	Why  string
	Hint string // what to try, or ""
	// Notice tells that the run may go on without it.
	Notice bool
}

func (r Refusal) String() string {
	text := r.Pos.String() + ": " + r.Why
	if r.Hint != "" {
		text += " (" + r.Hint + ")"
	}
	return text
}

// Preflight looks through playbooks, with all that they bring in by constant names, for what cannot be run. What is named by
// a template is looked at when it is known.
func Preflight(books []*playbook.Playbook) []Refusal {
	f := &preflight{seen: map[source.Pos]bool{}}
	for _, book := range books {
		f.plays(book)
		book.Walk(func(v *playbook.Visit) bool {
			f.task(v.Task)
			return true
		})
	}
	slices.SortStableFunc(f.found, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	return f.found
}

type preflight struct {
	seen  map[source.Pos]bool
	found []Refusal
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
		if w.Name == "debugger" && !f.seen[w.KeyPos] {
			f.seen[w.KeyPos] = true
			f.found = append(f.found, Refusal{Pos: w.KeyPos, Why: "the keyword debugger is accepted and has no effect", Notice: true})
		}
	}
}

func (f *preflight) task(t *playbook.Task) {
	if f.seen[t.Pos] {
		return
	}
	f.seen[t.Pos] = true
	f.words(&t.Keywords)
	a := &t.Action
	if template.IsTemplate(a.Name) || a.Name == "" {
		return
	}
	if a.Module != nil && a.Module.Where != catalog.NotNative {
		return
	}
	fqcn, ok := catalog.Known(a.Name)
	if ok && action.Has(fqcn) {
		return
	}
	if ok {
		f.add(a.Pos, "use ansible.builtin.command for the program behind it, or run this task with ansible-playbook", "the module '%s' (%s) is not among those that are run natively", a.Name, fqcn)
		return
	}
	hint := "is a collection's name missing or misspelt?"
	if near := action.Nearest(a.Name, moduleNames()); near != "" {
		hint = fmt.Sprintf("did you mean '%s'?", near)
	}
	f.add(a.Pos, hint, "couldn't resolve module/action '%s'. This often indicates a misspelling, missing collection, or incorrect module path.", a.Name)
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
