// Package ssh connects by a Go client (golang.org/x/crypto/ssh), with OpenSSH's settings, keys and known hosts.
//
// What a user has set up for the ssh program counts here too: ~/.ssh/config, ssh-agent, key files and certificates,
// known_hosts with hashed names and @cert-authority, ProxyJump. What this client cannot do is refused with a message
// that names it and points to `connection: openssh`, and is never passed over in silence. See settings.go for both lists.
package ssh

import (
	"context"
	"sync"

	"pylint-deploy/executor/connection"
)

// Options are what all connections of a run share.
type Options struct {
	// ConfigFiles are OpenSSH client configurations, first match wins; nil is ~/.ssh/config and /etc/ssh/ssh_config.
	ConfigFiles []string
	// Prompt asks for passphrases and about unknown hosts; nil means that nobody can be asked.
	Prompt connection.Prompter
	// Warn takes what the user has to know and what does not stop a connection, such as that host keys are not checked.
	// It may be called from several goroutines; each text comes once. nil is nobody.
	Warn func(text string)
	// Home is the user's home directory; "" asks the system.
	Home string
}

// New makes a dialer. Keys, passphrases, known hosts and jump hosts are shared by its connections.
func New(options Options) connection.Dialer {
	return &dialer{Options: options, keys: newKeyring(options.Prompt), hosts: newKnownHosts(), jumps: newHops()}
}

type dialer struct {
	Options
	keys  *keyring
	hosts *knownHosts
	jumps *hops

	readConfigs sync.Once
	configs     []*config
	configErr   error

	warned sync.Map
}

// warn says a thing once.
func (d *dialer) warn(text string) {
	if _, again := d.warned.LoadOrStore(text, true); !again && d.Warn != nil {
		d.Warn(text)
	}
}

// Dial is described at connection.Dialer.
func (d *dialer) Dial(ctx context.Context, target connection.Target) (connection.Conn, error) {
	s, err := d.resolve(target)
	if err != nil {
		return nil, refused(target.Name, err)
	}
	return d.connect(ctx, target, s)
}

// refused is the failure of settings that this client cannot follow.
func refused(host string, err error) error {
	return &connection.Unreachable{Host: host, Stage: connection.StageConfig, Why: err.Error(), Err: err,
		Hint: "set `connection: openssh` (ansible_connection) to use the system's ssh program"}
}
