package strategy

import (
	"context"
	"fmt"

	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/strategy/variables"
)

// Probe calls modules on hosts outside of any play, over connections of its own that stay open. It serves whoever watches a
// run from beside it. Its methods may be used from several goroutines.
type Probe struct {
	r     *Runner
	links *links
}

// Probe makes a Probe that reaches hosts as the Runner's settings and the inventory say. The caller closes it.
func (r *Runner) Probe() *Probe { return &Probe{r: r, links: newLinks(r)} }

// Do makes one call on a host, as root or whoever the inventory becomes; a login as root becomes nobody. A module that fails is
// an error; a host that cannot be reached is a *connection.Unreachable.
func (p *Probe) Do(ctx context.Context, host, module string, args map[string]any) (map[string]any, error) {
	t, err := p.target(ctx, host)
	if err != nil {
		return nil, err
	}
	if t.become == nil && t.at.User != "root" {
		t.become = &wire.Become{User: "root", Method: "sudo", Flags: p.r.Settings.BecomeFlags}
		t.askBecome = p.r.BecomePassword
	}
	become, err := t.becoming(ctx)
	if err != nil {
		return nil, err
	}
	var reply wire.Reply
	err = p.links.send(ctx, t, []wire.Call{{Module: module, Args: args, Become: become}}, blobs{}, func(r wire.Reply) { reply = r })
	if err != nil {
		return nil, err
	}
	if failed, _ := reply.Result["failed"].(bool); failed {
		return nil, fmt.Errorf("%s: %v", host, reply.Result["msg"])
	}
	return reply.Result, nil
}

// IsHere tells that a host is reached by a local connection: it is this very machine.
func (p *Probe) IsHere(ctx context.Context, host string) (bool, error) {
	t, err := p.target(ctx, host)
	return err == nil && t.kind == "local", err
}

func (p *Probe) target(ctx context.Context, host string) (*target, error) {
	task := &plan.Task{}
	w := words{r: p.r, task: task, scope: p.r.Store.New(&variables.Play{Plan: &plan.Play{}}, host, task), ctx: ctx}
	return w.target(host)
}

// Close ends the connections.
func (p *Probe) Close() { p.links.close() }
