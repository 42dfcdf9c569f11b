package jmespath

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
)

// function is a function of JMESPath: the types its arguments may have ("" for any) and what it does.
type function struct {
	params   []string
	variadic bool
	run      func(a []value.Value) (value.Value, error)
}

var functions map[string]function

func init() {
	functions = map[string]function{
		"abs":         {[]string{"number"}, false, math1(math.Abs)},
		"ceil":        {[]string{"number"}, false, rounded(math.Ceil)},
		"floor":       {[]string{"number"}, false, rounded(math.Floor)},
		"avg":         {[]string{"array-number"}, false, avg},
		"sum":         {[]string{"array-number"}, false, sum},
		"contains":    {[]string{"array,string", ""}, false, contains},
		"ends_with":   {[]string{"string", "string"}, false, texts(strings.HasSuffix)},
		"starts_with": {[]string{"string", "string"}, false, texts(strings.HasPrefix)},
		"join":        {[]string{"string", "array-string"}, false, joinTexts},
		"keys":        {[]string{"object"}, false, func(a []value.Value) (value.Value, error) { return parts(a[0], true), nil }},
		"values":      {[]string{"object"}, false, func(a []value.Value) (value.Value, error) { return parts(a[0], false), nil }},
		"length":      {[]string{"string,array,object"}, false, length},
		"map":         {[]string{"expref", "array"}, false, mapItems},
		"max":         {[]string{"array-number,array-string"}, false, extreme(true)},
		"min":         {[]string{"array-number,array-string"}, false, extreme(false)},
		"max_by":      {[]string{"array", "expref"}, false, extremeBy(true)},
		"min_by":      {[]string{"array", "expref"}, false, extremeBy(false)},
		"merge":       {[]string{"object"}, true, merge},
		"not_null":    {[]string{""}, true, notNull},
		"reverse":     {[]string{"array,string"}, false, reverse},
		"sort":        {[]string{"array-number,array-string"}, false, func(a []value.Value) (value.Value, error) { return sortBy(a[0], identity) }},
		"sort_by":     {[]string{"array", "expref"}, false, func(a []value.Value) (value.Value, error) { return sortBy(a[0], a[1].(reference).e) }},
		"to_array":    {[]string{""}, false, toArray},
		"to_number":   {[]string{""}, false, toNumber},
		"to_string":   {[]string{""}, false, toString},
		"type":        {[]string{""}, false, func(a []value.Value) (value.Value, error) { return value.Str(typeOf(a[0])), nil }},
	}
}

func typeOf(v value.Value) string {
	switch v.(type) {
	case value.NoneType:
		return "null"
	case value.Bool:
		return "boolean"
	case value.Int, value.Float, *value.BigInt:
		return "number"
	case value.Str, value.Template:
		return "string"
	case *value.List, value.Tuple:
		return "array"
	case *value.Dict:
		return "object"
	case reference:
		return "expref"
	}
	return v.TypeName()
}

// fits tells whether a value has one of the types, "array-number" being an array of numbers.
func fits(v value.Value, types string) bool {
	for _, t := range strings.Split(types, ",") {
		kind, of, typed := strings.Cut(t, "-")
		if t != "" && typeOf(v) != kind {
			continue
		}
		items, _ := asList(v)
		if !typed || !slices.ContainsFunc(items, func(item value.Value) bool {
			item, err := value.Force(item)
			return err != nil || typeOf(item) != of
		}) {
			return true
		}
	}
	return false
}

func call(query string, name token, args []expr) (expr, error) {
	f, ok := functions[name.text]
	if !ok {
		return nil, &Error{query, name.at, "Unknown function: " + name.text + "()"}
	}
	if len(args) < len(f.params) || !f.variadic && len(args) > len(f.params) {
		return nil, &Error{query, name.at, fmt.Sprintf("Expected %d argument for function %s(), received %d", len(f.params), name.text, len(args))}
	}
	return func(v value.Value) (value.Value, error) {
		vals := make([]value.Value, len(args))
		for i, e := range args {
			r, err := e(v)
			if err != nil {
				return nil, err
			}
			if want := f.params[min(i, len(f.params)-1)]; !fits(r, want) {
				shown, _ := value.ToStr(r)
				return nil, &Error{query, name.at, fmt.Sprintf("In function %s(), invalid type for value: %s, expected one of: [%s], received: %q", name.text, shown, want, typeOf(r))}
			}
			vals[i] = r
		}
		return f.run(vals)
	}, nil
}

func float(v value.Value) float64 {
	f, _, _ := value.ToFloat(v)
	return f
}

func math1(f func(float64) float64) func([]value.Value) (value.Value, error) {
	return func(a []value.Value) (value.Value, error) {
		if n, ok := a[0].(value.Int); ok {
			return value.Int(f(float64(n))), nil
		}
		return value.Float(f(float(a[0]))), nil
	}
}

func rounded(f func(float64) float64) func([]value.Value) (value.Value, error) {
	return func(a []value.Value) (value.Value, error) { return value.Int(f(float(a[0]))), nil }
}

