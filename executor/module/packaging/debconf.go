package packaging

import (
	"context"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// runDebconf is ansible.builtin.debconf. Answers go over standard input: they may be passwords.
func runDebconf(ctx context.Context, c *module.Call) (module.Result, error) {
	pkg, question := c.Args.Str("name"), c.Args.Str("question")
	out, err := program.Read(ctx, c.Sys, "debconf-show", pkg)
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, module.Fail(out.Err)
	}
	prev := map[string]any{}
	for _, l := range program.Lines(out.Out) {
		if k, v, ok := strings.Cut(l, ":"); ok {
			prev[strings.TrimSpace(strings.Trim(k, "*"))] = strings.TrimSpace(v)
		}
	}
	if question == "" {
		return module.Result{"changed": false, "msg": "", "current": prev}, nil
	}
	value, kind := c.Args.Text("value"), c.Args.Str("vtype")
	have, known := prev[question].(string)
	if kind == "boolean" && known {
		value, have = strings.ToLower(value), strings.ToLower(have)
	}
	if known && value == have {
		return module.Result{"changed": false, "msg": "", "current": prev}, nil
	}
	stored := value
	if kind == "boolean" {
		stored = strings.ToLower(value)
	}
	argv := []string{"debconf-set-selections"}
	if c.Args.Bool("unseen") {
		argv = append(argv, "-u")
	}
	if strings.ContainsAny(pkg+question+value, "\n") {
		return nil, module.Fail("name, question and value must each be one line")
	}
	set, err := program.Exec(ctx, c.Sys, module.Cmd{Argv: argv, Stdin: []byte(strings.Join([]string{pkg, question, kind, stored}, " "))})
	if err != nil {
		return nil, err
	}
	if set.RC != 0 {
		return nil, module.Fail(set.Err)
	}
	current := map[string]any{question: value}
	if known {
		prev = map[string]any{question: prev[question]}
	} else {
		prev[question] = ""
	}
	diff := map[string]any{}
	if c.Diff {
		after := map[string]any{}
		for k, v := range prev {
			after[k] = v
		}
		after[question] = value
		diff["before"], diff["after"] = prev, after
	}
	return module.Result{"changed": true, "msg": set.Out, "current": current, "previous": prev, "diff": diff}, nil
}

// runSelections is ansible.builtin.dpkg_selections.
func runSelections(ctx context.Context, c *module.Call) (module.Result, error) {
	name, want := c.Args.Str("name"), c.Args.Str("selection")
	db, err := readDpkg(c.Sys)
	if err != nil {
		return nil, err
	}
	have := "not present"
	if p, ok := db.find(name); ok && p.Want != "" && p.Want != "unknown" {
		have = p.Want
	}
	res := module.Result{"changed": have != want, "before": have, "after": want}
	if have == want {
		return res, nil
	}
	_, err = program.Must(program.Exec(ctx, c.Sys, module.Cmd{Argv: []string{"dpkg", "--set-selections"}, Stdin: []byte(name + " " + want)}))
	return res, err
}
