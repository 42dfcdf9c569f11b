package facts

import (
	"slices"
	"sort"
	"strings"

	"pylint-deploy/parser/source"
	"pylint-deploy/rules/facts/shell"
)

// registers finds who defined a variable before a task: by register, or by set_fact from something registered.
type registers map[string][]*Task

func (p *Play) registers() registers {
	out := registers{}
	for _, t := range p.All {
		if r := t.Visit.Task.Value("register"); r != nil {
			out[r.Text] = append(out[r.Text], t)
		}
		if t.Module == "set_fact" {
			for _, a := range t.action().Args {
				out[a.Name] = append(out[a.Name], t)
			}
		}
	}
	return out
}

// before is the last definition of a name ahead of a task.
func (r registers) before(name string, t *Task) *Task { return before(r[name], t) }

// before is the last of some tasks, which are in order, ahead of a task.
func before(tasks []*Task, t *Task) *Task {
	if i := sort.Search(len(tasks), func(i int) bool { return tasks[i].order >= t.order }); i > 0 {
		return tasks[i-1]
	}
	return nil
}

// setByHandler is a handler that sets a fact: a condition on it holds only where something has changed.
func (r registers) setByHandler(name string) *Task {
	for _, t := range r[name] {
		if t.Handler() && t.Module == "set_fact" {
			return t
		}
	}
	return nil
}

// neverSet tells that a fact is set to nothing but false: what waits for it never runs; handlers tells whether those that set it count.
func (r registers) neverSet(name string, handlers bool) bool {
	return !slices.ContainsFunc(r[name], func(def *Task) bool {
		value := def.action().Get(name)
		return (handlers || !def.Handler()) && (def.Module != "set_fact" || value == nil || !value.IsScalar() || !slices.Contains([]string{"false", "no", "off"}, strings.ToLower(value.Text)))
	})
}

// stateFacts are facts that a run changes: a condition on them can be a guard. Others (the family of the system, the
// architecture) are the same in the second run.
var stateFacts = []string{"packages", "services", "mounts", "swaptotal_mb", "swapfree_mb", "memory_mb", "selinux", "local", "lvm", "devices", "interfaces", "hostname",
	"fqdn", "nodename", "kernel", "service_mgr_state", "cmdline", "apparmor", "getent_passwd", "getent_group", "uptime_seconds", "default_ipv4", "all_ipv4_addresses", "user_id"}

func stateFact(n name) bool {
	field := strings.TrimPrefix(n.root, "ansible_")
	if n.root == "ansible_facts" {
		if len(n.path) == 0 {
			return false
		}
		field = strings.TrimPrefix(n.path[0], "ansible_")
	} else if field == n.root {
		return n.root == "getent_passwd" || n.root == "getent_group"
	}
	return slices.Contains(stateFacts, field)
}

// findGuards collects what decides over a task.
func (t *Task) findGuards(regs registers) {
	if p := t.str("creates"); p != "" {
		t.Guards = append(t.Guards, Guard{Kind: "creates", Text: "creates: " + p, Path: join(t.chdir, p), Absent: true})
	}
	if p := t.str("removes"); p != "" {
		t.Guards = append(t.Guards, Guard{Kind: "removes", Text: "removes: " + p, Path: join(t.chdir, p)})
	}
	for _, c := range t.conds {
		if g, ok := t.conditionGuard(c, regs, 0); ok {
			t.Guards = append(t.Guards, g)
		}
	}
	if g, ok := t.loopGuard(regs); ok {
		t.Guards = append(t.Guards, g)
	}
}

// conditionGuard judges one conjunct of a when.
func (t *Task) conditionGuard(c condition, regs registers, depth int) (Guard, bool) {
	var found *Guard
	text := c.text
	for _, n := range c.names {
		g, ok := t.nameGuard(n, c, regs, depth)
		if !ok {
			continue
		}
		g.Text, g.Inherited = text, c.inherited
		if found == nil || rank(g.Kind) > rank(found.Kind) {
			found = &g
		}
	}
	if found == nil {
		return Guard{}, false
	}
	if len(splitWord(c.text, "or")) > 1 && found.Kind != "changed" {
		found.Path = "" // an alternative beside the look: it guards, but says less
		found.Kind = "register"
	}
	return *found, true
}

func rank(kind string) int {
	return slices.Index([]string{"facts", "register", "find", "stat", "changed"}, kind)
}

