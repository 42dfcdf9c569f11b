package pyjson

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"pylint-deploy/parser/jinja/value"
)

const loader = `
import json, sys
out = []
for text in json.load(sys.stdin):
    try:
        v = json.loads(text)
        out.append([json.dumps(v), json.dumps(v, indent=2, sort_keys=True, separators=(',', ': '), ensure_ascii=False)])
    except Exception as e:
        out.append([type(e).__name__ + ': ' + str(e)])
json.dump(out, sys.stdout)
`

var texts = []string{
	`{"a": [1, 2.0, null, true, false]}`, `[]`, `{}`, `[[]]`, `{"a":{}}`, `""`, `"é😀\u00e9\ud83d\ude00"`, `"\b\f\n\r\t\/\\\""`, `"\u0000\u001f\u007f"`,
	`1e5`, `1E400`, `-0`, `-0.0`, `0.1`, `1e-7`, `123456789012345678901234567890`, `1.0e16`, `12345678901234567.0`, `NaN`, `Infinity`, `-Infinity`,
	`{"b":1,"a":2,"a":3}`, ` [ 1 , 2 ] `, `{"z":{"y":[1,{"x":null}]},"a":[]}`,
	``, ` `, `nul`, `tru`, `[1,]`, `[1`, `[1 2]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{'a':1}`, `"abc`, `"a\x"`, `"\u12"`, "\"a\nb\"", `01`, `1.`, `.5`, `+1`,
	`1 2`, `[1]]`, "{\"a\":\n  x}", `-`, `--1`, `{"a":1 "b":2}`, `[1,2`, `{`, `{"a"`, `{"a":1`, "\ufeff1", `é`,
}

func TestAsPythonReadsAndWrites(t *testing.T) {
	const python = "/usr/bin/python3"
	if _, err := os.Stat(python); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("no Python to compare with")
	}
	in, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", loader)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	raw, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers [][]string
	if err := json.Unmarshal(raw, &answers); err != nil {
		t.Fatal(err)
	}
	for i, want := range answers {
		if got := ask(texts[i]); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%q\n got %q\nwant %q", texts[i], got, want)
		}
	}
}

func ask(text string) []string {
	v, err := Loads(text)
	if err != nil {
		return []string{"JSONDecodeError: " + err.Error()}
	}
	indent := "  "
	var out []string
	for _, o := range []Options{Default(), {Indent: &indent, SortKeys: true, ItemSeparator: ",", KeySeparator: ": "}} {
		s, err := Dumps(v, o)
		if err != nil {
			s = err.Error()
		}
		out = append(out, s)
	}
	return out
}

func TestKeysAndTypes(t *testing.T) {
	d := value.NewDict()
	for _, k := range []value.Value{value.Int(1), value.Float(2.5), value.Bool(true), value.None} {
		if err := d.Set(k, value.Tuple{value.Int(1)}); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := Dumps(d, Default()); err != nil || got != `{"1": [1], "2.5": [1], "null": [1]}` {
		t.Errorf("got %s %v", got, err)
	}
	bad := value.NewDict()
	_ = bad.Set(value.Tuple{value.Int(1)}, value.None)
	if _, err := Dumps(bad, Default()); err == nil || err.Error() != "keys must be str, int, float, bool or None, not tuple" {
		t.Errorf("a tuple as key: %v", err)
	}
	set, _ := value.NewSet(value.Int(1))
	if _, err := Dumps(set, Default()); err == nil || err.Error() != "Object of type set is not JSON serializable" {
		t.Errorf("a set: %v", err)
	}
	loop := value.NewList()
	loop.Items = append(loop.Items, loop)
	if _, err := Dumps(loop, Default()); err == nil {
		t.Error("a list in itself was written")
	}
}

func FuzzLoads(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Loads(text)
		if err != nil {
			return
		}
		once, err := Dumps(v, Default())
		if err != nil {
			return
		}
		again, err := Loads(once)
		if err != nil {
			t.Fatalf("%q was written as %q, which cannot be read: %v", text, once, err)
		}
		if twice, _ := Dumps(again, Default()); twice != once {
			t.Fatalf("%q: %q, then %q", text, once, twice)
		}
	})
}
