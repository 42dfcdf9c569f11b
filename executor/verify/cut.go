package verify

import (
	"context"
	"sync"

	"pylint-deploy/executor/connection"
)

// cables are the connections of a run, which can be cut.
type cables struct {
	mu    sync.Mutex
	conns []connection.Conn
	gone  bool
}

func (c *cables) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
	for _, conn := range c.conns {
		conn.Close()
	}
}

func (c *cables) isCut() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone
}

// cutting keeps the connections that a dialer makes.
type cutting struct {
	connection.Dialer
	cables *cables
}

// Dial implements connection.Dialer.
func (c cutting) Dial(ctx context.Context, t connection.Target) (connection.Conn, error) {
	if c.cables.isCut() {
		return nil, &connection.Unreachable{Host: t.Name, Stage: connection.StageDial, Why: "the connection was cut on purpose"}
	}
	conn, err := c.Dialer.Dial(ctx, t)
	if err != nil {
		return nil, err
	}
	c.cables.mu.Lock()
	defer c.cables.mu.Unlock()
	c.cables.conns = append(c.cables.conns, conn)
	return conn, nil
}
