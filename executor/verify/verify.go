// Package verify proves, by running on targets that may be thrown away, that a playbook can be run again: after it ran,
// after it was cut off anywhere, and after somebody changed the server by hand.
//
// The idea is Hummer, Rosenberg, Oliveira and Eilam's (Testing Idempotence for Infrastructure as Code, Middleware 2013),
// the measure is the state of the targets itself (package executor/module/state), and not what modules report of it:
//
//	rerun     run everything twice: the second run must report no change and make none
//	prefixes  for each k: run the first k tasks and stop, or lose the connection within task k; then run
//	          everything: it must end where an undisturbed run ends
//	drift     take away something that the deployment made; the next run must bring it back
//
// Doing that to the letter costs two runs and a reset for each prefix. The walk (walk.go) does all prefixes on one target
// with no reset in between, and says where it may not conclude; those prefixes, and of neighbours that ended alike only those at
// the ends, are then tried on their own (doubts.go, exact.go). Where an interruption leaves an undisturbed run is reached from snapshots
// of one (snapshots.go, reach.go).
//
// Two undisturbed runs from the beginning are made first. What differs between them differs by nature (keys, serial
// numbers) and is no evidence of anything (noise.go).
package verify

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// World is the targets and the playbooks that are run on them. It is used by one goroutine at a time.
type World interface {
	// Reset brings all targets back to their beginning, ready to be logged in to.
	Reset(ctx context.Context) error
	// Capture tells what the targets are like, once services on their way have arrived.
	Capture(ctx context.Context, when Moment) (State, error)
	// Play runs the playbooks. Hosts that fail are no error: see the Trace.
	Play(ctx context.Context, watch Watch) (*Trace, error)
	// Command runs a shell command as root on a host. One that fails is an error.
	Command(ctx context.Context, host, command string) error
}

// Moment is when a capture is taken.
type Moment uint8

// The moments.
const (
	// Ended is after a run or a task: services on their way are waited for.
	Ended Moment = iota
	// Lost is after a cut connection: also what the lost agent still ends is waited for.
	Lost
)

// String names the moment.
func (m Moment) String() string { return [...]string{"after a run or a task", "after a cut"}[m] }

// Watch is what is done to a run.
type Watch struct {
	// Before is called before each task, with what was done so far. ErrStop ends the run there; nil goes on.
	Before func(ctx context.Context, t Task, done *Trace) error
	// Cut is asked, after Before, how long into the task the connections are cut; 0 is never.
	Cut func(t Task) time.Duration
	// Reads tells that variables that tasks ask for are wanted in the Trace.
	Reads bool
}

// ErrStop is returned by Watch.Before to end a run.
var ErrStop = errors.New("stopped before this task")

// Options are the choices of a verification.
type Options struct {
	// Prefixes is how many prefixes are tried, spread evenly; 0 is all, less than 0 none.
	Prefixes int
	// Cut also tries lost connections within tasks.
	Cut bool
	// Exact runs each prefix to the letter, with a reset before it, in place of the walk.
	Exact bool
	// Keeper saves the walk ways from the beginning, by snapshots of an undisturbed run; nil is none. Exact does without.
	Keeper Keeper
	// Drift tries what happens after changes by hand.
	Drift bool
	// Progress is told what is being done, how far it is (0 to 1) and by when the rest may be done; nil is nobody.
	Progress func(Progress)
	// Log is told what is noteworthy; nil is nobody.
	Log func(string)
	// Foretold names the findings of check about a task, by its "file:line"; nil is none.
	Foretold func(path string) []string
	// Now is the clock; nil is time's.
	Now func() time.Time
}

// Progress is how far a verification is.
type Progress struct {
	Doing string
	Done  float64
	Took  time.Duration
	// Left is the time that the rest may take; less than 0 is unknown.
	Left time.Duration
}

// verifier is one verification.
type verifier struct {
	World
	Options
	report    *Report
	start     time.Time
	meter     meter
	fresh     State   // before the first run
	deployed  State   // after it
	reference *Trace  // of it
	between   []State // before each task of the second undisturbed run; between[k] is after k tasks
	noise     *noise  // what differs between undisturbed runs
	known     itemSet // what run 2 changes
	points    []point // the tasks of the reference
	shelf     *shelf
	uncut     bool    // on the last way to a cut, the task ended before it
	walker    *walker // nil before the walk
}

// Run verifies. An error is one of the tools (a target that cannot be reset, a playbook that cannot be read) or of a first run that
// fails; what is wrong with a playbook's re-run safety is in the Report. If the context ends first, the Report has what was tried so far, and
// names what was not.
func Run(ctx context.Context, w World, o Options) (*Report, error) {
	v := &verifier{World: attentive{w}, Options: o, report: &Report{Prefixes: []Trial{}, Drifts: []Trial{}}, known: itemSet{}, shelf: newShelf(o.Keeper)}
	if v.Now == nil {
		v.Now = time.Now
	}
	if o.Exact {
		v.shelf.keeper = nil
	}
	v.start = v.Now()
	v.report.Started = v.start
	err := v.phases(ctx)
	cleared := v.shelf.clear(context.WithoutCancel(ctx))
	switch {
	case err == nil && cleared == nil:
		v.meter.end(v)
	case err != nil && ctx.Err() != nil:
		v.interrupted()
	default:
		return nil, errors.Join(err, cleared)
	}
	v.report.Took = v.Now().Sub(v.start)
	v.report.settle(v)
	return v.report, cleared
}

