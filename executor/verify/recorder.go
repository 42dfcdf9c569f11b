package verify

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
)

// recorder makes a Trace of a run's events.
type recorder struct {
	mu      sync.Mutex
	trace   *Trace
	steps   map[int]*Step // by the task's id: its last start
	reading map[int]map[string]bool
	current *Step
}

func taskOf(t *event.Task) Task {
	return Task{Path: t.Path, Name: t.Name, Action: t.Action, Handler: t.Handler, Register: t.Register}
}

// Emit implements event.Sink.
func (r *recorder) Emit(e event.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := e.(type) {
	case event.TaskStart:
		s := &Step{Task: taskOf(e.Task), Sets: map[string]string{}, Paths: map[string]bool{}}
		r.steps[e.Task.ID], r.current = s, s
		r.trace.Steps = append(r.trace.Steps, s)
		r.reading[e.Task.ID] = map[string]bool{}
		s.Reads = r.reading[e.Task.ID]
	case event.Result:
		if s := r.steps[e.Task.ID]; s != nil {
			s.result(&e)
		}
	case event.Item:
		if s := r.steps[e.Task.ID]; s != nil {
			s.paths(e.Dict)
		}
	case event.Notified:
		if r.current != nil {
			r.current.Notified = append(r.current.Notified, e.Handler)
		}
	}
}

// reads is a Runner's Reads.
func (r *recorder) reads(t *event.Task, variable string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.reading[t.ID]; m != nil {
		m[variable] = true
	}
}

// done completes the trace of a run that ended with an exit code, or was stopped.
func (r *recorder) done(code int, stopped bool) *Trace {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trace.Code, r.trace.Stopped = code, stopped
	return r.copied(stopped || code == 0)
}

// sofar is the trace of a run that goes on.
func (r *recorder) sofar() *Trace {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.copied(true)
}

// copied is a copy that no event changes any more. A failure that did not end the run was, or is to be, rescued.
func (r *recorder) copied(goesOn bool) *Trace {
	out := *r.trace
	out.Steps = make([]*Step, len(r.trace.Steps))
	for i, s := range r.trace.Steps {
		c := *s
		c.Reads, c.Sets, c.Paths, c.Notified = maps.Clone(s.Reads), maps.Clone(s.Sets), maps.Clone(s.Paths), slices.Clone(s.Notified)
		if c.Status == "failed" && goesOn {
			c.Status = "ignored"
		}
		out.Steps[i] = &c
	}
	return &out
}

// rank orders what came of a task on several hosts: the worst counts.
var rank = map[string]int{"": 0, "skipped": 1, "ok": 2, "changed": 3, "ignored": 4, "unreachable": 5, "failed": 6}

// result takes what came of the task on a host.
func (s *Step) result(e *event.Result) {
	status := e.Status.String()
	switch {
	case e.Status == event.OK && e.Changed():
		status = "changed"
	case e.Ignored:
		status = "ignored"
	}
	if rank[status] > rank[s.Status] {
		s.Status = status
		if status == "failed" || status == "unreachable" {
			s.Message = message(e.Dict)
		}
	}
	s.Took = max(s.Took, e.Took)
	s.paths(e.Dict)
	for name, v := range leaves(e.Task, e.Dict) {
		s.Sets[name] += e.Host + "=" + comparable(v) + "\n"
	}
}

func message(d *value.Dict) string {
	text := ""
	for _, key := range []string{"msg", "stderr"} {
		if v, ok := d.GetStr(key); ok && text == "" {
			text, _ = value.ToStr(v)
		}
	}
	return strings.TrimSpace(text)
}

func (s *Step) paths(d *value.Dict) {
	if d == nil {
		return
	}
	for _, key := range []string{"path", "dest"} {
		if v, ok := d.GetStr(key); ok {
			if p, isText := v.(value.Str); isText {
				s.Paths[string(p)] = true
			}
		}
	}
}

// factsAsOne is where modules that gather the state of the target leave it: each adds to what others have gathered.
const factsAsOne = "ansible_facts"

// leaves are the variables that a task leaves for later ones: its register, facts that it sets, and of modules that gather the
// state of the target all facts as one.
func leaves(t *event.Task, d *value.Dict) map[string]value.Value {
	out := map[string]value.Value{}
	if t.Register != "" {
		out[t.Register] = d
	}
	facts, ok := d.GetStr("ansible_facts")
	if !ok {
		return out
	}
	switch t.Action[strings.LastIndexByte(t.Action, '.')+1:] {
	case "set_fact", "include_vars":
		if dict, ok := facts.(*value.Dict); ok {
			for k, v := range dict.All() {
				if name, ok := k.(value.Str); ok {
					out[string(name)] = v
				}
			}
		}
	case "package_facts", "service_facts", "getent":
		out[factsAsOne] = facts
	}
	return out
}

// passing are keys of results that differ with each run and tell nothing.
var passing = map[string]bool{"start": true, "end": true, "delta": true, "atime": true, "mtime": true, "ctime": true, "inode": true, "dev": true,
	"version": true, "diff": true, "invocation": true, "pid": true, "elapsed": true, "attempts": true, "uid": true, "gid": true,
	"ansible_job_id": true, "results_file": true, "cache_update_time": true, "cache_updated": true, "stdout_lines": true, "stderr_lines": true}

// comparable writes a value for comparison.
func comparable(v value.Value) string {
	o := pyjson.Default()
	o.SortKeys = true
	text, err := pyjson.Dumps(lasting(v), o)
	if err != nil {
		return err.Error()
	}
	return text
}

// lasting leaves out what passes.
func lasting(v value.Value) value.Value {
	switch v := v.(type) {
	case *value.Dict:
		out := value.NewDict()
		for k, item := range v.All() {
			name, isText := k.(value.Str)
			if isText && (passing[string(name)] || strings.HasPrefix(string(name), "_ansible")) {
				continue
			}
			_ = out.Set(k, lasting(item)) // a key of another dict is hashable
		}
		return out
	case *value.List:
		items := make([]value.Value, len(v.Items))
		for i, item := range v.Items {
			items[i] = lasting(item)
		}
		return value.NewList(items...)
	}
	return v
}
