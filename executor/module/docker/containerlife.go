package docker

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/module"
)

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
