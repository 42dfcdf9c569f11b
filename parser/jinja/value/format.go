package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Format is format(v, spec), as in str.format.
func Format(v Value, spec string) (string, error) {
	v, err := Force(v)
	if err != nil {
		return "", err
	}
	if u, ok := v.(*Undefined); ok {
		return "", u.Err()
	}
	if f, ok := v.(Formatter); ok {
		return f.PyFormat(spec)
	}
	if spec == "" {
		return ToStr(v)
	}
	switch v.(type) {
	case Str, Int, Bool, Float, *BigInt:
	default:
		return "", Errorf(TypeError, "unsupported format string passed to %s.__format__", v.TypeName())
	}
	f, err := parseFormatSpec(spec, v.TypeName())
	if err != nil {
		return "", err
	}
	return f.format(v)
}

// formatSpec is Python's format specification mini-language.
type formatSpec struct {
	text      string
	fill      rune
	align     byte // '<', '>', '^', '=' or 0
	sign      byte // '+', '-', ' ' or 0
	coerce    bool // 'z'
	alt       bool
	width     int
	group     byte // ',', '_' or 0
	precision int  // -1: none
	verb      byte // 0: none
}

func parseFormatSpec(text, typeName string) (*formatSpec, error) {
	f := &formatSpec{text: text, fill: ' ', precision: -1}
	s := text
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case len(s) > n && strings.IndexByte("<>=^", s[n]) >= 0:
		f.fill, f.align, s = r, s[n], s[n+1:]
	case s != "" && strings.IndexByte("<>=^", s[0]) >= 0:
		f.align, s = s[0], s[1:]
	}
	if s != "" && strings.IndexByte("+- ", s[0]) >= 0 {
		f.sign, s = s[0], s[1:]
	}
	f.coerce, s = cutByte(s, 'z')
	f.alt, s = cutByte(s, '#')
	if zero, rest := cutByte(s, '0'); zero {
		s = rest
		if f.align == 0 {
			f.fill = '0'
			if typeName != "str" {
				f.align = '='
			}
		} else if f.fill == ' ' && !strings.HasPrefix(text, " ") {
			f.fill = '0'
		}
	}
	var err error
	if f.width, s, err = formatNumber(s, 0); err != nil {
		return nil, err
	}
	for s != "" && (s[0] == ',' || s[0] == '_') {
		if f.group != 0 {
			return nil, Errorf(ValueError, "Cannot specify both ',' and '_'.")
		}
		f.group, s = s[0], s[1:]
	}
	if strings.HasPrefix(s, ".") {
		if f.precision, s, err = formatNumber(s[1:], -1); err != nil {
			return nil, err
		}
		if f.precision < 0 {
			return nil, Errorf(ValueError, "Format specifier missing precision")
		}
	}
	if len(s) > 1 {
		return nil, Errorf(ValueError, "Invalid format specifier '%s' for object of type '%s'", text, typeName)
	}
	if s != "" {
		f.verb = s[0]
	}
	return f, nil
}

func cutByte(s string, c byte) (bool, string) {
	if s != "" && s[0] == c {
		return true, s[1:]
	}
	return false, s
}

func formatNumber(s string, def int) (int, string, error) {
	n, digits := int64(0), 0
	for ; digits < len(s) && isDigit(s[digits]); digits++ {
		n = n*10 + int64(s[digits]-'0')
		if err := checkWidth(n); err != nil {
			return 0, "", err
		}
	}
	if digits == 0 {
		return def, s, nil
	}
	return int(n), s[digits:], nil
}

func (f *formatSpec) format(v Value) (string, error) {
	switch v := v.(type) {
	case Str:
		return f.str(string(v))
	case Float:
		return f.float(float64(v), v)
	}
	if b, ok := v.(Bool); ok && f.verb == 0 && f.alt == false && f.sign == 0 && f.group == 0 && f.precision < 0 && f.align != '=' {
		// A bool without a verb is formatted as int 1 or 0.
		v = boolInt(bool(b))
	}
	switch f.verb {
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		x, _, err := ToFloat(v)
		if err != nil {
			return "", err
		}
		return f.float(x, v)
	}
	return f.integer(v)
}

func (f *formatSpec) unknown(v Value) error {
	return Errorf(ValueError, "Unknown format code '%c' for object of type '%s'", f.verb, v.TypeName())
}

