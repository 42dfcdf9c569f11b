package check

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// layouts are trees with what is read of them: the findings, and what could not be analysed.
var layouts = []struct {
	name, archive  string
	want, problems []string
}{
	{"other tools' files in a repository", `
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.shell: echo x >> /etc/f
-- deploy/stack.yml --
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {Name: !Sub "${AWS::StackName}"}
-- chart/values.yaml --
a: {{ .Values.b }}
-- .kitchen.yml --
- a: b
 c
`, []string{"site.yml:3 shell/append error"}, nil},
	{"content that is broken", `
-- site.yml --
- hosts: all
  vars: {a: !Sub b}
-- roles/r/tasks/main.yml --
- {{ x }}
`, nil, []string{"roles/r/tasks/main.yml", "site.yml"}},
	{"a role's own tests find it under its names", `
-- ansible-role-web/meta/main.yml --
galaxy_info: {role_name: web, author: me}
-- ansible-role-web/tasks/main.yml --
- ansible.builtin.shell: echo x >> /etc/f
-- ansible-role-web/tests/test.yml --
- hosts: all
  roles: [role_under_test]
-- ansible-role-web/molecule/default/converge.yml --
- hosts: all
  roles: [me.web]
-- ansible-role-web/molecule/other/converge.yml --
- hosts: all
  roles: [ansible-role-web, someone.else]
`, []string{"ansible-role-web/tasks/main.yml:1 shell/append error"}, []string{"ansible-role-web/molecule/other/converge.yml"}},
	{"ansible-lint's settings", `
-- .ansible-lint --
skip_list: [no-changed-when, yaml, package-latest]
exclude_paths: [roles/theirs, docs/]
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: cat /etc/hosts
    - ansible.builtin.command: useradd bob
    - ansible.builtin.apt: {name: nginx, state: latest}
    - ansible.builtin.git: {repo: "https://example.org/x", dest: /srv/x, version: main}
-- roles/theirs/tasks/main.yml --
- ansible.builtin.command: useradd eve
-- more/roles/theirs/tasks/main.yml --
- ansible.builtin.command: useradd eve
-- docs/examples/site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: useradd eve
`, []string{"more/roles/theirs/tasks/main.yml:1 shell/fails-on-rerun error", "site.yml:4 shell/fails-on-rerun error",
		"site.yml:6 package/floating-vcs warning"}, nil},
	{"ansible-lint's settings in .config", `
-- .config/ansible-lint.yml --
skip_list: [no-changed-when]
exclude_paths: [old]
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: cat /etc/hosts
-- old/site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: useradd eve
`, nil, nil},
	{"what ansible-lint's list ignores in a file", `
-- .ansible-lint-ignore --
# comments, and what is not about second runs
site.yml no-changed-when # old
site.yml yaml
other.yml no-changed-when skip
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: grep a /etc/a
    - ansible.builtin.shell: echo a >> /etc/a
-- third.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: grep a /etc/a
`, []string{"site.yml:4 shell/append error", "third.yml:3 shell/read-only-reports-changed warning"}, nil},
	{"our settings take the place of ansible-lint's", `
-- .pylint-deploy.yaml --
profile: default
-- .ansible-lint --
skip_list: [no-changed-when]
-- site.yml --
- hosts: all
  tasks:
    - ansible.builtin.command: cat /etc/hosts
`, []string{"site.yml:3 shell/read-only-reports-changed warning"}, nil},
}

func TestLayouts(t *testing.T) {
	for _, l := range layouts {
		t.Run(l.name, func(t *testing.T) {
			dir := tree(t, l.archive)
			got, r := found(t, dir, Options{})
			if !slices.Equal(got, l.want) {
				t.Errorf("got  %v\nwant %v", got, l.want)
			}
			var problems []string
			for _, p := range r.Problems {
				problems = append(problems, strings.TrimPrefix(p.Pos.File, dir+"/"))
			}
			if slices.Sort(problems); !slices.Equal(problems, l.problems) {
				t.Errorf("problems %v, want %v", problems, l.problems)
			}
		})
	}
}

// TestTheNoticeSaysWhatWasTaken: nothing of ansible-lint's settings counts unseen.
func TestTheNoticeSaysWhatWasTaken(t *testing.T) {
	dir := tree(t, "-- .ansible-lint --\nskip_list: [no-changed-when, yaml]\nexclude_paths: [old]\n-- site.yml --\n- hosts: all\n")
	if err := os.WriteFile(filepath.Join(dir, ".ansible-lint-ignore"), []byte("site.yml no-changed-when\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, r := found(t, dir, Options{})
	want := dir + "/.ansible-lint skips no-changed-when: warnings of the rules for these are left out, errors are not; a .pylint-deploy.yaml takes its place\n" +
		dir + "/.ansible-lint excludes old\n" +
		dir + "/.ansible-lint-ignore: warnings of what it lists are left out, errors are not"
	if r.Settings.Notice != want {
		t.Errorf("got  %s\nwant %s", r.Settings.Notice, want)
	}
}
