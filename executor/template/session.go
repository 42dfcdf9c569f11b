package template

import (
	"context"
	"strconv"
	"strings"

	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

// session is one call of a Templar: the variables of one scope, each computed at most once and only when read.
// It is what filters and lookups find behind jinja.Call.Resolver.
type session struct {
	*Templar
	ctx   context.Context
	scope Scope
	vars  map[string]value.Value
	stack []*lazy
	// noLookups refuses lookups.
	noLookups bool
	// subdir is where first_found looks in a loop, by the task's action; "" is files.
	subdir string
	depth  int
	nested map[value.Str]bool // see embedded.go
}

func (t *Templar) session(ctx context.Context, s Scope) *session {
	return &session{Templar: t, ctx: ctx, scope: s, vars: map[string]value.Value{}, noLookups: t.cfg.NoLookups}
}

// sessionOf finds the session behind a call; nil where a template runs without this package.
func sessionOf(c call.Context) *session {
	s, _ := c.Resolver().(*session)
	return s
}

// Lookup implements jinja.Resolver.
func (s *session) Lookup(name string) (value.Value, bool, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, false, err
	}
	bound, ok := s.vars[name]
	if !ok {
		raw, found := s.scope.Lookup(name)
		if !found {
			return nil, false, nil
		}
		bound = s.bind(name, raw)
		s.vars[name] = bound
	}
	v, err := value.Force(bound)
	return v, true, err
}

// bind makes a raw value of the scope readable: templates and containers become lazy, everything else stays.
func (s *session) bind(label string, raw value.Value) value.Value {
	switch r := raw.(type) {
	case value.Template:
		if !IsTemplate(r.Text) {
			return &lazy{s: s, label: label, raw: raw, val: value.Str(r.Text), done: true}
		}
	case *value.Dict, *value.List, value.Tuple, value.Lazy:
	default:
		return raw
	}
	return &lazy{s: s, label: label, raw: raw}
}

// lazy is a raw value bound to a session. Containers are copied one level at a time, so that reading one fact does not
// cost a copy of all, and so that a template that appends to a list never changes the scope.
type lazy struct {
	s       *session
	label   string
	raw     value.Value
	val     value.Value
	err     error
	done    bool
	forcing bool
}

// TypeName implements value.Value.
func (l *lazy) TypeName() string {
	if v, err := l.Force(); err == nil {
		return v.TypeName()
	}
	return l.raw.TypeName()
}

func (l *lazy) described() string {
	if t, ok := l.raw.(value.Template); ok && t.Origin != nil {
		return "'" + l.label + "' (" + t.Origin.String() + ")"
	}
	return "'" + l.label + "'"
}

// Force implements value.Lazy.
func (l *lazy) Force() (value.Value, error) {
	if l.done {
		return l.val, l.err
	}
	if l.forcing {
		return nil, l.loop()
	}
	l.forcing = true
	l.s.stack = append(l.s.stack, l)
	l.val, l.err = l.compute()
	l.s.stack = l.s.stack[:len(l.s.stack)-1]
	l.forcing, l.done = false, true
	return l.val, l.err
}

func (l *lazy) compute() (value.Value, error) {
	raw := l.raw
	if _, ok := raw.(value.Lazy); ok { // a vault value, another host's variable
		var err error
		if raw, err = l.s.force(raw); err != nil {
			return nil, err
		}
	}
	switch raw := raw.(type) {
	case value.Template:
		v, err := l.s.render(raw)
		if IsUndefined(err) {
			// Undefined in turn, so that default() and "is defined" of whoever reads it work.
			return &value.Undefined{Name: value.Str(l.label), Hint: err.Error(), Kind: value.UndefinedError, Cause: err}, nil
		}
		return v, err
	case *value.List:
		return list(l.children(raw.Items)), nil
	case value.Tuple:
		if l.s.cfg.Compat == Classic { // a tuple is a list once it has been a variable
			return list(l.children(raw)), nil
		}
		return value.Tuple(l.children(raw)), nil
	case *value.Dict:
		out := value.NewDict()
		for k, v := range raw.All() {
			key := k
			if t, ok := k.(value.Template); ok {
				key = value.Str(t.Text)
			}
			if err := out.Set(key, l.s.bind(l.label+"."+keyLabel(key), v)); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return raw, nil
}

func (l *lazy) children(items []value.Value) []value.Value {
	out := make([]value.Value, len(items))
	for i, item := range items {
		out[i] = l.s.bind(l.label+"["+strconv.Itoa(i)+"]", item)
	}
	return out
}

func keyLabel(k value.Value) string {
	if s, ok := textOf(k); ok {
		return s
	}
	return shown(k)
}

// loop is the error of a variable that needs itself: the names on the way and where each is defined.
func (l *lazy) loop() error {
	var names, places []string
	seen := false
	for _, other := range l.s.stack {
		if seen = seen || other == l; seen {
			names = append(names, other.label)
			places = append(places, other.described())
		}
	}
	names = append(names, l.label)
	e := &Error{
		Kind: value.RecursionError, Line: 1, Column: 1,
		Msg:  "recursive loop detected: " + strings.Join(names, " -> ") + " (" + strings.Join(places, ", ") + ")",
		Hint: "let one of them not refer to the others",
	}
	if t, ok := l.raw.(value.Template); ok {
		e.Text = t.Text
		e.Place = place(t, e)
	}
	return e
}
