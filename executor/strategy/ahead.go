package strategy

import (
	"context"
	"errors"
	"reflect"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/parser/jinja/value"
)

// Sending ahead saves round trips: with a task go those after it that depend on nothing that is still to come. The target does
// them in their order and stops at the first failure; what was not run then is prepared anew when its turn comes.
//
// With several hosts in a batch it is done where no host can tell: see overlap.go.

// maxAhead bounds the tasks that are sent ahead together.
const maxAhead = 64

// early is a task that was sent ahead. Its reply comes over the channel, which is closed after it; nothing comes where the
// task was not run.
type early struct {
	p     *prepared
	reply chan *value.Dict
}

// ahead is what a job sent ahead.
type ahead struct{ tasks map[*plan.Task]*early }

// early takes what was sent ahead for a task.
func (p *playRun) early(host string, t *plan.Task) *early {
	e := p.soon[host][t]
	delete(p.soon[host], t)
	return e
}

// keepEarly remembers what a job sent ahead.
func (p *playRun) keepEarly(o *outcome) {
	if o.sent == nil || len(o.sent.tasks) == 0 {
		return
	}
	if p.soon[o.host] == nil {
		p.soon[o.host] = map[*plan.Task]*early{}
	}
	for t, e := range o.sent.tasks {
		p.soon[o.host][t] = e
	}
}

// following are the tasks that come after a task if nothing fails, as far as the play's course is known.
func (p *playRun) following(host string, t *plan.Task) []*plan.Task {
	if !p.words.lockstep() || p.r.isForeign(t) || p.r.step || p.r.Before != nil || len(p.soon[host]) > 0 || t.LoopKind != "" || t.Handler || !p.overlaps(t) {
		return nil
	}
	var out []*plan.Task
	s := p.it.state(host).clone()
	for len(out) < maxAhead {
		next := s.next(p.it, host)
		if next == nil || next.IsMeta() || next.Includes() || s.in == inHandlers || p.r.isForeign(next) || p.skipsRole(host, next) || !p.overlaps(next) {
			break
		}
		out = append(out, next)
	}
	return out
}

// alone are keywords of tasks that cannot be sent ahead, nor be followed in the same batch.
var alone = []string{"until", "async", "throttle", "delegate_to", "run_once", "timeout", "failed_when"}

// bringsFacts are modules that set variables besides what is registered.
var bringsFacts = map[string]bool{"ansible.builtin.setup": true, "ansible.builtin.gather_facts": true, "ansible.builtin.package_facts": true,
	"ansible.builtin.service_facts": true, "ansible.builtin.getent": true, "ansible.builtin.hostname": true, "ansible.posix.selinux": true}

// leads tells that other tasks' calls may follow a task's in a batch: nothing that is found out here can make it fail.
func leads(t *plan.Task) bool { return batchable(t) && constant(t.Word("changed_when")) }

// batchable tells that a task's call may be one of a batch.
func batchable(t *plan.Task) bool {
	for _, word := range alone {
		if t.Word(word) != nil {
			return false
		}
	}
	if _, err := registerName(t); err != nil || t.LoopKind != "" || bringsFacts[t.FQCN] {
		return false
	}
	switch t.FQCN {
	case "ansible.builtin.command", "ansible.builtin.shell", "ansible.builtin.template", "ansible.builtin.copy":
		return true
	}
	return !action.Has(t.FQCN) && t.Module != nil
}

// constant tells that a condition cannot go wrong: it is missing, or a bool.
func constant(cond value.Value) bool {
	for _, c := range items(cond) {
		if _, ok := truth(c); !ok {
			return false
		}
	}
	return true
}

// quiet tells that a task of the controller leaves the target alone and that the tasks after it may go before it; sets
// are the variables that it sets.
func quiet(t *plan.Task) (sets []string, ok bool) {
	if t.Word("until") != nil || waits(t) {
		return nil, false
	}
	switch t.FQCN {
	case "ansible.builtin.debug":
		return nil, t.Word("failed_when") == nil
	case "ansible.builtin.set_fact":
		for k := range t.Args.All() {
			if name, isText := k.(value.Str); isText {
				sets = append(sets, string(name))
			}
		}
		return sets, t.LoopKind == "" && t.FreeForm == nil && t.Splat == nil
	}
	return nil, false
}

// waits tells that a loop pauses between its items: what comes after it must not be done before.
func waits(t *plan.Task) bool {
	control, ok := t.Word("loop_control").(*value.Dict)
	return ok && has(control, "pause")
}

