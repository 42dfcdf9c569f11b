package fix

import (
	"strings"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/rules/facts/shell"
)

// mendInclude writes include_tasks where the file is decided at run time (loop, templated name), else import_tasks, which
// is what a bare include with a constant name was.
func mendInclude(j *job) error {
	if len(j.task.Action.Args) > 0 || j.node.Pair("static") != nil {
		return refusef("include passes arguments that import_tasks does not take: write them below vars: or as keywords")
	}
	to := "import_tasks"
	if j.task.Loop != nil || j.task.Static == nil {
		to = "include_tasks"
	}
	if len(j.task.Action.Name) > len("include") { // ansible.builtin.include
		to = "ansible.builtin." + to
	}
	return j.renameKey(j.node, j.task.Action.Name, to)
}

// playKeywords are old names of a play's keywords.
var playKeywords = map[string]string{"user": "remote_user", "sudo": "become", "sudo_user": "become_user"}

// mendAlias writes arguments, or a play's keywords, under their present names.
func mendAlias(j *job) error {
	if j.task == nil {
		for _, p := range j.node.Pairs {
			to, old := playKeywords[p.Key.Text]
			if !old {
				continue
			}
			if j.node.Pair(to) != nil {
				return refusef("%s is there, too", to)
			}
			if err := j.renameKey(j.node, p.Key.Text, to); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range j.task.Action.Args {
		a := &j.task.Action.Args[i]
		if a.Written != a.Name && (a.Written == "dest" || a.Written == "destfile") {
			if err := j.renameArg(a, a.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// mendTouch keeps the times of a file that is there.
func mendTouch(j *job) error {
	for _, name := range []string{"access_time", "modification_time"} {
		if j.task.Action.Get(name) == nil {
			if err := j.setArg(name, "preserve"); err != nil {
				return err
			}
		}
	}
	return nil
}

// mendCache gives the package cache an age. That asks for an update, too, so that it must be asked for already.
func mendCache(j *job) error {
	if v := j.task.Action.Get("update_cache"); v != nil && strings.Contains(v.Text, "{{") {
		return refusef("a variable decides whether the cache is updated, and cache_valid_time would update it always")
	}
	return j.setArg("cache_valid_time", "3600")
}

// mendLatest asks for presence, unless the state is not a plain "latest".
func mendLatest(j *job) error {
	if s := j.task.Action.Get("state"); s == nil || s.Text != "latest" {
		return refusef("a variable or template gives the state")
	}
	for _, name := range []string{"name", "pkg", "package"} {
		if n := j.task.Action.Get(name); n != nil && strings.ContainsAny(n.Text, "*@") {
			return refusef("%s is a pattern: present would install all that match", n.Text)
		}
	}
	return j.setArg("state", "present")
}

// mendNeedlessShell calls the command without a shell; arguments that only shell has stay in the way.
func mendNeedlessShell(j *job) error {
	if j.task.Action.Get("executable") != nil {
		return refusef("it names an executable")
	}
	n := j.task.Action.FreeForm
	if n == nil {
		n = j.task.Action.Get("cmd")
	}
	switch {
	case n == nil:
		return refusef("the command is not written as one text")
	case shell.Analyze(n.Text, shell.Words).ShellInWords != "":
		return refusef("a word of it would look like shell syntax to command")
	case differsInWords.MatchString(n.Text):
		return refusef("command reads backslashes and dollar signs in another way")
	}
	padded := " " + n.Text + " "
	for _, at := range templates.FindAllStringIndex(padded, -1) {
		t := padded[at[0]:at[1]]
		if alone := isBlank(padded[at[0]-1]) && isBlank(padded[at[1]]); alone && !oneWord.MatchString(t) {
			return refusef("%s may hold more than one word, or shell syntax", t)
		}
	}
	to, ok := map[string]string{"shell": "command", "ansible.builtin.shell": "ansible.builtin.command"}[j.task.Action.Name]
	if !ok || j.pairOf() == nil {
		return refusef("the module is called in another form")
	}
	return j.renameKey(j.node, j.task.Action.Name, to)
}

var (
	// differsInWords is text that a shell reads in another way than the command module, which splits words, and then replaces
	// variables even in what was quoted.
	differsInWords = pattern.New("\\\\[$`\n]|\\$[A-Za-z_{]")
	// oneWord are templates of variables that hold one word by all custom.
	oneWord = pattern.New(`^\{\{\s*(\w+\.)*\w*(path|dir|directory|file|user|name|version|host|port|id|domain|database|db)\s*\}\}$`)
)

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// mendMarker tells the blocks of a loop apart by the item.
func mendMarker(j *job) error {
	loop := j.task.Loop
	if loop == nil {
		return refusef("which of the two blocks is to have another marker is your decision")
	}
	item, err := markerItem(j.task)
	if err != nil {
		return err
	}
	marker := "# {mark} ANSIBLE MANAGED BLOCK"
	if m := j.task.Action.Get("marker"); m != nil {
		marker = m.Text
	}
	if j.task.Action.Get("marker_begin") != nil || j.task.Action.Get("marker_end") != nil {
		return refusef("marker_begin and marker_end are set")
	}
	return j.setArg("marker", marker+" "+item)
}

// markerItem is a template that differs for each item of a loop over a constant list and is one line: a marker is found by it.
func markerItem(t *playbook.Task) (string, error) {
	if t.Loop.Kind != "loop" && t.Loop.Kind != "items" {
		return "", refusef("the items of with_%s are not known to differ", t.Loop.Kind)
	}
	name := "item"
	if v := t.Value("loop_control").Get("loop_var"); v != nil {
		name = v.Text
	}
	for _, field := range []string{"", "name", "key", "id", "path", "user", "host"} {
		if distinct(t.Loop.Value, field) {
			if field != "" {
				return "{{ " + name + "." + field + " }}", nil
			}
			return "{{ " + name + " }}", nil
		}
	}
	return "", refusef("the loop's items are not known to differ in a single line")
}
