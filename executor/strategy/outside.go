package strategy

import (
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/pymodule"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// Outside is where modules are that this program does not have.
type Outside struct {
	Library func() *pymodule.Library
	// Run tells that interpreters of the targets run them (--python-modules).
	Run bool
}

// has tells whether there is a file for a module, be it one that cannot be read; role is the directory of the task's role, "" without one.
func (o Outside) has(name, role string, collections []string) bool {
	lib := o.Library()
	if role != "" {
		lib.AddDir(role)
	}
	file, err := lib.Find(name, collections)
	return file != nil || err != nil
}

// unresolved says that nobody knows a module.
func unresolved(name string) string {
	return fmt.Sprintf("couldn't resolve module/action '%s'. This often indicates a misspelling, missing collection, or incorrect module path.", name)
}

// resolved tells whether somebody knows the module of a task that was brought in while a play runs. One that is known and
// cannot be run fails where it is reached; one that nobody knows ends the run, as it does where it stands in the playbook.
func (r *Runner) resolved(t *plan.Task) bool {
	if t.Source == nil || template.IsTemplate(t.Action) || t.Module != nil || action.Has(t.FQCN) {
		return true
	}
	if _, known := catalog.Known(t.Action); known || r.Outside.Library == nil {
		return known
	}
	dir := ""
	if role := t.Role(); role != nil {
		dir = role.Dir()
	}
	return r.Outside.has(t.Action, dir, texts(t.Word("collections")))
}

// known tells that somebody knows a task's module, whether it is run or not.
func (f *preflight) known(v *playbook.Visit) bool {
	a := &v.Task.Action
	if a.Module != nil || a.Name == "" || template.IsTemplate(a.Name) || f.outside.Library == nil {
		return true
	}
	if _, known := catalog.Known(a.Name); known {
		return true
	}
	dir := ""
	if v.Role != nil {
		dir = v.Role.Dir
	}
	return f.outside.has(a.Name, dir, CollectionsOf(v))
}

// foreign looks at a task whose module is a program of its own, or could be; true where that decides about it.
func (f *preflight) foreign(v *playbook.Visit) bool {
	if f.outside.Library == nil {
		return false
	}
	a := &v.Task.Action
	native := a.Module != nil && runs(a.Module.FQCN, a.Module)
	lib := f.outside.Library()
	if v.Role != nil {
		lib.AddDir(v.Role.Dir)
	}
	overridden := lib.Overrides(a.Name)
	if native && overridden == "" {
		return false
	}
	if native && !f.outside.Run {
		f.found = append(f.found, Refusal{Pos: a.Pos, Notice: true, Why: fmt.Sprintf("the native module %s is run, not %s, which Ansible would run", a.Module.FQCN, overridden),
			Hint: "--python-modules runs that one"})
		return false
	}
	file, err := lib.Find(a.Name, CollectionsOf(v))
	if file == nil && err == nil {
		return false
	}
	var program *pymodule.Program
	if err == nil {
		program, err = lib.Pack(file)
	}
	switch {
	case err != nil && !f.outside.Run:
		return false // what is said of any module that is not native is enough
	case err != nil:
		f.add(a.Pos, "run this task with ansible-playbook", "the module '%s' cannot be run: %v", a.Name, err)
	case !f.outside.Run:
		f.add(a.Pos, "run it with --python-modules, which has the target's interpreter run it", "the module '%s' (%s) is not among those that are run natively", a.Name, file.Path)
	default:
		if f.tasks == nil {
			f.tasks = map[*pymodule.Program]int{}
		}
		if f.tasks[program]++; f.tasks[program] == 1 {
			f.programs = append(f.programs, program)
		}
	}
	return true
}

// CollectionsOf are those that a task looks for its module in.
func CollectionsOf(v *playbook.Visit) (out []string) {
	if v.Role != nil {
		out = collectionOfRole(v.Role)
	}
	k := v.Inherited("collections")
	if k == nil || k.Value == nil {
		return out
	}
	if k.Value.Kind == source.String {
		return append(out, k.Value.Text)
	}
	for _, item := range k.Value.Items {
		out = append(out, item.Text)
	}
	return out
}

// announce names all modules that interpreters of the targets run.
func (f *preflight) announce() []Refusal {
	var lines []string
	for _, p := range f.programs {
		times := ""
		if n := f.tasks[p]; n > 1 {
			times = fmt.Sprintf(", %d tasks", n)
		}
		lines = append(lines, fmt.Sprintf("%s (%s%s)", p.Name, interpreterName(p), times))
	}
	if len(lines) == 0 {
		return nil
	}
	slices.Sort(lines)
	return []Refusal{{Notice: true, Why: "these modules are run by interpreters of the targets, not natively: " + strings.Join(lines, ", ")}}
}
