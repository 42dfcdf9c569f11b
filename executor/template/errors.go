package template

import (
	"errors"
	"fmt"
	"strings"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/source"
	"pylint-deploy/parser/spelling"
)

// Error is a template that could not be rendered: which one, where, why, and through which variables it was needed.
type Error struct {
	// Kind is the class of the failure; value.UndefinedError for an undefined variable.
	Kind value.Kind
	// Place is file:line:col of the failing text where that is known, else the place where the template starts.
	Place string
	// Text is the template; Line and Column, from 1, the place in it; Offset the same in bytes.
	Text                 string
	Offset, Line, Column int
	// Expr is the expression that failed, as written.
	Expr string
	Msg  string
	// Hint says what to try, or "".
	Hint string
	// Via names the variables that were being computed, innermost first: "a (vars.yml:3:5)".
	Via   []string
	Cause error
}

// Error gives place, message, hint and the way through variables on one line.
func (e *Error) Error() string {
	var out strings.Builder
	if e.Place != "" {
		out.WriteString(e.Place + ": ")
	}
	out.WriteString(e.Msg)
	if e.Hint != "" {
		out.WriteString(", " + e.Hint)
	}
	if e.Expr != "" && e.Kind != value.UndefinedError && !strings.Contains(e.Msg, e.Expr) {
		fmt.Fprintf(&out, " (in %s)", clip(e.Expr))
	}
	if len(e.Via) > 0 {
		out.WriteString(" (needed by " + strings.Join(e.Via, ", which is needed by ") + ")")
	}
	return out.String()
}

// Says is the message as Ansible has it, and what to try: what playbooks compare the msg of a failed task with.
func (e *Error) Says() string {
	if e.Hint == "" {
		return e.Msg
	}
	return e.Msg + ", " + e.Hint
}

// At is where it went wrong: the place, the expression and the way through variables.
func (e *Error) At() string {
	at := e.Place
	if e.Expr != "" {
		at += " in " + clip(e.Expr)
	}
	if len(e.Via) > 0 {
		at += ", needed by " + strings.Join(e.Via, ", which is needed by ")
	}
	return at
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// ExceptionKind makes value.KindOf and value.IsKind work.
func (e *Error) ExceptionKind() value.Kind { return e.Kind }

// IsUndefined tells whether err comes from an undefined variable.
func IsUndefined(err error) bool { return err != nil && value.KindOf(err) == value.UndefinedError }

func clip(s string) string {
	const most = 120
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}

// fail makes an *Error of what went wrong while t was rendered. An inner *Error, from a variable that t needs, keeps its
// place and learns who needed it.
func (s *session) fail(err error, t value.Template) error {
	var inner *Error
	if errors.As(err, &inner) {
		return inner
	}
	e := &Error{Kind: value.KindOf(err), Text: t.Text, Msg: message(err), Cause: err, Line: 1, Column: 1}
	var at *jinja.Error
	if errors.As(err, &at) {
		e.Offset, e.Line, e.Column = at.Span.Start.Offset, at.Span.Start.Line, at.Span.Start.Column
		e.Expr, e.Msg = at.Source, at.Msg
		if at.Expected != "" {
			e.Hint = "expected " + at.Expected
		}
	}
	e.Place = place(t, e)
	var missing *value.UndefinedValueError
	if errors.As(err, &missing) {
		e.Msg = missing.Message()
		e.Hint = s.suggest(missing.Undefined)
	}
	for i := len(s.stack) - 1; i >= 0; i-- {
		e.Via = append(e.Via, s.stack[i].described())
	}
	return e
}

// message is the text of the exception alone.
func message(err error) string {
	var py *value.Error
	if errors.As(err, &py) {
		return py.Msg
	}
	return err.Error()
}

// place is where in its file an error inside t is.
func place(t value.Template, e *Error) string {
	switch o := t.Origin.(type) {
	case nil:
		return fmt.Sprintf("line %d, column %d of the template", e.Line, e.Column)
	case interface{ PosAt(offset int) source.Pos }:
		return o.PosAt(e.Offset).String()
	case fileOrigin:
		return fmt.Sprintf("%s:%d:%d", string(o), e.Line, e.Column)
	default:
		return o.String()
	}
}

// fileOrigin is the origin of a whole template file.
type fileOrigin string

func (f fileOrigin) String() string { return string(f) }

// suggest finds what an undefined name may have been meant to be.
func (s *session) suggest(u *value.Undefined) string {
	name, ok := u.Name.(value.Str)
	if !ok {
		return ""
	}
	var candidates []string
	switch obj := u.Obj.(type) {
	case nil:
		candidates = s.scope.Names()
	case *value.Dict:
		candidates = Vars{obj}.Names()
	}
	if best := spelling.Nearest(string(name), candidates); best != "" {
		return "did you mean '" + best + "'?"
	}
	return ""
}
