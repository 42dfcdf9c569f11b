//go:build target

package course

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// server is a disposable server in a world of its own, so that both have the same name, address and neighbours.
type server struct {
	t     *testing.T
	world string
	env   map[string]string // what `target env` says
	dir   string            // the playbooks, with this server in their inventory
}

const name = "web1"

// boot starts a server and prepares the course's playbooks for it.
func boot(t *testing.T, side string) *server {
	t.Helper()
	s := &server{t: t, world: fmt.Sprintf("%s%d", side, os.Getpid()), env: map[string]string{}}
	t.Cleanup(func() { _, _ = s.target("down") })
	s.must(s.target("up", name))
	for line := range strings.Lines(s.must(s.target("env", name))) {
		key, v, _ := strings.Cut(strings.TrimSpace(line), "=")
		s.env[key] = strings.Trim(v, "'")
	}
	s.dir = prepare(t, s)
	return s
}

// target runs the script that keeps the servers.
func (s *server) target(args ...string) (string, error) {
	cmd := exec.Command("../target", args...)
	cmd.Env = append(os.Environ(), "TARGET_WORLD="+s.world)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if err != nil {
		err = fmt.Errorf("target %s: %w\n%s", strings.Join(args, " "), err, out.String())
	}
	return out.String(), err
}

func (s *server) must(out string, err error) string {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// inside runs a command on the server.
func (s *server) inside(argv ...string) string {
	s.t.Helper()
	return s.must(s.target(append([]string{"enter", name}, argv...)...))
}

// controller runs a program in the playbooks' directory, as the controller.
func (s *server) controller(argv ...string) (string, error) {
	return s.target(append([]string{"ctl", "env", "-C", s.dir, "ANSIBLE_CONFIG=" + filepath.Join(s.dir, "ansible.cfg"), "ANSIBLE_NOCOLOR=1"}, argv...)...)
}

// prepare copies the course's playbooks for this server. They are not part of the repository.
func prepare(t *testing.T, s *server) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("./prepare.sh", name, dir)
	cmd.Env = append(os.Environ(), "TARGET_WORLD="+s.world)
	if out, err := cmd.CombinedOutput(); err != nil {
		if cmd.ProcessState.ExitCode() == 3 {
			t.Skip(string(out))
		}
		t.Fatalf("prepare.sh: %v\n%s", err, out)
	}
	return dir
}
