package facts

import (
	"slices"
	"strings"

	"pylint-deploy/rules/facts/shell"
)

// relateSequences finds tasks that share a guard which the first of them satisfies: when a later one fails, the next run
// leaves it out for ever.
func relateSequences(p *Play, _ registers, _ *Builder) {
	done := map[*Task]bool{}
	for _, t := range p.Tasks {
		if done[t] || t.Shell == nil && t.Module != "unarchive" && t.Module != "git" {
			continue
		}
		for _, g := range t.Guards {
			if g.Kind != "stat" || !g.Absent || g.Path == "" || !t.makes(g.Path) {
				continue
			}
			var later []*Task
			if t.Module == "unarchive" && !t.makesExactly(g.Path) && slices.ContainsFunc(p.behind(g, t), func(o *Task) bool { return o.makesExactly(g.Path) }) {
				continue // the archive goes into a directory around it, and what a later task makes is known
			}
			for _, other := range p.behind(g, t) {
				if other.lost(g) && !exclusive(t, other) {
					later = append(later, other)
				}
			}
			if len(later) == 0 || t.rescued() {
				continue
			}
			done[t] = true
			var refs []any
			for _, l := range later {
				refs = append(refs, l.ref())
				l.set("sequence", Fields{"first": t.ref(), "guard": g.Text, "path": g.Path})
				l.flag("sequence")
				done[l] = true
			}
			t.set("sequence", Fields{"later": refs, "guard": g.Text, "path": g.Path})
			t.flag("sequence")
		}
	}
}

// makes tells that a task writes a path or something below or above it.
func (t *Task) makes(path string) bool {
	return slices.ContainsFunc(t.writes, func(w Write) bool {
		r := Compare(w.Path, path)
		return !w.Absent && (r == Equal || r == Descendant || r == Ancestor && w.Container)
	})
}

// makesExactly tells that a task writes the path itself or something below it.
func (t *Task) makesExactly(path string) bool {
	return slices.ContainsFunc(t.writes, func(w Write) bool { return !w.Absent && under(path, w.Path) })
}

// lost tells that a task does something of its own that nothing else repairs: a command, or a service that it starts.
func (t *Task) lost(g Guard) bool {
	own := slices.ContainsFunc(t.Guards, func(o Guard) bool { return o.Kind == "creates" || o.Kind == "script" })
	if own || t.makes(g.Path) && t.Shell == nil {
		return false
	}
	if t.Shell != nil {
		return t.Shell.Class > shell.Read
	}
	if n := t.Visit.Task.Value("changed_when"); n != nil && strings.EqualFold(n.Text, "false") || strings.HasSuffix(t.Module, "_info") || strings.HasSuffix(t.Module, "_facts") {
		return false // it only looks
	}
	switch t.Module {
	case "async_status", "slurp", "getent", "uri", "debug", "set_fact", "pause", "stat", "assert", "fail", "meta", "wait_for", "include_tasks", "import_tasks", "include", "include_role", "import_role", "include_vars", "find":
		return false
	case "service", "systemd_service", "sysvinit":
		s := t.str("state")
		return s == "started" || s == "restarted" || t.str("enabled") != ""
	}
	return true
}

// rescued tells that a block with rescue around the task cleans up after a failure.
func (t *Task) rescued() bool {
	for _, l := range t.Visit.Chain {
		if l.Block != nil && l.Part == "block" && len(l.Block.Rescue) > 0 {
			return true
		}
	}
	return false
}
