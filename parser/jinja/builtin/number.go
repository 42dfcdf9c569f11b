package builtin

import (
	"math"
	"math/big"
	"strconv"

	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

func numberFilters() map[string]call.Func {
	return map[string]call.Func{
		"abs":            bind(value.NewSignature("abs", "x"), abs),
		"int":            bind(value.NewSignature("do_int", "value", "default=", "base="), toInt),
		"float":          bind(value.NewSignature("do_float", "value", "default="), toFloat),
		"round":          bind(value.NewSignature("do_round", "value", "precision=", "method="), round),
		"filesizeformat": bind(value.NewSignature("do_filesizeformat", "value", "binary="), fileSize),
	}
}

func abs(_ *call.Call, a value.Bound) (value.Value, error) {
	v := a.Values[0]
	switch v := v.(type) {
	case value.Float:
		return value.Float(math.Abs(float64(v))), nil
	case value.Int, value.Bool, *value.BigInt:
		negative, err := value.Less(v, value.Int(0))
		if err != nil || negative {
			n, _ := value.Neg(v)
			return n, err
		}
		return value.Pos(v)
	case *value.Undefined:
		return nil, v.Err()
	}
	return nil, value.Errorf(value.TypeError, "bad operand type for abs(): '%s'", v.TypeName())
}

// soft tells whether a failed conversion gives the default.
func soft(err error) bool { return value.IsKind(err, value.TypeError, value.ValueError) }

func toInt(_ *call.Call, a value.Bound) (value.Value, error) {
	v := a.Values[0]
	base, err := intArg(a, 2, 10)
	if err != nil {
		return nil, err
	}
	var got value.Value
	if s, ok := v.(value.Str); ok {
		got, err = value.ParseInt(string(s), base)
	} else {
		got, err = value.ToInt(v)
	}
	if err == nil || !soft(err) {
		return got, err
	}
	// "42.23" is 42.
	f, err := value.Number(v)
	if err == nil {
		got, err = value.ToInt(value.Float(f))
	}
	if soft(err) {
		return a.Or(1, value.Int(0)), nil
	}
	return got, err
}

func toFloat(_ *call.Call, a value.Bound) (value.Value, error) {
	f, err := value.Number(a.Values[0])
	if soft(err) {
		return a.Or(1, value.Float(0)), nil
	}
	return value.Float(f), err
}

func round(_ *call.Call, a value.Bound) (value.Value, error) {
	method, err := strArg(a, 2, "common")
	if err != nil {
		return nil, err
	}
	precision, err := intArg(a, 1, 0)
	if err != nil {
		return nil, err
	}
	switch method {
	case "common":
		return roundHalfEven(a.Values[0], precision)
	case "ceil", "floor":
		return roundTowards(a.Values[0], precision, method == "ceil")
	}
	return nil, value.Errorf(value.FilterArgumentError, "method must be common, ceil or floor")
}

// roundHalfEven is Python's round(v, n): exact on what the float really is.
func roundHalfEven(v value.Value, n int) (value.Value, error) {
	switch v := v.(type) {
	case value.Float:
		return roundFloat(float64(v), n), nil
	case value.Int, value.Bool, *value.BigInt:
		if n >= 0 {
			return value.Pos(v)
		}
		return roundInt(v, -n)
	case *value.Undefined:
		return nil, v.Err()
	}
	return nil, value.Errorf(value.TypeError, "type %s doesn't define __round__ method", v.TypeName())
}

func roundFloat(f float64, n int) value.Float {
	if math.IsInf(f, 0) || math.IsNaN(f) || n > 330 {
		return value.Float(f)
	}
	if n >= 0 {
		r, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', n, 64), 64)
		return value.Float(r)
	}
	if n < -310 {
		return value.Float(math.Copysign(0, f))
	}
	exact, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'f', -1, 64))
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-n)), nil))
	q := new(big.Rat).Quo(exact, unit)
	rounded := halfEven(q.Num(), q.Denom())
	r, _ := new(big.Rat).Mul(new(big.Rat).SetInt(rounded), unit).Float64()
	if r == 0 {
		r = math.Copysign(0, f)
	}
	return value.Float(r)
}

// halfEven is num/den rounded to the nearest integer, ties to the even one.
func halfEven(num, den *big.Int) *big.Int {
	q, r := new(big.Int).DivMod(num, den, new(big.Int))
	switch twice := new(big.Int).Lsh(r, 1); twice.Cmp(den) {
	case 1:
		q.Add(q, big.NewInt(1))
	case 0:
		if q.Bit(0) == 1 {
			q.Add(q, big.NewInt(1))
		}
	}
	return q
}

func roundInt(v value.Value, n int) (value.Value, error) {
	if n > 5000 {
		return value.Int(0), nil
	}
	text, err := value.ToStr(v)
	if err != nil {
		return nil, err
	}
	i, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return value.Pos(v)
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	return value.NewInt(new(big.Int).Mul(halfEven(i, unit), unit)), nil
}

func roundTowards(v value.Value, precision int, up bool) (value.Value, error) {
	unit, err := value.Operate("**", value.Int(10), value.Int(precision))
	if err != nil {
		return nil, err
	}
	scaled, err := value.Operate("*", v, unit)
	if err != nil {
		return nil, err
	}
	if f, ok := scaled.(value.Float); ok {
		whole := math.Floor(float64(f))
		if up {
			whole = math.Ceil(float64(f))
		}
		if scaled, err = value.ToInt(value.Float(whole)); err != nil {
			return nil, err
		}
	}
	if _, ok := scaled.(value.Str); ok {
		return nil, value.Errorf(value.TypeError, "must be real number, not str")
	}
	return value.Operate("/", scaled, unit)
}

func fileSize(_ *call.Call, a value.Bound) (value.Value, error) {
	size, err := value.Number(a.Values[0])
	if err != nil {
		return nil, err
	}
	binary, err := a.Flag(1, false)
	if err != nil {
		return nil, err
	}
	base, suffix := 1000.0, "B"
	prefixes := []string{"k", "M", "G", "T", "P", "E", "Z", "Y"}
	if binary {
		base, suffix = 1024, "iB"
		prefixes[0] = "K"
	}
	switch {
	case size == 1:
		return value.Str("1 Byte"), nil
	case size < base:
		return value.Str(strconv.FormatInt(int64(size), 10) + " Bytes"), nil
	}
	unit := base
	for i, p := range prefixes {
		unit *= base
		if size < unit || i == len(prefixes)-1 {
			return value.Str(strconv.FormatFloat(base*size/unit, 'f', 1, 64) + " " + p + suffix), nil
		}
	}
	return nil, nil
}
