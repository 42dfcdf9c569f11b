package plan

import (
	"path/filepath"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
)

// words are effective keywords: present name to unrendered value.
type words map[string]value.Value

// inherited are the keywords that a task takes from what encloses it (ansible-core: Base, Conditional, Taggable,
// and what Block has).
var inherited = map[string]bool{
	"any_errors_fatal": true, "become": true, "become_exe": true, "become_flags": true, "become_method": true,
	"become_user": true, "check_mode": true, "collections": true, "connection": true, "debugger": true,
	"delegate_facts": true, "delegate_to": true, "diff": true, "environment": true, "ignore_errors": true,
	"ignore_unreachable": true, "module_defaults": true, "no_log": true, "notify": true, "port": true,
	"remote_user": true, "run_once": true, "tags": true, "throttle": true, "timeout": true, "when": true,
}

// adding are those that collect from the outside in instead of replacing.
var adding = map[string]bool{"when": true, "tags": true, "environment": true, "module_defaults": true}

// over lays an object's own keywords over those that it inherits.
func (c *Compiler) over(up words, own *playbook.Keywords, all bool) words {
	if own == nil || len(own.List) == 0 {
		return up
	}
	out := make(words, len(up)+len(own.List))
	for k, v := range up {
		out[k] = v
	}
	for i := range own.List {
		w := &own.List[i]
		if !inherited[w.Name] && !all {
			continue
		}
		v := c.Value(w.Value)
		switch w.Name {
		case "tags":
			v = TagList(v)
		case "when", "changed_when", "failed_when", "until":
			v = conditions(w.Value, v)
		}
		if adding[w.Name] {
			v = join(out[w.Name], v)
		} else if before := up[w.Name]; before != nil && inherited[w.Name] && playbook.IsTemplate(w.Value) {
			for name := w.Name; before != nil; before = up[name] { // what counts if the template gives omit
				name = around(name)
				out[name] = before
			}
		}
		out[w.Name] = v
	}
	return out
}

// around is the name under which a keyword's value of the enclosing object is kept where its own may be omitted.
func around(name string) string { return "^" + name }

// onlyInherited drops what a task said of itself.
func (w words) onlyInherited() words {
	out := make(words, len(w))
	for k, v := range w {
		if inherited[strings.TrimLeft(k, "^")] {
			out[k] = v
		}
	}
	return out
}

// join makes one list of two values that may be lists.
func join(a, b value.Value) value.Value {
	if a == nil {
		return listOf(b)
	}
	items := append([]value.Value(nil), listOf(a).Items...)
	return value.NewList(append(items, listOf(b).Items...)...)
}

func listOf(v value.Value) *value.List {
	switch v := v.(type) {
	case *value.List:
		return v
	case value.NoneType, nil:
		return value.NewList()
	}
	return value.NewList(v)
}

// Word is a keyword of the task, inherited where it may be, unrendered; nil where nobody says it.
func (t *Task) Word(name string) value.Value { return t.words[name] }

// WordAround is what counts of a keyword where what is written nearer to the task turns out to be omit: level 0 is Word, level 1
// what the next object around says.
func (t *Task) WordAround(name string, level int) value.Value {
	return t.words[strings.Repeat("^", level)+name]
}

// Word is a keyword of the context as its tasks inherit it.
func (c *Context) Word(name string) value.Value { return c.words[name] }

// SearchPath are the directories where files, templates and includes of the task are looked for: those of the roles that
// led to it, innermost first, then that of the task's own file.
func (t *Task) SearchPath() []string {
	var dirs []string
	if t.Up != nil {
		for i := len(t.Up.Chain) - 1; i >= 0; i-- {
			dirs = append(dirs, t.Up.Chain[i].Dir())
		}
	}
	if t.Pos.File != "" {
		own, err := filepath.Abs(filepath.Dir(t.Pos.File))
		if err == nil && !contains(dirs, own) {
			dirs = append(dirs, own)
		}
	}
	return dirs
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Role is the role that the task belongs to, or nil.
func (t *Task) Role() *Role {
	if t.Up == nil {
		return nil
	}
	return t.Up.Role
}

// Label is the task's name as Ansible shows it, with name being the rendered name: role included, the action where there
// is no name. One that includes a role is not said to be of the role that it stands in.
func (t *Task) Label(name string) string {
	if t.FQCN == "ansible.builtin.include_role" {
		if name == "" {
			name = t.Action + " : " + t.roleWritten()
		}
		return name
	}
	if name == "" {
		name = t.Action
	}
	if r := t.Role(); r != nil {
		return r.Name + " : " + name
	}
	return name
}

// roleWritten is the role that an include_role names, as it is written.
func (t *Task) roleWritten() string {
	switch v := t.RoleArg().(type) {
	case value.Template:
		return v.Text
	case value.Str:
		return string(v)
	}
	return ""
}

// RoleArg is the argument of an include_role or import_role that names the role, or nil.
func (t *Task) RoleArg() value.Value {
	for _, arg := range []string{"name", "role"} {
		if v, ok := t.Args.GetStr(arg); ok {
			return v
		}
	}
	return nil
}
