package launch

import (
	"context"
	"sync"

	"pylint-deploy/parser/inventory"
	"pylint-deploy/parser/jinja/value"
)

// hosts is an inventory as strategies use it: guarded, by names, with --limit applied.
type hosts struct {
	reload func(ctx context.Context) (*inventory.Inventory, error)
	limit  string
	warn   func(string)

	mu     sync.RWMutex
	inv    *inventory.Inventory
	names  []string                     // of all hosts; nil after a change
	groups *value.Dict                  // likewise
	added  []func(*inventory.Inventory) // what the run has added, for a fresh inventory
}

// HostVars implements strategy.Inventory. What is wrong with a file of variables was reported when the inventory was checked.
func (h *hosts) HostVars(host string) *value.Dict {
	h.mu.RLock()
	defer h.mu.RUnlock()
	d, err := h.inv.HostVars(host)
	if err != nil {
		return value.NewDict()
	}
	return d
}

// check reads the variables of all hosts of a list, so that what is wrong with them is known before the run.
func (h *hosts) check(names []string) error {
	for _, n := range names {
		if _, err := h.inv.HostVars(n); err != nil {
			return err
		}
	}
	return nil
}

// GroupsOf implements strategy.Inventory.
func (h *hosts) GroupsOf(host string) []string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.inv.GroupsOf(host)
}

// Groups implements strategy.Inventory.
func (h *hosts) Groups() *value.Dict {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.groups == nil {
		h.groups = value.NewDict()
		for _, g := range h.inv.GroupNames() {
			h.groups.SetStr(g, list(h.inv.HostsOf(g)))
		}
	}
	return h.groups
}

func list(names []string) *value.List {
	items := make([]value.Value, len(names))
	for i, n := range names {
		items[i] = value.Str(n)
	}
	return value.NewList(items...)
}

// Hosts implements strategy.Inventory.
func (h *hosts) Hosts() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.names == nil {
		h.names = h.inv.HostNames()
	}
	return h.names
}

// Source implements strategy.Inventory.
func (h *hosts) Source(host string) (file, dir string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.inv.Source(host)
}

// Match implements strategy.Inventory.
func (h *hosts) Match(pattern string, limited bool) ([]string, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	found, err := h.inv.Match(pattern)
	if err != nil {
		return nil, err
	}
	if limited && h.limit != "" {
		if found, err = h.inv.Limit(found, h.limit); err != nil {
			return nil, err
		}
	}
	out := make([]string, len(found))
	for i, host := range found {
		out[i] = host.Name
	}
	return out, nil
}

// AddHost implements strategy.Inventory.
func (h *hosts) AddHost(name string, groups []string, vars *value.Dict) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.names, h.groups = nil, nil
	h.added = append(h.added, func(inv *inventory.Inventory) { inv.AddHost(name, vars, groups) })
	return h.inv.AddHost(name, vars, groups), nil
}

// AddToGroup implements strategy.Inventory.
func (h *hosts) AddToGroup(group, host string, parents []string) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.names, h.groups = nil, nil
	h.added = append(h.added, func(inv *inventory.Inventory) {
		if inv.Hosts[host] != nil {
			inv.AddToGroup(group, host, parents) // it worked before
		}
	})
	return h.inv.AddToGroup(group, host, parents)
}

// Refresh implements strategy.Inventory.
func (h *hosts) Refresh() error {
	inv, err := h.reload(context.Background())
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.inv, h.names, h.groups = inv, nil, nil
	for _, again := range h.added {
		again(inv)
	}
	return nil
}
