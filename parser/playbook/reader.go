package playbook

import (
	"cmp"
	"fmt"
	"strings"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/source"
)

// reader reads the entries of one file and collects what is wrong with them, so that one bad task hides no other.
type reader struct {
	file     *TaskFile // the tasks that it reads belong to
	handlers bool
	problems []*Problem
}

func (r *reader) problem(kind ProblemKind, pos source.Pos, why, hint string) {
	r.problems = append(r.problems, &Problem{Kind: kind, Pos: pos, Why: why, Hint: hint})
}

func (r *reader) warn(kind ProblemKind, pos source.Pos, why, hint string) {
	r.problems = append(r.problems, &Problem{Kind: kind, Pos: pos, Why: why, Hint: hint, Warning: true})
}

// root is the one document of a file, nil for an empty one.
func (r *reader) root(f *source.File) *source.Node {
	for _, w := range f.Warnings {
		r.warn(DuplicateKey, w.Pos, w.Message, "")
	}
	if len(f.Docs) > 1 {
		r.problem(BadYAML, f.Docs[1].Pos, "the file has more than one YAML document", `remove the "---" above`)
	}
	if len(f.Docs) == 0 || f.Docs[0].Kind == source.Null {
		return nil
	}
	return f.Docs[0]
}

// entries reads a list of tasks and blocks. what names it, for messages.
func (r *reader) entries(n *source.Node, what string) []Entry {
	if n == nil || n.Kind == source.Null {
		return nil
	}
	if n.Kind != source.Sequence {
		r.problem(WrongType, n.Pos, fmt.Sprintf("A malformed block was encountered while loading %s: %s should be a list or None but is %s", what, cmp.Or(n.Text, "{...}"), describe(n)), `each task starts with "- "`)
		return nil
	}
	var out []Entry
	for _, item := range n.Items {
		switch {
		case item.Kind == source.Null: // Ansible passes over empty entries
		case item.Kind != source.Mapping:
			r.problem(WrongType, item.Pos, fmt.Sprintf("a task must be a mapping, not %s", describe(item)), "")
		case len(item.Pairs) == 0:
		case item.Pair("block") != nil:
			out = append(out, r.block(item))
		default:
			out = append(out, r.task(item))
		}
	}
	return out
}

// firstKey is where an entry starts.
func firstKey(n *source.Node) source.Pos {
	if len(n.Pairs) > 0 && !n.Pairs[0].Merged {
		return n.Pairs[0].Key.Pos
	}
	return n.Pos
}

func (r *reader) block(n *source.Node) *Block {
	b := &Block{Node: n, Pos: firstKey(n)}
	for _, p := range n.Pairs {
		switch name := p.Key.Text; name {
		case "name":
			b.Name = p.Value.Text
		case "block":
			b.Block = r.entries(p.Value, name)
		case "rescue":
			b.Rescue = r.entries(p.Value, name)
		case "always":
			b.Always = r.entries(p.Value, name)
		default:
			if !isKeyword(name, inBlock) {
				r.unknownKeyword(p, inBlock, "a block")
				continue
			}
			b.add(r, p, inBlock)
		}
	}
	return b
}

func (r *reader) unknownKeyword(p source.Pair, at level, what string) {
	r.problem(UnknownKeyword, p.Key.Pos, fmt.Sprintf("%q is not a keyword of %s", p.Key.Text, what), didYouMean(p.Key.Text, keywordNames(at)))
}

// task reads one task or handler.
func (r *reader) task(n *source.Node) *Task {
	t := &Task{Node: n, Pos: firstKey(n), File: r.file, Handler: r.handlers}
	at := inTask
	if r.handlers {
		at |= inHandler
	}
	var modules []source.Pair
	for _, p := range n.Pairs {
		switch name := p.Key.Text; {
		case name == "name":
			t.Name = p.Value.Text
			r.checkType(name, p)
		case name == "action" || name == "local_action" || name == "args":
		case name == "loop" || strings.HasPrefix(name, "with_"):
			r.loop(t, p)
		case name == "rescue" || name == "always":
			r.problem(NoModule, p.Key.Pos, name+" needs a block beside it", "")
		case isKeyword(name, at):
			t.add(r, p, at)
		default:
			modules = append(modules, p)
		}
	}
	r.action(t, r.chooseModule(n, modules, at))
	r.checkIncludeKeywords(t)
	return t
}

// chooseModule reports, of the keys that are no keywords, those that are no modules either, and returns the others. Where
// only one key is left it is the module, known or not.
func (r *reader) chooseModule(n *source.Node, keys []source.Pair, at level) []source.Pair {
	acts := n.Pair("action") != nil || n.Pair("local_action") != nil
	if len(keys) == 0 || len(keys) == 1 && !acts {
		return keys
	}
	var known, unknown []source.Pair
	for _, p := range keys {
		if _, ok := catalog.Known(p.Key.Text); ok || strings.Count(p.Key.Text, ".") >= 2 {
			known = append(known, p)
		} else {
			unknown = append(unknown, p)
		}
	}
	if len(known) == 0 && !acts {
		for i, p := range unknown { // the module is the key that is least like a keyword
			if didYouMean(p.Key.Text, keywordNames(at)) == "" {
				known, unknown = append(known, p), append(unknown[:i:i], unknown[i+1:]...)
				break
			}
		}
	}
	for _, p := range unknown {
		what := "a task"
		if r.handlers {
			what = "a handler"
		}
		r.unknownKeyword(p, at, what)
	}
	return known
}

// loop reads loop: and with_X:.
func (r *reader) loop(t *Task, p source.Pair) {
	if t.Loop != nil {
		r.problem(TwoModules, p.Key.Pos, "the task has more than one loop", "")
		return
	}
	t.Loop = &Loop{Kind: strings.TrimPrefix(p.Key.Text, "with_"), Pos: p.Key.Pos, Value: p.Value}
	if p.Value.Kind == source.Null {
		r.problem(WrongType, p.Key.Pos, p.Key.Text+" needs a value", "")
	}
}

// checkIncludeKeywords reports keywords that mean nothing on a dynamic include, which Ansible refuses.
func (r *reader) checkIncludeKeywords(t *Task) {
	kind := builtin(t.Action.Name)
	if kind != "include_tasks" && kind != "include_role" {
		return
	}
	for _, k := range t.List {
		if k.Written != "local_action" && keywords[k.Name].where&inInclude == 0 {
			r.problem(UnknownKeyword, k.KeyPos, fmt.Sprintf("%q has no meaning on %s", k.Written, kind), "give it to the included tasks with apply:")
		}
	}
}
