package strategy

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"pylint-deploy/executor/action"
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/strategy/variables"
	"pylint-deploy/parser/jinja/value"
)

// words reads keywords of a task, rendered for a host.
type words struct {
	r     *Runner
	task  *plan.Task
	scope *variables.Scope
	ctx   context.Context
}

// get renders a keyword. ok is false where nobody says it, or where it is omitted or empty.
func (w words) get(name string) (v value.Value, ok bool, err error) {
	for level := 0; ; level++ {
		raw := w.task.WordAround(name, level)
		if raw == nil {
			return nil, false, nil
		}
		if v, err = w.r.Templar.Value(w.ctx, w.scope, raw); err != nil {
			return nil, false, &wordError{name: name, task: w.task, err: err}
		}
		if isOmit(v) {
			continue // as what encloses the task says
		}
		return v, !isNone(v), nil
	}
}

// wordError is a keyword that cannot be rendered or has the wrong type.
type wordError struct {
	name string
	task *plan.Task
	err  error
}

func (e *wordError) Error() string {
	return fmt.Sprintf("The field '%s' has %s. The error was: %v%s", e.name, invalid(e.err), e.err, whereIs(e.task))
}

// invalid says what is wrong with a value that cannot be rendered.
func invalid(err error) string {
	if isUndefined(err) {
		return "an invalid value, which includes an undefined variable"
	}
	return "an invalid value"
}

func (e *wordError) Unwrap() error { return e.err }

func (w words) text(name, def string) (string, error) {
	v, ok, err := w.get(name)
	if err != nil || !ok {
		return def, err
	}
	return value.ToStr(v)
}

func (w words) boolean(name string, def bool) (bool, error) {
	switch raw := w.task.Word(name).(type) { // the common cases need no rendering
	case nil:
		return def, nil
	case value.Bool:
		return bool(raw), nil
	}
	v, ok, err := w.get(name)
	if err != nil || !ok {
		return def, err
	}
	b, ok := truth(v)
	if !ok {
		s, _ := value.ToStr(v)
		return def, fmt.Errorf("the field '%s' has an invalid value (%s), and could not be converted to an bool.The error was: %w%s", name, s, action.NotBool(v), whereIs(w.task))
	}
	return b, nil
}

func (w words) number(name string, def float64) (float64, error) {
	if w.task.Word(name) == nil {
		return def, nil
	}
	v, ok, err := w.get(name)
	if err != nil || !ok {
		return def, err
	}
	f, ok := number(v)
	if !ok {
		s, _ := value.ToStr(v)
		return def, fmt.Errorf("the field '%s' has an invalid value (%s), and could not be converted to an int.The error was: invalid literal for int() with base 10: '%s'%s", name, s, s, whereIs(w.task))
	}
	return f, nil
}

func number(v value.Value) (float64, bool) {
	switch v := v.(type) {
	case value.Int:
		return float64(v), true
	case value.Float:
		return float64(v), true
	case value.Bool:
		if v {
			return 1, true
		}
		return 0, true
	case value.Str:
		f, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(string(v)), "%"), 64)
		return f, err == nil
	}
	return 0, false
}

// truth is Ansible's boolean(): ok is false for what it refuses.
func truth(v value.Value) (b, ok bool) {
	switch v := v.(type) {
	case value.Bool:
		return bool(v), true
	case value.Int:
		return v == 1, v == 0 || v == 1
	case value.Float:
		return v == 1, v == 0 || v == 1
	case value.Str:
		switch strings.ToLower(strings.TrimSpace(string(v))) {
		case "y", "yes", "on", "1", "true", "t", "1.0":
			return true, true
		case "n", "no", "off", "0", "false", "f", "0.0":
			return false, true
		}
	case value.Template:
		return truth(value.Str(v.Text))
	}
	return false, false
}

// whereIs points at a task, at the end of a message.
func whereIs(t *plan.Task) string {
	if t == nil || t.Pos.IsZero() {
		return ""
	}
	return fmt.Sprintf("\n\nThe error appears to be in '%s': line %d, column %d", t.Pos.File, t.Pos.Line, t.Pos.Column)
}

func isNone(v value.Value) bool { _, ok := v.(value.NoneType); return ok }

// items makes a list of a value that may be one.
func items(v value.Value) []value.Value {
	switch v := v.(type) {
	case nil:
		return nil
	case *value.List:
		return v.Items
	case value.Tuple:
		return v
	}
	return []value.Value{v}
}

// raws are the items of a value as they are written.
func raws(v value.Value) []string {
	var out []string
	for _, item := range items(v) {
		out = append(out, conditionText(item))
	}
	return out
}

// texts are the items of a value as text.
func texts(v value.Value) []string {
	var out []string
	for _, item := range items(v) {
		if inner, ok := item.(*value.List); ok {
			out = append(out, texts(inner)...)
			continue
		}
		if s, err := value.ToStr(item); err == nil {
			out = append(out, s)
		}
	}
	return out
}
