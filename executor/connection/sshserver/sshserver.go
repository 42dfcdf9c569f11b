// Package sshserver is an SSH server in this process, on 127.0.0.1 only: the target of the demonstration and of tests that
// need no real sshd. It runs the commands that it is asked to as the user of this process, in a directory that it
// takes for the home, so whoever starts it gives away no more than a shell of their own.
package sshserver

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// Server is a running server. Close ends it and every command of its sessions.
type Server struct {
	// Port is where it listens on 127.0.0.1.
	Port int
	// User may log in with the key in KeyFile; KnownHosts has the server's own key. Both files are in the directory given
	// to Start and are good for this server only.
	User, KeyFile, KnownHosts string

	home     string
	config   *ssh.ServerConfig
	listener net.Listener
	mu       sync.Mutex
	conns    map[net.Conn]bool
	wg       sync.WaitGroup
}

// Start makes throw-away keys in keys and serves with home as the world of its sessions.
func Start(home, keys string) (*Server, error) {
	s := &Server{User: "demo", KeyFile: filepath.Join(keys, "key"), KnownHosts: filepath.Join(keys, "known_hosts"), home: home, conns: map[net.Conn]bool{}}
	host, err := newKey("")
	if err != nil {
		return nil, err
	}
	user, err := newKey(s.KeyFile)
	if err != nil {
		return nil, err
	}
	s.config = &ssh.ServerConfig{PublicKeyCallback: func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if c.User() == s.User && string(key.Marshal()) == string(user.PublicKey().Marshal()) {
			return nil, nil
		}
		return nil, errors.New("this key may not log in")
	}}
	s.config.AddHostKey(host)
	s.listener, err = net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting the SSH server: %w", err)
	}
	s.Port = s.listener.Addr().(*net.TCPAddr).Port
	line := knownhosts.Line([]string{knownhosts.Normalize(s.listener.Addr().String())}, host.PublicKey())
	if err := os.WriteFile(s.KnownHosts, []byte(line+"\n"), 0o600); err != nil {
		s.listener.Close()
		return nil, err
	}
	s.wg.Add(1)
	go s.accept()
	return s, nil
}

// newKey makes a key; a file keeps it, "" does not.
func newKey(file string) (ssh.Signer, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	if file != "" {
		block, err := ssh.MarshalPrivateKey(private, "")
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			return nil, err
		}
	}
	return ssh.NewSignerFromKey(private)
}

// Close ends the server and waits for its sessions.
func (s *Server) Close() error {
	err := s.listener.Close()
	s.mu.Lock()
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
	return err
}

func (s *Server) accept() {
	defer s.wg.Done()
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[c] = true
		s.mu.Unlock()
		s.wg.Add(1)
		go s.serve(c)
	}
}

func (s *Server) serve(c net.Conn) {
	defer s.wg.Done()
	defer func() {
		c.Close()
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	}()
	conn, channels, requests, err := ssh.NewServerConn(c, s.config)
	if err != nil {
		return // a refused login
	}
	defer conn.Close()
	go ssh.DiscardRequests(requests)
	var sessions sync.WaitGroup
	for n := range channels {
		if n.ChannelType() != "session" {
			n.Reject(ssh.UnknownChannelType, "only sessions are served")
			continue
		}
		ch, requests, err := n.Accept()
		if err != nil {
			return
		}
		sessions.Add(1)
		go func() {
			defer sessions.Done()
			s.session(ch, requests)
		}()
	}
	sessions.Wait()
}

// session runs the command of a session (RFC 4254, section 6.5). There are no terminals and no forwardings.
func (s *Server) session(ch ssh.Channel, requests <-chan *ssh.Request) {
	defer ch.Close()
	for r := range requests {
		var command struct{ Text string }
		if r.Type != "exec" || ssh.Unmarshal(r.Payload, &command) != nil {
			r.Reply(r.Type == "env", nil)
			continue
		}
		r.Reply(true, nil)
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			ssh.DiscardRequests(requests) // ends when the client goes
		}()
		code := s.run(ch, command.Text, gone)
		ch.SendRequest("exit-status", false, binary.BigEndian.AppendUint32(nil, uint32(code)))
		return
	}
}

// run runs a command to its end, or kills it and its children when the client goes.
func (s *Server) run(ch ssh.Channel, text string, gone <-chan struct{}) int {
	cmd := exec.Command("/bin/sh", "-c", text)
	cmd.Dir = s.home
	cmd.Env = []string{"HOME=" + s.home, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "SHELL=/bin/sh", "USER=" + s.User, "LOGNAME=" + s.User, "LANG=C.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stdout, cmd.Stderr = ch, ch.Stderr()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return 255
	}
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(ch.Stderr(), err)
		return 127
	}
	go func() {
		io.Copy(stdin, ch)
		stdin.Close()
	}()
	ended := make(chan struct{})
	go func() {
		select {
		case <-gone:
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		case <-ended:
		}
	}()
	err = cmd.Wait()
	close(ended)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return max(exit.ExitCode(), 0)
	case err != nil:
		return 255
	}
	return 0
}
