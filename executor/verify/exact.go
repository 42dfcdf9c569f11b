package verify

import (
	"context"
	"fmt"
	"slices"
)

// exact tries one prefix to the letter: from the beginning, the first k tasks, a stop behind the last or a cut in it; then
// everything. It must end where an undisturbed run ends.
func (v *verifier) exact(ctx context.Context, k int, cut bool) (Trial, error) {
	t := Trial{Kind: kindOf(cut), K: k, Task: &v.points[k-1].Task, How: "exact"}
	if err := v.begin(ctx); err != nil {
		return t, err
	}
	watch := Watch{Before: stopAfter(v.points, k)}
	if cut {
		watch.Cut = cutIn(v.points, k, v.reference.Steps[k-1].Took/2)
	}
	first, err := v.Play(ctx, watch)
	if err != nil {
		return t, fmt.Errorf("prefix %d: %w", k, err)
	}
	if cut {
		if _, err := v.Capture(ctx, Lost); err != nil {
			return t, err
		}
	}
	resumed, err := v.Play(ctx, Watch{})
	if err != nil {
		return t, fmt.Errorf("the run after prefix %d: %w", k, err)
	}
	now, err := v.Capture(ctx, Ended)
	if err != nil {
		return t, err
	}
	t.Row, t.Failure, t.Differences = v.row(resumed), resumed.failure(), v.noise.without(Diff(v.deployed, now))
	if len(t.Differences) > 0 && allIn(t.Differences, v.known) && t.Failure == "" {
		t.How = "as after run 2"
	}
	if !t.OK() {
		v.suspect(&t, first, resumed, k)
	}
	return t, nil
}

// allIn tells that a list has nothing but what is known.
func allIn(list []Difference, known itemSet) bool {
	return !slices.ContainsFunc(list, func(d Difference) bool { return !known[d.key()] })
}

// suspect names the tasks that a failed prefix is probably due to: the one that failed; else those that an undisturbed run does
// from here on and the resumed run left out; else those whose handlers were lost; else the last one before the interruption.
func (v *verifier) suspect(t *Trial, first, resumed *Trace, k int) {
	if s := resumed.broken(); s != nil {
		t.Culprits = append(t.Culprits, s.Task)
		if s.Status == "unreachable" { // what ran last closed the way in
			t.Culprits = append(t.Culprits, v.points[k-1].Task)
		}
		return
	}
	did := map[point]string{}
	c := counter{}
	for _, s := range resumed.Steps {
		did[c.next(s.Task)] = s.Status
	}
	done := min(len(first.Steps), k)
	for i := max(0, done-1); i < len(v.points); i++ {
		s := v.reference.Steps[i]
		if i < done && i < len(first.Steps) && first.Steps[i].Status == s.Status {
			continue // it had done its work before the interruption
		}
		if s.Status == "changed" && did[v.points[i]] != "changed" {
			t.Culprits = append(t.Culprits, s.Task)
		}
	}
	if len(t.Culprits) == 0 {
		t.Culprits = append(t.Culprits, v.points[k-1].Task)
	}
}
