// Package strategy runs plays against hosts.
//
// A Runner takes playbooks in their order; for each play it has a plan made (package plan), divides the hosts into batches and
// leads each batch through the plan with a strategy: linear, where hosts do each task together, or free and host_pinned,
// where each goes at its own pace. What happens on the way is emitted as events (package event); nothing is printed here.
//
// Three kinds of goroutines exist: the one that called Run owns all state of the play (places, notifications, statistics);
// a worker per host and task, bounded by forks, renders and executes the task and hands back an outcome; the outcome is
// judged by the first again. Variables (package variables) are shared and guarded.
package strategy

import (
	"context"
	"time"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/pymodule"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/strategy/variables"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// Inventory is the hosts of a run. Patterns and changes are used by one goroutine, the rest by several.
type Inventory interface {
	variables.Inventory
	// Match gives the hosts of a pattern, in inventory order; limited tells whether --limit applies.
	Match(pattern string, limited bool) ([]string, error)
	// AddHost adds a host, or groups and variables to one, and tells whether anything changed.
	AddHost(name string, groups []string, vars *value.Dict) (changed bool, err error)
	// AddToGroup puts a host into a group, which is made below parents where there is none.
	AddToGroup(group, host string, parents []string) (changed bool, err error)
	// Refresh reads the inventory again (meta: refresh_inventory).
	Refresh() error
}

// Settings are what ansible.cfg, the environment and the command line say.
type Settings struct {
	Forks              int
	Check, Diff        bool
	Verbosity          int
	Tags, SkipTags     []string
	StartAt            string
	Step               bool
	ForceHandlers      bool
	AnyErrorsFatal     bool
	Strategy           string
	Gathering          string // implicit, explicit or smart
	GatherSubset       []string
	GatherTimeout      int
	FactPath           string
	TaskTimeout        int // seconds; 0 is none
	PollInterval       int
	MissingHandlerFail bool
	NoLog              bool
	ShowCustomStats    bool
	// Connection, RemoteUser, Port and the rest apply where neither variables nor keywords say otherwise.
	Connection     string
	RemoteUser     string
	Port           int
	KeyFiles       []string
	SSHArgs        []string
	ConnectTimeout time.Duration
	// ConnectRetries is how often a connection that cannot be made is tried again.
	ConnectRetries int
	HostKeys       connection.HostKeyPolicy
	Become         bool
	BecomeUser     string
	BecomeMethod   string
	BecomeExe      string
	BecomeFlags    string
	// AsyncDir is where background jobs keep their state, "" for the target's own choice. Shell runs the lines of
	// ansible.builtin.shell, "" for the module's own. MaxDiff is the size of files above which no diff is shown.
	AsyncDir string
	Shell    string
	MaxDiff  int
	// RetryFiles writes the failed hosts to a file, beside the playbook or in RetryDir.
	RetryFiles bool
	RetryDir   string
	// Python is the setting interpreter_python: a path, or how a Python is looked for.
	Python string
	// PythonFiles is the setting python_module_rlimit_nofile.
	PythonFiles int
	// Ephemeral leaves nothing on the targets.
	Ephemeral bool
	// NoCoalesce has each refresh of package lists made, also where nothing can have changed since the one before.
	NoCoalesce bool
}

// Gate is asked before any host is touched, and before each task.
type Gate interface {
	// Skip tells that a task is left out because of what a check found (--noncompliant=skip), and why.
	Skip(pos source.Pos) (why string, skip bool)
}

// FactCache keeps facts between runs.
type FactCache interface {
	Load(host string) (*value.Dict, bool)
	Save(host string, facts *value.Dict) error
	Clear(host string) error
}

// Runner runs playbooks. Its fields are set once, before Run.
type Runner struct {
	Settings  Settings
	Inventory Inventory
	Loader    plan.Loader
	Store     *variables.Store
	Templar   *template.Templar
	Events    event.Sink
	// Value converts a YAML node to a value as its author meant it.
	Value func(*source.Node) value.Value
	// LoadVars reads a file of variables.
	LoadVars func(path string) (value.Value, error)
	// LoadPlaybook reads a playbook whose name is known only when the run has begun.
	LoadPlaybook func(path string) (*playbook.Playbook, error)
	// Decrypt opens vault-encrypted content and gives anything else back.
	Decrypt func(path string, content []byte) ([]byte, error)
	// Dialers connect, by kind of connection: ssh, openssh, local.
	Dialers map[string]connection.Dialer
	// Start starts the agent over a connection.
	Start func(ctx context.Context, conn connection.Conn, host string) (agent.Client, error)
	// Password and BecomePassword are asked for when they are needed; nil where -k and -K were not given.
	Password, BecomePassword func(ctx context.Context) (string, error)
	Console                  action.Console
	Gate                     Gate
	// Inward tells of a command line, of a shell or of words alone, that it can change neither what other machines offer nor what they or this one let through
	// (epochs); nil knows none.
	Inward func(line string, shell bool) bool
	Cache  FactCache
	// Foreign finds modules that are programs of their own and run by interpreters of the targets; nil refuses them.
	Foreign *pymodule.Library
	// Outside is where modules are that this program does not have.
	Outside Outside
	// Classic tells that values keep no types (the rules up to ansible-core 2.18).
	Classic bool
	// RoundTrip is called for each exchange with a target, for tests that count them; nil is nobody.
	RoundTrip func(host string, calls int)
	// Before is asked before each task that is not a meta task; an error ends the run, and Run returns it. Tasks are not sent
	// ahead then, so that a task that was not started has done nothing. nil is nobody.
	Before func(ctx context.Context, t *event.Task) error
	// Reads is told each variable that a task asks for, from several goroutines; nil is nobody.
	Reads func(t *event.Task, variable string)
	// Now and Sleep are the clock; nil is time's.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error

	compiler    *plan.Compiler
	links       *links
	stats       *stats
	failed      map[string]bool // hosts that are out because of a failed task
	unreachable map[string]bool
	order       []string // of failed and unreachable hosts
	startAt     string
	step        bool
	tasks       map[*plan.Task]*event.Task
	run         *action.Run
}

// Exit codes of a run (ansible-playbook's).
const (
	ExitOK          = 0
	ExitError       = 1
	ExitFailed      = 2
	ExitUnreachable = 4
	// ExitParse is ansible-playbook's for content that cannot be read.
	ExitParse   = 4
	ExitUnknown = 250
)

// Abort ends a run with an error that no host is to blame for.
type Abort struct {
	Pos source.Pos
	Err error
	// Code is the exit code.
	Code int
}

func (a *Abort) Error() string {
	if a.Pos.IsZero() {
		return a.Err.Error()
	}
	return a.Pos.String() + ": " + a.Err.Error()
}

func (a *Abort) Unwrap() error { return a.Err }

// Playbook is a playbook to run.
type Playbook struct {
	Parsed *playbook.Playbook
	// Named is the playbook as the command line has it.
	Named string
	// Dir is where relative names start: the playbook's directory.
	Dir string
}
