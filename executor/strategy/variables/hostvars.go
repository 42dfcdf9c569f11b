package variables

import (
	"slices"

	"pylint-deploy/parser/jinja/value"
)

// hostVars is the variable hostvars: a mapping from every host to its variables, made for a host when it is asked for. As with
// Ansible they do not include a play's own variables.
type hostVars struct{ store *Store }

// TypeName implements value.Value.
func (*hostVars) TypeName() string { return "HostVars" }

// Item implements value.ItemGetter. localhost is there even where the inventory does not name it.
func (h *hostVars) Item(key value.Value) (value.Value, error) {
	name, ok := key.(value.Str)
	if !ok || !h.has(string(name)) && name != "localhost" {
		text, _ := value.Repr(key)
		return nil, value.Errorf(value.KeyError, "%s", text)
	}
	return h.of(string(name)), nil
}

func (h *hostVars) of(host string) *value.Dict { return h.store.New(nil, host, nil).All() }

func (h *hostVars) has(host string) bool { return slices.Contains(h.store.Inventory.Hosts(), host) }

// Attr implements value.AttrGetter: hosts, and the methods of a dict.
func (h *hostVars) Attr(name string) (value.Value, bool) {
	switch name {
	case "keys", "values", "items", "get":
		v, err := value.Attribute(h.dict(), name)
		return v, err == nil
	}
	if v, err := h.Item(value.Str(name)); err == nil {
		return v, true
	}
	return nil, false
}

// dict is the whole mapping, each host still to be made.
func (h *hostVars) dict() *value.Dict {
	out := value.NewDict()
	for _, host := range h.hosts() {
		out.SetStr(host, &lazyHost{h, host})
	}
	return out
}

// Iterate implements value.Iterable.
func (h *hostVars) Iterate() value.Iterator { return &names{list: h.hosts()} }

// Len implements value.Sized.
func (h *hostVars) Len() int { return len(h.hosts()) }

// Contains implements value.Container.
func (h *hostVars) Contains(item value.Value) (bool, error) {
	name, ok := item.(value.Str)
	return ok && (h.has(string(name)) || name == "localhost"), nil
}

// hosts are those of the inventory, and last the localhost that is there without being named.
func (h *hostVars) hosts() []string {
	all := h.store.Inventory.Hosts()
	if slices.Contains(all, "localhost") {
		return all
	}
	return append(all[:len(all):len(all)], "localhost")
}

type names struct{ list []string }

// Next implements value.Iterator.
func (n *names) Next() (value.Value, bool, error) {
	if len(n.list) == 0 {
		return nil, false, nil
	}
	first := n.list[0]
	n.list = n.list[1:]
	return value.Str(first), true, nil
}

type lazyHost struct {
	vars *hostVars
	host string
}

// TypeName implements value.Value.
func (*lazyHost) TypeName() string { return "HostVarsVars" }

// Force implements value.Lazy.
func (l *lazyHost) Force() (value.Value, error) { return l.vars.of(l.host), nil }
