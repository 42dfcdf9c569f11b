package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/module"
)

// Server is the agent itself: it takes batches from one controller and answers them.
type Server struct {
	// Modules is what it can run.
	Modules *module.Registry
	// Host is its name in messages about its children; "" outside tests.
	Host string
	// Dir is where relative paths and programs start; "" is the process's own directory, which for a login is its home.
	Dir string
	// Self finds the program that children of this server run; nil is RunningProgram.
	Self func() (Build, error)

	out    *wire.Writer
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	changes atomic.Uint64 // calls that reported a change

	mu         sync.Mutex
	batches    map[uint32]*batch
	streams    map[uint32]*incoming
	lastStream uint32
	children   map[childKey]*child
	silence    *time.Timer
	patience   time.Duration
}

// batch is a list of calls that run one after the other.
type batch struct {
	server *Server
	id     uint32
	calls  []wire.Call
	ctx    context.Context
	cancel context.CancelFunc
	// seen are results as the controller sees them, where later calls have conditions about them.
	seen map[uint32]map[string]any
}

// stopGrace is how long modules may take to stop and clean up when the controller is gone.
const stopGrace = 10 * time.Second

// Serve answers until the input ends or ctx does; then it stops what runs, waits for it to clean up, and ends its
// children. The error tells why it ended where that was not the plain end of the input between two frames.
func (s *Server) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	s.ctx, s.cancel = context.WithCancel(ctx)
	defer s.cancel()
	s.out = wire.NewWriter(out)
	if s.Self == nil {
		s.Self = RunningProgram
	}
	s.Self = sync.OnceValues(s.Self)
	s.batches, s.streams, s.children = map[uint32]*batch{}, map[uint32]*incoming{}, map[childKey]*child{}
	if err := s.out.Send(wire.KindHello, 0, s.greeting()); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- s.listen(wire.NewReader(in)) }()
	var err error
	select {
	case err = <-ended:
	case <-s.ctx.Done():
		err = context.Cause(s.ctx)
		s.out.Write(wire.Frame{Kind: wire.KindBye, Payload: []byte(err.Error())})
	}
	s.stop()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (s *Server) greeting() wire.Hello {
	hello := wire.Hello{Protocol: wire.Version, OS: runtime.GOOS, Arch: runtime.GOARCH, PID: os.Getpid(), UID: os.Getuid()}
	hello.Home = os.Getenv("HOME")
	hello.User = strconv.Itoa(hello.UID)
	if name := userName(hello.UID); name != "" {
		hello.User = name
	}
	return hello
}

// stop ends everything that runs.
func (s *Server) stop() {
	s.cancel()
	done := make(chan struct{})
	go func() { s.work.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(stopGrace):
	}
	module.AwaitWhole()
	s.mu.Lock()
	children := s.children
	s.children = nil
	s.mu.Unlock()
	for _, c := range children {
		c.close()
	}
}

func (s *Server) listen(reader *wire.Reader) error {
	for {
		frame, err := reader.Next()
		if err == nil {
			err = s.take(frame)
		}
		if err != nil {
			return err
		}
	}
}

func (s *Server) take(frame wire.Frame) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.silence != nil {
		s.silence.Reset(s.patience)
	}
	switch frame.Kind {
	case wire.KindHello:
		return s.meet(frame)
	case wire.KindBatch:
		return s.start(frame)
	case wire.KindCancel:
		if b := s.batches[frame.ID]; b != nil {
			b.cancel()
		}
	case wire.KindData, wire.KindEnd:
		if stream := s.streams[frame.ID]; stream != nil {
			stream.take(frame)
		}
	case wire.KindPing:
		go s.out.Write(wire.Frame{Kind: wire.KindPong})
	default:
		return fmt.Errorf("%w: kind %d from a controller", wire.ErrFrame, frame.Kind)
	}
	return nil
}

// meet reads the controller's greeting. From then on a controller that is silent for too long is taken for gone: a
// network that is cut without a word would leave the agent waiting for ever.
func (s *Server) meet(frame wire.Frame) error {
	var hello wire.Hello
	if err := wire.Decode(frame.Payload, &hello); err != nil {
		return err
	}
	if hello.Protocol != wire.Version {
		return fmt.Errorf("the controller speaks version %d, this agent version %d", hello.Protocol, wire.Version)
	}
	if hello.KeepaliveMS > 0 && s.silence == nil {
		s.patience = deafFor * time.Duration(hello.KeepaliveMS) * time.Millisecond
		s.silence = time.AfterFunc(s.patience, s.cancel)
	}
	return nil
}

