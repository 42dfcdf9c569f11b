package parse

import (
	"strings"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

// tuple reads an expression, or several separated by commas, which make a tuple.
func (p *parser) tuple(withCond bool) ast.Expr {
	parse := p.expression
	if !withCond {
		parse = p.or
	}
	return p.tupleOf(parse, false)
}

func (p *parser) tupleOf(parse func() ast.Expr, parens bool) ast.Expr {
	start := p.peek()
	var items []ast.Expr
	isTuple := false
	for {
		if len(items) > 0 {
			p.expect(",")
		}
		if p.tupleEnd() {
			break
		}
		items = append(items, parse())
		if p.peek().kind != "," {
			break
		}
		isTuple = true
	}
	if !isTuple && len(items) > 0 {
		return items[0]
	}
	if !isTuple && !parens {
		p.failAt(p.peek(), "Expected an expression, got %s", quoted(p.peek().describe()))
	}
	n := &ast.Tuple{Items: items}
	n.At = p.since(start)
	return n
}

func (p *parser) tupleEnd() bool {
	k := p.peek().kind
	return k == tokVariableEnd || k == tokBlockEnd || k == ")"
}

// expression is `x if test else y`, the loosest of all.
func (p *parser) expression() ast.Expr {
	p.enter()
	defer p.leave()
	start := p.peek().at.Start
	x := p.or()
	for p.skipName("if") {
		n := &ast.Cond{Then: x, Test: p.or()}
		if p.skipName("else") {
			n.Else = p.expression()
		}
		n.At = p.from(start)
		x = n
	}
	return x
}

func (p *parser) or() ast.Expr {
	start := p.peek().at.Start
	x := p.and()
	for p.skipName("or") {
		n := &ast.Logic{Or: true, Left: x, Right: p.and()}
		n.At = p.from(start)
		x = n
	}
	return x
}

func (p *parser) and() ast.Expr {
	start := p.peek().at.Start
	x := p.not()
	for p.skipName("and") {
		n := &ast.Logic{Left: x, Right: p.not()}
		n.At = p.from(start)
		x = n
	}
	return x
}

func (p *parser) not() ast.Expr {
	t := p.peek()
	if !t.isName("not") {
		return p.compare()
	}
	p.enter()
	defer p.leave()
	p.next()
	n := &ast.Not{X: p.not()}
	n.At = p.since(t)
	return n
}

func (p *parser) compare() ast.Expr {
	start := p.peek().at.Start
	x := p.sum()
	var ops []ast.Operand
	for {
		t := p.peek()
		op := ""
		switch {
		case t.kind == "==" || t.kind == "!=" || t.kind == "<" || t.kind == "<=" || t.kind == ">" || t.kind == ">=":
			op = string(t.kind)
		case t.isName("in"):
			op = "in"
		case t.isName("not") && p.look().isName("in"):
			op = "not in"
			p.next()
		}
		if op == "" {
			break
		}
		p.next()
		ops = append(ops, ast.Operand{Op: op, X: p.sum()})
	}
	if ops == nil {
		return x
	}
	n := &ast.Compare{Left: x, Ops: ops}
	n.At = p.from(start)
	return n
}

// binary reads operands joined by left-associative operators.
func (p *parser) binary(operand func() ast.Expr, ops ...kind) ast.Expr {
	start := p.peek().at.Start
	x := operand()
	for {
		k := p.peek().kind
		found := false
		for _, op := range ops {
			found = found || op == k
		}
		if !found {
			return x
		}
		p.next()
		n := &ast.Binary{Op: string(k), Left: x, Right: operand()}
		n.At = p.from(start)
		x = n
	}
}

func (p *parser) sum() ast.Expr { return p.binary(p.concat, "+", "-") }

func (p *parser) concat() ast.Expr {
	start := p.peek().at.Start
	x := p.product()
	if p.peek().kind != "~" {
		return x
	}
	n := &ast.Concat{Parts: []ast.Expr{x}}
	for p.skip("~") {
		n.Parts = append(n.Parts, p.product())
	}
	n.At = p.from(start)
	return n
}

func (p *parser) product() ast.Expr { return p.binary(p.power, "*", "/", "//", "%") }

func (p *parser) power() ast.Expr {
	return p.binary(func() ast.Expr { return p.unary(true) }, "**")
}

// unary reads a sign or a primary with what follows it. Filters apply to the signed value, postfixes too.
func (p *parser) unary(withFilter bool) ast.Expr {
	t := p.peek()
	var x ast.Expr
	switch t.kind {
	case "-", "+":
		p.enter()
		p.next()
		n := &ast.Sign{Op: string(t.kind), X: p.unary(false)}
		n.At = p.since(t)
		x = n
		p.leave()
	default:
		x = p.primary()
	}
	x = p.postfix(x)
	if withFilter {
		x = p.filterExpr(x)
	}
	return x
}

func (p *parser) newName(t *token) *ast.Name {
	n := &ast.Name{Name: t.text}
	n.At = t.at
	return n
}

func (p *parser) newConst(t *token, v value.Value) *ast.Const {
	n := &ast.Const{Value: v}
	n.At = p.since(t)
	return n
}

func (p *parser) primary() ast.Expr {
	t := p.peek()
	switch t.kind {
	case tokName:
		p.next()
		switch t.text {
		case "true", "True":
			return p.newConst(t, value.Bool(true))
		case "false", "False":
			return p.newConst(t, value.Bool(false))
		case "none", "None":
			return p.newConst(t, value.None)
		}
		return p.newName(t)
	case tokString:
		return p.str()
	case tokInteger, tokFloat:
		p.next()
		return p.newConst(t, t.value)
	case "(":
		p.next()
		p.enter()
		x := p.tupleOf(p.expression, true)
		p.leave()
		p.expect(")")
		return x
	case "[":
		return p.list()
	case "{":
		return p.dict()
	}
	e := errorAt(t.at, "unexpected %s", quoted(t.describe()))
	e.Expected = "an expression"
	panic(e)
}

// str reads string literals; adjacent ones are one.
func (p *parser) str() ast.Expr {
	t := p.next()
	if p.peek().kind != tokString {
		return p.newConst(t, value.Str(t.text))
	}
	var b strings.Builder
	b.WriteString(t.text)
	for p.peek().kind == tokString {
		b.WriteString(p.next().text)
	}
	return p.newConst(t, value.Str(b.String()))
}

func (p *parser) list() ast.Expr {
	t := p.next()
	n := &ast.List{}
	for p.peek().kind != "]" {
		if len(n.Items) > 0 {
			p.expect(",")
		}
		if p.peek().kind == "]" {
			break
		}
		n.Items = append(n.Items, p.expression())
	}
	p.expect("]")
	n.At = p.since(t)
	return n
}

func (p *parser) dict() ast.Expr {
	t := p.next()
	n := &ast.Dict{}
	for p.peek().kind != "}" {
		if len(n.Keys) > 0 {
			p.expect(",")
		}
		if p.peek().kind == "}" {
			break
		}
		n.Keys = append(n.Keys, p.expression())
		p.expect(":")
		n.Values = append(n.Values, p.expression())
	}
	p.expect("}")
	n.At = p.since(t)
	return n
}

func (p *parser) postfix(x ast.Expr) ast.Expr {
	for {
		switch p.peek().kind {
		case ".":
			x = p.dot(x)
		case "[":
			x = p.subscript(x)
		case "(":
			x = p.call(x)
		default:
			return x
		}
	}
}

func (p *parser) filterExpr(x ast.Expr) ast.Expr {
	for {
		t := p.peek()
		switch {
		case t.kind == "|":
			x = p.filters(x)
		case t.isName("is"):
			x = p.test(x)
		case t.kind == "(":
			x = p.call(x)
		default:
			return x
		}
	}
}

func (p *parser) dot(x ast.Expr) ast.Expr {
	start := x.Span().Start
	p.next()
	t := p.next()
	switch t.kind {
	case tokName:
		n := &ast.GetAttr{X: x, Name: t.text}
		n.At = p.from(start)
		return n
	case tokInteger:
		n := &ast.GetItem{X: x, Key: p.newConst(t, t.value)}
		n.At = p.from(start)
		return n
	}
	e := errorAt(t.at, "expected name or number")
	e.Expected = "name or number"
	panic(e)
}

func (p *parser) subscript(x ast.Expr) ast.Expr {
	open := p.next()
	p.enter()
	defer p.leave()
	var keys []ast.Expr
	for p.peek().kind != "]" {
		if len(keys) > 0 {
			p.expect(",")
		}
		keys = append(keys, p.subscribed())
	}
	p.expect("]")
	n := &ast.GetItem{X: x}
	n.At = p.from(x.Span().Start)
	if len(keys) == 1 {
		n.Key = keys[0]
		return n
	}
	t := &ast.Tuple{Items: keys}
	t.At = p.since(open)
	n.Key = t
	return n
}

// subscribed is one index or slice.
func (p *parser) subscribed() ast.Expr {
	start := p.peek()
	n := &ast.Slice{}
	if p.peek().kind != ":" {
		x := p.expression()
		if p.peek().kind != ":" {
			return x
		}
		n.Start = x
	}
	p.next()
	part := func() ast.Expr {
		if k := p.peek().kind; k == ":" || k == "]" || k == "," {
			return nil
		}
		return p.expression()
	}
	n.Stop = part()
	if p.skip(":") {
		n.Step = part()
	}
	n.At = p.since(start)
	return n
}

func (p *parser) call(fn ast.Expr) ast.Expr {
	n := &ast.Call{Fn: fn, Args: p.args()}
	n.At = p.from(fn.Span().Start)
	return n
}

func (p *parser) args() ast.Args {
	open := p.expect("(")
	p.enter()
	defer p.leave()
	var a ast.Args
	ensure := func(ok bool) {
		if !ok {
			p.failAt(open, "invalid syntax for function call expression")
		}
	}
	for more := false; p.peek().kind != ")"; more = true {
		if more {
			p.expect(",")
			if p.peek().kind == ")" {
				break
			}
		}
		t := p.peek()
		switch {
		case t.kind == "*":
			ensure(a.Star == nil && a.StarKw == nil)
			p.next()
			a.Star = p.expression()
		case t.kind == "**":
			ensure(a.StarKw == nil)
			p.next()
			a.StarKw = p.expression()
		case t.kind == tokName && p.look().kind == "=":
			ensure(a.StarKw == nil)
			p.next()
			p.next()
			a.Kw = append(a.Kw, ast.Keyword{Name: t.text, Value: p.expression()})
		default:
			ensure(a.Star == nil && a.StarKw == nil && a.Kw == nil)
			a.Pos = append(a.Pos, p.expression())
		}
	}
	p.expect(")")
	return a
}

// filters reads a chain of filters on x.
func (p *parser) filters(x ast.Expr) ast.Expr {
	for p.skip("|") {
		x = p.filter(x)
	}
	return x
}

// filter reads a filter behind its bar.
func (p *parser) filter(x ast.Expr) ast.Expr {
	t := p.peek()
	n := &ast.Filter{X: x, Name: p.dottedName()}
	if p.peek().kind == "(" {
		n.Args = p.args()
	}
	start := t.at.Start
	if x != nil {
		start = x.Span().Start
	}
	n.At = p.from(start)
	return n
}

func (p *parser) dottedName() string {
	name := p.expect(tokName).text
	for p.skip(".") {
		name += "." + p.expect(tokName).text
	}
	return name
}

func (p *parser) test(x ast.Expr) ast.Expr {
	start := x.Span().Start
	p.next()
	negated := p.skipName("not")
	n := &ast.Test{X: x, Name: p.dottedName()}
	t := p.peek()
	switch t.kind {
	case "(":
		n.Args = p.args()
	case tokName, tokString, tokInteger, tokFloat, "[", "{":
		if t.isName("else") || t.isName("or") || t.isName("and") {
			break
		}
		if t.isName("is") {
			p.failAt(t, "You cannot chain multiple tests with is")
		}
		p.enter()
		n.Args.Pos = []ast.Expr{p.postfix(p.primary())}
		p.leave()
	}
	n.At = p.from(start)
	if !negated {
		return n
	}
	not := &ast.Not{X: n}
	not.At = n.At
	return not
}