// companions prepares the tasks that go with a task: as long as they depend on nothing that is still to come.
func (j *job) companions(p *prepared) []*companion {
	if len(j.follow) == 0 || !leads(j.task) || p.timeout > 0 {
		return nil
	}
	pending := map[string]bool{}
	if j.task.Register != "" {
		pending[j.task.Register] = true
	}
	var out []*companion
	for _, t := range j.follow {
		if sets, ok := quiet(t); ok {
			for _, name := range sets {
				pending[name] = true
			}
			if t.Register != "" {
				pending[t.Register] = true
			}
			continue
		}
		c, more := j.companion(p, t, pending)
		if c != nil {
			out = append(out, c)
		}
		if !more {
			break
		}
		if t.Register != "" {
			pending[t.Register] = true
		}
	}
	return out
}

// companion is a task that goes with another.
type companion struct {
	task *plan.Task
	early
	call     wire.Call
	contents blobs
	answered bool
}

// companion prepares one task; more tells whether those after it may be looked at.
func (j *job) companion(first *prepared, t *plan.Task, pending map[string]bool) (c *companion, more bool) {
	if !batchable(t) {
		return nil, false
	}
	if j.r.Gate != nil {
		if _, skip := j.r.Gate.Skip(t.Pos); skip {
			return nil, true
		}
	}
	depends := false
	scope := j.r.Store.New(j.play, j.host, t)
	scope.Watch = func(name string) {
		depends = depends || pending[name] || len(pending) > 0 && (name == "hostvars" || name == "vars") || j.crowd && ofOthers[name]
	}
	other := &job{r: j.r, crowd: j.crowd, ctx: j.ctx, play: j.play, host: j.host, task: t, shown: j.shown, scope: scope}
	scope.SearchPath = other.searchPath()
	p := other.prepare(scope, nil)
	switch {
	case depends:
		return nil, false
	case p.final != nil:
		return nil, flag(p.final, "skipped")
	case readsHere(t) && p.target.isHere(): // what an earlier task has yet to write
		return nil, false
	case p.target == nil || p.target.key() != first.target.key() || !reflect.DeepEqual(p.target.become, first.target.become):
		return nil, false
	}
	p.call.Remote = later{}
	step, err := p.action(j.ctx, p.call)
	if err != nil || step.Request == nil || depends {
		return nil, false
	}
	p.step = step
	call, contents, err := other.wire(p, step.Request)
	if err != nil {
		return nil, false
	}
	return &companion{task: t, early: early{p: p, reply: make(chan *value.Dict, 1)}, call: call, contents: contents}, leads(t)
}

// readsHere tells that a task sends a file of the controller.
func readsHere(t *plan.Task) bool {
	return t.FQCN == "ansible.builtin.template" || t.FQCN == "ansible.builtin.copy" && t.Args != nil && has(t.Args, "src")
}

// later is the target for an action that prepares a call to be sent ahead: one that needs more of it than a call, such as a copy of a
// whole directory, has to wait for its turn.
type later struct{ action.Remote }

var errLater = errors.New("not ahead of its turn")

func (later) Do(context.Context, *action.Request) (*value.Dict, error) { return nil, errLater }

func (later) DoAll(context.Context, []*action.Request) ([]*value.Dict, error) { return nil, errLater }

// exchangeAhead sends a task's call with those of its companions, and returns when its own reply is there.
func (j *job) exchangeAhead(ctx context.Context, p *prepared, call wire.Call, contents blobs, with []*companion) (*value.Dict, error) {
	calls := []wire.Call{call}
	j.ahead.tasks = map[*plan.Task]*early{}
	for _, c := range with {
		calls = append(calls, c.call)
		for k, b := range c.contents {
			contents[k] = b
		}
		j.ahead.tasks[c.task] = &c.early
	}
	for i := range calls {
		calls[i].ID, calls[i].StopOnFailure = uint32(i), true
	}
	own := make(chan *value.Dict, 1)
	failed := make(chan error, 1)
	go func() {
		err := j.r.links.send(ctx, p.target, calls, contents, func(reply wire.Reply) {
			switch {
			case reply.ID == 0:
				own <- fromReply(reply)
			case !reply.NotRun:
				with[reply.ID-1].reply <- fromReply(reply)
			}
			if reply.ID > 0 {
				close(with[reply.ID-1].reply)
				with[reply.ID-1].answered = true
			}
		})
		for _, c := range with {
			if c.answered {
				continue
			}
			if err != nil {
				c.reply <- failure(err)
			}
			close(c.reply)
		}
		if err == nil {
			err = &connection.Unreachable{Host: p.target.name, Stage: connection.StageLost, Why: "the target did not answer"}
		}
		failed <- err
	}()
	select {
	case d := <-own:
		return d, nil
	case err := <-failed:
		select {
		case d := <-own:
			return d, nil
		default:
			return nil, err
		}
	}
}

// useEarly takes the reply that came ahead; false where the task was not run.
func (j *job) useEarly(out *outcome) bool {
	d, ok := <-j.early.reply
	if !ok {
		return false
	}
	p := j.early.p
	p.call.Task = j.shown.Name
	p.final = j.judge(p, j.finish(p, d), 0)
	out.dict = p.final
	out.take(p)
	j.note(p)
	return true
}
