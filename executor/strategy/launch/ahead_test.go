package launch

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runText runs a playbook given as text on this machine and returns its screen and the number of calls of each round trip.
func runText(t *testing.T, tasks string) (screen string, code int, trips []int) {
	t.Helper()
	dir := t.TempDir()
	book := "- hosts: localhost\n  gather_facts: false\n  vars: {dir: " + dir + "}\n  tasks:\n" + tasks
	if err := os.WriteFile(filepath.Join(dir, "book.yml"), []byte(book), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s, err := New(context.Background(), []string{"book.yml"}, Options{Inventory: []string{"localhost,"}, Connection: "local", Stdout: &out, Stderr: &out, Dir: dir,
		Getenv: environment(), RoundTrip: func(_ string, calls int) { trips = append(trips, calls) }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if code, err = s.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(out.String(), dir, "DIR"), code, trips
}

func TestIndependentTasksShareARoundTrip(t *testing.T) {
	for _, c := range []struct{ name, tasks, want string }{
		{"fifty that depend on nothing", strings.Repeat("    - file: {path: '{{ dir }}/d', state: directory}\n", 50), "[50]"},
		{"a result that is used ends the batch", "    - command: echo a\n      register: one\n    - command: echo b\n    - command: echo {{ one.stdout }}\n", "[2 1]"},
		{"a result used in a condition, too", "    - command: echo a\n      register: one\n    - command: echo b\n      when: one is changed\n", "[1 1]"},
		{"through another variable", "    - command: echo a\n      register: one\n    - command: echo {{ two }}\n      vars: {two: '{{ one.rc }}'}\n", "[1 1]"},
		{"what is skipped needs no trip", "    - command: echo a\n    - command: echo b\n      when: false\n    - command: echo c\n", "[2]"},
		{"debug is no reason to wait", "    - command: echo a\n    - debug: msg=x\n    - command: echo c\n", "[2]"},
		{"a fact that is set is", "    - command: echo a\n    - set_fact: {x: 1}\n    - command: echo {{ x }}\n", "[1 1]"},
		{"failed_when is judged here", "    - command: echo a\n      failed_when: false\n    - command: echo b\n", "[1 1]"},
		{"changed_when is judged here: nothing comes after it", "    - command: echo a\n    - command: echo b\n      register: it\n      changed_when: it.stdout == 'b'\n    - command: echo c\n    - command: echo d\n", "[2 2]"},
		{"copies of a text go with the others", "    - file: {path: '{{ dir }}/d', state: directory}\n    - copy: {content: x, dest: '{{ dir }}/d/x', mode: '0644'}\n    - command: echo\n", "[3]"},
		{"copies of a file that an earlier task may write do not", "    - command: cp book.yml new\n      args: {chdir: '{{ dir }}'}\n    - copy: {src: '{{ dir }}/new', dest: '{{ dir }}/y', mode: '0644'}\n    - command: echo\n", "[1 2]"},
		{"copies of a directory do not", "    - command: echo\n    - copy: {src: '{{ playbook_dir }}/', dest: '{{ dir }}/all'}\n    - command: echo\n", "[1 2 1]"},
		{"a loop is one trip", "    - command: echo {{ item }}\n      loop: [a, b, c]\n", "[3]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			screen, code, trips := runText(t, c.tasks)
			if got := fmt.Sprint(trips); got != c.want || code != 0 {
				t.Errorf("round trips of %s calls, want %s; exit code %d\n%s", got, c.want, code, screen)
			}
		})
	}
}

func TestNothingIsDoneAfterAFailure(t *testing.T) {
	screen, code, trips := runText(t, `    - command: echo first
    - command: "false"
    - file: {path: "{{ dir }}/never", state: touch}
`)
	if code != 2 || fmt.Sprint(trips) != "[3]" || strings.Count(screen, "TASK") != 2 {
		t.Errorf("exit code %d, trips %v\n%s", code, trips, screen)
	}
	screen, code, _ = runText(t, `    - block:
        - command: echo first
        - command: "false"
        - file: {path: "{{ dir }}/never", state: touch}
      rescue:
        - stat: {path: "{{ dir }}/never"}
          register: never
        - debug: msg="there {{ never.stat.exists }}"
`)
	if code != 0 || !strings.Contains(screen, `"msg": "there False"`) {
		t.Errorf("what follows a failure was done; exit code %d\n%s", code, screen)
	}
	screen, code, trips = runText(t, `    - command: "false"
      ignore_errors: true
    - command: echo second
`)
	if code != 0 || fmt.Sprint(trips) != "[2 1]" || !strings.Contains(screen, "ignored=1") {
		t.Errorf("after an ignored failure: exit code %d, trips %v\n%s", code, trips, screen)
	}
}
