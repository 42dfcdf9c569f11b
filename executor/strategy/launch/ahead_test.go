package launch

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pylint-deploy/executor/connection/sshdtest"
)

// runText runs a playbook given as text on this machine and returns its screen and the number of calls of each round trip.
func runText(t *testing.T, tasks string) (screen string, code int, trips []int) {
	t.Helper()
	return runTasks(t, t.TempDir(), tasks)
}

// runTasks runs tasks that find a directory in the variable dir.
func runTasks(t *testing.T, dir, tasks string) (screen string, code int, trips []int) {
	t.Helper()
	return runIn(t, dir, "- hosts: localhost\n  gather_facts: false\n  vars: {dir: '"+dir+"'}\n  tasks:\n"+tasks)
}

// runIn runs a playbook given as text in a directory.
func runIn(t *testing.T, dir, book string) (screen string, code int, trips []int) {
	t.Helper()
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
		{"a result used in a condition, too", "    - command: echo a\n      register: one\n    - command: echo b\n      when: one.stdout | length > 0\n", "[1 1]"},
		{"unless the target can decide it", "    - command: echo a\n      register: one\n    - command: echo b\n      when: one is changed\n", "[2]"},
		{"by a part of a text", "    - command: echo a\n      register: one\n    - command: echo b\n      when: \"'a' in one.stdout and ('b' not in one.stdout or one.changed)\"\n", "[2]"},
		{"which may be missing", "    - stat: {path: /none}\n      register: one\n    - command: echo b\n      when: \"'a' not in one.msg | default('') and not one.stat.exists | d(false)\"\n", "[2]"},
		{"but is not made up", "    - stat: {path: /none}\n      register: one\n    - command: echo b\n      when: \"'a' in one.msg | default('a')\"\n", "[1 1]"},
		{"a task that waits for others, but is left out", "    - command: echo a\n    - command: echo b\n      until: false\n      when: 1 > 2\n    - command: echo c\n", "[2]"},
		{"tasks that are not included", "    - command: echo a\n    - include_tasks: none.yml\n      when: 1 > 2\n    - include_role: name=none\n      when: false\n    - command: echo c\n", "[2]"},
		{"or may be", "    - command: echo a\n      register: one\n    - command: echo b\n      until: true\n      when: one is changed\n    - command: echo c\n", "[1 1 1]"},
		{"for a loop", "    - stat: {path: /none}\n      register: one\n    - command: echo {{ item }}\n      loop: [a, b]\n      when: [not one.stat.exists, item == 'a']\n    - command: echo c\n", "[3]"},
		{"be it the other way round", "    - stat: {path: /none}\n      register: one\n    - command: echo {{ item }}\n      loop: [a, b]\n      when: [item == 'a', not one.stat.exists]\n    - command: echo c\n", "[3]"},
		{"of what was registered on the way", "    - command: echo a\n    - command: echo b\n      register: one\n    - command: echo c\n      when: \"'b' in one['stdout']\"\n", "[3]"},
		{"what the controller says of the result it cannot know", "    - command: echo a\n      register: one\n      changed_when: one.rc == 1\n    - command: echo b\n      when: one is changed\n", "[1]"},
		{"nor whether it is a failure", "    - command: echo a\n      register: one\n    - command: echo b\n      when: one is succeeded\n", "[1 1]"},
		{"nor what variables say", "    - command: echo a\n      register: one\n    - command: echo b\n      when: \"'a' in one.stdout\"\n      vars: {one: {stdout: a}}\n", "[1 1]"},
		{"nor what the items of a loop say", "    - command: echo {{ item }}\n      loop: [a]\n      register: one\n    - command: echo b\n      when: one is changed\n", "[1 1]"},
		{"through another variable", "    - command: echo a\n      register: one\n    - command: echo {{ two }}\n      vars: {two: '{{ one.rc }}'}\n", "[1 1]"},
		{"what is skipped needs no trip", "    - command: echo a\n    - command: echo b\n      when: false\n    - command: echo c\n", "[2]"},
		{"debug is no reason to wait", "    - command: echo a\n    - debug: msg=x\n    - command: echo c\n", "[2]"},
		{"a fact that is set is", "    - command: echo a\n    - set_fact: {x: 1}\n    - command: echo {{ x }}\n", "[1 1]"},
		{"what prints a result does not wait for it", "    - command: echo a\n      register: one\n    - debug: var=one\n    - command: echo c\n", "[2]"},
		{"unless it may fail without it", "    - command: echo a\n      register: one\n    - debug: msg={{ one.stdout }}\n    - command: echo c\n", "[1 1]"},
		{"a fact of what is to come is set when that is there", "    - command: echo a\n      register: one\n    - set_fact: {x: '{{ one.stdout }}'}\n    - command: echo c\n", "[1 1]"},
		{"the connection is made of variables, too", "    - command: echo a\n    - set_fact: {ansible_user: nobody}\n    - command: echo c\n    - command: echo d\n", "[1 2]"},
		{"failed_when is judged here", "    - command: echo a\n      register: it\n      failed_when: it.stdout == 'b'\n    - command: echo b\n", "[1 1]"},
		{"unless it always says the same", "    - command: 'false'\n      failed_when: false\n    - command: echo b\n", "[2]"},
		{"changed_when is judged here, and what cannot fail lets others go ahead", "    - command: echo a\n    - command: echo b\n      register: it\n      changed_when: it.stdout == 'b' and it.rc != 1 or 'c' in it.stdout\n    - command: echo c\n    - command: echo d\n", "[4]"},
		{"what may fail does not", "    - command: echo a\n    - command: echo b\n      register: it\n      changed_when: it.stdout | int == 1\n    - command: echo c\n    - command: echo d\n", "[2 2]"},
		{"nor what a module may leave out", "    - file: {path: '{{ dir }}', state: directory}\n      register: it\n      changed_when: it.mode != '0700'\n    - command: echo c\n", "[1 1]"},
		{"copies of a text go with the others", "    - file: {path: '{{ dir }}/d', state: directory}\n    - copy: {content: x, dest: '{{ dir }}/d/x', mode: '0644'}\n    - command: echo\n", "[3]"},
		{"copies of a file that an earlier task may write do not", "    - command: cp book.yml new\n      args: {chdir: '{{ dir }}'}\n    - copy: {src: '{{ dir }}/new', dest: '{{ dir }}/y', mode: '0644'}\n    - command: echo\n", "[1 2]"},
		{"copies of a directory do not", "    - command: echo\n    - copy: {src: '{{ playbook_dir }}/', dest: '{{ dir }}/all'}\n    - command: echo\n", "[1 2 1]"},
		{"a loop is one trip", "    - command: echo {{ item }}\n      loop: [a, b, c]\n", "[3]"},
		{"which others share", "    - command: echo a\n    - command: echo {{ item }}\n      loop: [a, b, c]\n    - command: echo d\n", "[5]"},
		{"be it the first", "    - command: echo {{ item }}\n      loop: [a, b, c]\n    - command: echo d\n    - command: echo {{ item }}\n      with_items: [e, f]\n", "[6]"},
		{"items that are skipped need no trip", "    - command: echo a\n    - command: echo {{ item }}\n      loop: [a, b, c]\n      when: item == 'b'\n    - command: echo d\n", "[3]"},
		{"nor do loops over nothing", "    - command: echo a\n    - command: echo {{ item }}\n      loop: []\n    - command: echo d\n", "[2]"},
		{"a loop over what is to come waits", "    - command: echo a\n      register: one\n    - command: echo {{ item }}\n      loop: '{{ one.stdout_lines }}'\n    - command: echo d\n", "[1 2]"},
		{"one whose items depend on it, too", "    - command: echo a\n      register: one\n    - command: echo {{ item }}{{ one.rc }}\n      loop: [a, b]\n", "[1 2]"},
		{"items that look at each other go one by one", "    - command: echo a\n    - command: echo {{ it.stdout | default('') }}\n      loop: [a, b]\n      register: it\n    - command: echo d\n", "[1 1 1 1]"},
		{"pauses are kept", "    - command: echo a\n    - command: echo {{ item }}\n      loop: [a, b]\n      loop_control: {pause: 0.01}\n    - command: echo d\n", "[1 1 1 1]"},
		{"what its results are used for waits", "    - command: echo {{ item }}\n      loop: [a, b]\n      register: them\n    - command: echo d\n    - command: echo {{ item.stdout }}\n      loop: '{{ them.results }}'\n", "[3 2]"},
		{"who does it does not matter", "    - command: echo a\n    - command: echo b\n      become: true\n      become_user: '{{ lookup(\"pipe\", \"id -un\") }}'\n    - command: echo c\n", "[3]"},
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
	if code != 0 || fmt.Sprint(trips) != "[2]" || !strings.Contains(screen, "ignored=1") {
		t.Errorf("after an ignored failure: exit code %d, trips %v\n%s", code, trips, screen)
	}
}

