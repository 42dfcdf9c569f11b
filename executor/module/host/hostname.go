package host

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// runHostname is ansible.builtin.hostname.
func runHostname(ctx context.Context, c *module.Call) (module.Result, error) {
	name := c.Args.Str("name")
	file := hostnameFile(c.Sys)
	content, err := text(c.Sys, file)
	if err != nil {
		return nil, err
	}
	permanent := storedName(content)
	current, _ := text(c.Sys, "/proc/sys/kernel/hostname")
	current = strings.TrimSpace(current)
	use := c.Args.Str("use")
	hostnamectl := program.Have(c.Sys, "hostnamectl") && (use == "" || use == "systemd")
	if _, err := c.Sys.Stat("/run/systemd/system"); err != nil && use == "" {
		hostnamectl = false
	}
	changed := name != current || name != permanent
	if name != permanent && !hostnamectl {
		if strings.HasSuffix(file, "network") || strings.HasSuffix(file, "conf.d/hostname") {
			return nil, module.Fail("setting the host name needs systemd on this target")
		}
		if err := put(c.Sys, file, name+"\n"); err != nil {
			return nil, module.Fail("failed to update hostname: " + err.Error())
		}
	}
	if changed {
		if err := setHostname(ctx, c, name, current, permanent, hostnamectl); err != nil {
			return nil, err
		}
	}
	short, domain, _ := strings.Cut(name, ".")
	before := permanent
	if name != current {
		before = current
	}
	res := module.Result{"changed": changed, "name": name, "ansible_facts": map[string]any{"ansible_hostname": short,
		"ansible_nodename": name, "ansible_fqdn": name, "ansible_domain": domain}}
	if changed {
		res["diff"] = map[string]any{"after": "hostname = " + name + "\n", "before": "hostname = " + before + "\n"}
	}
	return res, nil
}

// setHostname tells the running kernel, and systemd where it keeps the name.
func setHostname(ctx context.Context, c *module.Call, name, current, permanent string, hostnamectl bool) error {
	if !hostnamectl {
		if name == current {
			return nil
		}
		_, err := program.Must(program.Change(ctx, c.Sys, "hostname", name))
		return err
	}
	if len(name) > 64 {
		return module.Fail("name cannot be longer than 64 characters on systemd servers, try a shorter name")
	}
	for _, s := range []struct {
		kind string
		have string
	}{{"--transient", current}, {"--static", permanent}, {"--pretty", permanent}} {
		if s.have == name {
			continue
		}
		if _, err := program.Must(program.Change(ctx, c.Sys, "hostnamectl", s.kind, "set-hostname", name)); err != nil {
			return err
		}
	}
	return nil
}

func hostnameFile(sys module.System) string {
	if _, err := sys.Stat("/etc/HOSTNAME"); err == nil {
		return "/etc/HOSTNAME"
	}
	return "/etc/hostname"
}

func storedName(content string) string {
	for _, l := range strings.Split(content, "\n") {
		if l = strings.TrimSpace(l); l != "" && l[0] != '#' {
			return l
		}
	}
	return ""
}
