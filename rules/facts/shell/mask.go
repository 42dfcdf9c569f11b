package shell

import (
	"strconv"
	"strings"
)

// Templates pass through the shell parser as private-use characters around a number. They are ordinary letters to every
// shell grammar, never quotes or blanks, and cannot stand in the input: what comes in with them is dropped.
const (
	open  = '\uE000'
	clos  = '\uE001'
	opens = string(open)
)

// masked is a text with its templates replaced.
type masked struct {
	text  string
	parts []string // templates as written, braces included
}

// mask replaces {{ ... }} by words, and drops {% ... %} and {# ... #}.
func mask(text string) masked {
	var m masked
	var b strings.Builder
	for i := 0; i < len(text); {
		rest := text[i:]
		switch {
		case strings.HasPrefix(rest, "{{"):
			n := templateEnd(rest, "}}")
			m.parts = append(m.parts, rest[:n])
			b.WriteRune(open)
			b.WriteString(strconv.Itoa(len(m.parts) - 1))
			b.WriteRune(clos)
			i += n
		case strings.HasPrefix(rest, "{%"):
			i += templateEnd(rest, "%}")
		case strings.HasPrefix(rest, "{#") && strings.Contains(rest, "#}"):
			i += strings.Index(rest, "#}") + 2
		case strings.HasPrefix(rest, opens):
			i += len(opens)
		default:
			b.WriteByte(text[i])
			i++
		}
	}
	m.text = b.String()
	return m
}

// templateEnd is the length of the template that text starts with; quotes inside may hold the closing mark.
func templateEnd(text, mark string) int {
	var quote byte
	for i := 2; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case strings.HasPrefix(text[i:], mark):
			return i + len(mark)
		}
	}
	if n := strings.Index(text, mark); n >= 0 {
		return n + len(mark)
	}
	return len(text)
}

// unmask puts the templates back.
func (m *masked) unmask(s string) string {
	if !strings.Contains(s, opens) {
		return s
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, opens)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		number, rest, ok := strings.Cut(after, string(clos))
		if n, err := strconv.Atoi(number); ok && err == nil && n < len(m.parts) {
			b.WriteString(m.parts[n])
		}
		s = rest
	}
}

// split divides a command line as Python's shlex.split does: quotes and backslashes, no shell behind them.
func split(text string) (words []string, ok bool) {
	var b strings.Builder
	inWord := false
	flush := func() {
		if inWord {
			words = append(words, b.String())
		}
		b.Reset()
		inWord = false
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case ' ', '\t', '\n', '\r':
			flush()
		case '\'':
			inWord = true
			n := strings.IndexByte(text[i+1:], '\'')
			if n < 0 {
				return nil, false
			}
			b.WriteString(text[i+1 : i+1+n])
			i += n + 1
		case '"':
			inWord = true
			n, closed := doubleQuoted(text[i+1:], &b)
			if !closed {
				return nil, false
			}
			i += n
		case '\\':
			inWord = true
			if i+1 < len(text) {
				i++
				if text[i] != '\n' {
					b.WriteByte(text[i])
				}
			}
		default:
			inWord = true
			b.WriteByte(c)
		}
	}
	flush()
	return words, true
}

// doubleQuoted writes the content of a double-quoted part and returns its length, the closing quote included.
func doubleQuoted(text string, b *strings.Builder) (n int, closed bool) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return i + 1, true
		case c == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\'):
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return 0, false
}
