// Package variables holds what a play's templates can see, by Ansible's 22 levels of precedence.
//
// Nothing is merged ahead: a Scope answers one name at a time by asking the levels from the strongest to the weakest, so that a
// task that reads three variables costs three look-ups, however many facts its host has. Levels that do not change while a
// play runs are computed once.
//
// Documentation: "Understanding variable precedence" and "Special Variables" of Ansible's user guide; the order of role
// defaults, vars and parameters is that of ansible-core's VariableManager.
package variables

import (
	"slices"
	"sync"

	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// Inventory is what variables need of an inventory. Methods are safe for concurrent use.
type Inventory interface {
	// HostVars are a host's variables from inventory, group_vars and host_vars, levels 3 to 10 merged. The dict must not
	// be changed. Hosts that are not in the inventory (implicit localhost) have some too.
	HostVars(host string) *value.Dict
	// GroupsOf are the names of a host's groups, "all" excepted, sorted.
	GroupsOf(host string) []string
	// Groups are all groups with all their hosts, deep, in the inventory's order.
	Groups() *value.Dict
	// Hosts are all hosts in order.
	Hosts() []string
	// Source is the file and the directory that the host comes from, "" where there is none.
	Source(host string) (file, dir string)
}

// Store keeps the variables of a run. It is safe for concurrent use.
type Store struct {
	Templar   *template.Templar
	Inventory Inventory
	// Extra are -e variables.
	Extra *value.Dict
	// Options are variables that come from the command line: ansible_check_mode, ansible_forks, ...
	Options *value.Dict
	// PlaybookDir and ConfigFile are magic variables' values.
	PlaybookDir, ConfigFile string
	// InjectFacts makes facts visible without ansible_facts (INJECT_FACTS_AS_VARS).
	InjectFacts bool
	// MergeHashes is DEFAULT_HASH_BEHAVIOUR=merge.
	MergeHashes bool
	// Connection tells what a task may know of its connection where no variable says it: ansible_host and the like. Nil is
	// nothing.
	Connection func(host, name string) (value.Value, bool)
	// PrivateRoleVars keeps the vars of a role to its own tasks.
	PrivateRoleVars bool

	mu    sync.RWMutex
	hosts map[string]*hostStore
	roles sync.Map // *plan.Context -> *roleLayers
}

// hostStore is what the run has learnt of a host.
type hostStore struct {
	facts    *value.Dict // without the prefix ansible_
	injected *value.Dict // the facts under the names that templates may use directly
	named    *value.Dict // the facts under the names with which they came
	included *value.Dict // include_vars
	set      *value.Dict // set_fact and register
}

// roleLayers are what tasks of a context see of their role.
type roleLayers struct{ defaults, vars, params *value.Dict }

func (s *Store) host(name string) *hostStore {
	h := s.hosts[name]
	if h == nil {
		if s.hosts == nil {
			s.hosts = map[string]*hostStore{}
		}
		h = &hostStore{facts: value.NewDict(), injected: value.NewDict(), named: value.NewDict(), included: value.NewDict(), set: value.NewDict()}
		s.hosts[name] = h
	}
	return h
}

// Set records results of register and set_fact.
func (s *Store) Set(host string, vars *value.Dict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.combine(s.host(host).set, vars)
}

// SetOne records one variable of the level of set_fact.
func (s *Store) SetOne(host, name string, v value.Value) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.host(host).set.SetStr(name, v)
}

// Include records variables of include_vars.
func (s *Store) Include(host string, vars *value.Dict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.combine(s.host(host).included, vars)
}

func (s *Store) combine(to, from *value.Dict) {
	for k, v := range from.All() {
		if s.MergeHashes {
			if old, ok := to.Get(k); ok {
				v = vars.Merge(old, v)
			}
		}
		to.Set(k, v)
	}
}

// SetFacts records facts as modules return them under ansible_facts.
func (s *Store) SetFacts(host string, facts *value.Dict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.host(host)
	known := value.NewDict() // a new dict: templates may hold the old one
	for k, v := range h.facts.All() {
		known.Set(k, v)
	}
	for k, v := range facts.All() {
		name, ok := k.(value.Str)
		if !ok {
			continue
		}
		known.SetStr(factName(string(name)), v)
		h.named.SetStr(string(name), v)
		if s.InjectFacts && !cannotInject(string(name)) || name == "ansible_local" {
			h.injected.SetStr(string(name), v)
		}
	}
	h.facts = known
}

