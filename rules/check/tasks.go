package check

import (
	"path/filepath"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules/settings"
)

// Tasks finds the tasks below some paths without judging them: each once, in the first of the places where it runs.
func Tasks(paths []string) ([]*playbook.Visit, error) {
	c, err := read(paths, &settings.Settings{}, Options{})
	if err != nil {
		return nil, err
	}
	var out []*playbook.Visit
	seen := map[source.Pos]bool{}
	for p := range c.builder.Plays() {
		for _, t := range p.All {
			pos := t.Visit.Task.Pos
			if !seen[pos] && (c.wanted == nil || c.wanted[filepath.Clean(pos.File)]) {
				seen[pos] = true
				out = append(out, t.Visit)
			}
		}
	}
	return out, nil
}
