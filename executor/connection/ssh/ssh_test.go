package ssh_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	xssh "golang.org/x/crypto/ssh"

	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/connection/ssh"
	"pylint-deploy/executor/connection/sshdtest"
)

// run dials and runs a command.
func run(t *testing.T, options ssh.Options, target connection.Target, command string) (connection.Output, error) {
	t.Helper()
	conn, err := ssh.New(options).Dial(t.Context(), target)
	if err != nil {
		return connection.Output{}, err
	}
	defer conn.Close()
	return connection.Exec(t.Context(), conn, command, strings.NewReader("input"))
}

func works(t *testing.T, options ssh.Options, target connection.Target) {
	t.Helper()
	if out, err := run(t, options, target, "cat; echo err >&2; exit 3"); err != nil || out.RC != 3 || string(out.Stdout) != "input" || string(out.Stderr) != "err\n" {
		t.Errorf("output %+v, error %v", out, err)
	}
}

// fails wants one line of a message with all these parts.
func fails(t *testing.T, options ssh.Options, target connection.Target, stage connection.Stage, parts ...string) {
	t.Helper()
	_, err := run(t, options, target, "true")
	var u *connection.Unreachable
	if !errors.As(err, &u) {
		t.Fatalf("error %v, want an Unreachable", err)
	}
	if u.Stage != stage {
		t.Errorf("stage %s, want %s", u.Stage, stage)
	}
	for _, part := range append(parts, target.Name) {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("message %q does not have %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("message of several lines: %q", err)
	}
}

func TestCommandsRunOverTheServerOfDebian(t *testing.T) {
	server := sshdtest.Start(t)
	works(t, ssh.Options{}, server.Target())
	out, err := run(t, ssh.Options{}, server.Target(), "kill -TERM $$")
	if err != nil || out.RC != 143 {
		t.Errorf("a killed command has the code %d, error %v, want 143", out.RC, err)
	}
}

// A command that follows another has its channel already.
func TestCommandsFollowEachOther(t *testing.T) {
	conn, err := ssh.New(ssh.Options{}).Dial(t.Context(), sshdtest.Start(t).Target())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, word := range []string{"one", "two", "three"} {
		out, err := connection.Exec(t.Context(), conn, "cat; exit 3", strings.NewReader(word))
		if err != nil || out.RC != 3 || string(out.Stdout) != word {
			t.Errorf("%s: output %+v, error %v", word, out, err)
		}
	}
}

func TestUnreachable(t *testing.T) {
	server := sshdtest.Start(t)
	at := func(address string, port int) connection.Target {
		target := server.Target()
		target.Address, target.Port, target.ConnectTimeout = address, port, time.Second
		return target
	}
	fails(t, ssh.Options{}, at("127.0.0.1", 1), connection.StageDial, "connection to 127.0.0.1:1 refused", "is sshd running")
	fails(t, ssh.Options{}, at("no-such-host.invalid", 22), connection.StageDial, "no-such-host.invalid cannot be resolved", "ansible_host")

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	fails(t, ssh.Options{}, at("127.0.0.1", silent.Addr().(*net.TCPAddr).Port), connection.StageDial, "took longer than 1s")

	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	go func() {
		for {
			conn, err := other.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	fails(t, ssh.Options{}, at("127.0.0.1", other.Addr().(*net.TCPAddr).Port), connection.StageDial, "closed the connection during the handshake")
}

func TestHostKeys(t *testing.T) {
	server := sshdtest.Start(t)
	other := sshdtest.NewKey(t, filepath.Join(t.TempDir(), "other"))
	place := "[127.0.0.1]:" + strconv.Itoa(server.Port)
	known := func(content string) connection.Target {
		file := filepath.Join(t.TempDir(), "known_hosts")
		os.WriteFile(file, []byte(content), 0o600)
		target := server.Target()
		target.SSHArgs = []string{"-F", "none", "-o", "UserKnownHostsFile=" + file, "-o", "GlobalKnownHostsFile=none", "-o", "IdentityAgent=none"}
		return target
	}
	with := func(target connection.Target, policy connection.HostKeyPolicy) connection.Target {
		target.HostKeys = policy
		return target
	}
	line := func(key xssh.PublicKey) string { return place + " " + string(xssh.MarshalAuthorizedKey(key)) }

	t.Run("unknown", func(t *testing.T) {
		fails(t, ssh.Options{}, known(""), connection.StageHostKey, "not known", "ssh-keyscan", "SHA256:")
		fails(t, ssh.Options{}, with(known(""), connection.HostKeysStrict), connection.StageHostKey, "not known")
	})
	t.Run("changed", func(t *testing.T) {
		for _, policy := range []connection.HostKeyPolicy{connection.HostKeysDefault, connection.HostKeysStrict, connection.HostKeysAcceptNew} {
			fails(t, ssh.Options{}, with(known(line(other)), policy), connection.StageHostKey, "not the known one", "known_hosts:1", "ssh-keygen -R")
		}
	})
	t.Run("revoked", func(t *testing.T) {
		fails(t, ssh.Options{}, known("@revoked "+strings.Replace(line(server.HostKey.PublicKey()), place, "*", 1)), connection.StageHostKey, "revoked")
	})
	t.Run("hashed", func(t *testing.T) {
		target := known("")
		target.SSHArgs = append(target.SSHArgs, "-o", "StrictHostKeyChecking=accept-new", "-o", "HashKnownHosts=yes")
		works(t, ssh.Options{}, target)
		target.SSHArgs = target.SSHArgs[:len(target.SSHArgs)-4]
		works(t, ssh.Options{}, with(target, connection.HostKeysStrict))
		content, _ := os.ReadFile(strings.TrimPrefix(target.SSHArgs[3], "UserKnownHostsFile="))
		if !strings.HasPrefix(string(content), "|1|") {
			t.Errorf("known_hosts is %q, want a hashed name", content)
		}
	})
	t.Run("asked", func(t *testing.T) {
		target := known("")
		fails(t, ssh.Options{Prompt: &user{}}, target, connection.StageHostKey, "not accepted")
		works(t, ssh.Options{Prompt: &user{confirm: true}}, target)
		works(t, ssh.Options{}, target)
	})
	t.Run("off", func(t *testing.T) {
		var warnings []string
		options := ssh.Options{Warn: func(text string) { warnings = append(warnings, text) }}
		works(t, options, with(known(line(other)), connection.HostKeysOff))
		if len(warnings) != 2 || !strings.Contains(warnings[0], "not checked") || !strings.Contains(warnings[1], "CHANGED") {
			t.Errorf("warnings %q", warnings)
		}
		target := with(known(line(other)), connection.HostKeysOff)
		target.PrivateKeyFiles = []string{"/nonexistent"}
		target.Password = func(context.Context) (string, error) { t.Error("the password was asked for"); return "", nil }
		fails(t, ssh.Options{}, target, connection.StageAuth, "refuses the login")
	})
	t.Run("several types", func(t *testing.T) {
		// Only the RSA key is known of a server that prefers ed25519.
		rsa := filepath.Join(server.Dir, "rsa")
		sshdtest.KeyGen(t, "rsa", rsa)
		two := sshdtest.Start(t, "HostKey "+rsa)
		public, err := os.ReadFile(rsa + ".pub")
		if err != nil {
			t.Fatal(err)
		}
		target := known("[127.0.0.1]:" + strconv.Itoa(two.Port) + " " + string(public))
		target.Port, target.PrivateKeyFiles = two.Port, []string{two.KeyFile}
		works(t, ssh.Options{}, target)
	})
}

// user answers as the test wants.
type user struct {
	secret  string
	confirm bool
	asked   []string
}

func (u *user) Secret(_ context.Context, question string) (string, error) {
	u.asked = append(u.asked, question)
	return u.secret, nil
}

func (u *user) Confirm(_ context.Context, question string) (bool, error) {
	u.asked = append(u.asked, question)
	return u.confirm, nil
}

func TestHostCertificates(t *testing.T) {
	dir := t.TempDir()
	authority := filepath.Join(dir, "authority")
	sshdtest.KeyGen(t, "ed25519", authority)
	host := filepath.Join(dir, "host")
	sshdtest.KeyGen(t, "ed25519", host)
	sshdtest.Sign(t, authority, host+".pub", "-h", "-n", "127.0.0.1")
	server := sshdtest.Start(t, "HostKey "+host, "HostCertificate "+host+"-cert.pub")
	public, _ := os.ReadFile(authority + ".pub")
	os.WriteFile(server.KnownHosts, []byte("@cert-authority * "+string(public)), 0o600)
	works(t, ssh.Options{}, server.Target())

	stranger := filepath.Join(dir, "stranger")
	sshdtest.KeyGen(t, "ed25519", stranger)
	public, _ = os.ReadFile(stranger + ".pub")
	os.WriteFile(server.KnownHosts, []byte("@cert-authority * "+string(public)), 0o600)
	fails(t, ssh.Options{}, server.Target(), connection.StageHostKey)
}

func TestLogins(t *testing.T) {
	server := sshdtest.Start(t)
	t.Run("another key", func(t *testing.T) {
		target := server.Target()
		target.PrivateKeyFiles = []string{filepath.Join(t.TempDir(), "other")}
		sshdtest.NewKey(t, target.PrivateKeyFiles[0])
		fails(t, ssh.Options{}, target, connection.StageAuth, "refuses the login as "+server.User, "1 key", "--private-key")
	})
	t.Run("no such key file", func(t *testing.T) {
		target := server.Target()
		target.PrivateKeyFiles = []string{"/nonexistent/key"}
		fails(t, ssh.Options{}, target, connection.StageAuth, "there is no key file /nonexistent/key")
	})
	t.Run("key that others can read", func(t *testing.T) {
		target := server.Target()
		target.PrivateKeyFiles = []string{filepath.Join(t.TempDir(), "open")}
		sshdtest.NewKey(t, target.PrivateKeyFiles[0])
		os.Chmod(target.PrivateKeyFiles[0], 0o644)
		fails(t, ssh.Options{}, target, connection.StageAuth, "readable by others", "chmod 600")
	})
	t.Run("passphrase", func(t *testing.T) {
		target := server.Target()
		locked := filepath.Join(t.TempDir(), "locked")
		target.PrivateKeyFiles = []string{locked}
		key := sshdtest.NewLockedKey(t, locked, "open sesame")
		appendKey(t, server, key)
		asking := &user{secret: "open sesame"}
		options := ssh.Options{Prompt: asking}
		dialer := ssh.New(options)
		for range 2 {
			conn, err := dialer.Dial(t.Context(), target)
			if err != nil {
				t.Fatal(err)
			}
			conn.Close()
		}
		if len(asking.asked) != 1 || !strings.Contains(asking.asked[0], locked) {
			t.Errorf("asked %q, want one question that names the file", asking.asked)
		}
		fails(t, ssh.Options{Prompt: &user{secret: "wrong"}}, target, connection.StageAuth, "the passphrase is wrong")
		fails(t, ssh.Options{}, target, connection.StageAuth, "encrypted", "ssh-add")
	})
	t.Run("user certificate", func(t *testing.T) {
		dir := t.TempDir()
		authority, id := filepath.Join(dir, "ca"), filepath.Join(dir, "id")
		sshdtest.KeyGen(t, "ed25519", authority)
		sshdtest.KeyGen(t, "ed25519", id)
		sshdtest.Sign(t, authority, id+".pub", "-n", server.User)
		certified := sshdtest.Start(t, "AuthorizedKeysFile none", "TrustedUserCAKeys "+authority+".pub")
		target := certified.Target()
		target.PrivateKeyFiles = []string{id}
		works(t, ssh.Options{}, target)
	})
	t.Run("agent", func(t *testing.T) {
		socket := sshdtest.Agent(t, server.KeyFile)
		target := server.Target()
		target.PrivateKeyFiles = nil
		target.SSHArgs = append([]string{"-o", "IdentityAgent=" + socket}, target.SSHArgs...)
		works(t, ssh.Options{Home: t.TempDir()}, target)
	})
	t.Run("a server that wants a password", func(t *testing.T) {
		passwords := sshdtest.Start(t, "PubkeyAuthentication no", "UsePAM yes", "KbdInteractiveAuthentication no")
		fails(t, ssh.Options{}, passwords.Target(), connection.StageAuth, "refuses the login", "-k")
	})
}

func appendKey(t *testing.T, server *sshdtest.Server, key xssh.PublicKey) {
	t.Helper()
	file, err := os.OpenFile(filepath.Join(server.Dir, "authorized_keys"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	file.Write(xssh.MarshalAuthorizedKey(key))
}

func TestPasswords(t *testing.T) {
	account := sshdtest.NewUser(t)
	for name, config := range map[string]string{"password": "KbdInteractiveAuthentication no", "keyboard-interactive": "PasswordAuthentication no"} {
		t.Run(name, func(t *testing.T) {
			server := sshdtest.Start(t, "UsePAM yes", config)
			target := server.Target()
			target.User, target.PrivateKeyFiles = account.Name, nil
			target.Password = func(context.Context) (string, error) { return account.Password, nil }
			works(t, ssh.Options{Home: t.TempDir()}, target)
			target.Password = func(context.Context) (string, error) { return "wrong", nil }
			fails(t, ssh.Options{Home: t.TempDir()}, target, connection.StageAuth, "refuses the login as "+account.Name, name)
		})
	}
}

func TestServerWithoutSessions(t *testing.T) {
	server := sshdtest.Start(t, "MaxSessions 0")
	fails(t, ssh.Options{}, server.Target(), connection.StageChannel, "opens no session", "MaxSessions")
}

func TestJumps(t *testing.T) {
	server, first, second := sshdtest.Start(t), sshdtest.Start(t), sshdtest.Start(t)
	home := t.TempDir()
	os.Mkdir(filepath.Join(home, ".ssh"), 0o700)
	var known strings.Builder
	for _, s := range []*sshdtest.Server{server, first, second} {
		content, _ := os.ReadFile(s.KnownHosts)
		known.Write(content)
	}
	os.WriteFile(filepath.Join(home, ".ssh", "known_hosts"), []byte(known.String()), 0o600)
	config := "Host first\n HostName 127.0.0.1\n Port " + strconv.Itoa(first.Port) + "\n IdentityFile " + first.KeyFile +
		"\nHost second\n HostName 127.0.0.1\n Port " + strconv.Itoa(second.Port) + "\n IdentityFile " + second.KeyFile +
		"\nHost behind\n HostName 127.0.0.1\n ProxyJump first,second\n" +
		"Host old\n HostName 127.0.0.1\n ProxyCommand ssh -q -W %h:%p first\n" +
		"Host circle\n ProxyJump circle\nHost command\n ProxyCommand nc %h %p\nHost *\n IdentityAgent none\n"
	file := filepath.Join(home, ".ssh", "config")
	os.WriteFile(file, []byte(config), 0o600)
	options := ssh.Options{Home: home, ConfigFiles: []string{file}}
	target := func(address string) connection.Target {
		return connection.Target{Name: "app", Address: address, Port: server.Port, PrivateKeyFiles: []string{server.KeyFile}}
	}
	works(t, options, target("behind"))
	works(t, options, target("old"))
	explicit := target("127.0.0.1")
	explicit.SSHArgs = []string{"-J", "second"}
	works(t, options, explicit)
	if !strings.Contains(second.Log(), "Accepted publickey") {
		t.Errorf("the second jump host saw nobody: %s", second.Log())
	}
	fails(t, options, target("circle"), connection.StageConfig, "circle")
	fails(t, options, target("command"), connection.StageConfig, `ProxyCommand "nc %h %p" is not supported`, "connection: openssh")
	closed := target("behind")
	closed.Port = 1
	fails(t, options, closed, connection.StageDial, "the jump host second cannot reach 127.0.0.1:1")
	explicit.SSHArgs = []string{"-J", "127.0.0.1:1"}
	fails(t, options, explicit, connection.StageDial, "jump host 127.0.0.1:1", "refused")
}

func TestSettingsThatOnlyOpenSSHCanFollow(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "config")
	for setting, part := range map[string]string{
		"Host x\n PKCS11Provider /usr/lib/p11.so":           "PKCS11Provider /usr/lib/p11.so is not supported",
		"Match exec \"true\"\n User x":                      "Match Exec is not supported",
		"Host x\n PreferredAuthentications gssapi-with-mic": "none of publickey",
		"Host x\n KnownHostsCommand /bin/x":                 "KnownHostsCommand",
	} {
		os.WriteFile(file, []byte(setting), 0o600)
		fails(t, ssh.Options{Home: dir, ConfigFiles: []string{file}}, connection.Target{Name: "x"}, connection.StageConfig, part, "connection: openssh")
	}
	fails(t, ssh.Options{Home: dir, ConfigFiles: nil}, connection.Target{Name: "x", SSHArgs: []string{"-W", "a:1"}}, connection.StageConfig, "-W")
}

func TestDialEndsWithItsContext(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	target := connection.Target{Name: "x", Address: "127.0.0.1", Port: silent.Addr().(*net.TCPAddr).Port, SSHArgs: []string{"-F", "none"}}
	if _, err := ssh.New(ssh.Options{Home: t.TempDir()}).Dial(ctx, target); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the context's", err)
	}
}