// Facts are what is known of a host, under the names of ansible_facts. The dict must not be changed.
func (s *Store) Facts(host string) *value.Dict {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if h := s.hosts[host]; h != nil {
		return h.facts
	}
	return value.NewDict()
}

// NamedFacts are the facts of a host under the names with which they came: those that were gathered begin with "ansible_", those
// that set_fact made may have any. The dict is a copy.
func (s *Store) NamedFacts(host string) *value.Dict {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if h := s.hosts[host]; h != nil {
		return h.named.Copy()
	}
	return value.NewDict()
}

// ClearFacts is meta: clear_facts.
func (s *Store) ClearFacts(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.host(host)
	h.facts, h.injected, h.named = value.NewDict(), value.NewDict(), value.NewDict()
}

func factName(name string) string {
	const prefix = "ansible_"
	if len(name) > len(prefix) && name[:len(prefix)] == prefix && name != "ansible_local" {
		return name[len(prefix):]
	}
	if name == "ansible_local" {
		return "local"
	}
	return name
}

// cannotInject are facts that would change how the host is reached if they became variables (ansible-core: clean_facts).
func cannotInject(name string) bool {
	for _, prefix := range []string{"ansible_become_", "ansible_ssh_", "ansible_connection", "ansible_python_interpreter", "ansible_user_password"} {
		if len(name) >= len(prefix) && name[:len(prefix)] == prefix && name != "ansible_ssh_host_key_dsa_public" && !sshKeyFact(name) {
			return true
		}
	}
	return name == "ansible_host" || name == "ansible_port" || name == "ansible_become" || name == "ansible_password"
}

func sshKeyFact(name string) bool {
	const prefix = "ansible_ssh_host_key_"
	return len(name) > len(prefix) && name[:len(prefix)] == prefix
}

// layersOf are what a role gives to the tasks of a context.
func (s *Store) layersOf(c *plan.Context) *roleLayers {
	if c == nil || c.Role == nil {
		return nil
	}
	if l, ok := s.roles.Load(c); ok {
		return l.(*roleLayers)
	}
	l := &roleLayers{defaults: c.RoleDefaults(), vars: c.RoleVars(), params: c.RoleParams()}
	s.roles.Store(c, l)
	return l
}

// Play is what a running play adds. Its fields may change between tasks, not while a Scope is in use.
type Play struct {
	Plan *plan.Play
	// Name is the rendered name.
	Name string
	// All are the hosts of the play's pattern, limit not applied to serial batches; Batch those of this batch.
	All, Batch []string
	// Removed are hosts that failed or became unreachable.
	Removed []string
	// Failed are hosts with a failed task.
	Failed []string
	// Prompted are the answers to vars_prompt.
	Prompted *value.Dict
	// Vars are the play's vars:.
	Vars *value.Dict
	// Files load vars_files for a host; it is given a Scope without them. Nil where there are none.
	Files func(s *Scope) (*value.Dict, error)

	mu      sync.Mutex
	version int
	roles   int // number of roles when the following were computed
	cached  *playLayers
}

type playLayers struct{ defaults, roleVars *value.Dict }

// layers are the defaults and vars of all roles of the play; includes with public: true may add to them.
func (p *Play) layers(private bool) *playLayers {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cached == nil || p.roles != len(p.Plan.Roles) {
		l := &playLayers{defaults: value.NewDict(), roleVars: value.NewDict()}
		for _, r := range p.Plan.Roles {
			overlay(l.defaults, r.DefaultsDeep())
			if !private {
				overlay(l.roleVars, r.VarsDeep())
			}
		}
		p.cached, p.roles = l, len(p.Plan.Roles)
	}
	return p.cached
}

func overlay(to, from *value.Dict) {
	for k, v := range from.All() {
		to.Set(k, v)
	}
}

// remaining are the hosts of list that are not in removed.
func remaining(list, removed []string) []string {
	out := make([]string, 0, len(list))
	for _, h := range list {
		if !slices.Contains(removed, h) {
			out = append(out, h)
		}
	}
	return out
}

// strings makes a list value of names.
func stringList(names []string) *value.List {
	items := make([]value.Value, len(names))
	for i, n := range names {
		items[i] = value.Str(n)
	}
	return value.NewList(items...)
}
