package source

import "testing"

func TestLines(t *testing.T) {
	for _, c := range []struct {
		text        string
		first, last int
		between     string
		line        string
		there       bool
	}{
		{"a\nb\r\nc", 1, 1, "a\n", "a", true},
		{"a\nb\r\nc", 2, 3, "b\r\nc", "b", true},
		{"a\nb\r\nc", 3, 9, "c", "c", true},
		{"a\n", 2, 2, "", "", false},
		{"a\n\nb", 2, 2, "\n", "", true},
		{"", 1, 1, "", "", false},
		{"a", 0, 1, "a", "", false},
		{"a", 2, 1, "", "", false},
	} {
		l := NewLines(c.text)
		if got := l.Between(c.first, c.last); got != c.between {
			t.Errorf("%q: lines %d to %d are %q, want %q", c.text, c.first, c.last, got, c.between)
		}
		if got, there := l.Line(c.first); got != c.line || there != c.there {
			t.Errorf("%q: line %d is %q, %v, want %q, %v", c.text, c.first, got, there, c.line, c.there)
		}
	}
}
