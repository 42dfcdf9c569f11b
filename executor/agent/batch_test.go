package agent_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/connection/local"
)

// clients are the two homes of an agent; a batch must not see the difference.
func clients(t *testing.T) map[string]agent.Client {
	registry, err := modules()
	if err != nil {
		t.Fatal(err)
	}
	here, err := local.New().Dial(t.Context(), connection.Target{Name: "here"})
	if err != nil {
		t.Fatal(err)
	}
	inside, err := start(t, here, func(o *agent.Options) { o.Modules = registry })
	if err != nil {
		t.Fatal(err)
	}
	return map[string]agent.Client{"sent": mustStart(t, nil), "in process": inside}
}

func TestArgumentsArriveAsTheyAre(t *testing.T) {
	args := map[string]any{"n": int64(1) << 62, "f": 0.5, "s": "ünïcode <&>\x00", "l": []any{true, nil, "x"}, "m": map[string]any{"k": int64(-1)}}
	for name, client := range clients(t) {
		t.Run(name, func(t *testing.T) {
			reply := do(t, client, nil, wire.Call{Module: "test.nothing", Args: args})[0]
			if diff := cmp.Diff(args, reply.Result["args"]); diff != "" {
				t.Errorf("(-sent +arrived)\n%s", diff)
			}
		})
	}
}

// TestEpochCountsWhatWasChangedHere: a change within a batch counts for the calls after it, before the controller knows of it.
func TestEpochCountsWhatWasChangedHere(t *testing.T) {
	look := wire.Call{Module: "test.epoch", Epoch: 1000}
	unknown := wire.Call{Module: "test.epoch"}
	for name, client := range clients(t) {
		t.Run(name, func(t *testing.T) {
			var got []any
			for _, reply := range do(t, client, nil, look, look, shell("true"), look, unknown) {
				if n, ok := reply.Result["epoch"]; ok {
					got = append(got, n)
				}
			}
			if len(got) != 4 || got[0] != got[1] || got[1] == got[2] || got[3] != int64(0) {
				t.Errorf("numbers %v: want the same twice, another after a change, and none where the controller knows none", got)
			}
		})
	}
}

// TestEpochGoesByTheCall: a call of which nobody knows what it changes counts once it was done, and one that changes nothing that matters never does.
func TestEpochGoesByTheCall(t *testing.T) {
	look := wire.Call{Module: "test.epoch", Epoch: 1000}
	wild, tame := wire.Call{Module: "test.nothing", Counts: wire.Always}, shell("true")
	tame.Counts = wire.Never
	leftOut := wild
	leftOut.If = []any{"not", []any{"is", int64(100), "changed"}} // do gives the first call that number
	for name, client := range clients(t) {
		t.Run(name, func(t *testing.T) {
			var got []any
			replies := do(t, client, nil, shell("true"), look, leftOut, look, tame, look, wild, look)
			for _, reply := range replies {
				if n, ok := reply.Result["epoch"]; ok {
					got = append(got, n)
				}
			}
			if !replies[2].Skipped {
				t.Errorf("%+v: it was to be left out", replies[2])
			}
			if len(got) != 4 || got[0] != got[1] || got[1] != got[2] || got[2] == got[3] {
				t.Errorf("numbers %v: want the same behind what was left out and what never counts, another behind what always does", got)
			}
		})
	}
}

func TestBatchStopsAtAFailureThatCounts(t *testing.T) {
	failing := shell("exit 3")
	counting := failing
	counting.StopOnFailure = true
	for name, client := range clients(t) {
		t.Run(name, func(t *testing.T) {
			replies := do(t, client, nil, failing, shell("true"), counting, shell("true"), shell("true"))
			var got []string
			for _, r := range replies {
				got = append(got, fmt.Sprint(failed(r), r.NotRun, r.Result["rc"]))
			}
			want := []string{"true false 3", "false false 0", "true false 3", "false true <nil>", "false true <nil>"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("failed, not run, rc (-want +got)\n%s", diff)
			}
		})
	}
}

