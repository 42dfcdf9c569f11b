package check

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"pylint-deploy/rules"
)

// tree writes the files of an archive below a fresh directory.
func tree(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// found runs a check and lists "file:line rule level".
func found(t *testing.T, dir string, o Options, names ...string) (list []string, r *Result) {
	t.Helper()
	var paths []string
	for _, n := range names {
		paths = append(paths, filepath.Join(dir, n))
	}
	if len(paths) == 0 {
		paths = []string{dir}
	}
	r, err := Run(context.Background(), paths, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		rel, err := filepath.Rel(dir, f.Pos.File)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, rel+":"+strconv.Itoa(f.Pos.Line)+" "+f.Rule+" "+string(f.Level))
	}
	slices.Sort(list)
	return list, r
}

// scenario is a small tree with every finding that a check of it makes.
type scenario struct {
	name, archive string
	want          []string
}

// scenarios are those below, and what reading the findings in public content has taught.
var scenarios = append([]scenario{
	{"a guard through stat on the written path", `
-- site.yml --
- hosts: all
  tasks:
    - name: look
      ansible.builtin.stat: {path: /etc/ssl/dh.pem}
      register: dh
    - name: make
      ansible.builtin.command: openssl dhparam -out /etc/ssl/dh.pem 2048
      when: not dh.stat.exists
`, nil},
	{"a program of one's own is told how to bring a change to its service", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.apt: {name: [nginx, supervisor], state: present}
    - ansible.builtin.copy: {content: x, dest: /etc/nginx/conf.d/a.conf, mode: "0644"}
    - ansible.builtin.copy: {content: x, dest: /etc/supervisor/conf.d/a.conf, mode: "0644"}
    - ansible.builtin.service: {name: nginx, state: started}
    - ansible.builtin.service: {name: supervisor, state: started}
    - ansible.builtin.command:
        argv: [/usr/local/sbin/apply-config, nginx, nginx -t -q && systemctl reload nginx, /etc/nginx]
      register: a
      changed_when: "'applied' in a.stdout"
    - ansible.builtin.command:
        argv: [/usr/local/sbin/apply-config, supervisor, supervisorctl update, /etc/supervisor]
      register: b
      changed_when: "'applied' in b.stdout"
`, nil},
	{"a program of one's own that is told nothing of the service brings it no change", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.apt: {name: nginx, state: present}
    - ansible.builtin.copy: {content: x, dest: /etc/nginx/conf.d/a.conf, mode: "0644"}
    - ansible.builtin.service: {name: nginx, state: started}
    - ansible.builtin.command:
        argv: [/usr/local/sbin/apply-config, other, systemctl reload other, /etc/nginx]
      register: a
      changed_when: "'applied' in a.stdout"
`, []string{"site.yml:4 service/missing-notify warning"}},
	{"a line of a loop locks the login out", `
-- site.yml --
- hosts: all
  remote_user: root
  vars: {root_login: "no"}
  tasks:
    - ansible.builtin.lineinfile:
        path: /etc/ssh/sshd_config
        regexp: "{{ item.regexp }}"
        line: "{{ item.line }}"
        validate: sshd -T -f %s
      loop:
        - {regexp: "^UseDNS", line: UseDNS no}
        - {regexp: "^PermitRootLogin", line: "PermitRootLogin {{ root_login }}"}
`, []string{"site.yml:1 rerun/self-lockout error"}},
	{"package lists are refreshed where installing fails", `
-- site.yml --
- hosts: all
  tasks:
    - block:
        - ansible.builtin.apt: {name: nginx, state: present}
      rescue:
        - ansible.builtin.apt: {name: nginx, state: present, update_cache: true}
`, nil},
	{"a directory is installed by pip under a guard, a package is not", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /srv/app/.ready}
      register: ready
    - ansible.builtin.pip: {name: /srv/app, virtualenv: /srv/venv, virtualenv_command: python3 -m venv}
      when: not ready.stat.exists
    - ansible.builtin.pip: {name: flask==3.0, virtualenv: /srv/venv, virtualenv_command: python3 -m venv}
      when: not ready.stat.exists
`, []string{"site.yml:7 guard/blocks-declarative warning"}},
	{"a guard through a set_fact of a look", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: app --list
      register: have
      changed_when: false
    - ansible.builtin.set_fact:
        missing: "{{ 'x' not in have.stdout }}"
    - ansible.builtin.command: useradd x
      when: missing
`, nil},
	{"a guard through a variable that is computed from a look", `
-- site.yml --
- hosts: all
  vars:
    missing: "{{ 'x' not in have.stdout }}"
  tasks:
    - ansible.builtin.command: app --list
      register: have
      changed_when: false
    - vars:
        members: "{{ (have.stdout | from_json).members }}"
      when: members != []
      block:
        - ansible.builtin.command: etcdctl member remove x
    - ansible.builtin.command: useradd x
      when: missing
`, nil},
	{"what has to be there is no guard, unless a task takes it away", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /etc/a.conf}
      register: a
    - ansible.builtin.stat: {path: /etc/b.conf}
      register: b
    - ansible.builtin.command: systemctl restart a
      when: a.stat.exists
    - ansible.builtin.command: mv /etc/b.conf /etc/b.old
      when: b.stat.exists
    - ansible.builtin.command: cat /etc/a.conf
      when: a.stat.exists
`, []string{"site.yml:11 shell/read-only-reports-changed warning", "site.yml:7 shell/imperative-service error"}},
	{"a source that is gone, and one that the run brings back", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: mv /etc/a.conf /etc/a.old
    - ansible.builtin.get_url: {url: https://example.org/b, dest: /tmp/b, mode: "0644"}
    - ansible.builtin.command: mv /tmp/b /usr/local/bin/b
    - ansible.builtin.command: mv {{ c }} /usr/local/bin/c
`, []string{"site.yml:3 shell/fails-on-rerun error", "site.yml:5 shell/unguarded-mutation warning", "site.yml:6 shell/unguarded-mutation warning"}},
	{"a script without set -e goes on after a failure", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.shell: |
        mkdir /srv/a
        touch /srv/a/b
    - ansible.builtin.shell: |
        set -e
        mkdir /srv/a
        touch /srv/a/b
`, []string{"site.yml:3 shell/fails-on-rerun warning", "site.yml:6 shell/fails-on-rerun error"}},
	{"an archive beside a later step that makes the guard's path does not end the sequence", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /opt/app}
      register: app
    - ansible.builtin.unarchive: {src: /srv/app.tgz, dest: /opt}
      when: not app.stat.exists
    - ansible.builtin.command: mv /opt/app-1.0 /opt/app
      when: not app.stat.exists
`, nil},
	{"a result that may be missing is asked for first", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: app users
      register: users
      changed_when: false
      when: asked
    - ansible.builtin.debug: {msg: "{{ users.stdout }}"}
      when: users.stdout is defined and users.stdout == "0"
    - ansible.builtin.debug: {msg: "{{ users.stdout }}"}
      when: asked | d(false) and users.stdout == "0"
    - ansible.builtin.debug: {msg: "{{ users.stdout }}"}
      when: users.stdout == "0"
`, []string{"site.yml:11 guard/stale-register warning"}},
	{"what an earlier play has made and learned", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.user: {name: app}
    - ansible.builtin.apt: {name: git}
    - ansible.builtin.git: {repo: u, dest: /opt/app, version: v1}
    - ansible.builtin.command: cat /etc/users
      register: have
      changed_when: false
- hosts: all
  become: true
  become_user: app
  tasks:
    - ansible.builtin.copy: {src: a, dest: /opt/app/etc/a.conf, mode: "0644"}
    - ansible.builtin.copy: {src: a, dest: /opt/b/a.conf, mode: "0644", owner: other}
    - ansible.builtin.command: useradd y
      when: "'y' not in have.stdout"
`, []string{"site.yml:14 state/account-not-created warning", "site.yml:14 state/parent-not-created warning"}},
	{"what is removed with a service that goes", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.apt: {name: nginx}
    - ansible.builtin.service: {name: nginx, state: stopped}
    - ansible.builtin.file: {path: /etc/nginx/nginx.conf, state: absent}
`, nil},
	{"the time and the order of a set in a template's file", `
-- roles/web/tasks/main.yml --
- ansible.builtin.template: {src: a.j2, dest: /etc/a.conf, mode: "0644"}
- ansible.builtin.template: {src: b.j2, dest: /etc/b.conf, mode: "0644"}
- ansible.builtin.template: {src: c.j2, dest: /etc/c.conf, mode: "0644"}
-- roles/web/templates/a.j2 --
# {{ ansible_date_time.iso8601 }}
-- roles/web/templates/b.j2 --
{% for n in mine | union(yours) %}{{ n }}{% endfor %}
-- roles/web/templates/c.j2 --
{% for n in mine | union(yours) | sort %}{{ n }}{% endfor %}
`, []string{"roles/web/tasks/main.yml:1 input/time error"}},
	{"a temporary file that is removed, and one that is not", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.tempfile: {state: directory}
      register: a
    - ansible.builtin.file: {path: "{{ a.path }}", state: absent}
    - ansible.builtin.tempfile: {state: directory}
      register: b
    - ansible.builtin.copy: {src: x, dest: "{{ b.path }}", mode: "0644"}
`, nil},
	{"alternatives under one guard are no sequence", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.stat: {path: /etc/letsencrypt/live/a.example}
      register: cert
    - ansible.builtin.command: certbot certonly -n -d a.example --keep-until-expiring
      when: [not cert.stat.exists, old | bool == false]
    - ansible.builtin.command: letsencrypt certonly -n -d a.example --keep-until-expiring
      when: [not cert.stat.exists, old | bool]
`, nil},
	{"a loop over a fact that is computed from nothing on the target guards nothing", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.set_fact: {people: "{{ staff + guests }}"}
    - ansible.builtin.command: useradd {{ item }}
      loop: "{{ people }}"
      when: item in people
`, []string{"site.yml:4 shell/fails-on-rerun error"}},
	{"roles of the configured path are known by one name", `
-- ansible.cfg --
[defaults]
roles_path = $PWD/../other:lib
-- site.yml --
- hosts: all
  roles: [web]
-- lib/web/tasks/main.yml --
- ansible.builtin.command: useradd x
`, []string{"lib/web/tasks/main.yml:1 shell/fails-on-rerun error"}},
	{"an inventory variable is no guard", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: useradd x
      when: make_user
`, []string{"site.yml:3 shell/fails-on-rerun error"}},
	{"variables are substituted where they are constant", `
-- group_vars/all.yml --
base: /srv/app
-- site.yml --
- hosts: all
  vars:
    marker: "{{ base }}/ready"
  tasks:
    - ansible.builtin.command: touch /other/ready
      args:
        creates: "{{ marker }}"
`, []string{"site.yml:5 guard/path-mismatch error"}},
	{"hosts that disagree make a variable unknown", `
-- group_vars/a.yml --
base: /srv/a
-- group_vars/b.yml --
base: /srv/b
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: touch /other/ready
      args:
        creates: "{{ base }}/ready"
`, nil},
	{"a handler in another file of the role is known, one that nobody has is not", `
-- site.yml --
- hosts: all
  roles: [web]
-- roles/web/handlers/main.yml --
- name: reload web
  ansible.builtin.service: {name: web, state: reloaded}
-- roles/web/tasks/main.yml --
- ansible.builtin.copy: {src: a, dest: /srv/a.conf, mode: "0644"}
  notify: [reload web, reload wbe]
`, []string{"roles/web/tasks/main.yml:1 service/unknown-handler error"}},
	{"a whole file and an edit of it", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.template: {src: a.conf.j2, dest: /etc/a.conf, mode: "0644"}
    - ansible.builtin.lineinfile: {path: /etc/a.conf, line: x = 1}
`, []string{"site.yml:4 file/flip-flop error"}},
	{"a user that only a later task makes", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.file: {path: /srv, state: directory, mode: "0755", owner: app}
    - ansible.builtin.user: {name: app}
`, []string{"site.yml:3 state/used-before-created error"}},
	{"a role without a playbook is judged, and says nothing of what it cannot see", `
-- roles/web/tasks/main.yml --
- ansible.builtin.file: {path: /srv, state: directory, mode: "0755", owner: app}
- ansible.builtin.shell: echo x >> /etc/f
`, []string{"roles/web/tasks/main.yml:2 shell/append error"}},
	{"noqa in the task and above it, and one of another rule", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: useradd x  # noqa: shell/fails-on-rerun made by hand
    # noqa: shell/fails-on-rerun
    - ansible.builtin.command: useradd y
    - ansible.builtin.command: useradd z  # noqa: shell/append
`, []string{"site.yml:6 shell/fails-on-rerun error"}},
}, slices.Concat(reviewed, reviewedAnew)...)

