package files

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// layouts are the directives of Python's strptime that stand for numbers: the most digits each takes.
var layouts = map[byte]int{'Y': 4, 'm': 2, 'd': 2, 'H': 2, 'I': 2, 'M': 2, 'S': 2, 'y': 2, 'j': 3}

// composite directives stand for others.
var composite = map[byte]string{'D': "%m/%d/%y", 'T': "%H:%M:%S", 'F': "%Y-%m-%d", 'R': "%H:%M"}

// parseTime reads a local time by a format of Python's time.strptime.
func parseTime(text, format string) (time.Time, error) {
	got := map[byte]int{'Y': 1900, 'm': 1, 'd': 1}
	mismatch := fmt.Errorf("time data '%s' does not match format '%s'", text, format)
	rest := text
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			if format[i] == ' ' {
				rest = strings.TrimLeft(rest, " \t\n")
				continue
			}
			if rest == "" || rest[0] != format[i] {
				return time.Time{}, mismatch
			}
			rest = rest[1:]
			continue
		}
		i++
		if more, ok := composite[format[i]]; ok {
			format = format[:i+1] + more + format[i+1:]
			continue
		}
		var err error
		if rest, err = directive(format[i], rest, got); err != nil {
			return time.Time{}, fmt.Errorf("%w (%v)", mismatch, err)
		}
	}
	if rest != "" {
		return time.Time{}, fmt.Errorf("unconverted data remains: %s", rest)
	}
	return assemble12(got)
}

// directive reads one directive's value.
func directive(d byte, rest string, got map[byte]int) (string, error) {
	if width, ok := layouts[d]; ok {
		n := 0
		for n < width && n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		v, err := strconv.Atoi(rest[:n])
		if err != nil || d == 'Y' && n < 4 {
			return rest, fmt.Errorf("no number for %%%c", d)
		}
		got[d] = v
		return rest[n:], nil
	}
	switch d {
	case 'b', 'B', 'h':
		for m := time.January; m <= time.December; m++ {
			for _, name := range []string{m.String(), m.String()[:3]} {
				if len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) {
					got['m'] = int(m)
					return rest[len(name):], nil
				}
			}
		}
		return rest, fmt.Errorf("no month")
	case 'p':
		if len(rest) >= 2 && (strings.EqualFold(rest[:2], "AM") || strings.EqualFold(rest[:2], "PM")) {
			got['p'] = map[bool]int{true: 12, false: 0}[strings.EqualFold(rest[:2], "PM")]
			return rest[2:], nil
		}
		return rest, fmt.Errorf("neither AM nor PM")
	case '%':
		if strings.HasPrefix(rest, "%") {
			return rest[1:], nil
		}
	}
	return rest, fmt.Errorf("directive %%%c", d)
}

// assemble12 makes the time, with the 12-hour clock where that was read.
func assemble12(got map[byte]int) (time.Time, error) {
	if y, ok := got['y']; ok {
		got['Y'] = 1900 + y
		if y < 69 {
			got['Y'] = 2000 + y
		}
	}
	if h, ok := got['I']; ok {
		got['H'] = h%12 + got['p']
	}
	if got['m'] < 1 || got['m'] > 12 || got['d'] < 1 || got['d'] > 31 || got['H'] > 23 || got['M'] > 59 || got['S'] > 61 {
		return time.Time{}, fmt.Errorf("a part is out of range")
	}
	t := time.Date(got['Y'], time.Month(got['m']), got['d'], got['H'], got['M'], got['S'], 0, time.Local)
	if day, ok := got['j']; ok {
		t = t.AddDate(0, 0, day-t.YearDay())
	}
	return t, nil
}
