package jinja_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
)

// oracleCase is a template for the real Jinja, oracleResult what that made of it.
type oracleCase struct {
	Source  string            `json:"source"`
	Vars    json.RawMessage   `json:"vars"`
	Options map[string]any    `json:"options,omitempty"`
	Files   map[string]string `json:"files,omitempty"`
}

type oracleResult struct {
	Text    *string `json:"text"`
	Error   string  `json:"error"`
	Message string  `json:"message"`
}

const python = "/usr/bin/python3"

// needPython skips a test where the real Jinja is missing; in CI that is a failure.
func needPython(t testing.TB) {
	t.Helper()
	if err := exec.Command(python, "-c", "import jinja2").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s with jinja2 is needed: %v", python, err)
		}
		t.Skipf("%s with jinja2 is not installed: %v", python, err)
	}
}

// oracle renders all cases in one Python process.
func oracle(t testing.TB, cases []oracleCase) []oracleResult {
	t.Helper()
	needPython(t)
	var in bytes.Buffer
	for _, c := range cases {
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.Command(python, filepath.Join("testdata", "oracle.py"))
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var results []oracleResult
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var r oracleResult
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	if len(results) != len(cases) {
		t.Fatalf("%d results for %d cases", len(results), len(cases))
	}
	return results
}

var addressPattern = regexp.MustCompile(`<[^<>]* at 0x[0-9a-f]+>`)

// render is what the engine makes of a case.
func (c *oracleCase) render(t testing.TB) (string, error) {
	var o jinja.Options
	o.TrimBlocks, _ = c.Options["trim_blocks"].(bool)
	o.LstripBlocks, _ = c.Options["lstrip_blocks"].(bool)
	o.KeepTrailingNewline, _ = c.Options["keep_trailing_newline"].(bool)
	o.LineStatementPrefix, _ = c.Options["line_statement_prefix"].(string)
	o.LineCommentPrefix, _ = c.Options["line_comment_prefix"].(string)
	e, err := jinja.New(jinja.Config{Options: o, Loader: files(c.Files)})
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := e.Parse("", c.Source)
	if err != nil {
		return "", err
	}
	out, err := tmpl.Render(mustVars(t, c.Vars))
	return addressPattern.ReplaceAllString(out, "<object>"), err
}

// kinds are the Python classes that stand for one Kind of the engine.
var kinds = map[string]value.Kind{
	"TemplateSyntaxError": value.SyntaxError, "TemplateAssertionError": value.SyntaxError, "UndefinedError": value.UndefinedError,
	"TypeError": value.TypeError, "ValueError": value.ValueError, "KeyError": value.KeyError, "IndexError": value.IndexError,
	"ZeroDivisionError": value.ZeroDivisionError, "AttributeError": value.AttributeError,
}

// differential compares the engine with the real Jinja on cases, and reports at most a few dozen differences.
func differential(t *testing.T, cases []oracleCase) {
	t.Helper()
	bad, failing, sameText := 0, 0, 0
	for i, want := range oracle(t, cases) {
		c := cases[i]
		got, err := c.render(t)
		if want.Text == nil {
			failing++
			if err != nil && value.KindOf(err) != value.BudgetError {
				if e, ok := err.(*jinja.Error); ok && e.Msg == want.Message {
					sameText++
				} else if os.Getenv("PYLINT_DEPLOY_DIFFERENTIAL_TEXTS") != "" {
					t.Logf("%s\n  got %v\n want %s: %s", c.Source, err, want.Error, want.Message)
				}
			}
		}
		if err != nil && (value.KindOf(err) == value.BudgetError || unsupported(want, err)) {
			continue
		}
		if (err != nil) == (want.Text == nil) && (err != nil || got == *want.Text) {
			continue
		}
		if undetermined(c.Source, want.Text) || foldedEarly(want) {
			continue
		}
		if bad++; bad > 40 {
			continue
		}
		if want.Text == nil {
			t.Errorf("%q %v:\n  got %q, %v\n want %s: %s", c.Source, c.Options, got, err, want.Error, want.Message)
		} else {
			t.Errorf("%q %v:\n  got %q, %v\n want %q", c.Source, c.Options, got, err, *want.Text)
		}
	}
	t.Logf("%d cases, %d of them failing in Jinja (%d with the same words here), %d differences", len(cases), failing, sameText, bad)
}

// unsupported tells whether Jinja gave a value that the engine refuses on purpose.
func unsupported(r oracleResult, err error) bool {
	return strings.Contains(err.Error(), "complex numbers") || r.Text != nil && complexPattern.MatchString(*r.Text)
}

// complexPattern finds complex numbers, which the engine does not have.
var complexPattern = regexp.MustCompile(`\dj\)`)

// undetermined tells whether a result differs from run to run: by chance, or by an address that filters took apart.
func undetermined(source string, want *string) bool {
	return strings.Contains(source, "random") || want != nil && strings.Contains(*want, "0x")
}

// foldedEarly finds mistakes in constant parts of an expression, which Jinja's optimizer reports even where they are never evaluated.
func foldedEarly(r oracleResult) bool {
	return r.Error == "UndefinedError" && !strings.Contains(r.Message, "is undefined")
}

func differentialSize(t *testing.T, def int) int {
	if s := os.Getenv("PYLINT_DEPLOY_DIFFERENTIAL"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return def
}

func seed(t *testing.T) *rand.Rand {
	s := uint64(1)
	if text := os.Getenv("PYLINT_DEPLOY_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		s = n
	}
	return rand.New(rand.NewPCG(s, 0))
}

func TestExpressionsAsRealJinja(t *testing.T) {
	g := &generator{Rand: seed(t)}
	var cases []oracleCase
	for range differentialSize(t, 800) {
		cases = append(cases, oracleCase{Source: "{{ " + g.expr() + " }}", Vars: json.RawMessage(generatorVars)})
	}
	differential(t, cases)
}

func TestTemplatesAsRealJinja(t *testing.T) {
	g := &generator{Rand: seed(t)}
	var cases []oracleCase
	for range differentialSize(t, 500) {
		options := map[string]any{}
		for _, name := range []string{"trim_blocks", "lstrip_blocks", "keep_trailing_newline"} {
			if g.IntN(2) == 0 {
				options[name] = true
			}
		}
		cases = append(cases, oracleCase{Source: g.template(), Vars: json.RawMessage(generatorVars), Options: options})
	}
	differential(t, cases)
}
