package parse

import (
	"strings"

	"pylint-deploy/parser/jinja/ast"
)

// statements are the tags. Each reads from behind its name up to, but without, the end of its last tag.
var statements map[string]func(p *parser, at *token) []ast.Stmt

func init() {
	statements = map[string]func(p *parser, at *token) []ast.Stmt{
		"for": one((*parser).forLoop), "if": one((*parser).ifElse), "set": one((*parser).set), "with": one((*parser).with),
		"macro": one((*parser).macro), "call": one((*parser).callBlock), "filter": one((*parser).filterBlock),
		"include": one((*parser).include), "import": one((*parser).importAs), "from": one((*parser).fromImport),
		"extends": one((*parser).extends), "block": one((*parser).namedBlock), "autoescape": one((*parser).autoescape),
		"do": one((*parser).do), "break": one((*parser).breakLoop), "continue": one((*parser).continueLoop),
		"print": (*parser).print,
	}
}

func one[S ast.Stmt](parse func(p *parser, at *token) S) func(*parser, *token) []ast.Stmt {
	return func(p *parser, at *token) []ast.Stmt { return []ast.Stmt{parse(p, at)} }
}

func (p *parser) statement(begin *token) []ast.Stmt {
	t := p.peek()
	if t.kind != tokName {
		p.failAt(t, "tag name expected")
	}
	parse := statements[t.text]
	if parse == nil {
		p.failEnd(t.text)
	}
	p.next()
	p.tags = append(p.tags, t.text)
	out := parse(p, begin)
	p.tags = p.tags[:len(p.tags)-1]
	return out
}

// tagSpan is the span from the begin of a tag to its current end.
func (p *parser) tagSpan(begin *token) ast.Span {
	return ast.Span{Start: begin.at.Start, End: p.peek().at.End}
}

func (p *parser) forLoop(begin *token) *ast.For {
	n := &ast.For{Target: p.target(false)}
	p.expectName("in")
	n.Iter = p.tuple(false)
	if p.skipName("if") {
		n.Filter = p.expression()
	}
	n.Recursive = p.skipName("recursive")
	n.At = p.tagSpan(begin)
	n.Body = p.block("endfor", "else")
	if p.next().text == "else" {
		n.Else = p.closed("endfor")
	}
	return n
}

func (p *parser) ifElse(begin *token) *ast.If {
	n := &ast.If{}
	for {
		test := p.tuple(false)
		if n.Branches == nil {
			n.At = p.tagSpan(begin)
		}
		n.Branches = append(n.Branches, ast.Branch{Test: test, Body: p.block("elif", "else", "endif")})
		switch p.next().text {
		case "elif":
			continue
		case "else":
			n.Else = p.closed("endif")
			if n.Else == nil {
				n.Else = []ast.Stmt{}
			}
		}
		return n
	}
}

func (p *parser) set(begin *token) ast.Stmt {
	target := p.target(true)
	if p.skip("=") {
		n := &ast.Set{Target: target, Value: p.tuple(true)}
		n.At = p.tagSpan(begin)
		return n
	}
	n := &ast.SetBlock{Target: target}
	if x, ok := p.filters(nil).(*ast.Filter); ok {
		n.Filter = x
	}
	n.At = p.tagSpan(begin)
	n.Body = p.closed("endset")
	return n
}

func (p *parser) with(begin *token) *ast.With {
	n := &ast.With{}
	for p.peek().kind != tokBlockEnd {
		if len(n.Targets) > 0 {
			p.expect(",")
		}
		n.Targets = append(n.Targets, p.target(false))
		p.expect("=")
		n.Values = append(n.Values, p.expression())
	}
	n.At = p.tagSpan(begin)
	n.Body = p.closed("endwith")
	return n
}

func (p *parser) params() ast.Params {
	var ps ast.Params
	p.expect("(")
	for p.peek().kind != ")" {
		if len(ps.Names) > 0 {
			p.expect(",")
		}
		ps.Names = append(ps.Names, p.targetName())
		if p.skip("=") {
			ps.Defaults = append(ps.Defaults, p.expression())
		} else if len(ps.Defaults) > 0 {
			p.failAt(p.peek(), "non-default argument follows default argument")
		}
	}
	p.expect(")")
	return ps
}

func (p *parser) macro(begin *token) *ast.Macro {
	n := &ast.Macro{Name: p.targetName().Name, Params: p.params()}
	n.At = p.tagSpan(begin)
	n.Body = p.closed("endmacro")
	return n
}

func (p *parser) callBlock(begin *token) *ast.CallBlock {
	n := &ast.CallBlock{}
	if p.peek().kind == "(" {
		n.Params = p.params()
	}
	call, ok := p.expression().(*ast.Call)
	if !ok {
		p.failAt(begin, "expected call")
	}
	n.Call = call
	n.At = p.tagSpan(begin)
	n.Body = p.closed("endcall")
	return n
}

func (p *parser) filterBlock(begin *token) *ast.FilterBlock {
	first := p.filter(nil)
	n := &ast.FilterBlock{Filter: p.filters(first).(*ast.Filter)}
	n.At = p.tagSpan(begin)
	n.Body = p.closed("endfilter")
	return n
}

