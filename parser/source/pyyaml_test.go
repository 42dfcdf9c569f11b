package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// pyyaml reads YAML texts from a JSON list and prints what PyYAML's loaders make of each: a tagged JSON tree, or null
// for an error.
const pyyaml = `
import sys, json, yaml, datetime
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
def tree(v):
    if v is None: return ["null"]
    if isinstance(v, bool): return ["bool", str(v)]
    if isinstance(v, int): return ["int", str(v)]
    if isinstance(v, float): return ["float", repr(v)]
    if isinstance(v, str): return ["str", v]
    if isinstance(v, bytes): return ["bytes", v.hex()]
    if isinstance(v, (datetime.date, datetime.datetime)): return ["time", str(v)]
    if isinstance(v, list): return ["list"] + [tree(i) for i in v]
    if isinstance(v, dict): return ["dict"] + [[tree(k), tree(w)] for k, w in v.items()]
    return ["other", repr(v)]
out = []
for text in json.load(sys.stdin):
    try:
        out.append(["docs"] + [tree(d) for d in yaml.load_all(text, Loader=Loader)])
    except Exception as e:
        out.append(None)
json.dump(out, sys.stdout)
`

// askPyYAML runs PyYAML, or skips the test where it is not installed.
func askPyYAML(t *testing.T, texts []string) []any {
	t.Helper()
	python := ""
	for _, p := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(p, "-c", "import yaml").Run() == nil {
			python = p
			break
		}
	}
	if python == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("python3 with yaml is not installed")
		}
		t.Skip("python3 with yaml is not installed")
	}
	in, _ := json.Marshal(texts)
	cmd := exec.Command(python, "-c", pyyaml)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python3: %v", err)
	}
	var answers []any
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

// tree is a node in the form that the Python program prints.
func tree(n *Node) []any {
	switch n.Kind {
	case Null:
		return []any{"null"}
	case Bool:
		return []any{"bool", map[bool]string{true: "True", false: "False"}[n.Bool()]}
	case Int:
		if n.Big() != nil {
			return []any{"int", n.Big().String()}
		}
		return []any{"int", strconv.FormatInt(n.Int(), 10)}
	case Float:
		return []any{"float", strconv.FormatFloat(n.Float(), 'g', -1, 64)}
	case Timestamp:
		return []any{"time", n.Time().String()}
	case Binary:
		return []any{"bytes", fmt.Sprintf("%x", n.Bytes())}
	case Sequence:
		list := []any{"list"}
		for _, item := range n.Items {
			list = append(list, tree(item))
		}
		return list
	case Mapping:
		dict := []any{"dict"}
		for _, p := range n.Pairs {
			dict = append(dict, []any{tree(p.Key), tree(p.Value)})
		}
		return dict
	}
	return []any{"str", n.Text}
}

// canonical prints a tree; floats as Go parses them, since Python and Go write them differently.
func canonical(v any) string {
	list, ok := v.([]any)
	if !ok {
		return fmt.Sprintf("%q", v)
	}
	if len(list) == 2 && list[0] == "float" {
		f, err := strconv.ParseFloat(list[1].(string), 64)
		if err != nil || math.IsNaN(f) {
			return "float " + strings.ToLower(list[1].(string))
		}
		return "float " + strconv.FormatFloat(f, 'g', -1, 64)
	}
	parts := make([]string, len(list))
	for i, item := range list {
		parts[i] = canonical(item)
	}
	return "[" + strings.Join(parts, " ") + "]"
}

func ours(text string) string {
	f, err := Parse("test.yml", []byte(text))
	if err != nil {
		return "error"
	}
	docs := []any{"docs"}
	for _, d := range f.Docs {
		docs = append(docs, tree(d))
	}
	return canonical(docs)
}

func compareWithPyYAML(t *testing.T, texts []string) {
	t.Helper()
	for i, answer := range askPyYAML(t, texts) {
		want := "error"
		if answer != nil {
			want = canonical(answer)
		}
		if got := ours(texts[i]); got != want {
			t.Errorf("%q:\n  got  %s\n  want %s (PyYAML)", texts[i], got, want)
		}
	}
}

