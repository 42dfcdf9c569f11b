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

// doubt writes down that a prefix is in doubt.
func (w *walker) doubt(d doubt) {
	w.doubts = append(w.doubts, d)
	if !d.cut {
		w.shelf.misleads[d.k] = true
	}
	w.note("%s is in doubt:\n  %s", d.interruption, strings.Join(d.why, "\n  "))
}

// settle tries the prefixes in doubt on their own. Neighbours that ended in the same way have one cause, such as a handler that was
// lost: of those, the first and the last are tried, and the others only where these come to something else.
func (w *walker) settle(ctx context.Context) error {
	rest := w.doubts
	for tried := 0; len(rest) > 0; {
		group := neighbours(rest)
		rest = rest[len(group):]
		ends := []doubt{group[0]}
		if len(group) > 1 {
			ends = append(ends, group[len(group)-1])
		}
		alike := true
		for _, d := range ends {
			trial, err := w.alone(ctx, d, &tried)
			if err != nil {
				return err
			}
			alike = alike && d.ending != nil && signature(&trial) == signature(d.ending)
		}
		for _, d := range group[1:max(len(group)-1, 1)] {
			if alike {
				tried++
				w.report.Prefixes = append(w.report.Prefixes, *d.ending)
			} else if _, err := w.alone(ctx, d, &tried); err != nil {
				return err
			}
		}
	}
	return nil
}

// alone tries one prefix on its own.
func (w *walker) alone(ctx context.Context, d doubt, tried *int) (Trial, error) {
	w.doing(fmt.Sprintf("%s of %d on its own (%d of %d in doubt)", d.interruption, len(w.points), *tried+1, len(w.doubts)))
	trial, err := w.exact(ctx, d.interruption)
	if err != nil {
		return trial, err
	}
	trial.Doubts = d.why
	w.report.Prefixes = append(w.report.Prefixes, trial)
	*tried++
	w.meter.doubt(w.verifier, *tried, len(w.doubts))
	return trial, nil
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
	var out []string
	if t.Failure != "" && len(t.Culprits) > 0 {
		out = append(out, t.Culprits[0].where())
	}
	for _, d := range t.Differences {
		out = append(out, d.Host+" "+d.Item)
	}
	return strings.Join(out, "\n")
}
