package template

import (
	"strings"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
)

// collectionFilters take lists and dicts apart and put them together.
var collectionFilters = map[string]jinja.Filter{
	"combine":         def("combine", "* **", combine),
	"dict2items":      def("dict2items", "mydict key_name= value_name=", dict2items),
	"items2dict":      def("items2dict", "mylist key_name= value_name=", items2dict),
	"flatten":         def("flatten", "mylist levels= skip_nulls=", flattenFilter),
	"subelements":     def("subelements", "obj subelements skip_missing=", subelementsFilter),
	"extract":         def("extract", "item container morekeys=", extract),
	"rekey_on_member": def("rekey_on_member", "data key duplicates=", rekeyOnMember),
	"mandatory":       def("mandatory", "a msg=", mandatory),
	"ternary":         def("ternary", "value true_val false_val none_val=", ternary),
	"type_debug":      def("type_debug", "o", typeDebug),
	"bool":            def("to_bool", "a", boolFilter),
}

// mergeOptions are the keyword arguments of combine and lists_mergeby; refusal is what each says to any other.
func mergeOptions(a *arguments, refusal string) (recursive bool, merge string, err error) {
	merge = "replace"
	for _, kw := range a.ExtraKw {
		switch kw.Name {
		case "recursive":
			recursive, err = value.Truth(kw.Value)
		case "list_merge":
			merge, err = value.ToStr(kw.Value)
		default:
			err = value.Errorf(value.TypeError, "%s", refusal)
		}
		if err != nil {
			return false, "", err
		}
	}
	return recursive, merge, nil
}

