package value

import (
	"fmt"
	"iter"
	"math"
)

// Dict is a Python dict, by reference: insertion-ordered, keyed as Python keys (1, 1.0 and True are one key).
// It is not safe for concurrent mutation.
type Dict struct {
	keys   []Value
	values []Value // nil where the entry was deleted
	index  map[any]int
	live   int
}

// NewDict returns an empty dict.
func NewDict() *Dict { return &Dict{index: map[any]int{}} }

// TypeName implements Value.
func (*Dict) TypeName() string { return "dict" }

// Len is the number of entries.
func (d *Dict) Len() int { return d.live }

// Get returns the value under a key and whether there is one. Unhashable keys are never found.
func (d *Dict) Get(key Value) (Value, bool) {
	k, err := HashKey(key)
	if err != nil {
		return nil, false
	}
	return d.at(k)
}

// GetStr is Get for a string key.
func (d *Dict) GetStr(key string) (Value, bool) { return d.at(Str(key)) }

func (d *Dict) at(k any) (Value, bool) {
	if i, ok := d.index[k]; ok {
		return d.values[i], true
	}
	return nil, false
}

// Set puts a value under a key. An existing key keeps its place and its first spelling. It fails on unhashable keys.
func (d *Dict) Set(key, v Value) error {
	k, err := HashKey(key)
	if err != nil {
		return err
	}
	d.put(k, key, v)
	return nil
}

// SetStr is Set for a string key, which cannot fail.
func (d *Dict) SetStr(key string, v Value) { d.put(Str(key), Str(key), v) }

func (d *Dict) put(k any, key, v Value) {
	if i, ok := d.index[k]; ok {
		d.values[i] = v
		return
	}
	d.index[k] = len(d.keys)
	d.keys = append(d.keys, key)
	d.values = append(d.values, v)
	d.live++
}

// Delete removes a key and tells whether it was there.
func (d *Dict) Delete(key Value) bool {
	k, err := HashKey(key)
	if err != nil {
		return false
	}
	i, ok := d.index[k]
	if !ok {
		return false
	}
	delete(d.index, k)
	d.keys[i], d.values[i] = nil, nil
	d.live--
	return true
}

// All yields the entries in insertion order.
func (d *Dict) All() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		for i, k := range d.keys {
			if k != nil && !yield(k, d.values[i]) {
				return
			}
		}
	}
}

// HashKey gives the Go map key under which Python would find v: equal values of different types share one.
// It fails with Python's words on unhashable types.
func HashKey(v Value) (any, error) {
	switch v := v.(type) {
	case Str, Int, NoneType:
		return v, nil
	case Bool:
		if v {
			return Int(1), nil
		}
		return Int(0), nil
	case Float:
		if f := float64(v); f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return Int(int64(f)), nil
		}
		return v, nil
	case *BigInt:
		return "int:" + v.String(), nil
	case Bytes:
		return "bytes:" + string(v), nil
	case Tuple:
		key := "tuple:"
		for _, item := range v {
			k, err := HashKey(item)
			if err != nil {
				return nil, err
			}
			key += fmt.Sprintf("%T:%v\x00", k, k)
		}
		return key, nil
	case interface{ HashKey() (any, error) }:
		return v.HashKey()
	}
	return nil, fmt.Errorf("unhashable type: '%s'", v.TypeName())
}
