package pyyaml

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
)

const dumper = `
import json, sys, yaml
cases = json.load(sys.stdin)
out = []
for c in cases:
    kw = {k: v for k, v in c['kw'].items()}
    out.append(yaml.dump(json.loads(c['value']), Dumper=yaml.CSafeDumper, allow_unicode=True, **kw))
json.dump(out, sys.stdout)
`

// python gives a Python that has PyYAML over libyaml. Without one the test is skipped, except where CI promises it.
func python(t *testing.T) string {
	t.Helper()
	const system = "/usr/bin/python3"
	if err := exec.Command(system, "-c", "import yaml; yaml.CSafeDumper").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI must have PyYAML with libyaml: %v", err)
		}
		t.Skipf("no PyYAML with libyaml to compare with: %v", err)
	}
	return system
}

// documents are JSON, so that both sides read the same value.
var documents = []string{
	`"x"`, `""`, `1`, `null`, `true`, `1.0`, `1e20`, `1e-7`, `123456789012345678901234567890`, `"a: b"`, `{"":1}`, `{"a\nb":1}`, `[]`, `{}`,
	`"\ud83d\ude00"`, `"a\tb"`, `[[1,[2]],{"a":{}}]`, `{"a":[1,{"b":2}]}`, `["x\n"]`, `"\u00e9\u2028z"`, `"\ufeff"`, `{"a":"tr ","b":"x \ny"}`,
	`{"b":1,"a":{"z":[],"y":{}}}`, `[{"a":1},{"b":[]},[]]`, `{"multi key":{"a b":[["x y","z"],"w"]}}`,
	`{"deep":{"deeper":{"list":[{"a":1,"b":[1,2]},[{"x":"y"}]],"s":"multi\nline\ntext"}}}`,
	`["yes","no","on","~","null","0644","0x1f","1_000","1:30","1e3","1.5",".5","-","- a","? a",": a","a:b","a #b","#a","a#b","!x","&x","*x","%x","@x","` + "`" + `x"]`,
	`["|",">","[x","{x","]","}",",","a, b","a,b","'x'","\"x\"","=","<<","2020-01-01","2020-01-01 10:00:00","...","---","--- x","x\n\ny","  x","x\n","\nx","x\n\n"]`,
	`["a\\b","\u0007","\u007f","\u0085","\u00a0"," ","\r\n","a:",":","a: ","true","True","TRUE","y","n","0o17","0b1","+1","-1.","1.","12e03",".inf","-.INF",".NaN"]`,
	`["::1","10.0.0.1","1.2.3","a\u2029b","\u200b","it's","'","\"","a'b\"c","?x","-x",":x","x?","x-","x:y","[]","{}","null ","=x"]`,
	`"line one\nline two that is quite long and has to be folded because it is over eighty characters long\nline three"`,
	`{"t":"word word word word word word word word word word word word word word word word word word word word word word word ","q":"it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's it's"}`,
	`{"d":"a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb a\tb","e":"x  y  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z  z"}`,
	`{"k":{"long":"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua"}}`,
	`["lorem ipsum dolor sit amet consectetur adipiscing elit","sed do eiusmod tempor incididunt ut labore et dolore magna","aliqua"]`,
	`{"u":"\u00fcber \u00fcber \u00fcber \u00fcber \u00fcber \u00fcber \u00fcber \u00fcber \u00fcber \u00fcber \u00fcber \u00fcber \u00fcber \u00fcber \u00fcber \u00fcber"}`,
	`{"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk":1}`,
	`{"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk":1}`,
	`{"a":{"b":{"c":{"d":{"e":{"f":["deep lists of text that is folded at the right column even when it is indented a lot"]}}}}}}`,
}

var variants = []struct {
	kw   string
	opts Options
}{
	{`{"default_flow_style": false, "indent": 4}`, Options{Flow: FlowNever, Indent: 4}},
	{`{"default_flow_style": null}`, Options{}},
	{`{"default_flow_style": true}`, Options{Flow: FlowAlways}},
	{`{"default_flow_style": false, "indent": 2, "width": 40, "sort_keys": false}`, Options{Flow: FlowNever, Indent: 2, Width: 40, Unsorted: true}},
	{`{"default_flow_style": false, "indent": 8, "width": 1000, "explicit_start": true, "explicit_end": true}`, Options{Flow: FlowNever, Indent: 8, Width: 1000, ExplicitStart: true, ExplicitEnd: true}},
	{`{"default_flow_style": false, "default_style": "\""}`, Options{Flow: FlowNever, Style: `"`}},
	{`{"default_flow_style": false, "default_style": "'"}`, Options{Flow: FlowNever, Style: `'`}},
	{`{"default_flow_style": false, "default_style": "|"}`, Options{Flow: FlowNever, Style: `|`}},
}

func TestAsPyYAMLWrites(t *testing.T) {
	type question struct {
		Value string          `json:"value"`
		Kw    json.RawMessage `json:"kw"`
	}
	var questions []question
	for _, v := range variants {
		for _, doc := range documents {
			questions = append(questions, question{doc, json.RawMessage(v.kw)})
		}
	}
	in, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python(t), "-c", dumper)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	raw, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []string
	if err := json.Unmarshal(raw, &answers); err != nil {
		t.Fatal(err)
	}
	for i, want := range answers {
		v, err := pyjson.Loads(questions[i].Value)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Dump(v, variants[i/len(documents)].opts)
		if err != nil || got != want {
			t.Errorf("%s with %s\n got %q %v\nwant %q", questions[i].Value, questions[i].Kw, got, err, want)
		}
	}
}

func TestOneListTwiceGetsAnAnchor(t *testing.T) {
	shared := value.NewList(value.Int(1))
	d := value.NewDict()
	d.SetStr("a", shared)
	d.SetStr("b", shared)
	d.SetStr("c", value.NewList(value.Int(1)))
	got, err := Dump(d, Options{Flow: FlowNever})
	if want := "a: &id001\n- 1\nb: *id001\nc:\n- 1\n"; err != nil || got != want {
		t.Errorf("got %q %v, PyYAML writes %q", got, err, want)
	}
}

func TestBytesAndSets(t *testing.T) {
	set, _ := value.NewSet(value.Int(2), value.Int(1))
	for want, v := range map[string]value.Value{
		"!!binary |\n  YWJj\n":      value.Bytes("abc"),
		"!!set\n1: null\n2: null\n": set,
		"- 1\n- 2\n":                value.Tuple{value.Int(1), value.Int(2)},
		"? - 1\n  - 2\n: x\n":       keyed(value.Tuple{value.Int(1), value.Int(2)}),
	} {
		if got, err := Dump(v, Options{Flow: FlowNever}); err != nil || got != want {
			t.Errorf("got %q %v, PyYAML writes %q", got, err, want)
		}
	}
}

func keyed(k value.Value) *value.Dict {
	d := value.NewDict()
	if err := d.Set(k, value.Str("x")); err != nil {
		panic(err)
	}
	return d
}
