// Package jmespath is the query language of json_query (jmespath.org) over Python's values.
//
// It exists because results must keep the order of keys, as they do in Python: a library over Go's maps would give a
// projection over an object's values in another order each time.
package jmespath

import (
	"strings"
	"unicode/utf8"

	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
)

type tokenKind uint8

const (
	tEOF tokenKind = iota
	tName
	tQuoted
	tNumber
	tRaw
	tLiteral
	tPunct
)

type token struct {
	kind tokenKind
	text string
	at   int
	lit  value.Value
}

// Error is a query that cannot be read or evaluated.
type Error struct {
	Query string
	At    int
	Msg   string
}

func (e *Error) Error() string {
	return e.Msg + " (in the query " + e.Query + ")"
}

var puncts = []string{"[]", "[?", "&&", "||", "==", "!=", "<=", ">=", ".", "*", "]", "[", ",", ":", "(", ")", "{", "}", "|", "&", "<", ">", "!", "@"}

func lex(query string) ([]token, error) {
	var out []token
	for i := 0; i < len(query); {
		c := query[i]
		switch {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			i++
			continue
		case isStart(c):
			end := i + 1
			for end < len(query) && (isStart(query[end]) || isDigit(query[end])) {
				end++
			}
			out = append(out, token{kind: tName, text: query[i:end], at: i})
			i = end
		case isDigit(c) || c == '-' && i+1 < len(query) && isDigit(query[i+1]):
			end := i + 1
			for end < len(query) && isDigit(query[end]) {
				end++
			}
			out = append(out, token{kind: tNumber, text: query[i:end], at: i})
			i = end
		case c == '"' || c == '\'' || c == '`':
			t, end, err := lexQuoted(query, i)
			if err != nil {
				return nil, err
			}
			out = append(out, t)
			i = end
		default:
			p := punctAt(query[i:])
			if p == "" {
				r, _ := utf8.DecodeRuneInString(query[i:])
				return nil, &Error{query, i, "Unknown token " + string(r)}
			}
			out = append(out, token{kind: tPunct, text: p, at: i})
			i += len(p)
		}
	}
	return append(out, token{kind: tEOF, at: len(query)}), nil
}

func punctAt(s string) string {
	for _, p := range puncts {
		if strings.HasPrefix(s, p) {
			return p
		}
	}
	return ""
}

func isStart(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// lexQuoted reads "identifier", 'raw string' or `JSON literal`.
func lexQuoted(query string, start int) (token, int, error) {
	quote := query[start]
	end := start + 1
	for end < len(query) && query[end] != quote {
		if query[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(query) {
		return token{}, 0, &Error{query, start, "Unclosed " + string(quote) + " delimiter"}
	}
	body := query[start+1 : end]
	t := token{at: start, text: body}
	switch quote {
	case '"':
		v, err := pyjson.Loads(query[start : end+1])
		if err != nil {
			return token{}, 0, &Error{query, start, "Invalid quoted identifier: " + err.Error()}
		}
		t.kind, t.text = tQuoted, string(v.(value.Str))
	case '\'':
		t.kind, t.lit = tRaw, value.Str(strings.ReplaceAll(body, `\'`, "'"))
	default:
		t.kind = tLiteral
		text := strings.TrimLeft(strings.ReplaceAll(body, "\\`", "`"), " \t\r\n")
		v, err := pyjson.Loads(text)
		if err != nil { // the deprecated unquoted form: `foo` is the text foo
			if v, err = pyjson.Loads(`"` + text + `"`); err != nil {
				return token{}, 0, &Error{query, start, "Bad token " + body}
			}
		}
		t.lit = v
	}
	return t, end + 1, nil
}
