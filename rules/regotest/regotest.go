// Package regotest runs the Rego tests of rules, ours and users', with coverage.
package regotest

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/tester"

	"pylint-deploy/rules/engine"
)

// Result is the outcome of one test.
type Result struct {
	Package string
	Name    string
	// Place is file:line of the test.
	Place string
	// Failed tells that the test is not true; Err that it could not be evaluated.
	Failed bool
	Err    error
	// Output is what the test printed.
	Output string
}

// Report is the outcome of all tests.
type Report struct {
	Results []Result
	// Covered is the share of the rules' lines that tests reached, in percent, by file; test files are left out.
	Covered map[string]float64
	Elapsed time.Duration
}

// Failures counts tests that failed or could not be evaluated.
func (r *Report) Failures() (n int) {
	for _, t := range r.Results {
		if t.Failed || t.Err != nil {
			n++
		}
	}
	return n
}

// Run runs every test of the file systems taken together: a user's rules beside our library, for example. Of the first one
// all files count; of the others only what tests of the first one need, their own tests are left out.
func Run(ctx context.Context, files fs.FS, libraries ...fs.FS) (*Report, error) {
	start := time.Now()
	modules := map[string]*ast.Module{}
	if err := parse(modules, files, true); err != nil {
		return nil, err
	}
	own := maps.Clone(modules)
	for _, l := range libraries {
		if err := parse(modules, l, false); err != nil {
			return nil, err
		}
	}
	coverage := cover.New()
	runner := tester.NewRunner().SetCompiler(ast.NewCompiler().WithSchemas(engine.Schemas()).WithCapabilities(engine.Capabilities()).WithRewriteTestRules(true).WithEnablePrintStatements(true)).
		SetCoverageQueryTracer(coverage).CapturePrintOutput(true).RaiseBuiltinErrors(true).SetModules(modules)
	results, err := runner.RunTests(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("compiling %d files of rules and tests:\n%w", len(own), engine.Explain(err))
	}
	report := &Report{Covered: map[string]float64{}}
	for r := range results {
		report.Results = append(report.Results, Result{Package: r.Package, Name: r.Name, Place: fmt.Sprintf("%s:%d", r.Location.File, r.Location.Row),
			Failed: r.Fail, Err: r.Error, Output: string(r.Output)})
	}
	slices.SortFunc(report.Results, func(a, b Result) int { return strings.Compare(a.Package+"\x00"+a.Name, b.Package+"\x00"+b.Name) })
	for file, f := range coverage.Report(modules).Files {
		if own[file] != nil && !strings.HasSuffix(file, "_test.rego") {
			report.Covered[file] = f.Coverage
		}
	}
	report.Elapsed = time.Since(start)
	return report, nil
}

// parse reads the Rego files of a file system. Without tests, a file that is there already is kept.
func parse(into map[string]*ast.Module, files fs.FS, tests bool) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".rego" || !tests && strings.HasSuffix(name, "_test.rego") {
			return err
		}
		if _, have := into[name]; have {
			return nil
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		m, err := ast.ParseModuleWithOpts(name, string(text), ast.ParserOptions{RegoVersion: ast.RegoV1, ProcessAnnotation: true})
		if err != nil {
			return fmt.Errorf("parsing rules:\n%w", engine.Explain(err))
		}
		into[name] = m
		return nil
	})
}
