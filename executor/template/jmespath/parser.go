package jmespath

import (
	"strconv"
	"sync"

	"pylint-deploy/parser/jinja/value"
)

// expr is a compiled query: it computes a value of the current one.
type expr func(v value.Value) (value.Value, error)

// binding powers of what can follow an expression.
var powers = map[string]int{
	"|": 1, "||": 2, "&&": 3, "==": 5, "!=": 5, "<": 5, ">": 5, "<=": 5, ">=": 5, "[]": 9, "*": 20, "[?": 21, ".": 40, "[": 55, "(": 60,
}

// projectionStop is the power below which a token ends a projection.
const projectionStop = 10

type parser struct {
	query  string
	tokens []token
	at     int
	depth  int
}

var cache sync.Map // query -> expr

// Search evaluates a query.
func Search(query string, v value.Value) (value.Value, error) {
	if e, ok := cache.Load(query); ok {
		return e.(expr)(v)
	}
	tokens, err := lex(query)
	if err != nil {
		return nil, err
	}
	p := &parser{query: query, tokens: tokens}
	e, err := p.expression(0)
	if err == nil && p.peek().kind != tEOF {
		err = p.unexpected()
	}
	if err != nil {
		return nil, err
	}
	cache.Store(query, e)
	return e(v)
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tEOF {
		p.at++
	}
	return t
}

func (p *parser) is(text string) bool { t := p.peek(); return t.kind == tPunct && t.text == text }

