package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFramesSurviveTheWay(t *testing.T) {
	frames := []Frame{
		{Kind: KindPing, ID: 0, Payload: []byte{}},
		{Kind: KindBatch, ID: 7, Payload: []byte(`[{"id":1,"m":"ansible.builtin.ping"}]`)},
		{Kind: KindData, ID: 1<<32 - 1, Payload: bytes.Repeat([]byte{0, 255}, smallPayload)},
	}
	var wire bytes.Buffer
	w := NewWriter(&wire)
	for _, frame := range frames {
		if err := w.Write(frame); err != nil {
			t.Fatal(err)
		}
	}
	r := NewReader(&wire)
	for _, want := range frames {
		got, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("frame changed on the way (-sent +received):\n%s", diff)
		}
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("end between frames: %v, want EOF", err)
	}
}

func TestBytesThatAreNoFrame(t *testing.T) {
	for name, test := range map[string]struct {
		input string
		want  error
	}{
		"text of a login script":   {"Welcome to Debian!\n", ErrFrame},
		"length below the header":  {"\x00\x00\x00\x01\x01\x00\x00\x00\x00", ErrFrame},
		"length beyond the limit":  {"\x7f\x00\x00\x00\x01\x00\x00\x00\x00", ErrFrame},
		"kind of no version":       {"\x00\x00\x00\x05\x63\x00\x00\x00\x00", ErrFrame},
		"end within the header":    {"\x00\x00\x00", io.ErrUnexpectedEOF},
		"end within the payload":   {"\x00\x00\x00\x09\x01\x00\x00\x00\x00ab", io.ErrUnexpectedEOF},
		"payload that never comes": {"\x04\x00\x00\x05\x01\x00\x00\x00\x00", io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := NewReader(strings.NewReader(test.input)).Next(); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

func TestFalseLengthCostsNoMemory(t *testing.T) {
	header := make([]byte, headerSize)
	binary.BigEndian.PutUint32(header, MaxPayload)
	header[4] = byte(KindReply)
	cost := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			NewReader(bytes.NewReader(header)).Next()
		}
	})
	if cost.AllocedBytesPerOp() > 2*smallPayload {
		t.Errorf("a header alone costs %d bytes", cost.AllocedBytesPerOp())
	}
}

func TestWriterStopsAfterAnError(t *testing.T) {
	w := NewWriter(&failing{})
	first := w.Write(Frame{Kind: KindPing})
	if second := w.Write(Frame{Kind: KindPing}); first == nil || second != first {
		t.Errorf("errors %v then %v, want the same", first, second)
	}
}

type failing struct{ done bool }

func (f *failing) Write(p []byte) (int, error) {
	if f.done {
		panic("written after an error")
	}
	f.done = true
	return 1, io.ErrShortWrite
}

func TestNumbersKeepTheirType(t *testing.T) {
	sent := Reply{ID: 3, Result: map[string]any{
		"whole": int64(9007199254740993), "float": 1.5, "text": "1", "list": []any{int64(1), map[string]any{"rc": int64(0)}},
		"huge": 1e300, "nothing": nil, "html": "<a & b>",
	}}
	payload, err := Encode(sent)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(payload, []byte("<a & b>")) {
		t.Errorf("HTML was escaped: %s", payload)
	}
	var got Reply
	if err := Decode(payload, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sent, got); diff != "" {
		t.Errorf("reply changed on the way (-sent +received):\n%s", diff)
	}
}

func FuzzReader(f *testing.F) {
	var wire bytes.Buffer
	w := NewWriter(&wire)
	w.Send(KindHello, 0, Hello{Protocol: Version})
	w.Send(KindBatch, 1, []Call{{ID: 1, Module: "m", Args: map[string]any{"n": 1.5}}})
	f.Add(wire.Bytes())
	f.Add([]byte("\x00\x00\x00\x05\x01\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, input []byte) {
		r := NewReader(bytes.NewReader(input))
		var again bytes.Buffer
		for {
			frame, err := r.Next()
			if err != nil {
				break
			}
			var calls []Call
			Decode(frame.Payload, &calls)
			var reply Reply
			Decode(frame.Payload, &reply)
			if err := NewWriter(&again).Write(frame); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.HasPrefix(input, again.Bytes()) {
			t.Errorf("frames written again differ from those read")
		}
	})
}
