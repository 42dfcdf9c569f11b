package value

func listTable() map[string]MethodFunc {
	return map[string]MethodFunc{
		"append": positional("append", 1, 1, func(l *List, a []Value) (Value, error) {
			l.Items = append(l.Items, a[0])
			return None, nil
		}),
		"extend": positional("extend", 1, 1, func(l *List, a []Value) (Value, error) {
			items, err := ToSlice(a[0])
			l.Items = append(l.Items, items...)
			return None, err
		}),
		"insert": positional("insert", 2, 2, listInsert),
		"remove": positional("remove", 1, 1, listRemove),
		"pop":    positional("pop", 0, 1, listPop),
		"clear": unary("clear", func(l *List) (Value, error) {
			l.Items = nil
			return None, nil
		}),
		"copy": unary("copy", func(l *List) (Value, error) { return NewList(append([]Value(nil), l.Items...)...), nil }),
		"reverse": unary("reverse", func(l *List) (Value, error) {
			for i, j := 0, len(l.Items)-1; i < j; i, j = i+1, j-1 {
				l.Items[i], l.Items[j] = l.Items[j], l.Items[i]
			}
			return None, nil
		}),
		"sort":  listSort,
		"index": positional("index", 1, 3, sequenceIndex),
		"count": positional("count", 1, 1, sequenceCount),
	}
}

func tupleTable() map[string]MethodFunc {
	return map[string]MethodFunc{
		"index": positional("index", 1, 3, sequenceIndex),
		"count": positional("count", 1, 1, sequenceCount),
	}
}

func listInsert(l *List, a []Value) (Value, error) {
	i, err := Index(a[0])
	if err != nil {
		return nil, err
	}
	if i < 0 {
		i += len(l.Items)
	}
	i = max(0, min(i, len(l.Items)))
	l.Items = append(l.Items, nil)
	copy(l.Items[i+1:], l.Items[i:])
	l.Items[i] = a[1]
	return None, nil
}

func listRemove(l *List, a []Value) (Value, error) {
	for i, item := range l.Items {
		same, err := sameOrEqual(item, a[0], 0)
		if err != nil {
			return nil, err
		}
		if same {
			l.Items = append(l.Items[:i], l.Items[i+1:]...)
			return None, nil
		}
	}
	return nil, Errorf(ValueError, "list.remove(x): x not in list")
}

func listPop(l *List, a []Value) (Value, error) {
	i := -1
	if len(a) > 0 {
		var err error
		if i, err = Index(a[0]); err != nil {
			return nil, err
		}
	}
	if len(l.Items) == 0 {
		return nil, Errorf(IndexError, "pop from empty list")
	}
	if i < 0 {
		i += len(l.Items)
	}
	if i < 0 || i >= len(l.Items) {
		return nil, Errorf(IndexError, "pop index out of range")
	}
	item := l.Items[i]
	l.Items = append(l.Items[:i], l.Items[i+1:]...)
	return Force(item)
}

func listSort(self Value, a *Args) (Value, error) {
	if len(a.Pos) > 0 {
		return nil, Errorf(TypeError, "sort() takes no positional arguments")
	}
	b, err := NewSignature("sort", "key=", "reverse=").Bind(a)
	if err != nil {
		return nil, err
	}
	reverse, err := b.Flag(1, false)
	if err != nil {
		return nil, err
	}
	var key func(Value) (Value, error)
	if k := b.Or(0, None); k != None {
		fn, ok := k.(Callable)
		if !ok {
			return nil, Errorf(TypeError, "'%s' object is not callable", k.TypeName())
		}
		key = func(v Value) (Value, error) { return fn.Call(&Args{Pos: []Value{v}}) }
	}
	return None, Sort(self.(*List).Items, key, reverse)
}

