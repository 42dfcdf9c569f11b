package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// word gives a word's text with quotes removed. What only the shell knows at run time stays as $NAME or $(...);
// exact is false then, and for globs.
func (w *walker) word(word *syntax.Word, vars map[string]string) (text string, exact bool) {
	var b strings.Builder
	exact = true
	for _, part := range word.Parts {
		if !w.part(&b, part, vars, false) {
			exact = false
		}
	}
	return w.masked.unmask(b.String()), exact
}

func (w *walker) part(b *strings.Builder, part syntax.WordPart, vars map[string]string, quoted bool) bool {
	switch p := part.(type) {
	case *syntax.Lit:
		b.WriteString(unescape(p.Value, quoted))
		return quoted || !strings.ContainsAny(p.Value, "*?[")
	case *syntax.SglQuoted:
		b.WriteString(p.Value)
		return true
	case *syntax.DblQuoted:
		exact := true
		for _, inner := range p.Parts {
			if !w.part(b, inner, vars, true) {
				exact = false
			}
		}
		return exact
	case *syntax.ParamExp:
		if p.Param != nil {
			if value, ok := vars[p.Param.Value]; ok && p.Exp == nil && p.Slice == nil && p.Repl == nil && p.Index == nil && !p.Length {
				b.WriteString(value)
				return true
			}
			b.WriteString("$" + p.Param.Value)
			return false
		}
	}
	b.WriteString("$(...)")
	return false
}

// unescape removes the backslashes that the shell would.
func unescape(s string, quoted bool) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (!quoted || strings.IndexByte("$`\"\\\n", s[i+1]) >= 0) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// substitutions walks the commands inside a word: $(...), `...`, <(...).
func (w *walker) substitutions(word *syntax.Word, sc scope) {
	if word == nil {
		return
	}
	syntax.Walk(word, func(n syntax.Node) bool {
		switch s := n.(type) {
		case *syntax.CmdSubst:
			w.need(nil)
			w.out.NeedsShell = "command substitution"
			w.list(s.Stmts, inner(sc))
			return false
		case *syntax.ProcSubst:
			w.out.NeedsShell = "process substitution"
			w.list(s.Stmts, inner(sc))
			return false
		case *syntax.ParamExp:
			w.out.NeedsShell = "variable"
		}
		return true
	})
}

// inner is the scope of a substitution: its own pipes, no input.
func inner(sc scope) scope {
	sc.piped, sc.stdin, sc.hidden = false, "", false
	return sc
}

// callExpr walks assignments and one simple command.
func (w *walker) callExpr(call *syntax.CallExpr, sc scope) {
	for _, as := range call.Assigns {
		w.assign(as, sc)
	}
	if len(call.Args) == 0 {
		return
	}
	words := make([]string, 0, len(call.Args))
	for _, arg := range call.Args {
		w.substitutions(arg, sc)
		w.globs(arg)
		text, _ := w.word(arg, sc.vars)
		words = append(words, text)
	}
	w.downloadedScript(call)
	line := int(call.Pos().Line()) + sc.line
	w.invoke(words, sc, line)
}

// assign remembers a variable with one known value, and walks what computes it.
func (w *walker) assign(as *syntax.Assign, sc scope) {
	if as.Name == nil || as.Value == nil {
		return
	}
	w.out.NeedsShell = "assignment"
	w.substitutions(as.Value, sc)
	text, exact := w.word(as.Value, sc.vars)
	if text == "$!" {
		if w.children == nil {
			w.children = map[string]bool{}
		}
		w.children["$"+as.Name.Value] = true
	}
	if _, again := sc.vars[as.Name.Value]; again || !exact {
		delete(sc.vars, as.Name.Value)
		return
	}
	if sc.vars != nil {
		sc.vars[as.Name.Value] = text
	}
}

// globs notes unquoted patterns: they need a shell.
func (w *walker) globs(word *syntax.Word) {
	for _, part := range word.Parts {
		if lit, ok := part.(*syntax.Lit); ok && (strings.ContainsAny(lit.Value, "*?{[") || strings.HasPrefix(lit.Value, "~")) {
			w.out.NeedsShell = "glob"
		}
		if _, ok := part.(*syntax.ExtGlob); ok {
			w.out.NeedsShell = "glob"
		}
		if _, ok := part.(*syntax.BraceExp); ok {
			w.out.NeedsShell = "brace expansion"
		}
	}
}

