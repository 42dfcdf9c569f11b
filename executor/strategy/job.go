package strategy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/strategy/variables"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/value"
)

// job is one task on one host. It runs in a goroutine of its own and touches nothing of the play but its variables.
type job struct {
	r     *Runner
	ctx   context.Context
	play  *variables.Play
	host  string
	task  *plan.Task
	shown *event.Task
	scope *variables.Scope
	// early is the reply to the task's call where it was sent ahead with an earlier task.
	early *early
	// crowd tells that there are other hosts in the batch.
	crowd bool
	// follow are tasks that may be sent together with this one.
	follow []*plan.Task
	ahead  *ahead
	// coming are results that a task that is prepared to be sent ahead may have conditions about; nil at a task's own turn.
	coming results
}

// outcome is what came of a job.
type outcome struct {
	host  string
	task  *plan.Task
	shown *event.Task
	dict  *value.Dict
	// prep holds the task's keywords as rendered for the host; of a loop, those of the item that decides.
	ignoreErrors, ignoreUnreachable, noLog, diff bool
	// delegated is the host that did the work, "" if it is host; address its ansible_host.
	delegated, address string
	delegateFacts      bool
	// raised tells that the task could not even be tried.
	raised bool
	took   time.Duration
	// scope is what the task saw, for what is rendered of it later.
	scope *variables.Scope
	// sent is what went ahead with the task; stopped tells that it was sent ahead itself, and the target did not come that far.
	sent    *ahead
	stopped bool
}

func (o *outcome) status() event.Status { return statusOf(o.dict, o.task.LoopKind != "") }

// do runs the job to its end.
func (j *job) do() *outcome {
	start := j.r.now()
	out := &outcome{host: j.host, task: j.task, shown: j.shown}
	j.scope = j.r.Store.New(j.play, j.host, j.task)
	j.scope.SearchPath = j.searchPath()
	out.scope = j.scope
	if reads := j.r.Reads; reads != nil {
		j.scope.Watch = func(name string) { reads(j.shown, name) }
	}
	if j.r.Gate != nil {
		if why, skip := j.r.Gate.Skip(j.task.Pos); skip {
			out.dict = result("changed", false, "skipped", true, "skip_reason", why)
			return out
		}
	}
	if err := j.scope.Check(); err != nil {
		out.dict = failure(err)
		return out
	}
	items, loops, err := j.items()
	switch {
	case j.early != nil && j.useEarly(out):
	case err != nil && !isUndefined(err):
		out.dict, out.raised = j.loopFailure(err), true
		w := j.words(j.scope)
		out.ignoreErrors, _ = w.boolean("ignore_errors", false)
		out.noLog, _ = w.boolean("no_log", j.r.Settings.NoLog)
	case loops && err == nil:
		j.loop(out, items)
	default:
		j.once(out, err)
	}
	if !has(out.dict, "changed") && !out.raised {
		out.dict.SetStr("changed", value.Bool(false))
	}
	out.took = j.r.now().Sub(start)
	return out
}

func (j *job) words(scope *variables.Scope) words {
	return words{r: j.r, task: j.task, scope: scope, ctx: j.ctx}
}

func (j *job) searchPath() []string {
	paths := j.task.SearchPath()
	for _, p := range paths {
		if p == j.r.Store.PlaybookDir {
			return paths
		}
	}
	return append(paths, j.r.Store.PlaybookDir)
}

// once runs a task without a loop.
func (j *job) once(out *outcome, loopErr error) {
	p := j.prepare(j.scope, loopErr)
	j.execute(p)
	out.dict = p.final
	out.take(p)
	j.note(p)
}

// take makes the keywords of a prepared execution those of the outcome.
func (o *outcome) take(p *prepared) {
	o.ignoreErrors, o.ignoreUnreachable, o.noLog, o.diff = p.ignoreErrors, p.ignoreUnreachable, p.noLog, p.diff
	o.delegated, o.address, o.delegateFacts, o.raised = p.delegated, p.address, p.delegateFacts, p.raised
}

// note adds to a result what the play wants to know of it: who is notified.
func (j *job) note(p *prepared) {
	if len(p.notify) > 0 {
		set(p.final, "_ansible_notify", anyList(p.notify))
	}
	if p.delegated != "" {
		set(p.final, "_ansible_delegated_vars", result("ansible_delegated_host", p.delegated, "ansible_host", p.address))
	}
}

func anyList(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// items are what the task loops over; loops is false for a task without a loop.
func (j *job) items() (items []value.Value, loops bool, err error) {
	switch j.task.LoopKind {
	case "":
		return nil, false, nil
	case "loop":
		v, err := j.r.Templar.Value(j.ctx, j.scope, j.task.Loop)
		if err != nil {
			return nil, true, err
		}
		list, ok := v.(*value.List)
		if !ok {
			text, _ := value.ToStr(v)
			return nil, true, fmt.Errorf("Invalid data passed to 'loop', it requires a list, got this instead: %s."+
				" Hint: If you passed a list/dict of just one element, try adding wantlist=True to your lookup invocation or use q/query instead of lookup.", text)
		}
		return list.Items, true, nil
	}
	items, err = j.r.Templar.ItemsFor(j.ctx, j.scope, j.task.Action, j.task.LoopKind, j.task.Loop)
	return items, true, err
}

// loopFailure is the result of a task whose loop cannot be computed: the lookup's own words, and where.
func (j *job) loopFailure(err error) *value.Dict {
	var broken *template.Error
	if errors.As(err, &broken) && broken.Place != "" {
		return result("failed", true, "msg", broken.Says(), "at", broken.At())
	}
	return result("failed", true, "msg", err.Error()+whereIs(j.task))
}

func isUndefined(err error) bool { return value.IsKind(err, value.UndefinedError) }
