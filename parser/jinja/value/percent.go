package value

import (
	"math/big"
	"strings"
	"unicode/utf8"
)

// Percent is Python's printf-style formatting: format % arg.
func Percent(format string, arg Value) (string, error) {
	p := &percent{arg: arg}
	p.args, p.isTuple = arg.(Tuple)
	if !p.isTuple {
		p.args = []Value{arg}
	}
	rest := format
	for {
		i := strings.IndexByte(rest, '%')
		if i < 0 {
			p.out = append(p.out, rest...)
			break
		}
		p.out = append(p.out, rest[:i]...)
		var err error
		if rest, err = p.directive(rest[i+1:], len(format)-len(rest)+i+1); err != nil {
			return "", err
		}
	}
	if p.used < len(p.args) && !p.mapping {
		_, isDict := arg.(*Dict)
		_, isList := arg.(*List)
		if p.isTuple || !isDict && !isList {
			return "", Errorf(TypeError, "not all arguments converted during string formatting")
		}
	}
	return string(p.out), nil
}

type percent struct {
	arg     Value
	args    []Value
	isTuple bool
	used    int
	mapping bool // a %(key)s was met
	out     []byte
}

// conversion is one %-directive.
type conversion struct {
	alt, zero, left, space, plus bool
	width, precision             int // precision -1: none
	verb                         rune
	at                           int
}

func (p *percent) next() (Value, error) {
	if p.used >= len(p.args) {
		return nil, Errorf(TypeError, "not enough arguments for format string")
	}
	p.used++
	return Force(p.args[p.used-1])
}

// directive reads what follows a '%' and gives what is left of the format. At is the position in the format, for messages.
func (p *percent) directive(s string, at int) (string, error) {
	if strings.HasPrefix(s, "%") {
		p.out = append(p.out, '%')
		return s[1:], nil
	}
	whole := len(s)
	c := conversion{precision: -1}
	var keyed Value
	if strings.HasPrefix(s, "(") {
		key, rest, err := p.key(s[1:])
		if err != nil {
			return "", err
		}
		keyed, s = key, rest
	}
	s = c.flags(s)
	var err error
	if c.width, s, err = p.size(s, &c); err != nil {
		return "", err
	}
	if strings.HasPrefix(s, ".") {
		if c.precision, s, err = p.size(s[1:], nil); err != nil {
			return "", err
		}
	}
	s = strings.TrimLeft(s[:min(1, len(s))], "hlL") + s[min(1, len(s)):]
	if s == "" {
		return "", Errorf(ValueError, "incomplete format")
	}
	verb, n := utf8.DecodeRuneInString(s)
	c.verb, c.at = verb, at+whole-len(s)
	arg := keyed
	if arg == nil {
		if arg, err = p.next(); err != nil {
			return "", err
		}
	}
	text, err := c.convert(arg)
	p.out = append(p.out, text...)
	return s[n:], err
}

// key reads a mapping key up to its closing parenthesis.
func (p *percent) key(s string) (v Value, rest string, err error) {
	if _, ok := p.arg.(*Dict); !ok {
		return nil, "", Errorf(TypeError, "format requires a mapping")
	}
	p.mapping = true
	depth := 1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			v, err = GetItem(p.arg, Str(s[:i]))
			return v, s[i+1:], err
		}
	}
	return nil, "", Errorf(ValueError, "incomplete format key")
}

func (c *conversion) flags(s string) string {
	for ; s != ""; s = s[1:] {
		switch s[0] {
		case '#':
			c.alt = true
		case '0':
			c.zero = true
		case '-':
			c.left = true
		case ' ':
			c.space = true
		case '+':
			c.plus = true
		default:
			return s
		}
	}
	return s
}

// size reads a width or precision, which may be "*".
func (p *percent) size(s string, c *conversion) (int, string, error) {
	if strings.HasPrefix(s, "*") {
		v, err := p.next()
		if err != nil {
			return 0, "", err
		}
		n, ok := smallInt(v)
		if !ok {
			return 0, "", Errorf(TypeError, "* wants int")
		}
		if n < 0 && c != nil {
			c.left, n = true, -n
		}
		return int(min(max(n, 0), MaxLength)), s[1:], checkWidth(n)
	}
	n := int64(0)
	for s != "" && isDigit(s[0]) {
		n = n*10 + int64(s[0]-'0')
		if err := checkWidth(n); err != nil {
			return 0, "", err
		}
		s = s[1:]
	}
	return int(n), s, nil
}

