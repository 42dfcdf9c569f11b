package value

import (
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// MaxLength is the longest text, in bytes, that one operation may make.
const MaxLength = 1 << 26

// MaxItems is the largest list that one operation may make.
const MaxItems = 1 << 24

// maxDepth is how deep containers may nest where they are printed, compared or copied.
const maxDepth = 900

// Repr is Python's repr(v). An Undefined within is an error, so that it is not printed by accident.
func Repr(v Value) (string, error) {
	b, err := AppendRepr(nil, v)
	return string(b), err
}

// ToStr is Python's str(v).
func ToStr(v Value) (string, error) {
	switch v := v.(type) {
	case Str:
		return string(v), nil
	case *Undefined:
		return "", v.use()
	}
	b, err := AppendStr(nil, v)
	return string(b), err
}

// AppendStr appends str(v).
func AppendStr(b []byte, v Value) ([]byte, error) {
	switch v := v.(type) {
	case Str:
		return append(b, v...), nil
	case Int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case *Undefined:
		return b, v.use()
	case Lazy:
		forced, err := Force(v)
		if err != nil {
			return b, err
		}
		return AppendStr(b, forced)
	case Printer:
		s, err := v.PyStr()
		return append(b, s...), err
	}
	return AppendRepr(b, v)
}

// AppendRepr appends repr(v).
func AppendRepr(b []byte, v Value) ([]byte, error) {
	p := printer{b: b}
	err := p.repr(v)
	return p.b, err
}

// printer writes the repr of nested values and knows the containers it is within, which Python abbreviates.
type printer struct {
	b      []byte
	within []Value
}

func (p *printer) repr(v Value) error {
	switch v := v.(type) {
	case Str:
		p.b = appendQuoted(p.b, string(v))
	case Int:
		p.b = strconv.AppendInt(p.b, int64(v), 10)
	case Bool:
		if v {
			p.b = append(p.b, "True"...)
		} else {
			p.b = append(p.b, "False"...)
		}
	case NoneType:
		p.b = append(p.b, "None"...)
	case Float:
		p.b = appendFloat(p.b, float64(v))
	case *BigInt:
		text := v.String()
		if len(text) > 4300 && len(text)-boolToInt(v.Sign() < 0) > 4300 {
			return Errorf(ValueError, "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit")
		}
		p.b = append(p.b, text...)
	case Bytes:
		p.b = appendBytes(p.b, v)
	case *List, Tuple, *Dict, *Set, *DictView:
		return p.container(v)
	case *Range:
		p.b = appendRange(p.b, v)
	case *Undefined:
		p.b = append(p.b, "Undefined"...)
		return v.use()
	case Lazy:
		forced, err := Force(v)
		if err != nil {
			return err
		}
		return p.repr(forced)
	default:
		return p.object(v)
	}
	return nil
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// object writes values of types that are not Python's built-in data.
func (p *printer) object(v Value) error {
	var s string
	var err error
	switch v := v.(type) {
	case Representer:
		s, err = v.PyRepr()
	case *Generator:
		s = "<generator object " + v.Name + " at " + addressOf(v) + ">"
	case *Namespace:
		p.b = append(p.b, "<Namespace "...)
		if err = p.repr(v.Attrs); err == nil {
			s = ">"
		}
	case *Func:
		s = "<function " + v.Name + " at " + addressOf(v) + ">"
	case *Slice:
		p.b = append(p.b, "slice"...)
		return p.container(Tuple{v.Start, v.Stop, v.Step})
	case Printer:
		s, err = v.PyStr()
	default:
		s = "<" + v.TypeName() + " object>"
	}
	p.b = append(p.b, s...)
	return err
}

func appendRange(b []byte, r *Range) []byte {
	b = append(b, "range("...)
	b = strconv.AppendInt(b, r.Start, 10)
	b = append(b, ", "...)
	b = strconv.AppendInt(b, r.Stop, 10)
	if r.Step != 1 {
		b = append(b, ", "...)
		b = strconv.AppendInt(b, r.Step, 10)
	}
	return append(b, ')')
}

// brackets are what stands around and instead of the items of each container.
func brackets(v Value) (open, shut, again string) {
	switch v := v.(type) {
	case *List:
		return "[", "]", "[...]"
	case Tuple:
		return "(", ")", "(...)"
	case *Dict:
		return "{", "}", "{...}"
	case *Set:
		switch {
		case v.Frozen && v.Len() == 0:
			return "frozenset(", ")", "frozenset(...)"
		case v.Frozen:
			return "frozenset({", "})", "frozenset(...)"
		case v.Len() == 0:
			return "set(", ")", "set(...)"
		}
		return "{", "}", "set(...)"
	}
	return v.TypeName() + "([", "])", "..."
}

func (p *printer) container(v Value) error {
	open, shut, again := brackets(v)
	if _, isTuple := v.(Tuple); !isTuple {
		for _, outer := range p.within {
			if outer == v {
				p.b = append(p.b, again...)
				return nil
			}
		}
		p.within = append(p.within, v)
		defer func() { p.within = p.within[:len(p.within)-1] }()
	}
	if len(p.within) > maxDepth {
		return errTooDeep("while getting the repr of an object")
	}
	if len(p.b) > MaxLength {
		return Errorf(BudgetError, "the text of a value is longer than %d bytes", MaxLength)
	}
	p.b = append(p.b, open...)
	if err := p.items(v); err != nil {
		return err
	}
	p.b = append(p.b, shut...)
	return nil
}

func errTooDeep(doing string) error {
	return Errorf(RecursionError, "maximum recursion depth exceeded %s", doing)
}

func (p *printer) items(v Value) error {
	switch v := v.(type) {
	case *List:
		return p.list(v.Items)
	case Tuple:
		if err := p.list(v); err != nil {
			return err
		}
		if len(v) == 1 {
			p.b = append(p.b, ',')
		}
	case *Dict:
		sep := ""
		for k, item := range v.All() {
			p.b = append(p.b, sep...)
			if err := p.repr(k); err != nil {
				return err
			}
			p.b = append(p.b, ": "...)
			if err := p.repr(item); err != nil {
				return err
			}
			sep = ", "
		}
	default:
		it, err := Iterate(v)
		if err != nil {
			return err
		}
		items, err := Collect(it)
		if err != nil {
			return err
		}
		return p.list(items)
	}
	return nil
}

func (p *printer) list(items []Value) error {
	for i, item := range items {
		if i > 0 {
			p.b = append(p.b, ", "...)
		}
		if err := p.repr(item); err != nil {
			return err
		}
	}
	return nil
}

// appendFloat writes a float as Python's repr: the shortest digits that read back the same.
func appendFloat(b []byte, f float64) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(b, "inf"...)
	case math.IsInf(f, -1):
		return append(b, "-inf"...)
	case math.IsNaN(f):
		return append(b, "nan"...)
	}
	if abs := math.Abs(f); abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.AppendFloat(b, f, 'e', -1, 64)
	}
	start := len(b)
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	for _, c := range b[start:] {
		if c == '.' {
			return b
		}
	}
	return append(b, ".0"...)
}

