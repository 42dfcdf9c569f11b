package engine

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"pylint-deploy/rules"
)

// violations reads the answer of a rule: a set of objects.
func (a *asked) violations(answer *ast.Term) ([]Violation, error) {
	set, ok := answer.Value.(ast.Set)
	if !ok {
		return nil, fmt.Errorf("violations must be a set (write `violations contains {...} if ...`), not %s", ast.ValueName(answer.Value))
	}
	var out []Violation
	for _, t := range set.Slice() {
		v, err := a.violation(t)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (a *asked) violation(t *ast.Term) (Violation, error) {
	plain, err := ast.JSON(t.Value)
	if err != nil {
		return Violation{}, err
	}
	fields, ok := plain.(map[string]any)
	if !ok {
		return Violation{}, fmt.Errorf("a violation must be an object, not %s", ast.ValueName(t.Value))
	}
	meta := a.meta()
	v := Violation{Rule: a.id, Level: meta.Level, Run2: meta.Run2, Instead: meta.Instead}
	for _, f := range []struct {
		key  string
		into *string
	}{{"msg", &v.Message}, {"run2", &v.Run2}, {"instead", &v.Instead}, {"arg", &v.Arg}, {"once", &v.Once}, {"level", (*string)(&v.Level)}} {
		if err := take(fields, f.key, f.into); err != nil {
			return Violation{}, err
		}
	}
	if err := take(fields, "unknown", &v.Unknown); err != nil {
		return Violation{}, err
	}
	number, ok := fields["id"].(interface{ Int64() (int64, error) })
	if !ok {
		return Violation{}, fmt.Errorf("violation %v: id must be the candidate's id", fields)
	}
	id, err := number.Int64()
	if err != nil {
		return Violation{}, fmt.Errorf("violation %v: id: %w", fields, err)
	}
	delete(fields, "id")
	v.ID, v.Extra = int(id), fields
	switch {
	case v.Message == "":
		return Violation{}, fmt.Errorf("violation of candidate %d: msg is missing", v.ID)
	case v.Level != rules.Error && v.Level != rules.Warning && v.Level != rules.Info:
		return Violation{}, fmt.Errorf("violation of candidate %d: level is %q", v.ID, v.Level)
	}
	return v, nil
}

// take moves an optional field of the right type out of the map.
func take[T any](fields map[string]any, key string, into *T) error {
	raw, ok := fields[key]
	if !ok {
		return nil
	}
	v, ok := raw.(T)
	if !ok {
		return fmt.Errorf("violation: %s must be a %T, not %T", key, *into, raw)
	}
	*into = v
	delete(fields, key)
	return nil
}
