package strategy

import (
	"slices"

	"pylint-deploy/executor/strategy/plan"
)

// iterator leads the hosts of a batch through a play.
type iterator struct {
	play  *plan.Play
	hosts []string
	// gather tells whether facts are to be gathered from a host.
	gather func(host string) bool

	states   map[string]*hostState
	notified map[*plan.Task]map[string]bool
	// all lists the tasks in the order in which hosts that go together do them; at is the place in it.
	all []*plan.Task
	at  int
	// removed are hosts that are out of the play: failed, unreachable or ended.
	removed []string
	ended   bool // meta: end_play
}

func newIterator(play *plan.Play, hosts []string, gather func(string) bool) *iterator {
	it := &iterator{play: play, hosts: hosts, gather: gather, states: map[string]*hostState{}, notified: map[*plan.Task]map[string]bool{}}
	setup := &plan.Block{Up: play.Top}
	if play.Setup != nil {
		setup.Body = []plan.Node{play.Setup}
	}
	blocks := append([]*plan.Block{setup}, play.Blocks...)
	for _, b := range blocks {
		it.all = append(it.all, b.Tasks()...)
	}
	for _, h := range hosts {
		it.states[h] = newHostState(blocks)
	}
	if play.Setup == nil {
		it.gather = func(string) bool { return false }
	}
	return it
}

// state is a host's place; a host that is not of the batch is at its end.
func (it *iterator) state(host string) *hostState {
	s := it.states[host]
	if s == nil {
		s = newHostState(nil)
		it.states[host] = s
	}
	return s
}

// peek gives the next task of a host and the state after taking it, without taking it.
func (it *iterator) peek(host string) (*hostState, *plan.Task) {
	s := it.state(host).clone()
	if s.in == done {
		return s, nil
	}
	return s, s.next(it, host)
}

// take makes a peeked state the host's own.
func (it *iterator) take(host string, s *hostState) { it.states[host] = s }

func (it *iterator) fail(host string) {
	it.state(host).fail()
	it.removed = append(it.removed, host)
}

// unremove takes back one removal, for a failure that is rescued.
func (it *iterator) unremove(host string) {
	if i := slices.Index(it.removed, host); i >= 0 {
		it.removed = slices.Delete(it.removed, i, i+1)
	}
}

func (it *iterator) failed(host string) bool { return it.state(host).hasFailed() }

// failedHosts are those of the batch that failed, and those that had failed before it: they stay out of all that follows.
func (it *iterator) failedHosts() []string {
	var out []string
	for h := range it.states {
		if it.failed(h) {
			out = append(out, h)
		}
	}
	slices.Sort(out)
	return out
}

func (it *iterator) insert(host string, blocks []*plan.Block) { it.state(host).insert(blocks) }

func (it *iterator) isNotified(t *plan.Task, host string) bool { return it.notified[t][host] }

// notify marks a handler to run for a host, and tells whether it was not marked already.
func (it *iterator) notify(t *plan.Task, host string) bool {
	if it.notified[t][host] {
		return false
	}
	if it.notified[t] == nil {
		it.notified[t] = map[string]bool{}
	}
	it.notified[t][host] = true
	return true
}

func (it *iterator) unnotify(t *plan.Task, host string) { delete(it.notified[t], host) }
