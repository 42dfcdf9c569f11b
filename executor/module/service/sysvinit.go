package service

import (
	"context"
	"slices"
	"strings"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// sysvTask is one call of ansible.builtin.sysvinit.
type sysvTask struct {
	*module.Call
	name, script string
	result       module.Result
	// status tells, by what was asked for, what came of it.
	status map[string]any
}

// runSysvinit is ansible.builtin.sysvinit.
func runSysvinit(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &sysvTask{Call: c, name: c.Args.Str("name"), status: map[string]any{}}
	t.script = t.name
	if !strings.HasPrefix(t.name, "/") {
		t.script = "/etc/init.d/" + t.name
	}
	t.result = module.Result{"name": t.name, "changed": false, "status": t.status}
	if _, err := c.Sys.Stat(t.script); err != nil {
		return nil, module.Fail("Could not find the requested service " + t.name + ": ")
	}
	running, err := t.running(ctx)
	if err != nil {
		return nil, err
	}
	if err := t.enable(ctx); err != nil {
		return nil, err
	}
	return t.result, t.bring(ctx, running)
}

// note tells of a step: its output is that of the programs that it ran, where it changed something outside of check mode.
func (t *sysvTask) note(what string, changed bool, out *program.Output) {
	s := map[string]any{"changed": changed, "rc": nil, "stdout": nil, "stderr": nil}
	if out != nil && changed && !t.Check {
		s["rc"], s["stdout"], s["stderr"] = out.RC, out.Out, out.Err
	}
	if what == "enabled" && len(t.Args.Strs("runlevels")) > 0 {
		s["runlevels"] = t.Args.Strs("runlevels")
	}
	t.status[what] = s
	if changed {
		t.result["changed"] = true
	}
}

// enabledIn tells whether a runlevel, or any for "", has a start link.
func (t *sysvTask) enabledIn(level string) bool {
	levels := []string{level}
	if level == "" {
		levels = strings.Split("0123456S", "")
	}
	return slices.ContainsFunc(levels, func(l string) bool {
		return sysvLink(t.Sys, "/etc/rc"+l+".d", 'S', t.name) || sysvLink(t.Sys, "/etc/init.d/rc"+l+".d", 'S', t.name)
	})
}

// enable brings the start links to what enabled and runlevels want.
func (t *sysvTask) enable(ctx context.Context) error {
	want, levels := t.Args.Bool("enabled"), t.Args.Strs("runlevels")
	changed := t.Args.Has("enabled") && t.enabledIn("") != want
	if len(levels) > 0 {
		changed = slices.ContainsFunc(levels, func(l string) bool { return !t.Args.Has("enabled") || t.enabledIn(l) != want })
	}
	if !changed {
		t.note("enabled", false, nil)
		return nil
	}
	var argv []string
	switch verb := map[bool]string{true: "on", false: "off"}[want]; {
	case program.Have(t.Sys, "update-rc.d") && len(levels) > 0:
		argv = append([]string{"update-rc.d", t.name, map[bool]string{true: "enable", false: "disable"}[want]}, levels...)
	case program.Have(t.Sys, "update-rc.d"):
		argv = []string{"update-rc.d", t.name, map[bool]string{true: "defaults", false: "disable"}[want]}
	case program.Have(t.Sys, "chkconfig") && len(levels) > 0:
		argv = []string{"chkconfig", "--level", strings.Join(levels, ""), t.name, verb}
	case program.Have(t.Sys, "chkconfig"):
		argv = []string{"chkconfig", t.name, verb}
	default:
		return module.Fail("no tool to enable or disable services: install update-rc.d or chkconfig")
	}
	out, err := program.Change(ctx, t.Sys, argv...)
	if err != nil {
		return err
	}
	t.note("enabled", true, &out)
	if strings.Contains(out.Err, "illegal runlevel specified") {
		return module.Fail("Illegal runlevel specified for enable operation on service " + t.name)
	}
	return nil
}

// running finds out whether the service runs: by pattern in the process list, by what its status says, by the code of that.
func (t *sysvTask) running(ctx context.Context) (bool, error) {
	if pattern := t.Args.Str("pattern"); pattern != "" {
		return processMatches(t.Sys, pattern), nil
	}
	argv := []string{t.script, "status"}
	if program.Have(t.Sys, "service") {
		argv = []string{"service", t.name, "status"}
	}
	out, err := program.Read(ctx, t.Sys, argv...)
	if err != nil {
		return false, err
	}
	if strings.Count(out.Out, "\n") <= 1 {
		said := strings.ReplaceAll(strings.ToLower(out.Out), strings.ToLower(t.name), "")
		has := func(word string) bool { return strings.Contains(said, word) }
		switch {
		case slices.ContainsFunc([]string{"stop", "is dead ", "dead but ", "could not access pid file", "inactive"}, has):
			return false, nil
		case !has("not ") && slices.ContainsFunc([]string{"run", "start", "active"}, has):
			return true, nil
		}
	}
	switch {
	case slices.Contains([]int{1, 2, 3, 4, 69}, out.RC):
		return false, nil
	case out.RC == 0:
		return true, nil
	}
	return processMatches(t.Sys, t.name), nil
}

// bring starts, stops, restarts or reloads.
func (t *sysvTask) bring(ctx context.Context, running bool) error {
	state := t.Args.Str("state")
	if state == "" {
		t.note("null", false, nil) // the name that Ansible's module has for no state
		return nil
	}
	verbs := map[string][]string{"started": {"start"}, "stopped": {"stop"}, "reloaded": {"reload"}, "restarted": {"stop", "start"}}[state]
	if state == "started" && running || state == "stopped" && !running {
		t.note(state, false, nil)
		return nil
	}
	words, err := module.SplitWords(t.Args.Str("arguments"))
	if err != nil {
		return module.Fail("arguments: " + err.Error())
	}
	var out program.Output
	for _, verb := range verbs {
		if out, err = program.Change(ctx, t.Sys, append([]string{t.script, verb}, words...)...); err != nil {
			return err
		}
		if out.RC != 0 {
			return out.Failed("Failed to %s service: %s", strings.TrimSuffix(strings.TrimSuffix(state, "ed"), "p"), t.name)
		}
		if seconds := t.Args.Int("sleep"); state == "restarted" && !t.Check {
			time.Sleep(time.Duration(seconds) * time.Second)
		}
	}
	t.note(state, true, &out)
	return nil
}
