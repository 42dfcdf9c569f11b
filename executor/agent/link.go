package agent

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
)

const (
	// keepalive is how often the controller is heard, and hears the agent; after deafFor of them one takes the other for gone.
	keepalive = 15 * time.Second
	deafFor   = 8
	// cancelGrace is how long a cancelled call may take to stop before Do returns without its reply.
	cancelGrace = 10 * time.Second
)

// link is the driving side of the frames: the controller's, and a login agent's towards a child.
type link struct {
	process connection.Process
	host    string
	hello   wire.Hello
	out     *wire.Writer

	mu      sync.Mutex
	batches map[uint32]*pending
	streams map[uint32]*outgoing
	last    uint32
	err     error         // why there is nothing to hear any more
	gone    chan struct{} // closed with err set
	heard   time.Time
	beat    *time.Timer
	closed  bool
}

// pending is a batch whose replies are awaited.
type pending struct {
	replies chan wire.Reply // has room for all replies; closed by the batch's end
	blobs   BlobSource
}

// newLink is the link over process, to an agent that has yet to greet.
func newLink(host string, process connection.Process) *link {
	return &link{
		process: process, host: host, out: wire.NewWriter(process.Stdin()),
		batches: map[uint32]*pending{}, streams: map[uint32]*outgoing{},
		gone: make(chan struct{}), heard: time.Now(),
	}
}

// ourHello is the controller's greeting.
var ourHello = wire.Hello{Protocol: wire.Version, KeepaliveMS: keepalive.Milliseconds()}

// meet takes the agent's greeting, which it reads by way of in, and answers it unless that was done ahead.
func (l *link) meet(in *bufio.Reader, answered bool) error {
	reader := wire.NewReader(in)
	frame, err := reader.Next()
	if err == nil && frame.Kind != wire.KindHello {
		err = fmt.Errorf("%w: kind %d instead of a greeting", wire.ErrFrame, frame.Kind)
	}
	if err == nil {
		err = wire.Decode(frame.Payload, &l.hello)
	}
	if err == nil && l.hello.Protocol != wire.Version {
		err = fmt.Errorf("the agent speaks version %d, this program version %d", l.hello.Protocol, wire.Version)
	}
	if err == nil && !answered {
		err = l.out.Send(wire.KindHello, 0, ourHello)
	}
	if err != nil {
		return err
	}
	go l.listen(reader)
	l.mu.Lock()
	l.beat = time.AfterFunc(keepalive, l.ping)
	l.mu.Unlock()
	return nil
}

// Do is described at Client.
func (l *link) Do(ctx context.Context, calls []wire.Call, blobs BlobSource, each func(wire.Reply)) error {
	if len(calls) == 0 {
		return nil
	}
	payload, err := wire.Encode(calls)
	if err != nil {
		return err
	}
	id, batch, err := l.open(len(calls), blobs)
	if err != nil {
		return err
	}
	if err := l.out.Write(wire.Frame{Kind: wire.KindBatch, ID: id, Payload: payload}); err != nil {
		l.forget(id)
		return l.lost(err)
	}
	return l.await(ctx, id, batch, each)
}

func (l *link) open(size int, blobs BlobSource) (uint32, *pending, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return 0, nil, l.err
	}
	l.last++
	batch := &pending{replies: make(chan wire.Reply, size), blobs: blobs}
	l.batches[l.last] = batch
	return l.last, batch, nil
}

func (l *link) forget(id uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.batches, id)
}

// await hands out replies until the batch ends, the connection breaks, or ctx does and the agent has stopped the batch.
func (l *link) await(ctx context.Context, id uint32, batch *pending, each func(wire.Reply)) error {
	cancelled := ctx.Done()
	var patience <-chan time.Time
	for {
		select {
		case reply, more := <-batch.replies:
			if !more {
				return ctx.Err()
			}
			each(reply)
		case <-cancelled:
			cancelled, patience = nil, time.After(cancelGrace)
			if err := l.out.Write(wire.Frame{Kind: wire.KindCancel, ID: id}); err != nil {
				l.forget(id)
				return ctx.Err()
			}
		case <-patience:
			l.forget(id)
			return ctx.Err()
		case <-l.gone:
			return l.drain(batch, each)
		}
	}
}

