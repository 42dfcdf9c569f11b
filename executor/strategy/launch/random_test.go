package launch

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// playsToTry are the first seed and the one behind the last; PLAYS="1000:2000" tries others.
const playsToTry = "0:8"

// TestRandomPlaysRunAsWithAnsible writes playbooks and runs each with both programs: the same screen, but for messages of templates, and the
// same exit code. A playbook whose runs differ is kept, for whoever looks at it.
func TestRandomPlaysRunAsWithAnsible(t *testing.T) {
	program := installed(t, "ansible-playbook")
	seeds := os.Getenv("PLAYS")
	if seeds == "" {
		seeds = playsToTry
	}
	var first, end uint64
	if _, err := fmt.Sscanf(seeds, "%d:%d", &first, &end); err != nil {
		t.Fatalf("PLAYS=%s: %v", seeds, err)
	}
	for seed := first; seed < end; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			dir, w := writePlays(t, seed)
			want := ansible(t, program, dir, "site", "hosts", w.args)
			got := ours(t, dir, "site", "hosts", func(o *Options) {
				o.Tags, o.SkipTags, o.Limit, o.StartAt = w.options.Tags, w.options.SkipTags, w.options.Limit, w.options.StartAt
				o.Check, o.ForceHandlers, o.Verbosity = w.options.Check, w.options.ForceHandlers, w.options.Verbosity
			})
			want.out, got.out, want.err, got.err = together(want.out), together(got.out), "", ""
			compareScreens(t, want, got)
			if t.Failed() && os.Getenv("PLAYS") != "" {
				kept := filepath.Join(os.TempDir(), fmt.Sprintf("plays-%d", seed))
				os.RemoveAll(kept)
				if err := os.CopyFS(kept, os.DirFS(dir)); err == nil {
					t.Logf("cd %s; ansible-playbook %s", kept, strings.Join(w.args, " "))
				}
			}
		})
	}
}

func writePlays(t *testing.T, seed uint64) (dir string, w *writer) {
	t.Helper()
	dir = t.TempDir()
	w = newWriter(seed)
	w.files["site.yml"] = w.book()
	for name, content := range w.files {
		path := filepath.Join(dir, name)
		text, err := yaml.Marshal(content)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(path), 0o755)
		}
		if err == nil {
			err = os.WriteFile(path, text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	hosts := "a\nb\nc\n[all:vars]\nansible_connection=local\nansible_python_interpreter=/usr/bin/python3\n"
	if err := os.WriteFile(filepath.Join(dir, "hosts"), []byte(hosts), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir, w
}

// result begins what is shown of a host.
var shownOf = regexp.MustCompile(`(?m)^(?:ok|changed|skipping|failed|fatal|included|FAILED - RETRYING): \[?(\w)`)

// together arranges a screen: Ansible shows the items of a host before or after the result of the one before it, as it happens; here what is shown
// of a host stands together.
func together(screen string) string {
	var out strings.Builder
	for _, section := range strings.SplitAfter(screen, "\n\n") {
		out.WriteString(byHost(section))
	}
	return out.String()
}

func byHost(section string) string {
	starts := shownOf.FindAllStringSubmatchIndex(section, -1)
	if len(starts) == 0 {
		return section
	}
	type part struct{ host, text string }
	var parts []part
	for i, at := range starts {
		end := len(section)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		parts = append(parts, part{section[at[2]:at[3]], section[at[0]:end]})
	}
	slices.SortStableFunc(parts, func(a, b part) int { return strings.Compare(a.host, b.host) })
	out := section[:starts[0][0]]
	for _, p := range parts {
		out += strings.TrimSuffix(p.text, "\n") + "\n"
	}
	return out + "\n"
}
