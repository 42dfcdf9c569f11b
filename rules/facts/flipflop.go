package facts

import (
	"slices"
	"strings"

	"pylint-deploy/parser/pyre"
	"pylint-deploy/rules/facts/shell"
)

// flipFlops finds paths that one task writes whole and another changes: each run does both again.
func (p *Play) flipFlops(regs registers, b *Builder) {
	byPath := map[string][]*Task{}
	directories := map[string]bool{}
	var order []string
	for _, t := range p.Tasks {
		seen := map[string]bool{}
		for _, w := range t.writes {
			if !literal(w.Path) || seen[w.Path] {
				continue
			}
			seen[w.Path] = true
			for dir := parent(w.Path); dir != "" && !directories[dir]; dir = parent(dir) {
				directories[dir] = true // something lies in it
			}
			if !(w.Whole || w.Part) {
				continue
			}
			if byPath[w.Path] == nil {
				order = append(order, w.Path)
			}
			byPath[w.Path] = append(byPath[w.Path], t)
		}
	}
	for _, path := range order {
		if list := byPath[path]; len(list) > 1 && !directories[path] {
			flipFlop(path, list, regs, b)
		}
	}
}

func flipFlop(path string, list []*Task, regs registers, builder *Builder) {
	for i, a := range list {
		if !a.wholly(path) || !a.repeats(path, regs) {
			continue
		}
		for j, b := range list {
			if i == j || b.Visit.Task == a.Visit.Task || exclusive(a, b) || b.never() || b.str("remote_src") != "" || b.delegated() != a.delegated() ||
				b.Shell != nil && b.Shell.Class <= shell.Read || b.inRescue() {
				continue
			}
			if b.wholly(path) && (j < i || b.guardedBy("stat", "creates", "script", "register") || len(a.conds)+len(b.conds) > 0 || a.sameContent(b)) {
				continue
			}
			if !b.wholly(path) && j < i {
				continue // edited before it is written whole: lost, but the same in each run
			}
			if !b.wholly(path) && (b.leftOut(a, path) || !b.edits(a, builder)) {
				continue
			}
			b.add("flip_flop", Fields{"path": path, "other": a.ref(), "whole": b.wholly(path)})
			b.flag("flip-flop")
			break
		}
	}
}

// repeats tells that a task writes a file whole, and the same, in each run. What is computed from a result may be the file itself, as it was.
func (t *Task) repeats(path string, regs registers) bool {
	if t.keepsFile() || t.str("force") == "no" || t.str("force") == "false" || t.str("remote_src") != "" || t.never() || t.inRescue() || temporary(path) ||
		t.guardedBy("stat", "creates", "changed", "script", "register", "find") {
		return false
	}
	return !slices.ContainsFunc(templateNames(t.str("content")), func(n name) bool { return regs.before(n.root, t) != nil })
}

// leftOut tells that an edit does not happen again, although the file is whole again: what was looked at is not the new file.
func (t *Task) leftOut(whole *Task, path string) bool {
	return slices.ContainsFunc(t.Guards, func(g Guard) bool {
		switch g.Kind {
		case "stat", "creates", "changed":
			return true
		case "register":
			return g.Source == nil || g.Source.order < whole.order || g.Source.Shell == nil || !strings.Contains(t.scope.text(g.Source.Shell.Text), path)
		}
		return false
	})
}

// edits tells whether an edit changes what another task has written. A template that may hold the line already is left alone, and so
// is a pattern with templates of its own.
func (t *Task) edits(whole *Task, b *Builder) bool {
	text := whole.str("content")
	if text == "" {
		text = string(whole.sourceText(b))
	}
	if text == "" {
		return true
	}
	pattern := t.str("regexp")
	switch {
	case t.Module == "lineinfile" && t.str("state") != "absent" && !t.is("backrefs"):
		return !holdsLine(text, t.str("line"))
	case t.Module == "lineinfile", t.Module == "replace":
		return pattern == "" || !strings.Contains(pattern, "{{") && found(pattern, text)
	case t.Module == "blockinfile":
		return !strings.Contains(text, "ANSIBLE MANAGED BLOCK")
	}
	return true
}

// holdsLine tells that a line is in a template: as it is, or by what stands before the first expression of a line.
func holdsLine(text, line string) bool {
	for have := range strings.Lines(text) {
		have = strings.TrimRight(have, "\r\n")
		fixed, _, templated := strings.Cut(have, "{{")
		if have == line || templated && strings.TrimSpace(fixed) != "" && strings.HasPrefix(line, fixed) {
			return true
		}
	}
	return false
}

func found(pattern, text string) bool {
	re, err := pyre.Compile(pattern, pyre.Multiline)
	if err != nil {
		return true
	}
	m, err := re.Search(text)
	return err != nil || m != nil
}

// temporary paths are scratch: writing them again and again is their purpose.
func temporary(path string) bool {
	return strings.HasPrefix(path, "/tmp/") || strings.HasPrefix(path, "/var/tmp/") || strings.HasPrefix(path, "/dev/")
}

func (t *Task) wholly(path string) bool {
	return slices.ContainsFunc(t.writes, func(w Write) bool { return w.Whole && w.Path == path })
}

func (t *Task) sameContent(o *Task) bool {
	return t.Module == o.Module && t.str("src") == o.str("src") && t.str("content") == o.str("content") && t.str("src")+t.str("content") != ""
}
