package template

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pyliteral"
)

// Document is a template file.
type Document struct {
	// Path is where the text was read from, for messages and for relative includes.
	Path string
	Text string
	// SearchPath lists further directories for include, import and extends, after that of Path.
	SearchPath []string
	Syntax     Syntax
}

// Syntax holds the options of the module template, under its names. The zero Syntax has Jinja's delimiters;
// trim_blocks is on unless KeepBlockNewline is set.
type Syntax struct {
	BlockStart, BlockEnd       string
	VariableStart, VariableEnd string
	CommentStart, CommentEnd   string
	LineStatement, LineComment string
	NewlineSequence            string // "\n", "\r\n" or "\r"
	KeepBlockNewline           bool   // trim_blocks: false
	LstripBlocks               bool
	KeepTrailingNewline        bool
}

// File renders a template file to text. A first line "#jinja2: trim_blocks: False, ..." overrides the syntax.
func (t *Templar) File(ctx context.Context, s Scope, doc Document) (string, error) {
	return t.session(ctx, s).file(doc)
}

func (s *session) file(doc Document) (string, error) {
	source := value.Template{Text: doc.Text, Origin: fileOrigin(doc.Path)}
	text, syntax, err := header(doc.Text, doc.Syntax)
	if err != nil {
		return "", s.fail(err, source)
	}
	env, err := s.fileEnvironment(syntax, append([]string{filepath.Dir(doc.Path)}, doc.SearchPath...))
	if err != nil {
		return "", s.fail(err, source)
	}
	tpl, err := env.Parse(doc.Path, text)
	if err != nil {
		return "", s.fail(err, source)
	}
	out, err := tpl.Render(s)
	if err != nil {
		return "", s.fail(err, source)
	}
	return withNewlines(out, doc.Text, syntax.NewlineSequence), nil
}

// fileKey is what the engine of a template file depends on.
type fileKey struct {
	syntax Syntax
	dirs   string
}

// fileEnvironment is the engine for files of one syntax that are found in the same directories. It is kept, so that a
// template is parsed once for all hosts.
func (t *Templar) fileEnvironment(syntax Syntax, dirs []string) (*jinja.Environment, error) {
	key := fileKey{syntax, strings.Join(dirs, "\x00")}
	if env, ok := t.files.Load(key); ok {
		return env.(*jinja.Environment), nil
	}
	config := t.words.config
	config.Options = syntax.options()
	config.Loader = fileLoader{dirs: dirs}
	env, err := jinja.New(config)
	if err != nil {
		return nil, err
	}
	kept, _ := t.files.LoadOrStore(key, env)
	return kept.(*jinja.Environment), nil
}

// withNewlines gives a file back the newlines at its end that Jinja takes away.
func withNewlines(out, template, newline string) string {
	if newline == "" {
		newline = "\n"
	}
	had := len(template) - len(strings.TrimRight(template, "\n"))
	has := len(out) - len(strings.TrimRight(out, "\n"))
	return out + strings.Repeat(newline, max(0, had-has))
}

// options are the engine's for this syntax.
func (x Syntax) options() jinja.Options {
	return jinja.Options{
		BlockStart: x.BlockStart, BlockEnd: x.BlockEnd, VariableStart: x.VariableStart, VariableEnd: x.VariableEnd,
		CommentStart: x.CommentStart, CommentEnd: x.CommentEnd, LineStatementPrefix: x.LineStatement, LineCommentPrefix: x.LineComment,
		TrimBlocks: !x.KeepBlockNewline, LstripBlocks: x.LstripBlocks, KeepTrailingNewline: x.KeepTrailingNewline,
		NewlineSequence: x.NewlineSequence,
	}
}

const headerMark = "#jinja2:"

