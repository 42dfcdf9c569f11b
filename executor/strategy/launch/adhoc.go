package launch

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"pylint-deploy/executor/strategy/config"
	"pylint-deploy/parser/playbook"
)

// AdHoc is one task for some hosts, without a playbook.
type AdHoc struct {
	Pattern, Module, Args string
	// Async and Poll are seconds; 0 waits for the task itself.
	Async, Poll int
	// Timeout is the time in seconds that the task may take; 0 is that of the settings.
	Timeout int
	// List tells that only the hosts are wanted.
	List bool
	// Dir stands in for the directory of a playbook, "" for the working directory.
	Dir string
}

// OptionError is a command line that makes no sense; ansible's exit code for it is 5.
type OptionError struct{ Why string }

func (e *OptionError) Error() string { return e.Why }

// localhosts are the names of this machine.
var localhosts = []string{"localhost", "127.0.0.1", "::1"}

// needArgs are the modules that can do nothing without arguments.
var needArgs = []string{"command", "raw", "script", "shell"}

// NewAdHoc is New for a single task. Relative paths start in the working directory.
func NewAdHoc(ctx context.Context, a AdHoc, o Options) (*Session, error) {
	o.AdHoc, o.title, o.local = true, "__adhoc_playbook__", slices.Contains(localhosts, a.Pattern)
	s, err := prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := s.adHoc(ctx, a.with(s.Config)); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// with completes the task by the settings.
func (a AdHoc) with(c *config.Config) AdHoc {
	if a.Module == "" {
		a.Module = c.Str("DEFAULT_MODULE_NAME")
	}
	if a.Args == "" {
		a.Args = c.Str("DEFAULT_MODULE_ARGS")
	}
	if a.Dir == "" {
		a.Dir = first(c.Paths("PLAYBOOK_DIR", "\x00"))
	}
	return a
}

// adHoc reads what the run of the task needs.
func (s *Session) adHoc(ctx context.Context, a AdHoc) error {
	short := a.Module[strings.LastIndexByte(a.Module, '.')+1:]
	switch {
	case slices.Contains(needArgs, short) && a.Args == "" && !a.List:
		why := fmt.Sprintf("No argument passed to %s module", a.Module)
		if strings.HasSuffix(a.Pattern, ".yml") {
			why += " (did you mean to run ansible-playbook?)"
		}
		return &OptionError{why}
	case short == "import_playbook":
		return &OptionError{fmt.Sprintf("'%s' is not a valid action for ad-hoc commands", a.Module)}
	}
	text, err := a.playbook()
	if err != nil {
		return err
	}
	dir := s.opts.Dir
	if a.Dir != "" {
		if dir, err = filepath.Abs(a.Dir); err != nil {
			return err
		}
	}
	path := filepath.Join(dir, "exec")
	s.opts.files = oneFile{Files: playbook.Disk{}, path: path, text: text}
	if err := s.playbooks([]string{path}); err != nil {
		return err
	}
	if err := s.complete(ctx, dir); err != nil {
		return err
	}
	hosts, err := s.Hosts(a.Pattern)
	switch {
	case err != nil || len(hosts) > 0 || len(s.hosts.Hosts()) == 0:
	case s.opts.Limit != "":
		return errNoHosts
	default:
		s.warn("No hosts matched, nothing to do")
	}
	return err
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
	if a.Timeout > 0 {
		task["timeout"] = a.Timeout
	}
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
