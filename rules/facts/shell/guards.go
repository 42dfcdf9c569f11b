package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// lasts tells that a test comes out the same in every run: a program or a path has to be there for the call to make sense, and
// the call does not take it away. What lies in a directory for run-time state comes and goes by itself.
func (g Guard) lasts(c *Call) bool {
	switch {
	case g.Absent:
		return false
	case g.Kind == "program":
		return true
	case g.Kind != "path" || strings.HasPrefix(g.Path, "/run/") || strings.HasPrefix(g.Path, "/var/run/") || strings.HasPrefix(g.Path, "/tmp/"):
		return false
	}
	return !slices.ContainsFunc(c.Removes(), func(p string) bool {
		return p == g.Path || strings.HasPrefix(g.Path, p+"/") || strings.HasPrefix(p, g.Path+"/") || strings.Contains(p, "$")
	})
}

// tests reads the guards that a statement, used as a condition, sets up for what runs when it came out as outcome.
func (w *walker) tests(st *syntax.Stmt, outcome bool) []Guard {
	if st == nil {
		return nil
	}
	if st.Negated {
		outcome = !outcome
	}
	switch cmd := st.Cmd.(type) {
	case *syntax.BinaryCmd:
		switch {
		case cmd.Op == syntax.AndStmt && outcome, cmd.Op == syntax.OrStmt && !outcome:
			return append(w.tests(cmd.X, outcome), w.tests(cmd.Y, outcome)...)
		case cmd.Op == syntax.Pipe || cmd.Op == syntax.PipeAll:
			return w.pipeTest(cmd, outcome)
		case cmd.Op == syntax.AndStmt || cmd.Op == syntax.OrStmt:
			if g := w.tests(cmd.Y, outcome); len(g) > 0 {
				return g[:1]
			}
		}
	case *syntax.TestClause:
		return w.testClause(cmd.X, outcome)
	case *syntax.CallExpr:
		return w.callTest(cmd, outcome)
	case *syntax.Subshell:
		if len(cmd.Stmts) == 1 {
			return w.tests(cmd.Stmts[0], outcome)
		}
	}
	return nil
}

// pipeTest: the last member of a pipe decides (grep -q, mostly); what it reads decides what it is about.
func (w *walker) pipeTest(b *syntax.BinaryCmd, outcome bool) []Guard {
	last, ok := b.Y.Cmd.(*syntax.CallExpr)
	if !ok || len(last.Args) == 0 {
		return nil
	}
	switch baseName(last.Args[0].Lit()) {
	case "grep", "egrep", "fgrep", "awk", "jq", "wc", "test", "[":
		return []Guard{{Kind: "state", Absent: !outcome, Text: w.text(b)}}
	}
	return nil
}

func (w *walker) text(n syntax.Node) string {
	from, to := n.Pos().Offset(), n.End().Offset()
	if to > uint(len(w.masked.text)) || from > to {
		return ""
	}
	return w.masked.unmask(w.masked.text[from:to])
}

// testClause reads [[ ... ]].
func (w *walker) testClause(x syntax.TestExpr, outcome bool) []Guard {
	switch e := x.(type) {
	case *syntax.ParenTest:
		return w.testClause(e.X, outcome)
	case *syntax.UnaryTest:
		if e.Op == syntax.TsNot {
			return w.testClause(e.X, !outcome)
		}
		word, ok := e.X.(*syntax.Word)
		if !ok {
			return nil
		}
		path, _ := w.word(word, nil)
		return unaryTest(e.Op.String(), path, outcome)
	case *syntax.BinaryTest:
		if e.Op == syntax.AndTest && outcome || e.Op == syntax.OrTest && !outcome {
			return append(w.testClause(e.X, outcome), w.testClause(e.Y, outcome)...)
		}
		if computed(e.X) || computed(e.Y) {
			return []Guard{{Kind: "state", Absent: !outcome}}
		}
	}
	return nil
}

// computed tells that a word is the output of a command or a shell variable: something looked at, not a constant.
func computed(n syntax.Node) bool {
	found := false
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n.(type) {
		case *syntax.CmdSubst, *syntax.ParamExp:
			found = true
		}
		return !found
	})
	return found
}

