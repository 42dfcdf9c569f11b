// Package connection is how bytes get to a target and back: one command, its input and its output.
//
// There are three ways: ssh (a Go client, executor/connection/ssh), openssh (the system's ssh program, for what a Go client
// cannot do: GSSAPI, PKCS#11, ProxyCommand, Match exec) and local (this machine). All of them answer the same small
// interface, and what goes wrong on the way is an *Unreachable that says at which stage, why, and what to try.
//
// What runs on the target imports this package too (an agent drives its own children through it): it holds types, and
// depends on nothing but the standard library.
package connection

import (
	"context"
	"io"
)

// Dialer opens connections. It is safe for concurrent use.
type Dialer interface {
	// Dial connects and authenticates. A failure is an *Unreachable, or ctx's error.
	Dial(ctx context.Context, target Target) (Conn, error)
}

// Conn is an authenticated connection to one target. It is safe for concurrent use.
type Conn interface {
	// Start starts a command line, which the login user's shell takes apart. ctx bounds the start alone.
	Start(ctx context.Context, command string) (Process, error)
	// Close ends the connection and every process started over it.
	Close() error
}

// Process is a command that runs on the target. Its streams have one reader or writer each.
type Process interface {
	// Stdin is the command's input. Closing it is the end of file.
	Stdin() io.WriteCloser
	Stdout() io.Reader
	// Stderr may be read or left alone: it never holds up the command.
	Stderr() io.Reader
	// Wait returns the exit code, after Stdout was read to its end. A command that ended by a signal has 128 + its number.
	// The error tells that the connection was lost before the code was known.
	Wait() (rc int, err error)
	// Close gives the process up without waiting for it.
	Close() error
}

// Foresight is a connection that can prepare itself for commands that come soon.
type Foresight interface{ Foresee(commands int) }

// Here is a connection to this very machine and user, over which no program needs to be sent.
type Here interface {
	Conn
	// IsHere is never called: its presence is the statement.
	IsHere()
}

// Output is what a finished command left.
type Output struct {
	RC             int
	Stdout, Stderr []byte
}
