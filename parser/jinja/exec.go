package jinja

import (
	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

func (b body) exec(f *frame) error {
	for _, s := range b {
		if err := s.exec(f); err != nil {
			return err
		}
	}
	return nil
}

func (s *scoped) exec(f *frame) error {
	f.enter(s.init)
	return s.body.exec(f)
}

// capture runs statements and gives their text.
func (f *frame) capture(s stmt) (value.Str, error) {
	outer := f.out
	f.out = &output{run: outer.run}
	err := s.exec(f)
	text := f.out.buf
	f.out = outer
	return value.Str(text), err
}

type textStmt struct {
	text  string
	check bool
}

func (s *textStmt) exec(f *frame) error {
	if s.check && f.ctx.parent != nil {
		return nil
	}
	return f.out.text(s.text)
}

type printStmt struct {
	at    ast.Span
	x     expr
	check bool
}

func (s *printStmt) exec(f *frame) error {
	if s.check && f.ctx.parent != nil {
		return nil
	}
	v, err := s.x.eval(f)
	if err != nil {
		return err
	}
	if finalize := f.ctx.run.env.config.Finalize; finalize != nil {
		if v, err = finalize(v); err != nil {
			return f.fail(s.at, err)
		}
	}
	if err := f.out.value(v); err != nil {
		return f.fail(s.at, err)
	}
	return nil
}

type ifStmt struct {
	at        ast.Span
	tests     []expr
	bodies    []body
	otherwise body
}

func (s *ifStmt) exec(f *frame) error {
	for i, test := range s.tests {
		ok, err := f.truth(s.at, test)
		if err != nil {
			return err
		}
		if ok {
			return s.bodies[i].exec(f)
		}
	}
	return s.otherwise.exec(f)
}

// target is what a value can be assigned to.
type target interface {
	assign(f *frame, v value.Value) error
}

type nameTarget struct {
	name           string
	slot           int
	export, public bool
}

func (t *nameTarget) assign(f *frame, v value.Value) error {
	f.slots[t.slot] = v
	if t.export {
		f.ctx.export(t.name, v, t.public)
	}
	return nil
}

type tupleTarget struct {
	at    ast.Span
	items []target
}

func (t *tupleTarget) assign(f *frame, v value.Value) error {
	items, err := value.Unpack(v, len(t.items))
	if err != nil {
		return f.fail(t.at, err)
	}
	for i, item := range t.items {
		if err := item.assign(f, items[i]); err != nil {
			return err
		}
	}
	return nil
}

type namespaceTarget struct {
	at   ast.Span
	ns   expr
	attr string
}

func (t *namespaceTarget) assign(f *frame, v value.Value) error {
	holder, err := t.ns.eval(f)
	if err != nil {
		return err
	}
	switch ns := holder.(type) {
	case *value.Namespace:
		ns.Attrs.SetStr(t.attr, v)
		return nil
	case *value.Undefined:
		return f.fail(t.at, ns.Err())
	}
	return f.fail(t.at, value.Errorf(value.TemplateRuntimeError, "cannot assign attribute on non-namespace object"))
}

type setStmt struct {
	at ast.Span
	v  expr
	to target
}

func (s *setStmt) exec(f *frame) error {
	v, err := s.v.eval(f)
	if err != nil {
		return err
	}
	return s.to.assign(f, v)
}

type setBlockStmt struct {
	at     ast.Span
	body   scoped
	filter *filterExpr
	to     target
}

func (s *setBlockStmt) exec(f *frame) error {
	text, err := f.capture(&s.body)
	if err != nil {
		return err
	}
	var v value.Value = text
	if s.filter != nil {
		if v, err = s.filter.applyTo(f, text); err != nil {
			return err
		}
	}
	return s.to.assign(f, v)
}

type withStmt struct {
	at      ast.Span
	values  []expr
	targets []target
	body    scoped
}

func (s *withStmt) exec(f *frame) error {
	values, err := evalAll(f, s.values)
	if err != nil {
		return err
	}
	f.enter(s.body.init)
	for i, t := range s.targets {
		if err := t.assign(f, values[i]); err != nil {
			return err
		}
	}
	return s.body.body.exec(f)
}

type filterBlockStmt struct {
	at     ast.Span
	body   scoped
	filter *filterExpr
}

func (s *filterBlockStmt) exec(f *frame) error {
	text, err := f.capture(&s.body)
	if err != nil {
		return err
	}
	v, err := s.filter.applyTo(f, text)
	if err != nil {
		return err
	}
	if err := f.out.value(v); err != nil {
		return f.fail(s.at, err)
	}
	return nil
}

type doStmt struct{ x expr }

func (s *doStmt) exec(f *frame) error {
	_, err := s.x.eval(f)
	return err
}

type controlStmt struct{ signal error }

func (s controlStmt) exec(*frame) error { return s.signal }

// autoescapeStmt runs its body. Escaping by itself is HTML's affair; a template that asks for it is told, not silently left unescaped.
type autoescapeStmt struct {
	at   ast.Span
	on   expr
	body scoped
}

func (s *autoescapeStmt) exec(f *frame) error {
	on, err := f.truth(s.at, s.on)
	if err != nil {
		return err
	}
	if on {
		return f.fail(s.at, value.Errorf(value.NotImplementedError, "{%% autoescape true %%} is not supported; apply the escape filter to what needs it"))
	}
	return s.body.exec(f)
}
