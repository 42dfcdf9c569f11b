package storage

import (
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

var partedVersion = regexp.MustCompile(`^parted.+\s(\d+\.\d+(?:\.\d+)?)`)

// tableSince is the first version of parted that shows a disk without a label.
const tableSince = "3.1"

// checkVersion refuses versions of parted that say nothing of a disk without a label.
func (p *partitioning) checkVersion() error {
	out, err := program.Read(p.ctx, p.Sys, p.tool, "--version")
	if err != nil {
		return err
	}
	m := partedVersion.FindStringSubmatch(strings.TrimSpace(out.Out))
	if out.RC != 0 || m == nil {
		return module.Fail("Failed to get parted version.", "rc", out.RC, "out", out.Out, "err", out.Err)
	}
	if !since(m[1], tableSince) {
		return module.Fail("parted " + m[1] + " is on the target, and " + tableSince + " or later is needed")
	}
	return nil
}

// read reads disk and partitions as parted shows them: lines of fields that colons separate.
func (p *partitioning) read() error {
	if p.disk == nil {
		if err := p.checkVersion(); err != nil {
			return err
		}
	}
	out, err := program.Read(p.ctx, p.Sys, p.tool, "-s", "-m", p.device, "--", "unit", p.unit, "print")
	if err != nil {
		return err
	}
	if out.RC != 0 && !strings.Contains(out.Err, "unrecognised disk label") {
		return module.Fail("Error while getting device information with parted script: '"+p.tool+" -s -m "+p.device+" -- unit '"+p.unit+"' print'",
			"rc", out.RC, "out", out.Out, "err", out.Err)
	}
	lines := program.Lines(out.Out)
	if len(lines) < 2 || len(fields(lines[1])) < 7 {
		return module.Fail("reading what parted says of "+p.device+": there is no line of the disk", "out", out.Out, "err", out.Err)
	}
	f := fields(lines[1])
	size, unit := boundaryValue(f[1], p.unit)
	logical, _ := strconv.Atoi(f[3])
	physical, _ := strconv.Atoi(f[4])
	p.disk = map[string]any{"dev": f[0], "size": size, "unit": strings.ToLower(unit), "table": f[5], "model": f[6],
		"logical_block": logical, "physical_block": physical}
	rest := lines[2:]
	if (unit == "cyl" || unit == "chs") && len(rest) > 0 {
		p.disk["chs_info"] = geometry(fields(rest[0]))
		rest = rest[1:]
	}
	p.parts = nil
	for _, line := range rest {
		if part, ok := readPartition(fields(line), unit); ok {
			p.parts = append(p.parts, part)
		}
	}
	return nil
}

func fields(line string) []string { return strings.Split(strings.TrimRight(line, ";"), ":") }

// boundaryValue is a boundary as results have it: a number, or cylinder, head and sector.
func boundaryValue(s, unit string) (any, string) {
	m := cylinder.FindStringSubmatch(s)
	if m == nil {
		return parseBoundary(s, unit)
	}
	dict := map[string]any{}
	for i, name := range []string{"cylinder", "head", "sector"} {
		dict[name], _ = strconv.Atoi(m[i+1])
	}
	return dict, "chs"
}

// geometry is the line of cylinders, heads and sectors.
func geometry(f []string) map[string]any {
	out := map[string]any{}
	for i, name := range []string{"cylinders", "heads", "sectors"} {
		if i < len(f) {
			out[name], _ = strconv.Atoi(f[i])
		}
	}
	if len(f) > 3 {
		size, unit := parseBoundary(f[3], "")
		out["cyl_size"], out["cyl_size_unit"] = size, strings.ToLower(unit)
	}
	return out
}

// readPartition reads the line of a partition. With cylinders, heads and sectors it has no size.
func readPartition(f []string, unit string) (partition, bool) {
	var size any = ""
	if unit != "chs" && len(f) > 3 {
		size, _ = boundaryValue(f[3], "")
		f = append(f[:3:3], f[4:]...)
	}
	if len(f) < 6 {
		return partition{}, false
	}
	part := partition{name: f[4], flags: []string{}}
	part.number, _ = strconv.ParseInt(f[0], 10, 64)
	for _, flag := range strings.Split(f[5], ", ") {
		if flag != "" {
			part.flags = append(part.flags, strings.TrimSpace(flag))
		}
	}
	begin, _ := boundaryValue(f[1], "")
	end, _ := boundaryValue(f[2], "")
	part.end, _ = end.(float64)
	part.shown = map[string]any{"num": part.number, "begin": begin, "end": end, "size": size, "fstype": f[3], "name": f[4],
		"flags": part.flags, "unit": strings.ToLower(unit)}
	return part, true
}
