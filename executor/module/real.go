package module

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Real acts on the machine below a root directory: "/" in production, a scratch directory in tests and in the demo.
//
// Below a scratch root symbolic links are resolved as if the root were "/", so that a module can no more leave it by an
// absolute link than by "..". That guards against accidents, not against somebody who changes links in between.
// Programs are those of the machine and see its whole file system; only their working directory is below the root.
type Real struct {
	root string // without trailing slash; "" is the machine's own root
	env  map[string]string
	self Self
	dir  string // where relative paths and programs start; "" is the process's own directory
}

// NewReal makes a System below root with the environment that a task adds; env may be nil.
func NewReal(root string, env map[string]string) (*Real, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("root directory %s: %w", root, err)
	}
	if root == "/" {
		root = ""
	} else if root, err = filepath.EvalSymlinks(root); err != nil {
		return nil, fmt.Errorf("root directory: %w", err)
	}
	self := Self{UID: os.Geteuid(), GID: os.Getegid(), Umask: readUmask(), PID: os.Getpid()}
	return &Real{root: root, env: env, self: self}, nil
}

// WithEnv is the same target with another task environment.
func (r *Real) WithEnv(env map[string]string) *Real {
	c := *r
	c.env = env
	return &c
}

// In is the same target with another directory that relative paths and programs start from.
func (r *Real) In(dir string) *Real {
	c := *r
	c.dir = dir
	return &c
}

// readUmask asks the kernel, since reading the umask by setting it would disturb other goroutines.
func readUmask() fs.FileMode {
	status, err := os.ReadFile("/proc/self/status")
	if err == nil {
		for line := range strings.Lines(string(status)) {
			var mask uint32
			if n, _ := fmt.Sscanf(line, "Umask: %o", &mask); n == 1 {
				return fs.FileMode(mask)
			}
		}
	}
	return 0o022
}

// Self tells who the process is.
func (r *Real) Self() Self { return r.self }

// DryRun is false.
func (r *Real) DryRun() bool { return false }

// host maps a path of the target to one of this machine without following a link at its end.
func (r *Real) host(p string) (string, error) {
	if r.root == "" {
		return r.here(p), nil
	}
	p = path.Clean("/" + p)
	if p == "/" {
		return r.root, nil
	}
	dir, err := r.resolve(path.Dir(p), 0)
	if err != nil {
		return "", err
	}
	return r.root + path.Join(dir, path.Base(p)), nil
}

// hostFollow maps a path following a link at its end.
func (r *Real) hostFollow(p string) (string, error) {
	if r.root == "" {
		return r.here(p), nil
	}
	q, err := r.resolve(path.Clean("/"+p), 0)
	return r.root + q, err
}

// here completes a relative path where there is a directory for them.
func (r *Real) here(p string) string {
	if r.dir == "" || path.IsAbs(p) {
		return p
	}
	return path.Join(r.dir, p)
}

const maxLinks = 40 // as Linux

// resolve follows every link of a path of a scratch root. What does not exist is left as it is.
func (r *Real) resolve(p string, links int) (string, error) {
	done := "/"
	rest := strings.Split(strings.Trim(p, "/"), "/")
	for len(rest) > 0 {
		name := rest[0]
		rest = rest[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			done = path.Dir(done)
			continue
		}
		next := path.Join(done, name)
		target, err := os.Readlink(r.root + next)
		if err != nil {
			done = next
			continue
		}
		if links++; links > maxLinks {
			return "", &fs.PathError{Op: "open", Path: p, Err: syscall.ELOOP}
		}
		if path.IsAbs(target) {
			done = "/"
		}
		rest = slices.Concat(strings.Split(target, "/"), rest)
	}
	return done, nil
}

