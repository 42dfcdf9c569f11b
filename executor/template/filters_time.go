package template

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/template/pyrandom"
	"pylint-deploy/executor/template/pytime"
	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
)

// timeFilters deal with the clock and with chance.
var timeFilters = map[string]jinja.Filter{
	"to_datetime": def("to_datetime", "string format=", toDatetime),
	"strftime":    def("strftime", "string_format second= utc=", strftime),
	"random":      def("rand", "end start= step= seed=", randomFilter),
	"shuffle":     def("randomize_list", "mylist seed=", shuffle),
}

func toDatetime(a *arguments) (value.Value, error) {
	s, err := a.path(0, "to_datetime")
	if err != nil {
		return nil, value.Errorf(value.TypeError, "strptime() argument 1 must be str, not %s", a.Values[0].TypeName())
	}
	layout, err := a.textOr(1, "%Y-%m-%d %H:%M:%S")
	if err != nil {
		return nil, err
	}
	return pytime.Parse(s, layout)
}

func strftime(a *arguments) (value.Value, error) {
	layout, err := a.text(0)
	if err != nil {
		return nil, err
	}
	utc, err := a.Flag(2, false)
	if err != nil {
		return nil, err
	}
	moment := clockOf(a)
	if a.has(1) {
		v, err := a.defined(1)
		if err != nil {
			return nil, err
		}
		seconds, ok := toFloat(v)
		if s, isText := textOf(v); isText {
			seconds, err = strconv.ParseFloat(strings.TrimSpace(s), 64)
			ok = err == nil
		}
		if !ok || math.IsNaN(seconds) || math.Abs(seconds) > 1e13 {
			return nil, value.Errorf(value.ValueError, "Invalid value for epoch value (%s)", shown(v))
		}
		moment = time.Unix(int64(math.Floor(seconds)), 0)
	}
	if utc {
		return value.Str(pytime.Format(strings.ReplaceAll(layout, "%Z", "GMT"), moment.UTC())), nil
	}
	return value.Str(pytime.Format(layout, moment.Local())), nil
}

// seeded makes Python's generator from a seed argument; nil means a random one.
func seeded(v value.Value) (*pyrandom.Random, error) {
	switch s := v.(type) {
	case nil, value.NoneType:
		return nil, nil
	case value.Str:
		return pyrandom.NewStr(string(s)), nil
	case value.Int:
		return pyrandom.NewInt(big.NewInt(int64(s))), nil
	case *value.BigInt:
		return pyrandom.NewInt(s.Int), nil
	case value.Bool:
		n, _ := toInt(s)
		return pyrandom.NewInt(big.NewInt(n)), nil
	case value.Float:
		if f := float64(s); f == math.Trunc(f) && math.Abs(f) < 1<<60 {
			return pyrandom.NewInt(big.NewInt(int64(f))), nil
		}
		return nil, value.Errorf(value.TypeError, "a seed with a fraction is not supported; use an int or a string")
	case *value.Undefined:
		return nil, s.Err()
	}
	return nil, value.Errorf(value.TypeError, "The only supported seed types are: None, int, float, str, bytes, and bytearray.")
}

func below(r *pyrandom.Random, n int64) int64 {
	if r == nil {
		return rand.Int64N(n)
	}
	return r.Below(n)
}

func randomFilter(a *arguments) (value.Value, error) {
	r, err := seeded(a.Values[3])
	if err != nil {
		return nil, err
	}
	end, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	if n, ok := end.(value.Int); ok {
		return randrange(a, r, int64(n))
	}
	if _, ok := toFloat(end); ok || end == value.None {
		return nil, value.Errorf(value.TypeError, "random can only be used on sequences and integers")
	}
	if a.has(1) || a.has(2) {
		return nil, value.Errorf(value.ValueError, "start and step can only be used with integer values")
	}
	items, err := value.ToSlice(end)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, value.Errorf(value.IndexError, "Cannot choose from an empty sequence")
	}
	return items[below(r, int64(len(items)))], nil
}

func randrange(a *arguments, r *pyrandom.Random, end int64) (value.Value, error) {
	start, err := a.intOr(1, 0)
	if err != nil {
		return nil, err
	}
	step, err := a.intOr(2, 1)
	if err != nil {
		return nil, err
	}
	if step == 0 {
		step = 1
	}
	if r == nil {
		r = pyrandom.NewInt(new(big.Int).SetUint64(rand.Uint64()))
	}
	n, err := r.Range(start, end, step)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "%s", err.Error())
	}
	return value.Int(n), nil
}

func shuffle(a *arguments) (value.Value, error) {
	in, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	items, err := value.ToSlice(in)
	if err != nil {
		return in, nil // what has no items is given back, as Ansible does
	}
	items = append([]value.Value{}, items...)
	r, err := seeded(a.Values[1])
	if err != nil {
		return nil, err
	}
	swap := func(i, j int) { items[i], items[j] = items[j], items[i] }
	if r == nil || a.Values[1] == value.Value(value.Str("")) || a.Values[1] == value.Value(value.Int(0)) {
		rand.Shuffle(len(items), swap)
	} else {
		r.Shuffle(len(items), swap)
	}
	return list(items), nil
}
