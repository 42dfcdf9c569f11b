package settings

import (
	"fmt"
	"path"
	"strings"
)

// matchAny matches as .gitignore users expect: "**" spans directories, a pattern without a slash matches a name at any
// depth, and a pattern that names a directory covers all below it.
func matchAny(globs []string, file string) bool {
	for _, g := range globs {
		g = strings.TrimSuffix(strings.TrimPrefix(g, "./"), "/")
		if !strings.Contains(g, "/") {
			g = "**/" + g
		}
		if match(strings.Split(g, "/"), strings.Split(file, "/")) {
			return true
		}
	}
	return false
}

// match compares by segment; a glob that ends early covers the directory's content.
func match(glob, segments []string) bool {
	if len(glob) == 0 {
		return true
	}
	if glob[0] == "**" {
		for i := 0; i <= len(segments); i++ {
			if match(glob[1:], segments[i:]) {
				return len(glob) > 1 || i < len(segments)
			}
		}
		return false
	}
	if len(segments) == 0 {
		return false
	}
	ok, err := path.Match(glob[0], segments[0])
	return err == nil && ok && match(glob[1:], segments[1:])
}

func checkGlobs(globs []string) error {
	for _, g := range globs {
		if g == "" {
			return fmt.Errorf("a glob is empty")
		}
		if _, err := path.Match(g, ""); err != nil {
			return fmt.Errorf("glob %q: %w", g, err)
		}
	}
	return nil
}
