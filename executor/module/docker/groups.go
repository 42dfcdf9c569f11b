package docker

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
)

// wish is one thing that a container has to have: what to compare, and how to ask for it.
type wish struct {
	name   string
	shape  shape
	want   any
	have   func(c dict) any
	update bool
	// asked tells that the argument was given: it goes into the request that creates a container.
	asked bool
	set   func(request, hostConfig dict)
	// change puts it into the request that updates a container.
	change func(update dict)
}

// wishes reads the arguments. image is what the container would be made of, and may be nil.
func (t *container) wishes(ctx context.Context, image dict) ([]wish, error) {
	var out []wish
	for _, o := range options {
		v, given := t.params[o.name]
		if !given || v == nil {
			continue
		}
		if o.since != "" && older(t.version, o.since) {
			return nil, module.Fail(fmt.Sprintf("Docker API version is %s. Minimum version required is %s to set %s option.", t.version, o.since, o.name))
		}
		if o.wanted != nil {
			var err error
			if v, err = o.wanted(ctx, t, v); err != nil {
				return nil, err
			}
			if v == nil {
				continue
			}
		}
		out = append(out, o.wish(v))
	}
	for _, group := range []func(context.Context, dict) ([]wish, error){t.terminal, t.environment, t.labels, t.logging, t.restarting, t.platform, t.network0, t.storage, t.ports} {
		ws, err := group(ctx, image)
		if err != nil {
			return nil, err
		}
		out = append(out, ws...)
	}
	return out, nil
}

func (o option) wish(v any) wish {
	w := wish{name: o.name, shape: o.shape, want: v, update: o.update, asked: true}
	w.have = func(c dict) any {
		have := at(c, map[place]string{inConfig: "Config", inHost: "HostConfig"}[o.place], o.key)
		if test := asList(asDict(have)["Test"]); o.key == "Healthcheck" && (have == nil || len(test) == 1 && test[0] == "NONE") {
			return dict{"Test": []any{"NONE"}}
		}
		return have
	}
	w.set = func(request, host dict) {
		if o.place == inHost {
			host[o.key] = v
		} else {
			request[o.key] = v
		}
	}
	w.change = func(update dict) { update[o.key] = v }
	return w
}

func config(key string) func(dict) any { return func(c dict) any { return at(c, "Config", key) } }
func host(key string) func(dict) any   { return func(c dict) any { return at(c, "HostConfig", key) } }

// terminal is detach and interactive, which are five keys of the API.
func (t *container) terminal(context.Context, dict) ([]wish, error) {
	detach, interactive := t.params["detach"], t.params["interactive"]
	set := func(request, _ dict) {
		attached := !asBool(detach)
		for _, k := range []string{"AttachStdout", "AttachStderr"} {
			request[k] = attached
		}
		request["OpenStdin"] = interactive
		request["AttachStdin"], request["StdinOnce"] = attached && asBool(interactive), attached && asBool(interactive)
	}
	out := []wish{{name: "terminal", asked: true, set: set, have: func(dict) any { return nil }}}
	if interactive != nil {
		out = append(out, wish{name: "interactive", want: interactive, have: func(c dict) any { return asBool(at(c, "Config", "OpenStdin")) }})
	}
	if detach != nil {
		out = append(out, wish{name: "detach", want: detach, have: func(c dict) any {
			return !(asBool(at(c, "Config", "AttachStderr")) && asBool(at(c, "Config", "AttachStdout")))
		}})
	}
	return out, nil
}

// environment is env over env_file; the image's own variables are expected beside them.
func (t *container) environment(_ context.Context, image dict) ([]wish, error) {
	asked := map[string]string{}
	var order []string
	put := func(k, v string) {
		if _, there := asked[k]; !there {
			order = append(order, k)
		}
		asked[k] = v
	}
	given := t.params["env"] != nil || t.params["env_file"] != nil
	if file := t.Path("env_file"); file != "" {
		text, err := t.Sys.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			k, v, ok := strings.Cut(line, "=")
			if !ok {
				return nil, module.Fail(fmt.Sprintf("Invalid line in environment file %s:\n%s", file, line))
			}
			put(k, v)
		}
	}
	for k, v := range asDict(t.params["env"]) {
		text, ok := v.(string)
		if !ok {
			return nil, module.Fail("Non-string value found for env option. Ambiguous env options must be wrapped in quotes to avoid them being interpreted. Key: " + k)
		}
		put(k, text)
	}
	formatted := []any{}
	for _, k := range order {
		formatted = append(formatted, k+"="+asked[k])
	}
	sort := sorted(formatted)
	expected := []any{}
	for _, e := range asList(at(image, "Config", "Env")) {
		if k, _, _ := strings.Cut(asText(e), "="); !has(asked, k) {
			expected = append(expected, e)
		}
	}
	expected = append(expected, asList(sort)...)
	return []wish{{name: "env", shape: set, want: expected, have: config("Env"), asked: given, set: func(r, _ dict) { r["Env"] = sort }}}, nil
}

