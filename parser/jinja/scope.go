package jinja

import (
	"slices"

	"pylint-deploy/parser/jinja/ast"
)

// Jinja decides at compile time where each name of a template lives (jinja2.idtracking). A scope looks at all its statements first: a name that
// it assigns is a variable of the scope, one that it only reads is resolved from the context once, when the scope is entered. The difference
// shows: after `{% set x = x %}` within a loop, the outer x is as before. Here each such variable is a slot of its function's frame.

// function is what has a frame of its own at run time: a template, block, macro, call block or recursive loop.
type function struct {
	parent *function
	slots  int
}

// slotRef is a slot of a function.
type slotRef struct {
	fn   *function
	slot int
}

type loadKind uint8

const (
	loadParam     loadKind = iota // given by the caller, or by the loop
	loadResolve                   // read from the context
	loadAlias                     // starts as the variable of the same name of an outer scope
	loadUndefined                 // starts undefined
)

type load struct {
	kind  loadKind
	outer slotRef
}

// level is what the branches of a scope have in common: one slot for each name.
type level struct {
	fn    *function
	slots map[string]slotRef
}

func (l *level) slot(name string) slotRef {
	if ref, ok := l.slots[name]; ok {
		return ref
	}
	ref := slotRef{l.fn, l.fn.slots}
	l.fn.slots++
	if l.slots == nil {
		l.slots = map[string]slotRef{}
	}
	l.slots[name] = ref
	return ref
}

// symbols are the names of a scope, as far as they have been looked at. A branch of an if has symbols over those of its scope (base), which it
// does not change.
type symbols struct {
	level  *level
	parent *symbols
	base   *symbols
	refs   map[string]slotRef
	loads  map[slotRef]load
	stores map[string]bool
}

func newSymbols(fn *function, parent *symbols) *symbols {
	return &symbols{level: &level{fn: fn}, parent: parent}
}

// own finds a name of this scope.
func (s *symbols) own(name string) (slotRef, bool) {
	for ; s != nil; s = s.base {
		if ref, ok := s.refs[name]; ok {
			return ref, true
		}
	}
	return slotRef{}, false
}

// find finds a name in this scope and those around it.
func (s *symbols) find(name string) (slotRef, bool) {
	for ; s != nil; s = s.parent {
		if ref, ok := s.own(name); ok {
			return ref, true
		}
	}
	return slotRef{}, false
}

func (s *symbols) stored(name string) bool {
	for ; s != nil; s = s.base {
		if s.stores[name] {
			return true
		}
	}
	return false
}

func (s *symbols) define(name string, l load) slotRef {
	ref := s.level.slot(name)
	if s.refs == nil {
		s.refs = map[string]slotRef{}
	}
	s.refs[name] = ref
	s.begin(ref, l)
	return ref
}

// begin notes how a slot starts.
func (s *symbols) begin(ref slotRef, l load) {
	if s.loads == nil {
		s.loads = map[slotRef]load{}
	}
	s.loads[ref] = l
}

func (s *symbols) noteStore(name string) {
	if s.stores == nil {
		s.stores = map[string]bool{}
	}
	s.stores[name] = true
}

func (s *symbols) param(name string) slotRef {
	s.noteStore(name)
	return s.define(name, load{kind: loadParam})
}

func (s *symbols) load(name string) {
	if _, ok := s.find(name); !ok {
		s.define(name, load{kind: loadResolve})
	}
}

func (s *symbols) store(name string) {
	s.noteStore(name)
	if _, ok := s.own(name); ok {
		return
	}
	if outer, ok := s.parent.find(name); ok {
		s.define(name, load{loadAlias, outer})
		return
	}
	s.define(name, load{kind: loadUndefined})
}

func (s *symbols) branch() *symbols { return &symbols{level: s.level, parent: s.parent, base: s} }

func (s *symbols) take(from *symbols) {
	for name, ref := range from.refs {
		if s.refs == nil {
			s.refs = map[string]slotRef{}
		}
		s.refs[name] = ref
	}
	for ref, l := range from.loads {
		s.begin(ref, l)
	}
	for name := range from.stores {
		s.noteStore(name)
	}
}

