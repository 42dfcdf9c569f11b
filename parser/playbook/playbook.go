// Package playbook turns Ansible content into typed, positioned values: plays, blocks, tasks, handlers, roles.
//
// Old and new spellings are one thing after parsing (`apt: name=x`, `action: apt name=x`, `local_action`, `args:`,
// FQCN; `user:` and `remote_user:`; `sudo:`), while the original text stays reachable for messages and fixes.
// Nothing is executed and nothing is templated here: a name or path that holds a template stays text.
package playbook

import (
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/source"
)

// Playbook is one playbook file.
type Playbook struct {
	Path  string
	File  *source.File
	Plays []*Play // import_playbook entries included, as plays with Import set
	// Problems are what is wrong in this file; those of files that it brings in are theirs.
	Problems []*Problem
}

// Play is one play, or one import_playbook entry.
type Play struct {
	Keywords
	Node *source.Node
	Pos  source.Pos
	Name string
	// Import is set for import_playbook (or the old play-level include): the file as written.
	Import *Import

	Roles     []*RoleRef
	PreTasks  []Entry
	Tasks     []Entry
	PostTasks []Entry
	Handlers  []Entry
}

// Import is an import_playbook entry. Playbook is nil where the name is templated or Err says why it was not read.
type Import struct {
	// Word is the key as written: import_playbook, or include, which ansible-core had until 2.12.
	Word     string
	Name     string
	Pos      source.Pos
	Playbook *Playbook
	Err      error
}

// Entry is a *Task or a *Block.
type Entry interface {
	entry()
	// Words are the entry's own keywords, inheritance not applied.
	Words() *Keywords
	// Place is where the entry starts: the first key of its mapping.
	Place() source.Pos
}

// Block is block/rescue/always.
type Block struct {
	Keywords
	Node   *source.Node
	Pos    source.Pos
	Name   string
	Block  []Entry
	Rescue []Entry
	Always []Entry
}

// Task is one task or handler.
type Task struct {
	Keywords
	Node *source.Node
	Pos  source.Pos // of the task's first key: what ansible-lint and editors report
	Name string     // as written, "" without one
	// Action is the module and its arguments.
	Action Action
	// Loop is loop:, with_X: or nil.
	Loop *Loop
	// File is the task's file.
	File *TaskFile
	// Handler tells that the task was defined as a handler.
	Handler bool
	// Static is the content of import_tasks, import_role, and of include, include_tasks, include_role where the name is
	// constant. For the dynamic forms it is what they will load; only import_* is expanded before the run.
	Static *Static
}

// Static is the resolved content of an import or constant include.
type Static struct {
	File *TaskFile // of *_tasks
	Role *Role     // of *_role
	Err  error     // why it could not be resolved, nil if it was
}

// Action is a module call, normalised.
type Action struct {
	// Name is the module as written: "apt", "ansible.builtin.apt".
	Name string
	// Module is its catalog entry, nil for an unknown module.
	Module *catalog.Module
	// Pos is the place of the name.
	Pos source.Pos
	// Args are the arguments by canonical name (aliases resolved), in written order.
	Args []Arg
	// FreeForm is the bare string of command, shell, raw, script, meta, include_*; nil without one.
	FreeForm *source.Node
	// Splat is a templated whole-argument form (`args: "{{ d }}"`), nil without one.
	Splat    *source.Node
	Spelling Spelling
}

// Arg is one argument of an action.
type Arg struct {
	Name    string // canonical
	Written string // as written: "dest" where Name is "path"
	Value   *source.Node
	KeyPos  source.Pos
}

// Get returns an argument's value by canonical name, or nil.
func (a *Action) Get(name string) *source.Node {
	for i := range a.Args {
		if a.Args[i].Name == name {
			return a.Args[i].Value
		}
	}
	return nil
}

// Spelling is how an action was written.
type Spelling uint8

// The spellings of actions.
const (
	AsMapping     Spelling = iota // apt: {name: x}
	AsKV                          // apt: name=x
	AsAction                      // action: apt name=x
	AsLocalAction                 // local_action: apt name=x
)

// Loop is a task's loop.
type Loop struct {
	// Kind is "loop" or the lookup of with_X: "items", "dict", "fileglob", ...
	Kind  string
	Pos   source.Pos
	Value *source.Node
}

// TaskFile is one file of tasks or handlers, read once and shared by all that include it.
type TaskFile struct {
	Path    string
	File    *source.File
	Entries []Entry
	// Role is the role that the file was found in, nil outside roles.
	Role *Role
	// Handlers tells that the file was read as one of handlers.
	Handlers bool
	// Problems are what is wrong in this file; those of files that it brings in are theirs.
	Problems []*Problem
}

// Role is a role on disk.
type Role struct {
	Name         string
	Dir          string
	Tasks        *TaskFile // tasks/main, nil without one
	Handlers     *TaskFile
	Defaults     *source.Node
	Vars         *source.Node
	Meta         *source.Node
	Dependencies []*RoleRef
	ArgumentSpec *source.Node
	// From says which files were read in place of main.
	From From
	// Problems are what is wrong in the files of the role other than task files.
	Problems []*Problem

	badFrom *Problem // what is wrong with From
}

// From names the files that a role's content comes from, "" for main: the *_from arguments of include_role.
type From struct{ Tasks, Vars, Defaults, Handlers string }

// RoleRef is an entry of roles: or of a role's dependencies.
type RoleRef struct {
	Keywords
	Node   *source.Node
	Pos    source.Pos
	Name   string
	Params []source.Pair // role parameters given beside the keywords
	Role   *Role         // nil where templated or where Err says why it was not found
	Err    error
}

// Keyword is one keyword of a play, block, task or role, under its present name.
type Keyword struct {
	Name    string // "remote_user" where Written is "user"
	Written string
	KeyPos  source.Pos
	Value   *source.Node
}

// Keywords are the keywords of one object in written order, without those that have fields of their own
// (name, tasks, roles, block, ...).
type Keywords struct{ List []Keyword }

// Keyword returns a keyword by its present name, or nil.
func (k *Keywords) Keyword(name string) *Keyword {
	for i := range k.List {
		if k.List[i].Name == name {
			return &k.List[i]
		}
	}
	return nil
}

// Value returns a keyword's value, or nil.
func (k *Keywords) Value(name string) *source.Node {
	if w := k.Keyword(name); w != nil {
		return w.Value
	}
	return nil
}

func (*Task) entry()  {}
func (*Block) entry() {}

// Words implements Entry.
func (t *Task) Words() *Keywords { return &t.Keywords }

// Words implements Entry.
func (b *Block) Words() *Keywords { return &b.Keywords }

// Place implements Entry.
func (t *Task) Place() source.Pos { return t.Pos }

// Place implements Entry.
func (b *Block) Place() source.Pos { return b.Pos }
