package inventory

import (
	"fmt"
	"slices"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/source"
)

// constructed makes variables and groups out of the hosts and variables read so far (plugin constructed): compose, groups
// and keyed_groups.
func (inv *Inventory) constructed(config *source.Node) error {
	if inv.opts.Evaluate == nil {
		return &source.Error{Pos: config.Pos, Why: "a constructed inventory cannot be computed here"}
	}
	inv.reconcile()
	c := &constructor{inv: inv, config: config, strict: truthy(config.Get("strict"))}
	for _, name := range slices.Clone(inv.order) {
		own, err := inv.HostVars(name)
		if err != nil {
			return err
		}
		scope := own.Copy()
		scope.SetStr("inventory_hostname", value.Str(name))
		if err := c.host(name, scope); err != nil {
			return err
		}
	}
	inv.reconcile()
	return nil
}

func truthy(n *source.Node) bool { return n != nil && n.BoolValue }

type constructor struct {
	inv    *Inventory
	config *source.Node
	strict bool
}

// compute evaluates one expression. Without strict, what cannot be computed is left out.
func (c *constructor) compute(n *source.Node, scope *value.Dict, what string) (value.Value, bool, error) {
	v, err := c.inv.opts.Evaluate.Expression(n.Text, scope)
	switch {
	case err == nil:
		return v, true, nil
	case c.strict:
		return nil, false, &source.Error{Pos: n.Pos, Why: fmt.Sprintf("cannot compute %s: %v", what, err)}
	}
	return nil, false, nil
}

func (c *constructor) host(name string, scope *value.Dict) error {
	h := c.inv.Hosts[name]
	for _, p := range c.config.Get("compose").Entries() {
		v, ok, err := c.compute(p.Value, scope, "the variable "+p.Key.Text)
		if err != nil {
			return err
		}
		if ok {
			h.Vars.SetStr(p.Key.Text, v)
			scope.SetStr(p.Key.Text, v)
		}
	}
	for _, p := range c.config.Get("groups").Entries() {
		v, ok, err := c.compute(p.Value, scope, "the group "+p.Key.Text)
		if err != nil {
			return err
		}
		if is, err := value.Truth(v); ok && err == nil && is {
			c.inv.host(name, p.Key.Text, 0)
		}
	}
	if list := c.config.Get("keyed_groups"); list != nil {
		for _, keyed := range list.Items {
			if err := c.keyed(name, keyed, scope); err != nil {
				return err
			}
		}
	}
	return nil
}

// keyed puts a host into the groups that the value of a key names: prefix, separator and value.
func (c *constructor) keyed(name string, config *source.Node, scope *value.Dict) error {
	key := config.Get("key")
	if key == nil {
		return &source.Error{Pos: config.Pos, Why: "an entry of keyed_groups has no key"}
	}
	v, ok, err := c.compute(key, scope, "the key of keyed_groups")
	if err != nil || !ok {
		return err
	}
	separator, prefix := "_", ""
	if n := config.Get("separator"); n != nil {
		separator = n.Text
	}
	if n := config.Get("prefix"); n != nil {
		prefix = n.Text
	}
	for _, suffix := range keyTexts(v, config.Get("default_value")) {
		group := prefix + separator + suffix
		if prefix == "" && config.Get("separator") == nil {
			group = "_" + suffix
		}
		group = safeGroup(group)
		c.inv.host(name, group, 0)
		if parent := config.Get("parent_group"); parent != nil {
			if err := c.inv.child(parent.Text, group); err != nil {
				return &source.Error{Pos: parent.Pos, Why: err.Error()}
			}
		}
	}
	return nil
}

// keyTexts are the suffixes that a key's value stands for.
func keyTexts(v value.Value, byDefault *source.Node) []string {
	var out []string
	add := func(v value.Value) {
		text, err := value.ToStr(v)
		if err == nil && text == "" && byDefault != nil {
			text = byDefault.Text
		}
		if err == nil && text != "" {
			out = append(out, text)
		}
	}
	switch v := v.(type) {
	case *value.List:
		for _, item := range v.Items {
			add(item)
		}
	case *value.Dict:
		for k, item := range v.All() {
			a, err1 := value.ToStr(k)
			b, err2 := value.ToStr(item)
			if err1 == nil && err2 == nil {
				out = append(out, a+"_"+b)
			}
		}
	default:
		add(v)
	}
	return out
}

// safeGroup replaces what a group's name cannot hold.
func safeGroup(name string) string {
	out := []rune(name)
	for i, r := range out {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && !(i > 0 && r >= '0' && r <= '9') {
			out[i] = '_'
		}
	}
	return string(out)
}
