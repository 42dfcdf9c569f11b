package vars

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// DefaultID is the id of a password given without one.
const DefaultID = "default"

// Password is one vault password.
type Password struct {
	ID   string
	Text []byte
}

// Keyring holds the vault passwords of a run, in the order in which they were given. It is safe for concurrent use once
// filled. The nil Keyring has none.
type Keyring struct {
	// OwnIDOnly opens a vault with the passwords of its id alone.
	OwnIDOnly bool

	passwords []Password
}

// Add puts a password behind the others.
func (k *Keyring) Add(id string, text []byte) {
	k.passwords = append(k.passwords, Password{ID: id, Text: text})
}

// Empty tells that there is no password.
func (k *Keyring) Empty() bool { return k == nil || len(k.passwords) == 0 }

// Find returns the first password of an id, the first of all for "".
func (k *Keyring) Find(id string) (Password, bool) {
	if k != nil {
		for _, p := range k.passwords {
			if id == "" || p.ID == id {
				return p, true
			}
		}
	}
	return Password{}, false
}

// Open decrypts a vault: with the passwords of its id first, then with the others.
func (k *Keyring) Open(text []byte) ([]byte, error) {
	plain, _, err := k.OpenID(text)
	return plain, err
}

// OpenID is Open and tells which password it was, and the vault's own id.
func (k *Keyring) OpenID(text []byte) (plain []byte, used Password, err error) {
	if k.Empty() {
		return nil, Password{}, ErrNoPassword
	}
	e, err := openEnvelope(text)
	if err != nil {
		return nil, Password{}, err
	}
	for _, matching := range []bool{true, false} {
		for _, p := range k.passwords {
			if (p.ID == e.id) != matching || !matching && k.OwnIDOnly {
				continue
			}
			plain, err := e.open(p.Text)
			if !errors.Is(err, ErrWrongPassword) {
				return plain, p, err
			}
		}
	}
	return nil, Password{}, ErrWrongPassword
}

// Decrypt is Open as a Decrypt; nil for an empty keyring.
func (k *Keyring) Decrypt() Decrypt {
	if k.Empty() {
		return nil
	}
	return k.Open
}

// Prompt asks a person for a password. confirm demands it twice.
type Prompt func(label string, confirm bool) ([]byte, error)

// AddSource reads the password of one --vault-id option, "[id@]source": source is "prompt", a file, or an executable that
// prints it (one whose name ends in -client is called with --vault-id ID). confirm says that the password will encrypt.
func (k *Keyring) AddSource(ctx context.Context, option string, ask Prompt, confirm bool) error {
	id, from, found := strings.Cut(option, "@")
	if !found {
		id, from = DefaultID, option
	}
	if id == "" {
		id = DefaultID
	}
	var text []byte
	var err error
	switch {
	case AsksFor(from):
		if ask == nil {
			return fmt.Errorf("cannot ask for the vault password of %s: there is no terminal", id)
		}
		if text, err = ask(question(id, from, confirm), confirm); err == nil {
			text = bytes.TrimSpace(text)
		}
	default:
		text, err = passwordFrom(ctx, id, from)
	}
	if err != nil {
		return err
	}
	if len(text) == 0 {
		return fmt.Errorf("the vault password of %s is empty", id)
	}
	k.Add(id, text)
	return nil
}

// The sources that are a person.
const (
	askByID = "prompt"
	// AskPlainly asks without naming the password's id.
	AskPlainly = "prompt_ask_vault_pass"
)

// AsksFor tells whether a source is a person.
func AsksFor(source string) bool { return source == askByID || source == AskPlainly }

// question is what Ansible's programs ask, to the letter: other programs wait for it.
func question(id, from string, create bool) string {
	switch {
	case from == AskPlainly && create:
		return "New Vault password: "
	case from == AskPlainly:
		return "Vault password: "
	case create:
		return fmt.Sprintf("New vault password (%s): ", id)
	}
	return fmt.Sprintf("Vault password (%s): ", id)
}

// Again is the question for the same password once more.
func Again(question string) string {
	return "Confirm " + strings.Replace(question, "New vault", "new vault", 1)
}

// passwordFrom reads a password file or runs a password script.
func passwordFrom(ctx context.Context, id, path string) ([]byte, error) {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(home, rest)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("the vault password file of %s: %w", id, err)
	}
	if info.IsDir() {
		return nil, fmt.Errorf("the vault password file of %s: %s is a directory", id, path)
	}
	if info.Mode()&0o111 == 0 {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("the vault password file of %s: %w", id, err)
		}
		return bytes.TrimSpace(text), nil
	}
	return runPasswordScript(ctx, id, path)
}

func runPasswordScript(ctx context.Context, id, path string) ([]byte, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	var args []string
	if name := filepath.Base(abs); strings.HasSuffix(strings.TrimSuffix(name, filepath.Ext(name)), "-client") && id != DefaultID {
		args = []string{"--vault-id", id}
	}
	cmd := exec.CommandContext(ctx, abs, args...)
	var stderr bytes.Buffer
	cmd.Stderr, cmd.Stdin = &stderr, os.Stdin
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("the vault password script %s failed: %w: %s", path, err, strings.TrimSpace(stderr.String()))
	}
	return bytes.Trim(out, "\r\n"), nil
}

// Len is the number of passwords.
func (k *Keyring) Len() int {
	if k == nil {
		return 0
	}
	return len(k.passwords)
}

// VaultID is the id that a vault names, "" for one of format 1.1.
func VaultID(text []byte) string {
	if e, err := openEnvelope(text); err == nil {
		return e.id
	}
	return ""
}
