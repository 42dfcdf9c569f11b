package files

import (
	"context"
	"slices"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// fileCap is a capability of a file: its name, the operator and the sets that it is in, as in "cap_net_raw+ep".
type fileCap struct{ name, op, sets string }

// capabilities is community.general.capabilities, by getcap and setcap.
func capabilities(ctx context.Context, c *module.Call) (module.Result, error) {
	file, state := strings.TrimSpace(c.Args.Str("path")), c.Args.Str("state")
	wanted, ok := parseCap(strings.ToLower(strings.TrimSpace(c.Args.Str("capability"))))
	if !ok && state == "present" {
		return nil, module.Fail("Couldn't find operator (one of: ('=', '-', '+'))")
	}
	have, err := fileCaps(ctx, c, file)
	if err != nil {
		return nil, err
	}
	others := slices.DeleteFunc(slices.Clone(have), func(f fileCap) bool { return f.name == wanted.name })
	switch {
	case state == "present" && !slices.ContainsFunc(have, wanted.isMet):
		others = append(others, wanted)
	case state == "absent" && len(others) < len(have):
	default:
		return module.Result{"changed": false, "state": state}, nil
	}
	if c.Check {
		return module.Result{"changed": true, "msg": "capabilities changed"}, nil
	}
	var words []string
	for _, f := range others {
		words = append(words, f.name+f.op+f.sets)
	}
	out, err := program.Change(ctx, c.Sys, "setcap", strings.Join(words, " "), file)
	if err != nil {
		return nil, err
	}
	if out.RC != 0 {
		return nil, module.Fail("Unable to set capabilities of "+file, "stdout", out.Out, "stderr", out.Err)
	}
	return module.Result{"changed": true, "state": state, "msg": "capabilities changed", "stdout": out.Out}, nil
}

// isMet tells that a file has what is wanted. setcap adds what stands after a plus, and getcap shows the outcome after an equals sign.
func (f fileCap) isMet(have fileCap) bool {
	if f.op == "+" && have.name == f.name && have.op != "-" {
		return strings.Trim(f.sets, have.sets) == ""
	}
	return have == f
}

// parseCap reads "cap_net_raw+ep"; without an operator it is a name alone.
func parseCap(s string) (fileCap, bool) {
	for _, op := range []string{"=", "-", "+"} {
		if name, sets, ok := strings.Cut(s, op); ok {
			return fileCap{name, op, sets}, true
		}
	}
	return fileCap{name: s}, false
}

// fileCaps reads what a file has. Old and new versions of getcap write "file = a+ep b+p" and "file a=ep".
func fileCaps(ctx context.Context, c *module.Call, file string) (out []fileCap, err error) {
	got, err := program.Read(ctx, c.Sys, "getcap", "-v", file)
	if err != nil {
		return nil, err
	}
	if got.RC != 0 || got.Err != "" {
		return nil, module.Fail("Unable to get capabilities of "+file, "stdout", strings.TrimSpace(got.Out), "stderr", got.Err)
	}
	rest := strings.TrimPrefix(strings.TrimSpace(got.Out), file)
	for _, group := range strings.Fields(strings.TrimPrefix(strings.TrimSpace(rest), "= ")) {
		last, ok := parseCap(strings.ToLower(group))
		if !ok {
			continue
		}
		for _, name := range strings.Split(last.name, ",") {
			out = append(out, fileCap{name, last.op, last.sets})
		}
	}
	return out, nil
}
