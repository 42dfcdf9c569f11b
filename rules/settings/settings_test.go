package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
)

func parse(t *testing.T, path, text string) *Settings {
	t.Helper()
	s, err := Parse(path, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBadSettingsSayWhatIsWrongAndWhere(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"unknown key":     {"profil: gate\n", `line 1: unknown key "profil"`},
		"unknown profile": {"profile: tough\n", `unknown profile "tough": choose from gate, default, strict`},
		"unknown level":   {"rules:\n  shell/append: {level: fatal}\n", `rules: shell/append: unknown level "fatal"`},
		"bad glob":        {"ignore: ['[']\n", `ignore: glob "["`},
		"not YAML":        {"ignore: [\n", "line 1"},
		"wrong type":      {"ignore: {a: b}\n", "line 1"},
	} {
		_, err := Parse("p.yaml", []byte(tc.text))
		if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "p.yaml: ") {
			t.Errorf("%s: error is %v, want p.yaml: ... %s", name, err, tc.want)
		}
	}
}

func TestFindSearchesUpward(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "roles", "web", "tasks")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if s, err := Find(deep); err != nil || s.Path != "" && strings.HasPrefix(s.Path, root) {
		t.Errorf("without a file: %v, %v", s, err)
	}
	if err := os.WriteFile(filepath.Join(root, FileName), []byte("profile: strict\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Find(deep)
	if err != nil || s.Profile != "strict" || s.Path != filepath.Join(root, FileName) {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestDecide(t *testing.T) {
	finding := func(rule string, l rules.Level, file string) rules.Finding {
		return rules.Finding{Rule: rule, Level: l, Pos: source.Pos{File: file, Line: 1}}
	}
	unknown := finding("shell/unguarded-mutation", rules.Warning, "a.yml")
	unknown.Unknown = true
	for _, tc := range []struct {
		name, text, profile string
		finding             rules.Finding
		level               rules.Level
		counts              bool
	}{
		{"gate drops warnings", "", "gate", finding("a/b", rules.Warning, "a.yml"), rules.Warning, false},
		{"default drops info", "", "default", finding("a/b", rules.Info, "a.yml"), rules.Info, false},
		{"strict keeps info", "", "strict", finding("a/b", rules.Info, "a.yml"), rules.Info, true},
		{"unknown is a warning", "", "default", unknown, rules.Warning, true},
		{"strict: unknown is an error", "", "strict", unknown, rules.Error, true},
		{"a rule's level", "rules: {a/b: {level: error}}", "gate", finding("a/b", rules.Info, "a.yml"), rules.Error, true},
		{"a category's level", "rules: {a: {level: 'off'}}", "strict", finding("a/b", rules.Error, "a.yml"), Off, false},
		{"the rule wins over its category", "rules: {a: {level: 'off'}, a/b: {level: warning}}", "default", finding("a/b", rules.Error, "a.yml"), rules.Warning, true},
		{"ignored here", "rules: {a/b: {ignore: [legacy]}}", "default", finding("a/b", rules.Error, "legacy/x/a.yml"), rules.Error, false},
		{"not ignored there", "rules: {a/b: {ignore: [legacy]}}", "default", finding("a/b", rules.Error, "new/a.yml"), rules.Error, true},
		{"enforced is never ignored", "enforce: [a]\nrules: {a/b: {ignore: ['*']}}", "default", finding("a/b", rules.Error, "a.yml"), rules.Error, true},
	} {
		p, err := ProfileNamed(tc.profile)
		if err != nil {
			t.Fatal(err)
		}
		f, counts := parse(t, FileName, tc.text).Decide(tc.finding, p)
		if f.Level != tc.level || counts != tc.counts {
			t.Errorf("%s: %s, %v; want %s, %v", tc.name, f.Level, counts, tc.level, tc.counts)
		}
	}
}

func TestGlobs(t *testing.T) {
	for _, tc := range []struct {
		glob, file string
		want       bool
	}{
		{"*.yml", "a/b/c.yml", true},
		{"a/*.yml", "a/b/c.yml", false},
		{"a/**/c.yml", "a/b/x/c.yml", true},
		{"a/**/c.yml", "a/c.yml", true},
		{"vendor/", "vendor/x.yml", true},
		{"vendor", "roles/vendor/x.yml", true},
		{"./a", "a/b", true},
		{"a/**", "a", false},
		{"a/**", "a/b", true},
		{"b", "a/bc", false},
	} {
		if got := matchAny([]string{tc.glob}, tc.file); got != tc.want {
			t.Errorf("%q on %q: %v", tc.glob, tc.file, got)
		}
	}
}

func TestParseNoqa(t *testing.T) {
	for _, tc := range []struct {
		text string
		ok   bool
		ids  []string
	}{
		{"# noqa", true, nil},
		{"#noqa: shell/append", true, []string{"shell/append"}},
		{"# noqa: shell/append,shell/accumulates the file is rotated", true, []string{"shell/append", "shell/accumulates"}},
		{"# noqa no-changed-when latest[git]", true, []string{"no-changed-when", "latest[git]"}},
		{"# noqa: 301", true, []string{"301"}},
		{"# noqa: because I say so", true, nil},
		{"# see noqa.md", false, nil},
		{"# noqanything", false, nil},
		{"# text # noqa: shell", true, []string{"shell"}},
	} {
		n, ok := parseNoqa(source.Comment{Text: tc.text})
		if ok != tc.ok {
			t.Errorf("%q: ok is %v", tc.text, ok)
		} else if ok {
			if d := cmp.Diff(tc.ids, n.ids); d != "" {
				t.Errorf("%q: %s", tc.text, d)
			}
		}
	}
}

func TestSuppress(t *testing.T) {
	at := func(line int, rule string) rules.Finding {
		return rules.Finding{Rule: rule, Level: rules.Error, Pos: source.Pos{File: "t.yml", Line: line, Column: 3}}
	}
	comment := func(line int, text string) source.Comment {
		return source.Comment{Pos: source.Pos{File: "t.yml", Line: line}, Text: text}
	}
	file := File{Path: "t.yml", Tasks: []Task{{First: 3, Last: 5}, {First: 6, Last: 8}, {First: 10, Last: 12, Skip: true}}}
	for _, tc := range []struct {
		name     string
		comments []source.Comment
		enforce  []string
		finding  rules.Finding
		silenced bool
		unused   int
	}{
		{"in the task", []source.Comment{comment(4, "# noqa: shell/append")}, nil, at(3, "shell/append"), true, 0},
		{"above the task", []source.Comment{comment(2, "# noqa: shell/append")}, nil, at(5, "shell/append"), true, 0},
		{"in the task before", []source.Comment{comment(5, "# noqa: shell/append")}, nil, at(6, "shell/append"), false, 1},
		{"another rule", []source.Comment{comment(4, "# noqa: shell/append")}, nil, at(3, "file/touch"), false, 1},
		{"the category", []source.Comment{comment(4, "# noqa: shell/append, file/touch")}, nil, at(3, "file/touch"), true, 1},
		{"ansible-lint's id", []source.Comment{comment(4, "# noqa no-changed-when")}, nil, at(3, "shell/append"), true, 0},
		{"all rules", []source.Comment{comment(4, "# noqa")}, nil, at(3, "shell/append"), true, 0},
		{"outside tasks, same line", []source.Comment{comment(1, "# noqa: rerun/self-lockout")}, nil, at(1, "rerun/self-lockout"), true, 0},
		{"outside tasks, far away", []source.Comment{comment(4, "# noqa: rerun/self-lockout")}, nil, at(1, "rerun/self-lockout"), false, 1},
		{"skip_ansible_lint", nil, nil, at(11, "shell/append"), true, 0},
		{"enforced", []source.Comment{comment(4, "# noqa: shell/append")}, []string{"shell/append"}, at(3, "shell/append"), false, 0},
	} {
		f := file
		f.Comments = tc.comments
		s := &Settings{Enforce: tc.enforce}
		kept, silenced, unused := s.Suppress([]rules.Finding{tc.finding}, []File{f})
		if (silenced == 1) != tc.silenced || len(kept)+silenced != 1 {
			t.Errorf("%s: kept %d, silenced %d", tc.name, len(kept), silenced)
		}
		if len(unused) != tc.unused {
			t.Errorf("%s: unused %v", tc.name, unused)
		}
	}
}

func TestAliasesNameTwoPartIDs(t *testing.T) {
	for id, to := range aliases {
		for _, rule := range to {
			if strings.Count(rule, "/") != 1 {
				t.Errorf("%s stands for %q", id, rule)
			}
		}
	}
}

func TestBaselineSurvivesMovesAndEndsWithEdits(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "baseline.json")
	const before = "- name: a\n  command: mkdir /x\n"
	const moved = "# a comment\n\n    - name: a\n\n      command: mkdir /x\n"
	const edited = "- name: a\n  command: mkdir /y\n"
	if err := os.WriteFile(filepath.Join(dir, "site.yml"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	finding := func(text string, first, last int) rules.Finding {
		return rules.Finding{Rule: "shell/fails-on-rerun", Pos: source.Pos{File: filepath.Join(dir, "site.yml"), Line: first},
			Fingerprint: Fingerprint(text, first, last)}
	}
	if err := WriteBaseline(path, []rules.Finding{finding(before, 1, 2)}); err != nil {
		t.Fatal(err)
	}
	b, err := ReadBaseline(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &Settings{}
	for _, tc := range []struct {
		name     string
		findings []rules.Finding
		dropped  int
	}{
		{"unchanged", []rules.Finding{finding(before, 1, 2)}, 1},
		{"moved", []rules.Finding{finding(moved, 3, 5)}, 1},
		{"edited", []rules.Finding{finding(edited, 1, 2)}, 0},
		{"a second one of its kind", []rules.Finding{finding(before, 1, 2), finding(before, 1, 2)}, 1},
	} {
		if kept, dropped := s.Filter(b, path, tc.findings); dropped != tc.dropped || len(kept)+dropped != len(tc.findings) {
			t.Errorf("%s: kept %d, dropped %d", tc.name, len(kept), dropped)
		}
	}
	renamed := finding(before, 1, 2)
	renamed.Pos.File = filepath.Join(dir, "deploy.yml")
	if _, dropped := s.Filter(b, path, []rules.Finding{renamed}); dropped != 0 {
		t.Error("the same task in another file was dropped while the old file is there")
	}
	if err := os.Remove(filepath.Join(dir, "site.yml")); err != nil {
		t.Fatal(err)
	}
	if _, dropped := s.Filter(b, path, []rules.Finding{renamed, renamed}); dropped != 1 {
		t.Errorf("of a task in a renamed file and its double %d were dropped", dropped)
	}
	if _, dropped := (&Settings{Enforce: []string{"shell"}}).Filter(b, path, []rules.Finding{finding(before, 1, 2)}); dropped != 0 {
		t.Error("an enforced rule was dropped")
	}
	if _, err := ReadBaseline(filepath.Join(dir, "other.json")); err == nil || !strings.Contains(err.Error(), "--write-baseline") {
		t.Errorf("missing baseline: %v", err)
	}
}

func FuzzNoqa(f *testing.F) {
	f.Add("# noqa: a/b,c[d] e")
	f.Fuzz(func(t *testing.T, text string) {
		if n, ok := parseNoqa(source.Comment{Text: text}); ok {
			for _, id := range n.ids {
				if id == "" {
					t.Errorf("%q gave an empty id", text)
				}
			}
		}
	})
}
