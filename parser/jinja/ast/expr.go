package ast

import "pylint-deploy/parser/jinja/value"

// ExprNode is embedded by every expression to give its span.
type ExprNode struct{ At Span }

// Span implements Node.
func (n *ExprNode) Span() Span { return n.At }

func (*ExprNode) expr() {}

// Const is a literal.
type Const struct {
	ExprNode
	Value value.Value
}

// Name reads a variable, or is the target of an assignment.
type Name struct {
	ExprNode
	Name string
}

// NSRef is the target `name.attr` of a set, where name is a namespace.
type NSRef struct {
	ExprNode
	Name, Attr string
}

// Tuple is a tuple display, or a tuple of targets.
type Tuple struct {
	ExprNode
	Items []Expr
}

// List is a list display.
type List struct {
	ExprNode
	Items []Expr
}

// Dict is a dict display.
type Dict struct {
	ExprNode
	Keys, Values []Expr
}

// Cond is `Then if Test else Else`. Else is nil where it was not written.
type Cond struct {
	ExprNode
	Test, Then, Else Expr
}

// Binary is arithmetic: + - * / // % or **.
type Binary struct {
	ExprNode
	Op          string
	Left, Right Expr
}

// Logic is `and` or `or`.
type Logic struct {
	ExprNode
	Or          bool
	Left, Right Expr
}

// Not is `not X`, also that of `is not`.
type Not struct {
	ExprNode
	X Expr
}

// Sign is unary + or -.
type Sign struct {
	ExprNode
	Op string
	X  Expr
}

// Compare is a chain of comparisons.
type Compare struct {
	ExprNode
	Left Expr
	Ops  []Operand
}

// Operand is one link of a Compare. The operators are == != < <= > >= in and "not in".
type Operand struct {
	Op string
	X  Expr
}

// Concat is the ~ operator.
type Concat struct {
	ExprNode
	Parts []Expr
}

// GetAttr is X.Name.
type GetAttr struct {
	ExprNode
	X    Expr
	Name string
}

// GetItem is X[Key], and X.0.
type GetItem struct {
	ExprNode
	X, Key Expr
}

// Slice is start:stop:step within brackets; absent parts are nil.
type Slice struct {
	ExprNode
	Start, Stop, Step Expr
}

// Args are the arguments of a call, filter or test.
type Args struct {
	Pos          []Expr
	Kw           []Keyword
	Star, StarKw Expr // *args and **kwargs, nil where absent
}

// Keyword is a named argument.
type Keyword struct {
	Name  string
	Value Expr
}

// Call is Fn(Args).
type Call struct {
	ExprNode
	Fn   Expr
	Args Args
}

// Filter is X | Name(Args). X is nil where the filter applies to the body of a block.
type Filter struct {
	ExprNode
	X    Expr
	Name string
	Args Args
}

// Test is X is Name(Args).
type Test struct {
	ExprNode
	X    Expr
	Name string
	Args Args
}
