package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pylint-deploy/executor/strategy/config"
	"pylint-deploy/executor/strategy/launch"
	"pylint-deploy/parser/vars"
)

// vaultRun is one use of a vault command.
type vaultRun struct {
	flags     vaultFlags
	encryptID string
	output    string
	// of rekey
	newFile, newID string
	// of encrypt_string
	names     []string
	stdinName string
	prompt    bool

	showInput bool

	cmd      *cobra.Command
	settings *config.Config
	keys     *vars.Keyring
}

func newVaultCommand() *cobra.Command {
	root := &cobra.Command{Use: "vault", Short: "Encrypt and decrypt files and values in the format of Ansible Vault"}
	for _, c := range []struct {
		use, short string
		encrypts   bool
		run        func(r *vaultRun, args []string) error
	}{
		{"encrypt [FILE]...", "Encrypt files, or what comes on standard input", true, (*vaultRun).encrypt},
		{"decrypt [FILE]...", "Decrypt files, or what comes on standard input", false, (*vaultRun).decrypt},
		{"view FILE...", "Print encrypted files", false, (*vaultRun).view},
		{"edit FILE...", "Edit encrypted files with $EDITOR", false, (*vaultRun).edit},
		{"create FILE", "Make a new encrypted file with $EDITOR", true, (*vaultRun).create},
		{"rekey FILE...", "Encrypt files with another password", false, (*vaultRun).rekey},
		{"encrypt_string [TEXT]...", "Encrypt a value to put into a YAML file", true, (*vaultRun).encryptString},
	} {
		r := &vaultRun{}
		cmd := &cobra.Command{Use: c.use, Short: c.short, RunE: func(cmd *cobra.Command, args []string) error {
			if r.output != "" && len(args) > 1 && c.encrypts == (cmd.Name() != "decrypt") {
				return senseless("At most one input file may be used with the --output option")
			}
			if err := r.begin(cmd, c.encrypts); err != nil {
				return err
			}
			return c.run(r, args)
		}}
		r.register(cmd)
		root.AddCommand(cmd)
	}
	return root
}

// senseless is the error of a command line that makes no sense.
func senseless(why string) error { return &exitError{Code: optionCode(), Err: errors.New(why)} }

// begin reads the settings and the passwords. Where no option and no setting names one, it is asked for.
func (r *vaultRun) begin(cmd *cobra.Command, encrypts bool) (err error) {
	r.cmd = cmd
	if r.settings, err = readSettings(); err != nil {
		return err
	}
	for _, id := range r.flags.ids {
		if strings.Contains(id, ";") {
			return senseless(fmt.Sprintf("'%s' is not a valid vault id. The character ';' is not allowed in vault ids", id))
		}
	}
	sources := r.flags.sources()
	sources.Create, sources.Prompt = encrypts, true
	if r.keys, err = keyring(cmd, r.settings, sources); err != nil {
		return err
	}
	if r.keys.Empty() {
		return vars.ErrNoPassword
	}
	if r.encryptID == "" && cmd.Name() != "edit" {
		r.encryptID = r.settings.Str("DEFAULT_VAULT_ENCRYPT_IDENTITY")
	}
	return nil
}

// register adds the options that a command has.
func (r *vaultRun) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	r.flags.register(cmd)
	bindVerbose(flags)
	switch cmd.Name() {
	case "encrypt", "decrypt", "encrypt_string":
		flags.StringVar(&r.output, "output", "", "write to `FILE`, - for standard output")
	}
	switch cmd.Name() {
	case "view", "decrypt":
	default:
		flags.StringVar(&r.encryptID, "encrypt-vault-id", "", "the `ID` of the password to encrypt with")
	}
	switch cmd.Name() {
	case "rekey":
		flags.StringVar(&r.newFile, "new-vault-password-file", "", "`FILE` or script with the new password")
		flags.StringVar(&r.newID, "new-vault-id", "", "new password as `ID@SOURCE`")
		cmd.MarkFlagsMutuallyExclusive("new-vault-password-file", "new-vault-id")
	case "encrypt_string":
		flags.StringArrayVarP(&r.names, "name", "n", nil, "`NAME` of the variable, once for each text")
		flags.StringVar(&r.stdinName, "stdin-name", "", "`NAME` of the variable whose value comes on standard input")
		flags.BoolVarP(&r.prompt, "prompt", "p", false, "ask for the text")
		flags.BoolVar(&r.showInput, "show-input", false, "show the text that is asked for while it is typed")
	}
}

// key is the password to encrypt with.
func (r *vaultRun) key() (vars.Password, error) {
	if r.encryptID == "" && r.keys.Len() > 1 {
		return vars.Password{}, senseless("several passwords are given: say which encrypts, with --encrypt-vault-id")
	}
	p, ok := r.keys.Find(r.encryptID)
	if !ok {
		return p, fmt.Errorf("vault: no password has the id %q", r.encryptID)
	}
	return p, nil
}

// said tells of success, to a person: programs know it from the exit code.
func (r *vaultRun) said(what string) {
	if r.onTerminal() {
		fmt.Fprintln(r.cmd.ErrOrStderr(), what+" successful")
	}
}

