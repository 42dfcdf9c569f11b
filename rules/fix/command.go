package fix

import (
	"path"
	"slices"
	"strings"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/rules/facts/shell"
)

// translate turns the words of a command into a module call, or refuses: what it does not know of it does not leave out.
type translate func(w *words) (*call, error)

// translations are the programs that modules stand in for.
var translations = map[string]translate{
	"mkdir": mkdirCall, "rm": rmCall, "ln": lnCall, "chmod": chmodCall, "chown": chownCall, "chgrp": chownCall,
	"systemctl": systemctlCall, "service": serviceCall,
	"apt-get": packageCall, "apt": packageCall, "yum": packageCall, "dnf": packageCall,
	"pip": pipCall, "pip3": pipCall, "pip2": pipCall, "groupadd": groupaddCall,
}

// mendCommand replaces a command that is one plain call of a known program by the module's call.
func mendCommand(j *job) error {
	a, err := j.command()
	if err != nil {
		return err
	}
	if len(a.Calls) != 1 || a.NeedsShell != "" || a.Unparsable != "" || a.ShellInWords != "" {
		return refusef("it is more than one plain command")
	}
	c := a.Calls[0]
	if len(c.Wrappers) > 0 {
		return refusef("%s stands before the command", c.Wrappers[0])
	}
	to := translations[c.Program]
	if to == nil {
		return refusef("there is no translation of %s", c.Program)
	}
	if err := j.ownOutcome(); err != nil {
		return err
	}
	chdir, err := j.plainArgs()
	if err != nil {
		return err
	}
	for _, word := range c.Args {
		if !plainWord(word) {
			return refusef("what `%s` stands for is decided when it runs", word)
		}
	}
	m, err := to(splitWords(c, chdir))
	if err != nil {
		return err
	}
	return j.replaceCall(m)
}

// command analyses the task's command as it is written.
func (j *job) command() (*shell.Analysis, error) {
	n := j.task.Action.FreeForm
	if n == nil {
		n = j.task.Action.Get("cmd")
	}
	if n == nil || n.Text == "" {
		return nil, refusef("the command is not written as one text")
	}
	lang := shell.Words
	if strings.HasSuffix(j.task.Action.Name, "shell") {
		lang = shell.Bash
	} else if !strings.HasSuffix(j.task.Action.Name, "command") {
		return nil, refusef("it is no command or shell task")
	}
	return shell.Analyze(n.Text, lang), nil
}

// plural are templates that may be several words: "{{ packages }}", "{{ list | join(' ') }}".
var plural = pattern.New(`join|\w(s|list)\s*(\||\}\})`)

// plainWord tells whether a word of a command is that text, for a module as for a shell.
func plainWord(w string) bool {
	if strings.Contains(w, "{%") || strings.HasPrefix(w, "{{") && strings.HasSuffix(w, "}}") && plural.MatchString(w) {
		return false
	}
	outside := templates.ReplaceAllString(w, "")
	return !strings.ContainsAny(outside, "$`*?[]{}\\\"'<>|&;") && !strings.HasPrefix(w, "~")
}

var templates = pattern.New(`\{\{.*?\}\}`)

// words are a command's words, its flags apart: -rf is r and f, --parents is parents.
type words struct {
	program, path string
	flags         []string
	args          []string
	chdir         string
}

func splitWords(c *shell.Call, chdir string) *words {
	w := &words{program: c.Program, path: c.Path, chdir: chdir}
	for i, a := range c.Args {
		switch {
		case a == "--":
			w.args = append(w.args, c.Args[i+1:]...)
			return w
		case strings.HasPrefix(a, "--"):
			w.flags = append(w.flags, a[2:])
		case strings.HasPrefix(a, "-") && len(a) > 1:
			w.flags = append(w.flags, strings.Split(a[1:], "")...)
		default:
			w.args = append(w.args, a)
		}
	}
	return w
}

// only refuses flags that are not listed: they would change what is done.
func (w *words) only(flags ...string) error {
	for _, f := range w.flags {
		if !slices.Contains(flags, f) {
			return refusef("the flag %s of %s has no counterpart", f, w.program)
		}
	}
	return nil
}

func (w *words) has(flags ...string) bool {
	return slices.ContainsFunc(flags, func(f string) bool { return slices.Contains(w.flags, f) })
}

// file is a path as the module needs it: absolute.
func (w *words) file(p string) (string, error) {
	switch {
	case strings.HasPrefix(p, "/") || strings.HasPrefix(p, "{{"):
		return p, nil
	case w.chdir != "":
		return strings.TrimSuffix(w.chdir, "/") + "/" + strings.TrimPrefix(p, "./"), nil
	}
	return "", refusef("%s is relative to the directory that the command runs in", p)
}