func TestScenarios(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			got, r := found(t, tree(t, s.archive), Options{})
			if !slices.Equal(got, s.want) {
				t.Errorf("got  %v\nwant %v", got, s.want)
			}
			if len(r.Problems) > 0 {
				t.Errorf("problems: %v", r.Problems)
			}
		})
	}
}

// TestSelectOnlySaves compares findings with and without the engine's pre-filter over all scenarios and the course.
func TestSelectOnlySaves(t *testing.T) {
	dirs := []string{}
	for _, s := range scenarios {
		dirs = append(dirs, tree(t, s.archive))
	}
	if course, err := filepath.Abs("../../../shared/course"); err == nil {
		if _, err := os.Stat(course); err == nil {
			dirs = append(dirs, course)
		}
	}
	for _, dir := range dirs {
		with, _ := found(t, dir, Options{Profile: "strict"})
		without, _ := found(t, dir, Options{Profile: "strict", Everything: true})
		if !slices.Equal(with, without) {
			t.Errorf("with select %v\nwithout %v", with, without)
		}
	}
}

// A playbook of a collection names its own roles in full: the files are those of the tree, by the same names.
func TestACollectionIsOneTree(t *testing.T) {
	dir := tree(t, `
-- galaxy.yml --
namespace: ns
name: coll
-- playbooks/site.yml --
- hosts: all
  roles: [ns.coll.web]
-- roles/web/tasks/main.yml --
- ansible.builtin.command: useradd x
`)
	t.Chdir(dir)
	for _, root := range []string{".", dir} {
		r, err := Run(context.Background(), []string{root}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Problems) > 0 || r.Tasks != 1 || len(r.Findings) != 1 || r.Findings[0].Pos.File != filepath.Join(root, "roles/web/tasks/main.yml") {
			t.Errorf("check %s: %d tasks, %v, %v", root, r.Tasks, r.Problems, r.Findings)
		}
	}
}

