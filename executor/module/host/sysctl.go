package host

import (
	"context"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// sysctlFile is a sysctl.d(5) file as the module writes it: one "key=value" a line, each key once.
type sysctlFile struct {
	lines  []string
	values map[string]string
}

func parseSysctl(content string) *sysctlFile {
	f := &sysctlFile{values: map[string]string{}}
	for _, l := range strings.Split(strings.TrimSuffix(content, "\n"), "\n") {
		l = strings.TrimSpace(l)
		if content == "" {
			break
		}
		f.lines = append(f.lines, l)
		if k, v, ok := assignment(l); ok {
			f.values[k] = v
		}
	}
	return f
}

func assignment(l string) (k, v string, ok bool) {
	if l == "" || l[0] == '#' || l[0] == ';' {
		return "", "", false
	}
	k, v, ok = strings.Cut(l, "=")
	return strings.TrimSpace(k), strings.TrimSpace(v), ok
}

// with is the text with a key set, or left out where value is nil.
func (f *sysctlFile) with(name string, value *string) string {
	var b strings.Builder
	var seen []string
	for _, l := range f.lines {
		k, v, ok := assignment(l)
		switch {
		case !ok:
			b.WriteString(l + "\n")
		case slices.Contains(seen, k):
		case k == name:
			seen = append(seen, k)
			if value != nil {
				b.WriteString(k + "=" + *value + "\n")
			}
		default:
			seen = append(seen, k)
			b.WriteString(k + "=" + v + "\n")
		}
	}
	if value != nil && !slices.Contains(seen, name) {
		b.WriteString(name + "=" + *value + "\n")
	}
	return b.String()
}

// runSysctl is ansible.posix.sysctl.
func runSysctl(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	name, file := strings.TrimSpace(a.Str("name")), c.Path("sysctl_file")
	value := sysctlValue(a.Text("value"))
	present := a.Str("state") != "absent"
	switch {
	case name == "":
		return nil, module.Fail("name cannot be blank")
	case present && value == "":
		return nil, module.Fail("value cannot be blank")
	}
	if _, err := program.Path(c.Sys, "sysctl"); err != nil {
		return nil, err
	}
	content, err := text(c.Sys, file)
	if err != nil {
		return nil, module.Fail("Failed to open " + file + ": " + err.Error())
	}
	conf := parseSysctl(content)
	stored, there := conf.values[name]
	live, known := kernelValue(c.Sys, name)
	differs := !known || !slices.Equal(strings.Fields(live), strings.Fields(value))
	write := present && (!there || stored != value) || !present && there && stored != ""
	changed := write
	if !write && there && a.Bool("reload") && differs {
		changed = true
	}
	set := false
	if a.Bool("sysctl_set") && present && differs {
		changed, set = true, known
	}
	res := module.Result{"changed": changed}
	if c.Check {
		return res, nil
	}
	if set {
		if err := sysctlRun(ctx, c, "setting "+name+" failed", "-w", name+"="+value); err != nil {
			return nil, err
		}
	}
	if write {
		want := &value
		if !present {
			want = nil
		}
		if err := c.MkdirAll(path.Dir(file)); err != nil {
			return nil, err
		}
		if err := put(c.Sys, file, conf.with(name, want)); err != nil {
			return nil, err
		}
	}
	if changed && a.Bool("reload") {
		return res, sysctlRun(ctx, c, "Failed to reload sysctl", "-p", file)
	}
	return res, nil
}

// sysctlValue turns truth values into 1 and 0.
func sysctlValue(v string) string {
	switch strings.ToLower(v) {
	case "y", "yes", "on", "1", "true", "t":
		return "1"
	case "n", "no", "off", "0", "false", "f":
		return "0"
	}
	return strings.TrimSpace(v)
}

// kernelValue reads a setting from /proc/sys. Where a dot is part of a name it is written as a slash, and the other way round.
func kernelValue(sys module.System, name string) (string, bool) {
	p := strings.ReplaceAll(name, ".", "/")
	if i := strings.IndexAny(name, "./"); i >= 0 && name[i] == '.' {
		p = strings.Map(func(r rune) rune {
			switch r {
			case '.':
				return '/'
			case '/':
				return '.'
			}
			return r
		}, name)
	}
	data, err := sys.ReadFile(path.Join("/proc/sys", p))
	return string(data), err == nil
}

var sysctlRefused = regexp.MustCompile(`(?m)^sysctl: setting key "[^"]+": (Invalid argument|Read-only file system)$`)

// sysctlRun runs sysctl, which may fail with return code 0.
func sysctlRun(ctx context.Context, c *module.Call, what string, args ...string) error {
	argv := []string{"sysctl"}
	if c.Args.Bool("ignoreerrors") {
		argv = append(argv, "-e")
	}
	out, err := program.Change(ctx, c.Sys, append(argv, args...)...)
	if err == nil && (out.RC != 0 || sysctlRefused.MatchString(out.Err)) {
		return module.Fail(what + ": " + out.Out + out.Err)
	}
	return err
}
