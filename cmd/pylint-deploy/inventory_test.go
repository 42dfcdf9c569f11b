package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInventoryShowsWhatAnsibleInventoryShows(t *testing.T) {
	path := theirs(t, "ansible-inventory")
	dir := t.TempDir()
	put(t, dir, "inv.yml", "all:\n  hosts:\n    top: {n: null, t: '{{ x }}', u: !unsafe '{{ x }}'}\n  children:\n    web:\n      hosts: {web1: {l: [1, a]}}\n      vars: {é: ü}\n")
	put(t, dir, "hosts", "[web]\nweb[1:2] a=1 b='x y'\n[db:children]\nweb\n[db:vars]\nd=1.5\n")
	for _, args := range []string{"--list", "--list --export", "--list --yaml", "--list --export -y", "--host web1", "--host web1 -y", "--graph", "--graph --vars", "--graph db"} {
		fields := append([]string{"-i", "inv.yml", "-i", "hosts"}, strings.Fields(args)...)
		cmd := exec.Command(path, fields...)
		cmd.Dir = dir
		want, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		got, err := runIn(t, dir, "", append([]string{"inventory"}, fields...)...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("inventory %s: -Ansible +ours\n%s", args, diff)
		}
	}
}

func TestConstructedInventoriesAreComputedAsAnsibleComputesThem(t *testing.T) {
	path := theirs(t, "ansible-inventory")
	dir := t.TempDir()
	put(t, dir, "hosts", "[web]\nweb[1:3].x size=3 tags=\"['a','b-c']\" os=debian\n[db]\ndb1 size=9 os='' m=\"{'k':'v','e':''}\"\n[web:vars]\ntier=front\n")
	put(t, dir, "built.yml", `plugin: constructed
strict: false
compose:
  double: (size * 2) | string
  short: inventory_hostname_short | upper
  broken: nope.nope
  fixed: "'text'"
groups:
  big: size > 5
  also-web: "'web' in group_names and double == '6'"
keyed_groups:
  - {key: tier, prefix: tier}
  - {key: tags, separator: ""}
  - {key: os, prefix: os, default_value: unknown}
  - {key: m, prefix: m, parent_group: maps}
  - {key: short}
  - {key: nothing}
`)
	for _, args := range []string{"--list", "--graph"} {
		fields := append([]string{"-i", "hosts", "-i", "built.yml"}, strings.Fields(args)...)
		cmd := exec.Command(path, fields...)
		cmd.Dir = dir
		want, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		got, err := runIn(t, dir, "", append([]string{"inventory"}, fields...)...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("inventory %s: -Ansible +ours\n%s", args, diff)
		}
	}
}

