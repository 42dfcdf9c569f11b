package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"pylint-deploy/parser/vars"
)

// vaultFlags are the options with which vault passwords are given.
type vaultFlags struct {
	ids   []string
	files []string
	ask   bool
}

func (f *vaultFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.ids, "vault-id", nil, "vault password as `ID@SOURCE`: a file, a script or \"prompt\"")
	flags.StringArrayVar(&f.files, "vault-password-file", nil, "`FILE` or script with the vault password")
	flags.StringArrayVar(&f.files, "vault-pass-file", nil, "the same as --vault-password-file")
	flags.BoolVarP(&f.ask, "ask-vault-pass", "J", false, "ask for the vault password")
	flags.BoolVar(&f.ask, "ask-vault-password", false, "the same as --ask-vault-pass")
	flags.MarkHidden("vault-pass-file")
	flags.MarkHidden("ask-vault-password")
}

// keyring reads the passwords in the order of Ansible: --vault-id, then files, then the question. confirm says that the
// password will encrypt.
func (f *vaultFlags) keyring(ctx context.Context, confirm bool) (*vars.Keyring, error) {
	sources := append([]string(nil), f.ids...)
	files := f.files
	if env := os.Getenv("ANSIBLE_VAULT_PASSWORD_FILE"); env != "" && len(files) == 0 {
		files = []string{env}
	}
	for _, file := range files {
		sources = append(sources, vars.DefaultID+"@"+file)
	}
	if f.ask {
		sources = append(sources, vars.DefaultID+"@prompt_ask_vault_pass")
	}
	k := &vars.Keyring{}
	for _, s := range sources {
		if err := k.AddSource(ctx, s, askPassword, confirm); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// askPassword asks on the terminal, twice where a new password is set. Nothing of it is shown.
func askPassword(label string, confirm bool) ([]byte, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("cannot ask for a password: there is no terminal (use --vault-password-file): %w", err)
	}
	defer tty.Close()
	first, err := askOnce(tty, label)
	if err != nil || !confirm {
		return first, err
	}
	second, err := askOnce(tty, "Confirm "+label)
	if err != nil {
		return nil, err
	}
	if string(first) != string(second) {
		return nil, errors.New("the passwords do not match")
	}
	return first, nil
}

func askOnce(tty *os.File, label string) ([]byte, error) {
	fmt.Fprint(tty, label)
	text, err := term.ReadPassword(int(tty.Fd()))
	fmt.Fprintln(tty)
	return text, err
}
