package template

import (
	"math/big"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
)

// comparers order two versions by one notion of version each.
var comparers = map[string]func(a, b string) (int, error){
	"loose":    looseCompare,
	"strict":   strictCompare,
	"semver":   semverCompare,
	"semantic": semverCompare,
	"pep440":   pep440Compare,
}

// versionOperators say which orders (-1, 0, 1) an operator accepts.
var versionOperators = map[string][3]bool{
	"==": {false, true, false}, "=": {false, true, false}, "eq": {false, true, false},
	"<": {true, false, false}, "lt": {true, false, false}, "<=": {true, true, false}, "le": {true, true, false},
	">": {false, false, true}, "gt": {false, false, true}, ">=": {false, true, true}, "ge": {false, true, true},
	"!=": {true, false, true}, "<>": {true, false, true}, "ne": {true, false, true},
}

func versionTest(a *arguments) (value.Value, error) {
	var texts [2]string
	for i, empty := range []string{"Input version value cannot be empty", "Version parameter to compare against cannot be empty"} {
		given, err := value.Truth(a.Values[i])
		if err != nil {
			return nil, err
		}
		if !given {
			return nil, value.Errorf(value.ValueError, "%s", empty)
		}
		if texts[i], err = a.text(i); err != nil {
			return nil, err
		}
	}
	op, err := a.textOr(2, "eq")
	if err != nil {
		return nil, err
	}
	accepts, ok := versionOperators[op]
	if !ok {
		return nil, value.Errorf(value.ValueError, "Invalid operator type (%s). Must be one of '==', '=', 'eq', '<', 'lt', '<=', 'le', '>', 'gt', '>=', 'ge', '!=', '<>', 'ne'", op)
	}
	compare, err := versionComparer(a)
	if err != nil {
		return nil, err
	}
	order, err := compare(texts[0], texts[1])
	if err != nil {
		return nil, value.Errorf(value.ValueError, "Version comparison failed: %w", err)
	}
	return value.Bool(accepts[order+1]), nil
}

func versionComparer(a *arguments) (func(a, b string) (int, error), error) {
	if a.has(3) && a.has(4) {
		return nil, value.Errorf(value.ValueError, "Cannot specify both 'strict' and 'version_type'")
	}
	if strict, err := a.Flag(3, false); strict || err != nil {
		return strictCompare, err
	}
	if !a.has(4) {
		return looseCompare, nil
	}
	name, err := a.text(4)
	if err != nil {
		return nil, err
	}
	if compare, ok := comparers[name]; ok {
		return compare, nil
	}
	return nil, value.Errorf(value.ValueError, "Invalid version type (%s). Must be one of 'loose', 'strict', 'semver', 'semantic', 'pep440'", name)
}

// component is a part of a version, a number or a word.
type component struct {
	number *big.Int // nil for a word
	word   string
}

var looseParts = pattern.New(`\d+|[a-z]+|\.|[^\da-z.]+`)

// looseParse is distutils' LooseVersion: runs of digits, runs of lower case letters, whatever is between them.
func looseParse(s string) []component {
	var out []component
	for _, part := range looseParts.FindAllString(s, -1) {
		if part == "." {
			continue
		}
		if n, ok := new(big.Int).SetString(part, 10); ok && part[0] >= '0' && part[0] <= '9' {
			out = append(out, component{number: n})
		} else {
			out = append(out, component{word: part})
		}
	}
	return out
}

func looseCompare(a, b string) (int, error) {
	x, y := looseParse(a), looseParse(b)
	for i := 0; i < len(x) && i < len(y); i++ {
		if (x[i].number == nil) != (y[i].number == nil) {
			types := func(c component) string {
				if c.number == nil {
					return "str"
				}
				return "int"
			}
			return 0, value.Errorf(value.TypeError, "'<' not supported between instances of '%s' and '%s'", types(x[i]), types(y[i]))
		}
		order := strings.Compare(x[i].word, y[i].word)
		if x[i].number != nil {
			order = x[i].number.Cmp(y[i].number)
		}
		if order != 0 {
			return order, nil
		}
	}
	return sign(len(x) - len(y)), nil
}

func sign(n int) int { return max(-1, min(1, n)) }

var strictText = pattern.New(`^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$`)

// strictCompare is distutils' StrictVersion: 1.2, 1.2.3, 1.2a1, 1.2.3b4.
func strictCompare(a, b string) (int, error) {
	var parsed [2][]string
	for i, s := range []string{a, b} {
		if parsed[i] = strictText.FindStringSubmatch(s); parsed[i] == nil {
			return 0, value.Errorf(value.ValueError, "invalid version number '%s'", s)
		}
	}
	for i := 1; i <= 3; i++ {
		if order := compareDigits(parsed[0][i], parsed[1][i]); order != 0 {
			return order, nil
		}
	}
	x, y := parsed[0][4], parsed[1][4]
	if x == "" || y == "" {
		return sign(len(y) - len(x)), nil // a release comes after its alphas and betas
	}
	if order := strings.Compare(x, y); order != 0 {
		return order, nil
	}
	return compareDigits(parsed[0][5], parsed[1][5]), nil
}

func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return sign(len(a) - len(b))
	}
	return strings.Compare(a, b)
}

