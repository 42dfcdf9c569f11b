package verify

import (
	"context"
	"fmt"
)

// interruption is how a run ends too early: behind its kth task, or in it.
type interruption struct {
	k   int
	cut bool
}

// whole is how many tasks ended before it.
func (i interruption) whole() int {
	if i.cut {
		return i.k - 1
	}
	return i.k
}

// String is for progress and logs.
func (i interruption) String() string { return fmt.Sprintf("prefix %d (%s)", i.k, kindOf(i.cut)) }

func kindOf(cut bool) string {
	if cut {
		return "cut"
	}
	return "stop"
}

// origin is where a way to an interruption began.
type origin string

// The origins, as reports tell of them.
const (
	beginning origin = "exact"
	snapshot  origin = "snapshot"
)

// quicker is told, in place of the origin, of a task that ended before it was cut: what a cut in it would do is not known.
const quicker = "ended before the cut"

// reach brings the targets to where an interruption leaves an undisturbed run: from the nearest snapshot that leads there, else from the
// beginning.
func (v *verifier) reach(ctx context.Context, i interruption) (origin, error) {
	since := v.Now()
	v.uncut = false
	from, err := v.wayTo(ctx, i)
	v.meter.reached(v.Now().Sub(since))
	if err == nil && !i.cut {
		err = v.offer(ctx, i.k)
	}
	return from, err
}

func (v *verifier) wayTo(ctx context.Context, i interruption) (origin, error) {
	for _, k := range v.shelf.below(i) {
		if there, err := v.reachFrom(ctx, k, i); err != nil || there {
			return snapshot, err
		}
	}
	if err := v.begin(ctx); err != nil {
		return beginning, err
	}
	trace, err := v.Play(ctx, v.until(i))
	if err != nil {
		return beginning, err
	}
	if failed := trace.failure(); failed != "" && !trace.Cut {
		return beginning, fmt.Errorf("an undisturbed run of the first %d tasks fails now: %s", i.k, failed)
	}
	if v.uncut = i.cut && !trace.Cut; trace.Cut {
		_, err = v.Capture(ctx, Lost)
	}
	return beginning, err
}

// until is a run that is interrupted so.
func (v *verifier) until(i interruption) Watch {
	watch := Watch{Before: stopAfter(v.points, i.k)}
	if i.cut {
		watch.Cut = cutIn(v.points, i.k, v.reference.Steps[i.k-1].Took/2)
	}
	return watch
}

// reachFrom tries it from the snapshot behind the first k tasks. A run from there does those again; that it arrives is seen where it is
// interrupted: at a stop by the state alone, as the run is over; before the task that is cut also by what the run carries along.
func (v *verifier) reachFrom(ctx context.Context, k int, i interruption) (there bool, err error) {
	same, err := v.back(ctx, k)
	if err != nil || !same || k == i.k {
		return same, err
	}
	watch := v.until(i)
	arrived := !i.cut
	if i.cut {
		watch.Before = v.arriving(i.k, watch.Before, &arrived)
	}
	trace, err := v.Play(ctx, watch)
	if err != nil {
		return false, err
	}
	switch {
	case !arrived:
	case i.cut:
		there = trace.Cut || trace.failure() == "" // or it was too quick to be cut
		if v.uncut = there && !trace.Cut; trace.Cut {
			_, err = v.Capture(ctx, Lost)
		}
	case trace.failure() == "":
		there, err = v.looksLike(ctx, i.k)
	}
	if b := trace.broken(); err == nil && !there && (b == nil || b.Status != "unreachable") { // a lost connection says nothing of the snapshot
		v.shelf.misleads[interruption{k, i.cut}] = true
		v.note("%s is not reached from the snapshot after task %d", i, k)
	}
	return there, err
}

// arriving looks, before the kth task, whether the run meets there what an undisturbed one meets, and ends it if not.
func (v *verifier) arriving(k int, stop func(context.Context, Task, *Trace) error, arrived *bool) func(context.Context, Task, *Trace) error {
	f := newFinder(v.points)
	return func(ctx context.Context, t Task, done *Trace) error {
		if at, ok := f.find(t); ok && at == k-1 {
			_, why, err := v.compare(ctx, at, done)
			if err != nil {
				return err
			}
			if *arrived = len(why) == 0; !*arrived {
				return ErrStop
			}
		}
		return stop(ctx, t, done)
	}
}

// back returns to a snapshot, which is given up where the target is not what it was.
func (v *verifier) back(ctx context.Context, k int) (same bool, err error) {
	if err := v.shelf.keeper.Return(ctx, snapshotName(k)); err != nil {
		return false, fmt.Errorf("bringing the target back to its state after task %d: %w", k, err)
	}
	if same, err = v.looksLike(ctx, k); err == nil && !same {
		v.shelf.otherwise[k] = true
		err = v.shelf.drop(ctx, k)
	}
	return same, err
}

// looksLike tells that the targets are what they are after k tasks of an undisturbed run.
func (v *verifier) looksLike(ctx context.Context, k int) (bool, error) {
	now, err := v.Capture(ctx, Ended)
	if err != nil {
		return false, err
	}
	differences := v.noise.without(Diff(v.between[k], now))
	for _, d := range differences {
		v.note("not as after task %d: %s", k, d)
	}
	return len(differences) == 0, nil
}

// compare says what is otherwise than after k tasks of an undisturbed run, for a run that has done something. Differences are those that
// run 2 makes anyway.
func (v *verifier) compare(ctx context.Context, k int, done *Trace) (differences []Difference, why []string, err error) {
	now, err := v.Capture(ctx, Ended)
	if err != nil {
		return nil, nil, err
	}
	why = carried(v.reference, done, k)
	for _, d := range v.noise.without(Diff(v.between[k], now)) {
		if v.known[d.key()] {
			differences = append(differences, d)
		} else {
			why = append(why, d.String())
		}
	}
	return differences, why, nil
}

// begin resets the targets.
func (v *verifier) begin(ctx context.Context) error {
	if err := v.Reset(ctx); err != nil {
		return fmt.Errorf("resetting the target: %w", err)
	}
	_, err := v.Capture(ctx, Ended)
	return err
}

// note tells the log something.
func (v *verifier) note(format string, args ...any) {
	if v.Log != nil {
		v.Log(fmt.Sprintf(format, args...))
	}
}
