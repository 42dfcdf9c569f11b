package template

import (
	"math/big"
	"strings"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
)

// arguments are one call's arguments bound to a Python parameter list, read by position.
type arguments struct {
	*jinja.Call
	value.Bound
}

// def makes a filter, test or function of a Python signature ("value pattern= *" as value.NewSignature reads it).
func def(name, params string, run func(a *arguments) (value.Value, error)) jinja.Filter {
	sig := value.NewSignature(name, strings.Fields(params)...)
	return func(c *jinja.Call) (value.Value, error) {
		b, err := sig.Bind(&c.Args)
		if err != nil {
			return nil, err
		}
		return run(&arguments{Call: c, Bound: b})
	}
}

// has tells whether argument i was given and is not None.
func (a *arguments) has(i int) bool {
	_, none := a.Values[i].(value.NoneType)
	return a.Values[i] != nil && !none
}

// text is argument i as str() gives it; an undefined one fails.
func (a *arguments) text(i int) (string, error) { return value.ToStr(a.Values[i]) }

// textOr is text with a default.
func (a *arguments) textOr(i int, def string) (string, error) {
	if a.Values[i] == nil {
		return def, nil
	}
	return a.text(i)
}

// intOr is argument i as an int, failing as Python does where it is something else.
func (a *arguments) intOr(i int, def int64) (int64, error) {
	if !a.has(i) {
		return def, nil
	}
	return toInt(a.Values[i])
}

func toInt(v value.Value) (int64, error) {
	switch n := v.(type) {
	case value.Int:
		return int64(n), nil
	case value.Bool:
		if n {
			return 1, nil
		}
		return 0, nil
	case *value.Undefined:
		return 0, n.Err()
	}
	return 0, value.Errorf(value.TypeError, "'%s' object cannot be interpreted as an integer", v.TypeName())
}

// toFloat is a number as float(); ok is false for anything else.
func toFloat(v value.Value) (f float64, ok bool) {
	switch n := v.(type) {
	case value.Int:
		return float64(n), true
	case value.Float:
		return float64(n), true
	case value.Bool:
		if n {
			return 1, true
		}
		return 0, true
	case *value.BigInt:
		f, _ := new(big.Float).SetInt(n.Int).Float64()
		return f, true
	}
	return 0, false
}

// slice is list(v), failing on undefined values.
func (a *arguments) slice(i int) ([]value.Value, error) { return value.ToSlice(a.Values[i]) }

// defined fails where argument i is undefined.
func (a *arguments) defined(i int) (value.Value, error) {
	v := a.Values[i]
	if u, ok := v.(*value.Undefined); ok {
		return nil, u.Err()
	}
	return v, nil
}

// entry is one pair of a dict with its value forced.
type entry struct{ key, val value.Value }

// entries reads a dict whose values may be lazy.
func entries(d *value.Dict) ([]entry, error) {
	out := make([]entry, 0, d.Len())
	for k, v := range d.All() {
		v, err := value.Force(v)
		if err != nil {
			return nil, err
		}
		out = append(out, entry{k, v})
	}
	return out, nil
}

// get reads a key of a dict, forced; nil where there is none.
func get(d *value.Dict, key string) (value.Value, error) {
	v, ok := d.GetStr(key)
	if !ok {
		return nil, nil
	}
	return value.Force(v)
}

// isSequence is Ansible's is_sequence: a list or tuple, not a string or dict.
func isSequence(v value.Value) ([]value.Value, bool) {
	switch s := v.(type) {
	case *value.List:
		return s.Items, true
	case value.Tuple:
		return s, true
	}
	return nil, false
}

func list(items []value.Value) value.Value { return value.NewList(items...) }

func strs(items []string) value.Value {
	out := make([]value.Value, len(items))
	for i, s := range items {
		out[i] = value.Str(s)
	}
	return list(out)
}

// shown is repr(v) for messages.
func shown(v value.Value) string {
	s, err := value.Repr(v)
	if err != nil {
		return v.TypeName()
	}
	return s
}

// textOf is a Python str; ok is false for other types.
func textOf(v value.Value) (string, bool) {
	switch s := v.(type) {
	case value.Str:
		return string(s), true
	case value.Template:
		return s.Text, true
	}
	return "", false
}
