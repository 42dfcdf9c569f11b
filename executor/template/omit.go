package template

import (
	"errors"

	"pylint-deploy/parser/jinja/value"
)

// errNotBuilt goes away with the engine.
var errNotBuilt = errors.New("templating is not built yet")

// omitType is the type of Omit.
type omitType struct{}

// TypeName implements value.Value.
func (omitType) TypeName() string { return "Omit" }

// Omit is the value of the variable omit: an argument that renders to it is taken as not given.
var Omit value.Value = omitType{}
