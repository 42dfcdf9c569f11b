package launch

import (
	"slices"

	"pylint-deploy/executor/pymodule"
	"pylint-deploy/executor/strategy"
)

// library finds modules that are programs of their own.
func (s *Session) library() *pymodule.Library {
	if s.foreign == nil {
		var dirs []string
		for _, b := range s.Books {
			if !slices.Contains(dirs, b.Dir) {
				dirs = append(dirs, b.Dir)
			}
		}
		s.foreign = pymodule.New(pymodule.Options{Getenv: s.opts.Getenv, Dirs: dirs, Modules: s.paths("DEFAULT_MODULE_PATH"),
			Utils: s.paths("DEFAULT_MODULE_UTILS_PATH"), Collections: s.paths("COLLECTIONS_PATHS")})
	}
	return s.foreign
}

func (s *Session) outside() strategy.Outside {
	return strategy.Outside{Library: s.library, Run: s.opts.PythonModules}
}
