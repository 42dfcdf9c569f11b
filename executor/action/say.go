package action

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/spelling"
)

// debug shows a message or a variable (ansible.builtin.debug).
func debug(ctx context.Context, c *Call) (Step, error) {
	if c.has("msg") && c.has("var") {
		return done("failed", true, "msg", "'msg' and 'var' are incompatible options")
	}
	threshold := 0
	if c.has("verbosity") {
		var err error
		if threshold, err = strconv.Atoi(strings.TrimSpace(c.str("verbosity"))); err != nil {
			return Step{}, &Failed{Msg: fmt.Sprintf("verbosity must be a number, not %q", c.str("verbosity"))}
		}
	}
	if threshold > c.Verbosity {
		return done("skipped_reason", "Verbosity threshold not met.", "skipped", true, "failed", false)
	}
	result := Result("_ansible_verbose_always", true, "failed", false)
	switch {
	case c.Args.Len() > 0 && c.present("msg"):
		v, _ := c.Args.GetStr("msg")
		result.SetStr("msg", v)
	case c.present("var"):
		key, v, err := c.variable(ctx)
		if err != nil {
			return Step{}, err
		}
		result.SetStr(key, v)
	default:
		result.SetStr("msg", value.Str("Hello world!"))
	}
	return Step{Result: result}, nil
}

func (c *Call) present(name string) bool { _, ok := c.Args.GetStr(name); return ok }

// variable evaluates debug's var: a name, an expression, or something that was rendered already.
func (c *Call) variable(ctx context.Context) (key string, v value.Value, err error) {
	v, _ = c.Args.GetStr("var")
	expr, ok := v.(value.Str)
	if !ok {
		return pyType(v), v, nil
	}
	// what a template gave may name a variable, but run nothing: it may come from a host
	if raw, _ := c.Raw.GetStr("var"); rendered(raw) && strings.ContainsAny(string(expr), "(|") {
		return string(expr), expr, nil
	}
	found, err := c.Templar.Expr(ctx, c.Vars, value.Template{Text: string(expr)})
	_, undefined := found.(*value.Undefined)
	switch {
	case err == nil && !undefined:
		return string(expr), found, nil
	case err != nil && !template.IsUndefined(err):
		return "", nil, err
	}
	text := "VARIABLE IS NOT DEFINED!"
	if c.Verbosity > 0 && err != nil {
		text += ": " + err.Error()
	}
	return string(expr), value.Str(text), nil
}

// rendered tells that a value as written is a template with braces.
func rendered(raw value.Value) bool {
	t, ok := raw.(value.Template)
	return ok && template.IsTemplate(t.Text)
}

func unsupported(c *Call, name, supported string) error {
	hint := ""
	if near := spelling.Nearest(name, strings.Split(supported, ", ")); near != "" {
		hint = fmt.Sprintf(" Did you mean '%s' instead of '%s'?", near, name)
	}
	return &Failed{Msg: fmt.Sprintf("Unsupported parameters for (%s) module: %s. Supported parameters include: %s.%s", c.Name, name, supported, hint)}
}

// fail fails (ansible.builtin.fail).
func fail(_ context.Context, c *Call) (Step, error) {
	msg := value.Value(value.Str("Failed as requested from task"))
	if v, ok := c.Args.GetStr("msg"); ok {
		msg = v
	}
	return done("failed", true, "msg", msg)
}

// assert checks conditions (ansible.builtin.assert).
func assert(ctx context.Context, c *Call) (Step, error) {
	that, ok := c.Raw.GetStr("that")
	if !ok {
		return Step{}, &Failed{Msg: `conditional required in "that" string`}
	}
	fail, err := c.message("fail_msg", "msg", "Assertion failed")
	if err != nil {
		return Step{}, err
	}
	success, err := c.message("success_msg", "", "All assertions passed")
	if err != nil {
		return Step{}, err
	}
	result := value.NewDict()
	if quiet, _ := c.boolean("quiet", false); !quiet {
		result.SetStr("_ansible_verbose_always", value.Bool(true))
	}
	conditions := []value.Value{that}
	list, listed := that.(*value.List)
	if listed {
		conditions = list.Items
	}
	for _, cond := range conditions {
		verdict, err := c.Templar.Bool(ctx, c.Vars, cond)
		if err != nil {
			text, _ := value.ToStr(written(cond))
			return Step{}, &Failed{Msg: fmt.Sprintf("The conditional check '%s' failed. The error was: error while evaluating conditional (%s): %v", text, text, err)}
		}
		if verdict.Warning != "" && listed { // text alone is rendered like any argument
			c.Run.Events.Emit(event.Warning{Text: verdict.Warning})
		}
		if !verdict.True {
			result.SetStr("failed", value.Bool(true))
			result.SetStr("evaluated_to", value.Bool(false))
			result.SetStr("assertion", written(cond))
			result.SetStr("msg", fail)
			return Step{Result: result}, nil
		}
	}
	result.SetStr("changed", value.Bool(false))
	result.SetStr("msg", success)
	return Step{Result: result}, nil
}

func (c *Call) message(name, alias, def string) (value.Value, error) {
	v, ok := c.Args.GetStr(name)
	if !ok && alias != "" {
		v, ok = c.Args.GetStr(alias)
	}
	if !ok || isNone(v) {
		return value.Str(def), nil
	}
	switch v := v.(type) {
	case value.Str:
		return v, nil
	case *value.List:
		if slices.ContainsFunc(v.Items, func(item value.Value) bool { return !isText(item) }) {
			return nil, &Failed{Msg: fmt.Sprintf("Type of one of the elements in %s list is not string type", name)}
		}
		return v, nil
	}
	return nil, &Failed{Msg: fmt.Sprintf("Incorrect type for %s, expected a string or list and got %s", name, pyType(v))}
}

// written is a condition as its author wrote it.
func written(v value.Value) value.Value {
	if t, ok := v.(value.Template); ok {
		return value.Str(t.Text)
	}
	return v
}
