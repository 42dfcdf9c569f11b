package facts

import (
	"strconv"
	"strings"

	"pylint-deploy/parser/playbook"
	"pylint-deploy/parser/source"
)

// scope knows the values that variables have for certain: from defaults, vars, group_vars, as far as all places that
// can give one agree. A name that a task sets while the play runs is never constant.
type scope struct {
	parent *scope
	vars   *source.Node // a mapping, or nil
	// runtime are names set by register, set_fact and the like; only on the scope of a play.
	runtime map[string]bool
	// spread are names that different hosts or groups see differently; only on the outermost scope.
	spread map[string]bool
	// roles are the scopes inside this one that roles make, found once for all their tasks.
	roles map[*playbook.Role]*scope
}

func (s *scope) push(vars *source.Node) *scope {
	if vars == nil || vars.Kind != source.Mapping || len(vars.Pairs) == 0 {
		return s
	}
	return &scope{parent: s, vars: vars}
}

// lookup finds a variable's node. known tells that the name is defined somewhere even if its value is not constant.
func (s *scope) lookup(name string) (n *source.Node, known bool) {
	for at := s; at != nil; at = at.parent {
		if at.runtime[name] || at.spread[name] {
			return nil, true
		}
	}
	for at := s; at != nil; at = at.parent {
		if n := at.vars.Get(name); n != nil {
			return n, true
		}
	}
	return nil, false
}

// maxNesting bounds variables that name variables.
const maxNesting = 12

// text substitutes what is constant in a text; what is not stays as written.
func (s *scope) text(text string) string {
	out, _ := s.expand(text, 0)
	return out
}

// constant is text where everything in it is constant.
func (s *scope) constant(text string) (string, bool) { return s.expand(text, 0) }

func (s *scope) expand(text string, depth int) (string, bool) {
	if !strings.Contains(text, "{{") {
		return text, !strings.Contains(text, "{%")
	}
	if depth > maxNesting {
		return text, false
	}
	var b strings.Builder
	whole := !strings.Contains(text, "{%")
	for {
		before, rest, ok := strings.Cut(text, "{{")
		b.WriteString(before)
		if !ok {
			return b.String(), whole
		}
		inner, after, ok := cutTemplate(rest)
		if !ok {
			b.WriteString("{{" + rest)
			return b.String(), false
		}
		if value, ok := s.value(inner, depth+1); ok {
			b.WriteString(value)
		} else {
			b.WriteString("{{ " + strings.TrimSpace(inner) + " }}")
			whole = false
		}
		text = after
	}
}

// cutTemplate splits at the }} that closes, quotes respected.
func cutTemplate(s string) (inner, after string, ok bool) {
	var quote byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '}' && strings.HasPrefix(s[i:], "}}"):
			return strings.Trim(s[:i], "-"), s[i+2:], true
		}
	}
	return "", "", false
}

// value evaluates the expressions that paths and names are made of: names, attributes, literals, + and ~, default().
func (s *scope) value(expr string, depth int) (string, bool) {
	if depth > maxNesting {
		return "", false
	}
	parts := splitTop(expr, "+~")
	if len(parts) > 1 {
		var b strings.Builder
		for _, p := range parts {
			v, ok := s.value(p, depth+1)
			if !ok {
				return "", false
			}
			b.WriteString(v)
		}
		return b.String(), true
	}
	filters := splitTop(expr, "|")
	v, found, ok := s.atom(strings.TrimSpace(filters[0]), depth)
	for _, f := range filters[1:] {
		f = strings.TrimSpace(f)
		name, args, _ := strings.Cut(f, "(")
		switch strings.TrimSpace(name) {
		case "default", "d":
			if ok || found {
				continue
			}
			v, found, ok = s.atom(strings.TrimSpace(splitTop(strings.TrimSuffix(strings.TrimSpace(args), ")"), ",")[0]), depth)
		case "string", "int", "quote", "trim", "expanduser", "mandatory", "to_text":
		case "lower":
			v = strings.ToLower(v)
		case "upper":
			v = strings.ToUpper(v)
		case "basename":
			v = v[strings.LastIndexByte(v, '/')+1:]
		case "dirname":
			v = parent(v)
		default:
			return "", false
		}
	}
	return v, ok
}

