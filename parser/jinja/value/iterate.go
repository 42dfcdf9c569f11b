package value

import "unicode/utf8"

// Iterate is iter(v). Lazy items are computed as they are reached.
func Iterate(v Value) (Iterator, error) {
	switch v := v.(type) {
	case *List:
		return &listIter{list: v}, nil
	case Tuple:
		return &sliceIter{items: v}, nil
	case *Dict:
		return &dictIter{dict: v, size: v.live, kind: KeysView}, nil
	case *DictView:
		return &dictIter{dict: v.Dict, size: v.Dict.live, kind: v.Kind}, nil
	case *Set:
		return &dictIter{dict: &v.dict, size: v.dict.live, kind: KeysView, set: true}, nil
	case Str:
		return &strIter{rest: string(v)}, nil
	case *Range:
		return &rangeIter{r: v, n: v.Len()}, nil
	case Bytes:
		return &bytesIter{rest: v}, nil
	case *Undefined:
		return &sliceIter{}, v.use()
	case Lazy:
		forced, err := Force(v)
		if err != nil {
			return nil, err
		}
		return Iterate(forced)
	case Iterable:
		return v.Iterate(), nil
	}
	return nil, Errorf(TypeError, "'%s' object is not iterable", v.TypeName())
}

// Collect reads an iterator to its end.
func Collect(it Iterator) ([]Value, error) {
	var out []Value
	for {
		v, ok, err := it.Next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return out, nil
		}
		out = append(out, v)
	}
}

// ToSlice is list(v) as a slice, which the caller must not change. Lazy items are computed.
func ToSlice(v Value) ([]Value, error) {
	switch v := v.(type) {
	case *List:
		return forceAll(v.Items)
	case Tuple:
		return forceAll(v)
	case *Range:
		if n := v.Len(); n > MaxItems {
			return nil, Errorf(BudgetError, "a list of %d items is more than a template may make", n)
		}
	}
	it, err := Iterate(v)
	if err != nil {
		return nil, err
	}
	return Collect(it)
}

// ToList is list(v), a new list.
func ToList(v Value) (*List, error) {
	items, err := ToSlice(v)
	if err != nil {
		return nil, err
	}
	return NewList(append(make([]Value, 0, len(items)), items...)...), nil
}

// forceAll gives the items themselves where none is Lazy.
func forceAll(items []Value) ([]Value, error) {
	for i, item := range items {
		if _, ok := item.(Lazy); !ok {
			continue
		}
		out := append([]Value(nil), items...)
		for j := i; j < len(out); j++ {
			var err error
			if out[j], err = Force(out[j]); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return items, nil
}

// listIter follows the list, as Python's does: items appended meanwhile are seen.
type listIter struct {
	list *List
	i    int
}

func (it *listIter) Next() (Value, bool, error) {
	if it.i >= len(it.list.Items) {
		return nil, false, nil
	}
	v := it.list.Items[it.i]
	it.i++
	if lazy, ok := v.(Lazy); ok {
		v, err := Force(lazy)
		return v, err == nil, err
	}
	return v, true, nil
}

type sliceIter struct {
	items []Value
	i     int
}

// IterateSlice iterates over items.
func IterateSlice(items []Value) Iterator { return &sliceIter{items: items} }

func (it *sliceIter) Next() (Value, bool, error) {
	if it.i >= len(it.items) {
		return nil, false, nil
	}
	v, err := Force(it.items[it.i])
	it.i++
	return v, err == nil, err
}

type dictIter struct {
	dict *Dict
	i    int
	size int
	kind ViewKind
	set  bool
}

func (it *dictIter) Next() (Value, bool, error) {
	d := it.dict
	if d.live != it.size {
		what := "dictionary"
		if it.set {
			what = "Set"
		}
		return nil, false, Errorf(RuntimeError, "%s changed size during iteration", what)
	}
	for it.i < len(d.entries) && d.entries[it.i].value == nil {
		it.i++
	}
	if it.i >= len(d.entries) {
		return nil, false, nil
	}
	e := d.entries[it.i]
	it.i++
	if it.kind == KeysView {
		return e.key, true, nil
	}
	v, err := Force(e.value)
	if err != nil {
		return nil, false, err
	}
	if it.kind == ItemsView {
		return Tuple{e.key, v}, true, nil
	}
	return v, true, nil
}

type strIter struct{ rest string }

func (it *strIter) Next() (Value, bool, error) {
	if it.rest == "" {
		return nil, false, nil
	}
	_, n := utf8.DecodeRuneInString(it.rest)
	c := charStr(it.rest[:n])
	it.rest = it.rest[n:]
	return c, true, nil
}

type rangeIter struct {
	r    *Range
	i, n int
}

func (it *rangeIter) Next() (Value, bool, error) {
	if it.i >= it.n {
		return nil, false, nil
	}
	v := it.r.At(it.i)
	it.i++
	return v, true, nil
}

type bytesIter struct{ rest Bytes }

func (it *bytesIter) Next() (Value, bool, error) {
	if len(it.rest) == 0 {
		return nil, false, nil
	}
	b := it.rest[0]
	it.rest = it.rest[1:]
	return Int(b), true, nil
}

var asciiChars = func() (chars [utf8.RuneSelf]Value) {
	for i := range chars {
		chars[i] = Str(string(rune(i)))
	}
	return chars
}()

// charStr is the Str of one character, without allocation where it is ASCII.
func charStr(s string) Value {
	if len(s) == 1 && s[0] < utf8.RuneSelf {
		return asciiChars[s[0]]
	}
	return Str(s)
}

func runeCount(s string) int { return utf8.RuneCountInString(s) }

// Unpack gives the n items of an iterable, for an assignment to n targets.
func Unpack(v Value, n int) ([]Value, error) {
	if t, ok := v.(Tuple); ok && len(t) == n {
		return forceAll(t)
	}
	it, err := Iterate(v)
	if err != nil {
		if IsKind(err, TypeError) {
			err = Errorf(TypeError, "cannot unpack non-iterable %s object", v.TypeName())
		}
		return nil, err
	}
	out := make([]Value, 0, n)
	for {
		item, ok, err := it.Next()
		switch {
		case err != nil:
			return nil, err
		case !ok && len(out) < n:
			return nil, Errorf(ValueError, "not enough values to unpack (expected %d, got %d)", n, len(out))
		case !ok:
			return out, nil
		case len(out) == n:
			return nil, Errorf(ValueError, "too many values to unpack (expected %d)", n)
		}
		out = append(out, item)
	}
}
