package verify

import (
	"fmt"
	"slices"
	"time"
)

// Report is what came of a verification.
type Report struct {
	// Playbooks and Target are set by the caller, for the reader.
	Playbooks []string      `json:"playbooks"`
	Target    string        `json:"target"`
	Started   time.Time     `json:"started"`
	Took      time.Duration `json:"-"`
	Seconds   float64       `json:"seconds"`
	// Tasks are those of an undisturbed first run, handlers included; prefixes are numbered by them, from 1.
	Tasks []Task `json:"tasks"`
	// First is how they ended in the first run: a Row.
	First []string `json:"first"`
	// Managed is how many items of the state the first run made or changed.
	Managed  int     `json:"managed"`
	Rerun    Trial   `json:"rerun,omitzero"`
	Prefixes []Trial `json:"prefixes"`
	// Walk is the end of the walk, where one was made.
	Walk   *Trial  `json:"walk,omitempty"`
	Drifts []Trial `json:"drifts"`
	// Noise are the items that differ between two undisturbed runs, and of which only the presence is compared.
	Noise []string `json:"noise"`
	// Interrupted is what was being done when somebody ended the verification (Ctrl-C); "" is nobody. Untried are the trials that
	// had no verdict then.
	Interrupted string  `json:"interrupted,omitempty"`
	Untried     []Trial `json:"untried,omitempty"`
	// Failed is how many trials failed, Tried how many there were.
	Tried  int `json:"tried"`
	Failed int `json:"failed"`
}

// Trial is one attempt at a run under adverse conditions.
type Trial struct {
	// Kind is rerun, stop, cut, walk or drift; among the untried also allPrefixes.
	Kind string `json:"kind"`
	// K is how many tasks ran before the interruption, Task the last of them.
	K    int   `json:"k,omitempty"`
	Task *Task `json:"task,omitempty"`
	// Name is what was done to the target, for drift.
	Name string `json:"name,omitempty"`
	// How is walk (concluded from states on the way), snapshot (tried on its own, from a snapshot), exact (tried on its own, from the
	// beginning), "as after run 2", or "ended before the cut".
	How string `json:"how,omitempty"`
	// Row is how each task of the reference ended in the run that was to bring things right: ok, changed, skipped, failed, unreachable,
	// ignored, or "" for one that was not reached.
	Row []string `json:"row,omitempty"`
	// Failure says where the run failed.
	Failure string `json:"failure,omitempty"`
	broke   string // the task at which it did
	// Changed are the tasks that reported a change where there should be none.
	Changed     []Task       `json:"changed,omitempty"`
	Differences []Difference `json:"differences,omitempty"`
	// Lost are the handlers that the interruption took for good, whether that shows or not.
	Lost []Loss `json:"lost,omitempty"`
	// Doubts are why a prefix was, or was to be, tried to the letter.
	Doubts []string `json:"doubts,omitempty"`
	// Culprits are the tasks that the trial failed for, as far as that can be told.
	Culprits []Task `json:"culprits,omitempty"`
	// Blamed are the culprits with what each changed and who foretold it.
	Blamed []Blame `json:"blamed,omitempty"`
}

// Blame is a task with what speaks against it.
type Blame struct {
	Task Task `json:"task"`
	// Rules are the findings of check about the task; none is "not foretold".
	Rules []string `json:"rules"`
	// Lost is the task that had notified the handler that Task is: the run ended before its handlers, and the next one did not notify it.
	Lost        *Task        `json:"lost,omitempty"`
	Reported    bool         `json:"reported,omitempty"` // the task reported the change itself
	Differences []Difference `json:"differences,omitempty"`
}

// OK tells that the trial ended as it should.
func (t *Trial) OK() bool { return t.Failure == "" && len(t.Differences) == 0 && len(t.Changed) == 0 }

// blame writes a difference down against a task.
func (t *Trial) blame(task Task, d Difference) {
	for i := range t.Blamed {
		if t.Blamed[i].Task == task {
			t.Blamed[i].Differences = append(t.Blamed[i].Differences, d)
			return
		}
	}
	t.Blamed = append(t.Blamed, Blame{Task: task, Differences: []Difference{d}})
}

// allPrefixes is the Kind of all interrupted runs together, where it is not known yet which there are.
const allPrefixes = "prefixes"

// All are the trials in the order in which they are told.
func (r *Report) All() []*Trial {
	var out []*Trial
	if r.Rerun.Kind != "" {
		out = append(out, &r.Rerun)
	}
	for i := range r.Prefixes {
		out = append(out, &r.Prefixes[i])
	}
	if r.Walk != nil {
		out = append(out, r.Walk)
	}
	for i := range r.Drifts {
		out = append(out, &r.Drifts[i])
	}
	return out
}

// unseen are the handlers that were lost without a difference that shows, and in how many trials.
func (r *Report) unseen() map[string]int {
	out := map[string]int{}
	for i := range r.Prefixes {
		if p := &r.Prefixes[i]; p.OK() {
			for _, l := range p.Lost {
				out[l.Handler]++
			}
		}
	}
	return out
}

// Unseen says it, a line for each.
func (r *Report) Unseen() []string {
	var out []string
	for _, handler := range sortedKeys(r.unseen()) {
		out = append(out, fmt.Sprintf("%q never ran after %d of these interruptions, and nothing that is compared shows it", handler, r.unseen()[handler]))
	}
	return out
}

// settle completes a report: who is to blame, what was foretold, the totals.
func (r *Report) settle(v *verifier) {
	r.Seconds = r.Took.Seconds()
	slices.SortStableFunc(r.Prefixes, func(a, b Trial) int { return a.K - b.K })
	for _, t := range r.All() {
		r.Tried++
		if t.OK() {
			continue
		}
		r.Failed++
		for _, task := range slices.Concat(t.Culprits, t.Changed) {
			if !slices.ContainsFunc(t.Blamed, func(b Blame) bool { return b.Task == task }) {
				t.Blamed = append(t.Blamed, Blame{Task: task})
			}
		}
		for i := range t.Blamed {
			b := &t.Blamed[i]
			b.Reported = slices.Contains(t.Changed, b.Task)
			b.Rules = []string{}
			b.Rules = append(b.Rules, v.foretold(b.Task)...)
			if b.Lost != nil {
				b.Rules = append(b.Rules, v.foretold(*b.Lost)...)
			}
		}
	}
}

func (v *verifier) foretold(t Task) []string {
	if v.Foretold == nil || t.Path == "" {
		return nil
	}
	return v.Foretold(t.Path)
}

// row brings what came of a run into the order of the reference's tasks.
func (v *verifier) row(t *Trace) []string {
	out := make([]string, len(v.points))
	f := newFinder(v.points)
	for _, s := range t.Steps {
		if at, ok := f.find(s.Task); ok {
			out[at] = s.Status
		}
	}
	return out
}