// downloadedScript finds bash -c "$(curl ...)" and bash <(curl ...).
func (w *walker) downloadedScript(call *syntax.CallExpr) {
	name := baseName(call.Args[0].Lit())
	if name == "sudo" && len(call.Args) > 1 {
		name = baseName(call.Args[1].Lit())
	}
	if !contains(interpreters, name) && name != "eval" && name != "source" && name != "." {
		return
	}
	for _, arg := range call.Args[1:] {
		syntax.Walk(arg, func(n syntax.Node) bool {
			var stmts []*syntax.Stmt
			switch s := n.(type) {
			case *syntax.CmdSubst:
				stmts = s.Stmts
			case *syntax.ProcSubst:
				stmts = s.Stmts
			}
			for _, st := range stmts {
				if isCall(st, downloaders...) {
					w.out.PipeToShell = name + " $(" + st.Cmd.(*syntax.CallExpr).Args[0].Lit() + ")"
				}
			}
			return true
		})
	}
}

// need notes what in a statement asks for a shell.
func (w *walker) need(st *syntax.Stmt) {
	if st == nil || w.out.NeedsShell != "" {
		return
	}
	switch cmd := st.Cmd.(type) {
	case *syntax.BinaryCmd:
		w.out.NeedsShell = "operator " + cmd.Op.String()
	case *syntax.CallExpr, nil:
	default:
		w.out.NeedsShell = "shell syntax"
	}
	if len(st.Redirs) > 0 {
		w.out.NeedsShell = "redirect"
	}
	if st.Background {
		w.out.NeedsShell = "background"
	}
}

// heredoc is the literal standard input of a statement, "" where there is none.
func (w *walker) heredoc(st *syntax.Stmt, sc scope) string {
	for _, r := range st.Redirs {
		if (r.Op == syntax.Hdoc || r.Op == syntax.DashHdoc) && r.Hdoc != nil {
			text, _ := w.word(r.Hdoc, sc.vars)
			return text
		}
		if r.Op == syntax.WordHdoc && r.Word != nil {
			text, _ := w.word(r.Word, sc.vars)
			return text
		}
	}
	return sc.stdin
}

// redirects turns > and >> into writes of the statement's last call.
func (w *walker) redirects(st *syntax.Stmt, sc scope, first int) {
	for _, r := range st.Redirs {
		if r.Word == nil || r.Hdoc != nil {
			continue
		}
		w.substitutions(r.Word, sc)
		path, _ := w.word(r.Word, sc.vars)
		switch r.Op {
		case syntax.RdrIn:
			if n := len(w.out.Calls); n > first {
				w.out.Calls[n-1].Reads = append(w.out.Calls[n-1].Reads, path)
			}
			continue
		case syntax.RdrOut, syntax.AppOut, syntax.RdrAll, syntax.AppAll, syntax.RdrClob:
		default:
			continue
		}
		if harmless(path) {
			continue
		}
		w.writeBy(st, sc, first, Write{Path: path, Append: r.Op == syntax.AppOut || r.Op == syntax.AppAll, Redirect: true,
			Line: int(r.Pos().Line()) + sc.line})
	}
}

// writeBy attaches a redirect to the call that it belongs to.
func (w *walker) writeBy(st *syntax.Stmt, sc scope, first int, wr Write) {
	var c *Call
	if n := len(w.out.Calls); n > first {
		c = w.out.Calls[n-1]
	} else {
		c = &Call{Program: ">", Line: wr.Line, Guards: sc.guards, Dir: sc.dir, Hidden: sc.hidden}
		w.out.Calls = append(w.out.Calls, c)
	}
	if (c.Program == "echo" || c.Program == "printf") && n(st) == 1 {
		wr.Literal, wr.Known = strings.Join(positionals(c.Program, c.Args), " "), true
	}
	c.Writes = append(c.Writes, wr)
	switch {
	case wr.Append:
		c.Class = max(c.Class, Accumulate)
	default:
		c.Class = max(c.Class, Overwrite)
	}
}

// n counts the simple commands of a statement: 1 for a plain call.
func n(st *syntax.Stmt) int {
	if _, ok := st.Cmd.(*syntax.CallExpr); ok {
		return 1
	}
	return 2
}

// harmless tells of redirect targets that keep nothing.
func harmless(path string) bool {
	return strings.HasPrefix(path, "/dev/") && !strings.HasPrefix(path, "/dev/sd") && !strings.HasPrefix(path, "/dev/disk") || path == "" || strings.HasPrefix(path, "&")
}
