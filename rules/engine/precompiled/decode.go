package precompiled

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Store is what Encode wrote, opened. Modules are built when a Compiler wants them, and anew for each one: OPA's compilers write into
// the trees. A Store is immutable and safe for concurrent use.
type Store struct {
	Stamp    Stamp
	Notes    map[string]string
	texts    []string
	builtins []*ast.Builtin
	modules  map[string]string
}

// shared are a text's values: an interface made once costs no allocation where it is used again.
type shared struct{ text, name ast.Value }

// Open reads the tables; the store keeps pointing into data.
func Open(data string) (s *Store, err error) {
	defer recovered(&err)
	if len(data) < len(magic)+len(Stamp{}) || data[:len(magic)] != magic {
		return nil, ErrFormat
	}
	d := &decoder{in: data[len(magic):]}
	s = &Store{}
	copy(s.Stamp[:], d.take(len(s.Stamp)))
	s.texts = make([]string, d.count())
	lengths := make([]int, len(s.texts))
	for i := range lengths {
		lengths[i] = d.number()
	}
	for i, n := range lengths {
		s.texts[i] = d.take(n)
	}
	for range d.number() {
		b, ok := ast.BuiltinMap[s.texts[d.number()]]
		if !ok {
			return nil, ErrFormat
		}
		s.builtins = append(s.builtins, b)
	}
	s.Notes = map[string]string{}
	for range d.number() {
		name := s.texts[d.number()]
		s.Notes[name] = s.texts[d.number()]
	}
	names := make([]string, d.count())
	bodies := make([]int, len(names))
	for i := range names {
		names[i], bodies[i] = s.texts[d.number()], d.number()
	}
	s.modules = make(map[string]string, len(names))
	for i, name := range names {
		s.modules[name] = d.take(bodies[i])
	}
	return s, nil
}

// recovered turns what reading beyond the end of torn data does into ErrFormat.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", ErrFormat, r)
	}
}

// module builds a module's trees.
func (d *decoder) module(name string) (m *ast.Module, err error) {
	defer recovered(&err)
	in, ok := d.store.modules[name]
	if !ok {
		return nil, fmt.Errorf("compiled rules have no %s", name)
	}
	d.in, d.at, d.file = in, 0, name
	m = &ast.Module{Package: &ast.Package{Path: d.terms()}}
	m.Rules = make([]*ast.Rule, d.count())
	for i := range m.Rules {
		m.Rules[i] = d.rule(m)
	}
	return m, nil
}

// decoder reads what encoder wrote. It panics on torn data.
type decoder struct {
	in    string
	at    int
	store *Store
	file  string
	// values are those of the store's texts that were needed so far.
	values []shared
	// slabs: trees are thousands of small objects that live and die together.
	pool   []ast.Term
	exprs  []ast.Expr
	places []ast.Location
}

const slab = 64

func (d *decoder) byte() byte {
	b := d.in[d.at]
	d.at++
	return b
}

func (d *decoder) number() int {
	var n, shift uint
	for {
		b := d.byte()
		n |= uint(b&0x7f) << shift
		if b < 0x80 {
			return int(n)
		}
		shift += 7
	}
}

// count is a number of things that follow, each of a byte or more: torn data must not make us reserve memory for nothing.
func (d *decoder) count() int {
	n := d.number()
	if n < 0 || n > len(d.in)-d.at {
		panic("data end early")
	}
	return n
}

func (d *decoder) take(n int) string {
	s := d.in[d.at : d.at+n]
	d.at += n
	return s
}

func (d *decoder) text() string { return d.store.texts[d.number()] }

func (d *decoder) rule(m *ast.Module) *ast.Rule {
	flags := d.byte()
	r := &ast.Rule{Module: m, Default: flags&flagDefault != 0, Location: d.place()}
	r.Head = &ast.Head{Assign: flags&flagAssign != 0, Location: r.Location, Name: ast.Var(d.text()), Reference: d.terms(), Args: d.terms(), Key: d.term(), Value: d.term()}
	r.Body = d.body()
	if flags&flagElse != 0 {
		r.Else = d.rule(m)
	}
	return r
}

