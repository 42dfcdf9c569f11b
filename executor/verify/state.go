package verify

import (
	"cmp"
	"slices"
	"strings"
)

// State is what targets are like: by host, each item ("file /etc/hosts", "service nginx.service") and what it is.
type State map[string]map[string]string

// Difference is an item that differs between two states. An empty side is one where the item is not there.
type Difference struct {
	Host   string `json:"host"`
	Item   string `json:"item"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

func (d Difference) key() itemKey { return itemKey{d.Host, d.Item} }

// String is one line for people.
func (d Difference) String() string {
	switch {
	case d.Before == "":
		return d.Item + ": is there, " + d.After
	case d.After == "":
		return d.Item + ": is missing"
	}
	return d.Item + ": " + d.After + ", not " + d.Before
}

type itemKey struct{ host, item string }

type itemSet map[itemKey]bool

// Diff lists what differs, by host and item.
func Diff(before, after State) []Difference {
	var out []Difference
	for host, items := range after {
		old := before[host]
		for item, line := range items {
			if old[item] != line {
				out = append(out, Difference{host, item, old[item], line})
			}
		}
	}
	for host, items := range before {
		now := after[host]
		for item, line := range items {
			if _, ok := now[item]; !ok {
				out = append(out, Difference{host, item, line, ""})
			}
		}
	}
	slices.SortFunc(out, func(a, b Difference) int { return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Item, b.Item)) })
	return out
}

// kind and name of an item.
func split(item string) (kind, name string) {
	kind, name, _ = strings.Cut(item, " ")
	return kind, name
}
