package verify

import (
	"context"
	"fmt"
	"sync"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection"
)

// entry is the prober that goes in by the target's own way.
type entry struct {
	dialer connection.Dialer
	start  func(ctx context.Context, conn connection.Conn, host string) (agent.Client, error)

	mu      sync.Mutex
	clients map[string]agent.Client
}

// Do implements prober.
func (e *entry) Do(ctx context.Context, host, module string, args map[string]any) (map[string]any, error) {
	client, err := e.client(ctx, host)
	if err != nil {
		return nil, err
	}
	var reply wire.Reply
	err = client.Do(ctx, []wire.Call{{Module: module, Args: args}}, nil, func(r wire.Reply) { reply = r })
	if err != nil {
		e.mu.Lock()
		delete(e.clients, host)
		e.mu.Unlock()
		client.Close()
		return nil, err
	}
	if failed, _ := reply.Result["failed"].(bool); failed {
		return nil, fmt.Errorf("%s: %v", host, reply.Result["msg"])
	}
	return reply.Result, nil
}

func (e *entry) client(ctx context.Context, host string) (agent.Client, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c := e.clients[host]; c != nil {
		return c, nil
	}
	conn, err := e.dialer.Dial(ctx, connection.Target{Name: host})
	if err != nil {
		return nil, err
	}
	c, err := e.start(ctx, conn, host)
	if err == nil {
		e.clients[host] = c
	}
	return c, err
}

// Close implements prober.
func (e *entry) Close() {
	for _, c := range e.clients {
		c.Close()
	}
}
