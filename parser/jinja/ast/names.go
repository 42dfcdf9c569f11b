package ast

import (
	"strings"

	"pylint-deploy/parser/jinja/value"
)

// Path is a variable that is read from outside of a template or expression, with the attributes and items that follow it.
type Path struct {
	Name  string
	Steps []Step
	At    Span
	// Optional tells that the place copes with the path being undefined: it is what default, defined, undefined or mandatory is applied to.
	Optional bool
}

// Step is one attribute or item of a path.
type Step struct {
	// Key is the attribute, text key or int index; nil where it is computed.
	Key value.Value
	// Item tells that it was written in brackets or as .0.
	Item bool
}

// String spells the path as reg.results[0].rc. Texts in brackets that are identifiers look like attributes; computed keys are [*].
func (p *Path) String() string {
	var b strings.Builder
	b.WriteString(p.Name)
	for _, s := range p.Steps {
		switch k := s.Key.(type) {
		case nil:
			b.WriteString("[*]")
		case value.Str:
			if value.IsIdentifier(string(k)) {
				b.WriteString("." + string(k))
				continue
			}
			r, _ := value.Repr(k)
			b.WriteString("[" + r + "]")
		default:
			r, _ := value.Repr(k)
			b.WriteString("[" + r + "]")
		}
	}
	return b.String()
}

// Names lists the paths that a template, statement or expression reads from outside, in the order of evaluation. Names bound within it are left out
// where they are bound: targets of loops, set, with and imports, macros and their parameters, and loop, self, super and caller where the engine
// provides them.
func Names(n Node) []Path {
	r := &reader{scope: &scope{}}
	r.node(n, false)
	return r.paths
}

// scope is the names bound at a place.
type scope struct {
	outer *scope
	bound map[string]bool
}

func (s *scope) has(name string) bool {
	for ; s != nil; s = s.outer {
		if s.bound[name] {
			return true
		}
	}
	return false
}

func (s *scope) bind(names ...string) {
	if s.bound == nil {
		s.bound = map[string]bool{}
	}
	for _, name := range names {
		s.bound[name] = true
	}
}

type reader struct {
	scope *scope
	paths []Path
}

// within reads with a scope of its own.
func (r *reader) within(read func()) {
	r.scope = &scope{outer: r.scope}
	read()
	r.scope = r.scope.outer
}

func (r *reader) stmts(list []Stmt) {
	for _, s := range list {
		r.node(s, false)
	}
}

func (r *reader) target(x Expr) {
	switch x := x.(type) {
	case *Name:
		r.scope.bind(x.Name)
	case *Tuple:
		for _, item := range x.Items {
			r.target(item)
		}
	case *NSRef:
		if !r.scope.has(x.Name) {
			r.paths = append(r.paths, Path{Name: x.Name, At: x.At})
		}
	}
}

func (r *reader) exprs(list ...Expr) {
	for _, x := range list {
		if x != nil {
			r.node(x, false)
		}
	}
}

// node reads a node; optional tells that it may be undefined.
func (r *reader) node(n Node, optional bool) {
	switch n := n.(type) {
	case *Name, *GetAttr, *GetItem:
		r.path(n.(Expr), optional)
	case *Filter:
		if n.X != nil {
			r.node(n.X, copesWithUndefined[n.Name])
		}
		r.args(&n.Args)
	case *Test:
		r.node(n.X, copesWithUndefined[n.Name])
		r.args(&n.Args)
	case *For:
		r.loop(n)
	case *Set:
		r.exprs(n.Value)
		r.target(n.Target)
	case *SetBlock:
		r.within(func() { r.stmts(n.Body) })
		if n.Filter != nil {
			r.node(n.Filter, false)
		}
		r.target(n.Target)
	case *With:
		r.exprs(n.Values...)
		r.within(func() {
			for _, t := range n.Targets {
				r.target(t)
			}
			r.stmts(n.Body)
		})
	case *Macro:
		r.scope.bind(n.Name)
		r.macro(&n.Params, n.Body)
	case *CallBlock:
		r.node(n.Call, false)
		r.macro(&n.Params, n.Body)
	case *Import:
		r.exprs(n.Template)
		r.scope.bind(n.Name)
	case *FromImport:
		r.exprs(n.Template)
		for _, name := range n.Names {
			r.scope.bind(name.As)
		}
	case *Block:
		r.within(func() {
			r.scope.bind("super", "self")
			r.stmts(n.Body)
		})
	case *FilterBlock:
		r.within(func() { r.stmts(n.Body) })
		r.node(n.Filter, false)
	default:
		each(n, func(c Node) { r.node(c, false) })
	}
}

