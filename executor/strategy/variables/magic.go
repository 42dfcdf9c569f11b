package variables

import (
	"maps"
	"slices"
	"strings"

	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/parser/jinja/value"
)

// magic are the variables that the program itself provides ("Special Variables" in Ansible's documentation). A function
// returns false where the scope has no such thing.
var magic map[string]func(*Scope) (value.Value, bool)

// magicNames are their names, sorted; those that cost something to make are known to exist.
var magicNames []string

func init() {
	magic = map[string]func(*Scope) (value.Value, bool){
		"omit":                    func(s *Scope) (value.Value, bool) { return s.Store.Templar.Omit(), true },
		"playbook_dir":            func(s *Scope) (value.Value, bool) { return value.Str(s.Store.PlaybookDir), s.Store.PlaybookDir != "" },
		"ansible_config_file":     configFile,
		"ansible_facts":           func(s *Scope) (value.Value, bool) { return s.Store.Facts(s.Host), s.Host != "" },
		"hostvars":                func(s *Scope) (value.Value, bool) { return &hostVars{s.Store}, true },
		"vars":                    func(s *Scope) (value.Value, bool) { return s.All(), true },
		"groups":                  func(s *Scope) (value.Value, bool) { return s.Store.Inventory.Groups(), true },
		"group_names":             ofHost(func(s *Scope) value.Value { return groupNames(s) }),
		"inventory_hostname":      ofHost(func(s *Scope) value.Value { return value.Str(s.Host) }),
		"inventory_file":          ofHost(func(s *Scope) value.Value { return source(s, false) }),
		"inventory_dir":           ofHost(func(s *Scope) value.Value { return source(s, true) }),
		"ansible_search_path":     searchPath,
		"environment":             environment,
		"role_name":               ofRole(func(r *plan.Role) value.Value { return value.Str(shortRole(r.Name)) }),
		"ansible_role_name":       ofRole(func(r *plan.Role) value.Value { return value.Str(r.Name) }),
		"role_path":               ofRole(func(r *plan.Role) value.Value { return value.Str(r.Dir()) }),
		"role_uuid":               ofRole(func(r *plan.Role) value.Value { return value.Str(r.Name) }),
		"ansible_collection_name": ofRole(func(r *plan.Role) value.Value { return collection(r.Name) }),
		"inventory_hostname_short": ofHost(func(s *Scope) value.Value {
			short, _, _ := strings.Cut(s.Host, ".")
			return value.Str(short)
		}),
		"ansible_play_name":            ofPlay(func(s *Scope) value.Value { return value.Str(s.Play.Name) }),
		"ansible_play_hosts_all":       ofPlay(func(s *Scope) value.Value { return stringList(s.Play.All) }),
		"ansible_play_hosts":           ofPlay(func(s *Scope) value.Value { return stringList(remaining(s.Play.All, s.Play.Removed)) }),
		"ansible_play_batch":           ofPlay(batch),
		"play_hosts":                   ofPlay(batch),
		"ansible_current_hosts":        ofPlay(func(s *Scope) value.Value { return stringList(remaining(s.Play.Batch, s.Play.Failed)) }),
		"ansible_failed_hosts":         ofPlay(func(s *Scope) value.Value { return stringList(s.Play.Failed) }),
		"ansible_play_role_names":      ofPlay(func(s *Scope) value.Value { return stringList(roleNames(s.Play.Plan.Roles)) }),
		"role_names":                   ofPlay(func(s *Scope) value.Value { return stringList(roleNames(s.Play.Plan.Roles)) }),
		"ansible_dependent_role_names": ofPlay(func(s *Scope) value.Value { return stringList(dependencies(s.Play.Plan)) }),
		"ansible_role_names": ofPlay(func(s *Scope) value.Value {
			return stringList(unique(append(dependencies(s.Play.Plan), roleNames(s.Play.Plan.Roles)...)))
		}),
		"ansible_parent_role_names": parents(func(r *plan.Role) string { return r.Name }),
		"ansible_parent_role_paths": parents(func(r *plan.Role) string { return r.Dir() }),
	}
	for _, name := range []string{"ansible_check_mode", "ansible_diff_mode", "ansible_forks", "ansible_inventory_sources", "ansible_limit",
		"ansible_run_tags", "ansible_skip_tags", "ansible_verbosity", "ansible_version", "ansible_playbook_python"} {
		magic[name] = func(s *Scope) (value.Value, bool) {
			if s.Store.Options == nil {
				return nil, false
			}
			return s.Store.Options.GetStr(name)
		}
	}
	magicNames = slices.Sorted(maps.Keys(magic))
}

func configFile(s *Scope) (value.Value, bool) {
	if s.Store.ConfigFile == "" {
		return value.None, true
	}
	return value.Str(s.Store.ConfigFile), true
}

func ofHost(f func(*Scope) value.Value) func(*Scope) (value.Value, bool) {
	return func(s *Scope) (value.Value, bool) {
		if s.Host == "" {
			return nil, false
		}
		return f(s), true
	}
}

func ofPlay(f func(*Scope) value.Value) func(*Scope) (value.Value, bool) {
	return func(s *Scope) (value.Value, bool) {
		if s.Play == nil {
			return nil, false
		}
		return f(s), true
	}
}

func ofRole(f func(*plan.Role) value.Value) func(*Scope) (value.Value, bool) {
	return func(s *Scope) (value.Value, bool) {
		c := s.context()
		if c == nil || c.Role == nil {
			return nil, false
		}
		return f(c.Role), true
	}
}

// parents are the roles that included this one.
func parents(f func(*plan.Role) string) func(*Scope) (value.Value, bool) {
	return func(s *Scope) (value.Value, bool) {
		c := s.context()
		if c == nil || len(c.Chain) < 2 {
			return nil, false
		}
		var names []string
		for i := len(c.Chain) - 2; i >= 0; i-- {
			names = append(names, f(c.Chain[i]))
		}
		return stringList(names), true
	}
}

func batch(s *Scope) value.Value { return stringList(remaining(s.Play.Batch, s.Play.Removed)) }

func groupNames(s *Scope) value.Value { return stringList(s.Store.Inventory.GroupsOf(s.Host)) }

func source(s *Scope, dir bool) value.Value {
	file, folder := s.Store.Inventory.Source(s.Host)
	if dir {
		file = folder
	}
	if file == "" {
		return value.None
	}
	return value.Str(file)
}

func searchPath(s *Scope) (value.Value, bool) {
	paths := s.SearchPath
	if paths == nil && s.Task != nil {
		paths = s.Task.SearchPath()
	}
	if paths == nil && s.context() == nil {
		return nil, false
	}
	return stringList(unique(append(paths[:len(paths):len(paths)], s.Store.PlaybookDir))), true
}

func environment(s *Scope) (value.Value, bool) {
	if s.Task == nil {
		return nil, false
	}
	if v := s.Task.Word("environment"); v != nil {
		return v, true
	}
	return value.NewList(), true
}

func shortRole(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func collection(role string) value.Value {
	if i := strings.LastIndexByte(role, '.'); i > 0 && strings.Count(role, ".") >= 2 {
		return value.Str(role[:i])
	}
	return value.None
}

func roleNames(roles []*plan.Role) []string {
	var out []string
	for _, r := range roles {
		out = append(out, r.Name)
	}
	return out
}

func dependencies(p *plan.Play) []string {
	var out []string
	for _, r := range p.Roles {
		out = append(out, roleNames(r.AllDeps())...)
	}
	return unique(out)
}

func unique(list []string) []string {
	seen := map[string]bool{}
	out := []string{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
