//go:build linux

package facts

import (
	"fmt"
	"math/bits"
	"path"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"pylint-deploy/executor/module/regexp"
)

func number(s string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	return n
}

func (g *gatherer) hardware() {
	g.cpu()
	g.memory()
	g.dmi()
	g.devices()
	if up, ok := g.file("/proc/uptime"); ok {
		whole, _, _ := strings.Cut(up, ".")
		g.facts["uptime_seconds"] = number(whole)
	}
	g.lvm()
	g.mounts()
}

// cpuInfo is what /proc/cpuinfo tells.
type cpuInfo struct {
	list                       []any
	named, vendors, processors int
	entries                    int
	sockets, cores             map[string]int64
	socketOrder, coreOrder     []string
	perSocket                  int64 // "# processors" of s390
}

func (g *gatherer) cpu() {
	if !g.exists("/proc/cpuinfo") {
		return
	}
	c := cpuInfo{list: []any{}, sockets: map[string]int64{}, cores: map[string]int64{}}
	c.read(g.lines("/proc/cpuinfo"))
	count := int64(c.entries)
	if c.vendors > 0 && c.vendors == c.named {
		count = int64(c.vendors)
	}
	if arch := f2s(g.facts["architecture"]); strings.HasPrefix(arch, "arm") || strings.HasPrefix(arch, "aarch") || strings.HasPrefix(arch, "ppc") {
		count = int64(c.processors)
	}
	perSocket, threads := int64(1), int64(1)
	if len(c.socketOrder) > 0 {
		count = int64(len(c.socketOrder))
		perSocket = max(c.sockets[c.socketOrder[0]], 1)
	}
	if len(c.coreOrder) > 0 {
		threads = c.cores[c.coreOrder[0]] / perSocket
	} else {
		threads /= perSocket
	}
	f := g.facts
	f["processor"], f["processor_count"], f["processor_cores"], f["processor_threads_per_core"] = c.list, count, perSocket, threads
	f["processor_vcpus"], f["processor_nproc"] = threads*count*perSocket, affinity(int64(c.processors))
}

func (c *cpuInfo) read(lines []string) {
	socket, core := "0", "0"
	for _, l := range lines {
		k, v, _ := strings.Cut(l, ":")
		k, v = strings.TrimSpace(k), strings.TrimSpace(v)
		switch k {
		case "model name", "Processor", "vendor_id", "cpu", "Vendor", "processor":
			c.list = append(c.list, v)
			c.entries++
			switch k {
			case "vendor_id":
				c.vendors++
			case "model name":
				c.named++
			case "processor":
				c.processors++
			}
		case "physical id":
			if socket = v; !has(c.sockets, v) {
				c.sockets[v], c.socketOrder = 1, append(c.socketOrder, v)
			}
		case "core id":
			core = v
			c.setCore(core, 1)
		case "cpu cores":
			if !has(c.sockets, socket) {
				c.socketOrder = append(c.socketOrder, socket)
			}
			c.sockets[socket] = number(v)
		case "siblings":
			c.setCore(core, number(v))
		}
	}
}

func (c *cpuInfo) setCore(id string, n int64) {
	if !has(c.cores, id) {
		c.coreOrder = append(c.coreOrder, id)
	}
	c.cores[id] = n
}

func has(m map[string]int64, k string) bool { _, ok := m[k]; return ok }

// affinity counts the processors that this process may use.
func affinity(none int64) int64 {
	var mask [128]uint64
	n, _, errno := syscall.RawSyscall(syscall.SYS_SCHED_GETAFFINITY, 0, uintptr(len(mask)*8), uintptr(unsafe.Pointer(&mask)))
	if errno != 0 {
		return none
	}
	count := 0
	for _, w := range mask[:n/8] {
		count += bits.OnesCount64(w)
	}
	return int64(count)
}

func (g *gatherer) memory() {
	m := map[string]int64{}
	for _, l := range g.lines("/proc/meminfo") {
		k, v, _ := strings.Cut(l, ":")
		if f := strings.Fields(v); len(f) > 0 {
			m[k] = number(f[0]) / 1024
		}
	}
	if len(m) == 0 {
		return
	}
	f := g.facts
	f["memtotal_mb"], f["memfree_mb"], f["swaptotal_mb"], f["swapfree_mb"] = m["MemTotal"], m["MemFree"], m["SwapTotal"], m["SwapFree"]
	free := m["Cached"] + m["MemFree"] + m["Buffers"]
	f["memory_mb"] = map[string]any{
		"real":    map[string]any{"total": m["MemTotal"], "used": m["MemTotal"] - m["MemFree"], "free": m["MemFree"]},
		"nocache": map[string]any{"free": free, "used": m["MemTotal"] - free},
		"swap":    map[string]any{"total": m["SwapTotal"], "free": m["SwapFree"], "used": m["SwapTotal"] - m["SwapFree"], "cached": m["SwapCached"]},
	}
}

// formFactors are the chassis types of the SMBIOS specification, by number.
var formFactors = strings.Split("Unknown,Other,Unknown,Desktop,Low Profile Desktop,Pizza Box,Mini Tower,Tower,Portable,Laptop,Notebook,Hand Held,"+
	"Docking Station,All In One,Sub Notebook,Space-saving,Lunch Box,Main Server Chassis,Expansion Chassis,Sub Chassis,Bus Expansion Chassis,"+
	"Peripheral Chassis,RAID Chassis,Rack Mount Chassis,Sealed-case PC,Multi-system,CompactPCI,AdvancedTCA,Blade,Blade Enclosure,Tablet,"+
	"Convertible,Detachable,IoT Gateway,Embedded PC,Mini PC,Stick PC", ",")

