package verify

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Task is one task of a run as it is started: handlers and included tasks too, each time anew.
type Task struct {
	// Path is "file:line"; "" for tasks of the program's own (gathering facts).
	Path string `json:"path"`
	Name string `json:"name"`
	// Action is the module as written.
	Action  string `json:"action"`
	Handler bool   `json:"handler,omitempty"`
	// Register is the variable that keeps the result.
	Register string `json:"-"`
}

// where names a task for people.
func (t Task) where() string {
	if t.Path == "" {
		return fmt.Sprintf("%q", t.Name)
	}
	return fmt.Sprintf("%q (%s)", t.Name, t.Path)
}

// Trace is what happened in a run.
type Trace struct {
	Steps []*Step
	// Code is the exit code of a run to its end.
	Code int
	// Stopped tells that Watch.Before ended the run; Cut that connections were cut, while the step CutIn ran.
	Stopped bool
	Cut     bool
}

// Step is a task with what came of it.
type Step struct {
	Task
	// Status is the worst of all hosts: ok, changed, skipped, failed, unreachable; "" where it did not end. A failure that is
	// ignored or rescued is "ignored".
	Status string
	// Message is why it failed.
	Message string
	Took    time.Duration
	// Sets are the variables that the step left for later ones, as comparable text; Reads those that it asked for.
	Sets  map[string]string
	Reads map[string]bool
	// Paths are the files that its results name.
	Paths map[string]bool
	// Notified are the handlers that it notified.
	Notified []string
}

// failure says where and why a run failed; "" is a success.
func (t *Trace) failure() string {
	if s := t.broken(); s != nil {
		return s.where() + ": " + s.Message
	}
	if t.Code != 0 && !t.Stopped {
		return fmt.Sprintf("exit code %d", t.Code)
	}
	return ""
}

// broken is the step that ended the run: the last that failed, those before were rescued. nil is none.
func (t *Trace) broken() *Step {
	for _, s := range slices.Backward(t.Steps) {
		if s.Status == "failed" || s.Status == "unreachable" {
			return s
		}
	}
	return nil
}

// changed are the tasks that reported a change.
func (t *Trace) changed() []Task {
	var out []Task
	for _, s := range t.Steps {
		if s.Status == "changed" {
			out = append(out, s.Task)
		}
	}
	return out
}

func (t *Trace) tasks() []Task {
	out := make([]Task, len(t.Steps))
	for i, s := range t.Steps {
		out[i] = s.Task
	}
	return out
}

// point is a task of the reference run. The same task may be started several times: then it is the nth time that counts.
type point struct {
	Task
	time int
}

func pointsOf(t *Trace) []point {
	c := counter{}
	out := make([]point, len(t.Steps))
	for i, s := range t.Steps {
		out[i] = c.next(s.Task)
	}
	return out
}

// counter numbers the starts of each task in a run.
type counter map[Task]int

func (c counter) next(t Task) point {
	t.Register = ""
	c[t]++
	return point{t, c[t]}
}

// finder finds the tasks of a run among those of the reference.
type finder struct {
	places map[point]int
	count  counter
}

func newFinder(points []point) *finder {
	f := &finder{places: map[point]int{}, count: counter{}}
	for i, p := range points {
		f.places[p] = i
	}
	return f
}

// find gives the place of the task that starts now; ok is false for one that the reference has not.
func (f *finder) find(t Task) (at int, ok bool) {
	at, ok = f.places[f.count.next(t)]
	return at, ok
}

// reached tells that the kth task of the reference was started.
func (t *Trace) reached(points []point, k int) bool {
	f := newFinder(points)
	for _, s := range t.Steps {
		if at, ok := f.find(s.Task); ok && at == k-1 {
			return true
		}
	}
	return false
}

// carried says what a run had with it after its first k tasks that a run which did them again has not: handlers that were
// notified and not run, and results that later tasks read and that are not the same the second time.
func carried(reference, resumed *Trace, k int) []string {
	var out []string
	still := pending(resumed.Steps)
	lost := pending(reference.Steps[:k])
	for _, handler := range sortedKeys(lost) {
		if _, ok := still[handler]; !ok {
			out = append(out, fmt.Sprintf("the handler %q, notified by %s, had not run", handler, lost[handler].where()))
		}
	}
	before, after := setBy(reference.Steps[:k]), setBy(resumed.Steps)
	for _, name := range sortedKeys(before) {
		if before[name].text == after[name].text {
			continue
		}
		for _, later := range reference.Steps[k:] {
			if later.Reads[name] {
				out = append(out, fmt.Sprintf("%s reads %q, which %s set otherwise", later.where(), name, before[name].by.where()))
				break
			}
			if later.replaces(name, before[name].text+after[name].text) {
				break
			}
		}
	}
	return out
}

// pending are the handlers that were notified and not run, and who notified them first.
func pending(steps []*Step) map[string]Task {
	out := map[string]Task{}
	for _, s := range steps {
		if s.Handler {
			delete(out, s.Name)
		}
		for _, h := range s.Notified {
			if _, known := out[h]; !known {
				out[h] = s.Task
			}
		}
	}
	return out
}

// Loss is a handler that a run was to come to and did not, and that no later run comes to.
type Loss struct {
	Handler string `json:"handler"`
	// By is the task that had notified it.
	By Task `json:"by"`
}

// losses are the handlers that waited when the first k tasks of an undisturbed run had ended, changed something there, and to which the run
// after did not come.
func losses(reference, resumed *Trace, k int) []Loss {
	waiting := pending(reference.Steps[:k])
	for _, s := range resumed.Steps {
		if s.Handler {
			delete(waiting, s.Name)
		}
	}
	var out []Loss
	for _, s := range reference.Steps[k:] {
		if by, lost := waiting[s.Name]; lost && s.Handler && s.Status == "changed" {
			out = append(out, Loss{s.Name, by})
		}
	}
	return out
}

// set is the last value of a variable and who set it.
type set struct {
	text string
	by   Task
}

// replaces tells that the step sets a variable, on all hosts that a text of its values names.
func (s *Step) replaces(name, values string) bool {
	text, sets := s.Sets[name]
	for line := range strings.Lines(values) {
		host, _, _ := strings.Cut(line, "=")
		sets = sets && strings.Contains("\n"+text, "\n"+host+"=")
	}
	return sets && name != factsAsOne
}

func setBy(steps []*Step) map[string]set {
	out := map[string]set{}
	for _, s := range steps {
		for name, text := range s.Sets {
			out[name] = set{text, s.Task}
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
