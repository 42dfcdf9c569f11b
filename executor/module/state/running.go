package state

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/service"
)

// running is what runs now: services, what supervisor runs, sockets. moving tells that something is on its way to another
// state.
func (c *capture) running() (items map[string]string, moving bool, err error) {
	r := &running{capture: c, items: map[string]string{}}
	for _, look := range []func() error{r.services, r.supervised, r.sockets} {
		if err := look(); err != nil {
			return nil, false, err
		}
	}
	return r.items, r.moving, nil
}

type running struct {
	*capture
	items  map[string]string
	moving bool
}

func (r *running) set(kind, name, line string) {
	if !r.ignore.item(kind, name) {
		r.items[kind+" "+name] = line
	}
}

// unitKinds are the kinds of units that count.
const unitKinds = "service,socket,timer"

// services are the units that somebody can enable: others come and go with what needs them.
func (r *running) services() error {
	if comm, err := r.Sys.ReadFile("/proc/1/comm"); err != nil || !strings.HasPrefix(string(comm), "systemd") || !program.Have(r.Sys, "systemctl") {
		return nil
	}
	enabled, err := r.unitFiles()
	if err != nil {
		return fmt.Errorf("listing services: %w", err)
	}
	active, err := program.Must(program.Read(r.ctx, r.Sys, "systemctl", "list-units", "--all", "--type="+unitKinds, "--no-legend", "--no-pager", "--plain", "--full"))
	if err != nil {
		return fmt.Errorf("listing services: %w", err)
	}
	now := map[string]string{}
	for _, line := range program.Lines(active.Out) {
		if f := strings.Fields(line); len(f) >= 4 {
			now[f[0]] = f[2]
			if f[3] == "auto-restart" {
				now[f[0]] = "failing"
			}
		}
	}
	watched := map[string]bool{}
	for _, line := range enabled {
		f := strings.Fields(line)
		if len(f) < 2 || strings.Contains(f[0], "@.") || !countedUnits[f[1]] || r.ignore.item("service", f[0]) {
			continue
		}
		state := now[f[0]]
		switch state {
		case "":
			state = "inactive"
		case "activating", "deactivating", "reloading":
			r.moving = true
		}
		r.set("service", f[0], f[1]+", "+state)
		watched[f[0]] = state == "active"
	}
	return r.configurations(watched)
}

// countedUnits are the states of unit files of units that are somebody's decision.
var countedUnits = map[string]bool{"enabled": true, "disabled": true, "masked": true, "enabled-runtime": true, "masked-runtime": true, "linked": true}

// configured are services of which it can be seen whether they run with the configuration on the disk: they start processes
// anew when they take one.
var configured = map[string]string{
	"nginx.service": "/etc/nginx", "apache2.service": "/etc/apache2", "haproxy.service": "/etc/haproxy", "supervisor.service": "/etc/supervisor",
	"php-fpm.service": "/etc/php",
}

// configurations adds to services whether they took the last change of their configuration: a handler that was lost shows here.
func (r *running) configurations(active map[string]bool) error {
	for unit, dir := range configured {
		if !active[unit] {
			continue
		}
		changed := r.lastChange(dir)
		started, ok := r.lastStart(unit)
		if !ok || changed.IsZero() {
			continue
		}
		line := "runs with its configuration"
		if changed.After(started.Add(clockGrain)) {
			line = "runs with an older configuration than that in " + dir
		}
		r.set("configuration", unit, line)
	}
	return nil
}

// clockGrain is how exactly the start of a process is known.
const clockGrain = 30 * time.Millisecond

// lastChange is the newest ctime of the files below a directory; directories themselves change with every temporary file.
func (r *running) lastChange(dir string) time.Time {
	var last time.Time
	infos, _ := r.Sys.ReadDir(dir)
	for _, info := range infos {
		t := info.Ctime
		if info.Mode.IsDir() {
			t = r.lastChange(info.Path)
		}
		if info.Mode&fs.ModeSymlink != 0 || info.Mode.IsDir() || info.Mode.IsRegular() {
			if t.After(last) {
				last = t
			}
		}
	}
	return last
}

