package module

import (
	"fmt"
	"strings"
)

// inodeFlags are the letters of lsattr(1) in its order, with the bits of linux/fs.h and Ansible's names for them.
var inodeFlags = []struct {
	letter byte
	bit    uint32
	name   string
}{
	{'s', 0x1, "zero"}, {'u', 0x2, "undelete"}, {'S', 0x8, "synchronous"}, {'D', 0x10000, "dirsync"},
	{'i', 0x10, "immutable"}, {'a', 0x20, "append"}, {'d', 0x40, "nodump"}, {'A', 0x80, "noatime"},
	{'c', 0x4, "compressed"}, {'B', 0x100, ""}, {'Z', 0x200, "compresseddirty"}, {'X', 0x400, "compressedraw"},
	{'E', 0x800, "encrypted"}, {'j', 0x4000, "journalled"}, {'I', 0x1000, "indexed"}, {'t', 0x8000, "notail"},
	{'T', 0x20000, "blockroot"}, {'e', 0x80000, "extents"}, {'C', 0x800000, "nocow"}, {'x', 0x2000000, ""},
	{'F', 0x40000000, ""}, {'N', 0x10000000, "inline"}, {'P', 0x20000000, ""}, {'V', 0x100000, ""},
}

// settableFlags are those that chattr can change; "=" leaves the others as they are.
const settableFlags = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x80 | 0x4000 | 0x8000 | 0x10000 | 0x20000 |
	0x400 | 0x800000 | 0x2000000 | 0x20000000 | 0x40000000

// FlagLetters writes inode flags as lsattr does, without the dashes.
func FlagLetters(flags uint32) string {
	var b strings.Builder
	for _, f := range inodeFlags {
		if flags&f.bit != 0 {
			b.WriteByte(f.letter)
		}
	}
	return b.String()
}

// FlagNames are Ansible's names of inode flags.
func FlagNames(flags uint32) []any {
	names := []any{}
	for _, f := range inodeFlags {
		if flags&f.bit != 0 && f.name != "" {
			names = append(names, f.name)
		}
	}
	return names
}

func parseFlags(letters string) (uint32, error) {
	var bits uint32
next:
	for i := range len(letters) {
		for _, f := range inodeFlags {
			if f.letter == letters[i] {
				bits |= f.bit
				continue next
			}
		}
		return 0, fmt.Errorf("unknown attribute %q", letters[i])
	}
	return bits, nil
}
