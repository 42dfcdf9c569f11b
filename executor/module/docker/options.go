package docker

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
)

// place says which part of a container's description has an option.
type place uint8

const (
	inConfig place = iota
	inHost         // HostConfig
)

// option is an argument of docker_container that is one key of the API.
type option struct {
	name  string
	shape shape
	place place
	key   string
	// wanted makes the API's value of the argument; nil takes it as it is.
	wanted func(ctx context.Context, t *container, v any) (any, error)
	// update tells that a container may be given another value while it lives.
	update bool
	// since is the API version that has it.
	since string
}

// options are in the order of the module's documentation of differences. Those that are more than one key are in groups.go.
var options = []option{
	{name: "auto_remove", place: inHost, key: "AutoRemove"},
	{name: "blkio_weight", place: inHost, key: "BlkioWeight", update: true},
	{name: "capabilities", shape: set, place: inHost, key: "CapAdd"},
	{name: "cap_drop", shape: set, place: inHost, key: "CapDrop"},
	{name: "cgroupns_mode", place: inHost, key: "CgroupnsMode", since: "1.41"},
	{name: "cgroup_parent", place: inHost, key: "CgroupParent"},
	{name: "command", shape: list, key: "Cmd", wanted: command},
	{name: "cpu_period", place: inHost, key: "CpuPeriod", update: true},
	{name: "cpu_quota", place: inHost, key: "CpuQuota", update: true},
	{name: "cpuset_cpus", place: inHost, key: "CpusetCpus", update: true},
	{name: "cpuset_mems", place: inHost, key: "CpusetMems", update: true},
	{name: "cpu_shares", place: inHost, key: "CpuShares", update: true},
	{name: "entrypoint", shape: list, key: "Entrypoint", wanted: entrypoint},
	{name: "cpus", place: inHost, key: "NanoCpus", wanted: nanoCPUs},
	{name: "devices", shape: setOfDicts, place: inHost, key: "Devices", wanted: devices},
	{name: "device_read_bps", shape: setOfDicts, place: inHost, key: "BlkioDeviceReadBps", wanted: rates},
	{name: "device_write_bps", shape: setOfDicts, place: inHost, key: "BlkioDeviceWriteBps", wanted: rates},
	{name: "device_read_iops", shape: setOfDicts, place: inHost, key: "BlkioDeviceReadIOps", wanted: rates},
	{name: "device_write_iops", shape: setOfDicts, place: inHost, key: "BlkioDeviceWriteIOps", wanted: rates},
	{name: "device_requests", shape: setOfDicts, place: inHost, key: "DeviceRequests", wanted: deviceRequests, since: "1.40"},
	{name: "dns_servers", shape: list, place: inHost, key: "Dns"},
	{name: "dns_opts", shape: set, place: inHost, key: "DnsOptions"},
	{name: "dns_search_domains", shape: list, place: inHost, key: "DnsSearch"},
	{name: "domainname", key: "Domainname"},
	{name: "etc_hosts", shape: set, place: inHost, key: "ExtraHosts", wanted: extraHosts},
	{name: "groups", shape: set, place: inHost, key: "GroupAdd"},
	{name: "healthcheck", shape: mapping, key: "Healthcheck", wanted: healthcheck},
	{name: "hostname", key: "Hostname"},
	{name: "init", place: inHost, key: "Init"},
	{name: "ipc_mode", place: inHost, key: "IpcMode", wanted: otherContainer},
	{name: "kernel_memory", place: inHost, key: "KernelMemory", wanted: bytesOf, update: true},
	{name: "links", shape: set, place: inHost, key: "Links", wanted: links},
	{name: "mac_address", key: "MacAddress", wanted: macAddress},
	{name: "memory", place: inHost, key: "Memory", wanted: bytesOf, update: true},
	{name: "memory_reservation", place: inHost, key: "MemoryReservation", wanted: bytesOf, update: true},
	{name: "memory_swap", place: inHost, key: "MemorySwap", wanted: bytesOf, update: true},
	{name: "memory_swappiness", place: inHost, key: "MemorySwappiness"},
	{name: "stop_timeout", key: "StopTimeout"},
	{name: "oom_killer", place: inHost, key: "OomKillDisable"},
	{name: "oom_score_adj", place: inHost, key: "OomScoreAdj"},
	{name: "pid_mode", place: inHost, key: "PidMode", wanted: otherContainer},
	{name: "pids_limit", place: inHost, key: "PidsLimit"},
	{name: "privileged", place: inHost, key: "Privileged"},
	{name: "read_only", place: inHost, key: "ReadonlyRootfs"},
	{name: "runtime", place: inHost, key: "Runtime"},
	{name: "security_opts", shape: set, place: inHost, key: "SecurityOpt"},
	{name: "shm_size", place: inHost, key: "ShmSize", wanted: bytesOf},
	{name: "stop_signal", key: "StopSignal"},
	{name: "storage_opts", shape: mapping, place: inHost, key: "StorageOpt"},
	{name: "sysctls", shape: mapping, place: inHost, key: "Sysctls", wanted: inText},
	{name: "tmpfs", shape: mapping, place: inHost, key: "Tmpfs", wanted: tmpfs},
	{name: "tty", key: "Tty"},
	{name: "ulimits", shape: setOfDicts, place: inHost, key: "Ulimits", wanted: ulimits},
	{name: "user", key: "User"},
	{name: "userns_mode", place: inHost, key: "UsernsMode"},
	{name: "uts", place: inHost, key: "UTSMode"},
	{name: "volume_driver", place: inHost, key: "VolumeDriver"},
	{name: "volumes_from", shape: set, place: inHost, key: "VolumesFrom"},
	{name: "working_dir", key: "WorkingDir"},
}

