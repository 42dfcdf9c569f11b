package source

import "strings"

// Lines finds the lines of a text: it is divided once, not for each line that somebody wants to see.
type Lines struct {
	text   string
	starts []int // of the lines, and the end of the text
}

// NewLines divides a text.
func NewLines(text string) *Lines {
	l := &Lines{text: text, starts: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	if last := l.starts[len(l.starts)-1]; last < len(text) {
		l.starts = append(l.starts, len(text))
	}
	return l
}

// Between is the text from one line through another, both counted from 1, with their line breaks. Lines that are not there
// are empty.
func (l *Lines) Between(first, last int) string {
	end := len(l.starts) - 1
	first, last = min(max(first-1, 0), end), min(max(last, 0), end)
	if first >= last {
		return ""
	}
	return l.text[l.starts[first]:l.starts[last]]
}

// Line is one line, counted from 1, without its line break, and whether it is there.
func (l *Lines) Line(n int) (string, bool) {
	if n < 1 || n >= len(l.starts) {
		return "", false
	}
	return strings.TrimRight(l.Between(n, n), "\r\n"), true
}
