package connection

import (
	"context"
	"time"
)

// Target is where to connect, from the inventory's and the command line's words. What is left empty comes from
// ~/.ssh/config and then from OpenSSH's defaults.
type Target struct {
	// Name is the inventory's name of the host, for messages.
	Name string
	// Address is ansible_host, or Name: a name, an address, or an alias of ~/.ssh/config.
	Address string
	// Port is ansible_port; 0 is unset.
	Port int
	// User is ansible_user (-u, remote_user); "" is unset.
	User string
	// Password is asked when the server wants one: ansible_password, or -k; nil means that there is none.
	Password func(ctx context.Context) (string, error)
	// PrivateKeyFiles are tried before those of ~/.ssh/config (--private-key, ansible_ssh_private_key_file).
	PrivateKeyFiles []string
	// HostKeys is ANSIBLE_HOST_KEY_CHECKING and its like; the zero value leaves it to ~/.ssh/config.
	HostKeys HostKeyPolicy
	// SSHArgs are ansible_ssh_common_args and ansible_ssh_extra_args, split into words.
	SSHArgs []string
	// ConnectTimeout bounds TCP, handshake and login; 0 is ~/.ssh/config's, else 10 seconds as with Ansible.
	ConnectTimeout time.Duration
}

// HostKeyPolicy says what to do about a server whose host key is not known.
type HostKeyPolicy int

// The policies. Off is never chosen by this program: a user sets it, and is warned at each run.
const (
	// HostKeysDefault is StrictHostKeyChecking of ~/.ssh/config, and HostKeysAsk where that says nothing.
	HostKeysDefault HostKeyPolicy = iota
	// HostKeysStrict accepts known keys alone.
	HostKeysStrict
	// HostKeysAsk asks the user about an unknown key; where nobody can be asked it is HostKeysStrict.
	HostKeysAsk
	// HostKeysAcceptNew adds an unknown key to known_hosts and refuses a changed one.
	HostKeysAcceptNew
	// HostKeysOff accepts everything. With a changed key no password is sent, as OpenSSH does.
	HostKeysOff
)

// Prompter asks the user. Methods may be called from several goroutines; the implementation serialises the questions.
type Prompter interface {
	// Secret asks for something that is not echoed: a passphrase, a one-time code.
	Secret(ctx context.Context, question string) (string, error)
	// Confirm asks a yes or no question.
	Confirm(ctx context.Context, question string) (bool, error)
}
