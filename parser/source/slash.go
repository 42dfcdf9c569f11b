package source

import "strings"

// Double-quoted text may escape a slash: libyaml reads "\/" as JSON does, and JSON written by PHP is full of it, but
// yaml.v3 refuses it. So where a text has such escapes, yaml.v3 is given one in which a letter that the text does not
// have stands for each. The letter takes two bytes, as the escape does, so that all offsets stay.

const escapedSlash = `\/`

// standIns are letters of two bytes in UTF-8 that deployment files hardly have.
const standIns = "ߐߑߒߓߔߕߖߗ"

// hideSlashes makes the text that yaml.v3 reads, and returns the letter in it that stands for an escaped slash; "" where
// nothing was hidden.
func (t *text) hideSlashes() (standIn string) {
	if !strings.Contains(t.src, escapedSlash) {
		return ""
	}
	for _, r := range standIns {
		if !strings.ContainsRune(t.src, r) {
			standIn = string(r)
			break
		}
	}
	if standIn == "" {
		return ""
	}
	b := []byte(t.src)
	for i := 0; i+1 < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		if b[i+1] == '/' {
			copy(b[i:], standIn)
		}
		i++ // what a backslash escapes is no backslash of its own
	}
	t.scanned = string(b)
	return standIn
}

// showSlashes puts back what hideSlashes hid, in a scalar's value.
func showSlashes(value, standIn string, style Style) string {
	if standIn == "" {
		return value
	}
	if style == DoubleQuoted {
		return strings.ReplaceAll(value, standIn, "/")
	}
	return strings.ReplaceAll(value, standIn, escapedSlash)
}
