// Package template is Ansible's layer over Jinja: what a playbook author may write between "{{" and "}}", and what becomes of it.
//
// Jinja (package parser/jinja) evaluates one template against one resolver. Ansible adds four ideas, which live here:
//
//   - Variables are lazy. A variable's value may itself be a template; it is rendered when it is read, in the scope of the
//     host and task that reads it, and a variable that needs itself is reported with the path of the loop.
//   - Trust. Only value.Template is ever rendered. What a module, a fact or a lookup returned is value.Str and stays text,
//     whatever braces it contains.
//   - Types. An argument that is one expression keeps the expression's type ("{{ 2 * 3 }}" is the int 6), as ansible-core does
//     since 2.19. With Compat Classic the older rules hold: everything becomes text, and text that looks like a list, a
//     dict or a bool is read as one.
//   - Words: the filters, tests and lookups of ansible.builtin and the most used ones of the community collections.
package template

import (
	"context"
	"time"

	"pylint-deploy/parser/jinja/value"
)

// Compat selects the rules of types.
type Compat uint8

const (
	// Modern keeps the types of expressions, the rules of ansible-core 2.19 and later.
	Modern Compat = iota
	// Classic renders to text and reads lists, dicts and bools back from it, the rules up to ansible-core 2.18.
	Classic
)

// Config is what a Templar needs to know about the run. The zero Config works: modern rules, the working directory as the
// only search path, no vault, no inventory. Functions must be safe for concurrent use.
type Config struct {
	Compat Compat
	// BaseDir is the directory of the playbook; the last place where file lookups search. The variable
	// ansible_search_path of the scope, a list of directories, comes before it.
	BaseDir string
	// Decrypt opens vault-encrypted content for file lookups; nil means that no vault secret was given.
	Decrypt func(ciphertext []byte) ([]byte, error)
	// Hosts expands an inventory pattern, for the lookup inventory_hostnames.
	Hosts func(pattern string) ([]string, error)
	// Setting reads a configuration value by Ansible's name (DEFAULT_FORKS), for the lookup config.
	Setting func(name string) (value.Value, bool)
	// Warn receives what Ansible would print as a warning; nil drops it.
	Warn func(message string)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// NoLookups refuses lookups, for content that must not run anything on the controller.
	NoLookups bool
}

// Scope gives the variables of one host and task as they were written, by precedence. Values may hold value.Template
// anywhere; the Templar renders them when they are read. The magic variables (hostvars, groups, omit, ...) come from
// the scope too. A Scope must not change while a render that uses it runs.
type Scope interface {
	Lookup(name string) (value.Value, bool)
	// Names lists the variables, for suggestions and the lookup varnames. Order does not matter.
	Names() []string
}

// Vars is a Scope over a dict with string keys.
type Vars struct{ *value.Dict }

// Lookup implements Scope.
func (v Vars) Lookup(name string) (value.Value, bool) { return v.GetStr(name) }

// Names implements Scope.
func (v Vars) Names() []string {
	var names []string
	for k := range v.All() {
		if s, ok := k.(value.Str); ok {
			names = append(names, string(s))
		}
	}
	return names
}

// Templar renders for one run. It is safe for concurrent use; parsed templates are shared by all of a process.
type Templar struct {
	cfg Config
}

// New returns a Templar.
func New(cfg Config) *Templar { return &Templar{cfg: cfg} }

// Value renders v deeply: every value.Template in it, lists and dicts copied, everything else as it is. Types are kept.
func (t *Templar) Value(ctx context.Context, s Scope, v value.Value) (value.Value, error) {
	return nil, errNotBuilt
}

// Text renders v and returns it as the text that a command line or a name gets.
func (t *Templar) Text(ctx context.Context, s Scope, v value.Value) (string, error) {
	return "", errNotBuilt
}

// Expr evaluates an expression without braces, such as debug's var. It is a value.Template or a value.Str that names a variable.
func (t *Templar) Expr(ctx context.Context, s Scope, expr value.Template) (value.Value, error) {
	return nil, errNotBuilt
}

// Verdict is the outcome of a condition.
type Verdict struct {
	True bool
	// Result is the condition's own value, for messages.
	Result value.Value
	// Warning is set where the condition is not a bool, which ansible-core 2.19 refuses and this program accepts by truth value.
	Warning string
}

// Bool evaluates a condition (when, changed_when, failed_when, until, that): an expression without braces, a bool, or a
// list of them, which all must hold. Items are value.Template, value.Bool or any plain value.
func (t *Templar) Bool(ctx context.Context, s Scope, cond value.Value) (Verdict, error) {
	return Verdict{}, errNotBuilt
}

// Args renders a task's arguments. Entries whose value is Omit are left out, in nested dicts and lists too.
func (t *Templar) Args(ctx context.Context, s Scope, args *value.Dict) (*value.Dict, error) {
	return nil, errNotBuilt
}

// Document is a template file.
type Document struct {
	// Path is where the text was read from, for messages and for relative includes.
	Path string
	Text string
	// SearchPath lists further directories for include, import and extends, after that of Path.
	SearchPath []string
	Syntax     Syntax
}

// Syntax holds the options of the module template, under its names. The zero Syntax has Jinja's delimiters;
// trim_blocks is on unless KeepBlockNewline is set.
type Syntax struct {
	BlockStart, BlockEnd       string
	VariableStart, VariableEnd string
	CommentStart, CommentEnd   string
	NewlineSequence            string // "\n", "\r\n" or "\r"
	KeepBlockNewline           bool   // trim_blocks: false
	LstripBlocks               bool
}

// File renders a template file to text. A first line "#jinja2: trim_blocks: False, ..." overrides the syntax.
func (t *Templar) File(ctx context.Context, s Scope, doc Document) (string, error) {
	return "", errNotBuilt
}

// Items gives the items of a loop written as with_<lookup>: terms are rendered and handed to the lookup.
func (t *Templar) Items(ctx context.Context, s Scope, lookup string, terms value.Value) ([]value.Value, error) {
	return nil, errNotBuilt
}

// Lookup runs a lookup as query() does and returns its list. kwargs may be nil. Results are never templates.
func (t *Templar) Lookup(ctx context.Context, s Scope, name string, terms []value.Value, kwargs *value.Dict) ([]value.Value, error) {
	return nil, errNotBuilt
}

// IsTemplate tells whether text holds anything for the engine to do.
func IsTemplate(text string) bool { return false }
