package docker

import (
	"context"
	"fmt"
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
