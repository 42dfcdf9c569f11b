package accounts

import (
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
)

// shadow is what the shadow file holds of a user.
type shadow struct {
	found    bool
	hash     string
	min, max int64 // days; -1 when unset
	expire   int64 // day since 1970 on which the account ends; -1 for never
	warn     int64
}

// readShadow reads a user's line; one that cannot be read (not root) is not found.
func readShadow(sys module.System, name string) shadow {
	s := shadow{min: -1, max: -1, expire: -1, warn: -1}
	data, err := sys.ReadFile("/etc/shadow")
	if err != nil {
		return s
	}
	for _, l := range strings.Split(string(data), "\n") {
		f := strings.Split(l, ":")
		if len(f) < 8 || f[0] != name {
			continue
		}
		s.found, s.hash = true, f[1]
		for i, p := range map[int]*int64{3: &s.min, 4: &s.max, 5: &s.warn, 7: &s.expire} {
			if n, err := strconv.ParseInt(f[i], 10, 64); err == nil {
				*p = n
			}
		}
	}
	return s
}

// looksHashed tells whether a password argument is what crypt(3) makes, or one of the marks of a locked account.
func looksHashed(p string) bool {
	switch p {
	case "", "*", "!", "*************":
		return true
	}
	f := strings.Split(p, "$")
	if strings.ContainsAny(p, ":*!") || len(f) < 3 {
		return false
	}
	last := f[len(f)-1]
	for _, r := range last {
		if !(r == '.' || r == '/' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z') {
			return false
		}
	}
	want, known := map[string]int{"1": 22, "5": 43, "6": 86}[f[1]]
	return !known || len(last) == want
}
