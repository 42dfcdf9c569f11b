package value

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"sort"
)

// FromGo makes a Value of Go data: nil, bool, numbers, string, []byte, slices, maps with string keys (which it sorts), and Values,
// which are taken as they are.
func FromGo(v any) (Value, error) {
	switch v := v.(type) {
	case nil:
		return None, nil
	case Value:
		return v, nil
	case string:
		return Str(v), nil
	case bool:
		return Bool(v), nil
	case int:
		return Int(v), nil
	case int64:
		return Int(v), nil
	case float64:
		return Float(v), nil
	case []byte:
		return Bytes(v), nil
	case *big.Int:
		return NewInt(v), nil
	case interface{ Digits() string }: // a whole number of any size
		return ParseInt(v.Digits(), 10)
	case json.Number:
		if i, err := ParseInt(v.String(), 10); err == nil {
			return i, nil
		}
		f, err := ParseFloat(v.String())
		return Float(f), err
	case []any:
		return listFromGo(len(v), func(i int) any { return v[i] })
	case map[string]any:
		return dictFromGo(v)
	}
	return fromReflect(reflect.ValueOf(v))
}

func listFromGo(n int, at func(i int) any) (Value, error) {
	items := make([]Value, n)
	for i := range items {
		var err error
		if items[i], err = FromGo(at(i)); err != nil {
			return nil, err
		}
	}
	return NewList(items...), nil
}

func dictFromGo(m map[string]any) (Value, error) {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	d := NewDict()
	for _, k := range keys {
		item, err := FromGo(m[k])
		if err != nil {
			return nil, err
		}
		d.SetStr(k, item)
	}
	return d, nil
}

func fromReflect(r reflect.Value) (Value, error) {
	switch r.Kind() {
	case reflect.String:
		return Str(r.String()), nil
	case reflect.Bool:
		return Bool(r.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Int(r.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return NewInt(new(big.Int).SetUint64(r.Uint())), nil
	case reflect.Float32, reflect.Float64:
		return Float(r.Float()), nil
	case reflect.Slice, reflect.Array:
		return listFromGo(r.Len(), func(i int) any { return r.Index(i).Interface() })
	case reflect.Pointer:
		if r.IsNil() {
			return None, nil
		}
	case reflect.Map:
		if r.Type().Key().Kind() == reflect.String {
			m := make(map[string]any, r.Len())
			for it := r.MapRange(); it.Next(); {
				m[it.Key().String()] = it.Value().Interface()
			}
			return dictFromGo(m)
		}
	}
	return nil, fmt.Errorf("a Go %s has no counterpart in templates", r.Type())
}

// ToGo makes Go data of a Value: nil, bool, int64, *big.Int, float64, string, []byte, []any and map[string]any. Keys that are
// not strings become their str() text; Lazy values are computed.
func ToGo(v Value) (any, error) { return toGo(v, 0) }

func toGo(v Value, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errTooDeep("while converting a value")
	}
	switch v := v.(type) {
	case NoneType:
		return nil, nil
	case Bool:
		return bool(v), nil
	case Int:
		return int64(v), nil
	case *BigInt:
		return v.Int, nil
	case Float:
		return float64(v), nil
	case Str:
		return string(v), nil
	case Bytes:
		return []byte(v), nil
	case *Dict:
		out := make(map[string]any, v.Len())
		for k, item := range v.All() {
			name, err := ToStr(k)
			if err != nil {
				return nil, err
			}
			if out[name], err = toGo(item, depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	case *Undefined:
		return nil, v.Err()
	case Lazy:
		forced, err := Force(v)
		if err != nil {
			return nil, err
		}
		return toGo(forced, depth)
	case Template:
		return v.Text, nil
	}
	items, err := ToSlice(v)
	if err != nil {
		return ToStr(v)
	}
	out := make([]any, len(items))
	for i, item := range items {
		if out[i], err = toGo(item, depth+1); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// DeepCopy copies lists, dicts, sets and tuples; everything else is shared. Lazy items stay lazy.
func DeepCopy(v Value) (Value, error) { return deepCopy(v, 0) }

func deepCopy(v Value, depth int) (Value, error) {
	if depth > maxDepth {
		return nil, errTooDeep("while copying a value")
	}
	copyItems := func(items []Value) ([]Value, error) {
		out := make([]Value, len(items))
		for i, item := range items {
			var err error
			if out[i], err = deepCopy(item, depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	switch v := v.(type) {
	case *List:
		items, err := copyItems(v.Items)
		return NewList(items...), err
	case Tuple:
		items, err := copyItems(v)
		return Tuple(items), err
	case *Set:
		return v.Copy(), nil
	case *Dict:
		out := v.Copy()
		for i := range out.entries {
			if out.entries[i].value == nil {
				continue
			}
			var err error
			if out.entries[i].value, err = deepCopy(out.entries[i].value, depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

// ToInt is int(v) for numbers and texts.
func ToInt(v Value) (Value, error) {
	v, err := Force(v)
	if err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case Int, *BigInt:
		return v, nil
	case Bool:
		return boolInt(bool(x)), nil
	case Float:
		if f := float64(x); math.Abs(f) < 1<<62 {
			return Int(int64(f)), nil
		}
		i, err := truncate(float64(x))
		if err != nil {
			return nil, err
		}
		return NewInt(i), nil
	case Str:
		return ParseInt(string(x), 10)
	case Bytes:
		return ParseInt(string(x), 10)
	case *Undefined:
		return nil, x.Err()
	case interface{ PyInt() (Value, error) }:
		return x.PyInt()
	}
	return nil, Errorf(TypeError, "int() argument must be a string, a bytes-like object or a real number, not '%s'", v.TypeName())
}

// Number is float(v) for numbers and texts.
func Number(v Value) (float64, error) {
	v, err := Force(v)
	if err != nil {
		return 0, err
	}
	if f, ok, err := ToFloat(v); ok || err != nil {
		return f, err
	}
	switch x := v.(type) {
	case Str:
		return ParseFloat(string(x))
	case *Undefined:
		return 0, x.Err()
	case interface{ PyFloat() (float64, error) }:
		return x.PyFloat()
	}
	return 0, Errorf(TypeError, "float() argument must be a string or a real number, not '%s'", v.TypeName())
}