func (t *Task) nameGuard(n name, c condition, regs registers, depth int) (Guard, bool) {
	if n.root == "ansible_check_mode" && !c.negated && strings.Trim(c.text, "() ") == n.root {
		return Guard{Kind: "facts"}, true // a real run leaves the task out
	}
	if stateFact(n) {
		return Guard{Kind: "facts"}, true
	}
	if n.root == t.loopVar() && t.looping {
		return t.loopItem(n, c, regs)
	}
	def := regs.before(n.root, t)
	if def == nil {
		if h := regs.setByHandler(n.root); h != nil {
			return Guard{Kind: "changed", Var: n.root, Source: h}, true
		}
		return t.lazy(n, c, regs, depth)
	}
	switch {
	case n.test == "changed" || slices.Contains(n.path, "changed"):
		return Guard{Kind: "changed", Var: n.root, Source: def}, true
	case n.test == "failed" || n.test == "succeeded" || n.test == "success" || n.test == "skipped" || slices.Contains(n.path, "failed"):
		return Guard{Kind: "register", Var: n.root, Source: def}, asks(def)
	case n.test == "defined" && (len(n.path) == 0 || len(n.path) == 1 && always[n.path[0]] || len(n.path) > 1 && def.Module != "stat") ||
		len(n.path) == 0 && n.test == "" && def.Module != "set_fact" && strings.Trim(c.text, "() ") == n.root:
		return Guard{}, false // a result is there, and true, in every run
	case def.Module == "stat":
		return statGuard(n, c, def)
	case def.Module == "set_fact":
		if h := regs.setByHandler(n.root); h != nil && !c.negated && regs.neverSet(n.root, false) {
			return Guard{Kind: "changed", Var: n.root, Source: h}, true
		}
		if !c.negated && depth == 0 && regs.neverSet(n.root, true) {
			return Guard{Kind: "register", Var: n.root, Source: def}, true
		}
		return t.derived(n, def, regs)
	case def.Module == "find":
		return Guard{Kind: "find", Var: n.root, Source: def, Absent: !c.negated}, true
	}
	return Guard{Kind: "register", Var: n.root, Source: def}, informative(def)
}

// always are what every result has, and those of commands: that they are defined says nothing of the target. Other fields may depend on it.
var always = map[string]bool{"changed": true, "failed": true, "skipped": true, "rc": true, "stdout": true, "stdout_lines": true, "stderr": true,
	"stderr_lines": true, "results": true, "msg": true, "stat": true, "start": true, "end": true, "delta": true, "cmd": true, "files": true, "matched": true}

// answerFields are what is asked of results, seldom of variables.
var answerFields = map[string]bool{"rc": true, "stdout": true, "stdout_lines": true, "stderr": true, "stat": true, "status": true, "json": true, "matched": true, "changed": true}

// lazy follows a variable of the content to what its template reads when it is used: `missing: "{{ 'x' not in have.stdout }}"`.
func (t *Task) lazy(n name, c condition, regs registers, depth int) (Guard, bool) {
	if depth > 5 || n.test == "defined" || n.test == "undefined" {
		return Guard{}, false
	}
	if t.Play.run.answers[n.root] {
		return Guard{Kind: "register", Var: n.root}, true // an earlier play has looked
	}
	value, known := t.scope.lookup(n.root)
	if !known && len(n.path) > 0 && answerFields[n.path[0]] && len(regs[n.root]) == 0 {
		return Guard{Kind: "register", Var: n.root}, true // registered under a name that a variable holds, or where nobody can look
	}
	if value == nil || !value.IsScalar() {
		return Guard{}, false
	}
	for _, inner := range templateNames(value.Text) {
		if inner.root == n.root {
			continue
		}
		if g, ok := t.nameGuard(inner, condition{text: value.Text}, regs, depth+1); ok {
			if g.Kind != "changed" {
				g.Kind, g.Path = "register", "" // what is asked of the answer is in the template
			}
			return g, true
		}
	}
	return Guard{}, false
}

// informative tells that a registered result says something of the target's state.
func informative(def *Task) bool {
	switch def.Module {
	case "pause", "debug", "assert", "fail", "meta", "wait_for":
		return false
	}
	if def.Shell != nil && len(def.Shell.Calls) > 0 && !slices.ContainsFunc(def.Shell.Calls, func(c *shell.Call) bool { return c.Program != "echo" && c.Program != "date" }) {
		return false
	}
	return true
}

// asks tells that success or failure of a task is the answer to a question, not the outcome of work.
func asks(def *Task) bool {
	if def.Shell != nil {
		return informative(def) && def.Shell.Bare <= shell.Read || def.Shell.Bare == shell.Unknown
	}
	switch def.Module {
	case "uri", "wait_for", "stat", "slurp", "getent", "find", "wait_for_connection", "service_facts", "package_facts", "set_fact", "include_vars":
		return true
	}
	return def.Visit.Task.Value("ignore_errors") != nil || def.Visit.Task.Value("failed_when") != nil || def.Visit.Task.Value("check_mode") != nil
}