// TestScalarsAreTypedAsPyYAMLTypesThem tries every short text over the characters that decide a plain scalar's type, and
// words and numbers around each rule's edges.
func TestScalarsAreTypedAsPyYAMLTypesThem(t *testing.T) {
	texts := strings.Fields(`yes Yes YES yEs no No NO on On ON off Off OFF y n Y N true True TRUE tRue false False FALSE
		null Null NULL nULL ~ 0 00 0644 0o644 0888 08 0x1F 0X1F 0b101 0b2 -0x1f +12 -12 1_000 _1 1__0 0_7 0x_f 0b_1 1:30 01:30 1:60 1:5 -1:30:00
		190:20:30 1:30.5 1:30:15.25 1:99 12:345 1e5 1.5e5 1.5e+5 1.5E-5 1.e+5 1. .5 -.5 +.5 .5e+3 . .. ... .inf -.inf +.INF .Inf .iNF .nan .NaN .NAN -.nan
		1_0.5_0 1.5_ 0.0 -0.0 00.5 0b1.5 1.2.3 9223372036854775807 9223372036854775808 -9223372036854775809 123456789012345678901234567890
		2024-01-31 2024-1-31 2024-01-31T10:00:00 2024-01-31t1:00:00Z 2024-01-31T10:00:00.123456789+02:00 2024-01-31T10:00:00-5
		2024-02-29 20240131 < 0x 0b - -- + +- 1- 1+ 10.0.0.1 1:2:3:4 600 0600 '0600' "yes" 0600x 1.0e 1e+5 inf nan NaN`)
	texts = append(texts, "2024-01-31 10:00:00", "2024-01-31  10:00:00 Z", "2024-01-31\t10:00:00 +01:30", "2024-01-31 10:00", "null null", "", " ", "!!str 12", "!!int '12'", "!!int 0x10",
		"!!float 3", "!!float '1e5'", "!!bool 'on'", "!!null ''", "!!null x", "!!binary aGVsbG8=", "!!binary |\n  aGVs\n  bG8=\n", "!!timestamp '2024-01-31'", "!!int x", "!!bool x", "!foo x", "!!set {a, b}", "!!seq x")
	const alphabet = "01.-+_:exb~"
	for _, a := range alphabet {
		for _, b := range alphabet {
			for _, c := range alphabet {
				texts = append(texts, string([]rune{a, b, c}), "1"+string([]rune{a, b, c})+"0")
			}
		}
	}
	kept := texts[:0]
	for _, s := range texts {
		if !strings.HasPrefix(s, "!!set") { // a set is a mapping for us
			kept = append(kept, "k: "+s+"\n")
		}
	}
	compareWithPyYAML(t, kept)
}

// structures are texts whose shape PyYAML and we must agree on.
var structures = []string{
	"", "# only a comment\n", "---\n", "---\n...\n", "a: 1\n---\nb: 2\n", "a: 1\n...\nb: 2\n", "--- text\n", "%YAML 1.1\n---\na: 1\n",
	"- a\n- b\n", "a:\n- b\n- c\nd: e\n", "a:\n  - b: c\n    d: e\n  - f\n", "- - a\n  - b\n- c\n", "? a\n: b\n", "? - a\n: b\n",
	"a: {b: c, d: [e, f]}\n", "a: [b: c, d]\n", "{a, b: , c: d}\n", "[a,\n b,\n]\n", "{\"a\":1}\n", "{a: b,}\n", "[,]\n",
	"a: 'it''s'\n", "a: \"x\\ty\\u00e9\\n\"\n", "a: \"x\\\n  y\"\n", "a: \"x\n  y\n\n  z\"\n", "a: 'x\n  y'\n", "a: x\n  y\n\n  z\n",
	"a: |\n  x\n   y\n\n  z\n", "a: |-\n  x\n\n", "a: |+\n  x\n\n", "a: >\n  x\n  y\n\n  z\n   more\n  w\n", "a: >-\n  x\n  y\n", "a: |2\n   x\n  y\n", "a: |\nb: c\n", "a: | # note\n  x\n",
	"a: &x 1\nb: *x\n", "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\n", "b:\n  <<: [{a: 1}, {a: 2, c: 3}]\n  d: 4\n", "b:\n  d: 4\n  <<: {a: 1, d: 9}\n", "<<: {}\n", "<<: x\n", "'<<': x\n",
	"a: 1\na: 2\nb: 3\n", "1: a\n1.0: b\ntrue: c\n", "yes: a\non: b\n", "a: {{ b }}\n", "[a]: b\n", "? {a: b}\n: c\n",
	"a: b: c\n", "a: 'b' c\n", "a: 'b\n", "a\n  b: c\n", "- a\nb: c\n", "a: b\n - c\n", "a: @b\n", "a: `b\n", "a: %b\n", "a: *nope\n", "\ta: b\n", "a:\n\tb: c\n", "a: [b\n", "a: b]\n", "a: ]\n", "a: - b\n",
	"a: \"\\q\"\n", `a: "x\/y\\/z" # \/` + "\n", "a: x\\/y\nb: 'x\\/y'\nc: |\n  x\\/\\\\/y\n", `{"a\/b": "\/", "c": "\\\/"}`, `a: "\\\\/"`, "a: b #c\n", "a: b#c\n", "a: 'b' #c\n", "a:b\n", "a: http://x:80/\n", "a: x:\n", "a: -\n", "a: - \n", "- \n- a\n", "a: ?x\n", "a: [?x, y]\n",
	"key with spaces: v\n", "a: b\r\nc: d\r\n", "a: \u00e9\u4e2d\n", "\ufeffa: b\n", "a:   \n  b\n", "a: [1, 2\n , 3]\n", "a: {x: 'y',\n    z: \"w\"}\n", "---\n- a\n---\n- b\n...\n", "a: >\n\n  x\n\n\n  y\n", "a: |\n\n\n  x\n",
}

func TestStructuresAreReadAsPyYAMLReadsThem(t *testing.T) { compareWithPyYAML(t, structures) }
