package value

import (
	"errors"
	"fmt"
)

// Kind names a Python exception class.
type Kind uint8

// The exception classes that template code can meet. Jinja's own come last.
const (
	Exception Kind = iota
	TypeError
	ValueError
	KeyError
	IndexError
	AttributeError
	ZeroDivisionError
	OverflowError
	UnicodeError
	RuntimeError
	RecursionError
	AssertionError
	NotImplementedError
	OSError
	StopIteration

	UndefinedError
	SyntaxError
	SecurityError
	TemplateNotFound
	FilterArgumentError
	TemplateRuntimeError
	// BudgetError says that a template exceeded the evaluation budget; Python has no such limit.
	BudgetError
)

var kindNames = [...]string{
	"Exception", "TypeError", "ValueError", "KeyError", "IndexError", "AttributeError", "ZeroDivisionError",
	"OverflowError", "UnicodeError", "RuntimeError", "RecursionError", "AssertionError", "NotImplementedError",
	"OSError", "StopIteration",
	"UndefinedError", "TemplateSyntaxError", "SecurityError", "TemplateNotFound", "FilterArgumentError",
	"TemplateRuntimeError", "BudgetError",
}

// String is the name of the Python class.
func (k Kind) String() string { return kindNames[k] }

// Error is a Python exception: its class and its text, as Python words it.
type Error struct {
	Kind Kind
	Msg  string
	// Cause is what led to it, or nil.
	Cause error
}

// Error gives the text of the exception without its class.
func (e *Error) Error() string { return e.Msg }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an exception. A %w verb in the format sets its cause.
func Errorf(kind Kind, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Msg: err.Error(), Cause: errors.Unwrap(err)}
}

// KindOf is the class of the first exception in the chain of err; Exception when there is none.
func KindOf(err error) Kind {
	var e interface{ ExceptionKind() Kind }
	if errors.As(err, &e) {
		return e.ExceptionKind()
	}
	return Exception
}

// ExceptionKind lets errors.As find any error that stands for a Python exception.
func (e *Error) ExceptionKind() Kind { return e.Kind }

// IsKind tells whether err is an exception of one of the classes, subclasses included.
func IsKind(err error, kinds ...Kind) bool {
	if err == nil {
		return false
	}
	got := KindOf(err)
	for _, k := range kinds {
		if got == k {
			return true
		}
		switch k {
		case ValueError:
			if got == UnicodeError {
				return true
			}
		case RuntimeError:
			if got == RecursionError || got == NotImplementedError {
				return true
			}
		case TemplateRuntimeError:
			if got == UndefinedError || got == SecurityError || got == FilterArgumentError {
				return true
			}
		case Exception:
			return true
		}
	}
	return false
}
