package agent

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"runtime"
)

// inProcess is an agent of this process: the same server and frames, over pipes in memory.
func inProcess(ctx context.Context, options Options) (Client, error) {
	toAgent, fromUs := io.Pipe()
	toUs, fromAgent := io.Pipe()
	server := &Server{Modules: options.Modules, Host: options.Host, Dir: options.WorkDir}
	server.Self = func() (Build, error) {
		for _, build := range options.Builds.Known() {
			if build.OS == runtime.GOOS && build.Arch == runtime.GOARCH {
				return build, nil
			}
		}
		return Build{}, fmt.Errorf("there is no agent for %s/%s, which a change of user needs", runtime.GOOS, runtime.GOARCH)
	}
	process := &insider{stdin: fromUs, stdout: toUs, ended: make(chan error, 1)}
	// The agent lives until its input ends, not only as long as the connecting context.
	go func() {
		err := server.Serve(context.WithoutCancel(ctx), toAgent, fromAgent)
		toAgent.Close()
		fromAgent.Close()
		process.ended <- err
	}()
	l := newLink(options.Host, process)
	if err := l.meet(bufio.NewReader(toUs), false); err != nil {
		return nil, err
	}
	return &remote{link: l, builds: options.Builds, whole: true}, nil
}

// insider is the Process of an agent within this process.
type insider struct {
	stdin  *io.PipeWriter
	stdout *io.PipeReader
	ended  chan error
}

func (p *insider) Stdin() io.WriteCloser { return p.stdin }
func (p *insider) Stdout() io.Reader     { return p.stdout }
func (p *insider) Stderr() io.Reader     { return eof{} }
func (p *insider) Wait() (int, error)    { return 0, <-p.ended }
func (p *insider) Close() error          { p.stdin.Close(); return p.stdout.Close() }

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }
