package jinja

import (
	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

// context is what a running template knows by name (jinja2.runtime.Context): what it exported itself, what an including template handed
// down, the variables of the rendering, and the globals.
type context struct {
	run      *run
	template *Template
	// vars are the variables set at the top level, exported those of them that an importing template can have.
	vars     map[string]value.Value
	exported map[string]bool
	// locals are handed down by the including template, whose context is outer.
	locals map[string]value.Value
	outer  *context
	// globalsOnly is set for templates imported without context.
	globalsOnly bool
	blocks      map[string][]*block
	// parent is the template that the running one extends, once it has done so.
	parent *Template
}

func (r *run) newContext(t *Template, outer *context, locals map[string]value.Value) *context {
	c := &context{run: r, template: t, outer: outer, locals: locals}
	if len(t.program.blocks) > 0 {
		c.blocks = map[string][]*block{}
		for name, b := range t.program.blocks {
			c.blocks[name] = []*block{b}
		}
	}
	return c
}

// derived is the context of a scoped block: the same, with the variables of the place added.
func (c *context) derived(locals map[string]value.Value) *context {
	return &context{run: c.run, template: c.template, outer: c, locals: locals, blocks: c.blocks}
}

// Lookup implements call.Context.
func (c *context) Lookup(name string) (value.Value, bool, error) {
	for ; ; c = c.outer {
		if v, ok := c.vars[name]; ok {
			return v, true, nil
		}
		if v, ok := c.locals[name]; ok {
			return v, true, nil
		}
		if c.outer == nil {
			break
		}
	}
	if !c.globalsOnly && c.run.resolver != nil {
		v, ok, err := c.run.resolver.Lookup(name)
		if err != nil {
			return nil, false, err
		}
		if ok {
			v, err = value.Force(v)
			return v, err == nil, err
		}
	}
	v, ok := c.run.env.config.Globals[name]
	return v, ok, nil
}

func (c *context) export(name string, v value.Value, public bool) {
	if c.vars == nil {
		c.vars = map[string]value.Value{}
		c.exported = map[string]bool{}
	}
	c.vars[name] = v
	if public && name[0] != '_' {
		c.exported[name] = true
	} else {
		delete(c.exported, name)
	}
}

// Resolver implements call.Context.
func (c *context) Resolver() call.Resolver { return c.run.resolver }

// Filter implements call.Context.
func (c *context) Filter(name string) call.Func { return c.run.env.Filter(name) }

// Test implements call.Context.
func (c *context) Test(name string) call.Func { return c.run.env.Test(name) }

// Template implements call.Context.
func (c *context) Template() string { return c.template.name }

// NewlineSequence implements call.Context.
func (c *context) NewlineSequence() string { return c.run.env.config.Options.NewlineSequence }

// Spend implements call.Context.
func (c *context) Spend(n int) error { return c.run.spend(n) }

// RangeLimit implements call.Context.
func (c *context) RangeLimit() int { return c.run.env.config.Budget.RangeSize }
