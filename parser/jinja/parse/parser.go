package parse

import (
	"fmt"
	"strings"

	"pylint-deploy/parser/jinja/ast"
)

// maxNesting is how deep expressions and blocks may nest.
const maxNesting = 200

// parser builds the tree from tokens. Its errors are *Error, thrown by fail and caught in Template and Expr, as a failure ends the work.
type parser struct {
	tokens []token
	i      int
	depth  int
	// tags are the open blocks, ends the tags that can close each of them, for messages.
	tags []string
	ends [][]string
}

// Template reads a whole template. It gives the text that positions refer to as well, whose line ends are all newlines.
func Template(name, text string, o *Options) (t *ast.Template, source string, err error) {
	tokens, source, lexErr := tokenize(text, o)
	p := &parser{tokens: tokens}
	defer func() { release(p.tokens) }()
	if lexErr != nil {
		return nil, source, p.firstError(lexErr, func() { p.body(nil) })
	}
	err = p.run(func() {
		t = &ast.Template{Name: name, Body: p.body(nil)}
		t.At = ast.Span{Start: ast.Pos{Line: 1, Column: 1}, End: p.peek().at.End}
	})
	return t, source, err
}

// Expr reads a bare expression.
func Expr(text string, o *Options) (x ast.Expr, source string, err error) {
	tokens, source, err := tokenizeExpr(text, o)
	if err != nil {
		return nil, source, err
	}
	p := &parser{tokens: tokens}
	defer func() { release(p.tokens) }()
	err = p.run(func() {
		x = p.expression()
		if t := p.peek(); t.kind != tokEOF {
			p.failAt(t, "chunk after expression")
		}
	})
	return x, source, err
}

// firstError decides what is told of a text that fails in the lexer: Jinja reads tokens one by one, so a mistake of grammar before that place wins.
func (p *parser) firstError(lexErr error, parse func()) error {
	p.tokens = append(p.tokens, token{kind: tokEOF, at: lexErr.(*Error).At})
	err, isSyntax := p.run(parse).(*Error)
	if isSyntax && err.At.Start.Offset < lexErr.(*Error).At.Start.Offset {
		return err
	}
	return lexErr
}

func (p *parser) run(parse func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			failure, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			err = failure
		}
	}()
	parse()
	return nil
}

func (p *parser) failAt(t *token, format string, args ...any) { panic(errorAt(t.at, format, args...)) }

func (p *parser) peek() *token { return &p.tokens[p.i] }

// look is the token after the current one.
func (p *parser) look() *token { return &p.tokens[min(p.i+1, len(p.tokens)-1)] }

func (p *parser) next() *token {
	t := &p.tokens[p.i]
	if p.i < len(p.tokens)-1 {
		p.i++
	}
	return t
}

func (p *parser) skip(k kind) bool {
	if p.peek().kind == k {
		p.next()
		return true
	}
	return false
}

func (p *parser) skipName(name string) bool {
	if p.peek().isName(name) {
		p.next()
		return true
	}
	return false
}

func (p *parser) expect(k kind) *token {
	if p.peek().kind != k {
		p.unexpected(k.describe())
	}
	return p.next()
}

func (p *parser) expectName(name string) *token {
	if !p.peek().isName(name) {
		p.unexpected(name)
	}
	return p.next()
}

func (p *parser) unexpected(want string) {
	t := p.peek()
	e := errorAt(t.at, "expected token %s, got %s", quoted(want), quoted(t.describe()))
	if t.kind == tokEOF {
		e = errorAt(t.at, "unexpected end of template, expected %s.", quoted(want))
	}
	e.Expected = want
	panic(e)
}

// since is the span from a token to the one before the current.
func (p *parser) since(start *token) ast.Span { return p.from(start.at.Start) }

func (p *parser) from(start ast.Pos) ast.Span {
	end := start
	if p.i > 0 {
		end = p.tokens[p.i-1].at.End
	}
	return ast.Span{Start: start, End: end}
}

// enter guards against nesting that would exhaust the stack; call the result when leaving.
func (p *parser) enter() {
	p.depth++
	if p.depth > maxNesting {
		p.failAt(p.peek(), "the template is nested more than %d levels deep", maxNesting)
	}
}

func (p *parser) leave() { p.depth-- }

// body reads statements up to one of the ends, which stays the current token, or to the end of the template where ends is nil.
func (p *parser) body(ends []string) []ast.Stmt {
	p.enter()
	defer p.leave()
	var out []ast.Stmt
	for {
		t := p.peek()
		switch t.kind {
		case tokEOF:
			if ends != nil {
				p.failEnd("")
			}
			return out
		case tokData:
			n := &ast.Text{Text: t.text}
			n.At = t.at
			out = append(out, n)
			p.next()
		case tokVariableBegin:
			p.next()
			n := &ast.Print{X: p.tuple(true)}
			p.expect(tokVariableEnd)
			n.At = p.since(t)
			out = append(out, n)
		case tokBlockBegin:
			p.next()
			for _, end := range ends {
				if p.peek().isName(end) {
					return out
				}
			}
			out = append(out, p.statement(t)...)
			p.expect(tokBlockEnd)
		default:
			p.failAt(t, "unexpected %s", quoted(t.describe()))
		}
	}
}

// block reads the end of the opening tag, then the body up to one of the ends.
func (p *parser) block(ends ...string) []ast.Stmt {
	p.skip(":")
	p.expect(tokBlockEnd)
	p.ends = append(p.ends, ends)
	body := p.body(ends)
	p.ends = p.ends[:len(p.ends)-1]
	return body
}

// closed is block for a single end, which it skips.
func (p *parser) closed(end string) []ast.Stmt {
	body := p.block(end)
	p.next()
	return body
}

// failEnd tells that a tag is unknown or that the template ends early, and what would close the open blocks.
func (p *parser) failEnd(tag string) {
	msg := []string{"Unexpected end of template."}
	if tag != "" {
		msg[0] = fmt.Sprintf("Encountered unknown tag %s.", quoted(tag))
	}
	expected := ""
	if n := len(p.ends); n > 0 {
		var names []string
		for _, end := range p.ends[n-1] {
			names = append(names, quoted(end))
		}
		expected = strings.Join(names, " or ")
		if p.closes(tag) {
			msg = append(msg, "You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for "+expected+".")
		} else {
			msg = append(msg, "Jinja was looking for the following tags: "+expected+".")
		}
	}
	if n := len(p.tags); n > 0 {
		msg = append(msg, "The innermost block that needs to be closed is "+quoted(p.tags[n-1])+".")
	}
	e := errorAt(p.peek().at, "%s", strings.Join(msg, " "))
	e.Expected = expected
	panic(e)
}

func (p *parser) closes(tag string) bool {
	for _, ends := range p.ends {
		for _, end := range ends {
			if end == tag {
				return true
			}
		}
	}
	return false
}
