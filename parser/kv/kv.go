// Package kv reads arguments written as text, the way `copy: src=a dest="b c"` has them: what Ansible's split_args and
// parse_kv read, quotes, Jinja blocks and line breaks included.
package kv

import (
	"errors"
	"strconv"
	"strings"
)

// Piece is one part of an argument string and the offset where it starts.
type Piece struct {
	Text   string
	Offset int
}

// What can be wrong with an argument string.
var (
	ErrUnbalanced = errors.New("the arguments hold an unbalanced quote or {{ }} block")
	ErrLeadingGap = errors.New("the arguments start with blank space")
)

// splitter cuts an argument string at blanks and line breaks, but not within quotes or Jinja blocks, as Ansible's
// split_args does: blanks that end a piece stay with it, so that the pieces of a command join to the same command.
type splitter struct {
	pieces []Piece
	quote  byte
	depth  [3]int // of {{ }}, {% %}, {# #}
}

// jinjaBrackets are what depth counts.
var jinjaBrackets = [3][2]string{{"{{", "}}"}, {"{%", "%}"}, {"{#", "#}"}}

// Split cuts an argument string into pieces. It fails with ErrUnbalanced or ErrLeadingGap.
func Split(args string) ([]Piece, error) {
	s := &splitter{}
	offset := 0
	lines := strings.Split(args, "\n")
	for i, line := range lines {
		continued, err := s.line(line, offset)
		if err != nil {
			return nil, err
		}
		if i < len(lines)-1 && !continued {
			if err := s.extend("\n"); err != nil {
				return nil, err
			}
		}
		offset += len(line) + 1
	}
	if s.quote != 0 || s.inBlock() {
		return nil, ErrUnbalanced
	}
	return s.pieces, nil
}

func (s *splitter) inBlock() bool { return s.depth != [3]int{} }

// extend adds to the last piece.
func (s *splitter) extend(text string) error {
	if len(s.pieces) == 0 {
		return ErrLeadingGap
	}
	s.pieces[len(s.pieces)-1].Text += text
	return nil
}

