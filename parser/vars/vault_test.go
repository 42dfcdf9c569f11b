package vars

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// ansibleVault runs the real ansible-vault in dir, or skips the test where it is not installed.
func ansibleVault(t *testing.T, dir string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("ansible-vault")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("ansible-vault is not installed")
		}
		t.Skip("ansible-vault is not installed")
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "ANSIBLE_NOCOLOR=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("ansible-vault %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWeOpenWhatAnsibleVaultSealed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "pw"), "correct horse\n")
	write(t, filepath.Join(dir, "prod"), "staple")
	k := &Keyring{}
	for _, source := range []string{"prod@" + filepath.Join(dir, "prod"), filepath.Join(dir, "pw")} {
		if err := k.AddSource(t.Context(), source, nil, false); err != nil {
			t.Fatal(err)
		}
	}
	for _, plain := range []string{"a: 1\n", "", strings.Repeat("é0123456789", 100)} {
		for _, option := range []string{"--vault-password-file=pw", "--vault-id=prod@prod"} {
			write(t, filepath.Join(dir, "f"), plain)
			ansibleVault(t, dir, "encrypt", option, "f")
			text, _ := os.ReadFile(filepath.Join(dir, "f"))
			got, err := k.Open(text)
			if err != nil || string(got) != plain {
				t.Errorf("%s: got %q, %v; want %q", option, got, err, plain)
			}
		}
	}
}

func TestAnsibleVaultOpensWhatWeSealed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "pw"), "correct horse\n")
	for _, plain := range []string{"a: 1\n", "0123456789abcdef", strings.Repeat("x", 5000)} {
		for _, id := range []string{"", "prod"} {
			sealed, err := Seal([]byte(plain), []byte("correct horse"), id)
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "f"), string(sealed))
			option := "--vault-password-file=pw"
			if id != "" {
				option = "--vault-id=" + id + "@pw"
			}
			ansibleVault(t, dir, "decrypt", option, "f")
			if got, _ := os.ReadFile(filepath.Join(dir, "f")); string(got) != plain {
				t.Errorf("id %q: ansible-vault reads %q, want %q", id, got, plain)
			}
		}
	}
}

func TestVaultsThatDoNotOpenSayWhy(t *testing.T) {
	sealed, err := seal([]byte("secret"), []byte("right"), bytes.Repeat([]byte{7}, 32), "")
	if err != nil {
		t.Fatal(err)
	}
	right, wrong := &Keyring{}, &Keyring{}
	right.Add(DefaultID, []byte("right"))
	wrong.Add(DefaultID, []byte("wrong"))
	for _, c := range []struct {
		name string
		keys *Keyring
		text string
		want error
	}{
		{"no password", nil, string(sealed), ErrNoPassword},
		{"wrong password", wrong, string(sealed), ErrWrongPassword},
		{"plain text", right, "secret", ErrNotVault},
		{"cut short", right, string(sealed[:100]), ErrNotVault},
		{"not hexadecimal", right, "$ANSIBLE_VAULT;1.1;AES256\nxyz\n", ErrNotVault},
		{"a later format", right, strings.Replace(string(sealed), "1.1", "9.9", 1), ErrNotVault},
		{"an older cipher", right, strings.Replace(string(sealed), "AES256", "AES", 1), ErrNotVault},
	} {
		if _, err := c.keys.Open([]byte(c.text)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
}

func TestPasswordScriptsAreRun(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "get-client.sh")
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho \"pw of $2\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	k := &Keyring{}
	if err := k.AddSource(t.Context(), "prod@"+path, nil, false); err != nil {
		t.Fatal(err)
	}
	if p, ok := k.Find("prod"); !ok || string(p.Text) != "pw of prod" {
		t.Errorf("got %q", p.Text)
	}
}

func FuzzOpen(f *testing.F) {
	sealed, _ := seal([]byte("secret"), []byte("right"), bytes.Repeat([]byte{7}, 32), "prod")
	f.Add(sealed)
	f.Fuzz(func(t *testing.T, text []byte) {
		if e, err := openEnvelope(text); err == nil && e == nil {
			t.Fatal("no envelope and no error")
		}
	})
}
