package rabbitmq

import (
	"context"
	"path"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// runVhost is community.rabbitmq.rabbitmq_vhost.
func runVhost(ctx context.Context, c *module.Call) (module.Result, error) {
	t, name, state := newControl(ctx, c), c.Args.Str("name"), c.Args.Str("state")
	out, err := program.Must(t.run(nil, true, "list_vhosts", "name", "tracing"))
	if err != nil {
		return nil, err
	}
	there, traced := false, false
	for _, line := range program.Lines(out.Out) {
		if have, tracing, ok := strings.Cut(line, "\t"); ok && have == name {
			there, traced = true, tracing == "true"
		}
	}
	var steps [][]string
	trace := func() {
		if want := c.Args.Bool("tracing"); want != traced {
			steps = append(steps, []string{map[bool]string{true: "trace_on", false: "trace_off"}[want], "-p", name})
		}
	}
	switch {
	case there && state == "absent":
		steps = [][]string{{"delete_vhost", name}}
	case there:
		trace()
	case state == "present":
		steps = [][]string{{"add_vhost", name}}
		trace()
	}
	for _, args := range steps {
		if _, err := program.Must(t.run(nil, false, args...)); err != nil {
			return nil, err
		}
	}
	return module.Result{"changed": len(steps) > 0, "name": name, "state": state}, nil
}

// runPlugin is community.rabbitmq.rabbitmq_plugin.
func runPlugin(ctx context.Context, c *module.Call) (module.Result, error) {
	tool, err := pluginTool(c)
	if err != nil {
		return nil, err
	}
	names := strings.Split(c.Args.Str("names"), ",")
	out, err := program.Must(program.Read(ctx, c.Sys, tool, "list", "-E", "-m"))
	if err != nil {
		return nil, err
	}
	have := strings.Split(out.Out, "\n")
	have = have[:slices.Index(append(have, ""), "")]
	enabled, disabled := []any{}, []any{}
	for _, plugin := range have {
		wanted := slices.Contains(names, plugin)
		switch {
		case c.Args.Str("state") == "disabled" && wanted,
			c.Args.Str("state") == "enabled" && !wanted && !c.Args.Bool("new_only") && !strings.Contains(plugin, " "):
			disabled = append(disabled, plugin)
		}
	}
	for _, name := range names {
		if c.Args.Str("state") == "enabled" && !slices.Contains(have, name) {
			enabled = append(enabled, name)
		}
	}
	for _, step := range []struct {
		verb  string
		names []any
	}{{"disable", disabled}, {"enable", enabled}} {
		for _, name := range step.names {
			if _, err := program.Must(program.Change(ctx, c.Sys, tool, step.verb, "--"+c.Args.Str("broker_state"), name.(string))); err != nil {
				return nil, err
			}
		}
	}
	return module.Result{"changed": len(enabled)+len(disabled) > 0, "enabled": enabled, "disabled": disabled}, nil
}

// pluginTool is the program that manages plugins.
func pluginTool(c *module.Call) (string, error) {
	prefix := c.Args.Str("prefix")
	if prefix == "" {
		return program.Path(c.Sys, "rabbitmq-plugins")
	}
	for _, bin := range []string{"bin", "sbin"} {
		if info, err := c.Sys.Stat(path.Join(prefix, bin)); err == nil && info.Mode.IsDir() {
			return path.Join(prefix, bin, "rabbitmq-plugins"), nil
		}
	}
	return "", module.Fail("No binary folder in prefix " + prefix)
}
