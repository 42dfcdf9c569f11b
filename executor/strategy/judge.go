package strategy

import (
	"fmt"
	"strings"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/strategy/variables"
	"pylint-deploy/parser/jinja/value"
)

// judge completes the result of an attempt: failed and changed where the module did not say, then what changed_when and
// failed_when make of it. attempt is counted for tasks with until, 0 for others.
func (j *job) judge(p *prepared, d *value.Dict, attempt int) *value.Dict {
	if p.noLog {
		d.SetStr("_ansible_no_log", value.Bool(true))
	}
	if flag(d, "unreachable") || p.over {
		return d
	}
	if !has(d, "failed") {
		rc, ok := d.GetStr("rc")
		d.SetStr("failed", value.Bool(ok && rc != value.Int(0) && rc != value.Str("0") && !isNone(rc)))
	}
	if attempt > 0 {
		set(d, "attempts", attempt)
	}
	if !has(d, "changed") {
		d.SetStr("changed", value.Bool(false))
	}
	if has(d, "skipped") {
		return d
	}
	for _, rule := range []struct {
		word, key string
		mark      bool
	}{{"changed_when", "changed", false}, {"failed_when", "failed", true}} {
		cond := j.task.Word(rule.word)
		if cond == nil || len(items(cond)) == 0 || isNone(cond) {
			continue
		}
		met, err := j.holds(p, d, cond)
		if err != nil {
			d.SetStr("failed", value.Bool(true))
			d.SetStr(rule.key+"_when_result", value.Str(fmt.Sprintf("The conditional check '%s' failed. The error was: %v%s", conditionText(cond), err, whereIs(j.task))))
			break
		}
		d.SetStr(rule.key, value.Bool(met))
		if rule.mark {
			d.SetStr("failed_when_result", value.Bool(met))
		}
	}
	return d
}

// after is the scope in which a result is judged: register's name and facts that the result brings are known.
func (j *job) after(p *prepared, d *value.Dict) *variables.Scope {
	local := value.NewDict()
	if name, err := registerName(j.task); err == nil && name != "" {
		local.SetStr(name, registered(d))
	}
	if facts, ok := dictAt(d, "ansible_facts"); ok {
		j.showFacts(local, facts)
	}
	if local.Len() == 0 {
		return p.scope
	}
	return p.scope.With(local)
}

// showFacts makes facts that a task has just brought visible to itself and to the items after.
func (j *job) showFacts(local, facts *value.Dict) {
	if !action.KeepsFacts(j.task.FQCN) {
		known := copyOf(j.r.Store.Facts(j.host))
		for k, v := range facts.All() {
			name, _ := k.(value.Str)
			known.SetStr(strings.TrimPrefix(string(name), "ansible_"), v)
		}
		local.SetStr("ansible_facts", known)
		if !j.r.Store.InjectFacts {
			return
		}
	}
	for k, v := range facts.All() {
		local.Set(k, v)
	}
}
