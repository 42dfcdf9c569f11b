package verify

import (
	"path"
	"slices"
	"strings"
)

// noise is what differs between two undisturbed runs: what it is compared for shrinks to whether it is there, and where even the
// name differs (a serial number, an account's id), the directory's entries are not compared, but for those that both runs have.
type noise struct {
	content  itemSet
	dirs     itemSet // directories by path
	one, two State
}

func noiseOf(one, two State) *noise {
	n := &noise{content: itemSet{}, dirs: itemSet{}, one: one, two: two}
	for _, d := range Diff(one, two) {
		kind, name := split(d.Item)
		if (d.Before == "" || d.After == "") && (kind == "file" || kind == "dir" || kind == "link") {
			n.dirs[itemKey{d.Host, path.Dir(name)}] = true
			continue
		}
		n.content[d.key()] = true
	}
	return n
}

// is tells that a difference says nothing.
func (n *noise) is(d Difference) bool {
	if n == nil {
		return false
	}
	if n.content[d.key()] && d.Before != "" && d.After != "" {
		return true
	}
	kind, name := split(d.Item)
	if kind != "file" && kind != "dir" && kind != "link" {
		return n.content[d.key()]
	}
	if n.one[d.Host][d.Item] != "" && n.two[d.Host][d.Item] != "" {
		return false
	}
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		if n.dirs[itemKey{d.Host, dir}] {
			return true
		}
		if dir == "/" || dir == "." {
			return false
		}
	}
}

func (n *noise) without(list []Difference) []Difference {
	return slices.DeleteFunc(slices.Clone(list), n.is)
}

// list is the noise for the report.
func (n *noise) list() []string {
	out := []string{}
	for k := range n.content {
		out = append(out, k.item)
	}
	for k := range n.dirs {
		out = append(out, "what else is in "+strings.TrimSuffix(k.item, "/")+"/")
	}
	slices.Sort(out)
	return slices.Compact(out)
}
