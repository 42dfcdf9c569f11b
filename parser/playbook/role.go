package playbook

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/parser/source"
)

// Role finds a role and reads it. near is the directory that holds the role that asks, "" outside roles. The error is a
// *Problem of kind NotFound where there is no such role, and one of kind NoRoleFile, with the role, where it has no such file as
// from names.
func (l *Loader) Role(name, near string, from From) (*Role, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.role(name, near, l.base, from)
}

func (l *Loader) role(name, near, base string, from From) (*Role, error) {
	dir, searched := l.findRole(name, near, base)
	if dir == "" {
		return nil, &Problem{Kind: NotFound, Why: fmt.Sprintf("the role %q was not found", name),
			Hint: "looked in " + strings.Join(searched, ", ")}
	}
	key := roleKey{dir: dir, base: base, from: from}
	if r := l.roles[key]; r != nil {
		return r, r.err()
	}
	if strings.Count(name, ".") < 2 {
		name = filepath.Base(dir)
	}
	role := &Role{Name: name, Dir: dir, From: from}
	l.roles[key] = role // before its dependencies, which may lead back here
	l.fillRole(role, base)
	return role, role.err()
}

// err is what is wrong with the files that From names.
func (r *Role) err() error {
	if r.badFrom == nil {
		return nil
	}
	return r.badFrom
}

// Broken is the first thing wrong with a role's own files that Ansible would not accept, or nil.
func (r *Role) Broken() error {
	if err := firstError(r.Problems); err != nil {
		return err
	}
	for _, f := range []*TaskFile{r.Tasks, r.Handlers} {
		if f == nil {
			continue
		}
		if err := f.Err(); err != nil {
			return err
		}
	}
	return nil
}

// findRole looks for a role's directory in Ansible's order.
func (l *Loader) findRole(name, near, base string) (dir string, searched []string) {
	if parts := strings.Split(name, "."); len(parts) > 2 && !strings.Contains(name, "/") {
		for _, root := range l.collectionRoots(base, parts[0], parts[1]) {
			dir := filepath.Join(append([]string{root, "roles"}, parts[2:]...)...)
			if l.isDir(dir) {
				return dir, nil
			}
			searched = append(searched, filepath.Join(root, "roles"))
		}
	}
	dirs := append([]string{filepath.Join(base, "roles")}, l.opts.RolesPath...)
	if near != "" {
		dirs = append(dirs, near)
	}
	dirs = append(dirs, base)
	if filepath.IsAbs(name) || name == base || strings.HasPrefix(name, base+"/") {
		dirs = []string{""} // playbook_dir may be relative to where the program was started, as base is
	}
	for _, d := range dirs {
		if path := filepath.Join(d, name); l.isDir(path) {
			return path, nil
		}
		if !slices.Contains(searched, d) {
			searched = append(searched, d)
		}
	}
	if l.opts.RoleUnderTest {
		return l.roleAround(name, base), searched
	}
	return "", searched
}

// roleAround is the role that a playbook of its tests stands in, if that may be called by a name: the one in its meta/main.yml, with or
// without a namespace, that of its directory, or role_under_test.
func (l *Loader) roleAround(name, base string) string {
	for dir := range Above(base) {
		if !l.exists(filepath.Join(dir, "tasks", "main.yml")) && !l.exists(filepath.Join(dir, "tasks", "main.yaml")) || filepath.Base(dir) == "tasks" {
			continue
		}
		own := filepath.Base(dir)
		if abs, err := filepath.Abs(dir); err == nil {
			own = filepath.Base(abs)
		}
		names := []string{"role_under_test", own, strings.TrimPrefix(strings.TrimPrefix(own, "ansible-"), "role-")}
		if f, err := l.Source(filepath.Join(dir, "meta", "main.yml")); err == nil && len(f.Docs) > 0 {
			if n := f.Docs[0].Get("galaxy_info").Get("role_name"); n != nil {
				names = append(names, n.Text)
			}
		}
		if slices.Contains(names, name) || slices.Contains(names, name[strings.LastIndexByte(name, '.')+1:]) {
			return dir
		}
		return ""
	}
	return ""
}

