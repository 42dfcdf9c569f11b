package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Version of the frames and of what they carry. Both sides must have the same; since a controller starts an agent by
// the hash of its content, another version is never met by accident.
const Version = 1

// Kind of a frame.
type Kind byte

// The kinds. C is the controller (or the parent of a child agent), A the agent.
const (
	KindHello  Kind = iota + 1 // both: Hello
	KindBatch                  // C: []Call; the frame's id names the batch from here on
	KindReply                  // A: Reply of one call of the batch
	KindDone                   // A: the batch has all its replies
	KindCancel                 // C: stop the batch: end the running call, do not start the others
	KindNeed                   // A: Need; the frame's id names a new stream
	KindMore                   // A: four bytes: so much more of the stream may be sent
	KindData                   // C: a piece of the stream
	KindEnd                    // C: the stream is complete, or failed for the reason in the payload
	KindDrop                   // A: the rest of the stream is not wanted
	KindPing                   // C: are you there?
	KindPong                   // A: yes
	KindBye                    // A: the reason why the agent ends of its own accord
	kindEnd
)

// Need asks for a blob that the agent was not sent.
type Need struct {
	// Batch is the batch whose call wants it.
	Batch  uint32
	SHA256 string
	// Credit is how many bytes may be sent before KindMore.
	Credit uint32
}

// Frame is one message. Its layout is: length of the rest (4 bytes, big endian), kind (1), id (4), payload.
type Frame struct {
	Kind    Kind
	ID      uint32
	Payload []byte
}

const (
	headerSize = 9
	// MaxPayload bounds batches and replies. What is larger travels as a blob.
	MaxPayload = 64 << 20
	// MaxData bounds the pieces of a stream, so that a frame fits into one SSH packet.
	MaxData = 32<<10 - headerSize
	// smallPayload is what a reader allocates at once on the word of a header alone.
	smallPayload = 64 << 10
)

// ErrFrame is wrapped by every error about bytes that are not a frame: the other side is not an agent or speaks another
// version, or something else wrote into the channel. There is no going on after it.
var ErrFrame = errors.New("not a frame of this protocol")

// Reader reads frames. It is for one goroutine.
type Reader struct{ in *bufio.Reader }

// NewReader reads frames from in.
func NewReader(in io.Reader) *Reader { return &Reader{bufio.NewReaderSize(in, 4<<10)} }

// Next returns the next frame. io.EOF is the end between two frames; an end within one is io.ErrUnexpectedEOF.
func (r *Reader) Next() (Frame, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r.in, header[:]); err != nil {
		return Frame{}, err
	}
	frame := Frame{Kind: Kind(header[4]), ID: binary.BigEndian.Uint32(header[5:])}
	length := binary.BigEndian.Uint32(header[:])
	if length < headerSize-4 || length-(headerSize-4) > MaxPayload {
		return Frame{}, fmt.Errorf("%w: length %d", ErrFrame, length)
	}
	if frame.Kind == 0 || frame.Kind >= kindEnd {
		return Frame{}, fmt.Errorf("%w: kind %d", ErrFrame, frame.Kind)
	}
	payload, err := readPayload(r.in, int(length-(headerSize-4)))
	if err != nil {
		return Frame{}, err
	}
	frame.Payload = payload
	return frame, nil
}

// readPayload grows with what arrives, so that a false length costs no memory.
func readPayload(in io.Reader, size int) ([]byte, error) {
	payload := make([]byte, 0, min(size, smallPayload))
	for len(payload) < size {
		if len(payload) == cap(payload) {
			grown := make([]byte, len(payload), min(size, 2*cap(payload)))
			copy(grown, payload)
			payload = grown
		}
		piece := payload[len(payload):min(size, cap(payload))]
		n, err := io.ReadFull(in, piece)
		payload = payload[:len(payload)+n]
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
	}
	return payload, nil
}

// Writer writes frames, each by one Write. It is safe for concurrent use.
type Writer struct {
	mu  sync.Mutex
	out io.Writer
	err error
}

// NewWriter writes frames to out.
func NewWriter(out io.Writer) *Writer { return &Writer{out: out} }

// Write sends one frame. After an error every later call returns it too: a frame that was written in part ends the
// conversation.
func (w *Writer) Write(frame Frame) error {
	if len(frame.Payload) > MaxPayload {
		return fmt.Errorf("a message of %d MiB is too large: the limit is %d MiB", len(frame.Payload)>>20, MaxPayload>>20)
	}
	buffer := make([]byte, headerSize, headerSize+len(frame.Payload))
	binary.BigEndian.PutUint32(buffer, uint32(headerSize-4+len(frame.Payload)))
	buffer[4] = byte(frame.Kind)
	binary.BigEndian.PutUint32(buffer[5:], frame.ID)
	buffer = append(buffer, frame.Payload...)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	_, w.err = w.out.Write(buffer)
	return w.err
}

// Send encodes content as the frame's payload and writes it.
func (w *Writer) Send(kind Kind, id uint32, content any) error {
	payload, err := Encode(content)
	if err != nil {
		return err
	}
	return w.Write(Frame{Kind: kind, ID: id, Payload: payload})
}