func TestABrokenFileHidesNothing(t *testing.T) {
	dir := tree(t, `
-- a.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: useradd x
-- b.yml --
- hosts: [
`)
	got, r := found(t, dir, Options{})
	if !slices.Equal(got, []string{"a.yml:3 shell/fails-on-rerun error"}) {
		t.Errorf("got %v", got)
	}
	if len(r.Problems) != 1 || filepath.Base(r.Problems[0].Pos.File) != "b.yml" || r.Problems[0].Pos.Line == 0 {
		t.Errorf("problems %v", r.Problems)
	}
}

func TestASingleFileOfTasksSpeaksForItself(t *testing.T) {
	dir := tree(t, `
-- roles/web/defaults/main.yml --
home: /srv/web
-- roles/web/tasks/main.yml --
- ansible.builtin.command: useradd x
- ansible.builtin.include_tasks: more.yml
-- roles/web/tasks/more.yml --
- ansible.builtin.command: mkdir {{ home }}
`)
	got, _ := found(t, dir, Options{}, "roles/web/tasks/more.yml")
	if !slices.Equal(got, []string{"roles/web/tasks/more.yml:1 shell/fails-on-rerun error"}) {
		t.Errorf("got %v", got)
	}
}

func TestStdinTakesTheFilesPlace(t *testing.T) {
	dir := tree(t, "\n-- site.yml --\n- hosts: all\n")
	path := filepath.Join(dir, "site.yml")
	text := "- hosts: all\n  tasks:\n    - ansible.builtin.command: useradd x\n"
	got, _ := found(t, dir, Options{Stdin: &Stdin{Path: path, Text: []byte(text)}}, "site.yml")
	if !slices.Equal(got, []string{"site.yml:3 shell/fails-on-rerun error"}) {
		t.Errorf("got %v", got)
	}
}

