package action

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// includeVars reads files of variables (ansible.builtin.include_vars).
func includeVars(_ context.Context, c *Call) (Step, error) {
	dirs, files := 0, 0
	for k := range c.Args.All() {
		switch name, _ := value.ToStr(k); name {
		case "dir", "depth", "files_matching", "ignore_files", "extensions", "ignore_unknown_extensions":
			dirs++
		case "file", "_raw_params":
			files++
		case "name", "hash_behaviour":
		default:
			return Step{}, &Failed{Msg: name + " is not a valid option in include_vars"}
		}
	}
	if dirs > 0 && (files > 0 || c.FreeForm != "") {
		return Step{}, &Failed{Msg: "You are mixing file only and dir only arguments, these are incompatible"}
	}
	in := &varsReader{c: c, vars: value.NewDict()}
	var err error
	if c.has("dir") {
		err = in.dir(c.str("dir"))
	} else {
		err = in.named(c.FreeForm + c.str("file") + c.str("_raw_params"))
	}
	if err != nil {
		return done("failed", true, "message", err.Error(), "ansible_included_var_files", toAny(in.files), "ansible_facts", value.NewDict())
	}
	vars := in.vars
	if name := c.str("name"); name != "" {
		vars = value.NewDict()
		vars.SetStr(name, in.vars)
	}
	if c.str("hash_behaviour") == "merge" {
		vars = c.mergedOver(vars)
	}
	return done("ansible_included_var_files", toAny(in.files), "ansible_facts", vars)
}

// mergedOver merges new values with those that the variables have.
func (c *Call) mergedOver(loaded *value.Dict) *value.Dict {
	out := value.NewDict()
	for k, v := range loaded.All() {
		name, _ := value.ToStr(k)
		old, ok := c.Vars.Lookup(name)
		if ok {
			v = vars.Merge(old, v)
		}
		out.SetStr(name, v)
	}
	return out
}

type varsReader struct {
	c     *Call
	vars  *value.Dict
	files []string
}

func (r *varsReader) named(name string) error {
	name = strings.TrimRight(name, "\n")
	if name == "" {
		return fmt.Errorf("Could not find file on the Ansible Controller: include_vars names no file and no dir")
	}
	path, err := r.c.find("vars", name)
	if err != nil {
		return err
	}
	return r.read(path)
}

func (r *varsReader) read(path string) error {
	v, err := r.c.Run.LoadVars(path)
	if err != nil {
		return err
	}
	if isNone(v) {
		r.files = append(r.files, path)
		return nil
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return fmt.Errorf("%s must be stored as a dictionary/hash", path)
	}
	r.files = append(r.files, path)
	for k, v := range d.All() {
		r.vars.Set(k, v)
	}
	return nil
}

// dir reads the files of a directory and those below it, sorted by directory, then by name.
func (r *varsReader) dir(name string) error {
	c := r.c
	root := name
	if !filepath.IsAbs(root) {
		root = r.root(name)
	}
	info, err := os.Stat(root)
	if err != nil {
		return fmt.Errorf("%s directory does not exist", root)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a directory", root)
	}
	choose, err := c.chooser()
	if err != nil {
		return err
	}
	depth := 0
	fmt.Sscan(c.str("depth"), &depth)
	byDir := map[string][]string{}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() {
			dir := filepath.Dir(path)
			byDir[dir] = append(byDir[dir], path)
		} else if byDir[path] == nil {
			byDir[path] = []string{}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading %s: %w", root, err)
	}
	var folders []string
	for d := range byDir {
		folders = append(folders, d)
	}
	slices.Sort(folders)
	for i, folder := range folders {
		if depth > 0 && i >= depth {
			break
		}
		slices.Sort(byDir[folder])
		for _, path := range byDir[folder] {
			take, err := choose(path)
			if err != nil {
				return err
			}
			if !take {
				continue
			}
			if err := r.read(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// root is a relative dir: in the role's vars, or beside the task's file.
func (r *varsReader) root(name string) string {
	if v, ok := r.c.Vars.Lookup("role_path"); ok {
		role, _ := value.ToStr(v)
		if strings.HasPrefix(name, "vars/") || name == "vars" {
			return filepath.Join(role, name)
		}
		return filepath.Join(role, "vars", name)
	}
	if n := len(r.c.SearchPath); n > 0 {
		return filepath.Join(r.c.SearchPath[n-1], name)
	}
	return filepath.Join(r.c.BaseDir, name)
}

// chooser decides by files_matching, ignore_files and extensions.
func (c *Call) chooser() (func(path string) (bool, error), error) {
	var matching *regexp.Regexp
	if p := c.str("files_matching"); p != "" {
		var err error
		if matching, err = regexp.Compile(p); err != nil {
			return nil, fmt.Errorf("Invalid regular expression: %s", p)
		}
	}
	extensions := []string{"yaml", "yml", "json"}
	if v, ok := c.Args.GetStr("extensions"); ok {
		extensions = nil
		items, _ := toList(v)
		for _, item := range asList(items) {
			extensions = append(extensions, fmt.Sprint(item))
		}
	}
	var ignore []*regexp.Regexp
	if v, ok := c.Args.GetStr("ignore_files"); ok {
		items, err := toList(v)
		if err != nil {
			return nil, err
		}
		for _, item := range asList(items) {
			p, err := regexp.Compile(fmt.Sprint(item) + "$")
			if err != nil {
				return nil, fmt.Errorf("Invalid regular expression: %v", item)
			}
			ignore = append(ignore, p)
		}
	}
	lax, _ := c.boolean("ignore_unknown_extensions", false)
	return func(path string) (bool, error) {
		name := filepath.Base(path)
		if matching != nil && !matching.MatchString(name) {
			return false, nil
		}
		if slices.ContainsFunc(ignore, func(p *regexp.Regexp) bool { return p.MatchString(name) }) {
			return false, nil
		}
		known := slices.Contains(extensions, strings.TrimPrefix(filepath.Ext(name), "."))
		if !known && !lax {
			return false, fmt.Errorf("%s does not have a valid extension: %s", path, strings.Join(extensions, ", "))
		}
		return known, nil
	}, nil
}
