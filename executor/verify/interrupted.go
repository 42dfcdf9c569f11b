package verify

import (
	"context"
	"slices"
)

// attentive is a World whose answers do not count once an end is wanted (Ctrl-C): a run that fails then may fail of just that.
type attentive struct{ World }

// Reset implements World.
func (a attentive) Reset(ctx context.Context) error { return unlessOver(ctx, a.World.Reset(ctx)) }

// Capture implements World.
func (a attentive) Capture(ctx context.Context, when Moment) (State, error) {
	s, err := a.World.Capture(ctx, when)
	return s, unlessOver(ctx, err)
}

// Play implements World.
func (a attentive) Play(ctx context.Context, watch Watch) (*Trace, error) {
	t, err := a.World.Play(ctx, watch)
	return t, unlessOver(ctx, err)
}

// Command implements World.
func (a attentive) Command(ctx context.Context, host, command string) error {
	return unlessOver(ctx, a.World.Command(ctx, host, command))
}

func unlessOver(ctx context.Context, err error) error {
	if over := ctx.Err(); over != nil {
		return over
	}
	return err
}

// interrupted makes of a report one of what was tried so far. Of run 2 nothing is told that may differ in each run: what does, shows only
// in the second undisturbed run.
func (v *verifier) interrupted() {
	r := v.report
	r.Interrupted = v.meter.doing
	unsure := r.Rerun.Differences
	if v.noise != nil {
		unsure = nil
	}
	if len(unsure) > 0 {
		r.Rerun.Differences = nil
	}
	if len(unsure) > 0 && r.Rerun.OK() {
		r.Rerun = Trial{}
	}
	r.Untried = slices.Concat(v.untriedRerun(unsure), v.untriedPrefixes(), v.untriedDrift())
}

func (v *verifier) untriedRerun(unsure []Difference) []Trial {
	if v.report.Rerun.Kind != "" {
		return nil
	}
	t := Trial{Kind: "rerun"}
	for _, d := range unsure {
		t.Doubts = append(t.Doubts, "changed, which it may be in each run: "+d.String())
	}
	return []Trial{t}
}

func (v *verifier) untriedPrefixes() []Trial {
	switch {
	case v.Prefixes < 0:
		return nil
	case v.points == nil:
		return []Trial{{Kind: allPrefixes, Name: "all interrupted runs"}}
	}
	list := v.interruptions(sample(len(v.points), v.Prefixes))
	var out []Trial
	for at, i := range list {
		if t := (Trial{Kind: kindOf(i.cut), K: i.k, Task: &v.points[i.k-1].Task}); !v.told(t) && !v.passed(at, i) {
			t.Doubts = v.doubtsOf(i)
			out = append(out, t)
		}
	}
	if !v.Exact && len(list) > 0 && (v.walker == nil || !v.walker.ended) {
		out = append(out, Trial{Kind: "walk"})
	}
	return out
}

// told tells that the report has the verdict of a prefix.
func (v *verifier) told(t Trial) bool {
	return slices.ContainsFunc(v.report.Prefixes, func(p Trial) bool { return p.Kind == t.Kind && p.K == t.K })
}

// passed tells that the walk went past an interruption that needs no verdict: a cut in a task that was too quick for it.
func (v *verifier) passed(at int, i interruption) bool {
	w := v.walker
	return w != nil && at < w.gone && v.doubtsOf(i) == nil && (w.last == nil || *w.last != i)
}

// doubtsOf are why the walk could not conclude that a prefix is sound.
func (v *verifier) doubtsOf(i interruption) []string {
	if v.walker == nil {
		return nil
	}
	for _, d := range v.walker.doubts {
		if d.interruption == i {
			return d.why
		}
	}
	return nil
}

func (v *verifier) untriedDrift() []Trial {
	switch {
	case !v.Drift:
		return nil
	case v.noise == nil:
		return []Trial{{Kind: "drift", Name: "all changes by hand"}}
	}
	var out []Trial
	for _, p := range v.perturbations()[len(v.report.Drifts):] {
		out = append(out, Trial{Kind: "drift", Name: p.name})
	}
	return out
}
