package strategy

import (
	"slices"

	"pylint-deploy/executor/strategy/plan"
)

// section is where in a play, or in a block, a host is.
type section uint8

const (
	inSetup section = iota
	inTasks
	inRescue
	inAlways
	inHandlers
	done
)

// failMark marks the sections in which a host has failed.
type failMark uint8

const (
	failedSetup failMark = 1 << iota
	failedTasks
	failedRescue
	failedAlways
	failedHandlers
)

// hostState is a host's place in a list of blocks; a child state is its place in a block within the current one.
// The rules of movement are those of ansible-core's PlayIterator: what a failure does to rescue and always, and when a host is
// out of the play.
type hostState struct {
	blocks   []*plan.Block
	handlers []*plan.Task

	block, task, rescueTask, alwaysTask, handler int

	in            section
	failed        failMark
	beforeFlush   section
	freshHandlers bool // the list of handlers is to be taken anew
	pendingSetup  bool
	rescued       bool
	startedAtTask bool

	child, rescueChild, alwaysChild *hostState
}

func newHostState(blocks []*plan.Block) *hostState {
	return &hostState{blocks: slices.Clone(blocks), in: inSetup, freshHandlers: true}
}

func childState(b *plan.Block) *hostState {
	return &hostState{blocks: []*plan.Block{b}, in: inTasks, freshHandlers: true}
}

// clone shares the lists, which are never changed in place.
func (s *hostState) clone() *hostState {
	if s == nil {
		return nil
	}
	c := *s
	c.child, c.rescueChild, c.alwaysChild = s.child.clone(), s.rescueChild.clone(), s.alwaysChild.clone()
	return &c
}

// next moves the state to its next task and returns it; nil at the end.
func (s *hostState) next(it *iterator, host string) *plan.Task {
	for {
		if s.block >= len(s.blocks) {
			s.in = done
			return nil
		}
		b := s.blocks[s.block]
		var task *plan.Task
		switch s.in {
		case inSetup:
			task = s.nextSetup(it, host)
		case inTasks:
			s.pendingSetup = false
			task = s.nextOf(it, host, &s.child, b.Body, &s.task, s.endOfTasks)
		case inRescue:
			task = s.nextOf(it, host, &s.rescueChild, b.Rescue, &s.rescueTask, s.endOfRescue)
		case inAlways:
			task = s.nextOf(it, host, &s.alwaysChild, b.Always, &s.alwaysTask, s.endOfAlways)
		case inHandlers:
			task = s.nextHandler(it, host)
		case done:
			return nil
		}
		if task != nil {
			return task
		}
	}
}

// nextSetup yields the gathering of facts on the first visit, and goes on to the tasks on the second.
func (s *hostState) nextSetup(it *iterator, host string) *plan.Task {
	if !s.pendingSetup {
		s.pendingSetup = true
		if it.gather(host) {
			return it.play.Setup
		}
		return nil
	}
	s.pendingSetup = false
	s.in = inTasks
	if !s.startedAtTask {
		s.block++
		s.task, s.rescueTask, s.alwaysTask = 0, 0, 0
		s.child, s.rescueChild, s.alwaysChild = nil, nil, nil
	}
	return nil
}

// nextOf yields the next task of one part of a block, going into the blocks in it. end decides, before each task, whether the
// part is over, and then moves on.
func (s *hostState) nextOf(it *iterator, host string, child **hostState, nodes []plan.Node, at *int, end func(n int) bool) *plan.Task {
	if *child != nil {
		task := (*child).next(it, host)
		if (*child).hasFailed() {
			*child = nil
			s.fail()
			return nil // what the failing child would have run next is not run
		}
		if task == nil || (*child).in == done {
			*child = nil
			return nil
		}
		return task
	}
	if end(len(nodes)) {
		return nil
	}
	n := nodes[*at]
	*at++
	if b, ok := n.(*plan.Block); ok {
		*child = childState(b)
		return nil
	}
	return n.(*plan.Task)
}

func (s *hostState) endOfTasks(n int) bool {
	switch {
	case s.hasFailed():
		s.in = inRescue
	case s.task >= n:
		s.in = inAlways
	default:
		return false
	}
	return true
}

func (s *hostState) endOfRescue(n int) bool {
	switch {
	case s.failed&failedRescue != 0:
		s.in = inAlways
	case s.rescueTask >= n:
		if n > 0 {
			s.failed = 0
		}
		s.in, s.rescued = inAlways, true
	default:
		return false
	}
	return true
}

func (s *hostState) endOfAlways(n int) bool {
	if s.alwaysTask < n {
		return false
	}
	if s.failed != 0 {
		s.in = done
		return true
	}
	s.block++
	s.task, s.rescueTask, s.alwaysTask = 0, 0, 0
	s.in = inTasks
	s.child, s.rescueChild, s.alwaysChild = nil, nil, nil
	s.rescued = false
	return true
}

