package strategy

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/event"
	"pylint-deploy/parser/jinja/value"
)

// detach starts a task as a background job, and with poll waits for its end.
func (j *job) detach(ctx context.Context, p *prepared) *value.Dict {
	call, contents, err := j.wire(p, p.step.Request)
	if err != nil {
		return failure(err)
	}
	call.AsyncSeconds = p.async
	call.JobID = fmt.Sprintf("j%012d.%d", rand.Int64N(1e12), time.Now().UnixNano()%1e6)
	d, err := j.exchange(ctx, p, call, contents)
	if err != nil {
		return failure(err)
	}
	if p.poll <= 0 || flag(d, "failed") || flag(d, "skipped") {
		return d
	}
	return j.await(ctx, p, call.JobID)
}

// await polls a job until it is done or its time is over.
func (j *job) await(ctx context.Context, p *prepared, id string) *value.Dict {
	ask := func(mode string) (*value.Dict, error) {
		become, err := p.target.becoming(ctx)
		if err != nil {
			return nil, err
		}
		call := wire.Call{Module: "ansible.builtin.async_status", Args: map[string]any{"jid": id, "mode": mode}, Env: p.env, Become: become}
		return j.exchange(ctx, p, call, nil)
	}
	var last *value.Dict
	for left := p.async; left > 0; left -= p.poll {
		if err := j.r.sleep(ctx, time.Duration(p.poll)*time.Second); err != nil {
			return failure(err)
		}
		d, err := ask("status")
		if err != nil {
			if left-p.poll <= 0 {
				return failure(err)
			}
			continue // a connection that breaks while a job runs may come back
		}
		last = d
		if finished(d) || flag(d, "failed") || flag(d, "skipped") {
			break
		}
		j.polled(p, d, "poll")
	}
	if last == nil || !finished(last) {
		j.polled(p, last, "failed")
		return result("failed", true, "msg", fmt.Sprintf("async task did not complete within the requested time - %ds", p.async), "async_result", orEmpty(last))
	}
	ask("cleanup")
	if flag(last, "failed") {
		j.polled(p, last, "failed")
	} else {
		j.polled(p, last, "ok")
	}
	return last
}

func orEmpty(d *value.Dict) *value.Dict {
	if d == nil {
		return value.NewDict()
	}
	return d
}

func finished(d *value.Dict) bool { return flag(d, "finished") }

func (j *job) polled(p *prepared, d *value.Dict, phase string) {
	j.r.Events.Emit(event.AsyncPoll{Outcome: event.Outcome{Task: j.shown, Host: j.host, Dict: clean(orEmpty(d), p.noLog), Time: j.r.now()}, Phase: phase})
}
