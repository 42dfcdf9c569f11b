package accounts

import (
	"context"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// runGroup is ansible.builtin.group.
func runGroup(ctx context.Context, c *module.Call) (module.Result, error) {
	name := c.Args.Text("name")
	res := module.Result{"name": name, "state": c.Args.Str("state"), "changed": false}
	exists := groupExists(c, name)
	argv := groupCommand(c, name, exists)
	if argv != nil {
		if c.Check && (!exists || c.Args.Str("state") == "absent") {
			return module.Result{"changed": true}, nil
		}
		if err := localGidFree(c, name); err != nil {
			return nil, err
		}
		out, err := program.Change(ctx, c.Sys, append(argv, name)...)
		if err != nil {
			return nil, err
		}
		if out.RC != 0 {
			return nil, module.Fail(out.Err, "name", name)
		}
		said(res, out)
		res["changed"] = true
	}
	if g, ok := c.LookupGroup(name); ok && groupExists(c, name) {
		res["system"], res["gid"] = c.Args.Bool("system"), g.GID
	}
	return res, nil
}

// said adds what a program printed, where it printed something.
func said(res module.Result, out program.Output) {
	if out.Out != "" {
		res["stdout"] = out.Out
	}
	if out.Err != "" {
		res["stderr"] = out.Err
	}
}

func groupExists(c *module.Call, name string) bool {
	if c.Args.Bool("local") {
		return localLine(c.Sys, "/etc/group", name)
	}
	_, ok := c.LookupGroup(name)
	return ok
}

// groupCommand is what brings the group to the wanted state; nil when it is there.
func groupCommand(c *module.Call, name string, exists bool) []string {
	prefix := ""
	if c.Args.Bool("local") {
		prefix = "l"
	}
	id := func(argv []string) []string {
		argv = append(argv, "-g", strconv.FormatInt(c.Args.Int("gid"), 10))
		if c.Args.Bool("non_unique") {
			argv = append(argv, "-o")
		}
		return argv
	}
	switch g, _ := c.LookupGroup(name); {
	case c.Args.Str("state") == "absent" && !exists:
		return nil
	case c.Args.Str("state") == "absent":
		return []string{prefix + "groupdel"}
	case !exists && prefix == "" && !program.Have(c.Sys, "groupadd"):
		return busyboxGroup(c)
	case !exists:
		argv := []string{prefix + "groupadd"}
		if c.Args.Has("gid") {
			argv = id(argv)
		}
		if c.Args.Bool("system") {
			argv = append(argv, "-r")
		}
		return argv
	case c.Args.Has("gid") && int64(g.GID) != c.Args.Int("gid"):
		return id([]string{prefix + "groupmod"})
	}
	return nil
}

// busyboxGroup makes a group on Alpine.
func busyboxGroup(c *module.Call) []string {
	argv := []string{"addgroup"}
	if c.Args.Has("gid") {
		argv = append(argv, "-g", strconv.FormatInt(c.Args.Int("gid"), 10))
	}
	if c.Args.Bool("system") {
		argv = append(argv, "-S")
	}
	return argv
}

// localGidFree refuses a gid that another group of the files has, which lgroupadd would not.
func localGidFree(c *module.Call, name string) error {
	if !c.Args.Bool("local") || !c.Args.Has("gid") {
		return nil
	}
	gid := strconv.FormatInt(c.Args.Int("gid"), 10)
	data, _ := c.Sys.ReadFile("/etc/group")
	for _, l := range strings.Split(string(data), "\n") {
		if f := strings.Split(l, ":"); len(f) > 2 && f[2] == gid && f[0] != name {
			return module.Fail("GID '" + gid + "' already exists with group '" + f[0] + "'")
		}
	}
	return nil
}
