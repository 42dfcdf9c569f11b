package template

import (
	"os"
	"os/user"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
)

// pathFilters work on paths of the controller, by the rules of posixpath; win_* by those of ntpath.
var pathFilters = map[string]jinja.Filter{
	"basename":       pathFilter("basename", func(p string) value.Value { return value.Str(p[strings.LastIndexByte(p, '/')+1:]) }),
	"dirname":        pathFilter("dirname", func(p string) value.Value { return value.Str(dirname(p)) }),
	"expanduser":     pathFilter("expanduser", func(p string) value.Value { return value.Str(expandUser(p)) }),
	"expandvars":     pathFilter("expandvars", func(p string) value.Value { return value.Str(expandVars(p)) }),
	"splitext":       pathFilter("splitext", splitext),
	"win_basename":   pathFilter("win_basename", func(p string) value.Value { _, base := ntSplit(p); return value.Str(base) }),
	"win_dirname":    pathFilter("win_dirname", func(p string) value.Value { dir, _ := ntSplit(p); return value.Str(dir) }),
	"win_splitdrive": pathFilter("win_splitdrive", func(p string) value.Value { d, rest := ntDrive(p); return value.Tuple{value.Str(d), value.Str(rest)} }),
	"realpath":       def("realpath", "path", realpath),
	"relpath":        def("relpath", "path start=", relpath),
	"path_join":      def("path_join", "paths", pathJoin),
	"fileglob":       def("fileglob", "pathname", globFilter),
	"commonpath":     def("commonpath", "paths", commonPath),
	"normpath":       pathFilter("normpath", func(p string) value.Value { return value.Str(normPath(p)) }),
}

func pathFilter(name string, f func(string) value.Value) jinja.Filter {
	return def(name, "path", func(a *arguments) (value.Value, error) {
		p, err := a.path(0, name)
		if err != nil {
			return nil, err
		}
		return f(p), nil
	})
}

// path reads a path argument, which must be text as for os.fspath.
func (a *arguments) path(i int, _ string) (string, error) {
	v, err := a.defined(i)
	if err != nil {
		return "", err
	}
	if s, ok := textOf(v); ok {
		return s, nil
	}
	return "", value.Errorf(value.TypeError, "expected str, bytes or os.PathLike object, not %s", v.TypeName())
}

func dirname(p string) string {
	head := p[:strings.LastIndexByte(p, '/')+1]
	if trimmed := strings.TrimRight(head, "/"); trimmed != "" {
		return trimmed
	}
	return head
}

// splitext splits off the last suffix; leading dots of the name are no suffix.
func splitext(p string) value.Value {
	base := strings.LastIndexByte(p, '/') + 1
	dot := strings.LastIndexByte(p, '.')
	if dot > base && strings.Trim(p[base:dot], ".") != "" {
		return value.Tuple{value.Str(p[:dot]), value.Str(p[dot:])}
	}
	return value.Tuple{value.Str(p), value.Str("")}
}

func expandUser(p string) string {
	if !strings.HasPrefix(p, "~") {
		return p
	}
	name, rest, found := strings.Cut(p[1:], "/")
	home := ""
	if name == "" {
		home, _ = os.UserHomeDir()
	} else if u, err := user.Lookup(name); err == nil {
		home = u.HomeDir
	}
	if home == "" {
		return p
	}
	home = strings.TrimRight(home, "/")
	if found {
		return home + "/" + rest
	}
	return home
}

var envReference = pattern.New(`\$(?:(\w+)|\{([^}]*)\})`)

// expandVars replaces $name and ${name} of the environment; unknown names stay as they are.
func expandVars(p string) string {
	return envReference.ReplaceAllStringFunc(p, func(ref string) string {
		m := envReference.FindStringSubmatch(ref)
		if v, ok := os.LookupEnv(m[1] + m[2]); ok {
			return v
		}
		return ref
	})
}

