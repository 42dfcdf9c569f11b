package template

import (
	"strings"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/value"
)

// Templates in the texts that a template gives to lookups, as in lookup('file', '{{ home }}/.profile'), are rendered: playbooks
// have been written so for years. Only text that stands in the template itself is trusted so far, never what a variable holds.

var lookupFunctions = map[string]bool{"lookup": true, "query": true, "q": true}

// findEmbedded remembers the constants of a parsed template that are templates within calls of lookups.
func (s *session) findEmbedded(text string, root ast.Node) {
	if !strings.Contains(text, "q") && !strings.Contains(text, "lookup") || !IsTemplate(text[min(2, len(text)):]) {
		return
	}
	ast.Walk(root, func(n ast.Node) bool {
		c, ok := n.(*ast.Call)
		if !ok {
			return true
		}
		if name, ok := c.Fn.(*ast.Name); ok && lookupFunctions[name.Name] {
			s.constants(c)
		}
		return true
	})
}

func (s *session) constants(call ast.Node) {
	ast.Walk(call, func(n ast.Node) bool {
		c, ok := n.(*ast.Const)
		if !ok {
			return true
		}
		if text, ok := c.Value.(value.Str); ok && IsTemplate(string(text)) {
			if s.nested == nil {
				s.nested = map[value.Str]bool{}
			}
			s.nested[text] = true
		}
		return true
	})
}

// renderEmbedded renders the constants that findEmbedded found, also where they are the items of a list.
func (s *session) renderEmbedded(v value.Value) (value.Value, error) {
	switch v := v.(type) {
	case value.Str:
		if s.nested[v] {
			out, err := s.render(value.Template{Text: string(v)})
			if err != nil {
				return nil, err
			}
			return value.Force(out)
		}
	case *value.List:
		items := make([]value.Value, len(v.Items))
		for i, item := range v.Items {
			out, err := s.renderEmbedded(item)
			if err != nil {
				return nil, err
			}
			items[i] = out
		}
		return list(items), nil
	}
	return v, nil
}
