package strategy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/event"
	"pylint-deploy/parser/jinja/value"
)

// links are the connections of a run, one for each way to reach a target. They are opened when they are needed first and
// stay until the run ends.
type links struct {
	r      *Runner
	epochs *epochs
	mu     sync.Mutex
	open   map[string]*link
}

// link is one connection with its agent.
type link struct {
	mu     sync.Mutex
	conn   connection.Conn
	client agent.Client
	guess  bool // client was started before anybody asked for it
}

func newLinks(r *Runner) *links {
	e := newEpochs(r.Settings.NoCoalesce)
	e.inward = r.Inward
	return &links{r: r, epochs: e, open: map[string]*link{}}
}

func (t *target) key() string {
	return strings.Join([]string{t.kind, t.name, t.at.Address, fmt.Sprint(t.at.Port), t.at.User, strings.Join(t.at.PrivateKeyFiles, ","), strings.Join(t.at.SSHArgs, " ")}, "\x00")
}

func (l *links) get(t *target) *link {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := t.key()
	if l.open[k] == nil {
		l.open[k] = &link{}
	}
	return l.open[k]
}

// client returns the agent of a target, connecting first where needed.
func (l *links) client(ctx context.Context, t *target) (agent.Client, error) {
	k := l.get(t)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.client != nil {
		return k.client, nil
	}
	if err := l.connect(ctx, t, k); err != nil {
		return nil, err
	}
	client, err := l.r.Start(ctx, k.conn, t.name)
	if err != nil {
		k.drop()
		return nil, err
	}
	k.client = client
	return client, nil
}

func (l *links) connect(ctx context.Context, t *target, k *link) error {
	if k.conn != nil {
		return nil
	}
	dialer := l.r.Dialers[t.kind]
	if dialer == nil {
		return &connection.Unreachable{Host: t.name, Stage: connection.StageConfig, Why: fmt.Sprintf("the connection plugin '%s' was not found", t.kind),
			Hint: "known connections are ssh, openssh and local"}
	}
	for attempt := 0; ; attempt++ {
		conn, err := dialer.Dial(ctx, t.at)
		if err == nil {
			k.conn = conn
			return nil
		}
		if attempt >= t.retries || !again(err) {
			return err
		}
		pause := min(1<<attempt-1, longestPause)
		l.r.Events.Emit(event.Notice{Level: 2, Host: t.name, Text: fmt.Sprintf("%v; trying again in %d seconds", err, pause)})
		if err := l.r.sleep(ctx, time.Duration(pause)*time.Second); err != nil {
			return err
		}
	}
}

// longestPause is the time in seconds between two attempts to connect, when it does not grow any more.
const longestPause = 30

// again tells whether a connection that could not be made may be tried once more: not where the answer was a clear no.
func again(err error) bool {
	var lost *connection.Unreachable
	return errors.As(err, &lost) && (lost.Stage == connection.StageDial || lost.Stage == connection.StageChannel || lost.Stage == connection.StageLost)
}

// conn returns the bare connection of a target, for commands without an agent.
func (l *links) conn(ctx context.Context, t *target) (connection.Conn, error) {
	k := l.get(t)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := l.connect(ctx, t, k); err != nil {
		return nil, err
	}
	return k.conn, nil
}

// exec runs a command without an agent. Most plays that begin with one go on with modules: so the script that starts the agent is sent right behind. It
// looks whether the agent is there, and does nothing before it hears of a call.
func (l *links) exec(ctx context.Context, t *target, command string) (connection.Output, error) {
	conn, err := l.conn(ctx, t)
	if err != nil {
		return connection.Output{}, err
	}
	k := l.get(t)
	if c, ok := conn.(connection.Foresight); ok && k.isNew() {
		c.Foresee(2)
		return connection.Exec(ctx, leading{conn, func() { l.start(t, k, conn) }}, command, nil)
	}
	return connection.Exec(ctx, conn, command, nil)
}

// isNew tells that no agent was started.
func (k *link) isNew() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.client == nil
}

// leading is a connection whose command is followed by something.
type leading struct {
	connection.Conn
	then func()
}

func (c leading) Start(ctx context.Context, command string) (connection.Process, error) {
	process, err := c.Conn.Start(ctx, command)
	if err == nil {
		go c.then()
	}
	return process, err
}

// start starts the agent of a connection before anybody asks for it. If that fails it is tried anew when somebody does.
func (l *links) start(t *target, k *link, conn connection.Conn) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.client != nil || k.conn != conn {
		return
	}
	if client, err := l.r.Start(context.Background(), conn, t.name); err == nil {
		k.client, k.guess = client, true
	}
}

// wrongGuess drops an agent that did not start, and that nobody had asked for.
func (k *link) wrongGuess(client agent.Client) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.guess || k.client != client {
		return false
	}
	client.Close()
	k.client, k.guess = nil, false
	return true
}

// reset drops a connection.
func (l *links) reset(t *target) {
	k := l.get(t)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.drop()
}

