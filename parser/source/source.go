// Package source reads YAML 1.1 the way PyYAML's safe loader reads it and keeps the place of everything.
//
// Syntax is yaml.v3's, a port of the libyaml that Ansible reads with. Which type a plain scalar has is decided here
// (resolve.go), because YAML 1.1 (yes/no/on/off, 0644 octal, 1:30 sexagesimal, merge keys, later duplicate wins) is what
// Ansible content is written for. So is the place of everything (extent.go): yaml.v3 says where a value starts, but not
// where it ends, where a character of a folded scalar stood, where comments are, or exactly where an error is;
// findings, run-time errors and fixes all need that.
package source

import (
	"fmt"
	"math/big"
	"time"
)

// Pos is a place in a file. Line and Column count from 1, Column in characters (not bytes).
// The zero Pos means "no place known".
type Pos struct {
	File   string
	Line   int
	Column int
}

// String gives file:line:column, the form editors and terminals make clickable.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// IsZero tells whether no place is known.
func (p Pos) IsZero() bool { return p == Pos{} }

// Kind is the type of a Node after YAML 1.1 resolution.
type Kind uint8

// The kinds of nodes.
const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	Timestamp
	Binary
	Sequence
	Mapping
)

// Style is how a scalar was written; fixes keep it.
type Style uint8

// The styles of scalars.
const (
	Plain Style = iota
	SingleQuoted
	DoubleQuoted
	Literal
	Folded
)

// Node is a YAML value and its place. A Node is immutable once its file is read, and safe to share.
//
// A repository has a hundred thousand of them, so that each word here is a megabyte there: what few nodes have is behind a pointer.
type Node struct {
	Kind  Kind
	Style Style
	// opened tells that the text starts behind the quote, and nowhere else: what lines would say of most quoted scalars.
	opened bool
	end    struct{ line, column int32 }
	Pos    Pos // first character, tag and anchor not counted
	// Text is a scalar's text as written, after YAML's own unescaping: "0644", "yes", "{{ x }}".
	Text string
	rare *rare

	Items []*Node // of a Sequence
	// Pairs of a Mapping in document order, merge keys already applied, of duplicates the last one.
	Pairs []Pair
}

// rare is what few nodes have.
type rare struct {
	tag   string
	value any // of a scalar that is no string: bool, int64, *big.Int, float64, *Time, []byte
	lines []lineStart
}

// booleans are what the commonest values share.
var booleans = map[bool]*rare{true: {value: true}, false: {value: false}}

// own is a node's own rare, to be filled in while its file is read.
func (n *Node) own() *rare {
	switch n.rare {
	case nil:
		n.rare = &rare{}
	case booleans[true], booleans[false]:
		n.rare = &rare{value: n.rare.value}
	}
	return n.rare
}

func (n *Node) setValue(v any) {
	if b, ok := v.(bool); ok && n.rare == nil {
		n.rare = booleans[b]
		return
	}
	n.own().value = v
}

// Tag is an explicit application tag ("!vault", "!unsafe"), or "".
func (n *Node) Tag() string {
	if n.rare == nil {
		return ""
	}
	return n.rare.tag
}

// End is just past the node's last character.
func (n *Node) End() Pos {
	return Pos{File: n.Pos.File, Line: int(n.end.line), Column: int(n.end.column)}
}

func (n *Node) setEnd(p Pos) { n.end.line, n.end.column = int32(p.Line), int32(p.Column) }

// starts are where a scalar's text goes on in another line.
func (n *Node) starts() []lineStart {
	switch {
	case n.opened:
		return []lineStart{n.behindQuote()}
	case n.rare == nil:
		return nil
	}
	return n.rare.lines
}

// behindQuote is where the text of a quoted scalar starts.
func (n *Node) behindQuote() lineStart {
	return lineStart{0, int32(n.Pos.Line), int32(n.Pos.Column) + 1}
}

