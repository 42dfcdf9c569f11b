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

// Role implements plan.Loader.
func (l loader) Role(name, near string, from plan.From) (*playbook.Role, error) {
	return l.Loader.Role(name, near, playbook.From{Tasks: from.Tasks, Vars: from.Vars, Defaults: from.Defaults, Handlers: from.Handlers})
}
