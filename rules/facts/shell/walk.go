package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// walker reads one script into an Analysis.
type walker struct {
	out    *Analysis
	masked masked
	depth  int // of nested scripts: bash -c, heredocs
	// children are variables with the number of a process that the script has started itself.
	children map[string]bool
	declares bool // it sets variables: a script that does nothing else is read
}

// scope is what holds at one place of a script.
type scope struct {
	guards []Guard
	dir    string
	vars   map[string]string // shell variables with one known value
	hidden bool
	piped  bool
	listed bool   // xargs gives it what was listed just before
	line   int    // offset of a nested script
	stdin  string // literal standard input (heredoc), "" if none or unknown
}

func (s scope) with(g ...Guard) scope {
	s.guards = append(slices.Clip(slices.Clone(s.guards)), g...)
	return s
}

// maxDepth bounds scripts inside scripts.
const maxDepth = 5

// script parses and walks shell text.
func (w *walker) script(text string, sc scope) {
	if w.depth >= maxDepth {
		w.unknown(text, sc)
		return
	}
	w.depth++
	defer func() { w.depth-- }()
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		file, posixErr := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
		if posixErr != nil {
			w.out.Unparsable = w.masked.unmask(strings.TrimPrefix(err.Error(), ":"))
			return
		}
		w.list(file.Stmts, sc)
		return
	}
	w.list(file.Stmts, sc)
}

func (w *walker) unknown(text string, sc scope) {
	w.out.Calls = append(w.out.Calls, &Call{Program: firstWord(text), Class: Unknown, Guards: sc.guards, Hidden: sc.hidden, Line: sc.line + 1})
}

func firstWord(text string) string {
	if f := strings.Fields(text); len(f) > 0 {
		return f[0]
	}
	return ""
}

// list walks statements that follow each other: a cd and an early exit hold for the rest.
func (w *walker) list(stmts []*syntax.Stmt, sc scope) {
	if sc.vars == nil {
		sc.vars = map[string]string{}
	}
	if len(stmts) > 1 {
		w.out.NeedsShell = "several commands"
	}
	for i, st := range stmts {
		if dir, ok := w.cd(st); ok {
			w.out.NeedsShell = "cd"
			if i < len(stmts)-1 && !w.out.SetE && w.depth == 1 && len(sc.guards) == 0 && w.out.CdSemicolon == "" && !st.Negated {
				w.out.CdSemicolon = dir
				w.out.CdRest = w.source(stmts[i+1:])
			}
			sc.dir = joinDir(sc.dir, dir)
			continue
		}
		first := len(w.out.Calls)
		w.stmt(st, sc)
		if i < len(stmts)-1 && !w.out.SetE && !w.asksStatus(stmts[i+1]) {
			w.unheeded(first)
		}
		if dir, ok := w.cdInside(st); ok {
			sc.dir = joinDir(sc.dir, dir)
		}
		sc = sc.with(w.earlyExit(st)...)
		if n := len(stmts); i == n-2 && isCall(stmts[n-1], "true", ":") && w.out.Calls != nil {
			w.hideLast(st)
		}
	}
}

// unheeded marks calls whose failure the script does not see.
func (w *walker) unheeded(from int) {
	for _, c := range w.out.Calls[from:] {
		c.Unheeded = true
	}
}

// asksStatus tells that a statement looks at how the one before it ended.
func (w *walker) asksStatus(st *syntax.Stmt) bool {
	asks := false
	syntax.Walk(st, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil && p.Param.Value == "?" {
			asks = true
		}
		return !asks
	})
	return asks
}

// hideLast marks calls of a statement as hidden by a trailing `; true`.
func (w *walker) hideLast(st *syntax.Stmt) {
	for _, c := range w.out.Calls {
		if c.Line >= int(st.Pos().Line()) && c.Line <= int(st.End().Line()) {
			c.Hidden = true
		}
	}
}

func (w *walker) source(stmts []*syntax.Stmt) string {
	if len(stmts) == 0 {
		return ""
	}
	from, to := stmts[0].Pos().Offset(), stmts[len(stmts)-1].End().Offset()
	if to > uint(len(w.masked.text)) || from > to {
		return ""
	}
	return strings.TrimSpace(w.masked.unmask(w.masked.text[from:to]))
}

// cd recognises a statement that only changes directory.
func (w *walker) cd(st *syntax.Stmt) (string, bool) {
	call, ok := st.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) < 1 || len(st.Redirs) > 0 {
		return "", false
	}
	name := call.Args[0].Lit()
	if name != "cd" && name != "pushd" {
		return "", false
	}
	if len(call.Args) == 1 {
		return "~", true
	}
	dir, _ := w.word(call.Args[len(call.Args)-1], nil)
	return dir, true
}

