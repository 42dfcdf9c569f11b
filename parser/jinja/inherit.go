package jinja

import (
	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

// blockStmt renders a block: the definition that the outermost child gave.
type blockStmt struct {
	at          ast.Span
	name        string
	scoped      bool
	locals      []visibleVar
	checkOutput bool
	required    bool
}

func (s *blockStmt) exec(f *frame) error {
	if s.checkOutput && f.ctx.parent != nil {
		return nil
	}
	stack := f.ctx.blocks[s.name]
	if s.required && len(stack) <= 1 {
		return f.fail(s.at, value.Errorf(value.TemplateRuntimeError, "Required block '%s' not found", s.name))
	}
	ctx := f.ctx
	if s.scoped {
		ctx = ctx.derived(f.locals(s.locals))
	}
	return f.fail2(s.at, stack[0].render(ctx, stack, 0, f.out))
}

// fail2 is fail for an error that may be nil.
func (f *frame) fail2(at ast.Span, err error) error {
	if err == nil {
		return nil
	}
	return f.fail(at, err)
}

// locals are the values of the variables that a scoped block or an included template can see.
func (f *frame) locals(vars []visibleVar) map[string]value.Value {
	out := make(map[string]value.Value, len(vars))
	for _, v := range vars {
		if got := f.at(v.p.hops).slots[v.p.slot]; got != nil && got != unresolved {
			out[v.name] = got
		}
	}
	return out
}

// render runs the i-th definition in a stack of definitions of one block.
func (b *block) render(ctx *context, stack []*block, i int, out *output) error {
	r := ctx.run
	if err := r.call(); err != nil {
		return err
	}
	defer func() { r.depth-- }()
	f := &frame{slots: make([]value.Value, b.slots), ctx: ctx, out: out, code: b.code}
	f.enter(b.body.init)
	if b.self >= 0 {
		f.slots[b.self] = &selfRef{ctx}
	}
	if b.super >= 0 {
		f.slots[b.super] = superOf(ctx, stack, i)
	}
	return b.body.body.exec(f)
}

// superOf is what `super` is within the i-th definition of a block.
func superOf(ctx *context, stack []*block, i int) value.Value {
	if i+1 >= len(stack) {
		return value.UndefinedHint("there is no parent block called '" + stack[i].name + "'.")
	}
	return &blockRef{ctx, stack, i + 1}
}

// blockRef is a definition of a block that can be called: super, and self.name.
type blockRef struct {
	ctx   *context
	stack []*block
	i     int
}

// TypeName implements value.Value.
func (*blockRef) TypeName() string { return "BlockReference" }

// Attr implements value.AttrGetter.
func (b *blockRef) Attr(name string) (value.Value, bool) {
	if name == "super" {
		return superOf(b.ctx, b.stack, b.i), true
	}
	return nil, false
}

// Call implements value.Callable.
func (b *blockRef) Call(a *value.Args) (value.Value, error) {
	if len(a.Pos)+len(a.Kw) > 0 {
		return nil, value.Errorf(value.TypeError, "a block takes no arguments (%d given)", len(a.Pos)+len(a.Kw))
	}
	out := &output{run: b.ctx.run}
	err := b.stack[b.i].render(b.ctx, b.stack, b.i, out)
	return value.Str(out.buf), err
}

// selfRef is `self`, which gives the blocks of the template by name.
type selfRef struct{ ctx *context }

// TypeName implements value.Value.
func (*selfRef) TypeName() string { return "TemplateReference" }

// Attr implements value.AttrGetter.
func (s *selfRef) Attr(name string) (value.Value, bool) {
	stack := s.ctx.blocks[name]
	if stack == nil {
		return nil, false
	}
	return &blockRef{s.ctx, stack, 0}, true
}

type extendsStmt struct {
	at       ast.Span
	template expr
}

func (s *extendsStmt) exec(f *frame) error {
	if f.ctx.parent != nil {
		return f.fail(s.at, value.Errorf(value.TemplateRuntimeError, "extended multiple times"))
	}
	v, err := s.template.eval(f)
	if err != nil {
		return err
	}
	t, err := f.load(v)
	if err != nil {
		return f.fail(s.at, err)
	}
	f.ctx.parent = t
	if f.ctx.blocks == nil {
		f.ctx.blocks = map[string][]*block{}
	}
	for name, b := range t.program.blocks {
		f.ctx.blocks[name] = append(f.ctx.blocks[name], b)
	}
	return nil
}

// root renders a template in its context, and then the one that it extends.
func (t *Template) root(ctx *context, out *output) error {
	r := ctx.run
	if err := r.call(); err != nil {
		return err
	}
	defer func() { r.depth-- }()
	f := &frame{slots: make([]value.Value, t.program.slots), ctx: ctx, out: out, code: t.program.code}
	f.enter(t.program.root.init)
	if t.program.self >= 0 {
		f.slots[t.program.self] = &selfRef{ctx}
	}
	if err := t.program.root.body.exec(f); err != nil {
		return err
	}
	if parent := ctx.parent; parent != nil {
		ctx.parent = nil
		return parent.root(ctx, out)
	}
	return nil
}
