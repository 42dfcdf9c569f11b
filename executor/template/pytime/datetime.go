// Package pytime is Python's datetime and timedelta as far as templates use them, and strftime and strptime.
package pytime

import (
	"fmt"
	"math"
	"strings"
	"time"

	"pylint-deploy/parser/jinja/value"
)

// Datetime is a datetime.datetime. A naive one keeps its wall clock in UTC.
type Datetime struct {
	Time  time.Time
	Aware bool
}

// Now is datetime.now() of a clock, or datetime.utcnow() where utc is set: naive in both cases.
func Now(clock time.Time, utc bool) Datetime {
	if utc {
		clock = clock.UTC()
	} else {
		clock = clock.Local()
	}
	y, m, d := clock.Date()
	return Datetime{Time: time.Date(y, m, d, clock.Hour(), clock.Minute(), clock.Second(), clock.Nanosecond()/1000*1000, time.UTC)}
}

// Timedelta is a datetime.timedelta in microseconds.
type Timedelta int64

const (
	second = Timedelta(1e6)
	day    = 86400 * second
)

// Date is a datetime.date, Clock a datetime.time.
type (
	Date  struct{ Datetime }
	Clock struct{ Datetime }
)

// TypeName implements value.Value.
func (Datetime) TypeName() string { return "datetime" }

// TypeName implements value.Value.
func (Date) TypeName() string { return "date" }

// TypeName implements value.Value.
func (Clock) TypeName() string { return "time" }

// TypeName implements value.Value.
func (Timedelta) TypeName() string { return "timedelta" }

// Isoformat is datetime.isoformat(sep).
func (d Datetime) Isoformat(sep string) string { return d.dateText() + sep + d.clockText() }

func (d Datetime) dateText() string { return d.Time.Format("2006-01-02") }

func (d Datetime) clockText() string {
	layout := "15:04:05"
	if d.micro() != 0 {
		layout += ".000000"
	}
	if d.Aware {
		layout += "-07:00"
	}
	return d.Time.Format(layout)
}

func (d Datetime) micro() int { return d.Time.Nanosecond() / 1000 }

// PyStr implements value.Printer.
func (d Datetime) PyStr() (string, error) { return d.Isoformat(" "), nil }

// PyStr implements value.Printer.
func (d Date) PyStr() (string, error) { return d.dateText(), nil }

// PyStr implements value.Printer.
func (d Clock) PyStr() (string, error) { return d.clockText(), nil }

// PyRepr implements value.Representer.
func (d Datetime) PyRepr() (string, error) {
	parts := fmt.Sprintf("%d, %d, %d, %d, %d", d.Time.Year(), d.Time.Month(), d.Time.Day(), d.Time.Hour(), d.Time.Minute())
	if d.micro() != 0 {
		parts += fmt.Sprintf(", %d, %d", d.Time.Second(), d.micro())
	} else if d.Time.Second() != 0 {
		parts += fmt.Sprintf(", %d", d.Time.Second())
	}
	if d.Aware {
		_, off := d.Time.Zone()
		zone := "datetime.timezone.utc"
		if off != 0 {
			delta, _ := (Timedelta(off) * second).PyRepr()
			zone = "datetime.timezone(" + delta + ")"
		}
		parts += ", tzinfo=" + zone
	}
	return "datetime.datetime(" + parts + ")", nil
}

// PyRepr implements value.Representer.
func (d Date) PyRepr() (string, error) {
	return fmt.Sprintf("datetime.date(%d, %d, %d)", d.Time.Year(), d.Time.Month(), d.Time.Day()), nil
}

func floorDiv(a, b Timedelta) (Timedelta, Timedelta) {
	q, r := a/b, a%b
	if r < 0 {
		q, r = q-1, r+b
	}
	return q, r
}

// parts gives days, seconds and microseconds, of which only days can be negative.
func (t Timedelta) parts() (days, seconds, micros int64) {
	d, rest := floorDiv(t, day)
	return int64(d), int64(rest / second), int64(rest % second)
}

// PyStr implements value.Printer.
func (t Timedelta) PyStr() (string, error) {
	days, seconds, micros := t.parts()
	text := fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if micros != 0 {
		text += fmt.Sprintf(".%06d", micros)
	}
	switch days {
	case 0:
		return text, nil
	case 1, -1:
		return fmt.Sprintf("%d day, %s", days, text), nil
	}
	return fmt.Sprintf("%d days, %s", days, text), nil
}

// PyRepr implements value.Representer.
func (t Timedelta) PyRepr() (string, error) {
	days, seconds, micros := t.parts()
	var args []string
	for _, p := range []struct {
		name string
		n    int64
	}{{"days", days}, {"seconds", seconds}, {"microseconds", micros}} {
		if p.n != 0 {
			args = append(args, fmt.Sprintf("%s=%d", p.name, p.n))
		}
	}
	if len(args) == 0 {
		args = []string{"0"}
	}
	return "datetime.timedelta(" + strings.Join(args, ", ") + ")", nil
}

