//go:build linux

package facts

import (
	"strings"
	"syscall"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/regexp"
)

// utsText reads a field of uname(2).
func utsText[T int8 | uint8](field []T) string {
	var b strings.Builder
	for _, c := range field {
		if c == 0 {
			break
		}
		b.WriteByte(byte(c))
	}
	return b.String()
}

var i386 = regexp.MustCompile(`^i[3456]86$|^i86pc$`)

func (g *gatherer) platform() {
	var u syscall.Utsname
	if syscall.Uname(&u) != nil {
		return
	}
	node, machine := utsText(u.Nodename[:]), utsText(u.Machine[:])
	arch := machine
	if i386.MatchString(machine) {
		arch = "i386"
	}
	bits := "32"
	if strings.HasSuffix(machine, "64") || machine == "s390x" || machine == "ppc64le" || machine == "aarch64" {
		bits = "64"
	}
	f := g.facts
	f["system"], f["kernel"], f["kernel_version"] = utsText(u.Sysname[:]), utsText(u.Release[:]), utsText(u.Version[:])
	f["machine"], f["architecture"], f["userspace_bits"], f["userspace_architecture"] = machine, arch, bits, arch
	f["nodename"] = node
	f["hostname"], _, _ = strings.Cut(node, ".")
	fqdn := g.fqdn(node)
	f["fqdn"] = fqdn
	_, f["domain"], _ = strings.Cut(fqdn, ".")
	for _, p := range []string{"/var/lib/dbus/machine-id", "/etc/machine-id"} {
		if id, ok := g.file(p); ok {
			f["machine_id"] = id
			break
		}
	}
}

// fqdn is the full name that the hosts file gives to the host. DNS is not asked: it may take long.
func (g *gatherer) fqdn(node string) string {
	var table [][]string
	for _, l := range g.lines("/etc/hosts") {
		l, _, _ = strings.Cut(l, "#")
		if f := strings.Fields(l); len(f) > 1 {
			table = append(table, f)
		}
	}
	addr := ""
	for _, f := range table {
		for _, n := range f[1:] {
			if strings.EqualFold(n, node) && addr == "" {
				addr = f[0]
			}
		}
	}
	for _, f := range table {
		if f[0] != addr {
			continue
		}
		for _, n := range f[1:] {
			if strings.Contains(n, ".") {
				return n
			}
		}
		return f[1]
	}
	return node
}

// FullName is the name with its domain that a host has, as the fact fqdn tells it.
func FullName(sys module.System, node string) string {
	return (&gatherer{Call: &module.Call{Sys: sys}}).fqdn(node)
}

// Family is the fact os_family of a target, read from os-release alone.
func Family(sys module.System) string {
	os := (&gatherer{Call: &module.Call{Sys: sys}}).osRelease()
	if d, ok := distributions[os["ID"]]; ok {
		return d[1]
	}
	return family(os["ID_LIKE"], os["NAME"])
}

// osRelease reads /etc/os-release (os-release(5)).
func (g *gatherer) osRelease() map[string]string {
	out := map[string]string{}
	lines := g.lines("/etc/os-release")
	if lines == nil {
		lines = g.lines("/usr/lib/os-release")
	}
	for _, l := range lines {
		k, v, ok := strings.Cut(strings.TrimSpace(l), "=")
		if ok && !strings.HasPrefix(k, "#") {
			out[k] = strings.Trim(v, `"'`)
		}
	}
	return out
}

// distributions maps os-release's ID to Ansible's name and family.
var distributions = map[string][2]string{
	"debian": {"Debian", "Debian"}, "ubuntu": {"Ubuntu", "Debian"}, "raspbian": {"Debian", "Debian"}, "linuxmint": {"Linux Mint", "Debian"},
	"kali": {"Kali", "Debian"}, "pop": {"Pop!_OS", "Debian"}, "devuan": {"Devuan", "Debian"}, "neon": {"KDE neon", "Debian"},
	"rhel": {"RedHat", "RedHat"}, "centos": {"CentOS", "RedHat"}, "fedora": {"Fedora", "RedHat"}, "rocky": {"Rocky", "RedHat"},
	"almalinux": {"AlmaLinux", "RedHat"}, "ol": {"OracleLinux", "RedHat"}, "amzn": {"Amazon", "RedHat"}, "scientific": {"Scientific", "RedHat"},
	"alpine": {"Alpine", "Alpine"}, "arch": {"Archlinux", "Archlinux"}, "manjaro": {"Archlinux", "Archlinux"},
	"opensuse-leap": {"openSUSE Leap", "Suse"}, "opensuse-tumbleweed": {"openSUSE Tumbleweed", "Suse"}, "sles": {"SLES", "Suse"},
	"gentoo": {"Gentoo", "Gentoo"}, "void": {"Void", "Void"}, "slackware": {"Slackware", "Slackware"},
}

