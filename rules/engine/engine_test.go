package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"

	"pylint-deploy/rules"
	"pylint-deploy/rules/policy"
)

const appendRule = `# METADATA
# title: Append
# description: |
#   Each run adds the text again.
# custom:
#   severity: error
#   run2: appends again
#   instead: use lineinfile
#   select:
#     modules: [ansible.builtin.shell]
package rules.shell.append

import data.lib.shell

violations contains {"id": t.id, "msg": sprintf("%s appends", [t.name]), "seen": true} if {
	some t in input.tasks
	shell.appends(t)
}
`

const latestRule = `# METADATA
# title: Latest
# custom:
#   severity: warning
package rules.package["state-latest"]

violations contains {"id": t.id, "msg": "latest", "level": "info", "arg": "state"} if {
	some t in input.tasks
	t.state == "latest"
	not t.id in input.context.exempt
	not input.options.allow
}
`

const library = `package lib.shell

appends(t) if contains(t.command, ">>")
`

func testSet(t *testing.T) *Set {
	t.Helper()
	s, err := Load(fstest.MapFS{
		"shell/append/append.rego":               {Data: []byte(appendRule)},
		"shell/append/append_test.rego":          {Data: []byte("this is not read")},
		"package/state-latest/state-latest.rego": {Data: []byte(latestRule)},
		"lib/shell.rego":                         {Data: []byte(library)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func candidate(id int, module string, fields map[string]string) Candidate {
	o := ast.NewObject(ast.Item(ast.StringTerm("id"), ast.IntNumberTerm(id)))
	for k, v := range fields {
		o.Insert(ast.StringTerm(k), ast.StringTerm(v))
	}
	return Candidate{ID: id, Module: module, Term: ast.NewTerm(o)}
}

func TestMetadata(t *testing.T) {
	m, ok := testSet(t).Rule("shell/append")
	want := Meta{ID: "shell/append", File: "shell/append/append.rego", Page: "docs/rules/shell/append.md", Title: "Append", Why: "Each run adds the text again.", Level: rules.Error,
		Run2: "appends again", Instead: "use lineinfile", Select: Select{Modules: []string{"ansible.builtin.shell"}}}
	if d := cmp.Diff(want, m); !ok || d != "" {
		t.Error(d)
	}
}

// TestPrecompiledRulesAreThoseOfTheTexts: as many, with the same metadata, and compiled to the same. Where the texts are others,
// they are what counts.
func TestPrecompiledRulesAreThoseOfTheTexts(t *testing.T) {
	lib := &fstest.MapFile{Data: []byte(library)}
	files := fstest.MapFS{"lib/shell.rego": lib, "shell/append/append.rego": {Data: []byte(appendRule)}}
	data, err := Precompile(files)
	if err != nil {
		t.Fatal(err)
	}
	other := fstest.MapFS{"lib/shell.rego": lib, "shell/append/append.rego": {Data: []byte(strings.Replace(appendRule, "error", "warning", 1))}}
	for name, tc := range map[string]struct {
		files    fs.FS
		data     string
		compiled bool
	}{
		"the same texts":   {files, string(data), true},
		"other texts":      {other, string(data), false},
		"no compiled file": {files, "", false},
		"a torn one":       {files, string(data[:len(data)/2]), false},
		"the product's":    {policy.Files, policy.Compiled, true},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := Load(tc.files)
			if err != nil {
				t.Fatal(err)
			}
			got, err := LoadTrusted(tc.files, tc.data)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want.Rules(), got.Rules()); d != "" || (got.compiled != nil) != tc.compiled {
				t.Errorf("compiled %v, metadata: %s", got.compiled != nil, d)
			}
			for i, r := range got.rules {
				if d := cmp.Diff(want.rules[i].selects, r.selects); d != "" {
					t.Errorf("%s: select: %s", r.id, d)
				}
			}
			if d := cmp.Diff(compiledText(t, want), compiledText(t, got)); d != "" {
				t.Errorf("compiled to other rules: %s", d)
			}
		})
	}
}

// compiledText is what OPA makes of all rules of a set.
func compiledText(t *testing.T, s *Set) map[string]string {
	t.Helper()
	var all []*asked
	for i := range s.rules {
		all = append(all, &asked{rule: &s.rules[i]})
	}
	c, err := s.compiler(all)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for name, m := range c.Modules {
		out[name] = m.String()
	}
	return out
}

func TestEvaluate(t *testing.T) {
	tasks := []Candidate{
		candidate(1, "ansible.builtin.shell", map[string]string{"name": "a", "command": "echo x >> f"}),
		candidate(2, "ansible.builtin.apt", map[string]string{"state": "latest"}),
		candidate(3, "ansible.builtin.shell", map[string]string{"name": "c", "command": "ls"}),
		candidate(4, "ansible.builtin.apt", map[string]string{"state": "latest"}),
	}
	exempt := ast.ObjectTerm(ast.Item(ast.StringTerm("exempt"), ast.ArrayTerm(ast.IntNumberTerm(4))))
	appends := Violation{Rule: "shell/append", ID: 1, Level: rules.Error, Message: "a appends", Run2: "appends again", Instead: "use lineinfile", Extra: map[string]any{"seen": true}}
	latest := Violation{Rule: "package/state-latest", ID: 2, Level: rules.Info, Message: "latest", Arg: "state", Extra: map[string]any{}}
	for name, tc := range map[string]struct {
		in   Input
		want []Violation
	}{
		"all":                      {Input{Tasks: tasks, Context: exempt}, []Violation{appends, latest}},
		"without the pre-filter":   {Input{Tasks: tasks, Context: exempt, All: true}, []Violation{appends, latest}},
		"an option":                {Input{Tasks: tasks, Context: exempt, Options: func(string) map[string]any { return map[string]any{"allow": true} }}, []Violation{appends}},
		"nothing is selected":      {Input{}, nil},
		"beyond one batch of 512":  {Input{Tasks: many(1200)}, nil},
		"a limit that is not used": {Input{Tasks: tasks, Context: exempt, Limit: time.Minute}, []Violation{appends, latest}},
	} {
		got, err := testSet(t).Evaluate(context.Background(), tc.in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(tc.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	got, err := testSet(t).Evaluate(context.Background(), Input{Context: exempt, Tasks: append(many(1200), candidate(5000, "ansible.builtin.apt", map[string]string{"state": "latest"}))})
	if err != nil || len(got) != 1 || got[0].ID != 5000 {
		t.Errorf("the last of three batches: %v, %v", got, err)
	}
}

func many(n int) []Candidate {
	out := make([]Candidate, n)
	for i := range out {
		out[i] = candidate(i, "ansible.builtin.apt", map[string]string{"state": "present"})
	}
	return out
}

func TestBadRulesSayWhatIsWrong(t *testing.T) {
	const meta = "# METADATA\n# title: T\n# custom:\n#   severity: error\n"
	for name, tc := range map[string]struct{ text, want string }{
		"no title":         {"# METADATA\n# custom: {severity: error}\npackage rules.a.b\n", "title is missing"},
		"level":            {"# METADATA\n# title: T\n# custom: {severity: fatal}\npackage rules.a.b\n", `severity is "fatal"`},
		"package":          {meta + "package my.rule\n", "package must be"},
		"syntax":           {meta + "package rules.a.b\n\nviolations contains {\n", "a/b/b.rego:"},
		"unknown function": {meta + "package rules.a.b\n\nviolations contains nothere(1) if true\n", "a/b/b.rego:7"},
		"network":          {meta + "package rules.a.b\n\nviolations contains http.send({}) if true\n", "http.send"},
		"clock":            {meta + "package rules.a.b\n\nviolations contains {\"id\": time.now_ns()} if true\n", "time.now_ns"},
		"environment":      {meta + "package rules.a.b\n\nviolations contains opa.runtime() if true\n", "opa.runtime"},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "a", "b", "b.rego")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(tc.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadDir(dir); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error is %v, want %q", name, err, tc.want)
		}
	}
}

func TestBadViolationsSayWhatIsWrong(t *testing.T) {
	const meta = "# METADATA\n# title: T\n# custom:\n#   severity: error\npackage rules.a.b\n\n"
	for name, tc := range map[string]struct{ body, want string }{
		"no id":     {`violations contains {"msg": "m"} if true`, "id must be"},
		"no msg":    {`violations contains {"id": 1} if true`, "msg is missing"},
		"level":     {`violations contains {"id": 1, "msg": "m", "level": "bad"} if true`, `level is "bad"`},
		"type":      {`violations contains {"id": 1, "msg": 5} if true`, "msg must be a string"},
		"no object": {`violations contains 5 if true`, "must be an object"},
		"no set":    {`violations := 5`, "must be a set"},
	} {
		s, err := Load(fstest.MapFS{"a/b/b.rego": {Data: []byte(meta + tc.body + "\n")}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Evaluate(context.Background(), Input{Tasks: many(1)})
		if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), "a/b") {
			t.Errorf("%s: error is %v, want %q", name, err, tc.want)
		}
	}
}

func TestTimeLimit(t *testing.T) {
	const slow = "# METADATA\n# title: T\n# custom:\n#   severity: error\npackage rules.a.b\n\n" +
		`violations contains {"id": 1, "msg": "m"} if { some i in numbers.range(1, 10000); some j in numbers.range(1, 10000); i * j == -1 }` + "\n"
	s, err := Load(fstest.MapFS{"a/b/b.rego": {Data: []byte(slow)}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Evaluate(context.Background(), Input{Tasks: many(1), Limit: 50 * time.Millisecond})
	if !errors.Is(err, ErrLimit) {
		t.Errorf("error is %v", err)
	}
}

func BenchmarkEvaluate(b *testing.B) {
	s, err := Load(fstest.MapFS{
		"package/state-latest/state-latest.rego": {Data: []byte(latestRule)},
	})
	if err != nil {
		b.Fatal(err)
	}
	in := Input{Tasks: many(10000), Context: ast.ObjectTerm()}
	for b.Loop() {
		if _, err := s.Evaluate(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/10000, "µs/task")
}
