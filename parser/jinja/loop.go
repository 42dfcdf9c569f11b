package jinja

import (
	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

// forStmt is a loop. A recursive one is a function of its own with so many slots.
type forStmt struct {
	at   ast.Span
	iter expr

	filter       expr
	filterTarget target
	filterInit   []slotInit

	loopSlot  int // of the variable `loop`; -1 where the body does not use it
	target    target
	body      scoped
	otherwise scoped

	recursive bool
	slots     int
}

func (s *forStmt) exec(f *frame) error {
	v, err := s.iter.eval(f)
	if err != nil {
		return err
	}
	if s.recursive {
		return s.recurse(f, v, 0, f.out)
	}
	return s.run(f, f, v, 0)
}

// recurse runs the body in a new frame, for one level of a recursive loop.
func (s *forStmt) recurse(f *frame, v value.Value, depth int, out *output) error {
	inner := &frame{slots: make([]value.Value, s.slots), up: f, ctx: f.ctx, out: out, code: f.code}
	return s.run(inner, f, v, depth)
}

// run goes over the items. The frame around is that of the function in which the loop stands: the same unless the loop is recursive.
func (s *forStmt) run(f, around *frame, v value.Value, depth int) error {
	it, err := value.Iterate(v)
	if err != nil {
		return f.fail(s.at, err)
	}
	if s.filter != nil {
		it = &filteredIter{f: f, s: s, it: it}
	}
	var l *loop
	if s.loopSlot >= 0 {
		l = &loop{it: it, over: v, depth: depth, index: -1, stmt: s, around: around, frame: f}
		if s.filter != nil {
			l.over = nil
		}
		it = l
	}
	// Jinja runs the else branch unless some pass came to its end: one that is broken off or continued does not count.
	completed := false
	for {
		item, ok, err := it.Next()
		if err != nil {
			return f.fail(s.at, err)
		}
		if !ok {
			break
		}
		err = s.pass(f, l, item)
		if err == errBreak {
			break
		}
		if err != nil && err != errContinue {
			return err
		}
		completed = completed || err == nil
	}
	if !completed && len(s.otherwise.body) > 0 {
		around.out, f.out = f.out, around.out
		err := s.otherwise.exec(around)
		around.out, f.out = f.out, around.out
		return err
	}
	return nil
}

// pass runs the body for one item.
func (s *forStmt) pass(f *frame, l *loop, item value.Value) error {
	if err := f.ctx.run.spend(1); err != nil {
		return f.fail(s.at, err)
	}
	f.enter(s.body.init)
	if l != nil {
		f.slots[s.loopSlot] = l
	}
	if err := s.target.assign(f, item); err != nil {
		return err
	}
	return s.body.body.exec(f)
}

// filteredIter gives the items that fulfil the condition of `for x in y if condition`.
type filteredIter struct {
	f  *frame
	s  *forStmt
	it value.Iterator
}

func (it *filteredIter) Next() (value.Value, bool, error) {
	for {
		item, ok, err := it.it.Next()
		if !ok || err != nil {
			return nil, false, err
		}
		if err := it.f.ctx.run.spend(1); err != nil {
			return nil, false, err
		}
		it.f.enter(it.s.filterInit)
		if err := it.s.filterTarget.assign(it.f, item); err != nil {
			return nil, false, err
		}
		if ok, err = it.f.truth(it.s.at, it.s.filter); ok || err != nil {
			return item, ok, err
		}
	}
}

// loop is the variable of the same name within a loop (jinja2.runtime.LoopContext). It reads one item ahead where that is asked for.
type loop struct {
	it     value.Iterator
	over   value.Value // what is iterated over, where its length counts
	depth  int
	index  int // from 0
	length int // -1 of unknown; 0 not asked yet

	before, current, after value.Value
	peeked                 bool // after has been read, nil at the end
	lastChanged            value.Value

	stmt          *forStmt
	around, frame *frame
}

// TypeName implements value.Value.
func (*loop) TypeName() string { return "LoopContext" }

// Next implements value.Iterator for the loop statement.
func (l *loop) Next() (value.Value, bool, error) {
	next, err := l.peek()
	if next == nil || err != nil {
		return nil, false, err
	}
	l.before, l.current = l.current, next
	l.after, l.peeked = nil, false
	l.index++
	return next, true, nil
}

func (l *loop) peek() (value.Value, error) {
	if l.peeked {
		return l.after, nil
	}
	v, ok, err := l.it.Next()
	if err != nil {
		return nil, err
	}
	if !ok {
		v = nil
	}
	l.after, l.peeked = v, true
	return v, nil
}

// size is how many items there are in all; those not yet reached are read for it.
func (l *loop) size() (int, error) {
	if l.length > 0 {
		return l.length, nil
	}
	if l.over != nil {
		if _, lazy := l.over.(value.Iterator); !lazy {
			if n, err := value.Len(l.over); err == nil {
				l.length = n
				return n, nil
			}
		}
	}
	next, err := l.peek()
	if err != nil {
		return 0, err
	}
	rest, err := value.Collect(l.it)
	if err != nil {
		return 0, err
	}
	l.it = value.IterateSlice(rest)
	l.length = l.index + 1 + len(rest)
	if next != nil {
		l.length++
	}
	return l.length, nil
}

// attr reads one attribute of the loop.
func (l *loop) attr(name string) (value.Value, error) {
	switch name {
	case "index":
		return value.Int(l.index + 1), nil
	case "index0":
		return value.Int(l.index), nil
	case "first":
		return value.Bool(l.index == 0), nil
	case "depth":
		return value.Int(l.depth + 1), nil
	case "depth0":
		return value.Int(l.depth), nil
	case "last":
		next, err := l.peek()
		return value.Bool(next == nil), err
	case "length", "revindex", "revindex0":
		n, err := l.size()
		switch name {
		case "revindex":
			n -= l.index
		case "revindex0":
			n -= l.index + 1
		}
		return value.Int(n), err
	case "previtem":
		if l.before == nil {
			return value.UndefinedHint("there is no previous item"), nil
		}
		return l.before, nil
	case "nextitem":
		next, err := l.peek()
		if next == nil && err == nil {
			return value.UndefinedHint("there is no next item"), nil
		}
		return next, err
	case "cycle":
		return value.NewFunc("cycle", l.cycle), nil
	case "changed":
		return value.NewFunc("changed", l.changed), nil
	}
	return value.UndefinedHint("'jinja2.runtime.LoopContext object' has no attribute '" + name + "'"), nil
}

func (l *loop) cycle(a *value.Args) (value.Value, error) {
	if len(a.Pos) == 0 {
		return nil, value.Errorf(value.TypeError, "no items for cycling given")
	}
	return a.Pos[l.index%len(a.Pos)], nil
}

func (l *loop) changed(a *value.Args) (value.Value, error) {
	now := append(value.Tuple(nil), a.Pos...)
	if l.lastChanged != nil {
		same, err := value.Equal(l.lastChanged, now)
		if same || err != nil {
			return value.Bool(false), err
		}
	}
	l.lastChanged = now
	return value.Bool(true), nil
}

// Call implements value.Callable: loop(items) of a recursive loop.
func (l *loop) Call(a *value.Args) (value.Value, error) {
	if !l.stmt.recursive {
		return nil, value.Errorf(value.TypeError, "The loop must have the 'recursive' marker to be called recursively.")
	}
	if len(a.Pos) != 1 || len(a.Kw) > 0 {
		return nil, value.Errorf(value.TypeError, "loop() takes exactly one argument (%d given)", len(a.Pos)+len(a.Kw))
	}
	out := &output{run: l.frame.ctx.run}
	if err := l.stmt.recurse(l.around, a.Pos[0], l.depth+1, out); err != nil {
		return nil, err
	}
	return value.Str(out.buf), nil
}

// PyRepr implements value.Representer.
func (l *loop) PyRepr() (string, error) {
	n, err := l.size()
	return sprintf("<LoopContext %d/%d>", l.index+1, n), err
}

// Len implements value.Sized.
func (l *loop) Len() int {
	n, _ := l.size()
	return n
}
