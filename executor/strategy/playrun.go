package strategy

import (
	"context"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/strategy/variables"
)

// playRun is a play with one batch of hosts. Its state belongs to one goroutine.
type playRun struct {
	r     *Runner
	plan  *plan.Play
	vars  *variables.Play
	words *playWords
	hosts []string
	it    *iterator
	slots chan struct{}
	// ran and complete are the roles that have done something for a host, and those that are through.
	ran, complete map[*plan.Role]map[string]bool
	isApart       *bool // what apart found out
	// soon are replies to calls that were sent before their task's turn came.
	soon map[string]map[*plan.Task]*early
}

func (r *Runner) newPlayRun(built *plan.Play, pv *variables.Play, words *playWords, hosts []string) *playRun {
	run := &playRun{r: r, plan: built, vars: pv, words: words, hosts: hosts, slots: make(chan struct{}, max(1, r.Settings.Forks)),
		ran: map[*plan.Role]map[string]bool{}, complete: map[*plan.Role]map[string]bool{}, soon: map[string]map[*plan.Task]*early{}}
	run.it = newIterator(built, hosts, run.gathers)
	return run
}

// gathers tells whether facts are to be gathered from a host at the start of the play.
func (p *playRun) gathers(host string) bool {
	implied := p.words.gather == nil || *p.words.gather
	switch p.r.Settings.Gathering {
	case "explicit":
		return p.words.gather != nil && *p.words.gather
	case "smart":
		return implied && !flag(p.r.Store.Facts(host), "_ansible_facts_gathered")
	}
	return implied
}

// all runs the batch from its start to its end.
func (p *playRun) all(ctx context.Context) (verdict, error) {
	p.vars.Batch = p.hosts
	p.r.Events.Emit(event.PlayStart{Name: p.words.name, Check: p.words.check, Lockstep: p.words.lockstep(), Hosts: p.hosts})
	p.startAtTask()
	for host := range p.r.failed {
		p.it.fail(host)
	}
	for host := range p.r.unreachable {
		p.it.removed = append(p.it.removed, host)
	}
	p.r.failed = map[string]bool{}
	p.refresh()
	run := p.linear
	if !p.words.lockstep() {
		run = p.free
	}
	code, err := run(ctx)
	for _, host := range p.left() { // to the very end, where it shows who has failed
		s, _ := p.it.peek(host)
		p.it.take(host, s)
	}
	for _, host := range p.it.failedHosts() {
		p.r.failed[host] = true
	}
	if code == fine {
		switch {
		case len(p.r.unreachable) > 0:
			code = lostHosts
		case len(p.it.failedHosts()) > 0:
			code = failedHosts
		}
	}
	return code, err
}

// refresh tells the variables who is out.
func (p *playRun) refresh() {
	p.vars.Removed = slices.Clone(p.it.removed)
	p.vars.Failed = nil
	for _, h := range p.hosts {
		if p.r.failed[h] {
			p.vars.Failed = append(p.vars.Failed, h)
		}
	}
}

// left are the hosts of the batch that can be reached.
func (p *playRun) left() []string {
	out := make([]string, 0, len(p.hosts))
	for _, h := range p.hosts {
		if !p.r.unreachable[h] {
			out = append(out, h)
		}
	}
	return out
}

// startAtTask moves every host to the task that --start-at-task names.
func (p *playRun) startAtTask() {
	want := p.r.startAt
	if want == "" {
		return
	}
	matches := func(t *plan.Task) bool {
		name := ""
		if t.Name != nil {
			name = conditionText(t.Name)
		}
		for _, n := range []string{name, t.Label(name)} {
			if ok, _ := path.Match(want, n); n != "" && (n == want || ok) {
				return true
			}
		}
		return false
	}
	found := false
	for _, host := range p.hosts {
		for {
			s, t := p.it.peek(host)
			if t == nil || s.in == done {
				break
			}
			if matches(t) {
				found = true
				break
			}
			p.it.take(host, s)
		}
		if found {
			s := p.it.state(host)
			s.startedAtTask = true
			s.in = inSetup
			s.pendingSetup = false
		}
	}
	if found {
		p.r.startAt = ""
	}
}

