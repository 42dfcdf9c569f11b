package inventory

import (
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/vars"
)

// List is what `ansible-inventory --list` prints: each group's hosts and children, and under _meta the variables of each
// host; with export the variables stay with the groups and hosts that define them.
func (inv *Inventory) List(export bool) (*value.Dict, error) {
	out := value.NewDict()
	if err := inv.listGroup(out, "all", export, map[string]bool{}); err != nil {
		return nil, err
	}
	hostVars := value.NewDict()
	for _, name := range inv.HostNames() {
		own, err := inv.ListVars(name, export)
		if err != nil {
			return nil, err
		}
		if own.Len() > 0 {
			hostVars.SetStr(name, own)
		}
	}
	meta := value.NewDict()
	meta.SetStr("hostvars", hostVars)
	out.SetStr("_meta", meta)
	return out, nil
}

// ListVars are a host's variables, or with export only those of the host itself.
func (inv *Inventory) ListVars(host string, export bool) (*value.Dict, error) {
	if !export {
		own, err := inv.HostVars(host)
		if err != nil || inv.opts.Extra == nil {
			return own, err
		}
		out := own.Copy()
		vars.Combine(out, inv.opts.Extra, inv.opts.MergeHashes)
		return out, nil
	}
	out := inv.Hosts[host].Vars.Copy()
	return out, inv.addFiles(out, inv.varsDirs(), "host_vars", []string{host})
}

func (inv *Inventory) listGroup(out *value.Dict, name string, export bool, seen map[string]bool) error {
	g := inv.Groups[name]
	entry := value.NewDict()
	if name != "all" {
		setNames(entry, "hosts", g.Hosts)
	}
	setNames(entry, "children", g.Children)
	if export {
		own, err := inv.GroupVars(name)
		if err != nil {
			return err
		}
		if own.Len() > 0 {
			entry.SetStr("vars", own)
		}
	}
	if entry.Len() > 0 {
		out.SetStr(name, entry)
	}
	for _, child := range g.Children {
		if seen[child] {
			continue
		}
		seen[child] = true
		if err := inv.listGroup(out, child, export, seen); err != nil {
			return err
		}
	}
	return nil
}

func setNames(d *value.Dict, key string, names []string) {
	if len(names) == 0 {
		return
	}
	items := make([]value.Value, len(names))
	for i, n := range names {
		items[i] = value.Str(n)
	}
	d.SetStr(key, value.NewList(items...))
}

// Tree is the inventory in the form of a YAML inventory: `ansible-inventory --list --yaml`.
func (inv *Inventory) Tree(export bool) (*value.Dict, error) {
	out := value.NewDict()
	return out, inv.treeGroup(out, "all", export, map[string]bool{})
}

func (inv *Inventory) treeGroup(out *value.Dict, name string, export bool, seen map[string]bool) error {
	g := inv.Groups[name]
	entry, children := value.NewDict(), value.NewDict()
	for _, child := range g.Children {
		if err := inv.treeGroup(children, child, export, seen); err != nil {
			return err
		}
	}
	hosts, err := inv.hostsOnce(g, export, seen)
	if err != nil {
		return err
	}
	if children.Len() > 0 {
		entry.SetStr("children", children)
	}
	if hosts.Len() > 0 && name != "all" {
		entry.SetStr("hosts", hosts)
	}
	if export {
		own, err := inv.GroupVars(name)
		if err != nil {
			return err
		}
		if own.Len() > 0 {
			entry.SetStr("vars", own)
		}
	}
	out.SetStr(name, entry)
	return nil
}

// hostsOnce are the hosts of a group; the variables of each are with the first group that has it.
func (inv *Inventory) hostsOnce(g *Group, export bool, seen map[string]bool) (*value.Dict, error) {
	hosts := value.NewDict()
	for _, h := range g.Hosts {
		own := value.NewDict()
		if !seen[h] {
			seen[h] = true
			var err error
			if own, err = inv.ListVars(h, export); err != nil {
				return nil, err
			}
		}
		hosts.SetStr(h, own)
	}
	return hosts, nil
}

// Graph draws the tree below a group as `ansible-inventory --graph` does. withVars adds the variables.
func (inv *Inventory) Graph(group string, withVars bool) ([]string, error) {
	if inv.Groups[group] == nil {
		return nil, fmt.Errorf("%q is no group of the inventory", group)
	}
	return inv.graph(nil, group, 0, withVars)
}

// branch indents a line of the graph.
func branch(text string, depth int) string {
	if depth == 0 {
		return text
	}
	return strings.Repeat("  |", depth) + "--" + text
}

func (inv *Inventory) graph(lines []string, group string, depth int, withVars bool) ([]string, error) {
	g := inv.Groups[group]
	lines = append(lines, branch("@"+group+":", depth))
	var err error
	for _, child := range g.Children {
		if lines, err = inv.graph(lines, child, depth+1, withVars); err != nil {
			return nil, err
		}
	}
	if group != "all" {
		for _, h := range g.Hosts {
			lines = append(lines, branch(h, depth+1))
			if !withVars {
				continue
			}
			own, err := inv.HostVars(h)
			if err != nil {
				return nil, err
			}
			lines = graphVars(lines, own, depth+2)
		}
	}
	if withVars {
		own, err := inv.GroupVars(group)
		if err != nil {
			return nil, err
		}
		lines = graphVars(lines, own, depth+1)
	}
	return lines, nil
}

func graphVars(lines []string, own *value.Dict, depth int) []string {
	var texts []string
	for k, v := range own.All() {
		name, _ := value.ToStr(k)
		texts = append(texts, branch(fmt.Sprintf("{%s = %s}", name, plainText(v)), depth))
	}
	slices.Sort(texts)
	return append(lines, texts...)
}

// plainText is a value as str() shows it, templates as written and secrets closed.
func plainText(v value.Value) string {
	text, err := value.ToStr(Plain(v, false))
	if err != nil {
		return v.TypeName()
	}
	return text
}

// Sealed is a value that stays closed when an inventory is printed.
type Sealed interface{ Ciphertext() string }

// Plain is a value to be printed and not rendered: a template is its text, a secret stays closed. With marks, as in JSON,
// text under !unsafe is marked so that whoever reads it back knows.
func Plain(v value.Value, marks bool) value.Value {
	switch v := v.(type) {
	case value.Template:
		return value.Str(v.Text)
	case value.Str:
		if marks && playbook.HasTemplate(string(v)) { // and is no Template, so it was !unsafe
			d := value.NewDict()
			d.SetStr("__ansible_unsafe", v)
			return d
		}
	case Sealed:
		d := value.NewDict()
		d.SetStr("__ansible_vault", value.Str(v.Ciphertext()))
		return d
	case *value.List:
		items := make([]value.Value, len(v.Items))
		for i, item := range v.Items {
			items[i] = Plain(item, marks)
		}
		return value.NewList(items...)
	case *value.Dict:
		d := value.NewDict()
		for k, item := range v.All() {
			d.Set(k, Plain(item, marks)) // a key of a dict: it cannot fail
		}
		return d
	case value.Tuple:
		items := make(value.Tuple, len(v))
		for i, item := range v {
			items[i] = Plain(item, marks)
		}
		return items
	}
	return v
}
