package playbook

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/parser/source"
)

// resolver finds what imports, includes and roles of one file stand for.
type resolver struct {
	l        *Loader
	base     string // the playbook's directory
	file     *TaskFile
	role     *Role
	problems *[]*Problem
}

func (x *resolver) report(p *Problem) { *x.problems = append(*x.problems, p) }

func (x *resolver) play(p *Play) {
	if p.Import != nil {
		x.importPlaybook(p.Import)
	}
	x.roleRefs(p.Roles)
	for _, list := range [][]Entry{p.PreTasks, p.Tasks, p.PostTasks, p.Handlers} {
		x.entries(list)
	}
}

// roleRefs resolves roles: and dependencies.
func (x *resolver) roleRefs(refs []*RoleRef) {
	for _, ref := range refs {
		name, ok := x.constant(ref.Name)
		if !ok {
			continue
		}
		ref.Role, ref.Err = x.l.role(name, x.near(), x.base, From{})
		if ref.Err != nil {
			x.notFound(ref.Pos, ref.Err, false)
		}
	}
}

// near is the directory that holds the role whose file this is, or "".
func (x *resolver) near() string {
	if x.role == nil {
		return ""
	}
	return filepath.Dir(x.role.Dir)
}

// notFound reports a thing that could not be resolved, at the place that names it. A file that is there but cannot be read
// was reported at its own place.
func (x *resolver) notFound(pos source.Pos, err error, warning bool) {
	p, ok := errors.AsType[*Problem](err)
	if ok && p.Kind != NotFound && p.Kind != NoRoleFile {
		return // reported where it is
	}
	why, hint := err.Error(), ""
	if ok {
		why, hint = p.Why, p.Hint
	}
	x.report(&Problem{Kind: NotFound, Pos: pos, Why: why, Hint: hint, Warning: warning, Err: err})
}

func (x *resolver) importPlaybook(im *Import) {
	name, ok := x.constant(im.Name)
	if !ok || name == "" {
		return
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(x.base, name)
	}
	if !x.l.exists(path) {
		if found := x.l.collectionFile(x.base, name, "playbooks"); found != "" {
			path = found
		}
	}
	if im.Playbook, im.Err = x.l.playbook(path); im.Err != nil {
		if p, ok := errors.AsType[*Problem](im.Err); ok && p.Kind == NotFound {
			im.Err = &Problem{Kind: NotFound, Pos: im.Pos, Why: fmt.Sprintf("the playbook %q does not exist", name), Err: p.Err}
		}
		x.notFound(im.Pos, im.Err, false)
	}
}

func (x *resolver) entries(list []Entry) {
	for _, e := range list {
		switch e := e.(type) {
		case *Block:
			x.entries(e.Block)
			x.entries(e.Rescue)
			x.entries(e.Always)
		case *Task:
			x.task(e)
		}
	}
}

// task resolves what a task brings in, where its name is constant.
func (x *resolver) task(t *Task) {
	switch kind := builtin(t.Action.Name); kind {
	case "import_tasks", "include_tasks", "include":
		x.tasks(t, kind)
	case "import_role", "include_role":
		x.taskRole(t, kind)
	}
}

// tasks resolves import_tasks, include_tasks and include. A missing file is an error only where Ansible reads it before
// the run.
func (x *resolver) tasks(t *Task, kind string) {
	node := t.Action.FreeForm
	if node == nil {
		node = t.Action.Get("file")
	}
	if node == nil || !node.IsScalar() || node.Text == "" {
		x.report(&Problem{Kind: NoModule, Pos: t.Action.Pos, Why: kind + " names no file"})
		return
	}
	if bad := x.badOptions(t, kind); bad != "" {
		x.report(&Problem{Kind: BadArguments, Pos: t.Action.Pos, Why: fmt.Sprintf("Invalid options for %s: %s", t.Action.Name, bad)})
		return
	}
	name, ok := x.constant(strings.TrimSpace(node.Text))
	if !ok {
		return
	}
	before := kind != "include_tasks" && t.Loop == nil
	t.Static = &Static{}
	path := x.findTasks(name, t.Handler)
	if path == "" && IsTemplate(node) && x.l.exists(name) {
		path = name // role_path and playbook_dir may be relative to where the program was started
	}
	if path == "" {
		t.Static.Err = &Problem{Kind: NotFound, Pos: node.Pos, Why: fmt.Sprintf("the task file %q does not exist", name)}
		x.notFound(node.Pos, t.Static.Err, !before)
		return
	}
	t.Static.File, t.Static.Err = x.l.taskFile(path, x.base, x.role, t.Handler)
	if t.Static.File != nil && before && slices.Contains(x.l.resolving, t.Static.File) {
		x.report(&Problem{Kind: ImportLoop, Pos: node.Pos, Why: fmt.Sprintf("%q imports itself, directly or through others", name)})
		t.Static = &Static{Err: &Problem{Kind: ImportLoop, Pos: node.Pos, Why: "import loop"}}
	}
}

