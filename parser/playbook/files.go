package playbook

import (
	"io/fs"
	"os"
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
