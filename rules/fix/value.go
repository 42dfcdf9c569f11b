package fix

import (
	"fmt"
	"slices"

	"pylint-deploy/parser/source"
)

// value is what YAML text means, its layout left out: what must stay the same, except where a fix says otherwise.
type value struct {
	node  *source.Node
	kind  source.Kind
	tag   string
	text  string
	items []*value
	pairs []pair
}

type pair struct{ key, value *value }

// step is one change of a file's values.
type step func(root *value) error

// valueOf copies what a node means; aliases become copies of what they stand for.
func valueOf(n *source.Node) *value {
	v := &value{node: n, kind: n.Kind, tag: n.Tag(), text: n.Text}
	for _, item := range n.Items {
		v.items = append(v.items, valueOf(item))
	}
	for _, p := range n.Pairs {
		v.pairs = append(v.pairs, pair{valueOf(p.Key), valueOf(p.Value)})
	}
	return v
}

// valuesOf is a file's documents as one list.
func valuesOf(f *source.File) *value {
	root := &value{kind: source.Sequence}
	for _, doc := range f.Docs {
		root.items = append(root.items, valueOf(doc))
	}
	return root
}

// written is the value of YAML text that a fix writes.
func written(yaml string) (*value, error) {
	f, err := source.Parse("fix", []byte(yaml))
	if err != nil || len(f.Docs) != 1 {
		return nil, fmt.Errorf("%q is no YAML value", yaml)
	}
	return valueOf(f.Docs[0]), nil
}

func equal(a, b *value) bool {
	return a.kind == b.kind && a.tag == b.tag && a.text == b.text && slices.EqualFunc(a.items, b.items, equal) &&
		slices.EqualFunc(a.pairs, b.pairs, func(p, q pair) bool { return equal(p.key, q.key) && equal(p.value, q.value) })
}

// at finds the one value that a node stands for. A node that aliases bring in elsewhere, too, has several.
func (v *value) at(n *source.Node) (*value, error) {
	var found []*value
	var walk func(v *value)
	walk = func(v *value) {
		if v.node == n {
			found = append(found, v)
		}
		for _, item := range v.items {
			walk(item)
		}
		for _, p := range v.pairs {
			walk(p.value)
		}
	}
	walk(v)
	switch len(found) {
	case 0:
		return nil, refusef("what is to be changed stands elsewhere")
	case 1:
		return found[0], nil
	}
	return nil, refusef("it is shared through an anchor")
}

func (v *value) index(key string) int {
	return slices.IndexFunc(v.pairs, func(p pair) bool { return p.key.text == key })
}

// putPair is the step that gives a mapping a pair: in the place of one with that key, or last.
func putPair(m *source.Node, key, yaml string) step {
	return func(root *value) error {
		in, err := root.at(m)
		if err != nil {
			return err
		}
		v, err := written(yaml)
		if err != nil {
			return err
		}
		if i := in.index(key); i >= 0 {
			in.pairs[i].value = v
			return nil
		}
		in.pairs = append(in.pairs, pair{&value{kind: source.String, text: key}, v})
		return nil
	}
}

// changePair is the step that gives a pair another key, and another value unless yaml is "".
func changePair(m *source.Node, key, to, yaml string) step {
	return func(root *value) error {
		in, err := root.at(m)
		if err != nil {
			return err
		}
		i := in.index(key)
		if i < 0 {
			return refusef("%s is not there", key)
		}
		in.pairs[i].key = &value{kind: source.String, text: to}
		if yaml == "" {
			return nil
		}
		in.pairs[i].value, err = written(yaml)
		return err
	}
}

// dropPair is the step that takes a pair out.
func dropPair(m *source.Node, key string) step {
	return func(root *value) error {
		in, err := root.at(m)
		if err != nil {
			return err
		}
		i := in.index(key)
		if i < 0 {
			return refusef("%s is not there", key)
		}
		in.pairs = slices.Delete(in.pairs, i, i+1)
		return nil
	}
}

// setText is the step that gives a scalar another text.
func setText(n *source.Node, text string) step {
	return func(root *value) error {
		v, err := root.at(n)
		if err == nil {
			v.text = text
		}
		return err
	}
}

// setValue is the step that puts another value in a node's place.
func setValue(n *source.Node, with *value) step {
	return func(root *value) error {
		v, err := root.at(n)
		if err == nil {
			*v = *with
		}
		return err
	}
}

// insertBefore is the step that adds an item to the list that holds a node.
func insertBefore(n *source.Node, yaml string) step {
	return func(root *value) error {
		v, err := root.at(n)
		if err != nil {
			return err
		}
		added, err := written(yaml)
		if err != nil {
			return err
		}
		if list := root.listWith(v); list != nil {
			list.items = slices.Insert(list.items, slices.Index(list.items, v), added)
			return nil
		}
		return refusef("it is in no list")
	}
}

func (v *value) listWith(item *value) *value {
	if slices.Contains(v.items, item) {
		return v
	}
	for _, i := range v.items {
		if l := i.listWith(item); l != nil {
			return l
		}
	}
	for _, p := range v.pairs {
		if l := p.value.listWith(item); l != nil {
			return l
		}
	}
	return nil
}
