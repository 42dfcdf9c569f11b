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

// shelf has the snapshots of an undisturbed run, by how many of its tasks had ended.
//
// A snapshot has files, and nothing of what runs: services are started anew with what is configured on the disk. So it is used only
// where the target that comes of it looks as it did when the snapshot was made, what its services run with included; and what is then run
// on it has to arrive where the undisturbed run was. Both are looked at each time; where one does not hold, the way is from the
// beginning (reach.go).
type shelf struct {
	keeper Keeper
	kept   []int // ascending
	// otherwise are those of which the target comes back otherwise than it was: they are no more.
	otherwise map[int]bool
	// misleads are those from which a run does not arrive where an undisturbed one does: their prefixes are not sound.
	misleads map[int]bool
}

// worthKeeping is the time that tasks have to take together before a snapshot behind them is made.
const worthKeeping = 5 * time.Second

// shelves bounds the number of snapshots of the undisturbed run: what took less than that part of it is not worth one. As many are
// made later, where the way to an interruption was long although there were snapshots.
const shelves = 10

func newShelf(k Keeper) *shelf {
	return &shelf{keeper: k, otherwise: map[int]bool{}, misleads: map[int]bool{}}
}

func snapshotName(k int) string { return fmt.Sprintf("verify-%d", k) }

// offer keeps the state behind the first k tasks of the undisturbed run if it took long enough to get there.
func (v *verifier) offer(ctx context.Context, k int) error {
	s := v.shelf
	if s.keeper == nil || k == 0 || v.between[k] == nil || slices.Contains(s.kept, k) {
		return nil
	}
	if v.spent(s.last(), k) < max(worthKeeping, v.spent(0, len(v.points))/shelves) {
		return nil
	}
	v.doing(fmt.Sprintf("keeping the state after task %d of %d", k, len(v.points)))
	return s.keep(ctx, k)
}

// later keeps the state behind the first k tasks where the way there was long. The walk goes on to what comes after: those that did not
// help make room.
func (s *shelf) later(ctx context.Context, k int, took time.Duration) error {
	if s.keeper == nil || took < worthKeeping || s.otherwise[k] || slices.Contains(s.kept, k) {
		return nil
	}
	for _, at := range slices.Clone(s.kept) {
		if s.misleads[at] {
			if err := s.drop(ctx, at); err != nil {
				return err
			}
		}
	}
	if len(s.kept) >= 2*shelves {
		return nil
	}
	return s.keep(ctx, k)
}

func (s *shelf) keep(ctx context.Context, k int) error {
	if err := s.keeper.Keep(ctx, snapshotName(k)); err != nil {
		return fmt.Errorf("keeping the target's state after task %d: %w", k, err)
	}
	s.kept = append(s.kept, k)
	slices.Sort(s.kept)
	return nil
}

// last is the number of tasks before the latest snapshot; 0 is none.
func (s *shelf) last() int {
	if len(s.kept) == 0 {
		return 0
	}
	return s.kept[len(s.kept)-1]
}

// spent is the time that some tasks of the first run took together: those behind the first from, up to the one numbered to.
func (v *verifier) spent(from, to int) (sum time.Duration) {
	for _, step := range v.reference.Steps[from:to] {
		sum += step.Took
	}
	return sum
}

// below are the snapshots behind at most k tasks that may lead to what comes after them, the nearest first. One behind exactly k is
// there already.
func (s *shelf) below(k int) []int {
	var out []int
	for _, at := range slices.Backward(s.kept) {
		if at <= k && (at == k || !s.misleads[at]) {
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
