package output

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
)

// jsonOutput is one document at the end, in the form of the callback ansible.posix.json: plays, their tasks, the results by host, the
// totals.
type jsonOutput struct {
	*display
	plays  []*jsonPlay
	byTask map[int]*jsonTask
	stats  event.Stats
	ended  bool
}

type jsonPlay struct {
	name       string
	start, end time.Time
	tasks      []*jsonTask
}

type jsonTask struct {
	task       *event.Task
	start, end time.Time
	hosts      []string
	results    map[string]*value.Dict
}

func newJSON(o Options) *jsonOutput {
	return &jsonOutput{display: newDisplay(o), byTask: map[int]*jsonTask{}}
}

// Emit implements event.Sink.
func (j *jsonOutput) Emit(e event.Event) {
	switch e := e.(type) {
	case event.PlayStart:
		j.plays = append(j.plays, &jsonPlay{name: e.Name, start: j.Now()})
		j.byTask = map[int]*jsonTask{}
	case event.TaskStart:
		j.task(e.Task)
	case event.Result:
		j.result(&e)
	case event.Stats:
		j.stats, j.ended = e, true
	case event.Warning, event.Deprecation, event.Problem:
		j.messages(e) // on the other stream: the document stays one
	case event.Say:
		if e.Stderr {
			j.messages(e)
		}
	}
}

func (j *jsonOutput) task(t *event.Task) *jsonTask {
	if jt := j.byTask[t.ID]; jt != nil {
		return jt
	}
	if len(j.plays) == 0 {
		j.plays = append(j.plays, &jsonPlay{start: j.Now()})
	}
	play := j.plays[len(j.plays)-1]
	jt := &jsonTask{task: t, start: j.Now(), results: map[string]*value.Dict{}}
	j.byTask[t.ID] = jt
	play.tasks = append(play.tasks, jt)
	return jt
}

func (j *jsonOutput) result(e *event.Result) {
	t := j.task(e.Task)
	res := result(e.Dict)
	res.SetStr("action", value.Str(e.Task.Action))
	switch e.Status {
	case event.Failed:
		res.SetStr("failed", value.Bool(true))
	case event.Skipped:
		res.SetStr("skipped", value.Bool(true))
	case event.Unreachable:
		res.SetStr("unreachable", value.Bool(true))
	}
	if _, seen := t.results[e.Host]; !seen {
		t.hosts = append(t.hosts, e.Host)
	}
	t.results[e.Host] = res
	t.end = j.Now()
	j.plays[len(j.plays)-1].end = t.end
}

// Close implements Output: it writes the document.
func (j *jsonOutput) Close() error {
	plays := value.NewList()
	for n, p := range j.plays {
		plays.Items = append(plays.Items, p.document(n))
	}
	doc := value.NewDict()
	custom, global := value.NewDict(), value.NewDict()
	for _, host := range slices.Sorted(maps.Keys(j.stats.Custom)) {
		stats := j.stats.Custom[host]
		if host == "_run" {
			global = shown(stats)
		} else {
			custom.SetStr(host, shown(stats))
		}
	}
	doc.SetStr("custom_stats", custom)
	doc.SetStr("global_custom_stats", global)
	doc.SetStr("plays", plays)
	doc.SetStr("stats", statsDict(j.stats.Hosts))
	o := pyjson.Default()
	four := "    "
	o.Indent, o.ItemSeparator, o.SortKeys = &four, ",", true
	o.Convert = func(v value.Value) (value.Value, bool) { return value.Str(toText(v)), true }
	text, err := pyjson.Dumps(doc, o)
	if err != nil {
		return fmt.Errorf("writing the run as JSON: %w", err)
	}
	j.out.text(text + "\n")
	return j.display.Close()
}

func (p *jsonPlay) document(n int) value.Value {
	tasks := value.NewList()
	for _, t := range p.tasks {
		tasks.Items = append(tasks.Items, t.document())
	}
	return dict("play", dict("name", value.Str(p.name), "id", value.Str(fmt.Sprintf("play-%d", n+1)), "duration", duration(p.start, p.end)), "tasks", tasks)
}

func (t *jsonTask) document() value.Value {
	hosts := value.NewDict()
	for _, h := range t.hosts {
		hosts.SetStr(h, t.results[h])
	}
	return dict("task", dict("name", value.Str(t.task.Name), "id", value.Str(fmt.Sprintf("task-%d", t.task.ID)), "path", value.Str(t.task.Path),
		"duration", duration(t.start, t.end)), "hosts", hosts)
}

func duration(start, end time.Time) value.Value {
	d := dict("start", value.Str(stamp(start)))
	if !end.IsZero() {
		d.SetStr("end", value.Str(stamp(end)))
	}
	return d
}

// stamp is Python's isoformat in UTC with a Z.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000") + "Z" }

func statsDict(hosts map[string]event.Summary) *value.Dict {
	d := value.NewDict()
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		n := hosts[host]
		d.SetStr(host, dict("ok", value.Int(n.OK), "failures", value.Int(n.Failed), "unreachable", value.Int(n.Unreachable), "changed", value.Int(n.Changed),
			"skipped", value.Int(n.Skipped), "rescued", value.Int(n.Rescued), "ignored", value.Int(n.Ignored)))
	}
	return d
}

// dict makes a dict of alternating keys and values.
func dict(pairs ...any) *value.Dict {
	d := value.NewDict()
	for i := 0; i+1 < len(pairs); i += 2 {
		d.SetStr(pairs[i].(string), pairs[i+1].(value.Value))
	}
	return d
}
