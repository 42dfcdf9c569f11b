package fix

import (
	"regexp"
	"slices"
	"strings"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
	"pylint-deploy/rules/facts"
)

// present are files that every server has, so that an edit of them creates nothing.
var present = []string{"/etc/profile", "/etc/environment", "/etc/hosts", "/etc/fstab", "/etc/sysctl.conf", "/etc/security/limits.conf", "/etc/sudoers",
	"/etc/ssh/sshd_config", "/etc/ssh/ssh_config", "/etc/bash.bashrc", "/etc/resolv.conf", "/etc/crontab", "/etc/modules", "/etc/passwd", "/etc/group", "/etc/shells"}

// mendAppend writes `echo 'text' >> file` as a line that is there once.
func mendAppend(j *job) error {
	if j.finding.Level != rules.Error {
		return refusef("the file may be one that is there to grow")
	}
	a, err := j.command()
	if err != nil {
		return err
	}
	if len(a.Calls) != 1 || a.Unparsable != "" || a.Calls[0].Program != "echo" || len(a.Calls[0].Writes) != 1 || len(a.Calls[0].Wrappers) > 0 {
		return refusef("it is more than one echo into one file")
	}
	c := a.Calls[0]
	w := c.Writes[0]
	if !w.Append || !w.Known || slices.ContainsFunc(c.Args, func(a string) bool { return strings.HasPrefix(a, "-") }) {
		return refusef("what is written is not known from the text")
	}
	if w.Literal == "" || strings.TrimSpace(w.Literal) != w.Literal || strings.ContainsAny(w.Literal, "$`\\\n") || strings.Contains(w.Literal, "{%") {
		return refusef("what is written is no plain line")
	}
	if n := j.task.Action.FreeForm; a.NeedsShell != "redirect" && a.NeedsShell != "" || n != nil && strings.Contains(n.Text, "#") && !strings.Contains(w.Literal, "#") {
		return refusef("it is more than one echo into one file")
	}
	if err := j.ownOutcome(); err != nil {
		return err
	}
	chdir, err := j.plainArgs()
	if err != nil {
		return err
	}
	target := w.Path
	if !strings.HasPrefix(target, "~/") {
		if !plainWord(target) {
			return refusef("what `%s` stands for is decided when it runs", target)
		}
		if target, err = (&words{chdir: chdir}).file(target); err != nil {
			return err
		}
	}
	m := &call{module: "lineinfile"}
	m.set("path", target)
	m.set("line", w.Literal)
	if !slices.Contains(present, target) {
		m.set("create", "true")
	}
	return j.replaceCall(m)
}

// mendRegenerates lets the command run only while what it writes is not there.
func mendRegenerates(j *job) error {
	p, err := j.writtenPath()
	if err != nil {
		return err
	}
	if j.finding.Level != rules.Error {
		return refusef("it may be meant to be new")
	}
	return j.setArg("creates", p)
}

// writtenPath is the one path that the command makes, as written.
func (j *job) writtenPath() (string, error) {
	a, err := j.command()
	if err != nil {
		return "", err
	}
	var paths []string
	for _, w := range a.Writes() {
		if w.Append {
			return "", refusef("it appends to %s, too", w.Path)
		}
		if len(paths) == 0 || w.Path != paths[0]+".pub" { // ssh-keygen writes two files
			paths = append(paths, w.Path)
		}
	}
	if slices.Sort(paths); len(slices.Compact(paths)) != 1 {
		return "", refusef("the command does not write exactly one known path")
	}
	p := paths[0]
	absolute := strings.HasPrefix(p, "/") || strings.HasPrefix(p, "{{") || strings.HasPrefix(p, "~/")
	if !absolute && j.arg("chdir") == nil {
		return "", refusef("%s is relative to the directory that the command runs in", p)
	}
	if !plainWord(strings.TrimPrefix(p, "~")) {
		return "", refusef("what `%s` stands for is decided when it runs", p)
	}
	return p, nil
}

