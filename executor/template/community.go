package template

import (
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
)

// communityFilters are the words of collections that playbooks use most. Short names are those that ansible-core itself
// routes to a collection.
func communityFilters() map[string]jinja.Filter {
	general := map[string]jinja.Filter{
		"dict":            def("dict", "sequence", dictFilter),
		"dict_kv":         def("dict_kv", "value key", dictKV),
		"groupby_as_dict": def("groupby_as_dict", "sequence attribute", groupbyAsDict),
		"lists_mergeby":   def("lists_mergeby", "* **", listsMergeby),
		"from_csv":        def("from_csv", "data dialect= fieldnames= delimiter= skipinitialspace= strict=", fromCSV),
		"counter":         def("counter", "sequence", counterFilter),
		"version_sort":    def("version_sort", "value reverse=", versionSort),
	}
	routed := map[string]jinja.Filter{
		"json_query": def("json_query", "data expr", jsonQuery),
		"random_mac": def("random_mac", "value seed=", randomMAC),
	}
	return merged(
		underNames(general, false, "community.general"), underNames(routed, true, "community.general"),
		underNames(ipFilters, true, "ansible.utils", "ansible.netcommon"), underNames(utilsFilters, false, "ansible.utils"),
	)
}

func communityTests() map[string]jinja.Filter {
	return underNames(ipTests, false, "ansible.utils", "ansible.netcommon")
}

