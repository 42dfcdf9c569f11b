package source

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	// maxAliased bounds the nodes that aliases may stand for in one file, so that a few lines cannot mean gigabytes.
	maxAliased = 1_000_000
	// maxDepth bounds nesting: no human writes deeper, and recursion must end.
	maxDepth = 1000
)

// builder makes our nodes from those of one file as yaml.v3 parsed it.
type builder struct {
	*text
	standIn  string // for escaped slashes, "" without any
	anchors  map[*yaml.Node]*anchor
	depth    int
	nodes    int // made so far, those that aliases stand for included
	extents  []extent
	comments []int32
	warnings []Warning
}

// anchor is a node with a name. While open, its content is still being read.
type anchor struct {
	node *Node
	size int
	open bool
}

// document makes the tree of one document.
func (b *builder) document(y *yaml.Node) (*Node, error) {
	b.anchors = map[*yaml.Node]*anchor{}
	return b.node(y.Content[0])
}

func (b *builder) node(y *yaml.Node) (*Node, error) {
	if b.depth++; b.depth > maxDepth {
		return nil, &Error{Pos: b.posOf(y), Why: "nested too deeply"}
	}
	defer func() { b.depth-- }()
	if y.Kind == yaml.AliasNode {
		return b.alias(y)
	}
	b.nodes++
	before := b.nodes
	a := &anchor{open: true}
	if y.Anchor != "" {
		b.anchors[y] = a
	}
	start := b.skipProperties(b.offset(y.Line, y.Column), y)
	n := &Node{Pos: b.at(start)}
	n.setEnd(n.Pos)
	var err error
	switch y.Kind {
	case yaml.SequenceNode:
		err = b.sequence(n, y, start)
	case yaml.MappingNode:
		err = b.mapping(n, y, start)
	default:
		err = b.scalar(n, y, start)
	}
	a.node, a.size, a.open = n, b.nodes-before+1, false
	return n, err
}

func (b *builder) alias(y *yaml.Node) (*Node, error) {
	a := b.anchors[y.Alias]
	if a == nil || a.open {
		return nil, &Error{Pos: b.posOf(y), Why: "the alias *" + y.Value + " stands inside what it refers to"}
	}
	if b.nodes += a.size; b.nodes > maxAliased {
		return nil, &Error{Pos: b.posOf(y), Why: "aliases make this file stand for more than " + strconv.Itoa(maxAliased) + " values"}
	}
	start := b.offset(y.Line, y.Column)
	b.extents = append(b.extents, extent{start, start + 1 + len(y.Value)})
	return a.node, nil
}

func (b *builder) sequence(n *Node, y *yaml.Node, start int) error {
	n.Kind = Sequence
	n.Items = make([]*Node, 0, len(y.Content))
	for _, child := range y.Content {
		item, err := b.node(child)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
	n.setEnd(b.collectionEnd(y, start, ']'))
	return b.resolveCollection(n, y)
}

func (b *builder) mapping(n *Node, y *yaml.Node, start int) error {
	n.Kind = Mapping
	pairs := make([]Pair, 0, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, err := b.node(y.Content[i])
		if err != nil {
			return err
		}
		val, err := b.node(y.Content[i+1])
		if err != nil {
			return err
		}
		pairs = append(pairs, Pair{Key: key, Value: val})
	}
	n.setEnd(b.collectionEnd(y, start, '}'))
	if err := b.resolveCollection(n, y); err != nil {
		return err
	}
	return b.finishMapping(n, pairs)
}

// collectionEnd is just past the closing bracket, or past the last thing that was read.
func (b *builder) collectionEnd(y *yaml.Node, start int, closing byte) Pos {
	last := start
	if len(b.extents) > 0 {
		last = max(last, b.extents[len(b.extents)-1].end)
	}
	if y.Style&yaml.FlowStyle == 0 {
		return b.at(last)
	}
	for i := max(last, start+1); i < len(b.src); i++ {
		switch {
		case b.src[i] == '#' && isSpace(b.src[i-1]):
			i = b.lineEnd(i)
		case b.src[i] == closing:
			b.extents = append(b.extents, extent{i, i + 1})
			return b.at(i + 1)
		}
	}
	return b.at(last)
}

// styleOf reads yaml.v3's bits.
func styleOf(y *yaml.Node) Style {
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0:
		return DoubleQuoted
	case y.Style&yaml.SingleQuotedStyle != 0:
		return SingleQuoted
	case y.Style&yaml.LiteralStyle != 0:
		return Literal
	case y.Style&yaml.FoldedStyle != 0:
		return Folded
	}
	return Plain
}

// explicitTag is the tag as "!name" or "!!name" where the author wrote one.
func explicitTag(y *yaml.Node) string {
	if y.Style&yaml.TaggedStyle == 0 {
		return ""
	}
	return y.Tag
}

// scalar fills in a scalar: its text, where that stands, and its type.
func (b *builder) scalar(n *Node, y *yaml.Node, start int) error {
	n.Style = styleOf(y)
	n.Text = showSlashes(y.Value, b.standIn, n.Style)
	end, lines, comment := b.extent(n, start)
	n.Text = within(b.src[start:end], n.Text)
	n.setStarts(lines)
	n.setEnd(b.at(end))
	b.extents = append(b.extents, extent{start, end})
	if comment >= 0 {
		b.addComment(comment)
	}
	return resolve(n, explicitTag(y))
}

// within is text as a part of src, where it stands there as it is: the file's text is kept anyway.
func within(src, text string) string {
	if i := strings.Index(src, text); i >= 0 {
		return src[i : i+len(text)]
	}
	return text
}

// resolve gives a scalar its type.
func resolve(n *Node, tag string) error {
	why := ""
	switch tag {
	case "":
		if n.Style == Plain {
			why = n.resolvePlain()
		} else {
			n.Kind = String
		}
	case "!vault", "!vault-encrypted":
		n.Kind, n.own().tag = String, "!vault"
	case "!unsafe":
		n.Kind, n.own().tag = String, tag
	default:
		set := scalarTags[tag]
		switch {
		case set == nil:
			return unknownTag(n, tag)
		case n.Text == "" && !emptyTags[tag]:
			why = "the tag " + tag + " needs a value"
		default:
			why = set(n)
		}
	}
	if why != "" {
		return &Error{Pos: n.Pos, Why: why}
	}
	return nil
}

// emptyTags are the tags that an empty scalar can have.
var emptyTags = map[string]bool{"!!str": true, "!!null": true, "!!binary": true, "!!python/unicode": true}

// collectionTags are the tags that sequences and mappings may have, and which of them a Node keeps.
var collectionTags = map[Kind]map[string]string{
	Sequence: {"": "", "!!seq": "", "!!python/list": "", "!unsafe": "!unsafe", "!!omap": "!!omap", "!!pairs": "!!pairs"},
	Mapping:  {"": "", "!!map": "", "!!python/dict": "", "!unsafe": "!unsafe", "!!set": "!!set"},
}

func (b *builder) resolveCollection(n *Node, y *yaml.Node) error {
	kept, ok := collectionTags[n.Kind][explicitTag(y)]
	if !ok {
		return unknownTag(n, y.Tag)
	}
	if kept != "" {
		n.own().tag = kept
	}
	return nil
}

func unknownTag(n *Node, tag string) error {
	return &Error{Pos: n.Pos, Why: fmt.Sprintf("the tag %s cannot be used here", strings.TrimSpace(tag)),
		Hint: "Ansible knows !vault and !unsafe; quote a value that starts with !"}
}
