package facts

import (
	"slices"
	"strings"
)

// relateFiles looks at edits and at paths that several tasks write.
func relateFiles(p *Play, regs registers, b *Builder) {
	all := p.All
	for _, t := range all {
		switch t.Module {
		case "lineinfile":
			t.lineEdit()
		case "replace":
			t.replaceEdit()
		}
	}
	markers(all)
	p.flipFlops(regs, b)
}

// lineEdit: does the regexp of a lineinfile find the line that it writes?
func (t *Task) lineEdit() {
	re, line := t.str("regexp"), t.str("line")
	if t.str("state") == "absent" || line == "" || t.is("backrefs") {
		if t.is("backrefs") {
			t.cannotCreate(re, line)
		}
		return
	}
	if search := t.str("search_string"); search != "" && !strings.Contains(search+line, "{{") {
		if !strings.Contains(line, search) {
			t.lineFact(search, line)
		}
		return
	}
	if re == "" || strings.Contains(re+line, "{{") || strings.Contains(re+line, "{%") {
		return
	}
	if lineFixpoint(re, line) == "no" {
		t.lineFact(re, line)
	}
}

func (t *Task) lineFact(re, line string) {
	t.set("line_edit", Fields{"fixpoint": "no", "regexp": re, "line": line})
	t.flag("not-fixpoint")
}

// replaceEdit: what does `replace` do to its own result, and can it ever write its setting into a stock file?
func (t *Task) replaceEdit() {
	re, with := t.str("regexp"), t.str("replace")
	if re == "" || strings.Contains(re+with, "{{") || strings.Contains(re+with, "{%") {
		return
	}
	if replaceFixpoint(re, with) == "no" {
		t.set("replace_edit", Fields{"fixpoint": "no", "regexp": re, "replace": with})
		t.flag("not-fixpoint")
	}
	if t.Play.wroteWhole(t.str("path"), t) {
		return // an earlier task wrote the file with the line in it
	}
	t.cannotCreate(re, with)
}

// wroteWhole tells that a task before t writes a path whole.
func (p *Play) wroteWhole(path string, t *Task) bool {
	if p.whole == nil {
		p.whole = map[string]int{}
		for _, o := range p.All {
			for _, w := range o.writes {
				if key, ok := canonical(w.Path); ok && w.Whole {
					if _, known := p.whole[key]; !known {
						p.whole[key] = o.order
					}
				}
			}
		}
	}
	key, ok := canonical(path)
	first, known := p.whole[key]
	return ok && known && first < t.order
}

// cannotCreate: a pattern of one exact setting changes nothing where the file has another value, or the line commented out.
func (t *Task) cannotCreate(re, with string) {
	key, value, ok := SettingOf(re)
	if !ok {
		return
	}
	newKey, newValue, ok := SettingOf(with)
	if !ok || newKey != key || newValue == value {
		return
	}
	t.set("cannot_create", Fields{"key": key, "value": newValue, "old": value, "regexp": re})
	t.flag("cannot-create")
}

// markers finds blockinfile tasks that overwrite each other's block.
func markers(all []*Task) {
	type block struct{ path, marker string }
	first := map[block]*Task{}
	for _, t := range all {
		if t.Module != "blockinfile" || t.str("state") == "absent" {
			continue
		}
		marker := t.str("marker")
		if marker == "" {
			marker = "# {mark} ANSIBLE MANAGED BLOCK"
		}
		path := t.str("path")
		b := block{path, marker + t.str("marker_begin") + t.str("marker_end")}
		if t.looping && !strings.Contains(path, t.loopVar()) && !strings.Contains(marker+t.str("marker_begin"), t.loopVar()) && t.manyItems() {
			t.set("marker_collision", Fields{"path": path, "marker": marker, "loop": true})
			t.flag("marker-collision")
			continue
		}
		if strings.Contains(path, "{{") {
			continue
		}
		other := first[b]
		if other == nil {
			first[b] = t
			continue
		}
		if other.Visit.Task != t.Visit.Task && !exclusive(other, t) {
			t.set("marker_collision", Fields{"path": path, "marker": marker, "loop": false, "other": other.ref()})
			t.flag("marker-collision")
		}
	}
}

func (t *Task) manyItems() bool { return t.loop == nil || len(t.loop) > 1 }

// exclusive tells that two tasks never both run: one's condition negates the other's, or both test one variable for
// different values.
func exclusive(a, b *Task) bool {
	for _, x := range a.conds {
		for _, y := range b.conds {
			xt, yt := strings.TrimPrefix(x.text, "not "), strings.TrimPrefix(y.text, "not ")
			if strings.Trim(xt, "()") == strings.Trim(yt, "()") && x.negated != y.negated {
				return true
			}
			for _, n := range x.names {
				for _, m := range y.names {
					if n.root == m.root && slices.Equal(n.path, m.path) && x.text != y.text {
						return true
					}
				}
			}
		}
	}
	return false
}

func (t *Task) delegated() string {
	if k := t.Visit.Inherited("delegate_to"); k != nil && k.Value != nil {
		return k.Value.Text
	}
	return ""
}

func (t *Task) inRescue() bool { return t.part() == "rescue" }
