//go:build target

package target

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// contender is a program that runs playbooks, on a target of its own.
type contender struct {
	target, dir string
	argv        []string
	results     []map[string]any
	screen      string
	err         error
}

// runPlaybook compares modules that are actions of Ansible's controller, and the modules that they hand over to: both programs run the
// same playbook, each on its booted target, and what they register is compared.
func (p *pair) runPlaybook(t *testing.T) {
	ours, err := filepath.Abs("../../../bin/pylint-deploy")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(ours); err != nil {
		t.Fatalf("%v (make build makes it)", err)
	}
	steps := playbookSteps()
	sides := [2]*contender{{target: p.names[0], argv: []string{"ansible-playbook"}}, {target: p.names[1], argv: []string{ours, "run", "--noncompliant=run"}}}
	var running sync.WaitGroup
	for _, c := range sides {
		c.dir = t.TempDir()
		c.prepare(t, steps)
		running.Go(c.run)
	}
	running.Wait()
	for _, c := range sides {
		if c.err != nil {
			t.Fatalf("%s: %v\n%s", c.argv[0], c.err, c.screen)
		}
	}
	want, got := sides[0].results, sides[1].results
	if len(want) != len(passes)*len(steps) || len(got) != len(want) {
		t.Fatalf("%d and %d results of %d tasks\n%s", len(want), len(got), len(passes)*len(steps), sides[1].screen)
	}
	for i, s := range steps {
		for j, pass := range passes {
			n := i*len(passes) + j
			if failed := want[n]["failed"] == true; failed != s.fails && pass == "run" {
				t.Errorf("%s %v: Ansible's failed=%v: %v", s.module, brief(s.args), failed, want[n]["msg"])
			}
			compare(t, s, pass, want[n], got[n])
		}
	}
	p.compareSettings(t, "the playbook", false)
}

var passes = []string{"check", "run", "again"}

// prepare writes the playbook and the inventory.
func (c *contender) prepare(t *testing.T, steps []step) {
	t.Helper()
	var tasks []any
	var registered []string
	for i, s := range steps {
		if s.shell != "" {
			tasks = append(tasks, m{"name": "before", "ansible.builtin.shell": m{"cmd": s.shell}})
		}
		for _, pass := range passes {
			name := fmt.Sprintf("r%d_%s", i, pass)
			registered = append(registered, name)
			tasks = append(tasks, m{"name": name, s.module: s.args, "register": name, "ignore_errors": true, "check_mode": pass == "check"})
		}
	}
	tasks = append(tasks, m{"name": "what came of it", "delegate_to": "localhost", "ansible.builtin.copy": m{
		"dest": filepath.Join(c.dir, "results.json"), "content": "{{ [" + strings.Join(registered, ", ") + "] | to_json }}"}})
	env, err := exec.Command(os.Getenv("TARGET_PROGRAM"), "env", c.target).Output()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for line := range strings.Lines(string(env)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[key] = strings.Trim(value, "'")
	}
	c.write(t, "play.yml", []any{m{"hosts": "web", "gather_facts": false, "tasks": tasks}})
	c.write(t, "hosts.json", m{"all": m{"hosts": m{"web": m{"ansible_host": values["address"], "ansible_user": "root", "ansible_python_interpreter": "/usr/bin/python3",
		"ansible_ssh_private_key_file": values["key"], "ansible_ssh_common_args": "-o UserKnownHostsFile=" + values["known_hosts"]},
		"localhost": m{"ansible_connection": "local", "ansible_python_interpreter": "/usr/bin/python3"}}}})
}

// write writes a file of JSON, which is YAML.
func (c *contender) write(t *testing.T, name string, v any) {
	t.Helper()
	data, err := json.MarshalIndent(v, "", " ")
	if err == nil {
		err = os.WriteFile(filepath.Join(c.dir, name), data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// run runs the playbook in the controller's network and reads what was registered.
func (c *contender) run() {
	argv := append([]string{"ctl", "env", "-C", c.dir, "ANSIBLE_PIPELINING=true"}, c.argv...)
	out, err := exec.Command(os.Getenv("TARGET_PROGRAM"), append(argv, "-i", "hosts.json", "--diff", "play.yml")...).CombinedOutput()
	c.screen = string(out)
	if err != nil {
		c.err = err
		return
	}
	data, err := os.ReadFile(filepath.Join(c.dir, "results.json"))
	if err == nil {
		err = json.Unmarshal(data, &c.results)
	}
	c.err = err
}

func playbookSteps() []step {
	const service, pkg = "ansible.builtin.service", "ansible.builtin.package"
	status := m2("status", "holds times and process ids")
	return exactly([]step{
		{module: service, args: m{"name": "cron", "state": "stopped"}, differs: status},
		{module: service, args: m{"name": "cron", "state": "started"}, differs: status},
		{module: service, args: m{"name": "ssh", "state": "reloaded"}, differs: status},
		{module: service, args: m{"name": "cron", "enabled": false}, differs: status},
		{module: service, args: m{"name": "cron", "enabled": true, "state": "started"}, differs: status},
		{module: service, args: m{"name": "cron", "masked": true, "state": "stopped"}, differs: status},
		{module: service, args: m{"name": "cron", "masked": false, "state": "started"}, differs: status},
		{module: service, args: m{"name": "nosuch", "state": "started"}, fails: true, differs: status},
		{module: service, args: m{"name": "cron"}, differs: status},
		{module: service, args: m{"state": "started"}, fails: true, differs: status},
		{module: service, args: m{"daemon_reload": true}, differs: status},
		{module: service, args: m{"name": "cron", "state": "restarted", "sleep": 1, "pattern": "cron", "arguments": "x"}, differs: status},
		{module: service, args: m{"name": "nosuch", "state": "started", "use": "sysvinit"}, fails: true},
		{module: service, args: m{"state": "started", "use": "sysvinit"}, fails: true},
		{module: service, args: m{"name": "cron", "daemon_reload": true, "state": "started", "use": "sysvinit"}, fails: true},
		{module: pkg, args: m{"name": "alpha", "state": "present"}, shell: debs},
		{module: pkg, args: m{"name": "alpha=1.0", "state": "present"}, fails: true},
		{module: pkg, args: m{"name": "alpha=1.0", "state": "present", "allow_downgrade": true}},
		{module: pkg, args: m{"name": "alpha", "state": "latest"}},
		{module: pkg, args: m{"name": []any{"alpha", "beta"}, "state": "installed"}, fails: true},
		{module: pkg, args: m{"name": []any{"alpha", "beta"}, "state": "present"}},
		{module: pkg, args: m{"name": "beta", "state": "absent"}},
		{module: pkg, args: m{"name": "nosuchpackage", "state": "present"}, fails: true},
		{module: pkg, args: m{"name": "nosuchpackage", "state": "absent"}},
		{module: pkg, args: m{"name": "gamma", "state": "latest", "use": "apt"}},
		{module: pkg, args: m{"name": "gamma", "state": "present", "use": "nosuchmanager"}, fails: true},
		{module: pkg, args: m{"name": "gamma"}},
		{module: pkg, args: m{"name": "gamma", "state": "present", "nosuch": 1}, fails: true},
	})
}
