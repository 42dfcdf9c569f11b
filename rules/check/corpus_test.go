package check

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"pylint-deploy/rules"
	"pylint-deploy/rules/settings"
)

// corpusFindings are the findings of all levels in each repository of the corpus, each checked by itself. A warning about something
// that nobody can know stays one.
func corpusFindings(t *testing.T) []rules.Finding {
	t.Helper()
	corpus := os.Getenv("CORPUS")
	if corpus == "" {
		t.Skip("CORPUS does not name the repositories: nothing is measured")
	}
	repos, err := filepath.Glob(filepath.Join(corpus, "*__*"))
	if err != nil || len(repos) == 0 {
		t.Fatalf("no repositories below %s: %v", corpus, err)
	}
	var out []rules.Finding
	for _, dir := range repos {
		r, err := Run(context.Background(), []string{dir}, Options{Profile: "strict", Settings: &settings.Settings{}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Findings {
			if f.Unknown && f.Level == rules.Error {
				f.Level = rules.Warning
			}
			f.Pos.File, err = filepath.Rel(corpus, f.Pos.File)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, f)
		}
	}
	return out
}

// TestCorpusFindings counts the findings of each rule and level over the corpus, for docs/linter-accuracy.md. SAMPLE=20 lists that many
// places of each rule, chosen by a hash of the place: the choice stays when other findings come and go.
func TestCorpusFindings(t *testing.T) {
	type key struct {
		level rules.Level
		rule  string
	}
	byRule := map[key][]rules.Finding{}
	for _, f := range corpusFindings(t) {
		k := key{f.Level, f.Rule}
		byRule[k] = append(byRule[k], f)
	}
	size, _ := strconv.Atoi(os.Getenv("SAMPLE"))
	order := slices.SortedFunc(maps.Keys(byRule), func(a, b key) int {
		return cmp.Or(severity(b.level)-severity(a.level), cmp.Compare(a.rule, b.rule))
	})
	for _, k := range order {
		fmt.Printf("%s\t%s\t%d\n", k.level, k.rule, len(byRule[k]))
		for _, f := range sample(byRule[k], size) {
			fmt.Printf("\t%s:%d\t%s\n", f.Pos.File, f.Pos.Line, f.Message)
		}
	}
}

// sample are the n findings whose places have the smallest hashes.
func sample(all []rules.Finding, n int) []rules.Finding {
	place := func(f rules.Finding) []byte {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %s:%d", f.Rule, f.Pos.File, f.Pos.Line))
		return sum[:]
	}
	sorted := slices.SortedFunc(slices.Values(all), func(a, b rules.Finding) int { return bytes.Compare(place(a), place(b)) })
	return sorted[:min(n, len(sorted))]
}
