// Package pyliteral reads Python literals, as ast.literal_eval does: what inventory files in INI form write their values
// in. It knows strings, bytes, numbers, tuples, lists, dicts, sets, True, False and None; anything else is no literal.
package pyliteral

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"pylint-deploy/parser/jinja/value"
)

// maxDepth bounds nesting.
const maxDepth = 100

// Parse reads a literal. ok is false where the text is none.
func Parse(text string) (v value.Value, ok bool) {
	p := &parser{text: strings.TrimLeft(text, " \t")}
	if v, ok = p.tuple(); !ok {
		return nil, false
	}
	return v, p.end()
}

type parser struct {
	text  string
	at    int
	depth int
	inner int // brackets around: line breaks are blanks there
}

// space moves over blanks, and in brackets over line breaks and comments too.
func (p *parser) space() {
	for p.at < len(p.text) {
		c := p.text[p.at]
		switch {
		case c == ' ' || c == '\t' || c == '\f' || p.inner > 0 && (c == '\n' || c == '\r'):
			p.at++
		case c == '#' && p.inner > 0:
			p.comment()
		default:
			return
		}
	}
}

func (p *parser) comment() {
	if i := strings.IndexByte(p.text[p.at:], '\n'); i >= 0 {
		p.at += i
	} else {
		p.at = len(p.text)
	}
}

// end tells whether only blanks and comments follow.
func (p *parser) end() bool {
	p.space()
	if p.at < len(p.text) && p.text[p.at] == '#' {
		p.comment()
	}
	return strings.Trim(p.text[p.at:], " \t\r\n\f") == ""
}

