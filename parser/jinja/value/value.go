// Package value is Python's data model as far as Jinja templates can see it.
//
// Fidelity of templates is decided here: a Go map or a float64 in place of Python's dict or int would
// be wrong in a hundred small ways. Lists and dicts are references, dicts keep insertion order and treat
// 1, 1.0 and True as one key, ints grow without bound, Undefined is a value of its own beside None.
package value

import "math/big"

// Value is a Python value. The concrete types are those of this package; nil is not a valid Value.
type Value interface {
	// TypeName is Python's name of the type: "str", "int", "NoneType", "dict", ...
	TypeName() string
}

type (
	// NoneType is the type of None.
	NoneType struct{}
	// Bool is a Python bool. It counts as the ints 0 and 1 in arithmetic and as a key.
	Bool bool
	// Int is a Python int that fits 64 bits; results that do not become *BigInt.
	Int int64
	// Float is a Python float.
	Float float64
	// Str is text that is never rendered as a template again: results, facts, anything from outside.
	Str string
	// Bytes is a Python bytes object.
	Bytes []byte
	// Tuple is an immutable sequence.
	Tuple []Value
)

// BigInt is a Python int beyond 64 bits. It is always normalised: what fits Int is Int.
type BigInt struct{ *big.Int }

// List is a Python list, by reference.
type List struct{ Items []Value }

// None is the only value of NoneType.
var None = NoneType{}

// Template is text which its author means to be a template, as found in playbooks, vars files and inventories,
// and which is not rendered yet. The evaluator never meets one: whoever resolves variables binds it to a scope
// as a Lazy first. Where Ansible's trust model is concerned, Template is "trusted", Str is not.
type Template struct {
	Text string
	// Origin gives the place for messages; any type with a String method, or nil.
	Origin interface{ String() string }
}

// Lazy is a value that is computed when it is read, such as a Template bound to a host's variables.
// Containers may hold Lazy items; reading an item forces it. Force must be idempotent and detect its own recursion.
type Lazy interface {
	Value
	Force() (Value, error)
}

// TypeName implements Value.
func (NoneType) TypeName() string { return "NoneType" }

// TypeName implements Value.
func (Bool) TypeName() string { return "bool" }

// TypeName implements Value.
func (Int) TypeName() string { return "int" }

// TypeName implements Value.
func (Float) TypeName() string { return "float" }

// TypeName implements Value.
func (Str) TypeName() string { return "str" }

// TypeName implements Value.
func (Bytes) TypeName() string { return "bytes" }

// TypeName implements Value.
func (Tuple) TypeName() string { return "tuple" }

// TypeName implements Value.
func (*BigInt) TypeName() string { return "int" }

// TypeName implements Value.
func (*List) TypeName() string { return "list" }

// TypeName implements Value.
func (Template) TypeName() string { return "str" }

// NewList returns a list of the items; it keeps the slice.
func NewList(items ...Value) *List { return &List{Items: items} }
