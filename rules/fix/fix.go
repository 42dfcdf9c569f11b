package fix

import (
	"maps"
	"slices"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
)

// mend turns a finding into edits; nil means that this task cannot be mended without touching more than is safe.
type mend func(j *job, f rules.Finding) []Edit

// mends are the fixes by rule. A rule is fixable if and only if it is here.
var mends = map[string]mend{
	"compat/removed-include":          mendInclude,
	"compat/deprecated-alias":         mendAlias,
	"file/touch":                      mendTouch,
	"package/cache-refresh-each-run":  func(j *job, _ rules.Finding) []Edit { return j.setArg("cache_valid_time", "3600") },
	"package/loop-not-list":           mendPackageLoop,
	"package/state-latest":            mendLatest,
	"rerun/check-mode-breaks":         func(j *job, _ rules.Finding) []Edit { return j.setKeyword("check_mode", "false") },
	"rerun/user-groups-replaced":      func(j *job, _ rules.Finding) []Edit { return j.setArg("append", "true") },
	"shell/needless-shell":            mendNeedlessShell,
	"shell/read-only-reports-changed": func(j *job, _ rules.Finding) []Edit { return j.setKeyword("changed_when", "false") },
}

// Fixable tells whether there is a fix for a rule's findings, at least for tasks in the usual layout.
func Fixable(rule string) bool { return mends[rule] != nil }

// Rules lists the rules with a fix, sorted.
func Rules() []string { return slices.Sorted(maps.Keys(mends)) }

// For gives the edits that mend a finding in its task. ok is false where there is no fix, or none that is safe here.
func For(f rules.Finding, file *source.File, task *playbook.Task) (edits []Edit, ok bool) {
	m := mends[f.Rule]
	if m == nil || task == nil || task.Node == nil {
		return nil, false
	}
	edits = m(&job{doc: newDocument(file.Text), task: task}, f)
	return edits, len(edits) > 0
}

// mendInclude writes include_tasks where the file is decided at run time (loop, templated name), else import_tasks, which
// is what a bare include with a constant name was.
func mendInclude(j *job, _ rules.Finding) []Edit {
	to := "import_tasks"
	if j.task.Loop != nil || j.task.Static == nil {
		to = "include_tasks"
	}
	if len(j.task.Action.Name) > len("include") { // ansible.builtin.include
		to = "ansible.builtin." + to
	}
	return j.renameKey(j.task.Action.Pos, j.task.Action.Name, to)
}

// mendAlias writes an argument under its present name. Aliases of keywords are the play's, not the task's.
func mendAlias(j *job, _ rules.Finding) []Edit {
	var edits []Edit
	for _, a := range j.task.Action.Args {
		if a.Written != a.Name && (a.Written == "dest" || a.Written == "destfile") {
			edits = append(edits, j.renameKey(a.KeyPos, a.Written, a.Name)...)
		}
	}
	return edits
}

// mendTouch keeps the times of a file that is there.
func mendTouch(j *job, _ rules.Finding) []Edit {
	var edits []Edit
	for _, name := range []string{"access_time", "modification_time"} {
		if j.task.Action.Get(name) == nil {
			edits = append(edits, j.setArg(name, "preserve")...)
		}
	}
	return edits
}

// mendLatest asks for presence, unless the state is not a plain "latest".
func mendLatest(j *job, _ rules.Finding) []Edit {
	if s := j.task.Action.Get("state"); s == nil || s.Text != "latest" {
		return nil
	}
	return j.setArg("state", "present")
}

// mendNeedlessShell calls the command without a shell; arguments that only shell has stay in the way.
func mendNeedlessShell(j *job, _ rules.Finding) []Edit {
	if j.task.Action.Get("executable") != nil {
		return nil
	}
	name := j.task.Action.Name
	to, ok := map[string]string{"shell": "command", "ansible.builtin.shell": "ansible.builtin.command"}[name]
	if !ok {
		return nil
	}
	return j.renameKey(j.task.Action.Pos, name, to)
}

// mendPackageLoop moves the loop's list into the argument: name: "{{ item }}" with a loop over a list becomes name: [..].
func mendPackageLoop(j *job, _ rules.Finding) []Edit {
	loop := j.task.Loop
	if loop == nil || loop.Value.Kind != source.Sequence || j.isFlow(j.task.Node) || j.task.Keyword("loop_control") != nil {
		return nil
	}
	var arg *playbook.Arg
	for i := range j.task.Action.Args {
		if a := &j.task.Action.Args[i]; a.Value.IsScalar() && isItem(a.Value.Text) {
			arg = a
		}
	}
	if body := j.body(); arg == nil || body == nil || body.Kind != source.Mapping || j.isFlow(body) {
		return nil
	}
	return j.moveList(arg, loop)
}
