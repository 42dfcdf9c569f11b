package value

import (
	"math"
	"math/big"
)

// arithmetic is one operator on each pair of number types.
type arithmetic struct {
	small  func(a, b int64) (Value, bool) // false: use big
	big    func(a, b *big.Int) (Value, error)
	floats func(x, y float64) (Value, error)
}

var arithmetics = map[string]arithmetic{
	"+": {
		small:  func(a, b int64) (Value, bool) { return addInts(a, b), true },
		big:    func(a, b *big.Int) (Value, error) { return NewInt(new(big.Int).Add(a, b)), nil },
		floats: func(x, y float64) (Value, error) { return Float(x + y), nil },
	},
	"-": {
		small: func(a, b int64) (Value, bool) {
			if d := a - b; (d < a) == (b > 0) {
				return Int(d), true
			}
			return nil, false
		},
		big:    func(a, b *big.Int) (Value, error) { return NewInt(new(big.Int).Sub(a, b)), nil },
		floats: func(x, y float64) (Value, error) { return Float(x - y), nil },
	},
	"*": {
		small:  func(a, b int64) (Value, bool) { return mulInts(a, b), true },
		big:    mulBig,
		floats: func(x, y float64) (Value, error) { return Float(x * y), nil },
	},
	"/":  {small: divideSmall, big: divideInts, floats: divideFloats},
	"//": {small: floorDivSmall, big: floorDivBig, floats: floorDivFloats},
	"%":  {small: modSmall, big: modBig, floats: modFloats},
	"**": {small: func(a, b int64) (Value, bool) { return nil, false }, big: powInts, floats: powFloats},
}

func mulBig(a, b *big.Int) (Value, error) {
	if a.BitLen()+b.BitLen() > maxPowBits {
		return nil, Errorf(BudgetError, "the result of * is larger than a template may make")
	}
	return NewInt(new(big.Int).Mul(a, b)), nil
}

func divideSmall(a, b int64) (Value, bool) {
	const exact = 1 << 53
	if b != 0 && abs64(a) <= exact && abs64(b) <= exact {
		return Float(float64(a) / float64(b)), true
	}
	return nil, false
}

func divideFloats(x, y float64) (Value, error) {
	if y == 0 {
		return nil, Errorf(ZeroDivisionError, "float division by zero")
	}
	return Float(x / y), nil
}

func floorDivSmall(a, b int64) (Value, bool) {
	if b == 0 || b == -1 {
		return nil, false
	}
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return Int(q), true
}

func floorDivBig(a, b *big.Int) (Value, error) {
	if b.Sign() == 0 {
		return nil, Errorf(ZeroDivisionError, "integer division or modulo by zero")
	}
	q, _ := floorDivMod(a, b)
	return NewInt(q), nil
}

func floorDivFloats(x, y float64) (Value, error) {
	if y == 0 {
		return nil, Errorf(ZeroDivisionError, "float floor division by zero")
	}
	q, _ := floatDivMod(x, y)
	return Float(q), nil
}

func modSmall(a, b int64) (Value, bool) {
	if b == 0 || b == -1 {
		return nil, false
	}
	r := a % b
	if r != 0 && (r < 0) != (b < 0) {
		r += b
	}
	return Int(r), true
}

func modBig(a, b *big.Int) (Value, error) {
	if b.Sign() == 0 {
		return nil, Errorf(ZeroDivisionError, "integer modulo by zero")
	}
	_, r := floorDivMod(a, b)
	return NewInt(r), nil
}

func modFloats(x, y float64) (Value, error) {
	if y == 0 {
		return nil, Errorf(ZeroDivisionError, "float modulo")
	}
	_, r := floatDivMod(x, y)
	return Float(r), nil
}

// Add is a + b.
func Add(a, b Value) (Value, error) { return Operate("+", a, b) }

// Operate is a op b for the operators + - * / // % and **.
func Operate(op string, a, b Value) (Value, error) {
	a, b, err := operands(a, b)
	if err != nil {
		return nil, err
	}
	if isNumber(a) && isNumber(b) {
		return calculate(op, a, b)
	}
	if x, ok := a.(Operand); ok {
		if r, known, err := x.Operate(op, b, false); known || err != nil {
			return r, err
		}
	}
	if y, ok := b.(Operand); ok {
		if r, known, err := y.Operate(op, a, true); known || err != nil {
			return r, err
		}
	}
	switch op {
	case "+":
		return concatenate(a, b)
	case "*":
		return repeat(a, b)
	case "%":
		if format, ok := a.(Str); ok {
			s, err := Percent(string(format), b)
			return Str(s), err
		}
	case "-":
		if x, ok := asSet(a); ok {
			if y, ok := asSet(b); ok {
				return x.combine(y, setOperations["difference"]), nil
			}
		}
	}
	return nil, unsupported(op, a, b)
}

