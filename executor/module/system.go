package module

import (
	"context"
	"io"
	"io/fs"
	"time"
)

// System is the target as modules see it. Real acts on the machine (below a root directory, "/" in production, a scratch
// directory in tests and in the demo); DryRun reads through it and drops what would change something.
// Paths are absolute paths of the target.
type System interface {
	Files
	Commands
	// Ask sends a request to the socket at a path, and reads what comes until the other side closes it. It is for questions: in check
	// mode they are asked, too.
	Ask(path string, request []byte) ([]byte, error)
	// Self is who the module runs as.
	Self() Self
	// DryRun tells that changes are dropped; for the rare module whose answer must say so.
	DryRun() bool
}

// Self is the identity of the running module: what a file gets that is created without further words.
type Self struct {
	UID, GID int
	Umask    fs.FileMode
	PID      int
}

// Files is the file system part of System. Errors are those of package fs.
type Files interface {
	Lstat(path string) (Info, error)
	Stat(path string) (Info, error)
	Open(path string) (io.ReadCloser, error)
	ReadFile(path string) ([]byte, error)
	ReadDir(path string) ([]Info, error)
	Readlink(path string) (string, error)
	// Realpath resolves every link of the path.
	Realpath(path string) (string, error)

	// Write puts a file in place atomically: temporary file in the same directory, content, owner, mode, attributes, fsync,
	// rename. Readers see the old file or the new one, never a part, and never with another mode.
	Write(path string, content io.Reader, spec WriteSpec) error
	// Mkdir makes one directory with mode less the umask; ask for the final bits, so that it is never more open.
	Mkdir(path string, mode fs.FileMode) error
	Symlink(target, path string) error
	Link(target, path string) error
	Rename(from, to string) error
	Remove(path string) error
	RemoveAll(path string) error
	Chmod(path string, mode fs.FileMode) error
	// Lchown changes the owner without following links; -1 keeps an id.
	Lchown(path string, uid, gid int) error
	// Chtimes follows links; a zero time keeps the file's. Both times Now are the moment of the call.
	Chtimes(path string, atime, mtime time.Time) error
	// Getxattr and Setxattr act on a link itself.
	Getxattr(path, name string) ([]byte, error)
	Setxattr(path, name string, value []byte) error
	// Flags reads a file's inode flags (chattr(1)) and version; an error tells that the file system has none.
	Flags(path string) (flags, version uint32, err error)
	SetFlags(path string, flags uint32) error
	// Access tells whether the module's user may read (4), write (2) or execute (1) what a path leads to.
	Access(path string, rights uint32) bool
	// TempDir makes a directory that only the module's user can enter, for its scratch files. It is real under DryRun
	// too. The caller removes it.
	TempDir() (string, error)
}

// Now, for both times of Chtimes, is the target's own now: what touch(1) does.
var Now = time.Unix(1<<40, 0)

// WriteSpec is the final state of a written file.
type WriteSpec struct {
	// Mode and owner the file has when it appears. Keep takes them (and extended attributes, ACLs, SELinux label) from
	// the file that is replaced where the corresponding field is unset.
	Mode     *fs.FileMode
	UID, GID *int
	// Like names a file whose owner, mode and attributes are kept in place of those of the replaced one (a backup).
	Like string
	// Label is the SELinux label; "" keeps or leaves it to the kernel.
	Label string
	// Fresh keeps nothing of a file that is replaced: unset fields are those of a new file.
	Fresh bool
	// Mtime is set on the file before it appears where it is not zero.
	Mtime time.Time
	// Validate is called with the path of the complete temporary file before the rename; an error leaves all as it was.
	Validate func(tmp string) error
	// Unsafe writes in place where rename is impossible (bind mounts), for unsafe_writes.
	Unsafe bool
}

// Info is a file's status.
type Info struct {
	Name    string
	Path    string
	Mode    fs.FileMode
	Perm    uint32 // the twelve permission bits, setuid, setgid and sticky included
	UID     int
	GID     int
	Size    int64
	Atime   time.Time
	Mtime   time.Time
	Ctime   time.Time
	Dev     uint64
	Ino     uint64
	Nlink   uint64
	Link    string // where a link points, for Lstat of a symbolic link
	Blocks  int64
	Blksize int64
	Rdev    uint64
}

// Commands runs programs.
type Commands interface {
	// Run runs a program to its end. A program that ran and failed is not an error: look at Output.RC.
	Run(ctx context.Context, cmd Cmd) (Output, error)
	// LookPath finds a program in PATH and the usual sbin directories, as Ansible's get_bin_path.
	LookPath(name string) (string, error)
	// Getenv reads the environment of the call, the task's environment: keyword included.
	Getenv(name string) string
	// Environ is all of it, by name.
	Environ() map[string]string
}

// Cmd is one program to run. Argv is never joined into a shell line.
type Cmd struct {
	Argv  []string
	Dir   string
	Env   map[string]string // added to the call's environment
	Stdin []byte
	// StdinFrom streams to the program where Stdin is nil.
	StdinFrom io.Reader
	// Reads promises that the program changes nothing, so that DryRun runs it too.
	Reads bool
	// Whole lets the program come to its end though the controller is gone or the task was given up: a package manager that is stopped
	// in its work leaves what no later run repairs.
	Whole bool
	// UID and GID to run as; nil keeps the agent's.
	UID, GID *int
	Umask    *int
}

// Output is what came of a Cmd.
type Output struct {
	RC     int
	Stdout []byte
	Stderr []byte
	// Start and End bracket the run, by the target's clock.
	Start, End time.Time
}