func combine(a *arguments) (value.Value, error) {
	recursive, merge, err := mergeOptions(a, "'recursive' and 'list_merge' are the only valid keyword arguments")
	if err != nil {
		return nil, err
	}
	terms, err := flatten(a.Extra, 1, true)
	if err != nil {
		return nil, err
	}
	if len(terms) == 0 {
		return value.NewDict(), nil
	}
	for _, t := range terms {
		if u, ok := t.(*value.Undefined); ok {
			return nil, u.Err()
		}
	}
	result := terms[len(terms)-1]
	for i := len(terms) - 2; i >= 0; i-- {
		if result, err = mergeHash(terms[i], result, recursive, merge); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// listMerges say what becomes of two lists under one key: low is the one that is overridden.
var listMerges = map[string]func(low, high []value.Value) ([]value.Value, error){
	"replace": func(_, high []value.Value) ([]value.Value, error) { return high, nil },
	"keep":    func(low, _ []value.Value) ([]value.Value, error) { return low, nil },
	"append":  func(low, high []value.Value) ([]value.Value, error) { return join(low, high), nil },
	"prepend": func(low, high []value.Value) ([]value.Value, error) { return join(high, low), nil },
	"append_rp": func(low, high []value.Value) ([]value.Value, error) {
		rest, err := without(low, high)
		return join(rest, high), err
	},
	"prepend_rp": func(low, high []value.Value) ([]value.Value, error) {
		rest, err := without(low, high)
		return join(high, rest), err
	},
}

func join(a, b []value.Value) []value.Value { return append(append([]value.Value{}, a...), b...) }

// without gives the items of a that are not in b.
func without(a, b []value.Value) ([]value.Value, error) {
	var out []value.Value
	for _, item := range a {
		in, err := contains(b, item)
		if err != nil {
			return nil, err
		}
		if !in {
			out = append(out, item)
		}
	}
	return out, nil
}

func contains(items []value.Value, item value.Value) (bool, error) {
	for _, other := range items {
		if same, err := value.Equal(other, item); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

// mergeHash is ansible.utils.vars.merge_hash: y goes over x; neither is changed.
func mergeHash(x, y value.Value, recursive bool, listMerge string) (value.Value, error) {
	mergeLists, ok := listMerges[listMerge]
	if !ok {
		return nil, value.Errorf(value.ValueError, "'list_merge' argument can only be equal to 'replace', 'keep', 'append', 'prepend', 'append_rp' or 'prepend_rp'")
	}
	dx, okX := x.(*value.Dict)
	dy, okY := y.(*value.Dict)
	if !okX || !okY {
		return nil, value.Errorf(value.TypeError, "failed to combine variables, expected dicts but got a '%s' and a '%s': %s %s", x.TypeName(), y.TypeName(), shown(x), shown(y))
	}
	out := copyDict(dx)
	for _, e := range unforced(dy) {
		old, had := out.Get(e.key)
		if had && (recursive || listMerge != "replace") {
			merged, err := mergeEntry(old, e.val, recursive, listMerge, mergeLists)
			if err != nil {
				return nil, err
			}
			e.val = merged
		}
		if err := out.Set(e.key, e.val); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func mergeEntry(old, over value.Value, recursive bool, listMerge string, mergeLists func(low, high []value.Value) ([]value.Value, error)) (value.Value, error) {
	low, err := value.Force(old)
	if err != nil {
		return nil, err
	}
	high, err := value.Force(over)
	if err != nil {
		return nil, err
	}
	switch l := low.(type) {
	case *value.Dict:
		if _, ok := high.(*value.Dict); ok && recursive {
			return mergeHash(low, high, recursive, listMerge)
		}
	case *value.List:
		if h, ok := high.(*value.List); ok {
			items, err := mergeLists(l.Items, h.Items)
			return list(items), err
		}
	}
	return high, nil
}

func copyDict(d *value.Dict) *value.Dict {
	out := value.NewDict()
	for k, v := range d.All() {
		_ = out.Set(k, v) // a key of a dict is hashable
	}
	return out
}

// unforced reads a dict without computing its lazy values.
func unforced(d *value.Dict) []entry {
	out := make([]entry, 0, d.Len())
	for k, v := range d.All() {
		out = append(out, entry{k, v})
	}
	return out
}

func (a *arguments) dict(i int, filter string) (*value.Dict, error) {
	v, err := a.defined(i)
	if err != nil {
		return nil, err
	}
	if d, ok := v.(*value.Dict); ok {
		return d, nil
	}
	if d, ok := asDict(v); ok {
		return d, nil
	}
	return nil, value.Errorf(value.TypeError, "%s requires a dictionary, got %s instead.", filter, pyClass(v))
}

// asDict reads a mapping that is not a dict, such as hostvars.
func asDict(v value.Value) (*value.Dict, bool) {
	keys, ok := v.(value.Iterable)
	items, both := v.(value.ItemGetter)
	if !ok || !both {
		return nil, false
	}
	out := value.NewDict()
	for it := keys.Iterate(); ; {
		k, more, err := it.Next()
		if err != nil {
			return nil, false
		}
		if !more {
			return out, true
		}
		item, err := items.Item(k)
		if err != nil || out.Set(k, item) != nil {
			return nil, false
		}
	}
}

func pyClass(v value.Value) string { return "<class '" + v.TypeName() + "'>" }

func (a *arguments) keyNames() (key, val value.Value, err error) {
	key, val = a.Or(1, value.Str("key")), a.Or(2, value.Str("value"))
	return
}

func dict2items(a *arguments) (value.Value, error) {
	d, err := a.dict(0, "dict2items")
	if err != nil {
		return nil, err
	}
	keyName, valueName, err := a.keyNames()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, e := range unforced(d) {
		item := value.NewDict()
		if err := item.Set(keyName, e.key); err != nil {
			return nil, err
		}
		if err := item.Set(valueName, e.val); err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	return list(out), nil
}

func items2dict(a *arguments) (value.Value, error) {
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	if _, ok := isSequence(v); !ok {
		return nil, value.Errorf(value.TypeError, "items2dict requires a list, got %s instead.", pyClass(v))
	}
	items, err := value.ToSlice(v)
	if err != nil {
		return nil, err
	}
	keyName, valueName, _ := a.keyNames()
	out := value.NewDict()
	for _, item := range items {
		d, ok := item.(*value.Dict)
		if !ok {
			return nil, value.Errorf(value.TypeError, "items2dict requires a list of dictionaries, got %s instead.", shown(v))
		}
		key, okKey := d.Get(keyName)
		val, okVal := d.Get(valueName)
		if !okKey || !okVal {
			return nil, value.Errorf(value.TypeError, "items2dict requires each dictionary in the list to contain the keys %s and %s, got %s instead.", shown(keyName), shown(valueName), shown(v))
		}
		if key, err = value.Force(key); err != nil {
			return nil, err
		}
		if err := out.Set(key, val); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func flattenFilter(a *arguments) (value.Value, error) {
	items, err := a.slice(0)
	if err != nil {
		return nil, err
	}
	levels, err := a.intOr(1, -1)
	if err != nil {
		return nil, err
	}
	skip, err := a.Flag(2, true)
	if err != nil {
		return nil, err
	}
	out, err := flatten(items, int(levels), skip)
	return list(out), err
}

// flatten dissolves nested lists; a negative level means all. Nulls, and texts that say null, are left out on request.
func flatten(items []value.Value, levels int, skipNulls bool) ([]value.Value, error) {
	var out []value.Value
	for _, item := range items {
		item, err := value.Force(item)
		if err != nil {
			return nil, err
		}
		if skipNulls && (item == value.None || item == value.Value(value.Str("None")) || item == value.Value(value.Str("null"))) {
			continue
		}
		inner, ok := isSequence(item)
		if !ok || levels == 0 {
			out = append(out, item)
			continue
		}
		if inner, err = flatten(inner, levels-1, skipNulls); err != nil {
			return nil, err
		}
		out = append(out, inner...)
	}
	return out, nil
}

func subelementsFilter(a *arguments) (value.Value, error) {
	obj, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	var elements []value.Value
	switch o := obj.(type) {
	case *value.Dict:
		for _, e := range unforced(o) {
			elements = append(elements, e.val)
		}
	case *value.List:
		elements = o.Items
	default:
		return nil, value.Errorf(value.TypeError, "obj must be a list of dicts or a nested dict")
	}
	path, err := a.accessor(1)
	if err != nil {
		return nil, err
	}
	skip, err := a.Flag(2, false)
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, element := range elements {
		if element, err = value.Force(element); err != nil {
			return nil, err
		}
		subs, err := subList(element, path, skip)
		if err != nil {
			return nil, err
		}
		for _, sub := range subs {
			out = append(out, value.Tuple{element, sub})
		}
	}
	return list(out), nil
}

// accessor reads a dotted path or a list of keys.
func (a *arguments) accessor(i int) ([]value.Value, error) {
	v, err := a.defined(i)
	if err != nil {
		return nil, err
	}
	if l, ok := v.(*value.List); ok {
		return value.ToSlice(l)
	}
	s, ok := textOf(v)
	if !ok {
		return nil, value.Errorf(value.TypeError, "subelements must be a list or a string")
	}
	var path []value.Value
	for _, part := range strings.Split(s, ".") {
		path = append(path, value.Str(part))
	}
	return path, nil
}

// subList follows a path of keys to a list.
func subList(element value.Value, path []value.Value, skipMissing bool) ([]value.Value, error) {
	current := element
	var last value.Value = value.None
	for _, key := range path {
		last = key
		d, ok := current.(*value.Dict)
		if !ok && skipMissing {
			return nil, nil
		}
		if !ok {
			return nil, value.Errorf(value.TypeError, "the key %s should point to a dictionary, got '%s'", shown(key), shown(current))
		}
		next, ok := d.Get(key)
		if !ok && skipMissing {
			return nil, nil
		}
		if !ok {
			return nil, value.Errorf(value.KeyError, "could not find %s key in iterated item %s", shown(key), shown(current))
		}
		var err error
		if current, err = value.Force(next); err != nil {
			return nil, err
		}
	}
	l, ok := current.(*value.List)
	if !ok {
		return nil, value.Errorf(value.TypeError, "the key %s should point to a list, got %s", shown(last), shown(current))
	}
	return value.ToSlice(l)
}

func extract(a *arguments) (value.Value, error) {
	keys := []value.Value{a.Values[0]}
	if a.has(2) {
		if l, ok := a.Values[2].(*value.List); ok {
			more, err := value.ToSlice(l)
			if err != nil {
				return nil, err
			}
			keys = append(keys, more...)
		} else {
			keys = append(keys, a.Values[2])
		}
	}
	current := a.Values[1]
	for _, key := range keys {
		next, err := value.Subscript(current, key)
		if err != nil {
			return nil, err
		}
		if current, err = value.Force(next); err != nil {
			return nil, err
		}
	}
	return current, nil
}

func rekeyOnMember(a *arguments) (value.Value, error) {
	duplicates, err := a.textOr(2, "error")
	if err != nil {
		return nil, err
	}
	if duplicates != "error" && duplicates != "overwrite" {
		return nil, value.Errorf(value.ValueError, "duplicates parameter to rekey_on_member has unknown value: %s", duplicates)
	}
	if _, err := a.defined(1); err != nil {
		return nil, err
	}
	items, err := dictOrListItems(a)
	if err != nil {
		return nil, err
	}
	out := value.NewDict()
	for _, item := range items {
		d, ok := item.(*value.Dict)
		if !ok {
			return nil, value.Errorf(value.TypeError, "List item is not a valid dict")
		}
		key, ok := d.Get(a.Values[1])
		if !ok {
			return nil, value.Errorf(value.KeyError, "Key %s was not found", shown(a.Values[1]))
		}
		if key, err = value.Force(key); err != nil {
			return nil, err
		}
		if _, had := out.Get(key); had && duplicates == "error" {
			return nil, value.Errorf(value.ValueError, "Key %s is not unique, cannot correctly turn into dict", shown(key))
		}
		if err := out.Set(key, item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func dictOrListItems(a *arguments) ([]value.Value, error) {
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	if d, ok := v.(*value.Dict); ok {
		var items []value.Value
		pairs, err := entries(d)
		for _, e := range pairs {
			items = append(items, e.val)
		}
		return items, err
	}
	if _, ok := textOf(v); ok {
		return nil, value.Errorf(value.TypeError, "Type is not a valid list, set, or dict")
	}
	return value.ToSlice(v)
}

func mandatory(a *arguments) (value.Value, error) {
	u, ok := a.Values[0].(*value.Undefined)
	if !ok {
		return a.Values[0], nil
	}
	if a.has(1) {
		msg, err := a.text(1)
		if err != nil {
			return nil, err
		}
		return nil, value.Errorf(value.Exception, "%s", msg)
	}
	name := ""
	if u.Name != nil {
		name, _ = value.ToStr(u.Name)
		name = "'" + name + "' "
	}
	return nil, value.Errorf(value.Exception, "Mandatory variable %s not defined.", name)
}

func ternary(a *arguments) (value.Value, error) {
	if a.Values[0] == value.None && a.has(3) {
		return a.Values[3], nil
	}
	yes, err := value.Truth(a.Values[0])
	if err != nil {
		return nil, err
	}
	if yes {
		return a.Values[1], nil
	}
	return a.Values[2], nil
}

func typeDebug(a *arguments) (value.Value, error) {
	if _, ok := a.Values[0].(*value.Undefined); ok {
		return value.Str("AnsibleUndefined"), nil
	}
	return value.Str(a.Values[0].TypeName()), nil
}

func boolFilter(a *arguments) (value.Value, error) {
	switch v := a.Values[0].(type) {
	case value.NoneType, value.Bool:
		return v, nil
	case value.Str:
		switch strings.ToLower(string(v)) {
		case "yes", "on", "1", "true":
			return value.Bool(true), nil
		}
		return value.Bool(false), nil
	case value.Int:
		return value.Bool(v == 1), nil
	case value.Float:
		return value.Bool(v == 1), nil
	case *value.Undefined:
		return nil, v.Err()
	}
	return value.Bool(false), nil
}
