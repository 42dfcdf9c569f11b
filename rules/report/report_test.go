package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const deployText = "- name: apply\n  hosts: web\n  tasks:\n    - name: make the directory\n\t  command: mkdir /opt/app\n    - name: restart\n      service: name=nginx state=restarted\n"

// sample has one of everything: each level, a tab in the line, a related place, a file with a comma and a space, a problem.
func sample() *Report {
	at := func(file string, line, col int) source.Pos { return source.Pos{File: file, Line: line, Column: col} }
	return &Report{
		Version: "1.0",
		Findings: []rules.Finding{
			{Rule: "service/restart-in-tasks", Level: rules.Error, Pos: at("/site/deploy.yml", 6, 7), End: at("/site/deploy.yml", 7, 40), Task: "restart",
				Message: "nginx is restarted by a task", Run2: "nginx restarts although nothing changed",
				Instead: "move the restart to a handler:\n  notify: restart nginx", Docs: "docs/rules/service/restart-in-tasks.md",
				Related: []rules.Related{{Pos: at("/site/roles/web/handlers/main.yml", 2, 3), Note: "this handler does it already"}}},
			{Rule: "shell/fails-on-rerun", Level: rules.Error, Pos: at("/site/deploy.yml", 5, 4), Task: "make the directory",
				Message: "`mkdir /opt/app` fails where it exists", Run2: "fails: 100% certain", Instead: "file: state=directory", Fixable: true},
			{Rule: "package/state-latest", Level: rules.Warning, Pos: at("/site/a, b.yml", 3, 1), Message: "state: latest", Run2: "upgrades"},
			{Rule: "compat/empty-name", Level: rules.Info, Pos: at("/elsewhere/x.yml", 1, 1), Message: "the name is empty"},
		},
		Problems: []Problem{{Pos: at("/site/broken.yml", 2, 5), Message: "mapping values are not allowed here", Hint: "quote the text"}},
		Rules: map[string]Rule{
			"shell/fails-on-rerun":     {Title: "Command fails on rerun", Why: "It creates what is there.", Level: rules.Error, Docs: "https://example.org/shell/fails-on-rerun"},
			"service/restart-in-tasks": {Title: "Restart in tasks", Level: rules.Error},
		},
		Files: 5, Tasks: 12, Suppressed: 1,
		Text: func(path string) string {
			if path == "/site/deploy.yml" {
				return deployText
			}
			return ""
		},
	}
}

func render(t *testing.T, name string, r *Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, name, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFormatsAreAsTheGoldenFiles(t *testing.T) {
	for _, name := range Formats() {
		t.Run(name, func(t *testing.T) {
			got := render(t, name, sample(), Options{Root: "/site"})
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("differs (-want +got):\n%s", d)
			}
		})
	}
}

func TestStructuredFormatsParse(t *testing.T) {
	for _, r := range []*Report{sample(), {}} {
		for _, name := range []string{"json", "sarif", "codeclimate"} {
			var v any
			if err := json.Unmarshal([]byte(render(t, name, r, Options{})), &v); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		var v junitSuites
		if err := xml.Unmarshal([]byte(render(t, "junit", r, Options{})), &v); err != nil {
			t.Errorf("junit: %v", err)
		}
	}
}

func TestCleanReportSaysSo(t *testing.T) {
	got := render(t, "text", &Report{Files: 1, Tasks: 2}, Options{})
	if want := "nothing found (2 tasks in 1 file)\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestColorOnlyAddsEscapes(t *testing.T) {
	plain := render(t, "text", sample(), Options{Root: "/site"})
	colored := render(t, "text", sample(), Options{Root: "/site", Color: true})
	if plain == colored {
		t.Error("Color changed nothing")
	}
	var b strings.Builder
	for i := 0; i < len(colored); i++ {
		if colored[i] == 0x1b {
			i += strings.IndexByte(colored[i:], 'm')
			continue
		}
		b.WriteByte(colored[i])
	}
	if d := cmp.Diff(plain, b.String()); d != "" {
		t.Errorf("more than escapes differ:\n%s", d)
	}
}

func TestFingerprintsSurviveMovedLines(t *testing.T) {
	moved := sample()
	for i := range moved.Findings {
		moved.Findings[i].Pos.Line += 10
	}
	prints := func(r *Report) (out []string) {
		var issues []issue
		if err := json.Unmarshal([]byte(render(t, "codeclimate", r, Options{})), &issues); err != nil {
			t.Fatal(err)
		}
		for _, is := range issues {
			out = append(out, is.Fingerprint)
		}
		return out
	}
	if d := cmp.Diff(prints(sample()), prints(moved)); d != "" {
		t.Error(d)
	}
}

func TestUnknownFormatNamesTheKnownOnes(t *testing.T) {
	err := Write(&bytes.Buffer{}, "yaml", sample(), Options{})
	if err == nil || !strings.Contains(err.Error(), "codeclimate, github, json") {
		t.Errorf("error is %v", err)
	}
}