// paths wants exactly n arguments and makes the last one absolute.
func (w *words) paths(n int) (last string, err error) {
	if len(w.args) != n {
		return "", refusef("%s has %d arguments where a module takes %d", w.program, len(w.args), n)
	}
	return w.file(w.args[n-1])
}

func mkdirCall(w *words) (*call, error) {
	mode := ""
	for i, f := range w.flags {
		if m, ok := strings.CutPrefix(f, "mode="); ok {
			mode, w.flags[i] = m, "v"
		} else if f == "m" && len(w.args) > 0 {
			mode, w.args = w.args[0], w.args[1:] // the mode is its own word: -m 0755
		}
	}
	if err := w.only("p", "parents", "v", "verbose", "m"); err != nil {
		return nil, err
	}
	p, err := w.paths(1)
	if err != nil {
		return nil, err
	}
	c := &call{module: "file"}
	c.set("path", p)
	c.set("state", "directory")
	if mode != "" {
		if mode, err = modeText(mode); err != nil {
			return nil, err
		}
		c.set("mode", mode)
	}
	return c, nil
}

func rmCall(w *words) (*call, error) {
	if err := w.only("r", "R", "f", "v", "recursive", "force"); err != nil {
		return nil, err
	}
	p, err := w.paths(1)
	if err != nil {
		return nil, err
	}
	c := &call{module: "file"}
	c.set("path", p)
	c.set("state", "absent")
	return c, nil
}

// directories are last parts of paths that mostly are directories: ln makes a link in them, not in their place.
var directories = []string{"bin", "sbin", "lib", "lib64", "share", "etc", "conf.d", "sites-enabled", "sites-available", "mods-enabled", "conf-enabled",
	"system", "src", "include", "tmp", "opt", "home", "root", "var", "usr", ".", ".."}

func lnCall(w *words) (*call, error) {
	if err := w.only("s", "f", "n", "v", "T", "symbolic", "force", "no-dereference", "no-target-directory"); err != nil {
		return nil, err
	}
	if !w.has("s", "symbolic") {
		return nil, refusef("a hard link")
	}
	p, err := w.paths(2)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(p, "/") || slices.Contains(directories, path.Base(p)) || strings.HasSuffix(p, "}}") && strings.Contains(p, "dir") {
		return nil, refusef("%s may be a directory, in which ln makes the link", p)
	}
	c := &call{module: "file"}
	c.set("src", w.args[0])
	c.set("path", p)
	c.set("state", "link")
	if w.has("f", "force") {
		c.set("force", "true")
	}
	return c, nil
}

var (
	octal    = pattern.New(`^[0-7]{3,4}$`)
	symbolic = pattern.New(`^[ugoa]*[+=-][rwxXst]+(,[ugoa]*[+=-][rwxXst]+)*$`)
)

// modeText is a mode as modules take it: with a leading zero, or symbolic.
func modeText(m string) (string, error) {
	switch {
	case octal.MatchString(m) && len(m) == 3:
		return "0" + m, nil
	case octal.MatchString(m), symbolic.MatchString(m), templates.ReplaceAllString(m, "") == "":
		return m, nil
	}
	return "", refusef("%s is no mode that a module reads", m)
}

func chmodCall(w *words) (*call, error) {
	c := &call{module: "file"}
	if err := owned(w, c); err != nil {
		return nil, err
	}
	mode, err := modeText(w.args[0])
	if err != nil {
		return nil, err
	}
	c.set("mode", mode)
	return c, nil
}

func chownCall(w *words) (*call, error) {
	c := &call{module: "file"}
	if err := owned(w, c); err != nil {
		return nil, err
	}
	owner, group, both := strings.Cut(w.args[0], ":")
	if w.program == "chgrp" {
		owner, group = "", w.args[0]
	}
	if strings.Contains(templates.ReplaceAllString(w.args[0], ""), ".") || both && group == "" || strings.Count(w.args[0], ":") > 1 {
		return nil, refusef("%s names an owner in a form that needs a decision", w.args[0])
	}
	if owner != "" {
		c.set("owner", owner)
	}
	if group != "" {
		c.set("group", group)
	}
	return c, nil
}

// owned begins a call for chmod and chown: the path, and the tree below it with -R.
func owned(w *words, c *call) error {
	if err := w.only("R", "v", "c", "recursive", "verbose", "changes"); err != nil {
		return err
	}
	p, err := w.paths(2)
	if err != nil {
		return err
	}
	c.set("path", p)
	if w.has("R", "recursive") {
		c.set("state", "directory")
		c.set("recurse", "true")
	}
	return nil
}

