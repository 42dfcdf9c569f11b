// Package engine evaluates rules: it selects those that have something to look at, compiles only these, and asks each
// one question about all its candidates.
//
// Asking every rule about every task would cost more than all the rest of a check, so a rule's metadata says cheaply
// what it may concern (select). That is a pre-filter and never the logic: with and without it a rule finds the same, which a
// test proves over all fixtures. Candidates are terms that Go built (rules/facts), not JSON. The product's own rules come compiled
// (Precompile); those of users are compiled from their texts, with less allowed to them.
package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"pylint-deploy/rules"
)

// Meta is what a rule says of itself.
type Meta struct {
	// ID is "category/rule", the path of its package.
	ID string
	// File is where the rule was read from, Page its documentation, "" without one.
	File  string
	Page  string
	Title string
	// Why is the rationale, some sentences of Markdown.
	Why string
	// Run2 and Instead are used where a violation brings none of its own.
	Run2    string
	Instead string
	Level   rules.Level
	Select  Select
	// Fix tells that check --fix has an edit for it.
	Fix bool
	// Avoid and Prefer are examples, YAML.
	Avoid, Prefer string
	// Options document the rule's settings: name to meaning.
	Options map[string]string
	// AnsibleLint are the ids under which ansible-lint knows something of it.
	AnsibleLint []string
}

// Select is the pre-filter: a candidate is one if any of its modules, programs or flags is named. An empty Select takes all.
type Select struct {
	Modules  []string `yaml:"modules"`
	Programs []string `yaml:"programs"`
	Flags    []string `yaml:"flags"`
}

func (s *Select) empty() bool { return len(s.Modules)+len(s.Programs)+len(s.Flags) == 0 }

// takes tells whether the rule may concern a candidate.
func (s *Select) takes(c *Candidate) bool {
	return s.empty() || slices.Contains(s.Modules, c.Module) ||
		slices.ContainsFunc(c.Programs, func(p string) bool { return slices.Contains(s.Programs, p) }) ||
		slices.ContainsFunc(c.Flags, func(f string) bool { return slices.Contains(s.Flags, f) })
}

// rule is a rule's text and its metadata; it is compiled when it has something to look at.
type rule struct {
	id, file, text string
	selects        Select
	meta           func() Meta
}

// Set are rules that can be evaluated together. It is immutable and safe for concurrent use.
type Set struct {
	rules []rule
	// lib are the shared functions, by file.
	lib map[string]string
	// bounded: the rules are a user's and get the restricted capabilities.
	bounded bool
	// compiled has them ready, nil where they are compiled from their texts.
	compiled *compiled
}

// Rules lists the metadata, ordered by id.
func (s *Set) Rules() []Meta {
	out := make([]Meta, len(s.rules))
	for i := range s.rules {
		out[i] = s.rules[i].meta()
	}
	return out
}

// IDs lists the ids, in order.
func (s *Set) IDs() []string {
	out := make([]string, len(s.rules))
	for i := range s.rules {
		out[i] = s.rules[i].id
	}
	return out
}

// Rule finds a rule's metadata by id.
func (s *Set) Rule(id string) (Meta, bool) {
	i, ok := slices.BinarySearchFunc(s.rules, id, func(r rule, id string) int { return strings.Compare(r.id, id) })
	if !ok {
		return Meta{}, false
	}
	return s.rules[i].meta(), true
}

// Only keeps the rules that keep says yes to, by their ids: nobody's metadata are read for that.
func (s *Set) Only(keep func(id string) bool) *Set {
	out := &Set{lib: s.lib, bounded: s.bounded, compiled: s.compiled}
	for _, r := range s.rules {
		if keep(r.id) {
			out.rules = append(out.rules, r)
		}
	}
	return out
}

// Load reads every rule below a file system: <category>/<rule>/<rule>.rego, and lib/. Test files are left out. Wrong metadata
// are an error at once.
func Load(files fs.FS) (*Set, error) { return loadBelow(files, "") }

// loadBelow is Load with the path of the file system, which files are named with.
func loadBelow(files fs.FS, dir string) (*Set, error) {
	texts, err := readTexts(files)
	if err != nil {
		return nil, err
	}
	return newSet(files, dir, texts, nil)
}

// text is a Rego file: its path in the set, and what it holds.
type text struct{ name, content string }

// readTexts reads the Rego files below a file system, tests left out, ordered by name.
func readTexts(files fs.FS) ([]text, error) {
	var out []text
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".rego" || strings.HasSuffix(name, "_test.rego") {
			return err
		}
		content, err := fs.ReadFile(files, name)
		out = append(out, text{name, string(content)})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("loading rules: %w", err)
	}
	return out, nil
}

