package agent_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
)

// silent is a way to a target that lets nothing of what it says through before it has heard some bytes. It keeps what it has heard until then.
type silent struct {
	connection.Conn
	until int
	heard *bytes.Buffer
}

func (s silent) Start(ctx context.Context, command string) (connection.Process, error) {
	process, err := s.Conn.Start(ctx, command)
	if err != nil {
		return nil, err
	}
	p := &silentProcess{Process: process, until: s.until, heard: s.heard}
	p.enough = sync.NewCond(&p.mu)
	return p, nil
}

type silentProcess struct {
	connection.Process
	mu     sync.Mutex
	enough *sync.Cond
	until  int
	heard  *bytes.Buffer
	over   bool
}

func (p *silentProcess) Stdin() io.WriteCloser { return silentInput{p, p.Process.Stdin()} }
func (p *silentProcess) Stdout() io.Reader     { return silentOutput{p, p.Process.Stdout()} }

func (p *silentProcess) Close() error {
	p.mu.Lock()
	p.over = true
	p.enough.Broadcast()
	p.mu.Unlock()
	return p.Process.Close()
}

type silentInput struct {
	*silentProcess
	io.WriteCloser
}

func (i silentInput) Close() error { return i.WriteCloser.Close() }

func (i silentInput) Write(b []byte) (int, error) {
	i.mu.Lock()
	if i.until > 0 {
		i.heard.Write(b)
	}
	i.until -= len(b)
	i.enough.Broadcast()
	i.mu.Unlock()
	return i.WriteCloser.Write(b)
}

type silentOutput struct {
	*silentProcess
	io.Reader
}

func (o silentOutput) Read(b []byte) (int, error) {
	o.mu.Lock()
	for o.until > 0 && !o.over {
		o.enough.Wait()
	}
	o.mu.Unlock()
	return o.Reader.Read(b)
}

// onWay is a client whose agent is on its way: nobody has waited for it.
func onWay(t *testing.T, conn connection.Conn, dir string) agent.Client {
	t.Helper()
	client, err := agent.Bootstrap(t.Context(), conn, agent.Options{Host: "here", Builds: self{}, Dirs: []string{dir}, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// The first calls do not wait for the agent to speak, be it there or yet to be sent.
func TestTheFirstCallsGoBehindTheStart(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"the program is sent", "the program is there"} {
		t.Run(name, func(t *testing.T) {
			client := onWay(t, silent{localConn(t), 200, &bytes.Buffer{}}, dir)
			log := filepath.Join(t.TempDir(), "log")
			replies := do(t, client, nil, shell("echo once >>"+log), shell("cat "+log), shell("echo third"))
			if stdout(replies[1]) != "once" || stdout(replies[2]) != "third" {
				t.Errorf("replies %v", replies)
			}
			if got := do(t, client, nil, shell("echo more"))[0]; stdout(got) != "more" {
				t.Errorf("the next call: %v", got.Result)
			}
		})
	}
}

// What is secret, and what is large, waits until it is the agent that reads.
func TestSecretsWaitForTheAgent(t *testing.T) {
	hidden, large := shell("echo word; #"+strings.Repeat("x", 100)), shell("echo word; #"+strings.Repeat("x", 40<<10))
	hidden.NoLog = true
	for name, call := range map[string]wire.Call{
		"no_log":            hidden,
		"a become password": as(shell("echo word"), wire.Become{User: "nobody-there", Method: "sudo", Password: "word"}),
		"large":             large,
	} {
		t.Run(name, func(t *testing.T) {
			heard := &bytes.Buffer{}
			client := onWay(t, silent{localConn(t), 1, heard}, t.TempDir())
			do(t, client, nil, call)
			if !strings.HasSuffix(heard.String(), " 0\n") {
				t.Errorf("%d bytes were written before the agent was there", heard.Len())
			}
		})
	}
}

// Several who share a target may begin at the same time.
func TestManyBeginTogether(t *testing.T) {
	client := onWay(t, localConn(t), t.TempDir())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			said := ""
			err := client.Do(t.Context(), []wire.Call{shell("echo here")}, nil, func(r wire.Reply) { said = stdout(r) })
			if err != nil || said != "here" {
				t.Errorf("%q, %v", said, err)
			}
		})
	}
	all.Wait()
}

// The start does nothing on the target before there is a call.
func TestAStartThatNobodyUsesLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	onWay(t, localConn(t), dir).Close()
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("left %v", entries)
	}
	do(t, onWay(t, localConn(t), dir), nil, shell("true")) // which does something
	find(t, dir)
}

// An agent that does not start is told by the first call, and by each after it.
func TestTheFirstCallTellsThatTheAgentDoesNotStart(t *testing.T) {
	client := onWay(t, refusing{localConn(t)}, t.TempDir())
	for range 2 {
		err := client.Do(t.Context(), []wire.Call{shell("true")}, nil, ignore)
		wantUnreachable(t, err, connection.StageAgent, "This account is currently not available")
	}
}

// greedy is a login script that reads what is not for it.
type greedy struct{ connection.Conn }

func (g greedy) Start(ctx context.Context, command string) (connection.Process, error) {
	return g.Conn.Start(ctx, "head -c 3 >/dev/null; "+command)
}

func TestInputThatALoginScriptReads(t *testing.T) {
	client := onWay(t, greedy{localConn(t)}, t.TempDir())
	err := client.Do(t.Context(), []wire.Call{shell("true")}, nil, ignore)
	wantUnreachable(t, err, connection.StageAgent, "was read by something else", "login scripts")
}

// Who gives up while the agent starts gets that told, and the next one does not wait.
func TestStartThatIsGivenUp(t *testing.T) {
	client := onWay(t, sleeping{localConn(t)}, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 {
		if err := client.Do(ctx, []wire.Call{shell("true")}, nil, ignore); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	}
}