// cdInside finds `cd x && more`: the directory stays changed afterwards.
func (w *walker) cdInside(st *syntax.Stmt) (string, bool) {
	for {
		b, ok := st.Cmd.(*syntax.BinaryCmd)
		if !ok || b.Op != syntax.AndStmt {
			return "", false
		}
		if dir, ok := w.cd(b.X); ok {
			return dir, true
		}
		st = b.X
	}
}

func isCall(st *syntax.Stmt, names ...string) bool {
	if st == nil {
		return false
	}
	call, ok := st.Cmd.(*syntax.CallExpr)
	return ok && len(call.Args) > 0 && slices.Contains(names, call.Args[0].Lit())
}

// stmt walks one statement with its redirections.
func (w *walker) stmt(st *syntax.Stmt, sc scope) {
	if st == nil {
		return
	}
	w.need(st)
	first := len(w.out.Calls)
	sc.stdin = w.heredoc(st, sc)
	switch cmd := st.Cmd.(type) {
	case *syntax.CallExpr:
		w.callExpr(cmd, sc)
	case *syntax.BinaryCmd:
		w.binary(cmd, sc)
	case *syntax.IfClause:
		w.ifClause(cmd, sc)
	case *syntax.WhileClause:
		w.out.Repeats = true
		w.list(cmd.Cond, sc)
		w.list(cmd.Do, sc)
	case *syntax.ForClause:
		w.loop(cmd, sc)
	case *syntax.CaseClause:
		w.substitutions(cmd.Word, sc)
		for _, item := range cmd.Items {
			w.list(item.Stmts, sc)
		}
	case *syntax.Block:
		w.list(cmd.Stmts, sc)
	case *syntax.Subshell:
		w.list(cmd.Stmts, sc)
	case *syntax.FuncDecl:
		w.stmt(cmd.Body, sc)
	case *syntax.TimeClause:
		w.stmt(cmd.Stmt, sc)
	case *syntax.CoprocClause:
		w.stmt(cmd.Stmt, sc)
	case *syntax.DeclClause:
		w.declares = true
		for _, as := range cmd.Args {
			w.assign(as, sc)
		}
	}
	w.redirects(st, sc, first)
}

// loop walks a for: its variable is unknown inside.
func (w *walker) loop(f *syntax.ForClause, sc scope) {
	if it, ok := f.Loop.(*syntax.WordIter); ok {
		for _, item := range it.Items {
			w.substitutions(item, sc)
		}
		delete(sc.vars, it.Name.Value)
	}
	w.list(f.Do, sc)
}

// binary walks &&, || and pipes.
func (w *walker) binary(b *syntax.BinaryCmd, sc scope) {
	switch b.Op {
	case syntax.AndStmt:
		if dir, ok := w.cd(b.X); ok {
			sc.dir = joinDir(sc.dir, dir)
			w.stmt(b.Y, sc)
			return
		}
		w.stmt(b.X, sc)
		if dir, ok := w.cdInside(b.X); ok {
			sc.dir = joinDir(sc.dir, dir)
		}
		if inner, ok := b.X.Cmd.(*syntax.BinaryCmd); ok && inner.Op == syntax.AndStmt {
			if dir, ok := w.cd(inner.Y); ok {
				sc.dir = joinDir(sc.dir, dir)
			}
		}
		w.stmt(b.Y, sc.with(w.tests(b.X, true)...))
	case syntax.OrStmt:
		left := sc
		if isCall(b.Y, "true", ":", "echo", "exit") && !exitsBadly(b.Y) {
			left.hidden = true
		}
		first := len(w.out.Calls)
		w.stmt(b.X, left)
		if !left.hidden && !isCall(b.Y, "exit", "return", "false") {
			w.caught(first)
		}
		w.stmt(b.Y, sc.with(w.tests(b.X, false)...))
	default:
		w.pipe(b, sc)
	}
}

// caught marks calls whose failure is the signal for what stands behind ||: `git clone u d || git -C d pull`.
func (w *walker) caught(from int) {
	for _, c := range w.out.Calls[from:] {
		if c.Class == CreateOnce && !c.Guarded() {
			c.Guards = []Guard{{Kind: "state", Absent: true, Text: "||"}}
		}
	}
}

// exitsBadly tells that a statement is `exit N` with N other than 0.
func exitsBadly(st *syntax.Stmt) bool {
	call, ok := st.Cmd.(*syntax.CallExpr)
	if !ok || call.Args[0].Lit() != "exit" {
		return false
	}
	return len(call.Args) < 2 || call.Args[1].Lit() != "0"
}

func (w *walker) ifClause(c *syntax.IfClause, sc scope) {
	var before []Guard // what the branches before this one have ruled out
	for ; c != nil; c = c.Else {
		inner := sc.with(before...)
		if len(c.Cond) > 0 {
			w.list(c.Cond, inner)
			last := c.Cond[len(c.Cond)-1]
			w.list(c.Then, inner.with(w.tests(last, true)...))
			before = append(before, w.tests(last, false)...)
			continue
		}
		w.list(c.Then, inner)
	}
}

