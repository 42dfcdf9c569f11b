package verify

import (
	"context"
	"fmt"
	"slices"
)

// exact tries one prefix to the letter: the first k tasks of an undisturbed run, a stop behind the last or a cut in it; then
// everything. It must end where an undisturbed run ends.
func (v *verifier) exact(ctx context.Context, i interruption) (Trial, error) {
	from, err := v.reach(ctx, i)
	if err != nil {
		return Trial{}, fmt.Errorf("%s: %w", i, err)
	}
	resumed, err := v.Play(ctx, Watch{})
	if err != nil {
		return Trial{}, fmt.Errorf("the run after %s: %w", i, err)
	}
	t, err := v.verdict(ctx, i, resumed)
	switch {
	case v.uncut:
		t.How = quicker
	case t.How == "":
		t.How = string(from)
	}
	return t, err
}

// verdict compares what the run after an interruption came to with what an undisturbed run comes to.
func (v *verifier) verdict(ctx context.Context, i interruption, resumed *Trace) (Trial, error) {
	t := Trial{Kind: kindOf(i.cut), K: i.k, Task: &v.points[i.k-1].Task, Row: v.row(resumed), Failure: resumed.failure(),
		Lost: losses(v.reference, resumed, i.whole())}
	now, err := v.Capture(ctx, Ended)
	if err != nil {
		return t, err
	}
	t.Differences = v.noise.without(Diff(v.deployed, now))
	if len(t.Differences) > 0 && allIn(t.Differences, v.known) && t.Failure == "" {
		t.How = "as after run 2"
	}
	if b := resumed.broken(); b != nil {
		t.broke = b.where()
	}
	if !t.OK() {
		v.suspect(&t, i, resumed)
	}
	return t, nil
}

// allIn tells that a list has nothing but what is known.
func allIn(list []Difference, known itemSet) bool {
	return !slices.ContainsFunc(list, func(d Difference) bool { return !known[d.key()] })
}

// suspect names the tasks that a failed prefix is probably due to: those that an undisturbed run does from here on and the resumed run left
// out, among them the handlers that were lost. Where that run failed, those count whose condition no longer held, and else the task
// that failed. Where there is none, it is the last one before the interruption.
func (v *verifier) suspect(t *Trial, i interruption, resumed *Trace) {
	broken := resumed.broken()
	did := map[point]string{}
	c := counter{}
	for _, s := range resumed.Steps {
		did[c.next(s.Task)] = s.Status
	}
	done := i.whole()
	for at, s := range v.reference.Steps[done:] {
		now := did[v.points[done+at]]
		if s.Status != "changed" || now == "changed" || broken != nil && now != "skipped" {
			continue
		}
		t.Culprits = append(t.Culprits, s.Task)
		if at := slices.IndexFunc(t.Lost, func(l Loss) bool { return s.Handler && l.Handler == s.Name }); at >= 0 {
			t.Blamed = append(t.Blamed, Blame{Task: s.Task, Lost: &t.Lost[at].By})
		}
	}
	if len(t.Culprits) > 0 {
		return
	}
	last := v.points[i.k-1].Task
	switch {
	case broken == nil:
		t.Culprits = []Task{last}
	case broken.Status == "unreachable": // what ran last closed the way in
		t.Culprits = []Task{broken.Task, last}
	default:
		t.Culprits = []Task{broken.Task}
	}
}
