package plan

import (
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// dictOf makes a dict of vars: a mapping, or a list of mappings that are merged.
func (c *Compiler) dictOf(n *source.Node) *value.Dict {
	out := value.NewDict()
	if n == nil {
		return out
	}
	switch v := c.Value(n).(type) {
	case *value.Dict:
		merge(out, v)
	case *value.List:
		for _, item := range v.Items {
			if d, ok := item.(*value.Dict); ok {
				merge(out, d)
			}
		}
	}
	return out
}

// varsOf are the vars: of an object.
func (c *Compiler) varsOf(k *playbook.Keywords) *value.Dict {
	if k == nil {
		return value.NewDict()
	}
	return c.dictOf(k.Value("vars"))
}

// TagList splits "a, b" as Ansible does; templates are left whole.
func TagList(v value.Value) value.Value {
	text, ok := plain(v)
	if !ok {
		return v
	}
	var items []value.Value
	for _, tag := range strings.Split(text, ",") {
		items = append(items, rewrap(v, strings.TrimSpace(tag)))
	}
	return value.NewList(items...)
}

// plain is the text of a string value, rendered or not.
func plain(v value.Value) (string, bool) {
	switch v := v.(type) {
	case value.Template:
		return v.Text, true
	case value.Str:
		return string(v), true
	}
	return "", false
}

func rewrap(like value.Value, text string) value.Value {
	if t, ok := like.(value.Template); ok {
		return value.Template{Text: text, Origin: t.Origin}
	}
	return value.Str(text)
}

// isTemplate tells whether text needs rendering before it means something.
func isTemplate(v value.Value) bool {
	t, ok := v.(value.Template)
	return ok && (strings.Contains(t.Text, "{{") || strings.Contains(t.Text, "{%"))
}

// conditions makes expressions of what a condition keyword holds: its text is one without braces, and keeps its place.
func conditions(n *source.Node, v value.Value) value.Value {
	switch v := v.(type) {
	case value.Str:
		return value.Template{Text: string(v), Origin: n.Pos}
	case *value.List:
		items := make([]value.Value, len(v.Items))
		for i, item := range v.Items {
			items[i] = item
			if n.Kind == source.Sequence && i < len(n.Items) {
				items[i] = conditions(n.Items[i], item)
			}
		}
		return value.NewList(items...)
	}
	return v
}
