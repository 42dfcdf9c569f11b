package fix

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
)

// mend makes the change for a finding on a job. Its error, a Refusal mostly, says why this task stays as it is.
type mend func(j *job) error

// mends are the fixes by rule. A rule is fixable if and only if it is here.
var mends = map[string]mend{
	"compat/deprecated-alias":         mendAlias,
	"compat/free-form-args":           mendFreeForm,
	"compat/removed-include":          mendInclude,
	"file/marker-collision":           mendMarker,
	"file/replace-cannot-create":      mendCannotCreate,
	"file/touch":                      mendTouch,
	"guard/path-mismatch":             mendMismatch,
	"package/cache-refresh-each-run":  mendCache,
	"package/loop-not-list":           mendPackageLoop,
	"package/state-latest":            mendLatest,
	"rerun/check-mode-breaks":         func(j *job) error { return j.setKeyword("check_mode", "false") },
	"rerun/user-groups-replaced":      func(j *job) error { return j.setArg("append", "true") },
	"shell/append":                    mendAppend,
	"shell/cd-semicolon":              mendCd,
	"shell/fails-on-rerun":            mendCommand,
	"shell/in-place-edit":             mendSed,
	"shell/needless-shell":            mendNeedlessShell,
	"shell/read-only-reports-changed": func(j *job) error { return j.setKeyword("changed_when", "false") },
	"shell/regenerates":               mendRegenerates,
	"shell/use-module":                mendCommand,
	"state/parent-not-created":        mendParent,
}

// Fixable tells whether there is a fix for a rule's findings, at least for tasks in the usual layout.
func Fixable(rule string) bool { return mends[rule] != nil }

// Rules lists the rules with a fix, sorted.
func Rules() []string { return slices.Sorted(maps.Keys(mends)) }

// Refusal says why a finding of a rule that has a fix is left to the reader.
type Refusal struct{ Why string }

func (r *Refusal) Error() string { return r.Why }

func refusef(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

// ErrNoFix says that the rule has no fix at all.
var ErrNoFix = errors.New("the rule has no fix")

// Change mends one finding.
type Change struct {
	Edits []Edit
	// AddsTask tells that a task is added. The next finding may be about what it does: check again before mending more.
	AddsTask bool
}

// For gives the change that mends a finding in its task; task is nil for a finding about a play. The error is ErrNoFix or a
// *Refusal. What is given was checked: the edited file reads as before, but for what the fix means to change.
func For(f rules.Finding, file *source.File, task *playbook.Task) (Change, error) {
	m := mends[f.Rule]
	if m == nil {
		return Change{}, ErrNoFix
	}
	j := &job{doc: newDocument(file.Text), file: file, task: task, finding: f}
	if task != nil && task.Node != nil {
		j.node = task.Node
	} else if j.node = mappingAt(file, f.Pos); j.node == nil {
		return Change{}, refusef("the place is not found in the file")
	}
	if task == nil && f.Rule != "compat/deprecated-alias" {
		return Change{}, refusef("only tasks are mended")
	}
	if err := m(j); err != nil {
		return Change{}, err
	}
	if len(j.edits) == 0 {
		return Change{}, refusef("nothing is left to do in the text")
	}
	if err := j.verify(); err != nil {
		return Change{}, err
	}
	return Change{j.edits, j.adds}, nil
}

// verify compares what the edited text means with what it should mean.
func (j *job) verify() error {
	text, err := Apply(j.file.Text, j.edits)
	if err != nil {
		return refusef("the layout is unusual: %v", err)
	}
	after, err := source.Parse(j.file.Path, text)
	if err != nil {
		return refusef("the layout is unusual: the edited file would not parse")
	}
	want := valuesOf(j.file)
	for _, s := range j.steps {
		if err := s(want); err != nil {
			return err
		}
	}
	if !equal(want, valuesOf(after)) {
		return refusef("the layout is unusual: the edit would change more than it should")
	}
	if !slices.Equal(comments(j.file), comments(after)) {
		return refusef("a comment would be lost")
	}
	return nil
}

func comments(f *source.File) []string {
	all := f.Comments()
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = strings.TrimSpace(c.Text)
	}
	slices.Sort(out)
	return out
}

// mappingAt finds the mapping whose first key stands at a place.
func mappingAt(f *source.File, pos source.Pos) *source.Node {
	var find func(n *source.Node) *source.Node
	find = func(n *source.Node) *source.Node {
		if n.Kind == source.Mapping && slices.ContainsFunc(n.Pairs, func(p source.Pair) bool { return p.Key.Pos == pos }) {
			return n
		}
		for _, item := range n.Items {
			if m := find(item); m != nil {
				return m
			}
		}
		for _, p := range n.Pairs {
			if m := find(p.Value); m != nil {
				return m
			}
		}
		return nil
	}
	for _, doc := range f.Docs {
		if m := find(doc); m != nil {
			return m
		}
	}
	return nil
}
