package strategy

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/module"
	"pylint-deploy/executor/pymodule"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
)

// Foreign modules are programs of their own: those in Python, as Ansible's own are, and scripts. With --python-modules the
// targets' interpreters run them; without it they are refused.

// runs tells that this program does a module's work itself.
func runs(fqcn string, m *catalog.Module) bool {
	return action.Has(fqcn) || m != nil && m.Where != catalog.NotNative
}

// isForeign tells that a task's module is, or may turn out to be, one that the target's interpreter runs.
func (r *Runner) isForeign(t *plan.Task) bool {
	if r.Foreign == nil || t.IsMeta() || t.Includes() {
		return false
	}
	return template.IsTemplate(t.Action) || !runs(t.FQCN, t.Module) || r.Foreign.Overrides(t.Action) != ""
}

// foreign is the program that runs a task's module; nil where we do its work, or nobody can.
func (r *Runner) foreign(t *plan.Task, name string, m *catalog.Module) (*pymodule.Program, error) {
	if !r.isForeign(t) {
		return nil, nil
	}
	if role := t.Role(); role != nil {
		r.Foreign.AddDir(role.Dir())
	}
	if runs(name, m) && r.Foreign.Overrides(name) == "" {
		return nil, nil
	}
	file, err := r.Foreign.Find(name, append(ownCollection(t), texts(t.Word("collections"))...))
	if file == nil || err != nil {
		return nil, err
	}
	program, err := r.Foreign.Pack(file)
	if err != nil {
		return nil, fmt.Errorf("the module '%s' cannot be run: %w", name, err)
	}
	return program, nil
}

// ownCollection is the collection that a task's role belongs to: its modules need no more than their short names there.
func ownCollection(t *plan.Task) []string {
	if role := t.Role(); role != nil {
		return collectionOfRole(role.Def)
	}
	return nil
}

// collectionOfRole is the collection of a role's directory, .../ansible_collections/NAMESPACE/NAME/roles/ROLE, and what its metadata add.
func collectionOfRole(role *playbook.Role) (out []string) {
	parts := strings.Split(filepath.ToSlash(role.Dir), "/")
	if n := len(parts); n > 4 && parts[n-5] == "ansible_collections" && parts[n-2] == "roles" {
		out = append(out, parts[n-4]+"."+parts[n-3])
	}
	if named := role.Meta.Get("collections"); named != nil {
		for _, item := range named.Items {
			out = append(out, item.Text)
		}
	}
	return out
}

// runBy names the interpreter that runs a task's module, "" where none does.
func (r *Runner) runBy(t *plan.Task) string {
	program, err := r.foreign(t, t.Action, t.Module)
	if program == nil || err != nil {
		return ""
	}
	return interpreterName(program)
}

func interpreterName(p *pymodule.Program) string {
	switch {
	case p.Python():
		return "python"
	case p.Kind == pymodule.Binary:
		return "binary"
	}
	words := p.Interpreter
	if path.Base(words[0]) == "env" && len(words) > 1 {
		words = words[1:]
	}
	return path.Base(words[0])
}

// foreignAction is how a task's foreign module is run.
func (j *job) foreignAction(p *prepared, program *pymodule.Program) (action.Action, error) {
	by, err := j.interpreter(p, program)
	if err != nil {
		return nil, err
	}
	v := &hostWords{words: j.words(p.there)}
	by.Files = int64(v.number("", float64(j.r.Settings.PythonFiles), "ansible_python_module_rlimit_nofile"))
	if v.err != nil {
		return nil, v.err
	}
	f := action.Foreign{Program: program, By: by, NoLog: p.noLog, Ephemeral: j.r.Settings.Ephemeral, Elsewhere: p.delegated != ""}
	j.r.notice(3, "Using module file %s", program.Path)
	return f.Action, nil
}

// usualPython is the first line of a Python module that has none.
const usualPython = "/usr/bin/python"

// interpreter works out what runs a module on the host that does the work: what the variable ansible_NAME_interpreter says, for
// Python also the settings, else what the module's first line says. A Python that is to be looked for is looked for once a host.
func (j *job) interpreter(p *prepared, program *pymodule.Program) (action.Interpreter, error) {
	words := program.Interpreter
	if program.Kind == pymodule.Binary {
		return action.Interpreter{}, nil
	}
	if len(words) == 0 {
		words = []string{usualPython}
	}
	name := path.Base(words[0])
	v := &hostWords{words: j.words(p.there)}
	said := v.text("", "", "ansible_"+name+"_interpreter")
	if name != "python" {
		return interpreterWords(said, words, v.err)
	}
	if said == "" {
		said = j.r.Settings.Python
	}
	if said != "" && !slices.Contains(discoveries, said) {
		return interpreterWords(said, words, v.err)
	}
	if known, ok := j.r.Store.Facts(p.target.name).GetStr("discovered_interpreter_python"); ok {
		text, err := value.ToStr(known)
		return action.Interpreter{Words: []string{text}}, err
	}
	by := action.Interpreter{Discover: firstOf(said, discoveries[0])}
	if list, ok := v.variable("ansible_interpreter_python_fallback"); ok {
		by.Fallback = texts(list)
	}
	return by, v.err
}

// discoveries are the ways to look for a Python; the first is the usual one.
var discoveries = []string{"auto", "auto_silent", "auto_legacy", "auto_legacy_silent"}

func interpreterWords(said string, otherwise []string, err error) (action.Interpreter, error) {
	if strings.TrimSpace(said) == "" || err != nil {
		return action.Interpreter{Words: otherwise}, err
	}
	words, err := module.SplitWords(said)
	return action.Interpreter{Words: words}, err
}

// asWritten gives arguments the names that the task has for them: a foreign module has its own idea of what they mean.
func asWritten(t *plan.Task, args *value.Dict) *value.Dict {
	if t.Source == nil {
		return args
	}
	written := map[string]string{}
	for _, a := range t.Source.Action.Args {
		written[a.Name] = a.Written
	}
	out := value.NewDict()
	for k, v := range args.All() {
		if name, ok := k.(value.Str); ok && written[string(name)] != "" {
			k = value.Str(written[string(name)])
		}
		out.Set(k, v)
	}
	return out
}
