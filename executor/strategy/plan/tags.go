package plan

import (
	"slices"

	"pylint-deploy/parser/jinja/value"
)

// Filter leaves out of a block what --tags and --skip-tags leave out.
func (c *Compiler) Filter(b *Block) (*Block, error) {
	out := &Block{Up: b.Up}
	for _, part := range []struct {
		to   *[]Node
		from []Node
	}{{&out.Body, b.Body}, {&out.Rescue, b.Rescue}, {&out.Always, b.Always}} {
		for _, n := range part.from {
			kept, err := c.keep(n)
			if err != nil {
				return nil, err
			}
			if kept != nil {
				*part.to = append(*part.to, kept)
			}
		}
	}
	return out, nil
}

func (c *Compiler) keep(n Node) (Node, error) {
	if b, ok := n.(*Block); ok {
		inner, err := c.Filter(b)
		if err != nil || inner.Empty() {
			return nil, err
		}
		return inner, nil
	}
	t := n.(*Task)
	if t.IsMeta() && t.Implicit {
		return t, nil
	}
	ok, err := c.selected(t)
	if err != nil || !ok {
		return nil, err
	}
	return t, nil
}

func (c *Compiler) filterAll(blocks []*Block) ([]*Block, error) {
	var out []*Block
	for _, b := range blocks {
		kept, err := c.Filter(b)
		if err != nil {
			return nil, err
		}
		if !kept.Empty() {
			out = append(out, kept)
		}
	}
	return out, nil
}

// selected tells whether the task's tags let it run.
func (c *Compiler) selected(t *Task) (bool, error) {
	tags, err := c.TagsOf(t)
	if err != nil {
		return false, err
	}
	only := c.Tags
	if t.FQCN == "ansible.builtin.include" {
		only = nil
	}
	return Selected(tags, only, c.SkipTags), nil
}

// TagsOf are the task's tags, rendered.
func (c *Compiler) TagsOf(t *Task) ([]string, error) {
	raw := t.words["tags"]
	if raw == nil {
		return nil, nil
	}
	var out []string
	for _, item := range listOf(raw).Items {
		if isTemplate(item) {
			v, err := c.Render(c.play, t.Up, t.Vars, item)
			if err != nil {
				return nil, &Error{Pos: t.Pos, Why: "rendering the tags", Err: err}
			}
			item = v
		}
		for _, tag := range listOf(item).Items {
			text, ok := plain(tag)
			if !ok {
				var err error
				if text, err = value.ToStr(tag); err != nil {
					return nil, &Error{Pos: t.Pos, Why: "rendering the tags", Err: err}
				}
			}
			if !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out, nil
}

// Selected applies --tags and --skip-tags (Ansible's documentation, "Tags": always, never, tagged, untagged, all).
func Selected(tags, only, skip []string) bool {
	has := func(list []string, s string) bool { return slices.Contains(list, s) }
	tagged := len(tags) > 0
	if !tagged {
		tags = []string{"untagged"}
	}
	meets := func(list []string) bool {
		return slices.ContainsFunc(tags, func(t string) bool { return has(list, t) })
	}
	if len(only) > 0 {
		run := has(tags, "always") || has(only, "all") && !has(tags, "never") || meets(only) ||
			has(only, "tagged") && tagged && !has(tags, "never")
		if !run {
			return false
		}
	}
	switch {
	case len(skip) == 0:
		return true
	case has(skip, "all"):
		return has(tags, "always") && !has(skip, "always")
	case meets(skip):
		return false
	}
	return !(has(skip, "tagged") && tagged)
}
