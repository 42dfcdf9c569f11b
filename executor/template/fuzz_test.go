package template

import (
	"context"
	"errors"
	"testing"
	"time"

	"pylint-deploy/parser/jinja/value"
)

// FuzzArgs renders any text as a module argument under both rules: it ends, does not panic, and fails with an *Error.
func FuzzArgs(f *testing.F) {
	for _, seed := range []string{
		"{{ n }}", "{{ l | to_json }}{{ d.a }}", "{{ lazy }}-{{ loop }}", "{% for i in l %}{{ i }}{% endfor %}", "{{ '\\d' | regex_escape }}",
		"#jinja2: trim_blocks: False\n{{ n }}", "{{ d | to_nice_yaml }}", "{{ [1, [2]] | flatten }}", "{{ 'x' | comment }}", "{{ '10.0.0.1/8' | ipaddr('net') }}",
		"{{ n | human_readable }}", "{{ '%Y' | strftime(n) }}", "{{ d | json_query('a') }}", "{{ lookup('sequence', 'count=3') }}", "{'a': {{ n }}}", "[{{ n }}",
		"{{ l | product(l) | list }}", "{{ (d | dict2items) | items2dict }}", "{{ 2 | pow(0.5) }}", "{{ '1.2' is version('1.3', '<') }}", "{{ nosuch | default(omit) }}",
	} {
		f.Add(seed)
	}
	scope := overlay{scopeOf(f, "n: 5\nl: [1, a]\nd: {a: 1}\nlazy: '{{ n }}x'\nloop: '{{ loop }}'\n"), Vars{dictOf("omit", omit)}}
	f.Fuzz(func(t *testing.T, text string) {
		for _, compat := range []Compat{Modern, Classic} {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			templar := New(Config{Compat: compat, NoLookups: true})
			_, err := templar.Args(ctx, scope, dictOf("arg", value.Template{Text: text}))
			cancel()
			var typed *Error
			if err != nil && !errors.As(err, &typed) {
				t.Fatalf("%q: %T %v", text, err, err)
			}
		}
	})
}
