package facts

import (
	"math"
	"slices"
)

// provisions knows which tasks of a play make a thing. Its lists are in the order of the play, so that a need is judged
// by the first task of a list in most cases.
type provisions struct {
	made map[thing][]*Task
	// at are, by path, the tasks that make a directory or fill it; below those that make one anywhere below.
	at, below map[string][]*Task
	// opaque is the order of the first task that may make anything.
	opaque int
	// installer is that of the first that may bring a program.
	installer int
}

func newProvisions() *provisions {
	return &provisions{made: map[thing][]*Task{}, at: map[string][]*Task{}, below: map[string][]*Task{}, opaque: math.MaxInt, installer: math.MaxInt}
}

func (m *provisions) add(t *Task, kind, name string) {
	if name == "" {
		return
	}
	m.made[thing{kind, name}] = append(m.made[thing{kind, name}], t)
	if kind == "dir" && (dirMaker(t, name) || t.Shell != nil || t.Module == "unarchive" || t.Module == "git" || t.Module == "pip") {
		m.addDir(t, name)
	}
}

func (m *provisions) addDir(t *Task, dir string) {
	paths := lineage(dir)
	for i, path := range paths {
		into := m.below
		if i == len(paths)-1 {
			into = m.at
		}
		if list := into[path]; len(list) == 0 || list[len(list)-1] != t {
			into[path] = append(list, t)
		}
	}
}

// lineage are a path's ancestors from the root on, then the path itself, in a form that equal paths share; nil for one that
// cannot be compared.
func lineage(path string) []string {
	segs, ok := segments(path)
	if !ok {
		return nil
	}
	out := []string{""}
	for _, s := range segs {
		out = append(out, out[len(out)-1]+"\x00"+s)
	}
	return out
}

// provider tells whether a task before t makes a thing; if none does, later is a task after t that makes it, or nil.
func (m *provisions) provider(n thing, t *Task) (before bool, later *Task) {
	for _, list := range m.providers(n) {
		for _, by := range list {
			if by == t || n.kind == "dir" && !by.provides(n) {
				continue
			}
			if by.order < t.order {
				return true, nil
			}
			// Of a thing made by name the most direct maker counts, of a directory the first.
			if later == nil || n.kind == "dir" && by.order < later.order {
				later = by
			}
			break
		}
	}
	return false, later
}

// providers are lists of tasks that may make a thing: by name, or for a directory what makes or fills it, one around it, or one below it.
func (m *provisions) providers(n thing) [][]*Task {
	out := [][]*Task{m.made[n]}
	switch n.kind {
	case "group":
		out = append(out, m.made[thing{"user", n.name}])
	case "dir":
		paths := lineage(n.name)
		for _, path := range paths {
			out = append(out, m.at[path])
		}
		if len(paths) > 0 {
			out = append(out, m.below[paths[len(paths)-1]])
		}
	}
	return slices.DeleteFunc(out, func(list []*Task) bool { return len(list) == 0 })
}

// provides tells that a task which makes something near a directory makes the directory, too.
func (t *Task) provides(dir thing) bool {
	return t.Shell != nil || dirMaker(t, dir.name) || t.brings(dir) || t.deeper(dir.name) || t.withParents(dir.name)
}

// withParents tells that a task makes something below a directory, and the directories above it with it: a virtualenv, a checkout.
func (t *Task) withParents(dir string) bool {
	return (t.Module == "pip" || t.Module == "git") && slices.ContainsFunc(t.writes, func(w Write) bool { return w.Container && under(dir, w.Path) })
}
