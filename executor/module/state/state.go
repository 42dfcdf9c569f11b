// Package state describes what a target is like, so that two moments can be compared: the file tree with contents, owners and
// modes, packages, accounts, services, sockets, firewall, mounts. It is what `verify` looks at, and it changes nothing.
//
// A capture is a flat table: an item such as "file /etc/nginx/nginx.conf" or "service nginx.service" and a line that describes
// it. Files are hashed in parallel; an agent that stays remembers what it has found (by device, inode, size and ctime, which
// no program can set), and tells only what differs from the capture that the caller has. So the first capture of a server
// takes a second or so, each further one a tenth of that.
//
// Times are no part of the state. What lives by itself (logs, caches, databases of daemons) is left out by the caller's
// patterns; of opaque files, whose content is random by nature (keys), only the content is left out.
package state

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"pylint-deploy/executor/module"
)

// Name is the module's. It is no module of Ansible: playbooks cannot call it.
const Name = module.Internal + "state"

// Modules are the modules of this family.
func Modules() []module.Module {
	k := &keeper{}
	return []module.Module{{Name: Name, Run: k.run}}
}

// keeper is what an agent remembers between captures.
type keeper struct {
	mu       sync.Mutex
	patterns string            // what was asked for
	tree     map[string]*found // by path
	units    unitFiles
	running  map[string]string // what ran at the last capture
	last     map[string]string
	number   int64
}

// capture is one look at the target.
type capture struct {
	*module.Call
	ctx    context.Context
	ignore patterns
	opaque patterns
	keep   *keeper

	mu    sync.Mutex
	items map[string]string
}

// set writes an item down, unless it is one to be left out.
func (c *capture) set(kind, name, line string) {
	if !c.ignore.item(kind, name) {
		c.put(kind, name, line)
	}
}

// put writes down an item that is known to count.
func (c *capture) put(kind, name, line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[kind+" "+name] = line
}

// sources are looked at side by side. An error is one that makes the capture worthless.
var sources = []func(*capture) error{
	(*capture).files, (*capture).packages, (*capture).accounts, (*capture).firewall, (*capture).kernel,
}

// run is the module. Arguments: ignore and opaque (lists of patterns), roots (of the file tree; "/"), since (the number of the
// capture that the caller has; 0 for none), settle (seconds to wait at most for services on their way). Results: number;
// whole, or items as set and gone since that capture.
func (k *keeper) run(ctx context.Context, call *module.Call) (module.Result, error) {
	c := &capture{Call: call, ctx: ctx, keep: k, items: map[string]string{}}
	var err error
	if c.ignore, err = compile(call.Args.Strs("ignore")); err != nil {
		return nil, err
	}
	if c.opaque, err = compile(call.Args.Strs("opaque")); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if patterns := fmt.Sprint(call.Args["ignore"], call.Args["opaque"]); patterns != k.patterns {
		k.patterns, k.tree = patterns, nil
	}
	if err := c.settle(time.Duration(call.Args.Float("settle") * float64(time.Second))); err != nil {
		return nil, err
	}
	errs := make([]error, len(sources))
	var all sync.WaitGroup
	for i, look := range sources {
		all.Go(func() { errs[i] = look(c) })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return k.answer(c.items, call.Args.Int("since")), ctx.Err()
}

// answer tells what differs from the capture that the caller has, or everything.
func (k *keeper) answer(now map[string]string, since int64) module.Result {
	before := k.last
	whole := since == 0 || since != k.number || before == nil
	k.last = now
	k.number++
	res := module.Result{"changed": false, "number": k.number, "whole": whole}
	set := map[string]any{}
	var gone []string
	for item, line := range now {
		if old, ok := before[item]; whole || !ok || old != line {
			set[item] = line
		}
	}
	if !whole {
		for item := range before {
			if _, ok := now[item]; !ok {
				gone = append(gone, item)
			}
		}
	}
	slices.Sort(gone)
	res["set"], res["gone"] = set, gone
	return res
}

// settle waits until nothing is on its way: no other agent at work, no service starting, and twice the same picture of services
// and sockets; the first may be that of the capture before. Time that runs out is no error: the capture shows how far things are.
func (c *capture) settle(most time.Duration) error {
	end := time.Now().Add(most)
	before := c.keep.running
	if c.Args.Bool("alone") {
		before = nil
	}
	for {
		now, moving, err := c.running()
		if err != nil {
			return err
		}
		if !moving && !c.othersAtWork() && (most == 0 || before != nil && maps.Equal(before, now)) || time.Now().After(end) {
			maps.Copy(c.items, now)
			c.keep.running = now
			return nil
		}
		before = now
		select {
		case <-c.ctx.Done():
			return c.ctx.Err()
		case <-time.After(settleStep):
		}
	}
}

// settleStep is the time between two looks at what is on its way.
const settleStep = 150 * time.Millisecond

func mode(perm uint32) string { return fmt.Sprintf("%04o", perm) }

func number(n int) string { return strconv.Itoa(n) }