// context reads `with context` or `without context`; ok is false where neither stands here.
func (p *parser) context() (with, ok bool) {
	t := p.peek()
	if (t.isName("with") || t.isName("without")) && p.look().isName("context") {
		p.next()
		p.next()
		return t.text == "with", true
	}
	return false, false
}

func (p *parser) include(begin *token) *ast.Include {
	n := &ast.Include{Template: p.expression(), WithContext: true}
	if p.peek().isName("ignore") && p.look().isName("missing") {
		p.next()
		p.next()
		n.IgnoreMissing = true
	}
	if with, ok := p.context(); ok {
		n.WithContext = with
	}
	n.At = p.tagSpan(begin)
	return n
}

func (p *parser) importAs(begin *token) *ast.Import {
	n := &ast.Import{Template: p.expression()}
	p.expectName("as")
	n.Name = p.targetName().Name
	n.WithContext, _ = p.context()
	n.At = p.tagSpan(begin)
	return n
}

func (p *parser) fromImport(begin *token) *ast.FromImport {
	n := &ast.FromImport{Template: p.expression()}
	p.expectName("import")
	for {
		if len(n.Names) > 0 {
			p.expect(",")
		}
		if with, ok := p.context(); ok {
			n.WithContext = with
			break
		}
		name := p.targetName()
		if strings.HasPrefix(name.Name, "_") {
			panic(errorAt(name.At, "names starting with an underline can not be imported"))
		}
		as := name.Name
		if p.skipName("as") {
			as = p.targetName().Name
		}
		n.Names = append(n.Names, ast.ImportedName{Name: name.Name, As: as})
		with, ok := p.context()
		if ok {
			n.WithContext = with
		}
		if ok || p.peek().kind != "," {
			break
		}
	}
	n.At = p.tagSpan(begin)
	return n
}

func (p *parser) extends(begin *token) *ast.Extends {
	n := &ast.Extends{Template: p.expression()}
	n.At = p.tagSpan(begin)
	return n
}

func (p *parser) namedBlock(begin *token) *ast.Block {
	n := &ast.Block{Name: p.expect(tokName).text}
	n.Scoped = p.skipName("scoped")
	n.Required = p.skipName("required")
	if p.peek().kind == "-" {
		p.failAt(p.peek(), "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.")
	}
	n.At = p.tagSpan(begin)
	n.Body = p.closed("endblock")
	if n.Required {
		for _, s := range n.Body {
			if text, ok := s.(*ast.Text); !ok || strings.TrimSpace(text.Text) != "" {
				p.failAt(begin, "Required blocks can only contain comments or whitespace")
			}
		}
	}
	p.skipName(n.Name)
	return n
}

func (p *parser) autoescape(begin *token) *ast.Autoescape {
	n := &ast.Autoescape{Value: p.expression()}
	n.At = p.tagSpan(begin)
	n.Body = p.closed("endautoescape")
	return n
}

func (p *parser) do(begin *token) *ast.Do {
	n := &ast.Do{X: p.tuple(true)}
	n.At = p.tagSpan(begin)
	return n
}

func (p *parser) breakLoop(begin *token) *ast.Break {
	n := &ast.Break{}
	n.At = p.tagSpan(begin)
	return n
}

func (p *parser) continueLoop(begin *token) *ast.Continue {
	n := &ast.Continue{}
	n.At = p.tagSpan(begin)
	return n
}

func (p *parser) print(begin *token) []ast.Stmt {
	var out []ast.Stmt
	for p.peek().kind != tokBlockEnd {
		if len(out) > 0 {
			p.expect(",")
		}
		n := &ast.Print{X: p.expression()}
		n.At = p.tagSpan(begin)
		out = append(out, n)
	}
	return out
}

func (p *parser) targetName() *ast.Name {
	t := p.expect(tokName)
	return p.assignable(p.newName(t), t).(*ast.Name)
}

// target reads what is assigned to: a name, a tuple of names or, with namespace, `name.attr`.
func (p *parser) target(namespace bool) ast.Expr {
	t := p.peek()
	if namespace && p.look().kind == "." {
		name := p.expect(tokName)
		p.next()
		n := &ast.NSRef{Name: name.text, Attr: p.expect(tokName).text}
		n.At = p.since(name)
		return n
	}
	return p.assignable(p.tupleOf(p.primary, false), t)
}

func (p *parser) assignable(x ast.Expr, t *token) ast.Expr {
	switch x := x.(type) {
	case *ast.Name:
		switch x.Name {
		case "true", "false", "none", "True", "False", "None":
			p.failAt(t, "can't assign to 'name'")
		}
		return x
	case *ast.Tuple:
		for _, item := range x.Items {
			p.assignable(item, t)
		}
		return x
	}
	what := "const"
	switch x.(type) {
	case *ast.List:
		what = "list"
	case *ast.Dict:
		what = "dict"
	}
	p.failAt(t, "can't assign to '%s'", what)
	return nil
}