func (d *decoder) place() *ast.Location {
	if len(d.places) == 0 {
		d.places = make([]ast.Location, slab)
	}
	l := &d.places[0]
	d.places = d.places[1:]
	l.File, l.Row, l.Col = d.file, d.number(), d.number()
	return l
}

func (d *decoder) body() ast.Body {
	b := make(ast.Body, d.count())
	for i := range b {
		b[i] = d.expr()
	}
	return b
}

func (d *decoder) expr() *ast.Expr {
	if len(d.exprs) == 0 {
		d.exprs = make([]ast.Expr, slab)
	}
	x := &d.exprs[0]
	d.exprs = d.exprs[1:]
	flags := d.byte()
	x.Negated, x.Generated = flags&flagNegated != 0, flags&flagGenerated != 0
	x.Location = d.place()
	x.Index = d.number()
	switch kind := d.byte(); kind {
	case kindTerm:
		x.Terms = d.term()
	case kindCall:
		x.Terms = d.terms()
	case kindSome:
		x.Terms = &ast.SomeDecl{Symbols: d.terms(), Location: x.Location}
	case kindEvery:
		x.Terms = &ast.Every{Key: d.term(), Value: d.term(), Domain: d.term(), Body: d.body(), Location: x.Location}
	default:
		panic(fmt.Sprintf("kind %d of an expression", kind))
	}
	if flags&flagWith != 0 {
		x.With = make([]*ast.With, d.count())
		for i := range x.With {
			x.With[i] = &ast.With{Target: d.term(), Value: d.term(), Location: x.Location}
		}
	}
	return x
}

func (d *decoder) terms() []*ast.Term {
	n := d.count()
	if n == 0 {
		return nil
	}
	terms := make([]*ast.Term, n)
	for i := range terms {
		terms[i] = d.term()
	}
	return terms
}

func (d *decoder) term() *ast.Term {
	tag := d.byte()
	if tag == tagNone {
		return nil
	}
	if len(d.pool) == 0 {
		d.pool = make([]ast.Term, slab)
	}
	t := &d.pool[0]
	d.pool = d.pool[1:]
	t.Value = d.value(tag)
	return t
}

func (d *decoder) value(tag byte) ast.Value {
	switch tag {
	case tagNull:
		return ast.NullValue
	case tagFalse:
		return ast.Boolean(false)
	case tagTrue:
		return ast.Boolean(true)
	case tagNumber:
		return ast.Number(d.text())
	case tagString:
		return d.string()
	case tagVar:
		return d.name()
	case tagRef:
		return ast.Ref(d.terms())
	case tagCall:
		return ast.Call(d.terms())
	case tagArray:
		return ast.NewArray(d.terms()...)
	case tagSet:
		return ast.NewSet(d.terms()...)
	case tagObject:
		return d.object()
	case tagArrayComprehension:
		return &ast.ArrayComprehension{Term: d.term(), Body: d.body()}
	case tagSetComprehension:
		return &ast.SetComprehension{Term: d.term(), Body: d.body()}
	case tagObjectComprehension:
		return &ast.ObjectComprehension{Key: d.term(), Value: d.term(), Body: d.body()}
	}
	panic(fmt.Sprintf("tag %d of a term", tag))
}

func (d *decoder) string() ast.Value {
	i := d.number()
	v := &d.values[i]
	if v.text == nil {
		v.text = ast.String(d.store.texts[i])
	}
	return v.text
}

func (d *decoder) name() ast.Value {
	i := d.number()
	v := &d.values[i]
	if v.name == nil {
		v.name = ast.Var(d.store.texts[i])
	}
	return v.name
}

func (d *decoder) object() ast.Value {
	pairs := make([][2]*ast.Term, d.count())
	for i := range pairs {
		pairs[i] = [2]*ast.Term{d.term(), d.term()}
	}
	return ast.NewObject(pairs...)
}
