package precompiled

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Encode stores the modules of a compiler that has compiled them, and notes, which travel along. The same modules give the same bytes.
func Encode(stamp Stamp, c *ast.Compiler, notes map[string]string) ([]byte, error) {
	e := &encoder{index: map[string]uint64{}}
	names := slices.Sorted(maps.Keys(c.Modules))
	var table, bodies []byte
	for _, name := range names {
		e.out = nil
		e.module(c.Modules[name])
		if e.err != nil {
			return nil, fmt.Errorf("storing %s: %w", name, e.err)
		}
		table = binary.AppendUvarint(table, e.text(name))
		table = binary.AppendUvarint(table, uint64(len(e.out)))
		bodies = append(bodies, e.out...)
	}
	middle := binary.AppendUvarint(nil, uint64(len(c.Required.Builtins)))
	for _, b := range c.Required.Builtins {
		middle = binary.AppendUvarint(middle, e.text(b.Name))
	}
	middle = binary.AppendUvarint(middle, uint64(len(notes)))
	for _, name := range slices.Sorted(maps.Keys(notes)) {
		middle = binary.AppendUvarint(middle, e.text(name))
		middle = binary.AppendUvarint(middle, e.text(notes[name]))
	}
	middle = binary.AppendUvarint(middle, uint64(len(names)))
	out := append([]byte(magic), stamp[:]...)
	out = binary.AppendUvarint(out, uint64(len(e.texts)))
	for _, t := range e.texts {
		out = binary.AppendUvarint(out, uint64(len(t)))
	}
	for _, t := range e.texts {
		out = append(out, t...)
	}
	return slices.Concat(out, middle, table, bodies), nil
}

// encoder writes one module after the other; the table of texts is common to all.
type encoder struct {
	out   []byte
	texts []string
	index map[string]uint64
	err   error
}

func (e *encoder) text(s string) uint64 {
	i, ok := e.index[s]
	if !ok {
		i = uint64(len(e.texts))
		e.index[s] = i
		e.texts = append(e.texts, s)
	}
	return i
}

func (e *encoder) byte(b byte)      { e.out = append(e.out, b) }
func (e *encoder) number(n int)     { e.out = binary.AppendUvarint(e.out, uint64(n)) }
func (e *encoder) string(s string)  { e.out = binary.AppendUvarint(e.out, e.text(s)) }
func (e *encoder) fail(what string) { e.err = fmt.Errorf("%s cannot be stored", what) }

func (e *encoder) module(m *ast.Module) {
	e.terms(m.Package.Path)
	e.number(len(m.Rules))
	for _, r := range m.Rules {
		e.rule(r)
	}
}

func (e *encoder) rule(r *ast.Rule) {
	e.byte(flags(map[byte]bool{flagDefault: r.Default, flagElse: r.Else != nil, flagAssign: r.Head.Assign}))
	e.place(r.Location)
	e.string(string(r.Head.Name))
	e.terms(r.Head.Reference)
	e.terms(r.Head.Args)
	e.term(r.Head.Key)
	e.term(r.Head.Value)
	e.body(r.Body)
	if r.Else != nil {
		e.rule(r.Else)
	}
}

func flags(set map[byte]bool) byte {
	var b byte
	for flag, on := range set {
		if on {
			b |= flag
		}
	}
	return b
}

// place keeps line and column: a rule's error at run time names them.
func (e *encoder) place(l *ast.Location) {
	if l == nil {
		l = &ast.Location{}
	}
	e.number(l.Row)
	e.number(l.Col)
}

func (e *encoder) body(b ast.Body) {
	e.number(len(b))
	for _, x := range b {
		e.expr(x)
	}
}

func (e *encoder) expr(x *ast.Expr) {
	e.byte(flags(map[byte]bool{flagNegated: x.Negated, flagGenerated: x.Generated, flagWith: len(x.With) > 0}))
	e.place(x.Location)
	e.number(x.Index)
	switch t := x.Terms.(type) {
	case *ast.Term:
		e.byte(kindTerm)
		e.term(t)
	case []*ast.Term:
		e.byte(kindCall)
		e.terms(t)
	case *ast.SomeDecl:
		e.byte(kindSome)
		e.terms(t.Symbols)
	case *ast.Every:
		e.byte(kindEvery)
		e.term(t.Key)
		e.term(t.Value)
		e.term(t.Domain)
		e.body(t.Body)
	default:
		e.fail(fmt.Sprintf("an expression of %T", t))
	}
	if len(x.With) > 0 {
		e.number(len(x.With))
		for _, w := range x.With {
			e.term(w.Target)
			e.term(w.Value)
		}
	}
}

func (e *encoder) terms(terms []*ast.Term) {
	e.number(len(terms))
	for _, t := range terms {
		e.term(t)
	}
}

func (e *encoder) term(t *ast.Term) {
	if t == nil {
		e.byte(tagNone)
		return
	}
	switch v := t.Value.(type) {
	case ast.Null:
		e.byte(tagNull)
	case ast.Boolean:
		e.byte(map[bool]byte{false: tagFalse, true: tagTrue}[bool(v)])
	case ast.Number:
		e.byte(tagNumber)
		e.string(string(v))
	case ast.String:
		e.byte(tagString)
		e.string(string(v))
	case ast.Var:
		e.byte(tagVar)
		e.string(string(v))
	case ast.Ref:
		e.byte(tagRef)
		e.terms(v)
	case ast.Call:
		e.byte(tagCall)
		e.terms(v)
	default:
		e.collection(v)
	}
}

func (e *encoder) collection(v ast.Value) {
	switch v := v.(type) {
	case *ast.Array:
		e.byte(tagArray)
		e.number(v.Len())
		v.Foreach(e.term)
	case ast.Set:
		e.byte(tagSet)
		e.number(v.Len())
		v.Foreach(e.term)
	case ast.Object:
		e.byte(tagObject)
		e.number(v.Len())
		v.Foreach(func(key, value *ast.Term) {
			e.term(key)
			e.term(value)
		})
	case *ast.ArrayComprehension:
		e.byte(tagArrayComprehension)
		e.term(v.Term)
		e.body(v.Body)
	case *ast.SetComprehension:
		e.byte(tagSetComprehension)
		e.term(v.Term)
		e.body(v.Body)
	case *ast.ObjectComprehension:
		e.byte(tagObjectComprehension)
		e.term(v.Key)
		e.term(v.Value)
		e.body(v.Body)
	default:
		e.fail(fmt.Sprintf("a %T", v))
	}
}
