package builtin

import "pylint-deploy/parser/jinja/value"

// Group is an item of what groupby gives: a tuple of two whose parts have names too.
type Group struct {
	Grouper value.Value
	List    *value.List
}

func (g *Group) tuple() value.Tuple { return value.Tuple{g.Grouper, g.List} }

// TypeName implements value.Value.
func (*Group) TypeName() string { return "_GroupTuple" }

// Attr implements value.AttrGetter.
func (g *Group) Attr(name string) (value.Value, bool) {
	switch name {
	case "grouper":
		return g.Grouper, true
	case "list":
		return g.List, true
	}
	return value.GetAttr(g.tuple(), name)
}

// Item implements value.ItemGetter.
func (g *Group) Item(key value.Value) (value.Value, error) { return value.GetItem(g.tuple(), key) }

// Len implements value.Sized.
func (*Group) Len() int { return 2 }

// Iterate implements value.Iterable.
func (g *Group) Iterate() value.Iterator { return value.IterateSlice(g.tuple()) }

// PyRepr implements value.Representer.
func (g *Group) PyRepr() (string, error) { return value.Repr(g.tuple()) }

// HashKey makes a group hashable as its tuple, which its list forbids.
func (g *Group) HashKey() (any, error) { return value.HashKey(g.tuple()) }
