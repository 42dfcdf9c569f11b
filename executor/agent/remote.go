package agent

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	"pylint-deploy/executor/agent/wire"
)

// remote is the controller's client: a link that also knows which program a call needs, and how its agent is started.
type remote struct {
	*link
	builds Builds
	// whole tells that the agent itself has every module, and only its children may need another program.
	whole bool

	starting sync.Mutex
	start    *start // nil once the agent has greeted
}

// start is the start of an agent whose script has been sent.
type start struct {
	place   placement
	options Options
	err     error // why it has failed
}

// maxAhead bounds what is written before the agent is there, so that it fits into any pipe that nobody reads yet.
const maxAhead = 32 << 10

// Do sends the first calls right behind the script that starts the agent, so that they cost no round trip of their own; others are sent to
// the agent that has greeted.
func (r *remote) Do(ctx context.Context, calls []wire.Call, blobs BlobSource, each func(wire.Reply)) error {
	r.starting.Lock()
	if r.start == nil {
		r.starting.Unlock()
		return r.do(ctx, calls, blobs, each)
	}
	id, batch, err := r.first(ctx, calls, blobs)
	r.starting.Unlock()
	switch {
	case err != nil:
		return err
	case batch == nil:
		return r.do(ctx, calls, blobs, each)
	}
	return r.await(ctx, id, batch, each)
}

// first starts the agent, with the calls behind if they may go ahead; then batch is theirs. The caller holds r.starting.
func (r *remote) first(ctx context.Context, calls []wire.Call, blobs BlobSource) (id uint32, batch *pending, err error) {
	if r.start.err != nil {
		return 0, nil, r.start.err
	}
	var ahead []byte
	if r.mayGoAhead(calls) {
		id, batch, _ = r.open(len(calls), blobs)
		if ahead, err = framesOf(id, calls); err != nil || len(ahead) > maxAhead {
			r.forget(id)
			ahead, batch = nil, nil
		}
	}
	if err := greet(ctx, r.link, r.start.place, r.start.options, ahead, nil); err != nil {
		r.start.err = err
		r.process.Close()
		return 0, nil, err
	}
	r.start = nil
	return id, batch, nil
}

// mayGoAhead tells that calls may be written before it is an agent that reads: nothing in them is secret, and the agent needs no other program.
func (r *remote) mayGoAhead(calls []wire.Call) bool {
	for i := range calls {
		c := &calls[i]
		if c.NoLog || c.Become != nil && c.Become.Password != "" {
			return false
		}
		for _, build := range r.builds.Known() {
			if _, needed, err := r.builds.Extra(build.OS, build.Arch, c.Module, c.Args); needed || err != nil {
				return false
			}
		}
	}
	return len(calls) > 0
}

// framesOf are our greeting and a batch.
func framesOf(id uint32, calls []wire.Call) ([]byte, error) {
	payload, err := wire.Encode(calls)
	if err != nil {
		return nil, err
	}
	var frames bytes.Buffer
	out := wire.NewWriter(&frames)
	err = errors.Join(out.Send(wire.KindHello, 0, ourHello), out.Write(wire.Frame{Kind: wire.KindBatch, ID: id, Payload: payload}))
	return frames.Bytes(), err
}

// Meet is described at Client.
func (r *remote) Meet(ctx context.Context) (wire.Hello, error) {
	r.starting.Lock()
	defer r.starting.Unlock()
	if r.start != nil {
		if _, _, err := r.first(ctx, nil, nil); err != nil {
			return wire.Hello{}, err
		}
	}
	return r.hello, nil
}

// Close does not wait for an agent that has nothing to do: it ends with its input, and whoever waited would wait a round trip.
func (r *remote) Close() error {
	if r.whole || r.isBusy() {
		return r.link.Close()
	}
	r.mu.Lock()
	r.closed = true
	if r.beat != nil {
		r.beat.Stop()
	}
	r.mu.Unlock()
	r.process.Stdin().Close()
	return r.process.Close()
}

// do adds the program to calls that the base agent cannot run, and offers it among the blobs.
func (r *remote) do(ctx context.Context, calls []wire.Call, blobs BlobSource, each func(wire.Reply)) error {
	extra := map[string]Build{}
	for i := range calls {
		if r.whole && calls[i].Become == nil {
			continue
		}
		build, needed, err := r.builds.Extra(r.hello.OS, r.hello.Arch, calls[i].Module, calls[i].Args)
		if err != nil {
			return err
		}
		if needed {
			if len(extra) == 0 {
				calls = append([]wire.Call(nil), calls...)
			}
			extra[build.SHA256] = build
			calls[i].Program = &wire.Program{SHA256: build.SHA256, Size: build.Size}
		}
	}
	if len(extra) > 0 {
		blobs = withPrograms{blobs, extra}
	}
	return r.link.Do(ctx, calls, blobs, each)
}

// programPrefix marks the name by which an agent asks for a program: "program:FORM:SHA256", the form being raw or gzip.
const programPrefix = "program:"

// withPrograms offers programs beside other blobs.
type withPrograms struct {
	BlobSource
	builds map[string]Build
}

func (w withPrograms) OpenBlob(name string) (io.ReadCloser, error) {
	if program, ok := strings.CutPrefix(name, programPrefix); ok {
		form, sum, _ := strings.Cut(program, ":")
		build, offered := w.builds[sum]
		if !offered {
			return nil, errNoBlobs
		}
		content, _, err := build.in(form)
		return content, err
	}
	if w.BlobSource == nil {
		return nil, errNoBlobs
	}
	return w.BlobSource.OpenBlob(name)
}
