package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// vaultPrograms are both programs, which have to understand each other.
func vaultPrograms(t *testing.T) map[string]string {
	return map[string]string{"Ansible": theirs(t, "ansible-vault"), "ours": ownPath(t)}
}

// vaulted runs a vault command in a directory, with a text on standard input.
func vaulted(t *testing.T, program, dir, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(program)
	cmd.Args, cmd.Dir, cmd.Stdin = append([]string{"ansible-vault"}, args...), dir, strings.NewReader(stdin)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	cmd.Run() // the code says what came of it
	return out.String(), said.String(), cmd.ProcessState.ExitCode()
}

// TestWhatOneEncryptsTheOtherReads: every way to encrypt, by each program, read by the other one.
func TestWhatOneEncryptsTheOtherReads(t *testing.T) {
	const script = "#!/bin/sh\necho from-script-${2:-none}\n"
	for _, c := range []struct {
		name           string
		encrypt, after string // command lines; FILE is the text's file
		read           string
		edited         bool
	}{
		{name: "file", encrypt: "encrypt --vault-password-file pw FILE", read: "--vault-password-file pw"},
		{name: "id", encrypt: "encrypt --vault-id prod@pw FILE", read: "--vault-id prod@pw"},
		{name: "one of two", encrypt: "encrypt --vault-id a@pw --vault-id b@pw2 --encrypt-vault-id b FILE", read: "--vault-id x@pw --vault-id y@pw2"},
		{name: "script", encrypt: "encrypt --vault-password-file ask.sh FILE", read: "--vault-password-file ask.sh"},
		{name: "client script", encrypt: "encrypt --vault-id k1@get-client.sh FILE", read: "--vault-id k1@get-client.sh"},
		{name: "rekey", encrypt: "encrypt --vault-password-file pw FILE", after: "rekey --vault-password-file pw --new-vault-password-file pw2 FILE", read: "--vault-password-file pw2"},
		{name: "rekey to an id", encrypt: "encrypt --vault-id a@pw FILE", after: "rekey --vault-id a@pw --new-vault-id b@pw2 FILE", read: "--vault-id b@pw2"},
		{name: "edit", encrypt: "encrypt --vault-id a@pw FILE", after: "edit --vault-id a@pw FILE", read: "--vault-id a@pw", edited: true},
		{name: "edit of two", encrypt: "encrypt --vault-id a@pw FILE", after: "edit --vault-id b@pw2 --vault-id a@pw FILE", read: "--vault-id a@pw", edited: true},
		{name: "to a file", encrypt: "encrypt --vault-password-file pw --output FILE plain", read: "--vault-password-file pw"},
	} {
		for writer, program := range vaultPrograms(t) {
			for reader, other := range vaultPrograms(t) {
				t.Run(c.name+", "+writer+" to "+reader, func(t *testing.T) {
					t.Parallel()
					dir := t.TempDir()
					text := "a: 'ü'\nlong: " + strings.Repeat("x", 200) + "\n"
					for name, content := range map[string]string{"text": text, "plain": text, "pw": "one\n", "pw2": " two words \n"} {
						put(t, dir, name, content)
					}
					for _, name := range []string{"ask.sh", "get-client.sh"} {
						if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
							t.Fatal(err)
						}
					}
					put(t, dir, "append", "")
					if err := os.WriteFile(filepath.Join(dir, "editor"), []byte("#!/bin/sh\necho more: 1 >> $1\n"), 0o755); err != nil {
						t.Fatal(err)
					}
					for _, line := range []string{c.encrypt, c.after} {
						if line == "" {
							continue
						}
						words := append([]string{"EDITOR=" + filepath.Join(dir, "editor"), program, "ansible-vault"}, strings.Fields(strings.ReplaceAll(line, "FILE", "text"))...)
						cmd := exec.Command(program)
						cmd.Args, cmd.Dir, cmd.Env = words[2:], dir, append(os.Environ(), words[0])
						if out, err := cmd.CombinedOutput(); err != nil {
							t.Fatalf("%s: %v\n%s", line, err, out)
						}
					}
					sealed, _ := os.ReadFile(filepath.Join(dir, "text"))
					if !bytes.HasPrefix(sealed, []byte("$ANSIBLE_VAULT;")) {
						t.Fatalf("not encrypted: %.40q", sealed)
					}
					got, said, code := vaulted(t, other, dir, "", append([]string{"view", "text"}, strings.Fields(c.read)...)...)
					want := text
					if c.edited {
						want += "more: 1\n"
					}
					if code != 0 || strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
						t.Errorf("exit code %d, read %q, want %q\n%s", code, got, want, said)
					}
				})
			}
		}
	}
}

// TestEncryptStringSaysWhatAnsibleSays: all but the cipher text, which no two runs have in common.
func TestEncryptStringSaysWhatAnsibleSays(t *testing.T) {
	for _, c := range []struct{ line, stdin string }{
		{"one", ""}, {"one -n a", ""}, {"one two -n a", ""}, {"one two -n a -n b", ""}, {"--stdin-name s", "text"}, {"-", "text"}, {"", "text"}, {"", ""},
		{"one --stdin-name s -n a", "text"}, {"one - -n a", "text"}, {"--encrypt-vault-id other one", ""}, {"--output out one -n a", ""},
	} {
		t.Run(c.line, func(t *testing.T) {
			t.Parallel()
			seen := map[string]string{}
			for who, program := range vaultPrograms(t) {
				dir := t.TempDir()
				put(t, dir, "pw", "secret\n")
				out, said, code := vaulted(t, program, dir, c.stdin, append([]string{"encrypt_string", "--vault-id", "default@pw"}, strings.Fields(c.line)...)...)
				if file, err := os.ReadFile(filepath.Join(dir, "out")); err == nil {
					out += "FILE:" + string(file)
				}
				var kept []string
				for line := range strings.SplitSeq(out, "\n") {
					if strings.HasPrefix(line, "          ") && !strings.Contains(line, "$ANSIBLE_VAULT") {
						continue
					}
					kept = append(kept, line)
				}
				seen[who] = strings.Join(kept, "\n") + "\n" + said
				if code != 0 { // each has words of its own for what is wrong
					seen[who] = fmt.Sprint("exit code ", code)
				}
			}
			if seen["ours"] != seen["Ansible"] {
				t.Errorf("Ansible:\n%s\nours:\n%s", seen["Ansible"], seen["ours"])
			}
		})
	}
}