// A collection's role is found through galaxy.yml above the playbook, in the spelling in which the tree was named: else its files
// would be there twice.
func TestAFileHasOneName(t *testing.T) {
	dir := tree(t, `
-- galaxy.yml --
namespace: acme
name: web
-- playbooks/site.yml --
- hosts: all
  roles: [acme.web.app]
-- roles/app/tasks/main.yml --
- name: grow
  ansible.builtin.shell: echo x >> /etc/profile
`)
	want, _ := found(t, dir, Options{})
	t.Chdir(dir)
	got, r := found(t, ".", Options{})
	if !slices.Equal(got, want) || len(got) == 0 || r.Tasks != 1 {
		t.Errorf("%d tasks, found %q, by the full path %q", r.Tasks, got, want)
	}
}

func TestTheGateProfileShowsErrorsOnly(t *testing.T) {
	dir := tree(t, "\n-- site.yml --\n- hosts: all\n  tasks:\n    - ansible.builtin.command: ls\n    - ansible.builtin.command: useradd x\n")
	_, r := found(t, dir, Options{Profile: "gate"})
	for _, f := range r.Findings {
		if f.Level != rules.Error {
			t.Errorf("%s %s", f.Level, f.Rule)
		}
	}
	if len(r.Findings) != 1 {
		t.Errorf("%d findings", len(r.Findings))
	}
}

func BenchmarkTenThousandTasks(b *testing.B) {
	var text strings.Builder
	text.WriteString("- hosts: all\n  tasks:\n")
	for i := range 10000 {
		n := strconv.Itoa(i)
		switch i % 4 {
		case 0:
			text.WriteString("    - ansible.builtin.template: {src: a" + n + ".j2, dest: /etc/app" + n + ".conf}\n")
		case 1:
			text.WriteString("    - ansible.builtin.command: app" + n + " --set x\n      when: r" + n + " is defined\n")
		case 2:
			text.WriteString("    - ansible.builtin.apt: {name: p" + n + ", state: present}\n      register: q" + n + "\n")
		default:
			text.WriteString("    - ansible.builtin.shell: cat /etc/app" + n + ".conf | grep x\n")
		}
	}
	path := filepath.Join(b.TempDir(), "site.yml")
	if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Run(context.Background(), []string{path}, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
