package docker

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/module"
)

// container is one call of docker_container.
type container struct {
	*api
	name   string
	params dict // the arguments, with what other arguments imply
	// ways are how options are compared where that is not the default.
	ways     map[string]string
	networks []dict

	changed              bool
	actions              []any
	diff                 differences
	details              []any
	imageDiffers, failed bool
	status               any
	output               string
}

// runContainer is community.docker.docker_container.
func runContainer(ctx context.Context, a *api) (module.Result, error) {
	t := &container{api: a, name: a.Args.Str("name"), params: dict{}, ways: map[string]string{}, actions: []any{}}
	for k, v := range a.Args {
		t.params[k] = v
	}
	if err := t.settle(); err != nil {
		return nil, err
	}
	var facts dict
	var err error
	if t.Args.Str("state") == "absent" {
		err = t.absent(ctx)
	} else {
		facts, err = t.present(ctx)
	}
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": t.changed}
	if t.Check || t.Args.Bool("debug") {
		res["actions"] = t.actions
	}
	if t.Diff || t.Args.Bool("debug") {
		diff := t.diff.beforeAfter()
		if t.details != nil {
			diff["differences"] = t.details
		}
		if t.imageDiffers {
			diff["image_different"] = true
		}
		res["diff"] = diff
	}
	if len(facts) > 0 {
		res["container"] = facts
	}
	if t.status != nil {
		res["status"] = t.status
	}
	if t.failed {
		res["failed"], res["msg"] = true, t.output
	}
	return res, nil
}

// formerDefaults are what arguments were when container_default_behavior is compatibility.
var formerDefaults = dict{"auto_remove": false, "detach": true, "init": false, "interactive": false, "memory": "0", "paused": false,
	"privileged": false, "read_only": false, "tty": false}

// settle reads how to compare, and what one argument implies for another.
func (t *container) settle() error {
	for _, n := range t.Args.List("networks") {
		net := dict{}
		for k, v := range asDict(n) {
			net[k] = v
		}
		t.networks = append(t.networks, net)
	}
	if len(t.networks) > 0 && t.params["network_mode"] == nil && t.Args.Bool("networks_cli_compatible") {
		t.params["network_mode"] = t.networks[0]["name"]
	}
	if t.Args.Str("container_default_behavior") == "compatibility" {
		for k, v := range formerDefaults {
			if t.params[k] == nil {
				t.params[k] = v
			}
		}
	}
	t.ways["stop_timeout"] = ignored
	if t.Args.Bool("ignore_image") {
		t.ways["image"] = ignored
	}
	if t.Args.Bool("purge_networks") {
		t.ways["networks"] = strict
	}
	return t.comparisons()
}

// comparable are the options that comparisons may name, with their shapes.
func comparables() map[string]shape {
	out := map[string]shape{"image": value, "env": set, "labels": mapping, "log_driver": value, "log_options": mapping, "restart_policy": value,
		"restart_retries": value, "platform": value, "network_mode": value, "networks": setOfDicts, "mounts": setOfDicts, "volumes": set,
		"exposed_ports": set, "publish_all_ports": value, "published_ports": mapping, "detach": value, "interactive": value}
	for _, o := range options {
		out[o.name] = o.shape
	}
	return out
}

var optionAliases = map[string]string{"exposed": "exposed_ports", "expose": "exposed_ports", "ports": "published_ports", "log_opt": "log_options"}

func (t *container) comparisons() error {
	given := t.Args.Map("comparisons")
	known := comparables()
	if all, ok := given["*"]; ok {
		if all != strict && all != ignored {
			return module.Fail("The wildcard can only be used with comparison modes 'strict' and 'ignore'!")
		}
		for name := range known {
			if name != "networks" || t.params["networks"] != nil {
				t.ways[name] = asText(all)
			}
		}
	}
	for name, way := range given {
		if name == "*" {
			continue
		}
		if full := optionAliases[name]; full != "" {
			name = full
		}
		s, ok := known[name]
		switch {
		case !ok:
			return module.Fail(fmt.Sprintf("Unknown module option '%s' in comparisons dict!", name))
		case way == more && s == value:
			return module.Fail(fmt.Sprintf("Option '%s' is a value and not a set/list/dict, so its comparison cannot be %s", name, more))
		case way != strict && way != ignored && way != more:
			return module.Fail(fmt.Sprintf("Unknown comparison mode '%v'!", way))
		}
		t.ways[name] = asText(way)
	}
	t.ways["volume_binds"] = t.ways["volumes"]
	return nil
}

