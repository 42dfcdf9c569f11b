package strategy

import (
	"fmt"
	"strings"
	"time"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/event"
	"pylint-deploy/parser/jinja/value"
)

// loopControl is the keyword loop_control, rendered.
type loopControl struct {
	item, index    string
	label          value.Value // unrendered
	pause          time.Duration
	extended, list bool
	breakWhen      value.Value // unrendered conditions, which end the loop after an item
}

func (j *job) loopControl() (*loopControl, error) {
	c := &loopControl{item: "item", list: true}
	raw, ok := j.task.Word("loop_control").(*value.Dict)
	if !ok {
		return c, nil
	}
	c.label, _ = raw.GetStr("label")
	plain := copyOf(raw)
	plain.Delete(value.Str("label"))
	c.breakWhen, _ = raw.GetStr("break_when")
	plain.Delete(value.Str("break_when"))
	v, err := j.r.Templar.Value(j.ctx, j.scope, plain)
	if err != nil {
		return nil, j.optionError(err)
	}
	d := v.(*value.Dict)
	if v, ok := d.GetStr("loop_var"); ok && !isNone(v) {
		c.item, _ = value.ToStr(v)
	}
	if v, ok := d.GetStr("index_var"); ok && !isNone(v) {
		c.index, _ = value.ToStr(v)
	}
	if v, ok := d.GetStr("pause"); ok {
		f, _ := number(v)
		c.pause = time.Duration(f * float64(time.Second))
	}
	if v, ok := d.GetStr("extended"); ok {
		c.extended, _ = truth(v)
	}
	if v, ok := d.GetStr("extended_allitems"); ok {
		c.list, _ = truth(v)
	}
	return c, nil
}

// iteration is one item of a loop.
type iteration struct {
	*prepared
	vars *value.Dict // loop variables
	sent bool
}

// looper runs a loop. What needs the target is collected and sent as one batch, as long as no item may depend on what comes
// of those before it.
type looper struct {
	j        *job
	out      *outcome
	control  *loopControl
	all      []value.Value
	waiting  []*iteration
	results  []value.Value
	local    *value.Dict // what items left for those after them
	batch    bool
	noLog    bool
	deciding *prepared
	ended    bool      // by break_when
	broken   *prepared // the item that ended the loop: its task could not even be tried
}

// maxBatch bounds the items that are sent together.
const maxBatch = 128

func (j *job) loop(out *outcome, all []value.Value) {
	control, err := j.loopControl()
	if err != nil {
		out.dict = failure(err)
		return
	}
	if len(all) == 0 {
		out.dict = result("changed", false, "skipped", true, "skipped_reason", "No items in the list", "results", []any{})
		out.noLog, _ = truth(j.task.Word("no_log"))
		return
	}
	j.warnTaken(control)
	l := j.newLooper(control, all)
	l.out = out
	for i := range all {
		if i > 0 && control.pause > 0 && j.r.sleep(j.ctx, control.pause) != nil {
			break
		}
		if j.ctx.Err() != nil || l.broken != nil || l.ended {
			break
		}
		l.iterate(i)
	}
	l.flush(true)
	l.summarise()
}

func (j *job) newLooper(control *loopControl, all []value.Value) *looper {
	return &looper{j: j, control: control, all: all, local: value.NewDict(), batch: j.mayBatch(control)}
}

func (j *job) warnTaken(control *loopControl) {
	if _, taken := j.scope.Lookup(control.item); taken {
		j.r.warn(fmt.Sprintf("TASK: %s: The loop variable '%s' is already in use. You should set the `loop_var` value in the `loop_control` option for the task"+
			" to something else to avoid variable collisions and unexpected behavior.", j.shown.Name, control.item))
	}
}

// mayBatch tells whether the items of a loop can be prepared before the ones before them have run.
func (j *job) mayBatch(c *loopControl) bool {
	t := j.task
	if c.pause > 0 || c.breakWhen != nil || t.Word("until") != nil || t.Word("async") != nil || action.InSequence(t.FQCN) || action.Local(t.FQCN) || t.Includes() || t.Word("throttle") != nil {
		return false
	}
	return t.Register == "" || !mentions(t.Args, t.Register) && !mentions(t.FreeForm, t.Register) && !mentions(t.Word("when"), t.Register) && !mentions(t.Vars, t.Register)
}

func wordOr(v value.Value) value.Value {
	if v == nil {
		return value.Str("")
	}
	return v
}

// mentions tells whether a name appears in what is written, in a template or not.
func mentions(v value.Value, name string) bool {
	switch v := v.(type) {
	case value.Template:
		return strings.Contains(v.Text, name)
	case value.Str:
		return strings.Contains(string(v), name)
	case *value.List:
		for _, item := range v.Items {
			if mentions(item, name) {
				return true
			}
		}
	case *value.Dict:
		if v == nil {
			return false
		}
		for _, item := range v.All() {
			if mentions(item, name) {
				return true
			}
		}
	}
	return false
}

