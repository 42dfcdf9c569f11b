package source

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

const byteOrderMark = "\uFEFF"

// Parse reads the text of one file as YAML 1.1 (JSON included). The path only names the file in positions.
// On a syntax error it returns an *Error, and beside it a File with the documents before the error, for snippets. An empty text has no documents.
func Parse(path string, text []byte) (*File, error) {
	f := &File{Path: path, Text: string(text)}
	if err := checkEncoding(path, text); err != nil {
		return f, err
	}
	t := newText(path, strings.TrimPrefix(f.Text, byteOrderMark))
	b := &builder{text: t, standIn: t.hideSlashes()}
	for dec := yaml.NewDecoder(strings.NewReader(t.scanned)); ; {
		var node yaml.Node
		err := dec.Decode(&node)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, locate(t, err)
		}
		doc, err := b.document(&node)
		if err != nil {
			return f, err
		}
		f.Docs = append(f.Docs, doc)
	}
	f.comments, f.Warnings = b.findComments(), b.warnings
	return f, nil
}

// checkEncoding finds what YAML texts cannot hold: other encodings than UTF-8, and control characters.
func checkEncoding(path string, text []byte) error {
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		return &Error{Pos: Pos{File: path, Line: 1, Column: 1}, Why: "the file is in UTF-16", Hint: "save it as UTF-8"}
	}
	line, lineStart := 1, 0
	for i := 0; i < len(text); {
		c := text[i]
		if c == '\n' {
			line++
			lineStart = i + 1
		}
		if c >= 0x20 && c < 0x7f || c == '\n' || c == '\t' || c == '\r' {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		var e *Error
		switch {
		case r == utf8.RuneError && size == 1:
			e = &Error{Why: "the text is not UTF-8", Hint: "save the file as UTF-8"}
		case r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff:
			e = &Error{Why: "control characters are not allowed in YAML", Hint: "remove it, or write it as \\x.. in double quotes"}
		}
		if e != nil {
			e.Pos = Pos{File: path, Line: line, Column: utf8.RuneCount(text[lineStart:i]) + 1}
			return e
		}
		i += size
	}
	return nil
}

// Line returns a line of the text without its break, counted from 1, or "".
func (f *File) Line(number int) string {
	text := f.Text
	for ; number > 1; number-- {
		i := strings.IndexByte(text, '\n')
		if i < 0 {
			return ""
		}
		text = text[i+1:]
	}
	if number < 1 {
		return ""
	}
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return strings.TrimSuffix(text, "\r")
}

// PosAt returns the place in the file of a byte offset in a scalar's Text. For other nodes it is Pos.
func (n *Node) PosAt(offset int) Pos {
	if n == nil {
		return Pos{}
	}
	if !n.IsScalar() || offset <= 0 && len(n.starts()) == 0 {
		return n.Pos
	}
	at, from := n.Pos, 0
	for _, l := range n.starts() {
		if int(l.offset) > offset {
			break
		}
		at, from = Pos{File: n.Pos.File, Line: int(l.line), Column: int(l.column)}, int(l.offset)
	}
	offset = min(offset, len(n.Text))
	if offset > from {
		at.Column += utf8.RuneCountInString(n.Text[from:offset])
	}
	return at
}

// Sub returns a string that stands at an offset in a scalar's text, such as a value out of "key=value" arguments.
// Its positions are exact where text is the part of n.Text that starts there.
func (n *Node) Sub(text string, offset int) *Node {
	sub := &Node{Kind: String, Style: n.Style, Text: text, Pos: n.PosAt(offset)}
	sub.setEnd(n.PosAt(offset + len(text)))
	var lines []lineStart
	for _, l := range n.starts() {
		if int(l.offset) > offset && int(l.offset) <= offset+len(text) {
			lines = append(lines, lineStart{l.offset - int32(offset), l.line, l.column})
		}
	}
	sub.setStarts(lines)
	if tag := n.Tag(); tag != "" {
		sub.own().tag = tag
	}
	return sub
}

// NewString returns a string node made by the program, at the place that gave rise to it.
func NewString(text string, pos Pos) *Node {
	n := &Node{Kind: String, Text: text, Pos: pos}
	n.setEnd(pos)
	return n
}
