package facts

import (
	"path/filepath"
	"strings"

	"pylint-deploy/parser/source"
)

// outer is the scope of group_vars and host_vars around a playbook. Where groups or hosts disagree about a name, or only
// some define it, it is not constant.
func (b *Builder) outer(dir string) *scope {
	if s, ok := b.vars[dir]; ok {
		return s
	}
	s := &scope{spread: map[string]bool{}}
	b.vars[dir] = s
	var places []string
	for _, place := range []string{dir, filepath.Join(dir, "inventory"), filepath.Dir(dir)} {
		places = append(places, place)
	}
	for _, name := range b.files.List(filepath.Join(dir, "inventories")) {
		places = append(places, filepath.Join(dir, "inventories", name))
	}
	for _, name := range b.files.List(filepath.Join(dir, "inventory")) {
		places = append(places, filepath.Join(dir, "inventory", name))
	}
	all := &source.Node{Kind: source.Mapping}
	for _, place := range places {
		for _, name := range b.files.List(filepath.Join(place, "group_vars")) {
			for _, n := range b.mappings(filepath.Join(place, "group_vars", name)) {
				s.merge(all, n)
			}
		}
		for _, name := range b.files.List(filepath.Join(place, "host_vars")) {
			for _, n := range b.mappings(filepath.Join(place, "host_vars", name)) {
				s.merge(all, n)
			}
		}
	}
	s.vars = all
	return s
}

// mappings reads a vars file, or all files of a vars directory.
func (b *Builder) mappings(path string) []*source.Node {
	if strings.HasPrefix(filepath.Base(path), ".") || strings.HasSuffix(path, "~") {
		return nil
	}
	if names := b.files.List(path); names != nil {
		var out []*source.Node
		for _, name := range names {
			out = append(out, b.mappings(filepath.Join(path, name))...)
		}
		return out
	}
	if ext := filepath.Ext(path); ext != "" && ext != ".yml" && ext != ".yaml" && ext != ".json" {
		return nil
	}
	f, err := b.files.Source(path)
	if err != nil || len(f.Docs) == 0 || f.Docs[0] == nil || f.Docs[0].Kind != source.Mapping {
		return nil
	}
	return f.Docs
}

// merge enters a file's variables. A second definition that differs, and one that only a group or host has, makes the
// name unknown, except where the group's is the only one there is.
func (s *scope) merge(all, n *source.Node) {
	for _, p := range n.Pairs {
		old := all.Get(p.Key.Text)
		switch {
		case old == nil:
			all.Pairs = append(all.Pairs, p)
		case !sameNode(old, p.Value):
			s.spread[p.Key.Text] = true
		}
	}
}

func sameNode(a, b *source.Node) bool {
	if a == nil || b == nil || a.Kind != b.Kind || a.Text != b.Text || len(a.Items) != len(b.Items) || len(a.Pairs) != len(b.Pairs) {
		return a == b
	}
	for i := range a.Items {
		if !sameNode(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for i := range a.Pairs {
		if a.Pairs[i].Key.Text != b.Pairs[i].Key.Text || !sameNode(a.Pairs[i].Value, b.Pairs[i].Value) {
			return false
		}
	}
	return true
}
