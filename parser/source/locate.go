package source

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"pylint-deploy/parser/pattern"
)

// yaml.v3 reports a syntax error by a line that is sometimes that of the surrounding collection and sometimes one off.
// So a file that does not parse is parsed once more through a reader that hands out a byte at a time: how far the scanner
// had read when it gave up is where the error is, up to the few characters of its look-ahead.

// byteReader hands out a text one byte at a time.
type byteReader struct {
	text string
	read int
}

func (r *byteReader) Read(p []byte) (int, error) {
	if r.read >= len(r.text) {
		return 0, io.EOF
	}
	p[0] = r.text[r.read]
	r.read++
	return 1, nil
}

// problem is what one of yaml.v3's messages means and how its place is found.
type problem struct {
	says  string // part of yaml.v3's message
	why   string
	hint  string
	place func(t *text, read, line int) int
}

var problems = []problem{
	{"mapping values are not allowed", `found ": " inside a value`, `quote a value that contains ": ", and check the indentation of this line`, lastColon},
	{"could not find expected ':'", `expected "key: value"`, `a mapping's line is "key: value", a list's line starts with "- "`, lineText},
	{"did not find expected '-' indicator", `expected "- " here: the line is indented like the list above but is no entry of it`, "check the indentation of this line", readLine},
	{"did not find expected key", `expected "key: value" here`, "check the indentation, and quote the whole value where text follows a closing quote", readLine},
	{"found character that cannot start any token", "no value can start with this character", "put the value in quotes; indent with spaces, not tabs", lastOddStart},
	{"found unexpected end of stream", "the quoted text that starts here is never closed", "add the missing quote", lineQuote},
	{"found a tab character", "a tab character cannot indent YAML", "use spaces", lastTab},
	{"did not find expected ',' or", "expected a comma or the closing bracket", `quote a value that starts with a bracket, such as "{{ name }}"`, readLine},
	{"did not find expected node content", "expected a value here", `quote a value that starts with a special character, such as "{{ name }}" or "%d"`, lastRead},
	{"found unknown escape character", "unknown escape in double quotes", `write \\ for a backslash, or use single quotes`, lastBackslash},
	{"block sequence entries are not allowed", `a list entry cannot start here`, `put "- " on a line of its own, or quote the value`, lastRead},
	{"did not find expected comment or line break", "text after | or > must start on the next line", "quote a value that starts with | or >", lastRead},
	{"did not find expected alphabetic or numeric character", "an anchor or alias needs a name", "quote a value that starts with & or *", lastRead},
	{"did not find expected <document start>", "found text after the end of the document", "check the indentation of this line", lineAfter},
	{"unknown anchor", "the alias has no anchor before it", "quote a value that starts with *", lastRead},
}

var saidLine = pattern.New(`^yaml: (?:line (\d+): )?(.*)$`)

// locate turns yaml.v3's error about a text into one with a place and a hint.
func locate(t *text, cause error) *Error {
	r := &byteReader{text: t.scanned}
	for dec := yaml.NewDecoder(r); ; {
		var node yaml.Node
		if err := dec.Decode(&node); err != nil {
			if !errors.Is(err, io.EOF) {
				cause = err
			}
			break
		}
	}
	message, line := cause.Error(), 0
	if m := saidLine.FindStringSubmatch(message); m != nil {
		message = m[2]
		line, _ = strconv.Atoi(m[1])
	}
	for _, p := range problems {
		if strings.Contains(message, p.says) {
			return t.errorAt(p.place(t, r.read, line), p.why, p.hint)
		}
	}
	return t.errorAt(lastRead(t, r.read, line), message, "")
}

// errorAt adds to the hint what the line itself suggests.
func (t *text) errorAt(offset int, why, hint string) *Error {
	pos := t.at(min(offset, len(t.src)))
	line := t.src[t.lineStarts[pos.Line-1]:t.lineEnd(t.lineStarts[pos.Line-1])]
	trimmed := strings.TrimSpace(line)
	switch {
	case strings.HasPrefix(strings.TrimLeft(line, " "), "\t"):
		hint = "use spaces, not tabs, to indent"
	case strings.Contains(trimmed, ": {{") || strings.HasPrefix(trimmed, "- {{") || strings.HasPrefix(trimmed, "{{"):
		hint = `quote a value that starts with {{, as in "{{ name }}"`
	}
	return &Error{Pos: pos, Why: why, Hint: hint}
}

// lastRead is the last character read that is not white space.
func lastRead(t *text, read, _ int) int {
	i := min(read, len(t.src)) - 1
	for i > 0 && isSpace(t.src[i]) {
		i--
	}
	return max(i, 0)
}

// readLine is the first character of the line that was being read.
func readLine(t *text, read, line int) int {
	pos := t.at(lastRead(t, read, line))
	return lineText(t, read, pos.Line)
}

// lineText is the first character of the line that yaml.v3 names, which for some messages is the right one.
func lineText(t *text, read, line int) int {
	if line < 1 || line > len(t.lineStarts) {
		return lastRead(t, read, line)
	}
	i := t.lineStarts[line-1]
	return i + leadingSpaces(t.src[i:])
}

// lineAfter is lineText for the messages whose line yaml.v3 counts from 0.
func lineAfter(t *text, read, line int) int { return lineText(t, read, line+1) }

// lineQuote is the first quote in the line that yaml.v3 names.
func lineQuote(t *text, read, line int) int {
	start := lineText(t, read, line)
	if i := strings.IndexAny(t.src[start:t.lineEnd(start)], `"'`); i >= 0 {
		return start + i
	}
	return start
}

// lastOf finds the last of some characters before what was read.
func lastOf(t *text, read int, chars string) int {
	if i := strings.LastIndexAny(t.src[:min(read, len(t.src))], chars); i >= 0 {
		return i
	}
	return lastRead(t, read, 0)
}

func lastColon(t *text, read, _ int) int     { return lastOf(t, read, ":") }
func lastTab(t *text, read, _ int) int       { return lastOf(t, read, "\t") }
func lastBackslash(t *text, read, _ int) int { return lastOf(t, read, `\`) }
func lastOddStart(t *text, read, _ int) int  { return lastOf(t, read, "\t@`%|>") }
