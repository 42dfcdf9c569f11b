package service

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// initTool is how one init system is told what to do. %s is the service.
type initTool struct {
	run             func(name, verb string, args []string) []string
	enable, disable []string
	enabled         func(ctx context.Context, sys module.System, name string) (bool, error)
}

// tools are the init systems beside systemd, by what is installed.
func toolFor(sys module.System, use, name string) (initTool, error) {
	t := initTool{}
	script := "/etc/init.d/" + name
	switch {
	case program.Have(sys, "rc-service"):
		t.run = func(n, verb string, args []string) []string { return append([]string{"rc-service", n, verb}, args...) }
	case isExecutable(sys, script) && (use == "sysvinit" || !program.Have(sys, "service")):
		t.run = func(_, verb string, args []string) []string { return append([]string{script, verb}, args...) }
	case program.Have(sys, "service"):
		t.run = func(n, verb string, args []string) []string { return append([]string{"service", n, verb}, args...) }
	default:
		return t, module.Fail("cannot find 'service' binary or init script for service,  possible typo in service name?, aborting")
	}
	t.enabled = func(_ context.Context, sys module.System, n string) (bool, error) { return sysvEnabled(sys, n), nil }
	switch {
	case program.Have(sys, "rc-update"):
		t.enable, t.disable = []string{"rc-update", "add", "%s", "default"}, []string{"rc-update", "del", "%s", "default"}
		t.enabled = openrcEnabled
	case program.Have(sys, "update-rc.d"):
		t.enable, t.disable = []string{"update-rc.d", "%s", "enable"}, []string{"update-rc.d", "%s", "disable"}
	case program.Have(sys, "chkconfig"):
		t.enable, t.disable = []string{"chkconfig", "%s", "on"}, []string{"chkconfig", "%s", "off"}
	case program.Have(sys, "insserv"):
		t.enable, t.disable = []string{"insserv", "%s"}, []string{"insserv", "-r", "%s"}
	}
	return t, nil
}

func openrcEnabled(ctx context.Context, sys module.System, name string) (bool, error) {
	out, err := program.Read(ctx, sys, "rc-update", "show")
	for _, l := range program.Lines(out.Out) {
		if f := strings.Fields(strings.ReplaceAll(l, "|", " ")); len(f) > 1 && f[0] == name {
			return true, err
		}
	}
	return false, err
}

// runInit drives a service without systemd.
func runInit(ctx context.Context, c *module.Call, use string) (module.Result, error) {
	name := c.Args.Str("name")
	tool, err := toolFor(c.Sys, use, name)
	if err != nil {
		return nil, err
	}
	if _, err := c.Sys.Stat("/etc/init.d/" + name); err != nil {
		return nil, module.Fail("Could not find the requested service " + name + ": host")
	}
	res := module.Result{"name": name, "changed": false}
	if c.Args.Has("enabled") {
		if err := setBoot(ctx, c, tool, name, res); err != nil {
			return nil, err
		}
	}
	state := c.Args.Str("state")
	if state == "" {
		return res, nil
	}
	running, err := initRunning(ctx, c, tool, name)
	if err != nil {
		return nil, err
	}
	res["state"] = map[bool]string{true: "stopped", false: "started"}[state == "stopped"]
	verbs := initVerbs(state, running, c.Args.Int("sleep") > 0)
	if c.Check && len(verbs) > 0 {
		return module.Result{"changed": true, "msg": "service state changed"}, nil
	}
	for _, verb := range verbs {
		res["changed"] = true
		out, err := program.Change(ctx, c.Sys, tool.run(name, verb, strings.Fields(c.Args.Str("arguments")))...)
		if err != nil {
			return nil, err
		}
		if out.RC != 0 && !(verb == "stop" && state == "restarted") {
			return nil, module.Fail(fmt.Sprintf("Failed to %s service: %s rc=%d %s", verb, name, out.RC, out.Said()), "rc", out.RC)
		}
		if verb == "stop" && state == "restarted" && !c.Check {
			time.Sleep(time.Duration(c.Args.Int("sleep")) * time.Second)
		}
	}
	return res, nil
}

// initVerbs are the commands that lead from one state to the wanted one.
func initVerbs(state string, running, split bool) []string {
	switch {
	case state == "started" && !running:
		return []string{"start"}
	case state == "stopped" && running:
		return []string{"stop"}
	case state == "restarted" && split:
		return []string{"stop", "start"}
	case state == "restarted":
		return []string{"restart"}
	case state == "reloaded" && running:
		return []string{"reload"}
	case state == "reloaded":
		return []string{"start"}
	}
	return nil
}

// setBoot brings the start links of a service to what enabled and runlevels want.
func setBoot(ctx context.Context, c *module.Call, tool initTool, name string, res module.Result) error {
	want := c.Args.Bool("enabled")
	have, err := tool.enabled(ctx, c.Sys, name)
	if err != nil {
		return err
	}
	res["enabled"] = want
	if have == want {
		return nil
	}
	argv := map[bool][]string{true: tool.enable, false: tool.disable}[want]
	if argv == nil {
		return module.Fail("no tool to enable or disable services: install update-rc.d, chkconfig, insserv or rc-update")
	}
	if want && argv[0] == "update-rc.d" {
		if out, err := program.Change(ctx, c.Sys, "update-rc.d", name, "defaults"); err != nil || out.RC != 0 {
			return orFailed(err, out, "enable", name)
		}
	}
	real := make([]string, len(argv))
	for i, a := range argv {
		real[i] = strings.ReplaceAll(a, "%s", name)
	}
	res["changed"] = true
	out, err := program.Change(ctx, c.Sys, real...)
	if err != nil || out.RC != 0 {
		return orFailed(err, out, map[bool]string{true: "enable", false: "disable"}[want], name)
	}
	return nil
}

func orFailed(err error, out program.Output, verb, name string) error {
	if err != nil {
		return err
	}
	return out.Failed("Failed to %s service: %s rc=%d %s", verb, name, out.RC, out.Said())
}

var (
	saysStopped = regexp.MustCompile(`(?i)\b(not running|stopped|inactive|dead|is not|unused)\b`)
	saysRunning = regexp.MustCompile(`(?i)\b(running|started|start/|active)\b`)
)

// initRunning finds out whether a service runs: by pattern in the process list, by the status command's code, by its words.
func initRunning(ctx context.Context, c *module.Call, tool initTool, name string) (bool, error) {
	if pattern := c.Args.Str("pattern"); pattern != "" {
		return processMatches(c.Sys, pattern), nil
	}
	out, err := program.Read(ctx, c.Sys, tool.run(name, "status", nil)...)
	if err != nil {
		return false, err
	}
	switch out.RC {
	case 0:
		return !saysStopped.MatchString(out.Out), nil
	case 1, 2, 3, 4, 69:
		return false, nil
	}
	if stopped := saysStopped.MatchString(out.Out); stopped || saysRunning.MatchString(out.Out) {
		return !stopped, nil
	}
	return false, module.Fail("failed determining service state, possible typo of service name?")
}

// processMatches looks for a text in the command lines of all processes.
func processMatches(sys module.System, pattern string) bool {
	procs, _ := sys.ReadDir("/proc")
	for _, p := range procs {
		if p.Name[0] < '0' || p.Name[0] > '9' {
			continue
		}
		line, err := sys.ReadFile("/proc/" + p.Name + "/cmdline")
		if err == nil && strings.Contains(strings.ReplaceAll(string(line), "\x00", " "), pattern) {
			return true
		}
	}
	return false
}
