package ssh

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"pylint-deploy/executor/connection"
)

// isAuthFailure recognises the client's own error, which has no type.
func isAuthFailure(err error) bool { return strings.Contains(err.Error(), "unable to authenticate") }

// conn is a login. Its commands are channels.
type conn struct {
	client   *ssh.Client
	host     string
	s        *settings
	via      *hop
	forwards bool

	closing sync.Once
	mu      sync.Mutex
	beat    *time.Timer
	missed  int
	next    chan session // channels for the next commands, once somebody has foreseen that
	// foreseen counts those that nobody has taken.
	foreseen int
}

// session is a channel that has no command yet, or why there is none.
type session struct {
	channel  ssh.Channel
	requests <-chan *ssh.Request
	err      error
}

func (c *conn) open() (s session) {
	s.channel, s.requests, s.err = c.client.OpenChannel("session", nil)
	return s
}

// mostForeseen bounds the channels that wait for a command.
const mostForeseen = 4

// Foresee opens channels for the next commands, so that they need not wait for them.
func (c *conn) Foresee(commands int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil {
		c.next = make(chan session, mostForeseen)
	}
	for ; c.foreseen < min(commands, mostForeseen); c.foreseen++ {
		go func() { c.next <- c.open() }()
	}
}

// session is a channel that was foreseen; where there is none, or the server allows no more, it is opened now.
func (c *conn) session() session {
	for c.takesForeseen() {
		if s := <-c.next; s.err == nil {
			return s
		}
	}
	return c.open()
}

func (c *conn) takesForeseen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.foreseen == 0 {
		return false
	}
	c.foreseen--
	return true
}

// Start opens a channel and runs a command in it.
func (c *conn) Start(ctx context.Context, command string) (connection.Process, error) {
	type opened struct {
		process *process
		err     error
	}
	result := make(chan opened, 1)
	go func() {
		p, err := c.start(command)
		result <- opened{p, err}
	}()
	timeout := time.NewTimer(max(c.s.timeout, defaultTimeout))
	defer timeout.Stop()
	late := func() {
		if o := <-result; o.process != nil {
			o.process.Close()
		}
	}
	select {
	case o := <-result:
		if o.err != nil {
			return nil, o.err
		}
		return o.process, nil
	case <-ctx.Done():
		go late()
		return nil, ctx.Err()
	case <-timeout.C:
		go late()
		return nil, &connection.Unreachable{Host: c.host, Stage: connection.StageChannel, Retry: true,
			Why: fmt.Sprintf("the server did not start a command within %s", max(c.s.timeout, defaultTimeout))}
	}
}

func (c *conn) start(command string) (*process, error) {
	s := c.session()
	if s.err != nil {
		return nil, c.channelError(s.err)
	}
	channel := s.channel
	p := &process{channel: channel, exit: make(chan int, 1)}
	go p.listen(s.requests)
	if c.forwards {
		channel.SendRequest("auth-agent-req@openssh.com", false, nil)
	}
	for _, variable := range c.s.env {
		name, value, _ := strings.Cut(variable, "=")
		channel.SendRequest("env", false, ssh.Marshal(struct{ Name, Value string }{name, value}))
	}
	waits := !c.acceptsAll()
	accepted, err := channel.SendRequest("exec", waits, ssh.Marshal(struct{ Command string }{command}))
	if err == nil && waits && !accepted {
		err = errors.New("the server does not let this login run commands")
	}
	if err != nil {
		channel.Close()
		return nil, c.channelError(err)
	}
	return p, nil
}

// acceptsAll tells that the server refuses no command: OpenSSH starts another in the place of one that is not allowed. So there
// is no answer to wait for, and the command's input can go right behind it.
func (c *conn) acceptsAll() bool {
	return strings.HasPrefix(string(c.client.ServerVersion()), "SSH-2.0-OpenSSH_")
}

func (c *conn) channelError(err error) error {
	u := &connection.Unreachable{Host: c.host, Stage: connection.StageChannel, Why: "no command can be started: " + err.Error(), Err: err}
	var refused *ssh.OpenChannelError
	if errors.As(err, &refused) {
		u.Why = "the server opens no session: " + refused.Message
		u.Hint = "MaxSessions in sshd_config?"
	}
	if errors.Is(err, io.EOF) {
		u.Stage, u.Why, u.Retry = connection.StageLost, "the connection was lost", true
	}
	return u
}

// keepAlive asks the server for a sign of life now and then, and gives up a connection without one.
func (c *conn) keepAlive() {
	if c.s.alive == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.beat = time.AfterFunc(c.s.alive, c.ask)
}

func (c *conn) ask() {
	c.mu.Lock()
	c.missed++
	missed := c.missed
	c.beat.Reset(c.s.alive)
	c.mu.Unlock()
	if missed > max(c.s.aliveMax, 1) {
		c.Close()
		return
	}
	if missed > 1 {
		return // the question before is still open
	}
	if _, _, err := c.client.SendRequest("keepalive@openssh.com", true, nil); err == nil {
		c.mu.Lock()
		c.missed = 0
		c.mu.Unlock()
	}
}

// Close ends the login and gives back the jump host.
func (c *conn) Close() error {
	var err error
	c.closing.Do(func() {
		c.mu.Lock()
		if c.beat != nil {
			c.beat.Stop()
		}
		c.mu.Unlock()
		err = c.client.Close()
		c.via.release()
	})
	return err
}

// process is a command in a channel.
type process struct {
	channel ssh.Channel
	exit    chan int
}

// listen takes what the server says about the command's end.
func (p *process) listen(requests <-chan *ssh.Request) {
	defer close(p.exit)
	for request := range requests {
		switch request.Type {
		case "exit-status":
			if len(request.Payload) >= 4 {
				p.report(int(binary.BigEndian.Uint32(request.Payload)))
			}
		case "exit-signal":
			var ended struct {
				Signal     string
				CoreDumped bool
				Message    string
				Language   string
			}
			if ssh.Unmarshal(request.Payload, &ended) == nil {
				p.report(128 + signalNumbers[ended.Signal])
			}
		}
		if request.WantReply {
			request.Reply(false, nil)
		}
	}
}

func (p *process) report(code int) {
	select {
	case p.exit <- code:
	default:
	}
}

// signalNumbers are those of RFC 4254, section 6.10, with Linux' numbers.
var signalNumbers = map[string]int{
	"HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "ABRT": 6, "FPE": 8, "KILL": 9, "USR1": 10, "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15,
}

func (p *process) Stdin() io.WriteCloser { return input{p.channel} }
func (p *process) Stdout() io.Reader     { return p.channel }
func (p *process) Stderr() io.Reader     { return p.channel.Stderr() }
func (p *process) Close() error          { return p.channel.Close() }

func (p *process) Wait() (int, error) {
	code, told := <-p.exit
	p.channel.Close()
	if !told {
		return 0, errors.New("the connection was lost before the command had ended")
	}
	return code, nil
}

// input is the writing half of a channel.
type input struct{ ssh.Channel }

func (i input) Close() error { return i.CloseWrite() }
