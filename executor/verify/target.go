package verify

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"pylint-deploy/executor/connection"
)

// Target is machines that may be thrown away.
type Target interface {
	// Name is for the report.
	Name() string
	// Reset brings all machines back to their beginning.
	Reset(ctx context.Context) error
	// Dialer reaches a host's root without the playbook's own way in, which the playbook may close; nil is by the inventory.
	Dialer() connection.Dialer
	// Replaces tells that the playbooks, too, reach the hosts by Dialer.
	Replaces() bool
	// Keeper makes snapshots of the machines; nil is none.
	Keeper() Keeper
}

// Commands is a target that is reset by a command of the user's: that of a virtual machine's snapshot, a container, a cloud.
type Commands struct {
	// ResetCommand is run by /bin/sh. It returns when the machines can be logged in to.
	ResetCommand string
	// Enter is the beginning of a command line that runs a shell command as root on a host, which is appended as one word, such as
	// "ssh root@{host}" or "docker exec -i {host} sh -c"; {host} is the inventory's name. "" is by the inventory.
	Enter string
	// Snapshots are commands for those; nil is none.
	Snapshots *SnapshotCommands
}

// SnapshotCommands keep the state of machines, bring them back to it, and give it up. {snapshot} in them is its name.
type SnapshotCommands struct{ KeepCommand, ReturnCommand, ForgetCommand string }

// Keep implements Keeper.
func (c SnapshotCommands) Keep(ctx context.Context, name string) error {
	return about(ctx, c.KeepCommand, name)
}

// Return implements Keeper.
func (c SnapshotCommands) Return(ctx context.Context, name string) error {
	return about(ctx, c.ReturnCommand, name)
}

// Forget implements Keeper.
func (c SnapshotCommands) Forget(ctx context.Context, name string) error {
	if c.ForgetCommand == "" {
		return nil
	}
	return about(ctx, c.ForgetCommand, name)
}

// about runs a command about a snapshot.
func about(ctx context.Context, command, name string) error {
	return shell(ctx, strings.ReplaceAll(command, "{snapshot}", name))
}

// Keeper implements Target.
func (c Commands) Keeper() Keeper {
	if c.Snapshots == nil {
		return nil
	}
	return *c.Snapshots
}

// Name implements Target.
func (c Commands) Name() string { return c.ResetCommand }

// Replaces implements Target.
func (c Commands) Replaces() bool { return false }

// Reset implements Target.
func (c Commands) Reset(ctx context.Context) error { return shell(ctx, c.ResetCommand) }

// endsIn is how long a command of the user's may take to end in order once it is not wanted any more.
const endsIn = 10 * time.Second

// shell runs a command of the user's on this machine. Its words are shown where it fails.
func shell(ctx context.Context, command string, args ...string) error {
	cmd := exec.CommandContext(ctx, "/bin/sh", append([]string{"-c", command, "sh"}, args...)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(syscall.SIGTERM) }, endsIn
	if err := cmd.Run(); err != nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond): // a terminal's Ctrl-C reaches the command before us
		}
		return fmt.Errorf("%s: %w\n%s", command, err, lastLines(out.String(), 10))
	}
	return nil
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// Dialer implements Target.
func (c Commands) Dialer() connection.Dialer {
	if c.Enter == "" {
		return nil
	}
	return entering{func(host string) []string {
		return []string{"/bin/sh", "-c", "exec " + strings.ReplaceAll(c.Enter, "{host}", quote(host)) + ` "$1"`, "sh"}
	}}
}

// entering runs commands on hosts by a program of this machine that takes a shell command as its last argument.
type entering struct{ argv func(host string) []string }

// Dial implements connection.Dialer. Whether the host is there shows at the first command.
func (e entering) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	return &entered{argv: e.argv(t.Name), host: t.Name}, ctx.Err()
}

type entered struct {
	argv []string
	host string

	mu        sync.Mutex
	processes []connection.Process
}

// Start implements connection.Conn.
func (e *entered) Start(ctx context.Context, command string) (connection.Process, error) {
	process, err := connection.Spawn(exec.Command(e.argv[0], append(e.argv[1:len(e.argv):len(e.argv)], command)...))
	if err != nil {
		return nil, &connection.Unreachable{Host: e.host, Stage: connection.StageChannel, Why: "cannot start " + e.argv[0] + ": " + err.Error(), Err: err}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.processes = append(e.processes, process)
	return process, ctx.Err()
}

// Close implements connection.Conn.
func (e *entered) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range e.processes {
		p.Close()
	}
	return nil
}
