package playbook

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/kv"
	"pylint-deploy/parser/source"
)

// builtin takes the collection off the names that are all one module, so that tables need one spelling.
func builtin(name string) string {
	for _, prefix := range []string{"ansible.builtin.", "ansible.legacy."} {
		if short, ok := strings.CutPrefix(name, prefix); ok {
			return short
		}
	}
	return name
}

var errNoArguments = errors.New("there is no module name")

// isCommand tells whether a module's string is a command line (MODULE_REQUIRE_ARGS of Ansible).
func isCommand(name string) bool {
	switch builtin(name) {
	case "command", "shell", "raw", "script", "win_command", "win_shell", "ansible.windows.win_command", "ansible.windows.win_shell":
		return true
	}
	return false
}

// takesFreeForm tells whether a module has a free form beside key=value arguments.
func takesFreeForm(name string) bool {
	switch builtin(name) {
	case "include", "include_vars", "include_tasks", "include_role", "import_tasks", "import_role", "add_host", "group_by", "set_fact", "meta":
		return true
	}
	return isCommand(name)
}

// action reads the module call of a task. written are the task's keys that are no keywords.
func (r *reader) action(task *Task, written []source.Pair) {
	type call struct {
		pair     source.Pair
		spelling Spelling
	}
	var calls []call
	for _, p := range task.Node.Pairs {
		switch p.Key.Text {
		case "action":
			calls = append(calls, call{p, AsAction})
		case "local_action":
			calls = append(calls, call{p, AsLocalAction})
		}
	}
	for _, p := range written {
		calls = append(calls, call{p, AsMapping})
	}
	switch {
	case len(calls) == 0:
		r.problem(NoModule, task.Pos, "the task has no module: it does nothing", "")
		return
	case len(calls) > 1:
		names := make([]string, len(calls))
		for i, c := range calls {
			names[i] = c.pair.Key.Text
		}
		r.problem(TwoModules, task.Pos, "the task has more than one action: "+strings.Join(names, ", "), "split it into one task for each")
	}
	first := calls[0]
	a := &task.Action
	a.Spelling = first.spelling
	if first.spelling == AsMapping {
		a.setName(first.pair.Key.Text, first.pair.Key.Pos)
		r.newStyle(a, first.pair.Value)
	} else {
		r.oldStyle(a, first.pair.Value)
	}
	if args := task.Node.Get("args"); args != nil {
		r.defaultArgs(a, args)
	}
	if first.spelling == AsLocalAction {
		task.List = append(task.List, Keyword{Name: "delegate_to", Written: "local_action", KeyPos: first.pair.Key.Pos,
			Value: source.NewString("localhost", first.pair.Key.Pos)})
	}
}

func (a *Action) setName(name string, pos source.Pos) {
	a.Name, a.Pos = name, pos
	a.Module, _ = catalog.Lookup(name)
}

// newStyle reads "module: arguments".
func (r *reader) newStyle(a *Action, v *source.Node) {
	switch v.Kind {
	case source.Null:
	case source.Mapping:
		for _, p := range v.Pairs {
			a.add(p.Key.Text, p.Value, p.Key.Pos)
		}
	case source.Sequence:
		r.problem(WrongType, v.Pos, fmt.Sprintf("the arguments of %s must be a mapping or text, not a list", a.Name), "")
	default:
		a.Spelling = AsKV
		r.textArgs(a, v)
	}
}

// oldStyle reads "action: module arguments" and "action: {module: name, ...}".
func (r *reader) oldStyle(a *Action, v *source.Node) {
	switch v.Kind {
	case source.Mapping:
		r.actionMapping(a, v)
	case source.String:
		r.actionText(a, v)
	default:
		r.problem(NoModule, v.Pos, "action must name a module, not be "+describe(v), "")
	}
}

func (r *reader) actionMapping(a *Action, v *source.Node) {
	module := v.Get("module")
	if module == nil || !module.IsScalar() {
		r.problem(NoModule, v.Pos, "action has no module", `write "module: name" in it`)
		return
	}
	r.actionText(a, module)
	for _, p := range v.Pairs {
		switch p.Key.Text {
		case "module":
		case "args":
			if p.Value.Kind == source.Mapping {
				for _, arg := range p.Value.Pairs {
					a.add(arg.Key.Text, arg.Value, arg.Key.Pos)
				}
			} else {
				r.textArgs(a, p.Value)
			}
		default:
			a.add(p.Key.Text, p.Value, p.Key.Pos)
		}
	}
}

// actionText reads "module key=value ...".
func (r *reader) actionText(a *Action, v *source.Node) {
	pieces, err := kv.Split(v.Text)
	if err == nil && len(pieces) == 0 {
		err = errNoArguments
	}
	if err != nil {
		r.badArguments(v, err)
		return
	}
	a.setName(strings.TrimSpace(pieces[0].Text), v.PosAt(pieces[0].Offset))
	if len(pieces) > 1 {
		at := pieces[1].Offset
		r.textArgs(a, v.Sub(v.Text[at:], at))
	}
}

func (r *reader) badArguments(v *source.Node, err error) {
	hint := "quote the whole line"
	if errors.Is(err, kv.ErrUnbalanced) {
		hint = "close the quote or block, or write the arguments as a mapping"
	}
	r.problems = append(r.problems, &Problem{Kind: BadArguments, Pos: v.Pos, Why: err.Error(), Hint: hint, Err: err})
}

// textArgs reads arguments written as text.
func (r *reader) textArgs(a *Action, v *source.Node) {
	args, err := kv.Parse(v.Text, isCommand(a.Name))
	if err != nil {
		r.badArguments(v, err)
		return
	}
	for _, arg := range args.List {
		a.add(arg.Key, v.Sub(arg.Value, arg.ValueOffset), v.PosAt(arg.KeyOffset))
	}
	if args.Free == "" {
		return
	}
	node := v.Sub(args.Free, args.FreeOffset)
	switch {
	case takesFreeForm(a.Name):
		a.FreeForm = node
	case HasTemplate(args.Free):
		a.Splat = node
	default:
		r.problem(BadArguments, node.Pos, fmt.Sprintf("%s takes key=value arguments, and %q is none", a.Name, strings.TrimSpace(args.Free)),
			"")
	}
}

// add sets an argument, or the free form where it is given by its internal name.
func (a *Action) add(name string, v *source.Node, pos source.Pos) {
	if name == "_raw_params" {
		a.FreeForm = v
		return
	}
	arg := Arg{Name: name, Written: name, Value: v, KeyPos: pos}
	if a.Module != nil {
		if known, ok := a.Module.Arg(name); ok {
			arg.Name = known.Name
		}
	}
	for i := range a.Args {
		if a.Args[i].Written == name {
			a.Args[i] = arg
			return
		}
	}
	a.Args = append(a.Args, arg)
}

// defaultArgs lays the action's arguments over those of "args:".
func (r *reader) defaultArgs(a *Action, args *source.Node) {
	switch {
	case args.Kind == source.Null:
	case args.Kind == source.Mapping:
		for _, p := range args.Pairs {
			given := func(x Arg) bool { return x.Written == p.Key.Text }
			if slices.ContainsFunc(a.Args, given) || p.Key.Text == "_raw_params" && a.FreeForm != nil {
				continue
			}
			a.add(p.Key.Text, p.Value, p.Key.Pos)
		}
	case IsTemplate(args):
		a.Splat = args
	default:
		r.problem(WrongType, args.Pos, "args must be a mapping or a template, not "+describe(args), `write "{{ name }}" for a variable`)
	}
}