var statAbsent = pattern.New(`^\s*(not\s+\w+\.stat\.exists|\w+\.stat\.exists\s*==\s*(false|False)|\w+\.stat\.exists\s+is\s+(false|sameas false))\s*$`)

// mendMismatch lets the guard look at what the command writes: creates: gets that path, and takes the place of a `when` that is
// nothing but a look at another one.
func mendMismatch(j *job) error {
	p, err := j.writtenPath()
	if err != nil {
		return err
	}
	if j.arg("creates") != nil {
		return j.setArg("creates", p)
	}
	when := j.task.Value("when")
	if when == nil || !when.IsScalar() || !statAbsent.MatchString(when.Text) {
		return refusef("the guard is no creates: and no single look at a path")
	}
	return j.creates("when", p)
}

// creates puts a creates: in the place of another keyword.
func (j *job) creates(instead, p string) error {
	old := j.node.Pair(instead)
	if j.isFlow(j.node) || j.body().Kind != source.String || j.node.Pair("args") != nil || old == nil || old.Merged {
		if err := j.dropPair(j.node, instead); err != nil {
			return err
		}
		return j.setArg("creates", p)
	}
	yaml := "creates: " + j.scalar("creates", p)
	text := "args:" + j.doc.breaks + strings.Repeat(" ", column(j.node)+2) + yaml
	return j.change(changePair(j.node, instead, "args", yaml), Edit{j.doc.offset(old.Key.Pos), j.doc.offset(old.Value.End()), text})
}

var cdStart = pattern.New(`^cd[ \t]+((?:\{\{.*?\}\}|[^\s;&|{])+)[ \t]*(;[ \t]*|\r?\n[ \t]*|;[ \t]*\r?\n[ \t]*)`)

// mendCd makes a leading `cd X;` the task's chdir.
func mendCd(j *job) error {
	n := j.task.Action.Get("cmd")
	if free := j.task.Action.FreeForm; free != nil {
		if n = j.body(); n == nil || strings.TrimSpace(n.Text) != strings.TrimSpace(free.Text) {
			return refusef("the command's text holds arguments of the module, too")
		}
	}
	if n == nil || !strings.HasSuffix(j.task.Action.Name, "shell") {
		return refusef("the command is not written as one text")
	}
	if j.arg("chdir") != nil || j.task.Action.Splat != nil {
		return refusef("the task has a chdir already")
	}
	m := cdStart.FindStringSubmatch(n.Text)
	if m == nil || strings.Contains(n.Text[len(m[0]):], "cd ") {
		return refusef("cd is not the first command, or not the only one")
	}
	dir := m[1]
	if !plainWord(dir) || !strings.HasPrefix(dir, "/") && !strings.HasPrefix(dir, "{{") {
		return refusef("what `cd %s` means is decided when it runs", dir)
	}
	start, end := j.doc.offset(n.Pos), j.doc.offset(n.End())
	raw := j.doc.text[start:end]
	at := strings.Index(raw, m[0][:len("cd ")])
	if at < 0 {
		return refusef("the command is written in another form")
	}
	if n.Style == source.Literal {
		at = strings.IndexByte(raw, '\n') + 1
		at += len(raw[at:]) - len(strings.TrimLeft(raw[at:], " "))
	}
	rest := cdStart.FindString(raw[at:])
	if rest == "" {
		return refusef("the command is written in another form")
	}
	s := setText(n, n.Text[len(m[0]):])
	if err := j.change(s, Edit{start + at, start + at + len(rest), ""}); err != nil {
		return err
	}
	return j.setArg("chdir", dir)
}

var (
	sedSetting = pattern.New(`^s(.)\^((?:#\\?[?*]|[A-Za-z0-9_ /.:#=-]|\\[.?+s*/])*)\.\*\$?(.)([^\\&\n]*)(.)g?$`)
	basic      = strings.NewReplacer(`\?`, "?", `\+`, "+", `+`, `\+`, `?`, `\?`)
)

