package fix

import (
	"strings"

	"gopkg.in/yaml.v3"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// job is one finding to mend: the task and the text that it stands in.
type job struct {
	doc  *document
	task *playbook.Task
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

// setKeyword gives the task a keyword: replaces its value, or adds a line at the task's end. value is YAML text.
func (j *job) setKeyword(name, value string) []Edit {
	if w := j.task.Keyword(name); w != nil {
		return j.replaceNode(w.Value, value)
	}
	return j.addPair(j.task.Node, name, value)
}

// addPair adds "key: value" to a mapping, in the mapping's own style.
func (j *job) addPair(m *source.Node, key, value string) []Edit {
	if m == nil || m.Kind != source.Mapping || len(m.Pairs) == 0 {
		return nil
	}
	end := j.doc.offset(m.End)
	if j.isFlow(m) {
		last := j.doc.offset(m.Pairs[len(m.Pairs)-1].Value.End)
		return []Edit{{last, last, ", " + key + ": " + value}}
	}
	column := m.Pairs[0].Key.Pos.Column - 1
	return []Edit{j.doc.insertLineAfter(end, strings.Repeat(" ", column)+key+": "+value)}
}

// replaceNode writes other YAML text in the place of a scalar.
func (j *job) replaceNode(n *source.Node, value string) []Edit {
	if !n.IsScalar() || n.Style == source.Literal || n.Style == source.Folded {
		return nil
	}
	return []Edit{{j.doc.offset(n.Pos), j.doc.offset(n.End), value}}
}

// renameKey changes a key and keeps its quotes, if any.
func (j *job) renameKey(pos source.Pos, from, to string) []Edit {
	at := j.doc.offset(pos)
	if at < len(j.doc.text) && (j.doc.text[at] == '"' || j.doc.text[at] == '\'') {
		at++
	}
	if !strings.HasPrefix(j.doc.text[at:], from) {
		return nil
	}
	return []Edit{{at, at + len(from), to}}
}

// setArg gives the action an argument, in whatever form its arguments are written. text is the value, not YAML.
func (j *job) setArg(name, text string) []Edit {
	a := &j.task.Action
	for i := range a.Args {
		if a.Args[i].Name == name {
			return j.replaceArg(&a.Args[i], text)
		}
	}
	if body := j.body(); body != nil {
		switch {
		case body.Kind == source.Mapping:
			return j.addPair(body, name, j.scalar(name, text))
		case j.isKV(body):
			return j.appendKV(body, name+"="+text)
		}
	}
	return j.addToArgsKeyword(name, j.scalar(name, text))
}

// body is the value of the module's key: a mapping, or a string of key=value or free form.
func (j *job) body() *source.Node {
	for _, p := range j.task.Node.Pairs {
		if p.Key.Pos == j.task.Action.Pos {
			return p.Value
		}
	}
	return nil
}

// isKV tells whether a body is a plain string in the key=value form; a free form string is not.
func (j *job) isKV(n *source.Node) bool {
	return n.Kind == source.String && j.task.Action.FreeForm == nil && len(j.task.Action.Args) > 0 && !strings.ContainsAny(j.doc.slice(n)[:1], "|>")
}

func (j *job) appendKV(n *source.Node, pair string) []Edit {
	if strings.ContainsAny(pair, " \t\"'") {
		return nil // would need quoting inside whatever quoting there is
	}
	end := j.doc.offset(n.End)
	if n.Style == source.SingleQuoted || n.Style == source.DoubleQuoted {
		end--
	}
	return []Edit{{end, end, " " + pair}}
}

// addToArgsKeyword puts an argument of a free form module below args:.
func (j *job) addToArgsKeyword(name, value string) []Edit {
	if p := j.task.Node.Pair("args"); p != nil {
		return j.addPair(p.Value, name, value)
	}
	if j.isFlow(j.task.Node) {
		return j.addPair(j.task.Node, "args", "{"+name+": "+value+"}")
	}
	pad := strings.Repeat(" ", j.task.Node.Pairs[0].Key.Pos.Column-1)
	text := pad + "args:" + j.doc.breaks + pad + "  " + name + ": " + value
	return []Edit{j.doc.insertLineAfter(j.doc.offset(j.task.Node.End), text)}
}

// replaceArg writes another value for an argument that is there.
func (j *job) replaceArg(a *playbook.Arg, text string) []Edit {
	body := j.body()
	if body != nil && body.Kind == source.String {
		return j.replaceKV(body, a.Written, text)
	}
	return j.replaceNode(a.Value, j.requote(a, text))
}

// scalar writes a value for an argument: numbers and booleans plain where the module wants such, else as a string.
func (j *job) scalar(name, text string) string {
	if m := j.task.Action.Module; m != nil {
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
	case n.Style == source.SingleQuoted && !strings.ContainsAny(text, "'\n"):
		return "'" + text + "'"
	}
	return j.scalar(a.Name, text)
}

// replaceKV changes a value inside a key=value string; only a key that stands there once, unquoted, is touched.
func (j *job) replaceKV(body *source.Node, key, text string) []Edit {
	start, end := j.doc.offset(body.Pos), j.doc.offset(body.End)
	raw := j.doc.text[start:end]
	at := strings.Index(raw, key+"=")
	if at < 0 || strings.Count(raw, key+"=") != 1 || at > 0 && !strings.ContainsRune(" \t\n\"'", rune(raw[at-1])) {
		return nil
	}
	from := at + len(key) + 1
	to := from
	for to < len(raw) && !strings.ContainsRune(" \t\n\r\"'", rune(raw[to])) {
		to++
	}
	if to == from || strings.Contains(raw[from:to], "{{") || strings.ContainsAny(text, " \t\"'") {
		return nil
	}
	return []Edit{{start + from, start + to, text}}
}
