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

// volume is a logical volume as lvs shows it.
type volume struct {
	name                   string
	size                   float64
	active, thinPool, thin bool
}

// logicalVolume is one call of lvol.
type logicalVolume struct {
	*lvm
	vg, lv, pool, snapshot string
	size                   volumeSize
	opts, pvs              []string
	yes                    []string // what keeps LVM's programs from asking
	all, free, extent      float64  // of the group
	volumes                []volume
	this                   *volume
}

// runLogicalVolume is community.general.lvol.
func runLogicalVolume(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	l := &logicalVolume{lvm: &lvm{c, ctx}, vg: a.Str("vg"), lv: a.Str("lv"), pool: a.Str("thinpool"), snapshot: a.Str("snapshot"),
		pvs: strings.Fields(strings.ReplaceAll(a.Str("pvs"), ",", " "))}
	var err error
	if l.opts, err = module.SplitWords(a.Str("opts")); err != nil {
		return nil, fmt.Errorf("reading the argument opts: %w", err)
	}
	if err = l.learnVersion(); err != nil {
		return nil, err
	}
	if l.size, err = parseVolumeSize(a.Str("size")); err != nil {
		return nil, err
	}
	gone, err := l.look()
	if gone || err != nil {
		return module.Result{"changed": false, "stdout": "Volume group " + l.vg + " does not exist."}, err
	}
	wanted, err := l.wanted()
	if err != nil {
		return nil, err
	}
	l.this = l.find(wanted, wanted[strings.LastIndexByte(wanted, '/')+1:])
	switch absent := a.Str("state") == "absent"; {
	case l.this == nil && absent:
		return module.Result{"changed": false, "msg": ""}, nil
	case l.this == nil:
		return module.Result{"changed": true, "msg": ""}, l.create()
	case absent:
		return module.Result{"changed": true}, l.remove()
	}
	res, changed, err := l.resize()
	if res != nil || err != nil {
		return res, err
	}
	return l.activate(changed)
}

var lvmVersion = regexp.MustCompile(`LVM version:\s+(\d+\.\d+\.\d+).*\d{4}-\d{2}-\d{2}`)

// yesSince is the first version of LVM with the option --yes.
const yesSince = "2.2.99"

func (l *logicalVolume) learnVersion() error {
	out, err := program.Read(l.ctx, l.Sys, "lvm", "version")
	if err != nil {
		return err
	}
	m := lvmVersion.FindStringSubmatch(out.Out)
	if out.RC != 0 || m == nil {
		return module.Fail("Failed to get LVM version number")
	}
	if since(m[1], yesSince) {
		l.yes = []string{"--yes"}
	}
	return nil
}

// look reads the group and its volumes. gone tells that there is no such group and none is wanted.
func (l *logicalVolume) look() (gone bool, err error) {
	ask := func(tool, columns string, more ...string) ([][]string, error) {
		argv := append([]string{tool}, more...)
		rows, out, err := l.rows(append(argv, "--noheadings", "--nosuffix", "-o", columns, "--units", l.size.units(), "--separator", ";", l.vg)...)
		if err == nil && out.RC != 0 {
			if gone = l.Args.Str("state") == "absent"; !gone {
				err = module.Fail("Volume group "+l.vg+" does not exist.", "rc", out.RC, "err", out.Err)
			}
		}
		return rows, err
	}
	groups, err := ask("vgs", "vg_name,size,free,vg_extent_size")
	if err != nil || gone {
		return gone, err
	}
	for _, row := range groups[:min(1, len(groups))] {
		if len(row) < 4 {
			return false, module.Fail("vgs gives no sizes for volume group " + l.vg + ": " + strings.Join(row, ";"))
		}
		l.all, l.free, l.extent = float(row[1]), float(row[2]), float(row[3])
	}
	volumes, err := ask("lvs", "lv_name,size,lv_attr", "-a")
	for _, row := range volumes {
		if len(row) > 2 && len(row[2]) > 4 {
			l.volumes = append(l.volumes, volume{name: strings.Trim(row[0], "[]"), size: float(row[1]),
				active: row[2][4] == 'a', thinPool: row[2][0] == 't', thin: row[2][0] == 'V'})
		}
	}
	return gone, err
}

