package facts

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Term is a task as rules see it.
func (t *Task) Term() *ast.Term {
	var pairs [][2]*ast.Term
	t.describing(func(all record) {
		pairs = make([][2]*ast.Term, 0, len(all)+2)
		for _, f := range all {
			pairs = appendField(pairs, f.name, f.value)
		}
	})
	pairs = appendField(pairs, "id", t.ID)
	pairs = appendField(pairs, "kind", "task")
	return ast.ObjectTerm(pairs...)
}

// Term is a play as rules see it.
func (p *Play) Term() *ast.Term {
	p.facts["id"] = p.ID
	p.facts["kind"] = "play"
	p.facts["module"] = "play"
	return term(p.facts)
}

// Flags and Programs are what a rule's select looks at.
func (t *Task) Flags() []string    { return t.flags }
func (t *Task) Programs() []string { return t.programs() }

// term builds a Rego value without the detour over JSON. Empty texts, false and empty lists are left out of objects, except
// false where a rule must tell it from absence: those are the args and literals.
func term(v any) *ast.Term {
	switch v := v.(type) {
	case string:
		return ast.StringTerm(v)
	case bool:
		return ast.InternedTerm(v)
	case int:
		return ast.InternedTerm(v)
	case []any:
		terms := make([]*ast.Term, len(v))
		for i := range v {
			terms[i] = term(v[i])
		}
		return ast.ArrayTerm(terms...)
	case []string:
		terms := make([]*ast.Term, len(v))
		for i := range v {
			terms[i] = ast.StringTerm(v[i])
		}
		return ast.ArrayTerm(terms...)
	case Fields:
		pairs := make([][2]*ast.Term, 0, len(v))
		for key, value := range v {
			pairs = appendField(pairs, key, value)
		}
		return ast.ObjectTerm(pairs...)
	case nil:
		return ast.InternedNullTerm
	}
	panic(fmt.Sprintf("facts: a field of type %T", v))
}

func appendField(pairs [][2]*ast.Term, name string, value any) [][2]*ast.Term {
	if value == nil {
		return pairs
	}
	return append(pairs, [2]*ast.Term{ast.InternedTerm(name), term(value)})
}
