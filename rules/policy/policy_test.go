package policy

import (
	"context"
	"io/fs"
	"strings"
	"testing"

	"pylint-deploy/rules"
	"pylint-deploy/rules/engine"
	"pylint-deploy/rules/regotest"
)

func TestRegoTestsPass(t *testing.T) {
	r, err := regotest.Run(context.Background(), Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range r.Results {
		if test.Failed || test.Err != nil {
			t.Errorf("%s: %s: %v\n%s", test.Place, test.Name, test.Err, test.Output)
		}
	}
	for file, percent := range r.Covered {
		if percent < 80 {
			t.Errorf("%s: its tests reach only %.0f%% of it", file, percent)
		}
	}
}

// TestEveryRuleIsComplete holds what a rule must say of itself and that it has tests.
func TestEveryRuleIsComplete(t *testing.T) {
	set, err := engine.Load(Files)
	if err != nil {
		t.Fatal(err)
	}
	categories := strings.Join(rules.Categories(), " ")
	for _, m := range set.Rules() {
		category, name, _ := strings.Cut(m.ID, "/")
		if want := m.ID + "/" + name + ".rego"; m.File != want {
			t.Errorf("%s is in %s, want %s", m.ID, m.File, want)
		}
		if !strings.Contains(categories, category) {
			t.Errorf("%s: %s is no category", m.ID, category)
		}
		if m.Why == "" || m.Run2 == "" || m.Instead == "" || m.Avoid == "" || m.Prefer == "" {
			t.Errorf("%s lacks one of description, run2, instead, avoid, prefer", m.ID)
		}
		if _, err := fs.Stat(Files, strings.TrimSuffix(m.File, ".rego")+"_test.rego"); err != nil {
			t.Errorf("%s has no tests", m.ID)
		}
	}
}

// TestCompiledIsOfTheseRules: a stale file would cost time at each start, and nothing else, so nobody would see it.
func TestCompiledIsOfTheseRules(t *testing.T) {
	want, err := engine.Precompile(Files)
	if err != nil {
		t.Fatal(err)
	}
	if Compiled != string(want) {
		t.Error("compiled.bin is of other rules, or of another OPA: go generate ./rules/policy")
	}
}
