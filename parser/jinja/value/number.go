package value

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func boolInt(b bool) Int {
	if b {
		return 1
	}
	return 0
}

// smallInt is the value of an Int or Bool.
func smallInt(v Value) (int64, bool) {
	switch v := v.(type) {
	case Int:
		return int64(v), true
	case Bool:
		return int64(boolInt(bool(v))), true
	}
	return 0, false
}

// toBig is the value of an int of any size; nil for other types.
func toBig(v Value) *big.Int {
	if i, ok := smallInt(v); ok {
		return big.NewInt(i)
	}
	if b, ok := v.(*BigInt); ok {
		return b.Int
	}
	return nil
}

// NewInt makes a Python int of a big one; it keeps i if it does not fit 64 bits.
func NewInt(i *big.Int) Value {
	if i.IsInt64() {
		return Int(i.Int64())
	}
	return &BigInt{i}
}

// ToFloat is the number as a float; ok is false for other types. It fails on ints too large.
func ToFloat(v Value) (f float64, ok bool, err error) {
	switch v := v.(type) {
	case Float:
		return float64(v), true, nil
	case Int:
		return float64(v), true, nil
	case Bool:
		return float64(boolInt(bool(v))), true, nil
	case *BigInt:
		f, _ := new(big.Float).SetInt(v.Int).Float64()
		if math.IsInf(f, 0) {
			return 0, true, Errorf(OverflowError, "int too large to convert to float")
		}
		return f, true, nil
	}
	return 0, false, nil
}

// Index is operator.index(v) for sizes and positions: an int that fits a machine word.
func Index(v Value) (int, error) {
	v, err := Force(v)
	if err != nil {
		return 0, err
	}
	if i, ok := smallInt(v); ok {
		return int(i), nil
	}
	switch v := v.(type) {
	case *BigInt:
		return 0, Errorf(OverflowError, "Python int too large to convert to C ssize_t")
	case *Undefined:
		return 0, v.Err()
	}
	return 0, Errorf(TypeError, "'%s' object cannot be interpreted as an integer", v.TypeName())
}

func addInts(a, b int64) Value {
	if sum := a + b; (sum > a) == (b > 0) {
		return Int(sum)
	}
	return NewInt(new(big.Int).Add(big.NewInt(a), big.NewInt(b)))
}

func mulInts(a, b int64) Value {
	neg := (a < 0) != (b < 0)
	hi, lo := bits.Mul64(abs64(a), abs64(b))
	if hi == 0 && lo <= math.MaxInt64 {
		if neg {
			return Int(-int64(lo))
		}
		return Int(int64(lo))
	}
	return NewInt(new(big.Int).Mul(big.NewInt(a), big.NewInt(b)))
}

func abs64(i int64) uint64 {
	if i < 0 {
		return -uint64(i)
	}
	return uint64(i)
}

func divideInts(a, b *big.Int) (Value, error) {
	if b.Sign() == 0 {
		return nil, Errorf(ZeroDivisionError, "division by zero")
	}
	f, _ := new(big.Rat).SetFrac(a, b).Float64()
	if math.IsInf(f, 0) {
		return nil, Errorf(OverflowError, "integer division result too large for a float")
	}
	return Float(f), nil
}

// floorDivMod gives Python's quotient and remainder: rounded down, the remainder with the sign of b.
func floorDivMod(a, b *big.Int) (*big.Int, *big.Int) {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Sign() != 0 && (r.Sign() < 0) != (b.Sign() < 0) {
		q.Sub(q, big.NewInt(1))
		r.Add(r, b)
	}
	return q, r
}

// floatDivMod is CPython's float_divmod.
func floatDivMod(x, y float64) (quotient, remainder float64) {
	mod := math.Mod(x, y)
	div := (x - mod) / y
	if mod != 0 {
		if (y < 0) != (mod < 0) {
			mod += y
			div--
		}
	} else {
		mod = math.Copysign(0, y)
	}
	if div == 0 {
		return math.Copysign(0, x/y), mod
	}
	floor := math.Floor(div)
	if div-floor > 0.5 {
		floor++
	}
	return floor, mod
}

// maxPowBits bounds the size of an int made by `**`.
const maxPowBits = 1 << 22

func powInts(a, b *big.Int) (Value, error) {
	if b.Sign() < 0 {
		if a.Sign() == 0 {
			return nil, Errorf(ZeroDivisionError, "0.0 cannot be raised to a negative power")
		}
		x, _ := new(big.Float).SetInt(a).Float64()
		y, _ := new(big.Float).SetInt(b).Float64()
		return powFloats(x, y)
	}
	if a.BitLen() <= 1 {
		return powUnit(a.Int64(), b), nil
	}
	if !b.IsInt64() || b.Int64() > maxPowBits || int64(a.BitLen())*b.Int64() > maxPowBits {
		return nil, Errorf(BudgetError, "the result of ** is larger than a template may make")
	}
	return NewInt(new(big.Int).Exp(a, b, nil)), nil
}

