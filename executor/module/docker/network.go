package docker

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
)

// networkTask is one call of docker_network.
type networkTask struct {
	*api
	name    string
	have    dict
	changed bool
	actions []any
	diff    differences
}

func (t *networkTask) did(format string, args ...any) {
	t.changed = true
	t.actions = append(t.actions, fmt.Sprintf(format, args...))
}

// runNetwork is community.docker.docker_network.
func runNetwork(ctx context.Context, a *api) (module.Result, error) {
	t := &networkTask{api: a, name: a.Args.Str("name"), actions: []any{}}
	var err error
	if t.have, err = a.network(ctx, t.name); err != nil {
		return nil, err
	}
	for _, c := range a.Args.List("ipam_config") {
		if _, err := netip.ParsePrefix(asText(asDict(c)["subnet"])); err != nil {
			return nil, module.Fail(fmt.Sprintf("%q is not a valid CIDR", asText(asDict(c)["subnet"])))
		}
	}
	res := module.Result{}
	diff := dict{}
	if a.Args.Str("state") == "absent" {
		t.diff.add("exists", false, t.have != nil)
		if err := t.remove(ctx); err != nil {
			return nil, err
		}
		res["actions"] = t.actions
	} else {
		differ, err := t.present(ctx)
		if err != nil {
			return nil, err
		}
		diff["differences"] = names(differ)
		t.diff = append(t.diff, differ...)
		if a.Check || a.Args.Bool("debug") {
			res["actions"] = t.actions
		}
		if res["network"], err = a.network(ctx, t.name); err != nil {
			return nil, err
		}
	}
	res["changed"] = t.changed
	if a.Diff {
		for k, v := range t.diff.beforeAfter() {
			diff[k] = v
		}
	}
	if a.Diff || a.Check || a.Args.Bool("debug") {
		res["diff"] = diff
	}
	return res, nil
}

func names(d differences) []any {
	out := []any{}
	for _, x := range d {
		out = append(out, x.name)
	}
	return out
}

func (t *networkTask) present(ctx context.Context) (differences, error) {
	connected := t.Args.Strs("connected")
	if len(connected) == 0 {
		connected = connectedTo(t.have)
	}
	var differ differences
	if t.have != nil {
		differ = t.differences()
	}
	t.diff.add("exists", true, t.have != nil)
	if t.have != nil && (t.Args.Bool("force") || len(differ) > 0) {
		if err := t.remove(ctx); err != nil {
			return nil, err
		}
		t.have = nil
	}
	if t.have == nil {
		if err := t.create(ctx); err != nil {
			return nil, err
		}
	}
	for _, name := range connected {
		if slices.Contains(connectedTo(t.have), name) {
			continue
		}
		t.did("Connected container %s", name)
		t.diff.add("connected."+name, true, false)
		if err := t.link(ctx, "connect", name); err != nil {
			return nil, err
		}
	}
	if t.Args.Bool("appends") {
		return differ, nil
	}
	for _, name := range connectedTo(t.have) {
		if !slices.Contains(connected, name) {
			if err := t.disconnect(ctx, name); err != nil {
				return nil, err
			}
		}
	}
	return differ, nil
}

// connectedTo are the names of a network's containers.
func connectedTo(net dict) []string {
	var out []string
	for _, c := range asDict(net["Containers"]) {
		out = append(out, asText(asDict(c)["Name"]))
	}
	slices.Sort(out)
	return out
}

func (t *networkTask) link(ctx context.Context, verb, name string) error {
	if t.Check {
		return nil
	}
	_, err := t.post(ctx, "/networks/"+url.PathEscape(t.name)+"/"+verb, nil, dict{"Container": name})
	if err != nil {
		return module.Fail("An unexpected Docker error occurred: " + err.Error())
	}
	return nil
}

func (t *networkTask) disconnect(ctx context.Context, name string) error {
	t.did("Disconnected container %s", name)
	t.diff.add("connected."+name, false, true)
	return t.link(ctx, "disconnect", name)
}

func (t *networkTask) remove(ctx context.Context) error {
	if t.have == nil {
		return nil
	}
	for _, name := range connectedTo(t.have) {
		if err := t.disconnect(ctx, name); err != nil {
			return err
		}
	}
	t.did("Removed network %s", t.name)
	if t.Check {
		return nil
	}
	if err := t.delete(ctx, "/networks/"+url.PathEscape(t.name), nil); err != nil {
		return module.Fail("An unexpected Docker error occurred: " + err.Error())
	}
	return nil
}

