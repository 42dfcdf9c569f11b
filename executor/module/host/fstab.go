package host

import (
	"strings"
)

// fstabFields name the fields of an fstab(5) line.
var fstabFields = [6]string{"src", "name", "fstype", "opts", "dump", "passno"}

// fstabEntry is a line of fstab, its fields escaped as they stand there.
type fstabEntry map[string]string

func (e fstabEntry) String() string {
	f := make([]string, 6)
	for i, n := range fstabFields {
		f[i] = e[n]
	}
	return strings.Join(f, " ") + "\n"
}

// escapeFstab writes what would end a field as octal numbers.
func escapeFstab(v string) string {
	return strings.NewReplacer(`\`, `\134`, " ", `\040`, "&", `\046`).Replace(v)
}

// parseFstabLine reads an entry; comments and lines of another form are none.
func parseFstabLine(line string, least int) (fstabEntry, bool) {
	f := strings.Fields(line)
	if len(f) < least || len(f) > 6 || strings.HasPrefix(f[0], "#") {
		return nil, false
	}
	e := fstabEntry{"dump": "0", "passno": "0"}
	for i, v := range f {
		e[fstabFields[i]] = v
	}
	return e, true
}

// means tells whether a line is about the wanted mount; swap areas are told apart by their source.
func (e fstabEntry) means(want fstabEntry) bool {
	if e["name"] != want["name"] {
		return false
	}
	_, hasSrc := want["src"]
	return !(hasSrc && e["name"] == "none" && e["fstype"] == "swap" && e["src"] != want["src"])
}

// setFstab puts an entry into the text.
func setFstab(text string, want fstabEntry) (string, bool) {
	var b strings.Builder
	exists, changed := false, false
	for _, line := range strings.SplitAfter(text, "\n") {
		if line == "" {
			continue
		}
		if !strings.HasSuffix(line, "\n") {
			line += "\n"
		}
		e, ok := parseFstabLine(line, 4)
		if !ok || !e.means(want) {
			b.WriteString(line)
			continue
		}
		exists = true
		differs := false
		for _, n := range fstabFields {
			if n != "name" && e[n] != want[n] {
				e[n], differs = want[n], true
			}
		}
		if differs {
			changed, line = true, e.String()
		}
		b.WriteString(line)
	}
	if !exists {
		b.WriteString(want.String())
	}
	return b.String(), changed || !exists
}

// unsetFstab takes the entries for a mount point out of the text.
func unsetFstab(text string, want fstabEntry) (string, bool) {
	var b strings.Builder
	changed := false
	for _, line := range strings.SplitAfter(text, "\n") {
		if e, ok := parseFstabLine(line, 6); ok && e.means(want) {
			changed = true
			continue
		}
		b.WriteString(line)
	}
	return b.String(), changed
}
