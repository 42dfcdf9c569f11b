package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"pylint-deploy/rules"
)

// paint wraps text in a terminal colour; without Color it is the identity.
func (o Options) paint(code, text string) string {
	if !o.Color || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// levelColor follows compilers: red errors, magenta warnings, blue notes.
var levelColor = map[rules.Level]string{rules.Error: "1;31", rules.Warning: "1;35", rules.Info: "1;34"}

// writeText is the format for people: place, verdict, the offending line, what run 2 will do, what to write instead.
func writeText(w io.Writer, r *Report, o Options) error {
	out := &printer{w: w}
	for i := range r.Problems {
		p := &r.Problems[i]
		out.printf("%s: %s %s\n", o.paint("1", o.place(p.Pos)), o.paint("1;31", "cannot be analysed:"), p.Message)
		if p.Hint != "" {
			out.printf("    try:     %s\n", p.Hint)
		}
		out.printf("\n")
	}
	for i := range r.Findings {
		writeFinding(out, r, &r.Findings[i], o)
	}
	writeSummary(out, r, o)
	return out.err
}

func writeFinding(out *printer, r *Report, f *rules.Finding, o Options) {
	out.printf("%s: %s %s: %s\n", o.paint("1", o.place(f.Pos)), o.paint(levelColor[f.Level], string(f.Level)), o.paint("36", f.Rule), f.Message)
	if line, ok := r.line(f.Pos); ok {
		number := fmt.Sprint(f.Pos.Line)
		out.printf("    %s | %s\n", o.paint("2", number), line)
		if col := f.Pos.Column; col >= 1 && col <= len([]rune(line))+1 {
			out.printf("    %s | %s%s\n", strings.Repeat(" ", len(number)), indentLike(line, col-1), o.paint(levelColor[f.Level], "^"))
		}
	}
	for _, part := range []struct{ label, text string }{{"run 2:  ", f.Run2}, {"instead:", f.Instead}} {
		if part.text != "" {
			out.printf("    %s %s\n", o.paint("1", part.label), indentFollowing(part.text, "             "))
		}
	}
	for _, rel := range f.Related {
		out.printf("    see      %s: %s\n", o.place(rel.Pos), rel.Note)
	}
	out.printf("\n")
}

// indentLike is as wide as the first n characters of a line, tabs kept, so that the caret stands below the right one.
func indentLike(line string, n int) string {
	var b strings.Builder
	for _, c := range []rune(line)[:n] {
		if c != '\t' {
			c = ' '
		}
		b.WriteRune(c)
	}
	return b.String()
}

func indentFollowing(text, indent string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+indent)
}

// writeSummary closes the report: by rule, by file, then the totals in one line.
func writeSummary(out *printer, r *Report, o Options) {
	n := r.count()
	total := len(r.Findings)
	if total > 1 {
		writeByRule(out, r, o)
		writeByFile(out, r, o)
	}
	parts := []string{}
	for _, l := range []rules.Level{rules.Error, rules.Warning, rules.Info} {
		if n[l] > 0 {
			parts = append(parts, o.paint(levelColor[l], plural(n[l], levelNoun[l])))
		}
	}
	if len(r.Problems) > 0 {
		parts = append(parts, o.paint("1;31", plural(len(r.Problems), "problem")))
	}
	if len(parts) == 0 {
		parts = []string{o.paint("1;32", "nothing found")}
	}
	scope := fmt.Sprintf("%s in %s", plural(r.Tasks, "task"), plural(r.Files, "file"))
	if r.Suppressed > 0 {
		scope += fmt.Sprintf(", %d suppressed", r.Suppressed)
	}
	out.printf("%s (%s)\n", strings.Join(parts, ", "), scope)
}

var levelNoun = map[rules.Level]string{rules.Error: "error", rules.Warning: "warning", rules.Info: "note"}

func writeByRule(out *printer, r *Report, o Options) {
	type row struct {
		rule  string
		level rules.Level
		n     int
		files map[string]bool
	}
	rows := map[string]*row{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if rows[f.Rule] == nil {
			rows[f.Rule] = &row{rule: f.Rule, level: f.Level, files: map[string]bool{}}
		}
		rows[f.Rule].n++
		rows[f.Rule].files[f.Pos.File] = true
	}
	sorted := slices.SortedFunc(maps.Values(rows), func(a, b *row) int {
		return cmp.Or(cmp.Compare(rank(a.level), rank(b.level)), cmp.Compare(b.n, a.n), strings.Compare(a.rule, b.rule))
	})
	width := 0
	for _, row := range sorted {
		width = max(width, len(row.rule))
	}
	for _, row := range sorted {
		level := fmt.Sprintf("%-7s", row.level)
		out.printf("%5d  %s  %-*s  in %s\n", row.n, o.paint(levelColor[row.level], level), width, row.rule, plural(len(row.files), "file"))
	}
	out.printf("\n")
}

// mostFiles is how many files the summary names.
const mostFiles = 10

// writeByFile names the files with the most findings, where there are several.
func writeByFile(out *printer, r *Report, o Options) {
	n := map[string]int{}
	for i := range r.Findings {
		n[o.path(r.Findings[i].Pos.File)]++
	}
	if len(n) < 2 {
		return
	}
	files := slices.SortedFunc(maps.Keys(n), func(a, b string) int { return cmp.Or(n[b]-n[a], strings.Compare(a, b)) })
	for i, file := range files {
		if i == mostFiles {
			out.printf("       and %s\n", plural(len(files)-mostFiles, "more file"))
			break
		}
		out.printf("%5d  %s\n", n[file], file)
	}
	out.printf("\n")
}

// rank orders levels, the worst first.
func rank(l rules.Level) int {
	return slices.Index([]rules.Level{rules.Error, rules.Warning, rules.Info}, l)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// printer keeps the first error, so that writing reads as text.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}
