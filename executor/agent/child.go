package agent

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
)

// childKey tells children apart: who runs what, and how it got there.
type childKey struct{ user, method, flags, exe, program string }

// child is another agent that this one has started and to which it passes calls on. It is started once, by the first
// call that needs it.
type child struct {
	start    sync.Mutex
	link     *link
	wrong    error  // a password that was refused is not tried again: that may lock the account
	password string // the one that was refused
}

// relay has a child answer a call.
func (b *batch) relay(call *wire.Call) wire.Reply {
	inner := *call
	inner.Become, inner.Program, inner.If = nil, nil, nil
	if call.Program == nil && sameUser(call.Become) {
		return b.answer(&inner)
	}
	l, err := b.child(call)
	if err != nil {
		return wire.Reply{ID: call.ID, Result: becomeFailed(err)}
	}
	reply := wire.Reply{ID: call.ID, NotRun: true}
	err = l.Do(b.ctx, []wire.Call{inner}, b, func(r wire.Reply) { reply = r })
	switch {
	case err == nil || reply.Result != nil:
	case errors.Is(err, context.Canceled):
		reply.NotRun = true
	default:
		reply = wire.Reply{ID: call.ID, Result: failure("the agent of the become user was lost: " + err.Error())}
	}
	return reply
}

// sameUser tells that the change of user would change nothing. Ansible, too, leaves it out then.
func sameUser(become *wire.Become) bool {
	if become == nil {
		return true
	}
	return userName(os.Getuid()) == userOf(become)
}

// userName is the name of an account of this machine by its passwd file, which is what os/user reads in a program without
// cgo; "" where there is none.
func userName(uid int) string {
	passwd, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return ""
	}
	number := strconv.Itoa(uid)
	for line := range strings.Lines(string(passwd)) {
		if f := strings.Split(line, ":"); len(f) > 2 && f[2] == number {
			return f[0]
		}
	}
	return ""
}

func userOf(become *wire.Become) string {
	if become == nil || become.User == "" {
		return "root"
	}
	return become.User
}

// becomeFailed is the result of a call whose child could not be started.
func becomeFailed(err error) map[string]any {
	var u *connection.Unreachable
	if errors.As(err, &u) {
		return failure(u.Why)
	}
	return failure(err.Error())
}

// child returns the link to the child that can answer a call.
func (b *batch) child(call *wire.Call) (*link, error) {
	key, password := childKey{}, ""
	if !sameUser(call.Become) {
		key = childKey{user: userOf(call.Become), method: call.Become.Method, flags: call.Become.Flags, exe: call.Become.Exe}
		password = call.Become.Password
	}
	if call.Program != nil {
		key.program = call.Program.SHA256
	}
	s := b.server
	s.mu.Lock()
	c := s.children[key]
	if c == nil {
		c = &child{}
		if s.children == nil { // stopping
			s.mu.Unlock()
			return nil, context.Canceled
		}
		s.children[key] = c
	}
	s.mu.Unlock()

	c.start.Lock()
	defer c.start.Unlock()
	if c.link != nil && c.link.alive() {
		return c.link, nil
	}
	if c.wrong != nil && c.password == password {
		return nil, c.wrong
	}
	build, err := b.buildOf(call)
	if err != nil {
		return nil, err
	}
	c.link, err = startChild(b.ctx, key, password, build, s)
	if errors.Is(err, errWrongPassword) {
		c.wrong, c.password = err, password
	}
	return c.link, err
}

// startChild starts an agent as another user, or another program as the same user.
func startChild(ctx context.Context, key childKey, password string, build Build, parent *Server) (*link, error) {
	host := parent.Host
	if key.method == "" && key.user == "" {
		place := newPlacement(build)
		cmd := exec.Command("/bin/sh", "-c", place.text())
		cmd.Dir = parent.Dir
		process, err := connection.Spawn(cmd)
		if err != nil {
			return nil, err
		}
		l := newLink(host, process)
		if err := greet(ctx, l, place, Options{Host: host}, nil, nil); err != nil {
			process.Close()
			return nil, err
		}
		return l, nil
	}
	way, err := wayOf(key, password)
	if err != nil {
		return nil, err
	}
	way.dir = parent.Dir
	return way.start(ctx, build, host)
}

// buildOf is the program that a child runs: this one, or the one that came with the call.
func (b *batch) buildOf(call *wire.Call) (Build, error) {
	if call.Program == nil {
		return b.server.Self()
	}
	in := func(form string) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) { return b.OpenBlob(programPrefix + form + ":" + call.Program.SHA256) }
	}
	return Build{OS: runtime.GOOS, Arch: runtime.GOARCH, SHA256: call.Program.SHA256, Size: call.Program.Size, Open: in("raw"),
		Gzip: func() ([]byte, error) {
			blob, err := in("gzip")()
			if err != nil {
				return nil, err
			}
			defer blob.Close()
			return io.ReadAll(blob)
		}}, nil
}

// RunningProgram is the Build of the very program that runs, read through /proc: it is there even if the file was removed.
func RunningProgram() (Build, error) {
	path, err := RunningPath()
	if err != nil {
		return Build{}, err
	}
	open := func() (io.ReadCloser, error) { return os.Open(path) }
	file, err := open()
	if err != nil {
		return Build{}, fmt.Errorf("read the program that runs: %w", err)
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	if err != nil {
		return Build{}, fmt.Errorf("read the program that runs: %w", err)
	}
	return Build{OS: runtime.GOOS, Arch: runtime.GOARCH, SHA256: hex.EncodeToString(sum.Sum(nil)), Size: size, Open: open}, nil
}

// userModule changes accounts.
const userModule = "ansible.builtin.user"

// letGo ends the children of a user whose account a call is about to change: userdel and usermod refuse an account of
// which something runs. Who becomes that user later gets a new child.
func (s *Server) letGo(call *wire.Call) {
	name, _ := call.Args["name"].(string)
	if call.Module != userModule || call.Check || name == "" {
		return
	}
	var theirs []*child
	s.mu.Lock()
	for key, c := range s.children {
		if key.user == name {
			theirs = append(theirs, c)
			delete(s.children, key)
		}
	}
	s.mu.Unlock()
	for _, c := range theirs {
		c.close()
	}
}

func (c *child) close() {
	c.start.Lock()
	defer c.start.Unlock()
	if c.link != nil {
		c.link.Close()
	}
}

// RunningPath is a path of the program that runs; on Linux one that works after its file was removed or replaced.
func RunningPath() (string, error) {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe", nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find the program that runs: %w", err)
	}
	return path, nil
}