// atom evaluates a literal, a name or an attribute of one. found tells that a name is defined, constant or not.
func (s *scope) atom(a string, depth int) (v string, found, ok bool) {
	if n := len(a); n >= 2 && (a[0] == '\'' || a[0] == '"') && a[n-1] == a[0] && !strings.ContainsRune(a[1:n-1], rune(a[0])) {
		return a[1 : n-1], true, true
	}
	if _, err := strconv.Atoi(a); err == nil {
		return a, true, true
	}
	if n := len(a); n >= 2 && a[0] == '(' && a[n-1] == ')' {
		v, ok := s.value(a[1:n-1], depth+1)
		return v, true, ok
	}
	n, found := s.node(a)
	if n == nil || !n.IsScalar() || n.Kind == source.Null || n.Tag() == "!vault" {
		return "", found, false
	}
	v, ok = s.expand(n.Text, depth+1)
	return v, found, ok
}

// node follows a dotted or bracketed path into a variable.
func (s *scope) node(a string) (*source.Node, bool) {
	path, ok := dotted(a)
	if !ok {
		return nil, true // an expression: who knows
	}
	n, found := s.lookup(path[0])
	for _, key := range path[1:] {
		if n == nil {
			return nil, found
		}
		if n.Kind == source.Sequence {
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(n.Items) {
				return nil, found
			}
			n = n.Items[i]
			continue
		}
		n = n.Get(key)
	}
	return n, found
}

// dotted splits a.b['c'][0] into its keys.
func dotted(a string) ([]string, bool) {
	var out []string
	var b strings.Builder
	for i := 0; i < len(a); i++ {
		switch c := a[i]; {
		case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
			b.WriteByte(c)
		case c == '.':
			if b.Len() == 0 {
				return nil, false
			}
			out = append(out, b.String())
			b.Reset()
		case c == '[':
			end := strings.IndexByte(a[i:], ']')
			if end < 0 {
				return nil, false
			}
			if b.Len() > 0 {
				out = append(out, b.String())
				b.Reset()
			}
			key := strings.TrimSpace(a[i+1 : i+end])
			if n := len(key); n >= 2 && (key[0] == '\'' || key[0] == '"') {
				key = key[1 : n-1]
			} else if _, err := strconv.Atoi(key); err != nil {
				return nil, false
			}
			out = append(out, key)
			i += end
			if i+1 < len(a) && a[i+1] == '.' {
				i++
			}
		default:
			return nil, false
		}
	}
	if b.Len() > 0 {
		out = append(out, b.String())
	}
	return out, len(out) > 0 && !(out[0][0] >= '0' && out[0][0] <= '9')
}

// splitTop splits at single characters outside quotes and brackets.
func splitTop(s, at string) []string {
	var out []string
	var quote byte
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		case depth == 0 && strings.IndexByte(at, c) >= 0:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// list gives the constant strings that a node stands for: one scalar, a sequence, or a variable that is one.
func (s *scope) list(n *source.Node) ([]string, bool) {
	n = s.resolve(n)
	if n == nil {
		return nil, false
	}
	if n.Kind != source.Sequence {
		v, ok := s.constant(n.Text)
		return []string{v}, ok && n.IsScalar()
	}
	var out []string
	whole := true
	for _, item := range n.Items {
		if item = s.resolve(item); item == nil {
			whole = false
			continue
		}
		if item.Kind == source.Sequence { // with_items flattens
			more, ok := s.list(item)
			out, whole = append(out, more...), whole && ok
			continue
		}
		v, ok := s.constant(item.Text)
		if ok && item.IsScalar() {
			out = append(out, v)
		}
		whole = whole && ok && item.IsScalar()
	}
	return out, whole
}

// resolve follows a node that is nothing but {{ name }} to the variable's node.
func (s *scope) resolve(n *source.Node) *source.Node {
	for range maxNesting {
		if n == nil || n.Kind != source.String {
			return n
		}
		t := strings.TrimSpace(n.Text)
		if !strings.HasPrefix(t, "{{") || !strings.HasSuffix(t, "}}") || strings.Count(t, "{{") != 1 {
			return n
		}
		inner := strings.TrimSpace(t[2 : len(t)-2])
		if _, ok := dotted(inner); !ok {
			return n
		}
		next, _ := s.node(inner)
		if next == nil {
			return n
		}
		n = next
	}
	return n
}
