package builtin

import (
	"pylint-deploy/parser/jinja/call"
	"pylint-deploy/parser/jinja/value"
)

// Globals are Jinja's functions by name, in a new map.
func Globals() map[string]value.Value {
	return map[string]value.Value{
		"range":     &call.Function{Name: "range", Fn: rangeFunction},
		"dict":      value.NewFunc("dict", newDict),
		"namespace": value.NewFunc("namespace", newNamespace),
		"cycler":    value.NewFunc("cycler", newCycler),
		"joiner":    value.NewFunc("joiner", newJoiner),
		"lipsum":    value.NewFunc("lipsum", lipsum),
	}
}

// rangeFunction is the sandbox's range, which is bounded.
func rangeFunction(c *call.Call) (value.Value, error) {
	n := len(c.Pos)
	switch {
	case len(c.Kw) > 0:
		return nil, value.Errorf(value.TypeError, "range() takes no keyword arguments")
	case n == 0:
		return nil, value.Errorf(value.TypeError, "range expected at least 1 argument, got 0")
	case n > 3:
		return nil, value.Errorf(value.TypeError, "range expected at most 3 arguments, got %d", n)
	}
	var parts [3]int64
	for i, v := range c.Pos {
		p, err := value.Index(v)
		if err != nil {
			return nil, err
		}
		parts[i] = int64(p)
	}
	r := &value.Range{Stop: parts[0], Step: 1}
	if n > 1 {
		r.Start, r.Stop = parts[0], parts[1]
	}
	if n > 2 {
		r.Step = parts[2]
	}
	if r.Step == 0 {
		return nil, value.Errorf(value.ValueError, "range() arg 3 must not be zero")
	}
	if most := c.RangeLimit(); r.Len() > most {
		return nil, value.Errorf(value.BudgetError, "Range too big. The engine blocks ranges larger than %d.", most)
	}
	return r, nil
}

func newDict(a *value.Args) (value.Value, error) {
	if len(a.Pos) > 1 {
		return nil, value.Errorf(value.TypeError, "dict expected at most 1 argument, got %d", len(a.Pos))
	}
	d := value.NewDict()
	return d, d.Update(a)
}

func newNamespace(a *value.Args) (value.Value, error) {
	d, err := newDict(a)
	if err != nil {
		return nil, err
	}
	return &value.Namespace{Attrs: d.(*value.Dict)}, nil
}

// cycler gives its items in turn.
type cycler struct {
	items []value.Value
	pos   int
}

func newCycler(a *value.Args) (value.Value, error) {
	if len(a.Pos) == 0 {
		return nil, value.Errorf(value.RuntimeError, "at least one item has to be provided")
	}
	return &cycler{items: append([]value.Value(nil), a.Pos...)}, nil
}

// TypeName implements value.Value.
func (*cycler) TypeName() string { return "Cycler" }

// Attr implements value.AttrGetter.
func (c *cycler) Attr(name string) (value.Value, bool) {
	switch name {
	case "current":
		return c.items[c.pos], true
	case "items":
		return append(value.Tuple(nil), c.items...), true
	case "pos":
		return value.Int(c.pos), true
	case "next":
		return value.NewFunc("next", func(*value.Args) (value.Value, error) {
			v := c.items[c.pos]
			c.pos = (c.pos + 1) % len(c.items)
			return v, nil
		}), true
	case "reset":
		return value.NewFunc("reset", func(*value.Args) (value.Value, error) {
			c.pos = 0
			return value.None, nil
		}), true
	}
	return nil, false
}

// joiner gives nothing when first called, and its separator from then on.
type joiner struct {
	sep  value.Value
	used bool
}

func newJoiner(a *value.Args) (value.Value, error) {
	b, err := value.NewSignature("Joiner.__init__", "sep=").Bind(a)
	if err != nil {
		return nil, err
	}
	return &joiner{sep: b.Or(0, value.Str(", "))}, nil
}

// TypeName implements value.Value.
func (*joiner) TypeName() string { return "Joiner" }

// Call implements value.Callable.
func (j *joiner) Call(*value.Args) (value.Value, error) {
	if j.used {
		return j.sep, nil
	}
	j.used = true
	return value.Str(""), nil
}
