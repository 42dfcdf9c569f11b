package action

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/parser/jinja/value"
)

// number reads an argument in seconds, minutes and the like.
func (c *Call) number(name string, def float64, aliases ...string) (float64, error) {
	for _, n := range append([]string{name}, aliases...) {
		if !c.has(n) {
			continue
		}
		f, err := strconv.ParseFloat(strings.TrimSpace(c.str(n)), 64)
		if err != nil {
			v, _ := c.Args.GetStr(n)
			return 0, &Failed{Msg: fmt.Sprintf("argument '%s' is of type %s and we were unable to convert to int: invalid literal for int() with base 10: '%s'",
				n, pyType(v), c.str(n))}
		}
		return f, nil
	}
	return def, nil
}

// only refuses arguments other than those named.
func (c *Call) only(names []string) error {
	var bad []string
	for k := range c.Args.All() {
		if name, _ := value.ToStr(k); !slices.Contains(names, name) {
			bad = append(bad, name)
		}
	}
	if len(bad) > 0 {
		return &Raised{Err: &Failed{Msg: fmt.Sprintf("Invalid options for %s: %s", c.Name, strings.Join(bad, ","))}}
	}
	return nil
}

// waitForConnection waits until the target can be used (ansible.builtin.wait_for_connection).
func waitForConnection(ctx context.Context, c *Call) (Step, error) {
	times := map[string]float64{"connect_timeout": 5, "delay": 0, "sleep": 1, "timeout": 600}
	for name, def := range times {
		n, err := c.number(name, def)
		if err != nil {
			return Step{}, err
		}
		times[name] = n
	}
	if c.Check {
		return done("skipped", true, "changed", false)
	}
	start := c.Run.Now()
	if err := c.Run.Sleep(ctx, seconds(times["delay"])); err != nil {
		return Step{}, err
	}
	last := c.until(ctx, start.Add(seconds(times["timeout"])), seconds(times["sleep"]), func() error { return c.ping(ctx, times["connect_timeout"]) })
	elapsed := int64(c.Run.Now().Sub(start).Seconds())
	if last != nil {
		return done("failed", true, "changed", false, "elapsed", elapsed, "msg", fmt.Sprintf("timed out waiting for ping module test: %v", last))
	}
	return done("changed", false, "elapsed", elapsed)
}

func seconds(f float64) time.Duration { return time.Duration(f * float64(time.Second)) }

// until repeats try until it succeeds or the end has come, and returns its last error.
func (c *Call) until(ctx context.Context, end time.Time, sleep time.Duration, try func() error) error {
	for {
		err := try()
		if err == nil {
			return nil
		}
		if c.Run.Now().After(end) {
			return err
		}
		if stopped := c.Run.Sleep(ctx, sleep); stopped != nil {
			return stopped
		}
	}
}

// ping makes a new connection and runs the module ping over it.
func (c *Call) ping(ctx context.Context, limit float64) error {
	if err := c.Remote.Reset(ctx); err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, seconds(max(limit, 1))+5*time.Second)
	defer cancel()
	r, err := c.Remote.Do(bounded, &Request{Module: "ansible.builtin.ping", Args: map[string]any{"data": "pong"}, Internal: true})
	if err == nil && flag(r, "failed") {
		v, _ := r.GetStr("msg")
		text, _ := value.ToStr(v)
		err = errors.New(text)
	}
	return err
}

// reboot restarts the target and waits until it is back (ansible.builtin.reboot).
func reboot(ctx context.Context, c *Call) (Step, error) {
	if c.Remote.About().Connection == "local" {
		return done("changed", false, "elapsed", 0, "rebooted", false, "failed", true, "msg", fmt.Sprintf("Running %s with local connection would reboot the control node.", c.Name))
	}
	if c.Check {
		return done("changed", true, "elapsed", 0, "rebooted", true)
	}
	start := c.Run.Now()
	before, err := c.bootID(ctx)
	if err != nil {
		return Step{}, err
	}
	if err := c.shutdown(ctx); err != nil {
		return Step{}, err
	}
	post, err := c.number("post_reboot_delay", 0, "post_reboot_delay_sec")
	if err != nil {
		return Step{}, err
	}
	limit, err := c.number("reboot_timeout", 600, "reboot_timeout_sec")
	if err != nil {
		return Step{}, err
	}
	if err := c.Run.Sleep(ctx, seconds(post)); err != nil {
		return Step{}, err
	}
	end := start.Add(seconds(limit))
	last := c.until(ctx, end, time.Second, func() error { return c.rebooted(ctx, before) })
	if last == nil {
		last = c.until(ctx, end, time.Second, func() error { return c.testCommand(ctx) })
	}
	elapsed := int64(c.Run.Now().Sub(start).Seconds())
	if last != nil {
		return done("failed", true, "changed", true, "rebooted", true, "elapsed", elapsed, "msg", fmt.Sprintf("Timed out waiting for last boot time check (timeout=%d): %v", int(limit), last))
	}
	return done("changed", true, "elapsed", elapsed, "rebooted", true)
}

func (c *Call) bootID(ctx context.Context) (string, error) {
	return c.run(ctx, firstOf(c.str("boot_time_command"), "cat /proc/sys/kernel/random/boot_id"))
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

func (c *Call) run(ctx context.Context, line string) (string, error) {
	no := false
	r, err := c.Remote.Do(ctx, &Request{Module: "ansible.builtin.shell", Args: map[string]any{"_raw_params": line}, Check: &no, Internal: true})
	if err != nil {
		return "", err
	}
	v, _ := r.GetStr("stdout")
	out := mustText(FromGo(v))
	if flag(r, "failed") {
		return out, &Failed{Msg: fmt.Sprintf("the command %q failed: %s", line, out)}
	}
	return out, nil
}

// shutdown asks for the restart. That the connection breaks meanwhile is the expected end.
func (c *Call) shutdown(ctx context.Context) error {
	pre, err := c.number("pre_reboot_delay", 0, "pre_reboot_delay_sec")
	if err != nil {
		return err
	}
	message := firstOf(c.str("msg"), "Reboot initiated by Ansible")
	line := firstOf(c.str("reboot_command"), fmt.Sprintf("PATH=$PATH:/sbin:/usr/sbin:/usr/local/sbin shutdown -r %d %s", int(pre)/60, Quote(message)))
	_, err = c.run(ctx, line)
	var failed *Failed
	if errors.As(err, &failed) {
		return &Failed{Msg: "Reboot command failed. Error was: '" + failed.Msg + "'"}
	}
	return nil
}

func (c *Call) rebooted(ctx context.Context, before string) error {
	if err := c.Remote.Reset(ctx); err != nil {
		return err
	}
	now, err := c.bootID(ctx)
	if err != nil {
		return err
	}
	if now == before {
		return errors.New("boot time has not changed")
	}
	return nil
}

func (c *Call) testCommand(ctx context.Context) error {
	_, err := c.run(ctx, firstOf(c.str("test_command"), "whoami"))
	return err
}
