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

	"pylint-deploy/executor/module"
)

// fileKey is what a content's hash is remembered by. ctime changes with the content and cannot be set.
type fileKey struct {
	dev, ino   uint64
	size, time int64
}

// attributes are the extended attributes that are part of the state.
var attributes = []string{"system.posix_acl_access", "system.posix_acl_default", "security.capability", "security.selinux"}

// files looks at the tree.
func (c *capture) files() error {
	roots := c.Args.Strs("roots")
	if len(roots) == 0 {
		roots = []string{"/"}
	}
	w := &walk{capture: c, names: newNames(c.Sys), work: make(chan struct{}, 2*runtime.GOMAXPROCS(0)), hashes: map[fileKey]string{}}
	for _, root := range roots {
		info, err := c.Sys.Lstat(root)
		if err != nil {
			return fmt.Errorf("looking at the files: %w", err)
		}
		w.entry(info)
	}
	w.all.Wait()
	c.keep.hashes = w.hashes // what was not met again is forgotten
	return nil
}

// walk goes through directories side by side, as many as there are processors for.
type walk struct {
	*capture
	names  *names
	work   chan struct{}
	all    sync.WaitGroup
	seen   sync.Mutex
	hashes map[fileKey]string
}

func (w *walk) dir(p string) {
	w.work <- struct{}{}
	infos, _ := w.Sys.ReadDir(p) // what cannot be read, or has just gone, shows by its own entry
	<-w.work
	for _, info := range infos {
		w.entry(info)
	}
}

func (w *walk) entry(info module.Info) {
	if w.ignore.path(info.Path) {
		return
	}
	if info.Mode.IsDir() {
		w.set("dir", info.Path, w.describe(info))
		w.all.Go(func() { w.dir(info.Path) })
		return
	}
	kind := "file"
	line := w.describe(info)
	switch {
	case info.Mode&fs.ModeSymlink != 0:
		kind, line = "link", info.Link
	case !info.Mode.IsRegular():
		line = "special " + info.Mode.Type().String() + " " + line
	case w.opaque.path(info.Path):
		line += " content not compared"
	default:
		w.work <- struct{}{}
		sum, err := w.sum(info)
		<-w.work
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		line += " " + sum
	}
	w.set(kind, info.Path, line)
}

// describe is owner, mode and attributes.
func (w *walk) describe(info module.Info) string {
	var b strings.Builder
	b.WriteString(mode(info.Perm) + " " + w.names.user(info.UID) + ":" + w.names.group(info.GID))
	for _, name := range attributes {
		if value, err := w.Sys.Getxattr(info.Path, name); err == nil {
			sum := sha256.Sum256(value)
			b.WriteString(" " + path.Ext(name)[1:] + "=" + hex.EncodeToString(sum[:4]))
		}
	}
	return b.String()
}

// sum is the hash of a file's content, from memory where the file is the same as before.
func (w *walk) sum(info module.Info) (string, error) {
	key := fileKey{info.Dev, info.Ino, info.Size, info.Ctime.UnixNano()}
	sum, known := w.keep.hashes[key]
	if !known {
		f, err := w.Sys.Open(info.Path)
		if errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if err != nil {
			return "unreadable", nil
		}
		defer f.Close()
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return "unreadable", nil
		}
		sum = fmt.Sprintf("%d bytes %s", info.Size, hex.EncodeToString(h.Sum(nil)[:8]))
	}
	w.seen.Lock()
	w.hashes[key] = sum
	w.seen.Unlock()
	return sum, nil
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
