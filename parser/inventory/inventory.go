// Package inventory reads hosts and groups: INI and YAML files, directories, executables, comma lists; ranges, children,
// variables, patterns. Its model is Ansible's inventory manager, and `ansible-inventory --list` the measure of its tests.
package inventory

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// Inventory is the merged result of all sources. Reading is safe for concurrent use; what changes it (AddHost, AddToGroup)
// must not run beside anything else.
type Inventory struct {
	Hosts  map[string]*Host
	Groups map[string]*Group // "all" and "ungrouped" always present

	order      []string // hosts in the order of their first mention
	groupOrder []string
	opts       Options
	sources    []string
	current    string // the source that is being read
	parsed     bool   // a source was read

	mu       sync.Mutex // of the caches
	members  map[string][]string
	hostVars map[string]*value.Dict
	files    map[string]*value.Dict // vars of group_vars/NAME and host_vars/NAME, by path
	oddNames bool                   // it was warned of them
}

// Host is one managed host.
type Host struct {
	Name string
	// Vars are the host's own variables: string scalars that hold templates are value.Template.
	Vars *value.Dict
	// Implicit marks the localhost that no source names.
	Implicit bool
	// File is the source that named the host first, "" for one that was added while running.
	File string
}

// Group is a named set of hosts.
type Group struct {
	Name     string
	Hosts    []string // direct members, in order
	Children []string
	Vars     *value.Dict
	Priority int // ansible_group_priority, 1 unless set

	has     map[string]bool // Hosts
	parents []string
	depth   int // distance from "all", the longest way
}

// Options say how an inventory is read.
type Options struct {
	// PlaybookDir has the group_vars and host_vars beside the playbook, "" without one.
	PlaybookDir string
	// WorkDir stands in for it in the variables of hosts, but not in those of groups; "" is none.
	WorkDir string
	// Decrypt opens vaulted files and values; nil where no password was given.
	Decrypt vars.Decrypt
	// Extra are variables that count more than all others: in what is listed, and in constructed inventories that use them, as all
	// do with UseExtra. HostVars does not have them. Nil is none.
	Extra    *value.Dict
	UseExtra bool
	// MergeHashes is hash_behaviour=merge.
	MergeHashes bool
	// Strict makes an error of a source that cannot be read (INVENTORY_ANY_UNPARSED_IS_FAILED); else it is warned of.
	Strict bool
	// GroupChars is what is done about group names that are no variable names (TRANSFORM_INVALID_GROUP_CHARS): "never" replaced,
	// but warned of, which "" means too; "ignore" is without a warning; "always" makes them underscores and warns; "silently".
	GroupChars string
	// Interpreter is this machine's Python for the implicit localhost; "" where there is none.
	Interpreter string
	// Needed makes an error of it that no source could be read at all (INVENTORY_UNPARSED_IS_FAILED).
	Needed bool
	// Quiet drops the warning that no source could be read (INVENTORY_UNPARSED_WARNING=false).
	Quiet bool
	// IgnoredSuffixes and IgnoredNames, regular expressions of Python, are of files in directories that are no inventories
	// (INVENTORY_IGNORE_EXTS, INVENTORY_IGNORE_PATTERNS); nil suffixes are Ansible's.
	IgnoredSuffixes, IgnoredNames []string
	// Plugins are the kinds of sources that are read, by the names of Ansible's plugins; nil is all but advanced_host_list.
	Plugins []string
	// Mismatch is what comes of a pattern that nothing matches: "warning", which "" is, "error" or "ignore" (HOST_PATTERN_MISMATCH).
	Mismatch string
	// Warn takes what Ansible would warn of; nil drops it.
	Warn func(text string)
	// Tell takes what is shown at so many -v; nil drops it.
	Tell func(level int, text string)
	// Evaluate computes what constructed inventories compute; nil refuses them.
	Evaluate Evaluator
}

// Evaluator computes Jinja expressions and templates over variables.
type Evaluator interface {
	// Expression computes an expression without {{ }}; undefined variables are an error.
	Expression(text string, vars *value.Dict) (value.Value, error)
}

// New returns an inventory with no hosts.
func New(opts Options) *Inventory {
	inv := &Inventory{Hosts: map[string]*Host{}, Groups: map[string]*Group{}, opts: opts}
	inv.group("all")
	inv.group("ungrouped")
	inv.child("all", "ungrouped") // two new groups make no loop
	inv.forget()
	return inv
}

