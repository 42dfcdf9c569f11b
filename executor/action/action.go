// Package action is what the controller does for a task: all of it for debug or set_fact, the preparation of a module call
// for copy or template, nothing but checking the arguments for apt.
//
// An action does not talk to the target if one module call is all that it needs: it returns the call as a Step, and the
// strategy decides when it is sent and with what else. Actions that need several calls, such as fetch or reboot, use
// Call.Remote.
package action

import (
	"context"
	"errors"
	"io"
	"time"

	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
)

// Call is one execution of a task's action: for one host, and one item where the task loops.
type Call struct {
	// Name is the action as written, FQCN its identity. Module is its catalog entry.
	Name, FQCN string
	Module     *catalog.Module
	// Args are rendered, without those that are omitted and those of Unrendered. FreeForm is the bare string, rendered; "" without one.
	Args *value.Dict
	// Raw are the arguments as written.
	Raw      *value.Dict
	FreeForm string
	Check    bool
	Diff     bool
	// Verbosity is the number of -v.
	Verbosity int
	// Host is the inventory's name of the host whose task it is; Target that of the host that does the work.
	Host, Target string
	// Delegated tells that delegate_to names Target, be it Host itself.
	Delegated bool
	// Task names the task, for messages and questions.
	Task string
	// Vars are the task's variables, loop variables included.
	Vars    template.Scope
	Templar *template.Templar
	// SearchPath are the directories of files, templates and vars, strongest first. BaseDir is the playbook's.
	SearchPath []string
	BaseDir    string
	Remote     Remote
	Run        *Run
	// Async is set for tasks with async:, for actions that cannot be detached.
	Async bool
}

// Run is what all calls of a run share.
type Run struct {
	Events event.Sink
	// Console asks the user; nil where nobody can be asked.
	Console Console
	// LoadVars reads a file of variables, vault-encrypted or not, of any type.
	LoadVars func(path string) (value.Value, error)
	// Decrypt opens vault-encrypted content; content that is not encrypted comes back as it is.
	Decrypt func(path string, content []byte) ([]byte, error)
	// Classic tells that values keep no types (the rules up to ansible-core 2.18).
	Classic bool
	// MaxDiff is the size of files above which no diff is shown. Shell is the program of ansible.builtin.shell, "" for the module's own.
	MaxDiff int
	Shell   string
	// Now and Sleep are the clock.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
}

// Console is the terminal of the user.
type Console interface {
	// Ask shows a prompt and reads a line. A timeout of 0 waits forever; timedOut tells that it passed.
	Ask(ctx context.Context, prompt string, echo bool, timeout time.Duration) (answer string, timedOut bool, err error)
	// Interactive tells whether somebody is there.
	Interactive() bool
	// Keyboard takes the terminal: each key comes as it is pressed and is not shown, and Ctrl+C is a key. Close gives it back.
	Keyboard() (Keyboard, error)
}

// ErrNoKey tells that no key was pressed in time.
var ErrNoKey = errors.New("no key was pressed")

// Keyboard is a terminal that gives single keys.
type Keyboard interface {
	// Key waits for a key. A time of 0 waits forever; ErrNoKey tells that it passed.
	Key(ctx context.Context, wait time.Duration) (rune, error)
	// Show writes onto the terminal, without an end of line.
	Show(text string)
	Close() error
}

// Remote is the target of a call, as the user that the task becomes.
type Remote interface {
	// Do runs one module and returns its result. An error is that of the connection.
	Do(ctx context.Context, r *Request) (*value.Dict, error)
	// DoAll runs calls in one batch, which ends at the first failure: then there are fewer results than calls.
	DoAll(ctx context.Context, list []*Request) ([]*value.Dict, error)
	// Exec runs a command line in the login user's shell without an agent: raw.
	Exec(ctx context.Context, command string) (connection.Output, error)
	// AsLogin is the same target for the user who logs in, without become.
	AsLogin() Remote
	// Reset drops the connection, so that the next call makes a new one.
	Reset(ctx context.Context) error
	// About describes the connection, for actions that run a program of the controller against the target (synchronize).
	About() Address
	// Owner is the host whose task it is, where About may be another one that delegate_to names.
	Owner() (Address, error)
}

