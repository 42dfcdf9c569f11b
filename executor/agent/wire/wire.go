// Package wire is the language between controller and agent: what is called, and what came of it.
//
// It holds data only, and is all that the two sides share. The framing is in frame.go.
package wire

// Call asks the agent to run one module.
type Call struct {
	ID     uint32
	Module string // FQCN
	Args   map[string]any
	// Check and Diff are Ansible's check and diff mode.
	Check bool
	Diff  bool
	// Verbosity is the number of -v, for modules that say more with it.
	Verbosity int
	// NoLog keeps arguments and results out of any log of the agent.
	NoLog bool
	// Env is the task's environment: keyword.
	Env map[string]string
	// Become names the user to run as; nil is the login user.
	Become *Become
	// TimeoutMS ends the call; 0 is none.
	TimeoutMS int64
	// AsyncSeconds detaches the call as a job (async:); 0 is none. JobID is set by the controller.
	AsyncSeconds int
	JobID        string
	// Blobs are contents that the module may open by name; the agent asks for those it has not been sent.
	Blobs map[string]Blob
	// Program is the agent program that can run the module, where the one that was started first cannot.
	Program *Program
	// Epoch is the same number in calls between which this run can have changed nothing, here or elsewhere; 0 is not known.
	Epoch uint64
	// Counts tells when the call has made what was found out before it worthless, so that Epoch grows for those after it.
	Counts Counting
	// StopOnFailure ends the batch at this call if it fails: later calls are answered as not run.
	StopOnFailure bool
	// Within tells that the next call is of the same task, whose calls are done to the last before a failure ends the batch.
	Within bool
	// If is a condition about results of earlier calls of the batch (condition.go): the call is left out where it does not hold, and where that cannot
	// be told the batch ends before it. Empty is none.
	If []any
}

// Counting is a way in which calls count.
type Counting int

// The ways: by what the call reports; however it ends, as it may change what it says nothing of; never, as it can change nothing that anybody looks for again.
const (
	IfChanged Counting = iota
	Always
	Never
)

// Counted tells whether a call that was done counts.
func (c Counting) Counted(result map[string]any) bool {
	return c == Always || c == IfChanged && result["changed"] == true
}

// Become is a change of user.
type Become struct {
	User   string
	Method string // sudo, su, doas
	Flags  string
	Exe    string
	// Password goes to the become program's standard input, never to argv. It is sent once per user and session.
	Password string
}

// Program is another build of the agent, which the agent fetches and starts as its child.
type Program struct {
	SHA256 string
	Size   int64
}

// Blob describes content which the controller holds.
type Blob struct {
	SHA256 string
	SHA1   string // what Ansible's modules return as checksum
	Size   int64
	Inline []byte // the content itself where it is small
}

// Reply is the outcome of one Call.
type Reply struct {
	ID uint32
	// Result has Ansible's keys for the module: changed, failed, msg, rc, stdout, diff, ...
	Result map[string]any
	// NotRun tells that an earlier failure of the batch or a cancellation kept the call from starting.
	NotRun bool
	// Skipped tells that the call's condition did not hold.
	Skipped bool
	// Micros is the time that the module took on the target.
	Micros int64
}
