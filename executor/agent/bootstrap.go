package agent

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/module"
)

// Options of Bootstrap.
type Options struct {
	// Host is the inventory's name, for messages.
	Host string
	// Builds are the programs that can be sent.
	Builds Builds
	// WorkDir is where an agent within this process starts relative paths and programs; "" is this process's directory.
	WorkDir string
	// Ephemeral leaves nothing on the target: the program is removed as soon as it runs, and is not looked for.
	Ephemeral bool
	// Dirs are tried in turn for the program; nil is ~/.cache/pylint-deploy, then directories of the user's own in
	// /var/tmp, /tmp, /dev/shm and /run/user/UID.
	Dirs []string
	// Timeout bounds the start of the agent without the time that sending it takes; 0 is 30 seconds.
	Timeout time.Duration
	// Modules are what an agent inside this process runs, for connections to this machine (connection.Here).
	Modules *module.Registry
}

// Bootstrap starts the agent over conn by one command, sending the program only where it is not there already. It does not wait for the agent:
// the first calls go right behind the command, and Do or Meet tell whether it has started.
// The caller keeps conn, and closes it after the client. A connection to this machine itself (connection.Here) gets an
// agent inside this process. Failures are *connection.Unreachable.
func Bootstrap(ctx context.Context, conn connection.Conn, options Options) (Client, error) {
	if _, here := conn.(connection.Here); here && options.Modules != nil {
		return inProcess(ctx, options)
	}
	if err := checkDirs(options.Dirs); err != nil {
		return nil, &connection.Unreachable{Host: options.Host, Stage: connection.StageConfig, Why: err.Error(), Err: err}
	}
	known := options.Builds.Known()
	place := newPlacement(known...)
	place.dirs, place.ephemeral, place.ahead = options.Dirs, options.Ephemeral, true
	process, err := conn.Start(ctx, place.command())
	if err != nil {
		return nil, err
	}
	return &remote{link: newLink(options.Host, process), builds: options.Builds, start: &start{place: place, options: options}}, nil
}

func newPlacement(builds ...Build) placement { return placement{marker: rand.Text(), builds: builds} }

// greet sees a process through the script's conversation to the agent's greeting. ahead are frames for the agent, our greeting first, that
// need not wait for it. ready, which may be nil, is called when the script speaks for the first time.
func greet(ctx context.Context, l *link, place placement, options Options, ahead []byte, ready func()) error {
	timeout := options.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	process := l.process
	var late sync.Once
	isLate := false
	timer := time.AfterFunc(timeout, func() { late.Do(func() { isLate = true }); process.Close() })
	defer timer.Stop()
	defer context.AfterFunc(ctx, func() { process.Close() })()

	in := bufio.NewReaderSize(process.Stdout(), 4<<10)
	talk := conversation{host: options.Host, marker: place.marker, in: in, out: process.Stdin(), builds: place.builds, ready: ready,
		sending: func(sending bool) {
			if sending {
				timer.Stop()
			} else {
				timer.Reset(timeout)
			}
		}}
	if place.ahead {
		talk.ahead = ahead
		talk.goAhead()
	}
	err := talk.run()
	if err == nil {
		err = l.meet(in, len(ahead) > 0)
	}
	late.Do(func() {}) // from here on isLate is settled
	switch {
	case err == nil && !isLate && ctx.Err() == nil:
		return nil
	case ctx.Err() != nil:
		return &connection.Unreachable{Host: options.Host, Stage: connection.StageAgent, Why: "the start of the agent was given up", Err: ctx.Err()}
	case isLate:
		return &connection.Unreachable{Host: options.Host, Stage: connection.StageAgent, Retry: true,
			Why: fmt.Sprintf("the agent did not start within %s", timeout)}
	}
	return talk.explain(err, process)
}

// conversation is what is said between the start of the script and the start of the agent.
type conversation struct {
	host    string
	marker  string
	in      *bufio.Reader
	out     io.Writer
	builds  []Build
	passed  []string // directories that were tried in vain, with their reasons
	noise   []string // lines of others: login scripts, shells that do not know exec
	ahead   []byte   // frames that are written before the agent is there
	sent    bool     // the program was sent: the frames that went ahead are gone
	sending func(bool)
	ready   func() // called at the first line of the script, when the way in is past; may be nil
}

// maxNoise bounds what a login script may print before our first line.
const maxNoise = 200

// goAhead writes how much goes ahead, and that. What goes wrong with it shows when the answer is read.
func (c *conversation) goAhead() {
	c.out.Write(append(fmt.Appendln(nil, c.marker, len(c.ahead)), c.ahead...))
}

