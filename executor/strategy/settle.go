package strategy

import (
	"context"
	"fmt"
	"slices"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/spelling"
)

// settle takes an outcome into the state of the play: the host's place, statistics, variables, notifications; and emits it.
func (p *playRun) settle(o *outcome) error {
	once := p.saysOnce(o)
	status := o.status()
	ran := status == event.OK || status == event.Failed
	var err error
	switch status {
	case event.Failed:
		p.settleFailed(o, once)
	case event.Unreachable:
		p.settleUnreachable(o)
	case event.Skipped:
		p.r.stats.of(o.host).Skipped++
		p.emit(o, event.Skipped, false)
	default:
		err = p.settleOK(o, once)
	}
	name, bad := registerName(o.task)
	if bad != nil && err == nil {
		err = &Abort{Err: bad, Code: ExitError}
	}
	if bad == nil && name != "" {
		v := registered(o.dict)
		if d, ok := v.(*value.Dict); ok {
			d.Delete(value.Str("invocation"))
		}
		for _, host := range p.taskHosts(o, once) {
			p.r.Store.SetOne(host, name, v)
		}
	}
	if role := o.task.Role(); role != nil && ran {
		mark(p.ran, role, o.host)
	}
	if o.task.Handler {
		p.it.unnotify(o.task, o.host)
	}
	p.keepEarly(o)
	return err
}

func (p *playRun) emit(o *outcome, status event.Status, ignored bool) {
	d := clean(o.dict, o.noLog)
	p.r.Events.Emit(event.Result{Outcome: event.Outcome{Task: o.shown, Host: o.host, Status: status, Dict: d, Delegated: o.delegated,
		DelegatedAddress: o.address, Time: p.r.now(), Took: o.took, ShowDiff: o.diff}, Ignored: ignored})
}

func (p *playRun) settleFailed(o *outcome, once bool) {
	sum := p.r.stats.of(o.host)
	if o.ignoreErrors {
		sum.OK++
		sum.Ignored++
		if flag(o.dict, "changed") {
			sum.Changed++
		}
		p.emit(o, event.Failed, true)
		return
	}
	before := p.it.state(o.host).clone()
	if once {
		for _, h := range p.left() {
			p.it.fail(h)
		}
	} else {
		p.it.fail(o.host)
	}
	if after, _ := p.it.peek(o.host); p.it.failed(o.host) && after.in == done {
		p.r.failed[o.host] = true
	}
	if before.willRescue() {
		sum.Rescued++
		p.it.unremove(o.host)
		p.r.Store.Set(o.host, result("ansible_failed_task", taskFields(o), "ansible_failed_result", registered(o.dict)))
	} else {
		sum.Failed++
	}
	p.emit(o, event.Failed, false)
}

// taskFields are what ansible_failed_task has.
func taskFields(o *outcome) *value.Dict {
	name := ""
	if o.task.Name != nil {
		name = conditionText(o.task.Name)
	}
	d := result("name", name, "action", o.task.Action, "resolved_action", o.task.FQCN, "delegate_to", nil, "register", nil, "tags", texts(o.task.Word("tags")),
		"ignore_errors", o.ignoreErrors)
	if o.delegated != "" {
		set(d, "delegate_to", o.delegated)
	}
	if o.task.Register != "" {
		set(d, "register", o.task.Register)
	}
	args := value.NewDict()
	for k, v := range o.task.Args.All() {
		if t, ok := v.(value.Template); ok {
			v = value.Str(t.Text)
		}
		args.Set(k, v)
	}
	d.SetStr("args", args)
	return d
}

func (p *playRun) settleUnreachable(o *outcome) {
	sum := p.r.stats.of(o.host)
	if o.ignoreUnreachable {
		sum.OK++
		sum.Ignored++
	} else {
		p.r.unreachable[o.host] = true
		p.it.removed = append(p.it.removed, o.host)
		sum.Unreachable++
	}
	p.emit(o, event.Unreachable, o.ignoreUnreachable)
}

