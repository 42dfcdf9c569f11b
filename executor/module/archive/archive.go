package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
)

// archiving is one call of community.general.archive.
//
// Known differences: an archive whose members are the same is not written again; check mode predicts; bz2 and xz are
// made by the programs of these names.
type archiving struct {
	*module.Call
	format, dest string
	paths        []string // what is asked for
	targets      []string // of these, what is there
	missing      []string
	many         bool // an archive rather than one compressed file
	root         string
	patterns     []string
	members      []item
}

// item is a member of the archive to be made.
type item struct {
	path, name string
	info       module.Info
}

func archiveFiles(ctx context.Context, c *module.Call) (module.Result, error) {
	a := &archiving{Call: c, format: c.Args.Str("format"), dest: c.Path("dest"), patterns: c.Args.Strs("exclusion_patterns")}
	expanded, excluded, err := a.expand()
	if err != nil {
		return nil, err
	}
	if err := a.check(expanded, excluded); err != nil {
		return nil, err
	}
	res := module.Result{"changed": false, "dest": a.dest, "arcroot": a.root, "missing": a.missing, "archived": []string{},
		"expanded_paths": expanded, "expanded_exclude_paths": excluded, "dest_state": "absent"}
	if len(a.targets) == 0 {
		if exists(c, a.dest) {
			res["dest_state"] = "compress"
			if isArchive(a.dest) {
				res["dest_state"] = "archive"
			}
		}
	} else if err := a.make(ctx, res); err != nil {
		return nil, err
	}
	if exists(c, a.dest) {
		changed, err := c.SetAttrs(ctx, c.FileArgs(a.dest), nil)
		if err != nil {
			return nil, err
		}
		res["changed"] = res["changed"] == true || changed
	}
	return res, nil
}

// expand resolves patterns in path and exclude_path.
func (a *archiving) expand() (expanded, excluded []string, err error) {
	expanded, excluded = []string{}, []string{}
	for i, arg := range []string{"path", "exclude_path"} {
		into := []*[]string{&expanded, &excluded}[i]
		for _, p := range a.Paths(arg) {
			found := []string{p}
			if strings.ContainsAny(p, "*?") {
				a.many = a.many || i == 0
				if found, err = a.Glob("", p); err != nil {
					return nil, nil, err
				}
			}
			*into = append(*into, found...)
		}
	}
	for _, p := range expanded {
		if !slices.Contains(excluded, p) && !slices.Contains(a.paths, p) {
			a.paths = append(a.paths, p)
		}
	}
	slices.Sort(a.paths)
	return expanded, excluded, nil
}

// check decides what is made and where.
func (a *archiving) check(expanded, excluded []string) error {
	given := strings.Join(a.Args.Strs("path"), ", ")
	if len(a.paths) == 0 {
		return module.Fail("Error, no source paths were found", "path", given,
			"expanded_paths", strings.Join(expanded, ", "), "expanded_exclude_paths", strings.Join(excluded, ", "))
	}
	a.missing = []string{}
	for _, p := range a.paths {
		if !present(a.Call, p) {
			a.missing = append(a.missing, p)
		} else {
			a.targets = append(a.targets, p)
		}
	}
	a.root = commonRoot(a.paths)
	first, err := a.Sys.Stat(a.paths[0])
	a.many = a.many || a.Args.Bool("force_archive") || len(a.paths) > 1 || err == nil && first.Mode.IsDir()
	if a.dest == "" {
		if a.many {
			return module.Fail(`Error, must specify "dest" when archiving multiple files or trees`, "dest", "None", "path", given)
		}
		a.dest = a.paths[0] + "." + a.format
	}
	if a.Args.Bool("remove") {
		for _, p := range a.paths {
			if info, err := a.Sys.Stat(p); err == nil && info.Mode.IsDir() && strings.HasPrefix(a.dest, p+"/") {
				return module.Fail("Error, created archive can not be contained in source paths when remove=true", "path", strings.Join(a.paths, ", "))
			}
		}
	}
	return nil
}

