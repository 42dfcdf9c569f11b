// Package sshdtest starts real OpenSSH servers for tests: on 127.0.0.1, with a configuration, a host key and user keys of
// their own, and gone at the test's end. Where the machine has no sshd a test is skipped, but fails where CI is set.
package sshdtest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"pylint-deploy/executor/connection"
)

// Server is a running sshd.
type Server struct {
	Port int
	// User may log in with the key in KeyFile.
	User    string
	KeyFile string
	// KnownHosts has the server's key, for [127.0.0.1]:Port.
	KnownHosts string
	HostKey    ssh.Signer
	// Dir has all files of the server.
	Dir string

	process *exec.Cmd
	log     lockedBuffer
}

// Start starts a server; config is appended to its sshd_config.
func Start(t testing.TB, config ...string) *Server {
	t.Helper()
	program := Need(t, "sshd", "/usr/sbin/sshd")
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{User: me.Username, Dir: dir(t)}
	s.KeyFile = filepath.Join(s.Dir, "id")
	public := NewKey(t, s.KeyFile)
	s.HostKey = s.hostKey(t)
	write(t, filepath.Join(s.Dir, "authorized_keys"), string(ssh.MarshalAuthorizedKey(public)), 0o644)
	if os.Getuid() == 0 {
		os.MkdirAll("/run/sshd", 0o755)
	}
	// Another process may take the port between our look and sshd's: then it is tried again.
	for range 5 {
		s.Port = freePort(t)
		if s.run(t, program, config) {
			break
		}
	}
	s.KnownHosts = filepath.Join(s.Dir, "known_hosts")
	write(t, s.KnownHosts, fmt.Sprintf("[127.0.0.1]:%d %s", s.Port, ssh.MarshalAuthorizedKey(s.HostKey.PublicKey())), 0o600)
	return s
}

// dir is a directory that every user may read, other than t.TempDir.
func dir(t testing.TB) string {
	dir, err := os.MkdirTemp("", "sshdtest")
	if err != nil {
		t.Fatal(err)
	}
	os.Chmod(dir, 0o755)
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func (s *Server) hostKey(t testing.TB) ssh.Signer {
	file := filepath.Join(s.Dir, "host_key")
	NewKey(t, file)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.ParsePrivateKey(content)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func (s *Server) run(t testing.TB, program string, config []string) bool {
	t.Helper()
	lines := []string{
		"ListenAddress 127.0.0.1", "ListenAddress 127.0.0.2", "ListenAddress 127.0.0.3", fmt.Sprintf("Port %d", s.Port), "HostKey " + filepath.Join(s.Dir, "host_key"),
		"AuthorizedKeysFile " + filepath.Join(s.Dir, "authorized_keys"), "PidFile none", "StrictModes no", "MaxStartups 1000",
		"PrintMotd no", "PermitRootLogin yes", "MaxSessions 100", "UsePAM no", "SetEnv PLD_TEST=1",
	}
	file := filepath.Join(s.Dir, "sshd_config")
	// sshd takes the first value of a keyword.
	write(t, file, strings.Join(append(config, lines...), "\n")+"\n", 0o644)
	cmd := exec.Command(program, "-D", "-e", "-f", file)
	cmd.Stderr = &s.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { cmd.Process.Signal(syscall.SIGTERM) })
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		select {
		case <-ended:
			if strings.Contains(s.log.String(), "Address already in use") {
				return false
			}
			t.Fatalf("sshd ended: %s", s.log.String())
		default:
		}
		if conn, err := net.Dial("tcp", s.address()); err == nil {
			conn.Close()
			s.process = cmd
			return true
		}
	}
	t.Fatalf("sshd does not listen: %s", s.log.String())
	return false
}

func (s *Server) address() string { return fmt.Sprintf("127.0.0.1:%d", s.Port) }

// Log is what sshd has said.
func (s *Server) Log() string { return s.log.String() }

// Target is the server as its user reaches it, with the host key known.
func (s *Server) Target() connection.Target {
	return connection.Target{Name: "target", Address: "127.0.0.1", Port: s.Port, User: s.User, PrivateKeyFiles: []string{s.KeyFile},
		SSHArgs: []string{"-F", "none", "-o", "UserKnownHostsFile=" + s.KnownHosts, "-o", "GlobalKnownHostsFile=none", "-o", "IdentityAgent=none"}}
}

// Need finds a program. Without it the test is skipped, except where CI is set: there everything is installed.
func Need(t testing.TB, name string, places ...string) string {
	t.Helper()
	for _, place := range append([]string{name}, places...) {
		if path, err := exec.LookPath(place); err == nil {
			return path
		}
	}
	Skip(t, name+" is not installed")
	return ""
}

// Skip skips a test, which is a failure where CI is set.
func Skip(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why + ", and CI has to have it")
	}
	t.Skip(why)
}

// NewKey writes a new private key and returns its public half.
func NewKey(t testing.TB, file string) ssh.PublicKey { return NewLockedKey(t, file, "") }

// NewLockedKey writes a new private key that a passphrase protects.
func NewLockedKey(t testing.TB, file, passphrase string) ssh.PublicKey {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var block *pem.Block
	if passphrase == "" {
		block, err = ssh.MarshalPrivateKey(private, "test")
	} else {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "test", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, string(pem.EncodeToMemory(block)), 0o600)
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func write(t testing.TB, file, content string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

func freePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// lockedBuffer is a buffer for two goroutines.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.String()
}
