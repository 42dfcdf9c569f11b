package jinja

import (
	"slices"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

// macroCode is a compiled macro, or the body of a call block, which has no name. Slots are those of its parameters; caller, kwargs and varargs those of the special names, -1 where the macro
// does not use them.
type macroCode struct {
	name                    string
	code                    *code
	params                  []string
	slots                   []int
	defaults                []expr // of the last parameters
	caller, kwargs, varargs int
	explicitCaller          bool
	body                    scoped
	frameSize               int
}

// macro is a macro bound to the frame in which it was defined, whose variables it sees.
type macro struct {
	*macroCode
	frame *frame
}

// TypeName implements value.Value.
func (*macro) TypeName() string { return "Macro" }

// Attr implements value.AttrGetter.
func (m *macro) Attr(name string) (value.Value, bool) {
	switch name {
	case "name":
		if m.name == "" {
			return value.None, true
		}
		return value.Str(m.name), true
	case "arguments":
		names := make(value.Tuple, len(m.params))
		for i, p := range m.params {
			names[i] = value.Str(p)
		}
		return names, true
	case "catch_kwargs":
		return value.Bool(m.kwargs >= 0), true
	case "catch_varargs":
		return value.Bool(m.varargs >= 0), true
	case "caller":
		return value.Bool(m.caller >= 0 || m.explicitCaller), true
	}
	return nil, false
}

// PyRepr implements value.Representer.
func (m *macro) PyRepr() (string, error) {
	if m.name == "" {
		return "<Macro anonymous>", nil
	}
	return "<Macro '" + m.name + "'>", nil
}

// label is the macro in messages; the body of a call block has no name.
func (m *macroCode) label() string {
	if m.name == "" {
		return "None"
	}
	return "'" + m.name + "'"
}

// Call implements value.Callable: the text of the macro.
func (m *macro) Call(a *value.Args) (value.Value, error) {
	r := m.frame.ctx.run
	if err := r.call(); err != nil {
		return nil, err
	}
	defer func() { r.depth-- }()
	f := &frame{slots: make([]value.Value, m.frameSize), up: m.frame, ctx: m.frame.ctx, code: m.code, out: &output{run: r}}
	f.enter(m.body.init)
	if err := m.bind(f, a); err != nil {
		return nil, err
	}
	if err := m.setDefaults(f); err != nil {
		return nil, err
	}
	if err := m.body.body.exec(f); err != nil {
		return nil, err
	}
	return value.Str(f.out.buf), nil
}

// bind puts the arguments into the slots, as jinja2.runtime.Macro.
func (m *macro) bind(f *frame, a *value.Args) error {
	kw := append([]value.Kwarg(nil), a.Kw...)
	pop := func(name string) value.Value {
		for i := range kw {
			if kw[i].Name == name {
				v := kw[i].Value
				kw = append(kw[:i], kw[i+1:]...)
				return v
			}
		}
		return nil
	}
	n := min(len(a.Pos), len(m.slots))
	for i, slot := range m.slots {
		if i < n {
			f.slots[slot] = a.Pos[i]
			continue
		}
		f.slots[slot] = pop(m.params[i])
	}
	if m.caller >= 0 {
		f.slots[m.caller] = pop("caller")
		if f.slots[m.caller] == nil {
			f.slots[m.caller] = value.UndefinedHint("No caller defined")
		}
	}
	switch {
	case m.kwargs >= 0:
		d := value.NewDict()
		for _, k := range kw {
			d.SetStr(k.Name, k.Value)
		}
		f.slots[m.kwargs] = d
	case len(kw) > 0:
		return m.surplus(kw)
	}
	switch {
	case m.varargs >= 0:
		f.slots[m.varargs] = append(value.Tuple{}, a.Pos[n:]...)
	case len(a.Pos) > n:
		return value.Errorf(value.TypeError, "macro %s takes not more than %d argument(s)", m.label(), len(m.slots))
	}
	return nil
}

func (m *macro) surplus(kw []value.Kwarg) error {
	for _, k := range kw {
		if k.Name == "caller" {
			return value.Errorf(value.TypeError, "macro %s was invoked with two values for the special caller argument. This is most likely a bug.", m.label())
		}
	}
	return value.Errorf(value.TypeError, "macro %s takes no keyword argument '%s'", m.label(), kw[0].Name)
}

// setDefaults computes the parameters that were not given, from left to right, so that a default can use those before it.
func (m *macro) setDefaults(f *frame) error {
	required := len(m.slots) - len(m.defaults)
	for i, slot := range m.slots {
		if f.slots[slot] != nil {
			continue
		}
		if i < required {
			f.slots[slot] = &value.Undefined{
				Name: value.Str(m.params[i]), Kind: value.UndefinedError,
				Hint: "parameter '" + m.params[i] + "' was not provided",
			}
			continue
		}
		v, err := m.defaults[i-required].eval(f)
		if err != nil {
			return err
		}
		f.slots[slot] = v
	}
	return nil
}

type macroStmt struct {
	code *macroCode
	to   *nameTarget
}

func (s *macroStmt) exec(f *frame) error {
	return s.to.assign(f, &macro{s.code, f})
}

// callBlockStmt calls a macro and hands it the body as caller.
type callBlockStmt struct {
	at     ast.Span
	caller *macroCode
	call   expr
}

func (s *callBlockStmt) exec(f *frame) error {
	var fn value.Value
	var err error
	var a *args
	switch x := s.call.(type) {
	case *callExpr:
		fn, err = x.fn.eval(f)
		a = &x.args
	case *methodExpr:
		var self value.Value
		if self, err = x.x.eval(f); err == nil {
			fn, err = f.attr(x.attrAt, self, x.name)
		}
		a = &x.args
	}
	if err != nil {
		return err
	}
	c := f.newCall("")
	if err := a.into(f, s.at, &c.Args); err != nil {
		return err
	}
	// The caller comes after the arguments that are named in the call, and before those of **kwargs.
	c.Kw = slices.Insert(c.Kw, len(a.kw), value.Kwarg{Name: "caller", Value: &macro{s.caller, f}})
	v, err := f.callWith(fn, c)
	if err == nil {
		err = f.out.value(v)
	}
	if err != nil {
		return f.fail(s.at, err)
	}
	return nil
}
