package facts

import (
	"strings"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/playbook"
)

// describeAction states how an action is written, and what of it `run` refuses.
func (t *Task) describeAction() {
	a := t.action()
	if a.Spelling == playbook.AsKV && a.Module != nil && !a.Module.FreeForm && len(a.Args) > 0 {
		t.set("spelling", "kv")
		t.flag("kv")
	}
	if what := refused(a); what != "" {
		t.set("refused", what)
		t.flag("refused")
	}
}

// refused is the module or argument that does not run natively, "" where all does.
func refused(a *playbook.Action) string {
	m := a.Module
	if m == nil {
		return a.Name
	}
	if m.Where == catalog.NotNative {
		return m.FQCN
	}
	for _, given := range a.Args {
		if spec, ok := m.Arg(given.Name); ok && given.Value != nil && spec.Refuses(given.Value.Text) {
			return "the argument " + given.Written + " of " + m.FQCN
		}
	}
	return ""
}

// relateTemporary finds temporary files that a later task removes: by a file task with state absent, or by rm.
func relateTemporary(p *Play, _ registers, _ *Builder) {
	for _, t := range p.All {
		name := t.Visit.Task.Value("register")
		if t.Module != "tempfile" || name == nil {
			continue
		}
		for _, o := range p.removing() {
			text := ""
			for _, a := range o.action().Args {
				if a.Value != nil {
					text += " " + a.Value.Text
				}
			}
			if strings.Contains(text+" "+o.freeForm(), name.Text) {
				t.set("removed_later", true)
			}
		}
	}
}
