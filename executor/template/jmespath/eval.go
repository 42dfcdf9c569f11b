package jmespath

import "pylint-deploy/parser/jinja/value"

// reference is an expression passed to a function (&name).
type reference struct{ e expr }

// TypeName implements value.Value.
func (reference) TypeName() string { return "expref" }

func identity(v value.Value) (value.Value, error) { return v, nil }

func chain(left, right expr) expr {
	return func(v value.Value) (value.Value, error) {
		l, err := left(v)
		if err != nil {
			return nil, err
		}
		return right(l)
	}
}

func field(name string) expr {
	return func(v value.Value) (value.Value, error) {
		if d, ok := v.(*value.Dict); ok {
			if item, ok := d.GetStr(name); ok {
				return value.Force(item)
			}
		}
		return value.None, nil
	}
}

func elementAt(i int) expr {
	return func(v value.Value) (value.Value, error) {
		items, ok := asList(v)
		at := i
		if at < 0 {
			at += len(items)
		}
		if !ok || at < 0 || at >= len(items) {
			return value.None, nil
		}
		return value.Force(items[at])
	}
}

func asList(v value.Value) ([]value.Value, bool) {
	switch l := v.(type) {
	case *value.List:
		return l.Items, true
	case value.Tuple:
		return l, true
	}
	return nil, false
}

func sliced(parts [3]*int) expr {
	return func(v value.Value) (value.Value, error) {
		items, ok := asList(v)
		if !ok {
			return value.None, nil
		}
		step := 1
		if parts[2] != nil {
			step = *parts[2]
		}
		low, high := 0, len(items)
		if step < 0 {
			low, high = -1, len(items)-1
		}
		start, stop := low, high
		if step < 0 {
			start, stop = high, low
		}
		bound := func(p *int, def int) int {
			if p == nil {
				return def
			}
			i := *p
			if i < 0 {
				i += len(items)
			}
			return max(low, min(high, i))
		}
		start, stop = bound(parts[0], start), bound(parts[1], stop)
		out := []value.Value{}
		for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
			out = append(out, items[i])
		}
		return value.NewList(out...), nil
	}
}

// isTrue is JMESPath's truth: null, false, and empty text, list and object are false; 0 is true.
func isTrue(v value.Value) bool {
	switch x := v.(type) {
	case value.NoneType, nil:
		return false
	case value.Bool:
		return bool(x)
	case value.Int, value.Float, *value.BigInt, reference:
		return true
	}
	n, err := value.Len(v)
	return err != nil || n > 0
}

func either(left, right expr, or bool) expr {
	return func(v value.Value) (value.Value, error) {
		l, err := left(v)
		if err != nil || isTrue(l) == or {
			return l, err
		}
		return right(v)
	}
}

func isNumber(v value.Value) bool {
	switch v.(type) {
	case value.Int, value.Float, *value.BigInt:
		return true
	}
	return false
}

func equal(l, r value.Value) (bool, error) {
	_, lb := l.(value.Bool)
	_, rb := r.(value.Bool)
	if lb != rb { // in JSON true is not 1
		return false, nil
	}
	return value.Equal(l, r)
}

func comparison(op string, left, right expr) expr {
	return func(v value.Value) (value.Value, error) {
		l, err := left(v)
		if err != nil {
			return nil, err
		}
		r, err := right(v)
		if err != nil {
			return nil, err
		}
		if op == "==" || op == "!=" {
			same, err := equal(l, r)
			return value.Bool(same == (op == "==")), err
		}
		_, textL := l.(value.Str)
		_, textR := r.(value.Str)
		if !(isNumber(l) && isNumber(r)) && !(textL && textR) {
			return value.None, nil
		}
		less, err := value.Less(l, r)
		if err != nil {
			return nil, err
		}
		more, err := value.Less(r, l)
		return value.Bool(map[string]bool{"<": less, ">": more, "<=": !more, ">=": !less}[op]), err
	}
}

// project applies right to each item and leaves out nulls.
func project(items []value.Value, right expr) (value.Value, error) {
	out := []value.Value{}
	for _, item := range items {
		item, err := value.Force(item)
		if err != nil {
			return nil, err
		}
		r, err := right(item)
		if err != nil {
			return nil, err
		}
		if r != value.None {
			out = append(out, r)
		}
	}
	return value.NewList(out...), nil
}

func listProjection(left, right expr) expr {
	return func(v value.Value) (value.Value, error) {
		l, err := left(v)
		if err != nil {
			return nil, err
		}
		items, ok := asList(l)
		if !ok {
			return value.None, nil
		}
		return project(items, right)
	}
}

func valueProjection(left, right expr) expr {
	return func(v value.Value) (value.Value, error) {
		l, err := left(v)
		if err != nil {
			return nil, err
		}
		d, ok := l.(*value.Dict)
		if !ok {
			return value.None, nil
		}
		var items []value.Value
		for _, item := range d.All() {
			items = append(items, item)
		}
		return project(items, right)
	}
}

func filterProjection(left, condition, right expr) expr {
	return func(v value.Value) (value.Value, error) {
		l, err := left(v)
		if err != nil {
			return nil, err
		}
		items, ok := asList(l)
		if !ok {
			return value.None, nil
		}
		var kept []value.Value
		for _, item := range items {
			item, err := value.Force(item)
			if err != nil {
				return nil, err
			}
			yes, err := condition(item)
			if err != nil {
				return nil, err
			}
			if isTrue(yes) {
				kept = append(kept, item)
			}
		}
		return project(kept, right)
	}
}

func flattened(left expr) expr {
	return func(v value.Value) (value.Value, error) {
		l, err := left(v)
		if err != nil {
			return nil, err
		}
		items, ok := asList(l)
		if !ok {
			return value.None, nil
		}
		out := []value.Value{}
		for _, item := range items {
			item, err := value.Force(item)
			if err != nil {
				return nil, err
			}
			if inner, ok := asList(item); ok {
				out = append(out, inner...)
			} else {
				out = append(out, item)
			}
		}
		return value.NewList(out...), nil
	}
}

func multiList(items []expr) expr {
	return func(v value.Value) (value.Value, error) {
		if v == value.None {
			return v, nil
		}
		out := make([]value.Value, len(items))
		for i, e := range items {
			r, err := e(v)
			if err != nil {
				return nil, err
			}
			out[i] = r
		}
		return value.NewList(out...), nil
	}
}

func multiHash(keys []string, items []expr) expr {
	return func(v value.Value) (value.Value, error) {
		if v == value.None {
			return v, nil
		}
		out := value.NewDict()
		for i, e := range items {
			r, err := e(v)
			if err != nil {
				return nil, err
			}
			out.SetStr(keys[i], r)
		}
		return out, nil
	}
}
