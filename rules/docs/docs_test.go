package docs

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pylint-deploy/rules/engine"
	"pylint-deploy/rules/fix"
	"pylint-deploy/rules/policy"
)

var update = flag.Bool("update", false, "write the pages")

const top = "../.."

func rulesOf(t *testing.T) []engine.Meta {
	t.Helper()
	set, err := engine.Load(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	return set.Rules()
}

// TestPagesAreThoseOfTheRules: go test ./rules/docs -update writes them.
func TestPagesAreThoseOfTheRules(t *testing.T) {
	pages := All(rulesOf(t))
	if *update {
		if err := os.RemoveAll(filepath.Join(top, "docs", "rules")); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range pages {
		path = filepath.Join(top, path)
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, string(got)); d != "" {
			t.Errorf("%s is stale (-want +got):\n%s", path, d)
		}
	}
	err := filepath.WalkDir(filepath.Join(top, "docs", "rules"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if rel, _ := filepath.Rel(top, path); pages[filepath.ToSlash(rel)] == "" {
				t.Errorf("%s is the page of no rule", path)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestFixesAreDocumented holds docs/fixes.md to the rules that have a fix.
func TestFixesAreDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(top, "docs", "fixes.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range fix.Rules() {
		if !strings.Contains(string(text), rule) {
			t.Errorf("docs/fixes.md does not name %s", rule)
		}
	}
}

// TestFixableRulesSayIt keeps metadata and the table of fixes equal.
func TestFixableRulesSayIt(t *testing.T) {
	for _, m := range rulesOf(t) {
		if m.Fix != fix.Fixable(m.ID) {
			t.Errorf("%s: metadata says fix: %v, rules/fix says %v", m.ID, m.Fix, fix.Fixable(m.ID))
		}
	}
}
