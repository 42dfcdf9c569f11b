package builtin

import (
	"strings"

	"pylint-deploy/parser/jinja/value"
)

// PrettyPrint is Python's pprint.pformat: within 80 columns, keys sorted.
func PrettyPrint(v value.Value) (string, error) {
	p := &pretty{width: 80}
	err := p.format(v, 0, 0, 0)
	return p.b.String(), err
}

// pretty lays values out: on one line if they fit, else one item a line, indented by one.
type pretty struct {
	b     strings.Builder
	width int
}

// sorted is v with its dicts in order of their keys, as pprint shows them.
func sorted(v value.Value, depth int) (value.Value, error) {
	if depth > 200 {
		return nil, value.Errorf(value.RecursionError, "maximum recursion depth exceeded")
	}
	v, err := value.Force(v)
	if err != nil {
		return nil, err
	}
	items := func(in []value.Value) ([]value.Value, error) {
		out := make([]value.Value, len(in))
		for i := range in {
			var err error
			if out[i], err = sorted(in[i], depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	switch v := v.(type) {
	case *value.List:
		out, err := items(v.Items)
		return value.NewList(out...), err
	case value.Tuple:
		out, err := items(v)
		return value.Tuple(out), err
	case *value.Dict:
		keys := v.Keys()
		if err := value.Sort(keys, nil, false); err != nil {
			// Keys that do not compare go by the name of their type; pprint has no better order either.
			keys = v.Keys()
			byType := func(k value.Value) (value.Value, error) { return value.Str(k.TypeName()), nil }
			if err := value.Sort(keys, byType, false); err != nil {
				return nil, err
			}
		}
		out := value.NewDict()
		for _, k := range keys {
			item, _ := v.Get(k)
			item, err := sorted(item, depth+1)
			if err != nil {
				return nil, err
			}
			if err := out.Set(k, item); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

// format writes v at a column, leaving room for what follows it on its last line.
func (p *pretty) format(v value.Value, indent, allowance, depth int) error {
	v, err := sorted(v, depth)
	if err != nil {
		return err
	}
	text, err := value.Repr(v)
	if err != nil {
		return err
	}
	if len([]rune(text)) <= p.width-indent-allowance {
		p.b.WriteString(text)
		return nil
	}
	switch v := v.(type) {
	case *value.Dict:
		return p.dict(v, indent, allowance, depth)
	case *value.List:
		return p.items("[", "]", v.Items, indent, allowance, depth)
	case value.Tuple:
		shut := ")"
		if len(v) == 1 {
			shut = ",)"
		}
		return p.items("(", shut, v, indent, allowance, depth)
	case value.Str:
		p.str(string(v), indent, allowance, depth)
		return nil
	}
	p.b.WriteString(text)
	return nil
}

func (p *pretty) items(open, shut string, items []value.Value, indent, allowance, depth int) error {
	p.b.WriteString(open)
	for i, item := range items {
		room := 1
		if i == len(items)-1 {
			room = allowance + len(shut)
		}
		if err := p.format(item, indent+1, room, depth+1); err != nil {
			return err
		}
		if i < len(items)-1 {
			p.b.WriteString(",\n" + strings.Repeat(" ", indent+1))
		}
	}
	p.b.WriteString(shut)
	return nil
}

func (p *pretty) dict(d *value.Dict, indent, allowance, depth int) error {
	p.b.WriteString("{")
	i := 0
	for k, v := range d.All() {
		key, err := value.Repr(k)
		if err != nil {
			return err
		}
		p.b.WriteString(key + ": ")
		room := 1
		if i == d.Len()-1 {
			room = allowance + 1
		}
		if err := p.format(v, indent+1+len([]rune(key))+2, room, depth+1); err != nil {
			return err
		}
		if i++; i < d.Len() {
			p.b.WriteString(",\n" + strings.Repeat(" ", indent+1))
		}
	}
	p.b.WriteString("}")
	return nil
}

// str writes a long text as several literals, broken behind white space.
func (p *pretty) str(s string, indent, allowance, depth int) {
	if depth == 0 {
		indent++
		allowance++
	}
	var chunks []string
	lines := value.SplitLines(s, true)
	for i, line := range lines {
		room := p.width - indent
		if i == len(lines)-1 {
			room -= allowance
		}
		if r := quotedText(line); len([]rune(r)) <= room {
			chunks = append(chunks, r)
			continue
		}
		chunks = append(chunks, p.breakLine(line, indent, allowance, i == len(lines)-1)...)
	}
	text := strings.Join(chunks, "\n"+strings.Repeat(" ", indent))
	if len(chunks) > 1 && depth == 0 {
		text = "(" + text + ")"
	}
	p.b.WriteString(text)
}

func (p *pretty) breakLine(line string, indent, allowance int, last bool) []string {
	var out []string
	current := ""
	parts := nonBlank(line)
	for j, part := range parts {
		room := p.width - indent
		if j == len(parts)-1 && last {
			room -= allowance
		}
		if len([]rune(quotedText(current+part))) > room {
			if current != "" {
				out = append(out, quotedText(current))
			}
			current = part
		} else {
			current += part
		}
	}
	if current != "" {
		out = append(out, quotedText(current))
	}
	return out
}

// nonBlank splits into words, each with the white space that follows it.
func nonBlank(s string) []string {
	var out []string
	for s != "" {
		end := strings.IndexFunc(s, value.IsSpace)
		if end < 0 {
			return append(out, s)
		}
		rest := strings.TrimLeftFunc(s[end:], value.IsSpace)
		out = append(out, s[:len(s)-len(rest)])
		s = rest
	}
	return out
}

func quotedText(s string) string {
	r, _ := value.Repr(value.Str(s))
	return r
}