func has(m map[string]string, k string) bool { _, ok := m[k]; return ok }

func (t *container) labels(_ context.Context, image dict) ([]wish, error) {
	given := asDict(t.params["labels"])
	if given == nil {
		return nil, nil
	}
	asked := dict{}
	expected := dict{}
	of := asDict(at(image, "Config", "Labels"))
	if t.Args.Str("image_label_mismatch") != "fail" {
		for k, v := range of {
			expected[k] = v
		}
	}
	for k, v := range given {
		asked[k] = v
		expected[k] = v
	}
	if t.ways["labels"] == strict && t.Args.Str("image_label_mismatch") == "fail" {
		var extra []string
		for _, k := range asList(sorted(of)) {
			if _, ok := given[asText(k)]; !ok {
				extra = append(extra, strconv.Quote(asText(k)))
			}
		}
		if len(extra) > 0 {
			return nil, module.Fail("Some labels should be removed but are present in the base image. You can set image_label_mismatch to 'ignore' to ignore this error. Labels: " +
				strings.Join(extra, ", "))
		}
	}
	return []wish{{name: "labels", shape: mapping, want: expected, have: config("Labels"), asked: true, set: func(r, _ dict) { r["Labels"] = asked }}}, nil
}

func (t *container) logging(context.Context, dict) ([]wish, error) {
	driver := t.params["log_driver"]
	if driver == nil {
		return nil, nil
	}
	opts := dict{}
	for k, v := range asDict(t.params["log_options"]) {
		opts[k] = pythonText(v)
		if _, ok := v.(string); !ok {
			t.Warn("Non-string value found for log_options option '%s'. The value is automatically converted to '%s'. If this is not correct, or you want to avoid such warnings, please quote the value.",
				k, pythonText(v))
		}
	}
	out := []wish{{name: "log_driver", want: driver, have: func(c dict) any { return at(c, "HostConfig", "LogConfig", "Type") }, asked: true,
		set: func(_, h dict) { h["LogConfig"] = dict{"Type": driver, "Config": opts} }}}
	if t.params["log_options"] != nil {
		out = append(out, wish{name: "log_options", shape: mapping, want: opts, have: func(c dict) any { return at(c, "HostConfig", "LogConfig", "Config") }})
	}
	return out, nil
}

func (t *container) restarting(context.Context, dict) ([]wish, error) {
	policy, retries := t.params["restart_policy"], t.params["restart_retries"]
	if policy == nil {
		return nil, nil
	}
	request := dict{"Name": policy, "MaximumRetryCount": retries}
	out := []wish{{name: "restart_policy", want: policy, update: true, have: func(c dict) any { return at(c, "HostConfig", "RestartPolicy", "Name") },
		asked: true, set: func(_, h dict) { h["RestartPolicy"] = request }, change: func(u dict) { u["RestartPolicy"] = request }}}
	if retries != nil {
		out = append(out, wish{name: "restart_retries", want: retries, update: true, have: func(c dict) any { return at(c, "HostConfig", "RestartPolicy", "MaximumRetryCount") },
			change: func(dict) {}})
	}
	return out, nil
}

func (t *container) platform(context.Context, dict) ([]wish, error) {
	p := t.params["platform"]
	if p == nil {
		return nil, nil
	}
	return []wish{{name: "platform", want: p, have: func(c dict) any { return c["Platform"] }, asked: true, set: func(r, _ dict) { r["platform"] = p }}}, nil
}

// network0 is the network mode: the first network that a container gets. The others are connected when it exists.
func (t *container) network0(ctx context.Context, _ dict) ([]wish, error) {
	for i, n := range t.networks {
		net, err := t.network(ctx, asText(n["name"]))
		if err != nil {
			return nil, err
		}
		if net == nil {
			return nil, module.Fail("Parameter error: network named " + asText(n["name"]) + " could not be found. Does it exist?")
		}
		t.networks[i]["id"] = net["Id"]
	}
	mode := t.params["network_mode"]
	if mode == nil {
		return nil, nil
	}
	mode, err := otherContainer(ctx, t, mode)
	if err != nil {
		return nil, err
	}
	return []wish{{name: "network_mode", want: mode, have: host("NetworkMode"), asked: true, set: func(_, h dict) { h["NetworkMode"] = mode }}}, nil
}

