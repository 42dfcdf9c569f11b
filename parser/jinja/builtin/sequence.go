package builtin

import (
	"math/rand/v2"
	"strings"

	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

func sequenceFilters() map[string]call.Func {
	length := bind(value.NewSignature("len", "obj"), func(_ *call.Call, a value.Bound) (value.Value, error) {
		n, err := value.Len(a.Values[0])
		return value.Int(n), err
	})
	return map[string]call.Func{
		"length": length, "count": length,
		"default": defaultFilter, "d": defaultFilter,
		"first":    bind(value.NewSignature("do_first", "seq"), first),
		"last":     bind(value.NewSignature("do_last", "seq"), last),
		"random":   bind(value.NewSignature("do_random", "seq"), random),
		"join":     bind(value.NewSignature("do_join", "value", "d=", "attribute="), joinFilter),
		"list":     bind(value.NewSignature("do_list", "value"), func(_ *call.Call, a value.Bound) (value.Value, error) { return value.ToList(a.Values[0]) }),
		"reverse":  bind(value.NewSignature("do_reverse", "value"), reverse),
		"items":    bind(value.NewSignature("do_items", "value"), items),
		"batch":    bind(value.NewSignature("do_batch", "value", "linecount", "fill_with="), batch),
		"slice":    bind(value.NewSignature("do_slice", "value", "slices", "fill_with="), slice),
		"attr":     bind(value.NewSignature("do_attr", "obj", "name"), attr),
		"dictsort": bind(value.NewSignature("do_dictsort", "value", "case_sensitive=", "by=", "reverse="), dictsort),
	}
}

// defaultFilter is |default, which templates call more than any other: it does without a Signature unless arguments are named.
func defaultFilter(c *call.Call) (value.Value, error) {
	var bound [3]value.Value
	if len(c.Kw) > 0 || len(c.Pos) > 3 {
		a, err := defaultSignature.Bind(&c.Args)
		if err != nil {
			return nil, err
		}
		copy(bound[:], a.Values)
	} else {
		copy(bound[:], c.Pos)
	}
	v, def := bound[0], bound[1]
	if def == nil {
		def = value.Str("")
	}
	if _, undefined := v.(*value.Undefined); undefined {
		return def, nil
	}
	if bound[2] == nil {
		return v, nil
	}
	boolean, err := value.Truth(bound[2])
	if err != nil || !boolean {
		return v, err
	}
	ok, err := value.Truth(v)
	if err != nil {
		return nil, err
	}
	if !ok {
		return def, nil
	}
	return v, nil
}

var defaultSignature = value.NewSignature("do_default", "value", "default_value=", "boolean=")

func first(_ *call.Call, a value.Bound) (value.Value, error) {
	it, err := value.Iterate(a.Values[0])
	if err != nil {
		return nil, err
	}
	v, ok, err := it.Next()
	if !ok && err == nil {
		return value.UndefinedHint("No first item, sequence was empty."), nil
	}
	return v, err
}

// reversible refuses what Python's reversed() does not take.
func reversible(v value.Value) error {
	switch v := v.(type) {
	case *value.Undefined:
		return v.Err()
	case *value.Set, *value.Generator, value.Int, value.Float, value.Bool, value.NoneType, *value.BigInt:
		return value.Errorf(value.TypeError, "'%s' object is not reversible", v.TypeName())
	}
	return nil
}

func last(_ *call.Call, a value.Bound) (value.Value, error) {
	if err := reversible(a.Values[0]); err != nil {
		return nil, err
	}
	all, err := value.ToSlice(a.Values[0])
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return value.UndefinedHint("No last item, sequence was empty."), nil
	}
	return all[len(all)-1], nil
}

func random(_ *call.Call, a value.Bound) (value.Value, error) {
	n, err := value.Len(a.Values[0])
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return value.UndefinedHint("No random item, sequence was empty."), nil
	}
	return value.GetItem(a.Values[0], value.Int(rand.IntN(n)))
}

func joinFilter(_ *call.Call, a value.Bound) (value.Value, error) {
	sep, err := strArg(a, 1, "")
	if err != nil {
		return nil, err
	}
	if a.Values[1] == value.None {
		sep = "None"
	}
	it, err := value.Iterate(a.Values[0])
	if err != nil {
		return nil, err
	}
	attribute := a.Or(2, value.None)
	get := attributeOf(attribute, nil, nil)
	var b []byte
	for i := 0; ; i++ {
		v, ok, err := it.Next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return value.Str(b), nil
		}
		if attribute != value.None {
			if v, err = get(v); err != nil {
				return nil, err
			}
		}
		if i > 0 {
			b = append(b, sep...)
		}
		if b, err = value.AppendStr(b, v); err != nil {
			return nil, err
		}
		if len(b) > value.MaxLength {
			return nil, value.Errorf(value.BudgetError, "the joined text is larger than a template may make")
		}
	}
}

func reverse(_ *call.Call, a value.Bound) (value.Value, error) {
	if s, ok := a.Values[0].(value.Str); ok {
		return value.GetItem(s, &value.Slice{Start: value.None, Stop: value.None, Step: value.Int(-1)})
	}
	list, err := value.ToList(a.Values[0])
	if err != nil {
		if value.IsKind(err, value.TypeError) {
			err = value.Errorf(value.FilterArgumentError, "argument must be iterable")
		}
		return nil, err
	}
	for i, j := 0, len(list.Items)-1; i < j; i, j = i+1, j-1 {
		list.Items[i], list.Items[j] = list.Items[j], list.Items[i]
	}
	if reversible(a.Values[0]) != nil {
		return list, nil
	}
	it := value.IterateSlice(list.Items)
	return value.NewGenerator("reversed", it.Next), nil
}

