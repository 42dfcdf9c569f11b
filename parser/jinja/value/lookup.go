package value

import (
	"slices"
	"strings"
)

// GetItem is Python's v[key], with Python's errors.
func GetItem(v, key Value) (Value, error) {
	v, err := Force(v)
	if err != nil {
		return nil, err
	}
	if key, err = Force(key); err != nil {
		return nil, err
	}
	if u, ok := v.(*Undefined); ok {
		return u.item()
	}
	if u, ok := key.(*Undefined); ok {
		return nil, u.Err()
	}
	if s, ok := key.(*Slice); ok {
		if _, isDict := v.(*Dict); !isDict {
			return sliceOf(v, s)
		}
	}
	item, err := getItem(v, key)
	if err != nil {
		return nil, err
	}
	return Force(item)
}

func getItem(v, key Value) (Value, error) {
	switch c := v.(type) {
	case *Dict:
		k, err := HashKey(key)
		if err != nil {
			return nil, err
		}
		if i := c.find(k); i >= 0 {
			return c.entries[i].value, nil
		}
		return nil, Errorf(KeyError, "%s", reprOr(key))
	case *List:
		i, err := position(v, key, len(c.Items))
		if err != nil {
			return nil, err
		}
		return c.Items[i], nil
	case Tuple:
		i, err := position(v, key, len(c))
		if err != nil {
			return nil, err
		}
		return c[i], nil
	case Str:
		return charAt(c, key)
	case Bytes:
		i, err := position(v, key, len(c))
		if err != nil {
			return nil, err
		}
		return Int(c[i]), nil
	case *Range:
		i, err := position(v, key, c.Len())
		if err != nil {
			return nil, err
		}
		return c.At(i), nil
	case ItemGetter:
		return c.Item(key)
	}
	return nil, Errorf(TypeError, "'%s' object is not subscriptable", v.TypeName())
}

// position is the index of an item, counted from the end where it is negative.
func position(v, key Value, length int) (int, error) {
	name := v.TypeName()
	if name == "str" {
		name = "string"
	}
	if _, ok := key.(*BigInt); ok {
		return 0, Errorf(IndexError, "cannot fit 'int' into an index-sized integer")
	}
	i64, ok := smallInt(key)
	if !ok {
		what := name + " indices must be integers or slices"
		if name == "string" {
			return 0, Errorf(TypeError, "string indices must be integers, not '%s'", key.TypeName())
		}
		return 0, Errorf(TypeError, "%s, not %s", what, key.TypeName())
	}
	i := int(i64)
	if i < 0 {
		i += length
	}
	if i < 0 || i >= length {
		if name == "range" {
			name = "range object"
		}
		return 0, Errorf(IndexError, "%s index out of range", name)
	}
	return i, nil
}

func charAt(s Str, key Value) (Value, error) {
	n := runeCount(string(s))
	i, err := position(s, key, n)
	if err != nil {
		return nil, err
	}
	if n == len(s) {
		return charStr(string(s[i : i+1])), nil
	}
	return Str(string([]rune(string(s))[i])), nil
}

// sliceOf is v[start:stop:step].
func sliceOf(v Value, s *Slice) (Value, error) {
	switch c := v.(type) {
	case *List:
		items, err := sliceItems(c.Items, s)
		return NewList(items...), err
	case Tuple:
		items, err := sliceItems([]Value(c), s)
		return Tuple(items), err
	case Bytes:
		items, err := sliceItems([]byte(c), s)
		return Bytes(items), err
	case Str:
		if runeCount(string(c)) == len(c) {
			items, err := sliceItems([]byte(c), s)
			return Str(items), err
		}
		items, err := sliceItems([]rune(string(c)), s)
		return Str(string(items)), err
	case *Range:
		start, stop, step, err := s.bounds(c.Len())
		if err != nil {
			return nil, err
		}
		return &Range{c.Start + int64(start)*c.Step, c.Start + int64(stop)*c.Step, c.Step * int64(step)}, nil
	case ItemGetter:
		return c.Item(s)
	}
	return nil, Errorf(TypeError, "'%s' object is not subscriptable", v.TypeName())
}

func sliceItems[T any](items []T, s *Slice) ([]T, error) {
	start, stop, step, err := s.bounds(len(items))
	if err != nil {
		return nil, err
	}
	if step == 1 {
		if stop < start {
			stop = start
		}
		return slices.Clone(items[start:stop]), nil
	}
	var out []T
	for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
		out = append(out, items[i])
	}
	return out, nil
}

// bounds is Python's slice.indices(length).
func (s *Slice) bounds(length int) (start, stop, step int, err error) {
	if step, err = sliceIndex(s.Step, 1); err != nil {
		return
	}
	if step == 0 {
		return 0, 0, 0, Errorf(ValueError, "slice step cannot be zero")
	}
	step = max(min(step, MaxLength<<8), -MaxLength<<8)
	low, high := 0, length
	if step < 0 {
		low, high = -1, length-1
	}
	clip := func(v Value, def int) (int, error) {
		i, err := sliceIndex(v, def)
		if err != nil || v == None || v == nil {
			return def, err
		}
		if i < 0 {
			i += length
		}
		return max(low, min(i, high)), nil
	}
	first, last := low, high
	if step < 0 {
		first, last = high, low
	}
	if start, err = clip(s.Start, first); err != nil {
		return
	}
	stop, err = clip(s.Stop, last)
	return
}

