package connection

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// Spawn starts a program of this machine as a Process: a shell for local connections, the ssh program, sudo. The program
// leads a process group or session of its own, whichever cmd.SysProcAttr asks for; Close ends all of it.
func Spawn(cmd *exec.Cmd) (Process, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	}
	// The pipes are ours, not those of os/exec, whose Wait would close them under a reader.
	p := &spawned{cmd: cmd}
	ends := make([]*os.File, 0, 3)
	closeAll := func(files ...*os.File) {
		for _, file := range files {
			file.Close()
		}
	}
	for _, pipe := range []struct {
		in, out **os.File
		child   func(*os.File)
		reads   bool // the child reads
	}{
		{nil, &p.stdin, func(f *os.File) { cmd.Stdin = f }, true},
		{&p.stdout, nil, func(f *os.File) { cmd.Stdout = f }, false},
		{&p.stderr, nil, func(f *os.File) { cmd.Stderr = f }, false},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(ends...)
			return nil, err
		}
		if pipe.reads {
			*pipe.out, ends = w, append(ends, r)
			pipe.child(r)
		} else {
			*pipe.in, ends = r, append(ends, w)
			pipe.child(w)
		}
	}
	err := cmd.Start()
	closeAll(ends...)
	if err != nil {
		closeAll(p.stdin, p.stdout, p.stderr)
		return nil, err
	}
	p.wait = sync.OnceValues(p.reap)
	return p, nil
}

type spawned struct {
	cmd                   *exec.Cmd
	stdin, stdout, stderr *os.File
	wait                  func() (int, error)
	closing               sync.Once
}

func (p *spawned) Stdin() io.WriteCloser { return p.stdin }
func (p *spawned) Stdout() io.Reader     { return p.stdout }
func (p *spawned) Stderr() io.Reader     { return p.stderr }
func (p *spawned) Wait() (int, error)    { return p.wait() }

func (p *spawned) reap() (int, error) {
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return p.cmd.ProcessState.ExitCode(), nil
}

// Close ends the group. A program under sudo is out of reach of signals and ends with its input.
func (p *spawned) Close() error {
	p.closing.Do(func() {
		p.stdin.Close()
		syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM)
		go func() {
			p.wait()
			p.stdout.Close()
			p.stderr.Close()
		}()
	})
	return nil
}
