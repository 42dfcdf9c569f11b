package storage

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// volumeGroup is a volume group while it is brought to the wanted state.
type volumeGroup struct {
	*lvm
	name   string
	wanted []string // devices, without links
	used   [][2]string
}

// runVolumeGroup is community.general.lvg.
func runVolumeGroup(ctx context.Context, c *module.Call) (module.Result, error) {
	g := &volumeGroup{lvm: &lvm{c, ctx}, name: c.Args.Str("vg")}
	present := c.Args.Str("state") == "present"
	if present && len(c.Args.Strs("pvs")) == 0 {
		return nil, module.Fail("No physical volumes given.")
	}
	if present {
		if err := g.devices(); err != nil {
			return nil, err
		}
	}
	volumes, there, err := g.look()
	switch {
	case err != nil:
		return nil, err
	case !there && present:
		err = g.create()
		return module.Result{"changed": true}, err
	case !there:
		return module.Result{"changed": false}, nil
	case !present:
		err = g.remove(volumes)
		return module.Result{"changed": true}, err
	}
	grown, err := g.resizeDevices()
	if err != nil {
		return nil, err
	}
	changed, err := g.exchange()
	return module.Result{"changed": grown || changed}, err
}

// devices finds the devices that are wanted, and the physical volumes among them and in the group.
func (g *volumeGroup) devices() error {
	given := g.Args.Strs("pvs")
	for _, dev := range given {
		real, err := g.Sys.Realpath(dev)
		if err != nil {
			real = dev
		}
		g.wanted = append(g.wanted, real)
	}
	for _, dev := range g.wanted {
		if _, err := g.Sys.Stat(dev); err != nil {
			return module.Fail("Device " + dev + " not found.")
		}
	}
	var filter []string
	for _, dev := range append(slices.Clone(g.wanted), given...) {
		filter = append(filter, "pv_name = "+dev)
	}
	filter = append(filter, "vg_name = "+g.name)
	rows, out, err := g.rows("pvs", "--noheadings", "-o", "pv_name,vg_name", "--separator", ";", "--select", strings.Join(filter, " || "))
	if err != nil {
		return err
	}
	if out.RC != 0 {
		return module.Fail("Failed executing pvs command.", "rc", out.RC, "err", out.Err)
	}
	for _, row := range rows {
		if len(row) < 2 {
			continue
		}
		name := row[0]
		if strings.HasPrefix(name, "/dev/dm-") {
			if name, err = g.mapperName(name); err != nil {
				return err
			}
		}
		if row[1] != "" && row[1] != g.name && slices.Contains(g.wanted, name) {
			return module.Fail("Device " + name + " is already in " + row[1] + " volume group.")
		}
		g.used = append(g.used, [2]string{name, row[1]})
	}
	return nil
}

// mapperName is the name of a device of the device mapper that people know.
func (g *volumeGroup) mapperName(dev string) (string, error) {
	out, err := program.Read(g.ctx, g.Sys, "dmsetup", "info", "-C", "--noheadings", "-o", "name", dev)
	if err == nil && out.RC != 0 {
		err = module.Fail("Failed executing dmsetup command.", "rc", out.RC, "err", out.Err)
	}
	return "/dev/mapper/" + strings.TrimRight(out.Out, " \n"), err
}

// look tells whether the group is there, and how many logical volumes it has.
func (g *volumeGroup) look() (volumes int, there bool, err error) {
	rows, out, err := g.rows("vgs", "--noheadings", "-o", "vg_name,pv_count,lv_count", "--separator", ";")
	if err != nil {
		return 0, false, err
	}
	if out.RC != 0 {
		return 0, false, module.Fail("Failed executing vgs command.", "rc", out.RC, "err", out.Err)
	}
	for _, row := range rows {
		if len(row) > 2 && row[0] == g.name {
			volumes, err = strconv.Atoi(row[2])
			return volumes, true, err
		}
	}
	return 0, false, nil
}

func (g *volumeGroup) create() error {
	if err := g.makeDevices(g.wanted); err != nil {
		return err
	}
	argv := append([]string{"vgcreate"}, strings.Fields(g.Args.Str("vg_options"))...)
	argv = append(append(argv, "-s", g.Args.Str("pesize"), g.name), g.wanted...)
	return g.change("Creating volume group '"+g.name+"' failed", argv...)
}

func (g *volumeGroup) makeDevices(list []string) error {
	for _, dev := range list {
		argv := append([]string{"pvcreate"}, strings.Fields(g.Args.Str("pv_options"))...)
		if err := g.change("Creating physical volume '"+dev+"' failed", append(argv, "-f", dev)...); err != nil {
			return err
		}
	}
	return nil
}

func (g *volumeGroup) remove(volumes int) error {
	if volumes > 0 && !g.Args.Bool("force") && !g.Check {
		return module.Fail("Refuse to remove non-empty volume group " + g.name + " without force=true")
	}
	return g.change("Failed to remove volume group "+g.name, "vgremove", "--force", g.name)
}

// members are the devices that the group has, without links.
func (g *volumeGroup) members() (out []string) {
	for _, pv := range g.used {
		if pv[1] != g.name {
			continue
		}
		real, err := g.Sys.Realpath(pv[0])
		if err != nil {
			real = pv[0]
		}
		out = append(out, real)
	}
	return out
}

// resizeDevices lets physical volumes grow to their devices, where that gains an extent at least.
func (g *volumeGroup) resizeDevices() (changed bool, err error) {
	if !g.Args.Bool("pvresize") {
		return false, nil
	}
	for _, dev := range g.members() {
		sizes := map[string]int64{}
		for _, column := range []string{"dev_size", "pv_size", "pe_start", "vg_extent_size"} {
			out, err := program.Must(program.Read(g.ctx, g.Sys, "pvdisplay", dev, "--units", "b", "--columns", "--noheadings", "--nosuffix", "-o", column))
			if err != nil {
				return changed, err
			}
			if sizes[column], err = strconv.ParseInt(strings.TrimSpace(out.Out), 10, 64); err != nil {
				return changed, module.Fail("reading the " + column + " of " + dev + ": pvdisplay says " + strings.TrimSpace(out.Out))
			}
		}
		if sizes["dev_size"]-sizes["pe_start"]-sizes["pv_size"] <= sizes["vg_extent_size"] {
			continue
		}
		changed = true
		if err := g.change("Failed executing pvresize command.", "pvresize", dev); err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// exchange adds the devices that are missing, then removes those that nobody wants.
func (g *volumeGroup) exchange() (changed bool, err error) {
	have := g.members()
	without := func(list, other []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(dev string) bool { return slices.Contains(other, dev) })
	}
	add, drop := without(g.wanted, have), without(have, g.wanted)
	if len(add) > 0 {
		if err := g.makeDevices(add); err != nil {
			return true, err
		}
		if err := g.change("Unable to extend "+g.name+" by "+strings.Join(add, " ")+".", append([]string{"vgextend", g.name}, add...)...); err != nil {
			return true, err
		}
	}
	if len(drop) > 0 {
		err = g.change("Unable to reduce "+g.name+" by "+strings.Join(drop, " ")+".", append([]string{"vgreduce", "--force", g.name}, drop...)...)
	}
	return len(add)+len(drop) > 0, err
}
