package verify

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// prefixes tries the interrupted runs.
func (v *verifier) prefixes(ctx context.Context) error {
	ks := sample(len(v.points), v.Prefixes)
	if len(ks) == 0 {
		return nil
	}
	if !v.Exact {
		return v.walk(ctx, ks)
	}
	for _, k := range ks {
		for _, cut := range v.ways(k) {
			v.doing(fmt.Sprintf("prefix %d of %d, run to the letter", k, len(v.points)))
			trial, err := v.exact(ctx, k, cut)
			if err != nil {
				return err
			}
			v.report.Prefixes = append(v.report.Prefixes, trial)
		}
	}
	return nil
}

// sample is n of the numbers 1 to last, evenly spread and always with the last; n 0 is all.
func sample(last, n int) []int {
	if n < 0 || last == 0 {
		return nil
	}
	if n == 0 || n > last {
		n = last
	}
	out := make([]int, n)
	for i := range out {
		out[i] = (i + 1) * last / n
	}
	return out
}

// shortestCut is the time that a task must take for a cut in its middle to be one.
const shortestCut = 4 * time.Millisecond

// ways are how a prefix is ended: by a cut in its last task where that is asked for and there is time, and by a stop after it.
func (v *verifier) ways(k int) []bool {
	s := v.reference.Steps[k-1]
	if v.Cut && s.Took >= shortestCut && (s.Status == "changed" || s.Status == "ok") {
		return []bool{true, false}
	}
	return []bool{false}
}

// walk tries all prefixes on one target, which is reset once. It goes from task to task: each time everything is run from the
// start, one task further than before, and stopped; where cuts are asked for, the connection is lost within that task first, and
// the run repeated. So each task runs for the first time in a run that was interrupted just before it.
//
// Prefix k is sound if, when a run has done tasks 1 to k again,
//   - the state of the targets is what it is at that point of an undisturbed run, and
//   - what runs carry along beside the state is what it is there: pending handlers, and results that later tasks read.
//
// For then tasks k+1 and later meet what they meet in an undisturbed run, and end as that does. Where one of the two does not
// hold, nothing is concluded: the prefix is tried to the letter, and the walk goes on from a target that was reset.
func (v *verifier) walk(ctx context.Context, ks []int) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	w := &walker{verifier: v}
	for i, k := range ks {
		v.doing(fmt.Sprintf("prefix %d of %d", k, len(v.points)))
		if err := w.step(ctx, k); err != nil {
			return err
		}
		v.meter.prefix(v, i+1, len(ks), len(w.doubts))
	}
	if v.report.Rerun.Failure == "" {
		v.doing("the walk's last run, to the end")
		if err := w.finish(ctx); err != nil {
			return err
		}
	}
	for i, d := range w.doubts {
		v.doing(fmt.Sprintf("prefix %d of %d to the letter (%d of %d in doubt)", d.k, len(v.points), i+1, len(w.doubts)))
		trial, err := v.exact(ctx, d.k, d.cut)
		if err != nil {
			return err
		}
		trial.Doubts = d.why
		v.report.Prefixes = append(v.report.Prefixes, trial)
		v.meter.doubt(v, i+1, len(w.doubts))
	}
	slices.SortStableFunc(v.report.Prefixes, func(a, b Trial) int { return a.K - b.K })
	return nil
}

func (v *verifier) begin(ctx context.Context) error {
	if err := v.Reset(ctx); err != nil {
		return fmt.Errorf("resetting the target: %w", err)
	}
	_, err := v.Capture(ctx, Ended)
	return err
}

// walker is the state of a walk.
type walker struct {
	*verifier
	doubts []doubt
}

// doubt is a prefix of which the walk could not conclude that it is sound.
type doubt struct {
	k   int
	cut bool
	why []string
}

// step goes on to prefix k.
func (w *walker) step(ctx context.Context, k int) error {
	for _, cut := range w.ways(k) {
		if cut && w.points[k-1].Handler {
			w.doubts = append(w.doubts, doubt{k, cut, []string{"a handler runs only where its task has just changed something"}})
			continue
		}
		resumed, err := w.interrupt(ctx, k, cut)
		if err != nil {
			return fmt.Errorf("prefix %d: %w", k, err)
		}
		why := []string{resumed.failure()}
		if why[0] == "" {
			if why, err = w.judge(ctx, k, cut, resumed); err != nil {
				return err
			}
		}
		if len(why) > 0 {
			w.doubts = append(w.doubts, doubt{k, cut, why})
			if _, err := w.again(ctx, k); err != nil {
				return err
			}
		}
	}
	return nil
}