func (r *vaultRun) onTerminal() bool {
	f, ok := r.cmd.OutOrStdout().(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// transform replaces the text of each file, or of standard input, by what change makes of it.
func (r *vaultRun) transform(files []string, change func(text []byte) ([]byte, error)) error {
	if len(files) == 0 {
		files = []string{"-"}
	}
	for _, file := range files {
		text, err := r.read(file)
		if err != nil {
			return err
		}
		changed, err := change(text)
		if err != nil {
			return fmt.Errorf("vault: %s: %w", file, err)
		}
		to := file
		if r.output != "" {
			to = r.output
		}
		if to == "-" {
			if _, err := r.cmd.OutOrStdout().Write(changed); err != nil {
				return err
			}
			continue
		}
		if err := vars.Replace(to, changed); err != nil {
			return err
		}
	}
	return nil
}

func (r *vaultRun) read(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(r.cmd.InOrStdin())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return text, nil
}

func (r *vaultRun) encrypt(files []string) error {
	key, err := r.key()
	if err != nil {
		return err
	}
	err = r.transform(files, func(text []byte) ([]byte, error) {
		if vars.IsVault(text) {
			return nil, errors.New("it is encrypted already")
		}
		return vars.Seal(text, key.Text, key.ID)
	})
	if err == nil {
		r.said("Encryption")
	}
	return err
}

func (r *vaultRun) decrypt(files []string) error {
	err := r.transform(files, r.keys.Open)
	if err == nil {
		r.said("Decryption")
	}
	return err
}

func (r *vaultRun) view(files []string) error {
	if len(files) == 0 {
		files = []string{"-"}
	}
	r.output = "-"
	for _, file := range files {
		if err := r.transform([]string{file}, r.keys.Open); err != nil {
			return err
		}
	}
	return nil
}

// runEditor opens a file in the user's editor.
func (r *vaultRun) runEditor(path string) error {
	editor := os.Getenv("EDITOR")
	if editor == "" {
		editor = "vi"
	}
	words := strings.Fields(editor)
	cmd := exec.CommandContext(r.cmd.Context(), words[0], append(words[1:], path)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, r.cmd.OutOrStdout(), r.cmd.ErrOrStderr()
	return cmd.Run()
}

func (r *vaultRun) edit(files []string) error {
	for _, file := range files {
		sealed, err := r.read(file)
		if err != nil {
			return err
		}
		plain, key, err := r.keys.OpenID(sealed)
		if err != nil {
			return fmt.Errorf("vault: %s: %w", file, err)
		}
		id := vars.VaultID(sealed)
		if r.encryptID != "" {
			id = r.encryptID
			if key, err = r.key(); err != nil {
				return err
			}
		}
		edited, err := vars.EditPlain(plain, file, r.runEditor)
		if err != nil {
			return fmt.Errorf("vault: %s: %w", file, err)
		}
		if bytes.Equal(edited, plain) && r.encryptID == "" {
			continue
		}
		if sealed, err = vars.Seal(edited, key.Text, id); err != nil {
			return err
		}
		if err := vars.Replace(file, sealed); err != nil {
			return err
		}
	}
	return nil
}

func (r *vaultRun) create(files []string) error {
	if len(files) != 1 {
		return senseless("ansible-vault create can take only one filename argument")
	}
	if _, err := os.Stat(files[0]); err == nil {
		return fmt.Errorf("vault create: %s exists: use vault edit", files[0])
	}
	key, err := r.key()
	if err != nil {
		return err
	}
	plain, err := vars.EditPlain(nil, files[0], r.runEditor)
	if err != nil {
		return err
	}
	sealed, err := vars.Seal(plain, key.Text, key.ID)
	if err != nil {
		return err
	}
	return vars.Replace(files[0], sealed)
}

func (r *vaultRun) rekey(files []string) error {
	if len(files) == 0 {
		return errors.New("vault rekey: give files")
	}
	fresh, err := r.newKeys()
	if err != nil {
		return err
	}
	key, ok := fresh.Find(r.encryptID)
	if !ok {
		return fmt.Errorf("vault: no new password has the id %q", r.encryptID)
	}
	err = r.transform(files, func(text []byte) ([]byte, error) {
		plain, err := r.keys.Open(text)
		if err != nil {
			return nil, err
		}
		return vars.Seal(plain, key.Text, key.ID)
	})
	if err == nil {
		fmt.Fprintln(r.cmd.ErrOrStderr(), "Rekey successful")
	}
	return err
}

// newKeys are the passwords of which one will encrypt: those of the settings' identities only where one is named.
func (r *vaultRun) newKeys() (*vars.Keyring, error) {
	sources := launch.VaultSources{Ask: r.flags.ask, Create: true, Prompt: true, Alone: r.encryptID == ""}
	if r.newID != "" {
		sources.IDs = []string{r.newID}
	}
	if r.newFile != "" {
		sources.Files = []string{r.newFile}
	}
	return keyring(r.cmd, r.settings, sources)
}
