// Package wire is the language between controller and agent: what is called, and what came of it.
//
// It holds data only, and is all that the two sides share. The framing is in frame.go.
package wire

// Call asks the agent to run one module.
type Call struct {
	ID     uint32         `json:"id"`
	Module string         `json:"m"` // FQCN
	Args   map[string]any `json:"a,omitempty"`
	// Check and Diff are Ansible's check and diff mode.
	Check bool `json:"c,omitempty"`
	Diff  bool `json:"d,omitempty"`
	// Verbosity is the number of -v, for modules that say more with it.
	Verbosity int `json:"v,omitempty"`
	// NoLog keeps arguments and results out of any log of the agent.
	NoLog bool `json:"nl,omitempty"`
	// Env is the task's environment: keyword.
	Env map[string]string `json:"e,omitempty"`
	// Become names the user to run as; nil is the login user.
	Become *Become `json:"b,omitempty"`
	// TimeoutMS ends the call; 0 is none.
	TimeoutMS int64 `json:"t,omitempty"`
	// AsyncSeconds detaches the call as a job (async:); 0 is none. JobID is set by the controller.
	AsyncSeconds int    `json:"as,omitempty"`
	JobID        string `json:"j,omitempty"`
	// Blobs are contents that the module may open by name; the agent asks for those it has not been sent.
	Blobs map[string]Blob `json:"bl,omitempty"`
	// Program is the agent program that can run the module, where the one that was started first cannot.
	Program *Program `json:"pg,omitempty"`
	// Mirrors is the same number in calls between which this run can have changed nothing that package mirrors serve; 0 is not known.
	Mirrors uint64 `json:"mi,omitempty"`
	// StopOnFailure ends the batch at this call if it fails: later calls are answered as not run.
	StopOnFailure bool `json:"s,omitempty"`
}

// Become is a change of user.
type Become struct {
	User   string `json:"u"`
	Method string `json:"m"` // sudo, su, doas
	Flags  string `json:"f,omitempty"`
	Exe    string `json:"x,omitempty"`
	// Password goes to the become program's standard input, never to argv. It is sent once per user and session.
	Password string `json:"p,omitempty"`
}

// Program is another build of the agent, which the agent fetches and starts as its child.
type Program struct {
	SHA256 string `json:"h"`
	Size   int64  `json:"n"`
}

// Blob describes content which the controller holds.
type Blob struct {
	SHA256 string `json:"h"`
	SHA1   string `json:"h1,omitempty"` // what Ansible's modules return as checksum
	Size   int64  `json:"n"`
	Inline []byte `json:"i,omitempty"` // the content itself where it is small
}

// Reply is the outcome of one Call.
type Reply struct {
	ID uint32 `json:"id"`
	// Result has Ansible's keys for the module: changed, failed, msg, rc, stdout, diff, ...
	Result map[string]any `json:"r,omitempty"`
	// NotRun tells that an earlier failure of the batch or a cancellation kept the call from starting.
	NotRun bool `json:"nr,omitempty"`
	// Micros is the time that the module took on the target.
	Micros int64 `json:"us,omitempty"`
}
