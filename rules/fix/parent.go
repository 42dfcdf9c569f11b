package fix

import (
	"path"
	"strings"

	"pylint-deploy/parser/source"
)

// copied are the keywords that decide whether, where and as whom a task runs; a task that prepares another one has the same.
var copied = []string{"when", "become", "become_user", "become_method", "delegate_to", "run_once", "tags"}

// mendParent adds a task that makes the directory before the one that writes into it.
func mendParent(j *job) error {
	dest := j.arg("dest")
	if dest == nil {
		dest = j.arg("path")
	}
	if dest == nil || !dest.Value.IsScalar() {
		return refusef("the task has no dest")
	}
	dir := strings.TrimSuffix(dest.Value.Text, "/")
	if dir == dest.Value.Text {
		dir = path.Dir(dir)
	}
	_, missing, _ := strings.Cut(j.finding.Message, " makes ")
	if missing == "" || strings.Contains(missing, ", ") || !strings.Contains(dir, "{{") && dir != missing || strings.Count(dir, "{{") != strings.Count(dir, "}}") || strings.Contains(dir, "{%") {
		return refusef("which directory is missing depends on variables")
	}
	if j.task.Loop != nil && (strings.Contains(dir, "{{") || j.node.Pair("when") != nil) {
		return refusef("the task is a loop, and what it is about may depend on the item")
	}
	if j.pairOf() == nil {
		return refusef("the module is called in another form")
	}
	lines, err := j.directoryTask(dir)
	if err != nil {
		return err
	}
	at := j.doc.offset(firstKey(j.node))
	line := j.doc.lineOf(at)
	lead := j.doc.text[j.doc.starts[line]:at]
	if trimmed := strings.TrimSpace(lead); trimmed != "-" {
		return refusef("the task does not begin a line")
	}
	pad := j.doc.breaks + strings.Repeat(" ", len(lead))
	for line > 0 && strings.HasPrefix(strings.TrimSpace(j.lineText(line-1)), "#") {
		line--
	}
	text := lead + strings.Join(lines, pad) + j.doc.breaks
	if line > 0 && strings.TrimSpace(j.lineText(line-1)) == "" {
		text += j.doc.breaks // tasks are set apart by blank lines here
	}
	j.adds = true
	return j.change(insertBefore(j.node, strings.Join(lines, "\n")), Edit{j.doc.starts[line], j.doc.starts[line], text})
}

// directoryTask are the lines of a task that makes a directory, without indent.
func (j *job) directoryTask(dir string) ([]string, error) {
	module := "file"
	if strings.HasPrefix(j.task.Action.Name, "ansible.") {
		module = "ansible.builtin.file"
	}
	lines := []string{"name: " + quote("Create the directory "+dir), module + ":", "  path: " + quote(dir), "  state: directory", `  mode: "0755"`}
	for _, k := range copied {
		p := j.node.Pair(k)
		if p == nil {
			continue
		}
		raw := j.doc.slice(p.Value)
		if strings.HasPrefix(raw, "-") && p.Value.Kind == source.Sequence {
			raw = inBrackets(p.Value.Items)
		}
		if p.Merged || strings.ContainsAny(raw, "\n\r") || p.Value.Kind == source.Null || p.Value.Style == source.Literal || p.Value.Style == source.Folded {
			return nil, refusef("%s stands in more than one line", k)
		}
		lines = append(lines, k+": "+raw)
	}
	return lines, nil
}

// inBrackets writes a list of texts in one line.
func inBrackets(items []*source.Node) string {
	out := make([]string, len(items))
	for i, n := range items {
		if n.Kind != source.String || strings.Contains(n.Text, "\n") {
			return "\n" // is refused
		}
		out[i] = fit(quote(n.Text), true)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func (j *job) lineText(line int) string {
	return j.doc.text[j.doc.starts[line]:j.doc.endOfLine(line)]
}

func firstKey(m *source.Node) source.Pos {
	for _, p := range m.Pairs {
		if !p.Merged {
			return p.Key.Pos
		}
	}
	return m.Pos
}
