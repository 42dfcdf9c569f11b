package state

import (
	"fmt"
	"strings"

	"pylint-deploy/executor/module/program"
)

// packages are those of dpkg, rpm or apk, with their states: one that is half installed shows.
func (c *capture) packages() error {
	if data, err := c.Sys.ReadFile("/var/lib/dpkg/status"); err == nil {
		c.dpkg(string(data))
		return nil
	}
	for _, m := range []struct {
		program string
		argv    []string
	}{
		{"rpm", []string{"rpm", "-qa", "--qf", `%{NAME} %{EPOCH}:%{VERSION}-%{RELEASE}.%{ARCH}\n`}},
		{"apk", []string{"apk", "list", "--installed"}},
	} {
		if !program.Have(c.Sys, m.program) {
			continue
		}
		out, err := program.Must(program.Read(c.ctx, c.Sys, m.argv...))
		if err != nil {
			return fmt.Errorf("listing packages: %w", err)
		}
		for _, line := range program.Lines(out.Out) {
			name, version, _ := strings.Cut(line, " ")
			c.set("package", name, version)
		}
		return nil
	}
	return nil
}

func (c *capture) dpkg(text string) {
	automatic := c.automatic()
	for stanza := range strings.SplitSeq(text, "\n\n") {
		field := map[string]string{}
		for line := range strings.Lines(stanza) {
			if name, value, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, " ") {
				field[name] = strings.TrimSpace(value)
			}
		}
		status := strings.Fields(field["Status"])
		if field["Package"] == "" || len(status) != 3 || status[2] == "not-installed" || status[2] == "config-files" {
			continue
		}
		line := field["Version"]
		if status[2] != "installed" || status[0] == "hold" {
			line += " (" + strings.Join(status, " ") + ")"
		}
		if automatic[field["Package"]] {
			line += " (automatic)"
		}
		c.set("package", field["Package"]+":"+field["Architecture"], line)
	}
}

// automatic are the packages that apt has installed because others need them, and may remove again.
func (c *capture) automatic() map[string]bool {
	out := map[string]bool{}
	data, _ := c.Sys.ReadFile("/var/lib/apt/extended_states")
	name := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if value, ok := strings.CutPrefix(line, "Package: "); ok {
			name = value
		} else if line == "Auto-Installed: 1" {
			out[name] = true
		}
	}
	return out
}

// accounts are users with what they may log in by, and groups with their members. The files themselves hold days of changes,
// and are no part of the state.
func (c *capture) accounts() error {
	shadow := map[string]string{}
	if data, err := c.Sys.ReadFile("/etc/shadow"); err == nil {
		for line := range strings.Lines(string(data)) {
			if f := strings.Split(line, ":"); len(f) > 1 {
				shadow[f[0]] = password(f[1])
			}
		}
	}
	if data, err := c.Sys.ReadFile("/etc/passwd"); err == nil {
		for line := range strings.Lines(string(data)) {
			f := strings.Split(strings.TrimSpace(line), ":")
			if len(f) == 7 {
				c.set("user", f[0], fmt.Sprintf("uid %s gid %s %q home %s shell %s %s", f[2], f[3], f[4], f[5], f[6], shadow[f[0]]))
			}
		}
	}
	if data, err := c.Sys.ReadFile("/etc/group"); err == nil {
		for line := range strings.Lines(string(data)) {
			f := strings.Split(strings.TrimSpace(line), ":")
			if len(f) == 4 {
				c.set("group", f[0], "gid "+f[2]+" members "+f[3])
			}
		}
	}
	return nil
}

// password says what kind of password there is: hashes are salted, and nobody's business.
func password(hash string) string {
	switch {
	case hash == "":
		return "no password"
	case strings.HasPrefix(hash, "!"), strings.HasPrefix(hash, "*"):
		return "locked"
	}
	return "with password"
}

// firewall is what the kernel filters by, counters left out.
func (c *capture) firewall() error {
	for _, p := range []string{"iptables-save", "ip6tables-save"} {
		if !program.Have(c.Sys, p) {
			continue
		}
		out, err := program.Read(c.ctx, c.Sys, p)
		if err != nil || out.RC != 0 { // no right to ask, or no support in the kernel
			continue
		}
		c.rules(strings.TrimSuffix(p, "-save"), out.Out)
	}
	return nil
}

// rules takes the output of iptables-save: a line of the state for each chain and rule.
func (c *capture) rules(name, text string) {
	table := ""
	times := map[string]int{}
	for _, line := range program.Lines(text) {
		switch line[0] {
		case '#', 'C':
		case '*':
			table = line[1:]
		case ':':
			chain, policy, _ := strings.Cut(line[1:], " ")
			policy, _, _ = strings.Cut(policy, " ")
			if policy != "ACCEPT" { // as without the table, which anybody who looks at it makes
				c.set("firewall", name+" "+table+" "+chain, "policy "+policy)
			}
		default:
			key := name + " " + table + " " + line
			times[key]++
			c.set("firewall", key, fmt.Sprintf("%d×", times[key]))
		}
	}
}

// kernel is the host's name and what is mounted.
func (c *capture) kernel() error {
	if data, err := c.Sys.ReadFile("/proc/sys/kernel/hostname"); err == nil {
		c.set("host", "name", strings.TrimSpace(string(data)))
	}
	data, err := c.Sys.ReadFile("/proc/self/mounts")
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) < 4 || c.ignore.path(f[1]) {
			continue
		}
		line := f[0] + " " + f[2]
		if f[2] != "overlay" { // of whose options some are where a container's engine keeps the layers of this one
			line += " " + f[3]
		}
		c.set("mount", f[1], line)
	}
	return nil
}