// start begins a batch. The caller holds s.mu.
func (s *Server) start(frame wire.Frame) error {
	if s.batches[frame.ID] != nil {
		return fmt.Errorf("%w: batch %d is there already", wire.ErrFrame, frame.ID)
	}
	b := &batch{server: s, id: frame.ID}
	if err := wire.Decode(frame.Payload, &b.calls); err != nil {
		return err
	}
	for i := range b.calls {
		if len(b.calls[i].If) > 0 {
			b.seen = map[uint32]map[string]any{}
		}
	}
	b.ctx, b.cancel = context.WithCancel(s.ctx)
	s.batches[b.id] = b
	s.work.Go(b.run)
	return nil
}

// run answers every call of the batch. After a failure that stops it, and after a cancellation, the rest is answered
// as not run.
func (b *batch) run() {
	defer b.end()
	stopped, failing := false, false
	for i := range b.calls {
		call := &b.calls[i]
		reply := wire.Reply{ID: call.ID, NotRun: true}
		holds, known := wire.Holds(call.If, b.seen)
		stopped = stopped || !known
		switch {
		case stopped || b.ctx.Err() != nil:
		case !holds:
			reply = wire.Reply{ID: call.ID, Skipped: true}
		default:
			reply = b.answer(call)
			failed, _ := reply.Result["failed"].(bool)
			failing = failing || failed && call.StopOnFailure
		}
		stopped = stopped || failing && !call.Within
		if b.send(reply) != nil {
			return
		}
	}
	b.server.out.Write(wire.Frame{Kind: wire.KindDone, ID: b.id})
}

// send sends a reply; one that cannot be sent as it is (too large, not representable) becomes a failure that says so.
func (b *batch) send(reply wire.Reply) error {
	payload, err := wire.Encode(reply)
	if err == nil && len(payload) > wire.MaxPayload {
		err = fmt.Errorf("the result of %d MiB is larger than the limit of %d MiB", len(payload)>>20, wire.MaxPayload>>20)
	}
	if err != nil {
		payload, _ = wire.Encode(wire.Reply{ID: reply.ID, Micros: reply.Micros, Result: failure(err.Error())})
	}
	if b.seen != nil {
		var seen wire.Reply
		if err := wire.Decode(payload, &seen); err != nil {
			return err
		}
		b.seen[seen.ID] = seen.Result
	}
	return b.server.out.Write(wire.Frame{Kind: wire.KindReply, ID: b.id, Payload: payload})
}

func (b *batch) end() {
	b.cancel()
	b.server.mu.Lock()
	defer b.server.mu.Unlock()
	delete(b.server.batches, b.id)
	for id, stream := range b.server.streams {
		if stream.ctx == b.ctx {
			delete(b.server.streams, id)
		}
	}
}

// answer runs one call: as a job, by a child, or here.
func (b *batch) answer(call *wire.Call) wire.Reply {
	begin := time.Now()
	var result map[string]any
	b.server.letGo(call)
	switch {
	case call.Become != nil || call.Program != nil:
		call.Epoch = b.server.epoch(call)
		reply := b.relay(call)
		b.server.count(call, reply.Result)
		return reply
	case call.AsyncSeconds > 0:
		result = b.detach(call)
	case call.Module == asyncStatus:
		result = statusOfJob(call.Args, call.Env)
	default:
		result = b.server.perform(b.ctx, call, b)
	}
	return wire.Reply{ID: call.ID, Result: result, Micros: time.Since(begin).Microseconds()}
}

// perform runs a module in this process.
func (s *Server) perform(ctx context.Context, call *wire.Call, blobs BlobSource) map[string]any {
	if call.TimeoutMS > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(call.TimeoutMS)*time.Millisecond)
		defer cancel()
	}
	system, err := module.NewReal("/", call.Env)
	if err != nil {
		return failure(err.Error())
	}
	result := s.Modules.Do(ctx, call.Module, &module.Call{
		Args: call.Args, Check: call.Check, Diff: call.Diff, Verbosity: call.Verbosity, Sys: system.In(s.Dir), Epoch: s.epoch(call),
		Blob: blobsOf(call, blobs),
	})
	s.count(call, result)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) && call.TimeoutMS > 0 {
		return timedOut(call)
	}
	if _, said := result["failed"]; !said && failedCode(result["rc"]) {
		result["failed"] = true
	}
	return result
}

// count counts what was done here or in a child.
func (s *Server) count(call *wire.Call, result map[string]any) {
	if call.Counts.Counted(result) {
		s.changes.Add(1)
	}
}

// epoch adds to the controller's number what was changed here and in children since: it may not know that yet. Both only grow, so that the sum is the
// same only where both are.
func (s *Server) epoch(call *wire.Call) uint64 {
	if call.Epoch == 0 {
		return 0
	}
	return call.Epoch + s.changes.Load()
}

// failedCode follows Ansible: a result with a return code other than 0 is a failure unless the module says otherwise.
func failedCode(rc any) bool {
	switch rc := rc.(type) {
	case int:
		return rc != 0
	case int64:
		return rc != 0
	}
	return false
}

func failure(msg string) map[string]any {
	return map[string]any{"failed": true, "changed": false, "msg": msg}
}
