package pytime

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Format is time.strftime in the C locale, with glibc's flags (%-d, %_H, %^a) and widths. Where a directive does not
// exist, it is copied as glibc does.
func Format(layout string, t time.Time) string {
	var out strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' {
			out.WriteByte(layout[i])
			continue
		}
		text, size := directive(layout[i:], t)
		out.WriteString(text)
		i += size - 1
	}
	return out.String()
}

// directive formats the directive at the head of s and tells how long it is.
func directive(s string, t time.Time) (string, int) {
	i, flag, width := 1, byte(0), 0
	for i < len(s) && strings.IndexByte("-_0^#", s[i]) >= 0 {
		flag = s[i]
		i++
	}
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		width = min(width*10+int(s[i]-'0'), 1024)
		i++
	}
	if i < len(s) && (s[i] == 'E' || s[i] == 'O') {
		i++
	}
	if i >= len(s) {
		return s, len(s)
	}
	if f, ok := numbers[s[i]]; ok {
		return f.format(t, flag, width), i + 1
	}
	if f, ok := texts[s[i]]; ok {
		text := f(t)
		switch {
		case flag == '^' || flag == '#' && s[i] != 'Z' && s[i] != 'p':
			text = strings.ToUpper(text)
		case flag == '#':
			text = strings.ToLower(text)
		}
		return pad(text, width, ' '), i + 1
	}
	return s[:i+1], i + 1
}

func pad(text string, width int, with byte) string {
	if n := width - len(text); n > 0 {
		return strings.Repeat(string(with), n) + text
	}
	return text
}

// number is a numeric directive with its natural width and padding.
type number struct {
	value func(t time.Time) int
	width int
	pad   byte
}

func (n number) format(t time.Time, flag byte, width int) string {
	text := strconv.Itoa(n.value(t))
	with, size := n.pad, n.width
	switch flag {
	case '-':
		return text
	case '_':
		with = ' '
	case '0':
		with = '0'
	}
	return pad(text, max(size, width), with)
}

func hour12(t time.Time) int { return (t.Hour()+11)%12 + 1 }

func isoWeekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// weekOf counts weeks that start on the given weekday; days before the first one are in week 0.
func weekOf(t time.Time, start time.Weekday) int {
	return (t.YearDay() + 6 - int(t.Weekday()-start+7)%7) / 7
}

func isoYear(t time.Time) int { y, _ := t.ISOWeek(); return y }

func isoWeek(t time.Time) int { _, w := t.ISOWeek(); return w }

var numbers = map[byte]number{
	'd': {time.Time.Day, 2, '0'}, 'e': {time.Time.Day, 2, ' '}, 'm': {func(t time.Time) int { return int(t.Month()) }, 2, '0'},
	'y': {func(t time.Time) int { return t.Year() % 100 }, 2, '0'}, 'Y': {time.Time.Year, 1, '0'},
	'C': {func(t time.Time) int { return t.Year() / 100 }, 2, '0'}, 'j': {time.Time.YearDay, 3, '0'},
	'H': {time.Time.Hour, 2, '0'}, 'k': {time.Time.Hour, 2, ' '}, 'I': {hour12, 2, '0'}, 'l': {hour12, 2, ' '},
	'M': {time.Time.Minute, 2, '0'}, 'S': {time.Time.Second, 2, '0'},
	's': {func(t time.Time) int { return int(t.Unix()) }, 1, '0'},
	'w': {func(t time.Time) int { return int(t.Weekday()) }, 1, '0'}, 'u': {isoWeekday, 1, '0'},
	'U': {func(t time.Time) int { return weekOf(t, time.Sunday) }, 2, '0'},
	'W': {func(t time.Time) int { return weekOf(t, time.Monday) }, 2, '0'},
	'V': {isoWeek, 2, '0'}, 'G': {isoYear, 4, '0'}, 'g': {func(t time.Time) int { return isoYear(t) % 100 }, 2, '0'},
}

func goLayout(layout string) func(time.Time) string {
	return func(t time.Time) string { return t.Format(layout) }
}

var texts = map[byte]func(time.Time) string{
	'a': goLayout("Mon"), 'A': goLayout("Monday"), 'b': goLayout("Jan"), 'h': goLayout("Jan"), 'B': goLayout("January"),
	'c': goLayout("Mon Jan _2 15:04:05 2006"), 'x': goLayout("01/02/06"), 'D': goLayout("01/02/06"), 'X': goLayout("15:04:05"),
	'T': goLayout("15:04:05"), 'R': goLayout("15:04"), 'F': goLayout("2006-01-02"), 'r': goLayout("03:04:05 PM"),
	'p': goLayout("PM"), 'P': func(t time.Time) string { return strings.ToLower(t.Format("PM")) },
	'Z': goLayout("MST"), 'z': goLayout("-0700"),
	'n': func(time.Time) string { return "\n" }, 't': func(time.Time) string { return "\t" }, '%': func(time.Time) string { return "%" },
}

// Strftime is datetime.strftime: %f is the microsecond, %z and %Z are empty for a naive time.
func (d Datetime) Strftime(layout string) string {
	var out strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' || i+1 == len(layout) {
			out.WriteByte(layout[i])
			continue
		}
		switch next := layout[i+1]; {
		case next == 'f':
			fmt.Fprintf(&out, "%06d", d.Time.Nanosecond()/1000)
		case (next == 'z' || next == 'Z') && !d.Aware:
		case next == '%':
			out.WriteString("%%")
		default:
			out.WriteString(layout[i : i+2])
		}
		i++
	}
	return Format(out.String(), d.Time)
}

func isSpace(c byte) bool { return unicode.IsSpace(rune(c)) }
