// Package jinja is Jinja2 3.1 for Go: its syntax, scopes, filters, tests and texts, over the data model of Python (package value).
package jinja

import (
	"errors"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

var errNotYet = errors.New("not yet implemented")

// Template is a parsed text. It may be rendered by several goroutines at once.
type Template struct {
	env  *Environment
	name string
	tree *ast.Template
}

// Parse reads a template. A text is parsed once and then kept by the environment. The error is an *Error.
func (e *Environment) Parse(name, text string) (*Template, error) { return nil, errNotYet }

// AST is the syntax tree, which must not be changed.
func (t *Template) AST() *ast.Template { return t.tree }

// Render gives the text of the template.
func (t *Template) Render(r Resolver) (string, error) { return "", errNotYet }

// Native gives the value of a template that is one expression, with its type. Any other template gives its text.
func (t *Template) Native(r Resolver) (value.Value, error) { return nil, errNotYet }

// Expr is a parsed expression without delimiters, such as a condition.
type Expr struct {
	env  *Environment
	tree ast.Expr
}

// ParseExpr reads a bare expression. Expressions are kept as templates are. The error is an *Error.
func (e *Environment) ParseExpr(text string) (*Expr, error) { return nil, errNotYet }

// AST is the syntax tree, which must not be changed.
func (x *Expr) AST() ast.Expr { return x.tree }

// Eval computes the value; what is not found is a *value.Undefined.
func (x *Expr) Eval(r Resolver) (value.Value, error) { return nil, errNotYet }
