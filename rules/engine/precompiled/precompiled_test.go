package precompiled

import (
	"context"
	"errors"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// sample uses every kind of term and expression that survives the compiler.
var sample = map[string]string{
	"lib.rego": `package lib
double(n) := n * 2
size(x) := count(x)
`,
	"a.rego": `package a
import data.lib

default verdict := "none"
verdict := "many" if { lib.size(input.list) > 2 } else := "one" if { count(input.list) == 1 }

numbers contains lib.double(n) if { some n in input.list; not n == 3 }
names[k] := v if { some k, v in {"x": null, "y": true, "z": 1.5, "w": "text"} }
nested := {"array": [x | some x in input.list], "set": {x | x := input.list[_]}, "object": {k: v | some k, v in input.list}, "fixed": {1, "two", false}}
every_small if { every i, n in input.list { n < 10; i >= 0 } }
replaced := v if { v := verdict with input.list as [1] }
`,
}

func compileSample(t testing.TB) *ast.Compiler {
	t.Helper()
	modules := map[string]*ast.Module{}
	for name, text := range sample {
		modules[name] = ast.MustParseModule(text)
	}
	c := ast.NewCompiler()
	if c.Compile(modules); c.Failed() {
		t.Fatal(c.Errors)
	}
	return c
}

func encodeSample(t testing.TB) string {
	t.Helper()
	data, err := Encode(Stamp{1, 2}, compileSample(t), map[string]string{"note": "text"})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// answers is all that the package a says about an input.
func answers(t *testing.T, c *ast.Compiler) string {
	t.Helper()
	ctx := context.Background()
	store := inmem.New()
	txn, err := store.NewTransaction(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Abort(ctx, txn)
	input := ast.MustParseTerm(`{"list": [1, 2, 3, 4]}`)
	results, err := topdown.NewQuery(ast.MustParseBody("data.a = x")).WithCompiler(c).WithStore(store).WithTransaction(txn).WithInput(input).Run(ctx)
	if err != nil || len(results) != 1 {
		t.Fatal(results, err)
	}
	return results[0]["x"].String()
}

func TestAStoredCompilerAnswersAsTheOneThatCompiled(t *testing.T) {
	c := compileSample(t)
	s, err := Open(encodeSample(t))
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := s.Compiler([]string{"a.rego", "lib.rego"})
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range c.Modules {
		for i, r := range m.Rules {
			got := loaded.Modules[name].Rules[i]
			if got.String() != r.String() || got.Location.Row != r.Location.Row || got.Location.Col != r.Location.Col || got.Location.File != name {
				t.Errorf("%s: rule\n%s\nis loaded as\n%s at %v", name, r, got, got.Location)
			}
		}
	}
	if want, got := answers(t, c), answers(t, loaded); want != got {
		t.Errorf("answers %s, want %s", got, want)
	}
	if s.Notes["note"] != "text" || s.Stamp != (Stamp{1, 2}) {
		t.Errorf("notes %v, stamp %v", s.Notes, s.Stamp)
	}
	if _, err := s.Compiler([]string{"b.rego"}); err == nil {
		t.Error("a module that is not there was loaded")
	}
}

func TestTheSameModulesGiveTheSameBytes(t *testing.T) {
	if encodeSample(t) != encodeSample(t) {
		t.Error("they differ")
	}
}

func TestWhatCannotBeStoredIsSaid(t *testing.T) {
	c := compileSample(t)
	c.Modules["a.rego"].Rules[0].Head.Value = &ast.Term{Value: &ast.TemplateString{}}
	if _, err := Encode(Stamp{}, c, nil); err == nil {
		t.Error("a template string was stored")
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(encodeSample(f))
	f.Add("")
	f.Add(magic)
	f.Fuzz(func(t *testing.T, data string) {
		s, err := Open(data)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatal(err)
			}
			return
		}
		for name := range s.modules {
			d := &decoder{store: s, values: make([]shared, len(s.texts))}
			if _, err := d.module(name); err != nil && !errors.Is(err, ErrFormat) {
				t.Fatal(err)
			}
		}
	})
}
