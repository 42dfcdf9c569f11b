package host

import (
	"context"
	"path"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

const zoneInfo = "/usr/share/zoneinfo"

// runTimezone is community.general.timezone, for Linux.
func runTimezone(ctx context.Context, c *module.Call) (module.Result, error) {
	zone, clock := c.Args.Str("name"), c.Args.Str("hwclock")
	if zone == "" && clock == "" {
		return nil, module.Fail("one of the following is required: hwclock, name")
	}
	before, after := map[string]any{}, map[string]any{}
	if zone != "" {
		if _, err := c.Sys.Stat(path.Join(zoneInfo, zone)); err != nil {
			return nil, module.Fail("given timezone \"" + zone + "\" is not available")
		}
		before["name"], after["name"] = currentZone(c.Sys), zone
	}
	if clock != "" {
		before["hwclock"], after["hwclock"] = hwclock(c.Sys), clock
	}
	changed := false
	for k := range after {
		changed = changed || before[k] != after[k]
	}
	res := module.Result{"changed": changed, "diff": map[string]any{"before": before, "after": after}}
	if !changed {
		return res, nil
	}
	if zone != "" && before["name"] != zone {
		if err := setZone(ctx, c, zone); err != nil {
			return nil, err
		}
	}
	if clock != "" && before["hwclock"] != clock {
		return res, setHWClock(ctx, c, clock)
	}
	return res, nil
}

// currentZone reads the zone from the link /etc/localtime, or from Debian's /etc/timezone.
func currentZone(sys module.System) string {
	if link, err := sys.Readlink("/etc/localtime"); err == nil {
		if _, zone, ok := strings.Cut(link, "zoneinfo/"); ok {
			return zone
		}
	}
	data, _ := sys.ReadFile("/etc/timezone")
	if z := strings.TrimSpace(string(data)); z != "" {
		return z
	}
	return "n/a"
}

func setZone(ctx context.Context, c *module.Call, zone string) error {
	if _, err := c.Sys.Stat("/run/systemd/system"); err == nil && program.Have(c.Sys, "timedatectl") {
		if _, err := program.Must(program.Change(ctx, c.Sys, "timedatectl", "set-timezone", zone)); err != nil {
			return err
		}
	} else if err := relink(c.Sys, path.Join(zoneInfo, zone), "/etc/localtime"); err != nil {
		return err
	}
	if _, err := c.Sys.Stat("/etc/timezone"); err == nil {
		return put(c.Sys, "/etc/timezone", zone+"\n")
	}
	return nil
}

// relink replaces a link in one step.
func relink(sys module.System, target, link string) error {
	tmp := link + ".new"
	_ = sys.Remove(tmp)
	if err := sys.Symlink(target, tmp); err != nil {
		return err
	}
	return sys.Rename(tmp, link)
}

// hwclock tells whether the hardware clock keeps UTC or local time (adjtime(5)).
func hwclock(sys module.System) string {
	data, _ := sys.ReadFile("/etc/adjtime")
	if l := strings.Split(string(data), "\n"); len(l) > 2 && strings.TrimSpace(l[2]) == "LOCAL" {
		return "local"
	}
	return "UTC"
}

func setHWClock(ctx context.Context, c *module.Call, clock string) error {
	local := clock == "local"
	if _, err := c.Sys.Stat("/run/systemd/system"); err == nil && program.Have(c.Sys, "timedatectl") {
		_, err := program.Must(program.Change(ctx, c.Sys, "timedatectl", "set-local-rtc", map[bool]string{true: "yes", false: "no"}[local]))
		return err
	}
	_, err := program.Must(program.Change(ctx, c.Sys, "hwclock", "--systohc", map[bool]string{true: "--localtime", false: "--utc"}[local]))
	return err
}
