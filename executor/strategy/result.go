package strategy

import (
	"slices"
	"strings"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/value"
)

func isOmit(v value.Value) bool { return template.IsOmit(v) }

// flag reads a bool of a result.
func flag(d *value.Dict, key string) bool { return event.Flag(d, key) }

func has(d *value.Dict, key string) bool { _, ok := d.GetStr(key); return ok }

func set(d *value.Dict, key string, v any) {
	if val, ok := v.(value.Value); ok {
		d.SetStr(key, val)
		return
	}
	converted, err := value.FromGo(v)
	if err != nil {
		converted = value.Str(err.Error())
	}
	d.SetStr(key, converted)
}

// result makes a dict of alternating keys and values.
func result(pairs ...any) *value.Dict {
	d := value.NewDict()
	for i := 0; i+1 < len(pairs); i += 2 {
		set(d, pairs[i].(string), pairs[i+1])
	}
	return d
}

// copyOf is a shallow copy.
func copyOf(d *value.Dict) *value.Dict {
	out := value.NewDict()
	if d != nil {
		for k, v := range d.All() {
			out.Set(k, v)
		}
	}
	return out
}

// itemsOf are the results of a loop; nil for a task without one.
func itemsOf(d *value.Dict) []*value.Dict {
	v, _ := d.GetStr("results")
	var out []*value.Dict
	for _, item := range items(v) {
		if r, ok := item.(*value.Dict); ok {
			out = append(out, r)
		}
	}
	return out
}

func anyItem(d *value.Dict, key string) bool {
	for _, item := range itemsOf(d) {
		if flag(item, key) {
			return true
		}
	}
	return false
}

// statusOf judges a result as ansible-core's TaskResult does. loop tells that results are those of a loop.
func statusOf(d *value.Dict, loop bool) event.Status {
	check := func(key string) bool {
		if has(d, key) {
			return flag(d, key)
		}
		return loop && anyItem(d, key)
	}
	key := "failed"
	if has(d, "failed_when_result") || loop && slices.ContainsFunc(itemsOf(d), func(item *value.Dict) bool { return has(item, "failed_when_result") }) {
		key = "failed_when_result" // the author's word counts, whatever else failed
	}
	switch {
	case check(key):
		return event.Failed
	case check("unreachable"):
		return event.Unreachable
	case flag(d, "skipped"), loop && allSkipped(d):
		return event.Skipped
	}
	return event.OK
}

func allSkipped(d *value.Dict) bool {
	list := itemsOf(d)
	for _, item := range list {
		if !flag(item, "skipped") {
			return false
		}
	}
	return len(list) > 0
}

// keptInternal are the internal keys that outputs look at.
var keptInternal = map[string]bool{"_ansible_verbose_always": true, "_ansible_item_label": true, "_ansible_no_log": true, "_ansible_verbose_override": true}

const censored = "the output has been hidden due to the fact that 'no_log: true' was specified for this result"

// clean is a result as outputs may see it: what no_log hides is gone, and so are internal keys and statuses that the
// event says already.
func clean(d *value.Dict, noLog bool) *value.Dict {
	out := value.NewDict()
	if noLog || flag(d, "_ansible_no_log") {
		out.SetStr("censored", value.Str(censored))
		for _, key := range []string{"attempts", "changed", "retries"} {
			if v, ok := d.GetStr(key); ok {
				out.SetStr(key, v)
			}
		}
		out.SetStr("_ansible_no_log", value.Bool(true))
		return out
	}
	for k, v := range d.All() {
		name, _ := k.(value.Str)
		if name == "failed" || name == "skipped" || strings.HasPrefix(string(name), "_ansible_") && !keptInternal[string(name)] {
			continue
		}
		out.Set(k, v)
	}
	return out
}

// registered is a result as a variable: internal keys are gone, deeply.
func registered(v value.Value) value.Value {
	switch v := v.(type) {
	case *value.Dict:
		out := value.NewDict()
		for k, item := range v.All() {
			if name, ok := k.(value.Str); ok && strings.HasPrefix(string(name), "_ansible_") {
				continue
			}
			out.Set(k, registered(item))
		}
		return out
	case *value.List:
		list := make([]value.Value, len(v.Items))
		for i, item := range v.Items {
			list[i] = registered(item)
		}
		return value.NewList(list...)
	}
	return v
}
