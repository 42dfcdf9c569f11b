package pyre

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// escapes are the letters that stand for a control character, in patterns and templates.
var escapes = map[rune]rune{'a': '\a', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', 'b': '\b', '\\': '\\'}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isOctal(r rune) bool  { return r >= '0' && r <= '7' }
func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// octal reads at most n octal digits.
func octal(src []rune, pos *int, n int) int {
	v := 0
	for i := 0; i < n && *pos < len(src) && isOctal(src[*pos]); i++ {
		v = v*8 + int(src[*pos]-'0')
		*pos++
	}
	return v
}

// escape reads what follows a backslash outside of brackets.
func (p *parser) escape(at int) error {
	if !p.more() {
		return p.fail(at, "bad escape (end of pattern)")
	}
	ch := p.src[p.pos]
	switch {
	case strings.ContainsRune("dswDSW", ch):
		p.pos++
		p.emitAtom(p.class(ch), 1, 1)
	case ch == 'b' || ch == 'B':
		p.pos++
		p.emitAnchor(p.boundary(ch == 'B'))
	case ch == 'A':
		p.pos++
		p.emitAnchor(`\A`)
	case ch == 'Z':
		p.pos++
		p.emitAnchor(`\z`)
	case ch == '0':
		p.emitAtom(p.literal(p.char(rune(octal(p.src, &p.pos, 3)))), 1, 1)
	case isDigit(ch):
		return p.backOrOctal(at)
	default:
		r, err := p.escapedChar(at)
		if err != nil {
			return err
		}
		p.emitAtom(p.literal(r), 1, 1)
	}
	return nil
}

// backOrOctal reads a reference to a group by number, or three octal digits.
func (p *parser) backOrOctal(at int) error {
	if p.pos+2 < len(p.src) && isOctal(p.src[p.pos]) && isOctal(p.src[p.pos+1]) && isOctal(p.src[p.pos+2]) {
		v := octal(p.src, &p.pos, 3)
		if v > 0o377 {
			return p.fail(at, "octal escape value \\%o outside of range 0-0o377", v)
		}
		p.emitAtom(p.literal(p.char(rune(v))), 1, 1)
		return nil
	}
	n := int(p.src[p.pos] - '0')
	p.pos++
	if p.more() && isDigit(p.src[p.pos]) {
		n = n*10 + int(p.src[p.pos]-'0')
		p.pos++
	}
	if n > p.groups {
		return p.fail(at+1, "invalid group reference %d", n)
	}
	return p.backreference(n, at)
}

func (p *parser) backreference(n, at int) error {
	if p.open[n] {
		return p.fail(at, "cannot refer to an open group")
	}
	if len(p.behind) > 0 && n > p.behind[len(p.behind)-1] {
		return p.fail(at, "cannot refer to group defined in the same lookbehind subpattern")
	}
	w := p.widths[n]
	p.emitAtom(fmt.Sprintf(`\k<%d>`, n), w.min, w.max)
	return nil
}

// escapedChar reads an escape that stands for one character, the backslash being read.
func (p *parser) escapedChar(at int) (rune, error) {
	ch := p.src[p.pos]
	p.pos++
	switch {
	case ch == 'x':
		return p.hex(at, 2)
	case (ch == 'u' || ch == 'U') && p.flags&Bytes == 0:
		return p.hex(at, map[rune]int{'u': 4, 'U': 8}[ch])
	case ch == 'N' && p.flags&Bytes == 0:
		return 0, p.fail(at, "character names (\\N{...}) are not supported, write \\uXXXX instead;")
	case ch != 'b' && escapes[ch] != 0:
		return escapes[ch], nil
	case isLetter(ch):
		return 0, p.fail(at, "bad escape \\%c", ch)
	}
	return ch, nil
}

func (p *parser) hex(at, digits int) (rune, error) {
	end := p.pos
	for end < len(p.src) && end-p.pos < digits && strings.ContainsRune("0123456789abcdefABCDEF", p.src[end]) {
		end++
	}
	text := string(p.src[p.pos:end])
	p.pos = end
	v, err := strconv.ParseUint(text, 16, 32)
	if len(text) != digits || err != nil {
		return 0, p.fail(at, "incomplete escape %s", string(p.src[at:end]))
	}
	if v > unicode.MaxRune {
		return 0, p.fail(at, "bad escape %s", string(p.src[at:end]))
	}
	return p.char(rune(v)), nil
}

// identifier tells whether a group may be called so.
func identifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)) {
			return false
		}
	}
	return name != ""
}

// quote writes a name as Python's repr does.
func quote(name string) string {
	if strings.Contains(name, "'") && !strings.Contains(name, `"`) {
		return `"` + name + `"`
	}
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\n", `\n`, "\t", `\t`).Replace(name) + "'"
}