// flags of a network: argument, key of the API, and what it is where the API does not say.
var networkFlags = []struct {
	arg, key string
	absent   any
}{{"enable_ipv6", "EnableIPv6", false}, {"internal", "Internal", false}, {"scope", "Scope", nil}, {"attachable", "Attachable", false}}

// differences are what only a new network can have otherwise.
func (t *networkTask) differences() differences {
	var out differences
	a, net := t.Args, t.have
	if d := a.Str("driver"); d != "" && d != net["Driver"] {
		out.add("driver", d, net["Driver"])
	}
	out.entries("driver_options", apiTexts(a.Map("driver_options")), net["Options"])
	if d := a.Str("ipam_driver"); d != "" && d != at(net, "IPAM", "Driver") {
		out.add("ipam_driver", d, net["IPAM"])
	}
	if opts := a.Map("ipam_driver_options"); opts != nil {
		have := asDict(at(net, "IPAM", "Options"))
		if have == nil {
			have = dict{}
		}
		if !same(opts, have) {
			out.add("ipam_driver_options", opts, have)
		}
	}
	t.addressing(&out)
	for _, f := range networkFlags {
		want := a[f.arg]
		have := net[f.key]
		if have == nil {
			have = f.absent
		}
		if want != nil && want != have {
			out.add(f.arg, want, net[f.key])
		}
	}
	out.entries("labels", a.Map("labels"), net["Labels"])
	return out
}

// entries compares the entries that are asked for.
func (d *differences) entries(name string, want dict, have any) {
	if len(want) == 0 {
		return
	}
	if len(asDict(have)) == 0 {
		d.add(name, want, have)
		return
	}
	for _, k := range asList(sorted(want)) {
		key := asText(k)
		if h, ok := asDict(have)[key]; !ok || !same(want[key], h) {
			d.add(name+"."+key, want[key], h)
		}
	}
}

func (t *networkTask) addressing(out *differences) {
	want := t.Args.List("ipam_config")
	if len(want) == 0 {
		return
	}
	var have []dict
	for _, c := range asList(at(t.have, "IPAM", "Config")) {
		conf := dict{}
		for k, v := range asDict(c) {
			if k == "AuxiliaryAddresses" {
				k = "aux_addresses"
			}
			conf[strings.ToLower(k)] = v
		}
		have = append(have, conf)
	}
	if len(have) == 0 {
		out.add("ipam_config", want, at(t.have, "IPAM", "Config"))
		return
	}
	for i, w := range want {
		given := dict{}
		for k, v := range asDict(w) {
			if v != nil {
				given[k] = v
			}
		}
		var fits dict
		for _, h := range have {
			if within(given, h) {
				fits = h
				break
			}
		}
		for _, k := range asList(sorted(given)) {
			if key := asText(k); !same(given[key], fits[key]) {
				out.add(fmt.Sprintf("ipam_config[%d].%s", i, key), given[key], fits[key])
			}
		}
	}
}

func (t *networkTask) create(ctx context.Context) error {
	a := t.Args
	t.did("Created network %s with driver %s", t.name, a.Str("driver"))
	if t.Check {
		return nil
	}
	request := dict{"Name": t.name, "Driver": a.Str("driver"), "Options": apiTexts(a.Map("driver_options"))}
	for _, f := range networkFlags {
		if v := a[f.arg]; v != nil && v != false {
			request[f.key] = v
		}
	}
	if labels := a.Map("labels"); labels != nil {
		request["Labels"] = labels
	}
	pools := []any{}
	for _, c := range a.List("ipam_config") {
		pools = append(pools, nonempty("Subnet", asDict(c)["subnet"], "IPRange", asDict(c)["iprange"], "Gateway", asDict(c)["gateway"],
			"AuxiliaryAddresses", asDict(c)["aux_addresses"]))
	}
	if a.Str("ipam_driver") != "" || a.Map("ipam_driver_options") != nil || len(pools) > 0 {
		ipam := dict{"Config": pools, "Options": a.Map("ipam_driver_options")}
		if d := a.Str("ipam_driver"); d != "" {
			ipam["Driver"] = d
		}
		request["IPAM"] = ipam
	}
	answer, err := t.post(ctx, "/networks/create", nil, request)
	if err != nil {
		return module.Fail("An unexpected Docker error occurred: " + err.Error())
	}
	t.report(answer)
	t.have, err = t.inspect(ctx, "networks", asText(asDict(answer)["Id"]))
	return err
}