func (p *playRun) settleOK(o *outcome, once bool) error {
	results := []*value.Dict{o.dict}
	if o.task.LoopKind != "" {
		results = itemsOf(o.dict)
	}
	for _, d := range results {
		if flag(o.dict, "changed") { // what add_host and group_by change is known only after that
			if err := p.notify(o, d); err != nil {
				return err
			}
		}
		if err := p.inventoryChange(o, d); err != nil {
			return err
		}
		p.learn(o, d, once)
		if stats, ok := dictAt(d, "ansible_stats"); ok {
			p.r.stats.add(p.taskHosts(o, once), stats)
		}
	}
	if !o.task.Includes() {
		sum := p.r.stats.of(o.host)
		sum.OK++
		if flag(o.dict, "changed") {
			sum.Changed++
		}
	}
	p.emit(o, event.OK, false)
	return nil
}

// learn takes ansible_facts of a result into the variables.
func (p *playRun) learn(o *outcome, d *value.Dict, once bool) {
	facts, ok := dictAt(d, "ansible_facts")
	if !ok || o.task.FQCN == "ansible.builtin.debug" {
		return
	}
	hosts := p.taskHosts(o, once)
	if o.delegated != "" && o.delegateFacts {
		hosts = []string{o.delegated}
		if v, ok := dictAt(d, "_ansible_delegated_vars"); ok {
			if name, ok := v.GetStr("ansible_delegated_host"); ok {
				hosts = texts(name)
			}
		}
	}
	for _, host := range hosts {
		switch o.task.FQCN {
		case "ansible.builtin.include_vars":
			p.r.Store.Include(host, facts)
		case "ansible.builtin.set_fact":
			if flag(d, "_ansible_facts_cacheable") {
				p.saveFacts(host, facts)
			}
			p.r.Store.Set(host, facts)
		default:
			p.saveFacts(host, facts)
		}
	}
}

func (p *playRun) saveFacts(host string, facts *value.Dict) {
	p.r.Store.SetFacts(host, facts)
	if p.r.Cache == nil {
		return
	}
	if err := p.r.Cache.Save(host, p.r.Store.NamedFacts(host)); err != nil {
		p.r.warn(fmt.Sprintf("the facts of %s cannot be cached: %v", host, err))
	}
}

// inventoryChange does what add_host and group_by ask for.
func (p *playRun) inventoryChange(o *outcome, d *value.Dict) error {
	changed := false
	if add, ok := dictAt(d, "add_host"); ok {
		name, _ := add.GetStr("host_name")
		groups, _ := add.GetStr("groups")
		vars, _ := dictAt(add, "host_vars")
		host := texts(name)[0]
		var err error
		if changed, err = p.r.Inventory.AddHost(host, texts(groups), vars); err != nil {
			return &Abort{Pos: o.task.Pos, Err: err}
		}
		if changed && !slices.Contains(p.vars.All, host) {
			p.vars.All = append(slices.Clone(p.vars.All), host)
		}
	} else if v, ok := d.GetStr("add_group"); ok {
		parents, _ := d.GetStr("parent_groups")
		var err error
		if changed, err = p.r.Inventory.AddToGroup(texts(v)[0], o.host, texts(parents)); err != nil {
			return &Abort{Pos: o.task.Pos, Err: err}
		}
	} else {
		return nil
	}
	d.SetStr("changed", value.Bool(changed))
	p.rejudge(o, d)
	if o.task.LoopKind != "" {
		if flag(d, "changed") {
			o.dict.SetStr("changed", value.Bool(true))
		}
		if flag(d, "failed") {
			o.dict.SetStr("failed", value.Bool(true))
		}
		p.r.Events.Emit(event.Item{Outcome: event.Outcome{Task: o.shown, Host: o.host, Status: statusOf(d, false), Dict: clean(d, o.noLog), Time: p.r.now()}})
	}
	return nil
}

