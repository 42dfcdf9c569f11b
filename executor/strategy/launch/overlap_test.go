package launch

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pylint-deploy/executor/connection/sshdtest"
)

// trips are the calls of each round trip, by host.
type trips struct {
	mu    sync.Mutex
	calls map[string][]int
}

func (tr *trips) note(host string, calls int) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.calls[host] = append(tr.calls[host], calls)
}

// onTwo runs tasks on two hosts, which are two addresses of one OpenSSH server.
func onTwo(t *testing.T, server *sshdtest.Server, play, tasks string) (screen string, code int, tr *trips) {
	t.Helper()
	where := t.TempDir()
	hosts := filepath.Join(where, "two")
	text := ""
	for i, name := range []string{"a", "b"} {
		text += fmt.Sprintf("%s ansible_host=127.0.0.%d ansible_port=%d ansible_user=%s dir=%s\n", name, i+2, server.Port, server.User, filepath.Join(where, name))
		if err := os.Mkdir(filepath.Join(where, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(hosts, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tr = &trips{calls: map[string][]int{}}
	screen, code = overSSH(t, server, "- hosts: all\n  gather_facts: false\n"+play+"  tasks:\n"+tasks, func(o *Options) {
		o.Inventory = []string{hosts}
		o.SSHCommon = "-o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=" + filepath.Join(where, "known")
		o.RoundTrip = tr.note
	})
	return strings.ReplaceAll(screen, where, "DIR"), code, tr
}

// With several hosts a batch has only tasks that look at nothing but files and accounts of their own host.
func TestHostsGoAheadWhereNoOtherCanTell(t *testing.T) {
	server := sshdtest.Start(t)
	const files = "    - file: {path: '{{ dir }}/x', state: directory}\n    - copy: {dest: '{{ dir }}/x/y', content: a}\n    - stat: {path: '{{ dir }}/x/y'}\n"
	for _, c := range []struct{ name, play, tasks, want string }{
		{"files", "", strings.Repeat("    - file: {path: '{{ dir }}/x', state: directory}\n", 20), "[20]"},
		{"a command may ask another host", "", "    - file: {path: '{{ dir }}/x', state: touch}\n    - command: echo\n    - command: echo\n", "[1 1 1]"},
		{"a failure of one may be that of all", "  any_errors_fatal: true\n", "    - stat: {path: /}\n    - stat: {path: /}\n", "[1 1]"},
		{"or of too many", "  max_fail_percentage: 10\n", "    - stat: {path: /}\n    - stat: {path: /}\n", "[1 1]"},
		{"who is left is known at the end of a task", "", "    - stat: {path: /}\n    - stat: {path: '/{{ ansible_play_hosts | length }}'}\n", "[1 1]"},
		{"a handler that is missing ends the run", "", "    - stat: {path: /}\n      notify: nobody\n    - stat: {path: /}\n", "[1 1]"},
		{"once is for one host", "", "    - stat: {path: /}\n    - stat: {path: /}\n      run_once: true\n", "[1 1]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			screen, code, tr := onTwo(t, server, c.play, c.tasks)
			if got := fmt.Sprint(tr.calls["a"]); got != c.want || code != 0 {
				t.Errorf("round trips of %s calls, want %s; exit code %d\n%s", got, c.want, code, screen)
			}
		})
	}
	screen, code, _ := onTwo(t, server, "", files)
	if code != 0 || strings.Index(screen, "changed: [b]") > strings.Index(screen, "TASK [copy]") || strings.Count(screen, "TASK") != 3 {
		t.Errorf("the screen is not in the order of tasks; exit code %d\n%s", code, screen)
	}
}

// A host that fails does nothing more; the others go on.
func TestAHostThatFailsAmongSeveral(t *testing.T) {
	server := sshdtest.Start(t)
	screen, code, _ := onTwo(t, server, "", `    - file: {path: "{{ dir }}/{{ 'no/such' if inventory_hostname == 'a' else 'here' }}", state: touch}
    - file: {path: "{{ dir }}/later", state: touch}
    - stat: {path: "{{ dir }}/later"}
`)
	if code != 2 || !strings.Contains(screen, "a                          : ok=0    changed=0    unreachable=0    failed=1") ||
		!strings.Contains(screen, "b                          : ok=3    changed=2    unreachable=0    failed=0") {
		t.Errorf("exit code %d\n%s", code, screen)
	}
}
