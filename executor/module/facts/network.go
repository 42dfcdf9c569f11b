//go:build linux

package facts

import (
	"fmt"
	"net/netip"
	"path"
	"strconv"
	"strings"
	"syscall"
)

// address is one address of an interface.
type address struct {
	ip, broadcast netip.Addr
	prefix        int
	scope         uint8
	label         string
	secondary     bool
}

const sysNet = "/sys/class/net/"

func (g *gatherer) network() {
	addrs := addresses()
	all4, all6 := []any{}, []any{}
	names := []any{}
	details := map[string]map[string]any{}
	for _, name := range g.names(sysNet) {
		if !g.exists(sysNet + name + "/ifindex") {
			continue // bonding_masters
		}
		names = append(names, name)
		d := g.device(name)
		details[name] = d
		index, _ := g.file(sysNet + name + "/ifindex")
		for _, a := range addrs[int(number(index))] {
			if a.ip.Is4() {
				if label := addIPv4(d, a, name); label != "" {
					alias := details[label]
					if alias == nil {
						alias = map[string]any{}
						details[label] = alias
						names = append(names, label)
					}
					alias["ipv4"] = ipv4Fact(a)
				}
				if !a.ip.IsLoopback() {
					all4 = append(all4, a.ip.String())
				}
				continue
			}
			list, _ := d["ipv6"].([]any)
			d["ipv6"] = append(list, map[string]any{"address": a.ip.String(), "prefix": strconv.Itoa(a.prefix), "scope": scopeName(a.scope)})
			if !a.ip.IsLoopback() {
				all6 = append(all6, a.ip.String())
			}
		}
	}
	for name, d := range details {
		g.facts[strings.ReplaceAll(name, ":", "_")] = d
	}
	g.facts["interfaces"], g.facts["all_ipv4_addresses"], g.facts["all_ipv6_addresses"] = names, all4, all6
	g.facts["default_ipv4"], g.facts["default_ipv6"] = g.default4(details), g.default6(details)
}

// addIPv4 puts an address in its place: the first is "ipv4", others are secondaries, labelled ones are aliases.
func addIPv4(d map[string]any, a address, name string) (label string) {
	if a.label != "" && a.label != name {
		label = a.label
	}
	if _, taken := d["ipv4"]; !taken && label == "" {
		d["ipv4"] = ipv4Fact(a)
		return ""
	}
	list, _ := d["ipv4_secondaries"].([]any)
	d["ipv4_secondaries"] = append(list, ipv4Fact(a))
	return label
}

func ipv4Fact(a address) map[string]any {
	bc := ""
	if a.broadcast.IsValid() {
		bc = a.broadcast.String()
	}
	net, _ := a.ip.Prefix(a.prefix)
	return map[string]any{"address": a.ip.String(), "broadcast": bc, "netmask": mask4(a.prefix), "network": net.Addr().String(), "prefix": strconv.Itoa(a.prefix)}
}

func mask4(prefix int) string {
	m := ^uint32(0) << (32 - prefix)
	if prefix == 0 {
		m = 0
	}
	return fmt.Sprintf("%d.%d.%d.%d", m>>24, m>>16&255, m>>8&255, m&255)
}

func scopeName(s uint8) string {
	switch s {
	case 0:
		return "global"
	case 200:
		return "site"
	case 253:
		return "link"
	case 254:
		return "host"
	}
	return strconv.Itoa(int(s))
}

// deviceTypes are ARPHRD numbers (if_arp.h).
var deviceTypes = map[string]string{"1": "ether", "32": "infiniband", "512": "ppp", "772": "loopback", "65534": "tunnel"}

// device reads what sysfs tells of an interface.
func (g *gatherer) device(name string) map[string]any {
	dir := sysNet + name + "/"
	d := map[string]any{"device": name}
	if mac, ok := g.file(dir + "address"); ok && mac != "00:00:00:00:00:00" {
		d["macaddress"] = mac
	}
	if mtu, ok := g.file(dir + "mtu"); ok {
		d["mtu"] = number(mtu)
	}
	if st, ok := g.file(dir + "operstate"); ok {
		d["active"] = st != "down"
	}
	if p, err := g.Sys.Readlink(dir + "device/driver/module"); err == nil {
		d["module"] = path.Base(p)
	}
	if t, ok := g.file(dir + "type"); ok {
		if d["type"] = deviceTypes[t]; d["type"] == "" {
			d["type"] = "unknown"
		}
	}
	g.bridge(d, dir)
	g.bond(d, dir)
	if p, err := g.Sys.Readlink(dir + "device"); err == nil {
		d["pciid"] = path.Base(p)
	}
	if s, ok := g.file(dir + "speed"); ok {
		d["speed"] = number(s)
	}
	if fl, ok := g.file(dir + "flags"); ok {
		n, _ := strconv.ParseUint(strings.TrimPrefix(fl, "0x"), 16, 32)
		d["promisc"] = n&0x100 != 0
	}
	return d
}

func (g *gatherer) bridge(d map[string]any, dir string) {
	if !g.exists(dir + "bridge") {
		return
	}
	d["type"] = "bridge"
	d["interfaces"] = anys(g.names(dir + "brif"))
	if id, ok := g.file(dir + "bridge/bridge_id"); ok {
		d["id"] = id
	}
	if stp, ok := g.file(dir + "bridge/stp_state"); ok {
		d["stp"] = stp == "1"
	}
}