// vars are the loop variables of an item.
func (l *looper) vars(i int) *value.Dict {
	c := l.control
	d := value.NewDict()
	d.SetStr(c.item, l.all[i])
	d.SetStr("ansible_loop_var", value.Str(c.item))
	if c.index != "" {
		d.SetStr("ansible_index_var", value.Str(c.index))
		d.SetStr(c.index, value.Int(i))
	}
	if c.extended {
		n := len(l.all)
		loop := result("index", i+1, "index0", i, "first", i == 0, "last", i+1 == n, "length", n, "revindex", n-i, "revindex0", n-i-1)
		if c.list {
			loop.SetStr("allitems", value.NewList(l.all...))
		}
		if i+1 < n {
			loop.SetStr("nextitem", l.all[i+1])
		}
		if i > 0 {
			loop.SetStr("previtem", l.all[i-1])
		}
		d.SetStr("ansible_loop", loop)
	}
	return d
}

// prepare prepares an item.
func (l *looper) prepare(i int) *iteration {
	it := &iteration{vars: l.vars(i)}
	it.prepared = l.j.prepare(l.j.scope.With(l.local).With(it.vars), nil)
	return it
}

func (l *looper) iterate(i int) {
	it := l.prepare(i)
	if it.raised {
		l.flush(false)
		l.broken = it.prepared
		return
	}
	if l.batch && it.final == nil && l.queue(it) {
		if len(l.waiting) >= maxBatch {
			l.flush(false)
		}
		return
	}
	if it.raised {
		l.flush(false)
		l.broken = it.prepared
		return
	}
	if l.batch && len(l.waiting) > 0 && it.final != nil {
		l.waiting = append(l.waiting, it) // keeps its place behind those that are waited for
		return
	}
	l.flush(false)
	l.j.execute(it.prepared)
	if it.raised {
		l.broken = it.prepared
		return
	}
	l.done(it)
}

// queue lets the action make its step; true if it is a call that can wait.
func (l *looper) queue(it *iteration) bool {
	if _, err := registerName(l.j.task); err != nil {
		return false
	}
	if first := l.firstSent(); first != nil && first.target.key() != it.target.key() {
		l.flush(false)
	}
	step, err := it.action(l.j.ctx, it.call)
	if err != nil {
		it.final = l.j.judge(it.prepared, l.j.actionFailure(it.prepared, err), 0)
		return false
	}
	it.step = step
	if step.Request == nil {
		it.final = l.j.judge(it.prepared, step.Result, 0)
		return false
	}
	it.sent = true
	l.waiting = append(l.waiting, it)
	return true
}

// firstSent is the first of the waiting items that has a call.
func (l *looper) firstSent() *iteration {
	for _, it := range l.waiting {
		if it.sent {
			return it
		}
	}
	return nil
}

// flush sends what is waiting as one batch, and takes the items' results in their order. With the last items go the tasks that may go ahead.
func (l *looper) flush(last bool) {
	own := &share{task: l.j.task, contents: blobs{}}
	for _, it := range l.waiting {
		if !it.sent {
			continue
		}
		if err := own.add(l.j, it.prepared); err != nil {
			it.final, it.sent = failure(err), false
		}
	}
	var with []*early
	first := l.firstSent()
	if last && first != nil && l.well() {
		with = l.j.companions(first.prepared, len(own.calls))
	}
	next := 0
	advance := func() { // items are done in their order
		for next < len(l.waiting) && l.waiting[next].final != nil {
			l.done(l.waiting[next])
			next++
		}
	}
	if first != nil {
		err := l.j.exchangeAhead(l.j.ctx, first.target, own, with, func(d *value.Dict) {
			advance()
			it := l.waiting[next]
			it.final = l.j.judge(it.prepared, l.j.finish(it.prepared, d), 0)
			advance()
		})
		l.miss(l.waiting, err)
	}
	advance()
	l.waiting = nil
}

// miss fails the items that have no reply.
func (l *looper) miss(waiting []*iteration, err error) {
	for _, it := range waiting {
		if it.final == nil {
			if err == nil {
				err = fmt.Errorf("the target did not answer")
			}
			it.final = l.j.judge(it.prepared, failure(err), 0)
		}
	}
}

// well tells that nothing has failed so far, and nothing can by what is done here.
func (l *looper) well() bool {
	if l.broken != nil || l.ended {
		return false
	}
	for _, v := range l.results {
		if d := v.(*value.Dict); flag(d, "failed") || flag(d, "unreachable") {
			return false
		}
	}
	for _, it := range l.waiting {
		if it.final != nil && !flag(it.final, "skipped") || !l.labelled(it) {
			return false
		}
	}
	return true
}

// labelled tells that an item's label can be rendered.
func (l *looper) labelled(it *iteration) bool {
	if l.control.label == nil {
		return true
	}
	_, err := l.j.r.Templar.Value(l.j.ctx, it.scope, l.control.label)
	return err == nil
}