// drain hands out what had arrived before the connection broke.
func (l *link) drain(batch *pending, each func(wire.Reply)) error {
	for {
		select {
		case reply, more := <-batch.replies:
			if !more {
				return nil
			}
			each(reply)
		default:
			return l.err
		}
	}
}

// listen reads frames until there are no more.
func (l *link) listen(reader *wire.Reader) {
	for {
		frame, err := reader.Next()
		if err == nil {
			err = l.take(frame)
		}
		if err != nil {
			l.fail(err)
			return
		}
	}
}

func (l *link) take(frame wire.Frame) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = time.Now()
	switch frame.Kind {
	case wire.KindReply:
		return l.takeReply(frame)
	case wire.KindDone:
		if batch := l.batches[frame.ID]; batch != nil {
			delete(l.batches, frame.ID)
			close(batch.replies)
		}
	case wire.KindNeed:
		return l.takeNeed(frame)
	case wire.KindMore, wire.KindDrop:
		if stream := l.streams[frame.ID]; stream != nil {
			return stream.take(frame)
		}
	case wire.KindBye:
		return fmt.Errorf("the agent ended: %s", frame.Payload)
	case wire.KindPong:
	default:
		return fmt.Errorf("%w: kind %d from an agent", wire.ErrFrame, frame.Kind)
	}
	return nil
}

func (l *link) takeReply(frame wire.Frame) error {
	var reply wire.Reply
	if err := wire.Decode(frame.Payload, &reply); err != nil {
		return err
	}
	batch := l.batches[frame.ID]
	if batch == nil {
		return nil // given up meanwhile
	}
	select {
	case batch.replies <- reply:
		return nil
	default:
		return fmt.Errorf("%w: more replies than calls", wire.ErrFrame)
	}
}

// ping keeps both sides sure of each other. A connection without an answer for long is closed, which ends listen.
func (l *link) ping() {
	l.mu.Lock()
	silent := time.Since(l.heard)
	over := l.closed || l.err != nil
	l.mu.Unlock()
	if over {
		return
	}
	if silent > deafFor*keepalive {
		l.fail(fmt.Errorf("no answer for %s", silent.Round(time.Second)))
		l.process.Close()
		return
	}
	l.out.Write(wire.Frame{Kind: wire.KindPing})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.beat.Reset(keepalive)
}

// fail ends everything that waits.
func (l *link) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return
	}
	l.err = l.lost(err)
	for _, stream := range l.streams {
		stream.drop()
	}
	close(l.gone)
}

// lost says that the connection broke, and why.
func (l *link) lost(err error) error {
	why := "the connection was lost"
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		why += ": the agent on the target ended or was cut off"
	default:
		why += ": " + err.Error()
	}
	return &connection.Unreachable{Host: l.host, Stage: connection.StageLost, Why: why, Retry: true, Err: err,
		Hint: "what ran at that moment was stopped on the target; run again to see where it stands"}
}

// alive tells that the agent may still be talked to.
func (l *link) alive() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err == nil && !l.closed
}

// isBusy tells that replies are awaited.
func (l *link) isBusy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.batches) > 0
}

// Close ends the agent by the end of its input, and the process if that is not enough.
func (l *link) Close() error {
	l.mu.Lock()
	first, met := !l.closed, l.beat != nil
	l.closed = true
	if met {
		l.beat.Stop()
	}
	l.mu.Unlock()
	if !first {
		return nil
	}
	if !met {
		return l.process.Close()
	}
	l.process.Stdin().Close()
	select {
	case <-l.gone:
	case <-time.After(closeGrace):
	}
	return l.process.Close()
}

// closeGrace is how long an agent may take to stop what it runs once its input has ended.
const closeGrace = 3 * time.Second
