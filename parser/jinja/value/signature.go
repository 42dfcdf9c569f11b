package value

import (
	"fmt"
	"strings"
)

// Signature is the parameter list of a Python function, to bind arguments as Python would and fail in its words.
type Signature struct {
	name     string
	params   []string
	required int
	varargs  bool
	kwargs   bool
}

// NewSignature reads a parameter list: "x" is required, "x=" optional, "*" takes further positional arguments
// and "**" further named ones. Name is the one that Python uses in its messages.
func NewSignature(name string, params ...string) *Signature {
	s := &Signature{name: name}
	for _, p := range params {
		switch {
		case p == "*":
			s.varargs = true
		case p == "**":
			s.kwargs = true
		case strings.HasSuffix(p, "="):
			s.params = append(s.params, p[:len(p)-1])
		default:
			s.params = append(s.params, p)
			s.required = len(s.params)
		}
	}
	return s
}

// Bound are arguments in the order of the parameters, nil for those not given.
type Bound struct {
	Values []Value
	// Extra are further positional arguments, ExtraKw further named ones.
	Extra   []Value
	ExtraKw []Kwarg
}

// Bind puts each argument to its parameter.
func (s *Signature) Bind(a *Args) (Bound, error) {
	b := Bound{Values: make([]Value, len(s.params))}
	n := copy(b.Values, a.Pos)
	if n < len(a.Pos) {
		if !s.varargs {
			return b, s.tooMany(len(a.Pos))
		}
		b.Extra = a.Pos[n:]
	}
	for _, kw := range a.Kw {
		i := s.index(kw.Name)
		switch {
		case i >= 0 && b.Values[i] != nil:
			return b, Errorf(TypeError, "%s() got multiple values for argument '%s'", s.name, kw.Name)
		case i >= 0:
			b.Values[i] = kw.Value
		case s.kwargs:
			b.ExtraKw = append(b.ExtraKw, kw)
		default:
			return b, Errorf(TypeError, "%s() got an unexpected keyword argument '%s'", s.name, kw.Name)
		}
	}
	return b, s.missing(b.Values)
}

func (s *Signature) index(name string) int {
	for i, p := range s.params {
		if p == name {
			return i
		}
	}
	return -1
}

func (s *Signature) tooMany(given int) error {
	takes, most := fmt.Sprint(len(s.params)), len(s.params)
	if s.required < len(s.params) {
		takes = fmt.Sprintf("from %d to %d", s.required, len(s.params))
	}
	were := "were"
	if given == 1 {
		were = "was"
	}
	return Errorf(TypeError, "%s() takes %s positional argument%s but %d %s given", s.name, takes, plural(most), given, were)
}

func (s *Signature) missing(values []Value) error {
	var names []string
	for i, v := range values[:s.required] {
		if v == nil {
			names = append(names, "'"+s.params[i]+"'")
		}
	}
	if len(names) == 0 {
		return nil
	}
	list := names[0]
	switch n := len(names); {
	case n == 2:
		list = names[0] + " and " + names[1]
	case n > 2:
		list = strings.Join(names[:n-1], ", ") + ", and " + names[n-1]
	}
	return Errorf(TypeError, "%s() missing %d required positional argument%s: %s", s.name, len(names), plural(len(names)), list)
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// Or is the i-th argument, or what to take where it was not given.
func (b Bound) Or(i int, def Value) Value {
	if v := b.Values[i]; v != nil {
		return v
	}
	return def
}

// Flag is the truth of the i-th argument, or def where it was not given.
func (b Bound) Flag(i int, def bool) (bool, error) {
	if v := b.Values[i]; v != nil {
		return Truth(v)
	}
	return def, nil
}
