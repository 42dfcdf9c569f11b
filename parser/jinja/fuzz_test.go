package jinja_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"pylint-deploy/parser/jinja"
)

// smallBudget ends what fuzzing makes before it takes long.
var smallBudget = jinja.Budget{Depth: 50, RangeSize: 10_000, OutputSize: 1 << 20, Steps: 20_000}

// slow is how long a rendering within smallBudget may take on a busy machine.
const slow = 5 * time.Second

// FuzzRender reads and renders any text: it must end soon, without panic, and with the place of what is wrong.
func FuzzRender(f *testing.F) {
	g := &generator{Rand: rand.New(rand.NewPCG(7, 7))}
	for range 60 {
		f.Add(g.template())
		f.Add("{{ " + g.expr() + " }}")
	}
	for _, seed := range []string{
		"{% for i in range(99999999) %}{{ i }}{% endfor %}", "{{ 'a' * 99999999999 }}", "{{ 2 ** 2 ** 99 }}", "{{ '%999999999d' % 1 }}", "{{ '{:999999999}'.format(1) }}",
		"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{% for x in l %}{% do l.append(x) %}{% endfor %}", "{% extends 'self' %}", "{% include 'self' %}",
		"{% block a %}{{ self.a() }}{% endblock %}", "{% set l = [] %}{% do l.append(l) %}{{ l }}{{ l == l }}", "{{ ((((((((((1)))))))))) }}", "{{ 'x'.center(10 ** 12) }}",
		"{{ [1] * 10 ** 9 }}", "{{ 'ab'.replace('', 'x' * 9999) * 9999 }}", "{{ range(10**18) | list }}", "{{ '\\t'.expandtabs(10**9) }}", "{{ x | indent(10**9) }}", "{{ 1 | round(10**9) }}{{ 1.5 | round(-10**9) }}",
	} {
		f.Add(seed)
	}
	e, err := jinja.New(jinja.Config{Budget: smallBudget, Loader: files{"self": "{% include 'self' %}", "x": "{% set y = 1 %}{{ i }}"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 4096 {
			t.Skip("longer than what fuzzing is for")
		}
		start := time.Now()
		tmpl, err := e.Parse("fuzz", source)
		if err == nil {
			_, err = tmpl.Render(mustVars(t, []byte(generatorVars)))
		}
		if took := time.Since(start); took > slow {
			t.Errorf("took %v", took)
		}
		var placed *jinja.Error
		if err != nil && !errors.As(err, &placed) {
			t.Fatalf("error without place: %v", err)
		}
		if placed == nil || placed.Template != "fuzz" {
			return // the fault is in a template that was loaded
		}
		if placed.Span.Start.Offset > placed.Span.End.Offset || placed.Span.End.Offset > len(source) {
			t.Errorf("the span %+v does not lie within the text of %d bytes: %v", placed.Span, len(source), err)
		}
	})
}

// FuzzExpr does the same for bare expressions.
func FuzzExpr(f *testing.F) {
	g := &generator{Rand: rand.New(rand.NewPCG(8, 8))}
	for range 100 {
		f.Add(g.expr())
	}
	e, err := jinja.New(jinja.Config{Budget: smallBudget})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 2048 {
			t.Skip("longer than what fuzzing is for")
		}
		start := time.Now()
		x, err := e.ParseExpr(source)
		if err == nil {
			_, err = x.Eval(mustVars(t, json.RawMessage(generatorVars)))
		}
		if took := time.Since(start); took > slow {
			t.Errorf("took %v", took)
		}
		var placed *jinja.Error
		if err != nil && !errors.As(err, &placed) {
			t.Fatalf("error without place: %v", err)
		}
	})
}
