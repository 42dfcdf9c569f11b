package pytime

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"pylint-deploy/parser/jinja/value"
)

const clockwork = `
import json, sys, time
from datetime import datetime
q = json.load(sys.stdin)
out = []
for layout, second in q['format']:
    out.append(time.strftime(layout, time.gmtime(second)))
for text, layout in q['parse']:
    try:
        out.append(str(datetime.strptime(text, layout)))
    except Exception as e:
        out.append(type(e).__name__ + ': ' + str(e))
json.dump(out, sys.stdout)
`

var layouts = []string{
	"%Y-%m-%d %H:%M:%S", "%a %A %b %B %c", "%d|%e|%j|%U|%W|%w|%u|%V|%G|%g", "%I:%M %p", "%x %X %D %T %R %F", "%y %C %h %n%t%%", "%s",
	"%-d/%-m/%Y", "%_d %_H", "%^a %^B", "%k %l", "%r", "%10Y", "%Q", "%", "x%", "plain", "%Ey %Od", "%P",
}

var moments = []int64{0, 86399, 951782400, 1709164800, 1735689599, 1700000000, 1577836800, 1609459199, 4102444800}

var parses = [][2]string{
	{"2024-02-29", "%Y-%m-%d"}, {"2023-02-29", "%Y-%m-%d"}, {"2024-01-02 03:04:05", "%Y-%m-%d %H:%M:%S"}, {"x", "%Y"}, {"2024-01-02x", "%Y-%m-%d"},
	{"1/2/99", "%d/%m/%y"}, {"68", "%y"}, {"69", "%y"}, {"Mar 3 2020", "%b %d %Y"}, {"march 3 2020", "%B %d %Y"}, {"Tue Mar  3 04:05:06 2020", "%c"},
	{"12:30 AM", "%I:%M %p"}, {"12:30 pm", "%I:%M %p"}, {"01:02:03.5", "%H:%M:%S.%f"}, {"2020 061", "%Y %j"}, {"2020 10 1", "%Y %U %w"}, {"2020 10 1", "%Y %W %w"},
	{"2020 0 6", "%Y %W %w"}, {"2020 53 5", "%G %V %u"}, {"2020-01-01T00:00:00Z", "%Y-%m-%dT%H:%M:%S%z"}, {"2020-01-01 +0530", "%Y-%m-%d %z"}, {"2020-01-01 -05:30", "%Y-%m-%d %z"},
	{"a  b", "a b"}, {"10%", "%d%%"}, {"5", "%q"}, {"5", "%"}, {"03/04/20", "%x"}, {"", ""}, {"13", "%m"}, {"Monday 2020", "%A %Y"},
}

func TestAsPythonTellsTime(t *testing.T) {
	const python = "/usr/bin/python3"
	if _, err := os.Stat(python); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("no Python to compare with")
	}
	var formats [][2]any
	for _, l := range layouts {
		for _, m := range moments {
			formats = append(formats, [2]any{l, m})
		}
	}
	in, err := json.Marshal(map[string]any{"format": formats, "parse": parses})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", clockwork)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	cmd.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C")
	raw, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	for i, f := range formats {
		if got := Format(f[0].(string), time.Unix(f[1].(int64), 0).UTC()); got != want[i] && f[0] != "%s" {
			t.Errorf("strftime(%q, %d) = %q, Python gives %q", f[0], f[1], got, want[i])
		}
	}
	for i, p := range parses {
		d, err := Parse(p[0], p[1])
		got, _ := d.PyStr()
		if err != nil {
			got = "ValueError: " + err.Error()
		}
		if got != want[len(formats)+i] {
			t.Errorf("strptime(%q, %q) = %q, Python gives %q", p[0], p[1], got, want[len(formats)+i])
		}
	}
}

func TestDurations(t *testing.T) {
	day := func(s string) Datetime {
		d, err := Parse(s, "%Y-%m-%d %H:%M:%S")
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	later, earlier := day("2024-03-02 01:00:00"), day("2024-02-28 02:30:00")
	for _, c := range []struct {
		op    string
		a     value.Operand
		other value.Value
		str   string
		repr  string
	}{
		{op: "-", a: later, other: earlier, str: "2 days, 22:30:00", repr: "datetime.timedelta(days=2, seconds=81000)"},
		{op: "-", a: earlier, other: later, str: "-3 days, 1:30:00", repr: "datetime.timedelta(days=-3, seconds=5400)"},
		{op: "+", a: later, other: Timedelta(86400e6), str: "2024-03-03 01:00:00", repr: "datetime.datetime(2024, 3, 3, 1, 0)"},
		{op: "*", a: Timedelta(90e6), other: value.Int(2), str: "0:03:00", repr: "datetime.timedelta(seconds=180)"},
		{op: "/", a: Timedelta(90e6), other: Timedelta(60e6), str: "1.5", repr: "1.5"},
	} {
		v, known, err := c.a.Operate(c.op, c.other, false)
		if err != nil || !known {
			t.Errorf("%v %s %v: %v %v", c.a, c.op, c.other, known, err)
			continue
		}
		str, _ := value.ToStr(v)
		repr, _ := value.Repr(v)
		if str != c.str || repr != c.repr {
			t.Errorf("%v %s %v = %s, %s; Python gives %s, %s", c.a, c.op, c.other, str, repr, c.str, c.repr)
		}
	}
}
