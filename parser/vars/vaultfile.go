package vars

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Replace writes a file in one step: readers see the old text or the new one, whole. The mode and, where allowed, the owner
// of a file that was there stay; a new file is readable by its owner alone.
func Replace(path string, text []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	defer os.Remove(tmp.Name()) // fails once it is renamed
	if info, err := os.Stat(path); err == nil {
		tmp.Chmod(info.Mode().Perm())
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			tmp.Chown(int(st.Uid), int(st.Gid)) // only root may give files away; others keep theirs
		}
	}
	if _, err = tmp.Write(text); err == nil {
		err = tmp.Sync()
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}

// EditPlain lets edit change a text in a file that only the user can read, in memory where the system has such a place,
// and overwrites the file afterwards. The file has the extension of name, for editors.
func EditPlain(plain []byte, name string, edit func(path string) error) ([]byte, error) {
	dir, err := os.MkdirTemp(memoryDir(), "vault-")
	if err != nil {
		return nil, fmt.Errorf("cannot make a place to edit in: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "text"+filepath.Ext(name))
	if err := os.WriteFile(path, plain, 0o600); err != nil {
		return nil, fmt.Errorf("cannot make a file to edit: %w", err)
	}
	defer shred(path)
	if err := edit(path); err != nil {
		return nil, fmt.Errorf("the editor failed, nothing was changed: %w", err)
	}
	return os.ReadFile(path)
}

// memoryDir is a directory that never reaches a disk, "" (the system's default) without one.
func memoryDir() string {
	for _, dir := range []string{os.Getenv("XDG_RUNTIME_DIR"), "/dev/shm"} {
		if info, err := os.Stat(dir); dir != "" && err == nil && info.IsDir() {
			return dir
		}
	}
	return ""
}

// shred overwrites a file before it goes away.
func shred(path string) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil {
		io.CopyN(f, rand.Reader, info.Size())
		f.Sync()
	}
}

// Inline writes a vault as the value of a variable in YAML, "name: !vault |"; without a name, as the value alone.
func Inline(name string, sealed []byte) string {
	var b strings.Builder
	if name != "" {
		b.WriteString(name + ": ")
	}
	b.WriteString("!vault |\n")
	for line := range strings.Lines(string(sealed)) {
		b.WriteString(strings.Repeat(" ", 10) + line)
	}
	return b.String()
}