// Address is how a target is reached.
type Address struct {
	Connection, Host, User string
	Port                   int
	KeyFiles               []string
	SSHArgs                []string
	// BecomeUser is "" without become.
	BecomeUser, BecomeMethod string
	// AnyHostKey tells that keys of hosts are not checked.
	AnyHostKey bool
}

// Request is one module call on the target.
type Request struct {
	Module string
	Args   map[string]any
	Blobs  map[string]Blob
	// Check and Diff override the call's; nil keeps them.
	Check *bool
	Diff  *bool
	// Internal calls are an action's own: async and the like do not apply to them.
	Internal bool
}

// Blob is content for a module. Open may be called several times.
type Blob struct {
	SHA256, SHA1 string
	Size         int64
	Open         func() (io.ReadCloser, error)
}

// Step is what an action comes to: a result, or a request and what to make of its reply.
type Step struct {
	Result  *value.Dict
	Request *Request
	// Finish turns the module's result into the task's; nil takes it as it is.
	Finish func(*value.Dict) *value.Dict
}

// Action does a task. A returned error fails the task with its text; *Failed has keys of its own.
type Action func(ctx context.Context, c *Call) (Step, error)

// Failed is a failure with result keys of its own.
type Failed struct {
	Msg  string
	Keys *value.Dict
}

func (f *Failed) Error() string { return f.Msg }

// Raised is an error of an action that ends it before it has a result: neither changed_when nor failed_when nor until gets to
// see one. Whole tells that the loop ends with it.
type Raised struct {
	Err   error
	Whole bool
}

func (r *Raised) Error() string { return r.Err.Error() }

func (r *Raised) Unwrap() error { return r.Err }

// raising are the actions whose errors are all raised, with Whole; the others make results of theirs.
var raising = map[string]bool{
	"ansible.builtin.add_host": false, "ansible.builtin.async_status": false, "ansible.builtin.fetch": false, "ansible.builtin.pause": false,
	"ansible.builtin.set_fact": false,
	"ansible.builtin.assert":   true, "ansible.builtin.debug": true, "ansible.builtin.include_vars": true, "ansible.builtin.raw": true,
	"ansible.builtin.validate_argument_spec": true, "ansible.builtin.wait_for_connection": true,
}

// ownArguments are those of actions that refuse others at once.
var ownArguments = map[string][]string{
	"ansible.builtin.assert": {"fail_msg", "msg", "quiet", "success_msg", "that"}, "ansible.builtin.debug": {"msg", "var", "verbosity"},
	"ansible.builtin.fail": {"msg"}, "ansible.builtin.group_by": {"key", "parents"}, "ansible.builtin.set_stats": {"aggregate", "data", "per_host"},
	"ansible.builtin.wait_for_connection": {"connect_timeout", "delay", "sleep", "timeout"},
	"ansible.builtin.reboot": {"boot_time_command", "connect_timeout", "msg", "post_reboot_delay", "pre_reboot_delay", "reboot_command", "reboot_timeout",
		"search_paths", "test_command"},
}

// knows refuses arguments that an action does not have.
func knows(a Action, args []string) Action {
	return func(ctx context.Context, c *Call) (Step, error) {
		if err := c.only(args); err != nil {
			return Step{}, err
		}
		return a(ctx, c)
	}
}

// raises has the errors of an action raised.
func raises(a Action, whole bool) Action {
	return func(ctx context.Context, c *Call) (Step, error) {
		step, err := a(ctx, c)
		var away *Unreachable
		var lost *connection.Unreachable
		var raised *Raised
		if err == nil || errors.As(err, &raised) || errors.As(err, &away) || errors.As(err, &lost) {
			return step, err
		}
		return step, &Raised{Err: err, Whole: whole}
	}
}

