package playbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/parser/source"
	"pylint-deploy/parser/spelling"
)

// ProblemKind names a kind of problem, so that callers can decide on it; the text is for people.
type ProblemKind string

// The kinds of problems.
const (
	BadYAML        ProblemKind = "yaml"            // the file does not parse
	Unreadable     ProblemKind = "unreadable"      // the file cannot be read
	WrongType      ProblemKind = "wrong-type"      // a list where a mapping must be, and so on
	UnknownKeyword ProblemKind = "unknown-keyword" // "whne"
	OldKeyword     ProblemKind = "old-keyword"     // accepted under its present name: "sudo"
	NoModule       ProblemKind = "no-module"       // a task that does nothing
	TwoModules     ProblemKind = "two-modules"     // a task with two actions
	BadArguments   ProblemKind = "bad-arguments"   // "key=value" text that does not parse
	NotFound       ProblemKind = "not-found"       // a role, file or playbook that is not there
	NoRoleFile     ProblemKind = "no-role-file"    // a file of a role that tasks_from and its like name
	ImportLoop     ProblemKind = "loop"            // a file that imports itself
	DuplicateKey   ProblemKind = "duplicate-key"
)

// Problem is something wrong with content that could still be read around it. A Problem with Warning set is one that
// Ansible accepts.
type Problem struct {
	Kind    ProblemKind
	Pos     source.Pos
	Why     string
	Hint    string // what to try, or ""
	Warning bool
	Err     error // the cause, or nil
}

func (p *Problem) Error() string {
	text := p.Why
	if !p.Pos.IsZero() {
		text = p.Pos.String() + ": " + text
	}
	if p.Hint != "" {
		text += " (" + p.Hint + ")"
	}
	return text
}

func (p *Problem) Unwrap() error { return p.Err }

// sortProblems orders problems by file and place.
func sortProblems(list []*Problem) {
	slices.SortStableFunc(list, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Why, b.Why))
	})
}

// didYouMean is a hint with the nearest of some words, or "" where none is near.
func didYouMean(word string, words []string) string {
	if near := spelling.Nearest(word, words); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// describe names what a node is, for messages.
func describe(n *source.Node) string {
	switch n.Kind {
	case source.Null:
		return "nothing"
	case source.Mapping:
		return "a mapping"
	case source.Sequence:
		return "a list"
	case source.Bool:
		return "a boolean"
	case source.Int, source.Float:
		return "a number"
	}
	return "text"
}

// IsTemplate tells whether a node is text that holds a Jinja template.
func IsTemplate(n *source.Node) bool {
	return n != nil && n.Kind == source.String && n.Tag() == "" && HasTemplate(n.Text)
}

// HasTemplate tells whether a text holds a Jinja template.
func HasTemplate(text string) bool {
	return strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(text, "{#")
}