func (v *verifier) phases(ctx context.Context) error {
	for _, phase := range []func(context.Context) error{v.rerun, v.undisturbed, v.blame, v.prefixes, v.drift} {
		if err := phase(ctx); err != nil {
			return err
		}
	}
	return nil
}

// rerun runs everything twice from the beginning.
func (v *verifier) rerun(ctx context.Context) error {
	v.doing("resetting the target")
	if err := v.Reset(ctx); err != nil {
		return fmt.Errorf("resetting the target: %w", err)
	}
	var err error
	if v.fresh, err = v.Capture(ctx, Ended); err != nil {
		return fmt.Errorf("looking at the fresh target: %w", err)
	}
	v.doing("the first run")
	if v.reference, err = v.Play(ctx, Watch{Reads: true}); err != nil {
		return fmt.Errorf("the first run: %w", err)
	}
	if failed := v.reference.failure(); failed != "" {
		return fmt.Errorf("the first run on a fresh target fails, so there is nothing to compare with: %s", failed)
	}
	v.points = pointsOf(v.reference)
	if v.deployed, err = v.Capture(ctx, Ended); err != nil {
		return fmt.Errorf("looking at the deployed target: %w", err)
	}
	if n := len(v.reference.changed()); n > 0 && len(Diff(v.fresh, v.deployed)) == 0 {
		return fmt.Errorf("%d task(s) of the first run report a change, but nothing that is compared has changed: is all that they do left out (docs/verify.md)?", n)
	}
	v.report.Tasks = v.reference.tasks()
	v.report.First = v.row(v.reference)
	v.report.Managed = len(Diff(v.fresh, v.deployed))
	v.meter.deployed(v)
	v.doing("the second run")
	second, err := v.Play(ctx, Watch{})
	if err != nil {
		return fmt.Errorf("the second run: %w", err)
	}
	after, err := v.Capture(ctx, Ended)
	if err != nil {
		return fmt.Errorf("looking at the target after the second run: %w", err)
	}
	v.meter.repeated(v)
	v.report.Rerun = Trial{Kind: "rerun", Row: v.row(second), Failure: second.failure(), Changed: second.changed(), Differences: Diff(v.deployed, after)}
	if broken := second.broken(); broken != nil {
		v.report.Rerun.Culprits = []Task{broken.Task}
	}
	return nil
}

// undisturbed runs everything once more from the beginning, looking at the target after each task. It shows what is noise.
func (v *verifier) undisturbed(ctx context.Context) error {
	v.doing("an undisturbed run, looked at after each task")
	if err := v.Reset(ctx); err != nil {
		return fmt.Errorf("resetting the target: %w", err)
	}
	if _, err := v.Capture(ctx, Ended); err != nil {
		return err
	}
	v.between = make([]State, len(v.points)+1)
	finder := newFinder(v.points)
	trace, err := v.Play(ctx, Watch{Before: func(ctx context.Context, t Task, _ *Trace) error {
		at, ok := finder.find(t)
		if !ok || v.Prefixes < 0 {
			return nil
		}
		s, err := v.Capture(ctx, Ended)
		for k := at; k >= 0 && v.between[k] == nil; k-- {
			v.between[k] = s
		}
		return errors.Join(err, v.offer(ctx, at))
	}})
	if err != nil {
		return fmt.Errorf("an undisturbed run: %w", err)
	}
	if failed := trace.failure(); failed != "" {
		return fmt.Errorf("a second run on a fresh target fails where the first did not: %s", failed)
	}
	last, err := v.Capture(ctx, Ended)
	if err != nil {
		return err
	}
	v.between[len(v.points)] = last
	if err := v.offer(ctx, len(v.points)); err != nil {
		return err
	}
	v.noise = noiseOf(v.deployed, last)
	v.report.Noise = v.noise.list()
	v.report.Rerun.Differences = v.noise.without(v.report.Rerun.Differences)
	for _, d := range v.report.Rerun.Differences {
		v.known[d.key()] = true
	}
	return nil
}

// blame finds the tasks that change something in a run that should change nothing, by looking at the target after each. The
// target is deployed when it begins.
func (v *verifier) blame(ctx context.Context) error {
	rerun := &v.report.Rerun
	if len(rerun.Differences) == 0 {
		return nil
	}
	v.doing("looking for the tasks that change something again")
	var last *Task
	before := v.between[len(v.points)]
	look := func(ctx context.Context) error {
		now, err := v.Capture(ctx, Ended)
		if err != nil {
			return err
		}
		for _, d := range v.noise.without(Diff(before, now)) {
			if last != nil {
				rerun.blame(*last, d)
			}
		}
		before = now
		return nil
	}
	_, err := v.Play(ctx, Watch{Before: func(ctx context.Context, t Task, _ *Trace) error {
		err := look(ctx)
		last = &t
		return err
	}})
	if err != nil {
		return fmt.Errorf("looking for what changes again: %w", err)
	}
	return look(ctx)
}
