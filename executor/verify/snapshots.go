package verify

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Keeper can keep what targets are like, and bring them back to that with all that runs on them started anew.
type Keeper interface {
	// Keep keeps the state that the targets are in, under a name of letters, digits and dashes. What runs on them goes on: a run of the
	// playbooks waits meanwhile.
	Keep(ctx context.Context, name string) error
	// Return brings all targets back to a kept state, ready to be logged in to.
	Return(ctx context.Context, name string) error
	// Forget gives a kept state up.
	Forget(ctx context.Context, name string) error
}

// shelf has snapshots of the state behind tasks of an undisturbed run, by how many had ended.
//
// A snapshot has files, and nothing of what runs: services are started anew with what is configured on the disk. So it is used only
// where the target that comes of it looks as it did when the snapshot was made, what its services run with included; and what is then run
// on it has to arrive where the undisturbed run was. Both are looked at each time; where one does not hold, the way is from the
// beginning (reach.go).
type shelf struct {
	keeper Keeper
	kept   []int // ascending
	// otherwise are those of which the target came back otherwise than it was. They are no more.
	otherwise map[int]bool
	// misleads are those from which a run did not arrive, by the kind of interruption.
	misleads map[interruption]bool
}

// worthKeeping is the time that tasks have to take together before a snapshot behind them is made.
const worthKeeping = 5 * time.Second

// shelves bounds the number of snapshots: what took less than that part of a run is not worth one. As many may be made again in place
// of those that turn out not to help.
const shelves = 10

func newShelf(k Keeper) *shelf {
	return &shelf{keeper: k, otherwise: map[int]bool{}, misleads: map[interruption]bool{}}
}

func snapshotName(k int) string { return fmt.Sprintf("verify-%d", k) }

// offer keeps the state behind the first k tasks, in which the targets are, if it takes long to get there from the snapshots that help.
func (v *verifier) offer(ctx context.Context, k int) error {
	s := v.shelf
	if s.keeper == nil || k == 0 || v.between[k] == nil || s.otherwise[k] || slices.Contains(s.kept, k) || len(s.kept) == 2*shelves {
		return nil
	}
	from := 0
	if below := s.below(interruption{k, false}); len(below) > 0 {
		from = below[0]
	}
	if v.spent(from, k) < max(worthKeeping, v.spent(0, len(v.points))/shelves) {
		return nil
	}
	if err := s.keeper.Keep(ctx, snapshotName(k)); err != nil {
		return fmt.Errorf("keeping the target's state after task %d: %w", k, err)
	}
	s.kept = append(s.kept, k)
	slices.Sort(s.kept)
	return nil
}

// spent is the time that some tasks of the first run took together: those behind the first from, up to the one numbered to.
func (v *verifier) spent(from, to int) (sum time.Duration) {
	for _, step := range v.reference.Steps[from:to] {
		sum += step.Took
	}
	return sum
}

// below are the snapshots that may lead to an interruption, the nearest first. A task that is cut has to begin as in an undisturbed run.
func (s *shelf) below(i interruption) []int {
	var out []int
	for _, at := range slices.Backward(s.kept) {
		if at <= i.whole() && !s.misleads[interruption{at, i.cut}] {
			out = append(out, at)
		}
	}
	return out
}

// drop gives up a snapshot.
func (s *shelf) drop(ctx context.Context, k int) error {
	s.kept = slices.DeleteFunc(s.kept, func(at int) bool { return at == k })
	return s.keeper.Forget(ctx, snapshotName(k))
}

// clear gives up all snapshots.
func (s *shelf) clear(ctx context.Context) error {
	for _, k := range slices.Clone(s.kept) {
		if err := s.drop(ctx, k); err != nil {
			return fmt.Errorf("giving up the snapshot %s: %w", snapshotName(k), err)
		}
	}
	return nil
}
