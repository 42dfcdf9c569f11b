package value

import "strings"

// methods are the methods of each built-in type. Dunder methods are those that only read or change the value itself.
var methods map[string]map[string]MethodFunc

// The tables that lookups reach most often.
var strMethods, dictMethods, listMethods map[string]MethodFunc

// attrNames has every name that is an attribute of some built-in type, so that lookups of other names can go straight to items.
var attrNames map[string]bool

func init() {
	methods = map[string]map[string]MethodFunc{
		"str": strTable(), "bytes": bytesTable(), "list": listTable(), "dict": dictTable(), "tuple": tupleTable(),
		"set": setTable(), "frozenset": setTable(), "int": intTable(), "bool": intTable(), "float": floatTable(),
		"range": tupleTable(), "dict_keys": viewTable(), "dict_items": viewTable(),
	}
	strMethods, dictMethods, listMethods = methods["str"], methods["dict"], methods["list"]
	attrNames = map[string]bool{"__class__": true}
	for _, table := range methods {
		for name, dunder := range dunderTable() {
			if _, ok := table[name]; !ok {
				table[name] = dunder
			}
		}
		for name := range table {
			attrNames[name] = true
		}
	}
	for name := range plainAttrs {
		attrNames[name] = true
	}
	for name := range unsafeAttrs {
		attrNames[name] = true
	}
}

// FindMethod finds a method of a built-in type; nil where there is none. It saves making a Method just to call it.
func FindMethod(v Value, name string) MethodFunc {
	switch v.(type) {
	case Str:
		return strMethods[name]
	case *Dict:
		return dictMethods[name]
	case *List:
		return listMethods[name]
	case AttrGetter, *Undefined:
		return nil
	}
	if m := methods[v.TypeName()][name]; m != nil {
		if s, ok := v.(*Set); ok && s.Frozen && frozenLacks[name] {
			return nil
		}
		return m
	}
	return nil
}

// unary makes a method without arguments.
func unary[T Value](name string, fn func(T) (Value, error)) MethodFunc {
	return func(self Value, a *Args) (Value, error) {
		if len(a.Kw) > 0 {
			return nil, Errorf(TypeError, "%s.%s() takes no keyword arguments", self.TypeName(), name)
		}
		if len(a.Pos) > 0 {
			return nil, Errorf(TypeError, "%s.%s() takes no arguments (%d given)", self.TypeName(), name, len(a.Pos))
		}
		return fn(self.(T))
	}
}

// bound makes a method whose arguments are bound to a parameter list.
func bound[T Value](sig *Signature, fn func(T, Bound) (Value, error)) MethodFunc {
	return func(self Value, a *Args) (Value, error) {
		b, err := sig.Bind(a)
		if err != nil {
			return nil, err
		}
		if err := forceArgs(b.Values); err != nil {
			return nil, err
		}
		return fn(self.(T), b)
	}
}

// forceArgs computes Lazy arguments.
func forceArgs(args []Value) error {
	for i, v := range args {
		if lazy, ok := v.(Lazy); ok {
			var err error
			if args[i], err = Force(lazy); err != nil {
				return err
			}
		}
	}
	return nil
}

// positional makes a method that takes between least and most arguments by position; most -1 is any number.
func positional[T Value](name string, least, most int, fn func(T, []Value) (Value, error)) MethodFunc {
	return func(self Value, a *Args) (Value, error) {
		if len(a.Kw) > 0 {
			return nil, Errorf(TypeError, "%s.%s() takes no keyword arguments", self.TypeName(), name)
		}
		n := len(a.Pos)
		switch {
		case least == most && n != least && least == 1:
			return nil, Errorf(TypeError, "%s.%s() takes exactly one argument (%d given)", self.TypeName(), name, n)
		case least == most && n != least:
			return nil, Errorf(TypeError, "%s expected %d argument%s, got %d", name, least, plural(least), n)
		case n < least:
			return nil, Errorf(TypeError, "%s expected at least %d argument%s, got %d", name, least, plural(least), n)
		case most >= 0 && n > most:
			return nil, Errorf(TypeError, "%s expected at most %d argument%s, got %d", name, most, plural(most), n)
		}
		args := append([]Value(nil), a.Pos...)
		if err := forceArgs(args); err != nil {
			return nil, err
		}
		return fn(self.(T), args)
	}
}

