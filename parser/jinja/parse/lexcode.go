package parse

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"pylint-deploy/parser/jinja/value"
)

// code reads one token of an expression, or white space.
func (lx *lexer) code() error {
	c := lx.src[lx.pos]
	switch {
	case isSpaceByte(c) && c < utf8.RuneSelf:
		lx.advance(lx.skipSpace(lx.pos))
		return nil
	case c >= '0' && c <= '9':
		return lx.number()
	case c == '"' || c == '\'':
		return lx.str(c)
	case c >= utf8.RuneSelf || value.IsNameChar(rune(c)):
		return lx.name()
	}
	return lx.operator()
}

func (lx *lexer) name() error {
	end := lx.pos
	for end < len(lx.src) {
		r, n := utf8.DecodeRuneInString(lx.src[end:])
		if !value.IsNameChar(r) {
			break
		}
		end += n
	}
	name := lx.src[lx.pos:end]
	if name == "" {
		r, _ := utf8.DecodeRuneInString(lx.src[lx.pos:])
		if value.IsSpace(r) {
			lx.advance(lx.skipSpace(lx.pos))
			return nil
		}
		return lx.unexpected()
	}
	if !value.IsIdentifier(name) {
		return lx.fail("Invalid character in identifier")
	}
	lx.emit(tokName, end, name)
	return nil
}

func (lx *lexer) unexpected() error {
	r, _ := utf8.DecodeRuneInString(lx.src[lx.pos:])
	return lx.fail("unexpected char %s at %d", quoted(string(r)), utf8.RuneCountInString(lx.src[:lx.pos]))
}

// digits gives the end of a run of digits with single underscores between them.
func digits(s string, i int, is func(c byte) bool) int {
	for i < len(s) && (is(s[i]) || s[i] == '_' && i+1 < len(s) && is(s[i+1]) && i > 0 && is(s[i-1])) {
		i++
	}
	return i
}

func decimal(c byte) bool { return c >= '0' && c <= '9' }

var prefixedDigits = map[byte]func(c byte) bool{
	'b': func(c byte) bool { return c == '0' || c == '1' },
	'o': func(c byte) bool { return c >= '0' && c <= '7' },
	'x': func(c byte) bool { return decimal(c) || c|0x20 >= 'a' && c|0x20 <= 'f' },
}

func (lx *lexer) number() error {
	start := lx.pos
	if start == 0 || lx.src[start-1] != '.' {
		if end := lx.floatEnd(start); end > 0 {
			f, err := value.ParseFloat(lx.src[start:end])
			if err != nil {
				return lx.fail("%s", err)
			}
			lx.emit(tokFloat, end, lx.src[start:end]).value = value.Float(f)
			return nil
		}
	}
	end := lx.integerEnd(start)
	text := lx.src[start:end]
	v, err := value.ParseInt(text, 0)
	if err != nil {
		return lx.fail("%s", err)
	}
	lx.emit(tokInteger, end, text).value = v
	return nil
}

// floatEnd is the end of a float at i; 0 where there is none.
func (lx *lexer) floatEnd(i int) int {
	s := lx.src
	end := digits(s, i, decimal)
	whole := end
	if end+1 < len(s) && s[end] == '.' && decimal(s[end+1]) {
		end = digits(s, end+1, decimal)
	}
	if end < len(s) && s[end]|0x20 == 'e' {
		exp := end + 1
		if exp < len(s) && (s[exp] == '+' || s[exp] == '-') {
			exp++
		}
		if exp < len(s) && decimal(s[exp]) {
			return digits(s, exp, decimal)
		}
	}
	if end == whole {
		return 0
	}
	return end
}

func (lx *lexer) integerEnd(i int) int {
	s := lx.src
	if s[i] != '0' {
		return digits(s, i, decimal)
	}
	if i+1 < len(s) {
		if is := prefixedDigits[s[i+1]|0x20]; is != nil {
			at := i + 2
			if at < len(s) && s[at] == '_' {
				at++
			}
			if at < len(s) && is(s[at]) {
				return digits(s, at, is)
			}
		}
	}
	return digits(s, i, func(c byte) bool { return c == '0' })
}

func (lx *lexer) str(quote byte) error {
	s := lx.src
	escaped := false
	for i := lx.pos + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			escaped = true
			i++
		case quote:
			text := s[lx.pos+1 : i]
			if lx.o.NewlineSequence != "\n" {
				text = strings.ReplaceAll(text, "\n", lx.o.NewlineSequence)
			}
			if escaped && !(lx.o.KeepBackslashes && lx.printing) {
				var problem string
				if text, problem = unescape(text); problem != "" {
					return lx.fail("%s", problem)
				}
			}
			lx.emit(tokString, i+1, text)
			return nil
		}
	}
	return lx.unexpected()
}

var simpleEscapes = map[byte]string{
	'\n': "", '\\': "\\", '\'': "'", '"': "\"", 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// unescape reads the escapes of a string literal as Python's unicode-escape codec. The second result is what is wrong.
func unescape(s string) (text, problem string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		if i >= len(s) {
			return "", "\\ at end of string"
		}
		c := s[i]
		if simple, ok := simpleEscapes[c]; ok {
			b.WriteString(simple)
			continue
		}
		width := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
		switch {
		case width > 0:
			n, ok := hexNumber(s, i+1, width)
			if !ok {
				return "", "truncated \\" + string(c) + strings.Repeat("X", width) + " escape"
			}
			if n > utf8.MaxRune {
				return "", "illegal Unicode character"
			}
			b.WriteRune(rune(n))
			i += width
		case c >= '0' && c <= '7':
			end := i
			for end < len(s) && end < i+3 && s[end] >= '0' && s[end] <= '7' {
				end++
			}
			n, _ := strconv.ParseUint(s[i:end], 8, 32)
			b.WriteRune(rune(n))
			i = end - 1
		case c == 'N':
			return "", "character names (\\N{...}) are not supported; write the character or its \\u code"
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

func hexNumber(s string, i, width int) (uint64, bool) {
	if i+width > len(s) {
		return 0, false
	}
	n, err := strconv.ParseUint(s[i:i+width], 16, 64)
	return n, err == nil && s[i] != '+'
}

var operators2 = map[string]bool{"//": true, "**": true, "==": true, "!=": true, ">=": true, "<=": true}

const operators1 = "+-/*%~[](){}><=.:|,;"

var closers = map[byte]byte{'(': ')', '[': ']', '{': '}'}

func (lx *lexer) operator() error {
	s := lx.src[lx.pos:]
	if len(s) > 1 && operators2[s[:2]] {
		lx.emit(kind(s[:2]), lx.pos+2, "")
		return nil
	}
	c := s[0]
	if strings.IndexByte(operators1, c) < 0 {
		return lx.unexpected()
	}
	switch c {
	case '(', '[', '{':
		lx.balance = append(lx.balance, closers[c])
	case ')', ']', '}':
		n := len(lx.balance)
		if n == 0 {
			return lx.fail("unexpected '%c'", c)
		}
		if want := lx.balance[n-1]; want != c {
			return lx.fail("unexpected '%c', expected '%c'", c, want)
		}
		lx.balance = lx.balance[:n-1]
	}
	lx.emit(kind(s[:1]), lx.pos+1, "")
	return nil
}
