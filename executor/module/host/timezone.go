package host

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/facts"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

const zoneInfo = "/usr/share/zoneinfo"

// clocks keep a target's zone and how its hardware clock is read, by way of systemd or of files.
type clocks struct {
	*module.Call
	// said tells what was done.
	said []string
	read map[string]func(want string) string
	set  map[string]func(ctx context.Context, value string) error
}

// runTimezone is community.general.timezone, for Linux.
func runTimezone(ctx context.Context, c *module.Call) (module.Result, error) {
	if zone := c.Args.Str("name"); zone != "" {
		if st, err := c.Sys.Stat(path.Join(zoneInfo, zone)); err != nil || !st.Mode.IsRegular() {
			return nil, module.Fail("given timezone \"" + zone + "\" is not available")
		}
	}
	t := newClocks(c)
	before, after := map[string]any{}, map[string]any{}
	changed := false
	for _, key := range []string{"hwclock", "name"} {
		want := c.Args.Str(key)
		if want == "" {
			continue
		}
		have := t.read[key](want)
		before[key], after[key] = have, want
		if have == want {
			continue
		}
		changed = true
		if c.Check {
			continue
		}
		if err := t.set[key](ctx, want); err != nil {
			return nil, err
		}
		if is := t.read[key](want); is != want {
			return nil, module.Fail(fmt.Sprintf("still not desired state, though changes have been made: %s is to be %s and is %s\n%s", key, want, is, strings.Join(t.said, "\n")))
		}
	}
	res := module.Result{"changed": changed, "diff": map[string]any{"before": before, "after": after}}
	if len(t.said) > 0 {
		res["msg"] = strings.Join(t.said, "\n")
	}
	return res, nil
}

func newClocks(c *module.Call) *clocks {
	t := &clocks{Call: c}
	t.read = map[string]func(string) string{"name": t.linkedZone, "hwclock": t.adjtime}
	t.set = map[string]func(context.Context, string) error{
		"name": func(ctx context.Context, zone string) error { return t.told(ctx, "timedatectl", "set-timezone", zone) },
		"hwclock": func(ctx context.Context, clock string) error {
			return t.told(ctx, "timedatectl", "set-local-rtc", map[bool]string{true: "yes", false: "no"}[clock == "local"])
		},
	}
	if _, err := c.Sys.Stat("/run/systemd/system"); err != nil || !program.Have(c.Sys, "timedatectl") {
		f := newZoneFiles(t)
		t.read = map[string]func(string) string{"name": f.zone, "hwclock": f.hwclock}
		t.set = map[string]func(context.Context, string) error{"name": f.setZone, "hwclock": f.setHWClock}
	}
	return t
}

// told runs a program and tells of it.
func (t *clocks) told(ctx context.Context, argv ...string) error {
	full, err := program.Path(t.Sys, argv[0])
	if err != nil {
		return err
	}
	if _, err := program.Must(program.Change(ctx, t.Sys, argv...)); err != nil {
		return err
	}
	t.said = append(t.said, "executed `"+strings.Join(append([]string{full}, argv[1:]...), " ")+"`")
	return nil
}

// linkedZone is the zone that /etc/localtime names, as systemd reads it.
func (t *clocks) linkedZone(string) string {
	link, err := t.Sys.Readlink("/etc/localtime")
	if _, zone, ok := strings.Cut(link, "zoneinfo/"); err == nil && ok {
		return zone
	}
	return "UTC"
}

// adjtime tells whether the hardware clock keeps UTC or local time (adjtime(5)).
func (t *clocks) adjtime(string) string {
	data, _ := t.Sys.ReadFile("/etc/adjtime")
	if slices.Contains(strings.Split(string(data), "\n"), "LOCAL") {
		return "local"
	}
	return "UTC"
}

// zoneFiles are the files that name zone and clock where systemd does not.
type zoneFiles struct {
	*clocks
	name, clock string // files
	zoneLine    *regexp.Regexp
	form        string // of the line with the zone
	family      string
}

var (
	plainZone = regexp.MustCompile(`(?m)^([^\s]+)`)
	suseZone  = regexp.MustCompile(`(?m)^TIMEZONE\s*=\s*"?([^"\s]+)"?`)
	redhatOne = regexp.MustCompile(`(?m)^ZONE\s*=\s*"?([^"\s]+)"?`)
	utcLine   = regexp.MustCompile(`(?m)^UTC\s*=\s*([^\s]+)`)
)

