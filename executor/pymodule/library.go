// Package pymodule makes one file of a module that is a program of its own, for the target's Python or another interpreter to
// run: the module, and of ansible.module_utils and of collections what it imports. All of that is found on the controller: in
// library/ of playbooks and roles, in collections, and in the ansible-core that is installed. Nothing of it is part of this
// program, and nothing is run here: imports are read from the text.
package pymodule

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"pylint-deploy/parser/catalog"
)

// Options say where to look.
type Options struct {
	Getenv func(string) string
	// Dirs are the directories of playbooks, which may have library/, module_utils/, action_plugins/ and collections/.
	Dirs []string
	// Modules and Utils are further directories of modules and of module_utils; nil is Ansible's default.
	Modules, Utils []string
	// Collections are directories that hold ansible_collections; nil is Ansible's default.
	Collections []string
	// Core is the directory of the Python package ansible; "" is looked for.
	Core string
}

// Library finds modules and packs them. It may be shared.
type Library struct {
	opts Options
	// core is the directory of ansible-core, or why there is none. It is looked for when it is needed first.
	core func() (string, error)

	mu     sync.Mutex
	dirs   []string
	routes map[string]*routing
	packed map[string]*Program
}

// New makes a library. Where there is no ansible-core, only modules that import nothing of it can be packed.
func New(o Options) *Library {
	l := &Library{opts: o, dirs: slices.Clone(o.Dirs), routes: map[string]*routing{}, packed: map[string]*Program{}}
	for folder, list := range map[string]*[]string{"plugins/modules": &l.opts.Modules, "plugins/module_utils": &l.opts.Utils, "collections": &l.opts.Collections} {
		if *list != nil {
			continue
		}
		if home := o.Getenv("HOME"); home != "" {
			*list = append(*list, filepath.Join(home, ".ansible", folder))
		}
		*list = append(*list, filepath.Join("/usr/share/ansible", folder))
	}
	l.core = sync.OnceValues(func() (string, error) {
		if o.Core != "" {
			return o.Core, nil
		}
		return findCore(o.Getenv)
	})
	return l
}

// AddDir adds the directory of a role or playbook: what it brings is known to all tasks from then on, as with Ansible.
func (l *Library) AddDir(dir string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.dirs, dir) {
		l.dirs = append(l.dirs, dir)
	}
}

// below are the folders of that name in the directories of playbooks and roles.
func (l *Library) below(folder string) (out []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, dir := range l.dirs {
		out = append(out, filepath.Join(dir, folder))
	}
	return out
}

// File is a module that was found.
type File struct {
	Name string // as the task has it
	FQCN string // ansible.legacy.NAME for one that belongs to no collection
	Path string
	// Action is the path of the action plugin that Ansible would run on the controller in the module's place, "" without one.
	Action string
}

// Find looks for a module: a name with a collection there; a short name in the collections of the keyword collections, in
// library/ of the playbook and of roles, in the configured directories, in ansible-core and where that redirects to.
// The error tells that there is something of that name which cannot be used; nil and no error tell that there is nothing.
func (l *Library) Find(name string, collections []string) (*File, error) {
	collection, short := splitName(name)
	switch collection {
	case "":
	case "ansible.legacy":
		return l.legacy(name, short)
	case "ansible.builtin":
		return l.builtin(name, short)
	default:
		return l.inCollection(name, collection, short, 0)
	}
	for _, c := range collections {
		if c == "ansible.builtin" || c == "ansible.legacy" {
			break
		}
		if f, err := l.inCollection(name, c, short, 0); f != nil || err != nil {
			return f, err
		}
	}
	f, err := l.legacy(name, short)
	if f != nil || err != nil {
		return f, err
	}
	if fqcn, ok := catalog.Known(short); ok {
		if collection, short := splitName(fqcn); collection != "ansible.builtin" {
			return l.inCollection(name, collection, short, 0)
		}
	}
	return nil, nil
}

