package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pylint-deploy/executor/connection/sshdtest"
)

const siteDir = "../../testdata/site"

// siteOn writes an inventory for a user of a real OpenSSH server that may become root.
func siteOn(t *testing.T, s *sshdtest.Server, user, root string) string {
	t.Helper()
	text := fmt.Sprintf("[web]\nserver ansible_host=127.0.0.1 ansible_port=%d ansible_user=%s\n[web:vars]\n"+
		"ansible_ssh_private_key_file=%s\nansible_ssh_common_args='-F none -o UserKnownHostsFile=%s -o IdentitiesOnly=yes -o ControlPath=none'\n"+
		"ansible_python_interpreter=/usr/bin/python3\ntarget_root=%s\n", s.Port, user, s.KeyFile, s.KnownHosts, root)
	file := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// tree describes the files below a directory: mode, owner, kind, content.
func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		content := ""
		switch {
		case info.Mode().IsRegular():
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			content = strings.ReplaceAll(string(text), root, "ROOT")
		case info.Mode()&fs.ModeSymlink != 0:
			content, _ = os.Readlink(path)
		}
		rel, _ := filepath.Rel(root, path)
		out[rel] = fmt.Sprintf("%s %d %s", info.Mode(), info.Sys().(*syscall.Stat_t).Uid, content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// worldDir is a directory that only root may write and every user may enter.
func worldDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "site")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

var recapLine = regexp.MustCompile(`(?m)^server +: ok=.*$`)

// TestSiteOnOpenSSHAsAnsible runs the course-shaped site with become twice over a real sshd, with Ansible and with us, on two roots:
// equal screens, equal recaps, equal files, and nothing changed by the second run.
func TestSiteOnOpenSSHAsAnsible(t *testing.T) {
	server := sshdtest.Start(t)
	user := sshdtest.NewUser(t, "ALL=(ALL) NOPASSWD: ALL")
	ansible := theirs(t, "ansible-playbook")
	playbook := filepath.Join(siteDir, "deploy.yml")

	ours, theirs := worldDir(t), worldDir(t)
	ourHosts, theirHosts := siteOn(t, server, user.Name, ours), siteOn(t, server, user.Name, theirs)
	for run, wantChanged := range []string{"", "changed=0 "} {
		stdout, stderr, err := invoke(t, "run", playbook, "-i", ourHosts)
		if err != nil {
			t.Fatalf("run %d: %v\n%s\n%s\n%v", run+1, err, stdout, stderr, tree(t, ours))
		}
		recap := recapLine.FindString(stdout)
		if !strings.Contains(recap, wantChanged) || wantChanged == "" && strings.Contains(recap, "changed=0 ") {
			t.Errorf("run %d: %s\n%s", run+1, recap, stdout)
		}
		cmd := exec.Command(ansible, "-i", theirHosts, playbook)
		cmd.Env = append(os.Environ(), "ANSIBLE_LOCALHOST_WARNING=false", "ANSIBLE_HOME="+t.TempDir(), "ANSIBLE_PIPELINING=true", "ANSIBLE_NOCOLOR=1", "ANSIBLE_DEPRECATION_WARNINGS=false")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("ansible, run %d: %v\n%s", run+1, err, out)
		}
		if d := cmp.Diff(string(out), stdout); d != "" {
			t.Errorf("run %d: the screen differs from Ansible's (-ansible +ours):\n%s", run+1, d)
		}
	}
	if d := cmp.Diff(tree(t, theirs), tree(t, ours)); d != "" {
		t.Errorf("the files differ from those that Ansible made (-ansible +ours):\n%s", d)
	}
}

// TestCheckModePredictsAndTouchesNothing: after a change of a variable.
func TestCheckModePredictsAndTouchesNothing(t *testing.T) {
	server := sshdtest.Start(t)
	user := sshdtest.NewUser(t, "ALL=(ALL) NOPASSWD: ALL")
	root := worldDir(t)
	hosts := siteOn(t, server, user.Name, root)
	playbook := filepath.Join(siteDir, "deploy.yml")
	if out, stderr, err := invoke(t, "run", playbook, "-i", hosts); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr)
	}
	before := tree(t, root)
	out, stderr, err := invoke(t, "run", playbook, "-i", hosts, "--check", "--diff", "-e", "wsgi_server_port=7000")
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, stderr)
	}
	for _, want := range []string{"-  server localhost:6543 fail_timeout=0;", "+  server localhost:7000 fail_timeout=0;", "RUNNING HANDLER [common : restart nginx]"} {
		if !strings.Contains(out, want) {
			t.Errorf("the screen lacks %q:\n%s", want, out)
		}
	}
	if d := cmp.Diff(before, tree(t, root)); d != "" {
		t.Errorf("check mode changed something:\n%s", d)
	}
}