// volumeFlags are what may be the last part of a volume.
var volumeFlags = strings.Fields("rw ro z Z consistent delegated cached rprivate private rshared shared rslave slave nocopy")

func areFlags(s string) bool {
	for _, f := range strings.Split(s, ",") {
		known := false
		for _, k := range volumeFlags {
			known = known || k == f
		}
		if !known {
			return false
		}
	}
	return true
}

// volume is one of the argument volumes, taken apart.
type volume struct{ text, bind, inside string }

func (t *container) volume(text string) (volume, error) {
	p := strings.Split(text, ":")
	outside, flags := p[0], "rw"
	switch {
	case len(p) == 3:
		if flags = p[2]; !areFlags(flags) {
			return volume{}, module.Fail("Found invalid volumes mode: " + flags)
		}
	case len(p) == 2 && !areFlags(p[1]):
	default:
		return volume{text: text, inside: p[min(1, len(p)-1)]}, nil
	}
	if outside != "" && (outside[0] == '.' || outside[0] == '~') {
		outside = path.Clean(t.ExpandPath(outside))
		if !path.IsAbs(outside) {
			return volume{}, module.Fail("volumes: " + outside + " is relative, and there is no directory here that it could be relative to")
		}
	}
	bind := outside + ":" + p[1] + ":" + flags
	return volume{text: text, bind: bind, inside: p[1]}, nil
}

// storage is mounts and volumes: binds, and the volumes without a name.
func (t *container) storage(_ context.Context, image dict) ([]wish, error) {
	var out []wish
	used := map[string]string{}
	use := func(inside, arg string) error {
		if other, twice := used[inside]; twice && other == arg {
			return module.Fail(fmt.Sprintf("The mount point %q appears twice in the %s option", inside, arg))
		} else if twice {
			return module.Fail(fmt.Sprintf("The mount point %q appears both in the %s and %s option", inside, arg, other))
		}
		used[inside] = arg
		return nil
	}
	if v, given := t.params["mounts"]; given && v != nil {
		var want, request []any
		for _, m := range asList(v) {
			if err := use(asText(asDict(m)["target"]), "mounts"); err != nil {
				return nil, err
			}
			w, r, err := mount(asDict(m))
			if err != nil {
				return nil, err
			}
			want, request = append(want, w), append(request, r)
		}
		out = append(out, wish{name: "mounts", shape: setOfDicts, want: want, have: mountsOf, asked: true, set: func(_, h dict) { h["Mounts"] = request }})
	}
	anonymous, binds := dict{}, []any{}
	for _, v := range t.Args.Strs("volumes") {
		vol, err := t.volume(v)
		if err == nil {
			err = use(vol.inside, "volumes")
		}
		if err != nil {
			return nil, err
		}
		if vol.bind != "" {
			binds = append(binds, vol.bind)
		} else {
			anonymous[vol.text] = dict{}
		}
	}
	expected := dict{}
	for k := range asDict(at(image, "Config", "Volumes")) {
		expected[k] = dict{}
	}
	for k := range anonymous {
		expected[k] = dict{}
	}
	given := t.params["volumes"] != nil
	if len(expected) > 0 {
		out = append(out, wish{name: "volumes", shape: set, want: expected, have: config("Volumes")})
	}
	return append(out, wish{name: "volume_binds", shape: set, want: binds, have: host("Binds"), asked: given, set: func(r, h dict) {
		r["Volumes"], h["Binds"] = anonymous, binds
	}}), nil
}

// mountOnly are options of a mount that one type alone has.
var mountOnly = []struct{ option, kind string }{{"volume_driver", "volume"}, {"volume_options", "volume"}, {"propagation", "bind"}, {"no_copy", "volume"},
	{"labels", "volume"}, {"tmpfs_size", "tmpfs"}, {"tmpfs_mode", "tmpfs"}}