func calculate(op string, a, b Value) (Value, error) {
	ar := arithmetics[op]
	x, xSmall := smallInt(a)
	y, ySmall := smallInt(b)
	if xSmall && ySmall {
		if r, ok := ar.small(x, y); ok {
			return r, nil
		}
	}
	_, xFloat := a.(Float)
	_, yFloat := b.(Float)
	if !xFloat && !yFloat {
		return ar.big(toBig(a), toBig(b))
	}
	fx, _, err := ToFloat(a)
	if err != nil {
		return nil, err
	}
	fy, _, err := ToFloat(b)
	if err != nil {
		return nil, err
	}
	return ar.floats(fx, fy)
}

func unsupported(op string, a, b Value) error {
	if op == "**" {
		op = "** or pow()"
	}
	return Errorf(TypeError, "unsupported operand type(s) for %s: '%s' and '%s'", op, a.TypeName(), b.TypeName())
}

func concatenate(a, b Value) (Value, error) {
	switch x := a.(type) {
	case Str:
		if y, ok := b.(Str); ok {
			return Str(x + y), nil
		}
	case *List:
		if y, ok := b.(*List); ok {
			return NewList(append(append(make([]Value, 0, len(x.Items)+len(y.Items)), x.Items...), y.Items...)...), nil
		}
	case Tuple:
		if y, ok := b.(Tuple); ok {
			return append(append(make(Tuple, 0, len(x)+len(y)), x...), y...), nil
		}
	case Bytes:
		if y, ok := b.(Bytes); ok {
			return append(append(Bytes{}, x...), y...), nil
		}
		return nil, Errorf(TypeError, "can't concat %s to bytes", b.TypeName())
	default:
		return nil, unsupported("+", a, b)
	}
	return nil, Errorf(TypeError, "can only concatenate %s (not \"%s\") to %s", a.TypeName(), b.TypeName(), a.TypeName())
}

// repeat is sequence * int, either way round.
func repeat(a, b Value) (Value, error) {
	seq, times := a, b
	if _, ok := seqLen(seq); !ok {
		seq, times = b, a
	}
	size, ok := seqLen(seq)
	if !ok {
		return nil, unsupported("*", a, b)
	}
	if big, ok := times.(*BigInt); ok && big.Sign() < 0 {
		times = Int(0)
	}
	if _, ok := times.(*BigInt); ok {
		return nil, Errorf(OverflowError, "cannot fit 'int' into an index-sized integer")
	}
	n, ok := smallInt(times)
	if !ok {
		return nil, Errorf(TypeError, "can't multiply sequence by non-int of type '%s'", times.TypeName())
	}
	if n = max(n, 0); size == 0 {
		n = 0
	}
	most := MaxItems
	if isText(seq) {
		most = MaxLength
	}
	if n > 0 && n > int64(most/size) {
		return nil, Errorf(BudgetError, "a sequence of %d times %d items is larger than a template may make", n, size)
	}
	switch s := seq.(type) {
	case Str:
		return Str(repeatItems([]byte(s), int(n))), nil
	case Bytes:
		return Bytes(repeatItems(s, int(n))), nil
	case Tuple:
		return Tuple(repeatItems(s, int(n))), nil
	}
	return NewList(repeatItems(seq.(*List).Items, int(n))...), nil
}

func isText(v Value) bool {
	switch v.(type) {
	case Str, Bytes:
		return true
	}
	return false
}

func repeatItems[T any](items []T, n int) []T {
	out := make([]T, 0, len(items)*n)
	for ; n > 0; n-- {
		out = append(out, items...)
	}
	return out
}

// seqLen is the length, in storage, of what can be repeated.
func seqLen(v Value) (int, bool) {
	switch v := v.(type) {
	case Str:
		return len(v), true
	case Bytes:
		return len(v), true
	case Tuple:
		return len(v), true
	case *List:
		return len(v.Items), true
	}
	return 0, false
}

// Neg is -v.
func Neg(v Value) (Value, error) {
	v, err := Force(v)
	if err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case Int:
		if x != math.MinInt64 {
			return -x, nil
		}
		return NewInt(new(big.Int).Neg(big.NewInt(int64(x)))), nil
	case Bool:
		return -boolInt(bool(x)), nil
	case Float:
		return -x, nil
	case *BigInt:
		return NewInt(new(big.Int).Neg(x.Int)), nil
	case *Undefined:
		return nil, x.Err()
	}
	return nil, Errorf(TypeError, "bad operand type for unary -: '%s'", v.TypeName())
}

// Pos is +v.
func Pos(v Value) (Value, error) {
	v, err := Force(v)
	if err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case Bool:
		return boolInt(bool(x)), nil
	case Int, Float, *BigInt:
		return v, nil
	case *Undefined:
		return nil, x.Err()
	}
	return nil, Errorf(TypeError, "bad operand type for unary +: '%s'", v.TypeName())
}
