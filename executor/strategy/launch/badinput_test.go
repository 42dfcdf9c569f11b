package launch

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Content that cannot be run is named with its place before any host is touched.
func TestBadContentIsRefusedWithItsPlace(t *testing.T) {
	const play = "- hosts: localhost\n  gather_facts: false\n"
	for _, c := range []struct{ name, book, want string }{
		{"YAML", play + "  tasks:\n    - debug: {msg: \"x\n", "book.yml:"},
		{"an unknown module", play + "  tasks:\n    - lineinfle: path=x\n", "book.yml:4:7: couldn't resolve module/action 'lineinfle'"},
		{"with a suggestion", play + "  tasks:\n    - lineinfle: path=x\n", "did you mean 'lineinfile'?"},
		{"a missing role", play + "  roles: [missing]\n", `book.yml:3:11: the role "missing" was not found`},
		{"a missing import", play + "  tasks:\n    - import_tasks: nope.yml\n", `book.yml:4:21: the task file "nope.yml" does not exist`},
		{"an unknown strategy", play + "  strategy: debug\n  tasks: []\n", "book.yml:3:13: the strategy 'debug' is not supported"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "book.yml"), []byte(c.book), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			s, err := New(context.Background(), []string{"book.yml"}, Options{Stdout: &out, Stderr: &out, Dir: dir, Getenv: environment()})
			if err == nil {
				defer s.Close()
				err = s.Refuse(false)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// TestABrokenFileOfARoleEndsTheRun: whichever file it is, and whatever way the play comes to the role.
func TestABrokenFileOfARoleEndsTheRun(t *testing.T) {
	for way, play := range map[string]string{"roles": "roles: [r]", "import_role": "tasks: [{import_role: {name: r}}]", "include_role": "tasks: [{include_role: {name: r}}]",
		"a dependency": "roles: [q]"} {
		for _, part := range []string{"tasks", "handlers", "vars", "defaults", "meta"} {
			for fault, text := range map[string]string{"YAML": "a: [1\n", "a vault": "$ANSIBLE_VAULT;1.1;AES256\n3030\n"} {
				dir := t.TempDir()
				write(t, filepath.Join(dir, "book.yml"), "- hosts: all\n  gather_facts: false\n  "+play+"\n")
				write(t, filepath.Join(dir, "roles/r/tasks/main.yml"), "- debug:\n")
				write(t, filepath.Join(dir, "roles/q/meta/main.yml"), "dependencies: [r]\n")
				write(t, filepath.Join(dir, "roles/r", part, "main.yml"), text)
				var out bytes.Buffer
				s, err := New(context.Background(), []string{"book.yml"}, Options{Inventory: []string{"localhost,"}, Stdout: &out, Stderr: &out, Dir: dir, Getenv: environment()})
				if err == nil {
					_, err = s.Run(context.Background())
					s.Close()
				}
				if err == nil || !strings.Contains(err.Error(), filepath.Join("roles/r", part, "main.yml")) {
					t.Errorf("%s, %s with bad %s: error %v\n%s", way, part, fault, err, out.String())
				}
			}
		}
	}
}

// TestRolesThatNeverEndAreAnError: those that import or depend on themselves, directly or in a circle.
func TestRolesThatNeverEndAreAnError(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"imports itself":    {"roles/a/tasks/main.yml": "- import_role: {name: a}\n- import_role: {name: a}\n"},
		"imports":           {"roles/a/tasks/main.yml": "- import_role: {name: b}\n", "roles/b/tasks/main.yml": "- block:\n    - import_role: {name: a}\n"},
		"depends on itself": {"roles/a/meta/main.yml": "dependencies: [b]\n", "roles/b/meta/main.yml": "dependencies: [a]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "book.yml"), "- hosts: all\n  gather_facts: false\n  roles: [a]\n")
			for path, text := range files {
				write(t, filepath.Join(dir, path), text)
			}
			var out bytes.Buffer
			s, err := New(context.Background(), []string{"book.yml"}, Options{Inventory: []string{"localhost,"}, Stdout: &out, Stderr: &out, Dir: dir, Getenv: environment()})
			if err == nil {
				_, err = s.Run(context.Background())
				s.Close()
			}
			if err == nil || !strings.Contains(err.Error(), "A recursion loop was detected with the roles specified") {
				t.Errorf("error %v\n%s", err, out.String())
			}
		})
	}
}