// mount is a mount as it is compared, by the names of the arguments, and as it is asked for.
func mount(m dict) (want, request dict, err error) {
	kind, target := asText(m["type"]), asText(m["target"])
	if m["source"] == nil && kind != "tmpfs" && kind != "volume" {
		return nil, nil, module.Fail(fmt.Sprintf("source must be specified for mount %q of type %q", target, kind))
	}
	for _, o := range mountOnly {
		if m[o.option] != nil && kind != o.kind {
			return nil, nil, module.Fail(fmt.Sprintf("%s cannot be specified for mount %q of type %q (needs type %q)", o.option, target, kind, o.kind))
		}
	}
	want = dict{}
	for k, v := range m {
		if v != nil {
			want[k] = v
		}
	}
	delete(want, "volume_options")
	if m["volume_driver"] != nil && len(asDict(m["volume_options"])) > 0 {
		want["volume_options"] = apiTexts(asDict(m["volume_options"]))
	}
	if labels := asDict(m["labels"]); labels != nil {
		want["labels"] = apiTexts(labels)
	}
	if s := asText(m["tmpfs_size"]); s != "" {
		if want["tmpfs_size"], err = amount(s); err != nil {
			return nil, nil, err
		}
	}
	if s := module.Args(m).Text("tmpfs_mode"); s != "" {
		n, err := strconv.ParseInt(s, 8, 32)
		if err != nil {
			return nil, nil, module.Fail(fmt.Sprintf("tmp_fs mode of mount %q is not an octal string!", target))
		}
		want["tmpfs_mode"] = n
	}
	request = dict{"Target": m["target"], "Source": m["source"], "Type": kind, "ReadOnly": m["read_only"]}
	if c := want["consistency"]; c != nil {
		request["Consistency"] = c
	}
	nested := map[string]dict{"bind": nonempty("Propagation", want["propagation"]),
		"tmpfs": nonempty("Mode", want["tmpfs_mode"], "SizeBytes", want["tmpfs_size"])}
	volume := nonempty("Labels", want["labels"])
	if asBool(m["no_copy"]) {
		volume["NoCopy"] = true
	}
	if d := want["volume_driver"]; d != nil {
		volume["DriverConfig"] = nonempty("Name", d, "Options", want["volume_options"])
	}
	nested["volume"] = volume
	if opts := nested[kind]; len(opts) > 0 {
		request[strings.ToUpper(kind[:1])+kind[1:]+"Options"] = opts
	}
	return want, request, nil
}

// nonempty makes an object of the pairs that have a value.
func nonempty(pairs ...any) dict {
	out := dict{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := pairs[i+1]; v != nil && v != "" && !(asDict(v) != nil && len(asDict(v)) == 0) {
			out[pairs[i].(string)] = v
		}
	}
	return out
}

// mountsOf are a container's mounts by the names of the arguments.
func mountsOf(c dict) any {
	mounts := at(c, "HostConfig", "Mounts")
	if mounts == nil {
		return nil
	}
	out := []any{}
	or := func(v, def any) any {
		if v == nil {
			return def
		}
		return v
	}
	for _, m := range asList(mounts) {
		out = append(out, dict{"type": at(m, "Type"), "source": at(m, "Source"), "target": at(m, "Target"), "read_only": or(at(m, "ReadOnly"), false),
			"consistency": at(m, "Consistency"), "propagation": at(m, "BindOptions", "Propagation"), "no_copy": or(at(m, "VolumeOptions", "NoCopy"), false),
			"labels": or(at(m, "VolumeOptions", "Labels"), dict{}), "volume_driver": at(m, "VolumeOptions", "DriverConfig", "Name"),
			"volume_options": or(at(m, "VolumeOptions", "DriverConfig", "Options"), dict{}), "tmpfs_size": at(m, "TmpfsOptions", "SizeBytes"),
			"tmpfs_mode": at(m, "TmpfsOptions", "Mode")})
	}
	return out
}

// ports is published_ports, exposed_ports and publish_all_ports.
func (t *container) ports(ctx context.Context, image dict) ([]wish, error) {
	bound, err := t.published(ctx)
	if err != nil {
		return nil, err
	}
	exposed := dict{}
	for _, p := range t.Args.List("exposed_ports") {
		exposed[withProtocol(strings.TrimSpace(pythonText(p)))] = dict{}
	}
	for p := range bound {
		if !inRanges(exposed, p) {
			exposed[p] = dict{}
		}
	}
	expected := []any{}
	for p := range exposed {
		expected = append(expected, p)
	}
	for p := range asDict(at(image, "Config", "ExposedPorts")) {
		if _, there := exposed[withProtocol(p)]; !there {
			expected = append(expected, withProtocol(p))
		}
	}
	all := t.params["publish_all_ports"]
	published := t.params["published_ports"] != nil
	out := []wish{}
	if published {
		out = append(out, wish{name: "published_ports", shape: mapping, want: bound, have: host("PortBindings"), asked: true, set: func(_, h dict) { h["PortBindings"] = bound }})
	}
	out = append(out, wish{name: "exposed_ports", shape: set, want: sorted(expected), have: func(c dict) any {
		have := []any{}
		for p := range asDict(at(c, "Config", "ExposedPorts")) {
			have = append(have, withProtocol(p))
		}
		return have
	}, asked: true, set: func(r, _ dict) { r["ExposedPorts"] = exposed }})
	if all != nil {
		out = append(out, wish{name: "publish_all_ports", want: all, have: host("PublishAllPorts"), asked: asBool(all), set: func(_, h dict) { h["PublishAllPorts"] = all }})
	}
	return out, nil
}

