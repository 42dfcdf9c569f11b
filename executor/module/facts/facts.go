//go:build linux

// Package facts is what is known of a target: the facts of ansible.builtin.setup and ansible.builtin.package_facts's
// sibling data, under Ansible's names, read from /proc, /sys and a few files in some milliseconds.
package facts

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
)

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{{Name: "ansible.builtin.setup", Run: runSetup}}
}

// gatherer is one call of setup.
type gatherer struct {
	*module.Call
	ctx   context.Context
	facts map[string]any // without the ansible_ prefix
	asked pythonAnswer
}

// collector gathers one subset.
type collector struct {
	name    string
	ids     []string // facts that also name the subset
	minimal bool     // part of "min"
	gather  func(*gatherer)
}

// collectors in the order in which they run: later ones may read what earlier ones found.
var collectors = []collector{
	{"platform", ids("system kernel kernel_version machine machine_id"), true, (*gatherer).platform},
	{"distribution", ids("distribution_version distribution_release distribution_major_version os_family"), true, (*gatherer).distribution},
	{"lsb", nil, true, (*gatherer).lsb},
	{"apparmor", nil, true, (*gatherer).apparmor},
	{"caps", ids("system_capabilities system_capabilities_enforced"), true, (*gatherer).capabilities},
	{"chroot", ids("is_chroot"), false, (*gatherer).chroot},
	{"cmdline", nil, true, (*gatherer).cmdline},
	{"date_time", nil, true, (*gatherer).dateTime},
	{"dns", nil, true, (*gatherer).dns},
	{"env", nil, true, (*gatherer).env},
	{"fips", nil, true, (*gatherer).fips},
	{"loadavg", nil, false, (*gatherer).loadavg},
	{"local", nil, true, (*gatherer).local},
	{"pkg_mgr", nil, true, (*gatherer).pkgMgr},
	{"selinux", nil, true, (*gatherer).selinux},
	{"service_mgr", nil, true, (*gatherer).serviceMgr},
	{"ssh_pub_keys", ids("ssh_host_pub_keys ssh_host_key_dsa_public ssh_host_key_rsa_public ssh_host_key_ecdsa_public ssh_host_key_ed25519_public"), true, (*gatherer).sshKeys},
	{"user", ids("user_id user_uid user_gid user_gecos user_dir user_shell real_user_id effective_user_id effective_group_ids"), true, (*gatherer).user},
	{"hardware", ids("processor processor_cores processor_count mounts devices"), false, (*gatherer).hardware},
	{"network", ids("interfaces default_ipv4 default_ipv6 all_ipv4_addresses all_ipv6_addresses"), false, (*gatherer).network},
	{"iscsi", nil, false, (*gatherer).iscsi},
	{"nvme", nil, false, (*gatherer).nvme},
	{"fibre_channel_wwn", nil, false, (*gatherer).fibreChannel},
	{"virtual", ids("virtualization_type virtualization_role virtualization_tech_guest virtualization_tech_host"), false, (*gatherer).virtual},
	{"python", nil, true, (*gatherer).python},
}

// needs are collectors whose facts come with those of others, whoever leaves them out.
var needs = map[string][]string{"network": {"distribution", "platform"}, "hardware": {"platform"}, "pkg_mgr": {"distribution"},
	"service_mgr": {"distribution", "platform"}}

// otherSubsets are names that Ansible knows and that stand for nothing here.
var otherSubsets = []string{"facter", "ohai"}

func ids(s string) []string { return strings.Fields(s) }

// runSetup is ansible.builtin.setup.
func runSetup(ctx context.Context, c *module.Call) (module.Result, error) {
	subset := c.Args.Strs("gather_subset")
	if len(subset) == 0 {
		subset = []string{"all"}
	}
	wanted, err := choose(subset)
	if err != nil {
		return nil, err
	}
	g := &gatherer{Call: c, ctx: ctx, facts: map[string]any{}}
	if wanted["python"] {
		g.startPython()
	}
	for _, col := range collectors {
		if wanted[col.name] {
			col.gather(g)
		}
	}
	out := map[string]any{}
	for k, v := range g.facts {
		out["ansible_"+strings.ReplaceAll(k, "-", "_")] = v
	}
	out = filter(out, c.Args.Strs("filter"))
	list := make([]any, len(subset))
	for i, s := range subset {
		list[i] = s
	}
	if len(c.Args.Strs("filter")) == 0 {
		out["gather_subset"], out["module_setup"] = list, true
	}
	return module.Result{"changed": false, "ansible_facts": out}, nil
}