// lastStart is when the youngest process of a service began.
func (r *running) lastStart(unit string) (last time.Time, ok bool) {
	origin, ok := booted()
	if !ok {
		return last, false
	}
	for _, pid := range r.processes() {
		group, err := r.Sys.ReadFile("/proc/" + pid + "/cgroup")
		if err != nil || !bytes.Contains(group, []byte("/"+unit)) {
			continue
		}
		stat, err := r.Sys.ReadFile("/proc/" + pid + "/stat")
		if err != nil {
			continue
		}
		f := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(f) < 20 {
			continue
		}
		ticks, err := strconv.ParseInt(f[19], 10, 64)
		if err != nil {
			continue
		}
		if t := origin.Add(time.Duration(ticks) * time.Second / ticksPerSecond); t.After(last) {
			last, ok = t, true
		}
	}
	return last, ok
}

// ticksPerSecond is USER_HZ, which is 100 on every platform that Linux programs see.
const ticksPerSecond = 100

func (r *running) processes() []string {
	infos, _ := r.Sys.ReadDir("/proc")
	var out []string
	for _, info := range infos {
		if _, err := strconv.Atoi(info.Name); err == nil {
			out = append(out, info.Name)
		}
	}
	return out
}

// supervised are the programs of supervisor.
func (r *running) supervised() error {
	if !strings.HasSuffix(r.items["service supervisor.service"], "active") || !program.Have(r.Sys, "supervisorctl") {
		return nil
	}
	programs, err := service.Programs(r.ctx, r.Call)
	if err != nil {
		return nil
	}
	for name, status := range programs {
		if status != strings.ToUpper(status) { // words of an error
			continue
		}
		r.moving = r.moving || status == "STARTING" || status == "STOPPING" || status == "BACKOFF"
		r.set("program", name, status)
	}
	return nil
}

// sockets are the ports where somebody listens, those that the kernel gives out at random left out.
func (r *running) sockets() error {
	low, high := 32768, 60999
	if data, err := r.Sys.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
		fmt.Sscan(string(data), &low, &high)
	}
	for _, table := range []struct{ file, name, state string }{
		{"tcp", "tcp", "0A"}, {"tcp6", "tcp", "0A"}, {"udp", "udp", "07"}, {"udp6", "udp", "07"},
	} {
		data, err := r.Sys.ReadFile("/proc/net/" + table.file)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			f := strings.Fields(line)
			if len(f) < 4 || f[3] != table.state {
				continue
			}
			address, port, ok := endpoint(f[1])
			if ok && (port < low || port > high) {
				r.set("listen", fmt.Sprintf("%s %s", table.name, net.JoinHostPort(address, strconv.Itoa(port))), "open")
			}
		}
	}
	return nil
}

// endpoint reads the kernel's form of an address: words in the machine's order (little endian on what we run on).
func endpoint(text string) (address string, port int, ok bool) {
	host, portText, ok := strings.Cut(text, ":")
	raw, err := hex.DecodeString(host)
	n, err2 := strconv.ParseUint(portText, 16, 16)
	if !ok || err != nil || err2 != nil || len(raw)%4 != 0 {
		return "", 0, false
	}
	for i := 0; i < len(raw); i += 4 {
		slices.Reverse(raw[i : i+4])
	}
	return net.IP(raw).String(), int(n), true
}

// othersAtWork tells that another agent is on the target: one whose connection was cut, and that still ends what it ran. It is
// looked for only where the caller says that there should be none.
func (c *capture) othersAtWork() bool {
	own, err := os.Executable()
	if err != nil || !c.Args.Bool("alone") || !strings.HasPrefix(path.Base(own), agentPrefix) {
		return false
	}
	r := &running{capture: c}
	family := c.family()
	for _, pid := range r.processes() {
		exe, err := c.Sys.Readlink("/proc/" + pid + "/exe")
		if err == nil && strings.HasPrefix(path.Base(exe), agentPrefix) && !family[pid] {
			return true
		}
	}
	return false
}

// agentPrefix begins the file names of agents on targets.
const agentPrefix = "agent-"

// family are this process and those that it descends from.
func (c *capture) family() map[string]bool {
	out := map[string]bool{}
	for pid := os.Getpid(); pid > 0 && !out[strconv.Itoa(pid)]; {
		out[strconv.Itoa(pid)] = true
		stat, err := c.Sys.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			break
		}
		f := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(f) < 2 {
			break
		}
		pid, _ = strconv.Atoi(f[1])
	}
	return out
}