func (s *hostState) nextHandler(it *iterator, host string) *plan.Task {
	if s.freshHandlers {
		s.handlers = slices.Clone(it.play.Handlers)
		s.freshHandlers = false
		s.handler = 0
	}
	if s.failed&failedHandlers != 0 {
		s.freshHandlers = true
		s.in = done
		return nil
	}
	for s.handler < len(s.handlers) {
		task := s.handlers[s.handler]
		s.handler++
		if it.isNotified(task, host) {
			return task
		}
	}
	s.in = s.beforeFlush
	s.freshHandlers = true
	return nil
}

// fail takes note of a failure in the innermost place and moves on to what a failure leads to.
func (s *hostState) fail() {
	b := &plan.Block{}
	if s.block < len(s.blocks) {
		b = s.blocks[s.block]
	}
	rescueOrAlways := func(rescue bool) {
		switch {
		case rescue && len(b.Rescue) > 0:
			s.in = inRescue
		case len(b.Always) > 0:
			s.in = inAlways
		default:
			s.in = done
		}
	}
	switch s.in {
	case inSetup:
		s.failed |= failedSetup
		s.in = done
	case inTasks:
		if s.child != nil {
			s.child.fail()
			return
		}
		s.failed |= failedTasks
		rescueOrAlways(true)
	case inRescue:
		if s.rescueChild != nil {
			s.rescueChild.fail()
			return
		}
		s.failed |= failedRescue
		rescueOrAlways(false)
	case inAlways:
		if s.alwaysChild != nil {
			s.alwaysChild.fail()
			return
		}
		s.failed |= failedAlways
		s.in = done
	case inHandlers:
		s.failed |= failedHandlers
		s.freshHandlers = true
		rescueOrAlways(true)
	}
}

// hasFailed tells whether the host is out: it failed, and no rescue has made that good or still may.
func (s *hostState) hasFailed() bool {
	if s == nil {
		return false
	}
	switch {
	case s.in == inRescue && s.rescueChild.hasFailed(), s.in == inAlways && s.alwaysChild.hasFailed():
		return true
	case s.in == inHandlers && s.failed&failedHandlers != 0:
		return true
	case s.failed != 0:
		switch {
		case s.in == inRescue && s.failed&failedRescue == 0, s.in == inAlways && s.failed&failedAlways == 0:
			return false
		}
		return !(s.rescued && s.failed&failedAlways == 0)
	case s.in == inTasks && s.child.hasFailed():
		return len(s.blocks[s.block].Rescue) == 0 || s.failed&failedRescue != 0
	}
	return false
}

// clearErrors is meta: clear_host_errors.
func (s *hostState) clearErrors() {
	s.failed = 0
	for _, child := range []*hostState{s.child, s.rescueChild, s.alwaysChild} {
		if child != nil {
			child.clearErrors()
			return
		}
	}
}

// active is the innermost state.
func (s *hostState) active() *hostState {
	switch {
	case s.in == inTasks && s.child != nil:
		return s.child.active()
	case s.in == inRescue && s.rescueChild != nil:
		return s.rescueChild.active()
	case s.in == inAlways && s.alwaysChild != nil:
		return s.alwaysChild.active()
	}
	return s
}

// willRescue tells whether a failure now would be rescued.
func (s *hostState) willRescue() bool {
	if s == nil {
		return false
	}
	if s.in == inTasks && s.block < len(s.blocks) && len(s.blocks[s.block].Rescue) > 0 {
		return true
	}
	for _, child := range []*hostState{s.child, s.rescueChild, s.alwaysChild} {
		if child != nil {
			return child.willRescue()
		}
	}
	return false
}

// insert puts blocks that an include brought before what comes next.
func (s *hostState) insert(blocks []*plan.Block) {
	if s.failed != 0 && s.in == inTasks || len(blocks) == 0 {
		return
	}
	switch s.in {
	case inTasks:
		if s.child != nil {
			s.child.insert(blocks)
			return
		}
		s.insertAt(func(b *plan.Block) *[]plan.Node { return &b.Body }, s.task, blocks)
	case inRescue:
		if s.rescueChild != nil {
			s.rescueChild.insert(blocks)
			return
		}
		s.insertAt(func(b *plan.Block) *[]plan.Node { return &b.Rescue }, s.rescueTask, blocks)
	case inAlways:
		if s.alwaysChild != nil {
			s.alwaysChild.insert(blocks)
			return
		}
		s.insertAt(func(b *plan.Block) *[]plan.Node { return &b.Always }, s.alwaysTask, blocks)
	case inHandlers:
		var tasks []*plan.Task
		for _, b := range blocks {
			tasks = append(tasks, b.Tasks()...)
		}
		s.handlers = slices.Insert(slices.Clone(s.handlers), s.handler, tasks...)
	}
}

// insertAt changes copies of the list of blocks and of the current block: both are shared, with other hosts and other states.
func (s *hostState) insertAt(part func(*plan.Block) *[]plan.Node, at int, blocks []*plan.Block) {
	b := *s.blocks[s.block]
	nodes := slices.Clone(*part(&b))
	more := make([]plan.Node, len(blocks))
	for i := range blocks {
		more[i] = blocks[i]
	}
	*part(&b) = slices.Insert(nodes, at, more...)
	s.blocks = slices.Clone(s.blocks)
	s.blocks[s.block] = &b
}
