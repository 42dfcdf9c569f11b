package pyre

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// flagLetters are the inline flags.
var flagLetters = map[rune]Flags{'i': IgnoreCase, 'm': Multiline, 's': DotAll, 'x': Verbose, 'a': ASCII, 'u': 0, 'L': 0}

// headFlags reads (?flags) at the beginning of the pattern, the only place where flags hold for all of it.
func (p *parser) headFlags() error {
	for p.pos+2 < len(p.src) && p.src[p.pos] == '(' && p.src[p.pos+1] == '?' {
		end := p.pos + 2
		var set Flags
		for end < len(p.src) {
			f, ok := flagLetters[p.src[end]]
			if !ok {
				break
			}
			if p.src[end] == 'L' && p.flags&Bytes == 0 {
				return p.fail(end+1, "bad inline flags: cannot use 'L' flag with a str pattern")
			}
			if p.src[end] == 'u' && p.flags&Bytes != 0 {
				return p.fail(end+1, "bad inline flags: cannot use 'u' flag with a bytes pattern")
			}
			if p.src[end] == 'u' && p.flags&ASCII != 0 {
				return errors.New("ASCII and UNICODE flags are incompatible")
			}
			set |= f
			end++
		}
		if end == p.pos+2 || end >= len(p.src) || p.src[end] != ')' {
			return nil
		}
		p.flags |= set
		p.pos = end + 1
	}
	return nil
}

// group reads what begins with a parenthesis, which is read.
func (p *parser) group(at int) error {
	if !p.accept('?') {
		return p.capture("", at)
	}
	if !p.more() {
		return p.fail(p.pos, "unexpected end of pattern")
	}
	ch := p.src[p.pos]
	p.pos++
	switch ch {
	case 'P':
		return p.pythonic(at)
	case ':':
		return p.enclosed(at, "(?:", p.flags)
	case '>':
		return p.enclosed(at, "(?>", p.flags)
	case '#':
		return p.comment(at)
	case '=', '!':
		return p.look("(?"+string(ch), at)
	case '<':
		if !p.more() {
			return p.fail(p.pos, "unexpected end of pattern")
		}
		if next := p.src[p.pos]; next != '=' && next != '!' {
			return p.fail(at+1, "unknown extension ?<%s", encode([]rune{next}, p.flags))
		}
		p.pos++
		return p.lookBehind("(?<"+string(p.src[p.pos-1]), at)
	case '(':
		return p.conditional(at)
	}
	if _, ok := flagLetters[ch]; ok || ch == '-' {
		p.pos--
		return p.scopedFlags(at)
	}
	return p.fail(at+1, "unknown extension ?%s", encode([]rune{ch}, p.flags))
}

// pythonic reads (?P<name>...) and (?P=name).
func (p *parser) pythonic(at int) error {
	switch {
	case p.accept('<'):
		name, err := p.name('>')
		if err != nil {
			return err
		}
		return p.capture(name, at)
	case p.accept('='):
		start := p.pos
		name, err := p.name(')')
		if err != nil {
			return err
		}
		n, ok := p.names[name]
		if !ok {
			return p.fail(start, "unknown group name %s", quote(name))
		}
		return p.backreference(n, start)
	}
	if !p.more() {
		return p.fail(p.pos, "unexpected end of pattern")
	}
	return p.fail(at+1, "unknown extension ?P%s", encode(p.src[p.pos:p.pos+1], p.flags))
}

// name reads a group's name up to its end mark.
func (p *parser) name(end rune) (string, error) {
	start := p.pos
	for p.more() && p.src[p.pos] != end {
		p.pos++
	}
	name := encode(p.src[start:p.pos], p.flags)
	if name == "" {
		return "", p.fail(start, "missing group name")
	}
	if !p.accept(end) {
		return "", p.fail(start, "missing %c, unterminated name", end)
	}
	if !identifier(name) {
		return "", p.fail(start, "bad character in group name %s", quote(name))
	}
	return name, nil
}

// capture reads the body of a capturing group. Every group is numbered by hand, since regexp2 would number the named
// ones after the others.
func (p *parser) capture(name string, at int) error {
	p.groups++
	n := p.groups
	if name != "" {
		if was, dup := p.names[name]; dup {
			return p.fail(at+4, "redefinition of group name %s as group %d; was group %d", quote(name), n, was)
		}
		p.names[name] = n
		p.order = append(p.order, name)
	}
	p.open[n] = true
	err := p.enclosed(at, fmt.Sprintf("(?<%d>", n), p.flags)
	p.open[n] = false
	p.widths[n] = p.last
	return err
}

// enclosed reads a body up to its closing parenthesis, under flags of its own, as one atom.
func (p *parser) enclosed(at int, opening string, flags Flags) error {
	w, start, err := p.body(at, opening, flags)
	if err != nil {
		return err
	}
	p.atom, p.rep, p.last = start, false, w
	p.sum = p.sum.plus(w)
	return nil
}

// body writes an opening, the body and the closing parenthesis.
func (p *parser) body(at int, opening string, flags Flags) (w width, start int, err error) {
	start = p.out.Len()
	outer, sum := p.flags, p.sum
	p.flags = flags
	p.out.WriteString(opening)
	w, err = p.alternatives()
	p.flags, p.sum = outer, sum
	if err != nil {
		return w, start, err
	}
	if !p.accept(')') {
		return w, start, p.fail(at, "missing ), unterminated subpattern")
	}
	p.out.WriteByte(')')
	return w, start, nil
}

