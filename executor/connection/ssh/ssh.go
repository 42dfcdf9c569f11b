// Package ssh connects by a Go client (golang.org/x/crypto/ssh), with OpenSSH's settings and known hosts.
package ssh

import (
	"context"

	"pylint-deploy/executor/connection"
)

// Options are what all connections of a run share.
type Options struct {
	// ConfigFiles are OpenSSH client configurations, first match wins; nil is ~/.ssh/config and /etc/ssh/ssh_config.
	ConfigFiles []string
	// Prompt asks for passphrases and about unknown hosts; nil means that nobody can be asked.
	Prompt connection.Prompter
	// Warn takes what the user has to know and what does not stop a connection, such as that host keys are not checked.
	// It may be called from several goroutines; each text comes once.
	Warn func(text string)
}

// New makes a dialer.
func New(options Options) connection.Dialer { return &dialer{options} }

type dialer struct{ Options }

func (d *dialer) Dial(ctx context.Context, target connection.Target) (connection.Conn, error) {
	return nil, &connection.Unreachable{Host: target.Name, Stage: connection.StageConfig, Why: "ssh is not built yet"}
}
