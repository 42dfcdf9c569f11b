package ssh

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"

	"pylint-deploy/executor/connection"
)

// knownHosts are the known_hosts files of a run, read when they change, and what was accepted during it.
type knownHosts struct {
	mu       sync.Mutex
	bases    map[string]*base
	accepted map[string]string // keyName to the marshalled key
	asking   sync.Mutex        // one question at a time
}

// base is a set of files as they were at a time.
type base struct {
	stamp string
	db    *knownhosts.HostKeyDB
}

func newKnownHosts() *knownHosts {
	return &knownHosts{bases: map[string]*base{}, accepted: map[string]string{}}
}

// load reads the files that exist.
func (k *knownHosts) load(files []string) (*knownhosts.HostKeyDB, error) {
	var there []string
	var stamp strings.Builder
	for _, file := range files {
		if info, err := os.Stat(file); err == nil {
			there = append(there, file)
			fmt.Fprintln(&stamp, info.Size(), info.ModTime().UnixNano())
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	key := strings.Join(there, "\x00")
	if known := k.bases[key]; known != nil && known.stamp == stamp.String() {
		return known.db, nil
	}
	db, err := knownhosts.NewDB(there...)
	if err != nil {
		return nil, fmt.Errorf("read the known hosts: %w", err)
	}
	k.bases[key] = &base{stamp.String(), db}
	return db, nil
}

// judge decides about the host key of one connection.
type judge struct {
	ctx     context.Context
	dialer  *dialer
	target  string // the name for messages
	s       *settings
	db      *knownhosts.HostKeyDB
	pause   func() (resume func()) // stops the clock of the login while the user is asked
	verdict error                  // why the key was refused
	changed bool                   // the key is another than the known one, and was accepted all the same
}

// algorithms puts those first for which a key is known, so that the server shows the key that can be checked.
// Certificates are asked for only where an authority is known.
func (j *judge) algorithms() []string {
	known := j.db.HostKeyAlgorithms(j.s.keyName)
	allowed := j.s.algorithms.hostKeys
	if len(allowed) == 0 {
		allowed = ssh.SupportedAlgorithms().HostKeys
	}
	plain := slices.DeleteFunc(slices.Clone(allowed), func(a string) bool { return strings.Contains(a, "-cert-") })
	first := slices.DeleteFunc(slices.Clone(known), func(a string) bool {
		return !slices.Contains(allowed, a) && !slices.Contains(ssh.SupportedAlgorithms().HostKeys, a)
	})
	return slices.Concat(first, slices.DeleteFunc(plain, func(a string) bool { return slices.Contains(first, a) }))
}

// check is the ssh.HostKeyCallback.
func (j *judge) check(_ string, remote net.Addr, key ssh.PublicKey) error {
	j.verdict = j.decide(remote, key)
	return j.verdict
}

func (j *judge) decide(remote net.Addr, key ssh.PublicKey) error {
	err := j.db.HostKeyCallback()(j.s.keyName, numeric(remote), key)
	var revoked *xknownhosts.RevokedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &revoked):
		return j.refuse("its host key is marked as revoked in known_hosts", "do not connect before you know why", err)
	case knownhosts.IsHostKeyChanged(err):
		return j.changedKey(key, err)
	case knownhosts.IsHostUnknown(err):
		return j.unknownKey(key, err)
	}
	return j.refuse("its host key cannot be checked: "+err.Error(), "", err)
}

// numeric gives the known_hosts library an address that it can take apart; that of a tunnel has no port.
func numeric(remote net.Addr) net.Addr {
	if tcp, ok := remote.(*net.TCPAddr); ok {
		return tcp
	}
	return &net.TCPAddr{IP: net.IPv4zero, Port: 22}
}

func (j *judge) changedKey(key ssh.PublicKey, err error) error {
	if j.s.policy == connection.HostKeysOff {
		j.changed = true
		j.dialer.warn(fmt.Sprintf("%s: the host key has CHANGED and is not checked: no password is sent", j.target))
		return nil
	}
	var mismatch *xknownhosts.KeyError
	where := ""
	if errors.As(err, &mismatch) {
		where = fmt.Sprintf(" (%s:%d)", mismatch.Want[0].Filename, mismatch.Want[0].Line)
	}
	return j.refuse(fmt.Sprintf("its host key is not the known one%s: it shows %s %s, and this may be an attack or a new installation",
		where, key.Type(), ssh.FingerprintSHA256(key)),
		fmt.Sprintf("if the host was reinstalled: ssh-keygen -R %q", xknownhosts.Normalize(j.s.keyName)), err)
}

func (j *judge) unknownKey(key ssh.PublicKey, err error) error {
	if j.dialer.hosts.isAccepted(j.s.keyName, key) {
		return nil
	}
	hint := fmt.Sprintf("connect once with ssh, add the key with ssh-keyscan, or accept new hosts with -o StrictHostKeyChecking=accept-new; the key is %s %s",
		key.Type(), ssh.FingerprintSHA256(key))
	switch j.s.policy {
	case connection.HostKeysOff, connection.HostKeysAcceptNew:
	case connection.HostKeysAsk:
		if j.dialer.Prompt == nil {
			return j.refuse("its host key is not known", hint, err)
		}
		yes, askErr := j.ask(key)
		if askErr != nil || !yes {
			return j.refuse("its host key is not known and was not accepted", hint, err)
		}
	default:
		return j.refuse("its host key is not known", hint, err)
	}
	return j.dialer.hosts.accept(j.s, key)
}

func (j *judge) ask(key ssh.PublicKey) (bool, error) {
	j.dialer.hosts.asking.Lock()
	defer j.dialer.hosts.asking.Unlock()
	if j.dialer.hosts.isAccepted(j.s.keyName, key) {
		return true, nil
	}
	defer j.pause()()
	return j.dialer.Prompt.Confirm(j.ctx, fmt.Sprintf("The authenticity of host %s (%s) is not established: its key is %s %s. Connect and remember it?",
		j.target, j.s.keyName, key.Type(), ssh.FingerprintSHA256(key)))
}

func (j *judge) refuse(why, hint string, err error) error {
	return &connection.Unreachable{Host: j.target, Stage: connection.StageHostKey, Why: why, Hint: hint, Err: err}
}

func (k *knownHosts) isAccepted(name string, key ssh.PublicKey) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.accepted[name] == string(key.Marshal())
}

// accept remembers a key, in the first of the user's files.
func (k *knownHosts) accept(s *settings, key ssh.PublicKey) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	name := xknownhosts.Normalize(s.keyName)
	if k.accepted[s.keyName] = string(key.Marshal()); len(s.userKnown) == 0 {
		return nil // UserKnownHostsFile none: for this run alone
	}
	if s.hashNames {
		name = xknownhosts.HashHostname(name)
	}
	line := name + " " + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) + "\n"
	file := s.userKnown[0]
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("remember a host key: %w", err)
	}
	return appendLine(file, line)
}

// appendLine adds a line, and the newline that the line before may lack.
func appendLine(file, line string) (err error) {
	out, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("remember a host key: %w", err)
	}
	defer func() {
		if closed := out.Close(); err == nil {
			err = closed
		}
	}()
	if info, err := out.Stat(); err == nil && info.Size() > 0 {
		var last [1]byte
		if _, err := out.ReadAt(last[:], info.Size()-1); err == nil && last[0] != '\n' {
			line = "\n" + line
		}
	}
	if _, err := out.WriteString(line); err != nil {
		return fmt.Errorf("remember a host key: %w", err)
	}
	return nil
}
