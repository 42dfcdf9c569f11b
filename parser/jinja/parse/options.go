// Package parse reads the text of a template into its syntax tree.
//
// The lexer follows jinja2.lexer, whose whitespace control is a matter of single characters; the parser follows jinja2.parser, whose
// precedence differs from Python's here and there (tests and filters bind tighter than arithmetic, ** is left-associative).
package parse

import "fmt"

// Options are the delimiters and whitespace rules. All delimiters must be set.
type Options struct {
	BlockStart, BlockEnd       string
	VariableStart, VariableEnd string
	CommentStart, CommentEnd   string
	LineStatementPrefix        string
	LineCommentPrefix          string
	TrimBlocks                 bool
	LstripBlocks               bool
	KeepTrailingNewline        bool
	NewlineSequence            string
	// KeepBackslashes leaves string literals within prints ({{ }}) as they are written, without reading escapes.
	KeepBackslashes bool
}

// Defaults are Jinja's own options.
func Defaults() *Options {
	return &Options{
		BlockStart: "{%", BlockEnd: "%}", VariableStart: "{{", VariableEnd: "}}", CommentStart: "{#", CommentEnd: "#}",
		NewlineSequence: "\n",
	}
}

// Check tells what is wrong with the options, as Jinja's Environment does.
func (o *Options) Check() error {
	if o.BlockStart == o.VariableStart || o.BlockStart == o.CommentStart || o.VariableStart == o.CommentStart {
		return fmt.Errorf("block, variable and comment start strings must be different")
	}
	switch o.NewlineSequence {
	case "\n", "\r\n", "\r":
		return nil
	}
	return fmt.Errorf("newline_sequence must be one of '\\n', '\\r\\n' or '\\r', not %q", o.NewlineSequence)
}
