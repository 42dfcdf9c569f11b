package facts

import (
	"strings"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/parser/pyre"
)

// Fixpoint tells whether applying an edit to its own result changes it again.
type Fixpoint string

// lineFixpoint: after lineinfile has written its line, does its regexp find that line again? Without it the next change of
// the line adds a second one. Ansible searches with re.search.
func lineFixpoint(pattern, line string) Fixpoint {
	re, err := pyre.Compile(pattern, 0)
	if err != nil {
		return "unknown"
	}
	m, err := re.Search(line)
	if err != nil {
		return "unknown"
	}
	if m != nil {
		return "yes"
	}
	return "no"
}

// replaceFixpoint: `replace` applied to its own replacement. A pattern that does not match what it wrote is a fixpoint as far as
// the text says; one that matches and rewrites it differently is not.
func replaceFixpoint(pattern, replacement string) Fixpoint {
	re, err := pyre.Compile(pattern, pyre.Multiline)
	if err != nil {
		return "unknown"
	}
	sample, ok := sampleMatch(pattern)
	if !ok {
		return "unknown"
	}
	once, err := re.Sub(replacement, sample, 0)
	if err != nil || once == sample {
		return "unknown"
	}
	twice, err := re.Sub(replacement, once, 0)
	if err != nil {
		return "unknown"
	}
	if twice == once {
		return "yes"
	}
	return "no"
}

var samples = strings.NewReplacer(`\.`, ".", `\-`, "-", `\/`, "/", `\ `, " ", `\s+`, " ", `\s*`, " ", `\s`, " ", `\b`, "", `.*`, "x", `.+`, "x")

// sampleMatch is a text that a simple pattern matches: literals with anchors only.
func sampleMatch(pattern string) (string, bool) {
	p := strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$")
	plain := samples.Replace(p)
	if plain == "" || strings.ContainsAny(plain, `\[](){}*+?|^$`) {
		return "", false
	}
	return plain, true
}

var keyValue = pattern.New(`^\^?#?\s*([A-Za-z_][\w.-]*)(\s+|\s*=\s*|\\s[+*]|\\s\*=\\s\*|\s)([\w./:-]+)\$?$`)

// SettingOf takes "^PermitRootLogin yes" apart: a key, and one of its values.
func SettingOf(pattern string) (key, value string, ok bool) {
	m := keyValue.FindStringSubmatch(strings.TrimSpace(pattern))
	if m == nil || strings.HasPrefix(pattern, "^#") || strings.HasPrefix(pattern, "#") {
		return "", "", false
	}
	return m[1], m[3], true
}
