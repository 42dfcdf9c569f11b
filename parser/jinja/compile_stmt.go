package jinja

import (
	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/parse"
	"pylint-deploy/parser/jinja/value"
)

// stmt is a compiled statement.
type stmt interface {
	exec(f *frame) error
}

// body is compiled statements that run in the scope around them.
type body []stmt

// scoped is a body with a scope of its own within the same function.
type scoped struct {
	init []slotInit
	body body
}

// program is a compiled template.
type program struct {
	code   *code
	slots  int
	root   scoped
	self   int // slot of `self`, -1 where the template does not use it
	blocks map[string]*block
}

// block is a compiled block: a function of its own.
type block struct {
	name        string
	code        *code
	slots       int
	body        scoped
	self, super int
	required    bool
}

// compile turns a tree into a program.
func (e *Environment) compile(t *ast.Template, code *code) (p *program, err error) {
	defer catch(&err)
	c := &compiler{env: e, code: code, blocks: map[string]*block{}}
	p = &program{code: code, blocks: c.blocks}
	c.collectBlocks(t.Body)
	c.fn = &function{}
	c.toplevel = true
	c.checkOutput = extends(t.Body)
	c.syms = newSymbols(c.fn, nil)
	p.self = c.special("self", t.Body)
	c.syms.stmts(t.Body)
	p.root.body = c.body(t.Body)
	p.root.init = c.syms.initial(c.fn)
	p.slots = c.fn.slots
	return p, nil
}

// catch turns what the compiler threw into an error.
func catch(err *error) {
	if r := recover(); r != nil {
		failure, ok := r.(*parse.Error)
		if !ok {
			panic(r)
		}
		*err = failure
	}
}

// compileExpr turns a bare expression into a program whose body is empty.
func (e *Environment) compileExpr(tree ast.Expr, code *code) (p *program, x expr, err error) {
	defer catch(&err)
	c := &compiler{env: e, code: code, fn: &function{}}
	c.syms = newSymbols(c.fn, nil)
	c.syms.expr(tree)
	x = c.expr(tree)
	p = &program{code: code, self: -1, slots: c.fn.slots}
	p.root.init = c.syms.initial(c.fn)
	return p, x, nil
}

// extends tells whether a template may turn into a child of another: only then do prints ask.
func extends(list []ast.Stmt) bool {
	found := false
	for _, s := range list {
		ast.Walk(s, func(n ast.Node) bool {
			_, ok := n.(*ast.Extends)
			found = found || ok
			return !found
		})
	}
	return found
}

// special declares a name that the engine provides, if the statements read it, and gives its slot or -1.
func (c *compiler) special(name string, list []ast.Stmt) int {
	if !mentions(list, name) {
		return -1
	}
	return c.syms.param(name).slot
}

// mentions tells whether statements read a name anywhere, blocks left out.
func mentions(list []ast.Stmt, name string) bool {
	found := false
	for _, s := range list {
		ast.Walk(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Name:
				found = found || n.Name == name
			case *ast.Block:
				return false
			}
			return !found
		})
	}
	return found
}

func (c *compiler) collectBlocks(list []ast.Stmt) {
	for _, s := range list {
		ast.Walk(s, func(n ast.Node) bool {
			b, ok := n.(*ast.Block)
			if !ok {
				return true
			}
			if c.blocks[b.Name] != nil {
				c.fail(b, value.SyntaxError, "block '"+b.Name+"' defined twice")
			}
			c.blocks[b.Name] = &block{name: b.Name}
			return true
		})
	}
	for _, s := range list {
		ast.Walk(s, func(n ast.Node) bool {
			if b, ok := n.(*ast.Block); ok {
				c.compileBlock(b)
			}
			return true
		})
	}
}

func (c *compiler) compileBlock(n *ast.Block) {
	sub := &compiler{env: c.env, code: c.code, blocks: c.blocks, fn: &function{}}
	sub.syms = newSymbols(sub.fn, nil)
	b := c.blocks[n.Name]
	b.code, b.required = c.code, n.Required
	b.self = sub.special("self", n.Body)
	b.super = sub.special("super", n.Body)
	sub.syms.stmts(n.Body)
	b.body.body = sub.body(n.Body)
	b.body.init = sub.syms.initial(sub.fn)
	b.slots = sub.fn.slots
}

// inner compiles a scope within the same function. Declare adds its parameters; list is the statements it looks at.
func (c *compiler) inner(declare func(), list []ast.Stmt) scoped {
	outer := *c
	c.syms = newSymbols(c.fn, outer.syms)
	c.soft, c.toplevel = false, false
	if declare != nil {
		declare()
	}
	c.syms.stmts(list)
	s := scoped{body: c.body(list)}
	s.init = c.syms.initial(c.fn)
	c.syms, c.soft, c.toplevel = outer.syms, outer.soft, outer.toplevel
	return s
}

