package strategy

import (
	"context"
	"slices"
	"time"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/strategy/plan"
)

// turn is a host and what it does next; a nil task waits for the others.
type turn struct {
	host string
	task *plan.Task
}

// lockstep chooses the task that comes next for the batch, takes it for the hosts that are there, and lets others wait.
// together tells, and is told, whether the batch is flushing handlers.
func (p *playRun) lockstep(hosts []string, together *bool) []turn {
	type place struct {
		host  string
		state *hostState
		task  *plan.Task
	}
	var places []place
	flushing := false
	for _, h := range hosts {
		if s, t := p.it.peek(h); t != nil {
			places = append(places, place{h, s, t})
			flushing = flushing || s.in == inHandlers
		}
	}
	if len(places) == 0 {
		return nil
	}
	*together = *together && flushing
	var next *plan.Task
	lowest := -1
	if *together {
		for _, pl := range places {
			if pl.state.in == inHandlers && (lowest < 0 || pl.state.handler < lowest) {
				lowest = pl.state.handler
			}
		}
	} else {
		wanted := map[*plan.Task]bool{}
		for _, pl := range places {
			wanted[pl.task] = true
		}
		if next = p.it.nextOf(wanted); next == nil {
			next = places[0].task // a task that only this state knows of
		}
	}
	var turns []turn
	for _, pl := range places {
		mine := *together && pl.state.in == inHandlers && pl.state.handler == lowest || !*together && pl.task == next
		if !mine {
			turns = append(turns, turn{host: pl.host})
			continue
		}
		p.it.take(pl.host, pl.state)
		turns = append(turns, turn{pl.host, pl.task})
	}
	if !*together && next.IsMeta() && conditionText(wordOr(next.FreeForm)) == "flush_handlers" {
		*together = true
	}
	return turns
}

// nextOf walks the order of all tasks to the next one that some host waits for.
func (it *iterator) nextOf(waiting map[*plan.Task]bool) *plan.Task {
	for range 2 {
		for it.at < len(it.all) {
			t := it.all[it.at]
			it.at++
			if waiting[t] {
				return t
			}
		}
		it.at = 0 // what is left after clear_host_errors
	}
	return nil
}

// linear leads the hosts through the play together: nobody begins a task before all have ended the one before.
func (p *playRun) linear(ctx context.Context) (verdict, error) {
	code := fine
	flushing := false
	for ctx.Err() == nil {
		hosts := p.left()
		turns := p.lockstep(hosts, &flushing)
		if len(turns) == 0 {
			break
		}
		s := &step{p: p, hosts: hosts}
		if err := s.take(ctx, turns); err != nil {
			return code, err
		}
		if s.declined {
			continue
		}
		if err := p.include(s.outcomes, hosts); err != nil {
			return code, err
		}
		if s.fatal() {
			code |= breakPlay
		}
		if s.tooMany() {
			p.r.Events.Emit(event.NoHostsRemaining{})
			code |= breakPlay
		}
		p.refresh()
		if code != fine && len(p.r.failed) >= len(hosts) {
			p.r.Events.Emit(event.NoHostsRemaining{})
			return code, nil
		}
	}
	return code, nil
}

// step is one task for all hosts that are at it.
type step struct {
	p        *playRun
	hosts    []string
	outcomes []*outcome
	metas    []string // hosts that did a meta task
	all      bool     // any_errors_fatal applies
	declined bool
}

// take starts the task on each host and settles the outcomes as they come.
func (s *step) take(ctx context.Context, turns []turn) error {
	p := s.p
	done := make(chan *outcome, len(turns))
	started, asked := 0, false
	var shown *event.Task
	var limit chan struct{}
	for _, t := range turns {
		if t.task == nil { // ansible-core has those who wait do meta: noop, unless who is before them does it for all
			s.metas = append(s.metas, t.host)
			continue
		}
		if p.skipsRole(t.host, t.task) {
			continue
		}
		if t.task.IsMeta() {
			once, err := s.meta(ctx, t)
			if err != nil {
				return err
			}
			if once {
				break
			}
			continue
		}
		once, err := p.isOnce(t.host, t.task)
		if err != nil {
			return &Abort{Err: err}
		}
		s.all = s.all || s.fatalFor(t, once)
		if shown == nil {
			shown = p.describe(t.host, t.task)
			if p.r.step && !asked {
				asked = true
				if !p.takesStep(ctx, shown, "") {
					s.declined = true
					return nil
				}
			}
			if err := p.before(ctx, shown); err != nil {
				return err
			}
			p.r.Events.Emit(event.TaskStart{Task: shown})
			if !once {
				limit = p.throttle(t.host, t.task)
			}
		}
		p.work(ctx, t.host, t.task, shown, limit, done)
		started++
		if once {
			break
		}
		if p.r.Settings.Forks == 1 { // what is shown of a host stands together
			if err := s.collect(turns, started, done); err != nil {
				return err
			}
			started = 0
		}
	}
	return s.collect(turns, started, done)
}