func (p *parser) next(c byte) bool {
	p.space()
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

// tuple reads a value, or several with commas between them and no brackets.
func (p *parser) tuple() (value.Value, bool) {
	first, ok := p.value()
	if !ok || !p.next(',') {
		return first, ok
	}
	items := value.Tuple{first}
	for {
		p.space()
		if p.at == len(p.text) || strings.IndexByte(")#\n", p.text[p.at]) >= 0 {
			return items, true
		}
		item, ok := p.value()
		if !ok {
			return nil, false
		}
		items = append(items, item)
		if !p.next(',') {
			return items, true
		}
	}
}

func (p *parser) value() (value.Value, bool) {
	if p.depth++; p.depth > maxDepth {
		return nil, false
	}
	defer func() { p.depth-- }()
	p.space()
	if p.at == len(p.text) {
		return nil, false
	}
	switch c := p.text[p.at]; {
	case c == '[':
		return p.list()
	case c == '{':
		return p.braces()
	case c == '(':
		return p.parentheses()
	case c == '-' || c == '+':
		return p.signed()
	case c >= '0' && c <= '9' || c == '.':
		return p.number()
	}
	return p.word()
}

// bracket runs read inside a pair of brackets.
func (p *parser) bracket(read func() bool) bool {
	p.at++
	p.inner++
	ok := read()
	p.inner--
	return ok
}

func (p *parser) list() (value.Value, bool) {
	var items []value.Value
	ok := p.bracket(func() bool {
		for !p.next(']') {
			item, ok := p.value()
			if !ok {
				return false
			}
			items = append(items, item)
			if !p.next(',') {
				return p.next(']')
			}
		}
		return true
	})
	return value.NewList(items...), ok
}

func (p *parser) parentheses() (v value.Value, ok bool) {
	ok = p.bracket(func() bool {
		if p.next(')') {
			v = value.Tuple{}
			return true
		}
		var good bool
		v, good = p.tuple()
		return good && p.next(')')
	})
	return v, ok
}

// braces reads a dict or a set.
func (p *parser) braces() (v value.Value, ok bool) {
	d := value.NewDict()
	var items []value.Value
	ok = p.bracket(func() bool {
		for !p.next('}') {
			key, ok := p.value()
			if !ok {
				return false
			}
			if p.next(':') {
				val, ok := p.value()
				if !ok || items != nil || d.Set(key, val) != nil {
					return false
				}
			} else {
				items = append(items, key)
			}
			if !p.next(',') {
				return p.next('}')
			}
		}
		return true
	})
	if !ok || items == nil {
		return d, ok
	}
	set, err := value.NewSet(items...)
	return set, err == nil && d.Len() == 0
}

func (p *parser) signed() (value.Value, bool) {
	negative := p.text[p.at] == '-'
	p.at++
	p.space()
	if p.at == len(p.text) {
		return nil, false
	}
	if c := p.text[p.at]; !(c >= '0' && c <= '9' || c == '.') {
		return nil, false
	}
	v, ok := p.value()
	if !ok || !negative {
		return v, ok
	}
	switch v := v.(type) {
	case value.Int:
		return -v, true
	case value.Float:
		return -v, true
	case *value.BigInt:
		return bigInt(new(big.Int).Neg(v.Int)), true
	}
	return nil, false
}

func bigInt(n *big.Int) value.Value {
	if n.IsInt64() {
		return value.Int(n.Int64())
	}
	return &value.BigInt{Int: n}
}

// number reads an int or a float as Python writes them: 10, 1_000, 0x1f, 0o17, 0b1, 1.5e3. A leading zero, as in 0644, is
// an error in Python and so no literal.
func (p *parser) number() (value.Value, bool) {
	end := p.at
	for end < len(p.text) {
		c := p.text[end]
		exponent := (c == '+' || c == '-') && (p.text[end-1]|0x20 == 'e') && !strings.HasPrefix(strings.ToLower(p.text[p.at:]), "0x")
		if c != '.' && c != '_' && !isAlnum(c) && !exponent {
			break
		}
		end++
	}
	text := p.text[p.at:end]
	p.at = end
	if strings.HasSuffix(text, "_") || strings.Contains(text, "__") || strings.Contains(text, "._") || strings.Contains(text, "_.") {
		return nil, false
	}
	plain := strings.ToLower(strings.ReplaceAll(text, "_", ""))
	prefixed := len(plain) > 2 && plain[0] == '0' && strings.IndexByte("xob", plain[1]) >= 0
	if prefixed || strings.Trim(plain, "0123456789") == "" {
		if !prefixed && len(plain) > 1 && plain[0] == '0' && strings.Trim(plain, "0") != "" {
			return nil, false
		}
		base := 10
		if prefixed {
			base = map[byte]int{'x': 16, 'o': 8, 'b': 2}[plain[1]]
			plain = plain[2:]
		}
		n, ok := new(big.Int).SetString(plain, base)
		if !ok {
			return nil, false
		}
		return bigInt(n), true
	}
	if strings.Trim(plain, "0123456789.e+-") != "" {
		return nil, false
	}
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil && !strings.Contains(err.Error(), "range") {
		return nil, false
	}
	return value.Float(f), true
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

var names = map[string]value.Value{"True": value.Bool(true), "False": value.Bool(false), "None": value.None}

// word reads a name, or strings, which Python joins where they stand side by side.
func (p *parser) word() (value.Value, bool) {
	end := p.at
	for end < len(p.text) && (isAlnum(p.text[end]) || p.text[end] == '_') {
		end++
	}
	if end == len(p.text) || p.text[end] != '\'' && p.text[end] != '"' {
		v, ok := names[p.text[p.at:end]]
		p.at = end
		return v, ok
	}
	var all strings.Builder
	isBytes := false
	for first := true; ; first = false {
		text, bytes, found, ok := p.str()
		if !ok || found && !first && bytes != isBytes {
			return nil, false
		}
		if !found {
			break
		}
		isBytes = bytes
		all.WriteString(text)
		p.space()
	}
	if isBytes {
		return value.Bytes(all.String()), true
	}
	return value.Str(all.String()), true
}

// str reads one string with its prefix. found is false where none stands here.
func (p *parser) str() (text string, isBytes, found, ok bool) {
	end := p.at
	for end < len(p.text) && strings.IndexByte("rRbBuU", p.text[end]) >= 0 {
		end++
	}
	prefix := strings.ToLower(p.text[p.at:end])
	if end == len(p.text) || p.text[end] != '\'' && p.text[end] != '"' {
		return "", false, false, prefix == ""
	}
	switch prefix {
	case "", "r", "b", "u", "rb", "br":
	default:
		return "", false, true, false
	}
	quote := p.text[end : end+1]
	if strings.HasPrefix(p.text[end:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	p.at = end + len(quote)
	text, ok = p.quoted(quote, strings.Contains(prefix, "r"), strings.Contains(prefix, "b"))
	return text, strings.Contains(prefix, "b"), true, ok
}

func (p *parser) quoted(quote string, raw, isBytes bool) (string, bool) {
	var b strings.Builder
	for p.at < len(p.text) {
		rest := p.text[p.at:]
		switch {
		case strings.HasPrefix(rest, quote):
			p.at += len(quote)
			return b.String(), true
		case rest[0] == '\n' && len(quote) == 1:
			return "", false
		case rest[0] == '\\' && len(rest) > 1:
			if raw {
				b.WriteString(rest[:2])
				p.at += 2
			} else if !p.escape(&b, isBytes) {
				return "", false
			}
		default:
			b.WriteByte(rest[0])
			p.at++
		}
	}
	return "", false
}

var escapes = map[byte]string{'\\': "\\", '\'': "'", '"': "\"", 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v", '\n': ""}

var hexDigits = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// escape reads a backslash and what follows. Escapes that Python does not know stay as they are.
func (p *parser) escape(b *strings.Builder, isBytes bool) bool {
	c := p.text[p.at+1]
	if text, ok := escapes[c]; ok {
		b.WriteString(text)
		p.at += 2
		return true
	}
	if c >= '0' && c <= '7' {
		n := 1
		for n < 3 && p.at+1+n < len(p.text) && p.text[p.at+1+n] >= '0' && p.text[p.at+1+n] <= '7' {
			n++
		}
		code, _ := strconv.ParseUint(p.text[p.at+1:p.at+1+n], 8, 32)
		p.at += 1 + n
		put(b, rune(code), isBytes)
		return true
	}
	n := hexDigits[c]
	if n == 0 || isBytes && c != 'x' {
		b.WriteByte('\\')
		p.at++
		return true
	}
	if p.at+2+n > len(p.text) {
		return false
	}
	code, err := strconv.ParseUint(p.text[p.at+2:p.at+2+n], 16, 32)
	if err != nil || code > utf8.MaxRune {
		return false
	}
	p.at += 2 + n
	put(b, rune(code), isBytes)
	return true
}

func put(b *strings.Builder, r rune, isBytes bool) {
	if isBytes {
		b.WriteByte(byte(r))
	} else {
		b.WriteRune(r)
	}
}
