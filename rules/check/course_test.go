package check

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"pylint-deploy/rules"
)

// shared finds data that lies beside the repository; without it the part of the test that needs it is left out.
func shared(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not there: the measure against it is left out", name)
	}
	return path
}

type truth struct {
	MustFlag []struct {
		ID    string
		File  string
		Files []string
		Line  int
		Lines []int
		Rule  string
		Sev   string
	} `yaml:"must_flag"`
	MustNot []string `yaml:"must_not_flag_as_non_idempotent"`
}

// place is a rule at a line of a file of the course.
type place struct {
	file string
	line int
	rule string
}

func (p place) String() string { return fmt.Sprintf("%s:%d %s", p.file, p.line, p.rule) }

func readTruth(t *testing.T, dir string) (truth, map[place]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "ground-truth.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var tr truth
	if err := yaml.Unmarshal(text, &tr); err != nil {
		t.Fatal(err)
	}
	want := map[place]string{}
	for _, m := range tr.MustFlag {
		lines := m.Lines
		if m.Line != 0 {
			lines = append(lines, m.Line)
		}
		for _, line := range lines {
			want[place{m.File, line, m.Rule}] = m.Sev
		}
		first := ""
		for _, f := range m.Files {
			name, line, _ := strings.Cut(f, ":")
			if !strings.Contains(name, "/") && first != "" && filepath.Base(first) == name {
				name = first // "main.yml:5" after the full name
			}
			first = name
			n, err := strconv.Atoi(line)
			if err != nil {
				t.Fatal(err)
			}
			want[place{name, n, m.Rule}] = m.Sev
		}
	}
	return tr, want
}

var levelOf = map[string]rules.Level{"E": rules.Error, "W": rules.Warning, "I": rules.Info}

// defensible are findings on the course that the ground truth does not name, with the reason why they are right.
var defensible = map[string]string{
	"shell/needless-shell":       "shell tasks that hold no shell syntax: a note on style, and only on those",
	"shell/use-module":           "pip's virtualenv argument makes the venv, and looks before it does",
	"service/restart-not-reload": "nginx can reload; the handler restarts it",
	"compat/free-form-args":      "the course writes k=v strings throughout: a note on style",
	"compat/not-runnable":        "run does not send SMS: a note on what it would refuse",
}

func TestTheCourseIsJudgedAsItsGroundTruth(t *testing.T) {
	dir := shared(t, "course")
	r, err := Run(context.Background(), []string{dir}, Options{Profile: "strict"})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Problems) > 0 {
		t.Errorf("problems: %v", r.Problems)
	}
	tr, want := readTruth(t, dir)
	got := map[place]rules.Finding{}
	for _, f := range r.Findings {
		rel, err := filepath.Rel(dir, f.Pos.File)
		if err != nil {
			t.Fatal(err)
		}
		got[place{rel, f.Pos.Line, f.Rule}] = f
	}
	for p, sev := range want {
		switch f, ok := got[p]; {
		case !ok:
			t.Errorf("not found: %s", p)
		case f.Level != levelOf[sev]:
			t.Errorf("%s is %s, the truth says %s", p, f.Level, levelOf[sev])
		}
	}
	for p, f := range got {
		if _, ok := want[p]; !ok && (defensible[p.rule] == "" || f.Level != rules.Info) {
			t.Errorf("neither in the truth nor defended: %s %s: %s", f.Level, p, f.Message)
		}
	}
	mustNot(t, tr, want, got)
}

var placeList = regexp.MustCompile(`([\w./]+\.yml):([\d,]+)`)

// mustNot: at these places nothing says that the task is not idempotent; what the truth itself wants there stays.
func mustNot(t *testing.T, tr truth, want map[place]string, got map[place]rules.Finding) {
	t.Helper()
	checked := 0
	for _, entry := range tr.MustNot {
		dir := ""
		for _, m := range placeList.FindAllStringSubmatch(entry, -1) {
			file := m[1]
			if strings.Contains(file, "/") {
				dir = filepath.Dir(file)
			} else {
				file = filepath.Join(dir, file)
			}
			for _, line := range strings.Split(m[2], ",") {
				n, err := strconv.Atoi(line)
				if err != nil {
					continue
				}
				checked++
				for p, f := range got {
					if p.file == file && p.line == n && want[p] == "" && f.Level != rules.Info {
						t.Errorf("must not be flagged: %s: %s", p, f.Message)
					}
					if p.file == file && p.line == n && slices.Contains([]string{"shell/unguarded-mutation", "shell/regenerates", "shell/fails-on-rerun"}, p.rule) {
						t.Errorf("must not be flagged as unguarded: %s", p)
					}
				}
			}
		}
	}
	if checked < 14 {
		t.Errorf("only %d places were read from the truth's list", checked)
	}
}
