package jinja

import (
	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

// load finds the template of a name.
func (f *frame) load(v value.Value) (*Template, error) {
	v, err := value.Force(v)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case value.Str:
		return f.ctx.run.env.load(string(v), f.ctx.template.name)
	case *value.Undefined:
		return nil, v.Err()
	}
	return nil, value.Errorf(value.TypeError, "a template name must be str, not %s", v.TypeName())
}

// loadFirst finds the first template that exists, of a name or a list of names.
func (f *frame) loadFirst(v value.Value) (*Template, error) {
	v, err := value.Force(v)
	if err != nil {
		return nil, err
	}
	if _, ok := v.(value.Str); ok {
		return f.load(v)
	}
	names, err := value.ToSlice(v)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, value.Errorf(value.TemplateNotFound, "Tried to select from an empty list of templates.")
	}
	tried := ""
	for i, name := range names {
		t, err := f.load(name)
		if err == nil || !value.IsKind(err, value.TemplateNotFound, value.UndefinedError) {
			return t, err
		}
		s, _ := value.ToStr(name)
		if i > 0 {
			tried += ", "
		}
		tried += s
	}
	return nil, value.Errorf(value.TemplateNotFound, "none of the templates given were found: %s", tried)
}

type includeStmt struct {
	at            ast.Span
	template      expr
	ignoreMissing bool
	withContext   bool
	locals        []visibleVar
}

func (s *includeStmt) exec(f *frame) error {
	v, err := s.template.eval(f)
	if err != nil {
		return err
	}
	t, err := f.loadFirst(v)
	if err != nil {
		if s.ignoreMissing && value.IsKind(err, value.TemplateNotFound) {
			return nil
		}
		return f.fail(s.at, err)
	}
	return f.fail2(s.at, t.root(f.contextFor(t, s.withContext, s.locals), f.out))
}

// contextFor is the context in which another template runs: with the variables of this place, or with the globals alone.
func (f *frame) contextFor(t *Template, with bool, locals []visibleVar) *context {
	r := f.ctx.run
	if with {
		ctx := r.newContext(t, f.ctx, f.locals(locals))
		ctx.globalsOnly = f.ctx.globalsOnly
		return ctx
	}
	ctx := r.newContext(t, nil, nil)
	ctx.globalsOnly = true
	return ctx
}

// module is an imported template.
type module struct {
	name string
	ctx  *context
	text value.Str
}

// TypeName implements value.Value.
func (*module) TypeName() string { return "TemplateModule" }

// Attr implements value.AttrGetter.
func (m *module) Attr(name string) (value.Value, bool) {
	if !m.ctx.exported[name] {
		return nil, false
	}
	return m.ctx.vars[name], true
}

// PyStr implements value.Printer.
func (m *module) PyStr() (string, error) { return string(m.text), nil }

// PyRepr implements value.Representer.
func (m *module) PyRepr() (string, error) { return "<TemplateModule '" + m.name + "'>", nil }

// importModule runs a template for what it defines. Without context that is done once in a rendering.
func (f *frame) importModule(x expr, with bool, locals []visibleVar) (*module, error) {
	v, err := x.eval(f)
	if err != nil {
		return nil, err
	}
	t, err := f.load(v)
	if err != nil {
		return nil, err
	}
	r := f.ctx.run
	if m := r.modules[t]; m != nil && !with {
		return m, nil
	}
	m := &module{name: t.name, ctx: f.contextFor(t, with, locals)}
	out := &output{run: r}
	if err := t.root(m.ctx, out); err != nil {
		return nil, err
	}
	m.text = value.Str(out.buf)
	if !with {
		if r.modules == nil {
			r.modules = map[*Template]*module{}
		}
		r.modules[t] = m
	}
	return m, nil
}

type importStmt struct {
	at          ast.Span
	template    expr
	withContext bool
	locals      []visibleVar
	to          *nameTarget
}

func (s *importStmt) exec(f *frame) error {
	m, err := f.importModule(s.template, s.withContext, s.locals)
	if err != nil {
		return f.fail(s.at, err)
	}
	return s.to.assign(f, m)
}

type fromImportStmt struct {
	at          ast.Span
	template    expr
	withContext bool
	locals      []visibleVar
	names       []string
	targets     []*nameTarget
}

func (s *fromImportStmt) exec(f *frame) error {
	m, err := f.importModule(s.template, s.withContext, s.locals)
	if err != nil {
		return f.fail(s.at, err)
	}
	for i, name := range s.names {
		v, ok := m.Attr(name)
		if !ok {
			v = &value.Undefined{
				Name: value.Str(name), Kind: value.UndefinedError,
				Hint: sprintf("the template '%s' (imported on line %d) does not export the requested name '%s'", m.name, s.at.Start.Line, name),
			}
		}
		if err := s.targets[i].assign(f, v); err != nil {
			return err
		}
	}
	return nil
}
