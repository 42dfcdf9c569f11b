package strategy

import (
	"pylint-deploy/executor/strategy/plan"
	"pylint-deploy/executor/template"
	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/parse"
	"pylint-deploy/parser/jinja/value"
)

// certain tells that a condition about a task's own result cannot go wrong, whatever a module reports that has not failed: it is missing,
// constant, or compares what such results always have. So it need not be evaluated before the next task may begin.
func certain(t *plan.Task, cond value.Value) bool {
	for _, c := range items(cond) {
		if _, constant := truth(c); constant || isNone(c) {
			continue
		}
		written := conditionText(c)
		if template.IsTemplate(written) {
			return false
		}
		x, _, err := parse.Expr(written, parse.Defaults())
		if err != nil || (sure{t}).kind(x) == unsure {
			return false
		}
	}
	return true
}

// kind is what an expression gives.
type kind uint8

const (
	unsure kind = iota // nobody knows, or it may fail
	aBool
	aText
	aNumber
	either // one of these
)

// always are what results have, by name; commands have more.
var (
	always     = map[string]kind{"changed": aBool, "failed": aBool}
	ofCommands = map[string]kind{"stdout": aText, "stderr": aText, "rc": aNumber}
	// asked are the tests of results.
	asked = map[string]bool{"changed": true, "change": true, "failed": true, "failure": true, "success": true, "succeeded": true, "successful": true}
)

// sure works out kinds in conditions of a task.
type sure struct{ *plan.Task }

func (s sure) kind(x ast.Expr) kind {
	switch x := x.(type) {
	case *ast.Const:
		return kindOfConst(x.Value)
	case *ast.GetAttr:
		return s.part(x.X, x.Name)
	case *ast.GetItem:
		if key, ok := x.Key.(*ast.Const); ok {
			name, _ := key.Value.(value.Str)
			return s.part(x.X, string(name))
		}
	case *ast.Test:
		if s.isResult(x.X) && asked[x.Name] {
			return aBool
		}
	case *ast.Not:
		if s.kind(x.X) != unsure {
			return aBool
		}
	case *ast.Logic:
		return s.logic(x)
	case *ast.Compare:
		return s.compare(x)
	}
	return unsure
}

func kindOfConst(v value.Value) kind {
	switch v.(type) {
	case value.Bool:
		return aBool
	case value.Str:
		return aText
	case value.Int, value.Float:
		return aNumber
	}
	return unsure
}

func (s sure) isResult(x ast.Expr) bool {
	name, ok := x.(*ast.Name)
	return ok && s.Register != "" && name.Name == s.Register
}

// part is the kind of a key of the task's own result.
func (s sure) part(of ast.Expr, key string) kind {
	switch {
	case !s.isResult(of):
		return unsure
	case always[key] != unsure:
		return always[key]
	case s.FQCN == "ansible.builtin.command" || s.FQCN == "ansible.builtin.shell":
		return ofCommands[key]
	}
	return unsure
}

func (s sure) logic(x *ast.Logic) kind {
	left, right := s.kind(x.Left), s.kind(x.Right)
	switch {
	case left == unsure || right == unsure:
		return unsure
	case left == right:
		return left
	}
	return either
}

// compare knows what cannot be compared.
func (s sure) compare(x *ast.Compare) kind {
	if len(x.Ops) != 1 {
		return unsure
	}
	left, right := s.kind(x.Left), s.kind(x.Ops[0].X)
	switch x.Ops[0].Op {
	case "==", "!=":
		if left != unsure && right != unsure {
			return aBool
		}
	case "in", "not in":
		if left == aText && right == aText {
			return aBool
		}
	default:
		if left == right && (left == aNumber || left == aText) {
			return aBool
		}
	}
	return unsure
}
