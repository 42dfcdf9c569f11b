package template

import (
	"slices"
	"strings"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/builtin"
	"pylint-deploy/parser/jinja/value"
)

// textFilters shape text.
var textFilters = map[string]jinja.Filter{
	"comment": def("comment", "text style= **", comment),
	"split":   def("split", "string sep= maxsplit=", splitFilter),
	"format":  formatFilter,
}

var jinjaFormat = builtin.Filters()["format"]

// formatFilter is Jinja's, which under the rules of Classic shows an undefined value by %r.
func formatFilter(c *jinja.Call) (value.Value, error) {
	if s := sessionOf(c); s == nil || s.cfg.Compat != Classic {
		return jinjaFormat(c)
	}
	shown := *c
	shown.Pos = slices.Clone(c.Pos)
	for i, v := range shown.Pos {
		if u, ok := v.(*value.Undefined); ok && i > 0 && !u.Lenient {
			shown.Pos[i] = missing{u}
		}
	}
	return jinjaFormat(&shown)
}

// missing is an undefined value that may be looked at, but not printed.
type missing struct{ *value.Undefined }

// PyStr implements value.Printer.
func (m missing) PyStr() (string, error) { return "", m.Err() }

// PyRepr implements value.Representer.
func (m missing) PyRepr() (string, error) {
	if m.Obj != nil || m.Name == nil {
		return "AnsibleUndefined", nil
	}
	name, err := value.Repr(m.Name)
	return "AnsibleUndefined(hint=None, obj=missing, name=" + name + ")", err
}

func splitFilter(a *arguments) (value.Value, error) {
	s, err := a.path(0, "split")
	if err != nil {
		return nil, err
	}
	method, err := value.Attribute(value.Str(s), "split")
	if err != nil {
		return nil, err
	}
	args := &value.Args{}
	args.Pos = append(args.Pos, a.Or(1, value.None), a.Or(2, value.Int(-1)))
	return a.Invoke(method, args)
}

// commentStyles are the named styles of the filter comment.
var commentStyles = map[string]map[string]string{
	"plain":  {"decoration": "# "},
	"erlang": {"decoration": "% "},
	"c":      {"decoration": "// "},
	"cblock": {"beginning": "/*", "decoration": " * ", "end": " */"},
	"xml":    {"beginning": "<!--", "decoration": " - ", "end": "-->"},
}

func comment(a *arguments) (value.Value, error) {
	text, err := a.path(0, "comment")
	if err != nil {
		return nil, err
	}
	name, err := a.textOr(1, "plain")
	if err != nil {
		return nil, err
	}
	style, ok := commentStyles[name]
	if !ok {
		return nil, value.Errorf(value.KeyError, "comment style '%s' is not known (plain, erlang, c, cblock, xml)", name)
	}
	p := map[string]string{"newline": "\n"}
	for k, v := range style {
		p[k] = v
	}
	counts := map[string]int64{"prefix_count": 1, "postfix_count": 1}
	for _, kw := range a.ExtraKw {
		if _, ok := counts[kw.Name]; ok {
			counts[kw.Name], err = toInt(kw.Value)
		} else {
			p[kw.Name], err = value.ToStr(kw.Value)
		}
		if err != nil {
			return nil, err
		}
	}
	bare := strings.TrimRight(p["decoration"], " \t\n\r\v\f")
	for _, side := range []string{"prefix", "postfix"} {
		if _, given := p[side]; !given {
			p[side] = bare
		}
	}
	return value.Str(decorate(text, p, int(counts["prefix_count"]), int(counts["postfix_count"]))), nil
}

func decorate(text string, p map[string]string, prefixes, postfixes int) string {
	nl, deco := p["newline"], p["decoration"]
	var out strings.Builder
	if p["beginning"] != "" {
		out.WriteString(p["beginning"] + nl)
	}
	switch p["prefix"] {
	case "":
	case nl:
		out.WriteString(strings.Repeat(nl, max(prefixes, 0)))
	default:
		out.WriteString(strings.Repeat(p["prefix"]+nl, max(prefixes, 0)))
	}
	body := deco + strings.ReplaceAll(text, nl, nl+deco)
	out.WriteString(strings.ReplaceAll(body, deco+nl, strings.TrimRight(deco, " \t\n\r\v\f")+nl))
	out.WriteString(strings.Repeat(nl+p["postfix"], max(postfixes, 0)))
	if p["end"] != "" {
		out.WriteString(nl + p["end"])
	}
	return out.String()
}
