package inventory

import "pylint-deploy/parser/pattern"

// odd are the characters of a group's name that a variable's name cannot have.
var odd = pattern.New(`^[^\p{L}_]|[^\p{L}\p{N}_]`)

// groupName is the name of a group by the rules of the options, which may also want a warning, once.
func (inv *Inventory) groupName(name string) string {
	if !odd.MatchString(name) {
		return name
	}
	kept := true
	switch inv.opts.GroupChars {
	case "always", "silently":
		name, kept = odd.ReplaceAllString(name, "_"), false
	}
	switch inv.opts.GroupChars {
	case "ignore", "silently":
		return name
	}
	if !inv.oddNames {
		inv.oddNames = true
		how := "and automatically replaced"
		if kept {
			how = "but not replaced"
		}
		inv.warn("Invalid characters were found in group names %s, use -vvvv to see details", how)
	}
	return name
}
