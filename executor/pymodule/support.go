package pymodule

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// support gathers what a module imports of ansible.module_utils and of collections, and what that imports in turn.
type support struct {
	lib   *Library
	core  string
	of    string            // the module, for messages
	utils []string          // directories of module_utils, the strongest first
	files map[string]string // by their name in the archive
	done  map[string]bool   // by dotted name
	queue []wanted
}

// wanted is a name that is to be found.
type wanted struct {
	parts []string
	// attribute tells that the last part may be something within the module before it.
	attribute bool
	// optional tells that it may be missing.
	optional bool
	// invented tells that a package of that name is made where there is none: something below it leads elsewhere.
	invented bool
}

// found is a part of a Python package.
type found struct {
	parts   []string
	source  string
	pkg     bool
	invents bool // its packages may not be there
}

// extends lets an ansible that is installed on the target add to the packages that are sent.
const extends = "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"

// gather finds all that a module with a certain dotted name needs.
func (l *Library) gather(core, name, fqn, source string) (map[string]string, error) {
	version, author := released(core)
	s := &support{lib: l, core: core, of: name, utils: slices.Concat(l.below("module_utils"), l.opts.Utils, []string{filepath.Join(core, "module_utils")}),
		files: map[string]string{
			"ansible/__init__.py":              fmt.Sprintf("%s__version__ = %q\n__author__ = %q\n", extends, version, author),
			"ansible/module_utils/__init__.py": extends,
		},
		done: map[string]bool{"ansible": true, "ansible.module_utils": true}}
	s.imports(fqn, false, source)
	s.queue = append(s.queue, wanted{parts: strings.Split("ansible.module_utils.basic", ".")}) // it takes the arguments, whoever uses it
	for len(s.queue) > 0 {
		w := s.queue[0]
		s.queue = s.queue[1:]
		if s.done[strings.Join(w.parts, ".")] {
			continue
		}
		if err := s.take(w); err != nil {
			return nil, err
		}
	}
	return s.files, nil
}

// take finds one name, and asks for what it needs.
func (s *support) take(w wanted) error {
	f, err := s.locate(w)
	switch {
	case err != nil && w.optional:
		return nil
	case err != nil:
		return err
	case f == nil && w.optional:
		return nil
	case f == nil:
		return fmt.Errorf("Could not find imported module support code for %s. Looked for %s", s.of, strings.Join(w.candidates(), " or "))
	}
	dotted := strings.Join(f.parts, ".")
	if s.done[dotted] {
		return nil
	}
	s.done[dotted] = true
	file := path.Join(f.parts...) + ".py"
	if f.pkg {
		file = path.Join(append(slices.Clone(f.parts), "__init__.py")...)
	}
	s.files[file] = f.source
	s.imports(dotted, f.pkg, f.source)
	for n := 1; n < len(f.parts); n++ {
		s.queue = append(s.queue, wanted{parts: f.parts[:n], optional: w.optional, invented: f.invents})
	}
	return nil
}

// candidates are the dotted names that may be meant.
func (w wanted) candidates() []string {
	var out []string
	for _, parts := range w.names() {
		out = append(out, strings.Join(parts, "."))
	}
	return out
}

// names are the names that may be meant: itself, and what it may be an attribute of.
func (w wanted) names() [][]string {
	if w.attribute && len(below(w.parts)) > 1 {
		return [][]string{w.parts, w.parts[:len(w.parts)-1]}
	}
	return [][]string{w.parts}
}

// below are the parts of a name after module_utils.
func below(parts []string) []string {
	switch {
	case parts[0] == "ansible" && len(parts) > 2:
		return parts[2:]
	case parts[0] == "ansible_collections" && len(parts) > 5:
		return parts[5:]
	}
	return nil
}

// locate finds a name among those of Ansible, or of a collection.
func (s *support) locate(w wanted) (*found, error) {
	inCollection := w.parts[0] == "ansible_collections"
	if !inCollection && len(w.parts) > 2 && w.parts[2] == "six" { // which makes its modules when it runs
		w = wanted{parts: w.parts[:3], optional: w.optional}
	}
	for _, parts := range w.names() {
		looks := []func([]string) (*found, error){s.file, s.redirect}
		if inCollection {
			slices.Reverse(looks)
		}
		for _, look := range looks {
			if f, err := look(parts); f != nil || err != nil {
				return f, err
			}
		}
	}
	if w.invented {
		return &found{parts: w.parts, pkg: true}, nil
	}
	return nil, nil
}

