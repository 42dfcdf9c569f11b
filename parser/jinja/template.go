// Package jinja is Jinja2 3.1 for Go: its syntax, scopes, filters, tests and texts, over the data model of Python (package value).
//
// A template is read into a tree (package parse, package ast), which is compiled into closures over slots: every name is
// given its place once, as Jinja itself does when it compiles to Python. Rendering then needs no lookups by name
// beyond those of the variables given from outside, which are read when they are first used.
//
// Undefined values are strict but chainable: an attribute of one is one, to print or calculate with one is an error.
package jinja

import (
	"errors"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/parse"
	"pylint-deploy/parser/jinja/value"
)

// Template is a parsed text. It may be rendered by several goroutines at once.
type Template struct {
	env     *Environment
	name    string
	tree    *ast.Template
	program *program
}

// Parse reads a template. A text is parsed once and then kept by the environment. The error is an *Error. Offsets in positions refer to the text
// with "\r\n" and "\r" read as "\n"; lines and columns are those of the original.
func (e *Environment) Parse(name, text string) (*Template, error) {
	return e.templates.get(templateKey{name, text}, func() (*Template, error) {
		tree, source, err := parse.Template(name, text, &e.options)
		c := &code{name: name, source: source}
		if err != nil {
			return nil, c.syntax(err)
		}
		p, err := e.compile(tree, c)
		if err != nil {
			return nil, c.syntax(err)
		}
		return &Template{env: e, name: name, tree: tree, program: p}, nil
	})
}

// syntax makes an Error of what the parser or the compiler found.
func (c *code) syntax(err error) *Error {
	var s *parse.Error
	if !errors.As(err, &s) {
		return c.fail(ast.Span{}, err)
	}
	return &Error{Kind: s.Kind, Template: c.name, Span: s.At, Source: c.excerpt(s.At), Msg: s.Msg, Expected: s.Expected, Cause: err}
}

// AST is the syntax tree, which must not be changed.
func (t *Template) AST() *ast.Template { return t.tree }

// Render gives the text of the template. An error is an *Error, with the place and the kind of Python exception.
func (t *Template) Render(r Resolver) (string, error) {
	out, err := t.render(r, false)
	if err != nil {
		return "", err
	}
	return string(out.buf), nil
}

// Native gives the value of a template that prints just one, with its type. Any other template gives its text, an empty one "".
func (t *Template) Native(r Resolver) (value.Value, error) {
	out, err := t.render(r, true)
	if err != nil {
		return nil, err
	}
	v, err := out.joined()
	if err != nil {
		return nil, t.program.code.finish(t.tree.At, err)
	}
	return v, nil
}

// Parts gives what the template prints at its root, value by value, text between tags included. What macros, call blocks and block
// assignments print is text already.
func (t *Template) Parts(r Resolver) ([]value.Value, error) {
	out, err := t.render(r, true)
	if err != nil {
		return nil, err
	}
	return out.parts, nil
}

func (t *Template) render(r Resolver, native bool) (*output, error) {
	run := t.env.newRun(r)
	out := &output{run: run, native: native}
	if err := t.root(run.newContext(t, nil, nil), out); err != nil {
		return nil, t.program.code.finish(t.tree.At, err)
	}
	return out, nil
}

// finish makes sure that what leaves the package is an *Error.
func (c *code) finish(at ast.Span, err error) error {
	var placed *Error
	if errors.As(err, &placed) {
		return err
	}
	return c.fail(at, err)
}

func (e *Environment) newRun(r Resolver) *run {
	return &run{env: e, resolver: r, steps: e.config.Budget.Steps, output: e.config.Budget.OutputSize}
}

// Expr is a parsed expression without delimiters, such as a condition.
type Expr struct {
	template *Template
	tree     ast.Expr
	x        expr
}

// ParseExpr reads a bare expression. Expressions are kept as templates are. The error is an *Error.
func (e *Environment) ParseExpr(text string) (*Expr, error) {
	return e.exprs.get(text, func() (*Expr, error) {
		tree, source, err := parse.Expr(text, &e.options)
		c := &code{source: source}
		if err != nil {
			return nil, c.syntax(err)
		}
		p, x, err := e.compileExpr(tree, c)
		if err != nil {
			return nil, c.syntax(err)
		}
		return &Expr{template: &Template{env: e, program: p}, tree: tree, x: x}, nil
	})
}

// AST is the syntax tree, which must not be changed.
func (x *Expr) AST() ast.Expr { return x.tree }

// Eval computes the value; what is not found is a *value.Undefined.
func (x *Expr) Eval(r Resolver) (value.Value, error) {
	run := x.template.env.newRun(r)
	p := x.template.program
	f := &frame{slots: make([]value.Value, p.slots), ctx: run.newContext(x.template, nil, nil), code: p.code, out: &output{run: run}}
	f.enter(p.root.init)
	v, err := x.x.eval(f)
	if err != nil {
		return nil, p.code.finish(x.tree.Span(), err)
	}
	return v, nil
}
