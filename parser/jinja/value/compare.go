package value

import (
	"bytes"
	"math"
	"math/big"
	"sort"
	"strings"
)

// Equal is a == b. An Undefined on either side is an error, as Jinja's StrictUndefined.
func Equal(a, b Value) (bool, error) { return equal(a, b, 0) }

func equal(a, b Value, depth int) (bool, error) {
	if x, ok := a.(Str); ok {
		if y, ok := b.(Str); ok {
			return x == y, nil
		}
	}
	if depth > maxDepth {
		return false, errTooDeep("in comparison")
	}
	a, b, err := forced(a, b, (*Undefined).use)
	if err != nil {
		return false, err
	}
	if isNumber(a) && isNumber(b) {
		order, ordered := compareNumbers(a, b)
		return ordered && order == 0, nil
	}
	switch x := a.(type) {
	case Str:
		y, ok := b.(Str)
		return ok && x == y, nil
	case NoneType:
		_, ok := b.(NoneType)
		return ok, nil
	case Bytes:
		y, ok := b.(Bytes)
		return ok && bytes.Equal(x, y), nil
	case *List:
		y, ok := b.(*List)
		if !ok {
			return false, nil
		}
		return equalItems(x.Items, y.Items, depth)
	case Tuple:
		y, ok := b.(Tuple)
		if !ok {
			return false, nil
		}
		return equalItems(x, y, depth)
	case *Dict:
		y, ok := b.(*Dict)
		if !ok {
			return false, nil
		}
		return equalDicts(x, y, depth)
	}
	return equalObjects(a, b)
}

