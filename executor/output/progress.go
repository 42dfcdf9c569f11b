package output

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"pylint-deploy/executor/event"
)

// Progress is the line at the bottom of a terminal that tells what a run waits for: it appears when nothing was written for a
// while, and is gone before anything else is. It is the writer of the terminal, so that nobody writes past it, and a sink.
type Progress struct {
	out   io.Writer
	width int
	now   func() time.Time
	done  chan struct{}

	mu      sync.Mutex
	shown   bool // the line is on the screen
	middle  bool // the last thing that was written ended in the middle of a line: a question
	quiet   time.Time
	hosts   int // of the play
	lost    map[string]bool
	running map[string]runningTask
	ended   map[int]int // hosts by task
}

type runningTask struct {
	task  *event.Task
	since time.Time
}

const (
	progressDelay = time.Second // without output, before the line appears
	progressPace  = 500 * time.Millisecond
	// progressNames is how many of the hosts that are waited for are named.
	progressNames = 4
)

// NewProgress shows progress on a terminal until Close.
func NewProgress(out io.Writer, width int, now func() time.Time) *Progress {
	p := newProgress(out, width, now)
	go func() {
		tick := time.NewTicker(progressPace)
		defer tick.Stop()
		for {
			select {
			case <-p.done:
				return
			case <-tick.C:
				p.draw()
			}
		}
	}()
	return p
}

func newProgress(out io.Writer, width int, now func() time.Time) *Progress {
	if now == nil {
		now = time.Now
	}
	return &Progress{out: out, width: width, now: now, done: make(chan struct{}), quiet: now(), lost: map[string]bool{}, running: map[string]runningTask{}, ended: map[int]int{}}
}

// Write implements io.Writer: the line makes room for what is written.
func (p *Progress) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	if len(text) > 0 {
		p.middle = text[len(text)-1] != '\n'
	}
	p.quiet = p.now()
	return p.out.Write(text)
}

// Beside is a writer for something else that ends up on the same terminal.
func (p *Progress) Beside(w io.Writer) io.Writer { return beside{p, w} }

type beside struct {
	p *Progress
	w io.Writer
}

// Write implements io.Writer.
func (b beside) Write(text []byte) (int, error) {
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	b.p.wipe()
	b.p.quiet = b.p.now()
	return b.w.Write(text)
}

// Emit implements event.Sink.
func (p *Progress) Emit(e event.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := e.(type) {
	case event.PlayStart:
		p.hosts = len(e.Hosts)
		clear(p.running)
		clear(p.ended)
	case event.HostStart:
		p.running[e.Host] = runningTask{e.Task, e.Time}
	case event.Result:
		delete(p.running, e.Host)
		p.ended[e.Task.ID]++
		if !e.Ignored && (e.Status == event.Failed || e.Status == event.Unreachable) {
			p.lost[e.Host] = true
		}
	}
}

// Close takes the line away for good.
func (p *Progress) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.done:
	default:
		close(p.done)
	}
	p.wipe()
	return nil
}

func (p *Progress) wipe() {
	if p.shown {
		io.WriteString(p.out, "\r\x1b[K")
		p.shown = false
	}
}

// draw shows the line, where there is something to say and nobody is asked anything.
func (p *Progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.done:
		return
	default:
	}
	if p.middle || len(p.running) == 0 || p.now().Sub(p.quiet) < progressDelay {
		return
	}
	line := []rune(p.line())
	if len(line) >= p.width {
		line = append(line[:max(p.width-2, 0)], '…')
	}
	fmt.Fprintf(p.out, "\r\x1b[K%s", string(line))
	p.shown = true
}

// line is about the task that is waited for longest.
func (p *Progress) line() string {
	var oldest runningTask
	for _, r := range p.running {
		if oldest.task == nil || r.since.Before(oldest.since) {
			oldest = r
		}
	}
	var hosts []string
	for host, r := range p.running {
		if r.task.ID == oldest.task.ID {
			hosts = append(hosts, host)
		}
	}
	slices.Sort(hosts)
	names := strings.Join(hosts[:min(len(hosts), progressNames)], ", ")
	if more := len(hosts) - progressNames; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	count := ""
	if p.hosts > 1 {
		count = fmt.Sprintf("%d of %d hosts done, ", p.ended[oldest.task.ID], max(p.hosts-len(p.lost), p.ended[oldest.task.ID]))
	}
	return fmt.Sprintf("%s: %swaiting for %s, %s", oldest.task.Name, count, names, p.now().Sub(oldest.since).Round(time.Second))
}
