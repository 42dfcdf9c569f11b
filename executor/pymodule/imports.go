package pymodule

import (
	"slices"
	"strings"
)

// importing is one thing that a program imports: "import module", or "from module import name" with level leading dots.
type importing struct {
	level        int
	module, name string
	// nested tells that the statement stands in another: a try, a function, a condition. What it names may be missing.
	nested bool
}

// importsOf finds what a Python program imports, without understanding the rest of it.
func importsOf(source string) []importing {
	var out []importing
	for _, s := range statements(source) {
		switch s.tokens[0] {
		case "import":
			for _, item := range items(s.tokens[1:]) {
				out = append(out, importing{module: item, nested: s.nested})
			}
		case "from":
			out = append(out, s.from()...)
		}
	}
	return out
}

// statement is an import statement by its tokens.
type statement struct {
	tokens []string
	nested bool
}

// from reads "from ..module import a as b, c".
func (s statement) from() []importing {
	at := slices.Index(s.tokens, "import")
	if at < 0 {
		return nil
	}
	module := strings.Join(s.tokens[1:at], "")
	name := strings.TrimLeft(module, ".")
	var out []importing
	for _, item := range items(s.tokens[at+1:]) {
		out = append(out, importing{level: len(module) - len(name), module: name, name: item, nested: s.nested})
	}
	return out
}

// items are the dotted names of a list, without what they are called here.
func items(tokens []string) (names []string) {
	name, renamed := "", false
	for _, t := range append(tokens, ",") {
		switch {
		case t == "(" || t == ")":
		case t == ",":
			if name != "" {
				names = append(names, name)
			}
			name, renamed = "", false
		case t == "as":
			renamed = true
		case !renamed:
			name += t
		}
	}
	return names
}

// statements are the import statements of a program. Strings, comments and continued lines are known for what they are.
func statements(source string) []statement {
	s := &scanner{text: source}
	var out []statement
	var now statement
	fresh, nested := true, false // at the begin of a statement, which stands in another
	depth := 0
	end := func() {
		if len(now.tokens) > 0 {
			out = append(out, now)
		}
		now, fresh = statement{}, true
	}
	for t := s.next(); t != ""; t = s.next() {
		switch t {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		}
		switch {
		case t == "\n" && depth <= 0:
			end()
			nested, depth = s.indented(), 0
		case t == ";" && depth <= 0:
			end()
		case t == ":" && depth <= 0:
			end()
			nested = true
		case t == "\n":
		case fresh && (t == "import" || t == "from"):
			now, fresh = statement{tokens: []string{t}, nested: nested}, false
		case len(now.tokens) > 0:
			now.tokens = append(now.tokens, t)
		default:
			fresh = false
		}
	}
	end()
	return out
}

// scanner reads tokens: names, line ends, and everything else a byte at a time.
type scanner struct {
	text string
	at   int
}

// indented tells whether the line that begins here begins with space.
func (s *scanner) indented() bool {
	return s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\t')
}

// next is the next token, "" at the end.
func (s *scanner) next() string {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '#':
			s.skipTo("\n")
		case c == '\\' && strings.HasPrefix(strings.TrimPrefix(s.text[s.at+1:], "\r"), "\n"):
			s.at += strings.IndexByte(s.text[s.at:], '\n') + 1
		case c == '"' || c == '\'':
			s.str()
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
			s.at++
		case nameByte(c):
			start := s.at
			for s.at < len(s.text) && nameByte(s.text[s.at]) {
				s.at++
			}
			return s.text[start:s.at]
		default:
			s.at++
			return string(c)
		}
	}
	return ""
}

func nameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

func (s *scanner) skipTo(mark string) {
	if i := strings.Index(s.text[s.at:], mark); i >= 0 {
		s.at += i
		return
	}
	s.at = len(s.text)
}

// str skips a string. A backslash keeps the quote after it inside, in raw strings as well.
func (s *scanner) str() {
	quote := s.text[s.at : s.at+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(s.text[s.at:], triple) {
		quote = triple
	}
	for s.at += len(quote); s.at < len(s.text); s.at++ {
		switch {
		case strings.HasPrefix(s.text[s.at:], quote):
			s.at += len(quote)
			return
		case s.text[s.at] == '\\':
			s.at++
		case s.text[s.at] == '\n' && len(quote) == 1: // not Python; the line ends it
			return
		}
	}
	s.at = min(s.at, len(s.text))
}
