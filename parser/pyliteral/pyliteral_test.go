package pyliteral

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"pylint-deploy/parser/jinja/value"
)

var samples = []string{
	"1", "-1", "+2", "0", "00", "0644", "1_000", "1__0", "0x1F", "0o17", "0b101", "0b2", "1.5", ".5", "5.", "1e5", "1.5e-3", "1E+5", "-0.0", "--1", "- 1", "1 2", "1abc", "10.0.0.1", "123456789012345678901234567890",
	"True", "False", "None", "true", "yes", "null", "", " ", "a", "abc def", "'a'", `"a"`, "'a' 'b'", "'a''b'", `"it's"`, `'\n\t\x41\u00e9\101\q'`, "r'\\n'", "b'ab\\xff'", "u'x'", "f'x'", "'''a'''", "'a", "'a'b", "'a' 1", "'\\", "'\\x4'",
	"[]", "[1, 'a', [2]]", "[1,]", "[,]", "[1 2]", "[1", "(1,)", "(1)", "()", "1, 2", "1,", "{}", "{'a': 1}", "{'a': 1, }", "{1, 2}", "{1: 2, 3}", "{[1]: 2}", "{'a' 1}", "{'a': {'b': [1, (2,)]}}", "[1, # c\n 2]", "5 # five", " 5", "5 ", "[a]", "{{ x }}", "{{ 'x' }}", "-'a'", "-True", "not 1", "1+1", "\"{{ x }}\"", "5\n", "é", "'é'",
}

// python gives the repr of ast.literal_eval for each text, or "error".
func python(t *testing.T, texts []string) []string {
	t.Helper()
	const program = `
import sys, json, ast
def ask(s):
    try: return repr(ast.literal_eval(s))
    except Exception: return "error"
json.dump([ask(s) for s in json.load(sys.stdin)], sys.stdout)
`
	path, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("python3 is not installed")
		}
		t.Skip("python3 is not installed")
	}
	in, _ := json.Marshal(texts)
	cmd := exec.Command(path, "-W", "ignore", "-c", program)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []string
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

func TestParseReadsWhatPythonReads(t *testing.T) {
	texts := append([]string(nil), samples...)
	parts := []string{"1", "'", "\"", "[", "]", "{", "}", "(", ")", ",", ":", "-", ".", "_", "0", "x", "e", " ", "\\"}
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				texts = append(texts, a+b+c)
			}
		}
	}
	for i, want := range python(t, texts) {
		got := "error"
		if v, ok := Parse(texts[i]); ok {
			got, _ = value.Repr(v)
		}
		if got != want && want != "Ellipsis" {
			t.Errorf("%q: got %s, want %s", texts[i], got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range samples {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { Parse(text) })
}
