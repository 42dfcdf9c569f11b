package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"pylint-deploy/parser/vars"
)

// secretText is a text to encrypt, where it came from, and the name of its variable, "" for none.
type secretText struct{ text, from, name string }

// encryptString prints each text as a !vault value.
func (r *vaultRun) encryptString(args []string) error {
	key, err := r.key()
	if err != nil {
		return err
	}
	texts, err := r.texts(args)
	if err != nil {
		return err
	}
	out := make([]string, len(texts))
	for i, t := range texts {
		sealed, err := vars.Seal([]byte(t.text), key.Text, key.ID)
		if err != nil {
			return err
		}
		if out[i] = strings.TrimSuffix(vars.Inline(t.name, sealed), "\n"); len(texts) > 1 {
			fmt.Fprint(r.cmd.ErrOrStderr(), t.heading(i+1))
		}
	}
	all := strings.Join(out, "\n")
	if r.output != "" && r.output != "-" {
		err = vars.Replace(r.output, []byte(all))
	} else {
		if r.onTerminal() {
			all += "\n"
		}
		_, err = io.WriteString(r.cmd.OutOrStdout(), all)
	}
	if err == nil {
		r.said("Encryption")
	}
	return err
}

// heading says which of several texts a value is of.
func (t secretText) heading(n int) string {
	if t.name != "" {
		return fmt.Sprintf("# The encrypted version of variable (%q, the string #%d from %s).\n", t.name, n, t.from)
	}
	return fmt.Sprintf("# The encrypted version of the string #%d from %s.)\n", n, t.from)
}

// texts are those of the question, of standard input, and of the command line.
func (r *vaultRun) texts(args []string) ([]secretText, error) {
	stdin := slices.Contains(args, "-") || len(args) == 0 && !r.prompt || r.stdinName != ""
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "-" })
	var out []secretText
	switch {
	case r.prompt && stdin:
		return nil, senseless("The --prompt option is not supported if also reading input from stdin")
	case r.prompt:
		asked, err := r.askText()
		if err != nil {
			return nil, err
		}
		out = append(out, asked)
	case stdin:
		text, err := io.ReadAll(r.cmd.InOrStdin())
		if err != nil {
			return nil, err
		}
		if len(text) == 0 {
			return nil, senseless("stdin was empty, not encrypting")
		}
		out = append(out, secretText{string(text), "stdin", r.stdinName})
	}
	if named := len(r.names); named > 0 && len(args) > named {
		fmt.Fprintf(r.cmd.ErrOrStderr(), "The number of --name options do not match the number of args.\n"+
			"The last named variable will be %q. The rest will not have names.\n", r.names[named-1])
	}
	for i, text := range args {
		if text == "" {
			return nil, senseless("The plaintext provided from the command line args was empty, not encrypting")
		}
		name := ""
		if i < len(r.names) {
			name = r.names[i]
		}
		out = append(out, secretText{text, "the command line args", name})
	}
	return out, nil
}

// askText asks for a text and its name.
func (r *vaultRun) askText() (secretText, error) {
	ask := asker(r.cmd)
	name, err := ask.line("Variable name (enter for no name): ")
	if err != nil {
		return secretText{}, err
	}
	var text []byte
	if r.showInput {
		text, err = ask.line("String to encrypt:")
	} else {
		text, err = ask.hidden("String to encrypt (hidden): ")
	}
	if err == nil && len(text) == 0 {
		err = senseless("The plaintext provided from the prompt was empty, not encrypting")
	}
	return secretText{string(text), "the interactive prompt", string(name)}, err
}
