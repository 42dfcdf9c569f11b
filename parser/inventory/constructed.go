package inventory

import (
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/source"
	"pylint-deploy/parser/vars"
)

// constructedOptions are the options of the constructed plugin that are known.
var constructedOptions = []string{"plugin", "strict", "compose", "groups", "keyed_groups", "use_vars_plugins", "use_extra_vars", "leading_separator"}

// constructed makes variables and groups out of the hosts and variables read so far (plugin constructed): compose, groups
// and keyed_groups.
func (inv *Inventory) constructed(config *source.Node) error {
	if inv.opts.Evaluate == nil {
		return &source.Error{Pos: config.Pos, Why: "a constructed inventory needs templates, which cannot be rendered here"}
	}
	for _, p := range config.Pairs {
		if !slices.Contains(constructedOptions, p.Key.Text) {
			return &source.Error{Pos: p.Key.Pos, Why: fmt.Sprintf("the option %s of a constructed inventory is not supported", p.Key.Text)}
		}
	}
	inv.reconcile()
	c := &constructor{inv: inv, config: config, strict: truthy(config.Get("strict")), files: truthy(config.Get("use_vars_plugins")), extra: inv.opts.UseExtra}
	if use := config.Get("use_extra_vars"); use != nil {
		c.extra = truthy(use)
	}
	for _, name := range slices.Clone(inv.order) {
		if err := c.host(name); err != nil {
			return err
		}
	}
	inv.reconcile()
	return nil
}

func truthy(n *source.Node) bool { return n != nil && n.Bool() }

// constructor carries the options of one constructed inventory.
type constructor struct {
	inv    *Inventory
	config *source.Node
	strict bool
	files  bool // variables of group_vars and host_vars count
	extra  bool // so do extra variables
}

// scope are the variables that a host's expressions see.
func (c *constructor) scope(host string) (*value.Dict, error) {
	out, err := c.inv.mergedVars(host, c.files)
	if err != nil {
		return nil, err
	}
	if c.extra && c.inv.opts.Extra != nil {
		vars.Combine(out, c.inv.opts.Extra, c.inv.opts.MergeHashes)
	}
	short, _, _ := strings.Cut(host, ".")
	var groups []value.Value
	for _, g := range c.inv.GroupsOf(host) {
		groups = append(groups, value.Str(g))
	}
	out.SetStr("inventory_hostname", value.Str(host))
	out.SetStr("inventory_hostname_short", value.Str(short))
	out.SetStr("group_names", value.NewList(groups...))
	return out, nil
}

// compute evaluates one expression. Without strict, what cannot be computed is left out.
func (c *constructor) compute(n *source.Node, scope *value.Dict, what string) (v value.Value, ok bool, err error) {
	v, err = c.inv.opts.Evaluate.Expression(n.Text, scope)
	if err != nil && c.strict {
		return nil, false, &source.Error{Pos: n.Pos, Why: fmt.Sprintf("cannot compute %s: %v", what, err)}
	}
	return v, err == nil, nil
}

func (c *constructor) host(name string) error {
	scope, err := c.scope(name)
	if err != nil {
		return err
	}
	if err := c.compose(name, scope); err != nil {
		return err
	}
	if scope, err = c.scope(name); err != nil { // composed variables count in groups
		return err
	}
	for _, p := range c.config.Get("groups").Entries() {
		v, ok, err := c.compute(p.Value, scope, fmt.Sprintf("whether %s is in the group %s", name, p.Key.Text))
		if err != nil {
			return err
		}
		if ok {
			if is, err := value.Truth(v); err == nil && is {
				c.inv.host(name, safeGroup(p.Key.Text), 0)
			}
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

func (c *constructor) compose(name string, scope *value.Dict) error {
	for _, p := range c.config.Get("compose").Entries() {
		v, ok, err := c.compute(p.Value, scope, fmt.Sprintf("the variable %s of %s", p.Key.Text, name))
		if err != nil {
			return err
		}
		if ok {
			c.inv.setVar(c.inv.Hosts[name].Vars, value.Str(p.Key.Text), v)
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
	v, ok, err := c.compute(key, scope, fmt.Sprintf("the key of keyed_groups for %s", name))
	if err != nil || !ok {
		return err
	}
	prefix, separator := text(config.Get("prefix"), ""), text(config.Get("separator"), "_")
	names := keyNames(v, config, separator)
	if prefix == "" {
		if lead := c.config.Get("leading_separator"); lead != nil && !truthy(lead) {
			separator = ""
		}
	}
	for _, bare := range names {
		group := safeGroup(prefix + separator + bare)
		c.inv.host(name, group, 0)
		if parent := config.Get("parent_group"); parent != nil {
			if err := c.inv.child(safeGroup(parent.Text), group); err != nil {
				return &source.Error{Pos: parent.Pos, Why: err.Error()}
			}
		}
	}
	return nil
}

func text(n *source.Node, byDefault string) string {
	if n == nil {
		return byDefault
	}
	return n.Text
}

// keyNames are the group names, without prefix, that a key's value stands for.
func keyNames(v value.Value, config *source.Node, separator string) []string {
	byDefault := config.Get("default_value")
	trailing := config.Get("trailing_separator") == nil || truthy(config.Get("trailing_separator"))
	var out []string
	add := func(head string, v value.Value) {
		name, err := value.ToStr(v)
		switch {
		case err != nil:
		case name == "" && byDefault != nil:
			out = append(out, head+byDefault.Text)
		case name == "" && head != "" && !trailing:
			out = append(out, strings.TrimSuffix(head, separator))
		case name != "" || head != "":
			out = append(out, head+name)
		}
	}
	switch v := v.(type) {
	case *value.List:
		for _, item := range v.Items {
			add("", item)
		}
	case *value.Dict:
		for k, item := range v.All() {
			if head, err := value.ToStr(k); err == nil {
				add(head+separator, item)
			}
		}
	case value.Str:
		add("", v)
	default:
		if is, err := value.Truth(v); err == nil && is {
			add("", v)
		}
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
