package strategy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
)

// inclusion is a file or role that hosts include by one task with the same variables. Hosts share its tasks.
type inclusion struct {
	task  *plan.Task
	shown *event.Task
	// path is the file, or name the role.
	path, name string
	from       plan.From
	vars       *value.Dict
	label      value.Value
	hosts      []string
}

func (a *inclusion) same(b *inclusion) bool {
	if a.task != b.task || a.path != b.path || a.name != b.name || a.from != b.from {
		return false
	}
	equal, err := value.Equal(a.vars, b.vars)
	return err == nil && equal
}

// include loads what include tasks asked for, and puts it before what comes next for the hosts.
func (p *playRun) include(outcomes []*outcome, hosts []string) error {
	var list []*inclusion
	for _, o := range outcomes {
		if !o.task.Includes() {
			continue
		}
		if o.task.FQCN == "ansible.builtin.include" {
			p.r.Events.Emit(event.Deprecation{Text: `"include" is deprecated, use include_tasks/import_tasks/import_playbook instead`, Version: "2.16"})
		}
		more, err := p.inclusions(o)
		if err != nil {
			return err
		}
		for _, inc := range more {
			list = gather(list, inc)
		}
	}
	if len(list) == 0 {
		return nil
	}
	blocks := map[string][]*plan.Block{}
	failed := map[string]bool{}
	var tasks []*plan.Task
	for _, inc := range list {
		got, err := p.load(inc)
		if err != nil {
			return err
		}
		if got == nil {
			failInclude(outcomes, inc)
			for _, h := range inc.hosts {
				failed[h] = true
			}
			continue
		}
		if err := p.resolved(got); err != nil {
			return err
		}
		for _, b := range got.Blocks {
			if inc.task.Handler {
				p.inform(b, inc.hosts)
			} else {
				tasks = append(tasks, b.Tasks()...)
			}
			for _, h := range inc.hosts {
				blocks[h] = append(blocks[h], b)
			}
		}
	}
	for _, h := range hosts {
		if failed[h] { // once, however many of its includes failed
			p.r.failed[h] = true
			p.it.fail(h)
		}
		p.it.insert(h, blocks[h])
	}
	p.it.all = slices.Insert(p.it.all, min(p.it.at, len(p.it.all)), tasks...)
	return nil
}

// resolved wants the modules of included tasks to be known.
func (p *playRun) resolved(got *plan.Included) error {
	for _, b := range got.Blocks {
		for _, t := range b.Tasks() {
			if !p.r.resolved(t) {
				return &Abort{Pos: t.Pos, Err: errors.New(unresolved(t.Action)), Code: ExitParse}
			}
		}
	}
	return nil
}

// failInclude makes failures of the outcomes that asked for what could not be included, for any_errors_fatal and the like.
func failInclude(outcomes []*outcome, inc *inclusion) {
	for _, o := range outcomes {
		if o.task == inc.task && slices.Contains(inc.hosts, o.host) {
			set(o.dict, "failed", true)
		}
	}
}

// inform notifies included handlers for the hosts that include them.
func (p *playRun) inform(b *plan.Block, hosts []string) {
	for _, t := range b.Tasks() {
		for _, h := range hosts {
			p.it.notify(t, h)
		}
	}
}

// gather adds an inclusion to those that are the same, or to the end. One host may include the same thing twice.
func gather(list []*inclusion, inc *inclusion) []*inclusion {
	for _, have := range list {
		if have.same(inc) && !slices.Contains(have.hosts, inc.hosts[0]) {
			have.hosts = append(have.hosts, inc.hosts[0])
			return list
		}
	}
	return append(list, inc)
}

// inclusions are what one outcome asks for: one, or one for each item.
func (p *playRun) inclusions(o *outcome) ([]*inclusion, error) {
	results := []*value.Dict{o.dict}
	if o.task.LoopKind != "" {
		results = itemsOf(o.dict)
	}
	var out []*inclusion
	for _, d := range results {
		if flag(d, "skipped") || flag(d, "failed") {
			continue
		}
		inc := &inclusion{task: o.task, shown: o.shown, hosts: []string{o.host}, vars: loopVars(d)}
		inc.label, _ = d.GetStr("_ansible_item_label")
		if err := p.resolve(o, inc, d); err != nil {
			return nil, err
		}
		out = append(out, inc)
	}
	return out, nil
}

