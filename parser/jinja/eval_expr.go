package jinja

import (
	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

type constExpr struct{ v value.Value }

func (x *constExpr) eval(*frame) (value.Value, error) { return x.v, nil }

// localExpr reads a variable of the running function.
type localExpr struct {
	at   ast.Span
	name string
	slot int
}

func (x *localExpr) eval(f *frame) (value.Value, error) {
	v := f.slots[x.slot]
	if v != nil && v != unresolved {
		return v, nil
	}
	return f.variable(x.at, place{0, x.slot}, x.name)
}

// outerExpr reads a variable of a function around the running one.
type outerExpr struct {
	at   ast.Span
	name string
	p    place
}

func (x *outerExpr) eval(f *frame) (value.Value, error) { return f.variable(x.at, x.p, x.name) }

func (f *frame) variable(at ast.Span, p place, name string) (value.Value, error) {
	v, err := f.read(p, name)
	if err != nil {
		return nil, f.fail(at, err)
	}
	if v == nil {
		return value.NewUndefined(name), nil
	}
	return v, nil
}

func evalAll(f *frame, list []expr) ([]value.Value, error) {
	out := make([]value.Value, len(list))
	for i, x := range list {
		var err error
		if out[i], err = x.eval(f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type tupleExpr struct{ items []expr }

func (x *tupleExpr) eval(f *frame) (value.Value, error) {
	items, err := evalAll(f, x.items)
	return value.Tuple(items), err
}

type listExpr struct{ items []expr }

func (x *listExpr) eval(f *frame) (value.Value, error) {
	items, err := evalAll(f, x.items)
	return value.NewList(items...), err
}

type dictExpr struct {
	at           ast.Span
	keys, values []expr
}

func (x *dictExpr) eval(f *frame) (value.Value, error) {
	d := value.NewDict()
	for i := range x.keys {
		k, err := x.keys[i].eval(f)
		if err != nil {
			return nil, err
		}
		v, err := x.values[i].eval(f)
		if err != nil {
			return nil, err
		}
		if err := d.Set(k, v); err != nil {
			return nil, f.fail(x.at, err)
		}
	}
	return d, nil
}

// truth evaluates a condition.
func (f *frame) truth(at ast.Span, x expr) (bool, error) {
	v, err := x.eval(f)
	if err != nil {
		return false, err
	}
	if b, ok := v.(value.Bool); ok {
		return bool(b), nil
	}
	ok, err := value.Truth(v)
	if err != nil {
		return false, f.fail(at, err)
	}
	return ok, nil
}

type condExpr struct {
	at                    ast.Span
	test, then, otherwise expr
}

func (x *condExpr) eval(f *frame) (value.Value, error) {
	ok, err := f.truth(x.at, x.test)
	switch {
	case err != nil:
		return nil, err
	case ok:
		return x.then.eval(f)
	case x.otherwise != nil:
		return x.otherwise.eval(f)
	}
	return &value.Undefined{
		Kind: value.UndefinedError, Lenient: true,
		Hint: sprintf("the inline if-expression on line %d evaluated to false and no else section was defined.", x.at.Start.Line),
	}, nil
}

type binaryExpr struct {
	at          ast.Span
	op          string
	left, right expr
}

func (x *binaryExpr) eval(f *frame) (value.Value, error) {
	a, err := x.left.eval(f)
	if err != nil {
		return nil, err
	}
	b, err := x.right.eval(f)
	if err != nil {
		return nil, err
	}
	v, err := value.Operate(x.op, a, b)
	if err != nil {
		return nil, f.fail(x.at, err)
	}
	return v, nil
}

type logicExpr struct {
	at          ast.Span
	or          bool
	left, right expr
}

func (x *logicExpr) eval(f *frame) (value.Value, error) {
	v, err := x.left.eval(f)
	if err != nil {
		return nil, err
	}
	ok, err := value.Truth(v)
	if err != nil {
		return nil, f.fail(x.at, err)
	}
	if ok == x.or {
		return v, nil
	}
	return x.right.eval(f)
}

type notExpr struct {
	at ast.Span
	x  expr
}

func (x *notExpr) eval(f *frame) (value.Value, error) {
	ok, err := f.truth(x.at, x.x)
	return value.Bool(!ok), err
}

type signExpr struct {
	at       ast.Span
	negative bool
	x        expr
}

func (x *signExpr) eval(f *frame) (value.Value, error) {
	v, err := x.x.eval(f)
	if err != nil {
		return nil, err
	}
	if x.negative {
		v, err = value.Neg(v)
	} else {
		v, err = value.Pos(v)
	}
	if err != nil {
		return nil, f.fail(x.at, err)
	}
	return v, nil
}

type compareExpr struct {
	at    ast.Span
	left  expr
	ops   []string
	right []expr
}

func (x *compareExpr) eval(f *frame) (value.Value, error) {
	a, err := x.left.eval(f)
	if err != nil {
		return nil, err
	}
	for i, op := range x.ops {
		b, err := x.right[i].eval(f)
		if err != nil {
			return nil, err
		}
		ok, err := relate(op, a, b)
		if err != nil {
			return nil, f.fail(x.at, err)
		}
		if !ok {
			return value.Bool(false), nil
		}
		a = b
	}
	return value.Bool(true), nil
}

func relate(op string, a, b value.Value) (bool, error) {
	switch op {
	case "==":
		return value.Equal(a, b)
	case "!=":
		ok, err := value.Equal(a, b)
		return !ok, err
	case "in":
		return value.Contains(b, a)
	case "not in":
		ok, err := value.Contains(b, a)
		return !ok, err
	}
	return value.Compare(value.Order(op), a, b)
}

type concatExpr struct {
	at    ast.Span
	parts []expr
}

func (x *concatExpr) eval(f *frame) (value.Value, error) {
	var scratch [64]byte
	b := scratch[:0]
	for _, part := range x.parts {
		v, err := part.eval(f)
		if err != nil {
			return nil, err
		}
		if b, err = value.AppendStr(b, v); err != nil {
			return nil, f.fail(x.at, err)
		}
	}
	return value.Str(b), nil
}

type attrExpr struct {
	at   ast.Span
	x    expr
	name string
}

func (x *attrExpr) eval(f *frame) (value.Value, error) {
	v, err := x.x.eval(f)
	if err != nil {
		return nil, err
	}
	return f.attr(x.at, v, x.name)
}

func (f *frame) attr(at ast.Span, v value.Value, name string) (value.Value, error) {
	var err error
	if l, ok := v.(*loop); ok {
		v, err = l.attr(name)
	} else {
		v, err = value.Attribute(v, name)
	}
	if err != nil {
		return nil, f.fail(at, err)
	}
	return v, nil
}

type itemExpr struct {
	at     ast.Span
	x, key expr
	slice  bool
}

func (x *itemExpr) eval(f *frame) (value.Value, error) {
	v, err := x.x.eval(f)
	if err != nil {
		return nil, err
	}
	k, err := x.key.eval(f)
	if err != nil {
		return nil, err
	}
	if x.slice {
		v, err = value.GetItem(v, k)
	} else if l, ok := v.(*loop); ok && value.IsStr(k) {
		v, err = l.attr(string(k.(value.Str)))
	} else {
		v, err = value.Subscript(v, k)
	}
	if err != nil {
		return nil, f.fail(x.at, err)
	}
	return v, nil
}

type sliceExpr struct{ start, stop, step expr }

func (x *sliceExpr) eval(f *frame) (value.Value, error) {
	s := &value.Slice{Start: value.None, Stop: value.None, Step: value.None}
	for _, part := range []struct {
		x  expr
		to *value.Value
	}{{x.start, &s.Start}, {x.stop, &s.Stop}, {x.step, &s.Step}} {
		if part.x == nil {
			continue
		}
		v, err := part.x.eval(f)
		if err != nil {
			return nil, err
		}
		*part.to = v
	}
	return s, nil
}
