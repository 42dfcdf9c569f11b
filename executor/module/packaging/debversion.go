package packaging

import "strings"

// compareDeb orders two Debian versions (Debian Policy 5.6.12): negative, zero or positive.
func compareDeb(a, b string) int {
	ae, av, ar := splitDeb(a)
	be, bv, br := splitDeb(b)
	if c := compareDigits(ae, be); c != 0 {
		return c
	}
	if c := compareDebPart(av, bv); c != 0 {
		return c
	}
	return compareDebPart(ar, br)
}

// splitDeb cuts [epoch:]upstream[-revision].
func splitDeb(v string) (epoch, upstream, revision string) {
	epoch, upstream = "0", v
	if i := strings.IndexByte(v, ':'); i >= 0 {
		epoch, upstream = v[:i], v[i+1:]
	}
	if i := strings.LastIndexByte(upstream, '-'); i >= 0 {
		upstream, revision = upstream[:i], upstream[i+1:]
	}
	return epoch, upstream, revision
}

// compareDebPart compares alternately the longest prefix without digits and the longest prefix of digits.
func compareDebPart(a, b string) int {
	for a != "" || b != "" {
		for (a != "" && !digit(a[0])) || (b != "" && !digit(b[0])) {
			x, y := debOrder(a), debOrder(b)
			if x != y {
				return x - y
			}
			a, b = tail(a), tail(b)
		}
		var x, y string
		x, a = digits(a)
		y, b = digits(b)
		if c := compareDigits(x, y); c != 0 {
			return c
		}
	}
	return 0
}

// debOrder ranks the first character: a tilde before the end, letters before everything else.
func debOrder(s string) int {
	switch {
	case s == "" || digit(s[0]):
		return 0
	case s[0] == '~':
		return -1
	case 'A' <= s[0] && s[0] <= 'Z' || 'a' <= s[0] && s[0] <= 'z':
		return int(s[0])
	}
	return int(s[0]) + 256
}

func tail(s string) string {
	if s == "" || digit(s[0]) {
		return s
	}
	return s[1:]
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

func digits(s string) (string, string) {
	i := 0
	for i < len(s) && digit(s[i]) {
		i++
	}
	return s[:i], s[i:]
}

// compareDigits compares numbers of any length.
func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