func (t *container) way(w wish) string {
	if way := t.ways[w.name]; way != "" {
		return way
	}
	if w.shape == value || w.shape == list {
		return strict
	}
	return more
}

func (t *container) did(changed bool, action dict) {
	t.changed = t.changed || changed
	t.actions = append(t.actions, action)
}

func running(c dict) bool {
	return asBool(at(c, "State", "Running")) && !asBool(at(c, "State", "Ghost"))
}
func paused(c dict) bool { return asBool(at(c, "State", "Paused")) }
func removing(c dict) bool {
	return at(c, "State", "Status") == "removing"
}

func (t *container) present(ctx context.Context) (dict, error) {
	c, err := t.container(ctx, t.name)
	if err != nil {
		return nil, err
	}
	was := c
	image, compared, err := t.image(ctx, c)
	if err != nil {
		return nil, err
	}
	wishes, err := t.wishes(ctx, compared)
	if err != nil {
		return nil, err
	}
	created := false
	if c == nil || removing(c) {
		if t.Args.Str("image") == "" {
			return nil, module.Fail("Cannot create container when image is not specified!")
		}
		t.diff.add("exists", true, false)
		if c != nil && !t.Check {
			if err := t.awaitRemoval(ctx, asText(c["Id"])); err != nil {
				return nil, err
			}
		}
		c, err = t.create(ctx, t.Args.Str("image"), wishes)
		created = true
	} else if t.mustReplace(c, image, wishes) {
		c, err = t.replace(ctx, c, wishes)
		created = true
	}
	if err != nil || c == nil {
		return c, err
	}
	if c, err = t.update(ctx, c, wishes); err == nil {
		if c, err = t.connectNetworks(ctx, c, created); err == nil {
			return t.state(ctx, c, was)
		}
	}
	return nil, err
}

// mustReplace tells whether the container has something that only another one can have otherwise.
func (t *container) mustReplace(c, image dict, wishes []wish) bool {
	var fixed, updatable differences
	for _, w := range wishes {
		if w.want == nil {
			continue
		}
		have := w.have(c)
		if matches(w.want, have, t.way(w), w.shape) {
			continue
		}
		want := w.want
		if w.shape == set || w.shape == setOfDicts {
			want, have = sorted(want), sorted(have)
		}
		if w.update {
			updatable.add(w.name, want, have)
		} else {
			fixed.add(w.name, want, have)
		}
	}
	different := len(fixed) > 0
	if different {
		fixed = append(fixed, updatable...)
	}
	if t.ways["image"] != ignored {
		if id := asText(image["Id"]); id != "" && asText(c["Image"]) != "" && id != c["Image"] {
			t.diff.add("image", id, c["Image"])
			t.imageDiffers = true
		}
		if want := t.Args.Str("image"); t.Args.Str("image_name_mismatch") == "recreate" && want != "" && want != at(c, "Config", "Image") {
			t.diff.add("image_name", want, at(c, "Config", "Image"))
			different = true
		}
	}
	if !different && !t.imageDiffers && !t.Args.Bool("recreate") {
		return false
	}
	t.diff = append(t.diff, fixed...)
	t.details = fixed.details()
	return true
}

func (t *container) replace(ctx context.Context, c dict, wishes []wish) (dict, error) {
	image := t.Args.Str("image")
	if image == "" {
		image = asText(c["Image"])
	}
	if image == "" {
		return nil, module.Fail("Cannot recreate container when image is not specified or cannot be extracted from current container!")
	}
	id := asText(c["Id"])
	if running(c) {
		if err := t.stop(ctx, id); err != nil {
			return nil, err
		}
	}
	if err := t.remove(ctx, id, false); err != nil {
		return nil, err
	}
	if t.Check {
		_, err := t.create(ctx, image, wishes)
		return c, err
	}
	if err := t.awaitRemoval(ctx, id); err != nil {
		return nil, err
	}
	return t.create(ctx, image, wishes)
}

