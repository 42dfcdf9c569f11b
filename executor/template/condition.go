package template

import (
	"context"
	"fmt"
	"strings"

	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
)

// Verdict is the outcome of a condition.
type Verdict struct {
	True bool
	// Result is the condition's own value, for messages.
	Result value.Value
	// Warning is set where the condition is not a bool, which ansible-core 2.19 refuses and this program accepts by truth
	// value, or where it holds braces.
	Warning string
}

// Bool evaluates a condition (when, changed_when, failed_when, until, that): an expression without braces, a bool, or a
// list of them, which all must hold. Items are value.Template, value.Str (text of an expression that the playbook's author
// wrote) or any plain value.
func (t *Templar) Bool(ctx context.Context, s Scope, cond value.Value) (Verdict, error) {
	if l, ok := cond.(*value.List); ok {
		return t.all(ctx, s, l.Items)
	}
	session := t.session(ctx, s)
	result, warning, err := session.condition(cond)
	if err != nil {
		return Verdict{}, err
	}
	truth, err := value.Truth(result)
	if err != nil {
		expr, _ := cond.(value.Template)
		return Verdict{}, session.fail(err, expr)
	}
	if _, isBool := result.(value.Bool); !isBool && warning == "" && t.cfg.Compat == Modern {
		warning = fmt.Sprintf("the condition %s is not a bool but a %s, taken as %v; ansible-core refuses it since 2.19", shownCondition(cond), result.TypeName(), truth)
	}
	return Verdict{True: truth, Result: result, Warning: warning}, nil
}

// all is true where each condition is; the first one that is not decides, and the later ones are not looked at.
func (t *Templar) all(ctx context.Context, s Scope, conds []value.Value) (Verdict, error) {
	verdict := Verdict{True: true, Result: value.Bool(true)}
	var warnings []string
	for _, cond := range conds {
		v, err := t.Bool(ctx, s, cond)
		if err != nil {
			return v, err
		}
		if v.Warning != "" {
			warnings = append(warnings, v.Warning)
		}
		if verdict = v; !v.True {
			break
		}
	}
	verdict.Warning = strings.Join(warnings, "; ")
	return verdict, nil
}

func shownCondition(cond value.Value) string {
	if text, ok := textOf(cond); ok {
		return "'" + clip(text) + "'"
	}
	return shown(cond)
}

// condition gives the value of one condition.
func (s *session) condition(cond value.Value) (result value.Value, warning string, err error) {
	expr, ok := cond.(value.Template)
	switch c := cond.(type) {
	case value.NoneType:
		return value.Bool(true), "", nil
	case value.Str:
		expr, ok = value.Template{Text: string(c)}, true
	}
	if !ok {
		v, err := value.Force(cond)
		return v, "", err
	}
	if strings.TrimSpace(expr.Text) == "" {
		return value.Bool(true), "", nil
	}
	if IsTemplate(expr.Text) {
		text, err := s.embedded(expr)
		if err != nil {
			return nil, "", err
		}
		warning = fmt.Sprintf("conditional statements should not include jinja2 templating delimiters such as {{ }} or {%% %%}. Found: %s", clip(expr.Text))
		if _, isText := text.(value.Str); !isText {
			return text, warning, nil
		}
		expr.Text = string(text.(value.Str))
		if strings.TrimSpace(expr.Text) == "" {
			return value.Str(expr.Text), warning, nil
		}
	}
	v, err := s.expr(expr)
	return v, warning, err
}

var (
	// words are text that cannot be more than a part of a string, or a name, where it is put into an expression.
	words = pattern.New(`^[\pL\pM\pN_.:/@ ,+-]*$`)
	// noCalls is text that as an expression can compare variables but run nothing.
	noCalls       = pattern.New(`^[^()|{}%]*$`)
	oneExpression = pattern.New(`^\s*\{\{[^{}]*\}\}\s*$`)
	braces        = pattern.New(`\{\{(.*?)\}\}`)
)

// embedded renders the braces inside a condition. What comes out is an expression again, so what is put in may only add
// words to it, never quotes, brackets or calls: it may come from a host, a module or a lookup. A condition that is
// nothing but the value of a variable may be more, but no call.
func (s *session) embedded(expr value.Template) (value.Value, error) {
	v, err := s.render(expr)
	if err == nil {
		v, err = s.finish(v, 0)
	}
	if err != nil {
		return nil, s.fail(err, expr)
	}
	text, ok := v.(value.Str)
	switch {
	case !ok, words.MatchString(string(text)):
		return v, nil
	case oneExpression.MatchString(expr.Text) && noCalls.MatchString(string(text)):
		return v, nil
	case s.onlyWords(expr):
		return v, nil
	}
	return nil, s.fail(value.Errorf(value.SecurityError,
		"what the braces of the condition give cannot safely be evaluated as a part of it; write the condition without braces"), expr)
}

// onlyWords tells whether each expression in braces gives nothing but words.
func (s *session) onlyWords(expr value.Template) bool {
	if strings.Contains(expr.Text, "{%") {
		return false
	}
	for _, m := range braces.FindAllStringSubmatch(expr.Text, -1) {
		v, err := s.expr(value.Template{Text: m[1], Origin: expr.Origin})
		if err != nil {
			return false
		}
		if text, err := value.ToStr(v); err != nil || !words.MatchString(text) {
			return false
		}
	}
	return true
}
