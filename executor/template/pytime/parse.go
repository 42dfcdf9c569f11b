package pytime

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/parser/jinja/value"
)

// fields are Python's regular expressions for the directives of strptime (_strptime.TimeRE, C locale).
var fields = map[byte]string{
	'd': `3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9]`, 'f': `[0-9]{1,6}`, 'H': `2[0-3]|[0-1]\d|\d`, 'I': `1[0-2]|0[1-9]|[1-9]| [1-9]`,
	'G': `\d\d\d\d`, 'j': `36[0-6]|3[0-5]\d|[1-2]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0[1-9]|[1-9]`, 'm': `1[0-2]|0[1-9]|[1-9]`,
	'M': `[0-5]\d|\d`, 'S': `6[0-1]|[0-5]\d|\d`, 'U': `5[0-3]|[0-4]\d|\d`, 'W': `5[0-3]|[0-4]\d|\d`, 'w': `[0-6]`, 'u': `[1-7]`,
	'V': `5[0-3]|0[1-9]|[1-4]\d|\d`, 'y': `\d\d`, 'Y': `\d\d\d\d`, 'z': `[+-]\d\d:?[0-5]\d(?::?[0-5]\d(?:\.\d{1,6})?)?|Z`,
	'A': `monday|tuesday|wednesday|thursday|friday|saturday|sunday`, 'a': `mon|tue|wed|thu|fri|sat|sun`,
	'B': `january|february|march|april|may|june|july|august|september|october|november|december`,
	'b': `jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec`, 'p': `am|pm`, 'Z': `utc|gmt`,
}

// composed directives stand for others.
var composed = map[byte]string{'c': "%a %b %d %H:%M:%S %Y", 'x': "%m/%d/%y", 'X': "%H:%M:%S"}

// Parse is datetime.strptime. Errors are ValueErrors in Python's words.
func Parse(text, layout string) (Datetime, error) {
	pattern, order, err := compile(layout)
	if err != nil {
		return Datetime{}, err
	}
	m := pattern.FindStringSubmatch(text)
	if m == nil {
		return Datetime{}, value.Errorf(value.ValueError, "time data %s does not match format %s", quoted(text), quoted(layout))
	}
	if rest := text[len(m[0]):]; rest != "" {
		return Datetime{}, value.Errorf(value.ValueError, "unconverted data remains: %s", rest)
	}
	got := parsed{year: 1900, month: 1, day: 1}
	for i, d := range order {
		if err := got.set(d, m[i+1]); err != nil {
			return Datetime{}, err
		}
	}
	return got.datetime()
}

func quoted(s string) string {
	text, err := value.Repr(value.Str(s))
	if err != nil {
		return strconv.Quote(s)
	}
	return text
}

// compile translates a layout into a regular expression with one group a directive.
func compile(layout string) (*regexp.Regexp, []byte, error) {
	var pattern strings.Builder
	var order []byte
	for i := 0; i < len(layout); i++ {
		c := layout[i]
		if c != '%' {
			if !isSpace(c) {
				pattern.WriteString(regexp.QuoteMeta(string(c)))
			} else if i == 0 || !isSpace(layout[i-1]) {
				pattern.WriteString(`\s+`)
			}
			continue
		}
		if i++; i == len(layout) {
			return nil, nil, value.Errorf(value.ValueError, "stray %% in format '%s'", layout)
		}
		if longer, ok := composed[layout[i]]; ok {
			layout = layout[:i-1] + longer + layout[i+1:]
			i -= 2
			continue
		}
		field, ok := fields[layout[i]]
		switch {
		case layout[i] == '%':
			pattern.WriteByte('%')
		case !ok:
			return nil, nil, value.Errorf(value.ValueError, "'%c' is a bad directive in format '%s'", layout[i], layout)
		default:
			pattern.WriteString("(" + field + ")")
			order = append(order, layout[i])
		}
	}
	re, err := regexp.Compile("(?i)^(?:" + pattern.String() + ")")
	if err != nil {
		return nil, nil, fmt.Errorf("time format %q: %w", layout, err)
	}
	return re, order, nil
}

