package inventory

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// initialPlugins are the kinds of sources that are read where the settings say nothing (INVENTORY_ENABLED).
var initialPlugins = []string{"host_list", "script", "auto", "yaml", "ini", "toml"}

// enabled tells whether a kind of source is read, by the name of Ansible's plugin.
func (inv *Inventory) enabled(plugin string) bool {
	list := inv.opts.Plugins
	if list == nil {
		list = initialPlugins
	}
	return slices.ContainsFunc(list, func(name string) bool { return name[strings.LastIndexByte(name, '.')+1:] == plugin })
}

// disabled is the error of a source whose kind is not read.
func disabled(path, plugin string) error {
	return fmt.Errorf("the inventory plugin %s, which reads %s, is not among those of the setting enable_plugins", plugin, path)
}

// list reads "a,b,": hosts one by one, and with the plugin advanced_host_list ranges of them.
func (inv *Inventory) list(text string) error {
	ranges := inv.enabled("advanced_host_list")
	if !ranges && !inv.enabled("host_list") {
		return disabled(text, "host_list")
	}
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		host, port := splitPort(name)
		names := []string{host}
		if ranges && strings.Contains(name, "[") {
			expanded, at, err := expand(name)
			switch {
			case errors.Is(err, errNotNumbers):
				return fmt.Errorf("Failed to parse %s with advanced_host_list plugin: Invalid data from string, could not parse: %w", text, err)
			case err != nil:
				inv.tell(3, "Unable to parse address from hostname, leaving unchanged: %v", err)
				names, port = []string{name}, 0
			default:
				names, port = expanded, at
			}
		}
		for _, host := range names {
			if inv.Hosts[host] == nil {
				inv.host(host, "ungrouped", port)
			}
		}
	}
	return nil
}

// tell says what only -v shows.
func (inv *Inventory) tell(level int, format string, args ...any) {
	if inv.opts.Tell != nil {
		inv.opts.Tell(level, fmt.Sprintf(format, args...))
	}
}
