// Package settings is what a project decides about findings: its .pylint-deploy.yaml, its noqa comments, its baseline.
//
// Rules judge and know nothing of this; every decision to raise, lower or silence a finding is taken here, so that
// "why do I not see it?" has one place to look. The order: the settings file gives the level, the profile says which
// levels count, then noqa comments and the baseline silence single findings, except for rules that are enforced.
package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"pylint-deploy/rules"
)

// FileName is the settings file, searched from a path upward.
const FileName = ".pylint-deploy.yaml"

// Off is the level of a rule that is switched off.
const Off rules.Level = "off"

// Settings are a project's decisions. The zero value is the default: profile "default", nothing ignored.
type Settings struct {
	// Path is the file they came from, "" without one; globs are relative to its directory.
	Path string `yaml:"-"`
	// Profile is gate, default or strict.
	Profile string `yaml:"profile"`
	// Rules holds decisions by rule id or category; the rule's own entry wins.
	Rules map[string]Rule `yaml:"rules"`
	// Ignore are globs of files that are not checked ("**" spans directories).
	Ignore []string `yaml:"ignore"`
	// Enforce names rules or categories that no noqa comment, baseline or level setting of a lower file can silence.
	Enforce []string `yaml:"enforce"`
	// RulesDirs are directories with the project's own rules, relative to the file.
	RulesDirs []string `yaml:"rules_dirs"`
	// Baseline is the baseline file, relative to the file.
	Baseline string `yaml:"baseline"`
	// Notice says what was taken from elsewhere, "" for nothing.
	Notice string `yaml:"-"`

	base    string          // what globs are relative to, where that is not the directory of Path
	skipped map[string]bool // rules whose warnings and notes are left out
	ignored map[string]bool // the same for one file: "FILE RULE"
	// excluded are paths below base that are not checked; unlike Ignore they begin there.
	excluded []string
}

// Rule is the decision about one rule or category.
type Rule struct {
	Level   rules.Level    `yaml:"level"`
	Options map[string]any `yaml:"options"`
	Ignore  []string       `yaml:"ignore"`
}

// Profile is a preset of what counts.
type Profile struct {
	Name  string
	About string
	// Levels are those that are reported.
	Levels []rules.Level
	// UnknownIsError raises findings that rest on something which cannot be known from the text.
	UnknownIsError bool
}

// Profiles are the presets, the mildest first.
var profiles = []Profile{
	{Name: "gate", About: "only what provably goes wrong on run 2", Levels: []rules.Level{rules.Error}},
	{Name: "default", About: "errors and warnings", Levels: []rules.Level{rules.Error, rules.Warning}},
	{Name: "strict", About: "everything; what cannot be known counts as an error", Levels: []rules.Level{rules.Error, rules.Warning, rules.Info}, UnknownIsError: true},
}

// Profiles lists the presets, the mildest first.
func Profiles() []Profile { return slices.Clone(profiles) }

// ProfileNamed finds a preset; "" is the default one.
func ProfileNamed(name string) (Profile, error) {
	if name == "" {
		name = "default"
	}
	names := []string{}
	for _, p := range profiles {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Profile{}, fmt.Errorf("unknown profile %q: choose from %s", name, strings.Join(names, ", "))
}

// Find reads the settings file in dir or the nearest directory above it. Without one ansible-lint's are read as far as they say something of
// our rules, or else it returns the default.
func Find(dir string) (*Settings, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("looking for %s: %w", FileName, err)
	}
	for from := dir; ; {
		path := filepath.Join(dir, FileName)
		text, err := os.ReadFile(path)
		if err == nil {
			return Parse(path, text)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("reading the settings: %w", err)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			if theirs, err := findAnsibleLint(from); theirs != nil || err != nil {
				return theirs, err
			}
			return &Settings{}, nil
		}
		dir = parent
	}
}

// Parse reads a settings file. An unknown key, level, profile or glob is an error with its place.
func Parse(path string, text []byte) (*Settings, error) {
	s := &Settings{Path: path}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(s); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %s", path, tidy(err))
	}
	if _, err := ProfileNamed(s.Profile); err != nil {
		return nil, fmt.Errorf("%s: profile: %w", path, err)
	}
	for _, id := range slices.Sorted(maps.Keys(s.Rules)) {
		if l := s.Rules[id].Level; l != "" && !slices.Contains(levels, l) {
			return nil, fmt.Errorf("%s: rules: %s: unknown level %q: choose from error, warning, info, off", path, id, l)
		}
		if err := checkGlobs(s.Rules[id].Ignore); err != nil {
			return nil, fmt.Errorf("%s: rules: %s: ignore: %w", path, id, err)
		}
	}
	if err := checkGlobs(s.Ignore); err != nil {
		return nil, fmt.Errorf("%s: ignore: %w", path, err)
	}
	s.expandAliases()
	return s, nil
}

