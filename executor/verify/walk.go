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
			trial, err := v.exact(ctx, interruption{k, cut})
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

// walk tries all prefixes on one target. It goes from task to task: each run starts from the beginning, goes one
// task further than the one before, and is interrupted there: stopped after the task, or, where cuts are asked for, first with the
// connection lost within it. So each task runs for the first time in a run that follows an interruption just before it.
//
// Prefix k is sound if, when the run after the interruption has done tasks 1 to k again,
//   - the state of the targets is what it is at that point of an undisturbed run, and
//   - what runs carry along beside the state is what it is there: pending handlers, and results that later tasks read.
//
// For then tasks k+1 and later meet what they meet in an undisturbed run, and end as that does. Where one of the two does not
// hold, the run goes on without another interruption: prefix k is also sound if both hold behind a later task, or if the run
// ends as an undisturbed one ends. Otherwise it is in doubt (doubts.go). The walk goes on from where the next interruption leaves an
// undisturbed run (reach.go).
func (v *verifier) walk(ctx context.Context, ks []int) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	w := &walker{verifier: v, list: v.interruptions(ks)}
	v.walker = w
	v.meter.walk = v.Now()
	for i, next := range w.list {
		v.doing(fmt.Sprintf("prefix %d of %d", next.k, len(v.points)))
		if err := w.on(ctx, next); err != nil {
			return fmt.Errorf("%s: %w", next, err)
		}
		w.gone = i + 1
		v.meter.walked(v, w, i+1)
	}
	v.doing("the walk's last run, to the end")
	if err := w.finish(ctx); err != nil {
		return err
	}
	w.ended = true
	return w.settle(ctx)
}

// interruptions are those of all prefixes, in order.
func (v *verifier) interruptions(ks []int) []interruption {
	var out []interruption
	for _, k := range ks {
		for _, cut := range v.ways(k) {
			out = append(out, interruption{k, cut})
		}
	}
	return out
}

// walker is the state of a walk.
type walker struct {
	*verifier
	list   []interruption
	last   *interruption // what ended the run before, and has no verdict yet; nil is none
	astray bool          // the target is not where an undisturbed run comes
	doubts []doubt
	gone   int  // how many of the list it has gone on to
	ended  bool // its last run is made
}

// on goes on to the next interruption, by a run that shows what came of the last.
func (w *walker) on(ctx context.Context, next interruption) error {
	if w.last != nil && *w.last == next { // the target is there already
		return nil
	}
	if next.cut && w.points[next.k-1].Handler {
		w.doubt(doubt{interruption: next, why: []string{"a handler runs only where its task has just changed something"}})
		return nil
	}
	if w.astray {
		return w.arrive(ctx, next)
	}
	last := w.last
	l, err := w.leg(ctx, w.until(next))
	switch {
	case err != nil:
		return err
	case l.strayed:
		w.last = nil
		if l.at == 0 || w.missed(*last, interruption{l.at, false}) {
			return w.arrive(ctx, next)
		}
		w.last = &interruption{l.at, false}
		return w.on(ctx, next)
	case l.trace.Cut:
		if _, err := w.Capture(ctx, Lost); err != nil {
			return err
		}
	case l.trace.failure() != "":
		w.doubt(doubt{interruption: next, why: []string{l.trace.failure()}})
		w.last, w.astray = nil, true
		return nil
	case !l.trace.reached(w.points, next.k): // a handler that nobody notifies any more
		return w.arrive(ctx, interruption{next.k, false})
	default:
		next.cut = false // or the task was too quick to be cut
	}
	w.last = &next
	return nil
}

// missed tells that the list has interruptions after one and before another.
func (w *walker) missed(after, before interruption) bool {
	from, to := slices.Index(w.list, after), slices.Index(w.list, before)
	return to < 0 || to > from+1
}

// arrive goes to an interruption without a run that follows another.
func (w *walker) arrive(ctx context.Context, next interruption) error {
	if _, err := w.reach(ctx, next); err != nil {
		return err
	}
	w.last, w.astray = &next, false
	return nil
}

// finish runs everything to the end: a target that was interrupted after every single task must end as any other, unless run 2 fails
// anyway.
func (w *walker) finish(ctx context.Context) error {
	if w.astray {
		return nil
	}
	last := w.last
	l, err := w.leg(ctx, Watch{})
	if err != nil || w.report.Rerun.Failure != "" {
		return err
	}
	if l.strayed && l.at < len(w.points) {
		w.last = nil
		if l.at == 0 {
			_, err = w.reach(ctx, interruption{last.k, false})
		}
		if err == nil {
			l.trace, err = w.Play(ctx, Watch{})
		}
	}
	if err != nil {
		return fmt.Errorf("the end of the walk: %w", err)
	}
	now, err := w.Capture(ctx, Ended)
	if err != nil {
		return err
	}
	w.report.Walk = &Trial{Kind: "walk", K: len(w.points), Row: w.row(l.trace), Failure: l.trace.failure(), How: "walk",
		Differences: w.unknown(w.deployed, now)}
	return nil
}

// unknown are the differences that are neither noise nor what run 2 changes anyway.
func (v *verifier) unknown(want, now State) []Difference {
	return slices.DeleteFunc(v.noise.without(Diff(want, now)), func(d Difference) bool { return v.known[d.key()] })
}

// stopAfter ends a run when a task would start that comes after the first k of the reference. Tasks that the reference has not are let
// through: what a resumed run does otherwise is its own affair.
func stopAfter(points []point, k int) func(context.Context, Task, *Trace) error {
	f := newFinder(points)
	return func(_ context.Context, t Task, _ *Trace) error {
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