// words makes a command of an argument that may be a text or a list.
func words(t *container, v any) (any, error) {
	items := asList(v)
	if items == nil {
		split, err := module.SplitWords(module.Args{"v": v}.Text("v"))
		if err != nil {
			return nil, module.Fail("command: " + err.Error())
		}
		return texts(split), nil
	}
	out := []any{}
	for _, w := range items {
		out = append(out, pythonText(w))
	}
	if t.Args.Str("command_handling") != "compatibility" {
		return out, nil
	}
	var joined []string
	for _, w := range out {
		joined = append(joined, w.(string))
	}
	split, err := module.SplitWords(strings.Join(joined, " "))
	return texts(split), err
}

func command(_ context.Context, t *container, v any) (any, error) {
	if t.Args.Str("command_handling") == "compatibility" && (v == "" || isList(v) && len(asList(v)) == 0) {
		return nil, nil
	}
	return words(t, v)
}

func entrypoint(ctx context.Context, t *container, v any) (any, error) { return command(ctx, t, v) }

// pythonText is Python's str() of a scalar.
func pythonText(v any) string {
	if b, ok := v.(bool); ok {
		return map[bool]string{true: "True", false: "False"}[b]
	}
	return module.Args{"v": v}.Text("v")
}

func nanoCPUs(_ context.Context, _ *container, v any) (any, error) {
	return int64(math.RoundToEven(module.Args{"v": v}.Float("v") * 1e9)), nil
}

func devices(_ context.Context, _ *container, v any) (any, error) {
	out := []any{}
	for _, d := range asList(v) {
		p := strings.Split(asText(d), ":")
		inside, rights := p[0], "rwm"
		if len(p) > 1 {
			inside = p[1]
		}
		if len(p) > 2 {
			rights = p[2]
		}
		out = append(out, dict{"PathOnHost": p[0], "PathInContainer": inside, "CgroupPermissions": rights})
	}
	return out, nil
}

func rates(_ context.Context, _ *container, v any) (any, error) {
	out := []any{}
	for _, d := range asList(v) {
		rate := asDict(d)["rate"]
		if text, ok := rate.(string); ok {
			n, err := amount(text)
			if err != nil {
				return nil, err
			}
			rate = n
		}
		out = append(out, dict{"Path": asDict(d)["path"], "Rate": rate})
	}
	return out, nil
}

func deviceRequests(_ context.Context, _ *container, v any) (any, error) {
	out := []any{}
	for _, d := range asList(v) {
		r := asDict(d)
		out = append(out, dict{"Driver": r["driver"], "Count": r["count"], "DeviceIDs": r["device_ids"], "Capabilities": r["capabilities"], "Options": r["options"]})
	}
	return out, nil
}

func extraHosts(_ context.Context, _ *container, v any) (any, error) {
	out := []any{}
	for name, address := range asDict(v) {
		out = append(out, name+":"+pythonText(address))
	}
	return out, nil
}

func inText(_ context.Context, _ *container, v any) (any, error) {
	out := dict{}
	for k, x := range asDict(v) {
		out[k] = pythonText(x)
	}
	return out, nil
}

func macAddress(_ context.Context, _ *container, v any) (any, error) {
	return strings.ReplaceAll(asText(v), "-", ":"), nil
}

func links(_ context.Context, t *container, v any) (any, error) {
	out := []any{}
	for _, l := range asList(v) {
		name, alias, ok := strings.Cut(asText(l), ":")
		if !ok {
			alias = name
		}
		out = append(out, "/"+name+":/"+t.name+"/"+alias)
	}
	return out, nil
}