// name puts the target's path into an error instead of the machine's.
func (r *Real) name(p string, err error) error {
	if err == nil || r.root == "" {
		return err
	}
	switch e := err.(type) {
	case *fs.PathError:
		return &fs.PathError{Op: e.Op, Path: p, Err: e.Err}
	case *os.LinkError:
		return &os.LinkError{Op: e.Op, Old: strings.TrimPrefix(e.Old, r.root), New: strings.TrimPrefix(e.New, r.root), Err: e.Err}
	}
	return err
}

// at maps a path and does something there, naming the target's path in errors.
func (r *Real) at(p string, mapper func(string) (string, error), do func(host string) error) error {
	host, err := mapper(p)
	if err == nil {
		err = do(host)
	}
	return r.name(p, err)
}

// Lstat is the status of a path, of a link itself.
func (r *Real) Lstat(p string) (info Info, err error) {
	err = r.at(p, r.host, func(host string) error {
		fi, err := os.Lstat(host)
		if err != nil {
			return err
		}
		info = newInfo(p, fi)
		if fi.Mode()&fs.ModeSymlink != 0 {
			info.Link, err = os.Readlink(host)
		}
		return err
	})
	return info, err
}

// Stat is the status of what a path leads to.
func (r *Real) Stat(p string) (info Info, err error) {
	err = r.at(p, r.hostFollow, func(host string) error {
		fi, err := os.Stat(host)
		if err == nil {
			info = newInfo(p, fi)
		}
		return err
	})
	return info, err
}

func newInfo(p string, fi fs.FileInfo) Info {
	info := Info{Name: path.Base(p), Path: p, Mode: fi.Mode(), Size: fi.Size(), Mtime: fi.ModTime()}
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		info.Perm = uint32(st.Mode) & 0o7777
		info.UID, info.GID = int(st.Uid), int(st.Gid)
		info.Atime, info.Ctime = statTimes(st)
		info.Dev, info.Ino, info.Nlink, info.Rdev = uint64(st.Dev), st.Ino, uint64(st.Nlink), uint64(st.Rdev)
		info.Blocks, info.Blksize = st.Blocks, int64(st.Blksize)
	}
	return info
}