// A task's calls are done to the last before its failure ends the batch.
func TestBatchStopsBehindTheTaskThatFails(t *testing.T) {
	item := func(line string, last bool) wire.Call {
		call := shell(line)
		call.StopOnFailure, call.Within = true, !last
		return call
	}
	for name, client := range clients(t) {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range do(t, client, nil, item("true", false), item("exit 3", false), item("true", true), item("true", false), item("true", true)) {
				got = append(got, fmt.Sprint(failed(r), r.NotRun))
			}
			want := []string{"false false", "true false", "false false", "false true", "false true"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("failed, not run (-want +got)\n%s", diff)
			}
		})
	}
}

// Calls may have conditions about what those before them returned. Where that decides nothing the batch ends.
func TestCallsWithConditions(t *testing.T) {
	when := func(call wire.Call, c ...any) wire.Call {
		call.If = c
		return call
	}
	says := func(text string, id int64) []any { return []any{"in", text, id, "stdout"} }
	for name, client := range clients(t) {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range do(t, client, nil, shell("echo yes"), when(shell("echo a"), says("yes", 100)...), when(shell("echo b"), says("no", 100)...),
				when(shell("echo c"), "not", says("a", 101)), when(shell("echo d"), says("b", 102)...), shell("echo e")) {
				got = append(got, fmt.Sprint(stdout(r), " ", r.Skipped, r.NotRun))
			}
			want := []string{"yes false false", "a false false", " true false", " true false", " false true", " false true"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("output, skipped, not run (-want +got)\n%s", diff)
			}
		})
	}
}

func TestRepliesArriveOneByOne(t *testing.T) {
	client := mustStart(t, nil)
	var first time.Duration
	begin := time.Now()
	err := client.Do(t.Context(), []wire.Call{shell("true"), shell("sleep 0.5")}, nil, func(wire.Reply) {
		if first == 0 {
			first = time.Since(begin)
		}
	})
	if err != nil || first > 400*time.Millisecond {
		t.Errorf("first reply after %s, error %v", first, err)
	}
}

func TestBatchesRunSideBySide(t *testing.T) {
	client := mustStart(t, nil)
	begin := time.Now()
	var both sync.WaitGroup
	for range 4 {
		both.Go(func() { client.Do(t.Context(), []wire.Call{shell("sleep 0.5")}, nil, func(wire.Reply) {}) })
	}
	both.Wait()
	if took := time.Since(begin); took > 1500*time.Millisecond {
		t.Errorf("four sleeps of half a second took %s", took)
	}
}

func TestCancelledBatchStopsOnTheTarget(t *testing.T) {
	for name, client := range clients(t) {
		t.Run(name, func(t *testing.T) {
			mark := filepath.Join(t.TempDir(), "mark")
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(300*time.Millisecond, cancel)
			var replies []wire.Reply
			// The grandchild shows that the whole group is ended.
			err := client.Do(ctx, []wire.Call{shell("(sleep 2; touch " + mark + ") & wait"), shell("touch " + mark)}, nil,
				func(r wire.Reply) { replies = append(replies, r) })
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want cancellation", err)
			}
			if len(replies) != 2 || !failed(replies[0]) || !replies[1].NotRun {
				t.Errorf("replies %v", replies)
			}
			time.Sleep(2 * time.Second)
			if _, err := os.Stat(mark); err == nil {
				t.Error("the command went on")
			}
			do(t, client, nil, shell("true"))
		})
	}
}

// A program that must not be stopped goes on where its task is given up, and where its agent is: what comes after it is not begun.
func TestWholeProgramsComeToTheirEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(client agent.Client, cancel func())
	}{
		{"the task was given up", func(_ agent.Client, cancel func()) { cancel() }},
		{"the connection was closed", func(client agent.Client, _ func()) { client.Close() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := mustStart(t, nil)
			mark := filepath.Join(t.TempDir(), "mark")
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(300*time.Millisecond, func() { c.end(client, cancel) })
			install := shell("sleep 2; echo >" + mark)
			install.Args["whole"] = true
			_ = client.Do(ctx, []wire.Call{install, shell("echo >" + mark + ".next")}, nil, func(wire.Reply) {})
			for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
				if _, err := os.Stat(mark); err == nil {
					break
				}
			}
			time.Sleep(100 * time.Millisecond)
			if _, err := os.Stat(mark); err != nil {
				t.Error("the program was stopped")
			}
			if _, err := os.Stat(mark + ".next"); err == nil {
				t.Error("the next task was begun")
			}
		})
	}
}