// join takes in what the branches of an if did. A name that not all of them assign keeps the value from outside in the others.
func (s *symbols) join(branches [3]*symbols) {
	var count map[string]int
	for _, b := range branches {
		for name := range b.stores {
			if !s.stored(name) {
				if count == nil {
					count = map[string]int{}
				}
				count[name]++
			}
		}
	}
	for _, b := range branches {
		s.take(b)
	}
	for name, n := range count {
		if n == len(branches) {
			continue
		}
		ref, _ := s.find(name)
		if outer, ok := s.parent.find(name); ok {
			s.begin(ref, load{loadAlias, outer})
			continue
		}
		s.begin(ref, load{kind: loadResolve})
	}
}

// visible are the variables that a template included here can see: all assigned ones of this scope and those around it.
func (s *symbols) visible() map[string]slotRef {
	out := map[string]slotRef{}
	for ; s != nil; s = s.parent {
		for name := range s.stores {
			if _, ok := out[name]; !ok {
				if ref, ok := s.find(name); ok {
					out[name] = ref
				}
			}
		}
	}
	return out
}

// initial lists how the slots of the scope start, parameters left out, in a fixed order.
func (s *symbols) initial(at *function) []slotInit {
	var out []slotInit
	for ref, l := range s.loads {
		if l.kind == loadParam {
			continue
		}
		in := slotInit{slot: ref.slot, kind: l.kind}
		if l.kind == loadAlias {
			in.outer = place{hops(at, l.outer.fn), l.outer.slot}
		}
		out = append(out, in)
	}
	slices.SortFunc(out, func(a, b slotInit) int { return a.slot - b.slot })
	return out
}

// hops is how many functions lie between a function and one around it.
func hops(from, to *function) int {
	n := 0
	for ; from != to; from = from.parent {
		n++
	}
	return n
}

// stmts looks at statements in the order in which Jinja does. What has a scope of its own is looked at when that is compiled.
func (s *symbols) stmts(list []ast.Stmt) {
	for _, st := range list {
		s.stmt(st)
	}
}

func (s *symbols) stmt(st ast.Stmt) {
	switch st := st.(type) {
	case *ast.Print:
		s.expr(st.X)
	case *ast.Do:
		s.expr(st.X)
	case *ast.For:
		s.expr(st.Iter)
	case *ast.If:
		s.ifElse(st)
	case *ast.Set:
		s.expr(st.Value)
		s.target(st.Target)
	case *ast.SetBlock:
		s.target(st.Target)
	case *ast.With:
		for _, v := range st.Values {
			s.expr(v)
		}
	case *ast.Macro:
		s.store(st.Name)
	case *ast.CallBlock:
		s.expr(st.Call)
	case *ast.FilterBlock:
		s.expr(st.Filter)
	case *ast.Include:
		s.expr(st.Template)
	case *ast.Extends:
		s.expr(st.Template)
	case *ast.Import:
		s.expr(st.Template)
		s.store(st.Name)
	case *ast.FromImport:
		s.expr(st.Template)
		for _, n := range st.Names {
			s.store(n.As)
		}
	}
}

// ifElse looks at an if. Like Jinja it counts three branches: the body, all elifs together, and else.
func (s *symbols) ifElse(st *ast.If) {
	s.expr(st.Branches[0].Test)
	body, elifs, otherwise := s.branch(), s.branch(), s.branch()
	body.stmts(st.Branches[0].Body)
	for _, b := range st.Branches[1:] {
		elifs.stmt(&ast.If{Branches: []ast.Branch{b}})
	}
	otherwise.stmts(st.Else)
	s.join([3]*symbols{body, elifs, otherwise})
}

func (s *symbols) target(x ast.Expr) {
	switch x := x.(type) {
	case *ast.Name:
		s.store(x.Name)
	case *ast.NSRef:
		s.load(x.Name)
	case *ast.Tuple:
		for _, item := range x.Items {
			s.target(item)
		}
	}
}

// params declares the names of a loop's or macro's target.
func (s *symbols) params(x ast.Expr) {
	switch x := x.(type) {
	case *ast.Name:
		s.param(x.Name)
	case *ast.Tuple:
		for _, item := range x.Items {
			s.params(item)
		}
	}
}

func (s *symbols) expr(x ast.Expr) {
	ast.Walk(x, func(n ast.Node) bool {
		if name, ok := n.(*ast.Name); ok {
			s.load(name.Name)
		}
		return true
	})
}
