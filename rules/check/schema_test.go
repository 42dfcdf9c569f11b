package check

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"pylint-deploy/rules/settings"
)

// TestFactsAreAsTheSchemaSays checks the input of every task and play of the scenarios, and of the course where it is there, against the
// published schema.
func TestFactsAreAsTheSchemaSays(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/rules-input.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	dirs := []string{}
	for _, s := range scenarios {
		dirs = append(dirs, tree(t, s.archive))
	}
	if _, err := os.Stat("../../../shared/course"); err == nil {
		dirs = append(dirs, "../../../shared/course")
	}
	for _, dir := range dirs {
		c, err := read([]string{dir}, &settings.Settings{}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var terms []*ast.Term
		for p := range c.builder.Plays() {
			for _, task := range p.New {
				terms = append(terms, task.Term())
			}
			if p.Play != nil {
				terms = append(terms, p.Term())
			}
		}
		text := ast.ObjectTerm([2]*ast.Term{ast.StringTerm("tasks"), ast.ArrayTerm(terms...)}).Value.String()
		var input any
		if err := json.Unmarshal([]byte(text), &input); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if err := schema.Validate(input); err != nil {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
