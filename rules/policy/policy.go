// Package policy holds the rules: one folder a rule, <category>/<rule>/, with its Rego, its tests and its fixtures.
//
// A rule says nothing twice: its identity is its path, what people read of it is its metadata, and its verdict is
// `violations`. lib/ holds functions that rules share.
package policy

import "embed"

//go:generate go run ./compile compiled.bin

// Compiled are the rules as OPA's compiler leaves them (engine.Precompile), for a quick start.
//
//go:embed compiled.bin
var Compiled string

// Files are all Rego files below this folder, tests included.
//
//go:embed */*/*.rego lib/*.rego
var Files embed.FS
