package agent

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"pylint-deploy/executor/agent/wire"
)

// outgoing is a blob on its way to the agent that asked for it. The agent grants credit, so that a slow disk over there
// holds up this stream alone and not the frames of others.
type outgoing struct {
	id     uint32
	out    *wire.Writer
	mu     sync.Mutex
	change *sync.Cond
	credit int
	gone   bool
}

// takeNeed starts a stream. The caller holds l.mu.
func (l *link) takeNeed(frame wire.Frame) error {
	var need wire.Need
	if err := wire.Decode(frame.Payload, &need); err != nil {
		return err
	}
	if l.streams[frame.ID] != nil {
		return fmt.Errorf("%w: stream %d is there already", wire.ErrFrame, frame.ID)
	}
	stream := &outgoing{id: frame.ID, out: l.out, credit: int(need.Credit)}
	stream.change = sync.NewCond(&stream.mu)
	l.streams[frame.ID] = stream
	var blobs BlobSource
	if batch := l.batches[need.Batch]; batch != nil {
		blobs = batch.blobs
	}
	go func() {
		stream.send(blobs, need.SHA256)
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.streams, frame.ID)
	}()
	return nil
}

// take handles what the agent says of the stream.
func (o *outgoing) take(frame wire.Frame) error {
	if frame.Kind == wire.KindDrop {
		o.drop()
		return nil
	}
	if len(frame.Payload) != 4 {
		return fmt.Errorf("%w: a credit of %d bytes", wire.ErrFrame, len(frame.Payload))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.credit += int(binary.BigEndian.Uint32(frame.Payload))
	o.change.Signal()
	return nil
}

func (o *outgoing) drop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gone = true
	o.change.Signal()
}

// grant waits until something may be sent; 0 means that nothing is wanted any more.
func (o *outgoing) grant() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.credit == 0 && !o.gone {
		o.change.Wait()
	}
	if o.gone {
		return 0
	}
	n := min(o.credit, wire.MaxData)
	o.credit -= n
	return n
}

// send sends the content and its end. Without the content, the end carries the reason.
func (o *outgoing) send(blobs BlobSource, sha256 string) {
	reason := ""
	if err := o.copy(blobs, sha256); err != nil {
		reason = err.Error()
	}
	o.out.Write(wire.Frame{Kind: wire.KindEnd, ID: o.id, Payload: []byte(reason)})
}

var errNoBlobs = errors.New("the content was not offered to this call")

func (o *outgoing) copy(blobs BlobSource, sha256 string) error {
	if blobs == nil {
		return errNoBlobs
	}
	content, err := blobs.OpenBlob(sha256)
	if err != nil {
		return err
	}
	defer content.Close()
	piece := make([]byte, wire.MaxData)
	for {
		n := o.grant()
		if n == 0 {
			return context.Canceled
		}
		read, err := io.ReadFull(content, piece[:n])
		if read > 0 {
			if err := o.out.Write(wire.Frame{Kind: wire.KindData, ID: o.id, Payload: piece[:read]}); err != nil {
				return err
			}
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			return nil
		default:
			return err
		}
	}
}