// expandAliases gives a decision about one of ansible-lint's ids to the rules that it stands for, unless they have their own.
func (s *Settings) expandAliases() {
	for id, decision := range maps.Clone(s.Rules) {
		for _, rule := range Aliases(id) {
			if _, own := s.Rules[rule]; !own {
				s.Rules[rule] = decision
			}
		}
	}
	for _, id := range s.Enforce {
		s.Enforce = append(s.Enforce, Aliases(id)...)
	}
}

var levels = []rules.Level{rules.Error, rules.Warning, rules.Info, Off}

// tidy puts yaml.v3's list of errors into one line, without Go's type names.
func tidy(err error) string {
	var te *yaml.TypeError
	if !errors.As(err, &te) {
		return strings.TrimPrefix(err.Error(), "yaml: ")
	}
	out := []string{}
	for _, e := range te.Errors {
		e = strings.ReplaceAll(e, "settings.", "")
		if line, field, ok := strings.Cut(e, ": field "); ok {
			name, _, _ := strings.Cut(field, " ")
			e = fmt.Sprintf("%s: unknown key %q", line, name)
		}
		out = append(out, e)
	}
	return strings.Join(out, "; ")
}

// CheckRules refuses ids and categories that no rule has: a decision about a misspelt rule would be none. known are the ids
// of all rules that are loaded.
func (s *Settings) CheckRules(known []string) error {
	unknown := s.unknownRules(known)
	if len(unknown) == 0 {
		return nil
	}
	id := unknown[0]
	hint := "`pylint-deploy rules` lists them"
	_, name, _ := strings.Cut(id, "/")
	for _, k := range known {
		if _, other, _ := strings.Cut(k, "/"); name != "" && (other == name || strings.Contains(other, name) || strings.Contains(name, other)) {
			hint = fmt.Sprintf("did you mean %s?", k)
			break
		}
	}
	return fmt.Errorf("%s: there is no rule or category %q: %s", s.Path, id, hint)
}

func (s *Settings) unknownRules(known []string) []string {
	has := map[string]bool{UnusedNoqa: true}
	for _, id := range known {
		has[id] = true
		category, _, _ := strings.Cut(id, "/")
		has[category] = true
	}
	var out []string
	for _, id := range slices.Concat(slices.Sorted(maps.Keys(s.Rules)), s.Enforce) {
		if !has[id] && Aliases(id) == nil {
			out = append(out, id)
		}
	}
	return out
}

// Options are the options of a rule, its category's below its own.
func (s *Settings) Options(rule string) map[string]any {
	category, _, _ := strings.Cut(rule, "/")
	out := maps.Clone(s.Rules[category].Options)
	if out == nil {
		out = map[string]any{}
	}
	maps.Copy(out, s.Rules[rule].Options)
	return out
}

// IgnoresFile tells whether a file is not to be checked at all.
func (s *Settings) IgnoresFile(path string) bool {
	rel := s.relative(path)
	return matchAny(s.Ignore, rel) || slices.ContainsFunc(s.excluded, func(p string) bool { return match(strings.Split(p, "/"), strings.Split(rel, "/")) })
}

// Decide applies levels and ignore globs to a finding: the finding as it counts, and whether it does under the profile.
func (s *Settings) Decide(f rules.Finding, p Profile) (rules.Finding, bool) {
	category, _, _ := strings.Cut(f.Rule, "/")
	rel := s.relative(f.Pos.File)
	if f.Level != rules.Error && (s.skipped[f.Rule] || s.ignored[rel+" "+f.Rule]) {
		return f, false
	}
	for _, id := range []string{category, f.Rule} {
		r, ok := s.Rules[id]
		if !ok {
			continue
		}
		if r.Level != "" {
			f.Level = r.Level
		}
		if matchAny(r.Ignore, rel) && !s.Enforced(f.Rule) {
			return f, false
		}
	}
	if f.Unknown && p.UnknownIsError && f.Level == rules.Warning {
		f.Level = rules.Error
	}
	return f, slices.Contains(p.Levels, f.Level)
}

// Enforced tells whether nothing may silence a rule.
func (s *Settings) Enforced(rule string) bool {
	category, _, _ := strings.Cut(rule, "/")
	return slices.Contains(s.Enforce, rule) || slices.Contains(s.Enforce, category)
}

// relative is a path as globs see it: relative to the settings file, with forward slashes.
func (s *Settings) relative(path string) string {
	base := s.base
	if base == "" && s.Path != "" {
		base = filepath.Dir(s.Path)
	}
	if base != "" {
		if abs, err := filepath.Abs(path); err == nil {
			if rel, err := filepath.Rel(base, abs); err == nil {
				path = rel
			}
		}
	}
	return filepath.ToSlash(path)
}