// A failure ends the play where it happens: what was sent behind it is not done, wherever it is found out, and what Ansible does all the same is done.
func TestNothingIsDoneAfterAFailureWithinABatch(t *testing.T) {
	for _, c := range []struct {
		name, tasks string
		done, never []string // files
		code        int
	}{
		{"an item fails: its loop goes on to the end, and no further", `    - file: {path: '{{ dir }}/a', state: touch}
    - command: touch {{ dir }}/{{ item }}
      loop: [b, no/such, c]
    - file: {path: '{{ dir }}/d', state: touch}
`, []string{"a", "b", "c"}, []string{"d"}, 2},
		{"an item of the first loop", `    - command: touch {{ dir }}/{{ item }}
      loop: [no/such, a]
    - command: touch {{ dir }}/{{ item }}
      loop: [b, c]
`, []string{"a"}, []string{"b", "c"}, 2},
		{"an item that is ignored", `    - command: touch {{ dir }}/{{ item }}
      loop: [no/such, a]
      ignore_errors: true
    - file: {path: '{{ dir }}/b', state: touch}
`, []string{"a", "b"}, nil, 0},
		{"a failure that is ignored here, and one that is not", `    - command: touch {{ dir }}/no/such
      ignore_errors: true
    - command: touch {{ dir }}/no/such
      failed_when: false
    - file: {path: '{{ dir }}/a', state: touch}
    - command: touch {{ dir }}/no/such
    - file: {path: '{{ dir }}/b', state: touch}
`, []string{"a"}, []string{"b"}, 2},
		{"a fact that cannot be set", `    - file: {path: '{{ dir }}/a', state: touch}
    - set_fact: {x: '{{ nothing }}'}
    - file: {path: '{{ dir }}/b', state: touch}
`, []string{"a"}, []string{"b"}, 2},
		{"a message that cannot be made", `    - file: {path: '{{ dir }}/a', state: touch}
      register: a
    - debug: msg={{ a.nothing }}
    - file: {path: '{{ dir }}/b', state: touch}
`, []string{"a"}, []string{"b"}, 2},
		{"a label that cannot be rendered", `    - command: touch {{ dir }}/{{ item }}
      loop: [a, b]
      loop_control: {label: '{{ nothing }}'}
    - file: {path: '{{ dir }}/c', state: touch}
`, []string{"a", "b"}, []string{"c"}, 2},
		{"a condition about the result that cannot be judged", `    - command: touch {{ dir }}/a
      register: it
      changed_when: it.nothing.at_all
    - file: {path: '{{ dir }}/b', state: touch}
`, []string{"a"}, []string{"b"}, 2},
		{"conditions about results, true and false", `    - command: echo yes
      register: one
    - file: {path: '{{ dir }}/a', state: touch}
      when: "'yes' in one.stdout"
    - file: {path: '{{ dir }}/b', state: touch}
      when: "'yes' not in one.stdout"
    - command: touch {{ dir }}/{{ item }}
      loop: [c, d]
      when: [one is changed, item != 'd']
    - command: touch {{ dir }}/{{ item }}
      loop: [e, f]
      when: not one.changed
    - file: {path: '{{ dir }}/g', state: touch}
`, []string{"a", "c", "g"}, []string{"b", "d", "e", "f"}, 0},
		{"conditions about what may be missing", `    - stat: {path: /}
      register: one
    - file: {path: '{{ dir }}/a', state: touch}
      when: "'x' not in one.msg | default('')"
    - file: {path: '{{ dir }}/b', state: touch}
      when: "'x' in one.msg | d('')"
    - file: {path: '{{ dir }}/c', state: touch}
      when: one.stat.exists | default(false)
    - file: {path: '{{ dir }}/d', state: touch}
      when: one.missing | default(false)
`, []string{"a", "c"}, []string{"b", "d"}, 0},
		{"a condition that cannot be judged", `    - command: echo yes
      register: one
    - file: {path: '{{ dir }}/a', state: touch}
    - file: {path: '{{ dir }}/b', state: touch}
      when: one.nothing.at_all
    - file: {path: '{{ dir }}/c', state: touch}
`, []string{"a"}, []string{"b", "c"}, 2},
		{"one about a task that was left out", `    - command: echo yes
      register: one
    - stat: {path: /}
      register: two
      when: "'no' in one.stdout"
    - file: {path: '{{ dir }}/a', state: touch}
      when: two.stat.exists
    - file: {path: '{{ dir }}/b', state: touch}
`, nil, []string{"a", "b"}, 2},
		{"one that holds and one that cannot be judged", `    - command: echo yes
      register: one
    - file: {path: '{{ dir }}/a', state: touch}
      when: [one.nothing.at_all, false]
    - file: {path: '{{ dir }}/b', state: touch}
`, nil, []string{"a", "b"}, 2},
		{"one that cannot be judged, of an item that is left out", `    - command: echo yes
      register: one
    - command: touch {{ dir }}/{{ item }}
      loop: [a, b]
      when: [item == 'b' or one is changed, item == 'b', one.nothing]
    - file: {path: '{{ dir }}/c', state: touch}
`, nil, []string{"a", "b", "c"}, 2},
		{"a text where a bool was meant", `    - command: echo yes
      register: one
    - file: {path: '{{ dir }}/a', state: touch}
      when: one.stdout
    - file: {path: '{{ dir }}/b', state: touch}
`, []string{"a", "b"}, nil, 0},
		{"a failure behind a condition that holds", `    - command: echo yes
      register: one
    - command: touch {{ dir }}/no/such
      when: one is changed
    - file: {path: '{{ dir }}/a', state: touch}
`, nil, []string{"a"}, 2},
		{"a rescue takes over, and the play goes on behind it", `    - block:
        - command: touch {{ dir }}/{{ item }}
          loop: [a, no/such]
        - file: {path: '{{ dir }}/b', state: touch}
      rescue:
        - file: {path: '{{ dir }}/c', state: touch}
      always:
        - file: {path: '{{ dir }}/d', state: touch}
    - file: {path: '{{ dir }}/e', state: touch}
`, []string{"a", "c", "d", "e"}, []string{"b"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			screen, code, _ := runTasks(t, dir, c.tasks)
			if code != c.code {
				t.Errorf("exit code %d, want %d\n%s", code, c.code, screen)
			}
			there := func(name string) bool { _, err := os.Stat(filepath.Join(dir, name)); return err == nil }
			for _, name := range c.done {
				if !there(name) {
					t.Errorf("%s was not made\n%s", name, screen)
				}
			}
			for _, name := range c.never {
				if there(name) {
					t.Errorf("%s was made\n%s", name, screen)
				}
			}
		})
	}
}

