package module

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// ParseMode computes the permission bits that a mode argument asks of a file: a number is taken as it is, a string is
// octal or symbolic ("u=rwX,g=rX,o=", chmod(1)). cur and dir are the file's present bits and kind; umask limits clauses
// that name nobody.
func ParseMode(mode any, cur uint32, dir bool, umask fs.FileMode) (uint32, error) {
	switch m := mode.(type) {
	case int64:
		return checkBits(m)
	case float64:
		if m == float64(int64(m)) {
			return checkBits(int64(m))
		}
	case string:
		s := strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(m), "0o"), "0O")
		if bits, err := strconv.ParseInt(s, 8, 64); err == nil {
			return checkBits(bits)
		}
		return symbolic(m, cur, dir, umask)
	}
	return 0, Fail("mode must be in octal or symbolic form", "details", fmt.Sprintf("unusable mode %v", mode))
}

func checkBits(m int64) (uint32, error) {
	if m < 0 || m > 0o7777 {
		return 0, Fail("Invalid mode supplied, only permission info is allowed", "details", m)
	}
	return uint32(m), nil
}

func symbolic(mode string, cur uint32, dir bool, umask fs.FileMode) (uint32, error) {
	bad := func(clause string) (uint32, error) {
		return 0, Fail("mode must be in octal or symbolic form",
			"details", "bad symbolic permission for mode: "+clause)
	}
	bits := cur
	for clause := range strings.SplitSeq(mode, ",") {
		i := strings.IndexAny(clause, "+-=")
		if i < 0 {
			return bad(clause)
		}
		who, rest := clause[:i], clause[i:]
		limit := uint32(0o777)
		switch {
		case strings.Trim(who, "ugoa") != "":
			return bad(clause)
		case who == "":
			who, limit = "ugo", 0o777&^uint32(umask)
		case strings.Contains(who, "a"):
			who = "ugo"
		}
		for rest != "" {
			op := rest[0]
			perms := rest[1:]
			if j := strings.IndexAny(perms, "+-="); j >= 0 {
				perms = perms[:j]
			}
			rest = rest[1+len(perms):]
			if strings.Trim(perms, "rwxXstugo") != "" {
				return bad(clause)
			}
			for _, w := range who {
				bits = applyClause(bits, byte(w), op, perms, cur, dir, limit)
			}
		}
	}
	return bits, nil
}

// classes tells where a user class keeps its bits.
var classes = map[byte]struct {
	shift   uint
	special uint32 // what "s" or "t" means for the class
	letter  byte
}{
	'u': {6, 0o4000, 's'},
	'g': {3, 0o2000, 's'},
	'o': {0, 0o1000, 't'},
}

// applyClause applies one operator for one user class. The permissions copied from a class and the meaning of X are
// those of the file as it was at the start.
func applyClause(bits uint32, who, op byte, perms string, cur uint32, dir bool, limit uint32) uint32 {
	class := classes[who]
	var set uint32
	for i := range len(perms) {
		switch p := perms[i]; p {
		case 'r':
			set |= 4 << class.shift & limit
		case 'w':
			set |= 2 << class.shift & limit
		case 'x':
			set |= 1 << class.shift & limit
		case 'X':
			if dir || cur&0o111 != 0 {
				set |= 1 << class.shift
			}
		case 's', 't':
			if p == class.letter {
				set |= class.special
			}
		default: // u, g, o: copied
			set |= (cur >> classes[p].shift & 7) << class.shift
		}
	}
	switch op {
	case '=':
		return bits&^(7<<class.shift|class.special) | set
	case '+':
		return bits | set
	}
	return bits &^ set
}

// ModeText is how results spell a mode.
func ModeText(bits uint32) string { return fmt.Sprintf("0%03o", bits) }
