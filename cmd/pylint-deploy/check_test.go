package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write makes a file below a fresh directory and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func codeOf(err error) int {
	if err == nil {
		return 0
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		return exit.Code
	}
	return 1
}

const (
	cleanBook = "- hosts: all\n  tasks:\n    - name: look\n      ansible.builtin.command: ls /opt\n      changed_when: false\n"
	failing   = "- hosts: all\n  tasks:\n    - name: account\n      ansible.builtin.command: useradd app\n"
	warned    = "- hosts: all\n  tasks:\n    - name: look  # of interest\n      ansible.builtin.command: ls /opt\n"
)

func TestExitCodesOfCheck(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		args []string
		want int
	}{
		"clean":                       {cleanBook, nil, 0},
		"an error":                    {failing, nil, 2},
		"an error, none asked for":    {failing, []string{"--fail-level", "none"}, 0},
		"a warning":                   {warned, nil, 0},
		"a warning, asked for":        {warned, []string{"--fail-level", "warning"}, 2},
		"a file that does not parse":  {"- hosts: [\n", nil, 3},
		"an unknown format":           {cleanBook, []string{"--format", "xml"}, 1},
		"an unknown level":            {cleanBook, []string{"--fail-level", "bad"}, 1},
		"an unknown profile":          {cleanBook, []string{"--profile", "bad"}, 1},
		"a rules directory not there": {cleanBook, []string{"--rules", "/not/there"}, 1},
		"two formats to one output":   {cleanBook, []string{"--format", "text", "--format", "json"}, 1},
		"an error under gate":         {failing, []string{"--profile", "gate"}, 2},
		"an unknown colour":           {cleanBook, []string{"--color", "blue"}, 1},
		"--diff without --fix":        {cleanBook, []string{"--diff"}, 1},
		"--fix of standard input":     {cleanBook, []string{"--stdin", "--fix"}, 1},
	} {
		path := write(t, "site.yml", c.text)
		_, _, err := invoke(t, append([]string{"check", path}, c.args...)...)
		if got := codeOf(err); got != c.want {
			t.Errorf("%s: exit code %d (%v), want %d", name, got, err, c.want)
		}
	}
	if _, _, err := invoke(t, "check", "/not/there.yml"); codeOf(err) != 1 {
		t.Errorf("a missing path: %v", err)
	}
}

func TestCheckWritesJSON(t *testing.T) {
	path := write(t, "site.yml", failing)
	out, _, _ := invoke(t, "check", path, "--format", "json")
	var doc struct {
		Findings []struct {
			Rule, Level, File, Task, Message, Run2, Docs string
			Line, Column                                 int
		}
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if len(doc.Findings) != 1 {
		t.Fatalf("%+v", doc.Findings)
	}
	f := doc.Findings[0]
	if f.Rule != "shell/fails-on-rerun" || f.Level != "error" || f.Line != 3 || f.Column != 7 || f.Task != "account" || f.Run2 == "" || f.Docs != "docs/rules/shell/fails-on-rerun.md" {
		t.Errorf("%+v", f)
	}
}

func TestFixMendsAndKeepsTheRest(t *testing.T) {
	path := write(t, "site.yml", warned)
	out, _, err := invoke(t, "check", path, "--fix", "--diff")
	if err != nil || !strings.Contains(out, "+      changed_when: false") {
		t.Errorf("%v: %s", err, out)
	}
	if text, _ := os.ReadFile(path); string(text) != warned {
		t.Errorf("--diff wrote: %s", text)
	}
	if _, _, err := invoke(t, "check", path, "--fix", "--fail-level", "warning"); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(path)
	if want := warned + "      changed_when: false\n"; err != nil || string(text) != want {
		t.Errorf("%v: %s", err, text)
	}
}

func TestABaselineAcceptsWhatIsThere(t *testing.T) {
	path := write(t, "site.yml", failing)
	base := filepath.Join(filepath.Dir(path), "base.json")
	if _, _, err := invoke(t, "check", path, "--write-baseline", base); err != nil {
		t.Fatal(err)
	}
	if _, _, err := invoke(t, "check", path, "--baseline", base); err != nil {
		t.Errorf("accepted, and still: %v", err)
	}
}
