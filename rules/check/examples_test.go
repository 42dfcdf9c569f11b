package check

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pylint-deploy/rules"
	"pylint-deploy/rules/engine"
	"pylint-deploy/rules/policy"
	"pylint-deploy/rules/settings"
)

// TestRulesKeepTheirOwnAdvice: of a rule's two examples the one to avoid is found, and the one to prefer is not.
func TestRulesKeepTheirOwnAdvice(t *testing.T) {
	set, err := engine.Load(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range set.Rules() {
		t.Run(m.ID, func(t *testing.T) {
			if !ofRule(t, m.ID, m.Avoid) {
				t.Errorf("what it says to avoid is not found:\n%s", m.Avoid)
			}
			if ofRule(t, m.ID, m.Prefer) {
				t.Errorf("what it says to prefer is found:\n%s", m.Prefer)
			}
		})
	}
}

// ofRule tells whether an example has a finding of a rule: tasks, the inside of a play, or a playbook.
func ofRule(t *testing.T, rule, example string) bool {
	t.Helper()
	dir := t.TempDir()
	text := example
	switch {
	case strings.HasPrefix(example, "tasks:") || strings.HasPrefix(example, "handlers:"):
		text = "- hosts: all" + strings.ReplaceAll("\n"+example, "\n", "\n  ")
	case !strings.Contains(example, "hosts:"):
		text = "- hosts: all\n  tasks:\n" + indented(example)
	}
	if err := os.WriteFile(filepath.Join(dir, "site.yml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Run(context.Background(), []string{dir}, Options{Profile: "strict", NoBaseline: true, Settings: &settings.Settings{}})
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(r.Findings, func(f rules.Finding) bool { return f.Rule == rule })
}