// nested compiles with a function of its own, within which nothing is exported and all text is printed.
func (c *compiler) nested(compile func()) *function {
	outer := *c
	c.fn = &function{parent: c.fn}
	c.syms = newSymbols(c.fn, outer.syms)
	c.soft, c.toplevel, c.checkOutput, c.loops = false, false, false, 0
	compile()
	fn := c.fn
	c.fn, c.syms, c.soft, c.toplevel, c.checkOutput, c.loops = outer.fn, outer.syms, outer.soft, outer.toplevel, outer.checkOutput, outer.loops
	return fn
}

// body compiles statements in the current scope.
func (c *compiler) body(list []ast.Stmt) body {
	out := make(body, 0, len(list))
	for _, s := range list {
		out = append(out, c.stmt(s))
	}
	return out
}

func (c *compiler) stmt(s ast.Stmt) stmt {
	switch s := s.(type) {
	case *ast.Text:
		return &textStmt{s.Text, c.checkOutput}
	case *ast.Print:
		return &printStmt{s.X.Span(), c.expr(s.X), c.checkOutput}
	case *ast.If:
		return c.ifElse(s)
	case *ast.For:
		return c.forLoop(s)
	case *ast.Set:
		v := c.expr(s.Value)
		return &setStmt{s.At, v, c.target(s.Target)}
	case *ast.SetBlock:
		return c.setBlock(s)
	case *ast.With:
		return c.with(s)
	case *ast.Macro:
		m := c.macro(s.Name, &s.Params, s.Body, s)
		return &macroStmt{m, c.nameTarget(s.Name)}
	case *ast.CallBlock:
		return c.callBlock(s)
	case *ast.FilterBlock:
		return &filterBlockStmt{s.At, c.inner(nil, s.Body), c.blockFilter(s.Filter)}
	case *ast.Do:
		return &doStmt{c.expr(s.X)}
	case *ast.Break, *ast.Continue:
		return c.loopControl(s)
	case *ast.Autoescape:
		return &autoescapeStmt{s.At, c.expr(s.Value), c.inner(nil, s.Body)}
	}
	return c.templateStmt(s)
}

// templateStmt compiles what has to do with other templates.
func (c *compiler) templateStmt(s ast.Stmt) stmt {
	switch s := s.(type) {
	case *ast.Block:
		b := &blockStmt{at: s.At, name: s.Name, checkOutput: c.checkOutput && c.toplevel, required: s.Required}
		if s.Scoped {
			b.locals = c.visible()
			b.scoped = true
		}
		return b
	case *ast.Extends:
		if !c.toplevel && !c.soft {
			c.fail(s, value.SyntaxError, "cannot use extend from a non top-level scope")
		}
		return &extendsStmt{s.At, c.expr(s.Template)}
	case *ast.Include:
		return &includeStmt{s.At, c.expr(s.Template), s.IgnoreMissing, s.WithContext, c.visible()}
	case *ast.Import:
		return &importStmt{s.At, c.expr(s.Template), s.WithContext, c.visible(), c.importTarget(s.Name)}
	case *ast.FromImport:
		n := &fromImportStmt{at: s.At, template: c.expr(s.Template), withContext: s.WithContext, locals: c.visible()}
		for _, name := range s.Names {
			n.names = append(n.names, name.Name)
			n.targets = append(n.targets, c.importTarget(name.As))
		}
		return n
	}
	c.fail(s, value.SyntaxError, "unexpected statement")
	return nil
}

func (c *compiler) loopControl(s ast.Stmt) stmt {
	if c.loops == 0 {
		c.fail(s, value.SyntaxError, "'break' and 'continue' are only allowed within a loop")
	}
	if _, ok := s.(*ast.Break); ok {
		return controlStmt{errBreak}
	}
	return controlStmt{errContinue}
}

func (c *compiler) ifElse(s *ast.If) stmt {
	soft := c.soft
	c.soft = true
	defer func() { c.soft = soft }()
	n := &ifStmt{at: s.At}
	for _, b := range s.Branches {
		n.tests = append(n.tests, c.expr(b.Test))
		n.bodies = append(n.bodies, c.body(b.Body))
	}
	n.otherwise = c.body(s.Else)
	return n
}

// visible are the variables handed to an included template.
func (c *compiler) visible() []visibleVar {
	var out []visibleVar
	for name, ref := range c.syms.visible() {
		out = append(out, visibleVar{name, place{hops(c.fn, ref.fn), ref.slot}})
	}
	return out
}

type visibleVar struct {
	name string
	p    place
}

func (c *compiler) nameTarget(name string) *nameTarget {
	ref, _ := c.syms.find(name)
	return &nameTarget{name: name, slot: ref.slot, export: c.toplevel, public: true}
}

// importTarget is a target that is not exported further.
func (c *compiler) importTarget(name string) *nameTarget {
	t := c.nameTarget(name)
	t.public = false
	return t
}

