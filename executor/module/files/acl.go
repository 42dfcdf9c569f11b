package files

import (
	"context"
	"fmt"
	"strings"

	"pylint-deploy/executor/module"
)

// aclTask is one call of ansible.posix.acl, which works through setfacl(1) and getfacl(1) of the target.
type aclTask struct {
	*module.Call
	path, state                string
	etype, entity, permissions string
	isDefault                  bool
}

func acl(ctx context.Context, c *module.Call) (module.Result, error) {
	t := &aclTask{Call: c, path: c.Path("path"), state: c.Args.Str("state"), etype: c.Args.Str("etype"),
		entity: c.Args.Text("entity"), permissions: c.Args.Text("permissions"), isDefault: c.Args.Bool("default")}
	if !exists(c, t.path) {
		return nil, module.Fail("Path not found or not accessible.")
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	if c.Args.Bool("use_nfsv4_acls") {
		return nil, module.Fail("use_nfsv4_acls is not supported on this system")
	}
	res := module.Result{"changed": false, "msg": "current acl"}
	if t.state != "query" {
		entry := t.etype + ":" + t.entity
		how := "-x"
		if t.state == "present" {
			how = "-m"
			if t.permissions != "" {
				entry += ":" + t.permissions
			}
		}
		changed, err := t.set(ctx, how, entry)
		if err != nil {
			return nil, err
		}
		res["changed"], res["msg"] = changed, fmt.Sprintf("%s is %s", entry, t.state)
	}
	lines, err := t.facl(ctx, true, append([]string{"getfacl"}, t.flags("--omit-header", "--absolute-names")...))
	res["acl"] = lines
	return res, err
}

// check refuses arguments that do not go together.
func (t *aclTask) check() error {
	entry := t.Args.Str("entry")
	colons := strings.Count(entry, ":")
	for _, rule := range []struct {
		broken bool
		msg    string
	}{
		{t.state == "query" && t.Args.Bool("recursive"), "'recursive' MUST NOT be set when 'state=query'."},
		{t.state == "query" && strings.HasSuffix(t.Args.Str("recalculate_mask"), "mask"),
			"'recalculate_mask' MUST NOT be set to 'mask' or 'no_mask' when 'state=query'."},
		{entry == "" && t.state == "absent" && t.permissions != "", "'permissions' MUST NOT be set when 'state=absent'."},
		{entry == "" && t.state == "absent" && t.entity == "", "'entity' MUST be set when 'state=absent'."},
		{entry == "" && t.state != "query" && t.etype == "", fmt.Sprintf("'etype' MUST be set when 'state=%s'.", t.state)},
		{entry != "" && t.etype+t.entity+t.permissions != "", "'entry' MUST NOT be set when 'entity', 'etype' or 'permissions' are set."},
		{entry != "" && t.state == "present" && colons != 2 && colons != 3, "'entry' MUST have 3 or 4 sections divided by ':' when 'state=present'."},
		{entry != "" && t.state == "absent" && colons != 1 && colons != 2, "'entry' MUST have 2 or 3 sections divided by ':' when 'state=absent'."},
		{entry != "" && t.state == "query", "'entry' MUST NOT be set when 'state=query'."},
	} {
		if rule.broken {
			return module.Fail(rule.msg)
		}
	}
	if entry != "" {
		t.split(entry)
	}
	return nil
}

// split reads an entry such as "default:user:joe:rw".
func (t *aclTask) split(entry string) {
	parts := strings.Split(entry, ":")
	if strings.HasPrefix(strings.ToLower(entry), "d") {
		t.isDefault, parts = true, parts[1:]
	}
	parts = append(parts, "", "", "")
	t.etype, t.entity, t.permissions = parts[0], parts[1], parts[2]
	for _, kind := range []string{"user", "group", "mask", "other"} {
		if t.etype != "" && strings.HasPrefix(strings.ToLower(t.etype), kind[:1]) {
			t.etype = kind
		}
	}
}

// flags are the options that every call shares, and the path.
func (t *aclTask) flags(more ...string) []string {
	var argv []string
	if t.isDefault {
		argv = append(argv, "-d")
	}
	argv = append(argv, more...)
	if t.Args.Bool("recursive") {
		argv = append(argv, "--recursive")
	}
	if len(more) > 0 && strings.HasPrefix(more[0], "-m") || len(more) > 0 && more[0] == "-x" {
		switch t.Args.Str("recalculate_mask") {
		case "mask":
			argv = append(argv, "--mask")
		case "no_mask":
			argv = append(argv, "--no-mask")
		}
	}
	if t.Args.Has("follow") && !t.Args.Bool("follow") {
		argv = append(argv, "--physical")
	}
	return append(argv, "--", t.path)
}

// set changes an entry if setfacl --test says that it would change something.
func (t *aclTask) set(ctx context.Context, how, entry string) (bool, error) {
	flags := t.flags(how, entry)
	lines, err := t.facl(ctx, true, append([]string{"setfacl", "--test"}, flags...))
	if err != nil {
		return false, err
	}
	for _, line := range lines {
		if !strings.HasSuffix(line.(string), "*,*") {
			_, err := t.facl(ctx, false, append([]string{"setfacl"}, flags...))
			return true, err
		}
	}
	return false, nil
}

// facl runs a program and gives its lines without comments.
func (t *aclTask) facl(ctx context.Context, reads bool, argv []string) ([]any, error) {
	p, err := t.Sys.LookPath(argv[0])
	if err != nil {
		return nil, module.Fail(fmt.Sprintf("Failed to find required executable \"%s\"; install the package acl", argv[0]))
	}
	argv[0] = p
	out, err := t.Sys.Run(ctx, module.Cmd{Argv: argv, Env: map[string]string{"LANG": "C", "LC_ALL": "C", "LC_MESSAGES": "C", "LANGUAGE": "C"}, Reads: reads})
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, module.Fail(strings.TrimSpace(string(out.Stderr)), "cmd", strings.Join(argv, " "), "rc", out.RC,
			"stdout", string(out.Stdout), "stderr", string(out.Stderr))
	}
	lines := []any{}
	for line := range strings.SplitSeq(strings.TrimRight(string(out.Stdout), "\n"), "\n") {
		if !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "" {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines, nil
}
