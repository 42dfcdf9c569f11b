package kv

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var samples = []string{
	"", "a=b", "a=b c=d", `a="b c" d='e f'`, "a={{ b }} c=d", "a={{ b | default('x y') }} c", `a="{{ b['c d'] }}" e`,
	"echo hi", "echo hi creates=/tmp/x", "echo a=b creates=/tmp/x chdir=/", "creates=/tmp/x echo hi > /tmp/x", "echo \"a b\"  c",
	"a=b\nc=d", "src=a\n dest=b\n  mode=0644", "echo one \\\n two", "echo 'one\ntwo'", "echo {% if a %} b {% endif %} c", "{{ a }} {{ b }}", "{{ a\n}} b=c",
	"a=b=c", "a==b", "=a", "a\\=b", "a\\=b c=d", `a="b\"c"`, `a='b\'c'`, `a=\x41 b=\u00e9`, `a=C:\\dir`, `a=\n`, "a='unclosed", "a={{ open", "a=}} b",
	" a=b", "  a=b", "a=b ", "a= b", "a=", "a='' b=\"\"", "é=ü {# c d #} x", "\n", "\na=b", "a=b\n", "a=b\n\nc=d", "cmd | grep 'x=y' && echo \"$z\"",
	"regexp='^(.*)=\\s*$' line='\\1=x'", "a=\"b\" \"c\"", "a={{ '{{' }} b=1", "msg=it's fine", "a=b#c", "\ta=b", "a=b\tc=d", "a b  c   d", "x='a'\\''b'", "_raw_params=x",
}

// askAnsible gives Ansible's answers for each sample, plain and as a command: a dict, or the text "error".
func askAnsible(t *testing.T, samples []string) [][2]any {
	t.Helper()
	const program = `
import sys, json
from ansible.parsing.splitter import parse_kv
def ask(s, raw):
    try: return parse_kv(s, check_raw=raw)
    except Exception: return "error"
json.dump([[ask(s, False), ask(s, True)] for s in json.load(sys.stdin)], sys.stdout)
`
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(python, "-c", "import ansible").Run() != nil {
			continue
		}
		in, _ := json.Marshal(samples)
		cmd := exec.Command(python, "-c", program)
		cmd.Stdin = bytes.NewReader(in)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		var answers [][2]any
		if err := json.Unmarshal(out, &answers); err != nil {
			t.Fatal(err)
		}
		return answers
	}
	if os.Getenv("CI") != "" {
		t.Fatal("python3 with ansible is not installed")
	}
	t.Skip("python3 with ansible is not installed")
	return nil
}

func ours(text string, command bool) any {
	args, err := Parse(text, command)
	if err != nil {
		return "error"
	}
	out := map[string]any{}
	for _, a := range args.List {
		out[a.Key] = a.Value
	}
	if args.Free != "" {
		out["_raw_params"] = args.Free
	}
	return out
}

func TestParseReadsWhatAnsibleReads(t *testing.T) {
	texts := append([]string(nil), samples...)
	// Every text of up to four parts that matter to the splitter.
	parts := []string{" ", "\n", "'", "\"", "\\", "=", "a", "{{", "}}"}
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				texts = append(texts, "x"+a+b+c+"y")
			}
		}
	}
	for i, want := range askAnsible(t, texts) {
		for j, command := range []bool{false, true} {
			if diff := cmp.Diff(want[j], ours(texts[i], command)); diff != "" {
				t.Errorf("%q (command %v): -Ansible +ours\n%s", texts[i], command, diff)
			}
		}
	}
}

func TestOffsetsPointIntoTheText(t *testing.T) {
	const text = `src=a dest="b c" echo {{ x }} mode=0644`
	args, err := Parse(text, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range args.List {
		if !strings.HasPrefix(text[a.KeyOffset:], a.Key+"=") || !strings.HasPrefix(text[a.ValueOffset:], a.Value) {
			t.Errorf("%+v does not point at its text", a)
		}
	}
	if !strings.HasPrefix(text[args.FreeOffset:], args.Free) {
		t.Errorf("free form %q is not at %d", args.Free, args.FreeOffset)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range samples {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, command := range []bool{false, true} {
			args, err := Parse(text, command)
			if err != nil {
				continue
			}
			for _, a := range args.List {
				if a.KeyOffset < 0 || a.KeyOffset > len(text) {
					t.Fatalf("%q: %+v", text, a)
				}
			}
		}
	})
}
