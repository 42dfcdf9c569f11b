package strategy

import (
	"context"
	"errors"
	"reflect"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/parser/jinja/value"
)

// Sending ahead saves round trips: with a task go those after it that depend on nothing that is still to come. The target does
// them in their order and stops at the first failure; what was not run then is prepared anew when its turn comes.
//
// With several hosts in a batch it is done where no host can tell: see overlap.go.

// maxAhead bounds the tasks that are sent ahead together.
const maxAhead = 64

// early is a task that was sent ahead: one execution, or those of the items of a loop.
type early struct {
	p    *prepared
	loop *looper
	*share
}

// ahead is what a job sent ahead.
type ahead struct{ tasks map[*plan.Task]*early }

// early takes what was sent ahead for a task.
func (p *playRun) early(host string, t *plan.Task) *early {
	e := p.soon[host][t]
	delete(p.soon[host], t)
	return e
}

// keepEarly remembers what a job sent ahead, or forgets what the target did not do after a failure.
func (p *playRun) keepEarly(o *outcome) {
	failed := o.status() == event.Failed && !o.ignoreErrors
	if o.stopped || failed {
		delete(p.soon, o.host)
	}
	if failed || o.sent == nil || len(o.sent.tasks) == 0 {
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
	if !p.words.lockstep() || p.r.isForeign(t) || p.r.step || p.r.Before != nil || len(p.soon[host]) > 0 || t.Handler || !p.overlaps(t) {
		return nil
	}
	var out []*plan.Task
	ended := map[*plan.Role]bool{}
	s := p.it.state(host).clone()
	for len(out) < maxAhead {
		next := s.next(p.it, host)
		if next != nil && endsRole(next) {
			ended[next.Role()] = true
			continue
		}
		if next == nil || next.IsMeta() || s.in == inHandlers || p.r.isForeign(next) || p.skipsRole(host, next) || !p.overlaps(next) ||
			ended[next.Role()] { // a role that comes once more may be left out
			break
		}
		out = append(out, next)
	}
	return out
}

// endsRole tells that a task is the mark at the end of a role, which does nothing but tell that the role is through.
func endsRole(t *plan.Task) bool {
	return t.IsMeta() && t.Implicit && t.Role() != nil && conditionText(wordOr(t.FreeForm)) == "role_complete"
}

// alone are keywords of tasks that cannot be sent ahead, nor be followed in the same batch.
var alone = []string{"until", "async", "throttle", "delegate_to", "run_once", "timeout"}

// bringsFacts are modules that set variables besides what is registered.
var bringsFacts = map[string]bool{"ansible.builtin.setup": true, "ansible.builtin.gather_facts": true, "ansible.builtin.package_facts": true,
	"ansible.builtin.service_facts": true, "ansible.builtin.getent": true, "ansible.builtin.hostname": true, "ansible.posix.selinux": true}

// leads tells that other tasks' calls may follow a task's in a batch: nothing that is found out here can make it fail.
func leads(t *plan.Task) bool {
	return batchable(t) && (t.Word("failed_when") == nil || neverFails(t)) && certain(t, t.Word("changed_when"))
}

// neverFails tells that failed_when is false: the task is well whatever it reports.
func neverFails(t *plan.Task) bool {
	failed, ok := truth(t.Word("failed_when"))
	return ok && !failed
}

// batchable tells that a task's calls may be some of a batch.
func batchable(t *plan.Task) bool {
	for _, word := range alone {
		if t.Word(word) != nil {
			return false
		}
	}
	if _, err := registerName(t); err != nil || bringsFacts[t.FQCN] {
		return false
	}
	switch t.FQCN {
	case "ansible.builtin.command", "ansible.builtin.shell", "ansible.builtin.template", "ansible.builtin.copy":
		return true
	}
	return !action.Has(t.FQCN) && t.Module != nil
}

// quiet tells that a task of the controller leaves the target alone and that the tasks after it may go before it, if it goes well; sets
// are the variables that it sets.
func quiet(t *plan.Task) (sets []string, ok bool) {
	if t.Word("until") != nil || t.Word("failed_when") != nil || !certain(t, t.Word("changed_when")) || waits(t) {
		return nil, false
	}
	switch t.FQCN {
	case "ansible.builtin.debug":
		return nil, true
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

// companions prepares the tasks that go with a task and its own calls: as long as they depend on nothing that is still to come, but for conditions that
// the target can decide.
func (j *job) companions(first *prepared, own int) []*early {
	if len(j.follow) == 0 || !leads(j.task) || first.timeout > 0 {
		return nil
	}
	pending := map[string]bool{}
	if j.task.Register != "" {
		pending[j.task.Register] = true
	}
	coming := results{}
	if j.task.LoopKind == "" {
		coming.note(j, first, 0)
	}
	var out []*early
	calls := own
	for _, t := range j.follow {
		c := &companion{job: &job{r: j.r, crowd: j.crowd, ctx: j.ctx, play: j.play, host: j.host, task: t, shown: j.shown, coming: coming}, first: first, pending: pending}
		e, more := c.prepare()
		if e != nil {
			coming.note(c.job, e.p, calls)
			out = append(out, e)
			calls += len(e.calls)
		} else {
			coming.note(c.job, nil, 0)
		}
		if !more || calls > maxBatch {
			break
		}
		if t.Register != "" {
			pending[t.Register] = true
		}
	}
	return out
}

// companion is a task that may go with another.
type companion struct {
	*job
	first   *prepared
	pending map[string]bool // variables that are not known before those in front of it have ended
	depends bool            // it asked for one of them
}

// prepare prepares what can be sent of the task; more tells whether those after it may be looked at.
func (c *companion) prepare() (e *early, more bool) {
	if c.r.Gate != nil {
		if _, skip := c.r.Gate.Skip(c.task.Pos); skip {
			return nil, true
		}
	}
	c.scope = c.r.Store.New(c.play, c.host, c.task)
	c.scope.Watch = func(name string) {
		c.depends = c.depends || c.pending[name] || len(c.pending) > 0 && (name == "hostvars" || name == "vars") || c.crowd && ofOthers[name]
	}
	c.scope.WatchKnown = c.scope.Watch
	c.scope.SearchPath = c.job.searchPath()
	sets, still := quiet(c.task)
	if !still && (c.task.Includes() || !batchable(c.task)) {
		return nil, c.leftOut()
	}
	if still {
		c.coming = nil // what is done here is decided here
		defer func() {
			for _, name := range sets {
				c.pending[name] = true
			}
		}()
		return nil, c.isQuiet()
	}
	if e, more = c.calls(); c.depends {
		return nil, false
	}
	return e, more
}

// leftOut tells that the task's conditions leave it out, by what is known now.
func (c *companion) leftOut() bool {
	if c.task.LoopKind != "" || c.task.Word("run_once") != nil {
		return false
	}
	c.coming = nil
	run, err := c.decide(&prepared{scope: c.scope})
	return !run && err == nil && !c.depends
}

// calls prepares the task's calls.
func (c *companion) calls() (e *early, more bool) {
	e = &early{share: &share{task: c.task, contents: blobs{}}}
	all, loops, err := c.items()
	switch {
	case err != nil || len(all) > maxBatch:
		return nil, false
	case !loops:
		e.p = c.job.prepare(c.scope, nil)
		if !c.add(e, e.p) {
			return nil, false
		}
	default:
		if e.loop = c.loopAhead(all); e.loop == nil {
			return nil, false
		}
		for _, it := range e.loop.waiting {
			before := len(e.calls)
			if !c.add(e, it.prepared) {
				return nil, false
			}
			it.sent = len(e.calls) > before
		}
	}
	if !e.decided() {
		return nil, false
	}
	if len(e.calls) == 0 { // it is skipped: at its turn, without a trip
		return nil, true
	}
	return e, leads(c.task)
}

// decided tells that the target decides for all executions of a task in the same way: either it does those that are not skipped anyhow, or none. One that
// is skipped has its word, too, as what is asked of a result may not be there.
func (e *early) decided() bool {
	runs := []*prepared{e.p}
	if e.loop != nil {
		runs = runs[:0]
		for _, it := range e.loop.waiting {
			runs = append(runs, it.prepared)
		}
	}
	for _, p := range runs {
		if p.final != nil && len(p.given) == 0 {
			continue
		}
		if len(e.calls) == 0 && len(p.given) > 0 || len(e.calls) > 0 && !reflect.DeepEqual(p.given, e.calls[0].If) {
			return false
		}
	}
	return true
}

// add prepares the call of one execution, if it is not skipped.
func (c *companion) add(e *early, p *prepared) bool {
	switch {
	case c.depends:
		return false
	case p.final != nil:
		return flag(p.final, "skipped")
	case readsHere(c.task) && p.target.isHere(): // what an earlier task has yet to write
		return false
	case p.target == nil || p.target.key() != c.first.target.key():
		return false
	}
	p.call.Remote = later{}
	step, err := p.action(c.ctx, p.call)
	if err != nil || step.Request == nil || c.depends {
		return false
	}
	p.step = step
	return e.add(c.job, p) == nil
}

// isQuiet tells that a task that leaves the target alone ends well: one that fails ends the play, and nothing after it may have been done. What
// a debug's variable is does not matter: one that is not there is shown as such.
func (c *companion) isQuiet() bool {
	shows := c.task.FQCN == "ansible.builtin.debug" && c.task.LoopKind == "" && c.task.Word("when") == nil && c.task.Args.Len() == 1 && has(c.task.Args, "var")
	if shows {
		v, _ := c.task.Args.GetStr("var")
		if name, ok := v.(value.Str); ok && action.IsIdentifier(string(name)) {
			return true
		}
	}
	all, loops, err := c.items()
	if err != nil {
		return false
	}
	runs := []*prepared{}
	if !loops {
		runs = append(runs, c.job.prepare(c.scope, nil))
	} else if l := c.loopAhead(all); l != nil {
		for _, it := range l.waiting {
			runs = append(runs, it.prepared)
		}
	}
	for _, p := range runs {
		if p.final == nil {
			step, err := p.action(c.ctx, p.call)
			if err != nil || step.Request != nil {
				return false
			}
			p.final = step.Result
		}
		if flag(p.final, "failed") || p.raised {
			return false
		}
	}
	return !c.depends
}

// loopAhead prepares the items of a loop; nil where they cannot all be prepared before one of them has run.
func (c *companion) loopAhead(all []value.Value) *looper {
	control, err := c.loopControl()
	if err != nil || control.breakWhen != nil || control.pause > 0 {
		return nil
	}
	l := c.newLooper(control, all)
	if _, still := quiet(c.task); !still && !l.batch {
		return nil
	}
	for i := range all {
		it := l.prepare(i)
		if it.raised || !l.labelled(it) {
			return nil
		}
		l.waiting = append(l.waiting, it)
	}
	return l
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
