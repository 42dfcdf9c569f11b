package parse_test

import (
	"errors"
	"strings"
	"testing"

	"pylint-deploy/parser/jinja/ast"
	"pylint-deploy/parser/jinja/parse"
)

// FuzzParse reads any text with several sets of options. What it gives must have spans in order and within the text.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"{{ a.b[0] | f(x, y=1) is defined }}", "# for i in l:\n{{ i }}\n# endfor\n## c\n", "{% raw %}{{ x }}{% endraw %}", "<% if a %>${x}<% endif %>", "{#- c -#}\n  {%- set x = 'a\\n\\x41\\u00e9' -%}",
		"{{ 1e5 + 0x_ff - 1_000.5e-3 ** 2 // 3 }}", "{% for a, (b, c) in d if e recursive %}{% else %}{% endfor %}", "{{ {'a': [1, (2,), ()]}[1:2:3] }}", "{% macro f(a, b=1) %}{% endmacro %}{% call(x) f() %}{% endcall %}",
	} {
		f.Add(seed)
	}
	line := parse.Defaults()
	line.LineStatementPrefix, line.LineCommentPrefix, line.TrimBlocks, line.LstripBlocks = "#", "##", true, true
	other := parse.Defaults()
	other.BlockStart, other.BlockEnd, other.VariableStart, other.VariableEnd = "<%", "%>", "${", "}"
	f.Fuzz(func(t *testing.T, text string) {
		for _, o := range []*parse.Options{parse.Defaults(), line, other} {
			tree, source, err := parse.Template("fuzz", text, o)
			if err != nil {
				var e *parse.Error
				if !errors.As(err, &e) || e.Msg == "" {
					t.Fatalf("error of another kind: %v", err)
				}
				continue
			}
			ast.Walk(tree, func(n ast.Node) bool {
				at := n.Span()
				if at.Start.Offset > at.End.Offset || at.End.Offset > len(source) || at.Start.Line < 1 || at.Start.Column < 1 {
					t.Errorf("%T has span %+v in a text of %d bytes", n, at, len(source))
				}
				return true
			})
			ast.Names(tree)
			ast.Uses(tree)
		}
	})
}

func TestMistakesAreToldInJinjasWords(t *testing.T) {
	for source, want := range map[string]string{
		"{{ x ":                         "1:6: unexpected end of template, expected 'end of print statement'.",
		"{{ x | }}":                     "1:8: expected token 'name', got 'end of print statement'",
		"a\n{% for in x %}":             "2:11: expected token 'in', got 'x'",
		"{% if a = 1 %}x{% endif %}":    "1:9: expected token 'end of statement block', got '='",
		"{% nope %}":                    "1:4: Encountered unknown tag 'nope'.",
		"{% if a %}{% for %}":           "1:18: Expected an expression, got 'end of statement block'",
		"{% if a %}":                    "1:11: Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.",
		"{% for a in b %}{% endif %}":   "1:20: Encountered unknown tag 'endif'. Jinja was looking for the following tags: 'endfor' or 'else'. The innermost block that needs to be closed is 'for'.",
		"{{ ) }}":                       "1:4: unexpected ')'",
		"{{ [1) }}":                     "1:6: unexpected ')', expected ']'",
		"{{ a ? b }}":                   "1:6: unexpected char '?' at 5",
		"{{ 'a }}":                      "1:4: unexpected char \"'\" at 3",
		"{# c":                          "1:3: Missing end of comment tag",
		"{% raw %}":                     "1:10: Missing end of raw directive",
		"{{ a is b is c }}":             "1:11: You cannot chain multiple tests with is",
		"{% set 1 = 2 %}":               "1:8: can't assign to 'const'",
		"{% set none = 2 %}":            "1:8: can't assign to 'const'",
		"{% import 'a' as none %}":      "1:18: can't assign to 'name'",
		"{{ f(a=1, 2) }}":               "1:5: invalid syntax for function call expression",
		"{{ [x for x in y] }}":          "1:7: expected token ',', got 'for'",
		"{% block a-b %}{% endblock %}": "1:11: Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.",
		"{% from 'a' import _b %}":      "1:20: names starting with an underline can not be imported",
	} {
		_, _, err := parse.Template("t", source, parse.Defaults())
		if err == nil || err.Error() != want {
			t.Errorf("%s\n got %v\nwant %s", source, err, want)
		}
	}
}

func TestNestingIsBounded(t *testing.T) {
	for _, source := range []string{
		strings.Repeat("(", 5000), strings.Repeat("[", 5000), strings.Repeat("-", 5000) + "1", strings.Repeat("not ", 5000) + "a",
		strings.Repeat("a if b else ", 5000) + "c", strings.Repeat("f(", 5000), strings.Repeat("a[", 5000), strings.Repeat("{1:", 5000), "a is " + strings.Repeat("b[c is ", 3000),
	} {
		if _, _, err := parse.Expr(source, parse.Defaults()); err == nil {
			t.Errorf("%.20s... was accepted", source)
		}
	}
	if _, _, err := parse.Template("t", strings.Repeat("{% if a %}", 5000), parse.Defaults()); err == nil {
		t.Error("5000 nested blocks were accepted")
	}
}
