// Package plan arranges a play for running: roles in their order, imports in their place, and for each task the keywords
// that it has and inherits.
//
// The parser says what is written; a plan says what it means. Its parts are immutable once built, apart from what dynamic
// includes add while the play runs (Compiler.IncludeTasks and IncludeRole), and are shared by all hosts.
//
// Inheritance follows ansible-core: a task's own keyword, then its blocks', outwards, then its role's and the roles that
// depend on it, then the play's. "when", "tags", "environment" and "module_defaults" add up instead of replacing. What an
// include_* task says holds for itself only (its vars and "apply" excepted); what an import_* task says is inherited.
package plan

import (
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// Play is a play that is ready to run.
type Play struct {
	Source *playbook.Play
	// Name as written, unrendered; nil without one.
	Name value.Value
	// Top is the outermost context: the play's own keywords and variables.
	Top *Context
	// Setup is the implicit task that gathers facts; nil where tags leave it out.
	Setup *Task
	// Blocks are the tasks in their order: pre_tasks, roles, tasks, post_tasks, with the flushing of handlers between.
	Blocks []*Block
	// Handlers are all handlers, those of roles first. Of several with one name the last counts.
	Handlers []*Task
	// Roles are those whose defaults and vars all of the play sees: roles:, import_role, and public include_role.
	Roles []*Role
	// Direct are the names of roles:, in their order.
	Direct []*Role

	cache map[string]*Role
}

// Node is a *Task or a *Block.
type Node interface{ node() }

// Block is block/rescue/always, or the implicit block of a run of tasks.
type Block struct {
	Body, Rescue, Always []Node
	Up                   *Context
}

// Task is one task in its place.
type Task struct {
	ID     int
	Source *playbook.Task // nil for implicit tasks
	Up     *Context
	// Action is the module as written; FQCN its identity, or Action where it is not known.
	Action, FQCN string
	Module       *catalog.Module
	// Name as written, nil without one.
	Name value.Value
	// Args by canonical name, unrendered. FreeForm is the bare string, Splat a whole-argument template.
	Args            *value.Dict
	FreeForm, Splat value.Value
	// LoopKind is "" without a loop, "loop", or the lookup of with_X.
	LoopKind string
	Loop     value.Value
	Register string
	// Implicit tasks are the program's own: they are not shown.
	Implicit bool
	// Handler tells that the task was defined as a handler.
	Handler bool
	// Group is the list that a handler stands in. Of equal names the last list's counts, and in it the first.
	Group int
	// Listen are the topics of a handler.
	Listen value.Value
	// Pos is where the task stands.
	Pos source.Pos

	words words
	// Vars are the variables of the task and of what encloses it, role and play excepted.
	Vars *value.Dict
	// IncludeVars are the variables that includes around the task brought, which come above set_fact.
	IncludeVars *value.Dict
}

func (*Task) node()  {}
func (*Block) node() {}

// Role is a role as used by a play with certain parameters. The same name, parameters and keywords are the same Role.
type Role struct {
	Def    *playbook.Role
	Name   string
	Params *value.Dict
	// Vars are the vars: of its use; RoleVars and Defaults are its files'.
	Vars, RoleVars, Defaults *value.Dict
	Deps                     []*Role
	AllowDuplicates          bool

	words   *playbook.Keywords
	parents []*Role
	from    From
	blocks  map[*Context][]*Block
	handled bool
}

// Dir is the role's directory.
func (r *Role) Dir() string { return r.Def.Dir }

// From names other files than main in a role's folders: tasks_from and its like.
type From struct{ Tasks, Vars, Defaults, Handlers string }

// Kind is the kind of a Context.
type Kind uint8

// The kinds of contexts.
const (
	OfPlay Kind = iota
	OfRole
	OfBlock
	OfImport
	OfInclude
)

// Context is what encloses tasks: a play, a role, a block, an import or an include.
type Context struct {
	Kind Kind
	Up   *Context
	// Role is the role that tasks of this context belong to, nil outside roles. Chain leads to it: the roles that
	// depend on it or include it, outermost first, itself last.
	Role  *Role
	Chain []*Role
	// File is the file name as included, for relative includes further in; nil elsewhere.
	File value.Value

	words words
	vars  *value.Dict
	// includeVars are of includes only.
	includeVars *value.Dict
}

// RoleDefaults, RoleVars and RoleParams are what tasks of this context see of their own role, dependencies and the
// chain included.

// RoleDefaults are the defaults, weakest first merged.
func (c *Context) RoleDefaults() *value.Dict {
	if c.Role == nil {
		return nil
	}
	out := value.NewDict()
	for _, dep := range c.Role.allDeps() {
		merge(out, dep.DefaultsDeep())
	}
	for _, r := range c.Chain {
		merge(out, r.Defaults)
	}
	merge(out, c.Role.Defaults)
	return out
}

// RoleVars are the vars of the chain, the dependencies and the role itself.
func (c *Context) RoleVars() *value.Dict {
	if c.Role == nil {
		return nil
	}
	out := value.NewDict()
	for _, r := range c.Chain {
		merge(out, r.Vars)
		merge(out, r.RoleVars)
	}
	merge(out, c.Role.VarsDeep())
	return out
}

// RoleParams are the parameters given in roles: and dependencies:.
func (c *Context) RoleParams() *value.Dict {
	if c.Role == nil {
		return nil
	}
	out := value.NewDict()
	for _, r := range c.Chain {
		merge(out, r.Params)
	}
	merge(out, c.Role.Params)
	return out
}

// DefaultsDeep are the role's defaults above those of its dependencies.
func (r *Role) DefaultsDeep() *value.Dict {
	out := value.NewDict()
	for _, dep := range r.allDeps() {
		merge(out, dep.Defaults)
	}
	merge(out, r.Defaults)
	return out
}

// VarsDeep are the role's vars above those of its dependencies.
func (r *Role) VarsDeep() *value.Dict {
	out := value.NewDict()
	for _, dep := range r.allDeps() {
		merge(out, dep.Vars)
		merge(out, dep.RoleVars)
	}
	merge(out, r.Vars)
	merge(out, r.RoleVars)
	return out
}

// allDeps are the dependencies of the role and of its dependencies, in the order in which they run.
func (r *Role) allDeps() []*Role {
	var out []*Role
	for _, dep := range r.Deps {
		out = append(append(out, dep.allDeps()...), dep)
	}
	return out
}

// AllDeps are the dependencies of the role, deep.
func (r *Role) AllDeps() []*Role { return r.allDeps() }

// Parents are the roles that brought this one in.
func (r *Role) Parents() []*Role { return r.parents }

// Tasks lists the tasks of a block, deep.
func (b *Block) Tasks() []*Task {
	var out []*Task
	for _, part := range [][]Node{b.Body, b.Rescue, b.Always} {
		for _, n := range part {
			switch n := n.(type) {
			case *Task:
				out = append(out, n)
			case *Block:
				out = append(out, n.Tasks()...)
			}
		}
	}
	return out
}

// Empty tells that there is nothing to run.
func (b *Block) Empty() bool { return len(b.Body)+len(b.Rescue)+len(b.Always) == 0 }

// merge puts the entries of from into to; from may be nil.
func merge(to, from *value.Dict) {
	if from == nil {
		return
	}
	for k, v := range from.All() {
		to.Set(k, v) // keys of a dict are hashable
	}
}