// A failure makes room for what comes next to go ahead.
func TestTasksGoAheadAgainAfterAFailure(t *testing.T) {
	screen, code, trips := runText(t, `    - block:
        - command: "false"
        - command: echo a
        - command: echo b
      rescue:
        - command: echo c
        - command: echo d
    - command: echo {{ item }}
      loop: [e, f]
`)
	if code != 0 || fmt.Sprint(trips) != "[5 4]" {
		t.Errorf("exit code %d, trips %v\n%s", code, trips, screen)
	}
}

// A role that is through is no reason to wait; one that comes once more is left out, ahead of its turn as well.
func TestRolesFollowEachOther(t *testing.T) {
	dir := t.TempDir()
	for _, role := range []string{"one", "two"} {
		file := filepath.Join(dir, "roles", role, "tasks", "main.yml")
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("- command: echo "+role+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	screen, code, trips := runIn(t, dir, "- hosts: localhost\n  gather_facts: false\n  roles: [one, two, one]\n")
	if code != 0 || fmt.Sprint(trips) != "[2]" || strings.Count(screen, "changed: [localhost]") != 2 {
		t.Errorf("exit code %d, trips %v\n%s", code, trips, screen)
	}
}

// What was on its way when the connection broke is told of the task that was at its turn, and nothing after it is done.
func TestAConnectionBreaksWithinABatch(t *testing.T) {
	server := sshdtest.Start(t)
	for _, c := range []struct{ name, deadly, shown string }{
		{"at a task", "    - command: sh -c 'kill -9 $PPID'\n", "unreachable=1"},
		{"at an item", "    - command: sh -c '{{ item }}'\n      loop: ['true', kill -9 $PPID, 'true']\n", "(item=true)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			where := t.TempDir()
			var trips []int
			screen, code := overSSH(t, server, "- hosts: target\n  gather_facts: false\n  vars: {dir: "+where+"}\n  tasks:\n"+
				"    - file: {path: '{{ dir }}/before', state: touch}\n"+c.deadly+"    - file: {path: '{{ dir }}/after', state: touch}\n",
				func(o *Options) { o.RoundTrip = func(_ string, calls int) { trips = append(trips, calls) } })
			if code != 4 || !strings.Contains(screen, c.shown) || !strings.Contains(screen, "ok=1    changed=1    unreachable=1") || len(trips) != 1 {
				t.Errorf("exit code %d, trips %v\n%s", code, trips, screen)
			}
			if _, err := os.Stat(filepath.Join(where, "after")); err == nil {
				t.Errorf("the task after the break was done\n%s", screen)
			}
		})
	}
}
