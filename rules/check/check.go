// Package check judges content: it finds what to look at, has it read and analysed, asks the rules, and applies what the
// project decided about their verdicts.
//
//	paths -> discover -> parser/playbook -> rules/facts -> rules/engine -> rules/settings -> findings
package check

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
	"pylint-deploy/rules/engine"
	"pylint-deploy/rules/policy"
	"pylint-deploy/rules/report"
	"pylint-deploy/rules/settings"
)

// Options are the choices of a check.
type Options struct {
	// Settings are the project's; nil looks for the file above the first path.
	Settings *settings.Settings
	// Profile overrides the settings' profile where it is not "".
	Profile string
	// RulesDirs are directories with the user's rules, besides those of the settings.
	RulesDirs []string
	// Baseline is a baseline file, "" for that of the settings.
	Baseline string
	// NoBaseline ignores every baseline: what --write-baseline needs.
	NoBaseline bool
	// Stdin replaces the content of one file.
	Stdin *Stdin
	// Everything turns the engine's pre-filter off; tests compare.
	Everything bool
	// RolesPath are further directories of roles.
	RolesPath []string
	Version   string
}

// Stdin is content that an editor holds and that is not saved yet.
type Stdin struct {
	Path string
	Text []byte
}

// Result is the outcome of a check.
type Result struct {
	report.Report
	// Settings are those that were applied.
	Settings *settings.Settings
	// Sources gives the parsed file and the tasks of a finding, for fixes.
	Sources map[string]*source.File
	tasks   map[source.Pos]*playbook.Task
}

// Task is the task at a finding's place, or nil.
func (r *Result) Task(pos source.Pos) *playbook.Task { return r.tasks[pos] }

// userLimit bounds the time of one rule.
const userLimit = 10 * time.Second

// Run checks paths: playbooks, roles, files of tasks, directories.
func Run(ctx context.Context, paths []string, o Options) (*Result, error) {
	start := time.Now()
	s := o.Settings
	if s == nil {
		found, err := settings.Find(near(paths))
		if err != nil {
			return nil, err
		}
		s = found
	}
	profile, err := settings.ProfileNamed(cmp.Or(o.Profile, s.Profile))
	if err != nil {
		return nil, err
	}
	sets, err := load(s, o.RulesDirs)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, set := range sets {
		ids = append(ids, set.IDs()...)
	}
	if err := s.CheckRules(ids); err != nil {
		return nil, err
	}
	content, err := read(paths, s, o)
	if err != nil {
		return nil, err
	}
	r := &Result{Settings: s, Sources: map[string]*source.File{}, tasks: map[source.Pos]*playbook.Task{}}
	r.Report = report.Report{Version: o.Version, Files: len(content.files), Problems: content.problems(), Rules: map[string]report.Rule{}, Text: content.text}
	for path, f := range content.files {
		r.Sources[path] = f
	}
	j := &judge{ctx: ctx, sets: sets, builder: content.builder, settings: s, everything: o.Everything, rules: r.Rules, tasks: r.tasks, lines: lineIndex{}, wants: content.wants}
	if r.Findings, err = j.all(); err != nil {
		return nil, err
	}
	r.Tasks = len(r.tasks)
	r.Findings = unique(content.only(r.Findings))
	if err := r.decide(s, profile, content, o); err != nil {
		return nil, err
	}
	r.Elapsed = time.Since(start)
	return r, nil
}

func near(paths []string) string {
	if len(paths) == 0 {
		return "."
	}
	if isDir(paths[0]) {
		return paths[0]
	}
	return filepath.Dir(paths[0])
}

