package facts

import "strings"

// Relation is how two paths stand to each other.
type Relation string

// The relations. Unknown is the answer wherever a template could decide.
const (
	Equal      Relation = "equal"
	Ancestor   Relation = "ancestor"   // the first contains the second
	Descendant Relation = "descendant" // the second contains the first
	Disjoint   Relation = "disjoint"
	Undecided  Relation = "unknown"
)

// Compare compares two paths symbolically: templates that are written alike are alike, others may be anything.
func Compare(a, b string) Relation {
	if a == b && absolute(a) && !strings.Contains(a, "{{") {
		return Equal
	}
	as, aok := segments(a)
	bs, bok := segments(b)
	if !aok || !bok {
		return Undecided
	}
	for i := 0; i < len(as) && i < len(bs); i++ {
		if as[i] == bs[i] {
			continue
		}
		if symbolic(as[i]) || symbolic(bs[i]) {
			return Undecided
		}
		return Disjoint
	}
	switch {
	case len(as) == len(bs):
		return Equal
	case len(as) < len(bs):
		return Ancestor
	default:
		return Descendant
	}
}

// segments splits a path at its slashes, those inside templates not counted. A relative path cannot be compared.
func segments(p string) ([]string, bool) {
	if !absolute(p) {
		return nil, false
	}
	var out []string
	var b strings.Builder
	flush := func() {
		if s := b.String(); s != "" && s != "." {
			out = append(out, s)
		}
		b.Reset()
	}
	for i := 0; i < len(p); {
		if strings.HasPrefix(p[i:], "{{") {
			n := strings.Index(p[i:], "}}")
			if n < 0 {
				return nil, false
			}
			b.WriteString("{{ " + strings.Join(strings.Fields(p[i+2:i+n]), " ") + " }}")
			i += n + 2
			continue
		}
		if p[i] == '/' {
			flush()
		} else {
			b.WriteByte(p[i])
		}
		i++
	}
	flush()
	return out, true
}

// absolute tells of paths that start at a known place: the root, a home directory, or a template.
func absolute(p string) bool {
	return strings.HasPrefix(p, "/") || strings.HasPrefix(p, "~") || strings.HasPrefix(p, "{{") || strings.HasPrefix(p, "$")
}

func symbolic(segment string) bool {
	return strings.Contains(segment, "{{") || strings.ContainsAny(segment, "$*?[") || segment == ".." || strings.HasPrefix(segment, "~")
}

// literal tells that no part of a path is a template or pattern.
func literal(p string) bool {
	return p != "" && !strings.Contains(p, "{{") && !strings.Contains(p, "{%") && !strings.ContainsAny(p, "$*?[")
}

// canonical is a text that two paths share exactly where Compare finds them Equal: its segments, each behind a NUL (a template may hold a slash).
func canonical(p string) (string, bool) {
	segs, ok := segments(p)
	if !ok {
		return "", false
	}
	var b strings.Builder
	for _, s := range segs {
		b.WriteString("\x00" + s)
	}
	return b.String(), true
}

// under tells that path is dir or below it, for certain.
func under(dir, path string) bool {
	r := Compare(dir, path)
	return r == Equal || r == Ancestor
}

func join(dir, path string) string {
	if dir == "" || absolute(path) || path == "" {
		return path
	}
	return strings.TrimSuffix(dir, "/") + "/" + strings.TrimPrefix(path, "./")
}

func parent(p string) string {
	p = strings.TrimSuffix(p, "/")
	i := strings.LastIndexByte(p, '/')
	if i <= 0 || strings.Contains(p[i:], "}}") && !strings.Contains(p[i:], "{{") {
		return ""
	}
	return p[:i]
}
