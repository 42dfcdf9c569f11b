package facts

import (
	"testing"

	"pylint-deploy/parser/source"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want Relation
	}{
		{"/etc/a", "/etc/a/", Equal},
		{"/etc", "/etc/a", Ancestor},
		{"/etc/a", "/etc", Descendant},
		{"/etc/a", "/etc/b", Disjoint},
		{"{{ d }}/a", "{{d}}/a", Equal},
		{"{{ d }}/a", "{{ d }}/b", Disjoint},
		{"{{ d }}/a", "/etc/a", Undecided},
		{"/etc/{{ x }}", "/etc/a", Undecided},
		{"/srv/{{ a/b }}/x", "/srv/{{ a/b }}/x", Equal},
		{"a/b", "/etc", Undecided},
		{"/etc/*", "/etc/a", Undecided},
		{"/etc/../a", "/etc/b", Undecided},
		{"/etcetera", "/etc", Disjoint},
	} {
		if got := Compare(c.a, c.b); got != c.want {
			t.Errorf("%s and %s are %s, want %s", c.a, c.b, got, c.want)
		}
	}
}

func TestFixpoints(t *testing.T) {
	for _, c := range []struct {
		regexp, line string
		want         Fixpoint
	}{
		{"^deployers", "%deployers ALL", "no"},
		{"^%?deployers", "%deployers ALL", "yes"},
		{`^#?\s*Port\b`, "Port 22", "yes"},
		{"(unclosed", "x", "unknown"},
	} {
		if got := lineFixpoint(c.regexp, c.line); got != c.want {
			t.Errorf("lineinfile %q %q: %s, want %s", c.regexp, c.line, got, c.want)
		}
	}
	for _, c := range []struct {
		regexp, with string
		want         Fixpoint
	}{
		{"workers", "workers workers", "no"},
		{"^PermitRootLogin yes", "PermitRootLogin no", "yes"},
		{"a(b|c)*", "x", "unknown"},
	} {
		if got := replaceFixpoint(c.regexp, c.with); got != c.want {
			t.Errorf("replace %q %q: %s, want %s", c.regexp, c.with, got, c.want)
		}
	}
}

func TestConditions(t *testing.T) {
	for text, want := range map[string][]condition{
		"not a.stat.exists":              {{text: "not a.stat.exists", negated: true}},
		"a is changed and (b or c)":      {{text: "a is changed"}, {text: "b or c"}},
		"'x and y' not in a.stdout":      {{text: "'x and y' not in a.stdout"}},
		"(a and b)":                      {{text: "a"}, {text: "b"}},
		"not (a.rc == 0)":                {{text: "not (a.rc == 0)", negated: true}},
		"{{ a }}":                        {{text: "a"}},
		"a | default(false) and not b.x": {{text: "a | default(false)"}, {text: "not b.x", negated: true}},
	} {
		got := conditions(source.NewString(text, source.Pos{}), false)
		if len(got) != len(want) {
			t.Errorf("%q: %+v", text, got)
			continue
		}
		for i := range got {
			if got[i].text != want[i].text || got[i].negated != want[i].negated {
				t.Errorf("%q: %q negated %v, want %q %v", text, got[i].text, got[i].negated, want[i].text, want[i].negated)
			}
		}
	}
}

func TestConstants(t *testing.T) {
	f, err := source.Parse("vars.yml", []byte("a: /srv\nb: '{{ a }}/app'\nloop: '{{ loop }}'\nd: {k: v}\nn: 6543\n"))
	if err != nil {
		t.Fatal(err)
	}
	s := (&scope{runtime: map[string]bool{"r": true}}).push(f.Docs[0])
	for text, want := range map[string]string{
		"{{ b }}/x":                   "/srv/app/x",
		"{{ a + '/y' }}":              "/srv/y",
		"{{ a ~ '/' ~ d.k }}":         "/srv/v",
		"{{ d['k'] }}:{{ n }}":        "v:6543",
		"{{ none | default('z') }}":   "z",
		"{{ a | default('z') }}":      "/srv",
		"{{ r }}":                     "{{ r }}",
		"{{ unknown }}/x":             "{{ unknown }}/x",
		"{{ loop }}":                  "{{ loop }}",
		"{{ lookup('env', 'HOME') }}": "{{ lookup('env', 'HOME') }}",
		"{{ r | default('z') }}":      "{{ r | default('z') }}",
	} {
		if got := s.text(text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