func load(s *settings.Settings, dirs []string) ([]*engine.Set, error) {
	own, err := engine.LoadTrusted(policy.Files, policy.Compiled)
	if err != nil {
		return nil, err
	}
	sets := []*engine.Set{own}
	for _, dir := range s.RulesDirs {
		dirs = append(dirs, filepath.Join(filepath.Dir(s.Path), dir))
	}
	for _, dir := range dirs {
		set, err := engine.LoadDir(dir)
		if err != nil {
			return nil, fmt.Errorf("rules of the user: %w", err)
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// finding gives a violation its place.
func finding(v engine.Violation, meta engine.Meta, units []judged, lines lineIndex) rules.Finding {
	f := rules.Finding{Rule: v.Rule, Level: v.Level, Message: v.Message, Run2: v.Run2, Instead: v.Instead, Docs: meta.Page, Fixable: meta.Fix, Unknown: v.Unknown}
	u, _ := unit(units, v.ID)
	switch {
	case u.task != nil:
		f.Pos, f.End, f.Task = u.task.Pos, u.task.Node.End(), u.task.Name
		f.Fingerprint = fingerprint(u.task, lines)
	case u.play != nil:
		f.Pos, f.End = u.play.Pos, u.play.Pos
	}
	f.Related = related(v, units)
	return f
}

func fingerprint(task *playbook.Task, lines lineIndex) string {
	if task.File == nil || task.File.File == nil {
		return ""
	}
	first, last := task.Pos.Line, task.Node.End().Line
	return settings.Fingerprint(lines.between(task.File.File, first, last), 1, last-first+1)
}

// lineIndex are the lines of files: a file is divided once, not for each finding in it.
type lineIndex map[*source.File]*source.Lines

// between is the text from one line through another, both counted from 1.
func (l lineIndex) between(f *source.File, first, last int) string {
	if l[f] == nil {
		l[f] = source.NewLines(f.Text)
	}
	return l[f].Between(first, last)
}

// related reads the places that a violation names: tasks by id.
func related(v engine.Violation, units []judged) []rules.Related {
	list, _ := v.Extra["related"].([]any)
	var out []rules.Related
	for _, item := range list {
		fields, _ := item.(map[string]any)
		note, _ := fields["note"].(string)
		number, ok := fields["id"].(interface{ Int64() (int64, error) })
		if !ok {
			continue
		}
		id, err := number.Int64()
		if u, ok := unit(units, int(id)); err == nil && ok && u.task != nil {
			out = append(out, rules.Related{Pos: u.task.Pos, Note: note})
		}
	}
	return out
}

// unique keeps one finding of a rule at a place: a role that several plays use is judged in each, one that is named by an absolute
// path may be found from a playbook by a relative one, and one behind a link by both names. The worst stays, of equal ones that
// under the true name.
func unique(findings []rules.Finding) []rules.Finding {
	type key struct {
		rule string
		pos  source.Pos
	}
	at := map[key]int{}
	names := map[string]string{}
	var out []rules.Finding
	for _, f := range findings {
		k := key{f.Rule, f.Pos}
		k.pos.File = trueName(f.Pos.File, names)
		i, ok := at[k]
		if !ok {
			at[k] = len(out)
			out = append(out, f)
			continue
		}
		if d := severity(f.Level) - severity(out[i].Level); d > 0 || d == 0 && strings.HasSuffix(k.pos.File, f.Pos.File) && !strings.HasSuffix(k.pos.File, out[i].Pos.File) {
			out[i] = f
		}
	}
	slices.SortStableFunc(out, func(a, b rules.Finding) int {
		return cmp.Or(strings.Compare(a.Pos.File, b.Pos.File), a.Pos.Line-b.Pos.Line, a.Pos.Column-b.Pos.Column, strings.Compare(a.Rule, b.Rule))
	})
	return out
}

// trueName is a file's absolute name without links; names keeps them.
func trueName(file string, names map[string]string) string {
	if name, ok := names[file]; ok {
		return name
	}
	name, err := filepath.Abs(file)
	if err != nil {
		name = file
	}
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	names[file] = name
	return name
}

func severity(l rules.Level) int {
	return slices.Index([]rules.Level{rules.Info, rules.Warning, rules.Error}, l)
}

// decide applies settings, noqa comments and the baseline.
func (r *Result) decide(s *settings.Settings, p settings.Profile, c *content, o Options) error {
	kept, silenced, unused := s.Suppress(r.Findings, c.comments(r.tasks))
	r.Suppressed = silenced
	r.Findings = nil
	for _, f := range append(kept, c.only(unused)...) {
		if f, ok := s.Decide(f, p); ok {
			r.Findings = append(r.Findings, f)
		}
	}
	baseline := o.Baseline
	if baseline == "" && s.Baseline != "" {
		baseline = filepath.Join(filepath.Dir(s.Path), s.Baseline)
	}
	if baseline == "" || o.NoBaseline {
		return nil
	}
	b, err := settings.ReadBaseline(baseline)
	if err != nil {
		return err
	}
	var dropped int
	r.Findings, dropped = s.Filter(b, baseline, r.Findings)
	r.Suppressed += dropped
	return nil
}
