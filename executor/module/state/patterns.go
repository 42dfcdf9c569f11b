package state

import (
	"fmt"
	"regexp"
	"strings"
)

// patterns say which items are left out. "/var/log" is a file or directory with all that is in it; "*" stands for anything
// within a name, "**" for anything; a pattern that does not begin with "/" is "kind name" and is held against whole items,
// such as "service apt-daily*" or "listen udp*".
type patterns struct{ paths, items *regexp.Regexp }

func compile(list []string) (patterns, error) {
	var paths, items []string
	for _, p := range list {
		expr := expression(p)
		if strings.HasPrefix(p, "/") || strings.HasPrefix(p, "**/") {
			paths = append(paths, expr+"(?:/.*)?")
		} else {
			items = append(items, expr)
		}
	}
	var out patterns
	var err error
	for _, half := range []struct {
		to   **regexp.Regexp
		list []string
	}{{&out.paths, paths}, {&out.items, items}} {
		if len(half.list) == 0 {
			continue
		}
		if *half.to, err = regexp.Compile(`^(?s:` + strings.Join(half.list, "|") + `)$`); err != nil {
			return out, fmt.Errorf("pattern of what to leave out: %w", err)
		}
	}
	return out, nil
}

// expression is the regular expression of a pattern.
func expression(p string) string {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		switch {
		case strings.HasPrefix(p[i:], "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(p[i:], "**"):
			b.WriteString(".*")
			i++
		case p[i] == '*':
			b.WriteString("[^/]*")
		case p[i] == '?':
			b.WriteString("[^/]")
		default:
			b.WriteString(regexp.QuoteMeta(p[i : i+1]))
		}
	}
	return b.String()
}

func (p patterns) path(path string) bool { return p.paths != nil && p.paths.MatchString(path) }

func (p patterns) item(kind, name string) bool {
	return p.items != nil && p.items.MatchString(kind+" "+name)
}
