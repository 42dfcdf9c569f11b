package accounts

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// runGetent is ansible.builtin.getent.
func runGetent(ctx context.Context, c *module.Call) (module.Result, error) {
	database, key := c.Args.Str("database"), c.Args.Text("key")
	argv := []string{"getent"}
	if s := c.Args.Str("service"); s != "" {
		argv = append(argv, "-s", s)
	}
	argv = append(argv, database)
	if key != "" {
		argv = append(argv, key)
	}
	out, err := program.Read(ctx, c.Sys, argv...)
	if err != nil {
		return nil, err
	}
	name := "getent_" + database
	switch out.RC {
	case 0:
		return module.Result{"changed": false, "ansible_facts": map[string]any{name: entries(out.Out, splitOf(c, database))}}, nil
	case 1:
		return nil, module.Fail("Missing arguments, or database unknown.")
	case 2:
		if c.Args.Has("fail_key") && !c.Args.Bool("fail_key") {
			return module.Result{"changed": false, "msg": "One or more supplied key could not be found in the database.",
				"ansible_facts": map[string]any{name: map[string]any{key: nil}}}, nil
		}
		return nil, module.Fail("One or more supplied key could not be found in the database.")
	case 3:
		return nil, module.Fail("Enumeration not supported on this database.")
	}
	return nil, module.Fail("Unexpected failure!")
}

// splitOf is the character between fields: ":" for the account databases, blanks else.
func splitOf(c *module.Call, database string) string {
	if s := c.Args.Str("split"); s != "" {
		return s
	}
	switch database {
	case "passwd", "shadow", "group", "gshadow":
		return ":"
	}
	return ""
}

func entries(text, split string) map[string]any {
	out := map[string]any{}
	for _, line := range program.Lines(text) {
		var f []string
		if split == "" {
			f = strings.Fields(line)
		} else {
			f = strings.Split(line, split)
		}
		rest := make([]any, 0, len(f))
		for _, x := range f[1:] {
			rest = append(rest, x)
		}
		if old, seen := out[f[0]]; seen { // the same key twice: hosts and services
			if l, ok := old.([]any); ok && len(l) > 0 {
				if _, nested := l[0].([]any); nested {
					out[f[0]] = append(l, rest)
					continue
				}
				out[f[0]] = []any{l, rest}
				continue
			}
		}
		out[f[0]] = rest
	}
	return out
}
