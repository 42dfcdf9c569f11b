package launch

import (
	"path/filepath"
	"slices"

	"pylint-deploy/executor/pymodule"
	"pylint-deploy/executor/strategy"
	"pylint-deploy/parser/playbook"
)

// library finds modules that are programs of their own.
func (s *Session) library() *pymodule.Library {
	if s.foreign == nil {
		var dirs []string
		for _, b := range s.Books {
			dirs = playbookDirs(b.Parsed, dirs)
		}
		s.foreign = pymodule.New(pymodule.Options{Getenv: s.opts.Getenv, Dirs: dirs, Modules: s.modulePath(),
			Utils: directories(s.Config, "DEFAULT_MODULE_UTILS_PATH", "plugins/module_utils", "/usr/share/ansible/plugins/module_utils"), Collections: CollectionPaths(s.Config)})
	}
	return s.foreign
}

// playbookDirs are the directories of a playbook and of those that it imports.
func playbookDirs(b *playbook.Playbook, dirs []string) []string {
	if dir := filepath.Dir(b.Path); !slices.Contains(dirs, dir) {
		dirs = append(dirs, dir)
	}
	for _, p := range b.Plays {
		if p.Import != nil && p.Import.Playbook != nil {
			dirs = playbookDirs(p.Import.Playbook, dirs)
		}
	}
	return dirs
}

// modulePath are the directories of modules: those of the command line, then those of the settings.
func (s *Session) modulePath() []string {
	var out []string
	for _, list := range s.opts.ModulePath {
		out = append(out, filepath.SplitList(list)...)
	}
	return append(out, directories(s.Config, "DEFAULT_MODULE_PATH", "plugins/modules", "/usr/share/ansible/plugins/modules")...)
}

func (s *Session) outside() strategy.Outside {
	return strategy.Outside{Library: s.library, Run: s.opts.PythonModules}
}
