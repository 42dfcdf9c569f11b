package variables

import (
	"context"
	"slices"
	"sync"

	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// Scope is the variables of one host and task. Play, Host and Task may be missing. It implements template.Scope.
type Scope struct {
	Store *Store
	Play  *Play
	Host  string
	Task  *plan.Task
	// Context stands in for Task where there is only a place: rendering names of imports.
	Context *plan.Context
	// Own are variables of a place without a Task.
	Own *value.Dict
	// SearchPath is ansible_search_path.
	SearchPath []string
	// Watch is told every name that Lookup is asked for, WatchKnown every one that Known is; nil is nobody.
	Watch, WatchKnown func(name string)

	local    *value.Dict
	files    *value.Dict
	filesErr error
	once     sync.Once
	noFiles  bool
}

// New returns the scope of a host and task.
func (s *Store) New(p *Play, host string, t *plan.Task) *Scope {
	return &Scope{Store: s, Play: p, Host: host, Task: t}
}

// With returns a scope with local variables on top: loop variables, the result of the task itself.
func (s *Scope) With(local *value.Dict) *Scope {
	out := &Scope{Store: s.Store, Play: s.Play, Host: s.Host, Task: s.Task, Context: s.Context, Own: s.Own, SearchPath: s.SearchPath, Watch: s.Watch, WatchKnown: s.WatchKnown, noFiles: s.noFiles}
	out.local = value.NewDict()
	for _, d := range []*value.Dict{s.local, local} {
		if d != nil {
			overlay(out.local, d)
		}
	}
	return out
}

// Lookup implements template.Scope.
func (s *Scope) Lookup(name string) (value.Value, bool) {
	if s.Watch != nil {
		s.Watch(name)
	}
	if s.local != nil {
		if v, ok := s.local.GetStr(name); ok {
			return v, true
		}
	}
	if f, ok := magic[name]; ok {
		if v, ok := f(s); ok {
			return v, true
		}
	}
	if v, _, ok := s.find(name); ok {
		return v, true
	}
	if s.Task != nil && s.Store.Connection != nil {
		return s.Store.Connection(s.Host, name)
	}
	return nil, false
}

// Known is Lookup without what the connection makes known of itself.
func (s *Scope) Known(name string) (value.Value, bool) {
	if s.WatchKnown != nil {
		s.WatchKnown(name)
	}
	if s.local != nil {
		if v, ok := s.local.GetStr(name); ok {
			return v, true
		}
	}
	v, _, ok := s.find(name)
	return v, ok
}

// find asks the levels from the strongest to the weakest. plain tells that the value cannot hold templates.
func (s *Scope) find(name string) (found value.Value, plain, ok bool) {
	s.levels(func(d *value.Dict, untrusted bool) bool {
		if d == nil {
			return true
		}
		v, has := d.GetStr(name)
		if !has {
			return true
		}
		if !ok {
			found, plain, ok = v, untrusted, true
		} else {
			found = vars.Merge(v, found)
		}
		if !s.Store.MergeHashes {
			return false
		}
		_, isDict := found.(*value.Dict)
		return isDict
	})
	return found, plain, ok
}

// levels calls visit for each level, strongest first, until it returns false.
func (s *Scope) levels(visit func(d *value.Dict, untrusted bool) bool) {
	st := s.Store
	role := st.layersOf(s.context())
	if !visit(st.Extra, false) {
		return
	}
	if s.Task != nil && !visit(s.Task.IncludeVars, false) {
		return
	}
	if role != nil && !visit(role.params, false) {
		return
	}
	if s.Host != "" && !s.learnt(visit) {
		return
	}
	if s.Task != nil && !visit(s.Task.Vars, false) || !visit(s.Own, false) {
		return
	}
	if role != nil && !visit(role.vars, false) {
		return
	}
	if s.Play != nil && !s.ofPlay(visit) {
		return
	}
	if s.Host != "" && !s.ofHost(visit) {
		return
	}
	if role != nil && !visit(role.defaults, false) {
		return
	}
	if s.Play != nil {
		visit(s.Play.layers(st.PrivateRoleVars).defaults, false)
	}
}

func (s *Scope) context() *plan.Context {
	if s.Task != nil {
		return s.Task.Up
	}
	return s.Context
}

// learnt are set_fact and register, then include_vars.
func (s *Scope) learnt(visit func(*value.Dict, bool) bool) bool {
	st := s.Store
	st.mu.RLock()
	defer st.mu.RUnlock()
	h := st.hosts[s.Host]
	return h == nil || visit(h.set, true) && visit(h.included, false)
}

func (s *Scope) ofPlay(visit func(*value.Dict, bool) bool) bool {
	p := s.Play
	if !visit(p.layers(s.Store.PrivateRoleVars).roleVars, false) {
		return false
	}
	if p.Files != nil && !s.noFiles {
		if d, err := s.varsFiles(); err == nil && !visit(d, false) {
			return false
		}
	}
	return visit(p.Prompted, false) && visit(p.Vars, false)
}

// varsFiles loads vars_files when a name gets that far, with a scope that does without them.
func (s *Scope) varsFiles() (*value.Dict, error) {
	s.once.Do(func() {
		without := &Scope{Store: s.Store, Play: s.Play, Host: s.Host, Task: s.Task, Context: s.Context, noFiles: true, local: s.local}
		s.files, s.filesErr = s.Play.Files(without)
	})
	return s.files, s.filesErr
}

// Check reports a vars_files entry that cannot be loaded for this host.
func (s *Scope) Check() error {
	if s.Play == nil || s.Play.Files == nil || s.noFiles {
		return nil
	}
	_, err := s.varsFiles()
	return err
}

func (s *Scope) ofHost(visit func(*value.Dict, bool) bool) bool {
	st := s.Store
	st.mu.RLock()
	h := st.hosts[s.Host]
	ok := h == nil || visit(h.injected, true)
	st.mu.RUnlock()
	return ok && visit(st.Inventory.HostVars(s.Host), false)
}

// Names implements template.Scope: in the order of definition, the weakest level first.
func (s *Scope) Names() []string {
	var levels []*value.Dict
	s.levels(func(d *value.Dict, _ bool) bool {
		if d != nil {
			levels = append(levels, d)
		}
		return true
	})
	slices.Reverse(levels)
	if s.local != nil {
		levels = append(levels, s.local)
	}
	seen := map[string]bool{}
	var out []string
	for _, d := range levels {
		for k := range d.All() {
			if name, ok := k.(value.Str); ok && !seen[string(name)] {
				seen[string(name)] = true
				out = append(out, string(name))
			}
		}
	}
	for _, name := range magicNames {
		if seen[name] {
			continue
		}
		if costly[name] {
			out = append(out, name)
		} else if _, ok := magic[name](s); ok {
			out = append(out, name)
		}
	}
	return out
}

// costly are magic variables that always exist and that take some work to make.
var costly = map[string]bool{"vars": true, "hostvars": true, "groups": true}

// All is a dict of all variables whose values are rendered when they are read: hostvars[x] and the variable vars.
func (s *Scope) All() *value.Dict {
	out := value.NewDict()
	for _, name := range s.Names() {
		if name == "vars" || name == "hostvars" {
			continue
		}
		v, ok := s.Lookup(name)
		if !ok {
			continue
		}
		switch v.(type) {
		case value.Template, *value.Dict, *value.List:
			if _, plain, found := s.find(name); !found || !plain {
				v = &lazy{scope: s, raw: v}
			}
		}
		out.SetStr(name, v)
	}
	return out
}

// lazy is a variable of hostvars or vars, rendered when somebody reads it.
type lazy struct {
	scope *Scope
	raw   value.Value
	once  sync.Once
	done  value.Value
	err   error
}

// TypeName implements value.Value.
func (l *lazy) TypeName() string { return l.raw.TypeName() }

// Force implements value.Lazy. It does not remember across its own recursion: a variable that needs itself is reported by
// the templar, which knows what it is rendering.
func (l *lazy) Force() (value.Value, error) {
	v, err := l.scope.Store.Templar.Value(context.Background(), l.scope, l.raw)
	if l.scope.Store.Templar.Classic() && template.IsUndefined(err) {
		return l.written(l.raw)
	}
	return v, err
}

// written renders what can be rendered and leaves the rest as it is written: by the classic rules, that is what hostvars has
// where a variable needs one that is not there.
func (l *lazy) written(raw value.Value) (value.Value, error) {
	switch raw := raw.(type) {
	case *value.List:
		out := value.NewList()
		for _, item := range raw.Items {
			v, err := l.written(item)
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, v)
		}
		return out, nil
	case *value.Dict:
		out := value.NewDict()
		for k, item := range raw.All() {
			v, err := l.written(item)
			if err != nil {
				return nil, err
			}
			out.Set(k, v)
		}
		return out, nil
	}
	v, err := l.scope.Store.Templar.Value(context.Background(), l.scope, raw)
	if t, ok := raw.(value.Template); ok && template.IsUndefined(err) {
		return value.Str(t.Text), nil
	}
	return v, err
}

// Local are the scope's local variables; nil without any.
func (s *Scope) Local() *value.Dict { return s.local }

// Lazy is All, made when somebody reads it.
func (s *Scope) Lazy() value.Value { return &lazyScope{s} }

type lazyScope struct{ scope *Scope }

// TypeName implements value.Value.
func (*lazyScope) TypeName() string { return "dict" }

// Force implements value.Lazy.
func (l *lazyScope) Force() (value.Value, error) { return l.scope.All(), nil }