func (inv *Inventory) warn(format string, args ...any) {
	if inv.opts.Warn != nil {
		inv.opts.Warn(fmt.Sprintf(format, args...))
	}
}

// forget drops what was computed from the hosts and groups.
func (inv *Inventory) forget() {
	inv.members, inv.hostVars = map[string][]string{}, map[string]*value.Dict{}
	if inv.files == nil {
		inv.files = map[string]*value.Dict{}
	}
}

// group finds or makes a group.
func (inv *Inventory) group(name string) *Group {
	name = inv.groupName(name)
	g := inv.Groups[name]
	if g == nil {
		g = &Group{Name: name, Vars: value.NewDict(), Priority: 1, has: map[string]bool{}}
		inv.Groups[name] = g
		inv.groupOrder = append(inv.groupOrder, name)
	}
	return g
}

// host finds or makes a host, and puts it into a group ("" for none).
func (inv *Inventory) host(name, group string, port int) *Host {
	h := inv.Hosts[name]
	if h == nil {
		h = &Host{Name: name, Vars: value.NewDict(), File: inv.current}
		if port > 0 {
			h.Vars.SetStr("ansible_port", value.Int(port))
		}
		inv.Hosts[name] = h
		inv.order = append(inv.order, name)
	}
	if group != "" {
		inv.group(group).put(name)
	}
	return h
}

// put makes a host a direct member.
func (g *Group) put(host string) {
	if !g.has[host] {
		g.has[host] = true
		g.Hosts = append(g.Hosts, host)
	}
}

// child puts a group into another. It fails where that makes a loop.
func (inv *Inventory) child(parent, child string) error {
	p, c := inv.group(parent), inv.group(child)
	parent, child = p.Name, c.Name
	if parent == child {
		return fmt.Errorf("the group %q cannot be a child of itself", parent)
	}
	if slices.Contains(p.Children, child) {
		return nil
	}
	if slices.Contains(inv.ancestors(parent), child) {
		return fmt.Errorf("adding the group %q as a child of %q makes a loop", child, parent)
	}
	p.Children = append(p.Children, child)
	c.parents = append(c.parents, parent)
	inv.deepen(c, p.depth+1)
	return nil
}

// deepen raises the depth of a group and of those below it.
func (inv *Inventory) deepen(g *Group, depth int) {
	if g.depth >= depth {
		return
	}
	g.depth = depth
	for _, name := range g.Children {
		inv.deepen(inv.Groups[name], depth+1)
	}
}

// walk lists names reachable from a group over an edge, nearest first, the group itself left out.
func (inv *Inventory) walk(from string, edge func(*Group) []string) []string {
	var out []string
	seen := map[string]bool{from: true}
	for level := []string{from}; len(level) > 0; {
		var next []string
		for _, name := range level {
			for _, n := range edge(inv.Groups[name]) {
				if !seen[n] {
					seen[n] = true
					next = append(next, n)
				}
			}
		}
		out = append(out, next...)
		level = next
	}
	return out
}

func (inv *Inventory) ancestors(group string) []string {
	return inv.walk(group, func(g *Group) []string { return g.parents })
}

// HostsOf are the hosts of a group and of all below it, in Ansible's order.
func (inv *Inventory) HostsOf(group string) []string {
	var out []string
	seen := map[string]bool{}
	descendants := inv.walk(group, func(g *Group) []string { return g.Children })
	for _, name := range append([]string{group}, descendants...) {
		g := inv.Groups[name]
		if g == nil {
			continue
		}
		for _, h := range g.Hosts {
			if !seen[h] {
				seen[h] = true
				out = append(out, h)
			}
		}
	}
	return out
}

// setGroupVar sets a variable of a group; ansible_group_priority is its priority instead.
func (inv *Inventory) setGroupVar(g *Group, key string, v value.Value) {
	if key == "ansible_group_priority" {
		switch v := v.(type) {
		case value.Int:
			g.Priority = int(v)
		case value.Str:
			if _, err := fmt.Sscanf(string(v), "%d", &g.Priority); err != nil {
				inv.warn("ansible_group_priority of the group %s is no number: %s", g.Name, v)
			}
		}
		return
	}
	inv.setVar(g.Vars, value.Str(key), v)
}

