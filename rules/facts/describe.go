package facts

import (
	"slices"
	"strings"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules/facts/shell"
)

// argFields are the arguments by canonical name, with constants substituted and booleans as such.
func (t *Task) argFields() Fields {
	out := Fields{}
	for _, a := range t.action().Args {
		v := t.plain(a.Value)
		if text, ok := v.(string); ok && t.action().Module != nil {
			if spec, known := t.action().Module.Arg(a.Name); known && spec.Type == catalog.Bool {
				switch strings.ToLower(text) {
				case "yes", "true", "on", "1":
					v = true
				case "no", "false", "off", "0":
					v = false
				}
			}
		}
		if v != nil {
			out[a.Name] = v
		}
	}
	return out
}

// writtenFields are the names of the arguments as they stand in the file, by canonical name.
func (t *Task) writtenFields() Fields {
	out := Fields{}
	for _, a := range t.action().Args {
		out[a.Name] = a.Written
	}
	return out
}

func (t *Task) freeForm() string {
	if n := t.action().FreeForm; n != nil {
		return n.Text
	}
	return ""
}

// plain turns a node into a field.
func (t *Task) plain(n *source.Node) any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case source.Sequence:
		out := []any{}
		for _, i := range n.Items {
			out = append(out, t.plain(i))
		}
		return out
	case source.Mapping:
		out := Fields{}
		for _, p := range n.Pairs {
			out[p.Key.Text] = t.plain(p.Value)
		}
		return out
	case source.Null:
		return nil
	}
	return t.scalar(n)
}

func (t *Task) scalar(n *source.Node) any {
	switch n.Kind {
	case source.Bool:
		return n.Bool()
	case source.Int:
		if n.Big() == nil {
			return int(n.Int())
		}
	}
	return t.scope.text(n.Text)
}

// describeCommand states the analysis of a command.
func (t *Task) describeCommand(regs registers) {
	a := t.Shell
	if a == nil {
		return
	}
	t.flag("command")
	f := Fields{"text": strings.TrimSpace(a.Text), "class": a.Class.String(), "bare": a.Bare.String(), "shell": a.Lang == shell.Bash,
		"unparsable": a.Unparsable, "set_e": a.SetE, "pipefail": a.Pipefail, "or_true": a.OrTrue, "pipe_to_shell": a.PipeToShell, "verified": a.Verified,
		"sudo": a.Sudo, "sudo_user": a.SudoUser, "hides_failure": a.HidesFailure, "needs_shell": a.NeedsShell, "shell_in_words": a.ShellInWords,
		"sleep": a.Sleep, "script": t.Module == "script"}
	if a.CdSemicolon != "" {
		f["cd"] = Fields{"dir": a.CdSemicolon, "rest": a.CdRest}
	}
	var calls, edits []any
	for _, c := range a.Calls {
		calls = append(calls, t.callFields(c, regs))
	}
	for _, e := range a.Edits {
		edits = append(edits, Fields{"program": e.Program, "path": t.path("", e.Path), "fixpoint": e.Fixpoint, "script": e.Script, "guarded": e.Guarded})
	}
	f["calls"], f["edits"] = calls, edits
	if w := a.Worst(); w != nil {
		f["worst"] = t.callFields(w, regs)
	}
	t.set("command", f)
}

func (t *Task) callFields(c *shell.Call, regs registers) Fields {
	var writes []any
	for _, w := range c.Writes {
		p := t.path(c.Dir, w.Path)
		f := Fields{"path": p, "append": w.Append, "redirect": w.Redirect, "known": literal(p)}
		if w.Known {
			f["text"] = w.Literal
		}
		if t.ofThisRun(p, regs) {
			f["scratch"] = true
		}
		writes = append(writes, f)
	}
	cleared := c.Class == shell.CreateOnce && len(c.Writes) > 0 && !slices.ContainsFunc(c.Writes, func(w shell.Write) bool { return !t.takenBefore(t.path(c.Dir, w.Path)) })
	args := []any{}
	for _, a := range c.Args {
		args = append(args, a)
	}
	return Fields{"program": c.Program, "args": args, "class": c.Class.String(), "effective": c.Effective().String(), "guarded": c.Guarded(),
		"module": c.Module, "plain": c.Plain, "why": c.Why, "writes": writes, "hidden": c.Hidden, "unheeded": c.Unheeded, "piped": c.Piped, "line": c.Line, "cleared": cleared,
		"text": strings.TrimSpace(c.Path + " " + strings.Join(c.Args, " "))}
}

// takenBefore tells that an earlier task takes a path away wherever t makes it: t never meets it.
func (t *Task) takenBefore(path string) bool {
	return slices.ContainsFunc(t.Play.removing(), func(o *Task) bool {
		return o.order < t.order && !o.never() && o.takes(path) && o.runsWith(t, path)
	})
}

// awaited tells that a later task waits for the job that t starts in the background.
func (t *Task) awaited() bool {
	r := t.Visit.Task.Value("register")
	return r != nil && slices.ContainsFunc(t.Play.Tasks, func(o *Task) bool {
		if o.order <= t.order || o.Module != "async_status" {
			return false
		}
		loop := ""
		if l := o.Visit.Task.Loop; l != nil && l.Value != nil {
			loop = l.Value.Text
		}
		jid := ""
		if n := o.arg("jid"); n != nil {
			jid = n.Text
		}
		return mentions(jid, r.Text) || mentions(loop, r.Text)
	})
}

// ofThisRun tells that a path lies in a temporary file or directory that the run has made.
func (t *Task) ofThisRun(path string, regs registers) bool {
	inner, _, ok := strings.Cut(strings.TrimPrefix(path, "{{"), "}}")
	if !ok || !strings.HasPrefix(path, "{{") {
		return false
	}
	return slices.ContainsFunc(namesOf(inner), func(n name) bool {
		def := regs.before(n.root, t)
		return def != nil && (def.Module == "tempfile" || def.Shell != nil && slices.Contains(def.programs(), "mktemp"))
	})
}

// programs are the programs of a task's command.
func (t *Task) programs() []string {
	if t.Shell == nil {
		return nil
	}
	var out []string
	for _, c := range t.Shell.Calls {
		out = append(out, c.Program)
	}
	return out
}

// describe states the facts of a play.
func (p *Play) describe() {
	p.facts["alone"] = p.Alone
	p.facts["opaque"] = p.Opaque
	if p.Play == nil {
		return
	}
	p.facts["name"], p.facts["file"], p.facts["line"] = p.Play.Name, p.Play.Pos.File, p.Play.Pos.Line
	if p.User != "" {
		p.facts["user"] = p.User
	}
	var old []any
	for _, k := range p.Play.List {
		if k.Name != k.Written {
			old = append(old, Fields{"written": k.Written, "name": k.Name})
		}
	}
	p.facts["old_keywords"] = old
}