func (c *conversation) run() error {
	for {
		line, err := readLine(c.in)
		if err != nil {
			return err
		}
		_, said, ours := strings.Cut(line, c.marker+" ")
		if !ours {
			if c.noise = append(c.noise, line); len(c.noise) > maxNoise {
				return errors.New("the login shell prints without end")
			}
			continue
		}
		if c.ready != nil {
			c.ready()
			c.ready = nil
		}
		verb, rest, _ := strings.Cut(said, " ")
		switch verb {
		case "start":
			return c.again()
		case "passed":
			c.passed = append(c.passed, rest)
		case "need":
			if err := c.send(rest); err != nil {
				return err
			}
		default:
			return c.refusal(verb, rest)
		}
	}
}

// again writes what went ahead once more where the script had to drop it, so that the program could be sent.
func (c *conversation) again() error {
	if !c.sent || len(c.ahead) == 0 {
		return nil
	}
	_, err := c.out.Write(c.ahead)
	return err
}

// readLine reads a line of at most one buffer.
func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}

// send sends the program in the form that the target can take.
func (c *conversation) send(wanted string) error {
	words := strings.Fields(wanted)
	if len(words) != 3 {
		return fmt.Errorf("the target asked for %q", wanted)
	}
	for _, build := range c.builds {
		if build.OS != words[0] || build.Arch != words[1] {
			continue
		}
		c.sent = true
		c.sending(true)
		defer c.sending(false)
		program, size, err := build.in(words[2])
		if err != nil {
			return err
		}
		defer program.Close()
		if _, err := fmt.Fprintln(c.out, size); err != nil {
			return err
		}
		_, err = io.Copy(c.out, program)
		return err
	}
	return fmt.Errorf("the target asked for %q, which was not offered", wanted)
}

// refusal is what the script found to be impossible.
func (c *conversation) refusal(verb, rest string) error {
	u := &connection.Unreachable{Host: c.host, Stage: connection.StageAgent}
	switch verb {
	case "unsupported":
		u.Why = "there is no agent for the platform " + rest
		u.Hint = "this program has agents for " + platforms(c.builds)
	case "nowhere":
		u.Why = "the agent cannot be placed on the target: " + strings.Join(c.passed, "; ")
		u.Hint = "one of these directories has to be safe, writable and mounted without noexec"
	case "eaten":
		u.Why = "standard input, which is for the agent, was read by something else on the way to it"
		u.Hint = "login scripts (~/.bashrc, ~/.profile, /etc/profile.d) must not read it when there is no terminal"
	case "damaged":
		u.Why = "the agent could not be sent: " + rest
		u.Retry = true
	default:
		u.Why = fmt.Sprintf("the target answered %q", verb+" "+rest)
	}
	return u
}

func platforms(builds []Build) string {
	var names []string
	packed := false
	for _, build := range builds {
		names = append(names, build.OS+"/"+build.Arch)
		packed = packed || build.Zstd != nil
	}
	switch {
	case len(names) == 0:
		return "no platform: build it with `make build`"
	case !packed:
		return names[0] + " alone, its own; `make build` makes one with all of them"
	}
	return strings.Join(names, " and ")
}

// explain makes the failure of the conversation one for people: what the shell complained of is the best reason there is.
func (c *conversation) explain(err error, process connection.Process) error {
	var known *connection.Unreachable
	if errors.As(err, &known) {
		return err
	}
	u := &connection.Unreachable{Host: c.host, Stage: connection.StageAgent, Err: err}
	complaint := strings.TrimSpace(tail(process.Stderr()) + "\n" + strings.Join(lastOf(c.noise, 3), "\n"))
	switch {
	case complaint != "":
		u.Why = "the agent did not start; the target says: " + strings.Join(strings.Fields(complaint), " ")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		u.Why, u.Retry = "the connection ended before the agent had started", true
	default:
		u.Why = "the agent did not start: " + err.Error()
	}
	u.Hint = "can this login run /bin/sh? With shells for other uses (rbash, git-shell, sftp only) it cannot be managed"
	return u
}

func lastOf(lines []string, n int) []string { return lines[max(0, len(lines)-n):] }

// tail reads what a stream has, up to a screenful, without waiting for long.
func tail(stream io.Reader) string {
	got := make(chan []byte, 1)
	go func() {
		buffer, _ := io.ReadAll(io.LimitReader(stream, 4<<10))
		got <- buffer
	}()
	select {
	case text := <-got:
		return string(text)
	case <-time.After(300 * time.Millisecond):
		return ""
	}
}