// badOptions are the arguments that an import or include of tasks does not have. A bare include hands its own over as variables.
func (x *resolver) badOptions(t *Task, kind string) string {
	var bad []string
	for _, a := range t.Action.Args {
		if kind == "include" || a.Written == "file" || a.Written == "apply" && kind == "include_tasks" {
			continue
		}
		bad = append(bad, a.Written)
	}
	return strings.Join(bad, ",")
}

// roleOptions are the arguments of import_role and include_role.
var roleOptions = []string{"name", "role", "tasks_from", "vars_from", "defaults_from", "handlers_from", "apply", "public", "allow_duplicates", "rolespec_validate"}

func badRoleOptions(t *Task) string {
	var bad []string
	for _, a := range t.Action.Args {
		if !slices.Contains(roleOptions, a.Written) {
			bad = append(bad, a.Written)
		}
	}
	return strings.Join(bad, ",")
}

// findTasks looks for a file of tasks where Ansible does: beside the including file, in the role, beside the playbook.
func (x *resolver) findTasks(name string, handlers bool) string {
	if filepath.IsAbs(name) {
		if x.l.exists(name) {
			return name
		}
		return ""
	}
	sub := "tasks"
	if handlers {
		sub = "handlers"
	}
	dirs := []string{filepath.Dir(x.file.Path)}
	if x.role != nil {
		dirs = append(dirs, filepath.Join(x.role.Dir, sub), filepath.Join(x.role.Dir, "tasks"), x.role.Dir)
	}
	dirs = append(dirs, filepath.Join(x.base, sub), x.base)
	for _, dir := range dirs {
		if path := filepath.Join(dir, name); x.l.exists(path) {
			return path
		}
	}
	return ""
}

// taskRole resolves import_role and include_role.
func (x *resolver) taskRole(t *Task, kind string) {
	node := t.Action.Get("name")
	if node == nil {
		node = t.Action.Get("role")
	}
	if node == nil || !node.IsScalar() || node.Text == "" {
		x.report(&Problem{Kind: NoModule, Pos: t.Action.Pos, Why: kind + " names no role", Hint: `write "name: role"`})
		return
	}
	if bad := badRoleOptions(t); bad != "" {
		x.report(&Problem{Kind: BadArguments, Pos: t.Action.Pos, Why: fmt.Sprintf("Invalid options for %s: %s", t.Action.Name, bad)})
		return
	}
	name, ok := x.constant(node.Text)
	from := From{}
	for arg, to := range map[string]*string{"tasks_from": &from.Tasks, "vars_from": &from.Vars, "defaults_from": &from.Defaults, "handlers_from": &from.Handlers} {
		n := t.Action.Get(arg)
		if n != nil && !n.IsScalar() {
			x.report(&Problem{Kind: WrongType, Pos: n.Pos, Why: fmt.Sprintf("Expected a string for %s but got %s instead", arg, describe(n))})
			return
		}
		if n != nil {
			text, constant := x.constant(n.Text)
			*to, ok = text, ok && constant
		}
	}
	if !ok {
		return
	}
	t.Static = &Static{}
	if t.Static.Role, t.Static.Err = x.l.role(name, x.near(), x.base, from); t.Static.Err != nil {
		x.notFound(node.Pos, t.Static.Err, kind == "include_role")
	}
}
