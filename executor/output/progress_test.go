package output

import (
	"bytes"
	"testing"
	"time"

	"pylint-deploy/executor/event"
)

// TestProgressIsGoneBeforeAnythingElse tells a story, with what is on the terminal after each step.
func TestProgressIsGoneBeforeAnythingElse(t *testing.T) {
	var terminal bytes.Buffer
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p := newProgress(&terminal, 60, func() time.Time { return now })
	task := &event.Task{ID: 1, Name: "Build"}
	started := func(host string) { p.Emit(event.HostStart{Task: task, Host: host, Time: now}) }
	ended := func(host string, s event.Status) {
		p.Emit(event.Result{Outcome: event.Outcome{Task: task, Host: host, Status: s}})
	}
	for i, step := range []struct {
		do   func()
		want string
	}{
		{func() { p.Emit(event.PlayStart{Hosts: []string{"a", "b", "c"}}); p.Write([]byte("TASK [Build]\n")) }, "TASK [Build]\n"},
		{func() { started("a"); started("b"); started("c"); p.draw() }, ""}, // too early
		{func() { now = now.Add(2 * time.Second); p.draw() }, "\r\x1b[KBuild: 0 of 3 hosts done, waiting for a, b, c, 2s"},
		{func() { ended("a", event.OK); p.Write([]byte("ok: [a]\n")) }, "\r\x1b[Kok: [a]\n"},
		{func() { now = now.Add(time.Second); p.draw() }, "\r\x1b[KBuild: 1 of 3 hosts done, waiting for b, c, 3s"},
		{func() { ended("b", event.Failed); now = now.Add(time.Minute); p.draw() }, "\r\x1b[KBuild: 2 of 2 hosts done, waiting for c, 1m3s"},
		{func() { p.Write([]byte("Are you sure? ")) }, "\r\x1b[KAre you sure? "},
		{func() { now = now.Add(time.Minute); p.draw() }, ""}, // a question stands on the line
		{func() { p.Write([]byte("\n")); now = now.Add(time.Minute); p.draw() }, "\n\r\x1b[KBuild: 2 of 2 hosts done, waiting for c, 3m3s"},
		{func() { p.Close() }, "\r\x1b[K"},
		{func() { now = now.Add(time.Minute); p.draw(); p.Close() }, ""},
	} {
		terminal.Reset()
		step.do()
		if got := terminal.String(); got != step.want {
			t.Errorf("step %d: %q, want %q", i+1, got, step.want)
		}
	}
}
