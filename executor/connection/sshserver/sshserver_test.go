package sshserver

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

func dial(t *testing.T, s *Server, keyFile string) (*ssh.Client, error) {
	t.Helper()
	pem, err := os.ReadFile(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.ParsePrivateKey(pem)
	if err != nil {
		t.Fatal(err)
	}
	check, err := knownhosts.New(s.KnownHosts)
	if err != nil {
		t.Fatal(err)
	}
	return ssh.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.Port), &ssh.ClientConfig{User: s.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: check})
}

func TestCommandsRunAtHome(t *testing.T) {
	home := t.TempDir()
	s, err := Start(home, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := dial(t, s, s.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	session, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	session.Stdin, session.Stderr = strings.NewReader("text"), &stderr
	out, err := session.Output(`pwd; echo "$HOME"; cat; echo oops >&2; exit 3`)
	if want := home + "\n" + home + "\ntext"; string(out) != want || stderr.String() != "oops\n" {
		t.Errorf("stdout %q, stderr %q; want %q", out, stderr.String(), want)
	}
	if exit, ok := err.(*ssh.ExitError); !ok || exit.ExitStatus() != 3 {
		t.Errorf("error is %v, want exit status 3", err)
	}
}

func TestOtherKeysAreRefused(t *testing.T) {
	s, err := Start(t.TempDir(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	other := t.TempDir() + "/key"
	if _, err := newKey(other); err != nil {
		t.Fatal(err)
	}
	if c, err := dial(t, s, other); err == nil {
		c.Close()
		t.Error("a foreign key was let in")
	}
}

func TestCloseEndsRunningCommands(t *testing.T) {
	s, err := Start(t.TempDir(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c, err := dial(t, s, s.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	session, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Start("sleep 600"); err != nil {
		t.Fatal(err)
	}
	s.Close() // waits for the session, so it returns only when sleep is gone
	if err := session.Wait(); err == nil {
		t.Error("the command ended well")
	}
}
