package pyre

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// question is one use of a pattern, asked of Python and of this package.
type question struct {
	Pattern  string `json:"p"`
	Text     string `json:"t"`
	Flags    string `json:"f"`
	Template string `json:"r"`
}

// answer is what came of it; Err is the error text, and nothing else is then compared.
type answer struct {
	Err       string       `json:"err"`
	Search    [][2]int     `json:"search"`
	Match     [][2]int     `json:"match"`
	Full      [][2]int     `json:"full"`
	All       [][][2]int   `json:"all"`
	Split     []*string    `json:"split"`
	SubErr    string       `json:"suberr"`
	Sub       string       `json:"sub"`
	Count     int          `json:"n"`
	GroupDict [][2]*string `json:"dict"`
}

const oracle = `
import json, re, sys, warnings
warnings.simplefilter("ignore")
def spans(m): return None if m is None else [list(m.span(i)) for i in range(m.re.groups + 1)]
for line in sys.stdin:
    q = json.loads(line)
    flags = 0
    for f in q["f"]: flags |= getattr(re, f)
    a = {}
    try:
        r = re.compile(q["p"], flags)
    except re.error as e:
        a["err"] = str(e); print(json.dumps(a)); continue
    except Exception as e:
        a["err"] = str(e); print(json.dumps(a)); continue
    m = r.search(q["t"])
    a["search"], a["match"], a["full"] = spans(m), spans(r.match(q["t"])), spans(r.fullmatch(q["t"]))
    a["all"] = [spans(m) for m in r.finditer(q["t"])] or None
    a["split"] = r.split(q["t"])
    a["dict"] = list(m.groupdict().items()) if m and r.groupindex else None
    try:
        a["sub"], a["n"] = r.subn(q["r"], q["t"])
    except (re.error, IndexError) as e:
        a["suberr"] = str(e)
    print(json.dumps(a))
`

// askPython has Python answer questions.
func askPython(t *testing.T, qs []question) []answer {
	t.Helper()
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("python3 is needed")
		}
		t.Skip("no python3 to compare with")
	}
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	for _, q := range qs {
		if err := enc.Encode(q); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("python3", "-c", oracle)
	cmd.Stdin = &in
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var as []answer
	dec := json.NewDecoder(bytes.NewReader(out))
	for dec.More() {
		var a answer
		if err := dec.Decode(&a); err != nil {
			t.Fatal(err)
		}
		as = append(as, a)
	}
	if len(as) != len(qs) {
		t.Fatalf("%d answers to %d questions", len(as), len(qs))
	}
	return as
}

func flagsOf(letters string) Flags {
	var f Flags
	for _, l := range letters {
		f |= map[rune]Flags{'I': IgnoreCase, 'M': Multiline, 'S': DotAll, 'X': Verbose, 'A': ASCII}[l]
	}
	return f
}

func spansOf(m *Match) [][2]int {
	if m == nil {
		return nil
	}
	return m.spans
}

func ask(q question) (a answer, err error) {
	r, err := Compile(q.Pattern, flagsOf(q.Flags))
	if err != nil {
		return answer{Err: err.Error()}, nil
	}
	var errs [5]error
	var m, ma, fu *Match
	var all []*Match
	m, errs[0] = r.Search(q.Text)
	ma, errs[1] = r.Match(q.Text)
	fu, errs[2] = r.Fullmatch(q.Text)
	a.Search, a.Match, a.Full = spansOf(m), spansOf(ma), spansOf(fu)
	all, errs[3] = r.FindIter(q.Text, 0)
	for _, m := range all {
		a.All = append(a.All, spansOf(m))
	}
	a.Split, errs[4] = r.Split(q.Text, 0)
	if m != nil {
		for _, name := range r.GroupNames() {
			pair := [2]*string{&name, nil}
			if s, ok := m.Named(name); ok {
				pair[1] = &s
			}
			a.GroupDict = append(a.GroupDict, pair)
		}
	}
	s, n, suberr := r.Subn(q.Template, q.Text, 0)
	if suberr != nil {
		a.SubErr = suberr.Error()
	} else {
		a.Sub, a.Count = s, n
	}
	return a, errors.Join(errs[:]...)
}

// TestAsPythonDoes compares every use of many patterns with Python's re.
func TestAsPythonDoes(t *testing.T) {
	patterns := strings.Split(strings.TrimSpace(patternList), "\n")
	texts := []string{"", "abc", "aaa bbb\nabab xyz\n", "foo=bar; baz = 12\n", "Ärger ² ½ ß_x K\u212a ſ \u0301e", "#Port 22\nPort 22\r\n", "a\x1cb\u00a0c\u2028d\te",
		"key: value # c\n", "2024-01-31 192.168.0.1", "(a[b]c)", "𝒳😀z"}
	var qs []question
	for _, p := range patterns {
		if p, ok := strings.CutPrefix(p, "json:"); ok {
			var s string
			if err := json.Unmarshal([]byte(p), &s); err != nil {
				t.Fatal(err)
			}
			p = s
		}
		for i, text := range texts {
			for _, flags := range []string{"", "I", "M", "SX", "A", "IMA"} {
				template := []string{`<\g<0>>`, `-`, `\1\n`, `[\g<1>|\2]`, `\q`, `\g<name>\\`, `\060\101`}[(i+len(p))%7]
				qs = append(qs, question{p, text, flags, template})
			}
		}
	}
	compare(t, qs)
}

