package ssh

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/ssh"

	"pylint-deploy/executor/connection"
)

// login is the attempt to prove to one server who the user is.
type login struct {
	ctx     context.Context
	dialer  *dialer
	target  connection.Target
	s       *settings
	judge   *judge
	tried   []string // what the server was shown, for the message of a refusal
	skipped []string // keys that could not be used
	failed  error    // what went wrong on our side: no passphrase, no password
}

// methods in OpenSSH's order.
func (l *login) methods() []ssh.AuthMethod {
	var methods []ssh.AuthMethod
	if l.s.publicKey {
		methods = append(methods, ssh.PublicKeysCallback(l.keys))
	}
	if l.s.interactive {
		methods = append(methods, ssh.KeyboardInteractive(l.answer))
	}
	if l.s.password && l.target.Password != nil {
		methods = append(methods, ssh.PasswordCallback(l.password))
	}
	return methods
}

func (l *login) keys() ([]ssh.Signer, error) {
	signers, skipped := l.dialer.keys.offer(l.s)
	l.skipped = skipped
	if len(signers) == 1 {
		l.tried = append(l.tried, "1 key")
	} else {
		l.tried = append(l.tried, fmt.Sprintf("%d keys", len(signers)))
	}
	watched := make([]ssh.Signer, len(signers))
	for i, signer := range signers {
		watched[i] = signer
		if locked, ok := signer.(*lockedSigner); ok {
			watched[i] = &patient{locked, l}
		}
	}
	return watched, nil
}

// patient stops the clock of the login while a passphrase is asked for, and remembers why there is none.
type patient struct {
	*lockedSigner
	login *login
}

func (p *patient) SignWithAlgorithm(random io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	defer p.login.judge.pause()()
	signature, err := p.lockedSigner.SignWithAlgorithm(random, data, algorithm)
	if err != nil {
		p.login.failed = err
	}
	return signature, err
}

var errChanged = errors.New("no password is sent to a host whose key has changed")

func (l *login) password() (string, error) {
	if l.judge.changed {
		l.failed = errChanged
		return "", errChanged
	}
	l.tried = append(l.tried, "password")
	return l.target.Password(l.ctx)
}

// answer answers the questions of keyboard-interactive. A single hidden one is the password; others go to the user.
func (l *login) answer(_, instruction string, questions []string, echos []bool) ([]string, error) {
	if l.judge.changed && len(questions) > 0 {
		l.failed = errChanged
		return nil, errChanged
	}
	answers := make([]string, len(questions))
	for i, question := range questions {
		asksPassword := !echos[i] && strings.Contains(strings.ToLower(question), "password")
		var err error
		switch {
		case l.target.Password != nil && (asksPassword || len(questions) == 1 && !echos[i] && l.dialer.Prompt == nil):
			l.tried = append(l.tried, "keyboard-interactive")
			answers[i], err = l.target.Password(l.ctx)
		case l.dialer.Prompt != nil && l.target.Password != nil:
			l.tried = append(l.tried, "keyboard-interactive")
			resume := l.judge.pause()
			answers[i], err = l.dialer.Prompt.Secret(l.ctx, strings.TrimSpace(instruction+" "+question)+" ")
			resume()
		default:
			return nil, errors.New("there is no answer to " + strings.TrimSpace(question))
		}
		if err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// refusal is the message for a server that does not let the user in.
func (l *login) refusal(err error) error {
	u := &connection.Unreachable{Host: l.target.Name, Stage: connection.StageAuth, Err: err}
	tried := strings.Join(l.tried, ", ")
	if tried == "" {
		tried = "nothing that it takes"
	}
	u.Why = fmt.Sprintf("the server refuses the login as %s: tried %s", l.s.user, tried)
	if l.failed != nil {
		u.Why += "; " + l.failed.Error()
	}
	if len(l.skipped) > 0 {
		u.Why += "; " + strings.Join(l.skipped, "; ")
	}
	switch {
	case l.s.yes("GSSAPIAuthentication", false) && len(l.s.args["gssapiauthentication"]) > 0:
		u.Hint = "GSSAPI needs `connection: openssh`"
	case l.target.Password == nil:
		u.Hint = "check the user (-u, ansible_user) and the key (--private-key), or give a password with -k"
	default:
		u.Hint = "check the user (-u, ansible_user), the key and the password"
	}
	return u
}
