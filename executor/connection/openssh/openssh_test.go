package openssh_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/connection/openssh"
	"pylint-deploy/executor/connection/sshdtest"
)

func run(t *testing.T, target connection.Target, command string) (connection.Output, error) {
	t.Helper()
	sshdtest.Need(t, "ssh")
	conn, err := openssh.New(openssh.Options{}).Dial(t.Context(), target)
	if err != nil {
		return connection.Output{}, err
	}
	defer conn.Close()
	return connection.Exec(t.Context(), conn, command, strings.NewReader("input"))
}

func works(t *testing.T, target connection.Target) {
	t.Helper()
	out, err := run(t, target, "cat; echo err >&2; exit 3")
	if err != nil || out.RC != 3 || string(out.Stdout) != "input" || string(out.Stderr) != "err\n" {
		t.Errorf("output %+v, error %v", out, err)
	}
}

func fails(t *testing.T, target connection.Target, stage connection.Stage, part string) {
	t.Helper()
	_, err := run(t, target, "true")
	var u *connection.Unreachable
	if !errors.As(err, &u) || u.Stage != stage || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, want one line of the stage %s with %q", err, stage, part)
	}
}

func TestSystemSSH(t *testing.T) {
	server := sshdtest.Start(t)
	before, _ := filepath.Glob(filepath.Join(os.TempDir(), "pld-ssh-*"))
	works(t, server.Target())

	// What the Go client cannot do.
	proxied := server.Target()
	proxied.SSHArgs = append(proxied.SSHArgs, "-o", "ProxyCommand=/bin/sh -c 'exec "+sshdtest.Need(t, "sshd", "/usr/sbin/sshd")+" -i -f "+filepath.Join(server.Dir, "sshd_config")+"'")
	works(t, proxied)

	target := server.Target()
	target.PrivateKeyFiles = []string{filepath.Join(t.TempDir(), "other")}
	sshdtest.NewKey(t, target.PrivateKeyFiles[0])
	fails(t, target, connection.StageAuth, "Permission denied")

	target = server.Target()
	target.Port = 1
	fails(t, target, connection.StageDial, "Connection refused")

	target = server.Target()
	os.WriteFile(server.KnownHosts, nil, 0o600)
	fails(t, target, connection.StageHostKey, "accept-new")
	target.HostKeys = connection.HostKeysAcceptNew
	works(t, target)
	if after, _ := filepath.Glob(filepath.Join(os.TempDir(), "pld-ssh-*")); len(after) > len(before) {
		t.Errorf("left %v", after)
	}
}

func TestPassword(t *testing.T) {
	account := sshdtest.NewUser(t)
	target := sshdtest.Start(t, "UsePAM yes").Target()
	target.User, target.PrivateKeyFiles = account.Name, nil
	target.Password = func(context.Context) (string, error) { return account.Password, nil }
	works(t, target)
	target.Password = func(context.Context) (string, error) { return "wrong", nil }
	fails(t, target, connection.StageAuth, "Permission denied")
}