func sliceIndex(v Value, def int) (int, error) {
	if v == nil || v == None {
		return def, nil
	}
	if b, ok := v.(*BigInt); ok {
		return b.Sign() * MaxLength << 8, nil
	}
	i, ok := smallInt(v)
	if !ok {
		if u, ok := v.(*Undefined); ok {
			return 0, u.Err()
		}
		return 0, Errorf(TypeError, "slice indices must be integers or None or have an __index__ method")
	}
	return int(max(min(i, 1<<40), -1<<40)), nil
}

// GetAttr is Python's getattr(v, name) as far as templates may see; ok is false where there is no such attribute.
func GetAttr(v Value, name string) (attr Value, ok bool) {
	if m := FindMethod(v, name); m != nil {
		return &Method{Self: v, Name: name, def: m}, true
	}
	if a, isGetter := v.(AttrGetter); isGetter {
		if attr, ok := a.Attr(name); ok {
			return attr, true
		}
	}
	if get := plainAttrs[name]; get != nil {
		if attr := get(v); attr != nil {
			return attr, true
		}
	}
	if strings.HasPrefix(name, "__") {
		return dunder(v, name)
	}
	return nil, false
}

// plainAttrs are the attributes of built-in types that are not methods; nil where the type has no such one.
var plainAttrs = map[string]func(v Value) Value{
	"real":        func(v Value) Value { return numberOnly(v, v) },
	"imag":        func(v Value) Value { return numberOnly(v, zeroOf(v)) },
	"numerator":   func(v Value) Value { return intOnly(v, v) },
	"denominator": func(v Value) Value { return intOnly(v, Int(1)) },
	"start":       func(v Value) Value { return rangeOnly(v, func(r *Range) int64 { return r.Start }) },
	"stop":        func(v Value) Value { return rangeOnly(v, func(r *Range) int64 { return r.Stop }) },
	"step":        func(v Value) Value { return rangeOnly(v, func(r *Range) int64 { return r.Step }) },
}

func numberOnly(v, then Value) Value {
	if isNumber(v) {
		p, _ := Pos(then)
		return p
	}
	return nil
}

func zeroOf(v Value) Value {
	if _, ok := v.(Float); ok {
		return Float(0)
	}
	return Int(0)
}

func intOnly(v, then Value) Value {
	if toBig(v) == nil {
		return nil
	}
	p, _ := Pos(then)
	return p
}

func rangeOnly(v Value, part func(*Range) int64) Value {
	if r, ok := v.(*Range); ok {
		return Int(part(r))
	}
	return nil
}

// unsafeAttrs are attributes that every Python object has and that lead out of the template: Jinja's sandbox refuses them.
var unsafeAttrs = map[string]bool{
	"__base__": true, "__bases__": true, "__mro__": true, "__subclasses__": true, "__init__": true, "__new__": true,
	"__dict__": true, "__globals__": true, "__code__": true, "__closure__": true, "__func__": true, "__self__": true,
	"__module__": true, "__builtins__": true, "__getattribute__": true, "__setattr__": true, "__delattr__": true,
	"__reduce__": true, "__reduce_ex__": true, "__init_subclass__": true, "__subclasshook__": true, "__dir__": true,
	"__weakref__": true, "__annotations__": true, "__import__": true, "__call__": true, "__get__": true, "__doc__": true,
	"__sizeof__": true, "__format__": true,
}

// dunder answers for names with two underscores: the type's name is harmless, the rest of the machinery is refused when used.
func dunder(v Value, name string) (Value, bool) {
	if name == "__class__" {
		return &Type{Of: v.TypeName()}, true
	}
	if !unsafeAttrs[name] {
		return nil, false
	}
	return &Undefined{
		Name: Str(name), Obj: v, Kind: SecurityError,
		Hint: "access to attribute '" + name + "' of '" + v.TypeName() + "' object is unsafe.",
	}, true
}

// Subscript is v[key] of a template: an item, else an attribute of that name, else Undefined (Environment.getitem).
func Subscript(v, key Value) (Value, error) {
	if d, ok := v.(*Dict); ok {
		if name, ok := key.(Str); ok && !attrNames[string(name)] {
			return keyed(d, name)
		}
	}
	item, err := GetItem(v, key)
	if err == nil {
		return item, nil
	}
	if !IsKind(err, TypeError, KeyError, IndexError, AttributeError) {
		return nil, err
	}
	if v, err = Force(v); err != nil {
		return nil, err
	}
	if key, err = Force(key); err != nil {
		return nil, err
	}
	if name, ok := key.(Str); ok {
		if attr, ok := GetAttr(v, string(name)); ok {
			return attr, nil
		}
	}
	return UndefinedItem(v, key), nil
}

// keyed is the value under a text key that is no attribute of dicts: the common case, without an error for what is missing.
func keyed(d *Dict, key Str) (Value, error) {
	if item, ok := d.GetStr(string(key)); ok {
		return Force(item)
	}
	return UndefinedItem(d, key), nil
}

// Attribute is v.name of a template: an attribute, else an item of that key, else Undefined (Environment.getattr).
func Attribute(v Value, name string) (Value, error) {
	v, err := Force(v)
	if err != nil {
		return nil, err
	}
	if d, ok := v.(*Dict); ok && !attrNames[name] {
		return keyed(d, Str(name))
	}
	if u, ok := v.(*Undefined); ok {
		return u.item()
	}
	attr, ok := GetAttr(v, name)
	if u, unsafe := attr.(*Undefined); ok && (!unsafe || u.Kind != SecurityError) {
		return Force(attr)
	}
	item, err := GetItem(v, Str(name))
	switch {
	case err == nil:
		return item, nil
	case ok:
		return attr, nil
	case IsKind(err, TypeError, KeyError, IndexError):
		return UndefinedItem(v, Str(name)), nil
	}
	return nil, err
}