// loopVars are the loop's variables in the result of an item, which the included tasks see.
func loopVars(d *value.Dict) *value.Dict {
	out := value.NewDict()
	for _, key := range []string{"ansible_loop_var", "ansible_index_var"} {
		v, ok := d.GetStr(key)
		if !ok {
			continue
		}
		name := texts(v)[0]
		if item, ok := d.GetStr(name); ok {
			out.SetStr(name, item)
		}
		out.SetStr(key, v)
	}
	if v, ok := d.GetStr("ansible_loop"); ok {
		out.SetStr("ansible_loop", v)
	}
	return out
}

// resolve finds the file or names the role.
func (p *playRun) resolve(o *outcome, inc *inclusion, d *value.Dict) error {
	scope := o.scope.With(inc.vars)
	if o.task.FQCN == "ansible.builtin.include_role" {
		args, _ := dictAt(d, "include_args")
		for _, key := range []string{"name", "role"} {
			if v, ok := args.GetStr(key); ok {
				inc.name, _ = value.ToStr(v)
				break
			}
		}
		if inc.name == "" {
			return &Abort{Pos: o.task.Pos, Err: fmt.Errorf("'name' is a required field for %s.", o.task.Action), Code: ExitParse}
		}
		inc.from = plan.SetFrom(args)
		return nil
	}
	v, _ := d.GetStr("include")
	name, err := value.ToStr(v)
	if err != nil {
		return &Abort{Pos: o.task.Pos, Err: err}
	}
	dirs, err := p.r.compiler.IncludeDirs(o.task, func(v value.Value) (string, error) { return p.r.Templar.Text(context.Background(), scope, v) })
	if err != nil {
		p.r.warn(fmt.Sprintf("Templating the path of the parent %s failed. The path to the included file may not be found. The error was: %v.", o.task.Action, err))
	}
	inc.path = plan.FindTasks(p.r.Store.PlaybookDir, o.task.Role(), dirs, name, o.task.Handler)
	return nil
}

// load reads an inclusion. What is wrong with it fails its hosts; nil is nothing to add.
func (p *playRun) load(inc *inclusion) (*plan.Included, error) {
	if inc.name != "" {
		got, err := p.r.compiler.IncludeRole(p.plan, inc.task, inc.name, inc.from, inc.vars)
		var unread *playbook.Problem
		if errors.As(err, &unread) && unread.Kind != playbook.NotFound {
			return nil, &Abort{Pos: inc.task.Pos, Err: err, Code: ExitParse}
		}
		if err != nil {
			p.r.Events.Emit(event.Problem{Text: err.Error()})
			return nil, nil
		}
		return got, nil
	}
	got, err := p.r.compiler.IncludeTasks(p.plan, inc.task, inc.path, inc.vars)
	if err != nil {
		var broken *plan.Error
		var unread *playbook.Problem
		reason := err.Error()
		switch {
		case errors.Is(err, plan.ErrNoFile):
			reason = fmt.Sprintf("Could not find or access '%s' on the Ansible Controller.", inc.path)
		case errors.As(err, &broken), errors.As(err, &unread):
			return nil, cannotArrange(err)
		}
		for _, h := range inc.hosts {
			p.r.stats.of(h).Failed++
			p.r.Events.Emit(event.Result{Outcome: event.Outcome{Task: inc.shown, Host: h, Status: event.Failed, Dict: result("reason", reason), Time: p.r.now()}})
		}
		return nil, nil
	}
	for _, h := range inc.hosts {
		p.r.stats.of(h).OK++
	}
	label := inc.label
	if label != nil && inc.shown.NoLog {
		label = value.Str("(censored due to no_log)")
	}
	p.r.Events.Emit(event.Include{Path: inc.path, Hosts: inc.hosts, Label: label})
	return got, nil
}