// Overrides tells whether a playbook, a role or a configured directory brings a module of its own under a short name, and where.
func (l *Library) Overrides(name string) (path string) {
	if collection, short := splitName(name); collection == "" || collection == "ansible.legacy" {
		return find(append(l.below("library"), l.opts.Modules...), short)
	}
	return ""
}

func splitName(name string) (collection, short string) {
	if parts := strings.SplitN(name, ".", 3); len(parts) == 3 {
		return parts[0] + "." + parts[1], parts[2]
	}
	return "", name
}

// legacy looks for a module that belongs to no collection.
func (l *Library) legacy(name, short string) (*File, error) {
	path := find(append(l.below("library"), l.opts.Modules...), short)
	if path == "" {
		return l.builtin(name, short)
	}
	f := &File{Name: name, FQCN: "ansible.legacy." + short, Path: path}
	actions := l.below("action_plugins")
	if core, err := l.core(); err == nil {
		actions = append(actions, filepath.Join(core, "plugins/action"))
	}
	f.Action = find(actions, short+".py")
	return f, nil
}

func (l *Library) builtin(name, short string) (*File, error) {
	core, err := l.core()
	if err != nil {
		return nil, nil
	}
	path := find([]string{filepath.Join(core, "modules")}, short)
	if path == "" {
		return nil, nil
	}
	return &File{Name: name, FQCN: "ansible.builtin." + short, Path: path,
		Action: find([]string{filepath.Join(core, "plugins/action")}, short+".py")}, nil
}

// maxRedirects bounds how often a name may lead to another.
const maxRedirects = 10

func (l *Library) inCollection(name, collection, short string, redirects int) (*File, error) {
	dir := l.collectionDir(collection)
	if dir == "" {
		return nil, nil
	}
	routes, err := l.routesOf(collection, dir)
	if err != nil {
		return nil, err
	}
	switch route := routes.Plugins.Modules[short]; {
	case route.Tombstone != nil:
		return nil, fmt.Errorf("%s.%s has been removed. %s", collection, short, route.Tombstone.Text)
	case route.Redirect != "" && redirects < maxRedirects:
		to, short := splitName(route.Redirect)
		if to == "ansible.builtin" {
			return l.builtin(name, short)
		}
		return l.inCollection(name, to, short, redirects+1)
	}
	folder := filepath.Join(dir, "plugins/modules", filepath.Join(strings.Split(short, ".")...))
	path := find([]string{filepath.Dir(folder)}, filepath.Base(folder))
	if path == "" {
		return nil, nil
	}
	f := &File{Name: name, FQCN: collection + "." + short, Path: path, Action: find([]string{filepath.Join(dir, "plugins/action")}, short+".py")}
	if route := routes.Plugins.Actions[short]; f.Action == "" && route.Redirect != "" {
		f.Action = route.Redirect
	}
	return f, nil
}

// collectionDir is where a collection is, "" where it is not installed.
func (l *Library) collectionDir(collection string) string {
	namespace, name, _ := strings.Cut(collection, ".")
	roots := append(l.below("collections"), l.opts.Collections...)
	if core, err := l.core(); err == nil {
		roots = append(roots, filepath.Dir(core))
	}
	for _, root := range roots {
		if filepath.Base(root) != "ansible_collections" {
			root = filepath.Join(root, "ansible_collections")
		}
		if dir := filepath.Join(root, namespace, name); isDir(dir) {
			return dir
		}
	}
	return ""
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// noModules are endings of files that are no modules.
var noModules = []string{".pyo", ".pyc", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".yaml", ".yml", ".ini"}

// find is the first file of some directories that has the name, with or without an ending.
func find(dirs []string, name string) string {
	for _, dir := range dirs {
		if path := filepath.Join(dir, name); isFile(path) {
			return path
		}
		entries, _ := os.ReadDir(dir) // a directory that is not there has nothing
		for _, e := range entries {
			ending := filepath.Ext(e.Name())
			path := filepath.Join(dir, e.Name())
			if e.Name() == name+ending && !slices.Contains(noModules, ending) && isFile(path) {
				return path
			}
		}
	}
	return ""
}