// file finds a name as a file.
func (s *support) file(parts []string) (*found, error) {
	var dirs []string
	if parts[0] == "ansible_collections" {
		if len(parts) < 6 { // the packages above module_utils are empty
			return &found{parts: parts, pkg: true}, nil
		}
		dir := s.lib.collectionDir(parts[1] + "." + parts[2])
		if dir == "" {
			return nil, nil
		}
		dirs = []string{filepath.Join(dir, filepath.Join(parts[3:len(parts)-1]...))}
	} else {
		for _, dir := range s.utils {
			dirs = append(dirs, filepath.Join(dir, filepath.Join(parts[2:len(parts)-1]...)))
		}
	}
	last := parts[len(parts)-1]
	for _, dir := range dirs {
		for _, name := range []string{filepath.Join(last, "__init__.py"), last + ".py"} {
			source, err := os.ReadFile(filepath.Join(dir, name))
			if err == nil {
				return &found{parts: parts, source: string(source), pkg: name != last+".py"}, nil
			}
			if parts[0] == "ansible_collections" && isDir(filepath.Join(dir, last)) { // which needs no __init__.py there
				return &found{parts: parts, pkg: true}, nil
			}
		}
	}
	return nil, nil
}

// redirect finds a name that leads to another. It becomes a module that hands itself over to the other one.
func (s *support) redirect(parts []string) (*found, error) {
	rest := strings.Join(below(parts), ".")
	if rest == "" {
		return nil, nil
	}
	collection, dir := "ansible.builtin", s.core
	if parts[0] == "ansible_collections" {
		collection = parts[1] + "." + parts[2]
		if dir = s.lib.collectionDir(collection); dir == "" {
			return nil, fmt.Errorf("%s imports from the collection %s, which is not installed", s.of, collection)
		}
	}
	routes, err := s.lib.routesOf(collection, dir)
	if err != nil {
		return nil, err
	}
	route := routes.Plugins.Utils[rest]
	from := strings.Join(parts, ".")
	if route.Tombstone != nil {
		return nil, fmt.Errorf("%s imports %s, which has been removed. %s", s.of, from, route.Tombstone.Text)
	}
	if route.Redirect == "" {
		return nil, nil
	}
	to := route.Redirect
	if !strings.HasPrefix(to, "ansible_collections.") {
		collection, rest := splitName(to)
		to = "ansible_collections." + collection + ".plugins.module_utils." + rest
	}
	source := fmt.Sprintf("import sys\nimport %s as other\nsys.modules[%q] = other\n", to, from)
	return &found{parts: parts, source: source, pkg: true, invents: true}, nil
}

// imports asks for what a part imports of module_utils.
func (s *support) imports(fqn string, pkg bool, source string) {
	for _, i := range importsOf(source) {
		parts := i.absolute(fqn, pkg)
		if i.name == "_six" || !supported(parts, i.name == "") {
			continue
		}
		if i.name != "" {
			parts = append(slices.Clone(parts), i.name)
		}
		if !s.done[strings.Join(parts, ".")] {
			s.queue = append(s.queue, wanted{parts: parts, attribute: true, optional: i.nested})
		}
	}
}

// absolute is the module of an import that stands in another module.
func (i importing) absolute(fqn string, pkg bool) []string {
	var parts []string
	if i.level > 0 {
		up := i.level
		if pkg {
			up--
		}
		parts = strings.Split(fqn, ".")
		parts = slices.Clone(parts[:max(len(parts)-up, 0)])
	}
	if i.module != "" {
		parts = append(parts, strings.Split(i.module, ".")...)
	}
	return parts
}

// supported tells whether a module is one of those that are sent along.
func supported(parts []string, plain bool) bool {
	switch {
	case len(parts) < 2:
		return false
	case parts[0] == "ansible":
		return parts[1] == "module_utils" && (len(parts) > 2 || !plain)
	case parts[0] == "ansible_collections":
		at := slices.Index(parts, "module_utils")
		return plain || at > 0 && parts[at-1] == "plugins"
	}
	return false
}
