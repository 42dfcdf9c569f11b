package plan

import (
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
)

// maxRoleDepth ends roles that depend on each other, or import each other, in a circle.
const maxRoleDepth = 100

const recursion = "A recursion loop was detected with the roles specified. Make sure child roles do not have dependencies on parent roles"

// role finds the role of a reference, with its dependencies.
func (c *Compiler) role(play *Play, up *Context, ref *playbook.RoleRef, parent *Role) (*Role, error) {
	depth := 0
	for p := parent; p != nil && len(p.parents) > 0; p = p.parents[0] {
		if depth++; depth > maxRoleDepth {
			return nil, &Error{Pos: ref.Pos, Why: recursion}
		}
	}
	params := value.NewDict()
	for _, p := range ref.Params {
		params.SetStr(p.Key.Text, c.Value(p.Value))
	}
	def := ref.Role
	if def == nil {
		name, err := c.text(play, up, above(up.vars, params), value.Template{Text: ref.Name, Origin: ref.Pos})
		if err != nil {
			return nil, &Error{Pos: ref.Pos, Why: "Error when evaluating the role's name", Err: err}
		}
		if def, err = c.Loader.Role(name, near(parent), From{}); err != nil {
			return nil, err
		}
	}
	return c.use(play, def, parent, params, &ref.Keywords, From{}, false)
}

func near(parent *Role) string {
	if parent == nil {
		return ""
	}
	return parent.Def.Dir
}

// use makes the Role of a definition with parameters, or returns the one that is already in the play.
func (c *Compiler) use(play *Play, def *playbook.Role, parent *Role, params *value.Dict, own *playbook.Keywords, from From, included bool) (*Role, error) {
	key := fmt.Sprint(def.Name, "\x00", params, describe(params), describeWords(c, own), from, included)
	if r := play.cache[key]; r != nil {
		if parent != nil && !slices.Contains(r.parents, parent) {
			r.parents = append(r.parents, parent)
		}
		return r, nil
	}
	r := &Role{Def: def, Name: def.Name, Params: params, Vars: c.varsOf(own), RoleVars: c.dictOf(def.Vars), Defaults: c.dictOf(def.Defaults),
		words: own, from: from, blocks: map[*Context][]*Block{}}
	if n := def.Meta.Get("allow_duplicates"); n != nil {
		r.AllowDuplicates = n.Bool()
	}
	if parent != nil {
		r.parents = append(r.parents, parent)
	}
	for _, dep := range def.Dependencies {
		d, err := c.role(play, play.Top, dep, r)
		if err != nil {
			return nil, err
		}
		r.Deps = append(r.Deps, d)
	}
	play.cache[key] = r
	return r, nil
}

// describe spells a dict out, so that equal parameters are equal text.
func describe(d *value.Dict) string {
	var b strings.Builder
	for k, v := range d.All() {
		fmt.Fprintf(&b, "%v=%s;", k, spell(v))
	}
	return b.String()
}

func spell(v value.Value) string {
	switch v := v.(type) {
	case *value.Dict:
		return "{" + describe(v) + "}"
	case *value.List:
		var b strings.Builder
		for _, item := range v.Items {
			b.WriteString(spell(item) + ",")
		}
		return "[" + b.String() + "]"
	case value.Template:
		return v.Text
	}
	return fmt.Sprintf("%T%v", v, v)
}

func describeWords(c *Compiler, k *playbook.Keywords) string {
	if k == nil {
		return ""
	}
	var b strings.Builder
	for _, name := range []string{"when", "tags", "vars"} {
		if n := k.Value(name); n != nil {
			b.WriteString(name + ":" + spell(c.Value(n)))
		}
	}
	return b.String()
}

// context is where the tasks of a role stand when it is reached by chain.
func (c *Compiler) roleContext(r *Role, up *Context, chain []*Role) *Context {
	in := up.inner(OfRole)
	in.Role = r
	in.Chain = append(slices.Clone(chain), r)
	in.words = c.over(up.words, r.words, false)
	return in
}

// roleBlocks are the tasks of the role's dependencies and its own, ended by the mark that it has run.
func (c *Compiler) roleBlocks(play *Play, r *Role, up *Context, chain []*Role) ([]*Block, error) {
	in := c.roleContext(r, up, chain)
	var out []*Block
	for _, dep := range r.Deps {
		b, err := c.roleBlocks(play, dep, in, in.Chain)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	if t := c.argumentCheck(r, in); t != nil {
		out = append(out, &Block{Up: in, Body: []Node{t}})
	}
	if r.Def.Tasks != nil {
		b, err := c.blocks(in, r.Def.Tasks.Entries, false)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	end := c.meta(in, "role_complete")
	return append(out, &Block{Up: in, Body: []Node{end}}), nil
}

// roleHandlers are the handlers of the role's dependencies and its own. A role's handlers are in a play once.
func (c *Compiler) roleHandlers(r *Role, up *Context, chain []*Role) ([]*Task, error) {
	if r.handled {
		return nil, nil
	}
	r.handled = true
	in := c.roleContext(r, up, chain)
	var out []*Task
	for _, dep := range r.Deps {
		h, err := c.roleHandlers(dep, in, in.Chain)
		if err != nil {
			return nil, err
		}
		out = append(out, h...)
	}
	if r.Def.Handlers != nil {
		h, err := c.handlers(in, r.Def.Handlers.Entries)
		if err != nil {
			return nil, err
		}
		out = append(out, h...)
	}
	return out, nil
}

// argumentCheck is the task that Ansible puts before a role whose meta/argument_specs describes its entry point.
func (c *Compiler) argumentCheck(r *Role, in *Context) *Task {
	entry := r.from.Tasks
	if entry == "" {
		entry = "main"
	}
	spec := r.Def.ArgumentSpec.Get(strings.TrimSuffix(strings.TrimSuffix(entry, ".yml"), ".yaml"))
	if spec == nil {
		return nil
	}
	name := fmt.Sprintf("Validating arguments against arg spec '%s'", entry)
	if d := spec.Get("short_description"); d != nil {
		name += " - " + d.Text
	}
	t := c.implicit(in, "ansible.builtin.validate_argument_spec")
	t.FQCN, t.Implicit = "ansible.builtin.validate_argument_spec", false
	t.Module, _ = catalog.Lookup(t.FQCN)
	t.Name = value.Str(name)
	t.Pos = spec.Pos
	options := value.Value(value.NewDict())
	if n := spec.Get("options"); n != nil {
		options = c.Value(n)
	}
	t.Args.SetStr("argument_spec", options)
	provided := value.NewDict()
	merge(provided, r.Params)
	t.Args.SetStr("provided_arguments", provided)
	about := value.NewDict()
	about.SetStr("type", value.Str("role"))
	about.SetStr("name", value.Str(r.Name[strings.LastIndexByte(r.Name, '.')+1:]))
	about.SetStr("argument_spec_name", value.Str(entry))
	about.SetStr("path", value.Str(r.Def.Dir))
	t.Args.SetStr("validate_args_context", about)
	t.words = in.words.onlyInherited()
	t.words["tags"] = join(t.words["tags"], value.Str("always"))
	t.Vars, t.IncludeVars = in.vars, in.includeVars
	return t
}