// resume takes the results of a loop that was sent ahead, at its task's turn.
func (l *looper) resume(j *job, out *outcome, reply *value.Dict, more <-chan *value.Dict) {
	j.warnTaken(l.control)
	l.j, l.out = j, out
	for _, it := range l.waiting {
		if it.final == nil {
			it.call.Task = j.shown.Name
			if reply == nil {
				l.miss([]*iteration{it}, nil)
			} else {
				it.final = j.judge(it.prepared, j.finish(it.prepared, reply), 0)
			}
			reply = <-more
		}
		l.done(it)
	}
	l.summarise()
}

// done takes the result of an item: what it leaves for the next, and what is shown of it.
func (l *looper) done(it *iteration) {
	j, d := l.j, it.final
	if !has(d, "changed") && !it.over && !j.task.Includes() {
		d.SetStr("changed", value.Bool(false))
	}
	j.note(it.prepared)
	if name, err := registerName(j.task); err == nil && name != "" && !it.untried { // the items after it see the last one that was tried
		l.local.SetStr(name, registered(d))
	}
	if facts, ok := dictAt(d, "ansible_facts"); ok {
		j.showFacts(l.local, facts)
	}
	for k, v := range it.vars.All() {
		d.Set(k, v)
	}
	l.label(it)
	l.noLog = l.noLog || it.noLog
	if l.deciding == nil || flag(d, "failed") && (!flag(l.deciding.final, "failed") || !it.ignoreErrors) {
		l.deciding = it.prepared
	}
	l.results = append(l.results, d)
	j.showItem(it)
	l.breaks(it)
}

// breaks ends the loop where break_when says so, which sees the item and what it registered.
func (l *looper) breaks(it *iteration) {
	if l.control.breakWhen == nil {
		return
	}
	verdict, err := l.j.r.Templar.Bool(l.j.ctx, l.j.scope.With(l.local).With(it.vars), l.control.breakWhen)
	if err != nil {
		l.broken = (&prepared{scope: it.scope, noLog: it.noLog}).fails(fmt.Errorf("The conditional check '%s' failed. The error was: %w%s", conditionText(l.control.breakWhen), err, whereIs(l.j.task)))
		return
	}
	l.ended = verdict.True
}

func (l *looper) label(it *iteration) {
	if l.control.label == nil {
		v, _ := it.vars.GetStr(l.control.item)
		it.final.SetStr("_ansible_item_label", v)
		return
	}
	v, err := l.j.r.Templar.Value(l.j.ctx, it.scope, l.control.label)
	if err != nil {
		it.final.SetStr("failed", value.Bool(true))
		it.final.SetStr("msg", value.Str(fmt.Sprintf("Failed to template loop_control.label: %v", err)))
		return
	}
	it.final.SetStr("_ansible_item_label", v)
}

// showItem emits an item, except for those whose result the play has yet to complete.
func (j *job) showItem(it *iteration) {
	status := statusOf(it.final, false)
	if status == event.OK && changesInventory(j.task.FQCN) {
		return
	}
	j.r.Events.Emit(event.Item{Outcome: event.Outcome{Task: j.shown, Host: j.host, Status: status, Dict: clean(it.final, it.noLog),
		Delegated: it.delegated, DelegatedAddress: it.address, Time: j.r.now(), ShowDiff: it.diff}})
}

func changesInventory(fqcn string) bool {
	return fqcn == "ansible.builtin.add_host" || fqcn == "ansible.builtin.group_by"
}

// summarise makes the task's result of those of its items.
func (l *looper) summarise() {
	if l.broken != nil {
		l.out.dict = l.broken.final
		l.out.take(l.broken)
		return
	}
	res := value.NewDict()
	res.SetStr("results", value.NewList(l.results...))
	skipped := true
	for _, v := range l.results {
		item := v.(*value.Dict)
		if flag(item, "changed") {
			res.SetStr("changed", value.Bool(true))
		}
		skipped = skipped && flag(item, "skipped")
		if flag(item, "failed") {
			res.SetStr("failed", value.Bool(true))
			res.SetStr("msg", value.Str("One or more items failed"))
		}
		if flag(item, "unreachable") {
			res.SetStr("unreachable", value.Bool(true))
		}
		for _, key := range []string{"warnings", "deprecations"} {
			if more, ok := item.GetStr(key); ok {
				all, _ := res.GetStr(key)
				res.SetStr(key, value.NewList(append(append([]value.Value{}, items(all)...), items(more)...)...))
				item.Delete(value.Str(key))
			}
		}
	}
	res.SetStr("skipped", value.Bool(skipped))
	if !flag(res, "failed") {
		res.SetStr("msg", value.Str("All items completed"))
	}
	if skipped {
		res.SetStr("msg", value.Str("All items skipped"))
	}
	l.out.dict = res
	if l.deciding != nil {
		l.out.take(l.deciding)
	}
	l.out.noLog = l.noLog
}
