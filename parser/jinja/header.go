package jinja

import (
	"strings"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

// headerMark begins a first line that overrides options of the rest, as in `#jinja2: trim_blocks: False, lstrip_blocks: True`.
const headerMark = "#jinja2:"

// Header reads the options that the first line of a text sets, and gives the text without that line. Where there is no such line
// both are as before. The settings have the names of Jinja's Environment; values are Python literals.
func Header(text string, base Options) (Options, string, error) {
	line, rest, _ := strings.Cut(text, "\n")
	if !strings.HasPrefix(line, headerMark) {
		return base, text, nil
	}
	options := base
	for _, pair := range splitHeader(line[len(headerMark):]) {
		key, literal, ok := strings.Cut(pair, ":")
		if !ok {
			return base, "", headerError("'%s' is not of the form name: value", strings.TrimSpace(pair))
		}
		if err := options.set(strings.TrimSpace(key), strings.TrimSpace(literal)); err != nil {
			return base, "", err
		}
	}
	return options, rest, nil
}

// splitHeader splits at the commas outside of quotes.
func splitHeader(s string) []string {
	var parts []string
	quote, start := byte(0), 0
	for i := 0; i < len(s); i++ {
		switch {
		case quote != 0:
			if s[i] == quote {
				quote = 0
			}
		case s[i] == '\'' || s[i] == '"':
			quote = s[i]
		case s[i] == ',':
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

func headerError(format string, args ...any) error {
	here := ast.Pos{Line: 1, Column: 1}
	err := value.Errorf(value.SyntaxError, "the "+headerMark+" line: "+format, args...)
	return &Error{Kind: value.SyntaxError, Span: ast.Span{Start: here, End: here}, Msg: err.Msg, Expected: "name: value, ..."}
}

// set puts one option, named as in Jinja's Environment.
func (o *Options) set(name, literal string) error {
	texts := map[string]*string{
		"block_start_string": &o.BlockStart, "block_end_string": &o.BlockEnd,
		"variable_start_string": &o.VariableStart, "variable_end_string": &o.VariableEnd,
		"comment_start_string": &o.CommentStart, "comment_end_string": &o.CommentEnd,
		"line_statement_prefix": &o.LineStatementPrefix, "line_comment_prefix": &o.LineCommentPrefix,
		"newline_sequence": &o.NewlineSequence,
	}
	flags := map[string]*bool{
		"trim_blocks": &o.TrimBlocks, "lstrip_blocks": &o.LstripBlocks, "keep_trailing_newline": &o.KeepTrailingNewline,
	}
	if to := texts[name]; to != nil {
		s, ok := unquote(literal)
		if !ok {
			return headerError("%s wants a quoted text, not %s", name, literal)
		}
		*to = s
		return nil
	}
	to := flags[name]
	if to == nil {
		return headerError("'%s' is not an option of templates", name)
	}
	switch literal {
	case "True", "1":
		*to = true
	case "False", "0", "None":
		*to = false
	default:
		return headerError("%s wants True or False, not %s", name, literal)
	}
	return nil
}

// unquote reads a Python string literal or None.
func unquote(s string) (string, bool) {
	if s == "None" {
		return "", true
	}
	n := len(s)
	if n < 2 || s[0] != s[n-1] || s[0] != '\'' && s[0] != '"' {
		return "", false
	}
	return strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\\`, `\`).Replace(s[1 : n-1]), true
}
