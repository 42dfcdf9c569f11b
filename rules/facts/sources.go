package facts

import (
	"slices"

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
		if g.Kind != "stat" || g.Absent || g.Path == "" || t.Shell != nil && t.Shell.Bare == shell.Unknown || t.Module == "script" {
			continue
		}
		g.Lasting = !slices.ContainsFunc(t.Play.removing(), func(o *Task) bool { return o.mayRemove(g.Path) })
	}
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
