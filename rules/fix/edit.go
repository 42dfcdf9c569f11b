// Package fix mends findings by text edits that keep everything else: comments, order, quoting, layout.
//
// A fix is a table entry that turns a finding's task into edits; the helpers in layout.go know how Ansible content is laid out
// (block mappings, flow mappings, key=value strings). Nothing is printed back from a syntax tree.
//
// Each helper says its change twice: as an edit of the text, and as a step on the values that the text means (value.go).
// A change is given out only if the edited text reads as the original values with the steps made, and still has every comment.
// So whatever layout a helper has not thought of (an anchor that others use, a scalar that would read otherwise after the
// edit) ends in a Refusal, never in a changed meaning.
package fix

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/parser/source"
)

// Edit replaces the bytes [Start, End) of a file by New.
type Edit struct {
	Start, End int
	New        string
}

// ErrOverlap says that two edits touch the same bytes; the second waits for another round.
var ErrOverlap = errors.New("edits overlap")

// Apply makes the edits, which must not overlap, in one pass. The text is not changed on an error.
func Apply(text string, edits []Edit) ([]byte, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return a.Start - b.Start })
	var out []byte
	at := 0
	for _, e := range edits {
		if e.Start < at {
			return nil, fmt.Errorf("at byte %d: %w", e.Start, ErrOverlap)
		}
		if e.End < e.Start || e.End > len(text) {
			return nil, fmt.Errorf("edit [%d, %d) is outside the file of %d bytes", e.Start, e.End, len(text))
		}
		out = append(out, text[at:e.Start]...)
		out = append(out, e.New...)
		at = e.End
	}
	return append(out, text[at:]...), nil
}

// document is a file's text by line and column.
type document struct {
	text   string
	starts []int // byte offset of each line
	breaks string
}

func newDocument(text string) *document {
	d := &document{text: text, starts: []int{0}, breaks: "\n"}
	for i := 0; i < len(d.text); i++ {
		if d.text[i] == '\n' {
			d.starts = append(d.starts, i+1)
		}
	}
	if strings.Contains(d.text, "\r\n") {
		d.breaks = "\r\n"
	}
	return d
}

// offset is the byte offset of a place.
func (d *document) offset(p source.Pos) int {
	if p.Line < 1 || p.Line > len(d.starts) {
		return len(d.text)
	}
	at := d.starts[p.Line-1]
	for column := range d.text[at:] {
		if p.Column--; p.Column < 1 {
			return at + column
		}
	}
	return len(d.text)
}

// slice is the text of a node.
func (d *document) slice(n *source.Node) string { return d.text[d.offset(n.Pos):d.offset(n.End())] }

// lineOf is the number of the line, from 0, that an offset is in.
func (d *document) lineOf(offset int) int {
	i, found := slices.BinarySearch(d.starts, offset)
	if !found {
		i--
	}
	return i
}

// endOfLine is the offset of a line's break, or the end of the text.
func (d *document) endOfLine(line int) int {
	if line+1 >= len(d.starts) {
		return len(d.text)
	}
	end := d.starts[line+1] - 1
	if end > 0 && d.text[end-1] == '\r' && end > d.starts[line] {
		end--
	}
	return end
}

// insertLineAfter adds whole lines below the last line that has content before end.
func (d *document) insertLineAfter(end int, lines string) Edit {
	at := d.endOfLine(d.lineOf(max(d.content(end)-1, 0)))
	return Edit{at, at, d.breaks + lines}
}

// content is the offset just past the last thing before end that is no white space.
func (d *document) content(end int) int { return len(strings.TrimRight(d.text[:end], " \t\r\n")) }

// removeLines deletes whole lines. Where they are the file's last ones, the break before them goes instead.
func (d *document) removeLines(first, last int) Edit {
	start := d.starts[first]
	if last+1 < len(d.starts) {
		return Edit{start, d.starts[last+1], ""}
	}
	for start > 0 && (d.text[start-1] == '\n' || d.text[start-1] == '\r') {
		start--
	}
	return Edit{start, len(d.text), ""}
}

// alone tells whether nothing but white space stands before an offset in its line.
func (d *document) alone(offset int) bool {
	return strings.TrimSpace(d.text[d.starts[d.lineOf(offset)]:offset]) == ""
}
