package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/connection"
	"pylint-deploy/executor/event"
	"pylint-deploy/executor/module/state"
	"pylint-deploy/executor/strategy"
	"pylint-deploy/executor/strategy/launch"
)

// Hosts is the World of real hosts: playbooks run by package launch, states by the internal module state.
type Hosts struct {
	Playbooks []string
	Options   launch.Options
	Target    Target
	// Ignore and Opaque are patterns of package state, beside the defaults.
	Ignore, Opaque []string
	// Below limits the file tree to some directories; nil is everything.
	Below []string
	// Here allows hosts that are this very machine.
	Here bool
	// Log gets the screens of all runs; nil is nobody.
	Log io.Writer

	names   []string
	session *launch.Session
	probe   prober
	last    map[string]*taken
}

// prober calls modules on hosts from beside the runs.
type prober interface {
	Do(ctx context.Context, host, module string, args map[string]any) (map[string]any, error)
	Close()
}

// taken is the last capture of a host.
type taken struct {
	number int64
	items  map[string]string
}

// How many seconds services may be on their way before a capture is taken as it is, and how many what a lost agent still ends, such as the
// installation of packages.
const (
	settleWithin = 10
	endsWithin   = 300
)

// NewHosts reads the playbooks and the inventory, and finds out which hosts there are. A host that is this machine is refused: it
// is not one to throw away.
func NewHosts(ctx context.Context, h *Hosts) (*Hosts, error) {
	h.Options.Stdout, h.Options.Stderr = h.log(), h.log()
	s, err := launch.New(ctx, h.Playbooks, h.Options)
	if err != nil {
		return nil, err
	}
	if err := s.Refuse(false); err != nil {
		s.Close()
		return nil, err
	}
	h.session = s
	if h.names, err = s.Runner.Inventory.Match("all", true); err != nil {
		s.Close()
		return nil, err
	}
	if len(h.names) == 0 {
		s.Close()
		return nil, errors.New("the inventory has no hosts: name the throw-away target with -i")
	}
	if err := h.refuseHere(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return h, nil
}

// refuseHere refuses hosts that are this very machine.
func (h *Hosts) refuseHere(ctx context.Context) error {
	if h.Here {
		return nil
	}
	probe := h.session.Runner.Probe()
	defer probe.Close()
	for _, name := range h.names {
		if here, err := probe.IsHere(ctx, name); err != nil || here {
			return errors.Join(err, fmt.Errorf("%s is this very machine (ansible_connection=local), which verify would disturb; --this-machine allows it", name))
		}
	}
	return nil
}

// Names are the hosts.
func (h *Hosts) Names() []string { return h.names }

func (h *Hosts) log() io.Writer {
	if h.Log == nil {
		return io.Discard
	}
	return h.Log
}

// Note tells the log something.
func (h *Hosts) Note(what string) { fmt.Fprintf(h.log(), "\nverify: %s\n", what) }

// note tells the log what was done and how long it took.
func (h *Hosts) note(since time.Time, what string) {
	h.Note(fmt.Sprintf("%s took %.2f s", what, time.Since(since).Seconds()))
}

// Close ends what is open.
func (h *Hosts) Close() {
	if h.probe != nil {
		h.probe.Close()
	}
	h.session.Close()
}

// Reset implements World.
func (h *Hosts) Reset(ctx context.Context) error {
	defer h.note(time.Now(), "reset")
	h.leave()
	return h.Target.Reset(ctx)
}

// leave ends what is open to machines that are about to be others.
func (h *Hosts) leave() {
	if h.probe != nil {
		h.probe.Close()
	}
	h.probe, h.last = nil, map[string]*taken{}
}

// Keeper makes snapshots of the targets; nil is none.
func (h *Hosts) Keeper() Keeper {
	if k := h.Target.Keeper(); k != nil {
		return keeping{k, h}
	}
	return nil
}

// keeping is the Keeper of a target, with the connections of those who use it.
type keeping struct {
	Keeper
	hosts *Hosts
}

// Keep implements Keeper.
func (k keeping) Keep(ctx context.Context, name string) error {
	defer k.hosts.note(time.Now(), "snapshot "+name)
	return k.Keeper.Keep(ctx, name)
}

// Return implements Keeper.
func (k keeping) Return(ctx context.Context, name string) error {
	defer k.hosts.note(time.Now(), "return to "+name)
	k.hosts.leave()
	return k.Keeper.Return(ctx, name)
}

// beside gives the probe, connecting where there is none.
func (h *Hosts) beside() prober {
	if h.probe != nil {
		return h.probe
	}
	if d := h.Target.Dialer(); d != nil {
		h.probe = &entry{dialer: d, start: h.session.Runner.Start, clients: map[string]agent.Client{}}
	} else {
		h.probe = h.session.Runner.Probe()
	}
	return h.probe
}

// Capture implements World.
func (h *Hosts) Capture(ctx context.Context, when Moment) (State, error) {
	defer h.note(time.Now(), "look at the state ("+when.String()+")")
	out := State{}
	var mu sync.Mutex
	var all sync.WaitGroup
	errs := make([]error, len(h.names))
	p := h.beside()
	for i, name := range h.names {
		all.Go(func() {
			items, err := h.capture(ctx, p, name, when, &mu)
			mu.Lock()
			defer mu.Unlock()
			out[name], errs[i] = items, err
		})
	}
	all.Wait()
	return out, errors.Join(errs...)
}

func (h *Hosts) capture(ctx context.Context, p prober, host string, when Moment, mu *sync.Mutex) (map[string]string, error) {
	mu.Lock()
	last := h.last[host]
	mu.Unlock()
	if last == nil {
		last = &taken{}
	}
	args := map[string]any{"ignore": anyOf(h.ignored(), h.Ignore), "opaque": anyOf(Opaque, h.Opaque), "since": last.number,
		"settle": settleWithin}
	if when == Lost {
		args["settle"], args["alone"] = endsWithin, true
	}
	if len(h.Below) > 0 {
		args["roots"] = anyOf(h.Below)
	}
	res, err := p.Do(ctx, host, state.Name, args)
	var lost *connection.Unreachable
	if errors.As(err, &lost) && last.number > 0 { // it was restarted, or its sshd was: once more, from the start
		args["since"], last = 0, &taken{}
		res, err = p.Do(ctx, host, state.Name, args)
	}
	if err != nil {
		return nil, err
	}
	now := map[string]string{}
	if whole, _ := res["whole"].(bool); !whole {
		maps.Copy(now, last.items)
	}
	set, _ := res["set"].(map[string]any)
	for item, line := range set {
		now[item], _ = line.(string)
	}
	gone, _ := res["gone"].([]any)
	for _, item := range gone {
		if name, ok := item.(string); ok {
			delete(now, name)
		}
	}
	number, _ := res["number"].(int64)
	mu.Lock()
	defer mu.Unlock()
	h.last[host] = &taken{number, now}
	return now, nil
}

// ignored are the defaults, but for directories that hold one that the user asked for.
func (h *Hosts) ignored() []string {
	return slices.DeleteFunc(slices.Clone(Ignored), func(pattern string) bool {
		return slices.ContainsFunc(h.Below, func(dir string) bool { return strings.HasPrefix(dir+"/", pattern+"/") })
	})
}

func anyOf(lists ...[]string) []any {
	out := []any{}
	for _, l := range lists {
		for _, s := range l {
			out = append(out, s)
		}
	}
	return out
}

// Command implements World.
func (h *Hosts) Command(ctx context.Context, host, command string) error {
	_, err := h.beside().Do(ctx, host, "ansible.builtin.shell", map[string]any{"_raw_params": command})
	return err
}

// Play implements World.
func (h *Hosts) Play(ctx context.Context, watch Watch) (*Trace, error) {
	defer h.note(time.Now(), "run")
	r := &recorder{trace: &Trace{}, steps: map[int]*Step{}, reading: map[int]map[string]bool{}}
	o := h.Options
	o.Watcher = r
	s, err := launch.New(ctx, h.Playbooks, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	cables := &cables{}
	for kind, d := range s.Runner.Dialers {
		if h.Target.Replaces() {
			d = h.Target.Dialer()
		}
		s.Runner.Dialers[kind] = cutting{d, cables}
	}
	var timer *time.Timer
	s.Runner.Before = func(ctx context.Context, t *event.Task) error {
		task := taskOf(t)
		if timer != nil && timer.Stop() { // the task was quicker
			timer = nil
		}
		if watch.Before != nil {
			if err := watch.Before(ctx, task, r.sofar()); err != nil {
				return err
			}
		}
		if watch.Cut != nil {
			if after := watch.Cut(task); after > 0 {
				timer = time.AfterFunc(after, cables.cut)
			}
		}
		return nil
	}
	if watch.Reads {
		s.Runner.Reads = r.reads
	}
	code, err := s.Run(ctx)
	if timer != nil {
		timer.Stop()
	}
	trace := r.done(code, errors.Is(err, ErrStop))
	trace.Cut = cables.isCut()
	if trace.Stopped {
		err = nil
	}
	var abort *strategy.Abort
	if errors.As(err, &abort) && ctx.Err() == nil && len(trace.Steps) > 0 { // such as a missing handler: the playbook's fault
		last := trace.Steps[len(trace.Steps)-1]
		last.Status, last.Message, err = "failed", abort.Error(), nil
	}
	return trace, err
}
