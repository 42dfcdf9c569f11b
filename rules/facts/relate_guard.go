package facts

import (
	"slices"
	"sort"
	"strings"

	"pylint-deploy/rules/facts/shell"
)

// relateGuards compares each task with what its guards look at.
func relateGuards(p *Play, regs registers, _ *Builder) {
	for _, t := range p.All {
		for _, g := range t.Guards {
			if g.Path == "" {
				continue
			}
			t.mismatch(g)
			t.guardedByInput(g)
			t.partialMarker(g)
			t.inverted(g)
			t.blocksDeclarative(g)
			t.freshness(g)
		}
		t.staleDownload()
		t.stale(regs)
	}
}

// mismatch: the guard looks at one place, the command writes another.
func (t *Task) mismatch(g Guard) {
	if !g.Absent || t.Shell == nil || g.Kind == "script" || len(t.writes) == 0 || !literal(g.Path) {
		return
	}
	var paths []any
	for _, w := range t.writes {
		if Compare(g.Path, w.Path) != Disjoint {
			return
		}
		paths = append(paths, w.Path)
	}
	if t.opaqueCalls() || t.markedLater(g) || t.certifies() && !under("/etc/letsencrypt/live", g.Path) {
		return
	}
	t.set("guard_mismatch", Fields{"guard": g.Path, "text": g.Text, "writes": paths})
	t.flag("guard-mismatch")
}

// guardedByInput: the guard looks at what the command is given, and an earlier task has put there: the command never runs.
func (t *Task) guardedByInput(g Guard) {
	if g.Kind != "creates" || t.Shell == nil || !literal(g.Path) || t.makes(g.Path) || !slices.ContainsFunc(t.Shell.Calls, func(c *shell.Call) bool {
		return slices.ContainsFunc(c.Args, func(a string) bool { return t.path(c.Dir, a) == g.Path })
	}) {
		return
	}
	placed := slices.ContainsFunc(t.Play.Tasks[:min(t.order, len(t.Play.Tasks))], func(o *Task) bool { return o.wholly(g.Path) && !o.guardedBeyond(t) && !o.never() })
	if placed {
		t.set("guard_mismatch", Fields{"guard": g.Path, "text": g.Text, "writes": []any{}})
		t.flag("guard-mismatch")
	}
}

// opaqueCalls tells that the command does more than the listed writes: anything may make the guard's path.
func (t *Task) opaqueCalls() bool {
	return slices.ContainsFunc(t.Shell.Calls, func(c *shell.Call) bool {
		return c.Class != shell.Read && len(c.Writes) == 0 || c.Class == shell.Unknown
	})
}

// certifies tells of certbot: its plugins write files of their own, its hooks anything.
func (t *Task) certifies() bool {
	return slices.ContainsFunc(t.programs(), func(p string) bool { return strings.HasPrefix(p, "certbot") || strings.HasPrefix(p, "letsencrypt") })
}

// markedLater: a later task under the same guard writes the path, as a marker that all is done, or may do so.
func (t *Task) markedLater(g Guard) bool {
	for _, other := range t.Play.behind(g, t) {
		if other.Shell != nil && other.Shell.Class > shell.Read && other.opaqueCalls() {
			return true
		}
		for _, w := range other.writes {
			if Compare(g.Path, w.Path) == Equal && !w.Absent {
				return true
			}
		}
	}
	return false
}

// guardKey is what makes two guards the same: one look of one task, or one path.
type guardKey struct {
	kind   string
	absent bool
	name   string // the variable, else the path
	source *Task
}

func (g Guard) key() guardKey {
	if g.Var != "" {
		return guardKey{g.Kind, g.Absent, g.Var, g.Source}
	}
	return guardKey{g.Kind, g.Absent, g.Path, nil}
}

// alike tells that two guards decide by the same look.
func (g Guard) alike(o Guard) bool {
	if g.Var != "" && o.Var == g.Var && o.Source == g.Source {
		return true
	}
	return o.Absent == g.Absent && o.Path != "" && Compare(g.Path, o.Path) == Equal
}

