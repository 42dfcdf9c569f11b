package check

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// known tells of keys that only tasks have: a module's name, or a task's own keywords.
func known(key string) bool {
	switch key {
	case "block", "include", "import_tasks", "include_tasks", "include_role", "import_role", "action", "local_action":
		return true
	}
	_, ok := catalog.Known(key)
	return ok && key != "name"
}

// reader gives facts what lies beside the content.
type reader struct{ loader *playbook.Loader }

func (r reader) Source(path string) (*source.File, error) { return r.loader.Source(path) }

func (r reader) Tasks(visit func(*playbook.Task)) { r.loader.Each(visit) }

func (r reader) Text(path string) []byte {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return text
}

func (r reader) List(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// overlay is the disk with one file replaced by what an editor holds.
type overlay struct{ stdin *Stdin }

func (o overlay) is(path string) bool { return filepath.Clean(path) == filepath.Clean(o.stdin.Path) }

func (o overlay) ReadFile(path string) ([]byte, error) {
	if o.is(path) {
		return bytes.Clone(o.stdin.Text), nil
	}
	return os.ReadFile(path)
}

func (o overlay) Stat(path string) (fs.FileInfo, error) {
	if o.is(path) {
		return unsaved{filepath.Base(path), int64(len(o.stdin.Text))}, nil
	}
	return os.Stat(path)
}

func (o overlay) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

// unsaved describes a file that may not be on disk yet.
type unsaved struct {
	name string
	size int64
}

func (u unsaved) Name() string       { return u.name }
func (u unsaved) Size() int64        { return u.size }
func (u unsaved) Mode() fs.FileMode  { return 0o644 }
func (u unsaved) ModTime() time.Time { return time.Time{} }
func (u unsaved) IsDir() bool        { return false }
func (u unsaved) Sys() any           { return nil }
