package module

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Write puts a file in place atomically. The temporary file lies in the same directory, is readable by nobody but its
// owner until its content is complete, and gets its final owner, label and mode before it takes the name.
func (r *Real) Write(p string, content io.Reader, spec WriteSpec) error {
	return r.at(p, r.host, func(host string) error {
		model := host
		if spec.Like != "" {
			var err error
			if model, err = r.hostFollow(spec.Like); err != nil {
				return err
			}
		}
		tmp, err := writeTemp(host, model, content, spec, r.self)
		if err != nil {
			if tmp == "" && spec.Unsafe && noRename(err) {
				return overwrite(host, content)
			}
			return err
		}
		defer os.Remove(tmp) // no-op once renamed
		if spec.Validate != nil {
			if err := spec.Validate(path.Join(path.Dir(p), path.Base(tmp))); err != nil {
				return err
			}
		}
		if err = os.Rename(tmp, host); err != nil {
			if !spec.Unsafe || !noRename(err) {
				return err
			}
			f, ferr := os.Open(tmp)
			if ferr != nil {
				return err
			}
			defer f.Close()
			return overwrite(host, f)
		}
		return syncDir(path.Dir(host))
	})
}

// noRename tells of the errors with which atomic replacement is impossible by the nature of the place.
func noRename(err error) bool {
	for _, e := range []error{syscall.EPERM, syscall.EXDEV, syscall.EACCES, syscall.ETXTBSY, syscall.EBUSY, syscall.EROFS} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// overwrite is the way of unsafe_writes: the file keeps its inode, owner and mode.
func overwrite(host string, content io.Reader) error {
	f, err := os.OpenFile(host, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Sync(), f.Close())
}

// writeTemp writes the complete temporary file and returns its name. An error with a name of "" means that it could not
// even be created and content is unread. The model is the file whose status is kept where spec says nothing.
func writeTemp(host, model string, content io.Reader, spec WriteSpec, self Self) (string, error) {
	f, err := createTemp(path.Dir(host))
	if err != nil {
		return "", err
	}
	err = func() error {
		if _, err := io.Copy(f, content); err != nil {
			return fmt.Errorf("writing %s: %w", host, err)
		}
		if err := finishTemp(f, model, spec, self); err != nil {
			return err
		}
		return f.Sync()
	}()
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return f.Name(), err
}

// createTemp makes a file with a name that no glob of a configuration directory takes for its own.
func createTemp(dir string) (*os.File, error) {
	for {
		var b [8]byte
		rand.Read(b[:])
		name := path.Join(dir, ".ansible_tmp"+hex.EncodeToString(b[:]))
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|unix.O_NOFOLLOW, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// finishTemp gives a temporary file its final status: owner, then attributes and ACL, then mode (chown clears setuid).
func finishTemp(f *os.File, model string, spec WriteSpec, self Self) error {
	old, err := os.Stat(model)
	if err != nil || spec.Fresh {
		old = nil
	}
	uid, gid, perm := finalStatus(spec, old, self)
	if uid != -1 || gid != -1 {
		asked := spec.UID != nil || spec.GID != nil
		if err := f.Chown(uid, gid); err != nil && (asked || !errors.Is(err, fs.ErrPermission)) {
			return err
		}
	}
	if old != nil {
		if err := copyXattrs(f, model, perm); err != nil {
			return err
		}
	}
	if spec.Label != "" {
		if err := unix.Fsetxattr(int(f.Fd()), selinuxXattr, []byte(spec.Label+"\x00"), 0); err != nil {
			return &fs.PathError{Op: "set selinux context", Path: f.Name(), Err: err}
		}
	}
	if err := unix.Fchmod(int(f.Fd()), perm); err != nil {
		return &fs.PathError{Op: "chmod", Path: f.Name(), Err: err}
	}
	if !spec.Mtime.IsZero() {
		return os.Chtimes(f.Name(), time.Time{}, spec.Mtime)
	}
	return nil
}

// finalStatus decides owner (-1 keeps) and permission bits.
func finalStatus(spec WriteSpec, old fs.FileInfo, self Self) (uid, gid int, perm uint32) {
	uid, gid, perm = -1, -1, uint32(0o666&^self.Umask)
	if st, ok := statOf(old); ok {
		uid, gid, perm = int(st.Uid), int(st.Gid), uint32(st.Mode)&0o7777
	}
	if spec.UID != nil {
		uid = *spec.UID
	}
	if spec.GID != nil {
		gid = *spec.GID
	}
	if spec.Mode != nil {
		perm = PermBits(*spec.Mode)
	}
	return uid, gid, perm
}

func statOf(fi fs.FileInfo) (*syscall.Stat_t, bool) {
	if fi == nil {
		return nil, false
	}
	st, ok := fi.Sys().(*syscall.Stat_t)
	return st, ok
}

const aclAccess = "system.posix_acl_access"

// copyXattrs carries extended attributes, ACL and SELinux label of the old file over. Capabilities are not: the kernel
// drops them from a file whose content changes.
func copyXattrs(f *os.File, from string, perm uint32) error {
	n, err := unix.Listxattr(from, nil)
	if err != nil || n <= 0 {
		return nil // a file system without extended attributes
	}
	names := make([]byte, n)
	if n, err = unix.Listxattr(from, names); err != nil {
		return nil
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(names[:n]), "\x00"), "\x00") {
		if name == "security.capability" || name == "security.ima" || name == "security.evm" {
			continue
		}
		value := make([]byte, 64<<10)
		size, err := unix.Getxattr(from, name, value)
		if err != nil {
			continue
		}
		value = value[:size]
		if name == aclAccess {
			limitACL(value, perm)
		}
		err = unix.Fsetxattr(int(f.Fd()), name, value, 0)
		if err != nil && !errors.Is(err, unix.ENOTSUP) && !errors.Is(err, unix.EPERM) {
			return fmt.Errorf("keeping attribute %s of %s: %w", name, from, err)
		}
	}
	return nil
}

// limitACL puts the final permission bits into an ACL, so that setting it never opens the file wider than chmod will.
// The format is that of the kernel's posix_acl_xattr.h: a 4 byte version, then entries of tag, permissions and id.
func limitACL(acl []byte, perm uint32) {
	const userObj, groupObj, mask, other = 0x01, 0x04, 0x10, 0x20
	groupTag := uint16(groupObj)
	for i := 4; i+8 <= len(acl); i += 8 {
		if binary.LittleEndian.Uint16(acl[i:]) == mask {
			groupTag = mask // with a mask, the group bits of the mode are the mask's
		}
	}
	for i := 4; i+8 <= len(acl); i += 8 {
		switch binary.LittleEndian.Uint16(acl[i:]) {
		case userObj:
			binary.LittleEndian.PutUint16(acl[i+2:], uint16(perm>>6&7))
		case groupTag:
			binary.LittleEndian.PutUint16(acl[i+2:], uint16(perm>>3&7))
		case other:
			binary.LittleEndian.PutUint16(acl[i+2:], uint16(perm&7))
		}
	}
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil // a directory that may be written and not read
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}

// PermBits are the twelve permission bits of a mode as chmod(2) takes them.
func PermBits(m fs.FileMode) uint32 {
	bits := uint32(m.Perm())
	if m&fs.ModeSetuid != 0 {
		bits |= 0o4000
	}
	if m&fs.ModeSetgid != 0 {
		bits |= 0o2000
	}
	if m&fs.ModeSticky != 0 {
		bits |= 0o1000
	}
	return bits
}

// FileMode is the inverse of PermBits.
func FileMode(bits uint32) fs.FileMode {
	m := fs.FileMode(bits & 0o777)
	if bits&0o4000 != 0 {
		m |= fs.ModeSetuid
	}
	if bits&0o2000 != 0 {
		m |= fs.ModeSetgid
	}
	if bits&0o1000 != 0 {
		m |= fs.ModeSticky
	}
	return m
}