// collectionRoots are the directories where a collection may be: installed, beside the playbook, or the tree that the
// playbook is in itself.
func (l *Loader) collectionRoots(base, namespace, name string) []string {
	var roots []string
	for _, dir := range append([]string{filepath.Join(base, "collections")}, l.opts.CollectionsPath...) {
		if filepath.Base(dir) != "ansible_collections" {
			dir = filepath.Join(dir, "ansible_collections")
		}
		roots = append(roots, filepath.Join(dir, namespace, name))
	}
	for dir := range Above(base) {
		if l.exists(filepath.Join(dir, "galaxy.yml")) {
			if f, err := l.Source(filepath.Join(dir, "galaxy.yml")); err == nil && len(f.Docs) > 0 {
				ns, coll := f.Docs[0].Get("namespace"), f.Docs[0].Get("name")
				if ns != nil && coll != nil && ns.Text == namespace && coll.Text == name {
					roots = append(roots, dir)
				}
			}
		}
	}
	return roots
}

// Above yields a directory and all those above it, spelled as the directory is: relative where it is relative, so that one
// file keeps one name, whatever way leads to it.
func Above(dir string) iter.Seq[string] {
	return func(yield func(string) bool) {
		abs, err := filepath.Abs(dir)
		here, err2 := os.Getwd()
		if err != nil || err2 != nil {
			return
		}
		for at := abs; ; at = filepath.Dir(at) {
			name := at
			if !filepath.IsAbs(dir) {
				if rel, err := filepath.Rel(here, at); err == nil {
					name = rel
				}
			}
			if !yield(name) || filepath.Dir(at) == at {
				return
			}
		}
	}
}

// collectionFile finds a file of a collection by a name such as ns.coll.site.
func (l *Loader) collectionFile(base, name, sub string) string {
	parts := strings.Split(name, ".")
	if len(parts) < 3 || strings.Contains(name, "/") {
		return ""
	}
	for _, root := range l.collectionRoots(base, parts[0], parts[1]) {
		if path := l.withExtension(filepath.Join(root, sub, filepath.Join(parts[2:]...))); path != "" {
			return path
		}
	}
	return ""
}

// yamlExtensions are tried in this order (YAML_FILENAME_EXTENSIONS of Ansible).
var yamlExtensions = []string{".yml", ".yaml", ".json"}

// withExtension finds a YAML file by its path with or without its extension.
func (l *Loader) withExtension(path string) string {
	for _, ext := range append(slices.Clone(yamlExtensions), "") {
		if l.exists(path + ext) {
			return path + ext
		}
	}
	return ""
}

// fillRole reads the files of a role.
func (l *Loader) fillRole(role *Role, base string) {
	x := &resolver{l: l, base: base, role: role, problems: &role.Problems}
	role.Meta = x.data("meta", "main")
	role.Defaults = x.vars("defaults", role.From.Defaults)
	role.Vars = x.vars("vars", role.From.Vars)
	if spec := x.data("meta", "argument_specs"); spec != nil {
		role.ArgumentSpec = spec.Get("argument_specs")
	} else {
		role.ArgumentSpec = role.Meta.Get("argument_specs")
	}
	r := &reader{}
	role.Dependencies = r.roleRefs(role.Meta.Get("dependencies"), "dependencies")
	role.Problems = append(role.Problems, r.problems...)
	x.roleRefs(role.Dependencies)
	role.Tasks = x.roleTasks("tasks", role.From.Tasks, false)
	role.Handlers = x.roleTasks("handlers", role.From.Handlers, true)
}

// data reads a YAML file of the role; nil without one.
func (x *resolver) data(dir, name string) *source.Node {
	path := x.l.withExtension(filepath.Join(x.role.Dir, dir, name))
	if path == "" {
		return nil
	}
	return x.mapping(path)
}