// interrupt does the first k tasks, ends the run, and does them again; what came of the second run is returned.
func (w *walker) interrupt(ctx context.Context, k int, cut bool) (*Trace, error) {
	stop := func() Watch { return Watch{Before: stopAfter(w.points, k)} }
	if cut {
		watch := stop()
		watch.Cut = cutIn(w.points, k, w.reference.Steps[k-1].Took/2)
		if _, err := w.Play(ctx, watch); err != nil {
			return nil, err
		}
		if _, err := w.Capture(ctx, Lost); err != nil {
			return nil, err
		}
		return w.Play(ctx, stop())
	}
	first, err := w.Play(ctx, stop())
	if err != nil || first.failure() != "" {
		return first, err
	}
	if !first.reached(w.points, k) { // a handler that nobody notifies any more
		if first, err = w.again(ctx, k); err != nil {
			return first, err
		}
	}
	return w.Play(ctx, stop())
}

// judge looks at the target after a resumed run of the first k tasks. Reasons are those for doubts; without one, the prefix
// has its verdict.
func (w *walker) judge(ctx context.Context, k int, cut bool, resumed *Trace) (why []string, err error) {
	differences, err := w.differences(ctx, k)
	if err != nil {
		return nil, err
	}
	why = carried(w.reference, resumed, k)
	for _, d := range differences {
		if !w.known[d.key()] {
			why = append(why, d.String())
		}
	}
	if len(why) == 0 {
		t := Trial{Kind: kindOf(cut), K: k, Task: &w.points[k-1].Task, Row: w.row(resumed), How: "walk", Differences: differences}
		w.report.Prefixes = append(w.report.Prefixes, t)
	}
	return why, nil
}

// differences are those between the target and an undisturbed one after k tasks. Where there are any it is looked at again:
// services may have been on their way.
func (w *walker) differences(ctx context.Context, k int) (list []Difference, err error) {
	for _, when := range []Moment{Running, Ended} {
		now, err := w.Capture(ctx, when)
		if err != nil {
			return nil, err
		}
		if list = w.noise.without(Diff(w.between[k], now)); len(list) == 0 {
			break
		}
	}
	return list, nil
}

func kindOf(cut bool) string {
	if cut {
		return "cut"
	}
	return "stop"
}

// again brings the target to where an undisturbed run of the first k tasks leaves it.
func (w *walker) again(ctx context.Context, k int) (*Trace, error) {
	if err := w.begin(ctx); err != nil {
		return nil, err
	}
	trace, err := w.Play(ctx, Watch{Before: stopAfter(w.points, k)})
	if err == nil && trace.failure() != "" {
		err = fmt.Errorf("an undisturbed run of the first %d tasks fails now: %s", k, trace.failure())
	}
	return trace, err
}

// finish runs everything to the end: a target that was interrupted after every single task must end as any other.
func (w *walker) finish(ctx context.Context) error {
	trace, err := w.Play(ctx, Watch{})
	if err != nil {
		return fmt.Errorf("the end of the walk: %w", err)
	}
	now, err := w.Capture(ctx, Ended)
	if err != nil {
		return err
	}
	t := Trial{Kind: "walk", K: len(w.points), Row: w.row(trace), Failure: trace.failure(), How: "walk"}
	for _, d := range w.noise.without(Diff(w.deployed, now)) {
		if !w.known[d.key()] {
			t.Differences = append(t.Differences, d)
		}
	}
	w.report.Walk = &t
	return nil
}

// stopAfter ends a run when a task would start that comes after the first k of the reference. Tasks that the reference has not are let
// through: what a resumed run does otherwise is its own affair.
func stopAfter(points []point, k int) func(context.Context, Task) error {
	f := newFinder(points)
	return func(_ context.Context, t Task) error {
		if at, ok := f.find(t); ok && at >= k {
			return ErrStop
		}
		return nil
	}
}

// cutIn cuts within the kth task of the reference.
func cutIn(points []point, k int, after time.Duration) func(Task) time.Duration {
	f := newFinder(points)
	return func(t Task) time.Duration {
		if at, ok := f.find(t); ok && at == k-1 {
			return after
		}
		return 0
	}
}
