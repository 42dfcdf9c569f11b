package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// ansibleLintFiles are where ansible-lint looks for its settings.
var ansibleLintFiles = []string{".ansible-lint", ".ansible-lint.yml", ".ansible-lint.yaml", ".config/ansible-lint.yml", ".config/ansible-lint.yaml"}

// findAnsibleLint reads ansible-lint's settings in dir or the nearest directory above it, nil without any: what a project has told that
// linter need not be told again. Of a rule in skip_list warnings and notes are left out. Errors stay: its id says that a task does not
// report honestly, the error that the second run goes wrong.
func findAnsibleLint(dir string) (*Settings, error) {
	for {
		for _, name := range ansibleLintFiles {
			path := filepath.Join(dir, name)
			text, err := os.ReadFile(path)
			if err == nil {
				return parseAnsibleLint(dir, path, text)
			}
			if !errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("reading ansible-lint's settings: %w", err)
			}
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil, nil
		}
		dir = parent
	}
}

func parseAnsibleLint(dir, path string, text []byte) (*Settings, error) {
	var theirs struct {
		SkipList     []string `yaml:"skip_list"`
		ExcludePaths []string `yaml:"exclude_paths"`
	}
	if err := yaml.Unmarshal(text, &theirs); err != nil {
		return nil, fmt.Errorf("%s: %s", path, tidy(err))
	}
	s := &Settings{base: dir, skipped: map[string]bool{}}
	for _, p := range theirs.ExcludePaths {
		if p = filepath.ToSlash(filepath.Clean(p)); checkGlobs([]string{p}) == nil && p != "." {
			s.excluded = append(s.excluded, p)
		}
	}
	var ids []string
	for _, id := range theirs.SkipList {
		rules := Aliases(id)
		if len(rules) == 0 {
			continue // not about second runs
		}
		ids = append(ids, id)
		for _, rule := range rules {
			s.skipped[rule] = true
		}
	}
	if slices.Sort(ids); len(ids) > 0 {
		s.Notice = fmt.Sprintf("%s skips %s: warnings of the rules for these are left out, errors are not; a %s takes its place", path, strings.Join(slices.Compact(ids), ", "), FileName)
	}
	if len(s.excluded) > 0 {
		s.Notice = strings.TrimPrefix(s.Notice+fmt.Sprintf("\n%s excludes %s", path, strings.Join(s.excluded, ", ")), "\n")
	}
	return s, nil
}
