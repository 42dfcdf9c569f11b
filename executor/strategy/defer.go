package strategy

import (
	"strings"

	"pylint-deploy/executor/strategy/variables"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/parse"
	"pylint-deploy/parser/jinja/value"
)

// A condition about a result that is still to come need not end a batch where the target can decide it: whether what a call returned
// has a bool or a part of a text (wire.Call.If). `when: not certificate.stat.exists` is such a one, and "'active' in status.stdout". The target
// decides only what it cannot decide otherwise than the controller would, and when the task's turn comes the controller decides as ever.

// results are the calls of a batch whose results go to variables, by the names of these.
type results map[string]answered

// answered is a call of the batch.
type answered struct {
	id int64
	// plain tells that changed is what the module says.
	plain bool
}

// note remembers what goes to the variable that a task registers; id is that of its call, if that is one call whose result goes there as it is.
func (r results) note(j *job, p *prepared, id int) {
	delete(r, j.task.Register)
	if j.task.Register != "" && p != nil && p.step.Finish == nil {
		r[j.task.Register] = answered{id: int64(id), plain: j.task.Word("changed_when") == nil}
	}
}

// judged are keys of results that are not as the target returned them.
var judged = map[string]bool{"failed": true, "skipped": true, "attempts": true, "failed_when_result": true}

// conditionsAhead decides what can be decided of a task's conditions, and leaves the rest to the target. It is not certain where one cannot be evaluated:
// the others are not looked at then.
func (j *job) conditionsAhead(scope *variables.Scope) (run bool, given []any, certain bool) {
	for _, cond := range items(j.task.Word("when")) {
		if c := j.deferred(scope, cond); c != nil {
			if given == nil {
				given = c
			} else {
				given = []any{"and", given, c}
			}
			continue
		}
		holds, err := j.condition(scope, cond)
		if err != nil || !holds {
			return false, given, err == nil
		}
	}
	return true, given, true
}

// deferred is a condition in the form in which the target can decide it; nil where it cannot.
func (j *job) deferred(scope *variables.Scope, cond value.Value) []any {
	text := conditionText(cond)
	if _, isBool := cond.(value.Bool); isBool || template.IsTemplate(text) || strings.TrimSpace(text) == "" {
		return nil
	}
	x, _, err := parse.Expr(text, parse.Defaults())
	if err != nil {
		return nil
	}
	known := j.r.Store.New(j.play, j.host, j.task).With(scope.Local())
	return deferral{j.coming, known}.of(x)
}

// deferral makes conditions for the target.
type deferral struct {
	coming results
	known  *variables.Scope
}

func (d deferral) of(x ast.Expr) []any {
	switch x := x.(type) {
	case *ast.Not:
		if c := d.of(x.X); c != nil {
			return []any{"not", c}
		}
	case *ast.Logic:
		left, right := d.of(x.Left), d.of(x.Right)
		if left == nil || right == nil {
			return nil
		}
		if x.Or {
			return []any{"or", left, right}
		}
		return []any{"and", left, right}
	case *ast.Test:
		if x.Name == "changed" && len(x.Args.Pos) == 0 {
			return d.place(x.X, []any{"is"}, "changed")
		}
	case *ast.GetAttr, *ast.GetItem:
		return d.place(x, []any{"is"})
	case *ast.Filter:
		if emptyDefault(x) == value.Bool(false) {
			return d.place(x.X, []any{"is?"})
		}
	case *ast.Compare:
		return d.part(x)
	}
	return nil
}

// part is `'text' in result.key`.
func (d deferral) part(x *ast.Compare) []any {
	if len(x.Ops) != 1 {
		return nil
	}
	piece, ok := x.Left.(*ast.Const)
	if !ok {
		return nil
	}
	text, ok := piece.Value.(value.Str)
	if !ok {
		return nil
	}
	in, place := "in", x.Ops[0].X
	if f, ok := place.(*ast.Filter); ok && emptyDefault(f) == value.Str("") {
		in, place = "in?", f.X
	}
	c := d.place(place, []any{in, string(text)})
	switch {
	case c == nil:
		return nil
	case x.Ops[0].Op == "in":
		return c
	case x.Ops[0].Op == "not in":
		return []any{"not", c}
	}
	return nil
}

// emptyDefault is what the filter default puts in place of what is not there, nil where the filter is another or does more.
func emptyDefault(x *ast.Filter) value.Value {
	if x.Name != "default" && x.Name != "d" || len(x.Args.Pos) != 1 || len(x.Args.Kw) > 0 || x.Args.Star != nil || x.Args.StarKw != nil {
		return nil
	}
	if c, ok := x.Args.Pos[0].(*ast.Const); ok {
		return c.Value
	}
	return nil
}

// place appends the call and the keys of result.key.key to a condition; nil where the expression is another, or the name something else by then.
func (d deferral) place(x ast.Expr, c []any, more ...string) []any {
	keys := more
	for {
		switch node := x.(type) {
		case *ast.GetAttr:
			keys, x = append([]string{node.Name}, keys...), node.X
			continue
		case *ast.GetItem:
			key, _ := node.Key.(*ast.Const)
			if key == nil {
				return nil
			}
			name, ok := key.Value.(value.Str)
			if !ok {
				return nil
			}
			keys, x = append([]string{string(name)}, keys...), node.X
			continue
		}
		break
	}
	name, ok := x.(*ast.Name)
	if !ok || len(keys) == 0 || judged[keys[0]] || strings.HasPrefix(keys[0], "_") {
		return nil
	}
	call, ok := d.coming[name.Name]
	if _, other := d.known.Known(name.Name); !ok || other || keys[0] == "changed" && !call.plain {
		return nil
	}
	c = append(c, call.id)
	for _, key := range keys {
		c = append(c, key)
	}
	return c
}