// powUnit is the power of -1, 0 or 1, whose exponent may be of any size.
func powUnit(a int64, b *big.Int) Value {
	if b.Sign() == 0 || a < 0 && b.Bit(0) == 0 {
		return Int(1)
	}
	return Int(a)
}

func powFloats(x, y float64) (Value, error) {
	if x == 0 && y < 0 {
		return nil, Errorf(ZeroDivisionError, "0.0 cannot be raised to a negative power")
	}
	if x < 0 && y != math.Trunc(y) && !math.IsInf(x, 0) && !math.IsInf(y, 0) && !math.IsNaN(y) {
		return nil, Errorf(ValueError, "complex numbers are not supported in templates")
	}
	r := math.Pow(x, y)
	if math.IsInf(r, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
		return nil, Errorf(OverflowError, "(34, 'Numerical result out of range')")
	}
	return Float(r), nil
}

// ParseInt is int(text, base). Base 0 takes the base from a prefix.
func ParseInt(text string, base int) (Value, error) {
	bad := func() (Value, error) {
		return nil, Errorf(ValueError, "invalid literal for int() with base %d: %s", base, appendQuoted(nil, text))
	}
	if base != 0 && (base < 2 || base > 36) {
		return nil, Errorf(ValueError, "int() base must be >= 2 and <= 36, or 0")
	}
	s := asciiDigits(trimSpace(text))
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if !neg {
		s = strings.TrimPrefix(s, "+")
	}
	s, base, ok := basePrefix(s, base)
	if !ok || s == "" || strings.HasSuffix(s, "_") || strings.Contains(s, "__") || s[0] == '_' || s[0] == '+' || s[0] == '-' {
		return bad()
	}
	s = strings.ReplaceAll(s, "_", "")
	if len(s) > 4300 && base&(base-1) != 0 {
		return nil, Errorf(ValueError, "Exceeds the limit (4300 digits) for integer string conversion: value has %d digits; use sys.set_int_max_str_digits() to increase the limit", len(s))
	}
	if neg {
		s = "-" + s
	}
	if i, err := strconv.ParseInt(s, base, 64); err == nil {
		return Int(i), nil
	}
	i, ok := new(big.Int).SetString(s, base)
	if !ok {
		return bad()
	}
	return NewInt(i), nil
}

// basePrefix removes 0x, 0o or 0b where the base allows it.
func basePrefix(s string, base int) (string, int, bool) {
	if len(s) > 1 && s[0] == '0' {
		want := map[byte]int{'x': 16, 'o': 8, 'b': 2}[s[1]|0x20]
		if want != 0 && (base == 0 || base == want) {
			return strings.TrimPrefix(s[2:], "_"), want, true
		}
	}
	if base != 0 {
		return s, base, true
	}
	// Without a prefix base 0 means 10, where only zero may start with a zero.
	if len(s) > 1 && s[0] == '0' && strings.Trim(s, "0_") != "" {
		return s, 10, false
	}
	return s, 10, true
}

// ParseFloat is float(text).
func ParseFloat(text string) (float64, error) {
	s := asciiDigits(trimSpace(text))
	lower := strings.ToLower(s)
	if validFloat(lower) {
		// Out of range gives an infinity, as in Python.
		f, err := strconv.ParseFloat(strings.ReplaceAll(lower, "_", ""), 64)
		if err == nil || math.IsInf(f, 0) {
			return f, nil
		}
	}
	return 0, Errorf(ValueError, "could not convert string to float: %s", appendQuoted(nil, text))
}

// validFloat refuses what Go's ParseFloat takes and Python's float does not: hexadecimal, misplaced underscores.
func validFloat(s string) bool {
	word := strings.TrimLeft(s, "+-")
	if word == "inf" || word == "infinity" || word == "nan" {
		return len(s)-len(word) <= 1
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			if i == 0 || i+1 == len(s) || !isDigit(s[i-1]) || !isDigit(s[i+1]) {
				return false
			}
		case !isDigit(c) && c != '.' && c != 'e' && c != '+' && c != '-':
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// asciiDigits replaces the digits of other scripts, which Python's int and float read too.
func asciiDigits(s string) string {
	if len(s) == utf8.RuneCountInString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if d, ok := decimalDigit(r); ok && r >= utf8.RuneSelf {
			return '0' + rune(d)
		}
		return r
	}, s)
}

// decimalDigit is the value of a character of Unicode category Nd, whose digits stand in runs of ten.
func decimalDigit(r rune) (int, bool) {
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	zero := r
	for zero > r-9 && unicode.Is(unicode.Nd, zero-1) {
		zero--
	}
	for _, rg := range unicode.Nd.R32 {
		if rune(rg.Lo) <= r && r <= rune(rg.Hi) {
			return int(r-rune(rg.Lo)) % 10, true
		}
	}
	for _, rg := range unicode.Nd.R16 {
		if rune(rg.Lo) <= r && r <= rune(rg.Hi) {
			return int(r-rune(rg.Lo)) % 10, true
		}
	}
	return int(r - zero), true
}
