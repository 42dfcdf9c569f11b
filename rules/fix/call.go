package fix

import (
	"strings"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/source"
)

// call is a module call that takes the place of a task's.
type call struct {
	module string // short name
	args   []setting
}

// setting is an argument: its text, or the YAML of a list.
type setting struct{ name, text string }

func (c *call) set(name, text string) { c.args = append(c.args, setting{name, text}) }

// list gives an argument one text, or a list of several.
func (c *call) list(name string, texts []string) {
	if len(texts) == 1 {
		c.set(name, texts[0])
		return
	}
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = fit(quote(t), true)
	}
	c.set(name, "["+strings.Join(quoted, ", ")+"]")
}

// replaceCall writes another module call in the place of the task's, with the same kind of name (short or qualified). The task's
// other keywords stay where they are; args: goes, since what it held is part of the new call.
func (j *job) replaceCall(c *call) error {
	p := j.pairOf()
	if p == nil {
		return refusef("the module is called in another form")
	}
	name := c.module
	if strings.HasPrefix(j.task.Action.Name, "ansible.") {
		name = "ansible.builtin." + c.module
	}
	module, _ := catalog.Lookup(c.module)
	pairs := make([]string, len(c.args))
	for i, a := range c.args {
		pairs[i] = a.name + ": " + a.yaml(module, j.isFlow(j.node))
	}
	start, end := j.doc.offset(p.Key.Pos), max(j.doc.content(j.doc.offset(p.Value.End())), j.doc.offset(p.Key.End()))
	if line := j.doc.endOfLine(j.doc.lineOf(end)); strings.TrimSpace(j.doc.text[end:line]) == "" {
		end = line // blanks at the end of the line go, too
	}
	flow := "{" + strings.Join(pairs, ", ") + "}"
	if !j.isFlow(j.node) {
		flow = strings.Join(pairs, "\n")
	}
	text := name + ": " + flow
	if !j.isFlow(j.node) {
		pad := j.doc.breaks + strings.Repeat(" ", column(j.node)+j.step(p.Value))
		text = name + ":" + pad + strings.Join(pairs, pad)
	} else if j.node.Pair("args") != nil {
		return refusef("args cannot be taken out of a mapping in braces")
	}
	if err := j.change(changePair(j.node, p.Key.Text, name, flow), Edit{start, end, text}); err != nil {
		return err
	}
	// A literal changed_when is there because a command cannot tell; the module can.
	for _, gone := range []string{"args", "changed_when"} {
		if j.node.Pair(gone) != nil {
			if err := j.dropPair(j.node, gone); err != nil {
				return err
			}
		}
	}
	return nil
}

// yaml writes the setting's value.
func (a setting) yaml(m *catalog.Module, flow bool) string {
	if strings.HasPrefix(a.text, "[") {
		return a.text
	}
	return fit(scalarFor(m, a.name, a.text), flow)
}

// fit quotes a scalar that would read otherwise within braces or brackets than outside.
func fit(scalar string, flow bool) string {
	if !flow || scalar[0] == '"' || scalar[0] == '\'' || !strings.ContainsAny(scalar, ",[]{}?") {
		return scalar
	}
	return "'" + strings.ReplaceAll(scalar, "'", "''") + "'"
}

// step is the indent of arguments below their module.
func (j *job) step(body *source.Node) int {
	for _, m := range []*source.Node{body, j.node.Get("args")} {
		if m != nil && m.Kind == source.Mapping && !j.isFlow(m) {
			if s := column(m) - column(j.node); s > 0 {
				return s
			}
		}
	}
	return 2
}

// ownOutcome refuses tasks whose other keywords rest on what the old module returns.
func (j *job) ownOutcome() error {
	for _, k := range []string{"register", "until", "failed_when", "async", "poll"} {
		if w := j.task.Keyword(k); w != nil {
			return refusef("%s rests on what the command returns", k)
		}
	}
	if w := j.task.Value("changed_when"); w != nil && w.Kind != source.Bool {
		return refusef("changed_when rests on what the command returns")
	}
	return nil
}

// plainArgs refuses a command with arguments other than chdir, and gives that.
func (j *job) plainArgs() (chdir string, err error) {
	for _, a := range j.task.Action.Args {
		switch a.Name {
		case "cmd", "_raw_params", "warn":
		case "chdir":
			chdir = a.Value.Text
		default:
			return "", refusef("the command has the argument %s", a.Name)
		}
	}
	if j.task.Action.Splat != nil {
		return "", refusef("a template gives the arguments")
	}
	return chdir, nil
}
