package action

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"pylint-deploy/executor/connection"
)

// find is the path of a file that a task names: absolute, or below the folder kind ("files", "templates", "vars") of one of
// the search directories, or beside them.
func (c *Call) find(kind, name string) (string, error) {
	name = expandHome(name)
	var tried []string
	for _, path := range Candidates(c.SearchPath, c.BaseDir, kind, name) {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		tried = append(tried, path)
	}
	return "", &Failed{Msg: fmt.Sprintf("Could not find or access '%s'\nSearched in:\n\t%s on the Ansible Controller.\nIf you are using a module and expect the file to exist on the remote, see the remote_src option",
		name, strings.Join(tried, "\n\t"))}
}

// Candidates are the paths that a name may mean, strongest first.
func Candidates(search []string, base, kind, name string) []string {
	if filepath.IsAbs(name) {
		return []string{filepath.Clean(name)}
	}
	var out []string
	seen := map[string]bool{}
	add := func(path string) {
		if !seen[path] {
			seen[path] = true
			out = append(out, path)
		}
	}
	for _, dir := range append(search[:len(search):len(search)], base) {
		// a task file of a role stands in its tasks folder: the role is one up
		if b := filepath.Base(dir); b == "tasks" || b == "handlers" {
			up := filepath.Dir(dir)
			add(filepath.Join(up, kind, name))
			add(filepath.Join(up, name))
		}
		if !strings.HasPrefix(name, kind+"/") {
			add(filepath.Join(dir, kind, name))
		}
		add(filepath.Join(dir, name))
	}
	return out
}

func expandHome(name string) string {
	rest, ok := strings.CutPrefix(name, "~")
	if !ok {
		return name
	}
	who, below, _ := strings.Cut(rest, "/")
	if who == "" {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, below)
		}
	} else if u, err := user.Lookup(who); err == nil {
		return filepath.Join(u.HomeDir, below)
	}
	return name
}

// output makes the keys rc, stdout and stderr of a command that ran.
func output(o connection.Output) []any {
	stdout, stderr := string(o.Stdout), string(o.Stderr)
	return []any{"rc", o.RC, "stdout", stdout, "stdout_lines", lines(stdout), "stderr", stderr, "stderr_lines", lines(stderr)}
}

// lines is Python's splitlines, for results.
func lines(s string) []any {
	out := []any{}
	if s == "" {
		return out
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	for _, l := range strings.Split(strings.TrimSuffix(s, "\n"), "\n") {
		out = append(out, l)
	}
	return out
}