func items(_ *call.Call, a value.Bound) (value.Value, error) {
	return delayed("do_items", func() (value.Iterator, error) {
		switch v := a.Values[0].(type) {
		case *value.Undefined:
			return value.IterateSlice(nil), nil
		case *value.Dict:
			return value.Iterate(&value.DictView{Dict: v, Kind: value.ItemsView})
		}
		return nil, value.Errorf(value.TypeError, "Can only get item pairs from a mapping.")
	}), nil
}

// delayed makes a generator whose work, and whose mistakes, begin when its first item is asked for, as with Python's generators.
func delayed(name string, setup func() (value.Iterator, error)) value.Value {
	var it value.Iterator
	return value.NewGenerator(name, func() (value.Value, bool, error) {
		if it == nil {
			var err error
			if it, err = setup(); err != nil {
				return nil, false, err
			}
		}
		return it.Next()
	})
}

func batch(c *call.Call, a value.Bound) (value.Value, error) {
	return delayed("do_batch", func() (value.Iterator, error) { return batches(c, a) }), nil
}

func batches(c *call.Call, a value.Bound) (value.Iterator, error) {
	it, err := value.Iterate(a.Values[0])
	if err != nil {
		return nil, err
	}
	n, err := value.Index(a.Values[1])
	if err != nil {
		return nil, err
	}
	fill := a.Or(2, value.None)
	var pending value.Value
	return value.NewGenerator("do_batch", func() (value.Value, bool, error) {
		row := value.NewList()
		if pending != nil {
			row.Items, pending = append(row.Items, pending), nil
		}
		for {
			v, ok, err := it.Next()
			if err != nil {
				return nil, false, err
			}
			if !ok {
				break
			}
			if len(row.Items) == n {
				pending = v
				return row, true, nil
			}
			row.Items = append(row.Items, v)
		}
		if len(row.Items) == 0 {
			return nil, false, nil
		}
		for fill != value.None && len(row.Items) < n {
			if err := c.Spend(1); err != nil {
				return nil, false, err
			}
			row.Items = append(row.Items, fill)
		}
		return row, true, nil
	}), nil
}

func slice(c *call.Call, a value.Bound) (value.Value, error) {
	return delayed("sync_do_slice", func() (value.Iterator, error) { return slices(c, a) }), nil
}

func slices(c *call.Call, a value.Bound) (value.Iterator, error) {
	all, err := value.ToSlice(a.Values[0])
	if err != nil {
		return nil, err
	}
	n, err := value.Index(a.Values[1])
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, value.Errorf(value.ZeroDivisionError, "integer division or modulo by zero")
	}
	fill := a.Or(2, value.None)
	i, offset := 0, 0
	return value.NewGenerator("sync_do_slice", func() (value.Value, bool, error) {
		if i >= n {
			return nil, false, nil
		}
		if err := c.Spend(1); err != nil {
			return nil, false, err
		}
		per, extra := len(all)/n, len(all)%n
		start := offset + i*per
		if i < extra {
			offset++
		}
		end := offset + (i+1)*per
		row := value.NewList(append([]value.Value(nil), all[start:end]...)...)
		if fill != value.None && i >= extra {
			row.Items = append(row.Items, fill)
		}
		i++
		return row, true, nil
	}), nil
}

// attr is |attr: an attribute, never an item.
func attr(_ *call.Call, a value.Bound) (value.Value, error) {
	name, err := value.ToStr(a.Values[1])
	if err != nil {
		return nil, err
	}
	if u, ok := a.Values[0].(*value.Undefined); ok {
		return u, nil
	}
	if v, ok := value.GetAttr(a.Values[0], name); ok {
		return v, nil
	}
	return value.UndefinedItem(a.Values[0], value.Str(name)), nil
}

// ignoreCase makes keys of texts that differ only in case the same.
func ignoreCase(v value.Value) value.Value {
	if s, ok := v.(value.Str); ok {
		return value.Str(strings.ToLower(string(s)))
	}
	return v
}

func dictsort(_ *call.Call, a value.Bound) (value.Value, error) {
	caseSensitive, err := a.Flag(1, false)
	if err != nil {
		return nil, err
	}
	position := 0
	switch by, _ := strArg(a, 2, "key"); by {
	case "key":
	case "value":
		position = 1
	default:
		return nil, value.Errorf(value.FilterArgumentError, `You can only sort by either "key" or "value"`)
	}
	reverse, err := a.Flag(3, false)
	if err != nil {
		return nil, err
	}
	d, ok := a.Values[0].(*value.Dict)
	if !ok {
		if u, ok := a.Values[0].(*value.Undefined); ok {
			return nil, u.Err()
		}
		return nil, value.Errorf(value.AttributeError, "'%s' object has no attribute 'items'", a.Values[0].TypeName())
	}
	pairs, err := value.ToList(&value.DictView{Dict: d, Kind: value.ItemsView})
	if err != nil {
		return nil, err
	}
	err = value.Sort(pairs.Items, func(v value.Value) (value.Value, error) {
		key := v.(value.Tuple)[position]
		if !caseSensitive {
			key = ignoreCase(key)
		}
		return key, nil
	}, reverse)
	return pairs, err
}