func sequenceIndex(v Value, a []Value) (Value, error) {
	items, err := ToSlice(v)
	if err != nil {
		return nil, err
	}
	sl := &Slice{}
	if len(a) > 1 {
		sl.Start = a[1]
	}
	if len(a) > 2 {
		sl.Stop = a[2]
	}
	start, stop, _, err := sl.bounds(len(items))
	if err != nil {
		return nil, err
	}
	for i := start; i < stop; i++ {
		if same, err := sameOrEqual(items[i], a[0], 0); same || err != nil {
			return Int(i), err
		}
	}
	if _, ok := v.(Tuple); ok {
		return nil, Errorf(ValueError, "tuple.index(x): x not in tuple")
	}
	return nil, Errorf(ValueError, "%s is not in %s", reprOr(a[0]), v.TypeName())
}

func sequenceCount(v Value, a []Value) (Value, error) {
	items, err := ToSlice(v)
	if err != nil {
		return nil, err
	}
	n := 0
	for _, item := range items {
		same, err := sameOrEqual(item, a[0], 0)
		if err != nil {
			return nil, err
		}
		n += boolToInt(same)
	}
	return Int(n), nil
}

func dictTable() map[string]MethodFunc {
	return map[string]MethodFunc{
		"keys":       unary("keys", func(d *Dict) (Value, error) { return &DictView{d, KeysView}, nil }),
		"values":     unary("values", func(d *Dict) (Value, error) { return &DictView{d, ValuesView}, nil }),
		"items":      unary("items", func(d *Dict) (Value, error) { return &DictView{d, ItemsView}, nil }),
		"get":        positional("get", 1, 2, dictGet),
		"pop":        positional("pop", 1, 2, dictPop),
		"popitem":    unary("popitem", dictPopitem),
		"setdefault": positional("setdefault", 1, 2, dictSetdefault),
		"update":     dictUpdate,
		"clear":      unary("clear", func(d *Dict) (Value, error) { d.Clear(); return None, nil }),
		"copy":       unary("copy", func(d *Dict) (Value, error) { return d.Copy(), nil }),
		"fromkeys":   positional("fromkeys", 1, 2, dictFromkeys),
	}
}

func optional(a []Value, i int) Value {
	if i < len(a) {
		return a[i]
	}
	return None
}

func dictGet(d *Dict, a []Value) (Value, error) {
	k, err := HashKey(a[0])
	if err != nil {
		return nil, err
	}
	if i := d.find(k); i >= 0 {
		return Force(d.entries[i].value)
	}
	return optional(a, 1), nil
}

func dictPop(d *Dict, a []Value) (Value, error) {
	k, err := HashKey(a[0])
	if err != nil {
		return nil, err
	}
	i := d.find(k)
	if i < 0 {
		if len(a) > 1 {
			return a[1], nil
		}
		return nil, Errorf(KeyError, "%s", reprOr(a[0]))
	}
	v := d.entries[i].value
	d.remove(i)
	return Force(v)
}

func dictPopitem(d *Dict) (Value, error) {
	for i := len(d.entries) - 1; i >= 0; i-- {
		if e := d.entries[i]; e.value != nil {
			d.remove(i)
			v, err := Force(e.value)
			return Tuple{e.key, v}, err
		}
	}
	return nil, Errorf(KeyError, "'popitem(): dictionary is empty'")
}

func dictSetdefault(d *Dict, a []Value) (Value, error) {
	k, err := HashKey(a[0])
	if err != nil {
		return nil, err
	}
	if i := d.find(k); i >= 0 {
		return Force(d.entries[i].value)
	}
	v := optional(a, 1)
	d.put(k, a[0], v)
	return v, nil
}

func dictUpdate(self Value, a *Args) (Value, error) {
	if len(a.Pos) > 1 {
		return nil, Errorf(TypeError, "update expected at most 1 argument, got %d", len(a.Pos))
	}
	return None, self.(*Dict).Update(a)
}

