package connection

import (
	"fmt"
	"strings"
)

// Stage is how far a connection came.
type Stage string

// The stages, in their order.
const (
	StageConfig  Stage = "config"  // the settings ask for what this connection cannot do
	StageDial    Stage = "dial"    // name, route, TCP
	StageHostKey Stage = "hostkey" // the server is not the one that is known
	StageAuth    Stage = "auth"    // the server refuses the login
	StageChannel Stage = "channel" // logged in, but no command can be started
	StageAgent   Stage = "agent"   // the program that does the work cannot be placed or started
	StageLost    Stage = "lost"    // it worked, and broke
)

// Unreachable is the failure of a connection: the run goes on without the host, and ends with exit code 4.
type Unreachable struct {
	// Host is the inventory's name of the host, or the jump host's.
	Host string
	// Stage tells how far it came.
	Stage Stage
	// Why is the cause, in one sentence without the host's name.
	Why string
	// Hint says what to try; it may be empty.
	Hint string
	// Retry tells that the same attempt may succeed a little later: a refused or timed out connection, not a wrong key.
	Retry bool
	// Err is the underlying error, or nil.
	Err error
}

func (u *Unreachable) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s", u.Host, u.Why)
	if u.Hint != "" {
		fmt.Fprintf(&text, " (%s)", u.Hint)
	}
	return text.String()
}

func (u *Unreachable) Unwrap() error { return u.Err }