// TestInventoriesOfEveryKindAreReadAsAnsibleReadsThem: sources, settings and options of ansible-inventory that change what comes out.
func TestInventoriesOfEveryKindAreReadAsAnsibleReadsThem(t *testing.T) {
	program := theirs(t, "ansible-inventory")
	dir := t.TempDir()
	files := map[string]string{
		"hosts":                  "a.x ansible_port=2222\nb[01:03]\n[web]\nb01\nw[a:c:2].y:2200 v=1\n[web:vars]\nt=x\n[all:children]\nweb\n",
		"one/01.yml":             "web:\n  hosts:\n    w1: {n: 1}\n    w2:\n  vars: {from: one}\n",
		"one/02":                 "[db]\nd1\n[db:vars]\nfrom=two\n",
		"one/03.ini":             "never\n",
		"one/04.skip":            "[skipped]\ns1\n",
		"one/sub/hosts":          "sub1\n",
		"one/group_vars/web.yml": "gv: 1\n",
		"one/host_vars/d1/a.yml": "hv: 1\n",
		"one/host_vars/d1/b":     "hv2: 2\n",
		"group_vars/all.yml":     "here: {{here}}\n",
		"meta.sh":                "#!/bin/sh\n[ \"$1\" = --list ] && echo '{\"g\":{\"hosts\":[\"m1\",\"m2\"],\"vars\":{\"q\":1},\"children\":[\"h\"]},\"h\":[\"m3\"],\"_meta\":{\"hostvars\":{\"m1\":{\"own\":[1,2]}}}}'\n",
		"slow.sh":                "#!/bin/sh\nif [ \"$1\" = --list ]; then echo '{\"g\":[\"s1\"],\"alone\":{\"a\":1}}'; else echo '{\"asked\":\"'$2'\"}'; fi\n",
		"bad.sh":                 "#!/bin/sh\nexit 3\n",
		"made.yml":               "plugin: constructed\nstrict: false\nuse_extra_vars: true\ncompose: {c: x + 'y'}\nkeyed_groups: [{key: from | default('none'), prefix: f}]\n",
		"fields.json":            `{"all": {"children": {"j": {"hosts": {"j1": {"deep": {"a": [1, null, true]}}}}}}}`,
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.HasSuffix(name, ".sh") {
			mode = 0o755
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "{{here}}", "true")), mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ env, line string }{
		{"", "-i hosts --list"}, {"", "-i hosts --list --export"}, {"", "-i hosts --graph --vars"}, {"", "-i hosts --host wa.y"},
		{"", "-i one --list"}, {"", "-i one --graph"}, {"", "-i one --list -y --export"}, {"", "-i one --list --playbook-dir ."},
		{"ANSIBLE_INVENTORY_IGNORE=.skip,.ini", "-i one --graph"}, {"ANSIBLE_INVENTORY_IGNORE_REGEX=^02,sub", "-i one --graph"},
		{"ANSIBLE_INVENTORY_ENABLED=yaml", "-i one --graph"}, {"ANSIBLE_INVENTORY_ENABLED=advanced_host_list", "-i x[1:3],y --list"}, {"", "-i x[1:3],y --list"},
		{"", "-i meta.sh --list"}, {"", "-i meta.sh --graph"}, {"", "-i slow.sh --list"}, {"", "-i slow.sh -i hosts --host s1"},
		{"", "-i bad.sh -i hosts --graph"}, {"", "-i nothere -i hosts --graph"},
		{"", "-i one -i made.yml --graph -e x=1"}, {"", "-i one -i made.yml --list -e x=1"}, {"", "-i one --host w1 -e n=9 -e {\"k\":[1]}"},
		{"", "-i fields.json --list"}, {"", "-i fields.json --list -y"}, {"ANSIBLE_INVENTORY=one,hosts", "--graph"}, {"ANSIBLE_INVENTORY_EXPORT=1", "-i one --list"},
		{"ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS=always", "-i hosts --graph"}, {"", "-i hosts --graph nothing"}, {"", "-i hosts --host nothing"},
		{"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=1", "-i bad.sh -i hosts --graph"}, {"ANSIBLE_INVENTORY_UNPARSED_FAILED=1", "-i bad.sh --graph"},
	} {
		t.Run(strings.TrimSpace(c.env+" "+c.line), func(t *testing.T) {
			t.Parallel()
			run := func(program string) (string, int) {
				cmd := exec.Command(program)
				cmd.Args, cmd.Dir, cmd.Env = append([]string{"ansible-inventory"}, strings.Fields(c.line)...), dir, os.Environ()
				if c.env != "" {
					cmd.Env = append(cmd.Env, c.env)
				}
				out, _ := cmd.Output() // the code says what came of it
				return string(out), cmd.ProcessState.ExitCode()
			}
			want, code := run(program)
			got, ended := run(ownPath(t))
			if ended != code {
				t.Errorf("exit code %d, want %d", ended, code)
			}
			if diff := cmp.Diff(want, got); diff != "" && code == 0 {
				t.Errorf("-Ansible +ours\n%s", diff)
			}
		})
	}
}
