package ast_test

import (
	"fmt"
	"slices"
	"testing"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/parse"
)

func TestNamesOfExpressions(t *testing.T) {
	for source, want := range map[string][]string{
		"reg.results[0].rc == 0":                   {"reg.results[0].rc"},
		"a['b'].c":                                 {"a.b.c"},
		"a['b c'][x.y]":                            {"x.y", "a['b c'][*]"},
		"hostvars[groups['db'][0]].ip":             {"groups.db[0]", "hostvars[*].ip"},
		"x | default(y.z)":                         {"x?", "y.z"},
		"x.y is defined and x.y":                   {"x.y?", "x.y"},
		"lookup('file', path)":                     {"lookup", "path"},
		"name.split(',') | first":                  {"name.split"},
		"l.0":                                      {"l[0]"},
		"(a if b else c).d":                        {"b", "a", "c"},
		"items | map(attribute=k) | list":          {"items", "k"},
		"l[start:stop]":                            {"start", "stop", "l[*]"},
		"'text' ~ 1":                               nil,
		"{'k': v, w: 1}":                           {"v", "w"},
		"f(*args, **kw)":                           {"f", "args", "kw"},
		"not a or -b < c":                          {"a", "b", "c"},
		"dict(x).y":                                {"dict", "x"},
		"users | selectattr('name', 'in', wanted)": {"users", "wanted"},
		"result is not failed":                     {"result"},
		"(x | mandatory).y":                        {"x?"},
	} {
		tree, _, err := parse.Expr(source, parse.Defaults())
		if err != nil {
			t.Fatal(source, err)
		}
		if got := spelled(ast.Names(tree)); !slices.Equal(got, want) {
			t.Errorf("%s reads %v, want %v", source, got, want)
		}
	}
}

func TestNamesRespectScopes(t *testing.T) {
	for source, want := range map[string][]string{
		"{% for i in l %}{{ i.a }}{{ loop.index }}{{ o }}{% endfor %}{{ i }}": {"l", "o", "i"},
		"{% set x = y %}{{ x }}": {"y"},
		"{% set x = x %}{{ x }}": {"x"},
		"{% macro m(a, b=c) %}{{ a }}{{ b }}{{ d }}{% endmacro %}{{ m(e) }}":           {"c", "d", "e"},
		"{% with a = b %}{{ a }}{% endwith %}{{ a }}":                                  {"b", "a"},
		"{% import 'x' as m %}{{ m.f(y) }}":                                            {"y"},
		"{% from t import f as g %}{{ g(f) }}":                                         {"t", "f"},
		"{% set x | upper %}{{ y }}{% endset %}{{ x }}":                                {"y"},
		"{% for a, b in d.items() if a != skip %}{{ b }}{% else %}{{ a }}{% endfor %}": {"d.items", "skip", "a"},
		"{% call(v) m(x) %}{{ v }}{{ w }}{% endcall %}":                                {"m", "x", "w"},
		"{% block b %}{{ super() }}{{ x }}{% endblock %}":                              {"x"},
		"{% set ns = namespace(n=1) %}{% set ns.n = k %}{{ ns.n }}":                    {"namespace", "k"},
		"{% set other.n = 1 %}":                                                        {"other"},
		"{% if a %}{% include b %}{% endif %}":                                         {"a", "b"},
	} {
		tree, _, err := parse.Template("t", source, parse.Defaults())
		if err != nil {
			t.Fatal(source, err)
		}
		if got := spelled(ast.Names(tree)); !slices.Equal(got, want) {
			t.Errorf("%s reads %v, want %v", source, got, want)
		}
	}
}

func spelled(paths []ast.Path) []string {
	var out []string
	for _, p := range paths {
		s := p.String()
		if p.Optional {
			s += "?"
		}
		out = append(out, s)
	}
	return out
}

func TestUses(t *testing.T) {
	tree, _, err := parse.Expr("lookup('env', 'HOME') | ansible.builtin.basename is match('x') or a.b(1)", parse.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range ast.Uses(tree) {
		text, _ := u.FirstText()
		got = append(got, fmt.Sprintf("%d %s %q %v", u.Kind, u.Name, text, u.Method))
	}
	want := []string{`1 match "x" false`, `0 ansible.builtin.basename "" false`, `2 lookup "env" false`, `2 b "" true`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSpansSayWhereTheTextStands(t *testing.T) {
	source := "line one\n{{ é.ö | default('x') }}\n"
	tree, text, err := parse.Template("t", source, parse.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	p := ast.Names(tree)[0]
	if got := text[p.At.Start.Offset:p.At.End.Offset]; got != "é.ö" {
		t.Errorf("the span covers %q", got)
	}
	if p.At.Start.Line != 2 || p.At.Start.Column != 4 || p.At.End.Column != 7 {
		t.Errorf("the span is %+v", p.At)
	}
}
