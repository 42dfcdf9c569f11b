package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const covered = `- hosts: all
  tasks:
    - apt: {name: nginx}
    - template: {src: a, dest: /b}
    - debug:
    - include_tasks: more.yml
    - acme: {x: 1}
    - reboot: {search_paths: [/x]}
    - synchronize: {src: a, dest: b}
    - action: "{{ pkg }} name=x"
    - no_such_module:
    - acts:
`

func TestCoverageCountsWhoRunsTasks(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"site.yml": covered, "more.yml": "- apt: {name: x}\n- shell: ls\n", "library/acme": "#!/bin/sh\n",
		"library/acts": "#!/bin/sh\n", "action_plugins/acts.py": "", "roles/r/library/acme_role": "#!/bin/sh\n", "roles/r/tasks/main.yml": "- acme_role:\n- acme_role: x=1\n"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := coverageOf(&out, []string{dir}, false); err != nil {
		t.Fatal(err)
	}
	want := `DIR: 14 tasks of 12 modules
  target            3  21.4 %
  controller        3  21.4 %
  language          1  7.1 %
  --python-modules  3  21.4 %
  templated name    1  7.1 %
  argument refused  1  7.1 %
  not at all        2  14.3 %
  - acme_role: --python-modules, 2
  - acme: --python-modules, 1
  - acts: not at all, 1
  - ansible.builtin.reboot: argument refused, 1
  - no_such_module: not at all, 1
  - {{ pkg }}: templated name, 1
`
	if diff := cmp.Diff(want, strings.ReplaceAll(out.String(), dir, "DIR")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The page has a line for each repository of the list, and its last line is their sum.
func TestCoveragePageIsWhole(t *testing.T) {
	page, err := os.ReadFile("../../docs/coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile("../../testdata/coverage/repositories.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var header bytes.Buffer
	if err := writeCoveragePage(&header, make([]*coverage, 0)); err != nil {
		t.Fatal(err)
	}
	var names, want []string
	for line := range strings.Lines(string(list)) {
		if name, _, _ := strings.Cut(line, "\t"); name != "repository" {
			want = append(want, name)
		}
	}
	head, _, _ := strings.Cut(strings.Replace(header.String(), "of 0 public", "of "+strconv.Itoa(len(want))+" public", 1), "| all |")
	if !strings.HasPrefix(string(page), head) {
		t.Errorf("docs/coverage.md does not begin as `pylint-deploy modules --coverage --markdown` begins it")
	}
	sums, rows := make([]int, runners+1), regexp.MustCompile(`(?m)^\| (\S+) \|(.*)\|$`).FindAllStringSubmatch(string(page[min(len(head), len(page)):]), -1)
	for _, row := range rows {
		cells := strings.Split(row[2], "|")
		for i := range sums {
			n, err := strconv.Atoi(strings.TrimSpace(cells[i]))
			if err != nil {
				t.Fatalf("%s: %v", row[1], err)
			}
			if row[1] == "all" && n != sums[i] {
				t.Errorf("column %d of all is %d, the lines have %d", i, n, sums[i])
			}
			sums[i] += n
		}
		if row[1] != "all" {
			names = append(names, row[1])
		}
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("repositories -list +page:\n%s", diff)
	}
}
