package plan

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// includeActions bring in tasks; imports do so before the run.
var includeActions = map[string]bool{
	"ansible.builtin.include": true, "ansible.builtin.include_tasks": true, "ansible.builtin.include_role": true,
}

// Includes tells that the task brings in others while the play runs.
func (t *Task) Includes() bool { return includeActions[t.FQCN] }

// IsMeta tells that the task is a meta task.
func (t *Task) IsMeta() bool { return t.FQCN == "ansible.builtin.meta" }

// taskOrImport puts a task in its place, or what an import stands for.
func (c *Compiler) taskOrImport(up *Context, t *playbook.Task, handlers bool) ([]Node, error) {
	out := c.task(up, t)
	out.Handler = handlers
	if handlers && (out.FQCN == "ansible.builtin.include_role" || out.FQCN == "ansible.builtin.import_role") {
		return nil, &Error{Pos: t.Pos, Why: fmt.Sprintf("Using '%s' as a handler is not supported.", out.Action)}
	}
	switch out.FQCN {
	case "ansible.builtin.import_tasks":
		return c.importTasks(up, out, handlers)
	case "ansible.builtin.include":
		c.Deprecated(`"include" is deprecated, use include_tasks/import_tasks instead. See https://docs.ansible.com/ansible-core/2.14/user_guide/playbooks_reuse_includes.html for details`)
		if !isTemplate(out.file()) && out.Loop == nil && up.static() {
			return c.importTasks(up, out, handlers)
		}
	case "ansible.builtin.import_role":
		return c.importRole(up, out)
	}
	return []Node{out}, nil
}

// static tells that no include is around.
func (c *Context) static() bool {
	for ; c != nil; c = c.Up {
		if c.Kind == OfInclude {
			return false
		}
	}
	return true
}

// file is the file name of an include or import of tasks.
func (t *Task) file() value.Value {
	if t.FreeForm != nil {
		return t.FreeForm
	}
	v, _ := t.Args.GetStr("file")
	return v
}

// File is the file name of an include of tasks, unrendered; nil without one.
func (t *Task) File() value.Value { return t.file() }

func (c *Compiler) importTasks(up *Context, t *Task, handlers bool) ([]Node, error) {
	if t.Loop != nil {
		return nil, &Error{Pos: t.Pos, Why: "You cannot use loops on 'import_tasks' statements. You should use 'include_tasks' instead."}
	}
	if t.file() == nil {
		return nil, &Error{Pos: t.Pos, Why: "No file specified for " + t.Action}
	}
	file, err := c.importedFile(up, t, handlers)
	if err != nil {
		return nil, err
	}
	if file == nil || len(file.Entries) == 0 {
		return nil, nil
	}
	in := up.inner(OfImport)
	in.File = t.file()
	in.words = c.over(up.words, &t.Source.Keywords, false)
	in.vars = t.Vars
	if t.FQCN == "ansible.builtin.include" {
		in.vars = above(t.Vars, params(t))
		in.includeVars = t.IncludeVars
	}
	blocks, err := c.blocks(in, file.Entries, handlers)
	if err != nil {
		return nil, err
	}
	var out []Node
	for _, b := range blocks {
		if handlers {
			out = append(out, b.Body...)
		} else {
			out = append(out, b)
		}
	}
	return out, nil
}

// params are the arguments that a bare include hands over as variables.
func params(t *Task) *value.Dict {
	out := value.NewDict()
	for k, v := range t.Args.All() {
		if k != value.Str("file") && k != value.Str("apply") {
			out.Set(k, v)
		}
	}
	return out
}

func (c *Compiler) importedFile(up *Context, t *Task, handlers bool) (*playbook.TaskFile, error) {
	if s := t.Source.Static; s != nil && !isTemplate(t.file()) {
		if s.File != nil {
			return s.File, nil
		}
	}
	name, err := c.text(c.play, up, t.Vars, t.file())
	if err != nil {
		return nil, &Error{Pos: t.Pos, Why: "Error when evaluating variable in import path: " + textOf(t.file()), Err: err}
	}
	dirs, err := c.includeDirs(up, func(v value.Value) (string, error) { return c.text(c.play, up, t.Vars, v) })
	if err != nil {
		return nil, err
	}
	return c.Loader.Tasks(FindTasks(c.BaseDir, up.Role, dirs, name, handlers), roleDef(up.Role), handlers)
}

func roleDef(r *Role) *playbook.Role {
	if r == nil {
		return nil
	}
	return r.Def
}

func textOf(v value.Value) string {
	s, _ := plain(v)
	return s
}

// text renders v to a string.
func (c *Compiler) text(play *Play, up *Context, vars *value.Dict, v value.Value) (string, error) {
	if s, ok := plain(v); ok && !isTemplate(v) {
		return s, nil
	}
	out, err := c.Render(play, up, vars, v)
	if err != nil {
		return "", err
	}
	return value.ToStr(out)
}

