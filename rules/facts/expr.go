package facts

import (
	"strings"

	"pylint-deploy/parser/source"
)

// condition is one conjunct of a when.
type condition struct {
	text    string
	negated bool // `not` before it, taken off
	names   []name
	from    source.Pos
	// depth 0 is the task's own when, others come from blocks, includes and roles around it.
	inherited bool
}

// name is a variable that an expression reads, with the attributes that follow it.
type name struct {
	root string
	path []string // stat, exists
	// test is the test or filter that follows: changed, failed, defined, ...
	test    string
	negated bool // is not
}

// conditions splits a when into conjuncts: the items of a list, and what stands between top-level ands.
func conditions(n *source.Node, inherited bool) []condition {
	if n == nil {
		return nil
	}
	if n.Kind == source.Sequence {
		var out []condition
		for _, item := range n.Items {
			out = append(out, conditions(item, inherited)...)
		}
		return out
	}
	if !n.IsScalar() || n.Kind == source.Null {
		return nil
	}
	text := strings.TrimSpace(n.Text)
	if strings.HasPrefix(text, "{{") && strings.HasSuffix(text, "}}") && strings.Count(text, "{{") == 1 {
		text = strings.TrimSpace(text[2 : len(text)-2])
	}
	var out []condition
	for _, part := range splitWord(text, "and") {
		out = append(out, newCondition(part, n.Pos, inherited)...)
	}
	return out
}

func newCondition(text string, pos source.Pos, inherited bool) []condition {
	text = strings.TrimSpace(text)
	if inner, ok := parenthesised(text); ok {
		parts := splitWord(inner, "and")
		if len(parts) > 1 {
			var out []condition
			for _, p := range parts {
				out = append(out, newCondition(p, pos, inherited)...)
			}
			return out
		}
		return newCondition(inner, pos, inherited)
	}
	c := condition{text: text, from: pos, inherited: inherited}
	bare := text
	for {
		rest, ok := strings.CutPrefix(bare, "not ")
		if !ok {
			if rest, ok = strings.CutPrefix(bare, "not("); !ok {
				break
			}
			rest = "(" + rest
		}
		c.negated = !c.negated
		bare = strings.TrimSpace(rest)
		if inner, ok := parenthesised(bare); ok {
			bare = inner
		}
	}
	c.names = namesOf(bare)
	return []condition{c}
}

// parenthesised takes one pair of parentheses around the whole off.
func parenthesised(s string) (string, bool) {
	if len(s) < 2 || s[0] != '(' || s[len(s)-1] != ')' {
		return s, false
	}
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 && i < len(s)-1 {
				return s, false
			}
		}
	}
	return strings.TrimSpace(s[1 : len(s)-1]), true
}

// splitWord splits at a word outside quotes and brackets.
func splitWord(s, word string) []string {
	var out []string
	toks := tokens(s)
	depth, start := 0, 0
	for _, t := range toks {
		switch {
		case t.kind == 'o' && strings.ContainsAny(t.text, "([{"):
			depth++
		case t.kind == 'o' && strings.ContainsAny(t.text, ")]}"):
			depth--
		case depth == 0 && t.kind == 'n' && t.text == word:
			out = append(out, s[start:t.at])
			start = t.at + len(word)
		}
	}
	return append(out, s[start:])
}

type token struct {
	kind byte // n name, s string, d number, o operator
	text string
	at   int
}

// tokens divides a Jinja expression. It is forgiving: what it does not know is an operator.
func tokens(s string) []token {
	out := make([]token, 0, 2+len(s)/6)
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'' || c == '"':
			j := i + 1
			for j < len(s) && s[j] != c {
				if s[j] == '\\' {
					j++
				}
				j++
			}
			end := min(j+1, len(s))
			out = append(out, token{'s', s[i:end], i})
			i = end
		case isNameByte(c) && !(c >= '0' && c <= '9'):
			j := i
			for j < len(s) && isNameByte(s[j]) {
				j++
			}
			out = append(out, token{'n', s[i:j], i})
			i = j
		case c >= '0' && c <= '9':
			j := i
			for j < len(s) && (isNameByte(s[j]) || s[j] == '.') {
				j++
			}
			out = append(out, token{'d', s[i:j], i})
			i = j
		default:
			n := 1
			if i+1 < len(s) && s[i+1] == '=' && strings.IndexByte("=!<>", c) >= 0 {
				n = 2
			}
			out = append(out, token{'o', s[i : i+n], i})
			i += n
		}
	}
	return out
}

func isNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

var keywords = map[string]bool{"and": true, "or": true, "not": true, "in": true, "is": true, "if": true, "else": true, "for": true,
	"true": true, "false": true, "True": true, "False": true, "none": true, "None": true}

// namesOf finds the variables that an expression reads.
func namesOf(s string) []name {
	toks := tokens(s)
	var out []name
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		// hostvars[x].result: the attribute is a variable of another host
		foreign := i > 1 && toks[i-1].text == "." && toks[i-2].text == "]"
		if t.kind != 'n' || keywords[t.text] || i > 0 && !foreign && (toks[i-1].text == "|" || toks[i-1].text == "." || toks[i-1].text == "is" ||
			toks[i-1].text == "not" && i > 1 && toks[i-2].text == "is") {
			continue
		}
		if i+1 < len(toks) && (toks[i+1].text == "=" || toks[i+1].text == "(") {
			continue // a keyword argument or a function
		}
		n := name{root: t.text}
		j := i + 1
		for j < len(toks) {
			if toks[j].text == "." && j+1 < len(toks) && toks[j+1].kind == 'n' {
				n.path = append(n.path, toks[j+1].text)
				j += 2
			} else if toks[j].text == "[" && j+2 < len(toks) && toks[j+2].text == "]" && toks[j+1].kind != 'n' {
				n.path = append(n.path, strings.Trim(toks[j+1].text, `'"`))
				j += 3
			} else {
				break
			}
		}
		switch {
		case j+1 < len(toks) && toks[j].text == "is" && toks[j+1].text == "not" && j+2 < len(toks):
			n.test, n.negated = toks[j+2].text, true
		case j+1 < len(toks) && (toks[j].text == "is" || toks[j].text == "|") && toks[j+1].kind == 'n':
			n.test = toks[j+1].text
		case j+1 < len(toks) && (toks[j].text == "==" || toks[j].text == "!="):
			n.test = toks[j].text + strings.ToLower(strings.Trim(toks[j+1].text, `'"`))
		}
		out = append(out, n)
		i = j - 1
	}
	return out
}

// templateNames are the variables that the templates in a text read.
func templateNames(text string) []name {
	var out []name
	for _, mark := range []string{"{{", "{%"} {
		rest := text
		for {
			_, after, ok := strings.Cut(rest, mark)
			if !ok {
				break
			}
			inner, more, ok := strings.Cut(after, map[string]string{"{{": "}}", "{%": "%}"}[mark])
			if !ok {
				break
			}
			out = append(out, namesOf(inner)...)
			rest = more
		}
	}
	return out
}
