package ast

// StmtNode is embedded by every statement to give its span, which is that of its first tag or text.
type StmtNode struct{ At Span }

// Span implements Node.
func (n *StmtNode) Span() Span { return n.At }

func (*StmtNode) stmt() {}

// Text is what stands outside of tags.
type Text struct {
	StmtNode
	Text string
}

// Print is {{ X }}, and each part of {% print %}.
type Print struct {
	StmtNode
	X Expr
}

// For is a loop.
type For struct {
	StmtNode
	Target     Expr // *Name or *Tuple
	Iter       Expr
	Filter     Expr // the condition after if, or nil
	Recursive  bool
	Body, Else []Stmt
}

// If has one branch for each if and elif.
type If struct {
	StmtNode
	Branches []Branch
	Else     []Stmt
}

// Branch is a condition and what happens if it holds.
type Branch struct {
	Test Expr
	Body []Stmt
}

// Set is {% set Target = Value %}. The target is a *Name, *Tuple or *NSRef.
type Set struct {
	StmtNode
	Target, Value Expr
}

// SetBlock is {% set Target %}Body{% endset %}; Filter is nil or a chain of filters whose innermost X is nil.
type SetBlock struct {
	StmtNode
	Target Expr
	Filter *Filter
	Body   []Stmt
}

// With is {% with Targets = Values %}.
type With struct {
	StmtNode
	Targets, Values []Expr
	Body            []Stmt
}

// Params are the parameters of a macro or call block. Defaults belong to the last of them.
type Params struct {
	Names    []*Name
	Defaults []Expr
}

// Macro defines a macro.
type Macro struct {
	StmtNode
	Name   string
	Params Params
	Body   []Stmt
}

// CallBlock calls a macro with a body that the macro reaches as caller().
type CallBlock struct {
	StmtNode
	Call   *Call
	Params Params
	Body   []Stmt
}

// FilterBlock filters its body.
type FilterBlock struct {
	StmtNode
	Filter *Filter
	Body   []Stmt
}

// Include renders another template in place.
type Include struct {
	StmtNode
	Template      Expr
	IgnoreMissing bool
	WithContext   bool
}

// Import binds another template to a name.
type Import struct {
	StmtNode
	Template    Expr
	Name        string
	WithContext bool
}

// FromImport binds names of another template.
type FromImport struct {
	StmtNode
	Template    Expr
	Names       []ImportedName
	WithContext bool
}

// ImportedName is `Name as As`; As is Name where no alias was given.
type ImportedName struct{ Name, As string }

// Extends names the parent template.
type Extends struct {
	StmtNode
	Template Expr
}

// Block is a part that templates which extend this one can replace.
type Block struct {
	StmtNode
	Name             string
	Scoped, Required bool
	Body             []Stmt
}

// Autoescape switches escaping for its body.
type Autoescape struct {
	StmtNode
	Value Expr
	Body  []Stmt
}

// Do evaluates an expression for its effect.
type Do struct {
	StmtNode
	X Expr
}

// Break ends the innermost loop.
type Break struct{ StmtNode }

// Continue goes on with the next pass of the innermost loop.
type Continue struct{ StmtNode }