// Truth implements value.Truther.
func (t Timedelta) Truth() (bool, error) { return t != 0, nil }

// HashKey makes times usable as dict keys.
func (d Datetime) HashKey() (any, error) {
	return fmt.Sprint("datetime:", d.Time.UnixNano(), d.Aware), nil
}

// HashKey makes durations usable as dict keys.
func (t Timedelta) HashKey() (any, error) { return t, nil }

// CompareTo implements value.Comparer.
func (d Datetime) CompareTo(other value.Value) (int, bool) {
	o, ok := other.(Datetime)
	if !ok || o.Aware != d.Aware {
		return 0, false
	}
	return d.Time.Compare(o.Time), true
}

// CompareTo implements value.Comparer.
func (d Date) CompareTo(other value.Value) (int, bool) {
	o, ok := other.(Date)
	return strings.Compare(d.dateText(), o.dateText()), ok
}

// CompareTo implements value.Comparer.
func (t Timedelta) CompareTo(other value.Value) (int, bool) {
	o, ok := other.(Timedelta)
	switch {
	case !ok:
		return 0, false
	case t < o:
		return -1, true
	case t > o:
		return 1, true
	}
	return 0, true
}

// Operate implements value.Operand: datetime ± timedelta and datetime - datetime.
func (d Datetime) Operate(operator string, other value.Value, reflected bool) (value.Value, bool, error) {
	switch o := other.(type) {
	case Timedelta:
		if operator == "+" || operator == "-" && !reflected {
			if operator == "-" {
				o = -o
			}
			return Datetime{d.Time.Add(time.Duration(o) * time.Microsecond), d.Aware}, true, nil
		}
	case Datetime:
		if operator != "-" {
			return nil, false, nil
		}
		if d.Aware != o.Aware {
			return nil, true, value.Errorf(value.TypeError, "can't subtract offset-naive and offset-aware datetimes")
		}
		diff := Timedelta(d.Time.UnixMicro() - o.Time.UnixMicro())
		if reflected {
			diff = -diff
		}
		return diff, true, nil
	}
	return nil, false, nil
}

// Operate implements value.Operand: dates differ by whole days and move by them.
func (d Date) Operate(operator string, other value.Value, reflected bool) (value.Value, bool, error) {
	if o, ok := other.(Date); ok {
		return d.Datetime.Operate(operator, o.Datetime, reflected)
	}
	v, ok, err := d.Datetime.Operate(operator, other, reflected)
	if moved, isTime := v.(Datetime); isTime {
		return Date{moved.midnight()}, ok, err
	}
	return v, ok, err
}

func (d Datetime) midnight() Datetime {
	y, m, dd := d.Time.Date()
	return Datetime{Time: time.Date(y, m, dd, 0, 0, 0, 0, time.UTC)}
}

func asNumber(v value.Value) (float64, bool) {
	switch n := v.(type) {
	case value.Int:
		return float64(n), true
	case value.Float:
		return float64(n), true
	case value.Bool:
		if n {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// Operate implements value.Operand for durations.
func (t Timedelta) Operate(operator string, other value.Value, reflected bool) (value.Value, bool, error) {
	if o, ok := other.(Timedelta); ok {
		if reflected {
			t, o = o, t
		}
		return t.withDelta(operator, o)
	}
	n, ok := asNumber(other)
	if !ok || reflected && operator != "*" {
		return nil, false, nil
	}
	switch operator {
	case "*":
		return Timedelta(math.RoundToEven(float64(t) * n)), true, nil
	case "/", "//":
		if n == 0 {
			return nil, true, value.Errorf(value.ZeroDivisionError, "integer division or modulo by zero")
		}
		if operator == "//" {
			return Timedelta(math.Floor(float64(t) / n)), true, nil
		}
		return Timedelta(math.RoundToEven(float64(t) / n)), true, nil
	}
	return nil, false, nil
}

func (t Timedelta) withDelta(operator string, o Timedelta) (value.Value, bool, error) {
	switch operator {
	case "+":
		return t + o, true, nil
	case "-":
		return t - o, true, nil
	case "/", "//", "%":
		if o == 0 {
			return nil, true, value.Errorf(value.ZeroDivisionError, "division by zero")
		}
	}
	q, r := Timedelta(0), Timedelta(0)
	if o != 0 {
		q, r = floorDiv(t, o)
	}
	switch operator {
	case "/":
		return value.Float(float64(t) / float64(o)), true, nil
	case "//":
		return value.Int(q), true, nil
	case "%":
		return r, true, nil
	}
	return nil, false, nil
}
