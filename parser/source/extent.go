package source

import (
	"sort"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// text is a file's text and where its lines start. yaml.v3 says where a value starts; where it ends, and where each part
// of it stands, is found by laying its text over the file's.
type text struct {
	path       string
	src        string
	scanned    string // what yaml.v3 reads: src, or the same with stand-ins (see slash.go), byte for byte as long
	lineStarts []int
	// Places are asked for in order, and lines can be long: what was looked up last, in src and in scanned.
	last, lastScanned column
}

// column is a place in a line: its byte offset and its column from 0.
type column struct{ line, offset, column int }

// extent is a range of byte offsets in a text.
type extent struct{ start, end int }

// lineStart ties an offset in a scalar's Text to a place in the file, so that an error inside a template in the scalar
// can be reported where the reader sees it.
type lineStart struct{ offset, line, column int32 }

// startAt notes that a scalar's text goes on at an offset of the file.
func (t *text) startAt(offset, i int) lineStart {
	at := t.at(i)
	return lineStart{int32(offset), int32(at.Line), int32(at.Column)}
}

func newText(path, src string) *text {
	t := &text{path: path, src: src, scanned: src, lineStarts: []int{0}}
	for i := 0; i < len(src); {
		n := breakLen(src, i)
		i += max(n, 1)
		if n > 0 {
			t.lineStarts = append(t.lineStarts, i)
		}
	}
	return t
}

// breakLen is the length in bytes of the line break at an offset, 0 where there is none.
func breakLen(src string, i int) int {
	switch src[i] {
	case '\n':
		return 1
	case '\r':
		if i+1 < len(src) && src[i+1] == '\n' {
			return 2
		}
		return 1
	case 0xC2:
		if strings.HasPrefix(src[i:], "\u0085") {
			return 2
		}
	case 0xE2:
		if strings.HasPrefix(src[i:], "\u2028") || strings.HasPrefix(src[i:], "\u2029") {
			return 3
		}
	}
	return 0
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// at is the place of a byte offset.
func (t *text) at(offset int) Pos {
	line := sort.SearchInts(t.lineStarts, offset+1) - 1
	from := t.last
	if from.line != line || from.offset > offset {
		from = column{line, t.lineStarts[line], 0}
	}
	t.last = column{line, offset, from.column + utf8.RuneCountInString(t.src[from.offset:offset])}
	return Pos{File: t.path, Line: line + 1, Column: t.last.column + 1}
}

// offset is the byte offset of a line and a column that yaml.v3 gives: both from 1, the column in characters.
func (t *text) offset(line, col int) int {
	if line < 1 || line > len(t.lineStarts) {
		return len(t.src)
	}
	at := t.lastScanned
	if at.line != line-1 || at.column > col-1 {
		at = column{line - 1, t.lineStarts[line-1], 0}
	}
	for ; at.column < col-1 && at.offset < len(t.scanned); at.column++ {
		if t.scanned[at.offset] < utf8.RuneSelf {
			at.offset++
			continue
		}
		_, size := utf8.DecodeRuneInString(t.scanned[at.offset:])
		at.offset += size
	}
	t.lastScanned = at
	return at.offset
}

func (t *text) posOf(y *yaml.Node) Pos { return t.at(t.offset(y.Line, y.Column)) }

// lineEnd is the offset of the break that ends the line of an offset, or the end of the text.
func (t *text) lineEnd(i int) int {
	for i < len(t.src) && breakLen(t.src, i) == 0 {
		i++
	}
	return i
}

// skipSpace moves over blanks and line breaks. crossed tells whether there was a break.
func (t *text) skipSpace(i int) (end int, crossed bool) {
	for i < len(t.src) {
		n := breakLen(t.src, i)
		if n == 0 && t.src[i] != ' ' && t.src[i] != '\t' {
			break
		}
		crossed = crossed || n > 0
		i += max(n, 1)
	}
	return i, crossed
}

// skipProperties moves from where yaml.v3 places a node over its anchor and tag, to its content.
func (t *text) skipProperties(i int, y *yaml.Node) int {
	if y.Anchor == "" && y.Style&yaml.TaggedStyle == 0 {
		return i
	}
	empty := y.Kind == yaml.ScalarNode && styleOf(y) == Plain && y.Value == ""
	for i < len(t.src) && (t.src[i] == '&' || t.src[i] == '!') {
		for i < len(t.src) && !isSpace(t.src[i]) && strings.IndexByte(",]}", t.src[i]) < 0 {
			i++
		}
		if empty {
			return i
		}
		i = t.skipComments(i)
	}
	return i
}

// skipComments moves over white space and the comments in it.
func (t *text) skipComments(i int) int {
	for {
		i, _ = t.skipSpace(i)
		if i >= len(t.src) || t.src[i] != '#' {
			return i
		}
		i = t.lineEnd(i)
	}
}

// extent finds where a scalar ends and where the pieces of its text stand. comment is the offset of a comment inside
// the extent (after | or >), or -1.
func (t *text) extent(n *Node, start int) (end int, lines []lineStart, comment int) {
	switch n.Style {
	case Plain:
		end, lines = t.plainExtent(n.Text, start)
	case SingleQuoted, DoubleQuoted:
		end, lines = t.quotedExtent(n.Text, start)
	default:
		return t.blockExtent(n.Text, start)
	}
	return end, lines, -1
}

// plainExtent lays a plain scalar's text over the file: white space in one stands for white space in the other.
func (t *text) plainExtent(value string, i int) (end int, lines []lineStart) {
	for v := 0; v < len(value) && i < len(t.src); {
		if value[v] != t.src[i] || isSpace(value[v]) {
			from := i
			var crossed bool
			i, crossed = t.skipSpace(i)
			w := v
			for w < len(value) && (isSpace(value[w]) || breakLen(value, w) > 0) {
				w += max(breakLen(value, w), 1)
			}
			if w == v && i == from {
				break // cannot happen in what yaml.v3 parsed; never loop
			}
			if v = w; crossed {
				lines = append(lines, t.startAt(v, i))
			}
			continue
		}
		v++
		i++
	}
	return i, lines
}

// quotedExtent walks to the closing quote. An escape stands for one character, a run of line breaks folds.
func (t *text) quotedExtent(value string, i int) (end int, lines []lineStart) {
	quote := t.src[i]
	i++
	v := 0
	place := func() { lines = append(lines, t.startAt(v, i)) }
	character := func() {
		_, size := utf8.DecodeRuneInString(value[min(v, len(value)):])
		v += size
	}
	place()
	for i < len(t.src) {
		switch c := t.src[i]; {
		case c == quote && quote == '\'' && i+1 < len(t.src) && t.src[i+1] == '\'':
			i += 2
			character()
			place()
		case c == quote:
			return i + 1, lines
		case c == '\\' && quote == '"':
			if i+1 < len(t.src) && breakLen(t.src, i+1) > 0 {
				i, v = t.foldedBreak(value, i+1, v, true)
			} else {
				i += escapeLen(t.src[i:])
				character()
			}
			place()
		case isSpace(c) || breakLen(t.src, i) > 0:
			next, crossed := t.skipSpace(i)
			if crossed {
				i, v = t.foldedBreak(value, i, v, false)
				place()
			} else {
				v += next - i
				i = next
			}
		default:
			i++
			v++
		}
	}
	return i, lines
}

// foldedBreak moves over white space with line breaks in the file, and over what it became in the value: one space for
// one break, or a break less than there were. After an escaped break only further breaks count.
func (t *text) foldedBreak(value string, i, v int, escaped bool) (int, int) {
	breaks := 0
	for i < len(t.src) && (isSpace(t.src[i]) || breakLen(t.src, i) > 0) {
		n := breakLen(t.src, i)
		if n > 0 {
			breaks++
		}
		i += max(n, 1)
	}
	switch {
	case breaks > 1:
		v += breaks - 1
	case !escaped:
		v++
	}
	return i, min(v, len(value))
}

// escapeLen is the length of the escape at the start of text.
func escapeLen(text string) int {
	switch {
	case len(text) < 2:
		return len(text)
	case text[1] == 'x':
		return min(4, len(text))
	case text[1] == 'u':
		return min(6, len(text))
	case text[1] == 'U':
		return min(10, len(text))
	}
	return 2
}

// blockExtent lays the text of a | or > scalar over the lines below its indicator.
func (t *text) blockExtent(value string, start int) (end int, lines []lineStart, comment int) {
	header := t.lineEnd(start)
	comment, end = -1, header
	if c := strings.IndexByte(t.src[start:header], '#'); c >= 0 {
		comment = start + c
	}
	body := strings.TrimRight(value, "\n")
	indent := -1
	for i, v := header, 0; v < len(body) && i < len(t.src); {
		i += breakLen(t.src, i)
		next := t.lineEnd(i)
		line := t.src[i:next]
		if strings.TrimLeft(line, " ") != "" {
			if indent < 0 {
				indent = leadingSpaces(line) - leadingSpaces(strings.TrimLeft(body, "\n"))
			}
			content := line[min(max(indent, 0), len(line)):]
			found := strings.Index(body[v:], content)
			if found < 0 {
				break
			}
			v += found
			lines = append(lines, t.startAt(v, next-len(content)))
			v += len(content)
			end = next
		}
		i = next
	}
	return end, lines, comment
}

func leadingSpaces(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