// Unreachable tells that the target cannot be reached (any more).
type Unreachable struct{ Msg string }

func (u *Unreachable) Error() string { return u.Msg }

// actions are those with work on the controller; everything else is a plain module.
var actions map[string]Action

func init() {
	actions = map[string]Action{
		"ansible.builtin.add_host":               addHost,
		"ansible.builtin.assemble":               assemble,
		"ansible.builtin.assert":                 assert,
		"ansible.builtin.async_status":           module,
		"ansible.builtin.copy":                   copyFile,
		"ansible.builtin.debug":                  debug,
		"ansible.builtin.fail":                   fail,
		"ansible.builtin.fetch":                  fetch,
		"ansible.builtin.gather_facts":           gatherFacts,
		"ansible.builtin.group_by":               groupBy,
		"ansible.builtin.include_vars":           includeVars,
		"ansible.builtin.pause":                  pause,
		"ansible.builtin.raw":                    raw,
		"ansible.builtin.reboot":                 reboot,
		"ansible.builtin.script":                 script,
		"ansible.builtin.set_fact":               setFact,
		"ansible.builtin.set_stats":              setStats,
		"ansible.builtin.setup":                  setup,
		"ansible.builtin.template":               templateFile,
		"ansible.builtin.unarchive":              unarchive,
		"ansible.builtin.validate_argument_spec": validateArgumentSpec,
		"ansible.builtin.wait_for_connection":    waitForConnection,
		"ansible.posix.synchronize":              synchronize,
		"ansible.builtin.command":                command,
		"ansible.builtin.shell":                  command,
	}
	for name, whole := range raising {
		actions[name] = raises(actions[name], whole)
	}
	for name, args := range ownArguments {
		actions[name] = knows(actions[name], args)
	}
}

// Names lists the actions by FQCN.
func Names() []string {
	var out []string
	for name := range actions {
		out = append(out, name)
	}
	return out
}

// Find returns the action of a module. Modules without one are checked and sent as they are.
func Find(fqcn string) Action {
	if a := actions[fqcn]; a != nil {
		return a
	}
	return module
}

// detachable are the actions that can run in the background (async), beside plain modules.
var detachable = map[string]bool{"ansible.builtin.command": true, "ansible.builtin.shell": true, "ansible.builtin.reboot": true}

// FindFor returns the action of a module for a task, which may be one to run in the background.
func FindFor(fqcn string, async bool) Action {
	if async && Has(fqcn) && !detachable[fqcn] {
		return func(context.Context, *Call) (Step, error) {
			return Step{}, &Failed{Msg: "async is not supported for this task."}
		}
	}
	return Find(fqcn)
}

// Has tells whether the controller has an action of that name.
func Has(fqcn string) bool { return actions[fqcn] != nil }

// local are actions that never need a connection.
var local = map[string]bool{
	"ansible.builtin.add_host": true, "ansible.builtin.assert": true, "ansible.builtin.debug": true, "ansible.builtin.fail": true,
	"ansible.builtin.group_by": true, "ansible.builtin.include_vars": true, "ansible.builtin.pause": true,
	"ansible.builtin.set_fact": true, "ansible.builtin.set_stats": true, "ansible.builtin.validate_argument_spec": true,
	"ansible.builtin.meta": true, "ansible.builtin.include_tasks": true, "ansible.builtin.include_role": true, "ansible.builtin.include": true,
}

// Local tells that an action runs on the controller alone.
func Local(fqcn string) bool { return local[fqcn] }

// OncePerPlay tells that an action is run for the first host only (BYPASS_HOST_LOOP).
func OncePerPlay(fqcn string) bool {
	return fqcn == "ansible.builtin.add_host" || fqcn == "ansible.builtin.pause"
}

