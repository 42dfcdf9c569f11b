package module

import (
	"errors"
	"io/fs"
)

// Flags reads the inode flags of a file, which only Linux has.
func (r *Real) Flags(p string) (flags, version uint32, err error) {
	return 0, 0, &fs.PathError{Op: "lsattr", Path: p, Err: errors.ErrUnsupported}
}

// SetFlags sets the inode flags of a file, which only Linux has.
func (r *Real) SetFlags(p string, flags uint32) error {
	return &fs.PathError{Op: "chattr", Path: p, Err: errors.ErrUnsupported}
}
