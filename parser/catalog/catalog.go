// Package catalog is what is known of each Ansible module: its names, its arguments, and whether we run it natively.
//
// One place for the parser (what does "apt: name=x" mean?), the linter (which argument is the path?), run-time
// validation (is "onwer" an argument of file?) and the docs. Nothing here does anything: the work of a module is in
// executor/module, the work of an action in executor/action.
package catalog

import (
	"slices"
	"strings"
)

// Type is the type of an argument in Ansible's argument_spec.
type Type uint8

// The types of arguments.
const (
	Str Type = iota
	Bool
	Int
	Float
	Path // a path on the target: ~ and $VARS are expanded there
	List
	Dict
	Raw
	JSON
	Bits
	Bytes
)

// String is the type's name in Ansible's documentation.
func (t Type) String() string {
	return [...]string{"str", "bool", "int", "float", "path", "list", "dict", "raw", "json", "bits", "bytes"}[t]
}

// Arg is one documented argument.
type Arg struct {
	Name     string
	Type     Type
	Elem     Type // of List
	Required bool
	// Default is Ansible's default, "" where there is none: the text itself for Str, Path and Raw ("# {mark} ..." is no
	// comment), YAML for the other types.
	Default string
	// EmptyDefault tells that the default is the empty string rather than none.
	EmptyDefault bool
	Choices      []string
	Aliases      []string
	// Unsupported tells that Ansible's module has the argument and ours does not: giving it is refused. Pointless tells that
	// it is accepted and means nothing here.
	Unsupported, Pointless bool
	// Refused are values that Ansible's module takes and ours does not.
	Refused []string
	// Ordered tells of a Dict whose order counts: the module gets a list of dicts of one entry each.
	Ordered bool
	// NoLog keeps the value out of every output.
	NoLog bool
	// Options are the arguments of a Dict, or of each Dict of a List.
	Options []Arg
}

// Refuses tells whether an argument that is written so is refused, be it the argument or the value.
func (a *Arg) Refuses(text string) bool {
	return a.Unsupported && !strings.EqualFold(text, a.Default) || slices.Contains(a.Refused, text)
}

// Where tells who does a module's work.
type Where uint8

// Who does the work.
const (
	NotNative  Where = iota // known by name and arguments only; run refuses it up front
	Target                  // executor/module, on the target
	Controller              // executor/action, on the controller (maybe calling target modules)
	Strategy                // the strategy itself: words of the playbook language that look like modules
)

// Module is one entry of the catalog.
type Module struct {
	FQCN string // "ansible.builtin.apt": the identity
	Args []Arg
	// Common are shared argument groups; "file" (owner, group, mode, ...) is the only one so far.
	Common []string
	// FreeForm tells that the module takes a bare string.
	FreeForm bool
	Where    Where

	MutuallyExclusive [][]string
	RequiredTogether  [][]string
	RequiredOneOf     [][]string
	RequiredIf        []RequiredIf
	RequiredBy        []RequiredBy
	// CheckMode tells that the module predicts in check mode instead of being skipped.
	CheckMode bool
}

// RequiredBy demands arguments when another is given.
type RequiredBy struct {
	Arg   string
	Needs []string
}

// RequiredIf demands arguments when another has a value.
type RequiredIf struct {
	Arg   string
	Value string
	Needs []string
	AnyOf bool
}
