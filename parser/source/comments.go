package source

import (
	"slices"
	"sort"
)

func (b *builder) addComment(start int) {
	b.comments = append(b.comments, Comment{Pos: b.at(start), Text: b.src[start:b.lineEnd(start)]})
}

// findComments finds every comment: a "#" after white space, outside all scalars. yaml.v3 ties comments to nodes and
// loses their places; here they belong to lines, as `# noqa` does.
func (b *builder) findComments() []Comment {
	slices.SortFunc(b.extents, func(x, y extent) int { return x.start - y.start })
	from := 0
	for _, e := range append(b.extents, extent{len(b.src), len(b.src)}) {
		for i := from; i < e.start; i++ {
			if b.src[i] == '#' && (i == 0 || isSpace(b.src[i-1]) || i == from) {
				b.addComment(i)
				i = b.lineEnd(i)
			}
		}
		from = max(from, e.end)
	}
	sort.SliceStable(b.comments, func(i, j int) bool {
		x, y := b.comments[i].Pos, b.comments[j].Pos
		return x.Line < y.Line || x.Line == y.Line && x.Column < y.Column
	})
	return b.comments
}