func withProtocol(port string) string {
	if strings.Contains(port, "/") {
		return port
	}
	return port + "/tcp"
}

// inRanges tells that a port is exposed as part of a range.
func inRanges(exposed dict, port string) bool {
	number, protocol, _ := strings.Cut(port, "/")
	n, _ := strconv.Atoi(number)
	for e := range exposed {
		span, p, _ := strings.Cut(e, "/")
		from, to, isRange := strings.Cut(span, "-")
		first, _ := strconv.Atoi(from)
		last, _ := strconv.Atoi(to)
		if p == protocol && isRange && first <= n && n <= last {
			return true
		}
	}
	return false
}

// published reads "[[address:]port:]port[/protocol]", the ports being ranges or not, as the API's PortBindings.
func (t *container) published(ctx context.Context) (dict, error) {
	out := dict{}
	for _, p := range t.Args.List("published_ports") {
		text := pythonText(p)
		if text == "all" {
			return nil, module.Fail("Specifying \"all\" in published_ports is no longer allowed. Set publish_all_ports to \"true\" instead to randomly assign port mappings for those not specified by published_ports.")
		}
		parts := splitAddress(text)
		inside, protocol, _ := strings.Cut(parts[len(parts)-1], "/")
		inner, err := portRange(inside)
		if err != nil {
			return nil, err
		}
		address, outside := "", ""
		switch len(parts) {
		case 1:
		case 2:
			outside = parts[0]
		case 3:
			address, outside = strings.Trim(parts[0], "[]"), parts[1]
			if _, err := netip.ParseAddr(address); err != nil {
				return nil, module.Fail("Bind addresses for published ports must be IPv4 or IPv6 addresses, not hostnames. Use the dig lookup to resolve hostnames. (Found hostname: " + parts[0] + ")")
			}
		default:
			return nil, module.Fail(fmt.Sprintf("Invalid port description \"%s\" - expected 1 to 3 colon-separated parts, but got %d. Maybe you forgot to use square brackets ([...]) around an IPv6 address?", text, len(parts)))
		}
		if address == "" {
			if address, err = t.defaultAddress(ctx); err != nil {
				return nil, err
			}
		}
		outer := []string{outside}
		if len(inner) > 1 && outside != "" {
			if outer, err = portRange(outside); err != nil {
				return nil, err
			}
		}
		for i, port := range inner {
			key := withProtocol(port + map[bool]string{true: "/" + protocol}[protocol != ""])
			hostPort := ""
			if outside != "" {
				if i >= len(outer) {
					break
				}
				hostPort = outer[i]
			}
			bindings := asList(out[key])
			out[key] = append(bindings, dict{"HostIp": address, "HostPort": hostPort})
		}
	}
	return out, nil
}

// splitAddress splits at colons outside of brackets.
func splitAddress(s string) []string {
	open := strings.IndexByte(s, '[')
	shut := strings.IndexByte(s, ']')
	if open != 0 || shut < 0 {
		return strings.Split(s, ":")
	}
	rest := strings.Split(s[shut+1:], ":")
	return append([]string{s[:shut+1]}, rest[1:]...)
}

func portRange(s string) ([]string, error) {
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil || last < first {
		return nil, module.Fail(fmt.Sprintf("Invalid port range: \"%s\"", s))
	}
	var out []string
	for n := first; n <= last; n++ {
		out = append(out, strconv.Itoa(n))
	}
	return out, nil
}

// defaultAddress is where ports are published that name no address.
func (t *container) defaultAddress(ctx context.Context) (string, error) {
	if t.params["default_host_ip"] != nil {
		return strings.Trim(t.Args.Str("default_host_ip"), "[]"), nil
	}
	for _, n := range t.networks {
		net, err := t.network(ctx, asText(n["name"]))
		if err != nil {
			return "", err
		}
		if net == nil {
			return "", module.Fail("Cannot inspect the network '" + asText(n["name"]) + "' to determine the default IP")
		}
		if ip := asText(at(net, "Options", "com.docker.network.bridge.host_binding_ipv4")); net["Driver"] == "bridge" && ip != "" {
			return ip, nil
		}
	}
	return "0.0.0.0", nil
}
