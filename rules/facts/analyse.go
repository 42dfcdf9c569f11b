package facts

import (
	"slices"
	"strings"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules/facts/shell"
)

// analyse fills in the facts of a play: first what each task says, then what follows from their order.
func (p *Play) analyse(b *Builder) {
	all := p.All
	for _, t := range all {
		t.start(b)
		t.readCommand(b)
		t.readWrites()
	}
	for i, t := range all {
		t.findSources(all[:i])
	}
	regs := p.registers()
	p.regs = regs
	p.readers = b.readers(p)
	for _, t := range all {
		t.findGuards(regs)
	}
	for _, t := range all {
		t.findLasting()
		t.scriptGuard()
		t.describing(func(own record) { t.said = own.digest() })
	}
	p.login()
	for _, relate := range []func(*Play, registers, *Builder){relateGuards, relateSequences, relateFiles, relateServices, relateNotify, relateLostHandlers,
		relatePackages, relateInputs, relateTemporary, relateOperations, relateImages, relateRivals, relateLogin, relateState} {
		relate(p, regs, b)
	}
	p.describe()
	p.run.answered(regs)
}

// commandModules are those whose text is a command, with the language that they read it in.
var commandModules = map[string]shell.Language{"command": shell.Words, "shell": shell.Bash, "raw": shell.Bash, "expect": shell.Words}

// readCommand analyses the command of a task.
func (t *Task) readCommand(b *Builder) {
	lang, ok := commandModules[t.Module]
	if !ok {
		if t.Module == "script" && t.action().FreeForm != nil {
			t.Shell = &shell.Analysis{Text: t.action().FreeForm.Text, Class: shell.Unknown, Bare: shell.Unknown}
		}
		return
	}
	text := ""
	switch {
	case t.action().FreeForm != nil:
		text = t.action().FreeForm.Text
	case t.arg("argv") != nil:
		text = argv(t.arg("argv"))
	case t.arg("cmd", "command", "_raw_params") != nil:
		text = t.arg("cmd", "command", "_raw_params").Text
	}
	t.chdir = t.str("chdir")
	if commands := t.commandsOfLoop(text); len(commands) > 0 {
		var each []*shell.Analysis
		for _, c := range commands {
			each = append(each, b.shellOf(c, lang))
		}
		t.Shell = shell.Together(text, each)
		return
	}
	t.Shell = b.shellOf(t.commandWords(text), lang)
}

// commandsOfLoop are the commands of a loop over whole commands: `command: "{{ item }}"`.
func (t *Task) commandsOfLoop(text string) []string {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{{") || !strings.HasSuffix(text, "}}") || strings.TrimSpace(strings.Trim(text, "{}")) != t.loopVar() {
		return nil
	}
	var out []string
	for _, item := range t.loop {
		if !item.IsScalar() {
			return nil
		}
		out = append(out, t.scope.text(item.Text))
	}
	return out
}

// argv joins a list into a line that splits into the same words.
func argv(n *source.Node) string {
	var words []string
	for _, item := range n.Items {
		if strings.ContainsAny(item.Text, " \t\"'\\") && !strings.HasPrefix(item.Text, "{{") {
			words = append(words, "'"+strings.ReplaceAll(item.Text, "'", `'"'"'`)+"'")
			continue
		}
		words = append(words, item.Text)
	}
	return strings.Join(words, " ")
}

// commandWords substitutes a template in the place of the program where it is constant, so that the program is known.
func (t *Task) commandWords(text string) string {
	trimmed := strings.TrimSpace(text)
	if !strings.HasPrefix(trimmed, "{{") {
		return text
	}
	inner, after, ok := cutTemplate(trimmed[2:])
	if !ok {
		return text
	}
	if v, ok := t.scope.value(inner, 0); ok && v != "" {
		return v + after
	}
	return text
}

// scriptGuard enters the tests inside a script, when they decide over all that it changes.
func (t *Task) scriptGuard() {
	if t.Shell == nil || t.Shell.Bare <= shell.Converge || t.Shell.Class > shell.Converge {
		return
	}
	for _, c := range t.Shell.Calls {
		for _, g := range c.Guards {
			t.Guards = append(t.Guards, Guard{Kind: "script", Text: g.Text, Path: t.path(c.Dir, pathOf(g)), Absent: g.Absent})
			return
		}
	}
}

func pathOf(g shell.Guard) string {
	if g.Kind == "path" {
		return g.Path
	}
	return ""
}

// path completes a path of a command: constants, cd, chdir.
func (t *Task) path(dir, p string) string {
	if p == "" {
		return ""
	}
	return t.scope.text(join(t.chdir, join(dir, p)))
}

