package template

import (
	"fmt"

	"pylint-deploy/parser/inventory"
	"pylint-deploy/parser/jinja/value"
)

// HostScope gives the variables that one host of an inventory has before any play: its own and its groups', the magic
// ones that depend on the inventory alone, and extra ones over all. Without a host only the magic and the extra ones.
func (t *Templar) HostScope(inv *inventory.Inventory, host string, extra *value.Dict) (Scope, error) {
	vars := value.NewDict()
	if host != "" {
		hosts, err := inv.Match(host)
		if err != nil {
			return nil, err
		}
		if len(hosts) != 1 {
			return nil, fmt.Errorf("%q matches %d hosts of the inventory, not one", host, len(hosts))
		}
		host = hosts[0].Name
		own, err := inv.HostVars(host)
		if err != nil {
			return nil, err
		}
		vars = copyDict(own)
		vars.SetStr("inventory_hostname", value.Str(host))
		vars.SetStr("group_names", names(inv.GroupsOf(host)))
	}
	groups := value.NewDict()
	for _, g := range inv.GroupNames() {
		groups.SetStr(g, names(inv.HostsOf(g)))
	}
	vars.SetStr("groups", groups)
	hostvars := value.NewDict()
	for _, name := range inv.HostNames() {
		own, err := inv.HostVars(name)
		if err != nil {
			return nil, err
		}
		hostvars.SetStr(name, own)
	}
	vars.SetStr("hostvars", hostvars)
	vars.SetStr("omit", t.Omit())
	for k, v := range extra.All() {
		if err := vars.Set(k, v); err != nil {
			return nil, err
		}
	}
	return Vars{vars}, nil
}

func names(list []string) value.Value {
	out := make([]value.Value, len(list))
	for i, s := range list {
		out[i] = value.Str(s)
	}
	return value.NewList(out...)
}
