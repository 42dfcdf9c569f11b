package pyre

import (
	"fmt"
	"strings"
)

// parser reads Python's syntax and writes regexp2's. Positions are code points of the pattern.
type parser struct {
	raw    string
	src    []rune
	pos    int
	flags  Flags // in force where the parser is
	groups int
	names  map[string]int
	order  []string
	open   map[int]bool // groups that are not closed yet
	behind []int        // number of groups when each enclosing look-behind began
	widths map[int]width
	tests  []groupTest

	out  strings.Builder
	atom int   // where the last atom begins in out, -1 where nothing can be repeated
	rep  bool  // the last item is a repeat already
	last width // of the last atom
	sum  width // of the sequence so far
	deep int
}

// groupTest is a conditional's group, which may come later in the pattern.
type groupTest struct{ group, pos int }

// width is how many characters something can match.
type width struct{ min, max int }

const (
	unbounded = 1 << 30
	maxDepth  = 500 // of nested groups
)

func (w width) plus(o width) width { return width{capped(w.min + o.min), capped(w.max + o.max)} }

func (w width) or(o width) width { return width{min(w.min, o.min), max(w.max, o.max)} }

func (w width) times(lo, hi int) width {
	return width{product(w.min, lo), product(w.max, hi)}
}

func product(a, b int) int {
	if a == 0 || b == 0 {
		return 0
	}
	if a > unbounded/b {
		return unbounded
	}
	return a * b
}

func capped(n int) int { return min(n, unbounded) }

func newParser(pattern string, flags Flags) *parser {
	return &parser{raw: pattern, src: decode(pattern, flags), flags: flags, names: map[string]int{},
		open: map[int]bool{}, widths: map[int]width{}, atom: -1}
}

func (p *parser) fail(at int, format string, args ...any) error {
	return &Error{Msg: fmt.Sprintf(format, args...), Pattern: p.raw, Pos: at}
}

func (p *parser) ascii() bool { return p.flags&(ASCII|Bytes) != 0 }

func (p *parser) char(r rune) rune {
	if p.flags&Bytes != 0 && r >= 0x80 && r <= 0xff {
		return byteRune(byte(r))
	}
	return r
}

func (p *parser) accept(ch rune) bool {
	if p.pos < len(p.src) && p.src[p.pos] == ch {
		p.pos++
		return true
	}
	return false
}

func (p *parser) more() bool { return p.pos < len(p.src) }

// parse translates the whole pattern.
func (p *parser) parse() (string, error) {
	if err := p.headFlags(); err != nil {
		return "", err
	}
	if _, err := p.alternatives(); err != nil {
		return "", err
	}
	if p.more() {
		return "", p.fail(p.pos, "unbalanced parenthesis")
	}
	for _, test := range p.tests {
		if test.group > p.groups {
			return "", p.fail(test.pos, "invalid group reference %d", test.group)
		}
	}
	text := p.out.String()
	if p.flags&IgnoreCase != 0 {
		text = "(?i:" + text + ")"
	}
	return text, nil
}

// alternatives reads a|b|c up to a closing parenthesis or the end.
func (p *parser) alternatives() (width, error) {
	if p.deep++; p.deep > maxDepth {
		return width{}, p.fail(p.pos, "pattern nests more than %d groups", maxDepth)
	}
	defer func() { p.deep-- }()
	var all width
	for first := true; ; first = false {
		w, err := p.sequence()
		if err != nil {
			return all, err
		}
		if first {
			all = w
		} else {
			all = all.or(w)
		}
		if !p.accept('|') {
			return all, nil
		}
		p.out.WriteByte('|')
	}
}

// sequence reads items up to a bar, a closing parenthesis or the end.
func (p *parser) sequence() (width, error) {
	outer := p.sum
	p.sum, p.atom, p.rep = width{}, -1, false
	for p.more() && p.src[p.pos] != '|' && p.src[p.pos] != ')' {
		if err := p.item(); err != nil {
			return width{}, err
		}
	}
	w := p.sum
	p.sum = outer
	return w, nil
}

// emitAtom writes something that can be repeated.
func (p *parser) emitAtom(text string, lo, hi int) {
	p.atom, p.rep = p.out.Len(), false
	p.out.WriteString(text)
	p.last = width{lo, hi}
	p.sum = p.sum.plus(p.last)
}

// emitAnchor writes an anchor, which cannot be repeated.
func (p *parser) emitAnchor(text string) {
	p.emitAtom(text, 0, 0)
	p.atom = -1
}

