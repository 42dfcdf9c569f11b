package strategy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/module"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/value"
)

// execute runs a prepared task to its final result, again and again where until says so.
func (j *job) execute(p *prepared) {
	if p.final != nil {
		return
	}
	if _, err := registerName(j.task); err != nil {
		p.fails(err)
		return
	}
	if p.check && p.async > 0 {
		p.fails(errors.New("check mode and async cannot be used on same task."))
		return
	}
	until := j.task.Word("until")
	if until == nil {
		p.final = j.judge(p, j.attempt(p), 0)
		return
	}
	j.untilDone(p, until)
}

// untilDone repeats a task until its condition holds or the attempts are used up.
func (j *job) untilDone(p *prepared, until value.Value) {
	w := j.words(p.scope)
	retries, err := w.number("retries", 3)
	if err != nil {
		p.fails(err)
		return
	}
	delay, err := w.number("delay", 5)
	if err != nil {
		p.fails(err)
		return
	}
	if delay < 0 {
		delay = 1
	}
	attempts := max(int(retries), 0) + 1
	for attempt := 1; ; attempt++ {
		d := j.judge(p, j.attempt(p), attempt)
		p.final = d
		if flag(d, "unreachable") || p.over {
			return
		}
		met, err := j.holds(p, d, until)
		if err != nil {
			p.fails(fmt.Errorf("The conditional check '%s' failed. The error was: %w%s", conditionText(until), err, whereIs(j.task)))
			return
		}
		if met || attempts == 1 {
			return
		}
		if attempt == attempts {
			set(d, "attempts", attempts-1)
			set(d, "failed", true)
			return
		}
		set(d, "retries", attempts)
		o := event.Outcome{Task: j.shown, Host: j.host, Dict: clean(d, p.noLog), Delegated: p.delegated, DelegatedAddress: p.address, Time: j.r.now()}
		j.r.Events.Emit(event.Retry{Outcome: o, Attempts: int64(attempt), Retries: int64(attempts)})
		if j.r.sleep(j.ctx, time.Duration(delay*float64(time.Second))) != nil {
			p.fails(j.ctx.Err())
			return
		}
	}
}

// holds evaluates a condition with the result under the name of register.
func (j *job) holds(p *prepared, d *value.Dict, cond value.Value) (bool, error) {
	verdict, err := j.r.Templar.Bool(j.ctx, j.after(p, d), cond)
	j.warnOf(verdict)
	return verdict.True, err
}

// warnOf says what is odd about a condition.
func (j *job) warnOf(v template.Verdict) {
	if v.Warning != "" {
		j.r.warn(v.Warning)
	}
}

// attempt runs the action once.
func (j *job) attempt(p *prepared) *value.Dict {
	ctx := j.ctx
	if p.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.timeout)
		defer cancel()
	}
	d := j.act(ctx, p)
	if p.timeout > 0 && ctx.Err() != nil && j.ctx.Err() == nil {
		p.over = true
		return result("failed", true, "msg", fmt.Sprintf("The %s action failed to execute in the expected time frame (%d) and was terminated", p.call.Name, int(p.timeout.Seconds())))
	}
	return d
}

// act lets the action make its step, sends the call if there is one, and finishes the result.
func (j *job) act(ctx context.Context, p *prepared) *value.Dict {
	step, err := p.action(ctx, p.call)
	if err != nil {
		return j.actionFailure(p, err)
	}
	p.step = step
	if step.Request == nil {
		return step.Result
	}
	if p.async > 0 {
		return j.finish(p, j.detach(ctx, p))
	}
	if b := p.target.become; b != nil {
		j.r.notice(3, "<%s> BECOME %s", p.target.name, agent.CommandLine(b.Method, b.Exe, b.Flags, b.User))
	}
	own := &share{task: j.task, contents: blobs{}}
	if err := own.add(j, p); err != nil {
		return failure(err)
	}
	var with []*early
	if j.task.LoopKind == "" {
		with = j.companions(p, len(own.calls))
	}
	var d *value.Dict
	if err := j.exchangeAhead(ctx, p.target, own, with, func(reply *value.Dict) { d = reply }); err != nil {
		return failure(err)
	}
	return j.finish(p, d)
}

func (j *job) actionFailure(p *prepared, err error) *value.Dict {
	var raised *action.Raised
	if errors.As(err, &raised) {
		p.over, p.raised = true, raised.Whole
	}
	var lost *connection.Unreachable
	var failed *action.Failed
	var gone *action.Unreachable
	if errors.As(err, &lost) || errors.As(err, &failed) || errors.As(err, &gone) {
		return failure(err)
	}
	return failure(j.optionError(err))
}

func (j *job) finish(p *prepared, d *value.Dict) *value.Dict {
	if r := p.step.Request; j.r.Settings.Verbosity >= 3 && r != nil && !strings.HasPrefix(r.Module, module.Internal) && !has(d, "invocation") {
		d.SetStr("invocation", invocation(p))
	}
	if p.step.Finish != nil {
		return p.step.Finish(d)
	}
	return d
}

