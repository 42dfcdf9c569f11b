package template

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
)

// IsTemplate tells whether text holds anything for the engine to do.
func IsTemplate(text string) bool {
	for rest := text; ; {
		i := strings.IndexByte(rest, '{')
		if i < 0 || i+1 >= len(rest) {
			return false
		}
		switch rest[i+1] {
		case '{', '%', '#':
			return true
		}
		rest = rest[i+1:]
	}
}

// silentNone is how None is printed beside other text: not at all.
type silentNone struct{}

// TypeName implements value.Value.
func (silentNone) TypeName() string { return "NoneType" }

// PyStr implements value.Printer.
func (silentNone) PyStr() (string, error) { return "", nil }

// finalize sees each value that is printed. Generators become lists, undefined values fail even deep in a list.
func finalize(v value.Value) (value.Value, error) {
	switch x := v.(type) {
	case value.NoneType:
		return silentNone{}, nil
	case value.Str, value.Int, value.Bool, value.Float:
		return v, nil
	case *value.Undefined:
		if x.Lenient {
			return value.Str(""), nil
		}
		return nil, x.Err()
	}
	v, err := unroll(v)
	if err != nil {
		return nil, err
	}
	return v, checkDefined(v, 0)
}

// finalizePart is finalize where the type of what is printed may be kept: a range is still one, to be refused as an argument.
func finalizePart(v value.Value) (value.Value, error) {
	if _, ok := v.(*value.Range); ok {
		return v, nil
	}
	return finalize(v)
}

// unroll makes a list of a generator, a dict view or a range.
func unroll(v value.Value) (value.Value, error) {
	switch v.(type) {
	case *value.Range, *value.Generator, *value.DictView:
		items, err := value.ToSlice(v)
		return list(items), err
	}
	return v, nil
}