// line takes the words of one line. It tells whether a lone backslash asked for the line to go on.
func (s *splitter) line(line string, offset int) (continued bool, err error) {
	words := strings.Split(line, " ")
	for i, word := range words {
		at := offset
		offset += len(word) + 1
		if word == "" && i > 0 {
			if err := s.extend(" "); err != nil {
				return false, err
			}
			continue
		}
		if word == `\` && s.quote == 0 {
			continued = true
			continue
		}
		if err := s.word(word, at, i, len(words)); err != nil {
			return false, err
		}
	}
	return continued, nil
}

// word decides whether a word goes on with the last piece or starts one.
func (s *splitter) word(word string, at, index, count int) error {
	wasQuoted, wasBlock := s.quote != 0, s.inBlock()
	s.quote = quoteState(word, s.quote)
	quoted := s.quote != 0
	done := true
	switch {
	case quoted && !wasQuoted && !wasBlock:
		s.pieces = append(s.pieces, Piece{word, at})
	case wasBlock || quoted || wasQuoted:
		separator := ""
		switch {
		case index == 0 && wasQuoted:
		case count > 1 && index > 0:
			separator = " "
		case count == 1:
			separator = "\n"
		}
		if err := s.extend(separator + word); err != nil {
			return err
		}
	default:
		done = false
	}
	for kind, brackets := range jinjaBrackets {
		before := s.depth[kind]
		s.depth[kind] = max(0, before+strings.Count(word, brackets[0])-strings.Count(word, brackets[1]))
		if s.depth[kind] != before && !done {
			s.pieces = append(s.pieces, Piece{word, at})
			done = true
		}
	}
	if !done && !s.inBlock() && !quoted && word != "" {
		s.pieces = append(s.pieces, Piece{word, at})
	}
	return nil
}

// quoteState is the quote that is open after a word.
func quoteState(word string, open byte) byte {
	for i := range len(word) {
		if c := word[i]; (c == '"' || c == '\'') && (i == 0 || word[i-1] != '\\') {
			switch open {
			case 0:
				open = c
			case c:
				open = 0
			}
		}
	}
	return open
}

// Join puts pieces together again, with the blanks that they had.
func Join(pieces []Piece) string {
	var b strings.Builder
	last := byte('\n')
	for _, p := range pieces {
		if last != '\n' {
			b.WriteByte(' ')
		}
		b.WriteString(p.Text)
		if p.Text != "" {
			last = p.Text[len(p.Text)-1]
		}
	}
	return b.String()
}

// Arg is one key=value of an argument string, and the offsets where key and value stand.
type Arg struct {
	Key         string
	Value       string
	KeyOffset   int
	ValueOffset int
}

// Args are what an argument string says.
type Args struct {
	List []Arg
	// Free is what is no key=value, put together again, and FreeOffset where it starts.
	Free       string
	FreeOffset int
}

// commandOptions are the keys that command, shell, raw and script take out of their free form.
var commandOptions = map[string]bool{"creates": true, "removes": true, "chdir": true, "executable": true, "warn": true,
	"stdin": true, "stdin_add_newline": true, "strip_empty_ends": true}

// Parse reads "key=value" arguments as Ansible's parse_kv does. What is no key=value is the free form; for command and
// its like (command set) so is everything but a few options such as creates and chdir.
func Parse(args string, command bool) (Args, error) {
	var out Args
	pieces, err := Split(args)
	if err != nil {
		return out, err
	}
	var rest []Piece
	for _, p := range pieces {
		text := decodeEscapes(p.Text)
		at := keyEnd(text)
		if at < 0 {
			if strings.Contains(text, "=") {
				p.Text = strings.ReplaceAll(text, `\=`, "=")
			}
			rest = append(rest, p)
			continue
		}
		key := text[:at]
		if command && !commandOptions[key] {
			rest = append(rest, p)
			continue
		}
		raw := strings.TrimSpace(text[at+1:])
		arg := Arg{Key: strings.TrimSpace(key), Value: Unquote(raw), KeyOffset: p.Offset, ValueOffset: p.Offset + at + 1}
		if arg.Value != raw {
			arg.ValueOffset++
		}
		out.List = append(out.List, arg)
	}
	if len(rest) > 0 {
		out.Free, out.FreeOffset = Join(rest), rest[0].Offset
	}
	return out, nil
}

// keyEnd is the index of the first "=" that is not the first character and not escaped, or -1.
func keyEnd(text string) int {
	for i := 1; i < len(text); i++ {
		if text[i] == '=' && text[i-1] != '\\' {
			return i
		}
	}
	return -1
}

// Unquote takes a pair of quotes off.
func Unquote(text string) string {
	n := len(text)
	if n > 1 && text[0] == text[n-1] && (text[0] == '"' || text[0] == '\'') && text[n-2] != '\\' {
		return text[1 : n-1]
	}
	return text
}

// hexLength is how many hexadecimal digits follow \x, \u and \U.
var hexLength = map[byte]int{'x': 2, 'u': 4, 'U': 8}

var simpleEscapes = map[byte]byte{'\\': '\\', '\'': '\'', '"': '"', 'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// decodeEscapes replaces Python's escapes, as parse_kv does before it looks for "=". Others stay.
func decodeEscapes(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		c := text[i+1]
		if simple, ok := simpleEscapes[c]; ok {
			b.WriteByte(simple)
			i++
			continue
		}
		if n := hexLength[c]; n > 0 && i+2+n <= len(text) {
			if code, err := strconv.ParseUint(text[i+2:i+2+n], 16, 32); err == nil {
				b.WriteRune(rune(code))
				i += 1 + n
				continue
			}
		}
		b.WriteByte('\\')
	}
	return b.String()
}