// mendSed writes s/^Key.*/Key value/ as the replace module's, which does the same to each line, and changes nothing the second time.
func mendSed(j *job) error {
	a, err := j.command()
	if err != nil {
		return err
	}
	comment := a.NeedsShell == "comment" && len(a.Edits) == 1 && strings.Count(a.Text, "#") == strings.Count(a.Edits[0].Script, "#")
	if len(a.Calls) != 1 || len(a.Edits) != 1 || a.NeedsShell != "" && !comment || a.Calls[0].Program != "sed" || len(a.Calls[0].Wrappers) > 0 {
		return refusef("it is more than one edit of one file")
	}
	e := a.Edits[0]
	if e.Fixpoint == "no" {
		return refusef("the edit changes its own result")
	}
	extended := false
	for _, arg := range a.Calls[0].Args {
		switch arg {
		case "-i", "-e", "--in-place", "--expression":
		case "-E", "-r", "-ri", "-Ei":
			extended = true
		default:
			if strings.HasPrefix(arg, "-") {
				return refusef("the flag %s of sed has no counterpart", arg)
			}
		}
	}
	m := sedSetting.FindStringSubmatch(e.Script)
	if m == nil || m[1] != m[3] || m[1] != m[5] || strings.Contains(m[2]+m[4], m[1]) || m[2] == "" {
		return refusef("only s/^Key.*/Key value/ is translated")
	}
	pattern := m[2]
	if !extended {
		pattern = basic.Replace(pattern)
	}
	if _, err := regexp.Compile("^" + pattern + ".*"); err != nil {
		return refusef("the pattern has no counterpart")
	}
	if err := j.ownOutcome(); err != nil {
		return err
	}
	chdir, err := j.plainArgs()
	if err != nil {
		return err
	}
	if !plainWord(e.Path) || strings.Contains(m[4], "{%") || strings.Contains(m[4], "$") {
		return refusef("what it writes is decided when it runs")
	}
	path, err := (&words{chdir: chdir}).file(e.Path)
	if err != nil {
		return err
	}
	to := &call{module: "replace"}
	to.set("path", path)
	to.set("regexp", "^"+pattern+".*$")
	to.set("replace", m[4])
	return j.replaceCall(to)
}

// mendCannotCreate looks for the setting's key, whatever its value, and adds the line where it is missing.
func mendCannotCreate(j *job) error {
	re := j.arg("regexp")
	if re == nil {
		return refusef("it has no regexp")
	}
	key, _, ok := facts.SettingOf(re.Value.Text)
	if !ok {
		return refusef("the pattern is not one setting")
	}
	pattern := `^#?\s*` + regexp.QuoteMeta(key) + `\b`
	if backrefs := j.arg("backrefs"); backrefs != nil {
		if line := j.arg("line"); line == nil || strings.Contains(line.Value.Text, `\`) || j.holder(backrefs) == nil {
			return refusef("the line takes parts of the old one")
		}
		if err := j.dropPair(j.holder(backrefs), backrefs.Written); err != nil {
			return err
		}
		return j.setArg("regexp", pattern)
	}
	to, ok := map[string]string{"replace": "lineinfile", "ansible.builtin.replace": "ansible.builtin.lineinfile"}[j.task.Action.Name]
	with := j.arg("replace")
	if !ok || with == nil || j.pairOf() == nil {
		return refusef("the module is called in another form")
	}
	for _, a := range j.task.Action.Args {
		if !slices.Contains([]string{"path", "regexp", "replace", "backup", "owner", "group", "mode", "validate"}, a.Name) {
			return refusef("lineinfile has no %s", a.Name)
		}
	}
	if strings.ContainsAny(with.Value.Text, "\\\n") {
		return refusef("the new text is more than a plain line")
	}
	if err := j.setArg("regexp", pattern); err != nil {
		return err
	}
	if err := j.renameArg(with, "line"); err != nil {
		return err
	}
	return j.renameKey(j.node, j.task.Action.Name, to)
}
