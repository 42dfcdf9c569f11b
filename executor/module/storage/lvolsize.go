package storage

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
)

// volumeSize is the argument size of lvol: an amount or a percentage, absolute or relative to what is there.
type volumeSize struct {
	given    bool
	operator string // + or -, or ""
	text     string // without operator and unit
	flag     string // -L for amounts, -l for percentages
	unit     string // of an amount, as it is written; m where none is
	value    float64
	whole    string // what a percentage is of
}

func parseVolumeSize(s string) (volumeSize, error) {
	z := volumeSize{given: s != "", flag: "-L", unit: "m", text: s}
	if s == "" {
		return z, nil
	}
	if s[0] == '+' || s[0] == '-' {
		z.operator, z.text = s[:1], s[1:]
	}
	bad := module.Fail("Bad size specification of '" + z.text + "'")
	if percent, whole, ok := strings.Cut(z.text, "%"); ok {
		n, err := strconv.Atoi(strings.TrimSpace(percent))
		switch {
		case err != nil:
			return z, bad
		case n > 100:
			return z, module.Fail("Size percentage cannot be larger than 100%")
		case whole == "ORIGIN":
			return z, module.Fail("Snapshot Volumes are not supported")
		case !slices.Contains([]string{"VG", "PVS", "FREE"}, whole):
			return z, module.Fail("Specify extents as a percentage of VG|PVS|FREE")
		}
		z.flag, z.unit, z.value, z.whole = "-l", "", float64(n), whole
		return z, nil
	}
	if last := len(z.text) - 1; last >= 0 && strings.Contains("bskmgtpe", strings.ToLower(z.text[last:])) {
		z.unit, z.text = z.text[last:], z.text[:last]
	}
	value, err := strconv.ParseFloat(z.text, 64)
	if err != nil || z.text[0] < '0' || z.text[0] > '9' {
		return z, module.Fail("Bad size specification of '" + z.text + "'")
	}
	z.value = value
	return z, nil
}

// units is the unit in which LVM's programs are to answer.
func (z volumeSize) units() string {
	if z.flag == "-l" {
		return "m"
	}
	return strings.ToLower(z.unit)
}

// argument is the size as LVM's programs take it.
func (z volumeSize) argument() string { return z.text + z.unit }

// of is the size that a percentage makes, for a volume of a group: whole extents, rounded down.
func (z volumeSize) of(have, all, free, extent float64) float64 {
	base := all
	if z.whole == "FREE" {
		base = free
	}
	want := z.value * base / 100
	switch z.operator {
	case "+":
		want += have
	case "-":
		want = have - want
	}
	rest := math.Mod(want, extent)
	if rest < 0 { // as Python's remainder, which has the sign of the divisor
		rest += extent
	}
	return want - rest
}
