// Package event is a run as it happens: one typed value for each thing that a watcher may want to know.
//
// Strategies emit events and print nothing; outputs (the screen, JSON lines, JUnit, the timeline) consume them and decide nothing.
// Events are emitted in an order that a reader can follow: what a task says comes after its TaskStart, a batch's plays do not
// overlap. Sinks are called from several goroutines only where they say so; Fan serialises.
package event

import (
	"time"

	"pylint-deploy/parser/jinja/value"
)

// Event is one of the types of this package.
type Event interface{ event() }

// Sink takes events. It must not keep a Result's Dict that it changes.
type Sink interface{ Emit(Event) }

// Task is what an event says of a task. It is shared by all events of the task and never changes after its first one.
type Task struct {
	// ID is unique in the run, and the same for all hosts.
	ID int
	// Name is the name as it is shown: role included, templates rendered; "debug" for a task without one.
	Name string
	// Own is the task's own name, rendered; "" where it has none.
	Own string
	// Action is the module as written.
	Action string
	// Path is "file:line" of the task.
	Path string
	// Args are shown by DISPLAY_ARGS_TO_STDOUT; nil under no_log.
	Args *value.Dict
	// Register is the variable that keeps the result; "" is none.
	Register string
	// Loop tells that the task loops: its result has results.
	Loop bool
	// Include tells that the task only brings in others.
	Include bool
	// Handler tells that the task is run as a handler.
	Handler bool
	Check   bool
	NoLog   bool
	// By names the target's interpreter that runs the module ("python"); "" for a native one.
	By string
	// IgnoreUnreachable is the keyword.
	IgnoreUnreachable bool
}

// Status is how a task ended on a host.
type Status uint8

// The statuses.
const (
	OK Status = iota
	Failed
	Skipped
	Unreachable
)

// String is the status in the words of the JSON outputs.
func (s Status) String() string { return [...]string{"ok", "failed", "skipped", "unreachable"}[s] }

type (
	// PlaybookStart opens a playbook file.
	PlaybookStart struct {
		Path  string
		Check bool // the whole run is a check
	}
	// PlayStart opens a play, once per batch of hosts.
	PlayStart struct {
		Name  string
		Check bool
		// Lockstep tells that hosts go through the tasks together (the linear strategy).
		Lockstep bool
		Hosts    []string
	}
	// NoHostsMatched follows the PlayStart of a play that no host matches.
	NoHostsMatched struct{}
	// NoHostsRemaining ends a play whose hosts have all failed.
	NoHostsRemaining struct{}
	// TaskStart opens a task: once for all hosts with the linear strategy, once per host otherwise.
	TaskStart struct{ Task *Task }
	// HostStart tells that a host begins with a task.
	HostStart struct {
		Task *Task
		Host string
		Time time.Time
	}
	// Item is the result of one item of a loop.
	Item struct{ Outcome }
	// Result is the result of a task on a host.
	Result struct {
		Outcome
		// Ignored tells that ignore_errors or ignore_unreachable applies.
		Ignored bool
	}
	// Retry is one failed attempt of a task with until.
	Retry struct {
		Outcome
		Attempts, Retries int64
	}
	// AsyncPoll is one look at a background job; Phase is "poll", "ok" or "failed".
	AsyncPoll struct {
		Outcome
		Phase string
	}
	// Include tells of a file of tasks that was loaded while the play ran.
	Include struct {
		Path  string
		Hosts []string
		// Label is the loop's item label, nil outside loops.
		Label value.Value
	}
	// Notified tells that a handler will run for a host.
	Notified struct {
		Handler string
		Host    string
	}
	// Warning is for the user; equal texts are shown once.
	Warning struct{ Text string }
	// Deprecation is a warning about what will go away. Version or Date may be empty.
	Deprecation struct{ Text, Version, Date, Collection string }
	// Problem is an error that does not end the run by itself.
	Problem struct {
		Text    string
		Wrapped bool // as warnings are; else the text has lines of its own
	}
	// Notice is a text for -v and more: it is shown at Level times -v. Host may be empty.
	Notice struct {
		Level int
		Text  string
		Host  string
	}
	// Say is text for the screen that no other event covers, such as what pause and debug ask.
	Say struct {
		Text   string
		Stderr bool
	}
	// RetryFile tells where the failed hosts were written.
	RetryFile struct{ Path string }
	// Stats closes a playbook.
	Stats struct {
		Hosts  map[string]Summary
		Custom map[string]*value.Dict // by host; "_run" is the run's
		Check  bool
	}
)

// Outcome is what Result, Item and Retry share.
type Outcome struct {
	Task   *Task
	Host   string
	Status Status
	// Dict is the result with Ansible's keys; those that begin with "_ansible_" are for outputs' decisions only.
	Dict *value.Dict
	// Delegated is the host that did the work, "" if it is Host. DelegatedAddress is its ansible_host.
	Delegated, DelegatedAddress string
	// Time is when it ended; Took is how long it took, the queue not counted.
	Time time.Time
	Took time.Duration
	// ShowDiff tells that diff mode is on for the task.
	ShowDiff bool
}

// Changed tells whether the result says that something was changed.
func (o *Outcome) Changed() bool { return Flag(o.Dict, "changed") }

// Flag reads a bool of a result.
func Flag(d *value.Dict, key string) bool {
	if d == nil {
		return false
	}
	v, _ := d.GetStr(key)
	switch v := v.(type) {
	case value.Bool:
		return bool(v)
	case value.Int:
		return v != 0
	case value.Str:
		return v != ""
	}
	return false
}

// Summary is a host's line of the recap.
type Summary struct {
	OK, Changed, Unreachable, Failed, Skipped, Rescued, Ignored int
}

func (PlaybookStart) event()    {}
func (PlayStart) event()        {}
func (NoHostsMatched) event()   {}
func (NoHostsRemaining) event() {}
func (TaskStart) event()        {}
func (HostStart) event()        {}
func (Item) event()             {}
func (Result) event()           {}
func (Retry) event()            {}
func (AsyncPoll) event()        {}
func (Include) event()          {}
func (Notified) event()         {}
func (Warning) event()          {}
func (Deprecation) event()      {}
func (Problem) event()          {}
func (Notice) event()           {}
func (Say) event()              {}
func (RetryFile) event()        {}
func (Stats) event()            {}
