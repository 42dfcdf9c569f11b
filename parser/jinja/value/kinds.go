package value

import "fmt"

// Range is Python's range.
type Range struct{ Start, Stop, Step int64 }

// TypeName implements Value.
func (*Range) TypeName() string { return "range" }

// Len is the number of items.
func (r *Range) Len() int {
	switch {
	case r.Step > 0 && r.Start < r.Stop:
		return int((uint64(r.Stop)-uint64(r.Start)-1)/uint64(r.Step)) + 1
	case r.Step < 0 && r.Start > r.Stop:
		return int((uint64(r.Start)-uint64(r.Stop)-1)/-uint64(r.Step)) + 1
	}
	return 0
}

// At is the i-th item.
func (r *Range) At(i int) Int { return Int(r.Start + int64(i)*r.Step) }

// Slice is what `start:stop:step` within brackets makes. Absent parts are None.
type Slice struct{ Start, Stop, Step Value }

// TypeName implements Value.
func (*Slice) TypeName() string { return "slice" }

// DictView is the result of keys(), values() or items(). It follows the dict.
type DictView struct {
	Dict *Dict
	Kind ViewKind
}

// ViewKind tells what of a dict a view shows.
type ViewKind uint8

// The three views of a dict.
const (
	KeysView ViewKind = iota
	ValuesView
	ItemsView
)

// TypeName implements Value.
func (v *DictView) TypeName() string {
	return [...]string{"dict_keys", "dict_values", "dict_items"}[v.Kind]
}

// Len is the number of entries.
func (v *DictView) Len() int { return v.Dict.Len() }

// Namespace is Jinja's namespace(), the one kind of object whose attributes a template can set.
type Namespace struct{ Attrs *Dict }

// TypeName implements Value.
func (*Namespace) TypeName() string { return "Namespace" }

// Attr implements AttrGetter.
func (n *Namespace) Attr(name string) (Value, bool) { return n.Attrs.GetStr(name) }

// Generator is a Python generator: its items can be had once.
type Generator struct {
	// Name is the Python function that made it, for its repr.
	Name string
	next func() (Value, bool, error)
	done bool
}

// NewGenerator makes a generator. Next is not called again once it has ended or failed.
func NewGenerator(name string, next func() (item Value, ok bool, err error)) *Generator {
	return &Generator{Name: name, next: next}
}

// TypeName implements Value.
func (*Generator) TypeName() string { return "generator" }

// Next implements Iterator.
func (g *Generator) Next() (Value, bool, error) {
	if g.done {
		return nil, false, nil
	}
	v, ok, err := g.next()
	if !ok || err != nil {
		g.done, g.next = true, nil
	}
	return v, ok, err
}

// Iterate implements Iterable.
func (g *Generator) Iterate() Iterator { return g }

// Type is the type of a value. Templates can read its name and compare it, nothing else.
type Type struct{ Of string }

// TypeName implements Value.
func (*Type) TypeName() string { return "type" }

// Attr implements AttrGetter.
func (t *Type) Attr(name string) (Value, bool) {
	if name == "__name__" || name == "__qualname__" {
		return Str(t.Of), true
	}
	return nil, false
}

// PyRepr implements Representer.
func (t *Type) PyRepr() (string, error) { return "<class '" + t.Of + "'>", nil }

// CompareTo implements Comparer.
func (t *Type) CompareTo(other Value) (int, bool) {
	o, ok := other.(*Type)
	if ok && o.Of == t.Of {
		return 0, true
	}
	return 1, false
}

// Method is a method bound to its object.
type Method struct {
	Self Value
	Name string
	def  MethodFunc
}

// MethodFunc is what a method of a built-in type does.
type MethodFunc func(self Value, args *Args) (Value, error)

// TypeName implements Value.
func (*Method) TypeName() string { return "builtin_function_or_method" }

// Call implements Callable.
func (m *Method) Call(args *Args) (Value, error) { return m.def(m.Self, args) }

// PyRepr implements Representer.
func (m *Method) PyRepr() (string, error) {
	return fmt.Sprintf("<built-in method %s of %s object at %s>", m.Name, m.Self.TypeName(), addressOf(m)), nil
}

// addressOf spells an identity as Python's repr does.
func addressOf(v Value) string { return fmt.Sprintf("%p", v) }

// IsStr tells whether v is a str.
func IsStr(v Value) bool {
	_, ok := v.(Str)
	return ok
}
