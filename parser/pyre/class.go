package pyre

import (
	"fmt"
	"strings"
)

// The members of Python's classes in regexp2's terms, for use within brackets: by Unicode, and where the flag ASCII or
// Bytes is set.
const (
	unicodeDigit = `\p{Nd}`
	unicodeSpace = `\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`
	unicodeWord  = `\p{L}\p{N}_`
	asciiDigit   = `0-9`
	asciiSpace   = `\u0009-\u000d\u0020`
	asciiWord    = `a-zA-Z0-9_`
)

// category is the content of the brackets for \d, \s and \w (and, negated, their capitals).
func category(ch rune, ascii bool) string {
	switch ch {
	case 'd', 'D':
		return pick(ascii, asciiDigit, unicodeDigit)
	case 's', 'S':
		return pick(ascii, asciiSpace, unicodeSpace)
	}
	return pick(ascii, asciiWord, unicodeWord)
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// class writes a class as a set of its own. Where case is ignored, ASCII classes must not let in what regexp2 folds to
// ASCII, such as the Kelvin sign.
func (p *parser) class(ch rune) string {
	set := "[" + pick(ch < 'a', "^", "") + category(ch, p.ascii()) + "]"
	if p.ascii() && p.flags&IgnoreCase != 0 {
		return "(?-i:" + set + ")"
	}
	return set
}

// boundary is \b or \B. That no empty text has a \B is Python's (before 3.14).
func (p *parser) boundary(not bool) string {
	w := p.class('w')
	if not {
		return `(?!\A\z)(?:(?<=` + w + `)(?=` + w + `)|(?<!` + w + `)(?!` + w + `))`
	}
	return `(?:(?<=` + w + `)(?!` + w + `)|(?<!` + w + `)(?=` + w + `))`
}

// member is one item of a set: a single character, or a class.
type member struct {
	ch    rune
	class bool // a \d, \W ...; then name is its letter
	name  rune
}

// set parses [...], the opening bracket being read.
func (p *parser) set(at int) error {
	negate := p.accept('^')
	var plain strings.Builder
	var apart []string // classes that cannot share brackets with others
	add := func(from rune, text string) {
		if from >= 0x80 && p.ascii() && p.flags&IgnoreCase != 0 {
			apart = append(apart, "(?-i:["+text+"])")
		} else {
			plain.WriteString(text)
		}
	}
	first := p.pos
	for {
		if p.pos >= len(p.src) {
			return p.fail(at, "unterminated character set")
		}
		if p.src[p.pos] == ']' && p.pos != first {
			p.pos++
			break
		}
		start := p.pos
		lo, err := p.member()
		if err != nil {
			return err
		}
		if p.pos+1 < len(p.src) && p.src[p.pos] == '-' && p.src[p.pos+1] != ']' {
			p.pos++
			hi, err := p.member()
			if err != nil {
				return err
			}
			if lo.class || hi.class || hi.ch < lo.ch {
				return p.fail(start, "bad character range %s", encode(p.src[start:p.pos], p.flags))
			}
			add(lo.ch, classChar(lo.ch)+"-"+classChar(hi.ch))
			continue
		} else if p.pos+1 == len(p.src) && p.src[p.pos] == '-' {
			return p.fail(at, "unterminated character set")
		}
		switch {
		case !lo.class:
			add(lo.ch, classChar(lo.ch))
		case lo.name >= 'a' && (!p.ascii() || p.flags&IgnoreCase == 0):
			plain.WriteString(category(lo.name, p.ascii()))
		default:
			apart = append(apart, p.class(lo.name))
		}
	}
	p.emitAtom(setText(negate, plain.String(), apart), 1, 1)
	return nil
}

// setText writes a set. Classes apart (such as \W) become alternatives, since regexp2 has no union with a complement.
func setText(negate bool, plain string, apart []string) string {
	if len(apart) == 0 {
		if negate {
			return "[^" + plain + "]"
		}
		return "[" + plain + "]"
	}
	alternatives := apart
	if plain != "" {
		alternatives = append([]string{"[" + plain + "]"}, apart...)
	}
	union := strings.Join(alternatives, "|")
	if negate {
		return `(?:(?!` + union + `)[\s\S])`
	}
	return "(?:" + union + ")"
}

// member reads one item of a set.
func (p *parser) member() (member, error) {
	if p.pos >= len(p.src) {
		return member{}, p.fail(p.setStart(), "unterminated character set")
	}
	ch := p.src[p.pos]
	p.pos++
	if ch != '\\' {
		return member{ch: ch}, nil
	}
	at := p.pos - 1
	if p.pos == len(p.src) {
		return member{}, p.fail(at, "bad escape (end of pattern)")
	}
	esc := p.src[p.pos]
	switch {
	case strings.ContainsRune("dDsSwW", esc):
		p.pos++
		return member{class: true, name: esc}, nil
	case esc == 'b':
		p.pos++
		return member{ch: '\b'}, nil
	case isOctal(esc):
		v := octal(p.src, &p.pos, 3)
		if v > 0o377 {
			return member{}, p.fail(at, "octal escape value \\%o outside of range 0-0o377", v)
		}
		return member{ch: p.char(rune(v))}, nil
	case isDigit(esc):
		p.pos++
		return member{}, p.fail(at, "bad escape \\%c", esc)
	}
	r, err := p.escapedChar(at)
	return member{ch: r}, err
}

// setStart is where the innermost set began, for messages.
func (p *parser) setStart() int {
	for i := min(p.pos, len(p.src)) - 1; i >= 0; i-- {
		if p.src[i] == '[' {
			return i
		}
	}
	return 0
}

// classChar writes a character within brackets.
func classChar(r rune) string {
	if r < 0x80 && !isLetter(r) && !isDigit(r) {
		return fmt.Sprintf(`\u%04x`, r)
	}
	return string1(r)
}

// string1 writes a character so that a surrogate, which stands for a stray byte, survives.
func string1(r rune) string {
	if r >= 0xD800 && r <= 0xDFFF {
		return fmt.Sprintf(`\u%04x`, r)
	}
	return string(r)
}
