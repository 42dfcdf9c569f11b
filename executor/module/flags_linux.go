package module

import (
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// The ioctls of linux/fs.h for a file's flags and version on a 64-bit machine.
const (
	iocGetFlags   = 0x80086601
	iocSetFlags   = 0x40086602
	iocGetVersion = 0x80087601
)

// Flags reads the inode flags of a regular file or a directory.
func (r *Real) Flags(p string) (flags, version uint32, err error) {
	err = r.at(p, r.host, func(host string) error {
		return ioctlOn(host, func(fd int) error {
			f, err := unix.IoctlGetUint32(fd, iocGetFlags)
			if err != nil {
				return &fs.PathError{Op: "lsattr", Path: host, Err: err}
			}
			flags = f
			version, _ = unix.IoctlGetUint32(fd, iocGetVersion)
			return nil
		})
	})
	return flags, version, err
}

// SetFlags sets the inode flags of a regular file or a directory.
func (r *Real) SetFlags(p string, flags uint32) error {
	return r.at(p, r.host, func(host string) error {
		return ioctlOn(host, func(fd int) error {
			if err := unix.IoctlSetPointerInt(fd, iocSetFlags, int(flags)); err != nil {
				return &fs.PathError{Op: "chattr", Path: host, Err: err}
			}
			return nil
		})
	})
}

// ioctlOn opens a file for an ioctl; devices and pipes are not touched.
func ioctlOn(host string, do func(fd int) error) error {
	fi, err := os.Lstat(host)
	if err != nil {
		return err
	}
	if !fi.Mode().IsRegular() && !fi.IsDir() {
		return &fs.PathError{Op: "lsattr", Path: host, Err: unix.EOPNOTSUPP}
	}
	fd, err := unix.Open(host, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return &fs.PathError{Op: "open", Path: host, Err: err}
	}
	defer unix.Close(fd)
	return do(fd)
}
