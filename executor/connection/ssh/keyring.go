package ssh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"pylint-deploy/executor/connection"
)

// keyring is the user's keys: files, read and decrypted once in a run, and ssh-agents.
type keyring struct {
	prompt connection.Prompter
	mu     sync.Mutex
	files  map[string]*keyFile
	agents map[string]agent.ExtendedAgent
}

// keyFile is a private key on disk.
type keyFile struct {
	path   string
	signer ssh.Signer
	err    error
}

func newKeyring(prompt connection.Prompter) *keyring {
	return &keyring{prompt: prompt, files: map[string]*keyFile{}, agents: map[string]agent.ExtendedAgent{}}
}

// agent connects to an ssh-agent. An agent that is not there has no keys.
func (k *keyring) agent(socket string) agent.ExtendedAgent {
	if socket == "" {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if known, ok := k.agents[socket]; ok {
		return known
	}
	conn, err := net.Dial("unix", socket)
	if err != nil {
		k.agents[socket] = nil
		return nil
	}
	k.agents[socket] = agent.NewClient(conn)
	return k.agents[socket]
}

// file reads a key. One that is encrypted becomes a signer that asks for the passphrase when a server has accepted the key.
func (k *keyring) file(path string) *keyFile {
	k.mu.Lock()
	defer k.mu.Unlock()
	if known := k.files[path]; known != nil {
		return known
	}
	key := &keyFile{path: path}
	k.files[path] = key
	content, err := os.ReadFile(path)
	if err != nil {
		key.err = err
		return key
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		key.err = fmt.Errorf("%s is readable by others (mode %04o), as ssh would refuse it: chmod 600", path, info.Mode().Perm())
		return key
	}
	key.signer, key.err = ssh.ParsePrivateKey(content)
	var locked *ssh.PassphraseMissingError
	if errors.As(key.err, &locked) {
		public := locked.PublicKey
		if public == nil {
			public = publicBeside(path)
		}
		if key.err = fmt.Errorf("%s is encrypted, and without %s.pub beside it its public part is unknown", path, path); public != nil {
			key.signer, key.err = &lockedSigner{ring: k, path: path, content: content, public: public}, nil
		}
	} else if key.err != nil {
		key.err = fmt.Errorf("%s: %w", path, key.err)
		if strings.Contains(key.err.Error(), "unhandled key type") {
			key.err = fmt.Errorf("%s is of a type that the built-in client cannot use (a hardware token?): load it into ssh-agent", path)
		}
	}
	return key
}

func publicBeside(path string) ssh.PublicKey {
	content, err := os.ReadFile(path + ".pub")
	if err != nil {
		return nil
	}
	public, _, _, _, err := ssh.ParseAuthorizedKey(content)
	if err != nil {
		return nil
	}
	return public
}

// lockedSigner is an encrypted key.
type lockedSigner struct {
	ring    *keyring
	path    string
	content []byte
	public  ssh.PublicKey

	mu     sync.Mutex
	signer ssh.Signer
}

func (l *lockedSigner) PublicKey() ssh.PublicKey { return l.public }

func (l *lockedSigner) Sign(random io.Reader, data []byte) (*ssh.Signature, error) {
	return l.SignWithAlgorithm(random, data, "")
}

func (l *lockedSigner) SignWithAlgorithm(random io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	signer, err := l.unlock()
	if err != nil {
		return nil, err
	}
	if with, ok := signer.(ssh.AlgorithmSigner); ok && algorithm != "" {
		return with.SignWithAlgorithm(random, data, algorithm)
	}
	return signer.Sign(random, data)
}

// passphraseTries is how often a wrong passphrase is asked for again, as ssh does.
const passphraseTries = 3

var errNoPassphrase = errors.New("the key is encrypted, and there is nobody to ask for the passphrase: load it into ssh-agent (ssh-add)")

func (l *lockedSigner) unlock() (ssh.Signer, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.signer != nil {
		return l.signer, nil
	}
	if l.ring.prompt == nil {
		return nil, fmt.Errorf("%s: %w", l.path, errNoPassphrase)
	}
	for range passphraseTries {
		phrase, err := l.ring.prompt.Secret(context.Background(), fmt.Sprintf("Enter passphrase for key '%s': ", l.path))
		if err != nil {
			return nil, err
		}
		if signer, err := ssh.ParsePrivateKeyWithPassphrase(l.content, []byte(phrase)); err == nil {
			l.signer = signer
			return signer, nil
		}
	}
	return nil, fmt.Errorf("%s: the passphrase is wrong", l.path)
}

// offer is what a login tries: keys in OpenSSH's order (those that were named, the agent's, the usual files), each with
// its certificates first. skipped says why others are not among them.
func (k *keyring) offer(s *settings) (signers []ssh.Signer, skipped []string) {
	var named, usual []ssh.Signer
	for _, path := range s.explicitKeys {
		if key := k.file(path); key.err != nil {
			skipped = append(skipped, problem(key))
		} else {
			named = append(named, withCertificates(key, s.certificates)...)
		}
	}
	for _, path := range s.keyFiles {
		switch key := k.file(path); {
		case errors.Is(key.err, fs.ErrNotExist):
		case key.err != nil:
			skipped = append(skipped, problem(key))
		default:
			usual = append(usual, withCertificates(key, s.certificates)...)
		}
	}
	files := append(append([]ssh.Signer(nil), named...), usual...)
	var loaded []ssh.Signer
	if a := k.agent(s.agentSocket); a != nil {
		loaded, _ = a.Signers()
	}
	if s.onlyThese {
		loaded = only(loaded, files, s)
	}
	return restrict(unique(append(append(named, loaded...), usual...)), s.algorithms.publicKeys), skipped
}

func problem(key *keyFile) string {
	if errors.Is(key.err, fs.ErrNotExist) {
		return "there is no key file " + key.path
	}
	return key.err.Error()
}

// withCertificates puts a key's certificates before the key itself: FILE-cert.pub and those named by CertificateFile.
func withCertificates(key *keyFile, files []string) []ssh.Signer {
	var signers []ssh.Signer
	for _, path := range append([]string{key.path + "-cert.pub"}, files...) {
		content, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		public, _, _, _, err := ssh.ParseAuthorizedKey(content)
		if err != nil {
			continue
		}
		if certificate, ok := public.(*ssh.Certificate); ok {
			if signer, err := ssh.NewCertSigner(certificate, key.signer); err == nil {
				signers = append(signers, signer)
			}
		}
	}
	return append(signers, key.signer)
}

// only keeps the agent's keys that a file names too, be it by its public half alone.
func only(loaded, files []ssh.Signer, s *settings) []ssh.Signer {
	var wanted []ssh.PublicKey
	for _, file := range files {
		wanted = append(wanted, file.PublicKey())
	}
	for _, path := range append(append([]string(nil), s.explicitKeys...), s.keyFiles...) {
		if public := publicBeside(strings.TrimSuffix(path, ".pub")); public != nil {
			wanted = append(wanted, public)
		}
	}
	var kept []ssh.Signer
	for _, signer := range loaded {
		for _, public := range wanted {
			if bytes.Equal(public.Marshal(), signer.PublicKey().Marshal()) {
				kept = append(kept, signer)
				break
			}
		}
	}
	return kept
}

func unique(signers []ssh.Signer) []ssh.Signer {
	seen := map[string]bool{}
	kept := signers[:0]
	for _, signer := range signers {
		if id := string(signer.PublicKey().Marshal()); !seen[id] {
			seen[id] = true
			kept = append(kept, signer)
		}
	}
	return kept
}

// restrict keeps to PubkeyAcceptedAlgorithms, which matters to RSA keys: they sign in several ways.
func restrict(signers []ssh.Signer, algorithms []string) []ssh.Signer {
	if len(algorithms) == 0 {
		return signers
	}
	var kept []ssh.Signer
	for _, signer := range signers {
		with, ok := signer.(ssh.AlgorithmSigner)
		if !ok {
			kept = append(kept, signer)
			continue
		}
		var usable []string
		for _, algorithm := range algorithms {
			if keyOf(algorithm) == signer.PublicKey().Type() {
				usable = append(usable, algorithm)
			}
		}
		if limited, err := ssh.NewSignerWithAlgorithms(with, usable); err == nil {
			kept = append(kept, limited)
		}
	}
	return kept
}

// keyOf is the key type of a signature algorithm.
func keyOf(algorithm string) string {
	switch algorithm {
	case ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSASHA512:
		return ssh.KeyAlgoRSA
	case ssh.CertAlgoRSASHA256v01, ssh.CertAlgoRSASHA512v01:
		return ssh.CertAlgoRSAv01
	}
	return algorithm
}
