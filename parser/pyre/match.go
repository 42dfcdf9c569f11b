package pyre

import (
	"fmt"
	"strings"

	"github.com/dlclark/regexp2"
)

// Match is one match of a pattern in a text.
type Match struct {
	re    *Regexp
	text  []rune
	spans [][2]int // of each group in code points, -1 where it took no part
}

// Start and End bound a group (0 is the whole match) in code points; -1 where the group took no part.
func (m *Match) Start(group int) int { return m.span(group)[0] }

// End is the other bound.
func (m *Match) End(group int) int { return m.span(group)[1] }

func (m *Match) span(group int) [2]int {
	if group < 0 || group >= len(m.spans) {
		return [2]int{-1, -1}
	}
	return m.spans[group]
}

// Group is the text of a group, and whether it took part in the match.
func (m *Match) Group(group int) (string, bool) {
	s := m.span(group)
	if s[0] < 0 {
		return "", false
	}
	return encode(m.text[s[0]:s[1]], m.re.flags), true
}

// Text is the text of a group, "" where it took no part.
func (m *Match) Text(group int) string {
	s, _ := m.Group(group)
	return s
}

// Named is the text of a named group, and whether it is there and took part.
func (m *Match) Named(name string) (string, bool) {
	n, ok := m.re.names[name]
	if !ok {
		return "", false
	}
	return m.Group(n)
}

// Around is the text before and after a group that took part in the match.
func (m *Match) Around(group int) (before, after string) {
	s := m.span(group)
	return encode(m.text[:s[0]], m.re.flags), encode(m.text[s[1]:], m.re.flags)
}

// Regexp is the pattern that matched.
func (m *Match) Regexp() *Regexp { return m.re }

// Search finds the first match anywhere; nil where there is none.
func (r *Regexp) Search(text string) (*Match, error) {
	return r.find(r.re, decode(text, r.flags), 0)
}

// Match finds a match at the beginning of the text.
func (r *Regexp) Match(text string) (*Match, error) { return r.atStart(anchored, text) }

// Fullmatch finds a match of the whole text.
func (r *Regexp) Fullmatch(text string) (*Match, error) { return r.atStart(whole, text) }

func (r *Regexp) atStart(form int, text string) (*Match, error) {
	re, err := r.form(form)
	if err != nil {
		return nil, err
	}
	return r.find(re, decode(text, r.flags), 0)
}

func (r *Regexp) find(re *regexp2.Regexp, text []rune, at int) (*Match, error) {
	found, err := re.FindRunesMatchStartingAt(text, at)
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", r.pattern, ErrTimeout)
	}
	if found == nil {
		return nil, nil
	}
	m := &Match{re: r, text: text, spans: make([][2]int, r.groups+1)}
	for i := range m.spans {
		m.spans[i] = [2]int{-1, -1}
		if g := found.GroupByNumber(i); g != nil && len(g.Captures) > 0 {
			m.spans[i] = [2]int{g.Index, g.Index + g.Length}
		}
	}
	return m, nil
}

// FindIter finds all matches, none overlapping, at most limit (0 is all). As in Python 3.7 and later an empty match may
// follow a match directly, but not an empty one at the same place.
func (r *Regexp) FindIter(text string, limit int) ([]*Match, error) {
	return r.scan(decode(text, r.flags), limit)
}

func (r *Regexp) scan(text []rune, limit int) ([]*Match, error) {
	var all []*Match
	re := r.re
	for at := 0; at <= len(text) && (limit <= 0 || len(all) < limit); {
		m, err := r.find(re, text, at)
		if err != nil {
			return nil, err
		}
		if m == nil {
			break
		}
		all = append(all, m)
		at = m.spans[0][1]
		re = r.re
		if m.spans[0][0] == at {
			if re, err = r.form(advancing); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// FindAll gives for each match what re.findall gives: the match where the pattern has no groups, else its groups.
func (r *Regexp) FindAll(text string) ([][]string, error) {
	matches, err := r.FindIter(text, 0)
	out := make([][]string, 0, len(matches))
	for _, m := range matches {
		if r.groups == 0 {
			out = append(out, []string{m.Text(0)})
			continue
		}
		row := make([]string, r.groups)
		for g := range row {
			row[g] = m.Text(g + 1)
		}
		out = append(out, row)
	}
	return out, err
}

// Split cuts the text at matches, at most max (0 is all), with the groups in between as re.split has them. A group that
// took no part is nil.
func (r *Regexp) Split(text string, max int) ([]*string, error) {
	runes := decode(text, r.flags)
	matches, err := r.scan(runes, max)
	if err != nil {
		return nil, err
	}
	var out []*string
	piece := func(from, to int) {
		s := encode(runes[from:to], r.flags)
		out = append(out, &s)
	}
	at := 0
	for _, m := range matches {
		piece(at, m.spans[0][0])
		for _, g := range m.spans[1:] {
			if g[0] < 0 {
				out = append(out, nil)
				continue
			}
			piece(g[0], g[1])
		}
		at = m.spans[0][1]
	}
	piece(at, len(runes))
	return out, nil
}

// Sub replaces matches, at most count (0 is all), by a template as re.sub does.
func (r *Regexp) Sub(template, text string, count int) (string, error) {
	s, _, err := r.Subn(template, text, count)
	return s, err
}

// Subn is Sub that also counts the replacements.
func (r *Regexp) Subn(template, text string, count int) (string, int, error) {
	t, err := r.Template(template)
	if err != nil {
		return "", 0, err
	}
	return r.SubFunc(text, count, t.Expand)
}

// SubFunc replaces matches, at most count (0 is all), by what a function makes of them.
func (r *Regexp) SubFunc(text string, count int, replace func(*Match) string) (string, int, error) {
	runes := decode(text, r.flags)
	matches, err := r.scan(runes, count)
	if err != nil {
		return "", 0, err
	}
	var b strings.Builder
	at := 0
	for _, m := range matches {
		b.WriteString(encode(runes[at:m.spans[0][0]], r.flags))
		b.WriteString(replace(m))
		at = m.spans[0][1]
	}
	b.WriteString(encode(runes[at:], r.flags))
	return b.String(), len(matches), nil
}