var semverText = pattern.New(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)` +
	`(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?` +
	`(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$`)

// semverCompare is Semantic Versioning 2.0.0, section 11.
func semverCompare(a, b string) (int, error) {
	var parsed [2][]string
	for i, s := range []string{a, b} {
		if parsed[i] = semverText.FindStringSubmatch(s); parsed[i] == nil {
			return 0, value.Errorf(value.ValueError, "invalid semantic version '%s'", s)
		}
	}
	for i := 1; i <= 3; i++ {
		if order := compareDigits(parsed[0][i], parsed[1][i]); order != 0 {
			return order, nil
		}
	}
	x, y := parsed[0][4], parsed[1][4]
	switch {
	case x == y:
		return 0, nil
	case x == "":
		return 1, nil
	case y == "":
		return -1, nil
	}
	xs, ys := strings.Split(x, "."), strings.Split(y, ".")
	for i := 0; i < len(xs) && i < len(ys); i++ {
		if order := compareIdentifiers(xs[i], ys[i]); order != 0 {
			return order, nil
		}
	}
	return sign(len(xs) - len(ys)), nil
}

// compareIdentifiers orders parts of a pre-release: numbers come before words.
func compareIdentifiers(a, b string) int {
	_, errA := parseBig(a)
	_, errB := parseBig(b)
	switch {
	case errA && errB:
		return strings.Compare(a, b)
	case errA:
		return 1
	case errB:
		return -1
	}
	return compareDigits(a, b)
}

// parseBig reads digits; bad tells that there are others.
func parseBig(s string) (n *big.Int, bad bool) {
	n, ok := new(big.Int).SetString(s, 10)
	return n, !ok || s[0] == '-' || s[0] == '+'
}

var pep440Text = pattern.New(`(?i)^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)` +
	`(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d+)?)?` +
	`(?:-(\d+)|([-_.]?(?:post|rev|r)[-_.]?)(\d+)?)?` +
	`([-_.]?dev[-_.]?(\d+)?)?` +
	`(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$`)

// pep440 is a version of a Python package as a key: release without trailing zeros, then pre, post, dev, each with its
// rank among versions that lack it.
type pep440 struct {
	epoch   string
	release []string
	pre     [2]string // rank and number
	post    [2]string
	dev     [2]string
	local   []string
}

var preRanks = map[string]string{"a": "1", "alpha": "1", "b": "2", "beta": "2", "c": "3", "rc": "3", "pre": "3", "preview": "3"}

func parsePEP440(s string) (pep440, error) {
	m := pep440Text.FindStringSubmatch(s)
	if m == nil {
		return pep440{}, value.Errorf(value.ValueError, "Invalid version: '%s'", s)
	}
	v := pep440{epoch: m[1], release: strings.Split(m[2], "."), pre: [2]string{"4", ""}, dev: [2]string{"1", ""}}
	for len(v.release) > 1 && strings.Trim(v.release[len(v.release)-1], "0") == "" {
		v.release = v.release[:len(v.release)-1]
	}
	hasPre, hasPost, hasDev := m[3] != "", m[5] != "" || m[6] != "", m[8] != ""
	switch {
	case hasPre:
		v.pre = [2]string{preRanks[strings.ToLower(m[3])], m[4]}
	case hasDev && !hasPost: // 1.0.dev1 comes before 1.0a1
		v.pre = [2]string{"0", ""}
	}
	if hasPost {
		v.post = [2]string{"1", m[5] + m[7]}
	}
	if hasDev {
		v.dev = [2]string{"0", m[9]}
	}
	if m[10] != "" {
		v.local = strings.FieldsFunc(strings.ToLower(m[10]), func(r rune) bool { return strings.ContainsRune("-_.", r) })
	}
	return v, nil
}

// pep440Compare is the order of PEP 440, as packaging.version has it.
func pep440Compare(a, b string) (int, error) {
	x, err := parsePEP440(a)
	if err != nil {
		return 0, err
	}
	y, err := parsePEP440(b)
	if err != nil {
		return 0, err
	}
	if order := compareDigits(x.epoch, y.epoch); order != 0 {
		return order, nil
	}
	for i := 0; i < max(len(x.release), len(y.release)); i++ {
		if order := compareDigits(at(x.release, i), at(y.release, i)); order != 0 {
			return order, nil
		}
	}
	for _, pair := range [][2][2]string{{x.pre, y.pre}, {x.post, y.post}, {x.dev, y.dev}} {
		for i := range 2 {
			if order := compareDigits(pair[0][i], pair[1][i]); order != 0 {
				return order, nil
			}
		}
	}
	for i := 0; i < len(x.local) && i < len(y.local); i++ {
		if order := -compareIdentifiers(y.local[i], x.local[i]); order != 0 {
			return localOrder(x.local[i], y.local[i]), nil
		}
	}
	return sign(len(x.local) - len(y.local)), nil
}

// localOrder orders parts of local versions: words come before numbers.
func localOrder(a, b string) int {
	_, wordA := parseBig(a)
	_, wordB := parseBig(b)
	if wordA != wordB {
		return -compareIdentifiers(a, b)
	}
	return compareIdentifiers(a, b)
}

func at(items []string, i int) string {
	if i < len(items) {
		return items[i]
	}
	return ""
}
