package template

import (
	"context"
	"strings"
	"sync"
	"testing"

	"pylint-deploy/parser/jinja/value"
)

var benchVars = `
app: {name: web, port: 8080, user: www, tags: [a, b, c]}
base: /srv/{{ app.name }}
conf: "{{ base }}/conf"
hosts: [{name: h1, ip: 10.0.0.1}, {name: h2, ip: 10.0.0.2}]
`

func BenchmarkArgs(b *testing.B) {
	scope := scopeOf(b, benchVars)
	args := scopeOf(b, "path: '{{ conf }}/app.yml'\nmode: '0644'\nowner: '{{ app.user }}'\nstate: file\n").(Vars).Dict
	t := New(Config{})
	for b.Loop() {
		if _, err := t.Args(context.Background(), scope, args); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCondition(b *testing.B) {
	scope := scopeOf(b, benchVars)
	cond := value.Template{Text: "app.port | int > 80 and 'a' in app.tags"}
	t := New(Config{})
	for b.Loop() {
		if _, err := t.Bool(context.Background(), scope, cond); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFile(b *testing.B) {
	scope := scopeOf(b, benchVars)
	block := "upstream {{ app.name }} {\n{% for h in hosts %}\n    server {{ h.ip }}:{{ app.port | default(80) }}; # {{ h.name }}\n{% endfor %}\n}\nlocation / { root {{ conf }}; }\n"
	doc := Document{Path: "nginx.j2", Text: strings.Repeat(block, 40)}
	t := New(Config{})
	b.SetBytes(int64(len(doc.Text)))
	for b.Loop() {
		if _, err := t.File(context.Background(), scope, doc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkToNiceYAML(b *testing.B) {
	scope := scopeOf(b, benchVars)
	t := New(Config{})
	for b.Loop() {
		if _, err := t.Expr(context.Background(), scope, value.Template{Text: "{'app': app, 'hosts': hosts} | to_nice_yaml"}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestManyGoroutinesRenderAtOnce is for the race detector.
func TestManyGoroutinesRenderAtOnce(t *testing.T) {
	scope, templar := scopeOf(t, benchVars), New(Config{})
	args := scopeOf(t, "a: '{{ conf }}'\nb: '{{ hosts | map(attribute=\"ip\") | join(\",\") }}'\nc: '{{ app.tags | unique | to_json }}'\nd: '{{ \"x1\" | regex_replace(\"1\", \"2\") }}'\n").(Vars).Dict
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 50 {
				if _, err := templar.Args(context.Background(), scope, args); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
}