func (p *parser) look(opening string, at int) error {
	_, start, err := p.body(at, opening, p.flags)
	p.atom, p.rep, p.last = start, false, width{}
	return err
}

// lookBehind reads (?<=...) and (?<!...), which in Python have one width.
func (p *parser) lookBehind(opening string, at int) error {
	p.behind = append(p.behind, p.groups)
	w, start, err := p.body(at, opening, p.flags)
	p.behind = p.behind[:len(p.behind)-1]
	if err == nil && w.min != w.max {
		return &behindError{pattern: p.raw}
	}
	p.atom, p.rep, p.last = start, false, width{}
	return err
}

// behindError has no position, as in Python.
type behindError struct{ pattern string }

func (e *behindError) Error() string { return "look-behind requires fixed-width pattern" }

func (p *parser) comment(at int) error {
	for p.more() {
		p.pos++
		if p.src[p.pos-1] == ')' {
			return nil
		}
	}
	return p.fail(at, "missing ), unterminated comment")
}

// conditional reads (?(group)yes|no).
func (p *parser) conditional(at int) error {
	start := p.pos
	end := start
	for end < len(p.src) && p.src[end] != ')' {
		end++
	}
	name := encode(p.src[start:end], p.flags)
	if name == "" {
		return p.fail(start, "missing group name")
	}
	if end == len(p.src) {
		return p.fail(start, "missing ), unterminated name")
	}
	p.pos = end + 1
	n, err := strconv.Atoi(name)
	switch {
	case err == nil && n == 0:
		return p.fail(start, "bad group number")
	case err == nil:
		p.tests = append(p.tests, groupTest{n, start})
	case err != nil && !identifier(name):
		return p.fail(start, "bad character in group name %s", quote(name))
	case err != nil:
		var ok bool
		if n, ok = p.names[name]; !ok {
			return p.fail(start, "unknown group name %s", quote(name))
		}
	}
	bodyStart := p.pos
	mark := p.out.Len()
	if err := p.enclosed(at, fmt.Sprintf("(?(%d)", n), p.flags); err != nil {
		return err
	}
	bars := topLevelBars(p.src[bodyStart : p.pos-1])
	if len(bars) > 1 {
		return p.fail(bodyStart+bars[1], "conditional backref with more than two branches")
	}
	if len(bars) == 0 { // without a "no" branch it may match nothing
		text := p.out.String()
		p.out.Reset()
		p.out.WriteString(text[:mark] + strings.TrimSuffix(text[mark:], ")") + "|)")
		p.sum.min -= p.last.min
		p.last.min = 0
	}
	return nil
}

// topLevelBars finds the bars of a body that belong to no group or set within it.
func topLevelBars(src []rune) []int {
	var bars []int
	depth, set := 0, false
	for i := 0; i < len(src); i++ {
		switch ch := src[i]; {
		case ch == '\\':
			i++
		case set:
			set = ch != ']'
		case ch == '[':
			set = true
			if i+1 < len(src) && src[i+1] == '^' {
				i++
			}
			if i+1 < len(src) && src[i+1] == ']' {
				i++
			}
		case ch == '(':
			depth++
		case ch == ')':
			depth--
		case ch == '|' && depth == 0:
			bars = append(bars, i)
		}
	}
	return bars
}

// scopedFlags reads (?i-s:...).
func (p *parser) scopedFlags(at int) error {
	on, end, err := p.letters("-:)", "missing -, : or )")
	if err != nil {
		return err
	}
	var off Flags
	switch end {
	case ')':
		return p.fail(at, "global flags not at the start of the expression")
	case '-':
		if !p.more() || flagLetters[p.src[p.pos]] == 0 && !isLetter(p.src[p.pos]) {
			return p.fail(p.pos, "missing flag")
		}
		if off, _, err = p.letters(":", "missing :"); err != nil {
			return err
		}
		if off&ASCII != 0 || p.src[p.pos-2] == 'u' || p.src[p.pos-2] == 'L' {
			return p.fail(p.pos-1, "bad inline flags: cannot turn off flags 'a', 'u' and 'L'")
		}
	}
	if on&off != 0 {
		return p.fail(p.pos-1, "bad inline flags: flag turned on and off")
	}
	flags := p.flags&^off | on
	return p.enclosed(at, "(?"+caseFlag(flags)+":", flags)
}

// letters reads flags up to one of the end marks.
func (p *parser) letters(ends, missing string) (set Flags, end rune, err error) {
	for p.more() {
		ch := p.src[p.pos]
		p.pos++
		if strings.ContainsRune(ends, ch) {
			return set, ch, nil
		}
		f, ok := flagLetters[ch]
		if !ok {
			return set, ch, p.fail(p.pos-1, "%s", pick(isLetter(ch), "unknown flag", missing))
		}
		if ch == 'u' {
			p.flags &^= ASCII // for the group's body; body restores it
		}
		set |= f
	}
	return set, 0, p.fail(p.pos, "%s", missing)
}

// caseFlag sets regexp2's own idea of case.
func caseFlag(flags Flags) string { return pick(flags&IgnoreCase != 0, "i", "-i") }
