package main

import (
	"io"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// onTerminal runs this program under a name on a terminal of its own and returns all that it wrote there.
func onTerminal(t *testing.T, dir string, argv ...string) string {
	t.Helper()
	master, slave := terminal(t)
	defer master.Close()
	cmd := exec.Command(ownPath(t))
	cmd.Args, cmd.Dir = argv, dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	text, _ := io.ReadAll(master) // ends with an error when the program has closed its side
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return string(text)
}

// TestProgressIsShownOnTerminals: while a task lasts, and not where scripts wait for Ansible's screen.
func TestProgressIsShownOnTerminals(t *testing.T) {
	t.Setenv("TERM", "xterm")
	dir := t.TempDir()
	put(t, dir, "slow.yml", "- hosts: localhost\n  gather_facts: false\n  tasks:\n    - name: Lasts\n      command: sleep 3\n")
	line := regexp.MustCompile(`\r\x1b\[KLasts: waiting for localhost, [0-9]+s`)
	got := onTerminal(t, dir, "pylint-deploy", "run", "--noncompliant", "run", "slow.yml")
	if !line.MatchString(got) {
		t.Errorf("no progress in %q", got)
	}
	_, after, _ := strings.Cut(got, "Lasts: waiting")
	if i, j := strings.LastIndex(after, "waiting"), strings.Index(after, "changed: [localhost]"); j < 0 || i > j || !strings.Contains(after[:j], "\r\x1b[K") {
		t.Errorf("the result stands beside the progress: %q", after)
	}
	if got := onTerminal(t, dir, "ansible-playbook", "slow.yml"); line.MatchString(got) || !strings.Contains(got, "\x1b[0;33mchanged: [localhost]") {
		t.Errorf("under Ansible's name: %q", got)
	}
}
