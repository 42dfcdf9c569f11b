package output

import (
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
)

// jsonLines is one JSON object a line and event, written as it happens: for programs that follow a run. "_event" is the
// name that the event has among Ansible's callbacks, "_timestamp" the time.
type jsonLines struct{ *display }

func newJSONLines(o Options) *jsonLines { return &jsonLines{newDisplay(o)} }

// Emit implements event.Sink.
func (j *jsonLines) Emit(e event.Event) {
	switch e := e.(type) {
	case event.PlaybookStart:
		j.write("v2_playbook_on_start", "playbook", value.Str(e.Path))
	case event.PlayStart:
		hosts := value.NewList()
		for _, h := range e.Hosts {
			hosts.Items = append(hosts.Items, value.Str(h))
		}
		j.write("v2_playbook_on_play_start", "play", dict("name", value.Str(e.Name), "hosts", hosts))
	case event.NoHostsMatched:
		j.write("v2_playbook_on_no_hosts_matched")
	case event.NoHostsRemaining:
		j.write("v2_playbook_on_no_hosts_remaining")
	case event.TaskStart:
		name := "v2_playbook_on_task_start"
		if e.Task.Handler {
			name = "v2_playbook_on_handler_task_start"
		}
		j.write(name, "task", taskDict(e.Task))
	case event.Item:
		j.outcome("v2_runner_item_on_"+e.Status.String(), &e.Outcome)
	case event.Result:
		j.outcome("v2_runner_on_"+e.Status.String(), &e.Outcome, "ignored", value.Bool(e.Ignored))
	case event.Retry:
		j.outcome("v2_runner_retry", &e.Outcome, "attempts", value.Int(e.Attempts), "retries", value.Int(e.Retries))
	case event.Notified:
		j.write("v2_playbook_on_notify", "handler", value.Str(e.Handler), "host", value.Str(e.Host))
	case event.Include:
		j.write("v2_playbook_on_include", "path", value.Str(e.Path))
	case event.Stats:
		j.write("v2_playbook_on_stats", "stats", statsDict(e.Hosts))
	case event.Warning, event.Deprecation, event.Problem:
		j.messages(e)
	}
}

func taskDict(t *event.Task) *value.Dict {
	return dict("id", value.Int(t.ID), "name", value.Str(t.Name), "action", value.Str(t.Action), "path", value.Str(t.Path))
}

func (j *jsonLines) outcome(name string, o *event.Outcome, more ...any) {
	fields := append([]any{"task", taskDict(o.Task), "host", value.Str(o.Host), "seconds", value.Float(o.Took.Seconds()), "result", result(o.Dict)}, more...)
	j.write(name, fields...)
}

func (j *jsonLines) write(name string, fields ...any) {
	d := dict(append([]any{"_event", value.Str(name), "_timestamp", value.Str(stamp(j.Now()))}, fields...)...)
	o := pyjson.Default()
	o.Convert = func(v value.Value) (value.Value, bool) { return value.Str(toText(v)), true }
	text, err := pyjson.Dumps(d, o)
	if err != nil {
		d.SetStr("result", value.Str(err.Error()))
		if text, err = pyjson.Dumps(d, o); err != nil {
			return
		}
	}
	j.out.text(text + "\n")
}