// includeDirs are the directories of the includes around a context, innermost first, each as far as it is relative joined to
// the ones further out: where a relative name is looked for before the role's or playbook's directory.
func (c *Compiler) includeDirs(up *Context, render func(value.Value) (string, error)) ([]string, error) {
	var dirs []string
	path := ""
	for ; up != nil; up = up.Up {
		if up.File == nil {
			continue
		}
		name, err := render(up.File)
		if err != nil {
			return nil, err
		}
		dir := filepath.Dir(name)
		if path == "" || filepath.IsAbs(path) {
			path = dir
		} else {
			path = filepath.Join(dir, path)
		}
		dirs = append(dirs, path)
	}
	return dirs, nil
}

// IncludeDirs are the directories where the includes around a task make a relative name be looked for.
func (c *Compiler) IncludeDirs(t *Task, render func(value.Value) (string, error)) ([]string, error) {
	return c.includeDirs(t.Up, render)
}

// FindTasks is the path of a file of tasks that is included or imported by name. Where none of the candidates exists it is
// the one that Ansible would name in its message.
func FindTasks(base string, role *Role, dirs []string, name string, handlers bool) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	sub := "tasks"
	if handlers {
		sub = "handlers"
	}
	var candidates []string
	for _, dir := range dirs {
		if role != nil {
			candidates = append(candidates, resolve(resolve(filepath.Join(role.Dir(), sub), dir), name))
		} else {
			candidates = append(candidates, resolve(resolve(base, dir), name))
		}
	}
	last := filepath.Join(base, name)
	if role != nil {
		last = filepath.Join(role.Dir(), sub, name)
		candidates = append(candidates, last, filepath.Join(role.Dir(), "tasks", name), filepath.Join(role.Dir(), name))
	}
	candidates = append(candidates, filepath.Join(base, name), filepath.Join(base, sub, name))
	for _, path := range candidates {
		for _, ext := range []string{"", ".yml", ".yaml"} {
			if info, err := os.Stat(path + ext); err == nil && !info.IsDir() {
				return path + ext
			}
		}
	}
	return last
}

func (c *Compiler) importRole(up *Context, t *Task) ([]Node, error) {
	if t.Loop != nil {
		return nil, &Error{Pos: t.Pos, Why: "You cannot use loops on 'import_role' statements. You should use 'include_role' instead."}
	}
	name, from, err := c.roleName(up, t)
	if err != nil {
		return nil, err
	}
	depth := 0
	for u := up; u != nil; u = u.Up {
		if u.Kind == OfImport {
			depth++
		}
	}
	if depth > maxRoleDepth {
		return nil, &Error{Pos: t.Pos, Why: recursion}
	}
	def, err := c.Loader.Role(name, near(up.Role), from)
	if err != nil {
		return nil, err
	}
	in := up.inner(OfImport)
	in.words = c.over(up.words, &t.Source.Keywords, false)
	in.vars = t.Vars
	blocks, handlers, err := c.includeRole(in, t, def, from, true)
	if err != nil {
		return nil, err
	}
	c.play.Handlers = append(c.play.Handlers, handlers...)
	var out []Node
	for _, b := range blocks {
		out = append(out, b)
	}
	return out, nil
}

func (c *Compiler) roleName(up *Context, t *Task) (string, From, error) {
	var from From
	name := t.RoleArg()
	if name == nil {
		return "", from, &Error{Pos: t.Pos, Why: "'name' is a required field for " + t.Action + "."}
	}
	text, err := c.text(c.play, up, t.Vars, name)
	if err != nil {
		return "", from, &Error{Pos: t.Pos, Why: "Error when evaluating the role's name", Err: err}
	}
	for arg, to := range from.fields() {
		if v, ok := t.Args.GetStr(arg); ok {
			s, err := c.text(c.play, up, t.Vars, v)
			if err != nil {
				return "", from, &Error{Pos: t.Pos, Why: "Error when evaluating " + arg, Err: err}
			}
			*to = s
		}
	}
	return text, from, nil
}

func (f *From) fields() map[string]*string {
	return map[string]*string{"tasks_from": &f.Tasks, "vars_from": &f.Vars, "defaults_from": &f.Defaults, "handlers_from": &f.Handlers}
}

// SetFrom fills a From from rendered arguments.
func SetFrom(args *value.Dict) From {
	var f From
	for arg, to := range f.fields() {
		if v, ok := args.GetStr(arg); ok {
			if s, err := value.ToStr(v); err == nil {
				*to = s
			}
		}
	}
	return f
}

