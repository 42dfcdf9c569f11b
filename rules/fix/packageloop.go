package fix

import (
	"slices"
	"strings"

	"pylint-deploy/parser/pattern"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// mendPackageLoop gives the module the list that the task loops over: name: "{{ item }}" with a loop becomes name: [...].
func mendPackageLoop(j *job) error {
	loop := j.task.Loop
	for _, k := range []string{"loop_control", "register", "until", "retries"} {
		if j.task.Keyword(k) != nil {
			return refusef("%s is about the items of the loop", k)
		}
	}
	if loop == nil || loop.Kind != "loop" && loop.Kind != "items" {
		return refusef("it is no plain loop")
	}
	i := slices.IndexFunc(j.task.Action.Args, func(a playbook.Arg) bool { return a.Value.IsScalar() && isItem(a.Value.Text) })
	if i < 0 {
		return refusef("no argument is the item alone")
	}
	arg := &j.task.Action.Args[i]
	if usesItem(j.node, arg, loop) {
		return refusef("the item is used elsewhere in the task")
	}
	key := loop.Kind
	if loop.Kind == "items" {
		key = "with_items"
	}
	holder := j.holder(arg)
	switch {
	case loop.Value.Kind == source.Sequence && !slices.ContainsFunc(loop.Value.Items, func(n *source.Node) bool { return !packageItem(n) }):
		if holder == nil {
			return j.moveIntoKV(arg, loop, key)
		}
		return j.moveList(holder, arg, loop, key)
	case loop.Kind == "loop" && holder != nil && bareVariable.MatchString(loop.Value.Text):
		if err := j.replaceNode(holder, arg.Written, arg.Value, `"`+loop.Value.Text+`"`); err != nil {
			return err
		}
		return j.dropPair(j.node, key)
	}
	return refusef("what the loop's items are is not known from the text")
}

// packageItem tells whether an item is the name of one package as it stands. with_items takes lists in lists apart; a template may be one.
func packageItem(n *source.Node) bool {
	return n.Kind == source.String && !strings.Contains(n.Text, "{{") && !strings.ContainsAny(n.Text, ", ")
}

var bareVariable = pattern.New(`^\{\{\s*[A-Za-z_][A-Za-z0-9_.]*\s*\}\}$`)

var itemWord = pattern.New(`\bitem\b`)

// usesItem tells whether anything in the task but the argument mentions the item.
func usesItem(n *source.Node, arg *playbook.Arg, loop *playbook.Loop) bool {
	if n == arg.Value || n == loop.Value {
		return false
	}
	if n.IsScalar() {
		return len(itemWord.FindAllString(n.Text, -1)) > strings.Count(n.Text, arg.Value.Text)
	}
	return slices.ContainsFunc(n.Items, func(i *source.Node) bool { return usesItem(i, arg, loop) }) ||
		slices.ContainsFunc(n.Pairs, func(p source.Pair) bool { return usesItem(p.Value, arg, loop) })
}

// isItem tells whether text is nothing but the loop's item.
func isItem(text string) bool {
	inner, ok := strings.CutPrefix(strings.TrimSpace(text), "{{")
	inner, ok2 := strings.CutSuffix(inner, "}}")
	return ok && ok2 && strings.TrimSpace(inner) == "item"
}

// moveIntoKV writes the items as a comma list, which such a module takes apart, in the place of the item.
func (j *job) moveIntoKV(arg *playbook.Arg, loop *playbook.Loop, key string) error {
	body := j.body()
	if body == nil || body.Kind != source.String {
		return refusef("the argument is not written here")
	}
	names := make([]string, len(loop.Value.Items))
	for i, n := range loop.Value.Items {
		names[i] = n.Text
	}
	list := strings.Join(names, ",")
	raw := j.doc.slice(body)
	at := strings.Index(raw, arg.Value.Text)
	if at < 0 || strings.Count(raw, arg.Value.Text) != 1 || strings.Count(body.Text, arg.Value.Text) != 1 {
		return refusef("the item does not stand plainly in the arguments")
	}
	at += j.doc.offset(body.Pos)
	if err := j.change(setText(body, strings.Replace(body.Text, arg.Value.Text, list, 1)), Edit{at, at + len(arg.Value.Text), list}); err != nil {
		return err
	}
	return j.dropPair(j.node, key)
}

// moveList takes the lines of a loop's block list below an argument, comments between the items included, and removes
// the loop keyword. A flow list goes in one line.
func (j *job) moveList(holder *source.Node, arg *playbook.Arg, loop *playbook.Loop, key string) error {
	list := loop.Value
	p := j.node.Pair(key)
	flow := strings.HasPrefix(j.doc.slice(list), "[")
	if p == nil || j.isFlow(j.node) || j.isFlow(holder) && !flow {
		return refusef("the loop is written in another form")
	}
	lastLine := j.doc.lineOf(j.doc.content(j.doc.offset(list.End())) - 1)
	start, end := j.doc.offset(arg.Value.Pos), j.doc.offset(arg.Value.End())
	s := func(root *value) error {
		in, err := root.at(holder)
		if err == nil {
			in.pairs[in.index(arg.Written)].value = valueOf(list)
		}
		return err
	}
	if flow {
		if err := j.change(s, Edit{start, end, j.doc.slice(list)}); err != nil {
			return err
		}
		return j.dropPair(j.node, key)
	}
	shift := column(holder) + 2 - (list.Pos.Column - 1)
	var b strings.Builder
	for line := j.doc.lineOf(j.doc.offset(list.Pos)); line <= lastLine; line++ {
		text := j.doc.text[j.doc.starts[line]:j.doc.endOfLine(line)]
		b.WriteString(j.doc.breaks + reindent(text, shift))
	}
	// "name: " loses its blank, the list follows on the next lines
	for start > 0 && j.doc.text[start-1] == ' ' {
		start--
	}
	if err := j.change(s, Edit{start, end, b.String()}); err != nil {
		return err
	}
	return j.dropPair(j.node, key)
}

func reindent(line string, shift int) string {
	if strings.TrimSpace(line) == "" {
		return ""
	}
	have := len(line) - len(strings.TrimLeft(line, " "))
	return strings.Repeat(" ", max(have+shift, 0)) + line[have:]
}

// distinct tells whether a constant list's items, or one field of each, are different texts of one line.
func distinct(list *source.Node, field string) bool {
	seen := map[string]bool{}
	for _, item := range list.Items {
		if field != "" {
			item = item.Get(field)
		}
		if item == nil || !item.IsScalar() || item.Text == "" || strings.ContainsAny(item.Text, "\n{") || seen[item.Text] {
			return false
		}
		seen[item.Text] = true
	}
	return len(seen) > 0
}