var unitStates = map[string]setting{
	"start": {"state", "started"}, "stop": {"state", "stopped"},
	"enable": {"enabled", "true"}, "disable": {"enabled", "false"},
	"mask": {"masked", "true"}, "unmask": {"masked", "false"},
}

func systemctlCall(w *words) (*call, error) {
	if err := w.only("now", "quiet", "q", "no-pager"); err != nil {
		return nil, err
	}
	c := &call{module: "systemd"}
	if slices.Equal(w.args, []string{"daemon-reload"}) {
		c.set("daemon_reload", "true")
		return c, nil
	}
	if len(w.args) != 2 {
		return nil, refusef("systemctl is called for other than one unit")
	}
	state, ok := unitStates[w.args[0]]
	if !ok {
		return nil, refusef("systemctl %s has no counterpart", w.args[0])
	}
	c.set("name", w.args[1])
	c.args = append(c.args, state)
	if w.has("now") {
		now, ok := map[string]string{"enable": "started", "disable": "stopped"}[w.args[0]]
		if !ok {
			return nil, refusef("systemctl %s --now has no counterpart", w.args[0])
		}
		c.set("state", now)
	}
	return c, nil
}

func serviceCall(w *words) (*call, error) {
	if len(w.flags) > 0 || len(w.args) != 2 || w.args[1] != "start" && w.args[1] != "stop" {
		return nil, refusef("only service NAME start and stop have a counterpart")
	}
	c := &call{module: "service"}
	c.set("name", w.args[0])
	c.args = append(c.args, unitStates[w.args[1]])
	return c, nil
}

var packageName = pattern.New(`^(\{\{.*\}\}|[a-zA-Z0-9][a-zA-Z0-9._+-]*[a-zA-Z0-9+](:[a-z0-9]+)?(=[a-zA-Z0-9.+~:-]+)?)$`)

func packageCall(w *words) (*call, error) {
	if err := w.only("y", "q", "yes", "assume-yes", "quiet", "no-install-recommends"); err != nil {
		return nil, err
	}
	if len(w.args) < 2 {
		return nil, refusef("no package is named")
	}
	state, ok := map[string]string{"install": "present", "remove": "absent", "purge": "absent", "erase": "absent"}[w.args[0]]
	if !ok {
		return nil, refusef("%s %s has no counterpart", w.program, w.args[0])
	}
	for _, name := range w.args[1:] {
		if !packageName.MatchString(name) || strings.HasSuffix(name, "-") || strings.HasSuffix(name, ".deb") || strings.HasSuffix(name, ".rpm") {
			return nil, refusef("%s is no plain name of a package", name)
		}
	}
	c := &call{module: map[string]string{"apt-get": "apt", "apt": "apt", "yum": "yum", "dnf": "dnf"}[w.program]}
	c.list("name", w.args[1:])
	c.set("state", state)
	if w.args[0] == "purge" {
		c.set("purge", "true")
	}
	if w.has("no-install-recommends") {
		c.set("install_recommends", "false")
	}
	return c, nil
}

var requirement = pattern.New(`^(\{\{.*\}\}|[A-Za-z0-9][A-Za-z0-9._-]*(\[[\w,-]+\])?(==[A-Za-z0-9.*+!_-]+|=={{.*}})?)$`)

func pipCall(w *words) (*call, error) {
	if err := w.only("r", "q", "quiet", "requirement"); err != nil {
		return nil, err
	}
	if len(w.args) < 2 || w.args[0] != "install" {
		return nil, refusef("only pip install has a translation")
	}
	c := &call{module: "pip"}
	if w.has("r", "requirement") {
		p, err := w.paths(2)
		if err != nil {
			return nil, err
		}
		c.set("requirements", p)
	} else {
		for _, name := range w.args[1:] {
			if !requirement.MatchString(name) {
				return nil, refusef("%s is no plain requirement", name)
			}
		}
		c.list("name", w.args[1:])
	}
	if w.path != "pip" {
		if !plainWord(w.path) || strings.Contains(w.path, "/") && !strings.HasPrefix(w.path, "/") && !strings.HasPrefix(w.path, "{{") {
			return nil, refusef("%s is relative to the directory that the command runs in", w.path)
		}
		c.set("executable", w.path)
	}
	return c, nil
}

func groupaddCall(w *words) (*call, error) {
	if err := w.only("r", "system"); err != nil {
		return nil, err
	}
	if len(w.args) != 1 {
		return nil, refusef("groupadd has more arguments than the group")
	}
	c := &call{module: "group"}
	c.set("name", w.args[0])
	if len(w.flags) > 0 {
		c.set("system", "true")
	}
	return c, nil
}