// includeRole arranges a role for import_role or include_role at the context in.
func (c *Compiler) includeRole(in *Context, t *Task, def *playbook.Role, from From, public bool) ([]*Block, []*Task, error) {
	var chain []*Role
	if parent := t.Up.Role; parent != nil {
		chain = append(append(chain, parent.parents...), parent)
	}
	own := &playbook.Keywords{}
	if t.Source != nil {
		if w := t.Source.Keywords.Keyword("vars"); w != nil {
			own.List = append(own.List, *w)
		}
	}
	r, err := c.use(c.play, def, t.Up.Role, value.NewDict(), own, from, true)
	if err != nil {
		return nil, nil, err
	}
	r.AllowDuplicates = true
	if v, ok := t.Args.GetStr("allow_duplicates"); ok {
		r.AllowDuplicates = truthy(v)
	}
	if v, ok := t.Args.GetStr("rolespec_validate"); ok && !truthy(v) {
		copied := *r.Def
		copied.ArgumentSpec = nil
		r.Def = &copied
	}
	if public {
		c.play.Roles = append(c.play.Roles, r)
	}
	blocks, err := c.roleBlocks(c.play, r, in, chain)
	if err != nil {
		return nil, nil, err
	}
	handlers, err := c.roleHandlers(r, in, chain)
	return blocks, handlers, err
}

// truthy reads a constant bool as YAML or an argument spells it.
func truthy(v value.Value) bool {
	switch v := v.(type) {
	case value.Bool:
		return bool(v)
	case value.Template:
		return v.Text == "true" || v.Text == "yes" || v.Text == "True" || v.Text == "on" || v.Text == "1"
	case value.Str:
		return truthy(value.Template{Text: string(v)})
	case value.Int:
		return v != 0
	}
	return false
}

// Included is what a dynamic include brought.
type Included struct {
	Blocks []*Block
	// Handlers are new handlers of the play, of included roles.
	Handlers []*Task
	Path     string
}

// ErrNoFile tells that an included file does not exist.
var ErrNoFile = errors.New("no such file")

// IncludeTasks loads a file for an include_tasks task. vars are the loop's variables; special is what apply says.
func (c *Compiler) IncludeTasks(play *Play, t *Task, path string, vars *value.Dict) (*Included, error) {
	c.play = play
	file, err := c.Loader.Tasks(path, roleDef(t.Up.Role), t.Handler)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoFile
	}
	if err != nil {
		return nil, err
	}
	in := c.included(t, vars)
	in.File = value.Str(textOfPath(t, path))
	out := &Included{Path: path}
	if t.Handler {
		h, err := c.handlers(in, file.Entries)
		if err != nil {
			return nil, err
		}
		b := &Block{Up: in}
		for _, task := range h {
			b.Body = append(b.Body, task)
		}
		out.Blocks = []*Block{b}
		return out, nil
	}
	blocks, err := c.blocks(in, file.Entries, false)
	if err != nil {
		return nil, err
	}
	out.Blocks, err = c.filterAll(blocks)
	return out, err
}

// textOfPath is the name by which relative includes further in are found.
func textOfPath(t *Task, path string) string {
	if s, ok := plain(t.file()); ok && !isTemplate(t.file()) {
		return s
	}
	return path
}

// included is the context of what a dynamic include brings: the include's own keywords do not reach it, "apply" does.
func (c *Compiler) included(t *Task, loop *value.Dict) *Context {
	in := t.Up.inner(OfInclude)
	in.vars = above(t.Vars, loop)
	in.includeVars = above(t.IncludeVars, loop)
	if t.FQCN == "ansible.builtin.include" {
		in.vars = above(in.vars, params(t))
	}
	if t.Source != nil {
		if n := t.Source.Action.Get("apply"); n != nil && n.Kind == source.Mapping {
			own := &playbook.Keywords{}
			for _, p := range n.Pairs {
				own.List = append(own.List, playbook.Keyword{Name: p.Key.Text, Written: p.Key.Text, KeyPos: p.Key.Pos, Value: p.Value})
			}
			in.words = c.over(in.words, own, false)
			in.vars = above(in.vars, c.varsOf(own))
		}
	}
	return in
}

// IncludeRole loads a role for an include_role task.
func (c *Compiler) IncludeRole(play *Play, t *Task, name string, from From, vars *value.Dict) (*Included, error) {
	c.play = play
	def, err := c.Loader.Role(name, near(t.Up.Role), from)
	if err != nil {
		return nil, err
	}
	if err := def.Broken(); err != nil {
		return nil, err
	}
	public := false
	if v, ok := t.Args.GetStr("public"); ok {
		public = truthy(v)
	}
	blocks, handlers, err := c.includeRole(c.included(t, vars), t, def, from, public)
	if err != nil {
		return nil, err
	}
	play.Handlers = append(play.Handlers, handlers...)
	out := &Included{Handlers: handlers, Path: def.Dir}
	out.Blocks, err = c.filterAll(blocks)
	return out, err
}
