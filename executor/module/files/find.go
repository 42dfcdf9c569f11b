package files

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/regexp"
	"pylint-deploy/parser/pyre"
)

// finder is one call of ansible.builtin.find. Files come in the order of their names.
type finder struct {
	*module.Call
	kind      string // file_type
	stampKey  string
	age, size *int64 // nil where no limit is asked for
	depth     int
	hidden    bool
	follow    bool
	match     func(name string) (bool, error)
	contains  *pyre.Regexp
	now       time.Time
	files     []any
	examined  int
	skipped   map[string]any
	seen      map[[2]uint64]bool // directories entered through links
	root      string
}

// units of age (seconds) and size (bytes).
var (
	ageUnits  = map[string]int64{"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
	sizeUnits = map[string]int64{"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
	amount    = regexp.MustCompile(`^(-?\d+)([a-z]?)$`)
)

func find(ctx context.Context, c *module.Call) (module.Result, error) {
	f := &finder{Call: c, kind: c.Args.Str("file_type"), stampKey: c.Args.Str("age_stamp"), depth: int(c.Args.Int("depth")),
		hidden: c.Args.Bool("hidden"), follow: c.Args.Bool("follow"), now: time.Now(), files: []any{}, skipped: map[string]any{}}
	if err := f.read(); err != nil {
		return nil, err
	}
	for _, p := range c.Paths("paths") {
		info, err := c.Sys.Stat(p)
		if err == nil && !info.Mode.IsDir() || err != nil {
			err = fmt.Errorf("'%s' is not a directory", p)
		} else {
			f.root, f.seen = strings.TrimRight(p, "/"), map[[2]uint64]bool{}
			err = f.walk(ctx, f.root)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			text := err.Error()
			if _, isFailure := err.(*module.Failure); isFailure {
				return nil, err
			}
			f.skipped[p] = text
			c.Warn("Skipped '%s' path due to this access issue: %s\n", p, text)
		}
	}
	msg := "All paths examined"
	if len(f.skipped) > 0 {
		msg = "Not all paths examined, check warnings for details"
	}
	return module.Result{"files": f.files, "changed": false, "msg": msg, "matched": len(f.files), "examined": f.examined,
		"skipped_paths": f.skipped}, nil
}

// read checks and compiles the arguments.
func (f *finder) read() (err error) {
	if f.age, err = limit(f.Args, "age", ageUnits); err != nil {
		return err
	}
	if f.size, err = limit(f.Args, "size", sizeUnits); err != nil {
		return err
	}
	if text := f.Args.Text("contains"); f.Args.Has("contains") {
		if f.contains, err = pyre.Compile(text, 0); err != nil {
			return module.Fail(fmt.Sprintf("contains: the regular expression %q is not valid: %v", text, err))
		}
	}
	f.match, err = nameFilter(f.Args.Strs("patterns"), f.Args.Strs("excludes"), f.Args.Bool("use_regex"))
	return err
}

func limit(args module.Args, name string, units map[string]int64) (*int64, error) {
	text := strings.ToLower(args.Text(name))
	if text == "" {
		return nil, nil
	}
	m := amount.FindStringSubmatch(text)
	if m == nil || units[m[2]] == 0 {
		return nil, module.Fail("failed to process "+name, name, args.Text(name))
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return nil, module.Fail("failed to process "+name, name, args.Text(name))
	}
	n *= units[m[2]]
	return &n, nil
}

// nameFilter matches a name against patterns, but not excludes. Without patterns all names match.
func nameFilter(patterns, excludes []string, regex bool) (func(string) (bool, error), error) {
	var matchers [2][]func(string) (bool, error)
	for i, list := range [2][]string{patterns, excludes} {
		for _, p := range list {
			if !regex {
				matchers[i] = append(matchers[i], func(name string) (bool, error) { return module.Fnmatch(p, name), nil })
				continue
			}
			re, err := pyre.Compile(p, 0)
			if err != nil {
				return nil, module.Fail(fmt.Sprintf("the regular expression %q is not valid: %v", p, err))
			}
			matchers[i] = append(matchers[i], func(name string) (bool, error) {
				m, err := re.Match(name)
				return m != nil, err
			})
		}
	}
	anyOf := func(list []func(string) (bool, error), name string) (bool, error) {
		for _, match := range list {
			if ok, err := match(name); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	}
	return func(name string) (bool, error) {
		if ok, err := anyOf(matchers[0], name); (!ok && len(matchers[0]) > 0) || err != nil {
			return false, err
		}
		out, err := anyOf(matchers[1], name)
		return !out, err
	}, nil
}

// walk examines a directory: what is in it first, then its subdirectories.
func (f *finder) walk(ctx context.Context, dir string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	at := dir
	if at == "" {
		at = "/"
	}
	entries, err := f.Sys.ReadDir(at)
	if err != nil {
		return fmt.Errorf("%s", module.Errno(err))
	}
	f.examined += len(entries)
	var dirs []module.Info
	for pass := range 2 { // as os.walk: files before directories
		for _, e := range entries {
			if isDir := f.directory(e); isDir == (pass == 1) {
				if isDir && (e.Mode.IsDir() || f.follow) {
					dirs = append(dirs, e)
				}
				if f.tooDeep(e.Path) {
					dirs = nil
					continue
				}
				if err := f.examine(e); err != nil {
					return err
				}
			}
		}
	}
	if !f.Args.Bool("recurse") {
		return nil
	}
	for _, d := range dirs {
		if !f.tooDeep(d.Path) && f.enter(d) {
			if err := f.walk(ctx, d.Path); err != nil {
				return err
			}
		}
	}
	return nil
}

// directory tells what os.walk takes for a directory: links to one too.
func (f *finder) directory(e module.Info) bool {
	if e.Mode&fs.ModeSymlink == 0 {
		return e.Mode.IsDir()
	}
	info, err := f.Sys.Stat(e.Path)
	return err == nil && info.Mode.IsDir()
}

// enter guards against links in a circle.
func (f *finder) enter(d module.Info) bool {
	if !f.follow {
		return true
	}
	info, err := f.Sys.Stat(d.Path)
	id := [2]uint64{info.Dev, info.Ino}
	if err != nil || f.seen[id] {
		return false
	}
	f.seen[id] = true
	return true
}

func (f *finder) tooDeep(p string) bool {
	return f.depth > 0 && strings.Count(p, "/")-strings.Count(f.root+"/", "/")+1 > f.depth
}

// examine adds an entry that fits.
func (f *finder) examine(e module.Info) error {
	if strings.HasPrefix(e.Name, ".") && !f.hidden {
		return nil
	}
	kind := "other"
	switch {
	case e.Mode.IsDir():
		kind = directory
	case e.Mode.IsRegular():
		kind = regular
	case e.Mode&fs.ModeSymlink != 0:
		kind = link
	}
	if f.kind != "any" && f.kind != kind {
		return nil
	}
	if ok, err := f.match(e.Name); !ok || err != nil || !f.oldEnough(e) {
		return err
	}
	if kind == regular && !within(f.size, e.Size) {
		return nil
	}
	if kind == regular && f.kind == regular {
		if ok, err := f.content(e); !ok || err != nil {
			return err
		}
	}
	st := statInfo(f.Call, e)
	st["path"], st["pw_name"], st["gr_name"] = path.Clean(e.Path), "", ""
	if a, ok := f.LookupUID(e.UID); ok {
		st["pw_name"] = a.Name
	}
	if g, ok := f.LookupGID(e.GID); ok {
		st["gr_name"] = g.Name
	}
	if kind == regular && f.Args.Bool("get_checksum") {
		sum, err := f.Checksum(e.Path, "sha1")
		if err != nil {
			return err
		}
		st["checksum"] = sum
	}
	f.files = append(f.files, map[string]any(st))
	return nil
}

func (f *finder) oldEnough(e module.Info) bool {
	stamp := map[string]time.Time{"atime": e.Atime, "ctime": e.Ctime}[f.stampKey]
	if stamp.IsZero() {
		stamp = e.Mtime
	}
	if f.age == nil {
		return true
	}
	old := f.now.Sub(stamp).Seconds()
	if *f.age >= 0 {
		return old >= float64(*f.age)
	}
	return old <= float64(-*f.age)
}

// within tells whether a size is at least a limit, or at most its absolute value where it is negative.
func within(limit *int64, size int64) bool {
	switch {
	case limit == nil:
		return true
	case *limit >= 0:
		return size >= *limit
	}
	return size <= -*limit
}

// content tells whether a file has a line that begins with the pattern, or the pattern anywhere with read_whole_file.
func (f *finder) content(e module.Info) (bool, error) {
	if f.contains == nil {
		return true, nil
	}
	data, err := f.Sys.ReadFile(e.Path)
	if err != nil || !utf8.Valid(data) {
		return false, nil
	}
	text := strings.ReplaceAll(strings.ReplaceAll(string(data), "\r\n", "\n"), "\r", "\n")
	if f.Args.Bool("read_whole_file") {
		m, err := f.contains.Search(text)
		return m != nil, err
	}
	for line := range strings.Lines(text) {
		if m, err := f.contains.Match(line); m != nil || err != nil {
			return m != nil, err
		}
	}
	return false, nil
}
