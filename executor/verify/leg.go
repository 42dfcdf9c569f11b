package verify

import (
	"context"
	"slices"
	"strings"
	"time"
)

// leg is a run of the walk. On its way it shows what came of the interruption of the run before.
type leg struct {
	*walker
	trace *Trace
	// strayed tells that the run came, after the last interruption, to where an undisturbed one does not come, and was not interrupted any
	// more. The target is where an undisturbed run is after task at; 0 is nowhere.
	strayed bool
	at      int
	why     []string // it strayed
	row     []string // how the tasks ended when it did
}

// leg runs the playbooks. Where the run is about to begin what comes after the last interruption, that gets its verdict.
func (w *walker) leg(ctx context.Context, watch Watch) (*leg, error) {
	l := &leg{walker: w}
	finder, stop, cut := newFinder(w.points), watch.Before, watch.Cut
	watch.Before = func(ctx context.Context, t Task, done *Trace) error {
		at, ok := finder.find(t)
		var err error
		if stop != nil {
			err = stop(ctx, t, done)
		}
		if ok && w.last != nil && at >= w.last.k {
			return l.judge(ctx, at, done, err)
		}
		return err
	}
	if cut != nil {
		watch.Cut = func(t Task) time.Duration {
			after := cut(t)
			if w.last != nil {
				return 0
			}
			return after
		}
	}
	var err error
	if l.trace, err = w.Play(ctx, watch); err == nil && w.last != nil {
		err = l.ended(ctx)
	}
	return l, err
}

// judge looks at the target before the task behind the first at ones. It gives what the run does next: what was planned, where the
// last interruption has had its verdict; ErrStop, where it gets it late; nothing, where it has still none.
func (l *leg) judge(ctx context.Context, at int, done *Trace, planned error) error {
	k := l.last.k
	if l.strayed {
		k = at
		if len(carried(l.reference, done, k)) > 0 { // whatever the state is
			return nil
		}
	}
	differences, why, err := l.compare(ctx, k, done)
	switch {
	case err != nil:
		return err
	case len(why) == 0 && l.strayed:
		l.at = at
		l.sound(l.row, differences)
		return ErrStop
	case len(why) == 0:
		l.sound(l.walker.row(done), differences)
		if len(differences) == 0 {
			if err := l.offer(ctx, k); err != nil {
				return err
			}
		}
		return planned
	case !l.strayed:
		l.stray(done, why)
	}
	return nil
}

// ended gives the last interruption its verdict where the run has ended before that.
func (l *leg) ended(ctx context.Context) error {
	if failure := l.trace.failure(); failure != "" {
		l.strayed = true
		l.why = append(slices.Clone(l.why), failure)
		return l.failed(ctx)
	}
	if !l.strayed { // nothing came after it
		differences, why, err := l.compare(ctx, l.last.k, l.trace)
		if err != nil {
			return err
		}
		if len(why) == 0 {
			l.sound(l.walker.row(l.trace), differences)
			return nil
		}
		l.stray(l.trace, why)
	}
	now, err := l.Capture(ctx, Ended)
	if err != nil {
		return err
	}
	if len(l.unknown(l.deployed, now)) > 0 {
		return l.failed(ctx)
	}
	l.at = len(l.points)
	l.sound(l.row, l.noise.without(Diff(l.deployed, now)), losses(l.reference, l.trace, l.last.whole())...)
	return nil
}

// failed writes down how the run ended that was to bring things right.
func (l *leg) failed(ctx context.Context) error {
	ending, err := l.verdict(ctx, *l.last, l.trace)
	ending.Doubts, ending.How = l.why, "walk"
	l.doubt(doubt{*l.last, l.why, &ending})
	return err
}

func (l *leg) stray(done *Trace, why []string) {
	l.strayed, l.why, l.row = true, why, l.walker.row(done)
	l.note("%s goes another way:\n  %s", l.last, strings.Join(why, "\n  "))
}

// sound is the verdict of the last interruption.
func (l *leg) sound(row []string, differences []Difference, lost ...Loss) {
	i := *l.last
	l.report.Prefixes = append(l.report.Prefixes, Trial{Kind: kindOf(i.cut), K: i.k, Task: &l.points[i.k-1].Task, Row: row, How: "walk",
		Differences: differences, Lost: lost, Doubts: l.why})
	l.last = nil
}
