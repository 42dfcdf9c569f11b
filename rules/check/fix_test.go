package check

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"pylint-deploy/rules"
	"pylint-deploy/rules/engine"
	"pylint-deploy/rules/fix"
	"pylint-deploy/rules/policy"
)

// mendTree mends all that can be mended below a directory, as `check --fix` does, and returns what was found before and after.
func mendTree(t *testing.T, dir string) (before, after *Result) {
	t.Helper()
	for range 50 {
		r, err := Run(context.Background(), []string{dir}, Options{Profile: "strict", NoBaseline: true})
		if err != nil {
			t.Fatal(err)
		}
		if before == nil {
			before = r
		}
		byFile := map[string][]rules.Finding{}
		for _, f := range r.Findings {
			byFile[f.Pos.File] = append(byFile[f.Pos.File], f)
		}
		mended := 0
		for path, findings := range byFile {
			done, err := fix.File(r.Sources[path], findings, r.Task)
			if err != nil {
				t.Fatal(err)
			}
			if mended += done.Mended; done.Mended == 0 {
				continue
			}
			if err := os.WriteFile(path, done.Text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if mended == 0 {
			return before, r
		}
	}
	t.Fatalf("mending %s does not end", dir)
	return nil, nil
}

// atLeast counts findings by rule and file, from a level on.
func atLeast(r *Result, level rules.Level) map[string]int {
	n := map[string]int{}
	for _, f := range r.Findings {
		if severity(f.Level) >= severity(level) {
			n[f.Rule+" in "+f.Pos.File]++
		}
	}
	return n
}

// TestAvoidIsMended mends the example of each rule that has a fix: the rule is silent then, nothing as bad or worse is found.
func TestAvoidIsMended(t *testing.T) {
	set, err := engine.Load(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range set.Rules() {
		if !m.Fix {
			continue
		}
		t.Run(m.ID, func(t *testing.T) {
			before, after := mendTree(t, avoided(t, m))
			was, is := 0, 0
			for _, f := range before.Findings {
				was += btoi(f.Rule == m.ID)
			}
			for _, f := range after.Findings {
				is += btoi(f.Rule == m.ID)
			}
			if was == 0 || is != 0 {
				t.Errorf("%d findings before, %d after", was, is)
			}
			noWorse(t, before, after, m.Level)
		})
	}
}

// avoided is a directory with a playbook of the example that a rule is to avoid.
func avoided(t *testing.T, m engine.Meta) string {
	t.Helper()
	text := "- hosts: all\n  tasks:\n" + indented(m.Avoid)
	if strings.Contains(m.Avoid, "hosts:") {
		text = m.Avoid
	}
	return tree(t, "-- nginx.yml --\n- ansible.builtin.debug:\n-- site.yml --\n"+text)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + line)
	}
	return b.String()
}

func noWorse(t *testing.T, before, after *Result, level rules.Level) {
	t.Helper()
	was := atLeast(before, level)
	for what, n := range atLeast(after, level) {
		if strings.HasPrefix(what, "file/mode-unset ") {
			continue // mkdir left the mode to the umask, too: which one it should be is not for a fix to decide
		}
		if n > was[what] {
			t.Errorf("new after mending: %s", what)
		}
	}
}

// TestTreesAreMended mends whole trees. What was not mended means what it meant; a second time there is nothing to do. That
// the edited files mean what they should is checked by the fixes themselves; here another YAML reader counts.
func TestTreesAreMended(t *testing.T) {
	trees := map[string]string{}
	for _, s := range scenarios {
		trees[s.name] = tree(t, s.archive)
	}
	sources := map[string]string{"the sample site": "../../testdata/site"}
	if _, err := os.Stat("../../../shared/course"); err == nil {
		sources["the course"] = "../../../shared/course"
	} else {
		t.Log("../shared is not there: the course is not mended")
	}
	for name, from := range sources {
		trees[name] = t.TempDir()
		if err := os.CopyFS(trees[name], os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	for name, dir := range trees {
		t.Run(name, func(t *testing.T) {
			old := tasksBelow(t, dir)
			before, after := mendTree(t, dir)
			noWorse(t, before, after, rules.Error)
			now := tasksBelow(t, dir)
			for path, n := range old {
				if now[path] < n {
					t.Errorf("%s has %d entries, had %d", path, now[path], n)
				}
			}
			text := snapshot(t, dir)
			mendTree(t, dir)
			if !bytes.Equal(text, snapshot(t, dir)) {
				t.Error("mending twice differs from mending once")
			}
		})
	}
}

// tasksBelow counts the entries of the top lists of YAML files.
func tasksBelow(t *testing.T, dir string) map[string]int {
	t.Helper()
	out := map[string]int{}
	walkYAML(t, dir, func(path string, text []byte) {
		var v []any
		if yaml.Unmarshal(text, &v) == nil {
			out[path] = len(v)
		}
	})
	return out
}

func snapshot(t *testing.T, dir string) []byte {
	t.Helper()
	var all []byte
	walkYAML(t, dir, func(path string, text []byte) { all = append(append(all, path...), text...) })
	return all
}

func walkYAML(t *testing.T, dir string, visit func(path string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yml") {
			return err
		}
		text, err := os.ReadFile(path)
		visit(path, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