func equalItems(a, b []Value, depth int) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if same, err := sameOrEqual(a[i], b[i], depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func equalDicts(a, b *Dict, depth int) (bool, error) {
	if a.live != b.live {
		return false, nil
	}
	for _, e := range a.entries {
		if e.value == nil {
			continue
		}
		i := b.find(e.hash)
		if i < 0 {
			return false, nil
		}
		if same, err := sameOrEqual(e.value, b.entries[i].value, depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// sameOrEqual is how containers compare items: what is identical need not be equal.
func sameOrEqual(a, b Value, depth int) (bool, error) {
	if Same(a, b) {
		return true, nil
	}
	return equal(a, b, depth)
}

// Same is Python's `is` as far as templates can tell: references are compared by identity, small values by type and value.
func Same(a, b Value) bool {
	switch x := a.(type) {
	case Tuple:
		y, ok := b.(Tuple)
		return ok && len(x) == len(y) && (len(x) == 0 || &x[0] == &y[0])
	case Bytes:
		y, ok := b.(Bytes)
		return ok && bytes.Equal(x, y)
	case *BigInt:
		y, ok := b.(*BigInt)
		return ok && x.Cmp(y.Int) == 0
	}
	switch b.(type) {
	case Tuple, Bytes:
		return false
	}
	return sameReference(a, b)
}

func equalObjects(a, b Value) (bool, error) {
	if _, ok := a.(*Undefined); ok {
		_, same := b.(*Undefined)
		return same, nil
	}
	if x, ok := asSet(a); ok {
		y, ok := asSet(b)
		return ok && x.Len() == y.Len() && x.subset(y), nil
	}
	if x, ok := a.(*Range); ok {
		y, ok := b.(*Range)
		if !ok || x.Len() != y.Len() {
			return false, nil
		}
		return x.Len() == 0 || x.Start == y.Start && (x.Len() == 1 || x.Step == y.Step), nil
	}
	if x, ok := a.(Comparer); ok {
		if order, known := x.CompareTo(b); known {
			return order == 0, nil
		}
	}
	if y, ok := b.(Comparer); ok {
		if order, known := y.CompareTo(a); known {
			return order == 0, nil
		}
	}
	return sameReference(a, b), nil
}

// sameReference compares values that Go can compare; others (slices within foreign types) are never the same.
func sameReference(a, b Value) (same bool) {
	defer func() {
		if recover() != nil {
			same = false
		}
	}()
	return a == b
}

// asSet sees sets and the dict views that behave as sets.
func asSet(v Value) (*Set, bool) {
	switch v := v.(type) {
	case *Set:
		return v, true
	case *DictView:
		if v.Kind == ValuesView {
			return nil, false
		}
		items, err := ToSlice(v)
		if err != nil {
			return nil, false
		}
		s, err := NewSet(items...)
		return s, err == nil
	}
	return nil, false
}

// operands computes Lazy operands and refuses undefined ones.
func operands(a, b Value) (Value, Value, error) { return forced(a, b, (*Undefined).Err) }

// forced computes Lazy operands; refuse tells what is wrong with an undefined one.
func forced(a, b Value, refuse func(*Undefined) error) (Value, Value, error) {
	var err error
	if lazy, ok := a.(Lazy); ok {
		if a, err = Force(lazy); err != nil {
			return nil, nil, err
		}
	}
	if lazy, ok := b.(Lazy); ok {
		if b, err = Force(lazy); err != nil {
			return nil, nil, err
		}
	}
	for _, v := range [...]Value{a, b} {
		if u, ok := v.(*Undefined); ok {
			if err := refuse(u); err != nil {
				return nil, nil, err
			}
		}
	}
	return a, b, nil
}

// Order is a comparison operator: "<", "<=", ">" or ">=".
type Order string

func (op Order) holds(order int) bool {
	switch op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// Less is a < b.
func Less(a, b Value) (bool, error) { return Compare("<", a, b) }

// Compare is a op b.
func Compare(op Order, a, b Value) (bool, error) { return compare(op, a, b, 0) }

func compare(op Order, a, b Value, depth int) (bool, error) {
	if depth > maxDepth {
		return false, errTooDeep("in comparison")
	}
	a, b, err := operands(a, b)
	if err != nil {
		return false, err
	}
	if isNumber(a) && isNumber(b) {
		order, ordered := compareNumbers(a, b)
		return ordered && op.holds(order), nil
	}
	switch x := a.(type) {
	case Str:
		if y, ok := b.(Str); ok {
			return op.holds(strings.Compare(string(x), string(y))), nil
		}
	case Bytes:
		if y, ok := b.(Bytes); ok {
			return op.holds(bytes.Compare(x, y)), nil
		}
	case *List:
		if y, ok := b.(*List); ok {
			return compareItems(op, x.Items, y.Items, depth)
		}
	case Tuple:
		if y, ok := b.(Tuple); ok {
			return compareItems(op, x, y, depth)
		}
	case Comparer:
		if order, known := x.CompareTo(b); known {
			return op.holds(order), nil
		}
	}
	if x, ok := asSet(a); ok {
		if y, ok := asSet(b); ok {
			return compareSets(op, x, y), nil
		}
	}
	if y, ok := b.(Comparer); ok {
		if order, known := y.CompareTo(a); known {
			return op.holds(-order), nil
		}
	}
	return false, Errorf(TypeError, "'%s' not supported between instances of '%s' and '%s'", op, a.TypeName(), b.TypeName())
}

func compareItems(op Order, a, b []Value, depth int) (bool, error) {
	for i := 0; i < len(a) && i < len(b); i++ {
		same, err := sameOrEqual(a[i], b[i], depth+1)
		if err != nil {
			return false, err
		}
		if !same {
			return compare(op, a[i], b[i], depth+1)
		}
	}
	return op.holds(len(a) - len(b)), nil
}

func compareSets(op Order, a, b *Set) bool {
	switch op {
	case "<":
		return a.Len() < b.Len() && a.subset(b)
	case "<=":
		return a.subset(b)
	case ">":
		return a.Len() > b.Len() && b.subset(a)
	}
	return b.subset(a)
}

// Sort is sorted(items, key, reverse): stable, in place. Key gives what to compare; nil means the item itself.
func Sort(items []Value, key func(Value) (Value, error), reverse bool) error {
	keys := items
	if key != nil {
		keys = make([]Value, len(items))
		for i, item := range items {
			var err error
			if keys[i], err = key(item); err != nil {
				return err
			}
		}
	}
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	var failed error
	sort.SliceStable(order, func(i, j int) bool {
		if failed != nil {
			return false
		}
		a, b := keys[order[i]], keys[order[j]]
		if reverse {
			a, b = b, a
		}
		less, err := Less(a, b)
		if err != nil {
			failed = err
		}
		return less
	})
	if failed != nil {
		return failed
	}
	sorted := make([]Value, len(items))
	for i, from := range order {
		sorted[i] = items[from]
	}
	copy(items, sorted)
	return nil
}

// Contains is item in v.
func Contains(v, item Value) (bool, error) {
	v, err := Force(v)
	if err != nil {
		return false, err
	}
	switch c := v.(type) {
	case *Undefined:
		return false, c.use()
	case Str:
		item, err := Force(item)
		if err != nil {
			return false, err
		}
		switch s := item.(type) {
		case Str:
			return strings.Contains(string(c), string(s)), nil
		case *Undefined:
			return false, s.Err()
		}
		return false, Errorf(TypeError, "'in <string>' requires string as left operand, not %s", item.TypeName())
	case *Dict:
		k, err := HashKey(item)
		if err != nil {
			return false, err
		}
		return c.find(k) >= 0, nil
	case *Set:
		return c.Has(item)
	case Bytes:
		if b, ok := item.(Bytes); ok {
			return bytes.Contains(c, b), nil
		}
	case Container:
		return c.Contains(item)
	}
	return containsByIteration(v, item)
}

func containsByIteration(v, item Value) (bool, error) {
	it, err := Iterate(v)
	if IsKind(err, TypeError) {
		return false, Errorf(TypeError, "argument of type '%s' is not iterable", v.TypeName())
	}
	if err != nil {
		return false, err
	}
	for {
		got, ok, err := it.Next()
		if !ok || err != nil {
			return false, err
		}
		if same, err := sameOrEqual(got, item, 0); same || err != nil {
			return same, err
		}
	}
}

func isNumber(v Value) bool {
	switch v.(type) {
	case Int, Bool, Float, *BigInt:
		return true
	}
	return false
}

// compareNumbers compares exactly; ordered is false if one is not a number (nan).
func compareNumbers(a, b Value) (order int, ordered bool) {
	x, xInt := smallInt(a)
	y, yInt := smallInt(b)
	if xInt && yInt {
		switch {
		case x < y:
			return -1, true
		case x > y:
			return 1, true
		}
		return 0, true
	}
	fx, xFloat := a.(Float)
	fy, yFloat := b.(Float)
	switch {
	case xFloat && yFloat:
		return compareFloats(float64(fx), float64(fy))
	case xFloat:
		order, ordered = compareFloatInt(float64(fx), toBig(b))
		return order, ordered
	case yFloat:
		order, ordered = compareFloatInt(float64(fy), toBig(a))
		return -order, ordered
	}
	return toBig(a).Cmp(toBig(b)), true
}

func compareFloats(x, y float64) (int, bool) {
	switch {
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	}
	return 0, x == y
}

func compareFloatInt(f float64, i *big.Int) (int, bool) {
	switch {
	case math.IsNaN(f):
		return 0, false
	case math.IsInf(f, 1):
		return 1, true
	case math.IsInf(f, -1):
		return -1, true
	}
	return new(big.Float).SetFloat64(f).Cmp(new(big.Float).SetInt(i)), true
}
