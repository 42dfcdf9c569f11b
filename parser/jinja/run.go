package jinja

import (
	"errors"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

// run is one rendering: what is shared by all templates that take part in it.
type run struct {
	env      *Environment
	resolver Resolver
	steps    int // left
	depth    int // nested calls
	output   int // bytes left
	modules  map[*Template]*module
}

// frame is one running function: its variables and where its text goes.
type frame struct {
	slots []value.Value
	up    *frame // of the function that this one was defined in
	ctx   *context
	out   *output
	code  *code
}

// code is a compiled template, for messages.
type code struct {
	name   string
	source string
}

// unresolved marks a slot whose variable has not been read from the context yet.
var unresolved value.Value = &value.Undefined{Hint: "unresolved"}

// place is a slot seen from a function: so many functions out.
type place struct{ hops, slot int }

// slotInit is how a slot starts when its scope is entered.
type slotInit struct {
	slot  int
	kind  loadKind
	outer place
}

func (f *frame) enter(inits []slotInit) {
	for i := range inits {
		switch in := &inits[i]; in.kind {
		case loadResolve:
			f.slots[in.slot] = unresolved
		case loadAlias:
			f.slots[in.slot] = f.at(in.outer.hops).slots[in.outer.slot]
		default:
			f.slots[in.slot] = nil
		}
	}
}

// at is the frame so many functions out.
func (f *frame) at(hops int) *frame {
	for ; hops > 0; hops-- {
		f = f.up
	}
	return f
}

// read gives the variable of a slot, nil where it has no value.
func (f *frame) read(p place, name string) (value.Value, error) {
	holder := f.at(p.hops)
	v := holder.slots[p.slot]
	if v == unresolved {
		got, ok, err := f.ctx.Lookup(name)
		if err != nil {
			return nil, err
		}
		if !ok {
			got = nil
		}
		holder.slots[p.slot] = got
		return got, nil
	}
	return v, nil
}

// fail puts the place of an expression or tag to an error that has none yet.
func (f *frame) fail(at ast.Span, err error) error {
	if err == errBreak || err == errContinue {
		return err
	}
	var placed *Error
	if errors.As(err, &placed) {
		return err
	}
	return f.code.fail(at, err)
}

func (c *code) fail(at ast.Span, err error) *Error {
	return &Error{Kind: value.KindOf(err), Template: c.name, Span: at, Source: c.excerpt(at), Msg: err.Error(), Cause: err}
}

// excerpt is the text of a span.
func (c *code) excerpt(at ast.Span) string {
	start, end := at.Start.Offset, at.End.Offset
	if start < 0 || end < start || end > len(c.source) {
		return ""
	}
	return c.source[start:end]
}

// Loop control travels as errors that no user sees.
var (
	errBreak    = errors.New("break outside of a loop")
	errContinue = errors.New("continue outside of a loop")
)

func (r *run) spend(n int) error {
	if r.steps -= n; r.steps < 0 {
		return value.Errorf(value.BudgetError, "the template takes more than %d steps", r.env.config.Budget.Steps)
	}
	if interrupt := r.env.config.Interrupt; interrupt != nil && r.steps&1023 == 0 {
		return interrupt(r.resolver)
	}
	return nil
}

// call guards one more nested call; leave it with r.depth--.
func (r *run) call() error {
	if r.depth++; r.depth > r.env.config.Budget.Depth {
		return value.Errorf(value.RecursionError, "maximum recursion depth exceeded: calls are nested more than %d deep", r.env.config.Budget.Depth)
	}
	return r.spend(1)
}

// output collects the text of a template or, in native mode, the values that its root prints.
type output struct {
	run    *run
	buf    []byte
	native bool
	parts  []value.Value
}

func (o *output) text(s string) error {
	if o.native {
		if s != "" {
			o.parts = append(o.parts, value.Str(s))
		}
		return nil
	}
	o.buf = append(o.buf, s...)
	return o.count(len(s))
}

func (o *output) count(n int) error {
	if o.run.output -= n; o.run.output < 0 {
		return value.Errorf(value.BudgetError, "the text is longer than %d bytes", o.run.env.config.Budget.OutputSize)
	}
	return nil
}

func (o *output) value(v value.Value) error {
	if o.native {
		if u, ok := v.(*value.Undefined); ok && !u.Lenient {
			return u.Err()
		}
		o.parts = append(o.parts, v)
		return o.count(1)
	}
	before := len(o.buf)
	var err error
	if o.buf, err = value.AppendStr(o.buf, v); err != nil {
		return err
	}
	return o.count(len(o.buf) - before)
}

// joined is the value of a native rendering: a single part as it is, several as text.
func (o *output) joined() (value.Value, error) {
	if len(o.parts) == 1 {
		return o.parts[0], nil
	}
	var b []byte
	for _, p := range o.parts {
		var err error
		if b, err = value.AppendStr(b, p); err != nil {
			return nil, err
		}
	}
	return value.Str(b), nil
}
