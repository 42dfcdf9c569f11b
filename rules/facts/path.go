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
	if !anchored(a) || !anchored(b) {
		return Undecided
	}
	for {
		s, t := nextSegment(&a), nextSegment(&b)
		switch {
		case s == t && s == "":
			return Equal
		case s == "":
			return Ancestor
		case t == "":
			return Descendant
		case s == t:
			continue
		case symbolic(s) || symbolic(t):
			return Undecided
		}
		return Disjoint
	}
}

// anchored tells that a path starts at a known place, and that each of its templates has an end.
func anchored(p string) bool {
	if !absolute(p) {
		return false
	}
	for {
		_, after, opened := strings.Cut(p, "{{")
		if !opened {
			return true
		}
		_, rest, closed := strings.Cut(after, "}}")
		if !closed {
			return false
		}
		p = rest
	}
}

// nextSegment takes the first segment off a path, "" at its end. Slashes inside templates do not count, nor do blanks at their edges.
func nextSegment(p *string) string {
	for {
		rest := strings.TrimLeft(*p, "/")
		end := strings.IndexByte(rest, '/')
		if end < 0 {
			end = len(rest)
		}
		if !strings.Contains(rest[:end], "{{") {
			*p = rest[end:]
			if rest[:end] != "." {
				return rest[:end]
			}
			continue
		}
		return templatedSegment(p, rest)
	}
}

// templatedSegment is nextSegment where there is a template: it is written in one way.
func templatedSegment(p *string, rest string) string {
	var b strings.Builder
	for i := 0; i < len(rest); i++ {
		switch {
		case strings.HasPrefix(rest[i:], "{{"):
			n := strings.Index(rest[i:], "}}")
			b.WriteString("{{ " + strings.Join(strings.Fields(rest[i+2:i+n]), " ") + " }}")
			i += n + 1
		case rest[i] == '/':
			*p = rest[i:]
			return b.String()
		default:
			b.WriteByte(rest[i])
		}
	}
	*p = ""
	return b.String()
}

// segments splits a path at its slashes. A relative path cannot be compared.
func segments(p string) ([]string, bool) {
	if !anchored(p) {
		return nil, false
	}
	var out []string
	for s := nextSegment(&p); s != ""; s = nextSegment(&p) {
		out = append(out, s)
	}
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