// behind are the tasks after t (handlers not included) that the same guard stands before, in order.
func (p *Play) behind(g Guard, t *Task) []*Task {
	if g.Var == "" && g.Path == "" {
		return nil
	}
	if p.guarded == nil {
		p.guarded = map[guardKey][]*Task{}
		for _, o := range p.Tasks {
			for _, own := range o.Guards {
				k := own.key()
				if list := p.guarded[k]; len(list) == 0 || list[len(list)-1] != o {
					p.guarded[k] = append(list, o)
				}
			}
		}
	}
	list := p.guarded[g.key()]
	return list[sort.Search(len(list), func(i int) bool { return list[i].order > t.order }):]
}

// partialMarker: the guard's path is the directory that the command makes first and fills afterwards.
func (t *Task) partialMarker(g Guard) {
	if !g.Absent || t.Shell == nil {
		return
	}
	for _, c := range t.Shell.Calls {
		for _, w := range c.Writes {
			if !w.Container || Compare(g.Path, t.path(c.Dir, w.Path)) != Equal || strings.HasPrefix(g.Path, "/etc/letsencrypt/") {
				continue
			}
			leaf := map[string]string{"git": ".git/HEAD", "virtualenv": "bin/pip", "python3": "bin/pip3", "python": "bin/pip", "python2": "bin/pip", "pyvenv": "bin/pip"}[c.Program]
			if leaf == "" {
				leaf = "<a file that comes last>"
			}
			t.set("partial_marker", Fields{"path": g.Path, "leaf": strings.TrimSuffix(g.Path, "/") + "/" + leaf, "program": c.Program})
			t.flag("partial-marker")
		}
	}
}

// inverted: the task makes what must be there for it to run, or runs creates/removes the wrong way round.
func (t *Task) inverted(g Guard) {
	if g.Absent || g.Kind == "script" || g.Source != nil && g.Source.looping {
		return
	}
	for _, w := range t.writes {
		if w.Absent || w.Part || Compare(g.Path, w.Path) != Equal || !w.Whole && !w.Container && t.Shell == nil {
			continue
		}
		if t.Shell != nil && (t.Shell.Class <= shell.Overwrite && g.Kind != "removes" || slices.ContainsFunc(t.Shell.Calls, reversesItself)) {
			continue
		}
		if t.Shell == nil {
			continue // a module that updates what is there is fine
		}
		t.set("guard_inverted", Fields{"path": g.Path, "text": g.Text, "kind": g.Kind})
		t.flag("guard-inverted")
	}
}

// reversesItself: moving a path away or removing it after use is what removes: is for.
func reversesItself(c *shell.Call) bool {
	return c.Program == "rm" || c.Program == "mv" || c.Program == "tar" || c.Program == "unzip" || c.Program == "gunzip"
}

// declarative are modules that look for themselves; guarding them only switches repair off.
var declarative = map[string]bool{"service": true, "systemd_service": true, "sysvinit": true, "apt": true, "yum": true, "dnf": true, "package": true,
	"file": true, "template": true, "copy": true, "user": true, "group": true, "cron": true, "ufw": true, "firewalld": true, "pip": true, "lineinfile": true}

// blocksDeclarative: a module under an absence guard of a path that it has nothing to do with.
func (t *Task) blocksDeclarative(g Guard) {
	if g.Kind != "stat" || !g.Absent || !declarative[t.Module] || t.Handler() || t.onlyAsks() {
		return
	}
	if t.Module == "pip" && (t.str("editable") != "" || strings.Contains(t.str("name"), "/")) {
		return // a directory or a URL is installed anew each time: the module cannot tell whether it is there
	}
	switch t.str("state") {
	case "stopped", "restarted", "reloaded", "absent", "touch":
		return
	}
	if t.is("remote_src") && Compare(t.str("src"), g.Path) == Equal || t.alternative(g) {
		return
	}
	for _, w := range t.writes {
		if Compare(g.Path, w.Path) != Disjoint {
			return
		}
	}
	if len(t.writes) > 0 && g.Source != nil && t.feeds(g) {
		return
	}
	if t.Module != "service" && t.Module != "systemd_service" && t.Module != "sysvinit" && t.feeds(g) {
		return
	}
	t.set("blocks_declarative", Fields{"path": g.Path, "text": g.Text})
	t.flag("blocks-declarative")
}

