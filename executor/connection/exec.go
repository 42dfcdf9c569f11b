package connection

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
)

// maxOutput bounds what Exec keeps of each stream, so that a command that prints without end cannot fill the memory.
const maxOutput = 64 << 20

// Exec runs a command to its end with stdin (nil: none) as its input, as the raw module does. A command that ran and
// failed is no error: look at Output.RC. Cancelling ctx gives the command up.
func Exec(ctx context.Context, conn Conn, command string, stdin io.Reader) (Output, error) {
	process, err := conn.Start(ctx, command)
	if err != nil {
		return Output{}, err
	}
	if c, ok := conn.(Foresight); ok { // who runs one command mostly runs another
		c.Foresee(1)
	}
	stop := context.AfterFunc(ctx, func() { process.Close() })
	defer stop()
	go feed(process.Stdin(), stdin)
	stdout, stderr := limited{max: maxOutput}, limited{max: maxOutput}
	var both sync.WaitGroup
	both.Go(func() { io.Copy(&stderr, process.Stderr()) })
	both.Go(func() { io.Copy(&stdout, process.Stdout()) })
	both.Wait()
	rc, err := process.Wait()
	if ctx.Err() != nil {
		return Output{}, fmt.Errorf("run a command: %w", ctx.Err())
	}
	return Output{RC: rc, Stdout: stdout.Bytes(), Stderr: stderr.Bytes()}, err
}

func feed(to io.WriteCloser, from io.Reader) {
	if from != nil {
		io.Copy(to, from) // a command that does not want its input closes it
	}
	to.Close()
}

// limited is a buffer that takes everything and keeps the first max bytes.
type limited struct {
	bytes.Buffer
	max int
}

func (l *limited) Write(p []byte) (int, error) {
	if room := l.max - l.Len(); room < len(p) {
		l.Buffer.Write(p[:max(room, 0)])
		return len(p), nil
	}
	return l.Buffer.Write(p)
}
