package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPreCommitRunsTheHooks installs the hooks from a clone, as a user's pre-commit does, and lets them look at a commit. The modules come
// from the cache that the tests were built with, so that the hook's build needs no network here.
func TestPreCommitRunsTheHooks(t *testing.T) {
	preCommit := installed(t, "pre-commit")
	git := installed(t, "git")
	top := t.TempDir()
	env := append(os.Environ(), "PRE_COMMIT_HOME="+filepath.Join(top, "cache"), "GOPROXY=off", "GOFLAGS=-mod=readonly -trimpath", "GOMODCACHE="+output(t, "go", "env", "GOMODCACHE"),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.org", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.org")
	run := func(dir string, ok bool, args ...string) string {
		t.Helper()
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		if (err == nil) != ok {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}

	// A repository with what is committed here, and the changes that are not yet.
	hooks := filepath.Join(top, "hooks")
	if err := os.MkdirAll(hooks, 0o755); err != nil {
		t.Fatal(err)
	}
	copyTracked(t, git, "../..", hooks)
	run(hooks, true, git, "init", "-q")
	run(hooks, true, git, "add", "-A")
	run(hooks, true, git, "commit", "-q", "-m", "hooks")
	revision := strings.TrimSpace(run(hooks, true, git, "rev-parse", "HEAD"))

	site := filepath.Join(top, "site")
	for name, text := range map[string]string{
		".pre-commit-config.yaml":   "repos:\n  - repo: " + hooks + "\n    rev: " + revision + "\n    hooks: [{id: pylint-deploy}, {id: pylint-deploy-all}]\n",
		"site.yml":                  cleanBook + "  roles: [web]\n",
		"roles/web/tasks/main.yml":  "- name: account\n  ansible.builtin.command: useradd app\n",
		"roles/web/defaults/a.yml":  "a: 1\n",
		".github/workflows/ci.yml":  "on: push\njobs: {}\n",
		"docker-compose.yml":        "services: {}\n",
		"roles/web/templates/x.yml": "{% if a %}\n- b\n{% endif %}\n",
	} {
		path := filepath.Join(site, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run(site, true, git, "init", "-q")
	run(site, true, git, "add", "-A")
	out := run(site, false, preCommit, "run", "--all-files")
	for _, want := range []string{"roles/web/tasks/main.yml:1:3: error shell/fails-on-rerun", "- exit code: 2", "pylint-deploy check (whole repository)"} {
		if !strings.Contains(out, want) {
			t.Errorf("pre-commit does not say %q:\n%s", want, out)
		}
	}
	if n := strings.Count(out, "fails-on-rerun:"); n != 2 { // once each hook
		t.Errorf("the finding is there %d times:\n%s", n, out)
	}
	if strings.Contains(out, "cannot be analysed") {
		t.Errorf("a file that is no Ansible content was checked:\n%s", out)
	}
	role := filepath.Join(site, "roles/web/tasks/main.yml")
	if err := os.WriteFile(role, []byte("- name: account\n  ansible.builtin.user:\n    name: app\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	run(site, true, git, "add", "-A")
	if out := run(site, true, preCommit, "run"); strings.Count(out, "Passed") != 2 {
		t.Errorf("after mending:\n%s", out)
	}
}

// installed is the path of a program that CI has.
func installed(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not installed", program)
		}
		t.Skipf("%s is not installed", program)
	}
	return path
}

func output(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(args[0], args[1:]...).Output()
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

// copyTracked copies the files that git knows, or would take, from one directory to another.
func copyTracked(t *testing.T, git, from, to string) {
	t.Helper()
	list, err := exec.Command(git, "-C", from, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		t.Fatalf("listing the files of the repository: %v", err)
	}
	for _, name := range strings.Split(strings.Trim(string(list), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue // removed, not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
