// Package pyre is Python's re module: its pattern syntax, its matching rules, its replacement templates and its error
// texts, on top of dlclark/regexp2.
//
// Playbooks carry regular expressions written for Python (lineinfile, replace, find, the regex filters and tests), and
// Go's own package can neither look around nor refer back. regexp2 can, but speaks the dialect of .NET: it numbers named
// groups after the others, gives \w, \b and \s other members, knows \Z, {,n} and octal escapes by other rules. So a
// pattern is parsed here as Python's sre_parse does, and written out again in terms that mean the same in both; of the
// flags only ignoring case is left to regexp2.
//
// Text is a sequence of code points, bytes that are no UTF-8 being kept apart as Python's surrogateescape does. With the
// flag Bytes, pattern and text are bytes (b"..." in Python), which is how lineinfile and blockinfile match.
//
// Refused: \N{NAME}, which would need the table of all character names. Otherwise the dialect is that of Python 3.11,
// with its error texts; the tests ask Python.
package pyre

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// Flags are those of Python's re; Bytes tells that pattern and text are bytes.
type Flags uint

// The flags.
const (
	IgnoreCase Flags = 1 << iota
	Multiline
	DotAll
	Verbose
	ASCII
	Bytes
)

// MatchTimeout bounds the time of one search, since a pattern with nested repeats may take exponential time. Python has
// no such bound; a pattern that needs it would hang there.
const MatchTimeout = 10 * time.Second

// ErrTimeout is in the chain of the error of a search that took too long.
var ErrTimeout = errors.New("the pattern takes too long on this text (nested repeats backtrack without end); simplify it")

// Error is a pattern or template that does not parse, in Python's words.
type Error struct {
	Msg     string
	Pattern string
	// Pos is where, in code points.
	Pos int
}

func (e *Error) Error() string {
	if !strings.Contains(e.Pattern, "\n") {
		return fmt.Sprintf("%s at position %d", e.Msg, e.Pos)
	}
	runes := []rune(e.Pattern)
	head := string(runes[:min(e.Pos, len(runes))])
	line := strings.Count(head, "\n") + 1
	column := e.Pos - utf8.RuneCountInString(head[:strings.LastIndex(head, "\n")+1]) + 1
	return fmt.Sprintf("%s at position %d (line %d, column %d)", e.Msg, e.Pos, line, column)
}

// Regexp is a compiled pattern. It may be used by several goroutines at once.
type Regexp struct {
	pattern string
	flags   Flags
	names   map[string]int
	order   []string // names in the order of their groups
	groups  int
	source  string // the pattern in regexp2's terms
	re      *regexp2.Regexp

	once    sync.Once
	forms   [3]*regexp2.Regexp
	lazyErr error
}

// Compile parses a pattern as re.compile does.
func Compile(pattern string, flags Flags) (*Regexp, error) {
	p := newParser(pattern, flags)
	source, err := p.parse()
	if err != nil {
		return nil, err
	}
	r := &Regexp{pattern: pattern, flags: p.flags, names: p.names, order: p.order, groups: p.groups, source: source}
	r.re, err = r.build(source)
	return r, err
}

// build compiles regexp2's form of the pattern.
func (r *Regexp) build(source string) (*regexp2.Regexp, error) {
	re, err := regexp2.Compile(source, regexp2.None)
	if err != nil {
		return nil, fmt.Errorf("pattern %q cannot be translated: %w", r.pattern, err)
	}
	re.MatchTimeout = MatchTimeout
	return re, nil
}

// The other forms of a pattern that searches need. \G is where the search began.
const (
	advancing = iota // finds no empty match where the search begins
	anchored         // matches where the search begins
	whole            // matches from there to the end of the text
)

// form compiles the other forms when the first of them is needed.
func (r *Regexp) form(which int) (*regexp2.Regexp, error) {
	r.once.Do(func() {
		for i, source := range [...]string{`(?:` + r.source + `)(?!\G)`, `\G(?:` + r.source + `)`, `\G(?:` + r.source + `)\z`} {
			if r.forms[i], r.lazyErr = r.build(source); r.lazyErr != nil {
				return
			}
		}
	})
	return r.forms[which], r.lazyErr
}

// Pattern is the text that was compiled.
func (r *Regexp) Pattern() string { return r.pattern }

// Flags are those given and those written at the head of the pattern.
func (r *Regexp) Flags() Flags { return r.flags }

// NumGroups counts the capturing groups.
func (r *Regexp) NumGroups() int { return r.groups }

// GroupNames lists the names of groups in their order.
func (r *Regexp) GroupNames() []string { return r.order }

// GroupIndex is the number of a named group.
func (r *Regexp) GroupIndex(name string) (int, bool) {
	n, ok := r.names[name]
	return n, ok
}

// escapeSurrogate begins the code points that stand for bytes which are no UTF-8, as in Python (PEP 383).
const escapeSurrogate = 0xDC00

// byteBase begins the private code points that stand for bytes 0x80 to 0xFF in patterns and texts of bytes: they have no
// case and belong to no class.
const byteBase = 0xF700

// decode turns text into code points.
func decode(s string, flags Flags) []rune {
	out := make([]rune, 0, len(s))
	if flags&Bytes != 0 {
		for i := range len(s) {
			out = append(out, byteRune(s[i]))
		}
		return out
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			r = escapeSurrogate + rune(s[i])
		}
		out = append(out, r)
		i += n
	}
	return out
}

func byteRune(b byte) rune {
	if b < 0x80 {
		return rune(b)
	}
	return byteBase + rune(b)
}

// encode is the inverse of decode.
func encode(runes []rune, flags Flags) string {
	var b strings.Builder
	b.Grow(len(runes))
	for _, r := range runes {
		switch {
		case r < 0x80:
			b.WriteByte(byte(r))
		case flags&Bytes != 0 && r >= byteBase+0x80 && r <= byteBase+0xFF:
			b.WriteByte(byte(r - byteBase))
		case flags&Bytes == 0 && r >= escapeSurrogate+0x80 && r <= escapeSurrogate+0xFF:
			b.WriteByte(byte(r - escapeSurrogate))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Escape quotes what has a meaning in patterns, as re.escape.
func Escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
