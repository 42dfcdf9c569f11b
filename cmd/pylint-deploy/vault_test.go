package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runIn runs the program's command tree in a directory and returns what it printed.
func runIn(t *testing.T, dir, stdin string, args ...string) (stdout string, err error) {
	t.Helper()
	t.Chdir(dir)
	var out, diagnostics strings.Builder
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(strings.NewReader(stdin))
	root.SetOut(&out)
	root.SetErr(&diagnostics)
	err = root.ExecuteContext(t.Context())
	return out.String(), err
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func TestVaultRoundTrip(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "old", "old password\n")
	put(t, dir, "new", "new password\n")
	put(t, dir, "f.yml", "a: 1\n")
	t.Setenv("EDITOR", "sed -i s/1/2/")
	for _, step := range []struct {
		args     string
		stdout   string
		plain    bool // f.yml is plain afterwards
		mistaken string
	}{
		{args: "encrypt f.yml", mistaken: "nobody answers"},
		{args: "encrypt --vault-password-file old f.yml"},
		{args: "encrypt --vault-password-file old f.yml", mistaken: "encrypted already"},
		{args: "view --vault-password-file old f.yml", stdout: "a: 1\n"},
		{args: "view --vault-password-file new f.yml", mistaken: "none of the vault passwords opens it"},
		{args: "edit --vault-password-file old f.yml"},
		{args: "rekey --vault-password-file old --new-vault-id prod@new f.yml"},
		{args: "view --vault-id old@old --vault-id prod@new f.yml", stdout: "a: 2\n"},
		{args: "decrypt --vault-id prod@new --output - f.yml", stdout: "a: 2\n"},
		{args: "decrypt --vault-id prod@new f.yml", plain: true},
		{args: "decrypt --vault-id prod@new f.yml", plain: true, mistaken: "not a vault"},
		{args: "encrypt --vault-id a@old --vault-id b@new f.yml", plain: true, mistaken: "--encrypt-vault-id"},
		{args: "encrypt --vault-id a@old --vault-id b@new --encrypt-vault-id b f.yml"},
		{args: "view --vault-password-file new f.yml", stdout: "a: 2\n"},
	} {
		out, err := runIn(t, dir, "", append([]string{"vault"}, strings.Fields(step.args)...)...)
		if (err == nil) != (step.mistaken == "") || err != nil && !strings.Contains(err.Error(), step.mistaken) {
			t.Fatalf("vault %s: got error %v, want %q", step.args, err, step.mistaken)
		}
		if step.mistaken == "" && out != step.stdout {
			t.Errorf("vault %s printed %q, want %q", step.args, out, step.stdout)
		}
		text, _ := os.ReadFile(filepath.Join(dir, "f.yml"))
		if sealed := strings.HasPrefix(string(text), "$ANSIBLE_VAULT;"); sealed == step.plain && step.args != "encrypt f.yml" {
			t.Errorf("after vault %s the file is %q", step.args, text)
		}
		if info, _ := os.Stat(filepath.Join(dir, "f.yml")); info.Mode().Perm() != 0o640 {
			t.Errorf("after vault %s the mode is %v", step.args, info.Mode())
		}
	}
}

func TestEncryptedStringsAreReadByAnsible(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "pw", "password\n")
	out, err := runIn(t, dir, "from stdin", "vault", "encrypt_string", "--vault-id", "prod@pw", "--stdin-name", "x", "-n", "y", "two words")
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "vars.yml", out)
	path := theirs(t, "ansible")
	cmd := exec.Command(path, "-i", "localhost,", "-c", "local", "localhost", "-m", "debug", "-a", "msg={{ x }}/{{ y }}", "-e", "@vars.yml", "--vault-id", "prod@pw")
	cmd.Dir = dir
	got, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(got), "from stdin/two words") {
		t.Errorf("ansible: %v\n%s", err, got)
	}
}
