package waiting

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/parser/pyre"
)

// waitFor is ansible.builtin.wait_for.
//
// Known difference: the connections of state=drained are read from /proc/net only.
type waitFor struct {
	*module.Call
	host, path, state string
	port              int64
	msg               string
	search            *pyre.Regexp
	start, end        time.Time
	match             *pyre.Match
}

func runWaitFor(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &waitFor{Call: c, host: c.Args.Str("host"), path: c.Path("path"), state: c.Args.Str("state"),
		port: c.Args.Int("port"), msg: c.Args.Str("msg"), start: time.Now()}
	if err := t.check(); err != nil {
		return nil, err
	}
	t.end = t.start.Add(time.Duration(c.Args.Int("timeout")) * time.Second)
	if err := sleep(ctx, time.Duration(c.Args.Int("delay"))*time.Second); err != nil {
		return nil, err
	}
	if err := t.wait(ctx); err != nil {
		return nil, err
	}
	return t.result(), nil
}

func (t *waitFor) check() error {
	refuse := func(format string, args ...any) error {
		return module.Fail(fmt.Sprintf(format, args...), "elapsed", 0)
	}
	if text := t.Args.Str("search_regex"); t.Args.Has("search_regex") {
		re, err := pyre.Compile(text, pyre.Multiline|pyre.Bytes)
		if err != nil {
			return module.Fail(fmt.Sprintf("Invalid regular expression: %v", err))
		}
		t.search = re
	}
	if t.port != 0 && t.path != "" {
		return refuse("port and path parameter can not both be passed to wait_for")
	}
	if t.path != "" && (t.state == "stopped" || t.state == "drained") {
		return refuse("state=%s should only be used for checking a port in the wait_for module", t.state)
	}
	if t.Args.Has("exclude_hosts") && t.state != "drained" {
		return refuse("exclude_hosts should only be with state=drained")
	}
	for _, s := range t.Args.Strs("active_connection_states") {
		if connectionStates[s] == "" {
			return refuse("unknown active_connection_state (%s) defined", s)
		}
	}
	return nil
}

// wait does the waiting of each state.
func (t *waitFor) wait(ctx context.Context) error {
	target := fmt.Sprintf("%s:%d", t.host, t.port)
	if t.path != "" {
		target = t.path
	}
	switch {
	case t.port == 0 && t.path == "" && t.state != "drained":
		return sleep(ctx, time.Duration(t.Args.Int("timeout"))*time.Second)
	case t.state == "absent" || t.state == "stopped":
		word := "to stop."
		if t.path != "" {
			word = "to be absent."
		}
		return t.until(ctx, t.gone, fmt.Sprintf("Timeout when waiting for %s %s", target, word))
	case t.state == "drained":
		return t.until(ctx, t.drained, fmt.Sprintf("Timeout when waiting for %s to drain", target))
	}
	timeout := "Timeout when waiting for " + target
	if t.path != "" {
		timeout = "Timeout when waiting for file " + t.path
	}
	if t.search != nil {
		timeout = fmt.Sprintf("Timeout when waiting for search string %s in %s", t.Args.Str("search_regex"), target)
	}
	return t.until(ctx, t.there, timeout)
}

// until tries a condition again and again.
func (t *waitFor) until(ctx context.Context, condition func(context.Context) (bool, error), timeout string) error {
	for time.Now().Before(t.end) {
		ok, err := condition(ctx)
		if ok || err != nil {
			return err
		}
		if err := sleep(ctx, time.Duration(t.Args.Int("sleep"))*time.Second); err != nil {
			return err
		}
	}
	if t.msg != "" {
		timeout = t.msg
	}
	return module.Fail(timeout, "elapsed", t.elapsed())
}

func (t *waitFor) elapsed() int { return int(time.Since(t.start) / time.Second) }

// sleep pauses, but not longer than the call lasts.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

func (t *waitFor) dial(ctx context.Context) (net.Conn, error) {
	limit := min(time.Duration(t.Args.Int("connect_timeout"))*time.Second, time.Until(t.end)+time.Second)
	d := net.Dialer{Timeout: limit}
	return d.DialContext(ctx, "tcp", net.JoinHostPort(t.host, strconv.FormatInt(t.port, 10)))
}

func (t *waitFor) gone(ctx context.Context) (bool, error) {
	if t.path != "" {
		return !t.Sys.Access(t.path, 0), nil
	}
	conn, err := t.dial(ctx)
	if err != nil {
		return true, ctx.Err()
	}
	return false, conn.Close()
}

func (t *waitFor) there(ctx context.Context) (bool, error) {
	if t.path != "" {
		return t.fileThere()
	}
	conn, err := t.dial(ctx)
	if err != nil {
		return false, ctx.Err()
	}
	defer conn.Close()
	if t.search == nil {
		return true, nil
	}
	// The context cannot interrupt a read; the deadline can.
	stop := context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Now()) })
	defer stop()
	if err := conn.SetReadDeadline(t.end); err != nil {
		return false, err
	}
	var data []byte
	buf := make([]byte, 1024)
	for {
		n, err := conn.Read(buf)
		data = append(data, buf[:n]...)
		if n > 0 {
			if m, serr := t.search.Search(string(data)); m != nil || serr != nil {
				t.match = nil // of a port only that it matched is returned
				return m != nil, serr
			}
		}
		if err != nil {
			return false, ctx.Err()
		}
	}
}

func (t *waitFor) fileThere() (bool, error) {
	if _, err := t.Sys.Stat(t.path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		msg := fmt.Sprintf("Failed to stat %s, %v", t.path, err)
		if t.msg != "" {
			msg = t.msg
		}
		return false, module.Fail(msg, "elapsed", t.elapsed())
	}
	if t.search == nil {
		return true, nil
	}
	data, err := t.Sys.ReadFile(t.path)
	if err != nil {
		return false, nil
	}
	t.match, err = t.search.Search(string(data))
	return t.match != nil, err
}

func (t *waitFor) result() module.Result {
	groups, dict := []any{}, map[string]any{}
	if t.match != nil {
		for i := 1; i <= t.search.NumGroups(); i++ {
			groups = append(groups, groupValue(t.match.Group(i)))
		}
		for _, name := range t.search.GroupNames() {
			dict[name] = groupValue(t.match.Named(name))
		}
	}
	res := module.Result{"state": t.state, "port": nil, "path": nil, "search_regex": nil,
		"match_groups": groups, "match_groupdict": dict, "elapsed": t.elapsed()}
	if t.port != 0 {
		res["port"] = t.port
	}
	if t.path != "" {
		res["path"] = t.path
	}
	if t.search != nil {
		res["search_regex"] = t.Args.Str("search_regex")
	}
	return res
}

func groupValue(s string, ok bool) any {
	if !ok {
		return nil
	}
	return s
}
