package fix

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
)

// load reads a tasks file and gives its tasks.
func load(t *testing.T, text string) (*source.File, []*playbook.Task) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "tasks", "main.yml")
	for _, f := range []struct{ path, text string }{{path, text}, {filepath.Join(dir, "tasks", "other.yml"), "- debug:\n"}} {
		if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.path, []byte(f.text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	l := playbook.NewLoader(playbook.Options{BaseDir: dir})
	file, err := l.Tasks(path, nil, false)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	var tasks []*playbook.Task
	file.Walk(func(v *playbook.Visit) bool {
		if v.Task != nil && v.Task.File == file {
			tasks = append(tasks, v.Task)
		}
		return true
	})
	return file.File, tasks
}

// message is what the finding of state/parent-not-created says in the cases.
const message = "nothing before this task makes /etc/app"

// mendAll applies a rule's fix to every task of a text.
func mendAll(t *testing.T, rule, text string) string {
	t.Helper()
	file, tasks := load(t, text)
	var edits []Edit
	for _, task := range tasks {
		if c, err := For(rules.Finding{Rule: rule, Level: rules.Error, Pos: task.Pos, Message: message}, file, task); err == nil {
			edits = append(edits, c.Edits...)
		} else if _, ok := errors.AsType[*Refusal](err); !ok {
			t.Fatal(err)
		} else {
			t.Log(err)
		}
	}
	out, err := Apply(file.Text, edits)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// cases hold for each fix what a text becomes; a text that stays as it is says what is refused.
var cases = []struct{ rule, name, before, after string }{
	{"shell/read-only-reports-changed", "a line at the end", `
- name: ask
  command: systemctl is-active nginx   # comment stays
  register: out

- debug:
`, `
- name: ask
  command: systemctl is-active nginx   # comment stays
  register: out
  changed_when: false

- debug:
  changed_when: false
`},
	{"shell/read-only-reports-changed", "after a literal block", `
- shell: |
    cat a
    cat b

# the next one
- debug: msg=x
`, `
- shell: |
    cat a
    cat b
  changed_when: false

# the next one
- debug: msg=x
  changed_when: false
`},
	{"shell/read-only-reports-changed", "replaces a value", "- command: cat a\n  changed_when: yes\n  tags: x\n", "- command: cat a\n  changed_when: false\n  tags: x\n"},
	{"shell/read-only-reports-changed", "flow mapping", "- {name: ask, command: cat a}\n", "- {name: ask, command: cat a, changed_when: false}\n"},
	{"shell/read-only-reports-changed", "no break at the end of the file", "- command: cat a", "- command: cat a\n  changed_when: false"},
	{"shell/read-only-reports-changed", "Windows line ends", "- command: cat a\r\n- debug:\r\n", "- command: cat a\r\n  changed_when: false\r\n- debug:\r\n  changed_when: false\r\n"},
	{"shell/read-only-reports-changed", "inside a block", `
- block:
    - command: cat a
  rescue:
    - command: cat b
`, `
- block:
    - command: cat a
      changed_when: false
  rescue:
    - command: cat b
      changed_when: false
`},
	{"package/cache-refresh-each-run", "mapping", `
- apt:
    name: nginx
    update_cache: yes
  become: true
`, `
- apt:
    name: nginx
    update_cache: yes
    cache_valid_time: 3600
  become: true
`},
	{"package/cache-refresh-each-run", "key=value", "- apt: name=nginx update_cache=yes\n  become: true\n", "- apt: name=nginx update_cache=yes cache_valid_time=3600\n  become: true\n"},
	{"package/cache-refresh-each-run", "quoted key=value", "- apt: \"name=nginx update_cache=yes\"\n", "- apt: \"name=nginx update_cache=yes cache_valid_time=3600\"\n"},
	{"package/cache-refresh-each-run", "flow mapping", "- apt: {name: nginx, update_cache: yes}\n", "- apt: {name: nginx, update_cache: yes, cache_valid_time: 3600}\n"},
	{"package/state-latest", "mapping", "- apt:\n    name: nginx\n    state: latest # why\n", "- apt:\n    name: nginx\n    state: present # why\n"},
	{"package/state-latest", "quotes stay", "- apt: {name: nginx, state: \"latest\"}\n", "- apt: {name: nginx, state: \"present\"}\n"},
	{"package/state-latest", "key=value", "- apt: state=latest name=nginx\n", "- apt: state=present name=nginx\n"},
	{"package/state-latest", "a variable is not ours", "- apt: {name: nginx, state: \"{{ s }}\"}\n", "- apt: {name: nginx, state: \"{{ s }}\"}\n"},
	{"package/loop-not-list", "with_items", `
- name: install
  apt:
    name: "{{ item }}"
    update_cache: yes
  become: true
  with_items:
    - nginx # the server
    # and
    - git
`, `
- name: install
  apt:
    name:
      - nginx # the server
      # and
      - git
    update_cache: yes
  become: true
`},
	{"package/loop-not-list", "flow list in the middle", `
- apt:
    name: '{{item}}'
  loop: [a, b]
  become: true
- debug:
`, `
- apt:
    name: [a, b]
  become: true
- debug:
`},
	{"package/loop-not-list", "more than the item", "- apt:\n    name: \"{{ item }}=1\"\n  loop: [a]\n", "- apt:\n    name: \"{{ item }}=1\"\n  loop: [a]\n"},
	{"package/loop-not-list", "a loop over a variable", "- apt:\n    name: \"{{ item }}\"\n  loop: \"{{ packages }}\"\n", "- apt:\n    name: \"{{ packages }}\"\n"},
	{"package/loop-not-list", "key=value", "- apt: name={{ item }} state=present\n  with_items:\n    - git\n    - nginx\n  become: true\n", "- apt: name=git,nginx state=present\n  become: true\n"},
	{"package/loop-not-list", "key=value, quoted", "- apt: \"name={{item}} state=present\"\n  with_items: [git, nginx]\n", "- apt: \"name=git,nginx state=present\"\n"},
	{"file/touch", "mapping", "- file:\n    path: /x\n    state: touch\n", "- file:\n    path: /x\n    state: touch\n    access_time: preserve\n    modification_time: preserve\n"},
	{"file/touch", "one is there", "- file: path=/x state=touch access_time=preserve\n", "- file: path=/x state=touch access_time=preserve modification_time=preserve\n"},
	{"rerun/user-groups-replaced", "mapping", "- user:\n    name: x\n    groups: [a, b]\n", "- user:\n    name: x\n    groups: [a, b]\n    append: true\n"},
	{"rerun/user-groups-replaced", "append: no is replaced", "- user:\n    name: x\n    append: no\n    groups: a\n", "- user:\n    name: x\n    append: true\n    groups: a\n"},
	{"rerun/check-mode-breaks", "a line at the end", "- command: cat x\n  register: r\n", "- command: cat x\n  register: r\n  check_mode: false\n"},
	{"compat/removed-include", "a constant name", "- include: other.yml\n- include: other.yml\n  when: x\n", "- import_tasks: other.yml\n- import_tasks: other.yml\n  when: x\n"},
	{"compat/removed-include", "a loop", "- include: other.yml\n  loop: [1]\n", "- include_tasks: other.yml\n  loop: [1]\n"},
	{"compat/removed-include", "a templated name", "- include: \"{{ os }}.yml\"\n", "- include_tasks: \"{{ os }}.yml\"\n"},
	{"compat/deprecated-alias", "mapping and key=value", "- replace:\n    destfile: /x\n    regexp: a\n- lineinfile: dest=/y line=a\n", "- replace:\n    path: /x\n    regexp: a\n- lineinfile: path=/y line=a\n"},
	{"compat/free-form-args", "types, quotes, templates, comments", `
- name: a
  apt: name=nginx state=present update_cache=yes cache_valid_time=3600  # why
- copy: src=a dest='/srv/a b' mode=0644
  when: x
- lineinfile: dest=/etc/x
              regexp='^a\s+b'
              line="a = {{ b['c'] }}"

- service: >
    name=x
    enabled=no
- {file: path=/a state=absent, when: x}
- ansible.builtin.user: name={{ item }} groups=a,b
  loop: [a]
`, `
- name: a
  apt:
    name: nginx
    state: present
    update_cache: true
    cache_valid_time: 3600  # why
- copy:
    src: a
    dest: /srv/a b
    mode: "0644"
  when: x
- lineinfile:
    dest: /etc/x
    regexp: ^a\s+b
    line: "a = {{ b['c'] }}"

- service:
    name: x
    enabled: false
- {file: {path: /a, state: absent}, when: x}
- ansible.builtin.user:
    name: "{{ item }}"
    groups: a,b
  loop: [a]
`},
	{"shell/needless-shell", "both spellings", "- shell: ls\n- ansible.builtin.shell: ls\n", "- command: ls\n- ansible.builtin.command: ls\n"},
	{"shell/needless-shell", "an executable", "- shell: ls\n  args: {executable: /bin/bash}\n", "- shell: ls\n  args: {executable: /bin/bash}\n"},
}

func TestFixes(t *testing.T) {
	for _, tc := range slices.Concat(cases, commandCases) {
		t.Run(tc.rule+"/"+tc.name, func(t *testing.T) {
			if d := cmp.Diff(tc.after, mendAll(t, tc.rule, tc.before)); d != "" {
				t.Errorf("differs (-want +got):\n%s", d)
			}
		})
	}
}

func TestEveryFixHasACase(t *testing.T) {
	have := map[string]bool{}
	for _, tc := range slices.Concat(cases, commandCases) {
		have[tc.rule] = have[tc.rule] || tc.before != tc.after
	}
	for _, rule := range Rules() {
		if !have[rule] {
			t.Errorf("%s has no case that changes something", rule)
		}
	}
}

func TestApplyRefusesOverlaps(t *testing.T) {
	if _, err := Apply("abcdef", []Edit{{0, 3, "x"}, {2, 4, "y"}}); err == nil || !strings.Contains(err.Error(), "overlap") {
		t.Errorf("error is %v", err)
	}
	got, err := Apply("abcdef", []Edit{{4, 5, "E"}, {0, 0, ">"}})
	if err != nil || string(got) != ">abcdEf" {
		t.Errorf("%q, %v", got, err)
	}
}