// KeepsFacts tells that what the action sets are the author's variables, not facts from outside.
func KeepsFacts(fqcn string) bool {
	return fqcn == "ansible.builtin.set_fact" || fqcn == "ansible.builtin.include_vars"
}

// Unrendered tells that an argument is an expression, which the action evaluates itself.
func Unrendered(fqcn, arg string) bool { return fqcn == "ansible.builtin.assert" && arg == "that" }

// InSequence tells that an action cannot be prepared before the one of the same host before it has ended: it waits,
// asks, or makes several calls.
func InSequence(fqcn string) bool { return sequential[fqcn] }

var sequential = map[string]bool{
	"ansible.builtin.fetch": true, "ansible.builtin.pause": true, "ansible.builtin.raw": true, "ansible.builtin.reboot": true,
	"ansible.builtin.wait_for_connection": true, "ansible.posix.synchronize": true,
	"ansible.builtin.gather_facts": true,
}

// module checks the arguments of a module and sends it.
func module(_ context.Context, c *Call) (Step, error) {
	args, err := c.checked()
	if err != nil {
		return Step{}, err
	}
	return Step{Request: &Request{Module: c.FQCN, Args: args}}, nil
}

// checked are the call's arguments, validated and typed. A bare string goes beside them, as _raw_params.
func (c *Call) checked() (map[string]any, error) {
	args, err := Check(c.Module, c.Args)
	if err != nil {
		return nil, err
	}
	if c.FreeForm != "" && c.Module != nil && c.Module.FreeForm {
		args["_raw_params"] = c.FreeForm
	}
	return args, nil
}

// command sends command and shell, whose arguments have rules of their own.
func command(_ context.Context, c *Call) (Step, error) {
	args, err := c.checked()
	if err != nil {
		return Step{}, err
	}
	delete(args, "_uses_shell")
	if exe := c.shell(); exe != "" && c.FQCN == "ansible.builtin.shell" && !c.has("executable") {
		args["executable"] = exe
	}
	return Step{Request: &Request{Module: c.FQCN, Args: args}}, nil
}

// shell is the program that runs the lines of ansible.builtin.shell: ansible_shell_executable or the setting.
func (c *Call) shell() string {
	if v, ok := c.Vars.Lookup("ansible_shell_executable"); ok {
		if s, err := value.ToStr(v); err == nil {
			return s
		}
	}
	return c.Run.Shell
}

// done is a Step with a result.
func done(pairs ...any) (Step, error) { return Step{Result: Result(pairs...)}, nil }

// Result makes a result of alternating keys and Go values.
func Result(pairs ...any) *value.Dict {
	d := value.NewDict()
	for i := 0; i+1 < len(pairs); i += 2 {
		d.SetStr(pairs[i].(string), FromGo(pairs[i+1]))
	}
	return d
}

// FromGo converts Go data; what cannot be converted becomes text.
func FromGo(v any) value.Value {
	out, err := value.FromGo(v)
	if err != nil {
		return value.Str(err.Error())
	}
	return out
}

// Str reads a rendered argument as text.
func (c *Call) str(name string) string {
	v, ok := c.Args.GetStr(name)
	if !ok {
		return ""
	}
	s, err := value.ToStr(v)
	if err != nil {
		return ""
	}
	if _, none := v.(value.NoneType); none {
		return ""
	}
	return s
}

func (c *Call) has(name string) bool {
	v, ok := c.Args.GetStr(name)
	if !ok {
		return false
	}
	_, none := v.(value.NoneType)
	return !none
}

// boolean reads an argument as Ansible's boolean().
func (c *Call) boolean(name string, def bool) (bool, error) {
	v, ok := c.Args.GetStr(name)
	if !ok {
		return def, nil
	}
	if _, none := v.(value.NoneType); none {
		return def, nil
	}
	return toBool(v)
}
