package plan

import (
	"fmt"
	"path/filepath"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// Loader reads what a play brings in by name. Paths and names are rendered.
type Loader interface {
	// Tasks reads a file of tasks or handlers for a role (nil outside roles).
	Tasks(path string, role *playbook.Role, handlers bool) (*playbook.TaskFile, error)
	// Role finds and reads a role; from names other files than main. near is the directory of the role that asks, or "".
	Role(name, near string, from From) (*playbook.Role, error)
}

// Renderer renders what must be known before hosts are: names of imports and roles, tags. up is where the text stands, vars
// are the task's own variables.
type Renderer func(play *Play, up *Context, vars *value.Dict, v value.Value) (value.Value, error)

// Compiler makes plans. It is not safe for concurrent use: a strategy compiles between tasks.
type Compiler struct {
	Loader Loader
	Render Renderer
	// Value converts a node as its author meant it: strings are templates.
	Value func(*source.Node) value.Value
	// BaseDir is the playbook's directory.
	BaseDir string
	// Tags and SkipTags are the command line's.
	Tags, SkipTags []string
	// Warn takes what the user should know.
	Warn func(text string)
	// Deprecated takes what will go away.
	Deprecated func(text string)
	// ForceHandlers and GatherArgs come from settings.
	ForceHandlers func(*playbook.Play) bool

	// LastID is the number of the last task that was arranged: the compiler of a run's next play goes on from there.
	LastID int

	groups int
	play   *Play
}

// Error is a failure to arrange a play.
type Error struct {
	Pos source.Pos
	Why string
	Err error
}

func (e *Error) Error() string {
	text := e.Why
	if e.Err != nil {
		text = fmt.Sprintf("%s: %v", e.Why, e.Err)
	}
	if e.Pos.IsZero() {
		return text
	}
	return fmt.Sprintf("%s: %s", e.Pos, text)
}

func (e *Error) Unwrap() error { return e.Err }

// Play arranges a play.
func (c *Compiler) Play(p *playbook.Play) (*Play, error) {
	play := &Play{Source: p, cache: map[string]*Role{}}
	c.play = play
	if p.Name != "" {
		play.Name = value.Template{Text: p.Name, Origin: p.Pos}
	}
	play.Top = &Context{Kind: OfPlay, words: c.over(words{}, &p.Keywords, false), vars: value.NewDict()}
	play.Setup = c.setup(play)
	pre, err := c.blocks(play.Top, p.PreTasks, false)
	if err != nil {
		return nil, err
	}
	roles, roleHandlers, err := c.rolesOf(play)
	if err != nil {
		return nil, err
	}
	tasks, err := c.blocks(play.Top, p.Tasks, false)
	if err != nil {
		return nil, err
	}
	post, err := c.blocks(play.Top, p.PostTasks, false)
	if err != nil {
		return nil, err
	}
	imported := play.Handlers
	own, err := c.handlers(play.Top, p.Handlers)
	if err != nil {
		return nil, err
	}
	play.Handlers = append(append(roleHandlers, own...), imported...)
	return play, c.arrange(play, pre, append(roles, tasks...), post)
}

// arrange puts the sections of a play in order and leaves out what tags leave out.
func (c *Compiler) arrange(play *Play, sections ...[]*Block) error {
	for _, blocks := range sections {
		if c.ForceHandlers != nil && c.ForceHandlers(play.Source) {
			blocks = []*Block{c.always(play, blocks)}
		}
		for _, b := range blocks {
			kept, err := c.Filter(b)
			if err != nil {
				return err
			}
			if !kept.Empty() {
				play.Blocks = append(play.Blocks, kept)
			}
		}
		if c.ForceHandlers == nil || !c.ForceHandlers(play.Source) {
			play.Blocks = append(play.Blocks, &Block{Up: play.Top, Body: []Node{c.meta(play.Top, "flush_handlers")}})
		}
	}
	if play.Setup != nil {
		keep, err := c.selected(play.Setup)
		if err != nil {
			return err
		}
		if !keep {
			play.Setup = nil
		}
	}
	return nil
}

// always makes one block of a section whose handlers run whatever fails (force_handlers). The flush stands in a block of its own:
// whoever gets there is among tasks again, where any_errors_fatal reaches him.
func (c *Compiler) always(play *Play, blocks []*Block) *Block {
	flush := &Block{Up: play.Top, Body: []Node{c.meta(play.Top, "flush_handlers")}}
	b := &Block{Up: play.Top, Always: []Node{flush}}
	for _, section := range blocks {
		b.Body = append(b.Body, section)
	}
	if len(b.Body) == 0 {
		b.Body = []Node{c.meta(play.Top, "noop")}
	}
	return b
}

func (c *Compiler) rolesOf(play *Play) (blocks []*Block, handlers []*Task, err error) {
	for _, ref := range play.Source.Roles {
		r, err := c.role(play, play.Top, ref, nil)
		if err != nil {
			return nil, nil, err
		}
		play.Roles = append(play.Roles, r)
		play.Direct = append(play.Direct, r)
	}
	for _, r := range play.Direct {
		b, err := c.roleBlocks(play, r, play.Top, nil)
		if err != nil {
			return nil, nil, err
		}
		blocks = append(blocks, b...)
		h, err := c.roleHandlers(r, play.Top, nil)
		if err != nil {
			return nil, nil, err
		}
		handlers = append(handlers, h...)
	}
	return blocks, handlers, nil
}

func (c *Compiler) setup(play *Play) *Task {
	t := c.implicit(play.Top, "gather_facts")
	t.Implicit = false
	t.Pos = play.Source.Pos
	t.Name = value.Str("Gathering Facts")
	for _, option := range []string{"gather_subset", "gather_timeout", "fact_path"} {
		if n := play.Source.Value(option); n != nil {
			t.Args.SetStr(option, c.Value(n))
		}
	}
	t.words = play.Top.words.onlyInherited()
	delete(t.words, "run_once")
	if t.words["tags"] == nil {
		t.words["tags"] = value.NewList(value.Str("always"))
	}
	return t
}

// meta is an implicit meta task. Of a play's keywords those hold for it that tell what a failure is for the other hosts.
func (c *Compiler) meta(up *Context, what string) *Task {
	t := c.implicit(up, "meta")
	t.FreeForm = value.Str(what)
	for _, name := range []string{"any_errors_fatal", "ignore_errors"} {
		if v := up.Word(name); v != nil && what != "noop" {
			t.words[name] = v
		}
	}
	return t
}

func (c *Compiler) implicit(up *Context, action string) *Task {
	c.LastID++
	module, _ := catalog.Lookup(action)
	return &Task{ID: c.LastID, Up: up, Action: action, FQCN: "ansible.builtin." + action, Module: module, Implicit: true,
		Args: value.NewDict(), Vars: value.NewDict(), IncludeVars: value.NewDict(), words: words{}}
}

// blocks arranges a list of tasks and blocks; neighbouring tasks share an implicit block.
func (c *Compiler) blocks(up *Context, entries []playbook.Entry, handlers bool) ([]*Block, error) {
	nodes, err := c.nodes(up, entries, handlers)
	if err != nil {
		return nil, err
	}
	var out []*Block
	var run *Block
	for _, n := range nodes {
		if b, ok := n.(*Block); ok {
			out, run = append(out, b), nil
			continue
		}
		if run == nil {
			run = &Block{Up: up}
			out = append(out, run)
		}
		run.Body = append(run.Body, n)
	}
	return out, nil
}

func (c *Compiler) nodes(up *Context, entries []playbook.Entry, handlers bool) ([]Node, error) {
	var out []Node
	for _, e := range entries {
		switch e := e.(type) {
		case *playbook.Block:
			if handlers {
				return nil, &Error{Pos: e.Pos, Why: "Using a block as a handler is not supported."}
			}
			b, err := c.block(up, e)
			if err != nil {
				return nil, err
			}
			out = append(out, b)
		case *playbook.Task:
			more, err := c.taskOrImport(up, e, handlers)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
	}
	return out, nil
}

func (c *Compiler) block(up *Context, b *playbook.Block) (*Block, error) {
	in := up.inner(OfBlock)
	in.words = c.over(up.words, &b.Keywords, false)
	in.vars = above(up.vars, c.varsOf(&b.Keywords))
	out := &Block{Up: in}
	for _, part := range []struct {
		to   *[]Node
		from []playbook.Entry
	}{{&out.Body, b.Block}, {&out.Rescue, b.Rescue}, {&out.Always, b.Always}} {
		nodes, err := c.nodes(in, part.from, false)
		if err != nil {
			return nil, err
		}
		*part.to = nodes
	}
	return out, nil
}

// inner makes a context inside c that inherits everything.
func (c *Context) inner(kind Kind) *Context {
	return &Context{Kind: kind, Up: c, Role: c.Role, Chain: c.Chain, words: c.words, vars: c.vars, includeVars: c.includeVars}
}

// above lays one dict over another; neither is changed, and one of them is returned as it is where the other is empty.
func above(under, over *value.Dict) *value.Dict {
	if over == nil || over.Len() == 0 {
		return under
	}
	if under == nil || under.Len() == 0 {
		return over
	}
	out := value.NewDict()
	merge(out, under)
	merge(out, over)
	return out
}

// task puts one task in its place.
func (c *Compiler) task(up *Context, t *playbook.Task) *Task {
	c.LastID++
	a := &t.Action
	out := &Task{ID: c.LastID, Source: t, Up: up, Action: a.Name, FQCN: a.Name, Module: a.Module, Handler: t.Handler, Pos: t.Pos,
		Args: value.NewDict()}
	if a.Module != nil {
		out.FQCN = a.Module.FQCN
	} else if fqcn, ok := catalog.Known(a.Name); ok {
		out.FQCN = fqcn
	}
	if t.Name != "" {
		out.Name = value.Template{Text: t.Name, Origin: t.Pos}
	}
	for _, arg := range a.Args {
		out.Args.SetStr(arg.Name, c.Value(arg.Value))
	}
	if a.FreeForm != nil {
		out.FreeForm = c.Value(a.FreeForm)
	}
	if a.Splat != nil {
		out.Splat = c.Value(a.Splat)
	}
	if t.Loop != nil {
		out.LoopKind, out.Loop = t.Loop.Kind, c.Value(t.Loop.Value)
	}
	out.words = c.over(up.words, &t.Keywords, true)
	if n := t.Keywords.Value("register"); n != nil {
		out.Register = n.Text
	}
	out.Listen = out.words["listen"]
	own := c.varsOf(&t.Keywords)
	out.Vars = above(up.vars, own)
	out.IncludeVars = up.includeVars
	if out.Includes() {
		out.IncludeVars = above(up.includeVars, own)
	}
	return out
}

// handlers arranges handlers: a flat list.
func (c *Compiler) handlers(up *Context, entries []playbook.Entry) ([]*Task, error) {
	nodes, err := c.nodes(up, entries, true)
	if err != nil {
		return nil, err
	}
	c.groups++
	var out []*Task
	for _, n := range nodes {
		switch n := n.(type) {
		case *Task:
			out = append(out, n)
		case *Block:
			out = append(out, n.Tasks()...)
		}
	}
	for _, t := range out {
		t.Handler, t.Group = true, c.groups
	}
	return out, nil
}

// resolve makes an absolute path of a name relative to dir.
func resolve(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}
