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

// On a real server: what is sound passes, and flaws are found where they are.
func TestVerifyOnTarget(t *testing.T) {
	for _, test := range []struct {
		name, tasks string
		args        []string
		fails       []string // trials
		because     []string // of the state
		alone       []string // the trials that are made on their own, from a snapshot where one helps; nil is not looked at
	}{
		{
			name: "sound",
			tasks: `
    - name: make the directory
      ansible.builtin.file: {path: /srv/app, state: directory, owner: root, group: root, mode: "0755"}
    - name: configure rsyslog
      ansible.builtin.copy: {content: "# nothing\n", dest: /etc/rsyslog.d/app.conf, owner: root, group: root, mode: "0644"}
    - name: take a while
      ansible.builtin.shell: sleep 1 && touch /srv/app/done
      args: {creates: /srv/app/done}
    - name: run cron
      ansible.builtin.service: {name: cron, state: started, enabled: true}
`,
			args: []string{"--drift"},
		},
		{
			name: "flawed",
			tasks: `
    - name: make the directory
      ansible.builtin.file: {path: /srv/app, state: directory, owner: root, group: root, mode: "0755"}
    - name: configure the application
      ansible.builtin.copy: {content: "# nothing\n", dest: /srv/app/conf, owner: root, group: root, mode: "0644"}
      notify: note the change
    - name: take a while
      ansible.builtin.shell: touch /srv/app/half && sleep 3 && echo done >/srv/app/half
      args: {creates: /srv/app/half}
    - name: count the runs
      ansible.builtin.shell: echo run >>/srv/app/runs
  handlers:
    - name: note the change
      ansible.builtin.copy: {content: "changed\n", dest: /srv/app/noted, owner: root, group: root, mode: "0644"}
`,
			fails: []string{"rerun", "stop configure the application", "cut take a while", "stop take a while", "stop count the runs",
				"stop note the change"},
			because: []string{"file /srv/app/runs", "file /srv/app/noted", "file /srv/app/half"},
		},
		{
			name: "kept", // a handler is lost, a while after the snapshot behind the long task
			tasks: `
    - name: build the application
      ansible.builtin.shell: sleep 6 && mkdir /srv/app && echo built >/srv/app/built
      args: {creates: /srv/app/built}
    - name: configure the application
      ansible.builtin.copy: {content: "# nothing\n", dest: /srv/app/conf, owner: root, group: root, mode: "0644"}
      notify: note the change
    - name: run cron
      ansible.builtin.service: {name: cron, state: started, enabled: true}
  handlers:
    - name: note the change
      ansible.builtin.copy: {content: "changed\n", dest: /srv/app/noted, owner: root, group: root, mode: "0644"}
`,
			args:    []string{"--no-cut"},
			fails:   []string{"stop configure the application", "stop run cron"},
			because: []string{"file /srv/app/noted"},
			alone:   []string{"stop configure the application", "stop run cron"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			report := verifyOnTarget(t, test.name, "- hosts: web\n  gather_facts: false\n  tasks:"+test.tasks, test.args)
			var fails, because, alone []string
			for _, trial := range report.All() {
				title := trial.Kind + trial.Name
				if trial.Task != nil {
					title = trial.Kind + " " + trial.Task.Name
				}
				if test.alone != nil && (trial.How == "snapshot" || trial.How == "exact") {
					alone = append(alone, title)
				}
				// Tasks that take no time are cut, too, on a machine that is busy enough.
				if trial.OK() || trial.Kind == "cut" && title != "cut take a while" {
					continue
				}
				fails = append(fails, title)
				for _, d := range trial.Differences {
					because = append(because, d.Item)
				}
			}
			// Whether a server that was booted again looks as before is its affair; if not, the way is from the beginning.
			if !slices.Equal(sorted(alone), test.alone) {
				t.Errorf("tried on their own: %q, want %q", alone, test.alone)
			}
			if slices.Sort(test.fails); !slices.Equal(sorted(fails), test.fails) {
				t.Errorf("these trials failed: %q, want %q", fails, test.fails)
			}
			for _, item := range test.because {
				if !slices.Contains(because, item) {
					t.Errorf("no trial failed for %q, but for %q", item, because)
				}
			}
		})
	}
}

func sorted(list []string) []string { slices.Sort(list); return list }

// world is a world of disposable servers.
type world struct {
	t      *testing.T
	target string // the program that keeps them
	name   string
	env    map[string]string // what it says of the server
}

// newWorld boots a server called as its world.
func newWorld(t *testing.T, name string) *world {
	t.Helper()
	w := &world{t: t, target: absolute(t, "../../testdata/target/target"), name: fmt.Sprintf("%s%d", name, os.Getpid()), env: map[string]string{}}
	t.Cleanup(func() { _, _ = w.run("down") })
	w.must("up", name)
	for line := range strings.Lines(w.must("env", name)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			w.env[key] = strings.Trim(value, "'")
		}
	}
	return w
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

func (w *world) run(args ...string) (string, error) {
	cmd := exec.Command(w.target, args...)
	cmd.Env = append(os.Environ(), "TARGET_WORLD="+w.name)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (w *world) must(args ...string) string {
	w.t.Helper()
	out, err := w.run(args...)
	if err != nil {
		w.t.Fatalf("target %s: %v\n%s", args, err, out)
	}
	return out
}

// verifyOnTarget runs `verify` on a server in a world of its own.
func verifyOnTarget(t *testing.T, name, playbook string, args []string) *verify.Report {
	t.Helper()
	w := newWorld(t, name)
	hosts := fmt.Sprintf("[web]\n%s ansible_user=root ansible_host=%s ansible_ssh_private_key_file=%s ansible_ssh_common_args='-o UserKnownHostsFile=%s'\n",
		name, w.env["address"], w.env["key"], w.env["known_hosts"])
	return reportOf(t, playbook, hosts, append(args, "--reset-command", w.target+" reset "+name,
		"--snapshot-command", w.target+" keep "+name+" {snapshot}", "--restore-command", w.target+" reset "+name+" {snapshot}"), func(argv []string) string {
		out, _ := w.run(append([]string{"ctl"}, argv...)...) // its exit code shows in the report
		return out
	})
}

// reportOf is the report of `verify`, which run runs.
func reportOf(t *testing.T, playbook, hosts string, args []string, run func(argv []string) string) *verify.Report {
	t.Helper()
	dir := t.TempDir()
	for file, text := range map[string]string{"site.yml": playbook, "hosts": hosts} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := run(append([]string{absolute(t, "../../bin/pylint-deploy"), "verify", filepath.Join(dir, "site.yml"), "-i", filepath.Join(dir, "hosts"), "--disposable",
		"--output-file", "json=" + filepath.Join(dir, "report.json")}, args...))
	text, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	var r verify.Report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}