func ntDrive(p string) (drive, rest string) {
	norm := strings.ReplaceAll(p, "/", `\`)
	if strings.HasPrefix(norm, `\\`) && !strings.HasPrefix(norm, `\\\`) {
		share := strings.IndexByte(norm[2:], '\\')
		if share < 0 {
			return p, ""
		}
		end := strings.IndexByte(norm[2+share+1:], '\\')
		switch {
		case end == 0:
			return "", p
		case end < 0:
			return p, ""
		}
		return p[:2+share+1+end], p[2+share+1+end:]
	}
	if len(p) >= 2 && p[1] == ':' {
		return p[:2], p[2:]
	}
	return "", p
}

func ntSplit(p string) (dir, base string) {
	drive, rest := ntDrive(p)
	i := strings.LastIndexAny(rest, `/\`) + 1
	head, base := rest[:i], rest[i:]
	if trimmed := strings.TrimRight(head, `/\`); trimmed != "" {
		head = trimmed
	}
	return drive + head, base
}

// realpath resolves links as far as the path exists.
func realpath(a *arguments) (value.Value, error) {
	p, err := a.path(0, "realpath")
	if err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(p)
	if err != nil {
		return nil, value.Errorf(value.OSError, "realpath of %s: %w", p, err)
	}
	return value.Str(resolve(abs, 0)), nil
}

func resolve(p string, depth int) string {
	if full, err := filepath.EvalSymlinks(p); err == nil {
		return full
	}
	if p == "/" || depth > 255 {
		return p
	}
	return path.Join(resolve(path.Dir(p), depth+1), path.Base(p))
}

func relpath(a *arguments) (value.Value, error) {
	p, err := a.path(0, "relpath")
	if err != nil {
		return nil, err
	}
	start := "."
	if a.has(1) {
		if start, err = a.path(1, "relpath"); err != nil {
			return nil, err
		}
	}
	if p == "" {
		return nil, value.Errorf(value.ValueError, "no path specified")
	}
	from, err := filepath.Abs(start)
	if err != nil {
		return nil, err
	}
	to, err := filepath.Abs(p)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(from, to)
	return value.Str(rel), err
}

func (a *arguments) paths(filter string) ([]string, error) {
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	if s, ok := textOf(v); ok {
		return []string{s}, nil
	}
	if _, ok := isSequence(v); !ok {
		return nil, value.Errorf(value.TypeError, "|%s expects string or sequence, got %s instead.", filter, pyClass(v))
	}
	items, err := value.ToSlice(v)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, item := range items {
		s, ok := textOf(item)
		if !ok {
			return nil, value.Errorf(value.TypeError, "join() argument must be str, bytes, or os.PathLike object, not '%s'", item.TypeName())
		}
		out = append(out, s)
	}
	return out, nil
}

func pathJoin(a *arguments) (value.Value, error) {
	parts, err := a.paths("path_join")
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		return nil, value.Errorf(value.TypeError, "join() missing 1 required positional argument: 'a'")
	}
	return value.Str(joinPaths(parts)), nil
}

// joinPaths is posixpath.join: an absolute part starts anew.
func joinPaths(parts []string) string {
	out := ""
	for i, p := range parts {
		switch {
		case i == 0 || strings.HasPrefix(p, "/"):
			out = p
		case out == "" || strings.HasSuffix(out, "/"):
			out += p
		default:
			out += "/" + p
		}
	}
	return out
}

// normPath is posixpath.normpath, which keeps exactly two leading slashes.
func normPath(p string) string {
	if p == "" {
		return "."
	}
	clean := path.Clean(p)
	if strings.HasPrefix(p, "//") && !strings.HasPrefix(p, "///") {
		return "/" + clean
	}
	return clean
}

func commonPath(a *arguments) (value.Value, error) {
	paths, err := a.paths("commonpath")
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, value.Errorf(value.ValueError, "commonpath() arg is an empty sequence")
	}
	split := func(p string) []string {
		return strings.FieldsFunc(p, func(r rune) bool { return r == '/' })
	}
	common := split(paths[0])
	for _, p := range paths[1:] {
		if strings.HasPrefix(p, "/") != strings.HasPrefix(paths[0], "/") {
			return nil, value.Errorf(value.ValueError, "Can't mix absolute and relative paths")
		}
		parts, n := split(p), 0
		for n < len(common) && n < len(parts) && common[n] == parts[n] {
			n++
		}
		common = common[:n]
	}
	text := strings.Join(common, "/")
	if strings.HasPrefix(paths[0], "/") {
		text = "/" + text
	}
	return value.Str(text), nil
}

func globFilter(a *arguments) (value.Value, error) {
	pattern, err := a.path(0, "fileglob")
	if err != nil {
		return nil, err
	}
	return strs(globFiles(pattern)), nil
}

// globFiles lists the regular files that match a pattern, hidden ones only where the pattern asks for them.
func globFiles(pattern string) []string {
	found, err := filepath.Glob(strings.ReplaceAll(pattern, "[!", "[^"))
	if err != nil {
		return nil
	}
	var out []string
	wantHidden := strings.HasPrefix(path.Base(pattern), ".")
	for _, p := range found {
		if !wantHidden && strings.HasPrefix(path.Base(p), ".") {
			continue
		}
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
			out = append(out, p)
		}
	}
	sort.Strings(out)
	return out
}
