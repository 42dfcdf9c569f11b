package template

import (
	"math"
	"math/big"
)

// precision is that of intermediate results, in bits: enough that rounding to a float64 gives what a C library's pow and
// log give, which Go's do not always.
const precision = 160

func bigFloat(x float64) *big.Float { return new(big.Float).SetPrec(precision).SetFloat64(x) }

// lnBig is the natural logarithm of a positive finite number.
func lnBig(x float64) *big.Float {
	mantissa, exponent := math.Frexp(x)
	if mantissa < math.Sqrt2/2 {
		mantissa, exponent = mantissa*2, exponent-1
	}
	out := twiceAtanh(mantissa)
	ln2 := twiceAtanh(2)
	return out.Add(out, ln2.Mul(ln2, bigFloat(float64(exponent))))
}

// twiceAtanh is ln m by the series 2(z + z³/3 + z⁵/5 ...) of z = (m-1)/(m+1).
func twiceAtanh(m float64) *big.Float {
	one := bigFloat(1)
	z := new(big.Float).SetPrec(precision).Quo(new(big.Float).Sub(bigFloat(m), one), new(big.Float).Add(bigFloat(m), one))
	square := new(big.Float).SetPrec(precision).Mul(z, z)
	sum, power := bigFloat(0), new(big.Float).SetPrec(precision).Set(z)
	for k := 1; power.Sign() != 0 && power.MantExp(nil) > -precision; k += 2 {
		sum.Add(sum, new(big.Float).SetPrec(precision).Quo(power, bigFloat(float64(k))))
		power.Mul(power, square)
	}
	return sum.Mul(sum, bigFloat(2))
}

// expBig is e to the x for an x that a float64's range allows.
func expBig(x *big.Float) *big.Float {
	const halvings = 12
	small := new(big.Float).SetPrec(precision + halvings).Set(x)
	small.SetMantExp(small, -halvings)
	sum, term := new(big.Float).SetPrec(precision+halvings).SetFloat64(1), new(big.Float).SetPrec(precision+halvings).SetFloat64(1)
	for k := 1; term.Sign() != 0 && term.MantExp(nil) > -precision-halvings; k++ {
		term.Mul(term, small)
		term.Quo(term, bigFloat(float64(k)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// exactPow is x to the y as C's pow rounds it.
func exactPow(x, y float64) float64 {
	rough := math.Pow(x, y)
	if math.IsInf(rough, 0) || math.IsNaN(rough) || rough == 0 || rough == math.Trunc(rough) && math.Abs(rough) < 1<<53 && y == math.Trunc(y) {
		return rough
	}
	product := lnBig(math.Abs(x))
	exact, _ := expBig(product.Mul(product, bigFloat(y))).Float64()
	return math.Copysign(exact, rough)
}

// exactLog is the natural logarithm, and exactLog10 the decimal one, as C's round them.
func exactLog(x float64) float64 {
	if math.IsInf(x, 1) {
		return x
	}
	f, _ := lnBig(x).Float64()
	return f
}

func exactLog10(x float64) float64 {
	if math.IsInf(x, 1) {
		return x
	}
	ln := lnBig(x)
	f, _ := ln.Quo(ln, lnBig(10)).Float64()
	return f
}
