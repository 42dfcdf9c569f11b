package storage

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// partitioning is one call of parted.
type partitioning struct {
	*module.Call
	ctx          context.Context
	tool, device string
	unit         string
	number       int64
	disk         map[string]any
	parts        []partition
	changed      bool
	script       string // what parted was told, as text
}

// partition is a line of parted's table.
type partition struct {
	number int64
	end    float64
	name   string
	flags  []string
	shown  map[string]any
}

// runParted is community.general.parted.
func runParted(ctx context.Context, c *module.Call) (module.Result, error) {
	p := &partitioning{Call: c, ctx: ctx, device: c.Args.Str("device"), unit: c.Args.Str("unit"), number: c.Args.Int("number")}
	var err error
	if p.tool, err = program.Path(c.Sys, "parted"); err != nil {
		return nil, err
	}
	if c.Args.Has("number") && p.number < 1 {
		return nil, module.Fail("The partition number must be greater then 0.")
	}
	for _, name := range []string{"part_start", "part_end"} {
		if err := checkBoundary(name, c.Args.Str(name)); err != nil {
			return nil, err
		}
	}
	if err := p.read(); err != nil {
		return nil, err
	}
	switch c.Args.Str("state") {
	case "info":
		p.script = "unit '" + p.unit + "' print"
	case "absent":
		if p.find() != nil || c.Check {
			err = p.tell([][]string{{"rm", strconv.FormatInt(p.number, 10)}})
		}
	default:
		err = p.present()
	}
	if err == nil && p.changed {
		err = p.read()
	}
	if err != nil {
		return nil, err
	}
	shown := []any{}
	for _, part := range p.parts {
		shown = append(shown, part.shown)
	}
	return module.Result{"changed": p.changed, "disk": p.disk, "partitions": shown, "script": strings.TrimSpace(p.script)}, nil
}

func (p *partitioning) find() *partition {
	i := slices.IndexFunc(p.parts, func(part partition) bool { return part.number == p.number })
	if i < 0 {
		return nil
	}
	return &p.parts[i]
}

// present makes label and partition, then gives the partition its end, name and flags.
func (p *partitioning) present() error {
	a, number := p.Args, strconv.FormatInt(p.number, 10)
	var steps [][]string
	label := p.disk["table"] != a.Str("label")
	if label {
		steps = append(steps, []string{"mklabel", a.Str("label")})
	}
	if a.Str("part_type") != "" && (label || p.find() == nil) {
		step := []string{"mkpart", a.Str("part_type")}
		if fs := a.Str("fs_type"); fs != "" {
			step = append(step, fs)
		}
		steps = append(steps, append(step, a.Str("part_start"), a.Str("part_end")))
	}
	if len(steps) > 0 {
		steps = append([][]string{{"unit", p.unit}}, steps...)
	}
	if part := p.find(); a.Bool("resize") && part != nil && p.endDiffers(part) {
		steps = append(steps, []string{"resizepart", number, a.Str("part_end")})
	}
	if len(steps) > 0 {
		if err := p.tell(steps); err != nil {
			return err
		}
		if !p.Check {
			if err := p.read(); err != nil {
				return err
			}
		}
	}
	part := p.find()
	if p.Check && (p.changed || part == nil) {
		part = &partition{}
	}
	if part == nil {
		return nil
	}
	return p.finish(part, number)
}

// finish gives a partition its name and flags.
func (p *partitioning) finish(part *partition, number string) error {
	var steps [][]string
	if name := p.Args.Str("name"); p.Args.Has("name") && part.name != name {
		steps = append(steps, []string{"name", number, `"` + name + `"`}) // parted itself reads quotes
	}
	if flags := p.Args.Strs("flags"); len(flags) > 0 {
		if slices.Contains(flags, "esp") && !slices.Contains(flags, "boot") {
			flags = append(flags, "boot") // parted sets and unsets both
		}
		for _, f := range flags {
			if !slices.Contains(part.flags, f) {
				steps = append(steps, []string{"set", number, f, "on"})
			}
		}
		for _, f := range part.flags {
			if !slices.Contains(flags, f) {
				steps = append(steps, []string{"set", number, f, "off"})
			}
		}
	}
	if len(steps) == 0 {
		return nil
	}
	return p.tell(append([][]string{{"unit", p.unit}}, steps...))
}

// tell has parted carry out steps. In check mode they are only noted.
func (p *partitioning) tell(steps [][]string) error {
	p.changed = true
	argv := []string{p.tool, "-s", "-m"}
	if align := p.Args.Str("align"); align != "undefined" {
		argv = append(argv, "-a", align)
	}
	argv = append(argv, p.device, "--")
	text := ""
	for _, step := range steps {
		argv = append(argv, step...)
		for _, w := range step {
			if strings.HasPrefix(w, `"`) {
				w = "'" + w + "'"
			}
			text += w + " "
		}
	}
	p.script += text
	out, err := program.Change(p.ctx, p.Sys, argv...)
	if err == nil && out.RC != 0 {
		align := ""
		if a := p.Args.Str("align"); a != "undefined" {
			align = "-a " + a
		}
		command := fmt.Sprintf("%s -s -m %s %s -- %s", p.tool, align, p.device, text)
		err = module.Fail("Error while running parted script: "+strings.TrimSpace(command), "rc", out.RC, "out", out.Out, "err", out.Err)
	}
	return err
}

// endDiffers tells whether a partition ends elsewhere than it is to end.
func (p *partitioning) endDiffers(part *partition) bool {
	size, unit := parseBoundary(p.Args.Str("part_end"), p.unit)
	if unit == "%" {
		whole, _ := p.disk["size"].(float64)
		size, unit = float64(int64(float64(int64(whole))*size/100)), p.unit
	}
	return inBytes(part.end, p.unit) != inBytes(size, unit)
}

var (
	unitsSI  = []string{"B", "KB", "MB", "GB", "TB"}
	unitsIEC = []string{"KiB", "MiB", "GiB", "TiB"}
)

// inBytes converts a size of a unit. Sectors and cylinders are taken as they are, on both sides of the comparison.
func inBytes(size float64, unit string) int64 {
	factor := 1.0
	if i := slices.Index(unitsSI, unit); i >= 0 {
		for range i {
			factor *= 1000
		}
	} else if i := slices.Index(unitsIEC, unit); i >= 0 {
		for range i + 1 {
			factor *= 1024
		}
	} else if slices.Contains([]string{"", "compact", "cyl", "chs"}, unit) {
		factor = 1e6
	}
	return int64(size * factor)
}

var (
	boundary = regexp.MustCompile(`^(-?[\d.]+) *([\w%]+)?$`)
	cylinder = regexp.MustCompile(`^(\d+),(\d+),(\d+)$`)
)

// parseBoundary reads "10.5GiB"; without a unit it is in the one given.
func parseBoundary(s, unit string) (float64, string) {
	m := boundary.FindStringSubmatch(s)
	if m == nil {
		return 0, "chs"
	}
	if m[2] != "" {
		unit = m[2]
	}
	return float(m[1]), unit
}

func checkBoundary(name, s string) error {
	if !boundary.MatchString(s) && !cylinder.MatchString(s) {
		return module.Fail("Error interpreting parted size output: '" + s + "'")
	}
	size, unit := parseBoundary(s, "")
	if slices.Contains([]string{"s", "%", "cyl", "chs", "compact"}, unit) || slices.Contains(unitsSI, unit) || slices.Contains(unitsIEC, unit) {
		return nil
	}
	return module.Fail("The argument '"+name+"' doesn't respect required format.The size unit is case sensitive.", "err", []any{size, unit})
}
