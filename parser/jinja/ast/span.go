// Package ast is the syntax tree of Jinja templates: what the text says, with the place of every part.
//
// The evaluator and the linter read the same tree. Nothing in it changes after parsing.
package ast

// Pos is a place in a template.
type Pos struct {
	Offset int // in bytes, from 0
	Line   int // from 1
	Column int // in characters, from 1
}

// Span is the text from Start up to, but without, End.
type Span struct{ Start, End Pos }

// Node is a part of the tree.
type Node interface {
	Span() Span
}

// Expr is an expression.
type Expr interface {
	Node
	expr()
}

// Stmt is a statement: text, a print or a tag.
type Stmt interface {
	Node
	stmt()
}

// Template is a whole text.
type Template struct {
	Name string
	Body []Stmt
	At   Span
}

// Span implements Node.
func (t *Template) Span() Span { return t.At }
