package playbook

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Files is what a Loader reads from: the disk, or a tree in memory.
type Files interface {
	ReadFile(path string) ([]byte, error)
	Stat(path string) (fs.FileInfo, error)
	ReadDir(path string) ([]fs.DirEntry, error)
}

// Disk is the machine's file system.
type Disk struct{}

// ReadFile implements Files.
func (Disk) ReadFile(path string) ([]byte, error) { return os.ReadFile(path) }

// Stat implements Files.
func (Disk) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

// ReadDir implements Files.
func (Disk) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

// Tree reads from a file tree such as an embedded or archived one. Paths are relative to its root.
type Tree struct{ FS fs.FS }

func (t Tree) name(path string) string {
	if path = strings.TrimPrefix(filepath.ToSlash(filepath.Clean(path)), "/"); path == "" {
		return "."
	}
	return path
}

// ReadFile implements Files.
func (t Tree) ReadFile(path string) ([]byte, error) { return fs.ReadFile(t.FS, t.name(path)) }

// Stat implements Files.
func (t Tree) Stat(path string) (fs.FileInfo, error) { return fs.Stat(t.FS, t.name(path)) }

// ReadDir implements Files.
func (t Tree) ReadDir(path string) ([]fs.DirEntry, error) { return fs.ReadDir(t.FS, t.name(path)) }
