package launch

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"pylint-deploy/executor/action"
)

// keyboard is the terminal while single keys are read from it.
type keyboard struct {
	in     *os.File
	out    io.Writer
	typed  *bufio.Reader
	before *unix.Termios
}

// Keyboard implements action.Console. Ends of line are still made whole on output, and what was typed before counts for nothing.
func (c *console) Keyboard() (action.Keyboard, error) {
	fd := int(c.in.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return nil, fmt.Errorf("cannot read the settings of the terminal: %w", err)
	}
	single := *before
	single.Lflag &^= unix.ICANON | unix.ECHO | unix.ISIG | unix.IEXTEN
	single.Iflag &^= unix.ICRNL | unix.IXON
	single.Cc[unix.VMIN], single.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(fd, setTermiosAndFlush, &single); err != nil {
		return nil, fmt.Errorf("cannot have single keys from the terminal: %w", err)
	}
	c.buf.Reset(c.in)
	return &keyboard{in: c.in, out: c.out, typed: c.buf, before: before}, nil
}

// Show implements action.Keyboard.
func (k *keyboard) Show(text string) { io.WriteString(k.out, text) }

// Close implements action.Keyboard.
func (k *keyboard) Close() error {
	return unix.IoctlSetTermios(int(k.in.Fd()), setTermios, k.before)
}

// glance is how long a wait for a key lasts until it is looked whether it is still wanted.
const glance = 100 * time.Millisecond

// Key implements action.Keyboard.
func (k *keyboard) Key(ctx context.Context, wait time.Duration) (rune, error) {
	end := time.Now().Add(wait)
	for k.typed.Buffered() == 0 {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		left := glance
		if wait > 0 {
			if left = min(left, time.Until(end)); left <= 0 {
				return 0, action.ErrNoKey
			}
		}
		fds := []unix.PollFd{{Fd: int32(k.in.Fd()), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, int(left/time.Millisecond)+1)
		if err != nil && err != unix.EINTR {
			return 0, fmt.Errorf("waiting for a key: %w", err)
		}
		if n > 0 {
			break
		}
	}
	key, _, err := k.typed.ReadRune()
	return key, err
}
