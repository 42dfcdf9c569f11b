package source

import (
	"slices"
	"strings"
)

func (b *builder) addComment(start int) { b.comments = append(b.comments, int32(start)) }

// findComments finds where every comment starts: a "#" after white space, outside all scalars. yaml.v3 ties comments to nodes and
// loses their places; here they belong to lines, as `# noqa` does.
func (b *builder) findComments() []int32 {
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
	slices.Sort(b.comments)
	return slices.Clip(b.comments)
}

// Comments are the file's comments, in order.
func (f *File) Comments() []Comment { return f.CommentsWith("") }

// CommentsWith are the comments in which a word stands, in capitals or not.
func (f *File) CommentsWith(word string) []Comment {
	var out []Comment
	var t *text
	src := strings.TrimPrefix(f.Text, byteOrderMark)
	for _, start := range f.comments {
		line, _, _ := strings.Cut(src[start:], "\n")
		if !strings.Contains(strings.ToLower(line), word) {
			continue
		}
		if t == nil {
			t = newText(f.Path, src)
		}
		out = append(out, Comment{Pos: t.at(int(start)), Text: src[start:t.lineEnd(int(start))]})
	}
	return out
}