// header reads a "#jinja2:" line at the head of a template and gives the text after it.
func header(text string, syntax Syntax) (string, Syntax, error) {
	rest, found := strings.CutPrefix(text, headerMark)
	if !found {
		return text, syntax, nil
	}
	line, body, ended := strings.Cut(rest, "\n")
	if !ended { // ansible then takes all but the last character for the line and the whole text for the body
		body = text
	}
	for _, pair := range strings.Split(line, ",") {
		name, val, ok := strings.Cut(pair, ":")
		if !ok {
			return "", syntax, value.Errorf(value.SyntaxError,
				"failed to parse jinja2 override '%s'. Did you use something different from colon as key-value separator?", strings.TrimSpace(pair))
		}
		v, ok := pyliteral.Parse(strings.TrimSpace(val))
		if !ok {
			return "", syntax, value.Errorf(value.SyntaxError, "jinja2 override '%s' is not a Python literal", strings.TrimSpace(pair))
		}
		if err := syntax.set(strings.TrimSpace(name), v); err != nil {
			return "", syntax, err
		}
	}
	return body, syntax, nil
}

// set changes one option under Jinja's name.
func (x *Syntax) set(name string, v value.Value) error {
	texts := map[string]*string{
		"block_start_string": &x.BlockStart, "block_end_string": &x.BlockEnd, "variable_start_string": &x.VariableStart,
		"variable_end_string": &x.VariableEnd, "comment_start_string": &x.CommentStart, "comment_end_string": &x.CommentEnd,
		"newline_sequence": &x.NewlineSequence, "line_statement_prefix": &x.LineStatement, "line_comment_prefix": &x.LineComment,
	}
	if target, ok := texts[name]; ok {
		s, isText := v.(value.Str)
		if !isText && v != value.None {
			return value.Errorf(value.TypeError, "jinja2 override %s needs a string, not a %s", name, v.TypeName())
		}
		*target = string(s)
		return nil
	}
	yes, err := value.Truth(v)
	if err != nil {
		return err
	}
	switch name {
	case "trim_blocks":
		x.KeepBlockNewline = !yes
	case "lstrip_blocks":
		x.LstripBlocks = yes
	case "keep_trailing_newline":
		x.KeepTrailingNewline = yes
	default:
		return value.Errorf(value.SyntaxError, "jinja2 override %s is not known", name)
	}
	return nil
}

// environment is the engine for text of playbooks and variables; the usual one is shared by all of a process.
func (s *session) environment(syntax Syntax) (*jinja.Environment, error) {
	if syntax == (Syntax{}) || s.words.err != nil {
		return s.words.env, s.words.err
	}
	return s.words.env.With(syntax.options())
}

// fileLoader finds the templates that a template names.
type fileLoader struct{ dirs []string }

// Load implements jinja.Loader.
func (l fileLoader) Load(name, from string) (text, canonical string, err error) {
	if filepath.IsAbs(name) {
		// Jinja's loader takes every name as relative to its directories.
		name = strings.TrimLeft(name, "/")
	}
	for _, part := range strings.Split(name, "/") {
		if part == ".." {
			return "", "", value.Errorf(value.TemplateNotFound, "%s", name)
		}
	}
	for _, dir := range l.dirs {
		path := filepath.Join(dir, name)
		data, err := os.ReadFile(path)
		if err == nil {
			return string(data), path, nil
		}
		if !os.IsNotExist(err) {
			return "", "", value.Errorf(value.TemplateNotFound, "template %s: %w", name, err)
		}
	}
	return "", "", value.Errorf(value.TemplateNotFound, "%s", fmt.Sprintf("'%s' not found in search path: %s", name, strings.Join(quoteAll(l.dirs), ", ")))
}

func quoteAll(items []string) []string {
	out := make([]string, len(items))
	for i, s := range items {
		out[i] = "'" + s + "'"
	}
	return out
}

// NewSyntax reads options under Jinja's names.
func NewSyntax(options *value.Dict) (Syntax, error) {
	var x Syntax
	for _, e := range unforced(options) {
		v := e.val
		if s, ok := textOf(v); ok {
			v = value.Str(s)
		}
		if err := x.set(keyLabel(e.key), v); err != nil {
			return x, err
		}
	}
	return x, nil
}
