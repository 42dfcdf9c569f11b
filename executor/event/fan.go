package event

import "sync"

// Fan hands each event to every sink in turn, one event at a time, so that a sink needs no lock of its own.
type Fan struct {
	mu    sync.Mutex
	sinks []Sink
}

// NewFan returns a Fan.
func NewFan(sinks ...Sink) *Fan { return &Fan{sinks: sinks} }

// Emit implements Sink. It is safe for concurrent use.
func (f *Fan) Emit(e Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.sinks {
		s.Emit(e)
	}
}

// Recorder keeps events, for tests. The zero Recorder works; it is safe for concurrent use.
type Recorder struct {
	mu     sync.Mutex
	events []Event
}

// Emit implements Sink.
func (r *Recorder) Emit(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

// Events returns what was emitted so far.
func (r *Recorder) Events() []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Event(nil), r.events...)
}