// parsed collects what the directives say.
type parsed struct {
	year, month, day, hour, minute, second, micro int
	yearDay, week, weekday, isoYear, isoWeek      int
	weekStart                                     byte // 'U' or 'W'
	hasWeekday, hasWeek, pm, has12                bool
	zone                                          *time.Location
}

func (p *parsed) set(d byte, text string) error {
	n, _ := strconv.Atoi(strings.TrimSpace(text))
	plain := map[byte]*int{
		'Y': &p.year, 'm': &p.month, 'd': &p.day, 'H': &p.hour, 'M': &p.minute, 'S': &p.second, 'j': &p.yearDay,
		'G': &p.isoYear, 'V': &p.isoWeek,
	}
	if target, ok := plain[d]; ok {
		*target = n
		return nil
	}
	switch d {
	case 'y':
		p.year = n + 1900
		if n <= 68 {
			p.year = n + 2000
		}
	case 'f':
		p.micro, _ = strconv.Atoi((text + "000000")[:6])
	case 'B', 'b':
		p.month = index(fields['b'], text)%12 + 1
	case 'A', 'a':
		p.weekday, p.hasWeekday = index(fields['a'], text), true
	case 'w':
		p.weekday, p.hasWeekday = (n+6)%7, true
	case 'u':
		p.weekday, p.hasWeekday = n-1, true
	case 'U', 'W':
		p.week, p.weekStart, p.hasWeek = n, d, true
	case 'I':
		p.hour, p.has12 = n%12, true
	case 'p':
		p.pm = strings.EqualFold(text, "pm")
	case 'z':
		p.zone = offset(text)
	}
	return nil
}

// index finds which alternative starts like text; the three-letter names do for the long ones too.
func index(alternatives, text string) int {
	short := strings.ToLower(text)[:3]
	return strings.Index(alternatives, short) / 4
}

func offset(text string) *time.Location {
	if text == "Z" || text == "z" {
		return time.FixedZone("UTC", 0)
	}
	digits := strings.ReplaceAll(text[1:], ":", "")
	h, _ := strconv.Atoi(digits[:2])
	m, _ := strconv.Atoi(digits[2:4])
	seconds := h*3600 + m*60
	if len(digits) >= 6 {
		s, _ := strconv.Atoi(digits[4:6])
		seconds += s
	}
	if text[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("UTC"+text, seconds)
}

func (p *parsed) datetime() (Datetime, error) {
	if p.has12 && p.pm {
		p.hour += 12
	}
	switch {
	case p.isoWeek > 0 && p.isoYear > 0 && p.hasWeekday:
		jan4 := time.Date(p.isoYear, 1, 4, 0, 0, 0, 0, time.UTC)
		monday := jan4.AddDate(0, 0, 1-isoWeekday(jan4))
		p.setDate(monday.AddDate(0, 0, (p.isoWeek-1)*7+p.weekday))
	case p.hasWeek && p.hasWeekday:
		p.setDate(p.fromWeek())
	case p.yearDay > 0:
		p.setDate(time.Date(p.year, 1, p.yearDay, 0, 0, 0, 0, time.UTC))
	}
	if p.day > daysIn(p.year, p.month) {
		return Datetime{}, value.Errorf(value.ValueError, "day is out of range for month")
	}
	if p.second > 59 {
		return Datetime{}, value.Errorf(value.ValueError, "second must be in 0..59")
	}
	zone := time.UTC
	if p.zone != nil {
		zone = p.zone
	}
	t := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, p.micro*1000, zone)
	return Datetime{Time: t, Aware: p.zone != nil}, nil
}

func (p *parsed) setDate(t time.Time) { p.year, p.month, p.day = t.Year(), int(t.Month()), t.Day() }

// fromWeek is _strptime._calc_julian_from_U_or_W.
func (p *parsed) fromWeek() time.Time {
	first := isoWeekday(time.Date(p.year, 1, 1, 0, 0, 0, 0, time.UTC)) - 1
	day := p.weekday
	if p.weekStart == 'U' {
		first, day = (first+1)%7, (day+1)%7
	}
	lead := (7 - first) % 7
	julian := 1 + lead + 7*(p.week-1) + day
	if p.week == 0 {
		julian = 1 + day - first
	}
	return time.Date(p.year, 1, julian, 0, 0, 0, 0, time.UTC)
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
