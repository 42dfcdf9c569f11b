package pytime

import (
	"time"

	"pylint-deploy/parser/jinja/value"
)

func method(name string, params []string, f func(b value.Bound) (value.Value, error)) value.Value {
	sig := value.NewSignature(name, params...)
	return value.NewFunc(name, func(a *value.Args) (value.Value, error) {
		b, err := sig.Bind(a)
		if err != nil {
			return nil, err
		}
		return f(b)
	})
}

func getter(name string, v func() value.Value) value.Value {
	return method(name, nil, func(value.Bound) (value.Value, error) { return v(), nil })
}

// Attr implements value.AttrGetter.
func (d Datetime) Attr(name string) (value.Value, bool) {
	if n, ok := d.number(name); ok {
		return value.Int(n), true
	}
	switch name {
	case "tzinfo":
		return value.None, true
	case "strftime":
		return method(name, []string{"format"}, func(b value.Bound) (value.Value, error) {
			layout, err := value.ToStr(b.Values[0])
			return value.Str(d.Strftime(layout)), err
		}), true
	case "isoformat":
		return method(name, []string{"sep=", "timespec="}, func(b value.Bound) (value.Value, error) {
			sep, err := value.ToStr(b.Or(0, value.Str("T")))
			return value.Str(d.Isoformat(sep)), err
		}), true
	case "replace":
		return method(name, []string{"year=", "month=", "day=", "hour=", "minute=", "second=", "microsecond="}, d.replace), true
	case "date":
		return getter(name, func() value.Value { return Date{d.midnight()} }), true
	case "time":
		return getter(name, func() value.Value { return Clock{d} }), true
	case "timestamp":
		return getter(name, func() value.Value { return value.Float(float64(d.instant().UnixMicro()) / 1e6) }), true
	case "weekday":
		return getter(name, func() value.Value { return value.Int(isoWeekday(d.Time) - 1) }), true
	case "isoweekday":
		return getter(name, func() value.Value { return value.Int(isoWeekday(d.Time)) }), true
	case "ctime":
		return getter(name, func() value.Value { return value.Str(d.Time.Format("Mon Jan _2 15:04:05 2006")) }), true
	case "toordinal":
		return getter(name, func() value.Value { return value.Int(d.Time.Unix()/86400 + 719163) }), true
	case "isocalendar":
		return getter(name, func() value.Value {
			return value.Tuple{value.Int(isoYear(d.Time)), value.Int(isoWeek(d.Time)), value.Int(isoWeekday(d.Time))}
		}), true
	}
	return nil, false
}

func (d Datetime) number(name string) (int, bool) {
	switch name {
	case "year":
		return d.Time.Year(), true
	case "month":
		return int(d.Time.Month()), true
	case "day":
		return d.Time.Day(), true
	case "hour":
		return d.Time.Hour(), true
	case "minute":
		return d.Time.Minute(), true
	case "second":
		return d.Time.Second(), true
	case "microsecond":
		return d.micro(), true
	}
	return 0, false
}

// instant is the moment that a naive time means: that of the local zone.
func (d Datetime) instant() time.Time {
	if d.Aware {
		return d.Time
	}
	t := d.Time
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.Local)
}

func (d Datetime) replace(b value.Bound) (value.Value, error) {
	parts := [7]int{d.Time.Year(), int(d.Time.Month()), d.Time.Day(), d.Time.Hour(), d.Time.Minute(), d.Time.Second(), d.micro()}
	for i, v := range b.Values {
		if v == nil {
			continue
		}
		n, ok := v.(value.Int)
		if !ok {
			return nil, value.Errorf(value.TypeError, "'%s' object cannot be interpreted as an integer", v.TypeName())
		}
		parts[i] = int(n)
	}
	t := time.Date(parts[0], time.Month(parts[1]), parts[2], parts[3], parts[4], parts[5], parts[6]*1000, d.Time.Location())
	if t.Day() != parts[2] || int(t.Month()) != parts[1] {
		return nil, value.Errorf(value.ValueError, "day is out of range for month")
	}
	return Datetime{t, d.Aware}, nil
}

// Attr implements value.AttrGetter.
func (t Timedelta) Attr(name string) (value.Value, bool) {
	days, seconds, micros := t.parts()
	switch name {
	case "days":
		return value.Int(days), true
	case "seconds":
		return value.Int(seconds), true
	case "microseconds":
		return value.Int(micros), true
	case "total_seconds":
		return getter(name, func() value.Value { return value.Float(float64(t) / 1e6) }), true
	}
	return nil, false
}
