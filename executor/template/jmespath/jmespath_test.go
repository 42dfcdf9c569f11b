package jmespath

import (
	"testing"

	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
)

// The first ones are examples of jmespath.org; the order of keys is Python's.
var queries = []struct{ data, query, want string }{
	{`{"a": {"b": {"c": "v"}}}`, "a.b.c", `'v'`}, {`["a", "b", "c"]`, "[-1]", `'c'`}, {`[0, 1, 2, 3, 4]`, "[::2]", `[0, 2, 4]`},
	{`{"people": [{"n": "a", "age": 30}, {"n": "b", "age": 20}]}`, "people[?age > `25`].n", `['a']`},
	{`{"o": {"z": {"n": 1}, "a": {"n": 2}, "m": {"x": 0}}}`, "o.*.n", `[1, 2]`},
	{`{"r": [{"i": [{"s": 1}]}, {"i": [{"s": 2}, {"s": 3}]}]}`, "r[*].i[*].s", `[[1], [2, 3]]`},
	{`{"r": [{"i": [{"s": 1}]}, {"i": [{"s": 2}, {"s": 3}]}]}`, "r[].i[].s", `[1, 2, 3]`},
	{`{"a": [{"n": "x", "s": "r"}, {"n": "y", "s": "s"}]}`, "a[].{Name: n, State: s} | [0]", `{'Name': 'x', 'State': 'r'}`},
	{`{"a": [3, 1, 2]}`, "sort(a) | [0]", `1`}, {`{"a": ["b", "a"]}`, "join(`-`, a)", `'b-a'`}, {`{"a": 0}`, "!a", `False`},
	{`{"a": []}`, "a || `5`", `5`}, {`{"a": "x"}`, "a && 'y'", `'y'`}, {`{"a b": 1}`, `"a b"`, `1`}, {`[true, 1]`, "[?@ == `true`]", `[True]`},
	{`{"a": {"c": 1, "b": 2}}`, "keys(a)", `['c', 'b']`}, {`{}`, "nosuch.deeper[0]", `None`}, {`[[1, 2], [3]]`, "[]", `[1, 2, 3]`},
}

func TestSearch(t *testing.T) {
	for _, c := range queries {
		data, err := pyjson.Loads(c.data)
		if err != nil {
			t.Fatal(err)
		}
		v, err := Search(c.query, data)
		if err != nil {
			t.Errorf("%s: %v", c.query, err)
		} else if got, _ := value.Repr(v); got != c.want {
			t.Errorf("%s = %s, want %s", c.query, got, c.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, query := range []string{"", "a.", "a[", "a[0", "[?a", "a b", "nosuch(@)", "length()", "length(`1`)", "{a}", "{a: }", "[::0]", "'x", "a[*", "@.", "&"} {
		if v, err := Search(query, value.NewDict()); err == nil {
			t.Errorf("%q gave %v", query, v)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, c := range queries {
		f.Add(c.query, c.data)
	}
	f.Fuzz(func(t *testing.T, query, text string) {
		data, err := pyjson.Loads(text)
		if err == nil {
			_, _ = Search(query, data)
		}
	})
}