// subsets are the names that gather_subset may hold, with the collectors that each stands for, and those of them that are
// gathered unless "!min" leaves them out. A fact's name stands for its collector too.
func subsets() (byName map[string][]string, minimal map[string]bool) {
	byName, minimal = map[string][]string{}, map[string]bool{}
	for _, n := range otherSubsets {
		byName[n] = nil
	}
	for _, c := range collectors {
		minimal[c.name] = c.minimal
		for _, id := range append([]string{c.name}, c.ids...) {
			byName[id] = append(byName[id], c.name)
		}
	}
	return byName, minimal
}

// choose resolves gather_subset as Ansible does: the minimal set, then what is named, less what is excluded unless it is
// named as well. So "!network" alone leaves the minimal set, and not everything but the network. Excluding what nobody
// knows is no fault.
func choose(subset []string) (map[string]bool, error) {
	byName, minimal := subsets()
	add, minus, explicit := map[string]bool{}, map[string]bool{}, map[string]bool{}
	where := func(to map[string]bool, keep func(name string) bool) {
		for name := range byName {
			to[name] = to[name] || keep(name)
		}
	}
	isMinimal := func(name string) bool { return minimal[name] }
	where(add, isMinimal)
	for _, s := range subset {
		s = strings.TrimSpace(s)
		name, not := strings.CutPrefix(s, "!")
		_, known := byName[name]
		switch {
		case not && name == "min":
			where(minus, isMinimal)
		case not && name == "all":
			where(minus, func(name string) bool { return !minimal[name] })
		case not:
			minus[name] = true
			for _, c := range collectors {
				if c.name == name {
					for _, id := range c.ids {
						minus[id] = true
					}
				}
			}
		case name == "min":
			where(add, isMinimal)
		case name == "all":
			where(add, func(string) bool { return true })
		case !known:
			return nil, module.Fail(fmt.Sprintf("Bad subset '%s' given to Ansible. gather_subset options allowed: all, %s", s,
				strings.Join(slices.Sorted(maps.Keys(byName)), ", ")))
		default:
			add[name], explicit[name] = true, true
		}
	}
	wanted := map[string]bool{}
	for name, on := range add {
		if on && (!minus[name] || explicit[name]) {
			for _, c := range byName[name] {
				wanted[c] = true
				for _, other := range needs[c] {
					wanted[other] = true
				}
			}
		}
	}
	return wanted, nil
}

// filter keeps the facts that match one of the patterns.
func filter(facts map[string]any, patterns []string) map[string]any {
	var kept []string
	for _, p := range patterns {
		if p != "" && p != "*" {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return facts
	}
	out := map[string]any{}
	for k, v := range facts {
		for _, p := range kept {
			if matches(p, k) || !strings.HasPrefix(p, "ansible_") && matches("ansible_"+p, k) {
				out[k] = v
				break
			}
		}
	}
	return out
}

func matches(pattern, s string) bool {
	ok, err := path.Match(strings.ReplaceAll(pattern, "[!", "[^"), s)
	return ok && err == nil
}

// file reads a short file, trimmed; "" and false where it cannot be read or is empty.
func (g *gatherer) file(p string) (string, bool) {
	data, err := g.Sys.ReadFile(p)
	s := strings.TrimSpace(string(data))
	return s, err == nil && s != ""
}

// fileOr is file with a value for none.
func (g *gatherer) fileOr(p string, none any) any {
	if s, ok := g.file(p); ok {
		return s
	}
	return none
}

// lines reads a file's lines.
func (g *gatherer) lines(p string) []string {
	data, _ := g.Sys.ReadFile(p)
	if len(data) == 0 {
		return nil
	}
	return strings.Split(strings.TrimRight(string(data), "\n"), "\n")
}

// names lists a directory.
func (g *gatherer) names(p string) []string {
	entries, _ := g.Sys.ReadDir(p)
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.Name)
	}
	return out
}

func (g *gatherer) exists(p string) bool {
	_, err := g.Sys.Stat(p)
	return err == nil
}

// anys is a list of strings as results carry it.
func anys(list []string) []any {
	out := make([]any, 0, len(list))
	for _, s := range list {
		out = append(out, s)
	}
	return out
}