// Open opens a file for reading.
func (r *Real) Open(p string) (f io.ReadCloser, err error) {
	err = r.at(p, r.hostFollow, func(host string) (err error) {
		f, err = os.Open(host)
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// ReadFile reads a whole file.
func (r *Real) ReadFile(p string) (data []byte, err error) {
	err = r.at(p, r.hostFollow, func(host string) (err error) {
		data, err = os.ReadFile(host)
		return err
	})
	return data, err
}

// ReadDir lists a directory, sorted by name, each entry with its own status; one that vanishes meanwhile is left out.
func (r *Real) ReadDir(p string) (infos []Info, err error) {
	err = r.at(p, r.hostFollow, func(host string) error {
		entries, err := os.ReadDir(host)
		for _, e := range entries {
			if info, err := r.Lstat(path.Join(p, e.Name())); err == nil {
				infos = append(infos, info)
			}
		}
		return err
	})
	return infos, err
}

// Readlink tells where a link points.
func (r *Real) Readlink(p string) (target string, err error) {
	err = r.at(p, r.host, func(host string) (err error) {
		target, err = os.Readlink(host)
		return err
	})
	return target, err
}

// Realpath resolves every link of a path. As Python's os.path.realpath, what does not exist is kept as it is written.
func (r *Real) Realpath(p string) (string, error) {
	if r.root == "" {
		abs, err := filepath.Abs(r.here(p)) // a relative path is one of the working directory
		if err != nil {
			return "", err
		}
		p = abs
	}
	return r.resolve(path.Clean("/"+p), 0)
}

// Mkdir makes one directory, its mode less the umask, as mkdir(2).
func (r *Real) Mkdir(p string, mode fs.FileMode) error {
	return r.at(p, r.host, func(host string) error { return os.Mkdir(host, mode) })
}

// Symlink makes a link; the target is written as it is given.
func (r *Real) Symlink(target, p string) error {
	return r.at(p, r.host, func(host string) error { return os.Symlink(target, host) })
}

// Link makes a hard link.
func (r *Real) Link(target, p string) error {
	return r.at(p, r.host, func(host string) error {
		from, err := r.host(target)
		if err != nil {
			return err
		}
		return os.Link(from, host)
	})
}

// Rename moves atomically within a file system.
func (r *Real) Rename(from, to string) error {
	return r.at(to, r.host, func(host string) error {
		src, err := r.host(from)
		if err != nil {
			return err
		}
		return os.Rename(src, host)
	})
}

// Remove removes a file, a link or an empty directory.
func (r *Real) Remove(p string) error { return r.at(p, r.host, os.Remove) }

// RemoveAll removes a tree; a path that does not exist is no error.
func (r *Real) RemoveAll(p string) error { return r.at(p, r.host, os.RemoveAll) }

// Chmod sets the twelve permission bits of what a path leads to.
func (r *Real) Chmod(p string, mode fs.FileMode) error {
	return r.at(p, r.hostFollow, func(host string) error { return os.Chmod(host, mode) })
}

// Lchown changes the owner of a path itself.
func (r *Real) Lchown(p string, uid, gid int) error {
	return r.at(p, r.host, func(host string) error { return os.Lchown(host, uid, gid) })
}

// Chtimes sets the times of what a path leads to.
func (r *Real) Chtimes(p string, atime, mtime time.Time) error {
	return r.at(p, r.hostFollow, func(host string) error {
		if atime.Equal(Now) && mtime.Equal(Now) {
			if err := touchNow(host); err != nil {
				return &fs.PathError{Op: "chtimes", Path: host, Err: err}
			}
			return nil
		}
		return os.Chtimes(host, atime, mtime)
	})
}

// Getxattr reads an extended attribute of a path itself. One that is not there is fs.ErrNotExist.
func (r *Real) Getxattr(p, name string) (value []byte, err error) {
	err = r.at(p, r.host, func(host string) error {
		n, err := unix.Lgetxattr(host, name, nil)
		if err != nil {
			return &fs.PathError{Op: "getxattr", Path: host, Err: noAttr(err)}
		}
		value = make([]byte, n)
		n, err = unix.Lgetxattr(host, name, value)
		if err != nil {
			return &fs.PathError{Op: "getxattr", Path: host, Err: noAttr(err)}
		}
		value = value[:n]
		return nil
	})
	return value, err
}

func noAttr(err error) error {
	if err == unix.ENODATA || err == unix.ENOTSUP {
		return fs.ErrNotExist
	}
	return err
}

// Setxattr sets an extended attribute of a path itself.
func (r *Real) Setxattr(p, name string, value []byte) error {
	return r.at(p, r.host, func(host string) error {
		if err := unix.Lsetxattr(host, name, value, 0); err != nil {
			return &fs.PathError{Op: "setxattr", Path: host, Err: err}
		}
		return nil
	})
}

// TempDir makes a scratch directory in the target's /tmp (or TMPDIR).
func (r *Real) TempDir() (string, error) {
	tmp := r.Getenv("TMPDIR")
	if tmp == "" {
		tmp = "/tmp"
	}
	host, err := r.hostFollow(tmp)
	if err != nil {
		return "", err
	}
	if r.root != "" {
		if err := os.MkdirAll(host, 0o1777); err != nil {
			return "", fmt.Errorf("scratch directory: %w", err)
		}
	}
	dir, err := os.MkdirTemp(host, "pylint-deploy-")
	if err != nil {
		return "", fmt.Errorf("scratch directory: %w", err)
	}
	return path.Join(tmp, path.Base(dir)), nil
}

// Access asks the kernel.
func (r *Real) Access(p string, rights uint32) bool {
	host, err := r.hostFollow(p)
	return err == nil && unix.Access(host, rights) == nil
}
