package check

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
	"pylint-deploy/rules/facts"
	"pylint-deploy/rules/report"
	"pylint-deploy/rules/settings"
)

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// content is what was read.
type content struct {
	loader  *playbook.Loader
	builder *facts.Builder
	files   map[string]*source.File
	broken  []report.Problem
	wanted  map[string]bool // files that were named one by one; nil checks all that is reached
	roots   []string
	named   map[string]bool // files that were named, not found below a directory
	stdin   *Stdin
}

// kind is what a YAML file holds, judged by its place and its shape.
type kind uint8

const (
	nothing kind = iota
	book
	taskList
	handlerList
	variables
)

// read finds and reads everything below the paths.
func read(paths []string, s *settings.Settings, o Options) (*content, error) {
	c := &content{files: map[string]*source.File{}, stdin: o.Stdin, named: map[string]bool{}}
	po := playbook.Options{RolesPath: rolesPath(paths, o.RolesPath), RoleUnderTest: true}
	if o.Stdin != nil {
		po.Files = overlay{o.Stdin}
	}
	c.loader = playbook.NewLoader(po)
	c.builder = facts.NewBuilder(reader{c.loader})
	var found []string
	for _, path := range paths {
		list, err := yamlFiles(path)
		if err != nil {
			return nil, err
		}
		found = append(found, list...)
		if isDir(path) {
			c.roots = append(c.roots, filepath.Clean(path))
		} else {
			c.named[filepath.Clean(path)] = true
		}
	}
	if o.Stdin != nil && !slices.Contains(found, o.Stdin.Path) {
		found = append(found, filepath.Clean(o.Stdin.Path))
	}
	found = slices.DeleteFunc(found, s.IgnoresFile)
	slices.Sort(found)
	found = slices.Compact(found)
	c.parseAll(found)
	c.add(found)
	c.wanted = c.reached(found)
	return c, nil
}

// yamlFiles lists a file, or the YAML files below a directory.
func yamlFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s is not there: %w", path, err)
	}
	if !info.IsDir() {
		return []string{filepath.Clean(path)}, nil
	}
	var out []string
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // an unreadable directory is not content
		}
		name := d.Name()
		if d.IsDir() {
			if p != path && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "venv" || name == "templates" || name == "files" && inRole(p)) {
				return fs.SkipDir
			}
			return nil
		}
		if ext := filepath.Ext(name); (ext == ".yml" || ext == ".yaml") && !strings.HasPrefix(name, ".") { // a tool's settings
			out = append(out, filepath.Clean(p))
		}
		return nil
	})
	return out, err
}

// rolesPath are the places of roles: those given, those of the nearest ansible.cfg, every folder of that name in a tree that
// is checked, and Ansible's own.
func rolesPath(paths, given []string) []string {
	out := slices.Clone(given)
	out = append(out, configured(near(paths))...)
	for _, path := range paths {
		if !isDir(path) {
			continue
		}
		_ = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return nil
			}
			if name := d.Name(); p != path && (strings.HasPrefix(name, ".") || name == "node_modules") {
				return fs.SkipDir
			}
			if d.Name() == "roles" {
				out = append(out, p)
			}
			return nil
		}) // no error: the function returns none but SkipDir
	}
	home, _ := os.UserHomeDir()
	return append(out, filepath.Join(home, ".ansible/roles"), "/usr/share/ansible/roles", "/etc/ansible/roles")
}

// configured is roles_path of the ansible.cfg in a directory or above it, relative where the directory is: the same file
// must not be known by two names.
func configured(dir string) []string {
	for at := range playbook.Above(dir) {
		text, err := os.ReadFile(filepath.Join(at, "ansible.cfg"))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			key, value, ok := strings.Cut(line, "=")
			if ok && strings.TrimSpace(key) == "roles_path" {
				return within(at, strings.Split(strings.TrimSpace(value), ":"))
			}
		}
		return nil
	}
	return nil
}

// within completes the relative ones of some paths as they stand in ansible.cfg.
func within(dir string, paths []string) []string {
	var out []string
	for _, p := range paths {
		if p = os.ExpandEnv(strings.TrimSpace(p)); strings.HasPrefix(p, "~/") {
			home, _ := os.UserHomeDir()
			p = filepath.Join(home, p[2:])
		}
		if !filepath.IsAbs(p) {
			p = filepath.Join(dir, p)
		}
		out = append(out, p)
	}
	return out
}

// inRole tells that a directory lies beside tasks: files/ of a role.
func inRole(dir string) bool {
	parent := filepath.Dir(dir)
	return isDir(filepath.Join(parent, "tasks")) || isDir(filepath.Join(parent, "templates"))
}