// rejudge applies changed_when and failed_when to a result that the play has completed.
func (p *playRun) rejudge(o *outcome, d *value.Dict) {
	if o.task.Word("changed_when") == nil && o.task.Word("failed_when") == nil {
		return
	}
	j := &job{r: p.r, ctx: context.Background(), play: p.vars, host: o.host, task: o.task, shown: o.shown, scope: o.scope}
	local := value.NewDict()
	for _, key := range []string{"ansible_loop_var", "ansible_index_var"} {
		if v, ok := d.GetStr(key); ok {
			if name := texts(v)[0]; has(d, name) {
				item, _ := d.GetStr(name)
				local.SetStr(name, item)
			}
		}
	}
	j.judge(&prepared{scope: o.scope.With(local), noLog: o.noLog}, d, 0)
}

// notify marks the handlers that a changed task names.
func (p *playRun) notify(o *outcome, d *value.Dict) error {
	names, ok := d.GetStr("_ansible_notify")
	if !ok {
		return nil
	}
	for _, name := range texts(names) {
		found := false
		if h := p.handlerNamed(name); h != nil {
			found = true
			p.mark(h, o.host)
		}
		for _, h := range p.plan.Handlers {
			if h.Listen != nil && slices.Contains(p.topics(h), name) {
				found = true
				p.mark(h, o.host)
			}
		}
		if found {
			continue
		}
		msg := fmt.Sprintf("The requested handler '%s' was not found in either the main handlers list nor in the listening handlers list", name)
		if p.r.Settings.MissingHandlerFail {
			return &Abort{Err: fmt.Errorf("%s", msg+didYouMean(name, p.handlerNames())), Code: ExitError}
		}
		p.r.warn(msg)
	}
	return nil
}

func didYouMean(name string, known []string) string {
	if near := spelling.Nearest(name, known); near != "" {
		return fmt.Sprintf(". Did you mean '%s'?", near)
	}
	return ""
}

func (p *playRun) handlerNames() []string {
	var out []string
	for _, h := range p.plan.Handlers {
		if h.Name != nil {
			out = append(out, conditionText(h.Name))
		}
		if h.Listen != nil {
			out = append(out, p.topics(h)...)
		}
	}
	return out
}

func (p *playRun) mark(h *plan.Task, host string) {
	if p.it.notify(h, host) {
		p.r.Events.Emit(event.Notified{Handler: p.handlerLabel(h), Host: host})
	}
}

func (p *playRun) handlerLabel(h *plan.Task) string {
	name := ""
	if h.Name != nil {
		name, _ = p.handlerName(h)
	}
	return h.Label(name)
}

// handlerNamed finds a handler by its name, with or without its role's: in the last list that has one, the first.
func (p *playRun) handlerNamed(name string) *plan.Task {
	var found *plan.Task
	for _, h := range p.plan.Handlers {
		if h.Name == nil || found != nil && found.Group == h.Group {
			continue
		}
		own, err := p.handlerName(h)
		if err != nil {
			if h.Listen == nil {
				p.r.warn(fmt.Sprintf("Handler '%s' is unusable because it has no listen topics and the name could not be templated (host-specific variables are not supported in handler names). The error: %v", conditionText(h.Name), err))
			}
			continue
		}
		role := h.Role()
		if name == own || name == h.Label(own) || role != nil && name == shortName(role.Name)+" : "+own {
			found = h
		}
	}
	return found
}

// handlerName is a handler's name, rendered without a host.
func (p *playRun) handlerName(h *plan.Task) (string, error) {
	return p.r.Templar.Text(context.Background(), p.r.Store.New(p.vars, "", h), h.Name)
}

// topics are what a handler listens to. They are no templates by the rules up to ansible-core 2.18.
func (p *playRun) topics(h *plan.Task) []string {
	if p.r.Classic {
		return raws(h.Listen)
	}
	v, err := p.r.Templar.Value(context.Background(), p.r.Store.New(p.vars, "", h), h.Listen)
	if err != nil {
		return texts(h.Listen)
	}
	return texts(v)
}
