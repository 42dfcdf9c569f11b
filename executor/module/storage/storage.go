// Package storage is the modules of disks: partitions, volume groups, logical volumes, file systems. The work is done by the
// programs of each kind of them; nothing is mounted or taken into use here.
package storage

import (
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
)

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{
		{Name: "community.general.filesystem", Run: runFilesystem},
		{Name: "community.general.lvg", Run: runVolumeGroup},
		{Name: "community.general.lvol", Run: runLogicalVolume},
		{Name: "community.general.parted", Run: runParted},
	}
}

// since compares dotted versions of numbers.
func since(have, want string) bool {
	h, w := strings.Split(have, "."), strings.Split(want, ".")
	for i := range w {
		var a, b int
		if i < len(h) {
			a, _ = strconv.Atoi(h[i])
		}
		if b, _ = strconv.Atoi(w[i]); a != b {
			return a > b
		}
	}
	return true
}

// number writes a float as Python does: with a point.
func number(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
