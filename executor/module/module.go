// Package module is what is done on the target, written once against System.
//
// A module reads first, changes only what differs, and returns what Ansible's module of that name returns. It gets its
// arguments validated, typed and defaulted (parser/catalog does that on the controller), so that what is here is only
// the work. Check mode is not a branch in each module: DryRun answers reads from the target and takes writes for done.
package module

import (
	"context"
	"io"
)

// Result is a module's return value with Ansible's keys; "changed" is always present.
type Result map[string]any

// Module is one native module.
type Module struct {
	// Name is the FQCN, "ansible.builtin.copy".
	Name string
	// Run does the work. A returned error becomes failed=true with its text as msg; a *Failure adds keys of its own.
	Run func(ctx context.Context, c *Call) (Result, error)
	// NoCheck tells that the module cannot predict; in check mode it is skipped, as Ansible does.
	NoCheck bool
	// Whole tells that the result is complete: nothing is added to it.
	Whole bool
}

// Call is one invocation.
type Call struct {
	Args  Args
	Check bool
	Diff  bool
	// Verbosity is the number of -v.
	Verbosity int
	// Sys is the target; in check mode a DryRun.
	Sys System
	// Blob opens content that came with the call (the source of copy, a rendered template). It may wait for the network.
	Blob func(name string) (Blob, error)
	// Epoch is the same number in calls between which the run can have changed nothing, here or elsewhere; 0 is not known.
	Epoch uint64
	// Async is set for calls that run detached.
	Async bool

	warnings []string
	numbers  *numberCache
}

// Blob is content from the controller whose checksum is known before it is read.
type Blob struct {
	SHA256, SHA1 string
	Size         int64
	Open         func() (io.ReadCloser, error)
}

// Failure is an error with result keys of its own (rc, stdout, ...).
type Failure struct {
	Msg    string
	Result Result
}

func (f *Failure) Error() string { return f.Msg }
