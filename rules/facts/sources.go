package facts

import (
	"slices"
	"strings"

	"pylint-deploy/rules/facts/shell"
)

// findSources looks where a command that takes a path away (mv, rm, gunzip) gets it from. Where an earlier task brings it back
// in each run, or where that cannot be known, the second run does not fail for want of it.
func (t *Task) findSources(earlier []*Task) {
	if t.Shell == nil || !slices.ContainsFunc(t.Shell.Calls, consumes) {
		return
	}
	t.Shell = t.Shell.Reclassified(func(c *shell.Call) shell.Class {
		if !consumes(c) || !t.brought(c, earlier) {
			return c.Class
		}
		switch c.Program {
		case "rm", "rmdir", "unlink":
			return shell.Converge
		}
		return shell.Overwrite
	})
}

func consumes(c *shell.Call) bool { return c.Class == shell.CreateOnce && len(c.Consumes) > 0 }

// brought tells that the run itself may bring a path back that a call takes away.
func (t *Task) brought(c *shell.Call, earlier []*Task) bool {
	if t.Play.Opaque {
		return true
	}
	return slices.ContainsFunc(c.Consumes, func(p string) bool {
		p = t.path(c.Dir, p)
		if !literal(p) {
			return true
		}
		return slices.ContainsFunc(earlier, func(e *Task) bool { return e.mayMake(p) })
	})
}

// mayMake tells that a task writes a path, fills a directory around it, or runs what nobody knows.
func (t *Task) mayMake(p string) bool {
	if t.Module == "script" || t.Shell != nil && t.Shell.Bare == shell.Unknown {
		return true
	}
	return slices.ContainsFunc(t.writes, func(w Write) bool {
		switch Compare(w.Path, p) {
		case Equal, Undecided:
			return !w.Absent
		case Ancestor:
			return w.Container || w.Directory && t.Module != "file"
		}
		return false
	})
}

// findLasting marks guards that hold in every run: what has to be there for the task to make sense, and is not taken away by
// any task, decides nothing about the second run.
func (t *Task) findLasting() {
	for i := range t.Guards {
		g := &t.Guards[i]
		if by := t.undone(*g); by != nil {
			g.Lasting = true
			t.set("guard_undone", Fields{"text": g.Text, "path": g.Path, "absent": g.Absent, "by": by.ref()})
			continue
		}
		if g.Kind != "stat" || g.Absent || g.Path == "" || passing(g.Path) || t.Shell != nil && t.Shell.Bare == shell.Unknown || t.Module == "script" {
			continue
		}
		g.Lasting = !slices.ContainsFunc(t.Play.removing(), func(o *Task) bool { return o.mayRemove(g.Path) })
	}
}

// passing tells of paths that come and go by themselves: `/run/reboot-required`, the file of a process, what /tmp holds.
func passing(p string) bool { return under("/run", p) || under("/var/run", p) || under("/tmp", p) }

// undone finds the task that takes away in each run what a guard of t looks for, so that the guard lets t run again: the marker that t
// makes is removed, or moved to its place, behind it. Of commands that fail, lose or double something in the second run other rules speak.
func (t *Task) undone(g Guard) *Task {
	if g.Kind == "removes" && fixed(g.Path) {
		return t.refilled(g.Path)
	}
	if !g.Absent || g.Kind != "creates" && g.Kind != "stat" || !fixed(g.Path) || t.Shell == nil || t.Handler() || t.looping || g.Source != nil && g.Source.looping {
		return nil
	}
	switch t.Shell.Bare {
	case shell.Converge, shell.Overwrite, shell.Unknown, shell.Remote:
	default:
		return nil
	}
	for _, o := range t.Play.removing() {
		if o != t && !o.Handler() && !o.looping && !o.never() && o.part() != "rescue" && o.takes(g.Path) && !exclusive(o, t) && o.runsWith(t, g.Path) {
			return o
		}
	}
	return nil
}

// refilled finds the task that makes in each run what this one moves away, so that `removes` holds each time.
func (t *Task) refilled(p string) *Task {
	if t.Shell == nil || t.Handler() || t.looping || !slices.ContainsFunc(t.Shell.Calls, func(c *shell.Call) bool { return c.Program == "mv" }) || !t.takes(p) {
		return nil
	}
	for _, o := range t.Play.Tasks[:t.order] {
		whole := slices.ContainsFunc(o.writes, func(w Write) bool { return w.Whole && Compare(w.Path, p) == Equal })
		if !whole || o.looping || o.never() || !o.sameConditions(t) {
			continue
		}
		if !slices.ContainsFunc(o.Guards, func(g Guard) bool { return o.undone(g) != t }) {
			return o
		}
	}
	return nil
}

// fixed tells that a path is the same in each run: no item of a loop, no name that the run makes.
func fixed(p string) bool {
	return p != "" && !strings.Contains(p, "item") && !strings.ContainsAny(p, "$*?[") && !strings.Contains(p, ".path") && !strings.Contains(p, "stdout")
}

// takes tells that a task removes exactly a path, or moves it away.
func (t *Task) takes(p string) bool {
	if t.Shell != nil {
		return slices.ContainsFunc(t.Shell.Calls, func(c *shell.Call) bool {
			return len(c.Guards) == 0 && slices.ContainsFunc(c.Removes(), func(gone string) bool { return Compare(t.path(c.Dir, gone), p) == Equal })
		})
	}
	return t.Module == "file" && slices.ContainsFunc(t.writes, func(w Write) bool { return w.Absent && Compare(w.Path, p) == Equal })
}

// runsWith tells that a task runs wherever another one does that makes a path: its conditions are the other's, its guards ask for the path.
func (t *Task) runsWith(other *Task, p string) bool {
	return t.sameConditions(other) && !slices.ContainsFunc(t.Guards, func(g Guard) bool {
		return !(g.Path != "" && !g.Absent && Compare(g.Path, p) == Equal) && !slices.ContainsFunc(other.Guards, func(o Guard) bool { return o.key() == g.key() })
	})
}

// sameConditions tells that all conditions of a task are another's, too.
func (t *Task) sameConditions(other *Task) bool {
	return !slices.ContainsFunc(t.conds, func(c condition) bool {
		return !slices.ContainsFunc(other.conds, func(o condition) bool { return o.text == c.text })
	})
}

// removing are the tasks of a play that take something away.
func (p *Play) removing() []*Task {
	if p.removers == nil {
		p.removers = slices.DeleteFunc(slices.Clone(p.All), func(t *Task) bool {
			return t.str("state") != "absent" && (t.Shell == nil || !slices.ContainsFunc(t.Shell.Calls, func(c *shell.Call) bool { return len(c.Removes()) > 0 }))
		})
	}
	return p.removers
}

// mayRemove tells that a task takes a path away, itself or with a package.
func (t *Task) mayRemove(p string) bool {
	if t.Shell != nil {
		for _, c := range t.Shell.Calls {
			for _, gone := range c.Removes() {
				if r := Compare(t.path(c.Dir, gone), p); r != Disjoint && r != Descendant {
					return true
				}
			}
		}
	}
	if t.str("state") == "absent" && len(t.packages()) > 0 {
		return true
	}
	return slices.ContainsFunc(t.writes, func(w Write) bool {
		r := Compare(w.Path, p)
		return w.Absent && (r == Equal || r == Ancestor || r == Undecided)
	})
}