func (f *formatSpec) str(s string) (string, error) {
	switch {
	case f.verb != 0 && f.verb != 's':
		return "", f.unknown(Str(s))
	case f.sign != 0:
		if f.sign == ' ' {
			return "", Errorf(ValueError, "Space not allowed in string format specifier")
		}
		return "", Errorf(ValueError, "Sign not allowed in string format specifier")
	case f.alt:
		return "", Errorf(ValueError, "Alternate form (#) not allowed in string format specifier")
	case f.group != 0:
		return "", Errorf(ValueError, "Cannot specify '%c' with 's'.", f.group)
	case f.align == '=':
		return "", Errorf(ValueError, "'=' alignment not allowed in string format specifier")
	}
	if f.precision >= 0 && runeCount(s) > f.precision {
		s = string([]rune(s)[:f.precision])
	}
	return f.pad("", s, '<'), nil
}

var formatBases = map[byte]struct {
	base   int
	prefix string
}{0: {10, ""}, 'd': {10, ""}, 'n': {10, ""}, 'b': {2, "0b"}, 'o': {8, "0o"}, 'x': {16, "0x"}, 'X': {16, "0X"}}

func (f *formatSpec) integer(v Value) (string, error) {
	i := toBig(v)
	if f.precision >= 0 {
		return "", Errorf(ValueError, "Precision not allowed in integer format specifier")
	}
	if f.verb == 'c' {
		if f.sign != 0 {
			return "", Errorf(ValueError, "Sign not allowed with integer format specifier 'c'")
		}
		if f.alt {
			return "", Errorf(ValueError, "Alternate form (#) not allowed with integer format specifier 'c'")
		}
		if f.group != 0 {
			return "", Errorf(ValueError, "Cannot specify '%c' with 'c'.", f.group)
		}
		if !i.IsInt64() || i.Int64() < 0 || i.Int64() > utf8.MaxRune {
			return "", Errorf(OverflowError, "%%c arg not in range(0x110000)")
		}
		return f.pad("", string(rune(i.Int64())), '<'), nil
	}
	kind, ok := formatBases[f.verb]
	if !ok {
		return "", f.unknown(v)
	}
	if f.group == ',' && kind.base != 10 || f.group != 0 && f.verb == 'n' {
		return "", Errorf(ValueError, "Cannot specify '%c' with '%c'.", f.group, f.verb)
	}
	digits := new(big.Int).Abs(i).Text(kind.base)
	if f.verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	prefix := f.signOf(i.Sign() < 0)
	if f.alt {
		prefix += kind.prefix
	}
	every := 3
	if kind.base != 10 {
		every = 4
	}
	return f.number(prefix, digits, "", every), nil
}

func (f *formatSpec) signOf(negative bool) string {
	switch {
	case negative:
		return "-"
	case f.sign == '+' || f.sign == ' ':
		return string(f.sign)
	}
	return ""
}

func (f *formatSpec) float(x float64, v Value) (string, error) {
	verb, precision, percent := f.verb, f.precision, ""
	switch verb {
	case 'e', 'E', 'f', 'F', 'g', 'G', 'n', 0:
	case '%':
		x, verb, percent = x*100, 'f', "%"
	default:
		return "", f.unknown(v)
	}
	if f.group != 0 && f.verb == 'n' {
		return "", Errorf(ValueError, "Cannot specify '%c' with 'n'.", f.group)
	}
	var text string
	switch {
	case verb == 0 && precision < 0:
		text = string(appendFloat(nil, x))
	case verb == 0:
		text = generalWithPoint(x, precision)
	default:
		if precision < 0 {
			precision = 6
		}
		if verb == 'n' {
			verb = 'g'
		}
		text = formatFloat(x, verb, precision, f.alt)
	}
	negative := strings.HasPrefix(text, "-")
	text = strings.TrimPrefix(text, "-")
	if f.coerce && strings.Trim(text, "0.e+-") == "" {
		negative = false
	}
	whole := text
	if i := strings.IndexAny(text, ".eE"); i >= 0 && !math.IsInf(x, 0) {
		whole = text[:i]
	}
	return f.number(f.signOf(negative), whole, text[len(whole):]+percent, 3), nil
}

// number joins sign, digits and the rest, with the separators and the fill that the specification asks for.
func (f *formatSpec) number(prefix, digits, rest string, every int) string {
	if f.group != 0 && isDigit(digits[0]) || f.group != 0 && every == 4 {
		if f.fill == '0' && f.align == '=' {
			digits = zeroFillGrouped(digits, f.width-len(prefix)-len(rest), every)
		}
		digits = groupDigits(digits, every, f.group)
	}
	return f.pad(prefix, digits+rest, '>')
}

