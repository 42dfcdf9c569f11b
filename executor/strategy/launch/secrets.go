package launch

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// password is how a password is got: from a file, from a program, or by asking. What the command line says counts more than
// the setting.
func (s *Session) password(ask bool, file, setting, question string) (func(context.Context) (string, error), error) {
	if file == "" && !ask {
		file = first(s.Config.Paths(setting, "\x00"))
	}
	switch {
	case file != "":
		text, err := passwordOf(file)
		if err != nil {
			return nil, err
		}
		return func(context.Context) (string, error) { return text, nil }, nil
	case ask:
		return s.console.once(question), nil
	}
	return nil, nil
}

// passwordOf reads a password from a file, or from what a program prints.
func passwordOf(file string) (string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", fmt.Errorf("reading a password: %w", err)
	}
	var text []byte
	if info.Mode()&0o111 != 0 {
		text, err = exec.Command(file).Output()
	} else {
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return "", fmt.Errorf("reading a password from %s: %w", file, err)
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

// becomePassword is how the password for another user is got.
func (s *Session) becomePassword() (func(context.Context) (string, error), error) {
	o := s.opts
	question := "BECOME password: "
	if method := o.BecomeMethod; !s.Config.Bool("AGNOSTIC_BECOME_PROMPT") {
		if method == "" {
			method = s.Config.Str("DEFAULT_BECOME_METHOD")
		}
		question = strings.ToUpper(method) + " password: "
	}
	if o.AskPass || s.Config.Bool("DEFAULT_ASK_PASS") {
		question = strings.TrimSuffix(question, ": ") + "[defaults to SSH password]: "
	}
	get, err := s.password(o.AskBecome || s.Config.Bool("DEFAULT_BECOME_ASK_PASS"), o.BecomePasswordFile, "BECOME_PASSWORD_FILE", question)
	if err != nil {
		return nil, err
	}
	if text := s.Config.Str("BECOME_PASS"); get == nil && text != "" {
		return func(context.Context) (string, error) { return text, nil }, nil
	}
	return s.orSSHPassword(get), nil
}

// orSSHPassword lets an empty answer mean the password of the connection, where that was asked for.
func (s *Session) orSSHPassword(get func(context.Context) (string, error)) func(context.Context) (string, error) {
	connection := s.Runner.Password
	if get == nil || connection == nil {
		return get
	}
	return func(ctx context.Context) (string, error) {
		text, err := get(ctx)
		if err == nil && text == "" {
			return connection(ctx)
		}
		return text, err
	}
}
