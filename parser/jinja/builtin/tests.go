package builtin

import (
	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

// is makes a test of one value.
func is(name string, check func(c *call.Call, v value.Value) (bool, error)) call.Func {
	return bind(value.NewSignature("test_"+name, "value"), func(c *call.Call, a value.Bound) (value.Value, error) {
		ok, err := check(c, a.Values[0])
		return value.Bool(ok), err
	})
}

// isA makes a test that looks at the type alone.
func isA(name string, check func(v value.Value) bool) call.Func {
	return is(name, func(_ *call.Call, v value.Value) (bool, error) { return check(v), nil })
}

func typeTests() map[string]call.Func {
	return map[string]call.Func{
		"defined":   isA("defined", func(v value.Value) bool { return !undefined(v) }),
		"undefined": isA("undefined", undefined),
		"none":      isA("none", func(v value.Value) bool { return v == value.Value(value.None) }),
		"boolean":   isA("boolean", func(v value.Value) bool { _, ok := v.(value.Bool); return ok }),
		"true":      isA("true", func(v value.Value) bool { return sameBool(v, true) }),
		"false":     isA("false", func(v value.Value) bool { return sameBool(v, false) }),
		"integer":   isA("integer", integer),
		"float":     isA("float", func(v value.Value) bool { _, ok := v.(value.Float); return ok }),
		"number":    isA("number", number),
		"string":    isA("string", value.IsStr),
		"mapping":   isA("mapping", mapping),
		"sequence":  isA("sequence", sequence),
		"callable":  isA("callable", callable),
		"escaped":   isA("escaped", func(value.Value) bool { return false }),
		"iterable": is("iterable", func(_ *call.Call, v value.Value) (bool, error) {
			_, err := value.Iterate(v)
			if value.IsKind(err, value.TypeError) {
				return false, nil
			}
			return err == nil, err
		}),
		"lower": is("lower", textMethod("islower")),
		"upper": is("upper", textMethod("isupper")),
		"odd":   is("odd", func(_ *call.Call, v value.Value) (bool, error) { return remainder(v, value.Int(2), value.Int(1)) }),
		"even":  is("even", func(_ *call.Call, v value.Value) (bool, error) { return remainder(v, value.Int(2), value.Int(0)) }),
		"filter": is("filter", func(c *call.Call, v value.Value) (bool, error) {
			return named(v, func(n string) bool { return c.Filter(n) != nil })
		}),
		"test": is("test", func(c *call.Call, v value.Value) (bool, error) {
			return named(v, func(n string) bool { return c.Test(n) != nil })
		}),
		"divisibleby": two("divisibleby", "num", func(a, b value.Value) (bool, error) { return remainder(a, b, value.Int(0)) }),
		"sameas":      two("sameas", "other", func(a, b value.Value) (bool, error) { return value.Same(a, b), nil }),
		"in":          two("in", "seq", func(a, b value.Value) (bool, error) { return value.Contains(b, a) }),
	}
}

func undefined(v value.Value) bool {
	_, ok := v.(*value.Undefined)
	return ok
}

func sameBool(v value.Value, want bool) bool {
	b, ok := v.(value.Bool)
	return ok && bool(b) == want
}

func integer(v value.Value) bool {
	switch v.(type) {
	case value.Int, *value.BigInt:
		return true
	}
	return false
}

func number(v value.Value) bool {
	switch v.(type) {
	case value.Int, *value.BigInt, value.Float, value.Bool:
		return true
	}
	return false
}

// Mapping lets value types from outside count as mappings.
type Mapping interface{ IsMapping() bool }

func mapping(v value.Value) bool {
	if m, ok := v.(Mapping); ok {
		return m.IsMapping()
	}
	_, ok := v.(*value.Dict)
	return ok
}

func sequence(v value.Value) bool {
	switch v.(type) {
	case value.Str, value.Bytes, value.Tuple, *value.List, *value.Dict, *value.Range:
		return true
	}
	_, sized := v.(value.Sized)
	_, items := v.(value.ItemGetter)
	return sized && items
}

func callable(v value.Value) bool {
	switch v.(type) {
	case value.Callable, *call.Function, *value.Type, *value.Undefined:
		return true
	}
	return false
}

func textMethod(name string) func(*call.Call, value.Value) (bool, error) {
	return func(_ *call.Call, v value.Value) (bool, error) {
		s, err := value.ToStr(v)
		if err != nil {
			return false, err
		}
		ok, err := value.FindMethod(value.Str(""), name)(value.Str(s), &value.Args{})
		return ok == value.Bool(true), err
	}
}

func remainder(v, by, want value.Value) (bool, error) {
	r, err := value.Operate("%", v, by)
	if err != nil {
		return false, err
	}
	return value.Equal(r, want)
}

func named(v value.Value, has func(string) bool) (bool, error) {
	if u, ok := v.(*value.Undefined); ok {
		return false, u.Err()
	}
	if _, err := value.HashKey(v); err != nil {
		return false, err
	}
	s, ok := v.(value.Str)
	return ok && has(string(s)), nil
}

// two makes a test with one argument.
func two(name, param string, check func(a, b value.Value) (bool, error)) call.Func {
	return bind(value.NewSignature("test_"+name, "value", param), func(_ *call.Call, a value.Bound) (value.Value, error) {
		ok, err := check(a.Values[0], a.Values[1])
		return value.Bool(ok), err
	})
}

func compareTests() map[string]call.Func {
	order := func(op value.Order) func(a, b value.Value) (bool, error) {
		return func(a, b value.Value) (bool, error) { return value.Compare(op, a, b) }
	}
	notEqual := func(a, b value.Value) (bool, error) {
		same, err := value.Equal(a, b)
		return !same, err
	}
	out := map[string]call.Func{}
	for _, t := range []struct {
		names []string
		check func(a, b value.Value) (bool, error)
	}{
		{[]string{"==", "eq", "equalto"}, value.Equal},
		{[]string{"!=", "ne"}, notEqual},
		{[]string{">", "gt", "greaterthan"}, order(">")},
		{[]string{">=", "ge"}, order(">=")},
		{[]string{"<", "lt", "lessthan"}, order("<")},
		{[]string{"<=", "le"}, order("<=")},
	} {
		for _, name := range t.names {
			out[name] = two(t.names[0], "other", t.check)
		}
	}
	return out
}
