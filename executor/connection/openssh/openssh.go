// Package openssh connects by the system's ssh program, for what a Go client cannot do: GSSAPI, PKCS#11, ProxyCommand,
// Match exec.
//
// A connection is a master process (ControlMaster) that logs in once; commands are sessions through its socket. The
// socket is in a directory of this run, and goes with it: masters of the user's own are left alone.
package openssh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"pylint-deploy/executor/connection"
)

// Options are what all connections of a run share.
type Options struct {
	// Program is the ssh program; "" looks for ssh in PATH.
	Program string
}

// New makes a dialer.
func New(options Options) connection.Dialer { return &dialer{options} }

type dialer struct{ Options }

// graceAfterConnect is what a login may take beyond ConnectTimeout, which bounds TCP alone.
const graceAfterConnect = 30 * time.Second

// defaultTimeout is Ansible's.
const defaultTimeout = 10 * time.Second

// Dial logs in and keeps the master.
func (d *dialer) Dial(ctx context.Context, target connection.Target) (connection.Conn, error) {
	program := d.Program
	if program == "" {
		program = "ssh"
	}
	program, err := exec.LookPath(program)
	if err != nil {
		return nil, &connection.Unreachable{Host: target.Name, Stage: connection.StageConfig, Err: err,
			Why: "the ssh program is not installed here", Hint: "install openssh-client, or use `connection: ssh`"}
	}
	dir, err := os.MkdirTemp("", "pld-ssh-") // short: a socket's path has at most 104 bytes
	if err != nil {
		return nil, err
	}
	c := &conn{program: program, dir: dir, target: target, ended: make(chan struct{})}
	if err := c.login(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

type conn struct {
	program string
	dir     string
	target  connection.Target

	master   connection.Process
	terminal *os.File
	slave    *os.File
	said     output
	ended    chan struct{} // closed when the master has ended
	closing  sync.Once
}

func (c *conn) socket() string { return filepath.Join(c.dir, "s") }

// args are those of the master. OpenSSH takes the first value of an option: the user's words come first.
func (c *conn) args() []string {
	t := c.target
	args := append([]string(nil), t.SSHArgs...)
	option := func(name, value string) { args = append(args, "-o", name+"="+value) }
	if t.Port != 0 {
		option("Port", strconv.Itoa(t.Port))
	}
	if t.User != "" {
		option("User", t.User)
	}
	for _, file := range t.PrivateKeyFiles {
		option("IdentityFile", file)
	}
	if value := strict[t.HostKeys]; value != "" {
		option("StrictHostKeyChecking", value)
	}
	timeout := t.ConnectTimeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	option("ConnectTimeout", strconv.Itoa(int((timeout+time.Second-1)/time.Second)))
	if t.Password == nil {
		option("BatchMode", "yes") // nobody to ask: fail instead of waiting
	} else {
		option("NumberOfPasswordPrompts", "1")
	}
	return append(args, "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4", "-o", "LogLevel=ERROR",
		"-o", "ControlMaster=yes", "-o", "ControlPersist=no", "-S", c.socket(), "-T", "-N", "--", c.address())
}

func (c *conn) address() string {
	if c.target.Address != "" {
		return c.target.Address
	}
	return c.target.Name
}

var strict = map[connection.HostKeyPolicy]string{
	connection.HostKeysStrict: "yes", connection.HostKeysAsk: "ask", connection.HostKeysAcceptNew: "accept-new", connection.HostKeysOff: "no",
}

// login starts the master and waits for its socket.
func (c *conn) login(ctx context.Context) error {
	cmd := exec.Command(c.program, c.args()...)
	if c.target.Password != nil {
		if err := c.giveTerminal(ctx, cmd); err != nil {
			return &connection.Unreachable{Host: c.target.Name, Stage: connection.StageConfig, Err: err,
				Why: "ssh cannot be given the password: " + err.Error(), Hint: "use a key"}
		}
	}
	var err error
	if c.master, err = connection.Spawn(cmd); err != nil {
		return &connection.Unreachable{Host: c.target.Name, Stage: connection.StageDial, Why: "start ssh: " + err.Error(), Err: err}
	}
	go io.Copy(io.Discard, c.master.Stdout())
	go func() {
		io.Copy(&c.said, c.master.Stderr())
		c.master.Wait()
		close(c.ended)
	}()
	return c.await(ctx)
}

func (c *conn) await(ctx context.Context) error {
	limit := time.NewTimer(max(c.target.ConnectTimeout, defaultTimeout) + graceAfterConnect)
	defer limit.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			if _, err := os.Stat(c.socket()); err == nil {
				return nil
			}
		case <-c.ended:
			return c.explain()
		case <-limit.C:
			return &connection.Unreachable{Host: c.target.Name, Stage: connection.StageDial, Retry: true, Why: "ssh did not log in in time"}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// giveTerminal gives ssh a terminal of its own on which to ask for the password, which so is in no argument,
// environment or file.
func (c *conn) giveTerminal(ctx context.Context, cmd *exec.Cmd) error {
	password, err := c.target.Password(ctx)
	if err != nil {
		return err
	}
	master, slave, err := connection.OpenTerminal()
	if err != nil {
		return err
	}
	c.terminal = master
	// The slave stays open here: ssh closes what it inherits before it opens the terminal by its name, and in between
	// a terminal that nobody has open would be gone.
	c.slave, cmd.ExtraFiles = slave, []*os.File{slave}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 3}
	go func() {
		var text []byte
		buffer := make([]byte, 1<<10)
		for {
			n, err := master.Read(buffer)
			if err != nil {
				return
			}
			if text = append(text, buffer[:n]...); bytes.HasSuffix(bytes.TrimRight(text, " "), []byte("assword:")) {
				text = nil
				master.Write([]byte(password + "\n"))
			}
		}
	}()
	return nil
}

// causes sort what ssh says.
var causes = []struct {
	text  string
	stage connection.Stage
	retry bool
	hint  string
}{
	{"host key verification failed", connection.StageHostKey, false, "connect once by hand, or accept new hosts with -o StrictHostKeyChecking=accept-new"},
	{"host identification has changed", connection.StageHostKey, false, "if the host was reinstalled: ssh-keygen -R HOST"},
	{"permission denied", connection.StageAuth, false, "check the user (-u, ansible_user), the key and the password; passphrases have to be in ssh-agent"},
	{"too many authentication failures", connection.StageAuth, false, "offer fewer keys: -o IdentitiesOnly=yes"},
	{"could not resolve", connection.StageDial, false, "check the name, or set ansible_host"},
	{"connection refused", connection.StageDial, true, "is sshd running there, and on that port?"},
	{"timed out", connection.StageDial, true, "is the host up, and does a firewall let this port through?"},
	{"bad configuration option", connection.StageConfig, false, ""},
	{"command-line", connection.StageConfig, false, ""},
}

// explain makes the master's last words a failure.
func (c *conn) explain() error {
	said := strings.Join(strings.Fields(c.said.String()), " ")
	u := &connection.Unreachable{Host: c.target.Name, Stage: connection.StageDial, Retry: true, Why: "ssh ended: " + said}
	if said == "" {
		u.Why = "ssh ended without a word"
	}
	for _, cause := range causes {
		if strings.Contains(strings.ToLower(said), cause.text) {
			u.Stage, u.Retry, u.Hint = cause.stage, cause.retry, cause.hint
			break
		}
	}
	return u
}

// Start opens a session through the master.
func (c *conn) Start(ctx context.Context, command string) (connection.Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	cmd := exec.Command(c.program, "-F", "none", "-o", "ControlMaster=no", "-o", "BatchMode=yes", "-o", "ProxyCommand=false", "-o", "LogLevel=ERROR",
		"-S", c.socket(), "-T", "--", "master", command)
	inner, err := connection.Spawn(cmd)
	if err != nil {
		return nil, &connection.Unreachable{Host: c.target.Name, Stage: connection.StageChannel, Why: "start ssh: " + err.Error(), Err: err}
	}
	return &process{inner, c}, nil
}

// process is a session.
type process struct {
	connection.Process
	conn *conn
}

// Wait tells the end of the connection from a command that ended with ssh's own code.
func (p *process) Wait() (int, error) {
	rc, err := p.Process.Wait()
	if err == nil && rc == 255 {
		select {
		case <-p.conn.ended:
			return 0, errors.New("the connection was lost before the command had ended")
		case <-time.After(100 * time.Millisecond):
		}
	}
	return rc, err
}

// Close ends the master and with it all sessions.
func (c *conn) Close() error {
	var err error
	c.closing.Do(func() {
		if c.master != nil {
			c.master.Close()
			select {
			case <-c.ended:
			case <-time.After(3 * time.Second):
				err = fmt.Errorf("%s: ssh does not end", c.target.Name)
			}
		}
		if c.terminal != nil {
			c.terminal.Close()
			c.slave.Close()
		}
		os.RemoveAll(c.dir)
	})
	return err
}

// output keeps the first few KiB of what is said.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if room := 4<<10 - o.text.Len(); room > 0 {
		o.text.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}