func compare(t *testing.T, qs []question) {
	t.Helper()
	want := askPython(t, qs)
	bad, refused := 0, 0
	shown := map[string]bool{}
	for i, q := range qs {
		got, err := ask(q)
		if want[i].Err != "" {
			refused++
		}
		if errors.Is(err, ErrTimeout) {
			t.Logf("%q on %q: %v", q.Pattern, q.Text, err)
			continue
		}
		if diff := cmp.Diff(want[i], got); diff != "" || err != nil {
			if bad++; len(shown) < 15 && !shown[q.Pattern] {
				shown[q.Pattern] = true
				t.Errorf("pattern %q flags %s text %q template %q: %v (-python +pyre)\n%s", q.Pattern, q.Flags, q.Text, q.Template, err, diff)
			}
		}
	}
	t.Logf("%d questions (%d of them patterns that Python refuses), %d differ", len(qs), refused, bad)
}

// TestRandomPatterns makes patterns from pieces, most of them valid. The seed is fixed: a failure can be repeated.
func TestRandomPatterns(t *testing.T) {
	pieces := []string{"a", "b", "c", ".", `\d`, `\w`, `\s`, `\W`, `\b`, `\B`, "^", "$", "|", "(", "(?:", ")", ")", ")", "*", "+", "?", "{2}", "{1,2}", "{,2}", "{",
		"*?", "+?", "??", "*+", "[ab]", "[^a]", `[\W_]`, `[^\Wa]`, "(?=a)", "(?!b)", "(?<=a)", "(?<!b)", `\1`, "(?P<n>", "(?P=n)", "(?(1)a|b)", "(?(1)a)", `\A`, `\Z`, "(?i:", "(?>", `\n`, " ", "#"}
	texts := []string{"aabbc ab\n", "", "abcabc", "b a_c\nA"}
	rng := rand.New(rand.NewPCG(7, 11))
	n := 4000
	if testing.Short() {
		n = 500
	}
	var qs []question
	for range n {
		var p strings.Builder
		for range 1 + rng.IntN(7) {
			p.WriteString(pieces[rng.IntN(len(pieces))])
		}
		if d := strings.Count(p.String(), "(") - strings.Count(p.String(), ")"); d > 0 {
			p.WriteString(strings.Repeat(")", d))
		}
		qs = append(qs, question{p.String(), texts[rng.IntN(len(texts))], []string{"", "I", "M", "X"}[rng.IntN(4)], `<\g<0>>`})
	}
	compare(t, qs)
}

func TestTimeoutIsAnError(t *testing.T) {
	r, err := Compile(`(a+)+$`, 0)
	if err != nil {
		t.Fatal(err)
	}
	r.re.MatchTimeout = 50 * time.Millisecond
	if _, err := r.Search(strings.Repeat("a", 40) + "b"); !errors.Is(err, ErrTimeout) {
		t.Errorf("got %v", err)
	}
}

func TestBytes(t *testing.T) {
	r, err := Compile("^\\w+\xc3", Bytes|IgnoreCase)
	if err != nil {
		t.Fatal(err)
	}
	got, n, err := r.Subn(`<\g<0>>\n`, "ab\xc3\xa9\xff", 0)
	if err != nil || n != 1 || got != "<ab\xc3>\n\xa9\xff" {
		t.Errorf("got %q %d %v", got, n, err)
	}
	if r, err = Compile("é", 0); err != nil {
		t.Fatal(err)
	}
	if got, _ := r.Sub("e", "caf\u00e9\xff\xfe", 0); got != "cafe\xff\xfe" {
		t.Errorf("stray bytes must survive: %q", got)
	}
}

func TestEscape(t *testing.T) {
	all := ""
	for c := rune(1); c < 0x80; c++ {
		all += string(c)
	}
	r, err := Compile(Escape(all+"é"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := r.Fullmatch(all + "é"); m == nil || err != nil {
		t.Errorf("an escaped text must match itself: %v", err)
	}
	if got := Escape("a.b-c d&~#"); got != `a\.b\-c\ d\&\~\#` {
		t.Errorf("got %s", got)
	}
}

func FuzzCompile(f *testing.F) {
	for p := range strings.SplitSeq(patternList, "\n") {
		f.Add(p, "abc 12\n", `\1`)
	}
	f.Fuzz(func(t *testing.T, pattern, text, template string) {
		r, err := Compile(pattern, 0)
		if err != nil || len(text) > 100 {
			return
		}
		r.re.MatchTimeout = 20 * time.Millisecond
		if out, err := r.FindIter(text, 0); err == nil && len(out) > len(text)+1+len([]rune(text)) {
			t.Errorf("%q finds %d matches in %q", pattern, len(out), text)
		}
		if _, err := r.Template(template); err != nil && err.Error() == "" {
			t.Error("an error must say something")
		}
	})
}