// commonRoot is the directory below which all paths lie, with its slash.
func commonRoot(paths []string) string {
	prefix := path.Dir(paths[0]) + "/"
	for _, p := range paths[1:] {
		for dir := path.Dir(p) + "/"; !strings.HasPrefix(dir, prefix); {
			prefix = prefix[:len(prefix)-1]
		}
	}
	prefix = prefix[:strings.LastIndexByte(prefix, '/')+1]
	return strings.Replace(prefix, "//", "/", 1)
}

func isArchive(p string) bool {
	p = strings.ToLower(p)
	return slices.ContainsFunc([]string{".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tbz2", ".zip"},
		func(end string) bool { return strings.HasSuffix(p, end) })
}

// make makes the archive, or the compressed file, where it is not there already.
func (a *archiving) make(ctx context.Context, res module.Result) error {
	single := !a.many && (a.format == "gz" || a.format == "bz2" || a.format == "xz")
	if err := a.collect(); err != nil {
		return err
	}
	var names []string
	for _, m := range a.members {
		if a.format != "zip" || !m.info.Mode.IsDir() { // Ansible counts no directories in zip archives
			names = append(names, m.path)
		}
	}
	same, err := a.upToDate(ctx, single)
	if err != nil {
		return err
	}
	res["changed"], res["archived"] = !same, names
	switch {
	case single:
		res["dest_state"] = "compress"
	case len(a.missing) > 0:
		res["dest_state"] = "incomplete"
	default:
		res["dest_state"] = "archive"
	}
	if a.Sys.DryRun() {
		res["dest_state"], res["archived"] = "absent", []string{}
		return nil
	}
	if !same {
		if err := a.write(ctx, single); err != nil {
			return err
		}
	}
	if a.Args.Bool("remove") {
		return a.removeSources()
	}
	return nil
}

// collect walks the targets. Of a directory only what is in it becomes a member.
func (a *archiving) collect() error {
	for _, t := range a.targets {
		info, err := a.Sys.Lstat(t)
		if err != nil {
			return err
		}
		followed, err := a.Sys.Stat(t)
		if err == nil && followed.Mode.IsDir() {
			err = a.below(t)
		} else {
			a.add(info)
			err = nil
		}
		if err != nil {
			return module.Fail(fmt.Sprintf("Error when writing %s archive at %s: %v", a.format, a.dest, err))
		}
	}
	return nil
}

func (a *archiving) below(dir string) error {
	entries, err := a.Sys.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		a.add(e)
	}
	for _, e := range entries {
		if e.Mode.IsDir() {
			if err := a.below(e.Path); err != nil {
				return err
			}
		}
	}
	return nil
}

// add notes a member, unless a pattern excludes it: by its name within a tar archive, by its path for zip.
func (a *archiving) add(info module.Info) {
	name := strings.TrimPrefix(info.Path, a.root)
	matched := name
	if a.format == "zip" {
		matched = info.Path
	}
	if slices.ContainsFunc(a.patterns, func(p string) bool { return module.Fnmatch(p, matched) }) {
		return
	}
	a.members = append(a.members, item{path: info.Path, name: name, info: info})
}

// write streams the archive into its place.
func (a *archiving) write(ctx context.Context, single bool) error {
	r, w := io.Pipe()
	go func() { w.CloseWithError(a.stream(ctx, w, single)) }()
	defer r.Close()
	_, err := a.PutFile(ctx, module.Put{Args: a.FileArgs(a.dest), Content: r, Unsafe: a.UnsafeWrites()})
	var f *module.Failure
	if err != nil && !errors.As(err, &f) {
		return module.Fail(fmt.Sprintf("Error when writing %s archive at %s: %s", a.format, a.dest, module.Errno(err)))
	}
	return err
}

func (a *archiving) removeSources() error {
	for _, t := range a.targets {
		if err := a.Sys.RemoveAll(t); err != nil {
			return module.Fail("Unable to remove source file: "+module.Errno(err), "path", t)
		}
	}
	return nil
}