// item reads one item of a sequence.
func (p *parser) item() error {
	at := p.pos
	ch := p.src[p.pos]
	p.pos++
	if p.flags&Verbose != 0 {
		if strings.ContainsRune(" \t\n\r\v\f", ch) {
			return nil
		}
		if ch == '#' {
			for p.more() && p.src[p.pos] != '\n' {
				p.pos++
			}
			return nil
		}
	}
	switch ch {
	case '\\':
		return p.escape(at)
	case '[':
		return p.set(at)
	case '(':
		return p.group(at)
	case '*', '+', '?', '{':
		return p.repeat(ch, at)
	case '.':
		p.emitAtom(pick(p.flags&DotAll != 0, `[\s\S]`, `[^\n]`), 1, 1)
	case '^':
		p.emitAnchor(pick(p.flags&Multiline != 0, `(?m:^)`, `\A`))
	case '$':
		p.emitAnchor(pick(p.flags&Multiline != 0, `(?=\n|\z)`, `(?=\n?\z)`))
	default:
		p.emitAtom(p.literal(ch), 1, 1)
	}
	return nil
}

// literal writes a character that means itself. With the flag ASCII, others have no case.
func (p *parser) literal(r rune) string {
	if r >= 0x80 && p.ascii() && p.flags&IgnoreCase != 0 {
		return "(?-i:" + literal(r) + ")"
	}
	return literal(r)
}

func literal(r rune) string {
	if r < 0x80 && !isLetter(r) && !isDigit(r) && r != '_' {
		return fmt.Sprintf(`\u%04x`, r)
	}
	return string1(r)
}

// repeat reads a quantifier, or a brace that is none.
func (p *parser) repeat(ch rune, at int) error {
	lo, hi := 0, unbounded
	switch ch {
	case '+':
		lo = 1
	case '?':
		hi = 1
	case '{':
		var ok bool
		var err error
		if lo, hi, ok, err = p.braces(at); err != nil {
			return err
		} else if !ok {
			p.emitAtom(literal('{'), 1, 1)
			return nil
		}
	}
	if p.rep {
		return p.fail(at, "multiple repeat")
	}
	if p.atom < 0 {
		return p.fail(at, "nothing to repeat")
	}
	quantifier := map[rune]string{'*': "*", '+': "+", '?': "?"}[ch]
	if ch == '{' {
		quantifier = fmt.Sprintf("{%d,", lo)
		if hi < unbounded {
			quantifier += fmt.Sprint(hi)
		}
		quantifier += "}"
	}
	p.quantify(quantifier)
	p.rep = true
	// the atom was counted once: count it as often as it is repeated
	p.sum = width{p.sum.min - p.last.min, p.sum.max - p.last.max}.plus(p.last.times(lo, hi))
	return nil
}

// quantify puts a quantifier after the last atom; a possessive one becomes an atomic group.
func (p *parser) quantify(quantifier string) {
	text := p.out.String()
	head, atom := text[:p.atom], text[p.atom:]
	if p.last.max == 0 { // anchors and look-arounds, which regexp2 wants grouped
		atom = "(?:" + atom + ")"
	}
	switch {
	case p.accept('?'):
		quantifier += "?"
	case p.accept('+'):
		atom, quantifier = "(?>"+atom+quantifier+")", ""
	}
	p.out.Reset()
	p.out.WriteString(head + atom + quantifier)
}

// braces reads {m}, {m,}, {,n} or {m,n}. Anything else is a literal brace.
func (p *parser) braces(at int) (lo, hi int, ok bool, err error) {
	save := p.pos
	if p.more() && p.src[p.pos] == '}' {
		return 0, 0, false, nil
	}
	lo, hadLo, big := p.number()
	hi, hadHi, comma := lo, hadLo, false
	if p.accept(',') {
		var bigger bool
		comma = true
		hi, hadHi, bigger = p.number()
		big = big || bigger
	}
	if !p.accept('}') {
		p.pos = save
		return 0, 0, false, nil
	}
	if !hadLo && !comma {
		p.pos = save
		return 0, 0, false, nil
	}
	if big {
		return 0, 0, false, p.fail(at, "the repetition number is too large")
	}
	if comma && !hadHi {
		hi = unbounded
	}
	if hi < lo {
		return 0, 0, false, p.fail(at+1, "min repeat greater than max repeat")
	}
	return lo, hi, true, nil
}

// number reads decimal digits, and tells whether there were any and whether they are too many.
func (p *parser) number() (n int, any, big bool) {
	for p.more() && isDigit(p.src[p.pos]) {
		n = n*10 + int(p.src[p.pos]-'0')
		if n >= unbounded/16 {
			n, big = unbounded/16, true
		}
		any = true
		p.pos++
	}
	return n, any, big
}
