package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"pylint-deploy/docs"
	"pylint-deploy/parser/spelling"
)

// Schemas give OPA's type checker the published input schema, so that a rule which reads a field that no task has does not compile.
// OPA checks a reference against one type, and an entry of input.tasks is a task or a play: here it has the fields of both.
var Schemas = sync.OnceValue(func() *ast.SchemaSet {
	var schema map[string]any
	if err := json.Unmarshal(docs.InputSchema, &schema); err != nil {
		panic(fmt.Errorf("the input schema: %w", err)) // embedded, and tested
	}
	delete(schema, "$schema") // the checker knows the earlier drafts only, and we use nothing that differs
	defs := schema["$defs"].(map[string]any)
	both := map[string]any{}
	for _, kind := range []string{"play", "task"} {
		maps.Copy(both, defs[kind].(map[string]any)["properties"].(map[string]any))
	}
	tasks := schema["properties"].(map[string]any)["tasks"].(map[string]any)
	tasks["items"] = map[string]any{"type": "object", "properties": both}
	set := ast.NewSchemaSet()
	set.Put(ast.SchemaRootRef, schema)
	return set
})

// Explain says what a compile error means for the author of a rule: each on a line, with its place, and the nearest name where one
// is not known. Other errors stay as they are.
func Explain(err error) error {
	var list ast.Errors
	if !errors.As(err, &list) {
		return err
	}
	lines := make([]string, len(list))
	for i, e := range list {
		lines[i] = explainOne(e)
	}
	return errors.New(strings.Join(lines, "\n"))
}

func explainOne(e *ast.Error) string {
	place := ""
	if e.Location != nil {
		place = fmt.Sprintf("%s:%d:%d: ", e.Location.File, e.Location.Row, e.Location.Col)
	}
	switch detail := e.Details.(type) {
	case *ast.RefErrInvalidDetail:
		if detail.Pos < len(detail.Ref) && len(detail.OneOf) > 0 {
			if name, ok := detail.Ref[detail.Pos].Value.(ast.String); ok {
				return fmt.Sprintf("%s%s has no field %q%s (docs/rules-input.md lists the fields)", place, owner(detail.Ref[:detail.Pos]), string(name), didYouMean(string(name), detail.OneOf))
			}
		}
	}
	message := e.Message
	if name, ok := strings.CutPrefix(message, "undefined function "); ok && known(name) {
		message = name + " is not for rules: a verdict depends on the playbook alone, not on network, clock, chance or environment"
	}
	return place + message
}

// owner names what a reference is about, without the variables that OPA makes of [_] and some.
func owner(ref ast.Ref) string {
	text := ref.String()
	if _, rest, ok := strings.Cut(text, "input.tasks["); ok {
		if _, field, ok := strings.Cut(rest, "]"); ok && field != "" {
			return "a task's " + strings.TrimPrefix(field, ".")
		}
		return "a task"
	}
	return text
}

func known(builtin string) bool {
	return slices.ContainsFunc(ast.CapabilitiesForThisVersion().Builtins, func(b *ast.Builtin) bool { return b.Name == builtin })
}

// didYouMean offers the allowed name that is nearest to a misspelt one, "" where none is near.
func didYouMean(name string, allowed []ast.Value) string {
	var names []string
	for _, v := range allowed {
		if s, ok := v.(ast.String); ok {
			names = append(names, string(s))
		}
	}
	if near := spelling.Nearest(name, names); near != "" {
		return fmt.Sprintf(": did you mean %q?", near)
	}
	return ""
}