// runVolume is community.docker.docker_volume.
func runVolume(ctx context.Context, a *api) (module.Result, error) {
	name := a.Args.Str("volume_name")
	find := func() (dict, error) { return a.inspect(ctx, "volumes", name) }
	have, err := find()
	if err != nil {
		return nil, module.Fail(err.Error())
	}
	var diff, differ differences
	actions := []any{}
	remove := func() error {
		actions = append(actions, "Removed volume "+name)
		if a.Check {
			return nil
		}
		return a.delete(ctx, "/volumes/"+url.PathEscape(name), nil)
	}
	present := a.Args.Str("state") != "absent"
	diff.add("exists", present, have != nil)
	if present && have != nil {
		if d := a.Args.Str("driver"); d != "" && d != have["Driver"] {
			differ.add("driver", d, have["Driver"])
		}
		differ.entries("driver_options", a.Args.Map("driver_options"), have["Options"])
		for _, k := range asList(sorted(a.Args.Map("labels"))) {
			if want, is := a.Args.Map("labels")[asText(k)], at(have, "Labels", asText(k)); !same(want, is) {
				differ.add("labels."+asText(k), want, is)
			}
		}
	}
	recreate := a.Args.Str("recreate")
	if have != nil && (!present || recreate == "always" || recreate == "options-changed" && len(differ) > 0) {
		if err := remove(); err != nil {
			return nil, module.Fail(err.Error())
		}
		have = nil
	}
	if present && have == nil {
		actions = append(actions, fmt.Sprintf("Created volume %s with driver %s", name, a.Args.Str("driver")))
		if !a.Check {
			request := dict{"Name": name, "Driver": a.Args.Str("driver"), "DriverOpts": a.Args.Map("driver_options")}
			if a.Args.Map("driver_options") == nil {
				request["DriverOpts"] = dict{}
			}
			if labels := a.Args.Map("labels"); labels != nil {
				request["Labels"] = labels
			}
			if _, err := a.post(ctx, "/volumes/create", nil, request); err != nil {
				return nil, module.Fail(err.Error())
			}
		}
	}
	res := module.Result{"changed": len(actions) > 0}
	if a.Check || a.Args.Bool("debug") || !present {
		res["actions"] = actions
	}
	extra := dict{}
	if present {
		extra["differences"] = names(differ)
		if res["volume"], err = find(); err != nil {
			return nil, module.Fail(err.Error())
		}
	}
	if a.Diff {
		for k, v := range append(diff, differ...).beforeAfter() {
			extra[k] = v
		}
	}
	if a.Diff || a.Check || a.Args.Bool("debug") {
		res["diff"] = extra
	}
	return res, nil
}

// pruned are the kinds of things that docker_prune removes: the argument, the path, and the key of what was removed.
var pruned = []struct{ arg, path, key string }{{"containers", "/containers/prune", "ContainersDeleted"}, {"images", "/images/prune", "ImagesDeleted"},
	{"networks", "/networks/prune", "NetworksDeleted"}, {"volumes", "/volumes/prune", "VolumesDeleted"}, {"builder_cache", "/build/prune", ""}}

// pruneFilters are the arguments that say which of them.
var pruneFilters = map[string]string{"containers": "containers_filters", "images": "images_filters", "networks": "networks_filters", "volumes": "volumes_filters"}

// runPrune is community.docker.docker_prune.
func runPrune(ctx context.Context, a *api) (module.Result, error) {
	res := module.Result{}
	changed := false
	for _, p := range pruned {
		if !a.Args.Bool(p.arg) {
			continue
		}
		query := url.Values{}
		if filters := a.Args.Map(pruneFilters[p.arg]); len(filters) > 0 {
			converted := dict{}
			for k, v := range filters {
				values := []any{}
				for _, item := range append(asList(v), scalar(v)...) {
					values = append(values, apiText(item))
				}
				converted[k] = values
			}
			text, err := encode(converted)
			if err != nil {
				return nil, err
			}
			query.Set("filters", text)
		}
		answer, err := a.patient().post(ctx, p.path, query, nil)
		if err != nil {
			return nil, module.Fail("An unexpected Docker error occurred: " + err.Error())
		}
		if p.key != "" {
			gone := asList(asDict(answer)[p.key])
			if gone == nil {
				gone = []any{}
			}
			res[p.arg] = gone
			changed = changed || len(gone) > 0
		}
		if space, ok := asDict(answer)["SpaceReclaimed"].(int64); ok {
			res[p.arg+"_space_reclaimed"] = space
			changed = changed || space > 0
		}
	}
	res["changed"] = changed
	return res, nil
}

// scalar is a list of one value that is no list.
func scalar(v any) []any {
	if isList(v) || v == nil {
		return nil
	}
	return []any{v}
}
