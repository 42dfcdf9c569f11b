package fix

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
	"pylint-deploy/rules"
)

// job is one finding to mend: the task, the text that it stands in, and the change so far, as edits and as steps.
type job struct {
	doc     *document
	file    *source.File
	finding rules.Finding
	// node is the mapping that the finding is about: the task's, or a play's.
	node *source.Node
	task *playbook.Task // nil for a play

	edits []Edit
	steps []step
	adds  bool
}

func (j *job) change(s step, edits ...Edit) error {
	j.edits = append(j.edits, edits...)
	j.steps = append(j.steps, s)
	return nil
}

// quote writes a string as a YAML scalar that reads as that string, plain where YAML 1.1 allows.
func quote(s string) string {
	if strings.Contains(s, "{{") || strings.Contains(s, "{%") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
	}
	out, err := yaml.Marshal(s)
	if err != nil || strings.Count(string(out), "\n") != 1 {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
	}
	return strings.TrimSuffix(string(out), "\n")
}

// isFlow tells whether a mapping is written with braces.
func (j *job) isFlow(n *source.Node) bool { return strings.HasPrefix(j.doc.slice(n), "{") }

// column is the column, from 0, of a mapping's own keys; merged ones stand elsewhere. -1 without one.
func column(m *source.Node) int {
	for _, p := range m.Pairs {
		if !p.Merged {
			return p.Key.Pos.Column - 1
		}
	}
	return -1
}

// setKeyword gives the task a keyword: replaces its value, or adds a line at the task's end. value is YAML text.
func (j *job) setKeyword(name, value string) error {
	if w := j.task.Keyword(name); w != nil {
		return j.replaceNode(j.node, w.Written, w.Value, value)
	}
	return j.addPair(j.node, name, value)
}

// addPair adds "key: value" to a mapping, in the mapping's own style. value is YAML in one line.
func (j *job) addPair(m *source.Node, key, value string) error {
	if m == nil || m.Kind != source.Mapping || column(m) < 0 {
		return refusef("there is no mapping to add %s to", key)
	}
	s := putPair(m, key, value)
	if j.isFlow(m) {
		last := 0
		for _, p := range m.Pairs {
			if !p.Merged {
				last = max(last, j.doc.offset(p.Value.End()), j.doc.offset(p.Key.End()))
			}
		}
		return j.change(s, Edit{last, last, ", " + key + ": " + value})
	}
	return j.change(s, j.doc.insertLineAfter(j.doc.offset(m.End()), strings.Repeat(" ", column(m))+key+": "+value))
}

// replaceNode writes other YAML text in the place of a scalar under a key.
func (j *job) replaceNode(m *source.Node, key string, n *source.Node, value string) error {
	if !n.IsScalar() || n.Style == source.Literal || n.Style == source.Folded {
		return refusef("%s is no scalar in one line", key)
	}
	return j.change(putPair(m, key, value), Edit{j.doc.offset(n.Pos), j.doc.offset(n.End()), value})
}

// renameKey changes a key and keeps its quotes, if any.
func (j *job) renameKey(m *source.Node, from, to string) error {
	p := m.Pair(from)
	if p == nil || p.Merged {
		return refusef("%s is not written here", from)
	}
	at := j.doc.offset(p.Key.Pos)
	if at < len(j.doc.text) && (j.doc.text[at] == '"' || j.doc.text[at] == '\'') {
		at++
	}
	if !strings.HasPrefix(j.doc.text[at:], from) {
		return refusef("%s is not written plainly", from)
	}
	return j.change(changePair(m, from, to, ""), Edit{at, at + len(from), to})
}

// pairOf is the pair of the module's key in the task, nil for action: and local_action:.
func (j *job) pairOf() *source.Pair {
	p := j.node.Pair(j.task.Action.Name)
	if p == nil || p.Merged || j.task.Action.Spelling == playbook.AsAction || j.task.Action.Spelling == playbook.AsLocalAction {
		return nil
	}
	return p
}

// body is the value of the module's key: a mapping, or a string of key=value or free form.
func (j *job) body() *source.Node {
	if p := j.pairOf(); p != nil {
		return p.Value
	}
	return nil
}

// holder is the mapping that an argument is written in: the body or args:; nil in key=value text.
func (j *job) holder(a *playbook.Arg) *source.Node {
	for _, m := range []*source.Node{j.body(), j.node.Get("args")} {
		if p := m.Pair(a.Written); p != nil && p.Value == a.Value {
			return m
		}
	}
	return nil
}