// readWrites finds the paths that a task makes, changes or removes.
func (t *Task) readWrites() {
	add := func(w Write) {
		if w.Path != "" {
			t.writes = append(t.writes, w)
		}
	}
	if t.Shell != nil {
		for _, w := range t.Shell.Writes() {
			add(Write{Path: t.scope.text(join(t.chdir, w.Path)), Container: w.Container, Whole: w.Redirect && !w.Append, Part: w.Append})
		}
		for _, e := range t.Shell.Edits {
			add(Write{Path: t.scope.text(join(t.chdir, e.Path)), Part: true})
		}
		return
	}
	switch t.Module {
	case "copy", "template", "get_url", "assemble":
		for _, p := range t.values("dest") {
			if strings.HasSuffix(p, "/") {
				add(Write{Path: p, Directory: true})
				continue
			}
			add(Write{Path: p, Whole: t.Module == "template" || t.Module == "assemble" || namesFile(p, t.str("src", "url"))})
		}
	case "uri":
		for _, p := range t.values("dest") {
			add(Write{Path: p}) // a file, or one in a directory
		}
	case "lineinfile", "replace", "blockinfile", "ini_file", "xml", "htpasswd":
		for _, p := range t.values("path") {
			add(Write{Path: p, Part: true})
		}
	case "file":
		state := t.str("state")
		for _, p := range t.values("path") {
			add(Write{Path: p, Absent: state == "absent", Directory: state == "directory"})
		}
	case "git", "hg", "subversion", "unarchive":
		for _, p := range t.values("dest") {
			add(Write{Path: p, Container: true})
		}
	case "pip":
		for _, p := range t.values("virtualenv") {
			add(Write{Path: p, Container: true})
		}
	case "openssl_privatekey", "openssl_csr", "x509_certificate", "openssl_dhparam", "openssh_keypair", "acme_certificate", "archive", "iso_create":
		for _, p := range t.values("path", "dest") {
			add(Write{Path: p, Whole: true})
		}
	case "user":
		if home := t.str("home"); home != "" {
			add(Write{Path: home, Directory: true})
		} else if name := t.str("name"); name != "" && t.str("create_home") != "no" {
			add(Write{Path: "/home/" + name, Directory: true})
		}
	}
}

// namesFile tells that a destination is a file, not a directory that the file goes into: by its extension, or by the
// name of the source. What is not certain is not a file that is written whole.
func namesFile(dest, src string) bool {
	base := dest[strings.LastIndexByte(dest, '/')+1:]
	return strings.Contains(strings.TrimPrefix(base, "."), ".") && !strings.HasSuffix(base, ".d") || src == "" || base == src[strings.LastIndexByte(src, '/')+1:]
}

// describing has a task's own facts ready for one question. Of the tasks of a play most are like those of a play before; so these facts,
// nine tenths of all, are not kept but stated once more for the tasks that are new.
func (t *Task) describing(ask func(own record)) {
	related := t.facts
	t.facts = t.Play.scratch[:0]
	t.describe(t.Play.regs)
	for _, f := range related {
		t.set(f.name, f.value)
	}
	ask(t.facts)
	clear(t.facts)
	t.Play.scratch, t.facts = t.facts[:0], related
}

// describe states what a task says of itself.
func (t *Task) describe(regs registers) {
	task := t.Visit.Task
	t.put("module", t.Module)
	if m := task.Action.Module; m != nil {
		t.put("fqcn", m.FQCN)
	}
	t.put("name", task.Name)
	t.put("title", t.name())
	t.put("file", task.Pos.File)
	t.put("line", task.Pos.Line)
	t.put("play", t.Play.ID)
	t.put("handler", t.Handler())
	t.put("unguarded", !t.Handler() && !t.guarded() && !t.never() && t.part() != "rescue")
	t.put("section", string(t.Visit.Section))
	t.put("part", t.part())
	t.put("never", t.never())
	t.put("looping", t.looping)
	t.put("loop_var", t.loopVar())
	t.put("args", t.argFields())
	t.put("written", t.writtenFields())
	t.put("free_form", t.freeForm())
	if h := t.Play.hosts(); h == "localhost" || h == "127.0.0.1" {
		t.put("on_controller", t.delegated() == "")
	}
	if t.action().Splat != nil {
		t.put("more_args", true)
	}
	t.put("guarded", t.guarded())
	t.put("changed_guard", t.guardedBy("changed"))
	t.put("guards", t.guardFields())
	t.put("conditional", len(t.conds) > 0)
	var whens []any
	for _, c := range t.conds {
		whens = append(whens, c.text)
	}
	t.put("when", whens)
	t.put("paths", t.writeFields(regs))
	t.put("notify", t.notify())
	for _, keyword := range []string{"register", "delegate_to", "become_user", "async", "poll", "ignore_errors", "run_once", "check_mode", "no_log", "until"} {
		if n := task.Value(keyword); n != nil && n.IsScalar() {
			t.set(keyword, t.scalar(n))
		}
	}
	if task.Value("async") != nil && t.awaited() {
		t.set("awaited", true)
	}
	if k := t.Visit.Inherited("become"); k != nil {
		t.set("become", truth(k.Value.Text))
	}
	if k := t.Visit.Inherited("become_user"); k != nil {
		t.set("become_user", t.scope.text(k.Value.Text))
	}
	t.outcome("changed_when")
	t.outcome("failed_when")
	t.set("empty_name", nameIsEmpty(task))
	t.describeAction()
	t.describeCommand(regs)
	t.describeRegister(regs)
	if len(t.conds) > 0 {
		t.flag("when")
	}
	if t.Handler() {
		t.flag("handler")
	}
	if task.Value("notify") != nil {
		t.flag("notify")
	}
	if task.Value("register") != nil {
		t.flag("register")
	}
	if t.looping {
		t.flag("loop")
	}
}

