package verify

import (
	"testing"

	"pylint-deploy/executor/event"
	"pylint-deploy/parser/jinja/value"
)

// result is an event of a task that ended.
func result(id int, status event.Status, pairs ...any) event.Result {
	d := value.NewDict()
	for i := 0; i < len(pairs); i += 2 {
		v, _ := value.FromGo(pairs[i+1])
		d.SetStr(pairs[i].(string), v)
	}
	return event.Result{Outcome: event.Outcome{Task: &event.Task{ID: id, Register: "out"}, Host: "web", Status: status, Dict: d}}
}

// A failed task has failed the run where that ended with it; where the run went on, or was stopped when it was about to, there was a
// rescue.
func TestRescuedFailuresAreNone(t *testing.T) {
	for _, c := range []struct {
		name    string
		code    int
		stopped bool
		want    string
	}{{"the run ended with it", 2, false, "failed"}, {"the run went on", 0, false, "ignored"}, {"the run was stopped before the rescue", 0, true, "ignored"}} {
		r := &recorder{trace: &Trace{}, steps: map[int]*Step{}, reading: map[int]map[string]bool{}}
		r.Emit(event.TaskStart{Task: &event.Task{ID: 1, Name: "install"}})
		r.Emit(result(1, event.Failed, "msg", "no such package"))
		trace := r.done(c.code, c.stopped)
		if got := trace.Steps[0].Status; got != c.want || (trace.failure() == "") != (c.want == "ignored") {
			t.Errorf("%s: %s, %q; want %s", c.name, got, trace.failure(), c.want)
		}
	}
}

// What a task leaves for later ones is compared without what differs each time.
func TestResultsAreComparedWithoutTimes(t *testing.T) {
	left := func(pairs ...any) string {
		s := &Step{Sets: map[string]string{}, Paths: map[string]bool{}}
		e := result(1, event.OK, pairs...)
		s.result(&e)
		return s.Sets["out"]
	}
	if a, b := left("rc", int64(0), "delta", "0:00:01"), left("rc", int64(0), "delta", "0:00:02"); a != b {
		t.Errorf("%s and %s should be the same", a, b)
	}
	if a, b := left("rc", int64(0)), left("rc", int64(1)); a == b {
		t.Errorf("%s should not be the same for another rc", a)
	}
}