// wire makes the call that goes to the target.
func (j *job) wire(p *prepared, r *action.Request) (wire.Call, blobs, error) {
	call := wire.Call{Module: r.Module, Args: r.Args, Check: p.check, Diff: p.diff, Verbosity: j.r.Settings.Verbosity, NoLog: p.noLog, Env: p.env}
	if r.Check != nil {
		call.Check = *r.Check
	}
	if r.Diff != nil {
		call.Diff = *r.Diff
	}
	if p.timeout > 0 {
		call.TimeoutMS = p.timeout.Milliseconds()
	}
	call.Args = unsafeWrites(p, call.Args)
	contents := blobs{}
	if err := contents.attach(&call, r.Blobs); err != nil {
		return call, nil, err
	}
	var err error
	call.Become, err = p.target.becoming(j.ctx)
	return call, contents, err
}

// unsafeWrites lets the environment of the task stand in for the argument unsafe_writes, as with Ansible's modules.
func unsafeWrites(p *prepared, args map[string]any) map[string]any {
	said, ok := p.env["ANSIBLE_UNSAFE_WRITES"]
	if _, knows := args["unsafe_writes"]; !ok || !knows || p.call == nil || has(p.call.Raw, "unsafe_writes") {
		return args
	}
	out := maps.Clone(args)
	out["unsafe_writes"], _ = truth(value.Str(said))
	return out
}

// exchange sends one call and waits for its reply.
func (j *job) exchange(ctx context.Context, p *prepared, call wire.Call, contents blobs) (*value.Dict, error) {
	var d *value.Dict
	err := j.r.links.send(ctx, p.target, []wire.Call{call}, contents, func(reply wire.Reply) { d = fromReply(reply) })
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, &connection.Unreachable{Host: p.target.name, Stage: connection.StageLost, Why: "the target did not answer"}
	}
	return d, nil
}

// remote implements action.Remote for a prepared task.
type remote struct {
	j *job
	p *prepared
}

// Do implements action.Remote.
func (r *remote) Do(ctx context.Context, request *action.Request) (*value.Dict, error) {
	call, contents, err := r.j.wire(r.p, request)
	if err != nil {
		return nil, err
	}
	return r.j.exchange(ctx, r.p, call, contents)
}

// DoAll implements action.Remote.
func (r *remote) DoAll(ctx context.Context, list []*action.Request) ([]*value.Dict, error) {
	var calls []wire.Call
	contents := blobs{}
	for i, request := range list {
		call, more, err := r.j.wire(r.p, request)
		if err != nil {
			return nil, err
		}
		for k, b := range more {
			contents[k] = b
		}
		call.ID, call.StopOnFailure = uint32(i), true
		calls = append(calls, call)
	}
	var out []*value.Dict
	err := r.j.r.links.send(ctx, r.p.target, calls, contents, func(reply wire.Reply) {
		if !reply.NotRun {
			out = append(out, fromReply(reply))
		}
	})
	return out, err
}

// Exec implements action.Remote.
func (r *remote) Exec(ctx context.Context, command string) (connection.Output, error) {
	r.j.r.links.epochs.something()
	defer r.j.r.links.epochs.something()
	if b := r.p.target.become; b != nil {
		return r.execAs(ctx, b, command)
	}
	return r.j.r.links.exec(ctx, r.p.target, command)
}

// execAs runs a raw command as another user by a program that asks for no password.
func (r *remote) execAs(ctx context.Context, b *wire.Become, command string) (connection.Output, error) {
	programs := map[string]string{"sudo": "sudo -H -n -u %s /bin/sh -c %s", "doas": "doas -n -u %s /bin/sh -c %s", "su": "su %s -c %s"}
	format, ok := programs[b.Method]
	if !ok {
		return connection.Output{}, &action.Failed{Msg: fmt.Sprintf("raw cannot become another user by the method '%s'", b.Method)}
	}
	return r.j.r.links.exec(ctx, r.p.target, fmt.Sprintf(format, shellWord(b.User), shellWord(command)))
}

// AsLogin implements action.Remote.
func (r *remote) AsLogin() action.Remote {
	p, target := *r.p, *r.p.target
	target.become = nil
	p.target = &target
	return &remote{j: r.j, p: &p}
}

// Reset implements action.Remote.
func (r *remote) Reset(context.Context) error {
	r.j.r.links.reset(r.p.target)
	return nil
}

// About implements action.Remote.
func (r *remote) About() action.Address { return addressOf(r.p.target) }

// Owner implements action.Remote.
func (r *remote) Owner() (action.Address, error) {
	if r.p.delegated == "" {
		return r.About(), nil
	}
	t, err := r.j.words(r.j.scope).target(r.j.host)
	if err != nil {
		return action.Address{}, err
	}
	return addressOf(t), nil
}

func addressOf(t *target) action.Address {
	a := action.Address{Connection: t.kind, Host: t.at.Address, User: t.at.User, Port: t.at.Port, KeyFiles: t.at.PrivateKeyFiles, SSHArgs: t.at.SSHArgs,
		AnyHostKey: t.at.HostKeys == connection.HostKeysOff}
	if t.become != nil {
		a.BecomeUser, a.BecomeMethod = t.become.User, t.become.Method
	}
	return a
}
