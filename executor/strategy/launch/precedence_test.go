package launch

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// precedence are the levels of variables, weakest first, as "Understanding variable precedence" counts them. The first of
// them, options of the command line, are no variables.
var precedence = []string{"role defaults", "inventory: all", "inventory group_vars/all", "playbook group_vars/all", "inventory: group",
	"inventory group_vars", "playbook group_vars", "inventory: host", "inventory host_vars", "playbook host_vars", "facts", "play vars",
	"vars_prompt", "vars_files", "role vars", "block vars", "task vars", "include_vars", "set_fact", "role params", "include params", "extra vars"}

// upTo gives each variable whose strongest level is n or above: over_k is set on all levels up to k, and level k wins.
func upTo(level string, line string) string {
	n := 0
	for i, name := range precedence {
		if name == level {
			n = i
		}
	}
	var out []string
	for k := n; k < len(precedence); k++ {
		out = append(out, fmt.Sprintf(line, k, level))
	}
	return strings.Join(out, "")
}

// precedenceTree writes a playbook that sets variables on every level and shows which one counts.
func precedenceTree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	yaml := func(level string) string { return upTo(level, "over_%d: '%s'\n") }
	flow := func(level string) string { return "{" + strings.TrimSuffix(upTo(level, "over_%d: '%s', "), ", ") + "}" }
	json := func(level string) string {
		return "{" + strings.TrimSuffix(upTo(level, `"over_%d": "%s", `), ", ") + "}"
	}
	files := map[string]string{
		"inv/hosts": "[web]\nh1 ansible_connection=local " + upTo("inventory: host", "over_%d='%s' ") + "\n[web:vars]\n" + upTo("inventory: group", "over_%d='%s'\n") +
			"[all:vars]\n" + upTo("inventory: all", "over_%d='%s'\n"),
		"inv/group_vars/all.yml": yaml("inventory group_vars/all"), "inv/group_vars/web.yml": yaml("inventory group_vars"), "inv/host_vars/h1.yml": yaml("inventory host_vars"),
		"site/group_vars/all.yml": yaml("playbook group_vars/all"), "site/group_vars/web.yml": yaml("playbook group_vars"), "site/host_vars/h1.yml": yaml("playbook host_vars"),
		"cache/h1": json("facts"), "extra.json": json("extra vars"),
		"site/files.yml": yaml("vars_files"), "site/roles/r/defaults/main.yml": yaml("role defaults"), "site/roles/r/vars/main.yml": yaml("role vars"),
		"site/roles/r/vars/included.yml": yaml("include_vars"),
		"site/roles/r/tasks/main.yml": "- include_vars: included.yml\n- set_fact: " + flow("set_fact") + "\n- include_tasks: show.yml\n  vars: " + flow("include params") + "\n" +
			"- block:\n    - debug: {msg: \"{{ over_15 }}, {{ over_16 }}\"}\n      vars: " + flow("task vars") + "\n  vars: " + flow("block vars") + "\n",
		"site/roles/r/tasks/show.yml": fmt.Sprintf("- debug: {msg: \"{{ lookup('vars', 'over_' ~ item) }}\"}\n  loop: \"{{ range(%d) }}\"\n", len(precedence)),
		"site/site.yml": "- hosts: web\n  gather_facts: false\n  vars: " + flow("play vars") + "\n  vars_prompt:\n" + upTo("vars_prompt", "    - {name: over_%d, default: '%s', private: false}\n") +
			"  vars_files: [files.yml]\n  roles:\n    - role: r\n" + upTo("role params", "      over_%d: '%s'\n"),
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestVariablesCountAsWithAnsible runs the same tree with both programs; the facts come from a cache of files that both read.
func TestVariablesCountAsWithAnsible(t *testing.T) {
	dir := precedenceTree(t)
	var out bytes.Buffer
	o := Options{Inventory: []string{filepath.Join(dir, "inv/hosts")}, ExtraVars: []string{"@" + filepath.Join(dir, "extra.json")}, Stdout: &out, Stderr: &bytes.Buffer{},
		Dir: filepath.Join(dir, "site"), Compat: "classic", Forks: 1,
		Getenv: environment("ANSIBLE_CACHE_PLUGIN", "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION", filepath.Join(dir, "cache"))}
	s, err := New(context.Background(), []string{"site.yml"}, o)
	if err != nil {
		t.Fatal(err)
	}
	if code, err := s.Run(context.Background()); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v\n%s", code, err, out.String())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	program := installed(t, "ansible-playbook")
	cmd := exec.Command(program, "-i", "../inv/hosts", "-e", "@../extra.json", "site.yml")
	cmd.Dir = filepath.Join(dir, "site")
	cmd.Env = append(os.Environ(), "ANSIBLE_NOCOLOR=1", "ANSIBLE_CACHE_PLUGIN=jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION="+filepath.Join(dir, "cache"))
	want, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, want)
	}
	if out.String() != string(want) {
		t.Errorf("--- ansible-playbook\n%s\n--- pylint-deploy\n%s", want, out.String())
	}
}
