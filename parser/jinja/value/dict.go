package value

import (
	"iter"
	"math"
	"strconv"
)

// Dict is a Python dict, by reference: insertion-ordered, keyed as Python keys (1, 1.0 and True are one key).
// It may be read by several goroutines at once, but not while one of them changes it. The zero value is an empty dict.
type Dict struct {
	entries []entry
	// strs and others find an entry by its key; both are nil while the dict is small enough to search.
	strs   map[string]int
	others map[any]int
	live   int
}

type entry struct {
	hash  any // as HashKey gives it
	key   Value
	value Value // nil where the entry was deleted
}

// smallDict is up to how many entries a search from the first is quicker than a map.
const smallDict = 8

// NewDict returns an empty dict.
func NewDict() *Dict { return &Dict{} }

// TypeName implements Value.
func (*Dict) TypeName() string { return "dict" }

// Len is the number of entries.
func (d *Dict) Len() int { return d.live }

// Get returns the value under a key and whether there is one. Unhashable keys are never found.
func (d *Dict) Get(key Value) (Value, bool) {
	if s, ok := key.(Str); ok {
		return d.GetStr(string(s))
	}
	k, err := HashKey(key)
	if err != nil {
		return nil, false
	}
	if i := d.find(k); i >= 0 {
		return d.entries[i].value, true
	}
	return nil, false
}

// GetStr is Get for a string key.
func (d *Dict) GetStr(key string) (Value, bool) {
	if i := d.findStr(key); i >= 0 {
		return d.entries[i].value, true
	}
	return nil, false
}

func (d *Dict) findStr(key string) int {
	if d.strs != nil {
		if i, ok := d.strs[key]; ok {
			return i
		}
		return -1
	}
	for i := range d.entries {
		if s, ok := d.entries[i].hash.(Str); ok && string(s) == key && d.entries[i].value != nil {
			return i
		}
	}
	return -1
}

func (d *Dict) find(hash any) int {
	if s, ok := hash.(Str); ok {
		return d.findStr(string(s))
	}
	if d.strs != nil {
		if i, ok := d.others[hash]; ok {
			return i
		}
		return -1
	}
	for i := range d.entries {
		if d.entries[i].hash == hash && d.entries[i].value != nil {
			return i
		}
	}
	return -1
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
func (d *Dict) SetStr(key string, v Value) {
	if i := d.findStr(key); i >= 0 {
		d.entries[i].value = v
		return
	}
	k := Str(key)
	d.add(entry{k, k, v})
}

func (d *Dict) put(hash any, key, v Value) {
	if i := d.find(hash); i >= 0 {
		d.entries[i].value = v
		return
	}
	d.add(entry{hash, key, v})
}

func (d *Dict) add(e entry) {
	d.entries = append(d.entries, e)
	d.live++
	switch {
	case d.strs != nil:
		d.remember(len(d.entries) - 1)
	case len(d.entries) > smallDict:
		d.reindex()
	}
}

func (d *Dict) remember(i int) {
	if s, ok := d.entries[i].hash.(Str); ok {
		d.strs[string(s)] = i
		return
	}
	if d.others == nil {
		d.others = map[any]int{}
	}
	d.others[d.entries[i].hash] = i
}

// reindex drops deleted entries and builds the maps anew, if they are worth it.
func (d *Dict) reindex() {
	kept := d.entries[:0:0]
	for _, e := range d.entries {
		if e.value != nil {
			kept = append(kept, e)
		}
	}
	d.entries, d.strs, d.others = kept, nil, nil
	if len(kept) > smallDict {
		d.strs = make(map[string]int, 2*len(kept))
		for i := range kept {
			d.remember(i)
		}
	}
}

// Delete removes a key and tells whether it was there.
func (d *Dict) Delete(key Value) bool {
	k, err := HashKey(key)
	if err != nil {
		return false
	}
	i := d.find(k)
	if i < 0 {
		return false
	}
	d.remove(i)
	return true
}

func (d *Dict) remove(i int) {
	if s, ok := d.entries[i].hash.(Str); ok {
		delete(d.strs, string(s))
	} else {
		delete(d.others, d.entries[i].hash)
	}
	d.entries[i] = entry{}
	d.live--
	if d.live < len(d.entries)/2 {
		d.reindex()
	}
}

// Clear removes all entries.
func (d *Dict) Clear() { *d = Dict{} }

// Copy is a new dict with the same entries.
func (d *Dict) Copy() *Dict {
	c := &Dict{entries: make([]entry, 0, d.live+1), live: d.live}
	for _, e := range d.entries {
		if e.value != nil {
			c.entries = append(c.entries, e)
		}
	}
	if len(c.entries) > smallDict {
		c.reindex()
	}
	return c
}

// All yields the entries in insertion order. Lazy values are given as they are.
func (d *Dict) All() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		for i := 0; i < len(d.entries); i++ {
			if e := d.entries[i]; e.value != nil && !yield(e.key, e.value) {
				return
			}
		}
	}
}

// Keys are the keys in insertion order.
func (d *Dict) Keys() []Value {
	keys := make([]Value, 0, d.live)
	for k := range d.All() {
		keys = append(keys, k)
	}
	return keys
}

// HashKey gives the Go map key under which Python would find v: equal values of different types share one.
// It fails with Python's words on unhashable types.
func HashKey(v Value) (any, error) {
	switch v := v.(type) {
	case Str, Int, NoneType:
		return v, nil
	case Bool:
		return boolInt(bool(v)), nil
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
		return hashTuple(v)
	case *Set:
		if v.Frozen {
			return v.hash()
		}
	case *Range, *List, *Dict, *DictView, *Slice:
	case *Undefined:
		return nil, v.Err()
	case Lazy:
		forced, err := Force(v)
		if err != nil {
			return nil, err
		}
		return HashKey(forced)
	case interface{ HashKey() (any, error) }:
		return v.HashKey()
	default:
		if comparable(v) {
			return v, nil
		}
	}
	return nil, Errorf(TypeError, "unhashable type: '%s'", v.TypeName())
}

// comparable tells whether a value of an unknown type is a reference, which Python hashes by identity.
func comparable(v Value) bool {
	switch v.(type) {
	case Callable, *Generator, *Namespace, *Type:
		return true
	}
	return false
}

func hashTuple(t Tuple) (any, error) {
	key := []byte("tuple:")
	for _, item := range t {
		k, err := HashKey(item)
		if err != nil {
			return nil, err
		}
		part := hashText(k)
		key = strconv.AppendInt(key, int64(len(part)), 10)
		key = append(key, ':')
		key = append(key, part...)
	}
	return string(key), nil
}

// hashText spells a hash key so that different keys have different texts.
func hashText(k any) string {
	switch k := k.(type) {
	case Str:
		return "s" + string(k)
	case Int:
		return "i" + strconv.FormatInt(int64(k), 10)
	case Float:
		return "f" + strconv.FormatFloat(float64(k), 'g', -1, 64)
	case NoneType:
		return "n"
	case string:
		return "x" + k
	case Value:
		return "v" + addressOf(k)
	}
	return "?"
}
