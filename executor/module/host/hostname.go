package host

import (
	"cmp"
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/facts"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// nameKeeper is how a distribution keeps its host name over a boot.
type nameKeeper struct {
	file string
	// line finds the name in the file; without one the file is the name.
	line *regexp.Regexp
	// form is the line that sets it, with %s for the name.
	form string
	// add tells that the line is added where there is none; else that is a failure.
	add bool
}

var nameKeepers = map[string]nameKeeper{
	"file":   {file: "/etc/hostname"},
	"alpine": {file: "/etc/hostname"},
	"sles":   {file: "/etc/HOSTNAME"},
	"openrc": {file: "/etc/conf.d/hostname", line: regexp.MustCompile(`(?m)^[ \t]*hostname=(.*)$`), form: `hostname="%s"`, add: true},
	"redhat": {file: "/etc/sysconfig/network", line: regexp.MustCompile(`(?m)^[ \t]*HOSTNAME[ \t]*=(.*)$`), form: "HOSTNAME=%s"},
}

// keeperOf names what keeps the name where nobody says it.
func keeperOf(sys module.System) string {
	if _, err := sys.Stat("/run/systemd/system"); err == nil && program.Have(sys, "hostnamectl") {
		return "systemd"
	}
	return cmp.Or(map[string]string{"Alpine": "alpine", "Gentoo": "openrc", "RedHat": "redhat"}[facts.Family(sys)], "file")
}

// runHostname is ansible.builtin.hostname.
func runHostname(ctx context.Context, c *module.Call) (module.Result, error) {
	name, use := c.Args.Str("name"), c.Args.Str("use")
	if use == "" {
		use = keeperOf(c.Sys)
	}
	if use == "debian" {
		use = "systemd"
	}
	var current, stored string
	var err error
	if use == "systemd" {
		current, stored, err = nameBySystemd(ctx, c, name)
	} else {
		stored, err = nameByFile(ctx, c, use, name)
		current = stored
	}
	if err != nil {
		return nil, err
	}
	return named(c.Sys, name, current, stored), nil
}

// named is the result, from the name that ran before and the one that was stored.
func named(sys module.System, name, current, stored string) module.Result {
	running, _ := text(sys, "/proc/sys/kernel/hostname")
	full := facts.FullName(sys, strings.TrimSpace(running))
	short, _, _ := strings.Cut(name, ".")
	_, domain, _ := strings.Cut(full, ".")
	changed := name != current || name != stored
	res := module.Result{"changed": changed, "name": name, "ansible_facts": map[string]any{"ansible_hostname": short,
		"ansible_nodename": name, "ansible_fqdn": full, "ansible_domain": domain}}
	if changed {
		before := stored
		if name != current {
			before = current
		}
		res["diff"] = map[string]any{"after": "hostname = " + name + "\n", "before": "hostname = " + before + "\n"}
	}
	return res
}

// nameBySystemd has systemd store the name and take it on.
func nameBySystemd(ctx context.Context, c *module.Call, name string) (current, stored string, err error) {
	content, err := text(c.Sys, "/etc/hostname")
	if err != nil {
		return "", "", err
	}
	running, err := text(c.Sys, "/proc/sys/kernel/hostname")
	if err != nil {
		return "", "", err
	}
	current, stored = strings.TrimSpace(running), staticName(content)
	for _, s := range []struct {
		have string
		argv []string
	}{{stored, []string{"--pretty", "--static"}}, {current, []string{"--transient"}}} {
		if s.have == name {
			continue
		}
		if len(name) > 64 && !c.Check {
			return "", "", module.Fail("name cannot be longer than 64 characters on systemd servers, try a shorter name")
		}
		argv := append(append([]string{"hostnamectl"}, s.argv...), "set-hostname", name)
		if _, err := program.Must(program.Change(ctx, c.Sys, argv...)); err != nil {
			return "", "", err
		}
	}
	return current, stored, nil
}

// staticName is what hostname(5) takes for the name: the first line that is no comment.
func staticName(content string) string {
	for _, l := range strings.Split(content, "\n") {
		if l = strings.TrimSpace(l); l != "" && l[0] != '#' {
			return l
		}
	}
	return ""
}

// nameByFile writes the name into the file that the distribution reads it from; on Alpine it is taken on, too.
func nameByFile(ctx context.Context, c *module.Call, use, name string) (stored string, err error) {
	k, ok := nameKeepers[use]
	if !ok {
		return "", module.Fail("use: " + use + " is of no Linux; leave it out, or take systemd, alpine, openrc, redhat or sles")
	}
	content, err := text(c.Sys, k.file)
	if err != nil {
		return "", err
	}
	after := name + "\n"
	if k.line == nil {
		stored = strings.TrimSpace(content)
	} else {
		line := strings.ReplaceAll(k.form, "%s", name)
		switch m := k.line.FindStringSubmatch(content); {
		case m != nil:
			stored = strings.Trim(strings.TrimSpace(m[1]), `"`)
			after = k.line.ReplaceAllString(content, line)
		case k.add:
			after = content + line + "\n"
		default:
			return "", module.Fail("failed to read hostname: " + k.file + " has no line with it")
		}
	}
	if stored == name {
		return stored, nil
	}
	if err := put(c.Sys, k.file, after); err != nil {
		return "", module.Fail("failed to update hostname: " + err.Error())
	}
	if use == "alpine" {
		_, err = program.Must(program.Change(ctx, c.Sys, "hostname", "-F", k.file))
	}
	return stored, err
}