func newSet(files fs.FS, dir string, texts []text, compiled *compiled) (*Set, error) {
	s := &Set{lib: map[string]string{}, compiled: compiled}
	for _, t := range texts {
		if err := s.add(files, path.Join(dir, t.name), t.name, t.content); err != nil {
			return nil, fmt.Errorf("loading rules: %w", err)
		}
	}
	slices.SortFunc(s.rules, func(a, b rule) int { return strings.Compare(a.id, b.id) })
	return s, nil
}

// add takes a file in: name is what it is called in messages, below its path in the set.
func (s *Set) add(files fs.FS, name, below, text string) error {
	pkg := packageOf(text)
	if strings.HasPrefix(below, "lib/") || strings.HasPrefix(pkg, "lib.") {
		s.lib[name] = text
		return nil
	}
	id, err := idOf(pkg)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if s.compiled != nil {
		s.rules = append(s.rules, s.compiled.rule(id, name, text))
		return nil
	}
	m, err := parseMeta(id, name, metadataBlock(text))
	if err != nil {
		return err
	}
	m.Page = "docs/rules/" + id + ".md"
	if name != below { // a user's rule: its page lies beside it
		if m.Page = strings.TrimSuffix(name, ".rego") + ".md"; !exists(files, strings.TrimSuffix(below, ".rego")+".md") {
			m.Page = ""
		}
	}
	s.rules = append(s.rules, rule{id, name, text, m.Select, func() Meta { return m }})
	return nil
}

func exists(files fs.FS, name string) bool {
	_, err := fs.Stat(files, name)
	return err == nil
}

// annotation is the part of OPA's package metadata that we read (OPA documentation, "Metadata").
type annotation struct {
	Title       string `yaml:"title"`
	Description string `yaml:"description"`
	Custom      struct {
		Run2        string            `yaml:"run2"`
		Instead     string            `yaml:"instead"`
		Level       rules.Level       `yaml:"severity"`
		Select      Select            `yaml:"select"`
		Fix         bool              `yaml:"fix"`
		Avoid       string            `yaml:"avoid"`
		Prefer      string            `yaml:"prefer"`
		Options     map[string]string `yaml:"options"`
		AnsibleLint []string          `yaml:"ansible_lint"`
	} `yaml:"custom"`
}

// parseMeta reads the METADATA block before the package line.
func parseMeta(id, name, block string) (Meta, error) {
	var a annotation
	if err := yaml.Unmarshal([]byte(block), &a); err != nil {
		return Meta{}, fmt.Errorf("%s: metadata: %w", name, err)
	}
	m := Meta{ID: id, File: name, Title: a.Title, Why: strings.TrimSpace(a.Description), Run2: a.Custom.Run2, Instead: a.Custom.Instead, Level: a.Custom.Level,
		Select: a.Custom.Select, Fix: a.Custom.Fix, Avoid: a.Custom.Avoid, Prefer: a.Custom.Prefer, Options: a.Custom.Options, AnsibleLint: a.Custom.AnsibleLint}
	switch {
	case m.Title == "":
		return Meta{}, fmt.Errorf("%s: metadata: title is missing", name)
	case m.Level != rules.Error && m.Level != rules.Warning && m.Level != rules.Info:
		return Meta{}, fmt.Errorf("%s: metadata: custom.severity is %q: choose from error, warning, info", name, m.Level)
	}
	return m, nil
}

// Describe reads what a rule's text says of itself.
func Describe(text string) (Meta, error) {
	id, err := idOf(packageOf(text))
	if err != nil {
		return Meta{}, err
	}
	return parseMeta(id, id, metadataBlock(text))
}

// metadataBlock is the comment block after "# METADATA", without its "# ".
func metadataBlock(text string) string {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "package "):
			return b.String()
		case trimmed == "# METADATA":
			inside = true
			b.Reset()
		case inside && strings.HasPrefix(line, "#"):
			rest := strings.TrimPrefix(strings.TrimPrefix(line, "#"), " ")
			b.WriteString(rest)
		case inside:
			inside = false
		}
	}
	return b.String()
}

func packageOf(text string) string {
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "package "); ok {
			return strings.TrimSpace(name)
		}
	}
	return ""
}

var errPackage = errors.New(`the package must be rules.<category>.<rule> or rules.<category>["<rule>"]`)

// idOf turns rules.shell["fails-on-rerun"] into shell/fails-on-rerun.
func idOf(pkg string) (string, error) {
	dotted := strings.NewReplacer(`["`, ".", `"]`, "").Replace(pkg) // "package" is a word of Rego and must be quoted
	rest, ok := strings.CutPrefix(dotted, "rules.")
	if !ok {
		return "", errPackage
	}
	category, name, ok := strings.Cut(rest, ".")
	if !ok || category == "" || name == "" || strings.ContainsAny(name, `."[]`) {
		return "", errPackage
	}
	return category + "/" + name, nil
}
