// Package report writes findings for people and for programs.
//
// A Report is all that a check has to say, independent of form; each format is one entry of a table. Formats differ in
// what they can carry, never in what they are told.
package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
)

// Report is the outcome of one check.
type Report struct {
	Version  string // of the program
	Findings []rules.Finding
	// Problems are what could not be analysed: files that do not parse, roles that are missing.
	Problems []Problem
	// Rules describe the rules that findings name, by id.
	Rules map[string]Rule
	// Files and Tasks count what was looked at.
	Files, Tasks int
	// Suppressed counts the findings that noqa comments, the baseline or settings silenced.
	Suppressed int
	Elapsed    time.Duration
	// Text gives a file's content for the offending line; nil shows none. It must be safe to call with any path.
	Text  func(path string) string
	lines map[string]*source.Lines // of the files that were shown
}

// Rule is what reports say of a rule once.
type Rule struct {
	Title string
	Why   string
	Level rules.Level
	Docs  string
}

// Problem is something that kept a part of the content from being judged.
type Problem struct {
	Pos     source.Pos
	Message string
	Hint    string
}

// Options change how a format looks, not what it says.
type Options struct {
	Color bool
	// Root is the directory that paths are shown relative to; "" leaves them as they are.
	Root string
}

// format writes a Report in one form.
type format func(w io.Writer, r *Report, o Options) error

// formats are all there are; the names are those of the --format flag.
var formats = map[string]format{
	"text":        writeText,
	"pep8":        writePEP8,
	"json":        writeJSON,
	"sarif":       writeSARIF,
	"github":      writeGitHub,
	"codeclimate": writeCodeClimate,
	"junit":       writeJUnit,
}

// Formats lists the names that Write knows, sorted.
func Formats() []string {
	names := make([]string, 0, len(formats))
	for name := range formats {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Write writes r in the named format, findings ordered by place.
func Write(w io.Writer, name string, r *Report, o Options) error {
	f, ok := formats[name]
	if !ok {
		return fmt.Errorf("unknown format %q: choose from %s", name, strings.Join(Formats(), ", "))
	}
	sorted := *r
	sorted.Findings = slices.Clone(r.Findings)
	slices.SortStableFunc(sorted.Findings, byPlace)
	out := bufio.NewWriter(w)
	if err := cmp.Or(f(out, &sorted, o), out.Flush()); err != nil {
		return fmt.Errorf("writing the report as %s: %w", name, err)
	}
	return nil
}

func byPlace(a, b rules.Finding) int {
	return cmp.Or(
		strings.Compare(a.Pos.File, b.Pos.File),
		cmp.Compare(a.Pos.Line, b.Pos.Line),
		cmp.Compare(a.Pos.Column, b.Pos.Column),
		strings.Compare(a.Rule, b.Rule),
		strings.Compare(a.Message, b.Message),
	)
}

// path shows a file relative to the root where it lies below it, with forward slashes.
func (o Options) path(file string) string {
	if o.Root != "" {
		if abs, err := filepath.Abs(file); err == nil && filepath.IsAbs(o.Root) {
			file = abs
		}
		if rel, err := filepath.Rel(o.Root, file); err == nil && rel != ".." && !strings.HasPrefix(rel, "../") {
			file = rel
		}
	}
	return filepath.ToSlash(file)
}

// place is Pos.String with the path as shown.
func (o Options) place(p source.Pos) string {
	p.File = o.path(p.File)
	return p.String()
}

// endLine is the last line of the region, at least its first.
func endLine(f *rules.Finding) int { return max(f.End.Line, f.Pos.Line) }

// count gives the number of findings of each level.
func (r *Report) count() map[rules.Level]int {
	n := map[rules.Level]int{}
	for i := range r.Findings {
		n[r.Findings[i].Level]++
	}
	return n
}

// line returns a line of a file, without its line break, and whether it is there.
func (r *Report) line(p source.Pos) (string, bool) {
	if r.Text == nil {
		return "", false
	}
	if r.lines == nil {
		r.lines = map[string]*source.Lines{}
	}
	l := r.lines[p.File]
	if l == nil {
		l = source.NewLines(r.Text(p.File))
		r.lines[p.File] = l
	}
	return l.Line(p.Line)
}

// sentence joins what is wrong and what the second run will do, for formats with a single message.
func sentence(f *rules.Finding) string {
	if f.Run2 == "" {
		return f.Message
	}
	return f.Message + ". Run 2: " + f.Run2
}
