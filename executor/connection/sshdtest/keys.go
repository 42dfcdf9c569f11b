package sshdtest

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// KeyGen makes a key pair with ssh-keygen.
func KeyGen(t testing.TB, kind, file string) {
	t.Helper()
	must(t, "", Need(t, "ssh-keygen"), "-q", "-t", kind, "-N", "", "-f", file)
}

// Sign makes a certificate beside a public key: FILE-cert.pub.
func Sign(t testing.TB, authority, public string, options ...string) {
	t.Helper()
	must(t, "", Need(t, "ssh-keygen"), append(append([]string{"-q", "-s", authority, "-I", "test"}, options...), public)...)
}

// Agent starts an ssh-agent that holds keys, and returns its socket.
func Agent(t testing.TB, keys ...string) string {
	t.Helper()
	socket := filepath.Join(dir(t), "agent")
	cmd := exec.Command(Need(t, "ssh-agent"), "-D", "-a", socket)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	add := Need(t, "ssh-add")
	for _, key := range keys {
		var err error
		for range 100 {
			load := exec.Command(add, "-q", key)
			load.Env = append(load.Environ(), "SSH_AUTH_SOCK="+socket)
			if err = load.Run(); err == nil {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		if err != nil {
			t.Fatalf("ssh-add: %v", err)
		}
	}
	return socket
}
