package docker

import (
	"slices"
	"sort"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
)

// shape says how two values of an option are compared.
type shape uint8

const (
	value shape = iota
	list
	set
	setOfDicts
	mapping
)

// The ways to compare, as the argument comparisons of docker_container names them.
const (
	strict  = "strict"
	ignored = "ignore"
	more    = "allow_more_present" // the container may have what is not asked for
)

// matches compares what is wanted with what there is.
func matches(want, have any, way string, s shape) bool {
	if way == ignored {
		return true
	}
	if s == set { // the API has some sets as the keys of an object
		want, have = members(want), members(have)
	}
	if want == nil || have == nil {
		switch {
		case want == nil && have == nil:
			return true
		case s == value:
			return false
		case way == more && want == nil:
			return true
		}
		return size(want)+size(have) == 0
	}
	switch s {
	case list:
		return way == strict && same(want, have) || way == more && inOrder(asList(want), asList(have))
	case mapping:
		return way == strict && same(want, have) || way == more && within(asDict(want), asDict(have))
	case set:
		return allIn(want, have, same) && (way == more || allIn(have, want, same))
	case setOfDicts:
		in := func(x, y any) bool { return within(asDict(x), asDict(y)) }
		return allIn(want, have, in) && (way == more || allIn(have, want, func(y, x any) bool { return in(x, y) }))
	}
	return same(want, have)
}

func members(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := []any{}
	for k := range m {
		out = append(out, k)
	}
	return out
}

func size(v any) int { return len(asList(v)) + len(asDict(v)) }

func allIn(xs, ys any, eq func(x, y any) bool) bool {
	for _, x := range asList(xs) {
		if !slices.ContainsFunc(asList(ys), func(y any) bool { return eq(x, y) }) {
			return false
		}
	}
	return true
}

// inOrder tells that every item of want is in have, in that order.
func inOrder(want, have []any) bool {
	i := 0
	for _, w := range want {
		for i < len(have) && !same(have[i], w) {
			i++
		}
		if i == len(have) {
			return false
		}
		i++
	}
	return true
}

// within tells that have has every entry of want.
func within(want, have dict) bool {
	for k, w := range want {
		h, ok := have[k]
		if !ok || !same(w, h) {
			return false
		}
	}
	return true
}

// same compares as Python does: numbers by value.
func same(x, y any) bool {
	switch x := x.(type) {
	case int64:
		if f, ok := y.(float64); ok {
			return float64(x) == f
		}
	case float64:
		if n, ok := y.(int64); ok {
			return x == float64(n)
		}
	case []any:
		return len(x) == len(asList(y)) && isList(y) && slices.EqualFunc(x, asList(y), same)
	case map[string]any:
		_, ok := y.(map[string]any)
		return ok && len(x) == len(asDict(y)) && within(x, asDict(y))
	}
	switch y.(type) {
	case []any, map[string]any:
		return false
	}
	return x == y
}

func isList(v any) bool { _, ok := v.([]any); return ok }

// difference is one option that is not as asked for.
type difference struct {
	name       string
	want, have any
}

// differences collect them in their order.
type differences []difference

func (d *differences) add(name string, want, have any) {
	*d = append(*d, difference{name, want, have})
}

// beforeAfter is the diff of the task.
func (d differences) beforeAfter() dict {
	before, after := dict{}, dict{}
	for _, x := range d {
		before[x.name], after[x.name] = x.have, x.want
	}
	return dict{"before": before, "after": after}
}

// details are the differences one by one, as docker_container returns them beside.
func (d differences) details() []any {
	out := []any{}
	for _, x := range d {
		out = append(out, dict{x.name: dict{"parameter": x.want, "container": x.have}})
	}
	return out
}

// sorted puts the members of a set in an order that does not change from run to run.
func sorted(v any) any {
	items := slices.Clone(asList(members(v)))
	key := func(v any) string { text, _ := jsontext.Append(nil, v); return string(text) }
	sort.SliceStable(items, func(i, j int) bool { return key(items[i]) < key(items[j]) })
	return items
}

// apiText writes an option's value as the API wants it, in text: booleans as Go does.
func apiText(v any) string {
	if b, ok := v.(bool); ok {
		return map[bool]string{true: "true", false: "false"}[b]
	}
	return module.Args{"v": v}.Text("v")
}

func apiTexts(m dict) dict {
	if m == nil {
		return nil
	}
	out := dict{}
	for k, v := range m {
		out[k] = apiText(v)
	}
	return out
}

// texts makes a list of strings of any list.
func texts(items []string) []any {
	out := make([]any, len(items))
	for i, s := range items {
		out[i] = s
	}
	return out
}