// together is how long outcomes that come at nearly the same time are waited for, so that they are shown in the order of the
// hosts.
const together = 500 * time.Microsecond

// collect settles the outcomes as they come.
func (s *step) collect(turns []turn, started int, done <-chan *outcome) error {
	place := map[string]int{}
	for i, t := range turns {
		place[t.host] = i
	}
	var first error
	for started > 0 {
		list := []*outcome{<-done}
		if started > 1 {
			list = append(list, arriving(done, started-1)...)
		}
		started -= len(list)
		slices.SortFunc(list, func(a, b *outcome) int { return place[a.host] - place[b.host] })
		for _, o := range list {
			if err := s.p.settle(o); err != nil && first == nil {
				first = err
			}
		}
		s.outcomes = append(s.outcomes, list...)
	}
	slices.SortStableFunc(s.outcomes, func(a, b *outcome) int { return place[a.host] - place[b.host] })
	return first
}

// arriving are the outcomes that come within a moment.
func arriving(done <-chan *outcome, most int) (list []*outcome) {
	moment := time.NewTimer(together)
	defer moment.Stop()
	for len(list) < most {
		select {
		case o := <-done:
			list = append(list, o)
		case <-moment.C:
			return list
		}
	}
	return list
}

// meta does a meta task for a host, and tells whether that was for all.
func (s *step) meta(ctx context.Context, t turn) (once bool, err error) {
	if err := s.p.meta(ctx, t.task, t.host); err != nil {
		return false, err
	}
	s.metas = append(s.metas, t.host)
	switch conditionText(wordOr(t.task.FreeForm)) {
	case "noop", "reset_connection", "end_host", "role_complete", "flush_handlers":
	default:
		once = true
	}
	s.all = s.all || s.fatalFor(t, once)
	return once, nil
}

// fatalFor tells whether a failure of the task is one of all hosts.
func (s *step) fatalFor(t turn, once bool) bool {
	w := words{r: s.p.r, task: t.task, scope: s.p.r.Store.New(s.p.vars, t.host, t.task), ctx: context.Background()}
	fatal, _ := w.boolean("any_errors_fatal", s.p.r.Settings.AnyErrorsFatal)
	ignore, _ := w.boolean("ignore_errors", false)
	return (fatal || once) && !ignore
}

// bad are the hosts that failed, or became unreachable, in this step.
func (s *step) bad() (failed []string, lost bool) {
	for _, h := range s.metas {
		if s.p.it.failed(h) {
			failed = append(failed, h)
		}
	}
	for _, o := range s.outcomes {
		switch o.status() {
		case event.Failed:
			if s.p.it.failed(o.host) {
				failed = append(failed, o.host)
			}
		case event.Unreachable:
			lost = true
		}
	}
	return failed, lost
}

// fatal fails every host that no rescue can save, where the failure of one is that of all.
func (s *step) fatal() (broken bool) {
	failed, lost := s.bad()
	if !s.all || len(failed) == 0 && !lost {
		return false
	}
	for _, h := range s.hosts {
		state, _ := s.p.it.peek(h)
		state = state.active()
		if state.in != inRescue && state.in != inAlways || state.in == inRescue && state.failed&failedRescue != 0 {
			s.p.r.failed[h] = true
			broken = true
		}
	}
	return broken
}

// tooMany fails the batch where more hosts have failed than max_fail_percentage allows.
func (s *step) tooMany() bool {
	p := s.p
	if p.words.maxFail < 0 || len(s.outcomes)+len(s.metas) == 0 || float64(len(p.r.failed))/float64(len(p.hosts)) <= p.words.maxFail/100 {
		return false
	}
	failed, _ := s.bad()
	for _, h := range s.hosts {
		if !slices.Contains(failed, h) {
			p.r.failed[h] = true
			p.it.fail(h)
		}
	}
	return true
}
