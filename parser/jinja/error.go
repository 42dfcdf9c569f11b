package jinja

import (
	"fmt"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

// Error is a failure to parse or render a template, and its place in the text.
type Error struct {
	Kind value.Kind
	// Template is the name given to Parse, or the canonical name of a loaded template.
	Template string
	Span     ast.Span
	// Source is the text of the expression or tag that failed.
	Source string
	// Msg is what happened, in Python's words where Python has some.
	Msg string
	// Expected says what would have been accepted; empty where Msg says all.
	Expected string
	Cause    error
}

// Error implements error: name:line:column: message.
func (e *Error) Error() string {
	name := e.Template
	if name == "" {
		name = "<template>"
	}
	return fmt.Sprintf("%s:%d:%d: %s", name, e.Span.Start.Line, e.Span.Start.Column, e.Msg)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// ExceptionKind makes value.KindOf work.
func (e *Error) ExceptionKind() value.Kind { return e.Kind }