func float(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

func (l *logicalVolume) find(names ...string) *volume {
	for i := range l.volumes {
		if slices.Contains(names, l.volumes[i].name) {
			return &l.volumes[i]
		}
	}
	return nil
}

// wanted is the name of the volume that the call is about.
func (l *logicalVolume) wanted() (string, error) {
	switch {
	case l.snapshot != "":
		origin := l.find(l.lv, l.pool)
		if origin == nil {
			return "", module.Fail("Snapshot origin LV " + l.lv + " does not exist in volume group " + l.vg + ".")
		}
		if origin.thinPool || l.pool != "" {
			return "", module.Fail("Snapshots of thin pool LVs are not supported.")
		}
		return l.snapshot, nil
	case l.pool != "" && l.lv != "":
		if l.find(l.pool) == nil {
			return "", module.Fail("Thin pool LV " + l.pool + " does not exist in volume group " + l.vg + ".")
		}
		return l.lv, nil
	case l.pool != "":
		return l.pool, nil
	}
	return l.lv, nil
}

// run runs a program of LVM; in check mode it is told to try only.
func (l *logicalVolume) run(tool string, args ...string) (program.Output, error) {
	argv := []string{tool}
	if l.Check {
		argv = append(argv, "--test")
	}
	return program.Exec(l.ctx, l.Sys, module.Cmd{Argv: append(argv, args...), Reads: l.Check})
}

func (l *logicalVolume) create() error {
	z := l.size
	if z.operator == "-" || z.operator == "+" && z.whole == "" {
		return module.Fail("Bad size specification of '" + z.operator + z.text + "' for creating LV")
	}
	if !z.given {
		if origin := l.find(l.lv); origin == nil || !origin.thin || l.snapshot == "" {
			return module.Fail("No size given.")
		}
	}
	args := slices.Clone(l.yes)
	size := []string{z.flag, z.argument()}
	if !z.given {
		size = nil
	}
	switch {
	case l.snapshot != "":
		args = append(append(append(args, size...), "-s", "-n", l.snapshot), l.opts...)
		args = append(args, l.vg+"/"+l.lv)
	case l.pool != "" && l.lv != "":
		if z.whole != "" {
			return module.Fail("Thin volume sizing with percentage not supported.")
		}
		args = append(append(args, "-n", l.lv, "-V", z.argument()), l.opts...)
		args = append(args, "-T", l.vg+"/"+l.pool)
	case l.pool != "":
		args = append(append(args, size...), l.opts...)
		args = append(args, "-T", l.vg+"/"+l.pool)
	default:
		args = append(append(append(args, "-n", l.lv), size...), l.opts...)
		args = append(append(args, l.vg), l.pvs...)
	}
	out, err := l.run("lvcreate", args...)
	if err == nil && out.RC != 0 {
		name := l.lv
		if name == "" {
			name = "None" // a thin pool has its name in another argument
		}
		err = module.Fail("Creating logical volume '"+name+"' failed", "rc", out.RC, "err", out.Err)
	}
	return err
}

func (l *logicalVolume) remove() error {
	if !l.Args.Bool("force") {
		return module.Fail("Sorry, no removal of logical volume " + l.this.name + " without force=true.")
	}
	out, err := l.run("lvremove", "--force", l.vg+"/"+l.this.name)
	if err == nil && out.RC != 0 {
		err = module.Fail("Failed to remove logical volume "+l.lv, "rc", out.RC, "err", out.Err)
	}
	return err
}

// tool is the program that brings the volume to its size, "" where it has it.
func (l *logicalVolume) tool() (string, error) {
	z, have, name := l.size, l.this.size, l.this.name
	shrinks := l.Args.Bool("shrink")
	want := z.value
	if z.whole != "" {
		want = z.of(have, l.all, l.free, l.extent)
		shrinks = shrinks && have > want+l.extent // by more than an extent
		if want > have && (l.free <= 0 || l.free < want-have) {
			return "", module.Fail(fmt.Sprintf("Logical Volume %s could not be extended. Not enough free space left (%sm required / %sm available)",
				name, number(want-have), number(l.free)))
		}
	}
	switch {
	case want > have, z.whole == "" && z.operator == "+":
		return "lvextend", nil
	case shrinks && want < have, z.whole == "" && z.operator == "-":
	default:
		return "", nil
	}
	switch {
	case z.whole != "" && want < 1, z.whole == "" && want == 0:
		return "", module.Fail("Sorry, no shrinking of " + name + " to 0 permitted.")
	case !l.Args.Bool("force") && z.whole == "":
		return "", module.Fail("Sorry, no shrinking of " + name + " without force=true.")
	case !l.Args.Bool("force"):
		return "", module.Fail("Sorry, no shrinking of " + name + " without force=true")
	}
	return "lvreduce", nil
}

// resize brings the volume to its size. A result says that there is nothing more to do.
func (l *logicalVolume) resize() (module.Result, bool, error) {
	if !l.size.given {
		return nil, false, nil
	}
	tool, err := l.tool()
	if tool == "" || err != nil {
		return nil, false, err
	}
	var args []string
	if tool == "lvreduce" {
		args = append(args, "--force")
	}
	if l.Args.Bool("resizefs") {
		args = append(args, "--resizefs")
	}
	args = append(args, l.size.flag, l.size.operator+l.size.argument(), l.vg+"/"+l.this.name)
	out, err := l.run(tool, append(args, l.pvs...)...)
	if err != nil {
		return nil, false, err
	}
	same := module.Result{"changed": false, "vg": l.vg, "lv": l.this.name, "size": l.this.size}
	switch unable := "Unable to resize " + l.lv + " to " + l.size.argument(); {
	case strings.Contains(out.Out, "Reached maximum COW size"):
		return nil, false, module.Fail(unable, "rc", out.RC, "err", out.Err, "out", out.Out)
	case out.RC == 0:
		return nil, true, nil
	case strings.Contains(out.Err, "matches existing size"):
		return same, false, nil
	case strings.Contains(out.Err, "not larger than existing size"):
		same["msg"], same["err"] = "Original size is larger than requested size", out.Err
		return same, false, nil
	default:
		return nil, false, module.Fail(unable, "rc", out.RC, "err", out.Err)
	}
}

// activate lets the system use the volume, or not.
func (l *logicalVolume) activate(changed bool) (module.Result, error) {
	res := module.Result{"changed": changed, "vg": l.vg, "lv": l.this.name, "size": l.this.size}
	want := l.Args.Bool("active")
	if want == l.this.active {
		return res, nil
	}
	flag, verb := "-an", "deactivate"
	if want {
		flag, verb = "-ay", "activate"
	}
	res["changed"] = true
	return res, l.change("Failed to "+verb+" logical volume "+l.lv, "lvchange", flag, l.vg+"/"+l.this.name)
}