func tmpfs(_ context.Context, _ *container, v any) (any, error) {
	out := dict{}
	for _, s := range asList(v) {
		dir, flags, _ := strings.Cut(asText(s), ":")
		out[dir] = flags
	}
	return out, nil
}

func ulimits(_ context.Context, _ *container, v any) (any, error) {
	out := []any{}
	for _, u := range asList(v) {
		p := strings.Split(asText(u), ":")
		if len(p) < 2 {
			return nil, module.Fail("ulimits: " + asText(u) + " is not name:soft or name:soft:hard")
		}
		soft, err := strconv.ParseInt(p[1], 10, 64)
		hard := soft
		if err == nil && len(p) == 3 {
			hard, err = strconv.ParseInt(p[2], 10, 64)
		}
		if err != nil {
			return nil, module.Fail("ulimits: " + asText(u) + " has a limit that is no number")
		}
		out = append(out, dict{"Name": p[0], "Soft": soft, "Hard": hard})
	}
	return out, nil
}

// otherContainer puts the id of a container in the place of its name, since that is what the daemon reports.
func otherContainer(ctx context.Context, t *container, v any) (any, error) {
	name, ok := strings.CutPrefix(asText(v), "container:")
	if !ok {
		return v, nil
	}
	other, err := t.container(ctx, name)
	if err != nil {
		return nil, err
	}
	if other == nil {
		t.Warn("Cannot find a container with name or ID %q", name)
		return v, nil
	}
	return "container:" + asText(other["Id"]), nil
}

func healthcheck(_ context.Context, _ *container, v any) (any, error) {
	given := asDict(v)
	test := given["test"]
	if test == nil || test == "" || isList(test) && len(asList(test)) == 0 {
		return dict{"Test": []any{"NONE"}}, nil
	}
	out := dict{}
	if isList(test) {
		items := []any{}
		for _, w := range asList(test) {
			items = append(items, pythonText(w))
		}
		out["Test"] = items
	} else {
		out["Test"] = []any{"CMD-SHELL", pythonText(test)}
	}
	for arg, key := range map[string]string{"interval": "Interval", "timeout": "Timeout", "start_period": "StartPeriod"} {
		if s := asText(given[arg]); s != "" {
			n, err := nanoseconds(s)
			if err != nil {
				return nil, err
			}
			if n != 0 {
				out[key] = n
			}
		}
	}
	if n, ok := given["retries"].(int64); ok && n != 0 {
		out["Retries"] = n
	}
	return out, nil
}

// durations are the units of a duration, in the order in which they may follow each other, in nanoseconds.
var durations = []struct {
	unit string
	ns   int64
}{{"h", 3600e9}, {"m", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}}

// nanoseconds reads "1h30m5s100ms".
func nanoseconds(s string) (int64, error) {
	total, rest := int64(0), s
	for _, d := range durations {
		end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if end <= 0 {
			break
		}
		unit := rest[end:]
		if i := strings.IndexFunc(unit, func(r rune) bool { return r >= '0' && r <= '9' }); i >= 0 {
			unit = unit[:i]
		}
		if unit != d.unit {
			continue
		}
		n, err := strconv.ParseInt(rest[:end], 10, 64)
		if err != nil {
			break
		}
		total += n * d.ns
		rest = rest[end+len(unit):]
	}
	if rest != "" || s == "" {
		return 0, module.Fail("Invalid time duration - " + s)
	}
	return total, nil
}

func bytesOf(_ context.Context, _ *container, v any) (any, error) {
	s := module.Args{"v": v}.Text("v")
	if s == "unlimited" || s == "-1" {
		return int64(-1), nil
	}
	return amount(s)
}

// amount reads a number of bytes with an optional unit, "512M", as Ansible's human_to_bytes.
func amount(s string) (int64, error) {
	s = strings.TrimSpace(s)
	end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	number, unit := s, ""
	if end >= 0 {
		number, unit = s[:end], strings.TrimSpace(s[end:])
	}
	f, err := strconv.ParseFloat(number, 64)
	power := 0
	if unit != "" && err == nil {
		power = strings.IndexByte("BKMGTPEZY", strings.ToUpper(unit)[0])
		if rest := unit[1:]; power < 0 || rest != "" && (power == 0 || rest != "B" && !strings.EqualFold(rest, "byte") && !strings.EqualFold(rest, "b")) {
			power = -1
		}
	}
	if err != nil || power < 0 {
		return 0, module.Fail(fmt.Sprintf("Failed to convert %s to bytes: it is no number with one of the units B, K, M, G, T", s))
	}
	return int64(math.Round(f * math.Pow(1024, float64(power)))), nil
}
