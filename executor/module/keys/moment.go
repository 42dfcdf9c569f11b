package keys

import (
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/regexp"
)

var relative = regexp.MustCompile(`^[+-](?:(\d+)[wW])?(?:(\d+)[dD])?(?:(\d+)[hH])?(?:(\d+)[mM])?(?:(\d+)[sS]?)?$`)

// timeFormats are the ways to write a moment, in Go's words.
var timeFormats = []string{"20060102150405Z", "200601021504Z", "20060102150405-0700", "200601021504-0700"}

// moment reads a time: absolute, or relative to now as in sshd_config(5).
func moment(s, argument string, now time.Time) (time.Time, error) {
	if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") {
		if m := relative.FindStringSubmatch(s); m != nil && len(s) > 1 {
			var n [5]int // weeks, days, hours, minutes, seconds
			for i := range n {
				n[i], _ = strconv.Atoi(m[i+1])
				if s[0] == '-' {
					n[i] = -n[i]
				}
			}
			clock := time.Duration(n[2])*time.Hour + time.Duration(n[3])*time.Minute + time.Duration(n[4])*time.Second
			return now.UTC().AddDate(0, 0, 7*n[0]+n[1]).Add(clock), nil
		}
	}
	for _, format := range timeFormats {
		if t, err := time.Parse(format, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, module.Fail(`The time spec "` + s + `" for ` + argument + ` is invalid`)
}