const hexDigits = "0123456789abcdef"

// appendQuoted writes a str as Python's repr.
func appendQuoted(b []byte, s string) []byte {
	quote := quoteFor(s)
	b = append(b, quote)
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			b = appendQuotedByte(b, c, quote)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			// A byte that is not UTF-8 is what Python reads as a lone surrogate.
			b = append(b, `\udc`...)
			b = append(b, hexDigits[c>>4], hexDigits[c&15])
		case printable(r):
			b = append(b, s[i:i+n]...)
		default:
			b = appendEscape(b, r)
		}
		i += n
	}
	return append(b, quote)
}

func quoteFor(s string) byte {
	single := false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return '\''
		case '\'':
			single = true
		}
	}
	if single {
		return '"'
	}
	return '\''
}

func appendQuotedByte(b []byte, c, quote byte) []byte {
	switch {
	case c == quote || c == '\\':
		return append(b, '\\', c)
	case c == '\n':
		return append(b, '\\', 'n')
	case c == '\r':
		return append(b, '\\', 'r')
	case c == '\t':
		return append(b, '\\', 't')
	case c < ' ' || c >= 0x7f:
		return append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
	}
	return append(b, c)
}

func appendEscape(b []byte, r rune) []byte {
	verb, width := byte('x'), 2
	if r > 0xff {
		verb, width = 'u', 4
	}
	if r > 0xffff {
		verb, width = 'U', 8
	}
	b = append(b, '\\', verb)
	for shift := (width - 1) * 4; shift >= 0; shift -= 4 {
		b = append(b, hexDigits[r>>shift&15])
	}
	return b
}

// printable is str.isprintable for one character.
func printable(r rune) bool { return unicode.IsPrint(r) }

func appendBytes(b []byte, v Bytes) []byte {
	quote := quoteFor(string(v))
	b = append(b, 'b', quote)
	for _, c := range v {
		b = appendQuotedByte(b, c, quote)
	}
	return append(b, quote)
}
