package value

import "errors"

var errNotYet = errors.New("not yet implemented")

// Force computes a Lazy; any other value is given back.
func Force(v Value) (Value, error) {
	for {
		lazy, ok := v.(Lazy)
		if !ok {
			return v, nil
		}
		var err error
		if v, err = lazy.Force(); err != nil {
			return nil, err
		}
	}
}

// Truth is Python's bool(v).
func Truth(v Value) (bool, error) { return false, errNotYet }

// Equal is a == b.
func Equal(a, b Value) (bool, error) { return false, errNotYet }

// Less is a < b.
func Less(a, b Value) (bool, error) { return false, errNotYet }

// Repr is Python's repr(v).
func Repr(v Value) (string, error) { return "", errNotYet }

// ToStr is Python's str(v).
func ToStr(v Value) (string, error) { return "", errNotYet }

// Iterate is iter(v).
func Iterate(v Value) (Iterator, error) { return nil, errNotYet }

// ToSlice is list(v) as a slice, which the caller must not change.
func ToSlice(v Value) ([]Value, error) { return nil, errNotYet }

// Len is len(v).
func Len(v Value) (int, error) { return 0, errNotYet }

// Contains is item in v.
func Contains(v, item Value) (bool, error) { return false, errNotYet }

// Subscript is v[key] of a template: an item, else an attribute, else Undefined.
func Subscript(v, key Value) (Value, error) { return nil, errNotYet }

// Attribute is v.name of a template: an attribute, else an item, else Undefined.
func Attribute(v Value, name string) (Value, error) { return nil, errNotYet }

// FromGo makes a Value of Go data: nil, bool, numbers, string, []byte, slices, maps (keys sorted), Value itself.
func FromGo(v any) (Value, error) { return nil, errNotYet }

// ToGo makes Go data of a Value: nil, bool, int64, *big.Int, float64, string, []byte, []any, map[string]any.
func ToGo(v Value) (any, error) { return nil, errNotYet }

// DeepCopy copies lists, dicts and sets; everything else is shared.
func DeepCopy(v Value) (Value, error) { return nil, errNotYet }

// Set is a Python set, in insertion order.
type Set struct{ dict Dict }

// TypeName implements Value.
func (*Set) TypeName() string { return "set" }

// Range is Python's range.
type Range struct{ Start, Stop, Step int64 }

// TypeName implements Value.
func (*Range) TypeName() string { return "range" }

// Add is a + b. Sub, Mul, Div, FloorDiv, Mod and Pow are the other operators.
func Add(a, b Value) (Value, error) { return nil, errNotYet }
