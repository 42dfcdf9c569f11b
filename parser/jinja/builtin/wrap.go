package builtin

import (
	"strings"
	"unicode"

	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

// wrapper breaks a line as Python's textwrap does with the settings that Jinja gives it.
type wrapper struct {
	width     int
	breakLong bool
	hyphens   bool
}

func wordwrap(c *call.Call, a value.Bound) (value.Value, error) {
	s, err := mustText(a.Values[0], "'TYPE' object has no attribute 'splitlines'")
	if err != nil {
		return nil, err
	}
	w := wrapper{}
	if w.width, err = intArg(a, 1, 79); err != nil {
		return nil, err
	}
	if w.breakLong, err = a.Flag(2, true); err != nil {
		return nil, err
	}
	between, err := strArg(a, 3, c.NewlineSequence())
	if err != nil {
		return nil, err
	}
	if w.hyphens, err = a.Flag(4, true); err != nil {
		return nil, err
	}
	if w.width <= 0 {
		return nil, value.Errorf(value.ValueError, "invalid width %d (must be > 0)", w.width)
	}
	var paragraphs []string
	for _, line := range value.SplitLines(s, false) {
		paragraphs = append(paragraphs, strings.Join(w.wrap(line), between))
	}
	return value.Str(strings.Join(paragraphs, between)), nil
}

func blankRune(r rune) bool { return strings.ContainsRune("\t\n\v\f\r ", r) }

// chunks splits a line into words and the white space between them; a word may break behind a hyphen.
func (w *wrapper) chunks(line string) [][]rune {
	var out [][]rune
	text := []rune(line)
	start := 0
	for i := 1; i <= len(text); i++ {
		if i < len(text) && blankRune(text[i-1]) == blankRune(text[i]) && !(w.hyphens && breaksAfter(text, i)) {
			continue
		}
		out = append(out, text[start:i])
		start = i
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

// breaksAfter tells whether a word may be broken before its i-th character: behind a hyphen between letters, or around a dash.
func breaksAfter(text []rune, i int) bool {
	letter := func(j int) bool { return j >= 0 && j < len(text) && unicode.IsLetter(text[j]) }
	word := func(j int) bool {
		return letter(j) || j >= 0 && j < len(text) && (unicode.IsNumber(text[j]) || text[j] == '_')
	}
	if text[i-1] == '-' && text[i] != '-' {
		if i >= 2 && text[i-2] == '-' {
			return word(i)
		}
		return letter(i-2) && (letter(i-3) || i >= 4 && text[i-3] == '-' && letter(i-4)) && letter(i) && (letter(i+1) || i+2 < len(text) && text[i+1] == '-' && letter(i+2))
	}
	return text[i] == '-' && i+1 < len(text) && text[i+1] == '-' && text[i-1] != '-' && !blankRune(text[i-1])
}

// wrap breaks one line.
func (w *wrapper) wrap(line string) []string {
	chunks := w.chunks(line)
	var lines []string
	for len(chunks) > 0 {
		if len(lines) > 0 && blankChunk(chunks[0]) {
			chunks = chunks[1:]
			continue
		}
		var current []rune
		n := 0
		last := 0
		for ; n < len(chunks) && len(current)+len(chunks[n]) <= w.width; n++ {
			last = len(current)
			current = append(current, chunks[n]...)
		}
		tail := n > 0 && blankChunk(chunks[n-1])
		chunks = chunks[n:]
		if len(chunks) > 0 && len(chunks[0]) > w.width {
			var taken bool
			before := len(current)
			if current, chunks, taken = w.long(current, chunks); taken {
				last, tail = before, blankChunk(current[before:])
			}
		}
		if tail {
			current = current[:last]
		}
		if len(current) > 0 {
			lines = append(lines, string(current))
		}
	}
	return lines
}

// long deals with a word that is longer than a line: it is broken, or stands alone.
func (w *wrapper) long(current []rune, chunks [][]rune) ([]rune, [][]rune, bool) {
	room := w.width - len(current)
	if w.breakLong {
		end := room
		chunk := chunks[0]
		if w.hyphens && len(chunk) > room {
			for i := room - 1; i > 0; i-- {
				if chunk[i] == '-' && strings.Trim(string(chunk[:i]), "-") != "" {
					end = i + 1
					break
				}
			}
		}
		rest := append([][]rune{chunk[end:]}, chunks[1:]...)
		return append(current, chunk[:end]...), rest, true
	}
	if len(current) == 0 {
		return append(current, chunks[0]...), chunks[1:], true
	}
	return current, chunks, false
}

func blankChunk(c []rune) bool { return strings.TrimFunc(string(c), value.IsSpace) == "" }
