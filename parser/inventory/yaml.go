package inventory

import (
	"fmt"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/source"
	"pylint-deploy/parser/vars"
)

// yaml reads a YAML (or JSON) inventory: a mapping of groups. Errors are *source.Error.
func (inv *Inventory) yaml(root *source.Node) error {
	for _, p := range root.Pairs {
		if _, err := inv.yamlGroup(p.Key, p.Value); err != nil {
			return err
		}
	}
	return nil
}

func (inv *Inventory) yamlGroup(key, data *source.Node) (string, error) {
	name := key.Text
	if data.Kind != source.Mapping && data.Kind != source.Null {
		inv.warn("%s: skipping %q, which is no group: a group must be a mapping", key.Pos, name)
		return name, nil
	}
	if key.Kind != source.String || name == "" {
		return "", &source.Error{Pos: key.Pos, Why: fmt.Sprintf("a group must be named by text, not %q", name), Hint: "put the name in quotes"}
	}
	g := inv.group(name)
	for _, p := range data.Pairs {
		section, err := yamlSection(p)
		switch {
		case err != nil:
			return "", err
		case section == nil:
			if p.Value.Kind != source.Null {
				inv.warn("%s: skipping %q in the group %s: only vars, children and hosts are valid", p.Key.Pos, p.Key.Text, name)
			}
		default:
			if err := inv.yamlEntries(g, p.Key.Text, section); err != nil {
				return "", err
			}
		}
	}
	return name, nil
}

// yamlSection is the mapping of vars, children or hosts; a lone text is a mapping with one key. Other keys give nil.
func yamlSection(p source.Pair) (*source.Node, error) {
	switch p.Key.Text {
	case "vars", "children", "hosts":
	default:
		return nil, nil
	}
	switch v := p.Value; v.Kind {
	case source.Mapping:
		return v, nil
	case source.Null:
		return &source.Node{Kind: source.Mapping, Pos: v.Pos}, nil
	case source.String:
		return &source.Node{Kind: source.Mapping, Pos: v.Pos, Pairs: []source.Pair{{Key: v, Value: &source.Node{Pos: v.Pos}}}}, nil
	default:
		return nil, &source.Error{Pos: v.Pos, Why: p.Key.Text + " must be a mapping", Hint: `write "name:", not "- name"`}
	}
}

func (inv *Inventory) yamlEntries(g *Group, section string, entries *source.Node) error {
	for _, p := range entries.Pairs {
		switch section {
		case "vars":
			inv.setGroupVar(g, p.Key.Text, vars.Value(p.Value, inv.opts.Decrypt))
		case "children":
			child, err := inv.yamlGroup(p.Key, p.Value)
			if err != nil {
				return err
			}
			if inv.Groups[inv.groupName(child)] == nil {
				return &source.Error{Pos: p.Key.Pos, Why: fmt.Sprintf("%q is no group", child)}
			}
			if err := inv.child(g.Name, child); err != nil {
				return &source.Error{Pos: p.Key.Pos, Why: err.Error()}
			}
		case "hosts":
			if err := inv.yamlHost(g, p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (inv *Inventory) yamlHost(g *Group, p source.Pair) error {
	if p.Key.Kind != source.String {
		return &source.Error{Pos: p.Key.Pos, Why: fmt.Sprintf("a host must be named by text, not %q", p.Key.Text), Hint: "put the name in quotes"}
	}
	if p.Value.Kind != source.Mapping && p.Value.Kind != source.Null {
		return &source.Error{Pos: p.Value.Pos, Why: fmt.Sprintf("the variables of the host %s must be a mapping", p.Key.Text)}
	}
	names, port, err := expand(p.Key.Text)
	if err != nil {
		return &source.Error{Pos: p.Key.Pos, Why: err.Error()}
	}
	for _, name := range names {
		h := inv.host(name, g.Name, port)
		for k, v := range vars.Dict(p.Value, inv.opts.Decrypt).All() {
			if s, ok := k.(value.Str); ok {
				inv.setVar(h.Vars, s, v)
			}
		}
	}
	return nil
}
