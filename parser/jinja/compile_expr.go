package jinja

import (
	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/parse"
	"pylint-deploy/parser/jinja/value"
)

// expr is a compiled expression.
type expr interface {
	eval(f *frame) (value.Value, error)
}

// compiler turns the tree of one template into expr and stmt. Its errors are thrown as *parse.Error.
type compiler struct {
	env    *Environment
	code   *code
	blocks map[string]*block
	// syms and fn belong to the scope that is being compiled.
	syms *symbols
	fn   *function
	// soft is set within the branches of an if, where an unknown filter is an error only when it is reached.
	soft bool
	// toplevel tells that assignments are exported; inBlock that the scope is a block's own.
	toplevel bool
	// checkOutput tells that prints depend on whether the template extends another.
	checkOutput bool
	loops       int
}

func (c *compiler) fail(at ast.Node, kind value.Kind, msg string) {
	panic(&parse.Error{Msg: msg, At: at.Span(), Kind: kind})
}

func (c *compiler) exprs(list []ast.Expr) []expr {
	out := make([]expr, len(list))
	for i, x := range list {
		out[i] = c.expr(x)
	}
	return out
}

// optional compiles an expression that may be absent.
func (c *compiler) optional(x ast.Expr) expr {
	if x == nil {
		return nil
	}
	return c.expr(x)
}

func (c *compiler) expr(x ast.Expr) expr {
	switch x := x.(type) {
	case *ast.Const:
		return &constExpr{x.Value}
	case *ast.Name:
		return c.name(x)
	case *ast.Tuple:
		return &tupleExpr{c.exprs(x.Items)}
	case *ast.List:
		return &listExpr{c.exprs(x.Items)}
	case *ast.Dict:
		return &dictExpr{x.At, c.exprs(x.Keys), c.exprs(x.Values)}
	case *ast.Cond:
		return c.cond(x)
	case *ast.Binary:
		return &binaryExpr{x.At, x.Op, c.expr(x.Left), c.expr(x.Right)}
	case *ast.Logic:
		return &logicExpr{x.At, x.Or, c.expr(x.Left), c.expr(x.Right)}
	case *ast.Not:
		return &notExpr{x.At, c.expr(x.X)}
	case *ast.Sign:
		return &signExpr{x.At, x.Op == "-", c.expr(x.X)}
	case *ast.Compare:
		return c.compare(x)
	case *ast.Concat:
		return &concatExpr{x.At, c.exprs(x.Parts)}
	case *ast.GetAttr:
		return &attrExpr{x.At, c.expr(x.X), x.Name}
	case *ast.GetItem:
		return &itemExpr{x.At, c.expr(x.X), c.expr(x.Key), isSlice(x.Key)}
	case *ast.Slice:
		return &sliceExpr{c.optional(x.Start), c.optional(x.Stop), c.optional(x.Step)}
	case *ast.Call:
		return c.call(x)
	case *ast.Filter:
		return c.filter(x)
	case *ast.Test:
		return c.test(x)
	}
	c.fail(x, value.SyntaxError, "unexpected expression")
	return nil
}

func isSlice(x ast.Expr) bool {
	_, ok := x.(*ast.Slice)
	return ok
}

func (c *compiler) name(x *ast.Name) expr {
	ref, ok := c.syms.find(x.Name)
	if !ok {
		c.syms.load(x.Name)
		ref, _ = c.syms.find(x.Name)
	}
	p := place{hops(c.fn, ref.fn), ref.slot}
	if p.hops == 0 {
		return &localExpr{x.At, x.Name, p.slot}
	}
	return &outerExpr{x.At, x.Name, p}
}

func (c *compiler) cond(x *ast.Cond) expr {
	soft := c.soft
	c.soft = true
	defer func() { c.soft = soft }()
	return &condExpr{x.At, c.expr(x.Test), c.expr(x.Then), c.optional(x.Else)}
}

func (c *compiler) compare(x *ast.Compare) expr {
	n := &compareExpr{at: x.At, left: c.expr(x.Left)}
	for _, op := range x.Ops {
		n.ops = append(n.ops, op.Op)
		n.right = append(n.right, c.expr(op.X))
	}
	return n
}

func (c *compiler) args(a *ast.Args) args {
	out := args{pos: c.exprs(a.Pos), star: c.optional(a.Star), starKw: c.optional(a.StarKw)}
	for i, kw := range a.Kw {
		for _, before := range a.Kw[:i] {
			if before.Name == kw.Name {
				c.fail(kw.Value, value.SyntaxError, "keyword argument repeated: "+kw.Name)
			}
		}
		out.names = append(out.names, kw.Name)
		out.kw = append(out.kw, c.expr(kw.Value))
	}
	return out
}

func (c *compiler) call(x *ast.Call) expr {
	if attr, ok := x.Fn.(*ast.GetAttr); ok {
		return &methodExpr{x.At, attr.At, c.expr(attr.X), attr.Name, c.args(&x.Args)}
	}
	return &callExpr{x.At, c.expr(x.Fn), c.args(&x.Args)}
}

func (c *compiler) filter(x *ast.Filter) expr {
	n := &filterExpr{at: x.At, name: x.Name, fn: c.env.Filter(x.Name), x: c.optional(x.X), args: c.args(&x.Args)}
	if n.fn == nil {
		n.fn = c.unknown(x, "filter", x.Name)
	}
	return n
}

func (c *compiler) test(x *ast.Test) expr {
	n := &testExpr{filterExpr{at: x.At, name: x.Name, fn: c.env.Test(x.Name), x: c.expr(x.X), args: c.args(&x.Args)}}
	if n.fn == nil {
		n.fn = c.unknown(x, "test", x.Name)
	}
	return n
}

// unknown stands for a filter or test that does not exist: an error now or, in a branch that may not be taken, when it is called.
func (c *compiler) unknown(at ast.Node, what, name string) call.Func {
	if !c.soft {
		c.fail(at, value.SyntaxError, "No "+what+" named '"+name+"'.")
	}
	return func(*call.Call) (value.Value, error) {
		return nil, value.Errorf(value.TemplateRuntimeError, "No %s named '%s' found.", what, name)
	}
}
