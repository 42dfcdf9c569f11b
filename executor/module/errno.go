package module

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// pythonError words a system error as Python's OSError does, since messages that playbooks match on have that form.
func pythonError(err error) string {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			errno = syscall.ENOENT
		case errors.Is(err, fs.ErrPermission):
			errno = syscall.EACCES
		case errors.Is(err, fs.ErrExist):
			errno = syscall.EEXIST
		default:
			return err.Error()
		}
	}
	text := errno.Error()
	text = strings.ToUpper(text[:1]) + text[1:]
	if s, ok := pythonText[errno]; ok {
		text = s
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return fmt.Sprintf("[Errno %d] %s: '%s'", int(errno), text, pe.Path)
	}
	var le *os.LinkError
	if errors.As(err, &le) {
		return fmt.Sprintf("[Errno %d] %s: '%s' -> '%s'", int(errno), text, le.Old, le.New)
	}
	return fmt.Sprintf("[Errno %d] %s", int(errno), text)
}

// pythonText are the texts of glibc that differ from Go's by more than the first letter.
var pythonText = map[syscall.Errno]string{
	syscall.ENOTEMPTY: "Directory not empty",
	syscall.EXDEV:     "Invalid cross-device link",
	syscall.EIO:       "Input/output error",
	syscall.ENOEXEC:   "Exec format error",
	syscall.ETXTBSY:   "Text file busy",
	syscall.EBUSY:     "Device or resource busy",
}