// mapping reads a file that must hold a mapping; nil for an empty one.
func (x *resolver) mapping(path string) *source.Node {
	file, err := x.l.Source(path)
	if err != nil {
		x.report(asProblem(path, err))
		return nil
	}
	r := &reader{}
	n := r.root(file)
	if n != nil && n.Kind != source.Mapping {
		r.problem(WrongType, n.Pos, "the file must hold a mapping, not "+describe(n), "")
		n = nil
	}
	*x.problems = append(*x.problems, r.problems...)
	return n
}

// vars reads defaults or vars of the role: one file, or all files of a directory main/.
func (x *resolver) vars(dir, from string) *source.Node {
	name := from
	if name == "" {
		name = "main"
	}
	base := x.within(dir, name)
	if path := x.l.withExtension(base); path != "" {
		return x.mapping(path)
	}
	if !x.l.isDir(base) {
		x.noFile(dir, from)
		return nil
	}
	var all *source.Node
	for _, path := range x.l.yamlUnder(base) {
		n := x.mapping(path)
		switch {
		case n == nil:
		case all == nil:
			own := *n
			own.Pairs = slices.Clone(n.Pairs)
			all = &own
		default:
			all.Pairs = mergePairs(all.Pairs, n.Pairs)
		}
	}
	return all
}

// mergePairs lays mappings over each other: later files win.
func mergePairs(under, over []source.Pair) []source.Pair {
	for _, p := range over {
		i := slices.IndexFunc(under, func(q source.Pair) bool { return q.Key.Text == p.Key.Text && q.Key.Kind == p.Key.Kind })
		if i >= 0 {
			under[i] = p
		} else {
			under = append(under, p)
		}
	}
	return under
}

// yamlUnder lists the YAML files of a directory and those below it, in order of name, hidden and backup files left out.
func (l *Loader) yamlUnder(dir string) []string {
	entries, err := l.opts.Files.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), ".") || strings.HasSuffix(e.Name(), "~"):
		case e.IsDir():
			out = append(out, l.yamlUnder(path)...)
		case slices.Contains(yamlExtensions, filepath.Ext(path)) || filepath.Ext(path) == "":
			out = append(out, path)
		}
	}
	return out
}

// within is the path of a file that tasks_from and its like name; a file outside of the role's folder is refused.
func (x *resolver) within(dir, name string) string {
	folder := filepath.Join(x.role.Dir, dir)
	path := filepath.Join(folder, name)
	if filepath.IsAbs(name) {
		path = filepath.Clean(name)
	}
	if !strings.HasPrefix(path, folder+string(filepath.Separator)) {
		x.badFrom("Failed loading '%s' for role (%s) as it is not inside the expected role path: '%s'", path, x.role.Name, folder)
		return filepath.Join(folder, filepath.Base(name))
	}
	return path
}

// noFile reports a file that was asked for by name.
func (x *resolver) noFile(dir, from string) {
	if from != "" {
		x.badFrom("Could not find specified file in role: %s/%s", dir, from)
	}
}

func (x *resolver) badFrom(why string, args ...any) {
	if x.role.badFrom == nil {
		x.role.badFrom = &Problem{Kind: NoRoleFile, Why: fmt.Sprintf(why, args...), Hint: "the role is in " + x.role.Dir}
	}
}

// roleTasks reads tasks/main or handlers/main, or the file that include_role names instead.
func (x *resolver) roleTasks(dir, from string, handlers bool) *TaskFile {
	name := from
	if name == "" {
		name = "main"
	}
	path := x.l.withExtension(x.within(dir, name))
	if path == "" {
		x.noFile(dir, from)
		return nil
	}
	f, err := x.l.taskFile(path, x.base, x.role, handlers)
	if err != nil {
		x.report(asProblem(path, err))
		return nil
	}
	return f
}