func dictFilter(a *arguments) (value.Value, error) {
	items, err := a.slice(0)
	if err != nil {
		return nil, err
	}
	out := value.NewDict()
	for i, item := range items {
		pair, err := value.ToSlice(item)
		if err != nil {
			return nil, err
		}
		if len(pair) != 2 {
			return nil, value.Errorf(value.ValueError, "dictionary update sequence element #%d has length %d; 2 is required", i, len(pair))
		}
		if err := out.Set(pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func dictKV(a *arguments) (value.Value, error) {
	out := value.NewDict()
	err := out.Set(a.Values[1], a.Values[0])
	return out, err
}

func groupbyAsDict(a *arguments) (value.Value, error) {
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	if _, ok := isSequence(v); !ok {
		return nil, value.Errorf(value.TypeError, "Input is not a sequence")
	}
	items, err := a.slice(0)
	if err != nil {
		return nil, err
	}
	out := value.NewDict()
	for i, item := range items {
		d, ok := item.(*value.Dict)
		if !ok {
			return nil, value.Errorf(value.TypeError, "Sequence element #%d is not a mapping", i)
		}
		key, ok := d.Get(a.Values[1])
		if !ok {
			return nil, value.Errorf(value.KeyError, "Attribute not contained in element #%d of sequence", i)
		}
		if key, err = value.Force(key); err != nil {
			return nil, err
		}
		if _, had := out.Get(key); had {
			return nil, value.Errorf(value.ValueError, "Multiple sequence entries have attribute value %s", shown(key))
		}
		if err := out.Set(key, item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func listsMergeby(a *arguments) (value.Value, error) {
	recursive, merge, err := mergeOptions(a, "'recursive' and 'list_merge' are the only valid keyword arguments.")
	if err != nil {
		return nil, err
	}
	if len(a.Extra) < 2 {
		return nil, value.Errorf(value.TypeError, "At least one list and index are needed.")
	}
	lists, err := mergeLists(a.Extra[:len(a.Extra)-1])
	if err != nil {
		return nil, err
	}
	switch len(lists) {
	case 0:
		return list(nil), nil
	case 1:
		return list(lists[0]), nil
	}
	index := a.Extra[len(a.Extra)-1]
	if _, ok := textOf(index); !ok {
		return nil, value.Errorf(value.TypeError, "First argument after the lists for community.general.lists_mergeby must be string. %s is %s", shown(index), pyClass(index))
	}
	result := lists[len(lists)-1]
	for i := len(lists) - 2; i >= 0; i-- {
		if result, err = mergeTwoBy(lists[i], result, index, recursive, merge); err != nil {
			return nil, err
		}
	}
	return list(result), nil
}

// mergeLists reads the lists to merge, one argument each or a list of lists.
func mergeLists(args []value.Value) ([][]value.Value, error) {
	var out [][]value.Value
	for _, arg := range args {
		if _, ok := isSequence(arg); !ok {
			return nil, value.Errorf(value.TypeError, "All arguments before the argument index for community.general.lists_mergeby must be lists. %s is %s", shown(arg), pyClass(arg))
		}
		items, err := value.ToSlice(arg)
		if err != nil {
			return nil, err
		}
		nested := len(items) > 0
		for _, item := range items {
			_, ok := isSequence(item)
			nested = nested && ok
		}
		if !nested {
			if len(items) > 0 {
				out = append(out, items)
			}
			continue
		}
		for _, item := range items {
			inner, err := value.ToSlice(item)
			if err != nil {
				return nil, err
			}
			out = append(out, inner)
		}
	}
	return out, nil
}

func mergeTwoBy(x, y []value.Value, index value.Value, recursive bool, listMerge string) ([]value.Value, error) {
	byKey := value.NewDict()
	for _, item := range join(x, y) {
		d, ok := item.(*value.Dict)
		if !ok {
			return nil, value.Errorf(value.TypeError, "Elements of list arguments for lists_mergeby must be dictionaries. %s is %s", shown(item), pyClass(item))
		}
		key, ok := d.Get(index)
		if !ok {
			continue
		}
		key, err := value.Force(key)
		if err != nil {
			return nil, err
		}
		var merged value.Value = d
		if old, had := byKey.Get(key); had {
			if merged, err = mergeHash(old, d, recursive, listMerge); err != nil {
				return nil, err
			}
		}
		if err := byKey.Set(key, merged); err != nil {
			return nil, err
		}
	}
	var out []value.Value
	for _, e := range unforced(byKey) {
		out = append(out, e.val)
	}
	err := value.Sort(out, func(v value.Value) (value.Value, error) { return value.Subscript(v, index) }, false)
	return out, err
}

func fromCSV(a *arguments) (value.Value, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}
	d, err := a.csvDialect()
	if err != nil {
		return nil, err
	}
	rows, err := readCSV(strings.TrimPrefix(text, "\ufeff"), d)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "Unable to process file: %w", err)
	}
	rows = slices.DeleteFunc(rows, func(row []string) bool { return len(row) == 0 })
	var names []string
	if a.has(2) {
		given, err := a.slice(2)
		if err != nil {
			return nil, err
		}
		for _, v := range given {
			s, err := value.ToStr(v)
			if err != nil {
				return nil, err
			}
			names = append(names, s)
		}
	} else if len(rows) > 0 {
		names, rows = rows[0], rows[1:]
	}
	var out []value.Value
	for _, row := range rows {
		out = append(out, csvRecord(names, row))
	}
	return list(out), nil
}

func (a *arguments) csvDialect() (csvDialect, error) {
	d := csvDialect{delimiter: ","}
	name, err := a.textOr(1, "excel")
	if err != nil {
		return d, err
	}
	switch name {
	case "excel", "unix":
	case "excel-tab":
		d.delimiter = "\t"
	default:
		return d, value.Errorf(value.ValueError, "Dialect '%s' is not supported (excel, excel-tab, unix)", name)
	}
	if a.has(3) {
		if d.delimiter, err = a.text(3); err != nil {
			return d, err
		}
	}
	if a.has(4) {
		if d.skipInitial, err = value.Truth(a.Values[4]); err != nil {
			return d, err
		}
	}
	if a.has(5) {
		d.strict, err = value.Truth(a.Values[5])
	}
	return d, err
}

// csvRecord is a row of csv.DictReader: missing cells are None, extra ones a list under None.
func csvRecord(names, row []string) value.Value {
	d := value.NewDict()
	for i, name := range names {
		if i < len(row) {
			d.SetStr(name, value.Str(row[i]))
		} else {
			d.SetStr(name, value.None)
		}
	}
	if len(row) > len(names) {
		_ = d.Set(value.None, strs(row[len(names):]))
	}
	return d
}

func counterFilter(a *arguments) (value.Value, error) {
	items, err := a.slice(0)
	if err != nil {
		return nil, err
	}
	out := value.NewDict()
	for _, item := range items {
		n := value.Int(0)
		if had, ok := out.Get(item); ok {
			n = had.(value.Int)
		}
		if err := out.Set(item, n+1); err != nil {
			return nil, value.Errorf(value.TypeError, "community.general.counter needs a sequence with hashable elements (int, float or str): %w", err)
		}
	}
	return out, nil
}

func versionSort(a *arguments) (value.Value, error) {
	items, err := a.slice(0)
	if err != nil {
		return nil, err
	}
	reverse, err := a.Flag(1, false)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(items)
	slices.SortStableFunc(out, func(x, y value.Value) int {
		s, e1 := value.ToStr(x)
		t, e2 := value.ToStr(y)
		order, e3 := looseCompare(s, t)
		for _, e := range []error{e1, e2, e3} {
			if e != nil && err == nil {
				err = e
			}
		}
		if reverse {
			return -order
		}
		return order
	})
	return list(out), err
}

var macByte = pattern.New(`^[a-f0-9]{2}`)

func randomMAC(a *arguments) (value.Value, error) {
	prefix, err := a.path(0, "random_mac")
	if err != nil {
		return nil, value.Errorf(value.TypeError, "Invalid value type (%s) for random_mac (%s)", pyClass(a.Values[0]), shown(a.Values[0]))
	}
	prefix = strings.ToLower(prefix)
	parts := strings.Split(prefix, ":")
	if len(parts) > 5 {
		return nil, value.Errorf(value.ValueError, "Invalid value (%s) for random_mac: 5 colon(:) separated items max", prefix)
	}
	var wrong []string
	for _, p := range parts {
		if p == "" {
			wrong = append(wrong, "empty item")
		} else if !macByte.MatchString(p) {
			wrong = append(wrong, p+" not hexa byte")
		}
	}
	if len(wrong) > 0 {
		return nil, value.Errorf(value.ValueError, "Invalid value (%s) for random_mac: %s", prefix, strings.Join(wrong, ","))
	}
	r, err := seeded(a.Values[1])
	if err != nil {
		return nil, err
	}
	// randint(0x1000000000, 0xffffffffff): ten hexadecimal digits.
	const low, high = int64(0x1000000000), int64(0xffffffffff)
	digits := strconv.FormatInt(low+below(r, high-low+1), 16)
	out := prefix
	for i := 0; i < 6-len(parts); i++ {
		out += ":" + digits[2*i:2*i+2]
	}
	return value.Str(out), nil
}

// keyMatcher tells whether a key is meant by the targets of keep_keys and remove_keys.
func (a *arguments) keyMatcher() (func(string) (bool, error), error) {
	targets, err := a.slice(1)
	if err != nil {
		return nil, err
	}
	how, err := a.textOr(2, "equality")
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, t := range targets {
		s, err := value.ToStr(t)
		if err != nil {
			return nil, err
		}
		texts = append(texts, s)
	}
	tests := map[string]func(key, target string) (bool, error){
		"equality":    func(k, t string) (bool, error) { return k == t, nil },
		"starts_with": func(k, t string) (bool, error) { return strings.HasPrefix(k, t), nil },
		"ends_with":   func(k, t string) (bool, error) { return strings.HasSuffix(k, t), nil },
		"regex": func(k, t string) (bool, error) {
			re, err := compileRegex(t, false, false)
			if err != nil {
				return false, err
			}
			m, err := re.Match(k)
			return m != nil, err
		},
	}
	test, ok := tests[how]
	if !ok {
		return nil, value.Errorf(value.ValueError, "value of matching_parameter must be one of: equality, starts_with, ends_with, regex, got: %s", how)
	}
	return func(key string) (bool, error) {
		for _, t := range texts {
			if ok, err := test(key, t); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	}, nil
}

func removeKeys(a *arguments) (value.Value, error) { return filterKeys(a, false) }

func keepKeys(a *arguments) (value.Value, error) { return filterKeys(a, true) }

func filterKeys(a *arguments, keep bool) (value.Value, error) {
	matches, err := a.keyMatcher()
	if err != nil {
		return nil, err
	}
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	return pruned(v, matches, keep)
}

// pruned removes the keys that match, or keeps only those and the way to them.
func pruned(v value.Value, matches func(string) (bool, error), keep bool) (value.Value, error) {
	v, err := value.Force(v)
	if err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case *value.List:
		var out []value.Value
		for _, item := range x.Items {
			item, err := pruned(item, matches, keep)
			if err != nil {
				return nil, err
			}
			if d, ok := item.(*value.Dict); ok && keep && d.Len() == 0 {
				continue
			}
			out = append(out, item)
		}
		return list(out), nil
	case *value.Dict:
		out := value.NewDict()
		for k, item := range x.All() {
			match, err := matches(keyLabel(k))
			if err != nil {
				return nil, err
			}
			if match != keep {
				if match {
					continue
				}
				if !isContainer(item) {
					continue
				}
			}
			if !(match && keep) {
				if item, err = pruned(item, matches, keep); err != nil {
					return nil, err
				}
				if keep && emptyContainer(item) {
					continue
				}
			}
			if err := out.Set(k, item); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

func isContainer(v value.Value) bool {
	v, err := value.Force(v)
	switch v.(type) {
	case *value.List, *value.Dict:
		return err == nil
	}
	return false
}

func emptyContainer(v value.Value) bool {
	n, err := value.Len(v)
	return err == nil && n == 0
}
