package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"pylint-deploy/executor/strategy/config"
	"pylint-deploy/executor/strategy/launch"
	"pylint-deploy/parser/vars"
)

// vaultFlags are the options with which vault passwords are given.
type vaultFlags struct {
	ids   []string
	files []string
	ask   bool
}

func (f *vaultFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.ids, "vault-id", nil, "vault password as `ID@SOURCE`: a file, a script or \"prompt\"")
	flags.StringArrayVar(&f.files, "vault-password-file", nil, "`FILE` or script with the vault password")
	flags.BoolVarP(&f.ask, "ask-vault-pass", "J", false, "ask for the vault password")
	flags.SetNormalizeFunc(normalized)
	cmd.MarkFlagsMutuallyExclusive("ask-vault-pass", "vault-password-file")
}

// sources are the passwords that the flags name.
func (f *vaultFlags) sources() launch.VaultSources {
	return launch.VaultSources{IDs: f.ids, Files: f.files, Ask: f.ask}
}

// keyring reads the passwords of some sources.
func keyring(cmd *cobra.Command, c *config.Config, v launch.VaultSources) (*vars.Keyring, error) {
	return v.Keyring(cmd.Context(), c, asker(cmd).password, warner(cmd))
}

// warner shows warnings as Ansible's programs do.
func warner(cmd *cobra.Command) func(string) {
	return func(text string) { fmt.Fprintln(cmd.ErrOrStderr(), "[WARNING]: "+text) }
}

// readSettings reads ansible.cfg and the environment, for commands that run nothing.
func readSettings() (*config.Config, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	file, _ := config.Find(dir, os.Getenv)
	return config.Load(file, os.Getenv)
}

// questions asks a person: on the terminal, and where there is none on standard input, as Python's getpass does.
type questions struct {
	in  *bufio.Reader
	err io.Writer
}

func asker(cmd *cobra.Command) *questions {
	return &questions{in: bufio.NewReader(cmd.InOrStdin()), err: cmd.ErrOrStderr()}
}

// password asks for a password, twice where a new one is set. Nothing of it is shown on a terminal.
func (q *questions) password(label string, confirm bool) ([]byte, error) {
	first, err := q.hidden(label)
	if err != nil || !confirm {
		return first, err
	}
	second, err := q.hidden(vars.Again(label))
	if err != nil {
		return nil, err
	}
	if string(first) != string(second) {
		return nil, errors.New("Passwords do not match")
	}
	return first, nil
}

func (q *questions) hidden(label string) ([]byte, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return q.line(label)
	}
	defer tty.Close()
	fmt.Fprint(tty, label)
	text, err := term.ReadPassword(int(tty.Fd()))
	fmt.Fprintln(tty)
	return text, err
}

// line reads a line of standard input.
func (q *questions) line(label string) ([]byte, error) {
	fmt.Fprint(q.err, label)
	text, err := q.in.ReadString('\n')
	if err != nil && text == "" {
		return nil, fmt.Errorf("nobody answers %q: %w (use --vault-password-file)", strings.TrimSpace(label), err)
	}
	return []byte(strings.TrimRight(text, "\r\n")), nil
}

// bindVerbose accepts -v where there is nothing more to say.
func bindVerbose(flags *pflag.FlagSet) {
	flags.CountP("verbose", "v", "accepted: there is nothing more to say")
}