// unaryTest reads -e P and friends.
func unaryTest(op, path string, outcome bool) []Guard {
	switch op {
	case "-e", "-f", "-d", "-L", "-h", "-s", "-r", "-x", "-S", "-w", "-b", "-c", "-p":
		return []Guard{{Kind: "path", Path: path, Absent: !outcome}}
	case "-z":
		return []Guard{{Kind: "state", Absent: outcome}}
	case "-n":
		return []Guard{{Kind: "state", Absent: !outcome}}
	}
	return nil
}

// callTest reads test ..., [ ... ], and programs that only look: id U, command -v X, grep -q X F, iptables -C, docker inspect.
func (w *walker) callTest(call *syntax.CallExpr, outcome bool) []Guard {
	if len(call.Args) == 0 {
		return nil
	}
	var words []string
	looks := false
	for _, a := range call.Args {
		t, _ := w.word(a, nil)
		words = append(words, t)
		looks = looks || computed(a)
	}
	for len(words) > 1 && (words[0] == "sudo" || words[0] == "!") {
		words = words[1:]
	}
	name, args := baseName(words[0]), words[1:]
	switch name {
	case "test", "[":
		if name == "[" && len(args) > 0 {
			args = args[:len(args)-1]
		}
		return bracketTest(args, outcome, looks)
	case "true", "false", ":", "echo", "printf", "cd", "set", "sleep", "export", "exit", "pushd", "cat", "source", ".":
		return nil
	}
	c := &Call{Program: programName(words[0]), Args: args}
	inner := &walker{out: &Analysis{}, masked: w.masked, depth: w.depth}
	inner.call(words, nil, scope{}, 1)
	if worstOf(inner.out.Calls) != Read {
		return nil
	}
	return []Guard{lookGuard(c, outcome)}
}

// lookGuard names what a read-only program looks at.
func lookGuard(c *Call, outcome bool) Guard {
	pos := positionals(c.Program, c.Args)
	last := ""
	if len(pos) > 0 {
		last = pos[len(pos)-1]
	}
	g := Guard{Kind: "state", Absent: !outcome, Text: strings.Join(append([]string{c.Program}, c.Args...), " ")}
	switch c.Program {
	case "command", "which", "type", "hash", "whereis":
		g.Kind, g.Path = "program", last
	case "id", "getent":
		g.Kind, g.Path = "user", last
	case "grep", "egrep", "fgrep", "rg":
		g.Kind = "content"
		if len(pos) > 1 {
			g.Path = last
		}
	case "ls", "stat", "readlink":
		g.Kind, g.Path = "path", last
	case "dpkg", "rpm", "dpkg-query":
		g.Kind, g.Path = "package", last
	}
	return g
}

// bracketTest reads the words of [ ... ].
func bracketTest(args []string, outcome, looks bool) []Guard {
	for len(args) > 0 && args[0] == "!" {
		args, outcome = args[1:], !outcome
	}
	for i, a := range args {
		if a == "-a" && outcome || a == "-o" && !outcome {
			return append(bracketTest(args[:i], outcome, looks), bracketTest(args[i+1:], outcome, looks)...)
		}
		if a == "-a" || a == "-o" {
			return bracketTest(args[i+1:], outcome, looks) // either of them: the last is made last
		}
	}
	if len(args) == 2 {
		return unaryTest(args[0], args[1], outcome)
	}
	if len(args) >= 3 && looks {
		return []Guard{{Kind: "state", Absent: !outcome, Text: strings.Join(args, " ")}}
	}
	return nil
}

// earlyExit reads `test && exit 0` and `if test; then exit; fi`: what follows runs only when the test came out otherwise.
func (w *walker) earlyExit(st *syntax.Stmt) []Guard {
	switch cmd := st.Cmd.(type) {
	case *syntax.BinaryCmd:
		if isCall(cmd.Y, "exit", "return") {
			switch cmd.Op {
			case syntax.AndStmt:
				return w.tests(cmd.X, false)
			case syntax.OrStmt:
				return w.tests(cmd.X, true)
			}
		}
	case *syntax.IfClause:
		if n := len(cmd.Then); n > 0 && cmd.Else == nil && isCall(cmd.Then[n-1], "exit", "return") && len(cmd.Cond) > 0 {
			return w.tests(cmd.Cond[len(cmd.Cond)-1], false)
		}
	}
	return nil
}
