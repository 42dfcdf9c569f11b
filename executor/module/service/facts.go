package service

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
	"pylint-deploy/executor/module/regexp"
)

// runServiceFacts is ansible.builtin.service_facts.
func runServiceFacts(ctx context.Context, c *module.Call) (module.Result, error) {
	services := map[string]any{}
	if err := listInit(ctx, c, services); err != nil {
		return nil, err
	}
	if comm, err := c.Sys.ReadFile("/proc/1/comm"); err == nil && strings.Contains(string(comm), "systemd") && program.Have(c.Sys, "systemctl") {
		if err := listUnits(ctx, c, services); err != nil {
			return nil, err
		}
		if err := listUnitFiles(ctx, c, services); err != nil {
			return nil, err
		}
	}
	if len(services) == 0 {
		return module.Result{"changed": false, "skipped": true,
			"msg": "Failed to find any services. This can be due to privileges or some other configuration issue."}, nil
	}
	return module.Result{"changed": false, "ansible_facts": map[string]any{"services": services}}, nil
}

var sysvStatusLine = regexp.MustCompile(`(?m)^\s*\[ ([+-]) \]\s+(.+)$`)

// listInit lists what SysV scripts or OpenRC know.
func listInit(ctx context.Context, c *module.Call, services map[string]any) error {
	switch {
	case program.Have(c.Sys, "rc-status"):
		return listOpenRC(ctx, c, services)
	case program.Have(c.Sys, "service") && !program.Have(c.Sys, "chkconfig"):
		out, err := program.Read(ctx, c.Sys, "service", "--status-all")
		if err != nil {
			return err
		}
		if out.RC != 0 && out.RC != 4 {
			c.Warn("Unable to query 'service' tool (%d): %s", out.RC, out.Err)
		}
		for _, m := range sysvStatusLine.FindAllStringSubmatch(out.Out, -1) {
			state := map[string]string{"+": "running", "-": "stopped"}[m[1]]
			services[m[2]] = map[string]any{"name": m[2], "state": state, "source": "sysv"}
		}
	}
	return nil
}

func listOpenRC(ctx context.Context, c *module.Call, services map[string]any) error {
	levels := map[string]any{}
	out, err := program.Read(ctx, c.Sys, "rc-update", "show", "-v")
	if err != nil {
		return err
	}
	for _, l := range program.Lines(out.Out) {
		name, rest, ok := strings.Cut(l, "|")
		if !ok {
			continue
		}
		var list []any
		for _, f := range strings.Fields(rest) {
			list = append(list, f)
		}
		if list != nil {
			levels[strings.TrimSpace(name)] = list
		}
	}
	if out, err = program.Read(ctx, c.Sys, "rc-status", "-a", "-s", "-m"); err != nil {
		return err
	}
	for _, l := range program.Lines(out.Out) {
		if !strings.HasPrefix(l, " ") {
			continue
		}
		f := strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(l))
		if len(f) >= 2 {
			services[f[0]] = map[string]any{"name": f[0], "runlevels": levels[f[0]], "state": f[1], "source": "openrc"}
		}
	}
	return nil
}

func badState(s string) bool { return s == "not-found" || s == "masked" || s == "failed" }

// listUnits lists the units that systemd has loaded.
func listUnits(ctx context.Context, c *module.Call, services map[string]any) error {
	out, err := program.Read(ctx, c.Sys, "systemctl", "list-units", "--no-pager", "--type", "service", "--all")
	if err != nil {
		return err
	}
	for _, line := range program.Lines(out.Out) {
		f := strings.Fields(line)
		if !strings.Contains(line, ".service") || len(f) < 4 {
			continue
		}
		status := f[2]
		for _, w := range []string{"not-found", "masked", "failed"} {
			if i := indexOf(f, w); i >= 0 {
				status, f = w, f[1:] // a bullet stands before it
				break
			}
		}
		state := "stopped"
		if len(f) > 3 && f[3] == "running" {
			state = "running"
		}
		services[f[0]] = map[string]any{"name": f[0], "state": state, "status": status, "source": "systemd"}
	}
	return nil
}

func indexOf(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}

// listUnitFiles adds the units that are not loaded. Their states are asked in one call.
func listUnitFiles(ctx context.Context, c *module.Call, services map[string]any) error {
	out, err := program.Read(ctx, c.Sys, "systemctl", "list-unit-files", "--no-pager", "--type", "service", "--all")
	if err != nil {
		return err
	}
	var ask []string
	for _, line := range program.Lines(out.Out) {
		f := strings.Fields(line)
		if !strings.Contains(line, ".service") || len(f) < 2 {
			continue
		}
		if s, ok := services[f[0]].(map[string]any); ok {
			if st, _ := s["status"].(string); !badState(st) {
				s["status"] = f[1]
			}
			continue
		}
		services[f[0]] = map[string]any{"name": f[0], "state": "unknown", "status": f[1], "source": "systemd"}
		if !strings.Contains(f[0], "@.") {
			ask = append(ask, f[0])
		}
	}
	if len(ask) == 0 {
		return nil
	}
	out, err = program.Read(ctx, c.Sys, append([]string{"systemctl", "show", "--property=Id,Names,ActiveState", "--"}, ask...)...)
	if err != nil {
		return err
	}
	for i, stanza := range strings.Split(strings.TrimSpace(out.Out), "\n\n") {
		if i < len(ask) {
			if s, ok := parseShow(stanza)["ActiveState"]; ok {
				services[ask[i]].(map[string]any)["state"] = s
			}
		}
	}
	return nil
}