// alternative tells that another task with the same module runs where the guard keeps this one from running: the look chooses
// between two ways, of which one is always taken.
func (t *Task) alternative(g Guard) bool {
	return g.Source != nil && slices.ContainsFunc(t.Play.Tasks, func(o *Task) bool {
		return o != t && o.Module == t.Module && slices.ContainsFunc(o.Guards, func(other Guard) bool {
			return other.Kind == "stat" && other.Source == g.Source && other.Absent != g.Absent
		})
	})
}

// onlyAsks tells that a task runs in check mode always: it enforces nothing.
func (t *Task) onlyAsks() bool {
	n := t.Visit.Task.Value("check_mode")
	return n != nil && truth(n.Text)
}

// feeds tells that a later task under the same guard runs a command: the module prepares it (a download, a directory). The guard is the
// same where it looks at the same result or path, also as an alternative among others.
func (t *Task) feeds(g Guard) bool {
	return slices.ContainsFunc(t.Play.Tasks, func(o *Task) bool {
		return o.order > t.order && (o.Shell != nil || o.Module == "unarchive" || o.Module == "git" || o.Module == "get_url") && slices.ContainsFunc(o.Guards, g.alike)
	})
}

// stale: the variable of a condition is registered only later, or by a task that may have been skipped.
func (t *Task) stale(regs registers) {
	for _, c := range t.conds {
		defended := strings.Contains(c.text, "defined") || strings.Contains(c.text, "default(") || strings.Contains(c.text, "skipped")
		for _, n := range c.names {
			defs := regs[n.root]
			if len(defs) == 0 || defended || t.Handler() || c.inherited || t.looping && n.root == t.loopVar() {
				continue
			}
			if defs[0].order > t.order { // they are in order
				if _, known := t.outerValue(n.root); !known && defs[0].Module != "set_fact" && !defs[0].Handler() {
					t.set("guard_stale", Fields{"var": n.root, "why": "later", "by": defs[0].ref()})
					t.flag("guard-stale")
				}
				continue
			}
			if !t.overwritten(n, defs) {
				t.maybeSkipped(n, c, defs, regs)
			}
		}
	}
}

// overwritten: another task has registered the same name since, whose result has not what the condition reads: another module, or one
// that is skipped wherever the first one runs, for a skipped task registers, too.
func (t *Task) overwritten(n name, defs []*Task) bool {
	last := before(defs, t)
	if last == nil || last.Module == "set_fact" || len(n.path) == 0 || last.looping || t.asksWhetherDefined(n) {
		return false
	}
	for _, first := range defs {
		if first.order >= last.order || first.lacks(n.path[0]) || first.Module == "set_fact" {
			continue
		}
		skipped := len(last.conds) > 0 && !first.lacks(n.path[0]) && n.path[0] != "changed" && n.path[0] != "failed" && n.path[0] != "skipped" && exclusive(first, last)
		if skipped {
			skipped = !slices.ContainsFunc(t.conds, func(tc condition) bool {
				return slices.ContainsFunc(last.conds, func(lc condition) bool { return tc.text == lc.text }) || tc.impliesRun(n.root, condition{}, t, nil)
			})
		}
		if !last.lacks(n.path[0]) && !skipped {
			continue
		}
		f := Fields{"var": n.root, "why": "overwritten", "field": n.path[0], "by": last.ref(), "first": first.ref()}
		if skipped {
			f["when"] = last.conds[0].text
		}
		t.set("guard_stale", f)
		t.flag("guard-stale")
		return true
	}
	return false
}

// silent are modules whose results have no output of a program.
var silent = map[string]bool{"stat": true, "file": true, "copy": true, "template": true, "lineinfile": true, "replace": true, "blockinfile": true, "service": true,
	"systemd_service": true, "get_url": true, "find": true, "slurp": true, "debug": true, "user": true, "group": true, "git": true, "wait_for": true}

// lacks tells that the result of a task has no field of a name, for certain.
func (t *Task) lacks(field string) bool {
	switch field {
	case "stat":
		return t.action().Module != nil && t.Module != "stat" && t.Module != "win_stat" && t.Module != "set_fact"
	case "rc", "stdout", "stdout_lines", "stderr", "stderr_lines":
		return silent[t.Module]
	}
	return false
}

