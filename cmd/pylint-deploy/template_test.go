package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestTemplateRendersFilesAndExpressions(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "hosts", "[web]\nweb1 port=80\nweb2 port=81\n[web:vars]\nurl=http://{{ inventory_hostname }}:{{ port }}\n")
	put(t, dir, "t.j2", "{% for h in groups.web %}\n{{ h }} {{ hostvars[h].port }}\n{% endfor %}\n{{ url | default('-') }} {{ who | default('nobody') }}\n")
	put(t, dir, "part.j2", "part\n")
	put(t, dir, "vars.yml", "who: [a, b]\nlazy: '{{ who | join(\"+\") }}'\n")
	for _, step := range []struct{ args, stdin, want, mistaken string }{
		{args: "template t.j2 -i hosts --host web2 -e who=bob", want: "web1 80\nweb2 81\nhttp://web2:81 bob\n"},
		{args: "template - -e n=5", stdin: "{% include 'part.j2' %}\n{{ n }}\n", want: "part5\n"},
		{args: "template --expr lazy -e @vars.yml", want: "a+b\n"},
		{args: "template --expr who -e @vars.yml", want: "[\n    \"a\",\n    \"b\"\n]\n"},
		{args: "template --expr n|int+1 -e n=5", want: "6\n"},
		{args: "template --expr nosuch|default(5)", want: "5\n"},
		{args: "template --expr whoo -e who=bob", mistaken: "'whoo' is undefined, did you mean 'who'?"},
		{args: "template", mistaken: "give a file"},
		{args: "template t.j2 --expr x", mistaken: "one of them"},
		{args: "template t.j2 --host web1", mistaken: "needs an inventory"},
		{args: "template t.j2 -i hosts --host nosuch", mistaken: "nosuch"},
		{args: "template --expr 1 --ansible-compat old", mistaken: "modern or classic"},
		{args: "template nosuch.j2", mistaken: "nosuch.j2"},
	} {
		got, err := runIn(t, dir, step.stdin, strings.Fields(step.args)...)
		switch {
		case step.mistaken != "":
			if err == nil || !strings.Contains(err.Error(), step.mistaken) {
				t.Errorf("%s: %v does not say %q", step.args, err, step.mistaken)
			}
		case err != nil || got != step.want:
			t.Errorf("%s: got %q %v, want %q", step.args, got, err, step.want)
		}
	}
}

func TestTemplateRunsCases(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "cases.jsonl", `{"name": "a/1", "group": "a", "kind": "expr", "source": "n + 1", "vars": {"n": 1}, "expect": "2", "expect_str": "2"}
{"name": "a/2", "group": "a", "kind": "arg", "source": "{{ t }}", "vars": {"t": "[1]"}, "expect": [1], "expect_modern": "[1]"}
{"name": "b/1", "group": "b", "kind": "when", "source": "nosuch", "vars": {}, "error": "undefined"}
{"name": "b/2", "group": "b", "kind": "template", "source": "{{ x }}\n", "vars": {"x": "y"}, "expect": "z\n"}
`)
	for _, compat := range []string{"modern", "classic"} {
		out, err := runIn(t, dir, "", "template", "--cases", "cases.jsonl", "--format", "json", "--ansible-compat", compat)
		var exit *exitError
		if !errors.As(err, &exit) || exit.Code != 2 {
			t.Errorf("a failed case gives exit code 2, not %v", err)
		}
		var report struct {
			Passed, Total int
			Failures      []struct{ Case, Got, Want string }
		}
		if err := json.Unmarshal([]byte(out), &report); err != nil {
			t.Fatal(err)
		}
		if report.Passed != 3 || report.Total != 4 || len(report.Failures) != 1 || report.Failures[0].Case != "b/2" || report.Failures[0].Got != `'y\n'` {
			t.Errorf("%s: %+v", compat, report)
		}
	}
	out, _ := runIn(t, dir, "", "template", "--cases", "cases.jsonl")
	for _, want := range []string{"FAIL b/2", "a                       2 of    2", "total                   3 of    4, 75.0 %"} {
		if !strings.Contains(out, want) {
			t.Errorf("the report does not say %q:\n%s", want, out)
		}
	}
}