func dictFromkeys(_ *Dict, a []Value) (Value, error) {
	keys, err := ToSlice(a[0])
	if err != nil {
		return nil, err
	}
	d := NewDict()
	for _, k := range keys {
		if err := d.Set(k, optional(a, 1)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Update is dict.update and the dict constructor: a mapping or pairs, then named arguments.
func (d *Dict) Update(a *Args) error {
	for _, from := range a.Pos {
		from, err := Force(from)
		if err != nil {
			return err
		}
		if other, ok := from.(*Dict); ok {
			for _, e := range other.entries {
				if e.value != nil {
					d.put(e.hash, e.key, e.value)
				}
			}
			continue
		}
		if err := d.updatePairs(from); err != nil {
			return err
		}
	}
	for _, kw := range a.Kw {
		d.SetStr(kw.Name, kw.Value)
	}
	return nil
}

func (d *Dict) updatePairs(from Value) error {
	items, err := ToSlice(from)
	if err != nil {
		return err
	}
	for i, item := range items {
		pair, err := ToSlice(item)
		if err != nil {
			if IsKind(err, TypeError) {
				err = Errorf(TypeError, "cannot convert dictionary update sequence element #%d to a sequence", i)
			}
			return err
		}
		if len(pair) != 2 {
			return Errorf(ValueError, "dictionary update sequence element #%d has length %d; 2 is required", i, len(pair))
		}
		if err := d.Set(pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// frozenLacks are the methods that a frozenset does not have.
var frozenLacks = map[string]bool{"add": true, "remove": true, "discard": true, "pop": true, "clear": true, "update": true}

func setTable() map[string]MethodFunc {
	return map[string]MethodFunc{
		"add":     positional("add", 1, 1, func(s *Set, a []Value) (Value, error) { return None, s.Add(a[0]) }),
		"discard": positional("discard", 1, 1, func(s *Set, a []Value) (Value, error) { s.dict.Delete(a[0]); return None, nil }),
		"remove": positional("remove", 1, 1, func(s *Set, a []Value) (Value, error) {
			if !s.dict.Delete(a[0]) {
				return nil, Errorf(KeyError, "%s", reprOr(a[0]))
			}
			return None, nil
		}),
		"pop": unary("pop", func(s *Set) (Value, error) {
			for _, e := range s.dict.entries {
				if e.value != nil {
					s.dict.Delete(e.key)
					return e.key, nil
				}
			}
			return nil, Errorf(KeyError, "'pop from an empty set'")
		}),
		"clear":                unary("clear", func(s *Set) (Value, error) { s.dict.Clear(); return None, nil }),
		"copy":                 unary("copy", func(s *Set) (Value, error) { return s.Copy(), nil }),
		"update":               positional("update", 0, -1, setUpdate),
		"union":                setMethod("union"),
		"intersection":         setMethod("intersection"),
		"difference":           setMethod("difference"),
		"symmetric_difference": setMethod("symmetric_difference"),
		"issubset":             setRelation(func(a, b *Set) bool { return a.subset(b) }),
		"issuperset":           setRelation(func(a, b *Set) bool { return b.subset(a) }),
		"isdisjoint": setRelation(func(a, b *Set) bool {
			return a.combine(b, setOperations["intersection"]).Len() == 0
		}),
	}
}

// viewMethods are those of keys and items views.
func viewTable() map[string]MethodFunc {
	return map[string]MethodFunc{
		"isdisjoint": positional("isdisjoint", 1, 1, func(v Value, a []Value) (Value, error) {
			s, err := SetOf(v)
			if err != nil {
				return nil, err
			}
			return methods["set"]["isdisjoint"](s, &Args{Pos: a})
		}),
	}
}

func setUpdate(s *Set, a []Value) (Value, error) {
	for _, from := range a {
		items, err := ToSlice(from)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			if err := s.Add(item); err != nil {
				return nil, err
			}
		}
	}
	return None, nil
}

func setMethod(name string) MethodFunc {
	return positional(name, 0, -1, func(s *Set, a []Value) (Value, error) {
		out := s.Copy()
		for _, from := range a {
			other, err := SetOf(from)
			if err != nil {
				return nil, err
			}
			out = out.combine(other, setOperations[name])
		}
		return out, nil
	})
}

func setRelation(holds func(a, b *Set) bool) MethodFunc {
	return positional("relation", 1, 1, func(s *Set, a []Value) (Value, error) {
		other, err := SetOf(a[0])
		if err != nil {
			return nil, err
		}
		return Bool(holds(s, other)), nil
	})
}