// describe makes what events say of a task, its name rendered with the variables of a host.
func (p *playRun) describe(host string, t *plan.Task) *event.Task {
	scope := p.r.Store.New(p.vars, host, t)
	name := ""
	if t.Name != nil {
		name = conditionText(t.Name)
		if text, err := p.r.Templar.Text(context.Background(), scope, t.Name); err == nil {
			name = text
		}
	}
	w := words{r: p.r, task: t, scope: scope, ctx: context.Background()}
	shown := &event.Task{ID: t.ID, Name: strings.TrimSpace(t.Label(name)), Own: name, Action: t.Action, Loop: t.LoopKind != "", Include: t.Includes(), Handler: t.Handler, Register: t.Register}
	shown.By = p.r.runBy(t)
	if !t.Pos.IsZero() {
		shown.Path = absolutePath(t.Pos.File) + ":" + itoa(t.Pos.Line)
	}
	shown.Check, _ = w.boolean("check_mode", p.r.Settings.Check)
	shown.NoLog, _ = w.boolean("no_log", p.r.Settings.NoLog)
	shown.IgnoreUnreachable, _ = w.boolean("ignore_unreachable", false)
	if !shown.NoLog {
		shown.Args = t.Args
	}
	return shown
}

// before asks whoever watches the run whether a task may start.
func (p *playRun) before(ctx context.Context, shown *event.Task) error {
	if p.r.Before == nil {
		return nil
	}
	return p.r.Before(ctx, shown)
}

// skipsRole tells that a task belongs to a role that has run for the host and may not run twice.
func (p *playRun) skipsRole(host string, t *plan.Task) bool {
	role := t.Role()
	return !t.Handler && role != nil && p.complete[role][host] && !role.AllowDuplicates
}

func mark(m map[*plan.Role]map[string]bool, role *plan.Role, host string) {
	if m[role] == nil {
		m[role] = map[string]bool{}
	}
	m[role][host] = true
}

// work runs a job in the background, as soon as there is a free slot, and hands its outcome to done.
func (p *playRun) work(ctx context.Context, host string, t *plan.Task, shown *event.Task, limit chan struct{}, done chan<- *outcome) {
	j := &job{r: p.r, crowd: len(p.hosts) > 1, ctx: ctx, play: p.vars, host: host, task: t, shown: shown}
	j.early, j.follow, j.ahead = p.early(host, t), p.following(host, t), &ahead{}
	if action.Local(t.FQCN) && t.FQCN != "ansible.builtin.pause" && limit == nil {
		// quicker than a goroutine, and shown in the order of the hosts
		out := j.do()
		out.sent = j.ahead
		done <- out
		return
	}
	// slots are taken here, not in the goroutine, so that hosts start in their order
	p.slots <- struct{}{}
	if limit != nil {
		limit <- struct{}{}
	}
	go func() {
		defer func() {
			if limit != nil {
				<-limit
			}
			<-p.slots
		}()
		p.r.Events.Emit(event.HostStart{Task: shown, Host: host, Time: p.r.now()})
		out := j.do()
		out.sent = j.ahead
		done <- out
	}()
}

// throttle is the number of hosts that may do a task at once; nil is no limit but forks.
func (p *playRun) throttle(host string, t *plan.Task) chan struct{} {
	w := words{r: p.r, task: t, scope: p.r.Store.New(p.vars, host, t), ctx: context.Background()}
	n, err := w.number("throttle", 0)
	if err != nil || n <= 0 {
		return nil
	}
	return make(chan struct{}, int(n))
}

// isOnce tells that a task is done for one host only.
func (p *playRun) isOnce(host string, t *plan.Task) (bool, error) {
	if action.OncePerPlay(t.FQCN) {
		return true, nil
	}
	w := words{r: p.r, task: t, scope: p.r.Store.New(p.vars, host, t), ctx: context.Background()}
	return w.boolean("run_once", false)
}

// takesStep asks whether a task is to be done (--step).
func (p *playRun) takesStep(ctx context.Context, shown *event.Task, host string) bool {
	if p.r.Console == nil {
		return true
	}
	question := "Perform task: TASK: " + shown.Name + " "
	if host != "" {
		question += "on " + host + " "
	}
	question += "(N)o/(y)es/(c)ontinue: "
	answer, _, err := p.r.Console.Ask(ctx, question, true, 0)
	if err != nil {
		return false
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return true
	case "c", "continue":
		p.r.step = false
		return true
	}
	return false
}

// taskHosts are the hosts that a result of a task counts for: all of the batch with run_once.
func (p *playRun) taskHosts(o *outcome, once bool) []string {
	if once {
		return p.left()
	}
	return []string{o.host}
}

// once tells that run_once was said of a task (the keyword, not the nature of its action).
func (p *playRun) saysOnce(o *outcome) bool {
	if o.task.Word("run_once") == nil {
		return false
	}
	w := words{r: p.r, task: o.task, scope: o.scope, ctx: context.Background()}
	b, _ := w.boolean("run_once", false)
	return b
}
