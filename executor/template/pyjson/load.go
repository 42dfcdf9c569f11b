package pyjson

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"pylint-deploy/parser/jinja/value"
)

// Loads is json.loads. Errors are ValueErrors in the words of json.JSONDecodeError, place included.
func Loads(text string) (value.Value, error) {
	if strings.HasPrefix(text, "\ufeff") {
		return nil, (&reader{text: text}).fail("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0)
	}
	r := &reader{text: text}
	r.space()
	v, err := r.value(0)
	if err != nil {
		return nil, err
	}
	r.space()
	if r.at != len(text) {
		return nil, r.fail("Extra data", r.at)
	}
	return v, nil
}

type reader struct {
	text string
	at   int
}

// fail reports a place as Python counts it: lines and columns from 1, characters from 0.
func (r *reader) fail(msg string, at int) error {
	before := r.text[:min(at, len(r.text))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return value.Errorf(value.ValueError, "%s: line %d column %d (char %d)", msg, line, column, utf8.RuneCountInString(before))
}

func (r *reader) space() {
	for r.at < len(r.text) && strings.IndexByte(" \t\n\r", r.text[r.at]) >= 0 {
		r.at++
	}
}

func (r *reader) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

var words = []struct {
	text string
	val  value.Value
}{
	{"null", value.None}, {"true", value.Bool(true)}, {"false", value.Bool(false)},
	{"NaN", value.Float(math.NaN())}, {"Infinity", value.Float(math.Inf(1))}, {"-Infinity", value.Float(math.Inf(-1))},
}

func (r *reader) value(depth int) (value.Value, error) {
	if depth > maxDepth {
		return nil, value.Errorf(value.RecursionError, "maximum recursion depth exceeded while decoding a JSON document")
	}
	switch r.peek() {
	case '"':
		s, err := r.str()
		return value.Str(s), err
	case '{':
		return r.dict(depth)
	case '[':
		return r.list(depth)
	}
	for _, w := range words {
		if strings.HasPrefix(r.text[r.at:], w.text) {
			r.at += len(w.text)
			return w.val, nil
		}
	}
	return r.number()
}

func (r *reader) list(depth int) (value.Value, error) {
	r.at++
	items := []value.Value{}
	r.space()
	if r.peek() == ']' {
		r.at++
		return value.NewList(items...), nil
	}
	for {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
		r.space()
		switch r.peek() {
		case ']':
			r.at++
			return value.NewList(items...), nil
		case ',':
			r.at++
			r.space()
		default:
			return nil, r.fail("Expecting ',' delimiter", r.at)
		}
	}
}

func (r *reader) dict(depth int) (value.Value, error) {
	const needName = "Expecting property name enclosed in double quotes"
	r.at++
	d := value.NewDict()
	r.space()
	if r.peek() == '}' {
		r.at++
		return d, nil
	}
	for {
		if r.peek() != '"' {
			return nil, r.fail(needName, r.at)
		}
		key, err := r.str()
		if err != nil {
			return nil, err
		}
		r.space()
		if r.peek() != ':' {
			return nil, r.fail("Expecting ':' delimiter", r.at)
		}
		r.at++
		r.space()
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		d.SetStr(key, v)
		r.space()
		switch r.peek() {
		case '}':
			r.at++
			return d, nil
		case ',':
			r.at++
			r.space()
		default:
			return nil, r.fail("Expecting ',' delimiter", r.at)
		}
	}
}

func (r *reader) digits() int {
	start := r.at
	for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
		r.at++
	}
	return r.at - start
}

// number reads -?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?, taking as much as fits as Python's regular expression does.
func (r *reader) number() (value.Value, error) {
	start := r.at
	if r.peek() == '-' {
		r.at++
	}
	if r.peek() == '0' {
		r.at++
	} else if r.digits() == 0 {
		r.at = start
		return nil, r.fail("Expecting value", start)
	}
	whole := r.at
	isFloat := r.part(".", "")
	isFloat = r.part("eE", "+-") || isFloat
	text := r.text[start:r.at]
	if isFloat {
		f, _ := strconv.ParseFloat(text, 64) // out of range gives ±Inf, as in Python
		return value.Float(f), nil
	}
	if n, err := strconv.ParseInt(r.text[start:whole], 10, 64); err == nil {
		return value.Int(n), nil
	}
	n, _ := new(big.Int).SetString(text, 10)
	return &value.BigInt{Int: n}, nil
}

// part reads one of the lead characters, an optional sign and digits, or nothing at all.
func (r *reader) part(lead, signs string) bool {
	start := r.at
	if r.at >= len(r.text) || strings.IndexByte(lead, r.text[r.at]) < 0 {
		return false
	}
	r.at++
	if r.at < len(r.text) && strings.IndexByte(signs, r.text[r.at]) >= 0 {
		r.at++
	}
	if r.digits() == 0 {
		r.at = start
		return false
	}
	return true
}

var unescapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (r *reader) str() (string, error) {
	start := r.at
	r.at++
	var out strings.Builder
	for r.at < len(r.text) {
		c := r.text[r.at]
		switch {
		case c == '"':
			r.at++
			return out.String(), nil
		case c < 0x20:
			return "", r.fail("Invalid control character at", r.at)
		case c != '\\':
			out.WriteByte(c)
			r.at++
		default:
			if err := r.escape(&out, start); err != nil {
				return "", err
			}
		}
	}
	return "", r.fail("Unterminated string starting at", start)
}

func (r *reader) escape(out *strings.Builder, start int) error {
	at := r.at
	r.at++
	if r.at >= len(r.text) {
		return r.fail("Unterminated string starting at", start)
	}
	c := r.text[r.at]
	r.at++
	if c != 'u' {
		plain, ok := unescapes[c]
		if !ok {
			return r.fail("Invalid \\escape", at)
		}
		out.WriteByte(plain)
		return nil
	}
	u, ok := r.hex4()
	if !ok {
		return r.fail(`Invalid \uXXXX escape`, at+1)
	}
	if utf16.IsSurrogate(u) && strings.HasPrefix(r.text[r.at:], `\u`) {
		mark := r.at
		r.at += 2
		if low, ok := r.hex4(); ok && utf16.DecodeRune(u, low) != utf8.RuneError {
			out.WriteRune(utf16.DecodeRune(u, low))
			return nil
		}
		r.at = mark
	}
	if u >= 0xdc80 && u <= 0xdcff { // a byte that was not UTF-8, as Quote writes it
		out.WriteByte(byte(u))
		return nil
	}
	out.WriteRune(u)
	return nil
}

func (r *reader) hex4() (rune, bool) {
	if r.at+4 > len(r.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(r.text[r.at:r.at+4], 16, 16)
	if err != nil {
		return 0, false
	}
	r.at += 4
	return rune(n), true
}
