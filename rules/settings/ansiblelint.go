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

// ansibleLintIgnores are where it keeps the findings that are put up with: lines of a file, an id, and perhaps `skip`.
var ansibleLintIgnores = []string{".ansible-lint-ignore", ".config/ansible-lint-ignore.txt"}

// findAnsibleLint reads ansible-lint's settings in dir or the nearest directory above it, nil without any: what a project has told that
// linter need not be told again. Of a rule in skip_list, or ignored in a file, warnings and notes are left out. Errors stay: its id says that
// a task does not report honestly, the error that the second run goes wrong.
func findAnsibleLint(dir string) (*Settings, error) {
	for {
		path, text, err := first(dir, ansibleLintFiles)
		if err != nil {
			return nil, err
		}
		ignores, list, err := first(dir, ansibleLintIgnores)
		if err != nil {
			return nil, err
		}
		if path != "" || ignores != "" {
			s, err := parseAnsibleLint(dir, path, text)
			if err == nil {
				s.ignoreListed(ignores, string(list))
			}
			return s, err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil, nil
		}
		dir = parent
	}
}

// first is the first file of some names in a directory, "" without any.
func first(dir string, names []string) (path string, text []byte, err error) {
	for _, name := range names {
		path = filepath.Join(dir, name)
		text, err = os.ReadFile(path)
		if err == nil {
			return path, text, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", nil, fmt.Errorf("reading ansible-lint's settings: %w", err)
		}
	}
	return "", nil, nil
}

// ignoreListed takes over the findings that a list ignores: the rules behind an id, in one file.
func (s *Settings) ignoreListed(path, list string) {
	s.ignored = map[string]bool{}
	for line := range strings.Lines(list) {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		for _, rule := range Aliases(fields[1]) {
			s.ignored[filepath.ToSlash(filepath.Clean(fields[0]))+" "+rule] = true
		}
	}
	if len(s.ignored) > 0 {
		s.notice("%s: warnings of what it lists are left out, errors are not", path)
	}
}

// notice adds a line to what is said of the settings.
func (s *Settings) notice(format string, args ...any) {
	s.Notice = strings.TrimPrefix(s.Notice+"\n"+fmt.Sprintf(format, args...), "\n")
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
		s.notice("%s skips %s: warnings of the rules for these are left out, errors are not; a %s takes its place", path, strings.Join(slices.Compact(ids), ", "), FileName)
	}
	if len(s.excluded) > 0 {
		s.notice("%s excludes %s", path, strings.Join(s.excluded, ", "))
	}
	return s, nil
}