// dunderMethods are operators spelled as methods, for every built-in type.
func dunderTable() map[string]MethodFunc {
	return map[string]MethodFunc{
		"__len__": unary("__len__", func(v Value) (Value, error) {
			n, err := Len(v)
			return Int(n), err
		}),
		"__str__":  unary("__str__", func(v Value) (Value, error) { s, err := ToStr(v); return Str(s), err }),
		"__repr__": unary("__repr__", func(v Value) (Value, error) { s, err := Repr(v); return Str(s), err }),
		"__contains__": positional("__contains__", 1, 1, func(v Value, a []Value) (Value, error) {
			ok, err := Contains(v, a[0])
			return Bool(ok), err
		}),
		"__getitem__": positional("__getitem__", 1, 1, func(v Value, a []Value) (Value, error) { return GetItem(v, a[0]) }),
		"__setitem__": positional("__setitem__", 2, 2, func(v Value, a []Value) (Value, error) { return None, SetItem(v, a[0], a[1]) }),
		"__delitem__": positional("__delitem__", 1, 1, func(v Value, a []Value) (Value, error) { return None, DeleteItem(v, a[0]) }),
		"__eq__":      positional("__eq__", 1, 1, func(v Value, a []Value) (Value, error) { ok, err := Equal(v, a[0]); return Bool(ok), err }),
		"__ne__":      positional("__ne__", 1, 1, func(v Value, a []Value) (Value, error) { ok, err := Equal(v, a[0]); return Bool(!ok), err }),
		"__lt__":      positional("__lt__", 1, 1, func(v Value, a []Value) (Value, error) { ok, err := Less(v, a[0]); return Bool(ok), err }),
		"__gt__":      positional("__gt__", 1, 1, func(v Value, a []Value) (Value, error) { ok, err := Less(a[0], v); return Bool(ok), err }),
		"__add__":     positional("__add__", 1, 1, func(v Value, a []Value) (Value, error) { return Add(v, a[0]) }),
		"__mul__":     positional("__mul__", 1, 1, func(v Value, a []Value) (Value, error) { return Operate("*", v, a[0]) }),
	}
}

// SetItem is v[key] = item.
func SetItem(v, key, item Value) error {
	switch c := v.(type) {
	case *Dict:
		return c.Set(key, item)
	case *List:
		i, err := position(v, key, len(c.Items))
		if err != nil {
			return err
		}
		c.Items[i] = item
		return nil
	}
	return Errorf(TypeError, "'%s' object does not support item assignment", v.TypeName())
}

// DeleteItem is del v[key].
func DeleteItem(v, key Value) error {
	switch c := v.(type) {
	case *Dict:
		if _, err := HashKey(key); err != nil {
			return err
		}
		if !c.Delete(key) {
			return Errorf(KeyError, "%s", reprOr(key))
		}
		return nil
	case *List:
		i, err := position(v, key, len(c.Items))
		if err != nil {
			return err
		}
		c.Items = append(c.Items[:i], c.Items[i+1:]...)
		return nil
	}
	return Errorf(TypeError, "'%s' object doesn't support item deletion", v.TypeName())
}

// text is an argument that must be a str.
func text(v Value, who string) (string, error) {
	switch s := v.(type) {
	case Str:
		return string(s), nil
	case *Undefined:
		return "", s.Err()
	}
	return "", Errorf(TypeError, "%s must be str, not %s", who, v.TypeName())
}

func plainText(v Value) (string, error) {
	switch s := v.(type) {
	case Str:
		return string(s), nil
	case *Undefined:
		return "", s.Err()
	}
	return "", Errorf(TypeError, "must be str, not %s", v.TypeName())
}

// trimSpace is str.strip() without arguments.
func trimSpace(s string) string { return strings.TrimFunc(s, IsSpace) }

// IsSpace is str.isspace for one character.
func IsSpace(r rune) bool {
	switch {
	case r >= '\t' && r <= '\r', r >= 0x1c && r <= ' ', r == 0x85, r == 0xa0:
		return true
	case r < 0x1680:
		return false
	}
	return r == 0x1680 || r >= 0x2000 && r <= 0x200a || r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f || r == 0x3000
}
