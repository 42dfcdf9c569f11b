package jsontext

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds how deep maps and lists may lie in each other.
const maxDepth = 10_000

// Parse reads one value: map[string]any, []any, string, bool, nil, int64 or Large for a whole number, float64 for another, or its
// text where a number is larger than any of the machine. Of a key that is there twice the last counts.
func Parse(text []byte) (any, error) {
	p := &parser{text: text}
	v, err := p.value()
	if err == nil {
		if p.space(); p.at < len(p.text) {
			err = p.wrong("more text")
		}
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

type parser struct {
	text  []byte
	at    int
	depth int
}

func (p *parser) wrong(what string) error {
	return fmt.Errorf("%w: %s at byte %d", ErrSyntax, what, p.at)
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// next skips space and tells the byte that follows; 0 at the end.
func (p *parser) next() byte {
	p.space()
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

var words = []struct {
	text  string
	value any
}{{"true", true}, {"false", false}, {"null", nil}}

func (p *parser) value() (any, error) {
	c := p.next()
	switch {
	case c == '{':
		return p.nested(p.object)
	case c == '[':
		return p.nested(p.array)
	case c == '"':
		return p.str()
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	for _, w := range words {
		if strings.HasPrefix(string(p.text[p.at:min(len(p.text), p.at+5)]), w.text) {
			p.at += len(w.text)
			return w.value, nil
		}
	}
	return nil, p.wrong("no value")
}

func (p *parser) nested(read func() (any, error)) (any, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.wrong("nested too deep")
	}
	p.at++
	v, err := read()
	p.depth--
	return v, err
}

func (p *parser) object() (any, error) {
	m := map[string]any{}
	if p.next() == '}' {
		p.at++
		return m, nil
	}
	for {
		if p.next() != '"' {
			return nil, p.wrong("no key")
		}
		key, err := p.str()
		if err != nil {
			return nil, err
		}
		if p.next() != ':' {
			return nil, p.wrong("no colon")
		}
		p.at++
		if m[key], err = p.value(); err != nil {
			return nil, err
		}
		if end, err := p.more('}'); end || err != nil {
			return m, err
		}
	}
}

func (p *parser) array() (any, error) {
	list := []any{}
	if p.next() == ']' {
		p.at++
		return list, nil
	}
	for {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if end, err := p.more(']'); end || err != nil {
			return list, err
		}
	}
}

// more reads a comma or the closing bracket.
func (p *parser) more(closing byte) (end bool, err error) {
	switch p.next() {
	case ',':
		p.at++
		return false, nil
	case closing:
		p.at++
		return true, nil
	}
	return false, p.wrong("no comma")
}

func (p *parser) number() (any, error) {
	start := p.at
	if p.text[p.at] == '-' {
		p.at++
	}
	whole := p.digits()
	if whole == 0 || whole > 1 && p.text[p.at-whole] == '0' {
		return nil, p.wrong("bad number")
	}
	isInt := true
	if p.at < len(p.text) && p.text[p.at] == '.' {
		p.at++
		if isInt = false; p.digits() == 0 {
			return nil, p.wrong("bad number")
		}
	}
	if p.at < len(p.text) && (p.text[p.at] == 'e' || p.text[p.at] == 'E') {
		p.at++
		if p.at < len(p.text) && (p.text[p.at] == '+' || p.text[p.at] == '-') {
			p.at++
		}
		if isInt = false; p.digits() == 0 {
			return nil, p.wrong("bad number")
		}
	}
	text := string(p.text[start:p.at])
	if isInt {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, nil
		}
		return Large(text), nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text, nil
	}
	return f, nil
}

func (p *parser) digits() int {
	start := p.at
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	return p.at - start
}

// escapes are the letters after a backslash, each followed by what it means.
const escapes = "\"\"\\\\//b\bf\fn\nr\rt\t"

func (p *parser) str() (string, error) {
	p.at++
	start := p.at
	for p.at < len(p.text) && p.text[p.at] != '"' && p.text[p.at] != '\\' && p.text[p.at] >= ' ' && p.text[p.at] < utf8.RuneSelf {
		p.at++
	}
	if p.at < len(p.text) && p.text[p.at] == '"' { // the common case: nothing to undo
		p.at++
		return string(p.text[start : p.at-1]), nil
	}
	out := append([]byte(nil), p.text[start:p.at]...)
	for p.at < len(p.text) {
		c := p.text[p.at]
		switch {
		case c == '"':
			p.at++
			return string(out), nil
		case c < ' ':
			return "", p.wrong("control character in text")
		case c == '\\':
			var err error
			if out, err = p.escape(out); err != nil {
				return "", err
			}
		case c < utf8.RuneSelf:
			out = append(out, c)
			p.at++
		default:
			r, n := utf8.DecodeRune(p.text[p.at:])
			out = utf8.AppendRune(out, r)
			p.at += n
		}
	}
	return "", p.wrong("text without end")
}

func (p *parser) escape(out []byte) ([]byte, error) {
	if p.at+1 == len(p.text) {
		return nil, p.wrong("text without end")
	}
	c := p.text[p.at+1]
	if c == 'u' {
		r, ok := p.hex4(p.at + 2)
		if !ok {
			return nil, p.wrong("bad escape")
		}
		p.at += 6
		if utf16.IsSurrogate(r) {
			low, ok := rune(0), false
			if p.at+1 < len(p.text) && p.text[p.at] == '\\' && p.text[p.at+1] == 'u' {
				low, ok = p.hex4(p.at + 2)
			}
			if r = utf16.DecodeRune(r, low); ok && r != utf8.RuneError {
				p.at += 6
			}
		}
		return utf8.AppendRune(out, r), nil
	}
	for i := 0; i < len(escapes); i += 2 {
		if escapes[i] == c {
			p.at += 2
			return append(out, escapes[i+1]), nil
		}
	}
	return nil, p.wrong("bad escape")
}

func (p *parser) hex4(at int) (rune, bool) {
	if at+4 > len(p.text) {
		return 0, false
	}
	var r rune
	for _, c := range p.text[at : at+4] {
		n := strings.IndexByte("0123456789abcdefABCDEF", c)
		if n < 0 {
			return 0, false
		}
		if n > 15 {
			n -= 6
		}
		r = r<<4 | rune(n)
	}
	return r, true
}
