//go:build linux

package facts

import (
	"slices"
	"sort"
	"strings"

	"pylint-deploy/executor/module/regexp"
)

// virtualization collects technologies; the first finding is the type.
type virtualization struct {
	typ, role   string
	found       bool
	guest, host map[string]bool
}

// is notes a technology of which this is a guest or the host.
func (v *virtualization) is(tech, role string) {
	if role == "host" {
		v.host[tech] = true
	} else {
		v.guest[tech] = true
	}
	if !v.found {
		v.typ, v.role, v.found = tech, role, true
	}
}

var (
	inDocker     = regexp.MustCompile(`/docker(/|-[0-9a-f]+\.scope)`)
	inLXC        = regexp.MustCompile(`/lxc/|/machine.slice/machine-lxc`)
	inContainerd = regexp.MustCompile(`/system.slice/containerd.service`)
)

func (g *gatherer) virtual() {
	v := &virtualization{guest: map[string]bool{}, host: map[string]bool{}}
	g.containers(v)
	g.firmware(v)
	g.kernelSupport(v)
	if !v.found {
		v.typ, v.role = "NA", "NA"
	}
	g.facts["virtualization_type"], g.facts["virtualization_role"] = v.typ, v.role
	g.facts["virtualization_tech_guest"], g.facts["virtualization_tech_host"] = sorted(v.guest), sorted(v.host)
}

func sorted(m map[string]bool) []any {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	sort.Strings(names)
	return anys(names)
}

// containers looks for what runs this as a container.
func (g *gatherer) containers(v *virtualization) {
	for _, l := range g.lines("/proc/1/cgroup") {
		for _, t := range []struct {
			tech string
			re   *regexp.Regexp
		}{{"docker", inDocker}, {"lxc", inLXC}, {"containerd", inContainerd}} {
			if t.re.MatchString(l) {
				v.is(t.tech, "guest")
			}
		}
	}
	environ, _ := g.Sys.ReadFile("/proc/1/environ")
	for _, e := range strings.Split(string(environ), "\x00") {
		for _, t := range []string{"lxc", "podman"} {
			if strings.Contains(e, "container="+t) {
				v.is(t, "guest")
			}
		}
		if strings.HasPrefix(e, "container=") && len(e) > len("container=") {
			v.is("container", "guest")
		}
	}
	if g.exists("/proc/vz") && !g.exists("/proc/lve") {
		v.is("openvz", map[bool]string{true: "host", false: "guest"}[g.exists("/proc/bc")])
	}
	systemd, ok := g.file("/run/systemd/container")
	if ok {
		v.is(systemd, "guest")
	}
	if g.exists("/.dockerenv") || g.exists("/.dockerinit") {
		v.is("docker", "guest")
	}
	for _, t := range []string{"docker", "lxc", "podman", "openvz", "containerd"} {
		if v.guest[t] || ok {
			v.guest["container"] = true
		}
	}
}

// dmiSigns are what DMI fields say of the hypervisor.
var dmiSigns = []struct {
	field  string
	values []string
	tech   string
}{
	{"product_name", []string{"KVM", "KVM Server", "Bochs", "AHV"}, "kvm"},
	{"sys_vendor", []string{"oVirt"}, "oVirt"},
	{"product_name", []string{"RHEV Hypervisor"}, "RHEV"},
	{"product_name", []string{"VMware Virtual Platform", "VMware7,1"}, "VMware"},
	{"product_name", []string{"OpenStack Compute", "OpenStack Nova"}, "openstack"},
	{"bios_vendor", []string{"Xen"}, "xen"},
	{"bios_vendor", []string{"innotek GmbH"}, "virtualbox"},
	{"bios_vendor", []string{"Amazon EC2", "DigitalOcean", "Hetzner"}, "kvm"},
	{"sys_vendor", []string{"QEMU", "Amazon EC2", "DigitalOcean", "Google", "Scaleway", "Nutanix"}, "kvm"},
	{"sys_vendor", []string{"KubeVirt"}, "KubeVirt"},
	{"sys_vendor", []string{"Microsoft Corporation"}, "VirtualPC"},
	{"sys_vendor", []string{"Parallels Software International Inc."}, "parallels"},
	{"sys_vendor", []string{"OpenStack Foundation"}, "openstack"},
}

func (g *gatherer) firmware(v *virtualization) {
	if g.exists("/proc/xen") {
		caps, _ := g.file("/proc/xen/capabilities")
		v.is("xen", map[bool]string{true: "host", false: "guest"}[strings.Contains(caps, "control_d")])
	}
	for _, s := range dmiSigns {
		value, _ := g.file(dmiDir + s.field)
		if slices.Contains(s.values, value) {
			v.is(s.tech, "guest")
		}
	}
	for _, l := range g.lines("/proc/cpuinfo") {
		switch {
		case strings.HasPrefix(l, "model name") && strings.Contains(l, "QEMU Virtual CPU"):
			v.is("kvm", "guest")
		case strings.HasPrefix(l, "vendor_id") && strings.Contains(l, "User Mode Linux"):
			v.is("uml", "guest")
		}
	}
}

// kernelSupport looks for what lets this be a host.
func (g *gatherer) kernelSupport(v *virtualization) {
	modules := map[string]bool{}
	for _, l := range g.lines("/proc/modules") {
		name, _, _ := strings.Cut(l, " ")
		modules[name] = true
	}
	if modules["kvm"] {
		v.is("kvm", "host")
	}
	if modules["vboxdrv"] {
		v.is("virtualbox", "host")
	}
	if modules["virtio"] {
		v.host["kvm"] = true
		if !v.found {
			v.typ, v.role, v.found = "kvm", "guest", true
		}
	}
	if g.exists("/dev/kvm") {
		v.is("kvm", "host")
	}
}
