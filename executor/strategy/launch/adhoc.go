package launch

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"pylint-deploy/parser/playbook"
)

// AdHoc is one task for some hosts, without a playbook.
type AdHoc struct {
	Pattern, Module, Args string
	// Async and Poll are seconds; 0 waits for the task itself.
	Async, Poll int
}

// NewAdHoc is New for a single task. Relative paths start in the working directory.
func NewAdHoc(ctx context.Context, a AdHoc, o Options) (*Session, error) {
	text, err := a.playbook()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(o.Dir, "exec")
	o.files = oneFile{Files: playbook.Disk{}, path: path, text: text}
	return New(ctx, []string{path}, o)
}

// playbook is the task as a playbook.
func (a AdHoc) playbook() ([]byte, error) {
	var args any
	if trimmed := strings.TrimSpace(a.Args); strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "{{") {
		if err := yaml.Unmarshal([]byte(trimmed), &args); err != nil {
			return nil, fmt.Errorf("-a %s: %w", a.Args, err)
		}
	} else if trimmed != "" {
		args = a.Args
	}
	task := map[string]any{a.Module: args}
	if a.Async > 0 {
		task["async"], task["poll"] = a.Async, a.Poll
	}
	return yaml.Marshal([]any{map[string]any{"hosts": a.Pattern, "name": "Ansible Ad-Hoc", "gather_facts": false, "tasks": []any{task}}})
}

// oneFile puts a file that is not on the disk beside those that are.
type oneFile struct {
	playbook.Files
	path string
	text []byte
}

// ReadFile implements playbook.Files.
func (o oneFile) ReadFile(path string) ([]byte, error) {
	if path == o.path {
		return o.text, nil
	}
	return o.Files.ReadFile(path)
}

// Stat implements playbook.Files.
func (o oneFile) Stat(path string) (fs.FileInfo, error) {
	if path == o.path {
		return fileInfo{o}, nil
	}
	return o.Files.Stat(path)
}

type fileInfo struct{ oneFile }

func (f fileInfo) Name() string       { return filepath.Base(f.path) }
func (f fileInfo) Size() int64        { return int64(len(f.text)) }
func (f fileInfo) Mode() os.FileMode  { return 0o600 }
func (f fileInfo) ModTime() time.Time { return time.Time{} }
func (f fileInfo) IsDir() bool        { return false }
func (f fileInfo) Sys() any           { return nil }
