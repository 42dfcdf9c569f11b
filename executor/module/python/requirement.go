package python

import (
	"strconv"
	"strings"

	"pylint-deploy/executor/module/regexp"
)

// requirement is a package as pip is told of it (PEP 508), as far as the module has to understand it.
type requirement struct {
	text  string
	name  string // canonical, PEP 503
	specs string // ">=1.0,<2"
}

var (
	separators      = regexp.MustCompile(`[-_.]+`)
	requirementText = regexp.MustCompile(`^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*\(?([<>=!~][^;)]*)?\)?\s*(;.*)?$`)
	specStart       = regexp.MustCompile(`^\s*[<>=!~]`)
)

func canonical(name string) string { return strings.ToLower(separators.ReplaceAllString(name, "-")) }

// parseRequirement reads a name with an optional version; URLs and paths are kept as they are.
func parseRequirement(s string) requirement {
	m := requirementText.FindStringSubmatch(s)
	if m == nil {
		return requirement{text: s, name: s}
	}
	return requirement{text: strings.ReplaceAll(s, " ", ""), name: canonical(m[1]), specs: strings.ReplaceAll(m[3], " ", "")}
}

// rejoin puts together what a comma has cut: "a>=1,<2" given as a list is one requirement.
func rejoin(names []string) []string {
	var out []string
	inExtras := false
	for _, n := range names {
		for _, part := range strings.Split(n, ",") {
			if len(out) > 0 && (specStart.MatchString(part) || inExtras) {
				out[len(out)-1] += "," + strings.TrimSpace(part)
			} else if strings.TrimSpace(part) != "" {
				out = append(out, strings.TrimSpace(part))
			}
			if len(out) > 0 {
				last := out[len(out)-1]
				inExtras = strings.Count(last, "[") > strings.Count(last, "]")
			}
		}
	}
	return out
}

// accepts tells whether a version meets the specification (PEP 440).
func (r requirement) accepts(version string) bool {
	for _, s := range strings.Split(r.specs, ",") {
		if s == "" {
			continue
		}
		op := strings.TrimRight(s[:min(3, len(s))], "0123456789.abcdefghijklmnopqrstuvwxyz*v")
		if !meets(version, op, s[len(op):]) {
			return false
		}
	}
	return true
}

func meets(have, op, want string) bool {
	if prefix, wild := strings.CutSuffix(want, ".*"); wild {
		same := have == prefix || strings.HasPrefix(have+".", prefix+".")
		return same == (op != "!=")
	}
	c := comparePy(have, want)
	switch op {
	case "==":
		return c == 0
	case "===":
		return have == want
	case "!=":
		return c != 0
	case ">=":
		return c >= 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	case "<":
		return c < 0
	case "~=":
		parts := strings.Split(want, ".")
		return c >= 0 && len(parts) > 1 && strings.HasPrefix(have+".", strings.Join(parts[:len(parts)-1], ".")+".")
	}
	return false
}

var versionPiece = regexp.MustCompile(`\d+|[a-z]+`)

// rank orders what may stand in a version: dev, a, b, rc before the release, post after it.
var rank = map[string]int{"dev": -4, "a": -3, "alpha": -3, "b": -2, "beta": -2, "c": -1, "rc": -1, "pre": -1, "preview": -1, "post": 1, "rev": 1, "r": 1}

// comparePy orders two versions as PEP 440 does, local labels left aside.
func comparePy(a, b string) int {
	x, y := pieces(a), pieces(b)
	for i := 0; i < len(x) || i < len(y); i++ {
		if c := piece(x, i) - piece(y, i); c != 0 {
			return c
		}
	}
	return 0
}

func pieces(v string) []string {
	v, _, _ = strings.Cut(strings.ToLower(strings.TrimPrefix(v, "v")), "+")
	return versionPiece.FindAllString(v, -1)
}

// piece weighs one part; numbers lie above every word but post, so that 1.0rc1 < 1.0 < 1.0.post1.
func piece(list []string, i int) int {
	if i >= len(list) {
		return 0
	}
	if n, err := strconv.Atoi(list[i]); err == nil {
		return n * 8
	}
	return rank[list[i]]
}
