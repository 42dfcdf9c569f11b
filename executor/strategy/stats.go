package strategy

import (
	"pylint-deploy/executor/event"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// stats count what the recap shows.
type stats struct {
	hosts  map[string]*event.Summary
	custom map[string]*value.Dict
}

func newStats() *stats {
	return &stats{hosts: map[string]*event.Summary{}, custom: map[string]*value.Dict{}}
}

func (s *stats) of(host string) *event.Summary {
	if s.hosts[host] == nil {
		s.hosts[host] = &event.Summary{}
	}
	return s.hosts[host]
}

// event is the end of a playbook.
func (s *stats) event(check bool) event.Stats {
	out := event.Stats{Hosts: map[string]event.Summary{}, Custom: s.custom, Check: check}
	for h, sum := range s.hosts {
		out.Hosts[h] = *sum
	}
	return out
}

// add takes ansible_stats of a result (set_stats).
func (s *stats) add(hosts []string, d *value.Dict) {
	data, ok := dictAt(d, "data")
	if !ok || data.Len() == 0 {
		return
	}
	if v, ok := d.GetStr("per_host"); !ok || v == value.Bool(false) {
		hosts = []string{"_run"}
	}
	for _, h := range hosts {
		if s.custom[h] == nil {
			s.custom[h] = value.NewDict()
		}
		for k, v := range data.All() {
			if old, exists := s.custom[h].Get(k); exists && flag(d, "aggregate") {
				sum, ok := aggregate(old, v)
				if !ok {
					continue
				}
				v = sum
			}
			s.custom[h].Set(k, v)
		}
	}
}

// aggregate adds two values of one type, as Python's + and for dicts as a merge.
func aggregate(old, more value.Value) (value.Value, bool) {
	if old.TypeName() != more.TypeName() {
		return nil, false
	}
	if _, ok := old.(*value.Dict); ok {
		return vars.Merge(old, more), true
	}
	sum, err := value.Add(old, more)
	return sum, err == nil
}

func dictAt(d *value.Dict, key string) (*value.Dict, bool) {
	v, _ := d.GetStr(key)
	out, ok := v.(*value.Dict)
	return out, ok
}
