package launch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"pylint-deploy/parser/vars"
)

// console asks the user on the terminal, one question at a time. It is the action.Console, the connection.Prompter and the
// prompt for vault passwords.
type console struct {
	in  *os.File
	out io.Writer
	mu  sync.Mutex
	buf *bufio.Reader
}

func newConsole(in *os.File, out io.Writer) *console {
	return &console{in: in, out: out, buf: bufio.NewReader(in)}
}

// Interactive implements action.Console. A terminal that belongs to another job, as when this one was started with "&", has
// nobody who answers.
func (c *console) Interactive() bool {
	if c.in == nil || !term.IsTerminal(int(c.in.Fd())) {
		return false
	}
	owner, err := unix.IoctlGetInt(int(c.in.Fd()), unix.TIOCGPGRP)
	return err != nil || owner == unix.Getpgrp()
}

// Ask implements action.Console.
func (c *console) Ask(ctx context.Context, prompt string, echo bool, timeout time.Duration) (string, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprint(c.out, prompt)
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	type answer struct {
		text string
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		text, err := c.read(echo)
		done <- answer{text, err}
	}()
	select {
	case a := <-done:
		return a.text, false, a.err
	case <-ctx.Done():
		return "", timeout > 0 && errors.Is(ctx.Err(), context.DeadlineExceeded), ctx.Err()
	}
}

func (c *console) read(echo bool) (string, error) {
	if !echo && c.Interactive() {
		text, err := term.ReadPassword(int(c.in.Fd()))
		fmt.Fprintln(c.out)
		return string(text), err
	}
	line, err := c.buf.ReadString('\n')
	if err != nil && line == "" {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// Secret implements connection.Prompter.
func (c *console) Secret(ctx context.Context, question string) (string, error) {
	if !c.Interactive() {
		return "", errors.New("nobody can be asked: there is no terminal")
	}
	text, _, err := c.Ask(ctx, question, false, 0)
	return text, err
}

// Confirm implements connection.Prompter.
func (c *console) Confirm(ctx context.Context, question string) (bool, error) {
	if !c.Interactive() {
		return false, errors.New("nobody can be asked: there is no terminal")
	}
	text, _, err := c.Ask(ctx, question, true, 0)
	return strings.EqualFold(text, "yes") || strings.EqualFold(text, "y"), err
}

// vault is the vars.Prompt.
func (c *console) vault(label string, confirm bool) ([]byte, error) {
	for {
		text, err := c.secret(label)
		if err != nil || !confirm {
			return []byte(text), err
		}
		again, err := c.secret(vars.Again(label))
		if err != nil || text == again {
			return []byte(text), err
		}
		fmt.Fprintln(c.out, "the passwords do not match")
	}
}

// secret asks for a password: without a terminal it is a line of standard input, as with Python's getpass.
func (c *console) secret(label string) (string, error) {
	text, _, err := c.Ask(context.Background(), label, false, 0)
	if errors.Is(err, io.EOF) {
		return "", fmt.Errorf("nobody answers %q: there is no terminal, and nothing on standard input", strings.TrimSpace(label))
	}
	return text, err
}

// once asks for a password when it is first needed and remembers it.
func (c *console) once(question string) func(context.Context) (string, error) {
	var mu sync.Mutex
	var text string
	var asked bool
	return func(ctx context.Context) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		if asked {
			return text, nil
		}
		answer, _, err := c.Ask(ctx, question, false, 0)
		if err != nil {
			return "", fmt.Errorf("asking for a password: %w", err)
		}
		text, asked = answer, true
		return text, nil
	}
}
