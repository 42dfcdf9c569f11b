package value

import (
	"encoding/hex"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"
)

func intTable() map[string]MethodFunc {
	return map[string]MethodFunc{
		"bit_length": unary("bit_length", func(v Value) (Value, error) { return Int(toBig(v).BitLen()), nil }),
		"bit_count": unary("bit_count", func(v Value) (Value, error) {
			n := 0
			for _, w := range toBig(v).Bits() {
				n += bits.OnesCount(uint(w))
			}
			return Int(n), nil
		}),
		"conjugate":  unary("conjugate", func(v Value) (Value, error) { return Pos(v) }),
		"is_integer": unary("is_integer", func(Value) (Value, error) { return Bool(true), nil }),
		"as_integer_ratio": unary("as_integer_ratio", func(v Value) (Value, error) {
			i, err := Pos(v)
			return Tuple{i, Int(1)}, err
		}),
	}
}

func floatTable() map[string]MethodFunc {
	return map[string]MethodFunc{
		"is_integer": unary("is_integer", func(f Float) (Value, error) {
			return Bool(float64(f) == math.Trunc(float64(f)) && !math.IsInf(float64(f), 0)), nil
		}),
		"conjugate": unary("conjugate", func(f Float) (Value, error) { return f, nil }),
		"hex":       unary("hex", func(f Float) (Value, error) { return Str(floatHex(float64(f))), nil }),
		"as_integer_ratio": unary("as_integer_ratio", func(f Float) (Value, error) {
			if _, err := truncate(float64(f)); err != nil {
				return nil, err
			}
			r := new(big.Rat).SetFloat64(float64(f))
			return Tuple{NewInt(r.Num()), NewInt(r.Denom())}, nil
		}),
	}
}

// floatHex spells a float as float.hex does.
func floatHex(f float64) string {
	switch {
	case math.IsInf(f, 0) || math.IsNaN(f):
		return string(appendFloat(nil, f))
	case f == 0 && math.Signbit(f):
		return "-0x0.0p+0"
	case f == 0:
		return "0x0.0p+0"
	}
	s := strconv.FormatFloat(f, 'x', 13, 64)
	i := strings.IndexByte(s, 'p')
	exp, _ := strconv.Atoi(s[i+1:])
	sign := "+"
	if exp < 0 {
		sign = ""
	}
	return s[:i] + "p" + sign + strconv.Itoa(exp)
}

func bytesTable() map[string]MethodFunc {
	return map[string]MethodFunc{
		"decode": bound(NewSignature("decode", "encoding=", "errors="), bytesDecode),
		"hex":    unary("hex", func(b Bytes) (Value, error) { return Str(hex.EncodeToString(b)), nil }),
		"upper":  unary("upper", func(b Bytes) (Value, error) { return Bytes(strings.ToUpper(string(b))), nil }),
		"lower":  unary("lower", func(b Bytes) (Value, error) { return Bytes(strings.ToLower(string(b))), nil }),
		"strip":  unary("strip", func(b Bytes) (Value, error) { return Bytes(strings.Trim(string(b), " \t\n\r\v\f")), nil }),
		"startswith": positional("startswith", 1, 1, func(b Bytes, a []Value) (Value, error) {
			p, ok := a[0].(Bytes)
			if !ok {
				return nil, Errorf(TypeError, "startswith first arg must be bytes or a tuple of bytes, not %s", a[0].TypeName())
			}
			return Bool(strings.HasPrefix(string(b), string(p))), nil
		}),
	}
}

// codec converts between text and bytes. Limit is the first character that the encoding does not have.
type codec struct {
	name  string
	limit rune
}

func findCodec(v Value) (codec, error) {
	name, err := plainText(v)
	if err != nil {
		return codec{}, err
	}
	switch strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name)) {
	case "utf8", "u8", "utf", "cp65001":
		return codec{"utf-8", utf8.MaxRune + 1}, nil
	case "ascii", "usascii", "646":
		return codec{"ascii", 0x80}, nil
	case "latin1", "iso88591", "l1", "8859", "cp819":
		return codec{"latin-1", 0x100}, nil
	}
	return codec{}, Errorf(NotImplementedError, "the encoding '%s' is not supported; use utf-8, ascii or latin-1", name)
}

func strEncode(s Str, b Bound) (Value, error) {
	c, err := findCodec(b.Or(0, Str("utf-8")))
	if err != nil {
		return nil, err
	}
	if c.name == "utf-8" {
		return Bytes(s), nil
	}
	how := b.Or(1, Str("strict"))
	var out Bytes
	i := 0
	for _, r := range string(s) {
		switch {
		case r < c.limit:
			out = append(out, byte(r))
		case how == Str("ignore"):
		case how == Str("replace"):
			out = append(out, '?')
		case how == Str("backslashreplace"):
			out = appendEscape(out, r)
		case how == Str("xmlcharrefreplace"):
			out = append(out, "&#"+strconv.Itoa(int(r))+";"...)
		default:
			return nil, Errorf(UnicodeError, "'%s' codec can't encode character '%s' in position %d: ordinal not in range(%d)",
				c.name, appendEscape(nil, r), i, c.limit)
		}
		i++
	}
	return out, nil
}

func bytesDecode(v Bytes, b Bound) (Value, error) {
	c, err := findCodec(b.Or(0, Str("utf-8")))
	if err != nil {
		return nil, err
	}
	how := b.Or(1, Str("strict"))
	var out strings.Builder
	for i := 0; i < len(v); {
		r, n := rune(v[i]), 1
		bad := r >= c.limit
		if c.name == "utf-8" {
			r, n = utf8.DecodeRune(v[i:])
			bad = r == utf8.RuneError && n == 1
		}
		switch {
		case !bad:
			out.WriteRune(r)
		case how == Str("ignore"):
		case how == Str("replace"):
			out.WriteRune(utf8.RuneError)
		case how == Str("surrogateescape"):
			out.WriteByte(v[i])
		default:
			return nil, Errorf(UnicodeError, "'%s' codec can't decode byte 0x%02x in position %d: invalid start byte", c.name, v[i], i)
		}
		i += n
	}
	return Str(out.String()), nil
}
