package agent_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/connection/ssh"
	"pylint-deploy/executor/connection/sshdtest"
)

// nothing is a call that costs what the way to the target costs.
func nothing() wire.Call {
	return wire.Call{Module: "test.nothing", Args: map[string]any{"path": "/etc/hosts", "mode": "0644"}}
}

func ignore(wire.Reply) {}

// BenchmarkTaskByTask is a play whose tasks depend on each other: one round trip each.
func BenchmarkTaskByTask(b *testing.B) {
	client := sshClient(b)
	for b.Loop() {
		if err := client.Do(b.Context(), []wire.Call{nothing()}, nil, ignore); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBatchOf50 is 50 tasks that are sent ahead.
func BenchmarkBatchOf50(b *testing.B) {
	client := sshClient(b)
	calls := make([]wire.Call, 50)
	for i := range calls {
		calls[i] = nothing()
	}
	for b.Loop() {
		if err := client.Do(b.Context(), calls, nil, ignore); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(calls)), "us/task")
}

// BenchmarkContent is content that the agent fetches.
func BenchmarkContent(b *testing.B) {
	client := sshClient(b)
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	dest := b.TempDir() + "/file"
	call := wire.Call{Module: "test.write", Args: map[string]any{"dest": dest}, Blobs: map[string]wire.Blob{"src": {SHA256: hexSum(content), Size: int64(len(content))}}}
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if err := client.Do(b.Context(), []wire.Call{call}, contents{hexSum(content): content}, ignore); err != nil {
			b.Fatal(err)
		}
	}
}

func sshClient(b *testing.B) agent.Client {
	client, err := start(b, connect(b, sshdtest.Start(b), ""), nil)
	if err != nil {
		b.Fatal(err)
	}
	return client
}

// BenchmarkConnect is a login and the start of an agent that is there already, by its CPU time in this process.
func BenchmarkConnect(b *testing.B) {
	server := sshdtest.Start(b)
	dialer := ssh.New(ssh.Options{})
	dirs := []string{b.TempDir()}
	once := func() {
		conn, err := dialer.Dial(b.Context(), server.Target())
		if err != nil {
			b.Fatal(err)
		}
		client, err := start(b, conn, func(o *agent.Options) { o.Dirs, o.Builds = dirs, known })
		if err != nil {
			b.Fatal(err)
		}
		client.Close()
		conn.Close()
	}
	known = fixed{self{}.Known()}
	once()
	begin := cpu()
	for b.Loop() {
		once()
	}
	b.ReportMetric(float64((cpu()-begin).Microseconds())/float64(b.N)/1000, "cpu-ms/op")
}

// fixed does not hash the program at each use, as the embedded builds do not.
type fixed struct{ builds []agent.Build }

var known fixed

func (f fixed) Known() []agent.Build { return f.builds }
func (f fixed) Extra(string, string, string, map[string]any) (agent.Build, bool, error) {
	return agent.Build{}, false, nil
}

func cpu() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkManyHosts keeps many connections with an agent each, and says what one costs this process. PLD_HOSTS says how
// many (100).
func BenchmarkManyHosts(b *testing.B) {
	hosts := 100
	fmt.Sscan(os.Getenv("PLD_HOSTS"), &hosts)
	server := sshdtest.Start(b, "MaxStartups 2000")
	dialer := ssh.New(ssh.Options{})
	known = fixed{self{}.Known()}
	dirs := []string{b.TempDir()}
	for b.Loop() {
		before, begin, wall := memory(), cpu(), time.Now()
		clients := make([]agent.Client, hosts)
		conns := make([]connection.Conn, hosts)
		slots := make(chan struct{}, 50)
		var all sync.WaitGroup
		var failures atomic.Int64
		for i := range clients {
			all.Go(func() {
				slots <- struct{}{}
				defer func() { <-slots }()
				var err error
				if conns[i], err = dialer.Dial(context.Background(), server.Target()); err == nil {
					clients[i], err = agent.Bootstrap(context.Background(), conns[i], agent.Options{Host: "h", Builds: known, Dirs: dirs})
				}
				if err != nil {
					failures.Add(1)
					b.Log(err)
				}
			})
		}
		all.Wait()
		b.ReportMetric(float64((cpu()-begin).Microseconds())/float64(hosts)/1000, "cpu-ms/host")
		b.ReportMetric(float64(memory()-before)/float64(hosts)/1024, "KiB/host")
		b.ReportMetric(time.Since(wall).Seconds(), "s/all")
		b.ReportMetric(float64(failures.Load()), "failures")
		for i := range clients {
			if clients[i] != nil {
				clients[i].Close()
			}
			if conns[i] != nil {
				conns[i].Close()
			}
		}
	}
}

// memory is heap and stacks in use.
func memory() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapInuse + stats.StackInuse)
}
