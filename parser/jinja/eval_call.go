package jinja

import (
	"fmt"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

func sprintf(format string, a ...any) string { return fmt.Sprintf(format, a...) }

// args are compiled arguments.
type args struct {
	pos          []expr
	names        []string
	kw           []expr
	star, starKw expr
}

// callArea is a Call with room for its arguments, so that most calls allocate once.
type callArea struct {
	call.Call
	room [4]value.Value
}

func (f *frame) newCall(name string) *callArea {
	c := &callArea{}
	c.Name, c.Context = name, f.ctx
	c.Pos = c.room[:0]
	return c
}

// into evaluates the arguments and adds them.
func (a *args) into(f *frame, at ast.Span, to *value.Args) error {
	for _, x := range a.pos {
		v, err := x.eval(f)
		if err != nil {
			return err
		}
		to.Pos = append(to.Pos, v)
	}
	for i, x := range a.kw {
		v, err := x.eval(f)
		if err != nil {
			return err
		}
		to.Kw = append(to.Kw, value.Kwarg{Name: a.names[i], Value: v})
	}
	if a.star != nil {
		v, err := a.star.eval(f)
		if err != nil {
			return err
		}
		items, err := value.ToSlice(v)
		if err != nil {
			return f.fail(at, err)
		}
		to.Pos = append(to.Pos, items...)
	}
	if a.starKw != nil {
		v, err := a.starKw.eval(f)
		if err != nil {
			return err
		}
		return a.spread(f, at, v, to)
	}
	return nil
}

// spread adds the entries of **kwargs.
func (a *args) spread(f *frame, at ast.Span, v value.Value, to *value.Args) error {
	d, ok := v.(*value.Dict)
	if !ok {
		return f.fail(at, value.Errorf(value.TypeError, "argument after ** must be a mapping, not %s", v.TypeName()))
	}
	for k, v := range d.All() {
		name, ok := k.(value.Str)
		if !ok {
			return f.fail(at, value.Errorf(value.TypeError, "keywords must be strings"))
		}
		for _, kw := range to.Kw {
			if kw.Name == string(name) {
				return f.fail(at, value.Errorf(value.TypeError, "got multiple values for keyword argument '%s'", name))
			}
		}
		to.Kw = append(to.Kw, value.Kwarg{Name: string(name), Value: v})
	}
	return nil
}

// callExpr calls a value.
type callExpr struct {
	at   ast.Span
	fn   expr
	args args
}

func (x *callExpr) eval(f *frame) (value.Value, error) {
	fn, err := x.fn.eval(f)
	if err != nil {
		return nil, err
	}
	return f.invoke(x.at, fn, &x.args)
}

func (f *frame) invoke(at ast.Span, fn value.Value, a *args) (value.Value, error) {
	c := f.newCall("")
	if err := a.into(f, at, &c.Args); err != nil {
		return nil, err
	}
	v, err := f.callWith(fn, c)
	if err != nil {
		return nil, f.fail(at, err)
	}
	return v, nil
}

func (f *frame) callWith(fn value.Value, c *callArea) (value.Value, error) {
	r := f.ctx.run
	if err := r.call(); err != nil {
		return nil, err
	}
	defer func() { r.depth-- }()
	switch fn := fn.(type) {
	case *call.Function:
		c.Name = fn.Name
		return fn.Fn(&c.Call)
	case value.Callable:
		return fn.Call(&c.Args)
	case *value.Undefined:
		return nil, fn.Err()
	}
	return nil, value.Errorf(value.TypeError, "'%s' object is not callable", fn.TypeName())
}

// methodExpr calls an attribute: methods of built-in types without the detour over a bound method.
type methodExpr struct {
	at, attrAt ast.Span
	x          expr
	name       string
	args       args
}

func (x *methodExpr) eval(f *frame) (value.Value, error) {
	self, err := x.x.eval(f)
	if err != nil {
		return nil, err
	}
	m := value.FindMethod(self, x.name)
	if m == nil {
		fn, err := f.attr(x.attrAt, self, x.name)
		if err != nil {
			return nil, err
		}
		return f.invoke(x.at, fn, &x.args)
	}
	var room [3]value.Value
	a := value.Args{Pos: room[:0]}
	if err := x.args.into(f, x.at, &a); err != nil {
		return nil, err
	}
	v, err := m(self, &a)
	if err == nil {
		err = f.ctx.run.spend(1)
	}
	if err != nil {
		return nil, f.fail(x.at, err)
	}
	return v, nil
}

// filterExpr applies a filter. X is nil within a block, whose text is put in its place.
type filterExpr struct {
	at   ast.Span
	name string
	fn   call.Func
	x    expr
	args args
}

func (x *filterExpr) eval(f *frame) (value.Value, error) {
	v, err := x.x.eval(f)
	if err != nil {
		return nil, err
	}
	return x.apply(f, v)
}

func (x *filterExpr) apply(f *frame, v value.Value) (value.Value, error) {
	c := f.newCall(x.name)
	c.Pos = append(c.Pos, v)
	if err := x.args.into(f, x.at, &c.Args); err != nil {
		return nil, err
	}
	v, err := x.fn(&c.Call)
	if err != nil {
		return nil, f.fail(x.at, err)
	}
	return v, nil
}

// applyTo filters the text of a block: through the innermost filter of a chain first.
func (x *filterExpr) applyTo(f *frame, text value.Value) (value.Value, error) {
	if inner, ok := x.x.(*filterExpr); ok {
		v, err := inner.applyTo(f, text)
		if err != nil {
			return nil, err
		}
		return x.apply(f, v)
	}
	return x.apply(f, text)
}

type testExpr struct{ filterExpr }

func (x *testExpr) eval(f *frame) (value.Value, error) {
	v, err := x.filterExpr.eval(f)
	if err != nil {
		return nil, err
	}
	if b, ok := v.(value.Bool); ok {
		return b, nil
	}
	ok, err := value.Truth(v)
	if err != nil {
		return nil, f.fail(x.at, err)
	}
	return value.Bool(ok), nil
}