// setVar sets a variable of a host or group. A dict is merged with the one that another source gave where dicts are merged.
func (inv *Inventory) setVar(of *value.Dict, key, v value.Value) {
	one := value.NewDict()
	one.Set(key, v) // a key of a dict: it cannot fail
	vars.Combine(of, one, inv.opts.MergeHashes)
}

// reconcile keeps Ansible's rules: all groups are below "all", and "ungrouped" has the hosts that are nowhere else.
func (inv *Inventory) reconcile() {
	for _, name := range inv.groupOrder {
		if name != "all" && len(inv.Groups[name].parents) == 0 {
			inv.child("all", name) // a group without parents makes no loop
		}
	}
	grouped := map[string]bool{}
	for name, g := range inv.Groups {
		if name == "all" || name == "ungrouped" {
			continue
		}
		for _, h := range g.Hosts {
			grouped[h] = true
		}
	}
	ungrouped := inv.Groups["ungrouped"]
	ungrouped.Hosts = slices.DeleteFunc(ungrouped.Hosts, func(h string) bool { return grouped[h] })
	for name := range grouped {
		delete(ungrouped.has, name)
	}
	for _, name := range inv.order {
		if !grouped[name] {
			ungrouped.put(name)
		}
		if inv.Groups[name] != nil {
			inv.warn("both a host and a group are named %s", name)
		}
	}
	inv.forget()
}

// AddHost adds a host, or its variables and groups, while a run goes on (add_host). It tells whether anything changed.
func (inv *Inventory) AddHost(name string, own *value.Dict, groups []string) bool {
	changed := inv.Hosts[name] == nil
	h := inv.host(name, "", 0)
	if own != nil {
		for k, v := range own.All() {
			old, ok := h.Vars.Get(k)
			if !ok || !equal(old, v) {
				h.Vars.Set(k, v) // a key of a dict: it cannot fail
				changed = true
			}
		}
	}
	for _, group := range groups {
		g := inv.Groups[inv.groupName(group)]
		if g == nil || !g.has[name] {
			changed = true
		}
		inv.host(name, group, 0)
	}
	if changed {
		inv.reconcile()
	}
	return changed
}

// AddToGroup puts a host into a group below parents, which are made where needed (group_by). It tells whether anything
// changed.
func (inv *Inventory) AddToGroup(group, host string, parents []string) (changed bool, err error) {
	group = inv.groupName(group)
	changed = inv.Groups[group] == nil || !inv.Groups[group].has[host]
	for _, parent := range parents {
		parent = inv.groupName(parent)
		if g := inv.Groups[parent]; g == nil || !slices.Contains(g.Children, group) {
			changed = true
		}
		if err := inv.child(parent, group); err != nil {
			return false, err
		}
	}
	inv.host(host, group, 0)
	if changed {
		inv.reconcile()
	}
	return changed, nil
}

// HostNames are all hosts in Ansible's order.
func (inv *Inventory) HostNames() []string { return inv.HostsOf("all") }

// GroupNames are all groups in the order of their first mention.
func (inv *Inventory) GroupNames() []string { return slices.Clone(inv.groupOrder) }

// GroupsOf are the names of all groups that a host is in, "all" left out, sorted.
func (inv *Inventory) GroupsOf(host string) []string {
	names := inv.groupsOf(host)
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "all" })
	slices.Sort(names)
	return names
}

// groupsOf are a host's groups in the order in which their variables apply: depth, priority, name.
func (inv *Inventory) groupsOf(host string) []string {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	if len(inv.members) == 0 {
		inv.index()
	}
	return inv.members[host]
}

func (inv *Inventory) index() {
	groups := slices.Clone(inv.groupOrder)
	slices.SortStableFunc(groups, func(a, b string) int {
		x, y := inv.Groups[a], inv.Groups[b]
		if x.depth != y.depth {
			return x.depth - y.depth
		}
		if x.Priority != y.Priority {
			return x.Priority - y.Priority
		}
		return strings.Compare(a, b)
	})
	for _, name := range groups {
		for _, h := range inv.HostsOf(name) {
			inv.members[h] = append(inv.members[h], name)
		}
	}
}

// Source is the file and the directory that a host comes from, "" for one that no source names.
func (inv *Inventory) Source(host string) (file, dir string) {
	h := inv.Hosts[host]
	if h == nil || h.File == "" {
		return "", ""
	}
	if strings.Contains(h.File, ",") {
		return h.File, ""
	}
	return h.File, filepath.Dir(h.File)
}
