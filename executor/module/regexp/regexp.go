// Package regexp is the part of Go's regexp that modules use, on the engine of package pyre: Python's patterns need that
// one anyway, and a second one would be a thirtieth of the program that is sent to targets.
//
// Patterns are compiled when they are first used, so that a table of them costs nothing at the start of an agent.
package regexp

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/dlclark/regexp2"
)

// Regexp is a pattern in the syntax of Go's regexp. It is safe for concurrent use.
type Regexp struct {
	text  string
	build func() *regexp2.Regexp
}

// MustCompile makes a Regexp. A pattern that is wrong panics when it is used; a test uses every one that is in the source.
func MustCompile(pattern string) *Regexp {
	return &Regexp{text: pattern, build: sync.OnceValue(func() *regexp2.Regexp {
		re, err := regexp2.Compile(pattern, regexp2.RE2)
		if err != nil {
			panic(fmt.Sprintf("pattern %q: %v", pattern, err))
		}
		return re
	})}
}

// QuoteMeta escapes what means something in a pattern.
func QuoteMeta(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(`\.+*?()|[]{}^$`, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// String is the pattern.
func (r *Regexp) String() string { return r.text }

// each calls do with the matches one after the other until it says no.
func (r *Regexp) each(s string, do func(*regexp2.Match) bool) {
	m, err := r.build().FindStringMatch(s)
	for err == nil && m != nil && do(m) {
		m, err = r.build().FindNextMatch(m)
	}
}

func groups(m *regexp2.Match) []string {
	var out []string
	for _, g := range m.Groups() {
		out = append(out, g.String())
	}
	return out
}

// MatchString tells whether the pattern is found in s.
func (r *Regexp) MatchString(s string) bool {
	found := false
	r.each(s, func(*regexp2.Match) bool { found = true; return false })
	return found
}

// FindStringSubmatch is the first match and its groups, nil where there is none.
func (r *Regexp) FindStringSubmatch(s string) []string {
	var out []string
	r.each(s, func(m *regexp2.Match) bool { out = groups(m); return false })
	return out
}

// FindAllStringSubmatch are all matches with their groups. n must be -1.
func (r *Regexp) FindAllStringSubmatch(s string, _ int) [][]string {
	var out [][]string
	r.each(s, func(m *regexp2.Match) bool { out = append(out, groups(m)); return true })
	return out
}

// FindAllString are all matches. n must be -1.
func (r *Regexp) FindAllString(s string, _ int) []string {
	var out []string
	r.each(s, func(m *regexp2.Match) bool { out = append(out, m.String()); return true })
	return out
}

// FindStringIndex is where the first match begins and ends, in bytes; nil where there is none.
func (r *Regexp) FindStringIndex(s string) []int {
	var out []int
	r.each(s, func(m *regexp2.Match) bool {
		start := len(string([]rune(s)[:m.Index]))
		out = []int{start, start + len(m.String())}
		return false
	})
	return out
}

// ReplaceAllString replaces every match by the template, in which $1 or ${1} is a group.
func (r *Regexp) ReplaceAllString(s, template string) string {
	runes := []rune(s)
	var b strings.Builder
	end := 0
	r.each(s, func(m *regexp2.Match) bool {
		b.WriteString(string(runes[end:m.Index]))
		b.WriteString(expand(template, groups(m)))
		end = m.Index + m.Length
		return true
	})
	if end == 0 && b.Len() == 0 {
		return s
	}
	b.WriteString(string(runes[end:]))
	return b.String()
}

func expand(template string, groups []string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after := "", rest
		switch {
		case strings.HasPrefix(rest, "$"):
			b.WriteByte('$')
			template = rest[1:]
			continue
		case strings.HasPrefix(rest, "{"):
			name, after, _ = strings.Cut(rest[1:], "}")
		default:
			i := 0
			for i < len(rest) && rest[i] >= '0' && rest[i] <= '9' {
				i++
			}
			name, after = rest[:i], rest[i:]
		}
		if n, err := strconv.Atoi(name); err == nil && n < len(groups) {
			b.WriteString(groups[n])
		}
		template = after
	}
}
