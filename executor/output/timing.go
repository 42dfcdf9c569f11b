package output

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pylint-deploy/executor/event"
)

// timing is a summary of the slowest tasks after the run, in the form of the callback ansible.posix.profile_tasks.
type timing struct {
	*display
	order   []*event.Task
	took    map[int]time.Duration // by task, the slowest host: what the run waited for
	started time.Time
}

// slowest is how many tasks the summary has.
const slowest = 20

func newTiming(o Options) *timing {
	return &timing{display: newDisplay(o), took: map[int]time.Duration{}, started: o.Now()}
}

// Emit implements event.Sink.
func (t *timing) Emit(e event.Event) {
	r, ok := e.(event.Result)
	if !ok {
		return
	}
	if _, seen := t.took[r.Task.ID]; !seen {
		t.order = append(t.order, r.Task)
	}
	t.took[r.Task.ID] = max(t.took[r.Task.ID], r.Took)
}

// Close implements Output: it writes the summary.
func (t *timing) Close() error {
	tasks := slices.Clone(t.order)
	slices.SortStableFunc(tasks, func(a, b *event.Task) int { return cmp.Compare(t.took[b.ID], t.took[a.ID]) })
	t.line(fmt.Sprintf("Playbook run took %s for %d tasks", t.Now().Sub(t.started).Round(time.Millisecond), len(tasks)), plain)
	t.line(strings.Repeat("=", t.Width), plain)
	for _, task := range tasks[:min(len(tasks), slowest)] {
		took := fmt.Sprintf(" %.2fs", t.took[task.ID].Seconds())
		name := task.Name + " "
		t.line(name+strings.Repeat("-", max(t.Width-textWidth(name)-len(took), 3))+took, plain)
	}
	return t.display.Close()
}

// timer says how long a run took, as the callback ansible.posix.timer does.
type timer struct {
	*display
	started time.Time
}

func newTimer(o Options) *timer { return &timer{display: newDisplay(o), started: o.Now()} }

// Emit implements event.Sink.
func (t *timer) Emit(e event.Event) {
	if _, last := e.(event.Stats); !last {
		return
	}
	seconds := int(t.Now().Sub(t.started).Seconds())
	t.line(fmt.Sprintf("Playbook run took %d days, %d hours, %d minutes, %d seconds", seconds/86400, seconds/3600%24, seconds/60%60, seconds%60), plain)
}
