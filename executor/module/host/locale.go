package host

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

const (
	localeGenFile = "/etc/locale.gen"
	ubuntuLocales = "/var/lib/locales/supported.d"
)

// runLocaleGen is community.general.locale_gen.
func runLocaleGen(ctx context.Context, c *module.Call) (module.Result, error) {
	name := c.Args.Str("name")
	list := localeGenFile
	ubuntu := false
	if _, err := c.Sys.Stat(ubuntuLocales); err == nil {
		ubuntu, list = true, "/usr/share/i18n/SUPPORTED"
	}
	content, err := text(c.Sys, list)
	if err != nil || content == "" {
		return nil, module.Fail(`/etc/locale.gen and /var/lib/locales/supported.d/local are missing. Is the package "locales" installed?`)
	}
	available := regexp.MustCompile(`(?m)^#?\s*` + regexp.QuoteMeta(name) + ` (\S+)\s*$`)
	if !available.MatchString(content) {
		return nil, module.Fail("The locale you've entered is not available on your system.")
	}
	out, err := program.Read(ctx, c.Sys, "locale", "-a")
	if err != nil {
		return nil, err
	}
	present := false
	for _, l := range program.Lines(out.Out) {
		present = present || normalLocale(l) == normalLocale(name)
	}
	want := c.Args.Str("state") != "absent"
	res := module.Result{"changed": present != want}
	if c.Check {
		return res, nil
	}
	res["name"], res["msg"] = name, "OK"
	if present == want {
		return res, nil
	}
	argv := []string{"locale-gen"}
	switch {
	case ubuntu && want:
		argv = append(argv, name)
	case ubuntu:
		argv = append(argv, "--purge")
		err = dropUbuntuLocale(c.Sys, name)
	default:
		line := map[bool]string{true: name + " $1", false: "# " + name + " $1"}[want]
		err = put(c.Sys, localeGenFile, regexp.MustCompile(`(?m)^#?\s*`+regexp.QuoteMeta(name)+` (.+)$`).ReplaceAllString(content, line))
	}
	if err != nil {
		return nil, err
	}
	gen, err := program.Change(ctx, c.Sys, argv...)
	if err == nil && gen.RC != 0 {
		err = module.Fail("locale.gen failed to execute, it returned "+gen.Said(), "exitValue", gen.RC)
	}
	return res, err
}

// normalLocale makes spellings such as de_DE.utf8 and de_DE.UTF-8 one.
func normalLocale(s string) string {
	base, charset, ok := strings.Cut(s, ".")
	if !ok {
		return s
	}
	charset, modifier, _ := strings.Cut(charset, "@")
	return base + "." + strings.ToLower(strings.ReplaceAll(charset, "-", "")) + "@" + modifier
}

func dropUbuntuLocale(sys module.System, name string) error {
	file := ubuntuLocales + "/local"
	content, err := text(sys, file)
	if err != nil {
		return err
	}
	var kept strings.Builder
	for _, l := range strings.SplitAfter(content, "\n") {
		if f := strings.Fields(l); len(f) > 0 && f[0] != name {
			kept.WriteString(l)
		}
	}
	return put(sys, file, kept.String())
}
