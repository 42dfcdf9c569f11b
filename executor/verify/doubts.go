package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// doubt is a prefix of which the walk could not conclude that it is sound.
type doubt struct {
	interruption
	why []string
	// ending is how the run after it ended, otherwise than an undisturbed one; nil is unknown.
	ending *Trial
}

// endedAs tells how the run after it ended in the walk.
func (d doubt) endedAs() string {
	if d.ending == nil {
		return "(there it was not tried)"
	}
	return strings.ReplaceAll(signature(d.ending), "\n", "\n  ")
}

// doubt writes down that a prefix is in doubt.
func (w *walker) doubt(d doubt) {
	w.doubts = append(w.doubts, d)
	w.note("%s is in doubt:\n  %s", d.interruption, strings.Join(d.why, "\n  "))
}

// settle tries the prefixes in doubt on their own. Neighbours that ended in the same way have one cause, such as a handler that was
// lost: of those, it is tried from both ends until one ends on its own as it did in the walk. What then lies between has its verdict.
func (w *walker) settle(ctx context.Context) error {
	rest := w.doubts
	tried := 0
	for len(rest) > 0 {
		group := neighbours(rest)
		rest = rest[len(group):]
		for range 2 { // from the first on, then from the last
			var err error
			if group, err = w.untilAlike(ctx, group, &tried); err != nil {
				return err
			}
			slices.Reverse(group)
		}
		for _, d := range group {
			w.report.Prefixes = append(w.report.Prefixes, *d.ending)
		}
		tried += len(group)
	}
	return nil
}

// untilAlike tries prefixes on their own until one ends as it did in the walk, and gives those behind it.
func (w *walker) untilAlike(ctx context.Context, group []doubt, tried *int) ([]doubt, error) {
	for i, d := range group {
		if alike, err := w.alone(ctx, d, tried); alike || err != nil {
			return group[i+1:], err
		}
	}
	return nil, nil
}

// alone tries one prefix on its own, and tells whether it ends as in the walk. Where the task is too quick to be cut once more, the walk, in which
// it was cut, has the last word.
func (w *walker) alone(ctx context.Context, d doubt, tried *int) (alike bool, err error) {
	w.doing(fmt.Sprintf("%s of %d on its own (%d of %d in doubt)", d.interruption, len(w.points), *tried+1, len(w.doubts)))
	trial, err := w.exact(ctx, d.interruption)
	if err != nil {
		return false, err
	}
	if w.uncut && d.ending != nil {
		trial = *d.ending
	}
	trial.Doubts = d.why
	w.report.Prefixes = append(w.report.Prefixes, trial)
	*tried++
	w.meter.doubt(w.verifier, *tried, len(w.doubts))
	if alike = d.ending != nil && signature(&trial) == signature(d.ending); !alike {
		w.note("%s ends otherwise on its own than in the walk, where it ended so:\n  %s", d.interruption, d.endedAs())
	}
	return alike, nil
}

// neighbours are the first doubts of a list that ended alike.
func neighbours(list []doubt) []doubt {
	if list[0].ending == nil {
		return list[:1]
	}
	n := slices.IndexFunc(list, func(d doubt) bool { return d.ending == nil || signature(d.ending) != signature(list[0].ending) })
	if n < 0 {
		n = len(list)
	}
	return list[:n]
}

// signature tells failures from each other: by the task that broke the run, and by what of the state was otherwise.
func signature(t *Trial) string {
	out := []string{t.broke}
	for _, d := range t.Differences {
		out = append(out, d.Host+" "+d.Item)
	}
	return strings.Join(out, "\n")
}
