package strategy

import (
	"context"
	"fmt"
	"strings"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/strategy/plan"
)

// free lets each host go on as soon as it has ended a task. With host_pinned a host that has begun keeps its slot until it is
// through.
func (p *playRun) free(ctx context.Context) (verdict, error) {
	if p.words.maxFail >= 0 {
		p.r.warn("Using max_fail_percentage with the free strategy is not supported, as tasks are executed independently on each host")
	}
	pinned := strings.HasSuffix(p.words.strategy, "host_pinned")
	f := &freely{p: p, busy: map[string]bool{}, done: make(chan *outcome, len(p.hosts)+1), limits: map[*plan.Task]chan struct{}{}, begun: map[string]bool{}}
	for ctx.Err() == nil {
		hosts := p.left()
		if len(hosts) == 0 {
			p.r.Events.Emit(event.NoHostsRemaining{})
			return fine, nil
		}
		idle := true
		for _, h := range hosts {
			if f.busy[h] || pinned && !f.begun[h] && len(f.begun) >= cap(p.slots) {
				continue
			}
			worked, err := f.advance(ctx, h)
			if err != nil {
				return fine, err
			}
			idle = idle && !worked
			if !worked && !f.busy[h] {
				delete(f.begun, h)
			}
		}
		if len(f.busy) == 0 {
			if idle {
				return fine, nil
			}
			continue
		}
		if err := f.collect(hosts); err != nil {
			return fine, err
		}
	}
	for len(f.busy) > 0 {
		f.collect(p.left())
	}
	return fine, nil
}

// freely is the state of a free run.
type freely struct {
	p      *playRun
	busy   map[string]bool
	begun  map[string]bool
	done   chan *outcome
	limits map[*plan.Task]chan struct{}
}

// advance starts the next task of a host. worked tells that the host moved.
func (f *freely) advance(ctx context.Context, host string) (worked bool, err error) {
	p := f.p
	s, t := p.it.peek(host)
	if t == nil {
		return false, nil
	}
	f.begun[host] = true
	p.it.take(host, s)
	once, err := p.isOnce(host, t)
	if err != nil {
		return true, &Abort{Err: err}
	}
	if once {
		if action.OncePerPlay(t.FQCN) {
			return true, &Abort{Pos: t.Pos, Err: fmt.Errorf("The '%s' module bypasses the host loop, which is currently not supported in the free strategy and would instead execute for every host in the inventory list.", t.Action)}
		}
		p.r.warn("Using run_once with the free strategy is not currently supported. This task will still be executed for every host in the inventory list.")
	}
	if p.skipsRole(host, t) {
		return true, nil
	}
	if t.IsMeta() {
		return true, p.meta(ctx, t, host)
	}
	if fatal, _ := (words{r: p.r, task: t, scope: p.r.Store.New(p.vars, host, t), ctx: ctx}).boolean("any_errors_fatal", p.r.Settings.AnyErrorsFatal); fatal {
		p.r.warn("Using any_errors_fatal with the free strategy is not supported, as tasks are executed independently on each host")
	}
	shown := p.describe(host, t)
	if p.r.step && !p.takesStep(ctx, shown, host) {
		return true, nil
	}
	if f.limits[t] == nil {
		f.limits[t] = p.throttle(host, t)
	}
	if err := p.before(ctx, shown); err != nil {
		return true, err
	}
	p.r.Events.Emit(event.TaskStart{Task: shown})
	f.busy[host] = true
	p.work(ctx, host, t, shown, f.limits[t], f.done)
	return true, nil
}

// collect settles the next outcome, and those that have come with it.
func (f *freely) collect(hosts []string) error {
	outcomes := []*outcome{<-f.done}
	for more := true; more; {
		select {
		case o := <-f.done:
			outcomes = append(outcomes, o)
		default:
			more = false
		}
	}
	for _, o := range outcomes {
		delete(f.busy, o.host)
		if err := f.p.settle(o); err != nil {
			return err
		}
	}
	return f.p.include(outcomes, hosts)
}