// pipe walks the members of a pipe and looks for what pipes are used to do.
func (w *walker) pipe(b *syntax.BinaryCmd, sc scope) {
	var members []*syntax.Stmt
	var flatten func(st *syntax.Stmt)
	flatten = func(st *syntax.Stmt) {
		if inner, ok := st.Cmd.(*syntax.BinaryCmd); ok && (inner.Op == syntax.Pipe || inner.Op == syntax.PipeAll) {
			flatten(inner.X)
			flatten(inner.Y)
			return
		}
		members = append(members, st)
	}
	flatten(b.X)
	flatten(b.Y)
	sc.piped = true
	spans := make([][]*Call, len(members))
	for i, m := range members {
		from := len(w.out.Calls)
		member := sc
		if i > 0 {
			member.stdin = w.echoed(spans[i-1])
		}
		w.stmtPiped(m, member)
		spans[i] = slices.Clone(w.out.Calls[from:])
		if i < len(members)-1 && !w.out.Pipefail {
			w.unheeded(from)
		}
	}
	w.pipeMeaning(spans)
}

// stmtPiped is stmt where the standard input of the first call is known.
func (w *walker) stmtPiped(st *syntax.Stmt, sc scope) {
	if sc.stdin == "" || st.Redirs != nil {
		w.stmt(st, sc)
		return
	}
	if call, ok := st.Cmd.(*syntax.CallExpr); ok {
		w.callExpr(call, sc)
		return
	}
	w.stmt(st, sc)
}

// echoed is the text that `echo ... |` sends, "" if not known.
func (w *walker) echoed(calls []*Call) string {
	if len(calls) != 1 || calls[0].Program != "echo" && calls[0].Program != "printf" {
		return ""
	}
	return strings.Join(positionals(calls[0].Program, calls[0].Args), " ")
}

var interpreters = []string{"sh", "bash", "dash", "zsh", "ksh", "python", "python2", "python3", "perl", "ruby", "node", "php"}
var downloaders = []string{"curl", "wget", "fetch", "http"}

// pipeMeaning finds downloads that are run, and failures that are lost.
func (w *walker) pipeMeaning(spans [][]*Call) {
	for i, span := range spans[:len(spans)-1] {
		for _, c := range span {
			if slices.Contains(downloaders, c.Program) {
				for _, later := range spans[i+1:] {
					if len(later) > 0 && slices.Contains(interpreters, later[0].Program) && runsStdin(later[0]) {
						w.out.PipeToShell = c.Program + " | " + later[0].Program
					}
				}
			}
		}
	}
	last := spans[len(spans)-1]
	if w.out.Pipefail || len(last) == 0 || stopsEarly(last[len(last)-1]) {
		return
	}
	producing := slices.ContainsFunc(last, func(c *Call) bool { return c.Class > Read })
	for _, span := range spans[:len(spans)-1] {
		for _, c := range span {
			if c.Class > Read && c.Class != Unknown || producing && c.Program != "echo" && c.Program != "printf" && c.Program != "yes" {
				w.out.HidesFailure = c.Program
			}
		}
	}
}

// stopsEarly tells of readers that end a pipe before its source does: pipefail would turn success into SIGPIPE.
func stopsEarly(c *Call) bool {
	return c.Program == "head" || c.Program == "grep" && hasFlag("grep", c.Args, "-q", "--quiet", "-m")
}

// runsStdin tells that an interpreter is called without a script of its own.
func runsStdin(c *Call) bool {
	if hasFlag(c.Program, c.Args, "-c", "-e", "-m") && c.Program != "sh" && c.Program != "bash" {
		return false
	}
	for i, arg := range c.Args {
		switch {
		case arg == "-" || arg == "-s" || arg == "/dev/stdin":
			return true
		case arg == "-c" || arg == "-m":
			return false
		case !strings.HasPrefix(arg, "-") && (i == 0 || c.Args[i-1] != "-o"):
			return false
		}
	}
	return true
}

// words is the reading of ansible.builtin.command.
func (w *walker) words(text string) {
	words, ok := split(text)
	if !ok {
		w.out.Unparsable = "no closing quotation"
		return
	}
	if len(words) == 0 {
		return
	}
	w.out.ShellInWords = operator(text, words[0])
	w.invoke(words, scope{}, 1)
}

// operator finds a shell operator among the words of a command line, as it is written: what stands in quotes is no operator.
func operator(text, program string) string {
	for _, word := range strings.Fields(unquoted(text)) {
		switch word {
		case "|", "||", "&&", ">", ">>", "<", ";", "2>&1", "2>/dev/null", ">/dev/null", "&":
			return word
		}
		if strings.HasSuffix(word, ";") && word != `\;` && program != "find" {
			return ";"
		}
	}
	return ""
}

// unquoted drops what stands in quotes.
func unquoted(text string) string {
	var b strings.Builder
	var quote byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == '\\' && quote == '"' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
			b.WriteByte('_')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
