// Package pyyaml writes YAML as PyYAML's safe dumper does over libyaml, the form in which Debian and the wheels of PyPI ship it.
//
// to_nice_yaml renders configuration files that are compared with what is on disk: another quote or another line
// break is a change reported on every host. So styles, folding, sorting and anchors are libyaml's, byte for byte.
package pyyaml

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strings"

	"pylint-deploy/parser/jinja/value"
)

// Flow tells which collections are written in flow style ([a, b]).
type Flow uint8

const (
	// FlowLeaves is default_flow_style=None: collections of scalars only.
	FlowLeaves Flow = iota
	// FlowNever is default_flow_style=False.
	FlowNever
	// FlowAlways is default_flow_style=True.
	FlowAlways
)

// Options are the keyword arguments of yaml.dump. Zero Indent and Width mean PyYAML's defaults, 2 and 80.
type Options struct {
	Indent, Width              int
	Flow                       Flow
	Style                      string // default_style: "", "'", `"` or "|"
	ExplicitStart, ExplicitEnd bool
	Unsorted                   bool // sort_keys=False
	LineBreak                  string
	// Timestamp gives the text of a date or time; ok is false for any other value.
	Timestamp func(v value.Value) (text string, ok bool)
	// Block gives the text of a string that is written as a block ("|"); nil writes none so.
	Block func(text string) (block string, ok bool)
}

const maxDepth = 400

// Dump is yaml.dump(v, Dumper=SafeDumper, allow_unicode=True).
func Dump(v value.Value, o Options) (string, error) {
	r := &representer{opts: o, seen: map[any]*node{}}
	root, err := r.node(v, 0)
	if err != nil {
		return "", err
	}
	r.nameAnchors(root)
	e := newEmitter(o)
	if o.ExplicitStart {
		e.indicator("---", true, false, false)
	}
	e.node(root, context{})
	e.writeIndent()
	if o.ExplicitEnd || e.openEnded {
		e.indicator("...", true, false, false)
		e.writeIndent()
	}
	return e.out.String(), nil
}

// node is a value as YAML sees it.
type node struct {
	tag    string // written tag, or ""
	text   string // of a scalar
	style  byte   // of a scalar: 0 any, '\'', '"', '|'
	quoted bool   // the plain form would be read as something else
	kind   kind
	flow   bool
	items  []*node // of a sequence; of a mapping keys and values in turn
	anchor string
	uses   int
	shown  bool
}

type kind uint8

const (
	scalar kind = iota
	sequence
	mapping
)

type representer struct {
	opts Options
	seen map[any]*node // by identity of lists and dicts
}

func (r *representer) node(v value.Value, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, value.Errorf(value.RecursionError, "maximum recursion depth exceeded while writing YAML")
	}
	v, err := value.Force(v)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case *value.List:
		return r.collection(v, sequence, depth, func(n *node) error { return r.items(n, v.Items, depth) })
	case value.Tuple:
		n := &node{kind: sequence, uses: 1}
		err := r.items(n, v, depth)
		n.flow = r.flow(n)
		return n, err
	case *value.Dict:
		return r.collection(v, mapping, depth, func(n *node) error { return r.entries(n, v, depth) })
	case *value.Set:
		return r.set(v, depth)
	case *value.Undefined:
		return nil, v.Err()
	}
	return r.scalar(v)
}

// collection makes the node of a list or dict once, so that a second use becomes an alias.
func (r *representer) collection(id any, k kind, _ int, fill func(*node) error) (*node, error) {
	if n := r.seen[id]; n != nil {
		n.uses++
		return n, nil
	}
	n := &node{kind: k, uses: 1}
	r.seen[id] = n
	if err := fill(n); err != nil {
		return nil, err
	}
	n.flow = r.flow(n)
	return n, nil
}

func (r *representer) flow(n *node) bool {
	if r.opts.Flow != FlowLeaves {
		return r.opts.Flow == FlowAlways
	}
	return !slices.ContainsFunc(n.items, func(item *node) bool { return item.kind != scalar || item.style != 0 })
}

func (r *representer) items(n *node, items []value.Value, depth int) error {
	for _, item := range items {
		child, err := r.node(item, depth+1)
		if err != nil {
			return err
		}
		n.items = append(n.items, child)
	}
	return nil
}

