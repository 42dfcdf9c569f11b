// Package openssh connects by the system's ssh program, for what a Go client cannot do.
package openssh

import (
	"context"

	"pylint-deploy/executor/connection"
)

// Options are what all connections of a run share.
type Options struct {
	// Program is the ssh program; "" looks for ssh in PATH.
	Program string
}

// New makes a dialer.
func New(options Options) connection.Dialer { return &dialer{options} }

type dialer struct{ Options }

func (d *dialer) Dial(ctx context.Context, target connection.Target) (connection.Conn, error) {
	return nil, &connection.Unreachable{Host: target.Name, Stage: connection.StageConfig, Why: "openssh is not built yet"}
}