var releaseLine = regexp.MustCompile(`release (\d+(?:\.\d+)*)[^(]*(?:\(([^)]*)\))?`)

func (g *gatherer) distribution() {
	os := g.osRelease()
	f := g.facts
	id := os["ID"]
	d, known := distributions[id]
	if !known {
		name := os["NAME"]
		if name == "" {
			name = f2s(f["system"])
		}
		d = [2]string{name, family(os["ID_LIKE"], name)}
	}
	version := os["VERSION_ID"]
	release := os["VERSION_CODENAME"]
	f["distribution"], f["os_family"] = d[0], d[1]
	f["distribution_file_parsed"] = true
	f["distribution_file_path"], f["distribution_file_variety"] = "/etc/os-release", d[0]
	switch d[1] {
	case "Debian":
		f["distribution_file_variety"] = "Debian"
		if dv, ok := g.file("/etc/debian_version"); ok && d[0] == "Debian" && version != "" && strings.HasPrefix(dv, version+".") {
			version = dv
			_, f["distribution_minor_version"], _ = strings.Cut(dv, ".")
		}
	case "RedHat":
		f["distribution_file_variety"], f["distribution_file_path"] = "RedHat", "/etc/redhat-release"
		release = ""
		if text, ok := g.file("/etc/redhat-release"); ok {
			if m := releaseLine.FindStringSubmatch(text); m != nil {
				version, release = m[1], m[2]
				if p := strings.Split(version, "."); len(p) > 2 {
					version = p[0] + "." + p[1]
				}
			}
		}
	case "Alpine":
		if v, ok := g.file("/etc/alpine-release"); ok {
			version = v
		}
		f["distribution_file_variety"], f["distribution_file_path"] = "Alpine", "/etc/alpine-release"
	}
	if release == "" {
		release = "NA"
	}
	if version == "" {
		version = "NA"
	}
	f["distribution_version"], f["distribution_release"] = version, release
	f["distribution_major_version"], _, _ = strings.Cut(version, ".")
}

func f2s(v any) string { s, _ := v.(string); return s }

// family guesses the family of an unknown distribution from what it says it is like.
func family(like, name string) string {
	for _, l := range strings.Fields(like) {
		if d, ok := distributions[l]; ok {
			return d[1]
		}
	}
	return name
}

func (g *gatherer) lsb() {
	g.facts["lsb"] = map[string]any{}
	values := map[string]string{}
	for _, l := range g.lines("/etc/lsb-release") {
		if k, v, ok := strings.Cut(l, "="); ok {
			values[k] = strings.Trim(v, `"`)
		}
	}
	out := map[string]any{}
	add := func(key, v string) {
		if v != "" {
			out[key] = v
		}
	}
	add("id", values["DISTRIB_ID"])
	add("release", values["DISTRIB_RELEASE"])
	add("description", values["DISTRIB_DESCRIPTION"])
	add("codename", values["DISTRIB_CODENAME"])
	if _, err := g.Sys.LookPath("lsb_release"); len(out) == 0 && err == nil {
		os := g.osRelease()
		id := os["ID"]
		if d, ok := distributions[id]; ok {
			id = d[0]
		}
		add("id", id)
		add("release", os["VERSION_ID"])
		add("description", os["PRETTY_NAME"])
		add("codename", os["VERSION_CODENAME"])
	}
	if r, ok := out["release"].(string); ok {
		out["major_release"], _, _ = strings.Cut(r, ".")
	}
	g.facts["lsb"] = out
}
