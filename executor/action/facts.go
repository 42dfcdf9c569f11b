package action

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// keywords are names that Python reserves, which cannot be variables.
var keywords = map[string]bool{"False": true, "None": true, "True": true, "and": true, "as": true, "assert": true, "async": true, "await": true,
	"break": true, "class": true, "continue": true, "def": true, "del": true, "elif": true, "else": true, "except": true, "finally": true,
	"for": true, "from": true, "global": true, "if": true, "import": true, "in": true, "is": true, "lambda": true, "nonlocal": true,
	"not": true, "or": true, "pass": true, "raise": true, "return": true, "try": true, "while": true, "with": true, "yield": true}

// IsIdentifier tells whether name may be a variable's.
func IsIdentifier(name string) bool { return identifier.MatchString(name) && !keywords[name] }

func badName(name string) error {
	return &Failed{Msg: fmt.Sprintf("The variable name '%s' is not valid. Variables must start with a letter or underscore character, and contain only letters, numbers and underscores.", name)}
}

// setFact sets variables (ansible.builtin.set_fact).
func setFact(_ context.Context, c *Call) (Step, error) {
	cacheable, err := c.boolean("cacheable", false)
	if err != nil {
		return Step{}, &Failed{Msg: err.Error()}
	}
	facts := value.NewDict()
	for k, v := range c.Args.All() {
		name, _ := value.ToStr(k)
		if name == "cacheable" {
			continue
		}
		if !IsIdentifier(name) {
			return Step{}, badName(name)
		}
		if text, ok := v.(value.Str); ok && c.Run.Classic {
			v = classicBool(text)
		}
		if raw, ok := c.Raw.GetStr(name); ok {
			v = sealed(raw, v)
		}
		facts.SetStr(name, v)
	}
	if facts.Len() == 0 {
		return Step{}, &Failed{Msg: "No key/value pairs provided, at least one is required for this action to succeed"}
	}
	return done("changed", false, "ansible_facts", facts, "_ansible_facts_cacheable", cacheable)
}

// sealed is a rendered value in which what was written under !vault stays closed until somebody reads it: a screen does not.
func sealed(raw, rendered value.Value) value.Value {
	switch raw := raw.(type) {
	case *vars.Secret:
		return raw
	case *value.Dict:
		d, ok := rendered.(*value.Dict)
		if !ok {
			return rendered
		}
		out := value.NewDict()
		for k, v := range d.All() {
			if written, found := raw.Get(k); found {
				v = sealed(written, v)
			}
			out.Set(k, v)
		}
		return out
	case *value.List:
		l, ok := rendered.(*value.List)
		if !ok || len(l.Items) != len(raw.Items) {
			return rendered
		}
		items := make([]value.Value, len(l.Items))
		for i, item := range l.Items {
			items[i] = sealed(raw.Items[i], item)
		}
		return value.NewList(items...)
	}
	return rendered
}

// classicBool makes a bool of text that spells one, as set_fact did for those who wrote key=value.
func classicBool(text value.Str) value.Value {
	switch strings.ToLower(string(text)) {
	case "true", "yes":
		return value.Bool(true)
	case "false", "no":
		return value.Bool(false)
	}
	return text
}

// setStats adds to the statistics that are shown at the end (ansible.builtin.set_stats).
func setStats(_ context.Context, c *Call) (Step, error) {
	perHost, _ := c.boolean("per_host", false) // what is no bool is false, as with Ansible
	aggregate, _ := c.boolean("aggregate", true)
	data := value.NewDict()
	if v, ok := c.Args.GetStr("data"); ok {
		given, isDict := v.(*value.Dict)
		if !isDict {
			return Step{}, &Failed{Msg: "The 'data' option needs to be a dictionary/hash"}
		}
		for k, v := range given.All() {
			name, _ := value.ToStr(k)
			if !IsIdentifier(name) {
				return Step{}, badName(name)
			}
			data.SetStr(name, v)
		}
	}
	stats := Result("data", data, "per_host", perHost, "aggregate", aggregate)
	return done("changed", false, "ansible_stats", stats)
}

// setup gathers facts (ansible.builtin.setup). The target is told which interpreter the facts of Python are those of.
func setup(ctx context.Context, c *Call) (Step, error) {
	step, err := module(ctx, c)
	if err == nil {
		c.addInterpreter(ctx, step.Request.Args)
	}
	return step, err
}

func (c *Call) addInterpreter(ctx context.Context, args map[string]any) {
	raw, ok := c.Vars.Lookup("ansible_python_interpreter")
	if !ok {
		return
	}
	v, err := c.Templar.Value(ctx, c.Vars, raw)
	if name, isText := v.(value.Str); err == nil && isText {
		args["_interpreter"] = string(name)
	}
}

// gatherFacts runs setup (ansible.builtin.gather_facts).
func gatherFacts(ctx context.Context, c *Call) (Step, error) {
	args := map[string]any{}
	for k, v := range c.Args.All() {
		name, _ := value.ToStr(k)
		if name == "parallel" || isNone(v) {
			continue
		}
		g, err := value.ToGo(v)
		if err != nil {
			return Step{}, err
		}
		if name == "gather_subset" {
			g, _ = toList(v)
		}
		args[name] = g
	}
	c.addInterpreter(ctx, args)
	finish := func(r *value.Dict) *value.Dict {
		if failed, _ := r.GetStr("failed"); failed == value.Bool(true) {
			return r
		}
		if _, unreachable := r.GetStr("unreachable"); unreachable {
			return r
		}
		facts := value.NewDict()
		if v, ok := r.GetStr("ansible_facts"); ok {
			if d, ok := v.(*value.Dict); ok {
				facts = d
			}
		}
		facts.SetStr("_ansible_facts_gathered", value.Bool(true))
		out := Result("ansible_facts", facts, "changed", false, "_ansible_verbose_override", true)
		for _, key := range []string{"warnings", "deprecations"} {
			if v, ok := r.GetStr(key); ok {
				out.SetStr(key, v)
			}
		}
		return out
	}
	return Step{Request: &Request{Module: "ansible.builtin.setup", Args: args}, Finish: finish}, nil
}
