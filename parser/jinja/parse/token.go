package parse

import (
	"fmt"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

// kind is a token type: an operator spells itself, the others have names.
type kind string

const (
	tokEOF           kind = "eof"
	tokData          kind = "data"
	tokName          kind = "name"
	tokString        kind = "string"
	tokInteger       kind = "integer"
	tokFloat         kind = "float"
	tokBlockBegin    kind = "block_begin"
	tokBlockEnd      kind = "block_end"
	tokVariableBegin kind = "variable_begin"
	tokVariableEnd   kind = "variable_end"
)

// describe is Jinja's word for a kind of token in messages.
func (k kind) describe() string {
	switch k {
	case tokEOF:
		return "end of template"
	case tokData:
		return "template data / text"
	case tokBlockBegin:
		return "begin of statement block"
	case tokBlockEnd:
		return "end of statement block"
	case tokVariableBegin:
		return "begin of print statement"
	case tokVariableEnd:
		return "end of print statement"
	}
	return string(k)
}

type token struct {
	kind  kind
	text  string      // data, name; string contents
	value value.Value // of numbers
	at    ast.Span
}

func (t *token) isName(name string) bool { return t.kind == tokName && t.text == name }

func (t *token) describe() string {
	if t.kind == tokName {
		return t.text
	}
	return t.kind.describe()
}

// Error is a mistake in the text of a template.
type Error struct {
	Msg      string
	Expected string // what would have been right; empty where Msg tells
	At       ast.Span
	// Kind is SyntaxError.
	Kind value.Kind
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("%d:%d: %s", e.At.Start.Line, e.At.Start.Column, e.Msg)
}

// ExceptionKind makes value.KindOf work.
func (e *Error) ExceptionKind() value.Kind { return e.Kind }

func errorAt(at ast.Span, format string, args ...any) *Error {
	return &Error{Msg: fmt.Sprintf(format, args...), At: at, Kind: value.SyntaxError}
}

// quoted is Python's repr of a text, as messages have it.
func quoted(s string) string {
	r, _ := value.Repr(value.Str(s))
	return r
}