// parseAll reads files ahead, in parallel: the loader finds them parsed.
func (c *content) parseAll(paths []string) {
	var g errgroup.Group
	g.SetLimit(8)
	var mu sync.Mutex
	for _, p := range paths {
		g.Go(func() error {
			f, err := c.loader.Source(p)
			mu.Lock()
			defer mu.Unlock()
			if f != nil {
				c.files[p] = f
			}
			if err != nil && (c.named[p] || c.byFolder(p) != nothing || looksLikeAnsible(p)) {
				c.fail(p, err)
			}
			return nil
		})
	}
	_ = g.Wait() // the functions return no errors
}

// fail notes a file that cannot be read; a vaulted one is as good as its owner wants it to be.
func (c *content) fail(path string, err error) {
	if p, ok := errors.AsType[*playbook.Problem](err); ok {
		if !strings.Contains(p.Why, "Vault") {
			c.broken = append(c.broken, report.Problem{Pos: p.Pos, Message: p.Why, Hint: p.Hint})
		}
		return
	}
	if e, ok := errors.AsType[*source.Error](err); ok {
		c.broken = append(c.broken, report.Problem{Pos: e.Pos, Message: e.Why, Hint: e.Hint})
		return
	}
	c.broken = append(c.broken, report.Problem{Pos: source.Pos{File: path}, Message: err.Error()})
}

// add gives playbooks, then roles, then what is left of task files to the builder.
func (c *content) add(found []string) {
	var lists []string
	imported := map[*playbook.Playbook]bool{}
	var books []*playbook.Playbook
	for _, path := range found {
		switch c.kindOf(path) {
		case book:
			if p, err := c.loader.Playbook(path); err == nil {
				books = append(books, p)
				for _, play := range p.Plays {
					if play.Import != nil && play.Import.Playbook != nil {
						imported[play.Import.Playbook] = true
					}
				}
			}
		case taskList, handlerList:
			lists = append(lists, path)
		}
	}
	for _, p := range books {
		if !imported[p] {
			c.builder.Playbook(p)
		}
	}
	for _, dir := range roleDirs(lists) {
		if c.loader.Knows(mainOf(dir)) {
			continue
		}
		if r, err := c.loader.Role(filepath.Base(dir), filepath.Dir(dir), playbook.From{}); err == nil && sameDir(r.Dir, dir) {
			c.builder.Role(r)
		}
	}
	for _, path := range lists {
		if c.loader.Knows(path) {
			continue
		}
		if f, err := c.loader.Tasks(path, c.roleOf(path), c.kindOf(path) == handlerList); err == nil {
			c.builder.TaskFile(f)
		}
	}
}

func sameDir(a, b string) bool {
	x, err1 := filepath.Abs(a)
	y, err2 := filepath.Abs(b)
	return err1 == nil && err2 == nil && x == y
}

func mainOf(role string) string {
	for _, name := range []string{"main.yml", "main.yaml"} {
		if p := filepath.Join(role, "tasks", name); fileExists(p) {
			return p
		}
	}
	return ""
}

func fileExists(p string) bool {
	info, err := os.Stat(p)
	return err == nil && !info.IsDir()
}

// roleDirs are the roles that task files lie in.
func roleDirs(lists []string) []string {
	var out []string
	for _, p := range lists {
		if dir := roleDir(p); dir != "" && !slices.Contains(out, dir) && mainOf(dir) != "" {
			out = append(out, dir)
		}
	}
	return out
}

// roleDir is the directory of the role that a file is in: the one above tasks/ or handlers/ that has tasks/main.
func roleDir(path string) string {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if base := filepath.Base(dir); base == "tasks" || base == "handlers" {
			return filepath.Dir(dir)
		}
		if parent := filepath.Dir(dir); parent == dir || dir == "." {
			return ""
		}
	}
}

func (c *content) roleOf(path string) *playbook.Role {
	dir := roleDir(path)
	if dir == "" || mainOf(dir) == "" {
		return nil
	}
	r, err := c.loader.Role(filepath.Base(dir), filepath.Dir(dir), playbook.From{})
	if err != nil || !sameDir(r.Dir, dir) {
		return nil
	}
	return r
}

// looksLikeAnsible tells of a file that cannot be read as YAML whether it is content all the same, and not another tool's: CloudFormation,
// charts, documentation.
func looksLikeAnsible(path string) bool {
	text, err := os.ReadFile(path)
	return err != nil || ansibleLine.Match(text)
}

var ansibleLine = pattern.New(`(?m)^\s*(-\s+)?(hosts|roles|pre_tasks|post_tasks|become|gather_facts|import_playbook|(ansible\.builtin\.)?(apt|yum|dnf|package|copy|template|file|service|systemd|command|shell|user|git|lineinfile|set_fact|include_tasks|import_tasks))\s*:`)

// kindOf judges a file by the folders around it, then by what it holds.
func (c *content) kindOf(path string) kind {
	if k := c.byFolder(path); k != nothing {
		return k
	}
	return c.shape(path)
}

