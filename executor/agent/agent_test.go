package agent_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/connection/local"
)

// TestMain makes the test program an agent too: it is what the tests send to their targets.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == agent.Command {
		os.Exit(agent.Main(os.Args[2:], modules))
	}
	os.Exit(m.Run())
}

// self is the test program as the only build there is.
type self struct{}

func (self) Known() []agent.Build {
	build, err := agent.RunningProgram()
	if err != nil {
		panic(err)
	}
	return []agent.Build{build}
}

func (self) Extra(string, string, string, map[string]any) (agent.Build, bool, error) {
	return agent.Build{}, false, nil
}

// remote hides that a connection is to this machine, so that an agent is sent.
type remote struct{ connection.Conn }

func localConn(t testing.TB) connection.Conn {
	t.Helper()
	conn, err := local.New().Dial(t.Context(), connection.Target{Name: "here"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return remote{conn}
}

// start bootstraps an agent that lives in a directory of the test.
func start(t testing.TB, conn connection.Conn, change func(*agent.Options)) (agent.Client, error) {
	t.Helper()
	options := agent.Options{Host: "here", Builds: self{}, Dirs: []string{t.TempDir()}}
	if change != nil {
		change(&options)
	}
	client, err := agent.Bootstrap(t.Context(), conn, options)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { client.Close() })
	_, err = client.Meet(t.Context())
	return client, err
}

func mustStart(t testing.TB, change func(*agent.Options)) agent.Client {
	t.Helper()
	client, err := start(t, localConn(t), change)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// do runs calls and returns the replies.
func do(t testing.TB, client agent.Client, blobs agent.BlobSource, calls ...wire.Call) []wire.Reply {
	t.Helper()
	var replies []wire.Reply
	for i := range calls {
		calls[i].ID = uint32(i + 100)
	}
	if err := client.Do(t.Context(), calls, blobs, func(r wire.Reply) { replies = append(replies, r) }); err != nil {
		t.Fatal(err)
	}
	if len(replies) != len(calls) {
		t.Fatalf("%d replies to %d calls", len(replies), len(calls))
	}
	for i, reply := range replies {
		if reply.ID != calls[i].ID {
			t.Fatalf("reply %d has the id %d, want %d: %v", i, reply.ID, calls[i].ID, reply)
		}
	}
	return replies
}

func shell(command string) wire.Call {
	return wire.Call{Module: "test.shell", Args: map[string]any{"command": command}}
}

func stdout(reply wire.Reply) string { text, _ := reply.Result["stdout"].(string); return text }

func failed(reply wire.Reply) bool { f, _ := reply.Result["failed"].(bool); return f }

func msg(reply wire.Reply) string { text, _ := reply.Result["msg"].(string); return text }

func TestProgramIsSentOnceAndFoundAgain(t *testing.T) {
	dir := t.TempDir()
	at := func(o *agent.Options) { o.Dirs = []string{dir} }
	first := mustStart(t, at)
	if got := do(t, first, nil, shell("echo hello"))[0]; stdout(got) != "hello" {
		t.Fatalf("reply %v", got.Result)
	}
	program := find(t, dir)
	before, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	if before.Mode() != 0o700 {
		t.Errorf("mode %v, want 0700", before.Mode())
	}
	mustStart(t, at)
	if after, err := os.Stat(program); err != nil || !os.SameFile(before, after) {
		t.Errorf("the program was sent a second time: %v", err)
	}
}

// find returns the one program below a directory.
func find(t *testing.T, dir string) string {
	t.Helper()
	programs, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
	hidden, _ := filepath.Glob(filepath.Join(dir, "*", ".*"))
	if len(programs) != 1 || len(hidden) != 0 {
		t.Fatalf("below the directory are %v and %v, want one program", programs, hidden)
	}
	return programs[0]
}

func TestProgramThatWasTamperedWithIsReplaced(t *testing.T) {
	for name, tamper := range map[string]func(program string) error{
		// What runs cannot be written to, and the agent may still be about to end.
		"another content": func(p string) error {
			os.Remove(p)
			return os.WriteFile(p, []byte("#!/bin/sh\ntouch /tmp/owned\n"), 0o700)
		},
		"open to others": func(p string) error { return os.Chmod(p, 0o777) },
		"another owner":  func(p string) error { return os.Chown(p, 65534, -1) },
		"a directory":    func(p string) error { os.Remove(p); return os.Mkdir(p, 0o700) },
	} {
		t.Run(name, func(t *testing.T) {
			if name == "another owner" && os.Getuid() != 0 {
				t.Skip("only root can give files away")
			}
			dir := t.TempDir()
			at := func(o *agent.Options) { o.Dirs = []string{dir} }
			mustStart(t, at).Close()
			program := find(t, dir)
			want, _ := os.ReadFile(program)
			if err := tamper(program); err != nil {
				t.Fatal(err)
			}
			client, err := start(t, localConn(t), at)
			if name == "a directory" {
				if err == nil {
					t.Fatal("started in spite of a directory in the program's place")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			do(t, client, nil, shell("true"))
			if got, _ := os.ReadFile(program); string(got) != string(want) {
				t.Error("the program is still another")
			}
		})
	}
}

func TestDirectoriesThatOthersCouldChangeAreNotUsed(t *testing.T) {
	open := filepath.Join(t.TempDir(), "open")
	safe := t.TempDir()
	if err := os.Mkdir(open, 0o777); err != nil {
		t.Fatal(err)
	}
	os.Chmod(open, 0o777)
	mustStart(t, func(o *agent.Options) { o.Dirs = []string{open, safe} })
	if entries, _ := os.ReadDir(open); len(entries) != 0 {
		t.Errorf("used %v", entries)
	}
	find(t, safe)
	_, err := start(t, localConn(t), func(o *agent.Options) { o.Dirs = []string{open, "/proc/no"} })
	wantUnreachable(t, err, connection.StageAgent, "others may rename things", "there is no /proc/no", "without noexec")
}

func wantUnreachable(t *testing.T, err error, stage connection.Stage, parts ...string) {
	t.Helper()
	var u *connection.Unreachable
	if !errors.As(err, &u) || u.Stage != stage {
		t.Fatalf("error %v, want one of the stage %s", err, stage)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error of several lines: %q", err)
	}
}

func TestEphemeralLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	client := mustStart(t, func(o *agent.Options) { o.Dirs, o.Ephemeral = []string{dir}, true })
	if got := do(t, client, nil, shell("echo there"))[0]; stdout(got) != "there" {
		t.Fatalf("reply %v", got.Result)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("left %v", entries)
	}
}

// platform pretends to have builds for another platform alone.
type platform struct{ self }

func (platform) Known() []agent.Build {
	return []agent.Build{{OS: "linux", Arch: "riscv64"}, {OS: "freebsd", Arch: "arm64", SHA256: "0", Size: 1}}
}

func TestPlatformWithoutABuild(t *testing.T) {
	_, err := start(t, localConn(t), func(o *agent.Options) { o.Builds = platform{} })
	wantUnreachable(t, err, connection.StageAgent, "no agent for the platform Linux", "make build")
}

// wrong is a build for this platform that is a program of another one.
type wrong struct{ self }

func (w wrong) Known() []agent.Build {
	build := w.self.Known()[0]
	content := append([]byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xf3\x00"), make([]byte, 100)...)
	build.SHA256, build.Size = hexSum(content), int64(len(content))
	build.Open = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(content))), nil }
	return []agent.Build{build}
}

func TestProgramOfAnotherMachine(t *testing.T) {
	dir := t.TempDir()
	_, err := start(t, localConn(t), func(o *agent.Options) { o.Builds, o.Dirs = wrong{}, []string{dir} })
	wantUnreachable(t, err, connection.StageAgent, "the program does not start")
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestProgramThatArrivesDamaged(t *testing.T) {
	dir := t.TempDir()
	_, err := start(t, localConn(t), func(o *agent.Options) { o.Builds, o.Dirs = damaged{}, []string{dir} })
	wantUnreachable(t, err, connection.StageAgent, "hash")
	if left, _ := filepath.Glob(filepath.Join(dir, "*", ".*")); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

// damaged promises another hash than its content has.
type damaged struct{ self }

func (d damaged) Known() []agent.Build {
	build := d.self.Known()[0]
	build.SHA256 = strings.Repeat("0", 64)
	return []agent.Build{build}
}

func TestShellThatIsNone(t *testing.T) {
	_, err := start(t, refusing{localConn(t)}, nil)
	wantUnreachable(t, err, connection.StageAgent, "This account is currently not available", "rbash")
}

// refusing answers every command as nologin does.
type refusing struct{ connection.Conn }

func (r refusing) Start(ctx context.Context, command string) (connection.Process, error) {
	return r.Conn.Start(ctx, "echo This account is currently not available.; exit 1")
}

func TestNoiseOfLoginScriptsIsPassedOver(t *testing.T) {
	client, err := start(t, noisy{localConn(t)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	do(t, client, nil, shell("true"))
}

type noisy struct{ connection.Conn }

func (n noisy) Start(ctx context.Context, command string) (connection.Process, error) {
	return n.Conn.Start(ctx, "printf 'Welcome!\\nno newline at the end: '; "+command)
}

func TestStartThatTakesForEver(t *testing.T) {
	begin := time.Now()
	_, err := start(t, sleeping{localConn(t)}, func(o *agent.Options) { o.Timeout = 100 * time.Millisecond })
	wantUnreachable(t, err, connection.StageAgent, "did not start within 100ms")
	if time.Since(begin) > 5*time.Second {
		t.Errorf("took %s", time.Since(begin))
	}
}

type sleeping struct{ connection.Conn }

func (s sleeping) Start(ctx context.Context, command string) (connection.Process, error) {
	return s.Conn.Start(ctx, "exec sleep 60")
}
