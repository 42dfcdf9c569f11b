//go:build target

package verify_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pylint-deploy/executor/verify"
)

// flawed has, beside what is sound, a handler that an interruption loses and a directory that is made by a command once.
const flawed = `
- hosts: web
  gather_facts: false
  become: true
  tasks:
    - name: make the directory
      ansible.builtin.file: {path: /srv/app, state: directory, owner: root, group: root, mode: "0755"}
    - name: configure cron
      ansible.builtin.copy: {content: "# nothing\n", dest: /etc/cron.d/app, owner: root, group: root, mode: "0644"}
      notify: note the change
    - name: take a while
      ansible.builtin.shell: touch /srv/app/half && sleep 1 && echo done >/srv/app/half
      args: {creates: /srv/app/half}
    - name: see that cron runs
      ansible.builtin.service: {name: cron, state: started, enabled: true}
  handlers:
    - name: note the change
      ansible.builtin.copy: {content: "changed\n", dest: /srv/app/noted, owner: root, group: root, mode: "0644"}
`

// On a real server: what is sound passes, the two flaws are found where they are, and drift of the service is mended.
func TestFlawsAreFoundOnTarget(t *testing.T) {
	target, err := filepath.Abs("../../testdata/target/target")
	if err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) string {
		t.Helper()
		out, err := exec.Command(name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "pylint-deploy")
	run("go", "build", "-o", program, "../../cmd/pylint-deploy")
	exec.Command(target, "down", "flawed").Run() // what a test that was killed has left
	run(target, "up", "flawed")
	defer exec.Command(target, "down", "flawed").Run()
	env := map[string]string{}
	for line := range strings.Lines(run(target, "env", "flawed")) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			env[key] = strings.Trim(value, "'")
		}
	}
	hosts := fmt.Sprintf("[web]\nflawed ansible_user=root ansible_host=%s ansible_ssh_private_key_file=%s ansible_ssh_common_args='-o UserKnownHostsFile=%s'\n",
		env["address"], env["key"], env["known_hosts"])
	for name, text := range map[string]string{"hosts": hosts, "site.yml": flawed} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// The reset happens outside of the controller's network, in which the playbooks run.
	reset := fmt.Sprintf("nsenter --mount=/proc/%d/ns/mnt --net=/proc/%[1]d/ns/net %s reset flawed", os.Getpid(), target)
	report := filepath.Join(dir, "report.json")
	out, err := exec.Command(target, "ctl", program, "verify", filepath.Join(dir, "site.yml"), "-i", filepath.Join(dir, "hosts"), "--disposable", "--drift",
		"--reset-command", reset, "--enter-command", target+" enter {host} sh -c", "--output-file", "json="+report).CombinedOutput()
	if err == nil {
		t.Fatalf("the flaws were not found:\n%s", out)
	}
	text, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var r verify.Report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, trial := range r.All() {
		if !trial.OK() {
			task := ""
			if trial.Task != nil {
				task = " " + trial.Task.Name
			}
			got = append(got, trial.Kind+task+trial.Name)
		}
	}
	want := []string{"stop configure cron", "cut take a while", "stop take a while", "stop see that cron runs"}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%q did not fail", w)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) && !strings.HasPrefix(g, "cut ") && !strings.HasPrefix(g, "drift/srv/app/noted") && !strings.HasPrefix(g, "walk") && !strings.HasPrefix(g, "drift/srv/app/half") {
			t.Errorf("%q failed", g)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}