// copesWithUndefined are the filters and tests made for values that may be missing.
var copesWithUndefined = map[string]bool{"default": true, "d": true, "defined": true, "undefined": true, "mandatory": true}

func (r *reader) args(a *Args) {
	r.exprs(a.Pos...)
	for _, kw := range a.Kw {
		r.exprs(kw.Value)
	}
	r.exprs(a.Star, a.StarKw)
}

func (r *reader) loop(n *For) {
	r.exprs(n.Iter)
	r.within(func() {
		r.target(n.Target)
		r.exprs(n.Filter)
		r.scope.bind("loop")
		r.stmts(n.Body)
	})
	r.within(func() { r.stmts(n.Else) })
}

func (r *reader) macro(p *Params, body []Stmt) {
	r.within(func() {
		r.scope.bind("caller", "varargs", "kwargs")
		for _, name := range p.Names {
			r.scope.bind(name.Name)
		}
		r.exprs(p.Defaults...)
		r.stmts(body)
	})
}

// path reads a chain of attributes and items down to its root. Computed keys are read before it, and where the root is not a name there is no path.
func (r *reader) path(x Expr, optional bool) {
	p := Path{At: x.Span(), Optional: optional}
	for {
		switch n := x.(type) {
		case *GetAttr:
			p.Steps = append(p.Steps, Step{Key: value.Str(n.Name)})
			x = n.X
			continue
		case *GetItem:
			step := Step{Item: true}
			if c, ok := n.Key.(*Const); ok {
				step.Key = c.Value
			} else {
				r.node(n.Key, false)
			}
			p.Steps = append(p.Steps, step)
			x = n.X
			continue
		case *Name:
			if !r.scope.has(n.Name) {
				p.Name = n.Name
				for i, j := 0, len(p.Steps)-1; i < j; i, j = i+1, j-1 {
					p.Steps[i], p.Steps[j] = p.Steps[j], p.Steps[i]
				}
				r.paths = append(r.paths, p)
			}
			return
		}
		r.node(x, optional)
		return
	}
}

// UseKind tells what a Use is.
type UseKind uint8

// The kinds of Use.
const (
	FilterUse UseKind = iota
	TestUse
	CallUse // of a function by its name, as lookup('file', x), or of a method
)

// Use is a filter, test or call in a template.
type Use struct {
	Kind UseKind
	// Name is that of the filter, test, function or method; empty for calls of something computed.
	Name string
	// Method tells that Name is an attribute of something.
	Method bool
	Args   *Args
	Node   Expr
}

// FirstText is the first positional argument, if it is a literal text: the plugin's name in lookup('file', path).
func (u *Use) FirstText() (string, bool) {
	if len(u.Args.Pos) == 0 {
		return "", false
	}
	c, ok := u.Args.Pos[0].(*Const)
	if !ok {
		return "", false
	}
	s, ok := c.Value.(value.Str)
	return string(s), ok
}

// Uses lists the filters, tests and calls of a template, statement or expression, outer ones first.
func Uses(n Node) []Use {
	var out []Use
	Walk(n, func(n Node) bool {
		switch n := n.(type) {
		case *Filter:
			out = append(out, Use{Kind: FilterUse, Name: n.Name, Args: &n.Args, Node: n})
		case *Test:
			out = append(out, Use{Kind: TestUse, Name: n.Name, Args: &n.Args, Node: n})
		case *Call:
			u := Use{Kind: CallUse, Args: &n.Args, Node: n}
			switch fn := n.Fn.(type) {
			case *Name:
				u.Name = fn.Name
			case *GetAttr:
				u.Name, u.Method = fn.Name, true
			}
			out = append(out, u)
		}
		return true
	})
	return out
}
