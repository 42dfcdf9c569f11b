package jinja_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pylint-deploy/parser/jinja"
)

func mustEnvironment(t testing.TB, config jinja.Config) *jinja.Environment {
	t.Helper()
	e, err := jinja.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// BenchmarkTinyParseAndEval reads and computes a small expression that is not in the cache.
func BenchmarkTinyParseAndEval(b *testing.B) {
	e := mustEnvironment(b, jinja.Config{})
	v := mustVars(b, []byte(`{"a": {"b": 1}}`))
	texts := make([]string, 1<<14)
	for i := range texts {
		texts[i] = fmt.Sprintf("{{ a.b | default('x%d') }}", i)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if i&(len(texts)-1) == 0 {
			b.StopTimer()
			e = mustEnvironment(b, jinja.Config{})
			b.StartTimer()
		}
		t, err := e.Parse("", texts[i&(len(texts)-1)])
		if err != nil {
			b.Fatal(err)
		}
		if _, err := t.Native(v); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkTinyEval computes it again and again.
func BenchmarkTinyEval(b *testing.B) {
	e := mustEnvironment(b, jinja.Config{})
	v := mustVars(b, []byte(`{"a": {"b": 1}}`))
	b.ReportAllocs()
	for b.Loop() {
		t, err := e.Parse("", "{{ a.b | default('x') }}")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := t.Native(v); err != nil {
			b.Fatal(err)
		}
	}
}

// nginx is a template of some 6 KB as people write them, and its variables.
func nginx(t testing.TB) (string, vars, []byte) {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", "nginx.conf.j2"))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join("testdata", "nginx.vars.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source), mustVars(t, data), data
}

func BenchmarkNginx(b *testing.B) {
	source, v, _ := nginx(b)
	t, err := mustEnvironment(b, jinja.Config{Options: jinja.Options{TrimBlocks: true}}).Parse("nginx", source)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := t.Render(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNginxParse(b *testing.B) {
	source, _, _ := nginx(b)
	e := mustEnvironment(b, jinja.Config{})
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		if _, err := e.Parse(strconv.Itoa(i), source); err != nil {
			b.Fatal(err)
		}
	}
}

// TestNginxFasterThanRealJinja renders the large template here and in Python, compares the texts, and tells the CPU time of both.
func TestNginxFasterThanRealJinja(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second or two")
	}
	needPython(t)
	source, v, data := nginx(t)
	script := `
import jinja2, json, sys, time
case = json.load(sys.stdin)
t = jinja2.Environment(trim_blocks=True).from_string(case["source"])
out = t.render(case["vars"])
n, start = 0, time.process_time()
while time.process_time() - start < 0.5:
    t.render(case["vars"])
    n += 1
json.dump({"text": out, "micros": (time.process_time() - start) / n * 1e6}, sys.stdout)
`
	in, err := json.Marshal(map[string]any{"source": source, "vars": json.RawMessage(data)})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", script)
	cmd.Stdin = strings.NewReader(string(in))
	cmd.Stderr = os.Stderr
	raw, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var real struct {
		Text   string
		Micros float64
	}
	if err := json.Unmarshal(raw, &real); err != nil {
		t.Fatal(err)
	}
	tmpl, err := mustEnvironment(t, jinja.Config{Options: jinja.Options{TrimBlocks: true}}).Parse("nginx", source)
	if err != nil {
		t.Fatal(err)
	}
	got, err := tmpl.Render(v)
	if err != nil {
		t.Fatal(err)
	}
	if got != real.Text {
		t.Errorf("the texts differ:\n%s\n---\n%s", got, real.Text)
	}
	const rounds = 2000
	start := cpuTime(t)
	for range rounds {
		if _, err := tmpl.Render(v); err != nil {
			t.Fatal(err)
		}
	}
	micros := float64((cpuTime(t) - start).Nanoseconds()) / rounds / 1000
	t.Logf("%d bytes of template: %.0f µs here, %.0f µs in Jinja2 (CPU time), ratio %.2f", len(source), micros, real.Micros, micros/real.Micros)
	if micros > real.Micros && !raceEnabled {
		t.Errorf("rendering takes %.0f µs, Jinja2 %.0f µs", micros, real.Micros)
	}
}
