package state

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"strings"
	"sync"
	"time"

	"pylint-deploy/executor/module"
)

// stamp is what tells that a path is what it was: ctime changes with content, mode, owner, attributes and, of directories, entries;
// no program can set it.
type stamp struct {
	dev, ino   uint64
	size, time int64
}

func stampOf(info module.Info) stamp {
	return stamp{info.Dev, info.Ino, info.Size, info.Ctime.UnixNano()}
}

// ctimeGrain is how long two changes may have the same ctime.
const ctimeGrain = 20 * time.Millisecond

// found is what has been found out of a path, and holds as long as its stamp is the same.
type found struct {
	stamp
	kind                string
	out, opaque         bool // by the patterns
	attributes, content string
	names               []string // of what is in a directory
}

// attributes are the extended attributes that are part of the state.
var attributes = []string{"system.posix_acl_access", "system.posix_acl_default", "security.capability", "security.selinux"}

// files looks at the tree.
func (c *capture) files() error {
	roots := c.Args.Strs("roots")
	if len(roots) == 0 {
		roots = []string{"/"}
	}
	w := &walk{capture: c, names: newNames(c.Sys), work: make(chan struct{}, 2*runtime.GOMAXPROCS(0)), before: c.keep.tree, now: map[string]*found{},
		settled: time.Now().Add(-ctimeGrain)}
	for _, root := range roots {
		info, err := c.Sys.Lstat(root)
		if err != nil {
			return fmt.Errorf("looking at the files: %w", err)
		}
		w.entry(info)
	}
	w.all.Wait()
	c.keep.tree = w.now // what was not met again is forgotten
	return nil
}

// walk goes through directories side by side, as many as there are processors for.
type walk struct {
	*capture
	names   *names
	work    chan struct{}
	all     sync.WaitGroup
	before  map[string]*found
	settled time.Time // what has changed since may change again without another stamp

	seen sync.Mutex
	now  map[string]*found
}

// entry looks at a path.
func (w *walk) entry(info module.Info) {
	f := w.recall(info)
	if f.out {
		return
	}
	if f.kind == "dir" {
		w.put(f.kind, info.Path, w.describe(info, f))
		w.all.Go(func() { w.dir(info, f) })
		return
	}
	line := info.Link
	switch {
	case f.kind == "link":
	case !info.Mode.IsRegular():
		line = "special " + info.Mode.Type().String() + " " + w.describe(info, f)
	case f.opaque:
		line = w.describe(info, f) + " content not compared"
	default:
		if f.content == "" && !w.sum(info, f) {
			return
		}
		line = w.describe(info, f) + " " + f.content
	}
	w.put(f.kind, info.Path, line)
}

// recall gives what is known of a path, or begins to find out.
func (w *walk) recall(info module.Info) *found {
	f := &found{stamp: stampOf(info), kind: kindOf(info.Mode)}
	old := w.before[info.Path]
	switch {
	case old == nil || old.kind != f.kind:
		f.out = w.ignore.path(info.Path) || w.ignore.item(f.kind, info.Path)
		f.opaque = w.opaque.path(info.Path)
	case old.stamp == f.stamp:
		f = old
	default:
		f.out, f.opaque = old.out, old.opaque
	}
	if !f.out && f != old && f.kind != "link" {
		f.attributes = w.attributes(info.Path)
	}
	kept := f
	if !info.Ctime.Before(w.settled) { // the decisions last, but what was found is not to be relied upon
		kept = &found{kind: f.kind, out: f.out, opaque: f.opaque}
	}
	w.seen.Lock()
	w.now[info.Path] = kept
	w.seen.Unlock()
	return f
}

func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "dir"
	case mode&fs.ModeSymlink != 0:
		return "link"
	}
	return "file"
}

// dir goes on to what is in a directory.
func (w *walk) dir(info module.Info, f *found) {
	w.work <- struct{}{}
	var infos []module.Info
	if f.names != nil {
		for _, name := range f.names {
			if child, err := w.Sys.Lstat(path.Join(info.Path, name)); err == nil {
				infos = append(infos, child)
			}
		}
	} else {
		infos, _ = w.Sys.ReadDir(info.Path) // what cannot be read, or has just gone, shows by its own entry
		f.names = make([]string, len(infos))
		for i, child := range infos {
			f.names[i] = child.Name
		}
	}
	<-w.work
	for _, child := range infos {
		w.entry(child)
	}
}

// describe is owner, mode and attributes.
func (w *walk) describe(info module.Info, f *found) string {
	return mode(info.Perm) + " " + w.names.user(info.UID) + ":" + w.names.group(info.GID) + f.attributes
}

// attributes are the extended attributes that count.
func (w *walk) attributes(p string) string {
	var b strings.Builder
	for _, name := range attributes {
		if value, err := w.Sys.Getxattr(p, name); err == nil {
			sum := sha256.Sum256(value)
			b.WriteString(" " + path.Ext(name)[1:] + "=" + hex.EncodeToString(sum[:4]))
		}
	}
	return b.String()
}

// sum hashes a file's content. false is a file that has just gone.
func (w *walk) sum(info module.Info, f *found) bool {
	w.work <- struct{}{}
	defer func() { <-w.work }()
	file, err := w.Sys.Open(info.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil {
		f.content = "unreadable"
		return true
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		f.content = "unreadable"
		return true
	}
	f.content = fmt.Sprintf("%d bytes %s", info.Size, hex.EncodeToString(h.Sum(nil)[:8]))
	return true
}

// names are the target's own accounts by number: numbers may differ between two runs that made the same accounts.
type names struct{ users, groups map[string]string }

func newNames(sys module.System) *names {
	read := func(file string) map[string]string {
		out := map[string]string{}
		data, _ := sys.ReadFile(file)
		for line := range strings.Lines(string(data)) {
			if f := strings.Split(line, ":"); len(f) > 2 {
				if _, known := out[f[2]]; !known {
					out[f[2]] = f[0]
				}
			}
		}
		return out
	}
	return &names{users: read("/etc/passwd"), groups: read("/etc/group")}
}

func (n *names) user(id int) string  { return named(n.users, id) }
func (n *names) group(id int) string { return named(n.groups, id) }

func named(table map[string]string, id int) string {
	if name, ok := table[number(id)]; ok {
		return name
	}
	return number(id)
}
