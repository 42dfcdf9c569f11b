package fix

import (
	"strings"

	"pylint-deploy/parser/playbook"
)

// isItem tells whether text is nothing but the loop's item.
func isItem(text string) bool {
	inner, ok := strings.CutPrefix(strings.TrimSpace(text), "{{")
	inner, ok2 := strings.CutSuffix(inner, "}}")
	return ok && ok2 && strings.TrimSpace(inner) == "item"
}

// moveList takes the lines of a loop's block list below an argument, comments between the items included, and removes
// the loop keyword. A flow list goes in one line.
func (j *job) moveList(arg *playbook.Arg, loop *playbook.Loop) []Edit {
	list := loop.Value
	keyLine := j.doc.lineOf(j.doc.offset(loop.Pos))
	lastLine := j.doc.lineOf(max(j.doc.offset(list.End)-1, 0))
	removed := j.removeLines(keyLine, lastLine)
	argStart, argEnd := j.doc.offset(arg.Value.Pos), j.doc.offset(arg.Value.End)
	if strings.HasPrefix(j.doc.slice(list), "[") {
		return []Edit{{argStart, argEnd, j.doc.slice(list)}, removed}
	}
	column := arg.KeyPos.Column - 1
	shift := column + 2 - (list.Pos.Column - 1)
	var b strings.Builder
	for line := j.doc.lineOf(j.doc.offset(list.Pos)); line <= lastLine; line++ {
		text := j.doc.text[j.doc.starts[line]:j.doc.endOfLine(line)]
		b.WriteString(j.doc.breaks + reindent(text, shift))
	}
	// "name: " loses its blank, the list follows on the next lines
	for argStart > 0 && j.doc.text[argStart-1] == ' ' {
		argStart--
	}
	return []Edit{{argStart, argEnd, b.String()}, removed}
}

// removeLines deletes whole lines. Where they are the file's last ones, the break before them goes instead.
func (j *job) removeLines(first, last int) Edit {
	start := j.doc.starts[first]
	if last+1 < len(j.doc.starts) {
		return Edit{start, j.doc.starts[last+1], ""}
	}
	for start > 0 && (j.doc.text[start-1] == '\n' || j.doc.text[start-1] == '\r') {
		start--
	}
	return Edit{start, len(j.doc.text), ""}
}

func reindent(line string, shift int) string {
	if strings.TrimSpace(line) == "" {
		return ""
	}
	have := len(line) - len(strings.TrimLeft(line, " "))
	return strings.Repeat(" ", max(have+shift, 0)) + line[have:]
}