func (j *job) arg(name string) *playbook.Arg {
	i := slices.IndexFunc(j.task.Action.Args, func(a playbook.Arg) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &j.task.Action.Args[i]
}

// setArg gives the action an argument, in whatever form its arguments are written. text is the value, not YAML.
func (j *job) setArg(name, text string) error {
	if a := j.arg(name); a != nil {
		return j.replaceArg(a, text)
	}
	body := j.body()
	switch {
	case body == nil:
		return refusef("the module is called in another form")
	case body.Kind == source.Mapping:
		return j.addPair(body, name, fit(j.scalar(name, text), j.isFlow(body)))
	case j.isKV(body):
		return j.appendKV(body, name+"="+text)
	}
	return j.addToArgsKeyword(name, j.scalar(name, text))
}

// replaceArg writes another value for an argument that is there.
func (j *job) replaceArg(a *playbook.Arg, text string) error {
	if m := j.holder(a); m != nil {
		return j.replaceNode(m, a.Written, a.Value, fit(j.requote(a, text), j.isFlow(m)))
	}
	if body := j.body(); body != nil && body.Kind == source.String {
		return j.replaceKV(body, a.Written+"=", a.Written+"=", &text)
	}
	return refusef("%s is not written here", a.Name)
}

// renameArg writes an argument under another name.
func (j *job) renameArg(a *playbook.Arg, to string) error {
	if m := j.holder(a); m != nil {
		return j.renameKey(m, a.Written, to)
	}
	if body := j.body(); body != nil && body.Kind == source.String {
		return j.replaceKV(body, a.Written+"=", to+"=", nil)
	}
	return refusef("%s is not written here", a.Name)
}

// isKV tells whether a body is a plain string in the key=value form; a free form string is not.
func (j *job) isKV(n *source.Node) bool {
	return n.Kind == source.String && j.task.Action.FreeForm == nil && len(j.task.Action.Args) > 0 && n.Style != source.Literal && n.Style != source.Folded
}

func (j *job) appendKV(n *source.Node, pair string) error {
	if strings.ContainsAny(pair, " \t\"'") {
		return refusef("%s would need quotes within the arguments' own", pair)
	}
	end := j.doc.offset(n.End())
	if n.Style == source.SingleQuoted || n.Style == source.DoubleQuoted {
		end--
	}
	return j.change(setText(n, n.Text+" "+pair), Edit{end, end, " " + pair})
}

// replaceKV changes a key, and its value unless nil, inside a key=value string; only a key that stands there once and has an
// unquoted, untemplated value is touched.
func (j *job) replaceKV(body *source.Node, key, to string, text *string) error {
	start, end := j.doc.offset(body.Pos), j.doc.offset(body.End())
	raw := j.doc.text[start:end]
	from, last, ok := kvValue(raw, key)
	inText, lastInText, ok2 := kvValue(body.Text, key)
	if !ok || !ok2 {
		return refusef("%s does not stand plainly in the arguments", key)
	}
	replacement := to
	if text == nil {
		replacement += raw[from:last]
	} else {
		if from == last || strings.Contains(raw[from:last], "{{") || strings.ContainsAny(*text, " \t\"'") {
			return refusef("the value of %s would need quotes within the arguments' own", key)
		}
		replacement += *text
	}
	after := body.Text[:inText-len(key)] + replacement + body.Text[lastInText:]
	return j.change(setText(body, after), Edit{start + from - len(key), start + last, replacement})
}

// kvValue finds the value of a key that stands once in a text.
func kvValue(text, key string) (from, to int, ok bool) {
	at := -1
	for i := 0; i+len(key) <= len(text); i++ {
		if strings.HasPrefix(text[i:], key) && (i == 0 || strings.ContainsRune(" \t\n\"'", rune(text[i-1]))) {
			if at >= 0 {
				return 0, 0, false
			}
			at = i
		}
	}
	if at < 0 {
		return 0, 0, false
	}
	from = at + len(key)
	for to = from; to < len(text) && !strings.ContainsRune(" \t\n\r\"'", rune(text[to])); to++ {
	}
	return from, to, true
}

// addToArgsKeyword puts an argument of a free form module below args:.
func (j *job) addToArgsKeyword(name, value string) error {
	if p := j.node.Pair("args"); p != nil {
		return j.addPair(p.Value, name, value)
	}
	if j.isFlow(j.node) {
		return j.addPair(j.node, "args", "{"+name+": "+value+"}")
	}
	if column(j.node) < 0 {
		return refusef("there is no mapping to add args to")
	}
	pad := strings.Repeat(" ", column(j.node))
	text := pad + "args:" + j.doc.breaks + pad + "  " + name + ": " + value
	return j.change(putPair(j.node, "args", "{"+name+": "+value+"}"), j.doc.insertLineAfter(j.doc.offset(j.node.End()), text))
}

// scalar writes a value for an argument: numbers and booleans plain where the module wants such, else as a string.
func (j *job) scalar(name, text string) string { return scalarFor(j.task.Action.Module, name, text) }

func scalarFor(m *catalog.Module, name, text string) string {
	if m != nil && !strings.Contains(text, "{{") {
		if a, ok := m.Arg(name); ok && (a.Type == catalog.Bool || a.Type == catalog.Int) {
			return text
		}
	}
	return quote(text)
}

// requote keeps the quotes that the author chose.
func (j *job) requote(a *playbook.Arg, text string) string {
	n := a.Value
	switch {
	case n.Style == source.DoubleQuoted && !strings.ContainsAny(text, "\\\"\n"):
		return `"` + text + `"`
	case (n.Style == source.SingleQuoted || n.Style == source.DoubleQuoted) && !strings.ContainsAny(text, "'\n"):
		return "'" + text + "'"
	}
	return j.scalar(a.Name, text)
}

// dropKeyword removes the lines of a pair from a block mapping.
func (j *job) dropPair(m *source.Node, key string) error {
	p := m.Pair(key)
	if p == nil || p.Merged || j.isFlow(m) {
		return refusef("%s cannot be taken out here", key)
	}
	first := j.doc.offset(p.Key.Pos)
	if !j.doc.alone(first) {
		return refusef("%s does not stand in a line of its own", key)
	}
	last := j.doc.content(max(j.doc.offset(p.Value.End()), j.doc.offset(p.Key.End())))
	return j.change(dropPair(m, key), j.doc.removeLines(j.doc.lineOf(first), j.doc.lineOf(last-1)))
}
