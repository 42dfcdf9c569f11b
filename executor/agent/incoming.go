package agent

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync"

	"pylint-deploy/executor/agent/wire"
)

// window is how much of a stream may be under way: enough for 20 MB/s at a round trip of 50 ms.
const window = 1 << 20

// incoming is a blob on its way from the controller, as the reader of its content. One goroutine reads.
type incoming struct {
	server *Server
	id     uint32
	ctx    context.Context
	want   string
	sum    hash.Hash

	mu      sync.Mutex
	pieces  [][]byte
	end     error // io.EOF or why there is no more; nil while there may be
	arrived chan struct{}
	spent   int // read since credit was last given
}

// OpenBlob asks for a blob on behalf of a batch. The content is checked against its hash: the last Read fails if it is
// another, so that nothing wrong is ever renamed into place.
func (b *batch) OpenBlob(sum string) (io.ReadCloser, error) {
	s := b.server
	want := sum
	if strings.HasPrefix(sum, programPrefix) {
		want = "" // a program is checked once it is unpacked, by the script that starts it
	}
	stream := &incoming{server: s, ctx: b.ctx, want: want, sum: sha256.New(), arrived: make(chan struct{}, 1)}
	s.mu.Lock()
	s.lastStream++
	stream.id = s.lastStream
	s.streams[stream.id] = stream
	s.mu.Unlock()
	if err := s.out.Send(wire.KindNeed, stream.id, wire.Need{Batch: b.id, SHA256: sum, Credit: window}); err != nil {
		stream.Close()
		return nil, err
	}
	return stream, nil
}

// take is called by the server's reader.
func (in *incoming) take(frame wire.Frame) {
	in.mu.Lock()
	defer in.mu.Unlock()
	switch {
	case in.end != nil:
	case frame.Kind == wire.KindData:
		in.pieces = append(in.pieces, frame.Payload)
	case len(frame.Payload) > 0:
		in.end = fmt.Errorf("content from the controller: %s", frame.Payload)
	default:
		in.end = io.EOF
	}
	in.wake()
}

func (in *incoming) wake() {
	select {
	case in.arrived <- struct{}{}:
	default:
	}
}

func (in *incoming) Read(p []byte) (int, error) {
	for {
		n, err := in.next(p)
		if n > 0 {
			return n, in.grant(n)
		}
		if err != nil {
			return 0, err
		}
		select {
		case <-in.arrived:
		case <-in.ctx.Done():
			return 0, in.ctx.Err()
		}
	}
}

// next takes what has arrived.
func (in *incoming) next(p []byte) (int, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.pieces) == 0 {
		if in.end == io.EOF && in.want != "" && hex.EncodeToString(in.sum.Sum(nil)) != in.want {
			return 0, errors.New("content from the controller: it changed while it was sent")
		}
		return 0, in.end
	}
	n := copy(p, in.pieces[0])
	in.sum.Write(p[:n])
	if in.pieces[0] = in.pieces[0][n:]; len(in.pieces[0]) == 0 {
		in.pieces = in.pieces[1:]
	}
	return n, nil
}

// grant gives back what was read, in halves of the window.
func (in *incoming) grant(n int) error {
	in.mu.Lock()
	in.spent += n
	give := in.spent
	if give < window/2 || in.end != nil {
		give = 0
	} else {
		in.spent = 0
	}
	in.mu.Unlock()
	if give == 0 {
		return nil
	}
	return in.server.out.Write(wire.Frame{Kind: wire.KindMore, ID: in.id,
		Payload: binary.BigEndian.AppendUint32(nil, uint32(give))})
}

// Close gives up what has not been read.
func (in *incoming) Close() error {
	in.server.mu.Lock()
	delete(in.server.streams, in.id)
	in.server.mu.Unlock()
	in.mu.Lock()
	over := in.end != nil
	in.end, in.pieces = errClosed, nil
	in.mu.Unlock()
	if over {
		return nil
	}
	return in.server.out.Write(wire.Frame{Kind: wire.KindDrop, ID: in.id})
}

var errClosed = errors.New("content from the controller: closed")
