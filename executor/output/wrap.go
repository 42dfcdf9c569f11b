package output

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"pylint-deploy/parser/pattern"
)

// chunks are what Python's textwrap may break between: white space, and words up to a hyphen between letters.
var chunks = pattern.New(`\s+|[^\s]+`)

// wrap is textwrap.wrap with its defaults, the lines joined: white space becomes blanks, lines are filled greedily, words
// break after hyphens between letters and where they are longer than the width.
func wrap(text string, width int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) && r < utf8.RuneSelf {
			return ' '
		}
		return r
	}, expandTabs(text))
	var lines []string
	line := ""
	for _, c := range breakable(text) {
		if strings.TrimSpace(c) == "" && line == "" && len(lines) > 0 {
			continue
		}
		for utf8.RuneCountInString(line)+utf8.RuneCountInString(c) > width {
			if strings.TrimSpace(c) == "" {
				break
			}
			if room := width - utf8.RuneCountInString(line); utf8.RuneCountInString(c) > width && room > 0 {
				r := []rune(c)
				line, c = line+string(r[:room]), string(r[room:])
			}
			lines = append(lines, strings.TrimRight(line, " "))
			line = ""
		}
		if strings.TrimSpace(c) != "" || line != "" || len(lines) == 0 {
			line += c
		}
	}
	if strings.TrimSpace(line) != "" {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

// breakable cuts text into chunks that stay whole.
func breakable(text string) []string {
	var out []string
	for _, word := range chunks.FindAllString(text, -1) {
		for {
			at := hyphenEnd(word)
			if at < 0 {
				break
			}
			out = append(out, word[:at])
			word = word[at:]
		}
		out = append(out, word)
	}
	return out
}

// hyphenEnd is the offset after the first hyphen that stands between two letters and two letters, as in "re-run"; -1 without one.
func hyphenEnd(word string) int {
	for i := 0; i < len(word); i++ {
		if word[i] != '-' {
			continue
		}
		before, after := word[:i], word[i+1:]
		if letters(lastRunes(before, 2)) == 2 && letters(firstRunes(after, 2)) == 2 {
			return i + 1
		}
	}
	return -1
}

func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

func firstRunes(s string, n int) string { r := []rune(s); return string(r[:min(n, len(r))]) }
func lastRunes(s string, n int) string  { r := []rune(s); return string(r[max(0, len(r)-n):]) }

func expandTabs(s string) string {
	if !strings.Contains(s, "\t") {
		return s
	}
	var b strings.Builder
	column := 0
	for _, r := range s {
		switch r {
		case '\t':
			n := 8 - column%8
			b.WriteString(strings.Repeat(" ", n))
			column += n
		case '\n', '\r':
			b.WriteRune(r)
			column = 0
		default:
			b.WriteRune(r)
			column++
		}
	}
	return b.String()
}

// textWidth is how many columns text takes on a screen: wide East Asian characters take two, combining ones none.
func textWidth(s string) (n int) {
	for _, r := range s {
		switch {
		case r < 0x300:
			n++
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) || r == 0x200B || r == 0x200D:
		case isWide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// wide are the ranges of East Asian wide and fullwidth characters and of emoji (Unicode, EastAsianWidth.txt).
var wide = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x1100, Hi: 0x115f, Stride: 1}, {Lo: 0x2e80, Hi: 0x303e, Stride: 1}, {Lo: 0x3041, Hi: 0xa4cf, Stride: 1}, {Lo: 0xa960, Hi: 0xa97f, Stride: 1},
	{Lo: 0xac00, Hi: 0xd7a3, Stride: 1}, {Lo: 0xf900, Hi: 0xfaff, Stride: 1}, {Lo: 0xfe30, Hi: 0xfe6f, Stride: 1}, {Lo: 0xff00, Hi: 0xff60, Stride: 1}, {Lo: 0xffe0, Hi: 0xffe6, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x1f300, Hi: 0x1f64f, Stride: 1}, {Lo: 0x1f900, Hi: 0x1f9ff, Stride: 1}, {Lo: 0x20000, Hi: 0x3fffd, Stride: 1}}}

func isWide(r rune) bool { return unicode.Is(wide, r) }
