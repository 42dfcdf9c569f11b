package output

import (
	"strings"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/vars"
)

// judged are the keys that said how the task ended: callbacks never get to see them (TaskResult.clean_copy).
var judged = []string{"failed", "skipped"}

// result is a task's result as outputs show it: internal keys, the verdict and whatever drop names are gone.
func result(d *value.Dict, drop ...string) *value.Dict { return shown(d, append(drop, judged...)...) }

// shown is a copy without internal keys and those of drop.
func shown(d *value.Dict, drop ...string) *value.Dict {
	out := value.NewDict()
	if d == nil {
		return out
	}
	for k, v := range d.All() {
		key, isText := k.(value.Str)
		if isText && strings.HasPrefix(string(key), "_ansible_") || isText && contains(drop, string(key)) {
			continue
		}
		if err := out.Set(k, clean(v)); err != nil {
			continue // a key of another dict is hashable
		}
	}
	return out
}

// clean drops internal keys at every depth, as Ansible's strip_internal_keys.
func clean(v value.Value) value.Value {
	switch v := v.(type) {
	case *value.Dict:
		return shown(v)
	case *vars.Secret: // nobody asked for what is in it
		return v.Sealed()
	case *value.List:
		items := make([]value.Value, len(v.Items))
		for i, item := range v.Items {
			items[i] = clean(item)
		}
		return value.NewList(items...)
	}
	return v
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// toJSON is json.dumps with sorted keys, indented by four columns where wanted. A value that JSON does not know is shown as its text.
func toJSON(v value.Value, indent bool) string {
	if indent {
		return toJSONIndent(v, 4)
	}
	return toJSONIndent(v, 0)
}

func toJSONIndent(v value.Value, columns int) string {
	if columns == 0 {
		return toJSONWith(v, pyjson.Default())
	}
	return jsonOverLines(v, columns)
}

// jsonOverLines is json.dumps(indent=columns): with no columns, too, each value has a line.
func jsonOverLines(v value.Value, columns int) string {
	o := pyjson.Default()
	level := strings.Repeat(" ", columns)
	o.Indent, o.ItemSeparator = &level, ","
	return toJSONWith(v, o)
}

func toJSONWith(v value.Value, o pyjson.Options) string {
	o.ASCII, o.SortKeys = false, true
	o.Convert = func(v value.Value) (value.Value, bool) { return value.Str(toText(v)), true }
	text, err := pyjson.Dumps(v, o)
	if err != nil { // keys of several types cannot be sorted
		o.SortKeys = false
		if text, err = pyjson.Dumps(v, o); err != nil {
			return toText(v)
		}
	}
	return text
}

// toText is Python's str.
func toText(v value.Value) string {
	s, err := value.ToStr(v)
	if err != nil {
		return "<" + v.TypeName() + ">"
	}
	return s
}

// debugKeys are what debug shows beside its variable.
var debugKeys = []string{"msg", "exception", "warnings", "deprecations"}

// hiddenInDebug are what debug does not show beside its variable.
var hiddenInDebug = []string{"changed", "failed", "skipped", "invocation", "skip_reason"}

// forDebug is a result of debug with only what debug was meant to show (CallbackBase._clean_results).
func forDebug(action string, res *value.Dict) *value.Dict {
	if action != "debug" && action != "ansible.builtin.debug" && action != "ansible.legacy.debug" || res == nil {
		return res
	}
	_, hasMsg := res.GetStr("msg")
	out := value.NewDict()
	for k, v := range res.All() {
		key := toText(k)
		if hasMsg && !contains(debugKeys, key) && !strings.HasPrefix(key, "_") || !hasMsg && contains(hiddenInDebug, key) {
			continue
		}
		out.SetStr(key, v)
	}
	return out
}

// text reads a string of a result, "" where there is none.
func text(d *value.Dict, key string) string {
	if d == nil {
		return ""
	}
	if v, ok := d.GetStr(key); ok && v != value.Value(value.None) {
		return toText(v)
	}
	return ""
}

// itemLabel is what a loop shows of its item.
func itemLabel(d *value.Dict) string {
	if event.Flag(d, "_ansible_no_log") { // what is left of the result says nothing of the item
		return "None"
	}
	if v, ok := d.GetStr("_ansible_item_label"); ok {
		return toText(v)
	}
	if v, ok := d.GetStr("item"); ok {
		return toText(v)
	}
	return "None"
}

// hostLabel is the host, and who did its work.
func hostLabel(o *event.Outcome) string {
	label := o.Host
	if o.Delegated != "" && o.Delegated != o.Host {
		label += " -> " + o.Delegated
		if o.DelegatedAddress != "" && o.DelegatedAddress != o.Delegated {
			label += "(" + o.DelegatedAddress + ")"
		}
	}
	return label
}