// zeroFillGrouped adds leading zeros until the digits with their separators reach the width.
func zeroFillGrouped(digits string, width, every int) string {
	for {
		n := len(digits) + 1
		if n+(n-1)/every > width {
			// A separator may not come first: one digit more can overshoot by one.
			if len(digits)+(len(digits)-1)/every < width {
				digits = "0" + digits
			}
			return digits
		}
		digits = "0" + digits
	}
}

func groupDigits(digits string, every int, sep byte) string {
	var b []byte
	for i := range digits {
		if i > 0 && (len(digits)-i)%every == 0 {
			b = append(b, sep)
		}
		b = append(b, digits[i])
	}
	return string(b)
}

func (f *formatSpec) pad(prefix, body string, align byte) string {
	if f.align != 0 {
		align = f.align
	}
	fill := f.width - runeCount(prefix) - runeCount(body)
	if fill <= 0 {
		return prefix + body
	}
	filling := func(n int) string { return strings.Repeat(string(f.fill), n) }
	switch align {
	case '<':
		return prefix + body + filling(fill)
	case '^':
		return filling(fill/2) + prefix + body + filling(fill-fill/2)
	case '=':
		return prefix + filling(fill) + body
	}
	return filling(fill) + prefix + body
}

// formatFloat is C's printf of a float with verb e, f or g.
func formatFloat(x float64, verb byte, precision int, alt bool) string {
	upper := verb >= 'A' && verb <= 'Z'
	var text string
	switch {
	case math.IsInf(x, 0) || math.IsNaN(x):
		text = string(appendFloat(nil, x))
	case verb|0x20 == 'g':
		text = formatGeneral(x, precision, alt)
	default:
		text = strconv.FormatFloat(x, verb|0x20, precision, 64)
		if alt && precision == 0 {
			if i := strings.IndexByte(text, 'e'); i >= 0 {
				text = text[:i] + "." + text[i:]
			} else {
				text += "."
			}
		}
	}
	if upper {
		return strings.ToUpper(text)
	}
	return text
}

// formatGeneral is %g: precision significant digits, trailing zeros removed unless alt.
func formatGeneral(x float64, precision int, alt bool) string {
	if precision == 0 {
		precision = 1
	}
	mantissa := strconv.FormatFloat(x, 'e', precision-1, 64)
	i := strings.IndexByte(mantissa, 'e')
	exp, _ := strconv.Atoi(mantissa[i+1:])
	if exp < -4 || exp >= precision {
		if alt {
			if !strings.Contains(mantissa[:i], ".") {
				return mantissa[:i] + "." + mantissa[i:]
			}
			return mantissa
		}
		return trimZeros(mantissa[:i]) + mantissa[i:]
	}
	text := strconv.FormatFloat(x, 'f', precision-1-exp, 64)
	if alt {
		if !strings.Contains(text, ".") {
			text += "."
		}
		return text
	}
	return trimZeros(text)
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// generalWithPoint is format(x, ".N"): as %g, but with a point, and with an exponent from N digits on.
func generalWithPoint(x float64, precision int) string {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return string(appendFloat(nil, x))
	}
	if precision == 0 {
		precision = 1
	}
	mantissa := strconv.FormatFloat(x, 'e', precision-1, 64)
	i := strings.IndexByte(mantissa, 'e')
	exp, _ := strconv.Atoi(mantissa[i+1:])
	if exp < -4 || exp >= precision-boolToInt(x != 0 && exp == precision-1) {
		return trimZeros(mantissa[:i]) + mantissa[i:]
	}
	text := trimZeros(strconv.FormatFloat(x, 'f', max(precision-1-exp, 0), 64))
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// truncate is int(f).
func truncate(f float64) (*big.Int, error) {
	switch {
	case math.IsNaN(f):
		return nil, Errorf(ValueError, "cannot convert float NaN to integer")
	case math.IsInf(f, 0):
		return nil, Errorf(OverflowError, "cannot convert float infinity to integer")
	}
	i, _ := new(big.Float).SetFloat64(math.Trunc(f)).Int(nil)
	return i, nil
}

// asciiEscape is what ascii() does to a repr.
func asciiEscape(s string) string {
	var b []byte
	for _, r := range s {
		if r < utf8.RuneSelf {
			b = append(b, byte(r))
		} else {
			b = appendEscape(b, r)
		}
	}
	return string(b)
}