func (n *Node) setStarts(lines []lineStart) {
	switch {
	case len(lines) == 1 && lines[0] == n.behindQuote():
		n.opened = true
	case len(lines) > 0:
		n.own().lines = lines
	}
}

// Bool is a Bool's value, false for other nodes.
func (n *Node) Bool() bool { return valueOf[bool](n) }

// Int is an Int's value, 0 where 64 bits do not hold it.
func (n *Node) Int() int64 { return valueOf[int64](n) }

// Big is the value of an Int that 64 bits do not hold, nil for other nodes.
func (n *Node) Big() *big.Int { return valueOf[*big.Int](n) }

// Float is a Float's value, 0 for other nodes.
func (n *Node) Float() float64 { return valueOf[float64](n) }

// Time is a Timestamp's value, nil for other nodes.
func (n *Node) Time() *Time { return valueOf[*Time](n) }

// Bytes are a Binary's, decoded; nil for other nodes. They belong to the node.
func (n *Node) Bytes() []byte { return valueOf[[]byte](n) }

func valueOf[T any](n *Node) T {
	if n.rare == nil {
		return *new(T)
	}
	v, _ := n.rare.value.(T)
	return v
}

// Time is a timestamp: a date, or a moment with or without a time zone.
type Time struct {
	time.Time
	DateOnly bool
	Naive    bool // no zone was given
}

// String is Python's str() of the date or datetime.
func (t *Time) String() string {
	layout := "2006-01-02 15:04:05"
	if t.DateOnly {
		return t.Format("2006-01-02")
	}
	if t.Nanosecond() != 0 {
		layout += ".000000"
	}
	if !t.Naive {
		layout += "-07:00"
	}
	return t.Format(layout)
}

// String is the node's place, which makes a node the origin of a template.
func (n *Node) String() string { return n.Pos.String() }

// Pair is one entry of a Mapping.
type Pair struct {
	Key   *Node
	Value *Node
	// Merged tells that the entry came in through "<<".
	Merged bool
}

// Get returns the value under a string key, or nil. It is nil-safe.
func (n *Node) Get(key string) *Node {
	if p := n.Pair(key); p != nil {
		return p.Value
	}
	return nil
}

// Pair returns the entry under a string key, or nil. It is nil-safe.
func (n *Node) Pair(key string) *Pair {
	if n == nil || n.Kind != Mapping {
		return nil
	}
	for i := range n.Pairs {
		if n.Pairs[i].Key.Kind != Mapping && n.Pairs[i].Key.Text == key {
			return &n.Pairs[i]
		}
	}
	return nil
}

// IsScalar tells whether n is neither a sequence nor a mapping.
func (n *Node) IsScalar() bool { return n != nil && n.Kind != Sequence && n.Kind != Mapping }

// File is one YAML file as read: its documents, its text for snippets and fixes, and what PyYAML would have warned of.
type File struct {
	Path     string
	Text     string
	Docs     []*Node
	comments []int32 // where they start: a repository has as many as it has values, and few are asked for
	Warnings []Warning
}

// Comment is a comment line or the comment at a line's end, "#" included.
type Comment struct {
	Pos  Pos
	Text string
}

// Warning is something PyYAML or Ansible would warn of, such as a duplicate key.
type Warning struct {
	Pos     Pos
	Message string
}

// Error says that a file could not be read as YAML, and where.
type Error struct {
	Pos  Pos
	Why  string
	Hint string // what to try, or ""
}

func (e *Error) Error() string {
	if e.Hint != "" {
		return fmt.Sprintf("%s: %s (%s)", e.Pos, e.Why, e.Hint)
	}
	return fmt.Sprintf("%s: %s", e.Pos, e.Why)
}

// Entries are a Mapping's pairs, none for other nodes. It is nil-safe.
func (n *Node) Entries() []Pair {
	if n == nil || n.Kind != Mapping {
		return nil
	}
	return n.Pairs
}