func statGuard(n name, c condition, def *Task) (Guard, bool) {
	g := Guard{Kind: "stat", Var: n.root, Source: def, Path: def.str("path")}
	if def.looping {
		g.Path = ""
	}
	last := ""
	if len(n.path) > 0 {
		last = n.path[len(n.path)-1]
	}
	positive := !c.negated
	if strings.HasPrefix(n.test, "==false") || strings.HasPrefix(n.test, "!=true") || n.negated {
		positive = !positive
	}
	switch last {
	case "exists", "isdir", "isreg", "islnk", "executable", "readable":
		g.Absent = !positive
	default:
		// a comparison of size, mode, checksum, link target: a look at content, not at existence
		g.Path = ""
		if n.test == "defined" || n.test == "undefined" {
			g.Absent = (n.test == "undefined") == positive
			g.Path = def.str("path")
		}
	}
	return g, true
}

// derivation is a fact that a task sets.
type derivation struct {
	by   *Task
	name string
}

// derived follows a set_fact to what its value was computed from. Facts are computed from facts, in many ways: each is followed once.
func (t *Task) derived(n name, def *Task, regs registers) (Guard, bool) {
	key := derivation{def, n.root}
	kind, known := t.Play.derived[key]
	if !known {
		kind = def.derivedFrom(n.root, regs)
		if t.Play.derived == nil {
			t.Play.derived = map[derivation]string{}
		}
		t.Play.derived[key] = kind
	}
	switch kind {
	case "":
		return Guard{}, false
	case "facts":
		return Guard{Kind: kind}, true
	}
	return Guard{Kind: kind, Var: n.root, Source: def}, true
}

// derivedFrom is the kind of look that a fact's value, or the condition under which it is set, goes back to; "" without one.
func (t *Task) derivedFrom(fact string, regs registers) string {
	var all []name
	if node := t.action().Get(fact); node != nil {
		all = templateNames(node.Text)
	}
	for _, c := range t.conds {
		all = append(all, c.names...)
	}
	for _, inner := range all {
		if inner.root == fact {
			continue
		}
		if stateFact(inner) {
			return "facts"
		}
		if _, ok := t.nameGuard(inner, condition{}, regs, 1); ok {
			return "register"
		}
	}
	return ""
}

// loopItem: `when: not item.stat.exists` over the results of a registered loop.
func (t *Task) loopItem(n name, c condition, regs registers) (Guard, bool) {
	value := t.Visit.Task.Loop.Value
	if value == nil || !value.IsScalar() {
		return Guard{}, false
	}
	for _, from := range templateNames(value.Text) {
		def := regs.before(from.root, t)
		if def == nil {
			continue
		}
		if slices.Contains(n.path, "changed") || n.test == "changed" {
			return Guard{Kind: "changed", Var: from.root, Source: def}, true
		}
		if !def.answers(from, regs) {
			continue
		}
		return Guard{Kind: "register", Var: from.root, Source: def}, true
	}
	return Guard{}, false
}

// loopGuard: a loop over what an earlier look found has no items when there is nothing to do.
func (t *Task) loopGuard(regs registers) (Guard, bool) {
	if !t.looping || t.loop != nil {
		return Guard{}, false
	}
	value := t.Visit.Task.Loop.Value
	var texts []string
	var gather func(n *source.Node)
	gather = func(n *source.Node) {
		if n == nil {
			return
		}
		texts = append(texts, n.Text)
		for _, i := range n.Items {
			gather(i)
		}
	}
	gather(value)
	for _, text := range texts {
		for _, n := range append(templateNames(text), bareName(text)...) {
			if def := regs.before(n.root, t); def != nil && def.answers(n, regs) {
				return Guard{Kind: "register", Var: n.root, Source: def, Text: "a loop over " + n.root}, true
			}
		}
	}
	return Guard{}, false
}

// answers tells that what a task defines says something of the target's state: a result that does, or a fact that is
// computed from one.
func (t *Task) answers(n name, regs registers) bool {
	if t.Module == "set_fact" {
		_, ok := t.derived(n, t, regs)
		return ok
	}
	return informative(t)
}

// bareName: with_items: found.files, the old form without braces.
func bareName(text string) []name {
	if path, ok := dotted(strings.TrimSpace(text)); ok && text != "" {
		return []name{{root: path[0], path: path[1:]}}
	}
	return nil
}