// drop closes what is open; the lock is held.
func (k *link) drop() {
	if k.client != nil {
		k.client.Close()
	}
	if k.conn != nil {
		k.conn.Close()
	}
	k.client, k.conn, k.guess = nil, nil, false
}

// close ends all connections.
func (l *links) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all sync.WaitGroup
	for _, k := range l.open {
		all.Go(func() {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.drop()
		})
	}
	all.Wait()
}

// send makes calls on a target and hands each reply on as it comes, in order.
func (l *links) send(ctx context.Context, t *target, calls []wire.Call, blobs blobs, each func(wire.Reply)) error {
	client, err := l.client(ctx, t)
	if err != nil {
		return err
	}
	if l.r.RoundTrip != nil {
		l.r.RoundTrip(t.name, len(calls))
	}
	begin := l.r.now()
	took := map[uint32]time.Duration{}
	err = client.Do(ctx, calls, blobs, l.epochs.watch(calls, func(reply wire.Reply) {
		if !reply.NotRun && !reply.Skipped {
			took[reply.ID] = time.Duration(reply.Micros) * time.Microsecond
		}
		each(reply)
	}))
	l.r.notice(4, "<%s> ROUND TRIP of %s: %s", t.name, l.r.now().Sub(begin).Round(time.Millisecond/10), account(calls, took))
	if err != nil {
		l.epochs.something() // what was done without a reply, nobody knows
	}
	var lost *connection.Unreachable
	switch {
	case !errors.As(err, &lost):
	case lost.Stage == connection.StageAgent && ctx.Err() == nil && l.get(t).wrongGuess(client):
		return l.send(ctx, t, calls, blobs, each)
	default:
		l.reset(t)
	}
	return err
}

// becoming is the user that a target's calls are done as; nil is the login user.
func (t *target) becoming(ctx context.Context) (*wire.Become, error) {
	if t.become == nil || t.askBecome == nil {
		return t.become, nil
	}
	become := *t.become
	var err error
	become.Password, err = t.askBecome(ctx)
	return &become, err
}

// account tells people who look on which modules were called together, and how long each took on the target: one that was not done has no time.
func account(calls []wire.Call, took map[uint32]time.Duration) string {
	var out []string
	for _, c := range calls {
		name := c.Module
		if d, done := took[c.ID]; done {
			name += " " + d.Round(time.Millisecond/10).String()
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// blobs are the contents of a batch by hash.
type blobs map[string]action.Blob

// OpenBlob implements agent.BlobSource.
func (b blobs) OpenBlob(sha256 string) (io.ReadCloser, error) {
	blob, ok := b[sha256]
	if !ok {
		return nil, fmt.Errorf("content %.12s was asked for, which no task has", sha256)
	}
	return blob.Open()
}

// inlineSize is the size up to which content goes with the call.
const inlineSize = 16 << 10

// attach describes a call's blobs.
func (b blobs) attach(call *wire.Call, from map[string]action.Blob) error {
	for name, blob := range from {
		described := wire.Blob{SHA256: blob.SHA256, SHA1: blob.SHA1, Size: blob.Size}
		if blob.Size <= inlineSize {
			content, err := readAll(blob)
			if err != nil {
				return err
			}
			described.Inline = content
		}
		if call.Blobs == nil {
			call.Blobs = map[string]wire.Blob{}
		}
		call.Blobs[name] = described
		b[blob.SHA256] = blob
	}
	return nil
}

func readAll(blob action.Blob) ([]byte, error) {
	in, err := blob.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(in)
}

// fromReply is a module's result as a dict.
func fromReply(reply wire.Reply) *value.Dict {
	v, err := value.FromGo(reply.Result)
	if err != nil {
		return result("failed", true, "msg", fmt.Sprintf("the module's result cannot be read: %v", err))
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return value.NewDict()
	}
	for _, stream := range []string{"stdout", "stderr"} {
		if text, ok := d.GetStr(stream); ok && !has(d, stream+"_lines") {
			if s, ok := text.(value.Str); ok {
				set(d, stream+"_lines", splitLines(string(s)))
			}
		}
	}
	return d
}

// splitLines is Python's str.splitlines for the line ends that programs write.
func splitLines(s string) []any {
	out := []any{}
	if s == "" {
		return out
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	for _, l := range strings.Split(strings.TrimSuffix(s, "\n"), "\n") {
		out = append(out, l)
	}
	return out
}

// failure makes a result of an error: unreachable for those of the connection.
func failure(err error) *value.Dict {
	var lost *connection.Unreachable
	var gone *action.Unreachable
	var failed *action.Failed
	switch {
	case errors.As(err, &lost):
		return result("unreachable", true, "changed", false, "msg", lost.Error())
	case errors.As(err, &gone):
		return result("unreachable", true, "changed", false, "msg", gone.Msg)
	case errors.As(err, &failed):
		d := result("failed", true, "msg", failed.Msg)
		if failed.Keys != nil {
			for k, v := range failed.Keys.All() {
				d.Set(k, v)
			}
		}
		return d
	}
	return result("failed", true, "msg", err.Error())
}
