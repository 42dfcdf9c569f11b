package launch

import (
	"testing"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/output"
)

type closed int

func (*closed) Emit(event.Event) {}
func (c *closed) Close() error   { *c++; return nil }

// TestSinksCloseOnce: summaries are written at Close, so the second one has nothing to do.
func TestSinksCloseOnce(t *testing.T) {
	var c closed
	s := &sinks{outputs: []output.Output{&c}}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if c != 1 {
		t.Errorf("closed %d times, want once", c)
	}
}