func TestTimeout(t *testing.T) {
	client := mustStart(t, nil)
	call := shell("sleep 30")
	call.TimeoutMS = 1000
	reply := do(t, client, nil, call)[0]
	want := "The shell action failed to execute in the expected time frame (1) and was terminated"
	if !failed(reply) || msg(reply) != want {
		t.Errorf("result %v, want the message %q", reply.Result, want)
	}
}

func TestModuleThatIsNotThereOrCrashesOrCannotPredict(t *testing.T) {
	client := mustStart(t, nil)
	replies := do(t, client, nil, wire.Call{Module: "no.such"}, wire.Call{Module: "test.crash"},
		wire.Call{Module: "test.unsure", Check: true}, wire.Call{Module: "test.large", Args: map[string]any{"size": int64(70 << 20)}})
	for i, want := range []string{"not native", "internal error in module test.crash: oh", "does not support check mode", "larger than the limit of 64 MiB"} {
		if !strings.Contains(msg(replies[i]), want) {
			t.Errorf("message %q, want %q in it", msg(replies[i]), want)
		}
	}
}

// contents are blobs by their hash.
type contents map[string][]byte

func (c contents) OpenBlob(sum string) (io.ReadCloser, error) {
	content, ok := c[sum]
	if !ok {
		return nil, errors.New("no such file on the controller")
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}

func TestContentIsFetchedWhenItIsWanted(t *testing.T) {
	large := make([]byte, 5*1<<20+17)
	rand.Read(large)
	for name, client := range clients(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(name string, blob wire.Blob) wire.Call {
				return wire.Call{Module: "test.write", Args: map[string]any{"dest": filepath.Join(dir, name)}, Blobs: map[string]wire.Blob{"src": blob}}
			}
			replies := do(t, client, contents{hexSum(large): large, hexSum(nil): []byte("not empty")},
				write("large", wire.Blob{SHA256: hexSum(large), Size: int64(len(large))}),
				write("inline", wire.Blob{SHA256: hexSum([]byte("small")), Size: 5, Inline: []byte("small")}),
				write("empty", wire.Blob{SHA256: hexSum(nil)}),
				write("missing", wire.Blob{SHA256: hexSum([]byte("?")), Size: 1}),
				write("changed", wire.Blob{SHA256: hexSum(nil), Size: 9}))
			for name, want := range map[string][]byte{"large": large, "inline": []byte("small"), "empty": {}} {
				if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s: %d bytes, %v, want %d", name, len(got), err, len(want))
				}
			}
			if !strings.Contains(msg(replies[3]), "no such file on the controller") || !strings.Contains(msg(replies[4]), "it changed while it was sent") {
				t.Errorf("messages %q and %q", msg(replies[3]), msg(replies[4]))
			}
			if left, _ := os.ReadDir(dir); len(left) != 3 {
				t.Errorf("files %v, want the three that are complete", left)
			}
		})
	}
}

// trickle never ends.
type trickle struct{}

func (trickle) OpenBlob(string) (io.ReadCloser, error) { return io.NopCloser(slow{}), nil }

type slow struct{}

func (slow) Read(p []byte) (int, error) {
	time.Sleep(10 * time.Millisecond)
	return min(len(p), 100), nil
}

func TestConnectionCutInTheMiddleLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	dest := filepath.Join(dir, "file")
	os.WriteFile(dest, []byte("old"), 0o600)
	mark := filepath.Join(t.TempDir(), "mark")
	var process connection.Process
	client, err := start(t, catching{localConn(t), &process}, nil)
	if err != nil {
		t.Fatal(err)
	}
	errs := make(chan error, 2)
	none := func(wire.Reply) {}
	go func() {
		errs <- client.Do(t.Context(), []wire.Call{{Module: "test.write", Args: map[string]any{"dest": dest},
			Blobs: map[string]wire.Blob{"src": {SHA256: hexSum(nil), Size: 1 << 30}}}}, trickle{}, none)
	}()
	go func() { errs <- client.Do(t.Context(), []wire.Call{shell("sleep 6; touch " + mark)}, nil, none) }()
	time.Sleep(500 * time.Millisecond)
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("files %v: nothing is being written", entries)
	}
	process.Stdout().(io.Closer).Close() // as a connection that breaks: nothing is heard any more of how the agent stops
	process.Stdin().Close()
	for range 2 {
		err := <-errs
		wantUnreachable(t, err, connection.StageLost, "connection was lost")
		if u := (*connection.Unreachable)(nil); errors.As(err, &u) && !u.Retry {
			t.Error("a lost connection may be tried again")
		}
	}
	time.Sleep(6 * time.Second)
	if _, err := os.Stat(mark); err == nil {
		t.Error("the command went on")
	}
	entries, _ := os.ReadDir(dir)
	if got, _ := os.ReadFile(dest); string(got) != "old" || len(entries) != 1 {
		t.Errorf("content %q, files %v", got, entries)
	}
}

// catching keeps the process.
type catching struct {
	connection.Conn
	process *connection.Process
}

func (c catching) Start(ctx context.Context, command string) (p connection.Process, err error) {
	p, err = c.Conn.Start(ctx, command)
	*c.process = p
	return p, err
}

func TestJobOutlivesItsAgent(t *testing.T) {
	home := t.TempDir()
	env := map[string]string{"ANSIBLE_ASYNC_DIR": filepath.Join(home, "jobs")}
	client := mustStart(t, nil)
	call := shell("sleep 4; echo done")
	call.AsyncSeconds, call.JobID, call.Env = 20, "j42", env
	begin := time.Now()
	reply := do(t, client, nil, call)[0]
	if reply.Result["started"] != int64(1) || reply.Result["finished"] != int64(0) || time.Since(begin) > 4*time.Second {
		t.Fatalf("after %s: %v", time.Since(begin), reply.Result)
	}
	if client.Close(); client.Do(t.Context(), []wire.Call{shell("true")}, nil, func(wire.Reply) {}) == nil {
		t.Error("a closed client works")
	}
	client = mustStart(t, nil)
	status := func(mode string) wire.Reply {
		return do(t, client, nil, wire.Call{Module: "ansible.builtin.async_status", Env: env, Args: map[string]any{"jid": "j42", "mode": mode}})[0]
	}
	if r := status("status"); r.Result["finished"] != int64(0) {
		t.Errorf("while it runs: %v", r.Result)
	}
	for deadline := time.Now().Add(10 * time.Second); status("status").Result["finished"] != int64(1); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the job does not finish")
		}
	}
	if r := status("status"); stdout(r) != "done" || r.Result["changed"] != true {
		t.Errorf("at the end: %v", r.Result)
	}
	if r := status("cleanup"); r.Result["erased"] != filepath.Join(home, "jobs", "j42") {
		t.Errorf("cleanup: %v", r.Result)
	}
	if r := status("status"); msg(r) != "could not find job" || !failed(r) {
		t.Errorf("after cleanup: %v", r.Result)
	}
	if left, _ := os.ReadDir(filepath.Join(home, "jobs")); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestJobThatTakesTooLong(t *testing.T) {
	env := map[string]string{"ANSIBLE_ASYNC_DIR": t.TempDir()}
	client := mustStart(t, nil)
	call := shell("sleep 30")
	call.AsyncSeconds, call.JobID, call.Env = 1, "j1", env
	do(t, client, nil, call)
	time.Sleep(1500 * time.Millisecond)
	r := do(t, client, nil, wire.Call{Module: "ansible.builtin.async_status", Env: env, Args: map[string]any{"jid": "j1"}})[0]
	if !failed(r) || msg(r) != "Timeout exceeded" || r.Result["finished"] != int64(1) {
		t.Errorf("result %v", r.Result)
	}
}
