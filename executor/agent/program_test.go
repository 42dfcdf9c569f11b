package agent_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection/sshdtest"
)

// withExtra has a second program for some calls: the same content with a few bytes behind it.
type withExtra struct {
	self
	extra agent.Build
}

func newWithExtra(t *testing.T) withExtra {
	t.Helper()
	open, err := self{}.Known()[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	program, err := io.ReadAll(open)
	if err != nil {
		t.Fatal(err)
	}
	program = append(program, "another"...)
	build := self{}.Known()[0]
	build.SHA256, build.Size = hexSum(program), int64(len(program))
	build.Gzip = func() ([]byte, error) {
		var packed bytes.Buffer
		writer, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
		writer.Write(program)
		err := writer.Close()
		return packed.Bytes(), err
	}
	return withExtra{extra: build}
}

func (w withExtra) Extra(_, _, _ string, args map[string]any) (agent.Build, bool, error) {
	return w.extra, args["extra"] != nil, nil
}

func TestCallThatNeedsAnotherProgram(t *testing.T) {
	user := sshdtest.NewUser(t, "ALL=(ALL) NOPASSWD: ALL")
	client, err := start(t, connect(t, sshdtest.Start(t), user.Name), func(o *agent.Options) { o.Dirs, o.Builds = nil, newWithExtra(t) })
	if err != nil {
		t.Fatal(err)
	}
	size := func(extra bool, become *wire.Become) wire.Call {
		call := shell("stat -L -c %s /proc/$PPID/exe; id -un")
		if call.Become = become; extra {
			call.Args["extra"] = true
		}
		return call
	}
	root := &wire.Become{User: "root", Method: "sudo"}
	replies := do(t, client, nil, size(false, nil), size(true, nil), size(true, root), size(false, root), size(true, root))
	base, other := stdout(replies[0]), stdout(replies[1])
	if base == other || failed(replies[1]) {
		t.Errorf("programs %q and %q, want two; %v", base, other, replies[1].Result)
	}
	for i, want := range map[int]int{2: 1, 3: 0, 4: 1} {
		programs := []string{base, other}
		got := bytes.Fields([]byte(stdout(replies[i])))
		if len(got) != 2 || string(got[0]) != string(bytes.Fields([]byte(programs[want]))[0]) || string(got[1]) != "root" {
			t.Errorf("call %d: %q, want the program of %q as root; %v", i, got, programs[want], replies[i].Result)
		}
	}
}
