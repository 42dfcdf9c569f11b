package agent

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/module/regexp"
)

// way is one way to another user: the program that changes the user, and what it says.
type way struct {
	method   string
	user     string
	argv     func(place placement) []string
	prompt   string // what the program was told to print before it reads a password; "" is whatever ends with a colon
	terminal bool   // it asks on the terminal, not on standard error
	password string
	dir      string // where the program starts; "" is our own directory
}

var (
	errWrongPassword = errors.New("incorrect password")
	errNoTerminal    = errors.New("a terminal is required")
)

// BecomeMethods are the ways that there are.
var BecomeMethods = []string{"sudo", "su", "doas"}

// CommandLine is how another user is reached without a password, for people who look on: the program, its flags, and a word
// in the place of what is run.
func CommandLine(method, exe, flags, user string) string {
	w, err := wayOf(childKey{user: user, method: method, exe: exe, flags: flags}, "")
	if err != nil {
		return method
	}
	line := w.argv(placement{})
	line[len(line)-1] = "AGENT"
	return strings.Join(line, " ")
}

// wayOf finds the way for a key. Flags and their defaults are those of Ansible's become plugins.
func wayOf(key childKey, password string) (*way, error) {
	w := &way{method: key.method, user: key.user, password: password}
	if w.method == "" {
		w.method = "sudo"
	}
	exe := key.exe
	if exe == "" {
		exe = w.method
	}
	flags := strings.Fields(key.flags)
	switch w.method {
	case "sudo":
		if key.flags == "" {
			flags = []string{"-H", "-S", "-n"}
		}
		if password != "" {
			w.prompt = "[sudo via pylint-deploy, key=" + rand.Text() + "] password:"
			flags = append(slices.DeleteFunc(flags, func(f string) bool { return f == "-n" }), "-p", w.prompt)
			if !slices.Contains(flags, "-S") {
				flags = append(flags, "-S")
			}
		}
		w.argv = func(p placement) []string {
			return slices.Concat([]string{exe}, flags, []string{"-u", key.user, "/bin/sh", "-c", p.text()})
		}
	case "su":
		w.argv = func(p placement) []string {
			return slices.Concat([]string{exe}, flags, []string{key.user, "-c", p.command()})
		}
	case "doas":
		w.terminal = true
		if password == "" && !slices.Contains(flags, "-n") {
			flags = append(flags, "-n")
		}
		w.argv = func(p placement) []string {
			return slices.Concat([]string{exe}, flags, []string{"-u", key.user, "/bin/sh", "-c", p.text()})
		}
	default:
		return nil, fmt.Errorf("become method %s is not supported, only %s are", w.method, strings.Join(BecomeMethods, ", "))
	}
	return w, nil
}

// start goes the way. A program that insists on a terminal gets one at the second try; its standard streams stay pipes,
// so that frames pass unchanged.
func (w *way) start(ctx context.Context, build Build, host string) (*link, error) {
	l, err := w.try(ctx, build, host, w.terminal)
	if errors.Is(err, errNoTerminal) && !w.terminal {
		l, err = w.try(ctx, build, host, true)
	}
	return l, err
}

func (w *way) try(ctx context.Context, build Build, host string, terminal bool) (*link, error) {
	place := newPlacement(build)
	place.prelude = unsetLocale()
	if terminal {
		place.prelude += "exec 3>&-; "
	}
	argv := w.argv(place)
	cmd := exec.Command(argv[0], argv[1:]...)
	if cmd.Err != nil {
		return nil, w.missing(argv[0])
	}
	cmd.Env, cmd.Dir = append(os.Environ(), "LC_ALL=C"), w.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	asked := &asker{way: w, drained: make(chan struct{})}
	if terminal {
		master, slave, err := connection.OpenTerminal()
		if err != nil {
			return nil, fmt.Errorf("open a terminal for %s: %w", w.method, err)
		}
		defer slave.Close()
		cmd.ExtraFiles = []*os.File{slave}
		cmd.SysProcAttr.Setctty, cmd.SysProcAttr.Ctty = true, 3
		asked.terminal = master
	}
	process, err := connection.Spawn(cmd)
	if err != nil {
		asked.close()
		if errors.Is(err, fs.ErrNotExist) {
			return nil, w.missing(argv[0])
		}
		return nil, fmt.Errorf("start %s: %w", w.method, err)
	}
	asked.Process = process
	asked.listen()
	l := newLink(host, asked)
	if err := greet(ctx, l, place, Options{Host: host}, nil, asked.pass); err != nil {
		asked.Close()
		return nil, w.explain(asked, err)
	}
	return l, nil
}

func (w *way) missing(program string) error {
	return fmt.Errorf("%s is not installed on the target, and becoming %s needs it (become_method: %s)", program, w.user, w.method)
}

// unsetLocale undoes, on the other side, the LC_ALL=C that makes the program's complaints readable for us.
func unsetLocale() string {
	if locale, set := os.LookupEnv("LC_ALL"); set && regexp.MustCompile(`^[A-Za-z0-9_.@-]+$`).MatchString(locale) {
		return "LC_ALL=" + locale + "; export LC_ALL; "
	}
	return "unset LC_ALL; "
}