func newZoneFiles(t *clocks) *zoneFiles {
	f := &zoneFiles{clocks: t, name: "/etc/timezone", zoneLine: plainZone, form: "%s\n", family: facts.Family(t.Sys)}
	switch {
	case program.Have(t.Sys, "dpkg-reconfigure"):
		f.family, f.clock = "Debian", "/etc/default/rcS"
	case f.family == "Alpine" || f.family == "Gentoo":
		f.clock = "/etc/conf.d/hwclock"
	default:
		f.name, f.clock, f.zoneLine, f.form = "/etc/sysconfig/clock", "/etc/sysconfig/clock", redhatOne, "ZONE=\"%s\"\n"
		if content, _ := text(t.Sys, f.name); suseZone.MatchString(content) || content == "" && f.family == "Suse" {
			f.zoneLine, f.form = suseZone, "TIMEZONE=\"%s\"\n"
		}
	}
	return f
}

// zone is what both the file and /etc/localtime say; where they differ, what makes a change.
func (f *zoneFiles) zone(want string) string {
	content, _ := text(f.Sys, f.name)
	m := f.zoneLine.FindStringSubmatch(content)
	if m == nil {
		return "n/a"
	}
	if m[1] != want {
		return m[1]
	}
	link, err := f.Sys.Readlink("/etc/localtime")
	if err != nil { // a copy, then
		have, _ := text(f.Sys, "/etc/localtime")
		is, _ := text(f.Sys, path.Join(zoneInfo, want))
		if have == "" || have != is {
			return "n/a"
		}
		return want
	}
	for _, dir := range []string{zoneInfo + "/", "/etc/zoneinfo/"} {
		if _, zone, ok := strings.Cut(link, dir); ok {
			return zone
		}
	}
	return "n/a"
}

func (f *zoneFiles) setZone(ctx context.Context, zone string) error {
	if err := f.edit(f.name, f.zoneLine, fmt.Sprintf(f.form, zone)); err != nil {
		return err
	}
	file := path.Join(zoneInfo, zone)
	switch f.family {
	case "Debian":
		if err := relink(f.Sys, file, "/etc/localtime"); err != nil {
			return err
		}
		_, err := program.Must(program.Change(ctx, f.Sys, "dpkg-reconfigure", "--frontend", "noninteractive", "tzdata"))
		return err
	case "Alpine":
		_, err := program.Must(program.Change(ctx, f.Sys, "setup-timezone", "-z", zone))
		return err
	}
	content, err := f.Sys.ReadFile(file)
	if err != nil {
		return err
	}
	if err := put(f.Sys, "/etc/localtime.new", string(content)); err != nil {
		return err
	}
	return f.Sys.Rename("/etc/localtime.new", "/etc/localtime")
}

// hwclock asks the distribution's file first, and adjtime where that agrees.
func (f *zoneFiles) hwclock(want string) string {
	content, _ := text(f.Sys, f.clock)
	m := utcLine.FindStringSubmatch(content)
	if m == nil {
		return "n/a"
	}
	have := map[bool]string{true: "UTC", false: "local"}[slices.Contains([]string{"yes", "true", "on", "1"}, strings.ToLower(m[1]))]
	if have != want {
		return have
	}
	return f.adjtime(want)
}

func (f *zoneFiles) setHWClock(ctx context.Context, clock string) error {
	local := clock == "local"
	if err := f.edit(f.clock, utcLine, map[bool]string{true: "UTC=no\n", false: "UTC=yes\n"}[local]); err != nil {
		return err
	}
	return f.told(ctx, "hwclock", "--systohc", map[bool]string{true: "--localtime", false: "--utc"}[local])
}

// edit puts a line in the place of the first that matches, or at the head, and takes away the others that do.
func (f *zoneFiles) edit(file string, re *regexp.Regexp, line string) error {
	content, err := text(f.Sys, file)
	if err != nil {
		return err
	}
	var out []string
	at, gone := 0, 0
	for l := range strings.Lines(content) {
		if re.MatchString(l) {
			if gone == 0 {
				at = len(out)
			}
			gone++
			continue
		}
		out = append(out, l)
	}
	if err := put(f.Sys, file, strings.Join(slices.Insert(out, at, line), "")); err != nil {
		return err
	}
	f.said = append(f.said, fmt.Sprintf("Added 1 line and deleted %d line(s) on %s", gone, file))
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
