// Package shell says what a command does when it is run a second time.
//
// A command line is read by a real shell parser (mvdan.cc/sh), every simple command in it is looked up in a table of what
// programs do (knowledge.txt), and the worst of them gives the class of the whole. Beside the class an Analysis holds
// what the rules need to compare commands with their guards: which paths are written and read, which tests inside the
// script stand before a command, what is hidden by `|| true`, `cd x;` and pipes.
//
// Nothing is run, and templates stay text: {{ ... }} is carried through the shell parser as one word part and comes out
// again, as written, in paths and arguments.
package shell

import (
	"slices"
	"strings"
)

// Class is the effect of running a command again. The order is the lattice of the analysis: the worst wins.
type Class uint8

// The classes, from harmless to harmful.
const (
	Read       Class = iota // changes nothing
	Converge                // the second run leads to the same state and succeeds
	Overwrite               // writes the same bytes again
	Upgrade                 // the result depends on the world at run time
	Unknown                 // runs code that nobody here knows
	Remote                  // acts on another system each time
	Imperative              // restarts, kills, stops: an effect each run
	Regenerate              // makes new content each run: keys, certificates, ids
	CreateOnce              // fails the second time
	Accumulate              // adds again each run
	Destroy                 // loses what was there
)

var classNames = [...]string{"read", "converge", "overwrite", "upgrade", "unknown", "remote", "imperative", "regenerate",
	"create-once", "accumulate", "destructive"}

func (c Class) String() string { return classNames[c] }

// classOf finds a class by its name in the table.
func classOf(name string) (Class, bool) {
	for i, n := range classNames {
		if n == name {
			return Class(i), true
		}
	}
	return Unknown, false
}

// Language is how a task's text is understood.
type Language uint8

// The languages.
const (
	Words Language = iota // ansible.builtin.command: split like shlex, no shell behind it
	Bash                  // ansible.builtin.shell, raw: a shell script
)

// Call is one simple command of a script.
type Call struct {
	Program string // base name after wrappers: "pip3"
	Path    string // as written: "{{ venv_dir }}/bin/pip3"
	Args    []string
	Class   Class
	Why     string // what the table says of it, "" where the class speaks for itself
	// Module is the Ansible module that does the same, short name, "" where there is none.
	Module string
	// Plain tells that the module covers all that this call does (no piped data, no exotic arguments).
	Plain    bool
	Wrappers []string // sudo, env, timeout, ... in order
	Writes   []Write
	Reads    []string
	// Guards stand before the call inside the script.
	Guards []Guard
	// Hidden tells that `|| true` or `; true` swallows its failure.
	Hidden bool
	// Unheeded tells that the script goes on when the call fails, and ends as what follows does.
	Unheeded bool
	// Consumes are paths that the call takes away, by which it fails the second time.
	Consumes []string
	Piped    bool // takes part in a pipe
	Line     int  // within the text, from 1
	// Dir is the directory that a `cd` before it changed to, "" for the task's own.
	Dir string
	// assumed tells that the program was guessed from a variable's name.
	assumed bool
	listed  bool // as in scope
}

// Guarded tells whether a test inside the script decides that the second run leaves the call out.
func (c *Call) Guarded() bool {
	return slices.ContainsFunc(c.Guards, func(g Guard) bool { return !g.lasts(c) })
}

// Effective is the class once the guards inside the script are taken into account.
func (c *Call) Effective() Class {
	if c.Guarded() && c.Class > Converge {
		return Converge
	}
	return c.Class
}

// Write is a path that a call writes.
type Write struct {
	Path   string // as written, templates kept; relative to Dir of the call
	Append bool   // grows the file
	// Container tells that the path is a directory made first and filled afterwards: a clone, a venv, an unpacked archive.
	Container bool
	Redirect  bool
	Line      int
	// Literal is the text written by `echo '...' >`, with Known set.
	Literal string
	Known   bool
}

// Guard is a test inside a script that decides whether a call runs.
type Guard struct {
	Kind string // path, program, user, group, content, package, state
	Path string // of path and content guards
	// Absent tells that the call runs only when the thing is not there.
	Absent bool
	Text   string
}

// Edit is an in-place edit by sed, perl, ed.
type Edit struct {
	Program string
	Path    string
	// Fixpoint: "yes" when a second application changes nothing, "no" when it provably does, else "unknown".
	Fixpoint string
	Script   string
	Guarded  bool
}

// Analysis is what is known of one command or script.
type Analysis struct {
	Text  string
	Lang  Language
	Class Class // worst effective class of the calls
	// Bare is the worst class without the script's own guards.
	Bare  Class
	Calls []*Call
	// Unparsable is the parser's message where the text is no shell script.
	Unparsable string
	SetE       bool // set -e, or an interpreter with -e
	Pipefail   bool
	OrTrue     bool // a mutating call's failure is swallowed
	// CdSemicolon is the directory of a `cd X;` whose failure would not stop the rest; "" without.
	CdSemicolon string
	// CdRest is what follows such a cd.
	CdRest string
	// PipeToShell is the downloader of `curl | sh` forms; "" without.
	PipeToShell string
	Verified    bool // a checksum or signature is verified in the same script
	Sudo        string
	SudoUser    string
	// HidesFailure names the member of a pipe whose failure is lost; "" without.
	HidesFailure string
	// NeedsShell is what in the text needs a shell ("pipe", "redirect", ...), "" where `command` would do.
	NeedsShell string
	// ShellInWords names shell syntax that `command` passes on literally; "" without.
	ShellInWords string
	Edits        []Edit
	// Sleep tells that the script waits for a fixed time, Repeats that it has a while or until, and may wait for anything.
	Sleep, Repeats bool
}