func sum(a []value.Value) (value.Value, error) {
	items, err := value.ToSlice(a[0])
	var total value.Value = value.Int(0)
	for _, item := range items {
		if err == nil {
			total, err = value.Add(total, item)
		}
	}
	return total, err
}

func avg(a []value.Value) (value.Value, error) {
	items, _ := asList(a[0])
	if len(items) == 0 {
		return value.None, nil
	}
	total, err := sum(a)
	if err != nil {
		return nil, err
	}
	return value.Float(float(total) / float64(len(items))), nil
}

func contains(a []value.Value) (value.Value, error) {
	if s, ok := a[0].(value.Str); ok {
		t, ok := a[1].(value.Str)
		return value.Bool(ok && strings.Contains(string(s), string(t))), nil
	}
	in, err := value.Contains(a[0], a[1])
	return value.Bool(in), err
}

func texts(f func(s, t string) bool) func([]value.Value) (value.Value, error) {
	return func(a []value.Value) (value.Value, error) {
		s, _ := value.ToStr(a[0])
		t, _ := value.ToStr(a[1])
		return value.Bool(f(s, t)), nil
	}
}

func joinTexts(a []value.Value) (value.Value, error) {
	items, err := value.ToSlice(a[1])
	var out []string
	for _, item := range items {
		s, _ := value.ToStr(item)
		out = append(out, s)
	}
	glue, _ := value.ToStr(a[0])
	return value.Str(strings.Join(out, glue)), err
}

func parts(v value.Value, keys bool) value.Value {
	out := []value.Value{}
	for k, item := range v.(*value.Dict).All() {
		if keys {
			item = k
		}
		out = append(out, item)
	}
	return value.NewList(out...)
}

func length(a []value.Value) (value.Value, error) {
	n, err := value.Len(a[0])
	return value.Int(n), err
}

func mapItems(a []value.Value) (value.Value, error) {
	items, err := value.ToSlice(a[1])
	out := []value.Value{}
	for _, item := range items {
		if err != nil {
			return nil, err
		}
		var r value.Value
		r, err = a[0].(reference).e(item)
		out = append(out, r)
	}
	return value.NewList(out...), err
}

func extreme(largest bool) func([]value.Value) (value.Value, error) {
	return func(a []value.Value) (value.Value, error) { return pick(a[0], identity, largest) }
}

func extremeBy(largest bool) func([]value.Value) (value.Value, error) {
	return func(a []value.Value) (value.Value, error) { return pick(a[0], a[1].(reference).e, largest) }
}

func pick(v value.Value, key expr, largest bool) (value.Value, error) {
	items, err := value.ToSlice(v)
	if err != nil || len(items) == 0 {
		return value.None, err
	}
	best := items[0]
	bestKey, err := key(best)
	for _, item := range items[1:] {
		if err != nil {
			return nil, err
		}
		var k value.Value
		if k, err = key(item); err != nil {
			return nil, err
		}
		low, high := k, bestKey
		if largest {
			low, high = bestKey, k
		}
		var better bool
		if better, err = value.Less(low, high); better {
			best, bestKey = item, k
		}
	}
	return best, err
}

func merge(a []value.Value) (value.Value, error) {
	out := value.NewDict()
	for _, d := range a {
		for k, v := range d.(*value.Dict).All() {
			if err := out.Set(k, v); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func notNull(a []value.Value) (value.Value, error) {
	for _, v := range a {
		if v != value.None {
			return v, nil
		}
	}
	return value.None, nil
}

func reverse(a []value.Value) (value.Value, error) {
	if s, ok := a[0].(value.Str); ok {
		r := []rune(string(s))
		slices.Reverse(r)
		return value.Str(r), nil
	}
	items, err := value.ToSlice(a[0])
	out := slices.Clone(items)
	slices.Reverse(out)
	return value.NewList(out...), err
}

func sortBy(v value.Value, key expr) (value.Value, error) {
	items, err := value.ToSlice(v)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(items)
	err = value.Sort(out, func(v value.Value) (value.Value, error) { return key(v) }, false)
	return value.NewList(out...), err
}

func toArray(a []value.Value) (value.Value, error) {
	if _, ok := asList(a[0]); ok {
		return a[0], nil
	}
	return value.NewList(a[0]), nil
}

func toNumber(a []value.Value) (value.Value, error) {
	if isNumber(a[0]) {
		return a[0], nil
	}
	s, ok := a[0].(value.Str)
	if !ok {
		return value.None, nil
	}
	if n, err := value.ParseInt(string(s), 10); err == nil {
		return n, nil
	}
	if f, err := value.ParseFloat(string(s)); err == nil {
		return value.Float(f), nil
	}
	return value.None, nil
}

func toString(a []value.Value) (value.Value, error) {
	if _, ok := a[0].(value.Str); ok {
		return a[0], nil
	}
	o := pyjson.Default()
	o.ItemSeparator, o.KeySeparator = ",", ":"
	s, err := pyjson.Dumps(a[0], o)
	return value.Str(s), err
}