func (r *representer) entries(n *node, d *value.Dict, depth int) error {
	var keys []value.Value
	for k := range d.All() {
		keys = append(keys, k)
	}
	if !r.opts.Unsorted {
		keys = sorted(keys)
	}
	for _, k := range keys {
		v, _ := d.Get(k)
		if err := r.items(n, []value.Value{k, v}, depth); err != nil {
			return err
		}
	}
	return nil
}

// sorted sorts keys, or leaves them alone where Python cannot compare them.
func sorted(keys []value.Value) []value.Value {
	out, failed := slices.Clone(keys), false
	slices.SortStableFunc(out, func(a, b value.Value) int {
		less, err := value.Less(a, b)
		failed = failed || err != nil
		if less {
			return -1
		}
		if more, _ := value.Less(b, a); more {
			return 1
		}
		return 0
	})
	if failed {
		return keys
	}
	return out
}

func (r *representer) set(s *value.Set, depth int) (*node, error) {
	items, err := value.ToSlice(s)
	if err != nil {
		return nil, err
	}
	n := &node{kind: mapping, tag: "!!set", uses: 1}
	for _, item := range sorted(items) {
		if err := r.items(n, []value.Value{item, value.None}, depth); err != nil {
			return nil, err
		}
	}
	n.flow = r.flow(n)
	return n, nil
}

func (r *representer) scalar(v value.Value) (*node, error) {
	n := &node{}
	switch v := v.(type) {
	case value.Str:
		if block, ok := r.block(string(v)); ok {
			return &node{text: block, style: '|'}, nil
		}
		n.text, n.quoted = string(v), plainMeansOther(string(v))
	case value.Template:
		n.text, n.quoted = v.Text, plainMeansOther(v.Text)
	case value.NoneType:
		n.text = "null"
	case value.Bool:
		n.text = map[value.Bool]string{true: "true", false: "false"}[v]
	case value.Float:
		n.text = floatText(v)
	case value.Int, *value.BigInt:
		n.text, _ = value.Repr(v)
	case value.Bytes:
		n.tag, n.style, n.text = "!!binary", '|', binaryText(v)
		return n, nil
	default:
		return r.foreign(v)
	}
	if r.opts.Style != "" {
		n.style = r.opts.Style[0]
		if _, text := v.(value.Str); !text {
			n.tag = "!"
		}
	}
	return n, nil
}

func (r *representer) block(text string) (string, bool) {
	if r.opts.Block == nil {
		return "", false
	}
	return r.opts.Block(text)
}

func (r *representer) foreign(v value.Value) (*node, error) {
	if r.opts.Timestamp != nil {
		if text, ok := r.opts.Timestamp(v); ok {
			return &node{text: text}, nil
		}
	}
	return nil, value.Errorf(value.TypeError, "cannot write an object of type %s as YAML", v.TypeName())
}

func floatText(f value.Float) string {
	switch x := float64(f); {
	case math.IsNaN(x):
		return ".nan"
	case math.IsInf(x, 1):
		return ".inf"
	case math.IsInf(x, -1):
		return "-.inf"
	}
	text, _ := value.Repr(f)
	if !strings.Contains(text, ".") {
		text = strings.Replace(text, "e", ".0e", 1)
	}
	return text
}

// binaryText is base64 in lines of 76 characters, each ended, as base64.encodebytes.
func binaryText(b []byte) string {
	text := base64.StdEncoding.EncodeToString(b)
	var out strings.Builder
	for len(text) > 0 {
		n := min(76, len(text))
		out.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	return out.String()
}

// nameAnchors numbers what is used more than once in the order in which it is met.
func (r *representer) nameAnchors(root *node) {
	next := 0
	seen := map[*node]bool{}
	var walk func(n *node)
	walk = func(n *node) {
		if n.kind == scalar || seen[n] {
			return
		}
		seen[n] = true
		if n.uses > 1 {
			next++
			n.anchor = fmt.Sprintf("id%03d", next)
		}
		for _, item := range n.items {
			walk(item)
		}
	}
	walk(root)
}
