package service

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// supervisor is one call of supervisorctl.
type supervisor struct {
	*module.Call
	argv  []string
	name  string
	group bool // "name:" means all of a group
}

// process is a line of supervisorctl status.
type process struct{ name, status string }

// runSupervisorctl is community.general.supervisorctl.
func runSupervisorctl(ctx context.Context, c *module.Call) (module.Result, error) {
	s := &supervisor{Call: c, name: c.Args.Str("name"), argv: []string{"supervisorctl"}}
	if p := c.Path("supervisorctl_path"); p != "" {
		if !isExecutable(c.Sys, p) {
			return nil, module.Fail("Provided path to supervisorctl does not exist or isn't executable: " + p)
		}
		s.argv = []string{p}
	}
	if strings.HasSuffix(s.name, ":") {
		s.group, s.name = true, strings.TrimRight(s.name, ":")
	}
	forget, err := s.login()
	if err != nil {
		return nil, err
	}
	defer forget()
	state := c.Args.Str("state")
	if state == "restarted" {
		if _, err := program.Must(s.change(ctx, "update")); err != nil {
			return nil, err
		}
	}
	list, err := s.processes(ctx)
	if err != nil {
		return nil, err
	}
	switch state {
	case "absent":
		return s.configured(ctx, len(list) > 0, "remove", "removed")
	case "present":
		return s.configured(ctx, len(list) == 0, "add", "added")
	}
	if len(list) == 0 {
		return nil, module.Fail("ERROR (no such process)", "name", s.name)
	}
	up := func(st string) bool { return st == "RUNNING" || st == "STARTING" }
	switch state {
	case "restarted":
		return s.act(ctx, list, func(string) bool { return true }, "started", "restart")
	case "started":
		return s.act(ctx, list, func(st string) bool { return !up(st) }, "started", "start")
	case "stopped":
		return s.act(ctx, list, up, "stopped", "stop")
	}
	return s.act(ctx, list, func(st string) bool { return st == "RUNNING" }, "signalled", "signal", c.Args.Str("signal"))
}

func (s *supervisor) change(ctx context.Context, args ...string) (program.Output, error) {
	return program.Change(ctx, s.Sys, append(append([]string{}, s.argv...), args...)...)
}

// processes lists those that the name means.
func (s *supervisor) processes(ctx context.Context) ([]process, error) {
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	var list []process
	for _, p := range all {
		group, _, grouped := strings.Cut(p.name, ":")
		if s.group && grouped && group == s.name || !s.group && (p.name == s.name || s.name == "all") {
			list = append(list, p)
		}
	}
	return list, nil
}

// all are those that supervisorctl status lists.
func (s *supervisor) all(ctx context.Context) ([]process, error) {
	if list, ok := s.told(); ok {
		return list, nil
	}
	out, err := program.Read(ctx, s.Sys, append(append([]string{}, s.argv...), "status")...)
	if err != nil {
		return nil, err
	}
	var list []process
	for _, line := range program.Lines(out.Out) {
		if f := strings.Fields(line); len(f) > 1 {
			list = append(list, process{f[0], f[1]})
		}
	}
	return list, nil
}

// Programs are the programs of supervisor and their states, as supervisorctl names both.
func Programs(ctx context.Context, c *module.Call) (map[string]string, error) {
	list, err := (&supervisor{Call: c, argv: []string{"supervisorctl"}}).all(ctx)
	out := map[string]string{}
	for _, p := range list {
		out[p.name] = p.status
	}
	return out, err
}

// configured adds or removes a program that supervisor's configuration names or no longer names.
func (s *supervisor) configured(ctx context.Context, needed bool, verb, done string) (module.Result, error) {
	res := module.Result{"changed": needed, "name": s.name, "state": s.Args.Str("state")}
	switch {
	case !needed:
		return res, nil
	case s.Check:
		return module.Result{"changed": true}, nil
	}
	if _, err := program.Must(s.change(ctx, "reread")); err != nil {
		return nil, err
	}
	out, err := s.change(ctx, verb, s.name)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(out.Out, s.name+": "+done+" process group") {
		return nil, module.Fail(out.Out, "name", s.name, "state", s.Args.Str("state"))
	}
	return res, nil
}

// act does something to each process that needs it.
func (s *supervisor) act(ctx context.Context, list []process, needs func(status string) bool, done string, verb ...string) (module.Result, error) {
	affected := []any{}
	for _, p := range list {
		if needs(p.status) {
			affected = append(affected, p.name)
		}
	}
	res := module.Result{"changed": len(affected) > 0, "name": s.name, "state": s.Args.Str("state")}
	switch {
	case len(affected) == 0:
		return res, nil
	case s.Check:
		return module.Result{"changed": true}, nil
	}
	for _, p := range affected {
		out, err := program.Must(s.change(ctx, append(verb, p.(string))...))
		if err != nil {
			return nil, err
		}
		if !strings.Contains(out.Out, p.(string)+": "+done) {
			return nil, module.Fail(out.Out)
		}
	}
	res["affected"] = affected
	return res, nil
}
