package agent

import (
	"context"

	"pylint-deploy/executor/connection"
)

// Options of Bootstrap.
type Options struct {
	// Host is the inventory's name, for messages.
	Host string
	// Builds are the programs that can be sent.
	Builds Builds
	// Ephemeral leaves nothing on the target: the program is removed as soon as it runs, and is not looked for.
	Ephemeral bool
	// Dirs are tried in turn for the program; nil is ~/.cache/pylint-deploy, /var/tmp, /tmp, /dev/shm, /run/user/UID.
	Dirs []string
}

// Bootstrap starts the agent over conn by one command, sending the program only where it is not there already.
// The caller keeps conn, and closes it after the client. A connection to this machine itself (connection.Here) gets an
// agent inside this process.
func Bootstrap(ctx context.Context, conn connection.Conn, options Options) (Client, error) {
	return nil, &connection.Unreachable{Host: options.Host, Stage: connection.StageAgent, Why: "bootstrap is not built yet"}
}