// byFolder judges a file by the folders around it.
func (c *content) byFolder(path string) kind {
	for dir := filepath.Dir(path); dir != "." && dir != string(filepath.Separator); dir = filepath.Dir(dir) {
		switch filepath.Base(dir) {
		case "tasks":
			if c.hasHosts(path) {
				return book // a playbook in a folder of tasks: tests of roles do that
			}
			return taskList
		case "handlers":
			return handlerList
		case "vars", "defaults", "group_vars", "host_vars", "meta", "inventory", "inventories":
			return variables
		}
		if parent := filepath.Dir(dir); parent == dir {
			break
		}
	}
	return nothing
}

// shape: a list with a play in it is a playbook, a list of mappings that look like tasks is a file of tasks.
func (c *content) shape(path string) kind {
	f := c.files[path]
	if f == nil || len(f.Docs) == 0 || f.Docs[0] == nil || f.Docs[0].Kind != source.Sequence {
		return nothing
	}
	out := nothing
	for _, item := range f.Docs[0].Items {
		if item.Kind != source.Mapping {
			return nothing
		}
		if item.Get("hosts") != nil || item.Get("import_playbook") != nil || item.Get("ansible.builtin.import_playbook") != nil || item.Get("include") != nil && len(item.Pairs) == 1 && item.Get("include").IsScalar() && out != taskList {
			return book
		}
		for _, p := range item.Pairs {
			if known(p.Key.Text) {
				out = taskList
			}
		}
	}
	return out
}

// hasHosts tells that a file has a play.
func (c *content) hasHosts(path string) bool {
	f := c.files[path]
	return f != nil && len(f.Docs) > 0 && f.Docs[0] != nil && slices.ContainsFunc(f.Docs[0].Items, func(n *source.Node) bool { return n.Get("hosts") != nil })
}

// problems are those of reading, and what Ansible would not accept.
func (c *content) problems() []report.Problem {
	out := slices.Clone(c.broken)
	for _, p := range c.loader.Problems() {
		if p.Warning || strings.Contains(p.Why, "Vault") {
			continue
		}
		r := report.Problem{Pos: p.Pos, Message: p.Why, Hint: p.Hint}
		if !slices.ContainsFunc(out, func(o report.Problem) bool { return o.Pos == r.Pos }) {
			out = append(out, r)
		}
	}
	return out
}

func (c *content) text(path string) string {
	if c.stdin != nil && filepath.Clean(c.stdin.Path) == filepath.Clean(path) {
		return string(c.stdin.Text)
	}
	if f, err := c.loader.Source(path); err == nil {
		return f.Text
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(text)
}

// reached are the files whose findings count: all that a named playbook brings in, all below a named directory. A file
// that a playbook reaches outside the named directories counts as well.
func (c *content) reached(found []string) map[string]bool {
	if len(found) == 0 || len(c.roots) > 0 {
		return nil
	}
	for _, p := range found {
		if c.kindOf(p) == book {
			return nil
		}
	}
	wanted := map[string]bool{}
	for _, p := range found {
		wanted[p] = true
	}
	return wanted
}

// only drops findings in files that were not asked for: a single task file is judged in its role, but speaks for itself.
func (c *content) only(findings []rules.Finding) []rules.Finding {
	if c.wanted == nil {
		return findings
	}
	return slices.DeleteFunc(findings, func(f rules.Finding) bool { return !c.wants(f) })
}

// wants tells whether a finding is in a file that was asked for.
func (c *content) wants(f rules.Finding) bool {
	return c.wanted == nil || c.wanted[filepath.Clean(f.Pos.File)]
}

// comments gathers what suppression needs.
func (c *content) comments(tasks map[source.Pos]*playbook.Task) []settings.File {
	byPath := map[string]*settings.File{}
	var order []string
	get := func(path string) *settings.File {
		f := byPath[path]
		if f == nil {
			f = &settings.File{Path: path}
			if src, err := c.loader.Source(path); err == nil {
				f.Comments = src.CommentsWith("noqa")
			}
			byPath[path] = f
			order = append(order, path)
		}
		return f
	}
	for path := range c.files {
		get(path)
	}
	for pos, t := range tasks {
		f := get(pos.File)
		f.Tasks = append(f.Tasks, settings.Task{First: pos.Line, Last: t.Node.End().Line, Skip: skips(t)})
	}
	slices.Sort(order)
	out := make([]settings.File, 0, len(order))
	for _, path := range order {
		f := byPath[path]
		slices.SortFunc(f.Tasks, func(a, b settings.Task) int { return a.First - b.First })
		out = append(out, *f)
	}
	return out
}

func skips(t *playbook.Task) bool {
	n := t.Value("tags")
	return n != nil && (n.Text == "skip_ansible_lint" || slices.ContainsFunc(n.Items, func(i *source.Node) bool { return i.Text == "skip_ansible_lint" }))
}
