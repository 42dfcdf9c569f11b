package launch

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"pylint-deploy/executor/connection/sshdtest"
)

// The command lines of rsync are those of Ansible's synchronize. A program that does nothing stands in for rsync.
func TestSynchronizeRunsTheRsyncOfAnsible(t *testing.T) {
	program := installed(t, "ansible-playbook")
	dir, err := filepath.Abs("testdata/rsync")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Join(dir, "bin")+":"+os.Getenv("PATH"))
	want := ansible(t, program, dir, "rsync", "hosts", nil)
	// Ansible takes any key of a host here, unless verify_host is set. We do so where the keys of hosts are not checked at all.
	got := ours(t, dir, "rsync", "hosts", func(o *Options) { o.Getenv = environment("ANSIBLE_HOST_KEY_CHECKING", "false") })
	if got.out != want.out || got.code != want.code {
		t.Errorf("exit codes %d and %d\n--- ansible-playbook\n%s\n--- pylint-deploy\n%s", want.code, got.code, want.out, got.out)
	}
}

// delegate_to names the host that rsync runs on: its own, where both paths are, or another one, from which it connects.
func TestSynchronizeRunsWhereDelegateToSays(t *testing.T) {
	server := sshdtest.Start(t)
	program, err := filepath.Abs("testdata/rsync/bin/rsync")
	if err != nil {
		t.Fatal(err)
	}
	// What rsync is told last, and who is told it: the one who logs in, while nobody is become at rsync's other end.
	teller := filepath.Join(t.TempDir(), "rsync")
	if err := os.WriteFile(teller, []byte("#!/bin/sh\nid -un; for last; do :; done; echo \"$last\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	user, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	book := fmt.Sprintf(`- hosts: target
  gather_facts: false
  vars: {ansible_rsync_path: %s}
  tasks:
    - synchronize: {src: /a, dest: /b}
      delegate_to: "{{ inventory_hostname }}"
      register: r
    - assert: {that: [r is changed, r.cmd.endswith('%%i %%n%%L\' /a /b'), "'--rsh' not in r.cmd"]}
    - add_host: {name: far, ansible_host: 192.0.2.1, ansible_user: deploy}
- hosts: far
  gather_facts: false
  vars: {ansible_rsync_path: %s}
  tasks:
    - synchronize: {src: /a, dest: /b}
      delegate_to: target
      register: r
    - assert: {that: [r is changed, r.cmd.endswith(' /a deploy@192.0.2.1:/b'), "'--rsh=' in r.cmd"]}
    - synchronize: {src: /a, dest: "/b c"}
      vars: {ansible_rsync_path: %s}
      delegate_to: target
      become: true
      become_user: nobody
      register: r
    - assert: {that: ["'--rsync-path=' in r.cmd", "'sudo -u nobody rsync' in r.cmd", "r.stdout_lines == ['%s', 'deploy@192.0.2.1:/b c']"]}
`, program, program, teller, user.Username)
	screen, code := overSSH(t, server, book, nil)
	if code != 0 || strings.Count(screen, "All assertions passed") != 3 {
		t.Errorf("exit code %d\n%s", code, screen)
	}
}
