package host

import (
	"context"
	"path"
	"slices"
	"sort"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

const (
	modulesLoadDir = "/etc/modules-load.d"
	modprobeDir    = "/etc/modprobe.d"
)

// runModprobe is community.general.modprobe.
func runModprobe(ctx context.Context, c *module.Call) (module.Result, error) {
	name, params := c.Args.Str("name"), strings.Fields(c.Args.Str("params"))
	words, err := module.SplitWords(c.Args.Str("params"))
	if err != nil {
		return nil, module.Fail("params: " + err.Error())
	}
	res := module.Result{"changed": false, "name": name, "params": c.Args.Str("params"), "state": c.Args.Str("state")}
	want := c.Args.Str("state") != "absent"
	loaded, err := moduleLoaded(c.Sys, name)
	if err != nil {
		return nil, err
	}
	if loaded != want {
		argv := append([]string{"modprobe", name}, words...)
		if !want {
			argv = []string{"modprobe", "-r", name}
		}
		if c.Check {
			argv = slices.Insert(argv, 1, "-n")
		}
		out, err := program.Exec(ctx, c.Sys, module.Cmd{Argv: argv, Reads: c.Check})
		if err != nil {
			return nil, err
		}
		if out.RC != 0 {
			f := out.Failed("%s", out.Err)
			for k, v := range res {
				f.Result[k] = v
			}
			return nil, f
		}
		res["changed"] = true
	}
	changed, err := persistModule(c, name, params)
	if changed {
		res["changed"] = true
	}
	return res, err
}

// moduleLoaded looks among the loaded modules and those that the kernel has built in.
func moduleLoaded(sys module.System, name string) (bool, error) {
	mods, err := text(sys, "/proc/modules")
	if err != nil {
		return false, err
	}
	under := strings.ReplaceAll(name, "-", "_")
	for _, l := range strings.Split(mods, "\n") {
		if strings.HasPrefix(l, under+" ") {
			return true, nil
		}
	}
	release, _ := text(sys, "/proc/sys/kernel/osrelease")
	builtin, err := text(sys, path.Join("/lib/modules", strings.TrimSpace(release), "modules.builtin"))
	for _, l := range strings.Split(builtin, "\n") {
		if strings.HasSuffix(strings.TrimSpace(l), "/"+name+".ko") {
			return true, err
		}
	}
	return false, err
}

// persistModule brings modules-load.d and modprobe.d to what persistent asks for.
func persistModule(c *module.Call, name string, params []string) (bool, error) {
	persistent := c.Args.Str("persistent")
	if persistent == "" || persistent == "disabled" {
		return false, nil
	}
	q := regexp.QuoteMeta(name)
	loadLine := regexp.MustCompile(`^ *` + q + ` *(?:[#;].*)?$`)
	optionLine := regexp.MustCompile(`^options ` + q + ` (\w+=\S+) *(?:[#;].*)?$`)
	_, listed := matching(c.Sys, modulesLoadDir, loadLine)
	have, optioned := matching(c.Sys, modprobeDir, optionLine)
	if persistent == "absent" {
		for _, f := range append(listed, optioned...) {
			re := loadLine
			if path.Dir(f) == modprobeDir {
				re = optionLine
			}
			if err := commentOut(c.Sys, f, re); err != nil {
				return false, err
			}
		}
		return len(listed)+len(optioned) > 0, nil
	}
	changed := false
	if len(listed) == 0 {
		changed = true
		if err := put(c.Sys, path.Join(modulesLoadDir, name+".conf"), name+"\n"); err != nil {
			return false, err
		}
	}
	wanted := slices.Clone(params)
	sort.Strings(wanted)
	if slices.Equal(slices.Compact(wanted), have) {
		return changed, nil
	}
	for _, f := range optioned {
		if err := commentOut(c.Sys, f, optionLine); err != nil {
			return false, err
		}
	}
	var b strings.Builder
	for _, p := range params {
		b.WriteString("options " + name + " " + p + "\n")
	}
	return true, put(c.Sys, path.Join(modprobeDir, name+".conf"), b.String())
}

// matching lists the captured texts, sorted, and the files with lines that match.
func matching(sys module.System, dir string, re *regexp.Regexp) (found, files []string) {
	entries, _ := sys.ReadDir(dir)
	for _, e := range entries {
		file := path.Join(dir, e.Name)
		content, err := text(sys, file)
		if err != nil || !e.Mode.IsRegular() {
			continue
		}
		hit := false
		for _, l := range strings.Split(content, "\n") {
			if m := re.FindStringSubmatch(l); m != nil {
				hit = true
				found = append(found, m[len(m)-1])
			}
		}
		if hit {
			files = append(files, file)
		}
	}
	sort.Strings(found)
	return slices.Compact(found), files
}

func commentOut(sys module.System, file string, re *regexp.Regexp) error {
	content, err := text(sys, file)
	if err != nil {
		return err
	}
	lines := strings.Split(content, "\n")
	for i, l := range lines {
		if re.MatchString(l) {
			lines[i] = "#" + l
		}
	}
	return put(sys, file, strings.Join(lines, "\n"))
}