const dmiDir = "/sys/devices/virtual/dmi/id/"

func (g *gatherer) dmi() {
	for _, k := range []string{"bios_date", "bios_vendor", "bios_version", "board_asset_tag", "board_name", "board_serial", "board_vendor", "board_version",
		"chassis_asset_tag", "chassis_serial", "chassis_vendor", "chassis_version", "product_name", "product_serial", "product_uuid", "product_version"} {
		g.facts[k] = g.fileOr(dmiDir+k, "NA")
	}
	g.facts["system_vendor"] = g.fileOr(dmiDir+"sys_vendor", "NA")
	g.facts["form_factor"] = "NA"
	if t, ok := g.file(dmiDir + "chassis_type"); ok {
		g.facts["form_factor"] = "unknown (" + t + ")"
		if n := number(t); n >= 0 && n < int64(len(formFactors)) {
			g.facts["form_factor"] = formFactors[n]
		}
	}
}

// deviceLinks reads the names that udev gives to block devices.
func (g *gatherer) deviceLinks() map[string]map[string][]any {
	out := map[string]map[string][]any{"ids": {}, "uuids": {}, "labels": {}, "masters": {}}
	for kind, dir := range map[string]string{"ids": "by-id", "uuids": "by-uuid", "labels": "by-label"} {
		for _, n := range g.names("/dev/disk/" + dir) {
			if target, err := g.Sys.Readlink("/dev/disk/" + dir + "/" + n); err == nil {
				dev := path.Base(target)
				out[kind][dev] = append(out[kind][dev], n)
			}
		}
	}
	for _, disk := range g.names("/sys/block") {
		for _, slave := range g.names("/sys/block/" + disk + "/slaves") {
			out["masters"][slave] = append(out["masters"][slave], disk)
		}
	}
	return out
}

func linksOf(all map[string]map[string][]any, dev string) map[string]any {
	out := map[string]any{}
	for kind, m := range all {
		list := m[dev]
		if list == nil {
			list = []any{}
		}
		out[kind] = list
	}
	return out
}

var schedulerNow = regexp.MustCompile(`\[(.*)\]`)

func (g *gatherer) devices() {
	all := g.deviceLinks()
	links := map[string]any{}
	for kind, m := range all {
		l := map[string]any{}
		for k, v := range m {
			l[k] = v
		}
		links[kind] = l
	}
	g.facts["device_links"] = links
	out := map[string]any{}
	for _, name := range g.names("/sys/block") {
		dir := "/sys/block/" + name
		d := map[string]any{"virtual": 1, "links": linksOf(all, name), "host": ""}
		for _, k := range []string{"vendor", "model", "sas_address", "sas_device_handle"} {
			d[k] = g.fileOr(dir+"/device/"+k, nil)
		}
		if s, ok := g.file(dir + "/device/serial"); ok {
			d["serial"] = s
		}
		d["removable"], d["support_discard"] = g.fileOr(dir+"/removable", nil), g.fileOr(dir+"/queue/discard_granularity", nil)
		d["rotational"] = g.fileOr(dir+"/queue/rotational", nil)
		d["scheduler_mode"] = ""
		if s, ok := g.file(dir + "/queue/scheduler"); ok {
			if m := schedulerNow.FindStringSubmatch(s); m != nil {
				d["scheduler_mode"] = m[1]
			}
		}
		g.sizes(d, dir)
		parts := map[string]any{}
		for _, p := range g.names(dir) {
			if strings.HasPrefix(p, name) && g.exists(dir+"/"+p+"/partition") {
				part := map[string]any{"links": linksOf(all, p), "start": g.fileOr(dir+"/"+p+"/start", 0), "uuid": nil}
				if u := all["uuids"][p]; len(u) > 0 {
					part["uuid"] = u[0]
				}
				g.sizes(part, dir+"/"+p)
				if part["sectorsize"] == nil {
					part["sectorsize"] = 512
				}
				parts[p] = part
			}
		}
		d["partitions"] = parts
		for _, id := range all["ids"][name] {
			if w, ok := strings.CutPrefix(id.(string), "wwn-"); ok {
				d["wwn"] = w
			}
		}
		out[name] = d
	}
	g.facts["devices"] = out
}

// sizes adds what disks and partitions share.
func (g *gatherer) sizes(d map[string]any, dir string) {
	d["sectors"] = g.fileOr(dir+"/size", 0)
	d["sectorsize"] = g.fileOr(dir+"/queue/logical_block_size", 512)
	sectors, _ := d["sectors"].(string)
	d["size"] = human(float64(number(sectors)) * 512)
	holders := []any{}
	for _, h := range g.names(dir + "/holders") {
		if n, ok := g.file(dir + "/holders/" + h + "/dm/name"); ok && strings.HasPrefix(h, "dm-") {
			holders = append(holders, n)
			continue
		}
		holders = append(holders, h)
	}
	d["holders"] = holders
}

// human writes a size as Ansible's bytes_to_human.
func human(n float64) string {
	units := []string{"Bytes", "KB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"}
	i := 0
	for n >= 1024 && i < len(units)-1 {
		n /= 1024
		i++
	}
	return fmt.Sprintf("%.2f %s", n, units[i])
}