// complaints map what the programs say to what it means, in the words of Ansible's become plugins.
var complaints = []struct{ text, means string }{
	{"sorry, try again", "Incorrect %s password"},
	{"incorrect password attempt", "Incorrect %s password"},
	{"authentication failure", "Incorrect %s password"},
	{"authentication failed", "Incorrect %s password"},
	{"doas: authorization required", "Missing %s password"},
	{"authorization failed", "Incorrect %s password"},
	{"a password is required", "Missing %s password"},
	{"no password was provided", "Missing %s password"},
	{"a terminal is required to read the password", "Missing %s password"},
}

// explain makes a failure one for people.
func (w *way) explain(asked *asker, err error) error {
	if asked.isPast() { // it is the agent's own start that failed
		return err
	}
	said := asked.said()
	lower := strings.ToLower(said)
	wrong := fmt.Errorf("Incorrect %s password%w", w.method, quiet{errWrongPassword})
	missing := fmt.Errorf("Missing %s password", w.method)
	switch {
	case asked.refused():
		return wrong
	case asked.unanswered():
		return missing
	case strings.Contains(lower, "must have a tty"), strings.Contains(lower, "must be run from a terminal"):
		return fmt.Errorf("%s%w", said, quiet{errNoTerminal})
	}
	for _, complaint := range complaints {
		if strings.Contains(lower, complaint.text) {
			if strings.HasPrefix(complaint.means, "Incorrect") && w.password != "" {
				return wrong
			}
			return missing
		}
	}
	if said != "" {
		return fmt.Errorf("%s to %s failed: %s", w.method, w.user, said)
	}
	return fmt.Errorf("%s to %s failed: %w", w.method, w.user, err)
}

// quiet is an error that decides and says nothing.
type quiet struct{ error }

func (quiet) Error() string   { return "" }
func (q quiet) Unwrap() error { return q.error }

// asker is a process that may ask for a password before it lets us through.
type asker struct {
	connection.Process
	way      *way
	terminal *os.File

	mu      sync.Mutex
	text    bytes.Buffer // the last of what was said on standard error and the terminal
	seen    int          // how much of text was looked at for prompts
	asks    int
	past    bool
	drained chan struct{} // closed at the end of standard error
}

// maxSaid bounds what is kept of the program's words.
const maxSaid = 4 << 10

func (a *asker) listen() {
	go func() {
		io.Copy(a, a.Process.Stderr())
		close(a.drained)
	}()
	if a.terminal != nil {
		go io.Copy(a, a.terminal)
	}
}

// Write takes what the program says, and answers where that is a question.
func (a *asker) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.text.Len() > maxSaid {
		gone := a.text.Len() - maxSaid/2
		a.text.Next(gone)
		a.seen = max(0, a.seen-gone)
	}
	a.text.Write(p)
	if !a.past && a.isQuestion() {
		a.seen = a.text.Len()
		a.asks++
		if a.asks == 1 && a.way.password != "" {
			a.answer()
		} else {
			go a.Process.Close()
		}
	}
	return len(p), nil
}

func (a *asker) isQuestion() bool {
	fresh := a.text.Bytes()[a.seen:]
	if a.way.prompt != "" {
		return bytes.Contains(fresh, []byte(a.way.prompt))
	}
	if a.way.method == "sudo" {
		return false // it was told not to ask
	}
	last := strings.TrimRight(string(fresh[bytes.LastIndexByte(fresh, '\n')+1:]), " ")
	return strings.HasSuffix(last, ":") || strings.HasSuffix(last, "：")
}

// answer gives the password where it is read: sudo -S and su without a terminal read their standard input.
func (a *asker) answer() {
	secret := []byte(a.way.password + "\n")
	if a.terminal != nil && a.way.method != "sudo" {
		a.terminal.Write(secret)
		return
	}
	a.Process.Stdin().Write(secret)
}

// pass is called when the script speaks: the change of user has worked.
func (a *asker) pass() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.past = true
}

func (a *asker) isPast() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.past
}

func (a *asker) refused() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asks > 1
}

func (a *asker) unanswered() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asks == 1 && a.way.password == ""
}

// said is what the program complained of, on one line and without prompts.
func (a *asker) said() string {
	select {
	case <-a.drained:
	case <-time.After(time.Second):
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	text := a.text.String()
	if a.way.prompt != "" {
		text = strings.ReplaceAll(text, a.way.prompt, "")
	}
	return strings.Join(strings.Fields(text), " ")
}

// Stderr has what was said so far.
func (a *asker) Stderr() io.Reader { return &words{a: a} }

// words are an asker's, asked for when they are read.
type words struct {
	a *asker
	r io.Reader
}

func (w *words) Read(p []byte) (int, error) {
	if w.r == nil {
		w.r = strings.NewReader(w.a.said())
	}
	return w.r.Read(p)
}

func (a *asker) Close() error {
	a.close()
	if a.Process == nil {
		return nil
	}
	return a.Process.Close()
}

func (a *asker) close() {
	if a.terminal != nil {
		a.terminal.Close()
	}
}
