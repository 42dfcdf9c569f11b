package pyre

import (
	"fmt"
	"strconv"
	"strings"
)

// Template is a parsed replacement: literal text with references to groups.
type Template struct {
	parts []part
	flags Flags
}

// part is literal text, or where group is not -1 a reference.
type part struct {
	text  string
	group int
}

// Expand fills a template from a match; groups that took no part are empty.
func (t *Template) Expand(m *Match) string {
	var b strings.Builder
	for _, p := range t.parts {
		if p.group < 0 {
			b.WriteString(p.text)
		} else {
			b.WriteString(m.Text(p.group))
		}
	}
	return b.String()
}

// Expand is match.expand.
func (m *Match) Expand(template string) (string, error) {
	t, err := m.re.Template(template)
	if err != nil {
		return "", err
	}
	return t.Expand(m), nil
}

// templateParser reads a replacement as sre_parse.parse_template does.
type templateParser struct {
	re  *Regexp
	src []rune
	raw string
	pos int
	lit []rune
	out *Template
}

// Template parses a replacement for this pattern.
func (r *Regexp) Template(s string) (*Template, error) {
	p := &templateParser{re: r, src: decode(s, r.flags), raw: s, out: &Template{flags: r.flags}}
	for p.pos < len(p.src) {
		ch := p.src[p.pos]
		p.pos++
		if ch != '\\' {
			p.lit = append(p.lit, ch)
			continue
		}
		if err := p.escape(); err != nil {
			return nil, err
		}
	}
	p.flush()
	return p.out, nil
}

func (p *templateParser) fail(at int, format string, args ...any) error {
	return &Error{Msg: fmt.Sprintf(format, args...), Pattern: p.raw, Pos: at}
}

func (p *templateParser) flush() {
	if len(p.lit) > 0 {
		p.out.parts = append(p.out.parts, part{text: encode(p.lit, p.re.flags), group: -1})
		p.lit = nil
	}
}

func (p *templateParser) reference(group, at int) error {
	if group > p.re.groups {
		return p.fail(at, "invalid group reference %d", group)
	}
	p.flush()
	p.out.parts = append(p.out.parts, part{group: group})
	return nil
}

// escape reads what follows a backslash.
func (p *templateParser) escape() error {
	at := p.pos - 1
	if p.pos == len(p.src) {
		return p.fail(at, "bad escape (end of pattern)")
	}
	ch := p.src[p.pos]
	p.pos++
	switch {
	case ch == 'g':
		return p.named(at)
	case ch == '0':
		p.pos--
		p.lit = append(p.lit, p.char(rune(octal(p.src, &p.pos, 3)&0xff)))
	case ch >= '1' && ch <= '9':
		return p.digits(ch, at)
	case escapes[ch] != 0:
		p.lit = append(p.lit, escapes[ch])
	case isLetter(ch):
		return p.fail(at, "bad escape \\%c", ch)
	default:
		p.lit = append(p.lit, '\\', ch)
	}
	return nil
}

func (p *templateParser) char(r rune) rune {
	if p.re.flags&Bytes != 0 {
		return byteRune(byte(r))
	}
	return r
}

// digits reads \N, \NN, or three octal digits, which are a character.
func (p *templateParser) digits(first rune, at int) error {
	n := int(first - '0')
	if p.pos < len(p.src) && isDigit(p.src[p.pos]) {
		second := p.src[p.pos]
		if isOctal(first) && isOctal(second) && p.pos+1 < len(p.src) && isOctal(p.src[p.pos+1]) {
			v := n*64 + int(second-'0')*8 + int(p.src[p.pos+1]-'0')
			if v > 0o377 {
				return p.fail(at, "octal escape value \\%o outside of range 0-0o377", v)
			}
			p.pos += 2
			p.lit = append(p.lit, p.char(rune(v)))
			return nil
		}
		n = n*10 + int(second-'0')
		p.pos++
	}
	return p.reference(n, at+1)
}

// named reads the <...> of \g<...>.
func (p *templateParser) named(at int) error {
	if p.pos == len(p.src) || p.src[p.pos] != '<' {
		return p.fail(p.pos, "missing <")
	}
	start := p.pos + 1
	end := start
	for end < len(p.src) && p.src[end] != '>' {
		end++
	}
	name := encode(p.src[start:end], p.re.flags)
	if end == len(p.src) {
		if name == "" {
			return p.fail(start, "missing group name")
		}
		return p.fail(start, "missing >, unterminated name")
	}
	if name == "" {
		return p.fail(start, "missing group name")
	}
	p.pos = end + 1
	if n, err := strconv.Atoi(name); err == nil && isDigit(p.src[start]) {
		return p.reference(n, start)
	}
	if !identifier(name) {
		return p.fail(start, "bad character in group name %s", quote(name))
	}
	n, ok := p.re.names[name]
	if !ok {
		return fmt.Errorf("unknown group name %s", quote(name))
	}
	return p.reference(n, start)
}
