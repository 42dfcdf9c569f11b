// Package agent runs modules where they belong: on the target.
//
// A controller places a small program on the target (Bootstrap), once per content, and drives it over the one channel
// that started it: calls go out in batches, replies stream back in order (Client). The same program serves both roles
// of a change of user: the login user's agent starts a child under sudo, su or doas and is to it what the controller
// is to the login agent.
//
//	controller --frames--> agent (login user) --frames--> agent (become user)
//
// Everything ends with its input: an agent whose connection breaks stops what it runs, takes its temporary files away
// and goes.
package agent

import (
	"context"
	"io"

	"pylint-deploy/executor/agent/wire"
)

// Client drives one agent. It is safe for concurrent use: batches of several Do run side by side on the target.
type Client interface {
	// Do runs calls in their order and hands each reply to each as it arrives, in the order of the calls, from the
	// calling goroutine. Every call gets its reply, also those that did not run (Reply.NotRun). A failed call is no error
	// of Do: its Result has failed=true. Missing and wrong become passwords are failed replies too.
	//
	// The IDs of the calls are the caller's and come back in the replies. blobs may be nil when every blob is inline.
	// Cancelling ctx stops the running call on the target; Do then returns ctx's error.
	// A connection that breaks is a *connection.Unreachable with the stage "lost"; an agent that does not start, one with the stage "agent".
	Do(ctx context.Context, calls []wire.Call, blobs BlobSource, each func(wire.Reply)) error
	// Meet waits until the agent has started, and tells who it is. Calls need not wait for it.
	Meet(ctx context.Context) (wire.Hello, error)
	// Close ends the agent, its children and the process that carries it.
	Close() error
}

// BlobSource opens contents by their hash. It is called from several goroutines.
type BlobSource interface {
	OpenBlob(sha256 string) (io.ReadCloser, error)
}

// Builds finds the agent programs that can be sent. It is safe for concurrent use.
type Builds interface {
	// Known lists the base programs, one a platform.
	Known() []Build
	// Extra returns the program that a call needs where the base program of that platform cannot run it.
	// An error says which build is missing and how to get it.
	Extra(goos, goarch, module string, args map[string]any) (build Build, needed bool, err error)
}

// Build is one agent program.
type Build struct {
	OS, Arch string
	// SHA256 is that of the program, in hex; Size is in bytes.
	SHA256 string
	Size   int64
	// Open reads the program. Zstd and Gzip are its compressed forms; nil where only the program itself is at hand.
	Open func() (io.ReadCloser, error)
	Zstd []byte
	Gzip func() ([]byte, error)
}
