package inventory

import (
	"fmt"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/pyliteral"
	"pylint-deploy/parser/source"
)

var (
	iniSection = pattern.New(`^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$`)
	iniGroup   = pattern.New(`^([^:\]\s]+)\s*(?:#.*)?$`)
)

// iniReader reads one file in the INI form of Ansible's ini plugin.
type iniReader struct {
	inv     *Inventory
	pos     source.Pos
	group   string
	state   string // hosts, children or vars
	pending []pendingGroup
}

// pendingGroup is a group named as a child, or given variables, before it was declared.
type pendingGroup struct {
	name, state string
	parents     []string
	pos         source.Pos
}

// ini reads an INI inventory. Errors are *source.Error.
func (inv *Inventory) ini(path, text string) error {
	r := &iniReader{inv: inv, group: "ungrouped", state: "hosts"}
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';' {
			continue
		}
		r.pos = source.Pos{File: path, Line: i + 1, Column: len(line) - len(strings.TrimLeft(line, " \t")) + 1}
		if err := r.line(trimmed); err != nil {
			return err
		}
	}
	for _, p := range r.pending {
		if p.state == "vars" {
			return &source.Error{Pos: p.pos, Why: fmt.Sprintf("the section [%s:vars] is of a group that is not there", p.name), Hint: fmt.Sprintf("add a section [%s]", p.name)}
		}
		return &source.Error{Pos: p.pos, Why: fmt.Sprintf("the section [%s:children] includes the group %s, which is not there", p.parents[0], p.name),
			Hint: fmt.Sprintf("add a section [%s]", p.name)}
	}
	return nil
}

func (r *iniReader) fail(format string, args ...any) error {
	return &source.Error{Pos: r.pos, Why: fmt.Sprintf(format, args...)}
}

func (r *iniReader) line(line string) error {
	if m := iniSection.FindStringSubmatch(line); m != nil {
		return r.section(m[1], m[2])
	}
	if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
		return r.fail("%s is no section: there may be no blanks in the brackets", line)
	}
	switch r.state {
	case "vars":
		return r.variable(line)
	case "children":
		return r.child(line)
	}
	return r.hosts(line)
}

func (r *iniReader) section(group, state string) error {
	if state == "" {
		state = "hosts"
	}
	if state != "hosts" && state != "children" && state != "vars" {
		return r.fail("the section [%s:%s] is of an unknown kind: it can be children or vars", group, state)
	}
	group = r.inv.groupName(group)
	r.group, r.state = group, state
	at := r.find(group)
	if r.inv.Groups[group] == nil {
		if state == "vars" && at < 0 {
			r.pending = append(r.pending, pendingGroup{name: group, state: state, pos: r.pos})
		}
		r.inv.group(group)
	}
	if at = r.find(group); at >= 0 && state != "vars" {
		return r.settle(group)
	}
	return nil
}

func (r *iniReader) find(group string) int {
	for i := range r.pending {
		if r.pending[i].name == group {
			return i
		}
	}
	return -1
}

// settle puts a group that was waited for into its parents.
func (r *iniReader) settle(group string) error {
	i := r.find(group)
	p := r.pending[i]
	r.pending = append(r.pending[:i], r.pending[i+1:]...)
	for _, parent := range p.parents {
		if err := r.inv.child(parent, group); err != nil {
			return r.fail("%v", err)
		}
		if j := r.find(parent); j >= 0 && r.pending[j].state == "children" {
			if err := r.settle(parent); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *iniReader) child(line string) error {
	m := iniGroup.FindStringSubmatch(line)
	if m == nil {
		return r.fail("expected the name of a group, not %q", line)
	}
	name := r.inv.groupName(m[1])
	if r.inv.Groups[name] != nil {
		if err := r.inv.child(r.group, name); err != nil {
			return r.fail("%v", err)
		}
		return nil
	}
	if i := r.find(name); i >= 0 {
		r.pending[i].parents = append(r.pending[i].parents, r.group)
		return nil
	}
	r.pending = append(r.pending, pendingGroup{name: name, state: "children", parents: []string{r.group}, pos: r.pos})
	return nil
}

func (r *iniReader) variable(line string) error {
	key, text, found := strings.Cut(line, "=")
	if !found {
		return r.fail("expected key=value, not %q", line)
	}
	r.inv.setGroupVar(r.inv.group(r.group), strings.TrimSpace(key), r.value(strings.TrimSpace(text)))
	return nil
}

func (r *iniReader) hosts(line string) error {
	words, err := shellWords(line)
	if err != nil {
		return r.fail("%v", err)
	}
	if len(words) == 0 {
		return nil
	}
	names, port, err := expand(words[0])
	switch {
	case err != nil:
		return r.fail("%v", err)
	case strings.HasSuffix(words[0], ":") && port == 0:
		return r.fail("the host %q ends in a colon: a port must follow", words[0])
	case words[0] == "---":
		return r.fail("\"---\" is no host: is this a YAML file?")
	}
	for _, name := range names {
		r.inv.host(name, r.group, port)
	}
	for _, word := range words[1:] {
		key, text, found := strings.Cut(word, "=")
		if !found {
			return r.fail("expected key=value after the host, not %q", word)
		}
		for _, name := range names {
			r.inv.setVar(r.inv.Hosts[name].Vars, value.Str(key), r.value(text))
		}
	}
	return nil
}

// value reads a value: a Python literal, or else text.
func (r *iniReader) value(text string) value.Value {
	v, ok := pyliteral.Parse(text)
	if !ok {
		v = value.Str(text)
	}
	return trusted(v, r.pos)
}

// trusted makes templates of the texts in a value that hold some: its author is the inventory's.
func trusted(v value.Value, pos source.Pos) value.Value {
	switch v := v.(type) {
	case value.Str:
		if playbook.HasTemplate(string(v)) {
			return value.Template{Text: string(v), Origin: pos}
		}
	case *value.List:
		for i := range v.Items {
			v.Items[i] = trusted(v.Items[i], pos)
		}
	case value.Tuple:
		for i := range v {
			v[i] = trusted(v[i], pos)
		}
	case *value.Dict:
		for _, k := range v.Keys() {
			item, _ := v.Get(k)
			v.Set(k, trusted(item, pos)) // a key that is there: it cannot fail
		}
	}
	return v
}

// shellWords cuts a line into words as Python's shlex does, comments cut off.
func shellWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	started := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t', '\r':
			if started {
				words = append(words, word.String())
				word.Reset()
				started = false
			}
		case '#':
			i = len(line)
		case '\\':
			if i+1 == len(line) {
				return nil, fmt.Errorf("nothing follows the backslash at the end of the line")
			}
			i++
			word.WriteByte(line[i])
			started = true
		case '\'', '"':
			end, err := quoted(line, i, &word)
			if err != nil {
				return nil, err
			}
			i, started = end, true
		default:
			word.WriteByte(c)
			started = true
		}
	}
	if started {
		words = append(words, word.String())
	}
	return words, nil
}

// quoted adds a quoted text to a word and returns the index of its closing quote.
func quoted(line string, i int, word *strings.Builder) (int, error) {
	quote := line[i]
	for i++; i < len(line); i++ {
		switch c := line[i]; {
		case c == quote:
			return i, nil
		case c == '\\' && quote == '"' && i+1 < len(line):
			i++
			if line[i] != '"' && line[i] != '\\' {
				word.WriteByte('\\')
			}
			word.WriteByte(line[i])
		default:
			word.WriteByte(c)
		}
	}
	return 0, fmt.Errorf("the quote %c is never closed", quote)
}
