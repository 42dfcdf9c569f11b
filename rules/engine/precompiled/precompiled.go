// Package precompiled stores Rego modules as OPA's compiler leaves them, so that a program that carries its rules does not parse
// and compile them at each start: that is a third of a small check.
//
// What is stored is data only: the rules' syntax trees after the last rewriting stage. Loading builds the trees, and OPA's compiler
// then runs the two stages that index them. The format is private to one version of this program, and of OPA: who loads must compare the
// Stamp with what it would be now, and compile from the texts where they differ.
//
// Layout, all numbers varints, all texts in one table at the front:
//
//	magic, stamp
//	number of texts, their lengths, the texts
//	number of built-in functions that are called, their names
//	number of notes, for each: name, text
//	number of modules, for each: name, length of its body
//	the bodies
package precompiled

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

const magic = "pdrego1\n"

// Stamp tells from what modules were compiled: a hash of whatever the caller finds that to depend on.
type Stamp [sha256.Size]byte

// ErrFormat says that data are not what Encode writes.
var ErrFormat = errors.New("these are not compiled rules of this version")

// tags of values.
const (
	tagNone byte = iota // no term
	tagNull
	tagFalse
	tagTrue
	tagNumber
	tagString
	tagVar
	tagRef
	tagArray
	tagObject
	tagSet
	tagArrayComprehension
	tagSetComprehension
	tagObjectComprehension
	tagCall
)

// kinds of an expression's terms.
const (
	kindTerm byte = iota
	kindCall
	kindSome
	kindEvery
)

// flags of expressions and rules.
const (
	flagNegated = 1 << iota
	flagGenerated
	flagWith
	flagDefault
	flagElse
	flagAssign
)

// skipped are all stages but those that make what evaluation looks things up in.
var skipped = slices.DeleteFunc(ast.AllStages(), func(stage ast.StageID) bool {
	return stage == ast.StageSetRuleTree || stage == ast.StageBuildRuleIndices || stage == ast.StageBuildComprehensionIndices
})

// Compiler is an OPA compiler whose modules are those of the store that are named; what refers to others finds nothing.
// It is ready to be asked, its Errors are empty.
func (s *Store) Compiler(names []string) (*ast.Compiler, error) {
	modules := make(map[string]*ast.Module, len(names))
	empty := make(map[string]*ast.Module, len(names))
	d := &decoder{store: s, values: make([]shared, len(s.texts))}
	for _, name := range names {
		m, err := d.module(name)
		if err != nil {
			return nil, err
		}
		modules[name] = m
		empty[name] = &ast.Module{Package: m.Package}
	}
	c := ast.NewCompiler().WithSkipStages(skipped...).WithCapabilities(&ast.Capabilities{Builtins: s.builtins})
	// OPA copies the modules it is given; these belong to nobody else and take the place of copies.
	c = c.WithStageAfterID(ast.StageSetRuleTree, ast.CompilerStageDefinition{Name: "precompiled", MetricName: "precompiled", Stage: func(c *ast.Compiler) *ast.Error {
		c.Modules = modules
		c.ModuleTree = ast.NewModuleTree(modules)
		c.RuleTree = ast.NewRuleTree(c.ModuleTree)
		return nil
	}})
	if c.Compile(empty); c.Failed() {
		return nil, fmt.Errorf("loading compiled rules: %w", c.Errors)
	}
	return c, nil
}