func checkWidth(n int64) error {
	if n > MaxLength {
		return Errorf(BudgetError, "a width of %d is larger than a template may ask for", n)
	}
	return nil
}

func (c *conversion) convert(v Value) (string, error) {
	if u, ok := v.(*Undefined); ok {
		return "", u.Err()
	}
	switch c.verb {
	case 's', 'r', 'a':
		return c.text(v)
	case 'd', 'i', 'u', 'x', 'X', 'o':
		return c.integer(v)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		f, ok, err := ToFloat(v)
		if err != nil {
			return "", err
		}
		if !ok {
			return "", Errorf(TypeError, "must be real number, not %s", v.TypeName())
		}
		precision := c.precision
		if precision < 0 {
			precision = 6
		}
		digits := formatFloat(f, byte(c.verb), precision, c.alt)
		return c.signed(digits, c.zero), nil
	case 'c':
		return c.character(v)
	}
	return "", Errorf(ValueError, "unsupported format character '%c' (0x%x) at index %d", c.verb, c.verb, c.at)
}

func (c *conversion) text(v Value) (string, error) {
	var s string
	var err error
	switch c.verb {
	case 's':
		s, err = ToStr(v)
	case 'r':
		s, err = Repr(v)
	default:
		s, err = Repr(v)
		s = asciiEscape(s)
	}
	if c.precision >= 0 && runeCount(s) > c.precision {
		s = string([]rune(s)[:c.precision])
	}
	return c.pad(s), err
}

func (c *conversion) integer(v Value) (string, error) {
	i := toBig(v)
	if f, ok := v.(Float); ok && strings.ContainsRune("diu", c.verb) {
		var err error
		if i, err = truncate(float64(f)); err != nil {
			return "", err
		}
	}
	if i == nil {
		want := "an integer is required"
		if strings.ContainsRune("diu", c.verb) {
			want = "a real number is required"
		}
		return "", Errorf(TypeError, "%%%c format: %s, not %s", c.verb, want, v.TypeName())
	}
	prefix, base := "", 10
	switch c.verb {
	case 'x', 'X':
		prefix, base = "0"+string(c.verb), 16
	case 'o':
		prefix, base = "0o", 8
	}
	digits := new(big.Int).Abs(i).Text(base)
	if c.verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	if pad := c.precision - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	if !c.alt {
		prefix = ""
	}
	sign := ""
	if i.Sign() < 0 {
		sign = "-"
	}
	if c.zero && !c.left {
		plus := boolToInt(sign == "" && (c.plus || c.space))
		if pad := c.width - len(sign) - len(prefix) - len(digits) - plus; pad > 0 {
			digits = strings.Repeat("0", pad) + digits
		}
	}
	return c.signed(sign+prefix+digits, false), nil
}

// signed adds the sign that the flags ask for and fills up to the width.
func (c *conversion) signed(s string, zero bool) string {
	if !strings.HasPrefix(s, "-") {
		switch {
		case c.plus:
			s = "+" + s
		case c.space:
			s = " " + s
		}
	}
	if zero && !c.left {
		if pad := c.width - len(s); pad > 0 {
			signLen := boolToInt(s != "" && strings.ContainsAny(s[:1], "+- "))
			return s[:signLen] + strings.Repeat("0", pad) + s[signLen:]
		}
	}
	return c.pad(s)
}

func (c *conversion) pad(s string) string {
	fill := c.width - runeCount(s)
	switch {
	case fill <= 0:
		return s
	case c.left:
		return s + strings.Repeat(" ", fill)
	}
	return strings.Repeat(" ", fill) + s
}

func (c *conversion) character(v Value) (string, error) {
	if s, ok := v.(Str); ok {
		if runeCount(string(s)) == 1 {
			return c.pad(string(s)), nil
		}
		return "", Errorf(TypeError, "%%c requires int or char")
	}
	i := toBig(v)
	switch {
	case i == nil:
		return "", Errorf(TypeError, "%%c requires int or char")
	case !i.IsInt64() || i.Int64() < 0 || i.Int64() > utf8.MaxRune:
		return "", Errorf(OverflowError, "%%c arg not in range(0x110000)")
	}
	return c.pad(string(rune(i.Int64()))), nil
}
