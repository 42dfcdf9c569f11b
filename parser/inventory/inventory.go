// Package inventory reads hosts and groups: INI, YAML, directories, comma lists; ranges, children, variables, patterns.
package inventory

import "pylint-deploy/parser/jinja/value"

// Inventory is the merged result of all sources. It is not safe for concurrent mutation (add_host, group_by).
type Inventory struct {
	Hosts  map[string]*Host
	Groups map[string]*Group // "all" and "ungrouped" always present
	order  []string          // hosts in the order of their first mention
}

// Host is one managed host.
type Host struct {
	Name string
	// Vars are the host's own variables: string scalars that hold templates are value.Template.
	Vars *value.Dict
}

// Group is a named set of hosts.
type Group struct {
	Name     string
	Hosts    []string // direct members, in order
	Children []string
	Vars     *value.Dict
	Priority int // ansible_group_priority, 1 unless set
}