func nameIsEmpty(task *playbook.Task) bool {
	n := task.Node.Pair("name")
	return n != nil && (n.Value == nil || n.Value.Kind == source.Null || n.Value.IsScalar() && strings.TrimSpace(n.Value.Text) == "")
}

// outcome states changed_when or failed_when: a literal, or an expression and whether it reads the task's own result.
func (t *Task) outcome(keyword string) {
	n := t.Visit.Task.Value(keyword)
	if n == nil {
		return
	}
	f := Fields{"text": n.Text}
	var texts []string
	if n.Kind == source.Sequence {
		for _, i := range n.Items {
			texts = append(texts, i.Text)
		}
	} else {
		texts = []string{n.Text}
	}
	text := strings.Join(texts, " ")
	f["text"] = text
	switch strings.ToLower(strings.Trim(text, "{} ")) {
	case "false", "no", "off":
		f["literal"] = false
	case "true", "yes", "on":
		f["literal"] = true
	default:
		own := t.Visit.Task.Value("register")
		if own != nil && keyword == "changed_when" && (sameAsBefore(text, own.Text) || t.succeeded(text, own.Text)) {
			return // what the module says anyway
		}
		if own != nil && keyword == "changed_when" && t.failed(text, own.Text) {
			f["literal"] = false // never, where the play goes on
			break
		}
		f["own"] = own != nil && slices.ContainsFunc(namesOf(text), func(n name) bool { return n.root == own.Text })
		f["expression"] = true
	}
	t.set(keyword, f)
	t.flag(keyword)
}

// sameAsBefore tells that a changed_when says what would be said without it: `r.changed | bool`, where r is the task's own result.
func sameAsBefore(text, own string) bool {
	names := namesOf(text)
	if len(names) != 1 || names[0].root != own || names[0].negated {
		return false
	}
	bare := bareTest(text)
	return bare == own+".changed" || bare == own+".changed|bool" || bare == own+"ischanged"
}

// succeeded tells that a changed_when asks only whether the command has succeeded, which it has where the play goes on.
func (t *Task) succeeded(text, own string) bool {
	bare := bareTest(text)
	return t.stopsOnFailure() && (bare == own+".rc==0" || bare == own+"issuccess" || bare == own+"issucceeded" || bare == own+"isnotfailed")
}

// failed tells that a changed_when asks only whether the command has failed, which ends the play.
func (t *Task) failed(text, own string) bool {
	bare := bareTest(text)
	return t.stopsOnFailure() && (bare == own+".rc!=0" || bare == own+".rc>0" || bare == own+"isfailed")
}

// stopsOnFailure tells that nothing lets the play go on where the task fails.
func (t *Task) stopsOnFailure() bool {
	for _, keyword := range []string{"failed_when", "ignore_errors", "ignore_unreachable"} {
		if t.Visit.Task.Value(keyword) != nil {
			return false
		}
	}
	return t.Visit.Inherited("ignore_errors") == nil
}

// bareTest is a condition without braces, parentheses and blanks.
func bareTest(text string) string { return unadorned.Replace(text) }

var unadorned = strings.NewReplacer("{", "", "}", "", " ", "", "(", "", ")", "")

func (t *Task) notify() []any {
	out := []any{}
	for _, n := range nodes(t.Visit.Task.Value("notify")) {
		out = append(out, t.scope.text(n.Text))
	}
	return out
}

// nodes are the items of a list, or the one scalar.
func nodes(n *source.Node) []*source.Node {
	if n == nil || n.Kind == source.Null {
		return nil
	}
	if n.Kind == source.Sequence {
		return n.Items
	}
	return []*source.Node{n}
}

func (t *Task) guardFields() []any {
	out := []any{}
	for _, g := range t.Guards {
		f := Fields{"kind": g.Kind, "text": g.Text, "absent": g.Absent, "inherited": g.Inherited, "lasting": g.Lasting}
		if g.Path != "" {
			f["path"] = g.Path
		}
		if g.Var != "" {
			f["var"] = g.Var
		}
		if g.Source != nil {
			f["source"] = g.Source.ref()
		}
		out = append(out, f)
	}
	return out
}

func (t *Task) writeFields(regs registers) []any {
	out := []any{}
	for _, w := range t.writes {
		f := Fields{"path": w.Path, "whole": w.Whole, "part": w.Part, "container": w.Container, "absent": w.Absent, "directory": w.Directory, "known": literal(w.Path)}
		if t.ofThisRun(w.Path, regs) {
			f["scratch"] = true
		}
		out = append(out, f)
	}
	return out
}

// describeRegister tells whether the result of a task is used by a later one.
func (t *Task) describeRegister(regs registers) {
	r := t.Visit.Task.Value("register")
	if r == nil {
		return
	}
	t.set("register_used", t.Play.readLater(r.Text, t))
}
