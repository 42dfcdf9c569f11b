package docker

import (
	"context"
	"fmt"
	"net/url"
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