// outerValue looks a name up without what the play sets at run time.
func (t *Task) outerValue(name string) (string, bool) {
	for at := t.scope; at != nil; at = at.parent {
		if at.vars.Get(name) != nil {
			return "", true
		}
	}
	return "", false
}

// maybeSkipped: the last definition runs under a condition that this task does not have, and the result of a skipped task
// has no .stat, .rc or .stdout.
func (t *Task) maybeSkipped(n name, c condition, defs []*Task, regs registers) {
	if len(n.path) == 0 || n.path[0] != "stat" && n.path[0] != "rc" && n.path[0] != "stdout" && n.path[0] != "stdout_lines" && n.path[0] != "stderr" {
		return
	}
	last := before(defs, t)
	if last == nil || last == t || len(last.conds) == 0 || last.Module == "set_fact" || t.part() == "rescue" || len(defs) > 1 {
		return
	}
	if t.asksWhetherDefined(n) {
		return
	}
	for _, dc := range last.conds {
		held := slices.ContainsFunc(t.conds, func(tc condition) bool {
			return tc.text == dc.text || tc.readsLike(dc) || tc.impliesRun(n.root, dc, t, regs) || dc.alternatives(tc.text)
		})
		if held || strings.Contains(dc.text, "check_mode") {
			continue
		}
		if len(splitWord(c.text, "or")) > 1 {
			continue
		}
		t.set("guard_stale", Fields{"var": n.root, "why": "skipped", "when": dc.text, "by": last.ref()})
		t.flag("guard-stale")
		return
	}
}

// impliesRun tells that a condition holds only where the task that registered a variable has run: it asks just that, or whether another
// task with the same condition has changed something.
func (c condition) impliesRun(variable string, of condition, t *Task, regs registers) bool {
	return !c.negated && slices.ContainsFunc(c.names, func(n name) bool {
		changed := n.test == "changed" && !n.negated || slices.Contains(n.path, "changed")
		if n.root == variable {
			return changed || n.test == "skipped" && n.negated
		}
		other := regs.before(n.root, t)
		return changed && other != nil && slices.ContainsFunc(other.conds, func(oc condition) bool { return oc.text == of.text })
	})
}

// alternatives tells that a condition holds wherever another one does, for that is one of those it is content with: `a or b`.
func (c condition) alternatives(text string) bool {
	whole := bare(c.text)
	parts := splitWord(whole, "or")
	return len(parts) > 1 && slices.ContainsFunc(parts, func(part string) bool { return bare(part) == bare(text) })
}

// bare is a condition without the parentheses around all of it.
func bare(text string) string {
	text = strings.TrimSpace(text)
	for strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		depth := 0
		for i, r := range text {
			switch r {
			case '(':
				depth++
			case ')':
				depth--
			}
			if depth == 0 && i < len(text)-1 {
				return text
			}
		}
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	return text
}

// readsLike tells that two conditions decide by the same values, however they are written.
func (c condition) readsLike(other condition) bool {
	return len(other.names) > 0 && !slices.ContainsFunc(other.names, func(n name) bool {
		return !slices.ContainsFunc(c.names, func(m name) bool { return m.root == n.root && slices.Equal(m.path, n.path) })
	})
}

// ofCommand are the fields that a command's result has together, or not at all.
var ofCommand = map[string]bool{"rc": true, "stdout": true, "stdout_lines": true, "stderr": true, "stderr_lines": true}

// asksWhetherDefined tells that a condition of the task tests an attribute before it is read: `a.stdout is defined`.
func (t *Task) asksWhetherDefined(n name) bool {
	return slices.ContainsFunc(t.conds, func(c condition) bool {
		return slices.ContainsFunc(c.names, func(m name) bool {
			return m.root == n.root && len(m.path) > 0 && (m.test == "defined" || m.test == "d" || m.test == "default") &&
				(slices.Equal(m.path, n.path[:min(len(m.path), len(n.path))]) || ofCommand[m.path[0]] && ofCommand[n.path[0]])
		})
	})
}
