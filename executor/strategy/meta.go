package strategy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/strategy/plan"
)

// meta does a meta task for a host (ansible.builtin.meta).
func (p *playRun) meta(ctx context.Context, t *plan.Task, host string) error {
	what := conditionText(wordOr(t.FreeForm))
	do, ok := metas[what]
	if !ok {
		return &Abort{Pos: t.Pos, Err: fmt.Errorf("invalid meta action requested: %s", what)}
	}
	var shown *event.Task
	if !t.Implicit {
		shown = p.describe(host, t)
		p.r.Events.Emit(event.TaskStart{Task: shown})
	}
	j := &job{r: p.r, ctx: ctx, play: p.vars, host: host, task: t}
	holds := true
	if do.conditional {
		var err error
		if holds, err = j.conditions(p.r.Store.New(p.vars, host, t)); err != nil {
			return &Abort{Err: err}
		}
	} else if t.Word("when") != nil && !t.Implicit {
		p.r.warn(what + " task does not support when conditional")
	}
	text := what + " conditional evaluated to False"
	if holds {
		if err := do.run(p, t, host); err != nil {
			return err
		}
		text = do.says
	} else if do.otherwise != "" {
		text += ", " + do.otherwise
	}
	if strings.HasSuffix(text, " for") {
		text += " " + host
	}
	if !t.Implicit {
		p.r.notice(2, "META: %s", text)
	}
	if t.Handler {
		p.it.unnotify(t, host)
	}
	if !holds && shown != nil {
		msg := what
		if what == "end_host" {
			msg = "end_host conditional evaluated to false, continuing execution for " + host
		}
		p.r.Events.Emit(event.Result{Outcome: event.Outcome{Task: shown, Host: host, Status: event.Skipped,
			Dict: result("msg", msg, "skip_reason", text), Time: p.r.now()}})
	}
	return nil
}

// metaAction is one of meta's words.
type metaAction struct {
	run func(p *playRun, t *plan.Task, host string) error
	// says is the message of -vv; otherwise is what follows where the condition does not hold. Behind "for" comes the host.
	says, otherwise string
	conditional     bool
}

var metas map[string]metaAction

func init() {
	metas = map[string]metaAction{
		"noop":              {run: func(*playRun, *plan.Task, string) error { return nil }, says: "noop"},
		"flush_handlers":    {run: (*playRun).flush, says: "triggered running handlers for", otherwise: "not running handlers for", conditional: true},
		"refresh_inventory": {run: (*playRun).refreshInventory, says: "inventory successfully refreshed"},
		"clear_facts":       {run: (*playRun).clearFacts, says: "facts cleared", otherwise: "not clearing facts and fact cache for", conditional: true},
		"clear_host_errors": {run: (*playRun).clearErrors, says: "cleared host errors", otherwise: "not clearing host error state for", conditional: true},
		"end_batch":         {run: (*playRun).endBatch, says: "ending batch", otherwise: "continuing current batch", conditional: true},
		"end_play":          {run: (*playRun).endPlay, says: "ending play", otherwise: "continuing play", conditional: true},
		"end_host":          {run: (*playRun).endHost, says: "ending play for", otherwise: "continuing execution for", conditional: true},
		"role_complete":     {run: (*playRun).roleComplete, says: "role_complete for"},
		"reset_connection":  {run: (*playRun).resetConnection, says: "reset connection"},
	}
}

func (p *playRun) flush(t *plan.Task, host string) error {
	s := p.it.state(host)
	if s.in == inHandlers {
		return &Abort{Pos: t.Pos, Err: fmt.Errorf("flush_handlers cannot be used as a handler")}
	}
	if !p.r.unreachable[host] {
		s.beforeFlush = s.in
		s.in = inHandlers
	}
	return nil
}

// refreshInventory reads the inventory again. The hosts of the batch go on in the order in which they are found now: who was put into a group
// comes later.
func (p *playRun) refreshInventory(*plan.Task, string) error {
	if err := p.r.Inventory.Refresh(); err != nil {
		return &Abort{Err: fmt.Errorf("reading the inventory again: %w", err)}
	}
	all, err := p.r.Inventory.Match(p.words.hosts, true)
	if err != nil {
		return &Abort{Err: err}
	}
	p.vars.All = slices.Clone(all)
	order(all, p.words.order)
	p.hosts = slices.DeleteFunc(all, func(h string) bool { return !slices.Contains(p.hosts, h) })
	p.vars.Batch = p.hosts
	return nil
}

func (p *playRun) clearFacts(*plan.Task, string) error {
	for _, h := range p.hosts {
		p.r.Store.ClearFacts(h)
		if p.r.Cache != nil {
			if err := p.r.Cache.Clear(h); err != nil {
				p.r.warn(fmt.Sprintf("the cached facts of %s cannot be removed: %v", h, err))
			}
		}
	}
	return nil
}

func (p *playRun) clearErrors(*plan.Task, string) error {
	for _, h := range p.hosts {
		delete(p.r.failed, h)
		delete(p.r.unreachable, h)
		p.it.state(h).clearErrors()
	}
	return nil
}

func (p *playRun) endBatch(*plan.Task, string) error {
	for _, h := range p.hosts {
		if !p.r.unreachable[h] {
			p.it.state(h).in = done
		}
	}
	return nil
}

func (p *playRun) endPlay(t *plan.Task, host string) error {
	p.it.ended = true
	return p.endBatch(t, host)
}

func (p *playRun) endHost(_ *plan.Task, host string) error {
	p.it.state(host).in = done
	p.it.removed = append(p.it.removed, host)
	return nil
}

func (p *playRun) roleComplete(t *plan.Task, host string) error {
	if role := t.Role(); t.Implicit && role != nil && p.ran[role][host] {
		mark(p.complete, role, host)
	}
	return nil
}

func (p *playRun) resetConnection(t *plan.Task, host string) error {
	w := words{r: p.r, task: t, scope: p.r.Store.New(p.vars, host, t), ctx: context.Background()}
	target, err := w.target(host)
	if err != nil {
		return &Abort{Pos: t.Pos, Err: err}
	}
	p.r.links.reset(target)
	return nil
}
