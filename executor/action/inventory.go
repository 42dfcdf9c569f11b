package action

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"pylint-deploy/executor/event"
	"pylint-deploy/parser/jinja/value"
)

// addHost adds a host to the inventory of the run (ansible.builtin.add_host).
func addHost(_ context.Context, c *Call) (Step, error) {
	name := ""
	for _, arg := range []string{"name", "hostname", "host"} {
		if c.has(arg) {
			name = c.str(arg)
			break
		}
	}
	if name == "" {
		return Step{}, &Failed{Msg: "name, host or hostname needs to be provided"}
	}
	c.Run.Events.Emit(event.Notice{Level: 2, Text: "creating host via 'add_host': hostname=" + name})
	vars := value.NewDict()
	for k, v := range c.Args.All() {
		switch key, _ := value.ToStr(k); key {
		case "name", "hostname", "groupname", "groups":
		default:
			vars.Set(k, v)
		}
	}
	if host, port, ok := strings.Cut(name, ":"); ok && !strings.Contains(port, ":") {
		if n, err := strconv.Atoi(port); err == nil {
			name = host
			vars.SetStr("ansible_ssh_port", value.Int(n))
		}
	}
	groups, err := c.groups()
	if err != nil {
		return Step{}, err
	}
	return done("changed", false, "add_host", Result("host_name", name, "groups", groups, "host_vars", vars))
}

func (c *Call) groups() (*value.List, error) {
	out := value.NewList()
	for _, arg := range []string{"groupname", "groups", "group"} {
		v, ok := c.Args.GetStr(arg)
		if !ok {
			continue
		}
		var names []string
		switch v := v.(type) {
		case *value.List:
			for _, item := range v.Items {
				s, _ := value.ToStr(item)
				names = append(names, s)
			}
		case value.Str:
			names = strings.Split(string(v), ",")
		default:
			return nil, &Failed{Msg: "Groups must be specified as a list."}
		}
		for _, n := range names {
			if n = strings.TrimSpace(n); n != "" {
				out.Items = append(out.Items, value.Str(n))
			}
		}
		break
	}
	return out, nil
}

// groupBy puts the host into a group that depends on its variables (ansible.builtin.group_by).
func groupBy(_ context.Context, c *Call) (Step, error) {
	if !c.present("key") {
		return Step{}, &Failed{Msg: "the 'key' param is required when using group_by"}
	}
	parents := value.NewList(value.Str("all"))
	if v, ok := c.Args.GetStr("parents"); ok {
		switch v := v.(type) {
		case *value.List:
			parents = value.NewList()
			for _, item := range v.Items {
				s, _ := value.ToStr(item)
				parents.Items = append(parents.Items, groupName(s))
			}
		default:
			s, _ := value.ToStr(v)
			parents = value.NewList(groupName(s))
		}
	}
	return done("changed", false, "add_group", groupName(c.str("key")), "parent_groups", parents)
}

func groupName(s string) value.Value { return value.Str(strings.ReplaceAll(s, " ", "-")) }

// validateArgumentSpec checks the variables that a role takes (ansible.builtin.validate_argument_spec).
func validateArgumentSpec(_ context.Context, c *Call) (Step, error) {
	spec, ok := c.Args.GetStr("argument_spec")
	if !ok {
		return Step{}, &Failed{Msg: `"argument_spec" arg is required in args: ` + fmt.Sprint(c.Name)}
	}
	specs, ok := spec.(*value.Dict)
	if !ok {
		return Step{}, &Failed{Msg: fmt.Sprintf("Incorrect type for argument_spec, expected dict and got %s", pyType(spec))}
	}
	args, err := roleArguments(specs)
	if err != nil {
		return Step{}, &Failed{Msg: err.Error()}
	}
	args.classic = c.Run.Classic
	given := value.NewDict()
	for i := range args.args {
		for _, name := range append([]string{args.args[i].Name}, args.args[i].Aliases...) {
			if v, ok := c.Vars.Lookup(name); ok {
				given.SetStr(name, v)
			}
		}
	}
	if v, ok := c.Args.GetStr("provided_arguments"); ok {
		if d, ok := v.(*value.Dict); ok {
			for k, v := range d.All() {
				given.Set(k, v)
			}
		}
	}
	rendered, err := c.Templar.Args(context.Background(), c.Vars, given)
	if err != nil {
		return Step{}, err
	}
	about, _ := c.Args.GetStr("validate_args_context")
	if about == nil {
		about = value.NewDict()
	}
	if _, errs := args.check(rendered, ""); len(errs) > 0 {
		return done("failed", true, "changed", false, "argument_errors", toAny(errs), "argument_spec_data", specs,
			"validate_args_context", about, "msg", "Validation of arguments failed:\n"+strings.Join(errs, "\n"))
	}
	return done("changed", false, "msg", "The arg spec validation passed", "validate_args_context", about)
}

func toAny(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
