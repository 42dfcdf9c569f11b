package output

import (
	"fmt"
	"strings"

	"github.com/pmezard/go-difflib/difflib"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
)

// diff shows what a task changed, above its result.
func (s *screen) diff(t *event.Task, res *value.Dict) {
	if !event.Flag(res, "changed") {
		return
	}
	d, _ := res.GetStr("diff")
	parts := []value.Value{d}
	if l, ok := d.(*value.List); ok {
		parts = l.Items
	}
	var b strings.Builder
	for _, p := range parts {
		if p, ok := p.(*value.Dict); ok {
			s.diffPart(&b, p)
		}
	}
	if b.Len() > 0 {
		s.under(t)
		s.line(b.String(), plain)
	}
}

// tooLarge are the keys that say why there is no diff.
var tooLarge = []struct{ key, text string }{
	{"dst_binary", "diff skipped: destination file appears to be binary\n"},
	{"src_binary", "diff skipped: source file appears to be binary\n"},
	{"dst_larger", "diff skipped: destination file size is greater than %s\n"},
	{"src_larger", "diff skipped: source file size is greater than %s\n"},
}

// diffPart writes one entry of a result's diff (CallbackBase._get_diff).
func (s *screen) diffPart(b *strings.Builder, d *value.Dict) {
	for _, r := range tooLarge {
		if v, ok := d.GetStr(r.key); ok {
			if strings.Contains(r.text, "%s") {
				fmt.Fprintf(b, r.text, toText(v))
			} else {
				b.WriteString(r.text)
			}
		}
	}
	before, ok1 := d.GetStr("before")
	after, ok2 := d.GetStr("after")
	if ok1 && ok2 {
		s.unified(b, diffText(before), diffText(after), diffHeader(d, "before"), diffHeader(d, "after"))
	}
	if prepared, ok := d.GetStr("prepared"); ok {
		b.WriteString(toText(prepared))
	}
}

// diffText is a side of a diff: a text, or a structure as sorted JSON.
func diffText(v value.Value) string {
	switch v := v.(type) {
	case *value.Dict:
		o := pyjson.Default()
		four := "    "
		o.Indent, o.ItemSeparator, o.SortKeys = &four, ",", true
		o.Convert = func(v value.Value) (value.Value, bool) { return value.Str(toText(v)), true }
		if text, err := pyjson.Dumps(v, o); err == nil {
			return text + "\n"
		}
	case value.NoneType:
		return ""
	}
	return toText(v)
}

func diffHeader(d *value.Dict, side string) string {
	if v, ok := d.GetStr(side + "_header"); ok {
		return side + ": " + toText(v)
	}
	return side
}

// diffLines are the lines of a text with their breaks; a last line without one says so.
func diffLines(text string) []string {
	if text == "" {
		return nil
	}
	lines := strings.SplitAfter(text, "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	} else {
		lines[last] += "\n\\ No newline at end of file\n"
	}
	return lines
}

// unified writes a unified diff as Python's difflib does.
func (s *screen) unified(b *strings.Builder, before, after, from, to string) {
	a, z := diffLines(before), diffLines(after)
	groups := difflib.NewMatcher(a, z).GetGroupedOpCodes(s.DiffContext)
	if len(groups) == 0 {
		return
	}
	b.WriteString(s.paint("--- "+from+"\n", colorRemove))
	b.WriteString(s.paint("+++ "+to+"\n", colorAdd))
	for _, g := range groups {
		first, last := g[0], g[len(g)-1]
		head := fmt.Sprintf("@@ -%s +%s @@\n", diffRange(first.I1, last.I2), diffRange(first.J1, last.J2))
		b.WriteString(s.paint(head, colorLines))
		for _, op := range g {
			s.hunk(b, op, a, z)
		}
	}
	b.WriteString("\n")
}

func (s *screen) hunk(b *strings.Builder, op difflib.OpCode, a, z []string) {
	if op.Tag == 'e' {
		for _, l := range a[op.I1:op.I2] {
			b.WriteString(" " + l)
		}
		return
	}
	for _, l := range a[op.I1:op.I2] {
		b.WriteString(s.paint("-"+l, colorRemove))
	}
	for _, l := range z[op.J1:op.J2] {
		b.WriteString(s.paint("+"+l, colorAdd))
	}
}

// diffRange is a range of lines in ed's form.
func diffRange(start, stop int) string {
	switch length := stop - start; length {
	case 1:
		return fmt.Sprint(start + 1)
	case 0:
		return fmt.Sprintf("%d,0", start)
	default:
		return fmt.Sprintf("%d,%d", start+1, length)
	}
}