// checkDefined fails on the first undefined value in a container.
func checkDefined(v value.Value, depth int) error {
	if depth > maxNesting {
		return value.Errorf(value.RecursionError, "a value contains itself or is nested deeper than %d levels", maxNesting)
	}
	v, err := value.Force(v)
	if err != nil {
		return err
	}
	switch x := v.(type) {
	case *value.Undefined:
		return x.Err()
	case *value.List:
		return allDefined(x.Items, depth)
	case value.Tuple:
		return allDefined(x, depth)
	case *value.Dict:
		for _, item := range x.All() {
			if err := checkDefined(item, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func allDefined(items []value.Value, depth int) error {
	for _, item := range items {
		if err := checkDefined(item, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// maxNesting bounds nested containers and templates of templates.
const maxNesting = 200

// render evaluates one template of a playbook or vars file by the rules of the run. The result may hold lazy items.
func (s *session) render(t value.Template) (value.Value, error) {
	if !IsTemplate(t.Text) {
		return value.Str(t.Text), nil
	}
	if s.depth++; s.depth > maxNesting {
		s.depth--
		return nil, value.Errorf(value.RecursionError, "recursive loop detected in template string: %s", clip(t.Text))
	}
	defer func() { s.depth-- }()
	if v, done, err := s.singleVariable(t.Text); done {
		return v, err
	}
	text, syntax, err := header(t.Text, Syntax{})
	if err != nil {
		return nil, s.fail(err, t)
	}
	env, err := s.environment(syntax)
	if err != nil {
		return nil, s.fail(err, t)
	}
	tpl, err := env.Parse("", doubleBackslashes(text, syntax))
	if err != nil {
		return nil, s.fail(err, t)
	}
	s.findEmbedded(t.Text, tpl.AST())
	parts, err := tpl.Parts(s)
	if err != nil {
		return nil, s.fail(err, t)
	}
	v, err := s.assemble(parts, keepsText(tpl))
	if err != nil {
		return nil, s.fail(err, t)
	}
	return keepNewlines(v, t.Text), nil
}

var oneVariable = pattern.New(`^\{\{\s*(\w*)\s*\}\}\n?$`)

// singleVariable is a rule of Classic: a template of nothing but the name of a number, bool or null keeps its type.
func (s *session) singleVariable(text string) (value.Value, bool, error) {
	if s.cfg.Compat != Classic {
		return nil, false, nil
	}
	m := oneVariable.FindStringSubmatch(text)
	if m == nil {
		return nil, false, nil
	}
	v, found, err := s.Lookup(m[1])
	if !found || err != nil {
		return nil, false, nil // rendering meets the same error and says where
	}
	switch v.(type) {
	case value.Bool, value.Int, value.Float, *value.BigInt, value.NoneType:
		return v, true, nil
	}
	return nil, false, nil
}

// assemble makes the result of what was printed: a single value keeps its type, several are joined as text. Kept tells
// that Classic is not to read the text as a literal.
func (s *session) assemble(parts []value.Value, kept bool) (value.Value, error) {
	if s.cfg.Compat == Classic {
		text, err := joinText(parts)
		if err != nil || kept {
			return value.Str(text), err
		}
		return literal(text), nil
	}
	switch len(parts) {
	case 0:
		return value.Str(""), nil
	case 1:
		if _, none := parts[0].(silentNone); none {
			return value.None, nil
		}
		return parts[0], nil
	}
	text, err := joinText(parts)
	return value.Str(text), err
}

func joinText(parts []value.Value) (string, error) {
	var out strings.Builder
	for _, p := range parts {
		p, err := unroll(p)
		if err != nil {
			return "", err
		}
		text, err := value.ToStr(p)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
	return out.String(), nil
}

// keepNewlines gives text back the newlines at its end that Jinja takes away.
func keepNewlines(v value.Value, template string) value.Value {
	s, ok := v.(value.Str)
	if !ok {
		return v
	}
	had := len(template) - len(strings.TrimRight(template, "\n"))
	has := len(s) - len(strings.TrimRight(string(s), "\n"))
	if had > has {
		return s + value.Str(strings.Repeat("\n", had-has))
	}
	return s
}

// Value renders v deeply: every value.Template in it, lists and dicts copied, everything else as it is. Types are kept.
// An Omit in it stays; Args takes it out.
func (t *Templar) Value(ctx context.Context, s Scope, v value.Value) (value.Value, error) {
	return t.session(ctx, s).value(v)
}

func (s *session) value(v value.Value) (value.Value, error) {
	out, err := s.finish(s.bindPlain(v), 0)
	if err == nil {
		return out, nil
	}
	t, _ := v.(value.Template)
	return nil, s.fail(err, t)
}

// bindPlain is bind for what is rendered itself rather than read as a variable: it has no name on the stack.
func (s *session) bindPlain(v value.Value) value.Value {
	if t, ok := v.(value.Template); ok {
		rendered, err := s.render(t)
		return &lazy{s: s, raw: v, val: rendered, err: err, done: true}
	}
	return v
}

// finish computes everything lazy in v and converts what arguments cannot hold.
func (s *session) finish(v value.Value, depth int) (value.Value, error) {
	if depth > maxNesting {
		return nil, value.Errorf(value.RecursionError, "a value contains itself or is nested deeper than %d levels", maxNesting)
	}
	if t, ok := v.(value.Template); ok {
		rendered, err := s.render(t)
		if err != nil {
			return nil, err
		}
		v = rendered
	}
	v, err := s.force(v)
	if err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case value.Str, value.Bool, value.Int, value.Float, value.NoneType:
		return v, nil
	case silentNone:
		return value.None, nil
	case *value.Undefined:
		if x.Lenient {
			return value.Str(""), nil
		}
		return nil, x.Err()
	case *value.List:
		items, err := s.finishAll(x.Items, depth)
		return list(items), err
	case value.Tuple:
		items, err := s.finishAll(x, depth)
		if s.cfg.Compat == Classic {
			return value.Tuple(items), err
		}
		return list(items), err
	case *value.Dict:
		return s.finishDict(x, depth)
	}
	return s.finishOther(v, depth)
}

func (s *session) finishAll(items []value.Value, depth int) ([]value.Value, error) {
	out := make([]value.Value, len(items))
	for i, item := range items {
		v, err := s.finish(item, depth+1)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func (s *session) finishDict(d *value.Dict, depth int) (value.Value, error) {
	out := value.NewDict()
	for k, item := range d.All() {
		v, err := s.finish(item, depth+1)
		if err != nil {
			return nil, err
		}
		if t, ok := k.(value.Template); ok {
			k = value.Str(t.Text)
		}
		if err := out.Set(k, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// finishOther treats the types that JSON does not have.
func (s *session) finishOther(v value.Value, depth int) (value.Value, error) {
	if _, isRange := v.(*value.Range); isRange && s.cfg.Compat == Modern {
		return nil, value.Errorf(value.TypeError, "a range is no value that a task can be given; add the filter list to it")
	}
	_, isSet := v.(*value.Set)
	unrolled, err := unroll(v)
	if err != nil {
		return nil, err
	}
	if isSet && s.cfg.Compat == Modern {
		items, err := value.ToSlice(v)
		if err != nil {
			return nil, err
		}
		unrolled = list(items)
	}
	if l, ok := unrolled.(*value.List); ok {
		items, err := s.finishAll(l.Items, depth)
		return list(items), err
	}
	if d, ok := asDict(v); ok {
		return s.finishDict(d, depth)
	}
	switch v.(type) {
	case value.Callable, *jinja.Function:
		return nil, value.Errorf(value.TypeError, "a %s is no value that a task can be given; it wants to be called", v.TypeName())
	}
	return v, nil
}

// Text renders v and returns it as the text that a command line or a name gets.
func (t *Templar) Text(ctx context.Context, s Scope, v value.Value) (string, error) {
	out, err := t.Value(ctx, s, v)
	if err != nil || out == value.None {
		return "", err
	}
	return value.ToStr(out)
}

// Expr evaluates an expression without braces, such as debug's var.
func (t *Templar) Expr(ctx context.Context, s Scope, expr value.Template) (value.Value, error) {
	session := t.session(ctx, s)
	v, err := session.expr(expr)
	if err == nil {
		v, err = session.finish(v, 0)
	}
	if err != nil {
		return nil, session.fail(err, expr)
	}
	return v, nil
}

func (s *session) expr(expr value.Template) (value.Value, error) {
	env, err := s.environment(Syntax{})
	if err != nil {
		return nil, err
	}
	parsed, err := env.ParseExpr(expr.Text)
	if err != nil {
		return nil, s.fail(err, expr)
	}
	s.findEmbedded("  "+expr.Text, parsed.AST())
	v, err := parsed.Eval(s)
	if err == nil {
		v, err = value.Force(v)
	}
	if err == nil {
		if u, ok := v.(*value.Undefined); ok && !u.Lenient {
			err = u.Err()
		}
	}
	if err != nil {
		return nil, s.fail(err, expr)
	}
	return v, nil
}

// Args renders a task's arguments. Entries whose value is Omit are left out, in nested dicts and lists too.
func (t *Templar) Args(ctx context.Context, s Scope, args *value.Dict) (*value.Dict, error) {
	session := t.session(ctx, s)
	out := value.NewDict()
	for k, raw := range args.All() {
		v, err := session.value(raw)
		if err != nil {
			return nil, argumentError(k, err)
		}
		if v, keep := withoutOmit(v); keep {
			if err := out.Set(k, v); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// argumentError names the argument where the error has no place of its own.
func argumentError(k value.Value, err error) error {
	var e *Error
	if errors.As(err, &e) && e.Place != "" {
		return err
	}
	return fmt.Errorf("argument '%s': %w", keyLabel(k), err)
}

// keepsText tells whether a template is one expression whose last filter promises text.
func keepsText(tpl *jinja.Template) bool {
	body := tpl.AST().Body
	if len(body) != 1 {
		return false
	}
	printed, ok := body[0].(*ast.Print)
	if !ok {
		return false
	}
	f, ok := printed.X.(*ast.Filter)
	return ok && stringFilters[strings.TrimPrefix(f.Name, "ansible.builtin.")]
}

// Print evaluates an expression and gives its value, generators as lists, and the text that "{{ expression }}" prints.
// Unlike Expr it keeps tuples and sets: it is how conformance is measured.
func (t *Templar) Print(ctx context.Context, s Scope, expr value.Template) (value.Value, string, error) {
	session := t.session(ctx, s)
	v, err := session.expr(expr)
	if err != nil {
		return nil, "", err
	}
	printed, err := finalize(v)
	if err != nil {
		return nil, "", session.fail(err, expr)
	}
	text, err := value.ToStr(printed)
	if err != nil {
		return nil, "", session.fail(err, expr)
	}
	if _, none := printed.(silentNone); none {
		return value.Str(""), text, nil
	}
	return printed, text, nil
}