func (c *compiler) target(x ast.Expr) target {
	switch x := x.(type) {
	case *ast.Name:
		return c.nameTarget(x.Name)
	case *ast.NSRef:
		name := &ast.Name{Name: x.Name}
		name.At = x.At
		return &namespaceTarget{x.At, c.name(name), x.Attr}
	case *ast.Tuple:
		t := &tupleTarget{at: x.At}
		for _, item := range x.Items {
			t.items = append(t.items, c.target(item))
		}
		return t
	}
	c.fail(x, value.SyntaxError, "can't assign to this")
	return nil
}

func (c *compiler) blockFilter(f *ast.Filter) *filterExpr {
	if f == nil {
		return nil
	}
	n := c.filter(f).(*filterExpr)
	if inner, ok := f.X.(*ast.Filter); ok {
		n.x = c.blockFilter(inner)
	}
	return n
}

func (c *compiler) setBlock(s *ast.SetBlock) stmt {
	body := c.inner(nil, s.Body)
	return &setBlockStmt{s.At, body, c.blockFilter(s.Filter), c.target(s.Target)}
}

func (c *compiler) with(s *ast.With) stmt {
	n := &withStmt{at: s.At, values: c.exprs(s.Values)}
	n.body = c.inner(func() {
		for _, t := range s.Targets {
			c.syms.params(t)
		}
		for _, t := range s.Targets {
			n.targets = append(n.targets, c.target(t))
		}
	}, s.Body)
	return n
}

func (c *compiler) forLoop(s *ast.For) stmt {
	n := &forStmt{at: s.At, iter: c.expr(s.Iter), loopSlot: -1}
	extended := s.Recursive || mentions(s.Body, "loop") || scopedBlocks(s.Body)
	compile := func() {
		c.loops++
		if s.Filter != nil {
			c.inner(func() {
				c.syms.params(s.Target)
				c.syms.expr(s.Filter)
				n.filterTarget = c.target(s.Target)
				n.filter = c.expr(s.Filter)
				n.filterInit = c.syms.initial(c.fn)
			}, nil)
		}
		n.body = c.inner(func() {
			if extended {
				n.loopSlot = c.syms.param("loop").slot
			}
			c.syms.params(s.Target)
			n.target = c.target(s.Target)
		}, s.Body)
		c.loops--
	}
	if !s.Recursive {
		compile()
	} else {
		fn := c.nested(compile)
		n.recursive, n.slots = true, fn.slots
	}
	n.otherwise = c.inner(nil, s.Else)
	return n
}

func scopedBlocks(list []ast.Stmt) bool {
	found := false
	for _, s := range list {
		ast.Walk(s, func(n ast.Node) bool {
			b, ok := n.(*ast.Block)
			found = found || ok && b.Scoped
			return !found
		})
	}
	return found
}

// macro compiles a macro or the body of a call block.
func (c *compiler) macro(name string, ps *ast.Params, list []ast.Stmt, at ast.Node) *macroCode {
	m := &macroCode{name: name, code: c.code}
	fn := c.nested(func() {
		explicitCaller := false
		seen := map[string]bool{}
		for _, p := range ps.Names {
			if seen[p.Name] {
				c.fail(p, value.SyntaxError, "duplicate argument '"+p.Name+"' in the definition of '"+name+"'")
			}
			seen[p.Name] = true
			explicitCaller = explicitCaller || p.Name == "caller"
			m.params = append(m.params, p.Name)
			m.slots = append(m.slots, c.syms.param(p.Name).slot)
		}
		for _, d := range ps.Defaults {
			c.syms.expr(d)
		}
		m.explicitCaller = explicitCaller
		m.caller, m.kwargs, m.varargs = -1, -1, -1
		if !explicitCaller {
			m.caller = c.specialParam("caller", list, seen)
		} else if c.callerWithoutDefault(ps) {
			c.fail(at, value.SyntaxError, `When defining macros or call blocks the special "caller" argument must be omitted or be given a default.`)
		}
		m.kwargs = c.specialParam("kwargs", list, seen)
		m.varargs = c.specialParam("varargs", list, seen)
		c.syms.stmts(list)
		m.defaults = c.exprs(ps.Defaults)
		m.body.body = c.body(list)
		m.body.init = c.syms.initial(c.fn)
	})
	m.frameSize = fn.slots
	return m
}

func (c *compiler) callerWithoutDefault(ps *ast.Params) bool {
	for i, p := range ps.Names {
		if p.Name == "caller" {
			return i < len(ps.Names)-len(ps.Defaults)
		}
	}
	return false
}

func (c *compiler) specialParam(name string, list []ast.Stmt, taken map[string]bool) int {
	if taken[name] {
		return -1
	}
	return c.special(name, list)
}

func (c *compiler) callBlock(s *ast.CallBlock) stmt {
	n := &callBlockStmt{at: s.At, caller: c.macro("", &s.Params, s.Body, s)}
	n.call = c.expr(s.Call)
	return n
}
