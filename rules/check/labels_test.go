package check

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pylint-deploy/rules"
	"pylint-deploy/rules/settings"
)

// label is a command of a public repository, with what a person says of its second run: error where it diverges, fails or
// interrupts, warn where it reports a change that is none or hides one, none otherwise.
type label struct {
	repo, file string
	line       int
	expected   int // as in weight
}

var weight = map[string]int{"none": 0, "warn": 1, "error": 2}

func readLabels(t *testing.T, path string) []label {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	var out []label
	scan := bufio.NewScanner(f)
	for scan.Scan() {
		c := strings.Split(scan.Text(), "\t")
		if len(c) < 7 || c[0] == "repo" {
			continue
		}
		line, err := strconv.Atoi(c[3])
		if err != nil {
			t.Fatalf("%s: %v", scan.Text(), err)
		}
		out = append(out, label{c[0], c[2], line, weight[c[6]]})
	}
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// verdicts are the worst levels of a check of a tree in the default profile, by file and line: what a user sees.
func verdicts(t *testing.T, dir string) map[string]int {
	t.Helper()
	r, err := Run(context.Background(), []string{dir}, Options{Settings: &settings.Settings{}}) // not ansible-lint's of the repository
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, f := range r.Findings {
		rel, err := filepath.Rel(dir, f.Pos.File)
		if err != nil {
			t.Fatal(err)
		}
		at := rel + ":" + strconv.Itoa(f.Pos.Line)
		out[at] = max(out[at], map[rules.Level]int{rules.Warning: 1, rules.Error: 2}[f.Level])
	}
	return out
}

// corrected are labels that the content itself shows to be wrong.
var corrected = map[string]int{
	// ln -s without -f, but the task before it removes the link: the second run makes it again, and does not fail.
	"dodecaphonic/ansible-rails-app roles/webserver/tasks/nginx.yml:16": weight["warn"],
}

// TestLabelledCommands measures the verdicts over commands of public repositories that a person has judged. CORPUS names a
// directory with the repositories at the commits of the list, each as owner__name.
func TestLabelledCommands(t *testing.T) {
	labels := readLabels(t, shared(t, "corpus/labels_dev.tsv"))
	corpus := os.Getenv("CORPUS")
	if corpus == "" {
		t.Skip("CORPUS does not name the repositories: nothing is measured")
	}
	found := map[string]map[string]int{}
	var tp, fp, fn [3]float64
	for _, l := range labels {
		dir := filepath.Join(corpus, strings.Replace(l.repo, "/", "__", 1))
		if found[l.repo] == nil {
			found[l.repo] = verdicts(t, dir)
		}
		if better, ok := corrected[l.repo+" "+l.file+":"+strconv.Itoa(l.line)]; ok {
			l.expected = better
		}
		got := found[l.repo][l.file+":"+strconv.Itoa(l.line)]
		if got != l.expected {
			t.Logf("%s %s:%d is %d, labelled %d", l.repo, l.file, l.line, got, l.expected)
		}
		for level := 1; level <= 2; level++ {
			switch {
			case got >= level && l.expected >= level:
				tp[level]++
			case got >= level:
				fp[level]++
			case l.expected >= level:
				fn[level]++
			}
		}
	}
	for level, least := range map[int][2]float64{2: {0.95, 0.90}, 1: {0.95, 0.95}} {
		precision, recall := tp[level]/(tp[level]+fp[level]), tp[level]/(tp[level]+fn[level])
		t.Logf("level %d and above: precision %.3f, recall %.3f over %d labels", level, precision, recall, len(labels))
		if precision < least[0] || recall < least[1] {
			t.Errorf("level %d: precision %.3f, recall %.3f, want %v", level, precision, recall, least)
		}
	}
}
