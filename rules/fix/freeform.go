package fix

import (
	"strconv"
	"strings"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/source"
)

// mendFreeForm writes the arguments of a key=value string as a mapping, under the names that the author used.
func mendFreeForm(j *job) error {
	p := j.pairOf()
	if p == nil {
		return refusef("the module is called in another form")
	}
	switch a := j.task.Action; {
	case p.Value.Kind != source.String || a.FreeForm != nil || len(a.Args) == 0:
		return refusef("the text is no list of key=value")
	case j.node.Pair("args") != nil || a.Splat != nil:
		return refusef("more arguments stand below args")
	}
	flow := j.isFlow(j.node)
	var pairs []string
	seen := map[string]bool{}
	for _, a := range j.task.Action.Args {
		if seen[a.Written] {
			return refusef("%s is given twice", a.Written)
		}
		seen[a.Written] = true
		pairs = append(pairs, a.Written+": "+fit(typed(j.task.Action.Module, a.Name, a.Value.Text), flow))
	}
	yaml := "{" + strings.Join(pairs, ", ") + "}"
	text := " " + yaml
	if !flow {
		pad := j.doc.breaks + strings.Repeat(" ", column(j.node)+2)
		text, yaml = pad+strings.Join(pairs, pad), strings.Join(pairs, "\n")
	}
	start := j.doc.offset(p.Key.End())
	if i := strings.IndexByte(j.doc.text[start:], ':'); i >= 0 {
		start += i + 1
	}
	end := max(j.doc.content(j.doc.offset(p.Value.End())), start)
	if line := j.doc.endOfLine(j.doc.lineOf(end)); strings.TrimSpace(j.doc.text[end:line]) == "" {
		end = line
	}
	return j.change(changePair(j.node, p.Key.Text, p.Key.Text, yaml), Edit{start, end, text})
}

// typed writes the text of a key=value argument as YAML: a boolean or number as such where the module wants one, else a string.
func typed(m *catalog.Module, name, text string) string {
	if m == nil {
		return quote(text)
	}
	spec, known := m.Arg(name)
	switch {
	case known && spec.Type == catalog.Bool:
		switch strings.ToLower(text) {
		case "yes", "true", "on", "y", "t", "1":
			return "true"
		case "no", "false", "off", "n", "f", "0":
			return "false"
		}
	case known && spec.Type == catalog.Int:
		if n, err := strconv.Atoi(text); err == nil && strconv.Itoa(n) == text {
			return text
		}
	}
	return quote(text)
}
