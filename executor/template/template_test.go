package template

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/source"
	"pylint-deploy/parser/vars"
)

// scopeOf reads variables from YAML, as a vars file has them.
func scopeOf(t testing.TB, yaml string) Scope {
	t.Helper()
	file, err := source.Parse("vars.yml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Docs) == 0 {
		return Vars{value.NewDict()}
	}
	return Vars{vars.Dict(file.Docs[0], nil)}
}

func quietly(compat Compat) *Templar {
	return New(Config{Compat: compat, Now: func() time.Time { return time.Unix(0, 0) }})
}

func repr(t testing.TB, v value.Value) string {
	t.Helper()
	text, err := value.Repr(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestVariablesAreLazy(t *testing.T) {
	scope := scopeOf(t, `
name: web
greeting: "hello {{ name }}"
port: "{{ base + 1 }}"
base: 80
broken: "{{ nosuch.thing }}"
conf:
  good: "{{ port }}"
  bad: "{{ nosuch }}"
  self: "{{ conf.good }}-x"
list: ["{{ name }}", {k: "{{ port }}"}]
`)
	for expr, want := range map[string]string{
		"greeting":                         "'hello web'",
		"port":                             "81",
		"conf.good":                        "81",
		"conf.self":                        "'81-x'",
		"list":                             "['web', {'k': 81}]",
		"list[1].k + 1":                    "82",
		"broken | default('d')":            "'d'",
		"broken is defined":                "False",
		"conf.bad | default('d')":          "'d'",
		"conf.keys() | list":               "['good', 'bad', 'self']",
		"[port, greeting] | map('string')": "['81', 'hello web']",
	} {
		v, err := quietly(Modern).Expr(context.Background(), scope, value.Template{Text: expr})
		if err != nil {
			t.Errorf("%s: %v", expr, err)
		} else if got := repr(t, v); got != want {
			t.Errorf("%s = %s, want %s", expr, got, want)
		}
	}
}

func TestErrorsSayWhereAndWhatToTry(t *testing.T) {
	scope := scopeOf(t, "venv_dir: /srv\na: '{{ b }}'\nb: \"{{ a }}\"\nneedy: 'x {{ venv_dirr }}'\nd: {alpha: 1}\nbadfilter: '{{ 1 | nosuchfilter }}'\n")
	for name, c := range map[string]struct {
		text string
		want []string
		kind value.Kind
	}{
		"undefined": {"{{ venv_dirr }}/bin", []string{"play.yml:3:9", "'venv_dirr' is undefined", "did you mean 'venv_dir'?"}, value.UndefinedError},
		"place":     {"x {{ 1 }} {{ nosuch }}", []string{"play.yml:3:19", "'nosuch' is undefined"}, value.UndefinedError},
		"attribute": {"{{ d.alpah }}", []string{"'dict object' has no attribute 'alpah'", "did you mean 'alpha'?"}, value.UndefinedError},
		"through":   {"{{ needy }}", []string{"vars.yml:4:", "'venv_dirr' is undefined", "needed by 'needy' (vars.yml:4:"}, value.UndefinedError},
		"loop":      {"{{ a }}", []string{"recursive loop detected: a -> b -> a", "vars.yml:2:", "vars.yml:3:"}, value.RecursionError},
		"syntax":    {"{{ 1 + }}", []string{"play.yml:3:"}, value.SyntaxError},
		"filter":    {"{{ badfilter }}", []string{"vars.yml:6:", "nosuchfilter"}, value.SyntaxError},
		"zero":      {"{{ 1 / 0 }}", []string{"play.yml:3:", "division by zero"}, value.ZeroDivisionError},
		"lookup":    {"{{ lookup('fil', 'x') }}", []string{"lookup plugin (fil) not found", "did you mean 'file'?"}, value.TemplateRuntimeError},
		"option":    {"{{ lookup('file', 'x', rstip=false) }}", []string{"rstip is not a valid option", "did you mean 'rstrip'?"}, value.TypeError},
	} {
		t.Run(name, func(t *testing.T) {
			node := source.NewString(c.text, source.Pos{File: "play.yml", Line: 3, Column: 6})
			_, err := quietly(Modern).Value(context.Background(), scope, value.Template{Text: c.text, Origin: origin{node}})
			var typed *Error
			if !errors.As(err, &typed) {
				t.Fatalf("no *Error but %v", err)
			}
			if typed.Kind != c.kind {
				t.Errorf("kind %v, want %v", typed.Kind, c.kind)
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

// origin is a node that knows the place of each of its characters.
type origin struct{ *source.Node }

func (o origin) String() string { return o.Pos.String() }

func TestOmitLeavesArgumentsOut(t *testing.T) {
	scope := overlay{scopeOf(t, "mode: '{{ nosuch | default(omit) }}'\nowner: root\n"), Vars{dictOf("omit", omit)}}
	args := scopeOf(t, `
path: /x
mode: "{{ mode }}"
owner: "{{ owner | default(omit) }}"
group: "{{ nosuch | default(omit) }}"
nested: {keep: 1, drop: "{{ omit }}"}
list: [1, "{{ omit }}", {drop: "{{ omit }}"}]
`).(Vars).Dict
	got, err := quietly(Modern).Args(context.Background(), scope, args)
	if err != nil {
		t.Fatal(err)
	}
	if want := "{'path': '/x', 'owner': 'root', 'nested': {'keep': 1}, 'list': [1, {}]}"; repr(t, got) != want {
		t.Errorf("got %s\nwant %s", repr(t, got), want)
	}
}

// Up to ansible-core 2.18 omit was a word like any other, that arguments are searched for.
func TestClassicOmitIsText(t *testing.T) {
	templar := quietly(Classic)
	scope := Vars{dictOf("omit", templar.Omit())}
	args := scopeOf(t, `
upper: "{{ omit | trim }}"
list: "{{ [omit, 'a'] }}"
dict: "{{ {'keep': 1, 'drop': omit} }}"
text: "before {{ omit }}"
`).(Vars).Dict
	got, err := templar.Args(context.Background(), scope, args)
	if err != nil {
		t.Fatal(err)
	}
	if want := "{'list': ['" + classicOmit + "', 'a'], 'dict': {'keep': 1}, 'text': 'before " + classicOmit + "'}"; repr(t, got) != want {
		t.Errorf("got %s\nwant %s", repr(t, got), want)
	}
}

func dictOf(key string, v value.Value) *value.Dict {
	d := value.NewDict()
	d.SetStr(key, v)
	return d
}

func TestWhatComesFromOutsideIsNeverATemplate(t *testing.T) {
	d := value.NewDict()
	d.SetStr("fact", value.Str("{{ lookup('pipe', 'touch /nosuch/pwned') }}"))
	d.SetStr("result", dictOf("stdout", value.Str("{{ 1 + 1 }}")))
	d.SetStr("through", value.Template{Text: "<{{ result.stdout }}>"})
	for expr, want := range map[string]string{
		"fact":          "\"{{ lookup('pipe', 'touch /nosuch/pwned') }}\"",
		"result.stdout": "'{{ 1 + 1 }}'",
		"through":       "'<{{ 1 + 1 }}>'",
		"lookup('pipe', 'printf {; echo { 1 }}')": "'{{ 1 }}'",
		"'{\"a\": \"{{ 1 }}\"}' | from_json":      "{'a': '{{ 1 }}'}",
		"'a: \"{{ 1 }}\"' | from_yaml":            "{'a': '{{ 1 }}'}",
	} {
		v, err := quietly(Modern).Value(context.Background(), Vars{d}, value.Template{Text: "{{ " + expr + " }}"})
		if strings.Contains(expr, "{{") { // braces in a literal of a template are the author's
			v, err = quietly(Modern).Expr(context.Background(), Vars{d}, value.Template{Text: expr})
		}
		if err != nil {
			t.Errorf("%s: %v", expr, err)
		} else if got := repr(t, v); got != want {
			t.Errorf("%s = %s, want %s", expr, got, want)
		}
	}
}

func TestConditions(t *testing.T) {
	scope := overlay{scopeOf(t, "yes_: true\nempty: ''\nenv: prod\nexpr: \"env == 'prod'\"\n"), Vars{dictOf("fact", value.Str("x' or lookup('pipe', 'id') or '"))}}
	scope = overlay{scope, Vars{dictOf("deep", dictOf("stdout", value.Str("x' or lookup('pipe', 'id') or '")))}}
	for text, want := range map[string]string{
		"yes_":                       "true",
		"not yes_":                   "false",
		"env == 'prod'":              "true",
		"":                           "true",
		"empty":                      "false, warned",
		"env":                        "true, warned",
		"[]":                         "false, warned",
		"0":                          "false, warned",
		"{{ yes_ }}":                 "true, warned",
		"'{{ env }}' == 'prod'":      "true, warned",
		"'{{ fact }}' == 'x'":        "error",
		"{{ fact }}":                 "error",
		"fact is defined":            "true",
		"nosuch":                     "error",
		"nosuch is not defined":      "true",
		"env in ['prod', 'stage']":   "true",
		"'x' is match('x') and yes_": "true",
	} {
		v, err := quietly(Modern).Bool(context.Background(), scope, value.Template{Text: text})
		got := map[bool]string{true: "true", false: "false"}[v.True]
		if v.Warning != "" {
			got += ", warned"
		}
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: %s (%v %v), want %s", text, got, v.Warning, err, want)
		}
	}
	both := value.NewList(value.Template{Text: "yes_"}, value.Template{Text: "env == 'x'"}, value.Template{Text: "nosuch"})
	if v, err := quietly(Modern).Bool(context.Background(), scope, both); err != nil || v.True {
		t.Errorf("a list is false at its first false condition: %v %v", v, err)
	}
}

func TestTypesOfArguments(t *testing.T) {
	scope := scopeOf(t, "n: 5\nl: [1, a]\ntext: '[1, 2]'\nnone: null\n")
	for text, want := range map[string][2]string{ // modern, classic
		"{{ n }}":                      {"5", "5"},
		"{{ n + 1 }}":                  {"6", "'6'"},
		"{{ text }}":                   {"'[1, 2]'", "[1, 2]"},
		"{{ l }}":                      {"[1, 'a']", "[1, 'a']"},
		"{{ l | to_json }}":            {"'[1, \"a\"]'", "'[1, \"a\"]'"},
		"{{ n == 5 }}":                 {"True", "True"},
		"{{ none }}":                   {"None", "None"},
		"a{{ none }}b":                 {"'ab'", "'ab'"},
		"{{ n }}\n":                    {"5", "5"},
		"{{ 'a\\tb' }}":                {"'a\\\\tb'", "'a\\\\tb'"},
		"{% set x = 'a\\tb' %}{{ x }}": {"'a\\tb'", "'a\\tb'"},
		"{{ 'x1' | regex_replace('\\d', '<\\g<0>>') }}": {"'x<1>'", "'x<1>'"},
	} {
		for i, compat := range []Compat{Modern, Classic} {
			v, err := quietly(compat).Value(context.Background(), scope, value.Template{Text: text})
			if err != nil {
				t.Errorf("%s: %v", text, err)
			} else if got := repr(t, v); got != want[i] {
				t.Errorf("%s (%d) = %s, want %s", text, compat, got, want[i])
			}
		}
	}
}

func TestEncode(t *testing.T) {
	for name, want := range map[string]string{"utf-8": "\xe2\x82\xac", "windows-1252": "\x80", "cp1252": "\x80", "iso8859-15": "\xa4", "utf-16-be": "\x20\xac"} {
		if got, err := Encode("€", name); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"latin-1", "iso8859-2", "nosuch"} {
		if got, err := Encode("€", name); err == nil {
			t.Errorf("%s: got %q, want an error", name, got)
		}
	}
}
