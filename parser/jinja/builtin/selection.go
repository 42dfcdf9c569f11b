package builtin

import (
	"strings"

	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

func selectFilters() map[string]call.Func {
	return map[string]call.Func{
		"map":        mapFilter,
		"select":     selecting("select_or_reject", false, true),
		"reject":     selecting("select_or_reject", false, false),
		"selectattr": selecting("select_or_reject", true, true),
		"rejectattr": selecting("select_or_reject", true, false),
		"sort":       bind(value.NewSignature("do_sort", "value", "reverse=", "case_sensitive=", "attribute="), sortFilter),
		"unique":     bind(value.NewSignature("do_unique", "value", "case_sensitive=", "attribute="), unique),
		"min":        bind(value.NewSignature("do_min", "value", "case_sensitive=", "attribute="), extreme(false)),
		"max":        bind(value.NewSignature("do_max", "value", "case_sensitive=", "attribute="), extreme(true)),
		"groupby":    bind(value.NewSignature("do_groupby", "value", "attribute", "default=", "case_sensitive="), groupby),
		"sum":        bind(value.NewSignature("do_sum", "iterable", "attribute=", "start="), sum),
	}
}

type getter func(value.Value) (value.Value, error)

// attributeParts splits "a.b.0"; parts of digits alone are indexes.
func attributeParts(v value.Value) []value.Value {
	s, ok := v.(value.Str)
	if !ok {
		if v == value.None || v == nil {
			return nil
		}
		return []value.Value{v}
	}
	var parts []value.Value
	for _, p := range strings.Split(string(s), ".") {
		if i, err := value.ParseInt(p, 10); err == nil && strings.Trim(p, "0123456789") == "" {
			parts = append(parts, i)
			continue
		}
		parts = append(parts, value.Str(p))
	}
	return parts
}

// attributeOf reads an attribute path from items. Where a step is undefined it takes def, unless that is nil.
func attributeOf(attribute, def value.Value, post func(value.Value) value.Value) getter {
	parts := attributeParts(attribute)
	return func(item value.Value) (value.Value, error) {
		for _, p := range parts {
			var err error
			if item, err = value.Subscript(item, p); err != nil {
				return nil, err
			}
			if _, undefined := item.(*value.Undefined); undefined && def != nil {
				item = def
			}
		}
		if post != nil {
			item = post(item)
		}
		return item, nil
	}
}

// post is how keys are changed before they are compared.
func post(a value.Bound, i int) (func(value.Value) value.Value, error) {
	caseSensitive, err := a.Flag(i, false)
	if err != nil || caseSensitive {
		return nil, err
	}
	return ignoreCase, nil
}

// lazily makes a generator that is set up when its first item is asked for, and is empty where v is false.
func lazily(c *call.Call, name string, v value.Value, setup func() (func(it value.Iterator) (value.Value, bool, error), error)) value.Value {
	var it value.Iterator
	var next func(value.Iterator) (value.Value, bool, error)
	return value.NewGenerator(name, func() (value.Value, bool, error) {
		if it == nil {
			ok, err := value.Truth(v)
			if !ok || err != nil {
				return nil, false, err
			}
			if next, err = setup(); err != nil {
				return nil, false, err
			}
			if it, err = value.Iterate(v); err != nil {
				return nil, false, err
			}
		}
		if err := c.Spend(1); err != nil {
			return nil, false, err
		}
		return next(it)
	})
}

func piped(c *call.Call) (value.Value, []value.Value, error) {
	if len(c.Pos) == 0 {
		return nil, nil, value.Errorf(value.TypeError, "%s() missing 1 required positional argument: 'value'", c.Name)
	}
	v, err := value.Force(c.Pos[0])
	return v, append([]value.Value(nil), c.Pos[1:]...), err
}

func mapFilter(c *call.Call) (value.Value, error) {
	v, args, err := piped(c)
	if err != nil {
		return nil, err
	}
	kw := append([]value.Kwarg(nil), c.Kw...)
	return lazily(c, "sync_do_map", v, func() (func(value.Iterator) (value.Value, bool, error), error) {
		apply, err := mapper(c, args, kw)
		return func(it value.Iterator) (value.Value, bool, error) {
			item, ok, err := it.Next()
			if !ok || err != nil {
				return nil, false, err
			}
			item, err = apply(item)
			return item, err == nil, err
		}, err
	}), nil
}

// mapper is what map does to each item: read an attribute, or apply a filter.
func mapper(c *call.Call, args []value.Value, kw []value.Kwarg) (getter, error) {
	if len(args) == 0 {
		var attribute, def value.Value
		for _, k := range kw {
			switch k.Name {
			case "attribute":
				attribute = k.Value
			case "default":
				def = k.Value
			}
		}
		if attribute == nil {
			return nil, value.Errorf(value.FilterArgumentError, "map requires a filter argument")
		}
		for _, k := range kw {
			if k.Name != "attribute" && k.Name != "default" {
				return nil, value.Errorf(value.FilterArgumentError, "Unexpected keyword argument '%s'", k.Name)
			}
		}
		if def == value.None {
			def = nil
		}
		return attributeOf(attribute, def, nil), nil
	}
	name, err := value.ToStr(args[0])
	if err != nil {
		return nil, err
	}
	rest := &value.Args{Pos: args[1:], Kw: kw}
	return func(item value.Value) (value.Value, error) { return c.CallFilter(name, item, rest) }, nil
}

// selecting makes select, reject, selectattr and rejectattr.
func selecting(name string, byAttr, keep bool) call.Func {
	return func(c *call.Call) (value.Value, error) {
		v, args, err := piped(c)
		if err != nil {
			return nil, err
		}
		kw := append([]value.Kwarg(nil), c.Kw...)
		return lazily(c, name, v, func() (func(value.Iterator) (value.Value, bool, error), error) {
			holds, err := condition(c, byAttr, args, kw)
			return func(it value.Iterator) (value.Value, bool, error) {
				for {
					item, ok, err := it.Next()
					if !ok || err != nil {
						return nil, false, err
					}
					if ok, err = holds(item); err != nil || ok == keep {
						return item, err == nil, err
					}
					if err := c.Spend(1); err != nil {
						return nil, false, err
					}
				}
			}, err
		}), nil
	}
}

// condition is what select and its kin ask of each item.
func condition(c *call.Call, byAttr bool, args []value.Value, kw []value.Kwarg) (func(value.Value) (bool, error), error) {
	get := func(v value.Value) (value.Value, error) { return v, nil }
	if byAttr {
		if len(args) == 0 {
			return nil, value.Errorf(value.FilterArgumentError, "Missing parameter for attribute name")
		}
		get = attributeOf(args[0], nil, nil)
		args = args[1:]
	}
	check := value.Truth
	if len(args) > 0 {
		name, err := value.ToStr(args[0])
		if err != nil {
			return nil, err
		}
		rest := &value.Args{Pos: args[1:], Kw: kw}
		check = func(v value.Value) (bool, error) { return c.CallTest(name, v, rest) }
	}
	return func(item value.Value) (bool, error) {
		v, err := get(item)
		if err != nil {
			return false, err
		}
		return check(v)
	}, nil
}

func sortFilter(_ *call.Call, a value.Bound) (value.Value, error) {
	reverse, err := a.Flag(1, false)
	if err != nil {
		return nil, err
	}
	fold, err := post(a, 2)
	if err != nil {
		return nil, err
	}
	list, err := value.ToList(a.Values[0])
	if err != nil {
		return nil, err
	}
	return list, value.Sort(list.Items, multiKey(a.Or(3, value.None), fold), reverse)
}

// multiKey reads the attributes of a list "a.b,c" as one key.
func multiKey(attribute value.Value, fold func(value.Value) value.Value) getter {
	paths := []value.Value{attribute}
	if s, ok := attribute.(value.Str); ok {
		paths = nil
		for _, p := range strings.Split(string(s), ",") {
			paths = append(paths, value.Str(p))
		}
	}
	var gets []getter
	for _, p := range paths {
		gets = append(gets, attributeOf(p, nil, fold))
	}
	if len(gets) == 1 {
		return gets[0]
	}
	return func(item value.Value) (value.Value, error) {
		key := make(value.Tuple, len(gets))
		for i, get := range gets {
			var err error
			if key[i], err = get(item); err != nil {
				return nil, err
			}
		}
		return key, nil
	}
}

func unique(_ *call.Call, a value.Bound) (value.Value, error) {
	fold, err := post(a, 1)
	if err != nil {
		return nil, err
	}
	get := attributeOf(a.Or(2, value.None), nil, fold)
	var it value.Iterator
	seen := &value.Set{}
	return value.NewGenerator("do_unique", func() (value.Value, bool, error) {
		if it == nil {
			if it, err = value.Iterate(a.Values[0]); err != nil {
				return nil, false, err
			}
		}
		for {
			item, ok, err := it.Next()
			if !ok || err != nil {
				return nil, false, err
			}
			key, err := get(item)
			if err != nil {
				return nil, false, err
			}
			known, err := seen.Has(key)
			if err != nil {
				return nil, false, err
			}
			if !known {
				return item, true, seen.Add(key)
			}
		}
	}), nil
}

// extreme makes min and max.
func extreme(largest bool) func(*call.Call, value.Bound) (value.Value, error) {
	return func(_ *call.Call, a value.Bound) (value.Value, error) {
		fold, err := post(a, 1)
		if err != nil {
			return nil, err
		}
		all, err := value.ToSlice(a.Values[0])
		if err != nil {
			return nil, err
		}
		if len(all) == 0 {
			return value.UndefinedHint("No aggregated item, sequence was empty."), nil
		}
		get := attributeOf(a.Or(2, value.None), nil, fold)
		best := all[0]
		bestKey, err := get(best)
		if err != nil {
			return nil, err
		}
		for _, item := range all[1:] {
			key, err := get(item)
			if err != nil {
				return nil, err
			}
			op := value.Order("<")
			if largest {
				op = ">"
			}
			better, err := value.Compare(op, key, bestKey)
			if err != nil {
				return nil, err
			}
			if better {
				best, bestKey = item, key
			}
		}
		return best, nil
	}
}

func groupby(_ *call.Call, a value.Bound) (value.Value, error) {
	fold, err := post(a, 3)
	if err != nil {
		return nil, err
	}
	def := a.Or(2, value.None)
	if def == value.None {
		def = nil
	}
	list, err := value.ToList(a.Values[0])
	if err != nil {
		return nil, err
	}
	key := attributeOf(a.Values[1], def, fold)
	if err := value.Sort(list.Items, key, false); err != nil {
		return nil, err
	}
	label := attributeOf(a.Values[1], def, nil)
	groups := value.NewList()
	var current *value.List
	var currentKey value.Value
	for _, item := range list.Items {
		k, err := key(item)
		if err != nil {
			return nil, err
		}
		same := false
		if current != nil {
			if same, err = value.Equal(k, currentKey); err != nil {
				return nil, err
			}
		}
		if !same {
			name, err := label(item)
			if err != nil {
				return nil, err
			}
			current, currentKey = value.NewList(), k
			groups.Items = append(groups.Items, &Group{Grouper: name, List: current})
		}
		current.Items = append(current.Items, item)
	}
	return groups, nil
}

func sum(_ *call.Call, a value.Bound) (value.Value, error) {
	it, err := value.Iterate(a.Values[0])
	if err != nil {
		return nil, err
	}
	total := a.Or(2, value.Int(0))
	if _, ok := total.(value.Str); ok {
		return nil, value.Errorf(value.TypeError, "sum() can't sum strings [use ''.join(seq) instead]")
	}
	get := attributeOf(a.Or(1, value.None), nil, nil)
	for {
		item, ok, err := it.Next()
		if !ok || err != nil {
			return total, err
		}
		if item, err = get(item); err != nil {
			return nil, err
		}
		if total, err = value.Add(total, item); err != nil {
			return nil, err
		}
	}
}