// awaitRemoval waits until the daemon has forgotten a container.
func (t *container) awaitRemoval(ctx context.Context, id string) error {
	var until time.Time
	if limit := t.Args.Float("removal_wait_timeout"); t.Args.Has("removal_wait_timeout") {
		until = time.Now().Add(time.Duration(limit * float64(time.Second)))
	}
	for wait := 100 * time.Millisecond; ; wait = min(wait*2, 5*time.Second) {
		c, err := t.container(ctx, id)
		if err != nil || c == nil {
			return err
		}
		if !removing(c) {
			return module.Fail(fmt.Sprintf("Encountered unexpected state %q while waiting for container %q", at(c, "State", "Status"), id))
		}
		if !until.IsZero() && time.Now().After(until) {
			return module.Fail(fmt.Sprintf("Timeout of %v seconds exceeded while waiting for container %q", t.Args.Float("removal_wait_timeout"), id))
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (t *container) create(ctx context.Context, image string, wishes []wish) (dict, error) {
	request, hostConfig := dict{}, dict{}
	for _, w := range wishes {
		if w.asked {
			w.set(request, hostConfig)
		}
	}
	request["Image"] = image
	if len(hostConfig) > 0 {
		request["HostConfig"] = hostConfig
	}
	t.did(true, dict{"created": "Created container", "create_parameters": request})
	if t.Check {
		return nil, nil
	}
	query := url.Values{"name": {t.name}}
	if p := asText(request["platform"]); p != "" {
		query.Set("platform", p)
		delete(request, "platform")
	}
	made, err := t.post(ctx, "/containers/create", query, request)
	if err != nil {
		return nil, module.Fail("Error creating container: " + err.Error())
	}
	t.report(made)
	return t.container(ctx, asText(asDict(made)["Id"]))
}

// update gives a living container its limits.
func (t *container) update(ctx context.Context, c dict, wishes []wish) (dict, error) {
	request := dict{}
	var differ differences
	for _, w := range wishes {
		if !w.update {
			continue
		}
		w.change(request)
		if have := w.have(c); !matches(w.want, have, t.way(w), w.shape) {
			differ.add(w.name, w.want, have)
		}
	}
	if len(differ) == 0 {
		return c, nil
	}
	t.diff = append(t.diff, differ...)
	id := asText(c["Id"])
	if t.Check {
		t.changed = true
		return c, nil
	}
	t.did(true, dict{"updated": id, "update_parameters": request})
	answer, err := t.post(ctx, "/containers/"+id+"/update", nil, request)
	if err != nil {
		return nil, module.Fail("Error updating container " + id + ": " + err.Error())
	}
	t.report(answer)
	return t.container(ctx, id)
}

// state starts, stops, restarts, pauses.
func (t *container) state(ctx context.Context, c, was dict) (dict, error) {
	want, id := t.Args.Str("state"), asText(c["Id"])
	var err error
	switch {
	case want == "started" && !running(c):
		t.diff.add("running", true, running(was))
		if c, err = t.start(ctx, id); err != nil {
			return nil, err
		}
	case want == "started" && t.Args.Bool("restart"):
		t.diff.add("running", true, running(was))
		t.diff.add("restarted", true, false)
		if c, err = t.restart(ctx, id); err != nil {
			return nil, err
		}
	case want == "stopped" && running(c):
		t.diff.add("running", false, running(was))
		if err = t.stop(ctx, id); err == nil {
			c, err = t.container(ctx, id)
		}
		if err != nil {
			return nil, err
		}
	}
	pause, given := t.params["paused"].(bool)
	if want != "started" || !given || paused(c) == pause {
		return c, nil
	}
	t.diff.add("paused", pause, paused(was))
	t.did(true, dict{"set_paused": pause})
	if t.Check {
		return c, nil
	}
	verb := map[bool]string{true: "pause", false: "unpause"}[pause]
	if _, err := t.post(ctx, "/containers/"+id+"/"+verb, nil, nil); err != nil {
		return nil, module.Fail("Error " + strings.TrimSuffix(verb, "e") + "ing container " + id + ": " + err.Error())
	}
	return t.container(ctx, id)
}

func (t *container) absent(ctx context.Context) error {
	c, err := t.container(ctx, t.name)
	if err != nil || c == nil {
		return err
	}
	id := asText(c["Id"])
	if running(c) {
		t.diff.add("running", false, true)
		if err := t.stop(ctx, id); err != nil {
			return err
		}
	}
	t.diff.add("exists", false, true)
	return t.remove(ctx, id, false)
}

func (t *container) start(ctx context.Context, id string) (dict, error) {
	t.did(true, dict{"started": id})
	if t.Check {
		return t.container(ctx, id)
	}
	if _, err := t.post(ctx, "/containers/"+id+"/start", nil, nil); err != nil {
		return nil, module.Fail("Error starting container " + id + ": " + err.Error())
	}
	if detach, given := t.params["detach"].(bool); !given || detach {
		return t.container(ctx, id)
	}
	return t.attend(ctx, id)
}

// attend waits for a container that is not detached, and returns what it wrote.
func (t *container) attend(ctx context.Context, id string) (dict, error) {
	patient := *t.api
	client := *t.http
	client.Timeout = 0
	patient.http = &client
	answer, err := patient.post(ctx, "/containers/"+id+"/wait", nil, nil)
	if err != nil {
		return nil, err
	}
	t.status = asDict(answer)["StatusCode"]
	if asBool(t.params["auto_remove"]) {
		t.output = "Cannot retrieve result as auto_remove is enabled"
	} else if t.output, err = t.logs(ctx, id); err != nil {
		return nil, err
	}
	if t.Args.Bool("cleanup") {
		if err := t.remove(ctx, id, true); err != nil {
			return nil, err
		}
	}
	c, err := t.container(ctx, id)
	if c == nil {
		c = dict{}
	}
	c["Output"] = t.output
	t.failed = !same(t.status, int64(0))
	return c, err
}

// logs reads what a container wrote, where its log driver can tell.
func (t *container) logs(ctx context.Context, id string) (string, error) {
	c, err := t.container(ctx, id)
	if err != nil {
		return "", err
	}
	driver := asText(at(c, "HostConfig", "LogConfig", "Type"))
	if driver != "json-file" && driver != "journald" && driver != "local" {
		return "Result logged using `" + driver + "` driver", nil
	}
	res, err := t.send(ctx, "GET", "/containers/"+id+"/logs", url.Values{"stdout": {"1"}, "stderr": {"1"}, "tail": {"all"}}, nil, nil)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if asBool(at(c, "Config", "Tty")) || err != nil {
		return string(text), err
	}
	out, _ := split(text)
	return out, nil
}

// split takes the frames apart in which the daemon sends standard output and error: eight bytes of header, the first being
// the stream and the last four the length. The first text has both in their order.
func split(frames []byte) (both string, streams [3]string) {
	for len(frames) >= 8 {
		n := int(binary.BigEndian.Uint32(frames[4:8]))
		kind := frames[0]
		frames = frames[8:]
		if n > len(frames) {
			n = len(frames)
		}
		both += string(frames[:n])
		if int(kind) < len(streams) {
			streams[kind] += string(frames[:n])
		}
		frames = frames[n:]
	}
	return both, streams
}

func (t *container) remove(ctx context.Context, id string, force bool) error {
	volumes := !t.Args.Bool("keep_volumes")
	t.did(true, dict{"removed": id, "volume_state": volumes, "link": false, "force": force})
	if t.Check {
		return nil
	}
	err := t.unpausing(ctx, id, func() error {
		return t.delete(ctx, "/containers/"+id, url.Values{"v": {strconv.FormatBool(volumes)}, "force": {strconv.FormatBool(force)}})
	})
	if err != nil && !isNotFound(err) && !strings.Contains(err.Error(), "is already in progress") {
		return module.Fail("Error removing container " + id + ": " + err.Error())
	}
	return nil
}

// unpausing tries again after unpausing, where the daemon asks for that.
func (t *container) unpausing(ctx context.Context, id string, do func() error) error {
	for range 3 {
		err := do()
		var refused *apiError
		if !errors.As(err, &refused) || !strings.Contains(refused.Message, "Unpause the container before stopping or killing") {
			return err
		}
		if _, err := t.post(ctx, "/containers/"+id+"/unpause", nil, nil); err != nil {
			return err
		}
	}
	return do()
}

func (t *container) stop(ctx context.Context, id string) error {
	if t.Args.Bool("force_kill") {
		signal := t.params["kill_signal"]
		t.did(true, dict{"killed": id, "signal": signal})
		if t.Check {
			return nil
		}
		query := url.Values{}
		if s := asText(signal); s != "" {
			query.Set("signal", s)
		}
		if _, err := t.post(ctx, "/containers/"+id+"/kill", query, nil); err != nil {
			return module.Fail("Error killing container " + id + ": " + err.Error())
		}
		return nil
	}
	t.did(true, dict{"stopped": id, "timeout": t.params["stop_timeout"]})
	if t.Check {
		return nil
	}
	if err := t.unpausing(ctx, id, func() error { return t.slowly(ctx, id, "stop") }); err != nil {
		return module.Fail("Error stopping container " + id + ": " + err.Error())
	}
	return nil
}

func (t *container) restart(ctx context.Context, id string) (dict, error) {
	t.did(true, dict{"restarted": id, "timeout": t.params["stop_timeout"]})
	if !t.Check {
		if err := t.slowly(ctx, id, "restart"); err != nil {
			return nil, module.Fail("Error restarting container " + id + ": " + err.Error())
		}
	}
	return t.container(ctx, id)
}

// slowly makes a request that takes as long as a container needs to stop.
func (t *container) slowly(ctx context.Context, id, verb string) error {
	query, grace := url.Values{}, int64(10)
	if t.Args.Has("stop_timeout") {
		grace = t.Args.Int("stop_timeout")
		query.Set("t", strconv.FormatInt(grace, 10))
	}
	patient := *t.api
	client := *t.http
	client.Timeout += time.Duration(grace) * time.Second
	patient.http = &client
	_, err := patient.post(ctx, "/containers/"+id+"/"+verb, query, nil)
	return err
}

// connectNetworks connects to the networks that are asked for, and leaves others where that is asked for.
func (t *container) connectNetworks(ctx context.Context, c dict, created bool) (dict, error) {
	way := t.ways["networks"]
	id := asText(c["Id"])
	again := false
	if way != ignored || created {
		for _, n := range t.networks {
			have, connected := asDict(at(c, "NetworkSettings", "Networks"))[asText(n["name"])]
			if connected && networkFits(n, asDict(have)) {
				continue
			}
			var was any
			if connected {
				was = dict{"name": n["name"], "ipv4_address": at(have, "IPAMConfig", "IPv4Address"), "ipv6_address": at(have, "IPAMConfig", "IPv6Address"),
					"aliases": at(have, "Aliases"), "links": at(have, "Links")}
			}
			t.diff.add("network."+asText(n["name"]), n, was)
			if err := t.connect(ctx, id, n, connected); err != nil {
				return nil, err
			}
			again = true
		}
	}
	if way == strict && t.params["networks"] != nil || t.Args.Bool("purge_networks") {
		for _, name := range asList(sorted(asDict(at(c, "NetworkSettings", "Networks")))) {
			wanted := false
			for _, n := range t.networks {
				wanted = wanted || n["name"] == name
			}
			if wanted {
				continue
			}
			t.diff.add("network."+asText(name), nil, dict{"name": name, "id": at(c, "NetworkSettings", "Networks", asText(name), "NetworkID")})
			t.did(true, dict{"removed_from_network": name})
			again = true
			if t.Check {
				continue
			}
			if _, err := t.post(ctx, "/networks/"+url.PathEscape(asText(name))+"/disconnect", nil, dict{"Container": id}); err != nil {
				return nil, module.Fail("Error disconnecting container from network " + asText(name) + " - " + err.Error())
			}
		}
	}
	if !again {
		return c, nil
	}
	return t.container(ctx, id)
}

func networkFits(n, have dict) bool {
	for arg, key := range map[string]string{"ipv4_address": "IPv4Address", "ipv6_address": "IPv6Address"} {
		if want := asText(n[arg]); want != "" && want != at(have, "IPAMConfig", key) {
			return false
		}
	}
	return allIn(n["aliases"], have["Aliases"], same) && allIn(linksOf(n), have["Links"], same)
}

// linksOf are a network's links as the API has them, "container:alias".
func linksOf(n dict) any {
	var out []any
	for _, l := range asList(n["links"]) {
		name, alias, ok := strings.Cut(asText(l), ":")
		if !ok {
			alias = name
		}
		out = append(out, name+":"+alias)
	}
	return out
}

func (t *container) connect(ctx context.Context, id string, n dict, connected bool) error {
	name, net := asText(n["name"]), "/networks/"+url.PathEscape(asText(n["id"]))
	if connected {
		t.did(true, dict{"removed_from_network": name})
		if !t.Check {
			if _, err := t.post(ctx, net+"/disconnect", nil, dict{"Container": id}); err != nil {
				return module.Fail("Error disconnecting container from network " + name + " - " + err.Error())
			}
		}
	}
	t.did(true, dict{"added_to_network": name, "network_parameters": n})
	if t.Check {
		return nil
	}
	endpoint := nonempty("IPAMConfig", nonempty("IPv4Address", n["ipv4_address"], "IPv6Address", n["ipv6_address"]))
	if a := asList(n["aliases"]); len(a) > 0 {
		endpoint["Aliases"] = a
	}
	if l := asList(linksOf(n)); len(l) > 0 {
		endpoint["Links"] = l
	}
	if _, err := t.post(ctx, net+"/connect", nil, dict{"Container": id, "EndpointConfig": endpoint}); err != nil {
		return module.Fail("Error connecting container to network " + name + " - " + err.Error())
	}
	return nil
}

// runContainerInfo is community.docker.docker_container_info.
func runContainerInfo(ctx context.Context, a *api) (module.Result, error) {
	c, err := a.container(ctx, a.Args.Str("name"))
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": false, "exists": c != nil, "container": nil}
	if c != nil {
		res["container"] = c
	}
	return res, nil
}

// runExec is community.docker.docker_container_exec.
func runExec(ctx context.Context, a *api) (module.Result, error) {
	argv := a.Args.Strs("argv")
	if cmd := a.Args.Str("command"); cmd != "" {
		var err error
		if argv, err = module.SplitWords(cmd); err != nil {
			return nil, module.Fail("command: " + err.Error())
		}
	}
	env := []any{}
	for k, v := range a.Args.Map("env") {
		text, ok := v.(string)
		if !ok {
			return nil, module.Fail("Non-string value found for env option. Ambiguous env options must be wrapped in quotes to avoid them being interpreted. Key: " + k)
		}
		env = append(env, k+"="+text)
	}
	detach, tty := a.Args.Bool("detach"), a.Args.Bool("tty")
	request := dict{"User": a.Args.Str("user"), "Privileged": false, "Tty": tty, "AttachStdin": false, "AttachStdout": true, "AttachStderr": true, "Cmd": texts(argv)}
	if len(env) > 0 {
		request["Env"] = sorted(env)
	}
	if dir := a.Args.Str("chdir"); dir != "" {
		request["WorkingDir"] = dir
	}
	name := a.Args.Str("container")
	made, err := a.post(ctx, "/containers/"+url.PathEscape(name)+"/exec", nil, request)
	if isNotFound(err) {
		return nil, module.Fail(fmt.Sprintf("Could not find container %q", name))
	}
	if err != nil {
		return nil, module.Fail("An unexpected Docker error occurred: " + err.Error())
	}
	id := asText(asDict(made)["Id"])
	res, err := a.send(ctx, "POST", "/exec/"+id+"/start", nil, dict{"Detach": detach, "Tty": tty}, nil)
	if err != nil {
		return nil, module.Fail("An unexpected Docker error occurred: " + err.Error())
	}
	defer res.Body.Close()
	if detach {
		return module.Result{"changed": true, "exec_id": id}, nil
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	stdout, stderr := string(text), ""
	if !tty {
		_, streams := split(text)
		stdout, stderr = streams[1], streams[2]
	}
	if strip := a.Args.Bool("strip_empty_ends"); strip {
		stdout, stderr = strings.TrimRight(stdout, "\r\n"), strings.TrimRight(stderr, "\r\n")
	}
	done, err := a.get(ctx, "/exec/"+id+"/json", nil)
	if err != nil {
		return nil, err
	}
	return module.Result{"changed": true, "stdout": stdout, "stderr": stderr, "rc": asDict(done)["ExitCode"]}, nil
}
