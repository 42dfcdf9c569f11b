package verify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
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

// walk tries all prefixes on one target, which is reset once. It goes from task to task: each run starts from the beginning, goes one
// task further than the one before, and is interrupted there: stopped after the task, or, where cuts are asked for, first with the
// connection lost within it. So each task runs for the first time in a run that follows an interruption just before it.
//
// Prefix k is sound if, when the run after the interruption has done tasks 1 to k again,
//   - the state of the targets is what it is at that point of an undisturbed run, and
//   - what runs carry along beside the state is what it is there: pending handlers, and results that later tasks read.
//
// For then tasks k+1 and later meet what they meet in an undisturbed run, and end as that does. Where one of the two does not
// hold, nothing is concluded: the prefix is tried to the letter, and the walk goes on from a target that was reset.
func (v *verifier) walk(ctx context.Context, ks []int) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	w := &walker{verifier: v, list: v.interruptions(ks)}
	v.meter.walk = v.Now()
	for i, next := range w.list {
		v.doing(fmt.Sprintf("prefix %d of %d", next.k, len(v.points)))
		if err := w.on(ctx, next); err != nil {
			return fmt.Errorf("prefix %d: %w", next.k, err)
		}
		v.meter.walked(v, w, i+1)
	}
	v.doing("the walk's last run, to the end")
	if err := w.finish(ctx); err != nil {
		return err
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

func (v *verifier) begin(ctx context.Context) error {
	if err := v.Reset(ctx); err != nil {
		return fmt.Errorf("resetting the target: %w", err)
	}
	_, err := v.Capture(ctx, Ended)
	return err
}

// interruption is how a run ends too early: behind its kth task, or in it.
type interruption struct {
	k   int
	cut bool
}

// walker is the state of a walk.
type walker struct {
	*verifier
	list   []interruption
	last   *interruption // what ended the run before, and has no verdict yet; nil is none
	doubts []doubt
}

// doubt is a prefix of which the walk could not conclude that it is sound.
type doubt struct {
	interruption
	why []string
}

// on goes on to the next interruption, by a run that shows what came of the last.
func (w *walker) on(ctx context.Context, next interruption) error {
	if w.last != nil && *w.last == next { // the target is there already
		return nil
	}
	if next.cut && w.points[next.k-1].Handler {
		w.doubt(next, []string{"a handler runs only where its task has just changed something"})
		return nil
	}
	watch := Watch{Before: stopAfter(w.points, next.k)}
	if next.cut {
		watch.Cut = cutIn(w.points, next.k, w.reference.Steps[next.k-1].Took/2)
	}
	last := w.last
	trace, err := w.leg(ctx, watch)
	switch {
	case err != nil:
		return err
	case w.last != nil: // the last one is in doubt, and the target with it
		return w.anew(ctx, *last, next)
	case trace.Cut:
		if _, err := w.Capture(ctx, Lost); err != nil {
			return err
		}
	case trace.failure() != "":
		w.doubt(next, []string{trace.failure()})
		return w.anew(ctx, next, next)
	case !trace.reached(w.points, next.k): // a handler that nobody notifies any more
		if err := w.again(ctx, next.k); err != nil {
			return err
		}
		next.cut = false
	default:
		next.cut = false // or the task was too quick to be cut
	}
	w.last = &next
	return nil
}

// anew goes on to an interruption after one that is in doubt, from a target that was reset.
func (w *walker) anew(ctx context.Context, doubted, next interruption) error {
	w.last = nil
	if err := w.again(ctx, doubted.k); err != nil {
		return err
	}
	if doubted.cut {
		w.last = &interruption{doubted.k, false}
	}
	if doubted == next {
		return nil
	}
	return w.on(ctx, next)
}

// leg is a run of the walk. Where it is about to begin what comes after the last interruption it gives that its verdict; where that is
// a doubt, it ends there, and w.last remains.
func (w *walker) leg(ctx context.Context, watch Watch) (*Trace, error) {
	if w.last == nil {
		return w.Play(ctx, watch)
	}
	f := newFinder(w.points)
	before := watch.Before
	watch.Before = func(ctx context.Context, t Task, done *Trace) error {
		at, ok := f.find(t)
		if w.last != nil && ok && at >= w.last.k {
			if sound, err := w.judge(ctx, done); err != nil || !sound {
				return cmp.Or(err, ErrStop)
			}
		}
		if before == nil {
			return nil
		}
		return before(ctx, t, done)
	}
	trace, err := w.Play(ctx, watch)
	if err == nil && w.last != nil && !w.doubted(*w.last) { // nothing came after
		_, err = w.judge(ctx, trace)
	}
	return trace, err
}

// judge gives the last interruption its verdict: sound, or a doubt.
func (w *walker) judge(ctx context.Context, resumed *Trace) (sound bool, err error) {
	last := *w.last
	if failure := resumed.failure(); failure != "" {
		w.doubt(last, []string{failure})
		return false, nil
	}
	now, err := w.Capture(ctx, Ended)
	if err != nil {
		return false, err
	}
	differences := w.noise.without(Diff(w.between[last.k], now))
	why := carried(w.reference, resumed, last.k)
	for _, d := range differences {
		if !w.known[d.key()] {
			why = append(why, d.String())
		}
	}
	if len(why) > 0 {
		w.doubt(last, why)
		return false, nil
	}
	w.report.Prefixes = append(w.report.Prefixes,
		Trial{Kind: kindOf(last.cut), K: last.k, Task: &w.points[last.k-1].Task, Row: w.row(resumed), How: "walk", Differences: differences})
	w.last = nil
	return true, nil
}

func (w *walker) doubt(i interruption, why []string) {
	w.doubts = append(w.doubts, doubt{i, why})
	if w.Log != nil {
		w.Log(fmt.Sprintf("prefix %d (%s) is in doubt:\n  %s", i.k, kindOf(i.cut), strings.Join(why, "\n  ")))
	}
}

func (w *walker) doubted(i interruption) bool {
	return slices.ContainsFunc(w.doubts, func(d doubt) bool { return d.interruption == i })
}

func kindOf(cut bool) string {
	if cut {
		return "cut"
	}
	return "stop"
}

// again brings the target to where an undisturbed run of the first k tasks leaves it.
func (w *walker) again(ctx context.Context, k int) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	trace, err := w.Play(ctx, Watch{Before: stopAfter(w.points, k)})
	if err == nil && trace.failure() != "" {
		err = fmt.Errorf("an undisturbed run of the first %d tasks fails now: %s", k, trace.failure())
	}
	return err
}

// finish runs everything to the end: a target that was interrupted after every single task must end as any other, unless run 2 fails
// anyway.
func (w *walker) finish(ctx context.Context) error {
	trace, err := w.leg(ctx, Watch{})
	if err == nil && w.report.Rerun.Failure != "" {
		return nil
	}
	if err == nil && w.last != nil { // it is in doubt, and the target with it
		k := w.last.k
		w.last = nil
		if err = w.again(ctx, k); err == nil {
			trace, err = w.Play(ctx, Watch{})
		}
	}
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