func (p *parser) take(text string) bool {
	if p.is(text) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(text string) error {
	if p.take(text) {
		return nil
	}
	return p.unexpected()
}

func (p *parser) unexpected() error {
	t := p.peek()
	if t.kind == tEOF {
		return &Error{p.query, t.at, "Incomplete expression"}
	}
	return &Error{p.query, t.at, "Parse error at column " + strconv.Itoa(t.at) + ", token \"" + t.text + "\""}
}

func (p *parser) power() int {
	if t := p.peek(); t.kind == tPunct {
		return powers[t.text]
	}
	return 0
}

func (p *parser) expression(power int) (expr, error) {
	const deepest = 200
	if p.depth++; p.depth > deepest {
		return nil, &Error{p.query, p.peek().at, "the query is nested too deeply"}
	}
	defer func() { p.depth-- }()
	left, err := p.prefix()
	for err == nil && power < p.power() {
		left, err = p.infix(left)
	}
	return left, err
}

func (p *parser) prefix() (expr, error) {
	t := p.next()
	switch t.kind {
	case tName, tQuoted:
		if t.kind == tName && p.is("(") {
			return p.function(t)
		}
		return field(t.text), nil
	case tRaw, tLiteral:
		return func(value.Value) (value.Value, error) { return t.lit, nil }, nil
	case tPunct:
		return p.prefixPunct(t)
	}
	p.at = max(0, p.at-1)
	return nil, p.unexpected()
}

func (p *parser) prefixPunct(t token) (expr, error) {
	switch t.text {
	case "@":
		return identity, nil
	case "*":
		right, err := p.projectionRight(powers["*"])
		return valueProjection(identity, right), err
	case "[]":
		right, err := p.projectionRight(powers["[]"])
		return listProjection(flattened(identity), right), err
	case "[?":
		return p.filter(identity)
	case "[":
		return p.bracket(identity, true)
	case "{":
		return p.multiHash()
	case "!":
		e, err := p.expression(45)
		return func(v value.Value) (value.Value, error) {
			r, err := e(v)
			return value.Bool(!isTrue(r)), err
		}, err
	case "(":
		e, err := p.expression(0)
		if err == nil {
			err = p.expect(")")
		}
		return e, err
	case "&":
		e, err := p.expression(0)
		return func(value.Value) (value.Value, error) { return reference{e}, nil }, err
	}
	p.at--
	return nil, p.unexpected()
}

func (p *parser) infix(left expr) (expr, error) {
	t := p.next()
	switch t.text {
	case ".":
		if p.take("*") {
			right, err := p.projectionRight(powers["."])
			return valueProjection(left, right), err
		}
		right, err := p.dotRight(powers["."])
		return chain(left, right), err
	case "|":
		right, err := p.expression(powers["|"])
		return chain(left, right), err
	case "||", "&&":
		right, err := p.expression(powers[t.text])
		return either(left, right, t.text == "||"), err
	case "[]":
		right, err := p.projectionRight(powers["[]"])
		return listProjection(flattened(left), right), err
	case "[?":
		return p.filter(left)
	case "[":
		return p.bracket(left, false)
	case "==", "!=", "<", ">", "<=", ">=":
		right, err := p.expression(powers[t.text])
		return comparison(t.text, left, right), err
	}
	p.at--
	return nil, p.unexpected()
}

// dotRight is what may follow a dot: a name, a call, a multi-select.
func (p *parser) dotRight(power int) (expr, error) {
	switch t := p.peek(); {
	case t.kind == tName || t.kind == tQuoted || p.is("*"):
		return p.expression(power)
	case p.take("["):
		return p.multiList()
	case p.take("{"):
		return p.multiHash()
	}
	return nil, p.unexpected()
}

// projectionRight is the part of the query that a projection applies to each item.
func (p *parser) projectionRight(power int) (expr, error) {
	switch {
	case p.power() < projectionStop:
		return identity, nil
	case p.is("[") || p.is("[?"):
		return p.expressionFrom(identity, power)
	case p.take("."):
		return p.dotRight(power)
	}
	return nil, p.unexpected()
}

// expressionFrom continues an expression with what is applied to left.
func (p *parser) expressionFrom(left expr, power int) (expr, error) {
	left, err := p.infix(left)
	for err == nil && power < p.power() {
		left, err = p.infix(left)
	}
	return left, err
}

func (p *parser) filter(left expr) (expr, error) {
	condition, err := p.expression(0)
	if err == nil {
		err = p.expect("]")
	}
	if err != nil {
		return nil, err
	}
	right := identity
	if !p.is("[]") {
		right, err = p.projectionRight(powers["[?"])
	}
	return filterProjection(left, condition, right), err
}

// bracket is [0], [1:2], [*] or, where nothing stands before it, a multi-select list.
func (p *parser) bracket(left expr, first bool) (expr, error) {
	t := p.peek()
	switch {
	case t.kind == tNumber || p.is(":"):
		return p.index(left)
	case p.is("*") && p.tokens[p.at+1].text == "]" && p.tokens[p.at+1].kind == tPunct:
		p.at += 2
		right, err := p.projectionRight(powers["*"])
		return listProjection(left, right), err
	case first:
		return p.multiList()
	}
	return nil, p.unexpected()
}

func (p *parser) index(left expr) (expr, error) {
	var parts [3]*int
	n, colons := 0, 0
	for !p.take("]") {
		t := p.next()
		switch {
		case t.kind == tNumber && parts[n] == nil:
			i, err := strconv.Atoi(t.text)
			if err != nil {
				return nil, &Error{p.query, t.at, "bad number " + t.text}
			}
			parts[n] = &i
		case t.kind == tPunct && t.text == ":" && n < 2:
			n++
			colons++
		default:
			p.at--
			return nil, p.unexpected()
		}
	}
	if colons == 0 {
		return chain(left, elementAt(*parts[0])), nil
	}
	if parts[2] != nil && *parts[2] == 0 {
		return nil, &Error{p.query, p.peek().at, "slice step cannot be 0"}
	}
	right, err := p.projectionRight(powers["*"])
	return listProjection(chain(left, sliced(parts)), right), err
}

func (p *parser) multiList() (expr, error) {
	var items []expr
	for {
		e, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		items = append(items, e)
		if p.take(",") {
			continue
		}
		if err := p.expect("]"); err != nil {
			return nil, err
		}
		return multiList(items), nil
	}
}

func (p *parser) multiHash() (expr, error) {
	var keys []string
	var items []expr
	for {
		t := p.next()
		if t.kind != tName && t.kind != tQuoted {
			p.at--
			return nil, p.unexpected()
		}
		if err := p.expect(":"); err != nil {
			return nil, err
		}
		e, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		keys, items = append(keys, t.text), append(items, e)
		if p.take(",") {
			continue
		}
		if err := p.expect("}"); err != nil {
			return nil, err
		}
		return multiHash(keys, items), nil
	}
}

func (p *parser) function(name token) (expr, error) {
	p.at++
	var args []expr
	for !p.take(")") {
		if len(args) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		e, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		args = append(args, e)
	}
	return call(p.query, name, args)
}
