// Package builtin has the filters, tests and functions that Jinja 3.1 brings along, with their names, parameters and messages.
//
// Automatic escaping is off in all templates, so that no text is special as markup: safe changes nothing, escape is for whoever writes HTML.
package builtin

import (
	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

// Filters are Jinja's filters by name, in a new map.
func Filters() map[string]call.Func {
	return join(textFilters(), sequenceFilters(), selectFilters(), numberFilters(), markupFilters())
}

// Tests are Jinja's tests by name, in a new map.
func Tests() map[string]call.Func { return join(typeTests(), compareTests()) }

func join(tables ...map[string]call.Func) map[string]call.Func {
	out := map[string]call.Func{}
	for _, t := range tables {
		for name, fn := range t {
			out[name] = fn
		}
	}
	return out
}

// bind makes a filter or test of a function with bound arguments. Lazy arguments are computed first.
func bind(sig *value.Signature, fn func(c *call.Call, a value.Bound) (value.Value, error)) call.Func {
	return func(c *call.Call) (value.Value, error) {
		a, err := sig.Bind(&c.Args)
		if err != nil {
			return nil, err
		}
		for i, v := range a.Values {
			if lazy, ok := v.(value.Lazy); ok {
				if a.Values[i], err = value.Force(lazy); err != nil {
					return nil, err
				}
			}
		}
		return fn(c, a)
	}
}

// onText makes a filter that takes the text of a value and needs nothing else.
func onText(name string, fn func(s string) string) call.Func {
	return bind(value.NewSignature(name, "s"), func(_ *call.Call, a value.Bound) (value.Value, error) {
		s, err := value.ToStr(a.Values[0])
		if err != nil {
			return nil, err
		}
		return value.Str(fn(s)), nil
	})
}

// strArg is the i-th argument as text, or def where it is absent or None.
func strArg(a value.Bound, i int, def string) (string, error) {
	v := a.Or(i, value.None)
	if v == value.None {
		return def, nil
	}
	return value.ToStr(v)
}

// intArg is the i-th argument as int, or def where it is absent or None.
func intArg(a value.Bound, i, def int) (int, error) {
	v := a.Or(i, value.None)
	if v == value.None {
		return def, nil
	}
	return value.Index(v)
}