// Writes are all paths written, in order.
func (a *Analysis) Writes() []Write {
	var out []Write
	for _, c := range a.Calls {
		for _, w := range c.Writes {
			w.Path = joinDir(c.Dir, w.Path)
			out = append(out, w)
		}
	}
	return out
}

// Reads are all paths read, in order.
func (a *Analysis) Reads() []string {
	var out []string
	for _, c := range a.Calls {
		for _, r := range c.Reads {
			out = append(out, joinDir(c.Dir, r))
		}
	}
	return out
}

// Reclassified is the analysis with other classes for some of its calls; what is shared stays as it is.
func (a *Analysis) Reclassified(class func(c *Call) Class) *Analysis {
	out := *a
	out.Calls = make([]*Call, len(a.Calls))
	out.Class, out.Bare = Read, Read
	for i, c := range a.Calls {
		own := *c
		if own.Class = class(c); own.Class != c.Class {
			own.Why = ""
		}
		out.Calls[i] = &own
		out.Class, out.Bare = max(out.Class, own.Effective()), max(out.Bare, own.Class)
	}
	return &out
}

// Worst is the call that gives the script its class, or nil for an empty script.
func (a *Analysis) Worst() *Call {
	var worst *Call
	for _, c := range a.Calls {
		if worst == nil || c.Effective() > worst.Effective() {
			worst = c
		}
	}
	return worst
}

func joinDir(dir, path string) string {
	if dir == "" || path == "" || strings.HasPrefix(path, "/") || strings.HasPrefix(path, "~") || strings.HasPrefix(path, "{{") || strings.HasPrefix(path, "$") {
		return path
	}
	return strings.TrimSuffix(dir, "/") + "/" + strings.TrimPrefix(path, "./")
}

// Analyze reads a command. It is safe for concurrent use and never fails: what cannot be understood is Unknown.
func Analyze(text string, lang Language) *Analysis {
	texts := branches(text)
	if len(texts) == 1 {
		a := analyze(texts[0], lang)
		a.Text = text
		return a
	}
	var each []*Analysis
	for _, t := range texts {
		each = append(each, analyze(t, lang))
	}
	return anyOf(text, each)
}

// analyze reads a command whose branches are chosen.
func analyze(text string, lang Language) *Analysis {
	a := &Analysis{Text: text, Lang: lang}
	masked := mask(text)
	w := &walker{out: a, masked: masked}
	if lang == Words {
		w.words(masked.text)
	} else {
		w.script(masked.text, scope{})
	}
	w.finish()
	return a
}

// Together is the analysis of commands that are run one after the other, each by itself: those of a loop.
func Together(text string, each []*Analysis) *Analysis {
	out := *each[0]
	out.Text, out.Calls, out.Edits = text, nil, nil
	for _, a := range each {
		out.Calls = append(out.Calls, a.Calls...)
		out.Edits = append(out.Edits, a.Edits...)
		out.Class, out.Bare = max(out.Class, a.Class), max(out.Bare, a.Bare)
		out.OrTrue, out.Sleep = out.OrTrue || a.OrTrue, out.Sleep || a.Sleep
		for _, take := range []struct{ into, from *string }{{&out.Unparsable, &a.Unparsable}, {&out.PipeToShell, &a.PipeToShell}, {&out.Sudo, &a.Sudo}, {&out.SudoUser, &a.SudoUser},
			{&out.HidesFailure, &a.HidesFailure}, {&out.NeedsShell, &a.NeedsShell}, {&out.ShellInWords, &a.ShellInWords}, {&out.CdSemicolon, &a.CdSemicolon}, {&out.CdRest, &a.CdRest}} {
			if *take.into == "" {
				*take.into = *take.from
			}
		}
	}
	return &out
}

// finish sums up.
func (w *walker) finish() {
	a := w.out
	if len(a.Calls) == 0 && (a.Unparsable != "" || strings.Contains(a.Text, "{{") && !w.declares) {
		a.Class, a.Bare = Unknown, Unknown
	}
	if a.NeedsShell == "" && strings.Contains(a.Text, "#") {
		a.NeedsShell = "comment"
	}
	a.relate()
	for _, c := range a.Calls {
		a.Class = max(a.Class, c.Effective())
		a.Bare = max(a.Bare, c.Class)
		if c.Hidden && c.Effective() > Read {
			a.OrTrue = true
		}
		if c.Program == "sleep" {
			a.Sleep = true
		}
		if verifier(c) {
			a.Verified = true
		}
	}
	if a.Unparsable != "" {
		a.Class, a.Bare = max(a.Class, Unknown), max(a.Bare, Unknown)
	}
}

func verifier(c *Call) bool {
	switch c.Program {
	case "sha256sum", "sha512sum", "sha1sum", "md5sum", "shasum":
		return hasFlag(c.Program, c.Args, "-c", "--check")
	case "gpg", "gpgv", "gpg2":
		return c.Program == "gpgv" || hasFlag("openssl", c.Args, "--verify")
	}
	return false
}
