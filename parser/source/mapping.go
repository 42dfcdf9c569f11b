package source

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// finishMapping applies merge keys and drops earlier duplicates, in the order PyYAML's dicts have: merged entries
// first, each key where it came first, with the value that came last.
func (b *builder) finishMapping(n *Node, written []Pair) error {
	merged, own, err := b.splitMerges(written)
	if err != nil {
		return err
	}
	n.Pairs = make([]Pair, 0, len(merged)+len(own))
	m := mappingBuilder{node: n}
	for _, pair := range merged {
		pair.Merged = true
		m.put(keyText(pair.Key), pair)
	}
	for _, pair := range own {
		if !pair.Key.IsScalar() {
			return unhashable(pair.Key)
		}
		if old := m.put(keyText(pair.Key), pair); old != nil && !old.Merged {
			b.warnings = append(b.warnings, Warning{Pos: pair.Key.Pos, Message: fmt.Sprintf(
				"While constructing a mapping, found a duplicate dict key (%s), first in line %d. Using last defined value only.", pair.Key.Text, old.Key.Pos.Line)})
		}
	}
	return nil
}

func unhashable(key *Node) error {
	e := &Error{Pos: key.Pos, Why: "a list or mapping cannot be a key"}
	if key.Kind == Mapping {
		e.Hint = "quote a value that starts with {{, as in \"{{ name }}\""
	}
	return e
}

// splitMerges takes the "<<" entries out of a mapping as written, and gives the entries that they bring in.
func (b *builder) splitMerges(written []Pair) (merged, own []Pair, err error) {
	own = written
	for i, pair := range written {
		if !isMergeKey(pair.Key) {
			if merged != nil || len(own) != len(written) {
				own = append(own, pair)
			}
			continue
		}
		if len(own) == len(written) {
			own = append([]Pair(nil), written[:i]...)
		}
		switch pair.Value.Kind {
		case Mapping:
			merged = append(merged, pair.Value.Pairs...)
		case Sequence:
			for j := len(pair.Value.Items) - 1; j >= 0; j-- {
				item := pair.Value.Items[j]
				if item.Kind != Mapping {
					return nil, nil, &Error{Pos: item.Pos, Why: "only mappings can be merged with <<"}
				}
				merged = append(merged, item.Pairs...)
			}
		default:
			return nil, nil, &Error{Pos: pair.Value.Pos, Why: "only a mapping, or a list of mappings, can be merged with <<"}
		}
	}
	return merged, own, nil
}

func isMergeKey(key *Node) bool {
	return key.Kind == String && key.Style == Plain && key.Text == "<<" && key.Tag() == ""
}

// linearKeys is up to how many keys a linear search beats a map.
const linearKeys = 12

// mappingBuilder appends entries to a mapping's Pairs and finds those of equal keys.
type mappingBuilder struct {
	node  *Node
	keys  []string
	index map[string]int
}

// put adds an entry, or replaces that of an equal key in its place and returns the old one.
func (b *mappingBuilder) put(key string, pair Pair) *Pair {
	i := b.find(key)
	if i >= 0 {
		old := b.node.Pairs[i]
		if pair.Key.Kind != old.Key.Kind {
			pair.Key = old.Key // as Python, which keeps the first of equal keys
		}
		b.node.Pairs[i] = pair
		return &old
	}
	b.keys = append(b.keys, key)
	b.node.Pairs = append(b.node.Pairs, pair)
	if b.index != nil {
		b.index[key] = len(b.keys) - 1
	}
	return nil
}

func (b *mappingBuilder) find(key string) int {
	if len(b.keys) > linearKeys && b.index == nil {
		b.index = make(map[string]int, 2*len(b.keys))
		for i, k := range b.keys {
			b.index[k] = i
		}
	}
	if b.index != nil {
		if i, ok := b.index[key]; ok {
			return i
		}
		return -1
	}
	for i, k := range b.keys {
		if k == key {
			return i
		}
	}
	return -1
}

// keyText is one text for all keys that Python holds to be equal: 1, 1.0 and true are one key, "1" is another.
func keyText(key *Node) string {
	switch key.Kind {
	case Null:
		return "\x00null"
	case Bool:
		if key.Bool() {
			return "\x001"
		}
		return "\x000"
	case Int:
		if key.Big() != nil {
			return "\x00" + key.Big().String()
		}
		return "\x00" + strconv.FormatInt(key.Int(), 10)
	case Float:
		if f := key.Float(); f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return "\x00" + strconv.FormatInt(int64(f), 10)
		}
		return "\x00" + strconv.FormatFloat(key.Float(), 'g', -1, 64)
	case Timestamp:
		return "\x00time" + key.Time().String()
	case Binary:
		return "\x00bytes" + string(key.Bytes())
	}
	return strings.TrimPrefix(key.Text, "\x00")
}
