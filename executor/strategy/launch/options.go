// Package launch gets a run ready: settings, inventory, secrets, playbooks, connections and outputs, from what a command
// line says. Commands that run plays share it; it holds no state of a run.
package launch

import (
	"io"
	"os"
	"time"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/module"
	"pylint-deploy/executor/strategy"
	"pylint-deploy/parser/playbook"
)

// Options are the command line of ansible-playbook, under its long names, and what tests put in the place of the world.
type Options struct {
	Inventory    []string
	Limit        string
	Tags         []string
	SkipTags     []string
	ExtraVars    []string
	Check, Diff  bool
	Forks        int
	User         string
	Connection   string
	Timeout      int
	KeyFiles     []string
	SSHCommon    string
	SSHExtra     string
	Become       bool
	BecomeUser   string
	BecomeMethod string
	AskBecome    bool
	AskPass      bool
	// BecomePasswordFile and PasswordFile hold passwords, or print them where they are programs.
	BecomePasswordFile, PasswordFile string
	VaultIDs                         []string
	VaultFiles                       []string
	AskVault                         bool
	StartAt                          string
	Step                             bool
	ForceHandlers                    bool
	FlushCache                       bool
	Verbosity                        int
	Ephemeral                        bool
	NoCoalesce                       bool
	// PythonModules has interpreters of the targets run modules that are not native.
	PythonModules bool
	// ModulePath are directories where such modules are sought first, several of them joined by colons.
	ModulePath []string
	// Output names the output of the screen; Outputs are further ones as "name=path".
	Output  string
	Outputs []string
	Timing  bool
	// Progress shows on a terminal what the run waits for.
	Progress bool
	// Callbacks are enabled besides those of the settings; Tree is the directory of the callback tree. AdHoc tells that there is no
	// playbook: settings about callbacks do not apply then, unless they are said to.
	Callbacks []string
	Tree      string
	AdHoc     bool
	// Timeline is the file of the timeline, "" for none.
	Timeline string
	Compat   string

	// Stdin, Stdout and Stderr are the terminal.
	Stdin          *os.File
	Stdout, Stderr io.Writer
	// Dir is the working directory; Getenv the environment.
	Dir    string
	Getenv func(string) string
	Gate   strategy.Gate
	// Inward is Runner.Inward.
	Inward func(line string, shell bool) bool
	// Dialers, Builds and Modules replace how targets are reached, for tests and the demo; nil is the real thing.
	Dialers   map[string]connection.Dialer
	Builds    agent.Builds
	Modules   *module.Registry
	RoundTrip func(host string, calls int)
	Now       func() time.Time
	// Watcher gets the events of the run besides the outputs; nil is nobody.
	Watcher event.Sink

	local bool           // the one task is for this machine
	width int            // of the terminal that the run is shown on, 0 without one
	title string         // names the run in files: that of its first playbook
	files playbook.Files // what playbooks are read from; nil is the disk
}
