package launch

import (
	"errors"
	"io/fs"
	"os"

	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/parser/playbook"
)

// loader reads what plays bring in by name, and refuses files with errors in them.
type loader struct{ *playbook.Loader }

// Tasks implements plan.Loader.
func (l loader) Tasks(path string, role *playbook.Role, handlers bool) (*playbook.TaskFile, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := l.Loader.Tasks(path, role, handlers)
	if err != nil {
		return nil, err
	}
	return f, f.Err()
}

// Playbook reads a playbook that an import names by a template.
func (l loader) Playbook(path string) (*playbook.Playbook, error) {
	before := len(l.Problems())
	book, err := l.Loader.Playbook(path)
	if err != nil {
		return nil, err
	}
	var bad Problems
	for i, p := range l.Problems() {
		if i >= before && !p.Warning {
			bad = append(bad, p)
		}
	}
	if len(bad) > 0 {
		return nil, bad
	}
	return book, nil
}

// Role implements plan.Loader.
func (l loader) Role(name, near string, from plan.From) (*playbook.Role, error) {
	return l.Loader.Role(name, near, playbook.From{Tasks: from.Tasks, Vars: from.Vars, Defaults: from.Defaults, Handlers: from.Handlers})
}