func (g *gatherer) bond(d map[string]any, dir string) {
	if g.exists(dir + "bonding") {
		d["type"] = "bonding"
		slaves, _ := g.file(dir + "bonding/slaves")
		d["slaves"] = anys(strings.Fields(slaves))
		for _, k := range []string{"mode", "miimon", "lacp_rate"} {
			v, _ := g.file(dir + "bonding/" + k)
			d[k], _, _ = strings.Cut(v, " ")
		}
		if p, ok := g.file(dir + "bonding/primary"); ok {
			d["primary"] = p
			if a, ok := g.file(dir + "bonding/all_slaves_active"); ok {
				d["all_slaves_active"] = a == "1"
			}
		}
	}
	if mac, ok := g.file(dir + "bonding_slave/perm_hwaddr"); ok {
		d["perm_macaddress"] = mac
	}
}

// addresses asks the kernel over netlink (rtnetlink(7)), by interface index.
func addresses() map[int][]address {
	out := map[int][]address{}
	data, err := syscall.NetlinkRIB(syscall.RTM_GETADDR, syscall.AF_UNSPEC)
	if err != nil {
		return out
	}
	msgs, err := syscall.ParseNetlinkMessage(data)
	if err != nil {
		return out
	}
	for i := range msgs {
		m := &msgs[i]
		if m.Header.Type != syscall.RTM_NEWADDR || len(m.Data) < syscall.SizeofIfAddrmsg {
			continue
		}
		attrs, err := syscall.ParseNetlinkRouteAttr(m)
		if err != nil {
			continue
		}
		// struct ifaddrmsg: family, prefixlen, flags, scope, index
		a := address{prefix: int(m.Data[1]), scope: m.Data[3], secondary: m.Data[2]&syscall.IFA_F_SECONDARY != 0}
		index := int(m.Data[4]) | int(m.Data[5])<<8 | int(m.Data[6])<<16 | int(m.Data[7])<<24
		for _, at := range attrs {
			a.set(at)
		}
		if a.ip.IsValid() {
			out[index] = append(out[index], a)
		}
	}
	return out
}

func (a *address) set(at syscall.NetlinkRouteAttr) {
	ip, ok := netip.AddrFromSlice(at.Value)
	switch at.Attr.Type {
	case syscall.IFA_LOCAL:
		if ok {
			a.ip = ip
		}
	case syscall.IFA_ADDRESS:
		if ok && !a.ip.IsValid() {
			a.ip = ip
		}
	case syscall.IFA_BROADCAST:
		if ok {
			a.broadcast = ip
		}
	case syscall.IFA_LABEL:
		a.label = strings.TrimRight(string(at.Value), "\x00")
	}
}

// default4 is the interface of the default route with the lowest metric.
func (g *gatherer) default4(details map[string]map[string]any) map[string]any {
	dev, gateway, best := "", "", int64(1)<<62
	for _, l := range g.lines("/proc/net/route") {
		f := strings.Fields(l)
		if len(f) < 8 || f[1] != "00000000" || f[7] != "00000000" || number(f[6]) >= best {
			continue
		}
		gw, _ := strconv.ParseUint(f[2], 16, 32)
		dev, best = f[0], number(f[6])
		gateway = fmt.Sprintf("%d.%d.%d.%d", gw&255, gw>>8&255, gw>>16&255, gw>>24)
	}
	out := map[string]any{}
	if dev == "" {
		return out
	}
	d := details[dev]
	out["interface"], out["alias"] = dev, dev
	if gateway != "0.0.0.0" {
		out["gateway"] = gateway
	}
	if ip, ok := d["ipv4"].(map[string]any); ok {
		for k, v := range ip {
			out[k] = v
		}
	}
	copyLink(out, d)
	return out
}

func copyLink(out, d map[string]any) {
	out["macaddress"] = d["macaddress"]
	for _, k := range []string{"mtu", "type"} {
		if v, ok := d[k]; ok {
			out[k] = v
		}
	}
	if out["macaddress"] == nil {
		out["macaddress"] = "unknown"
	}
}

func (g *gatherer) default6(details map[string]map[string]any) map[string]any {
	out := map[string]any{}
	dev, best := "", uint64(1)<<62
	var gateway netip.Addr
	for _, l := range g.lines("/proc/net/ipv6_route") {
		f := strings.Fields(l)
		if len(f) < 10 || f[0] != strings.Repeat("0", 32) || f[1] != "00" || f[9] == "lo" {
			continue
		}
		metric, _ := strconv.ParseUint(f[5], 16, 64)
		if metric >= best {
			continue
		}
		dev, best = f[9], metric
		gateway = hexAddr(f[4])
	}
	d := details[dev]
	list, _ := d["ipv6"].([]any)
	if dev == "" || len(list) == 0 {
		return out
	}
	out["interface"] = dev
	if gateway.IsValid() && !gateway.IsUnspecified() {
		out["gateway"] = gateway.String()
	}
	for _, e := range list {
		a := e.(map[string]any)
		if out["address"] == nil || a["scope"] == "global" && out["scope"] != "global" {
			out["address"], out["prefix"], out["scope"] = a["address"], a["prefix"], a["scope"]
		}
	}
	copyLink(out, d)
	return out
}

func hexAddr(s string) netip.Addr {
	var b [16]byte
	for i := range b {
		n, err := strconv.ParseUint(s[2*i:2*i+2], 16, 8)
		if err != nil {
			return netip.Addr{}
		}
		b[i] = byte(n)
	}
	return netip.AddrFrom16(b)
}
