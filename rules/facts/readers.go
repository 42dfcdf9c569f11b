package facts

import (
	"strings"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// wordIndex knows which tasks mention a registered variable anywhere in their text. All variables are looked for in one
// pass over a task's text: asking every task about every variable is quadratic, and plays of thousands of tasks exist.
type wordIndex struct {
	// registered are the names that tasks register; odd those that are no words, such as templates.
	registered map[string]bool
	odd        []string
	// mentioned are the registered names in the text of a task, for each place that it runs in the same.
	mentioned map[source.Pos][]string
}

// newWordIndex collects what tasks register.
func newWordIndex(tasks func(visit func(*playbook.Task))) *wordIndex {
	x := &wordIndex{registered: map[string]bool{}, mentioned: map[source.Pos][]string{}}
	tasks(func(t *playbook.Task) {
		r := t.Value("register")
		if r == nil || x.registered[r.Text] {
			return
		}
		x.registered[r.Text] = true
		if !isWord(r.Text) {
			x.odd = append(x.odd, r.Text)
		}
	})
	return x
}

func isWord(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r > 0x7f || !isNameByte(byte(r)) }) < 0
}

// lastReaders are the last task that mentions a variable, and the last one that stands elsewhere in the content: a role that runs twice
// is no reader of itself.
type lastReaders [2]*Task

// readers gives, for each variable that the play's tasks register, the last tasks that mention it.
func (b *Builder) readers(p *Play) map[string]lastReaders {
	last := map[string]lastReaders{}
	read := func(name string, t *Task) {
		r := last[name]
		if r[0] != nil && r[0].Visit.Task != t.Visit.Task {
			r[1] = r[0]
		}
		r[0] = t
		last[name] = r
	}
	for _, t := range p.All {
		for _, name := range b.words.of(t.Visit.Task) {
			read(name, t)
		}
		for _, c := range t.conds { // those of blocks and roles around it, too
			for _, n := range c.names {
				if b.words.registered[n.root] {
					read(n.root, t)
				}
			}
		}
	}
	return last
}

// readLater tells whether another task after t mentions a variable.
func (p *Play) readLater(variable string, t *Task) bool {
	for _, last := range p.readers[variable] {
		if last != nil && last.order > t.order && last.Visit.Task != t.Visit.Task {
			return true
		}
	}
	return false
}

// of are the registered names that a task mentions.
func (x *wordIndex) of(t *playbook.Task) []string {
	if names, ok := x.mentioned[t.Pos]; ok {
		return names
	}
	seen := map[string]bool{}
	var names []string
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	var walk func(n *source.Node)
	walk = func(n *source.Node) {
		if n == nil {
			return
		}
		if n.Kind == source.String {
			x.scan(n.Text, add)
		}
		for _, item := range n.Items {
			walk(item)
		}
		for _, p := range n.Pairs {
			walk(p.Value)
		}
	}
	walk(t.Node)
	x.mentioned[t.Pos] = names
	return names
}

// scan finds the registered names in a text: as whole words.
func (x *wordIndex) scan(text string, add func(string)) {
	for i := 0; i < len(text); i++ {
		if !isNameByte(text[i]) {
			continue
		}
		start := i
		for i < len(text) && isNameByte(text[i]) {
			i++
		}
		if word := text[start:i]; x.registered[word] {
			add(word)
		}
	}
	for _, name := range x.odd {
		if mentions(text, name) {
			add(name)
		}
	}
}

// mentions looks for a word in a text. The empty word is nowhere.
func mentions(text, word string) bool {
	for at := 0; word != ""; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		i += at
		end := i + len(word)
		if (i == 0 || !isNameByte(text[i-1])) && (end == len(text) || !isNameByte(text[end])) {
			return true
		}
		at = i + 1
	}
	return false
}
