package jinja_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator writes random templates: most of them make sense, some do not, as errors must agree too.
type generator struct {
	*rand.Rand
	depth int
	loops int
}

const generatorVars = `{"i": 5, "n": -3, "z": 0, "big": 12345678901234567890, "f": 2.5, "g": -0.125, "s": "Hello World", "e": "", "u": "h\u00e9 \u00df\u4e16", "m": "a: 1\nb: 2\n\n  c", "csv": "x,y,,z",
 "num": "42", "t": true, "no": false, "nn": null, "acc": [], "l": [3, 1, 2], "ls": ["b", "A", "c", "a"], "el": [], "ll": [[1, "x"], [2, "y"]], "mix": [1, "a", null, 2.5, [1]],
 "d": {"a": 1, "b": [1, 2], "c": {"x": "y"}, "items": 7}, "ed": {}, "users": [{"name": "bob", "age": 30, "g": "x"}, {"name": "Al", "age": 25, "g": "y"}, {"name": "eve", "age": 30, "g": "x", "admin": true}]}`

func (g *generator) pick(options ...string) string { return options[g.IntN(len(options))] }

// many joins n random parts.
func (g *generator) many(n int, sep string, part func() string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = part()
	}
	return strings.Join(parts, sep)
}

func (g *generator) expr() string {
	g.depth++
	defer func() { g.depth-- }()
	if g.depth > 4 || g.IntN(4) == 0 {
		return g.atom()
	}
	switch g.IntN(16) {
	case 0, 1:
		return g.number()
	case 2, 3, 4:
		return g.text()
	case 5, 6:
		return g.list()
	case 7:
		return g.boolean()
	case 8:
		return fmt.Sprintf("(%s if %s else %s)", g.expr(), g.boolean(), g.expr())
	case 9:
		return g.expr() + g.pick(" or ", " and ") + g.expr()
	case 10:
		return g.expr() + g.pick(" + ", " - ", " * ", " / ", " // ", " % ", " ~ ", " ** ") + g.small()
	case 11:
		return "(" + g.expr() + ")" + g.pick("[0]", "[-1]", "[1:]", "[:2]", "[::-1]", ".a", ".name", "['x']", ".0", "[i]", "[z:2:1]")
	case 12:
		return g.expr() + " | " + g.anyFilter()
	case 13:
		return g.dict()
	case 14:
		return g.pick("-", "+", "not ") + g.expr()
	}
	return "(" + g.many(1+g.IntN(3), ", ", g.expr) + g.pick("", ",") + ")"
}

func (g *generator) atom() string {
	return g.pick("i", "n", "z", "f", "s", "e", "u", "t", "no", "nn", "l", "ls", "el", "ll", "mix", "d", "ed", "users", "nope", "big", "g", "m", "csv", "num",
		"1", "0", "2.0", "1e20", "'x'", "\"q'\"", "'%s'", "true", "none", "[]", "{}", "()", "'a' 'b'", "d.a", "d.b", "d.c.x", "d.nope", "users[0].name", "nope.x", "0x1f", "1_000", "'\\u00e9\\n'")
}

func (g *generator) small() string {
	return g.pick("0", "1", "2", "3", "-1", "i", "n", "f", "2.5", "'a'", "l", "t", "nn", "-7", "10")
}

func (g *generator) number() string {
	switch g.IntN(8) {
	case 0:
		return g.pick("i", "n", "f", "g", "z", "big", "7", "2.5", "1e3", "100", "-4")
	case 1, 2:
		return "(" + g.number() + g.pick(" + ", " - ", " * ", " / ", " // ", " % ") + g.number() + ")"
	case 3:
		return g.number() + " | " + g.pick("abs", "int", "float", "round", "round(1)", "round(2, 'floor')", "round(-1)", "round(1, 'ceil')", "string", "filesizeformat", "filesizeformat(true)")
	case 4:
		return g.list() + " | " + g.pick("length", "sum", "first", "last", "min", "max", "count")
	case 5:
		return g.text() + g.pick(" | length", ".find('o')", ".count('l')", " | int", " | float", " | int(7)", " | wordcount", ".index('e')", ".rfind('l', 1)")
	case 6:
		return "(" + g.number() + ") ** " + g.pick("2", "0", "-1", "0.5", "3")
	}
	return g.pick("1", "2", "3", "i", "n", "f")
}

func (g *generator) text() string {
	switch g.IntN(7) {
	case 0:
		return g.pick("s", "e", "u", "m", "csv", "num", "'abc'", "'A b-c'", "'it''s'", "\"it's\"", "'a\\tb'", "'<a href=\"x\">&'", "'  pad '", "'%'", "'x=1;y=2'")
	case 1, 2:
		return "(" + g.text() + ")" + g.pick(".upper()", ".lower()", ".title()", ".strip()", ".strip('ab ')", ".replace('l', 'L')", ".replace('a', '', 1)", ".capitalize()", ".swapcase()", ".zfill(8)",
			".center(12)", ".center(9, '*')", ".ljust(6, '.')", ".rjust(7)", ".split()", ".split(',')", ".split(' ', 1)", ".rsplit(' ', 1)", ".rsplit()", ".splitlines()", ".splitlines(true)", ".partition(' ')", ".rpartition(',')",
			".startswith('H')", ".endswith(('d', 'x'))", ".isdigit()", ".isalpha()", ".isupper()", ".istitle()", ".isspace()", ".isidentifier()", ".expandtabs(4)", ".removeprefix('He')", ".removesuffix('ld')", ".join(ls)", ".join(l)",
			".format(1, 2)", ".encode()", ".casefold()", ".lstrip('H')", ".rstrip()", ".find('l', 3)", ".nosuch", ".nosuch()", ".isalnum()", ".isdecimal()", ".islower()", ".isprintable()", ".isascii()", ".isnumeric()")
	case 3:
		return "(" + g.text() + " | " + g.textFilter() + ")"
	case 4:
		return g.percent()
	case 5:
		return g.format()
	}
	return "(" + g.expr() + " ~ " + g.expr() + ")"
}

func (g *generator) textFilter() string {
	return g.pick("upper", "lower", "title", "capitalize", "trim", "trim('a')", "replace('o', '0')", "replace('l', 'LL', 2)", "center(20)", "indent", "indent(2, true)", "indent('> ')", "indent(1, blank=true)", "truncate(5)",
		"truncate(7, true)", "truncate(8, false, '…')", "truncate(3, true, '', 0)", "wordwrap(5)", "wordwrap(3, false)", "wordwrap(6, wrapstring='|')", "escape", "e", "forceescape", "urlencode", "striptags", "string", "reverse", "list", "wordcount",
		"length", "first", "last", "default('x')", "default('x', true)", "format(1)", "int", "float", "tojson", "pprint", "safe", "urlize", "join('-')", "sort | join", "unique | join", "batch(2) | list", "slice(2) | list", "e | upper", "xmlattr")
}

func (g *generator) percent() string {
	directive := "%" + g.pick("", "", "-", "0", "+", " ", "#") + g.pick("", "", "5", "10", "3") + g.pick("", "", ".2", ".0", ".5") + g.pick("s", "d", "f", "r", "x", "o", "e", "g", "X", "i", "c", "%", "a", "G")
	switch g.IntN(4) {
	case 0:
		return "('" + directive + " %s' % (" + g.expr() + ", " + g.expr() + "))"
	case 1:
		return "('%(a)s " + strings.Replace(directive, "%", "%(b)", 1) + "' % {'a': " + g.expr() + ", 'b': " + g.number() + "})"
	case 2:
		return "('" + directive + "' | format(" + g.expr() + "))"
	}
	return "('" + directive + "' % " + g.number() + ")"
}

func (g *generator) format() string {
	spec := g.pick("", "", "*", "x") + g.pick("<", ">", "^", "=")
	if g.IntN(2) == 0 {
		spec = ""
	}
	spec += g.pick("", "", "+", " ", "-") + g.pick("", "", "#") + g.pick("", "", "0") + g.pick("", "8", "3", "12") + g.pick("", "", ",", "_") + g.pick("", "", ".2", ".0", ".6") + g.pick("", "s", "d", "f", "x", "e", "g", "%", "b", "o", "n", "X", "c", "G", "E")
	arg := g.pick("i", "f", "s", "n", "t", "big", "g", "1e20", "1234567.891", "0", "l", "nn", "-255", "0.00001")
	if spec != "" {
		spec = ":" + spec
	}
	return "('" + g.pick("", "<", "{{") + "{" + g.pick("", "0", "0!r", "!s", "x") + spec + "}'.format(" + arg + ", x=" + g.number() + "))"
}

func (g *generator) list() string {
	switch g.IntN(6) {
	case 0, 1:
		return g.pick("l", "ls", "el", "ll", "mix", "users", "d.b", "range(4) | list", "range(i, 0, -2)", "d.keys()", "d.values()", "d.items()", "csv.split(',')", "'abc'", "(1, 2, 3)")
	case 2:
		return "[" + g.many(g.IntN(4), ", ", g.expr) + "]"
	case 3:
		return "(" + g.list() + " + " + g.list() + ")"
	}
	return "(" + g.list() + " | " + g.listFilter() + ")"
}

func (g *generator) listFilter() string {
	return g.pick("sort", "sort(reverse=true)", "sort(case_sensitive=true)", "sort(attribute='age,name')", "sort(attribute='name') | map(attribute='name')", "unique", "reverse", "list", "map('upper')", "map('string')", "map(attribute='name')",
		"map(attribute='age', default=0)", "map(attribute='nope') | list", "map(attribute='admin', default='-')", "map('default', 'z')", "map('int')", "select", "reject", "select('string')", "reject('none')", "select('gt', 1)", "selectattr('admin')", "selectattr('admin', 'defined')",
		"selectattr('age', 'ge', 30)", "rejectattr('name', 'in', ls)", "rejectattr('g', 'equalto', 'x')", "groupby('g')", "groupby('age') | map('first')", "groupby('admin', default=false)", "batch(2)", "batch(3, 'f')", "slice(2)", "slice(3, 'p')", "map('first')", "map('last') | list",
		"select('odd')", "map(attribute='name') | join(', ')", "map('nosuch')", "select('nosuch')", "map()", "sum(attribute='age')", "sum(start=10)", "max(attribute='age')", "min", "first", "join", "join('|', attribute='name')", "map('replace', 'b', 'B')", "zip", "items", "dictsort", "tojson", "pprint", "length", "random | default(1) is defined", "select('divisibleby', 2)", "map('format', 1)", "map('length')", "map(attribute=0)", "map(attribute='0')", "reject('equalto', 'A')")
}

func (g *generator) anyFilter() string {
	switch g.IntN(3) {
	case 0:
		return g.textFilter()
	case 1:
		return g.listFilter()
	}
	return g.pick("default(3)", "d(nope, true)", "tojson", "tojson(2)", "pprint", "string", "length", "list", "dictsort", "dictsort(true, 'value')", "items | list", "attr('a')", "urlencode", "xmlattr", "int", "float", "abs", "round(2)", "default", "int(0, 16)", "int('x')", "bool", "count")
}

func (g *generator) dict() string {
	switch g.IntN(4) {
	case 0:
		return g.pick("d", "ed", "users[0]", "d.c", "dict(a=1, b='x')", "dict(ll)")
	case 1:
		return "{" + g.many(g.IntN(3), ", ", func() string {
			return g.pick("'k'", "1", "true", "s", "(1, 2)", "1.0", "none", "'a'") + ": " + g.expr()
		}) + "}"
	}
	return g.pick("d", "users[0]") + g.pick(".get('a')", ".get('zz', 3)", ".keys() | list", ".items() | list", ".values() | list", ".copy()", ".pop('a')", ".update({'q': 1})", ".setdefault('b', 2)", "['a']", ".a", "['zz']", ".items", ".nope", " | dictsort", " | length", " | tojson", " | items | list", ".popitem()", " | list", ".get()")
}

func (g *generator) boolean() string {
	switch g.IntN(6) {
	case 0, 1:
		return g.expr() + g.pick(" == ", " != ", " < ", " > ", " <= ", " >= ", " in ", " not in ") + g.expr()
	case 2:
		return g.expr() + g.pick(" is ", " is not ") + g.pick("defined", "undefined", "none", "string", "number", "integer", "float", "mapping", "sequence", "iterable", "odd", "even", "divisibleby 2", "divisibleby(3)", "sameas true", "sameas none", "lower", "upper", "boolean",
			"true", "false", "callable", "in l", "in 'abc'", "eq 1", "equalto 'x'", "gt 1", "lt(3)", "ge 2", "ne 1", "filter", "escaped", "== 1", "in(ls)")
	case 3:
		return g.number() + " < " + g.number() + g.pick(" < ", " >= ", " == ") + g.number()
	case 4:
		return "not " + g.boolean()
	}
	return g.pick("t", "no", "true", "e", "l", "el", "nn", "loop is defined", "i > 3")
}

// template is a sequence of statements and text.
func (g *generator) template() string {
	return g.many(1+g.IntN(4), "", g.statement)
}

func (g *generator) body() string { return g.many(g.IntN(3), "", g.statement) }

func (g *generator) open() string { return g.pick("{%", "{%", "{%-", "{%+") }

func (g *generator) shut() string { return g.pick("%}", "%}", "-%}", "+%}") }

func (g *generator) tag(inner string) string { return g.open() + " " + inner + " " + g.shut() }

func (g *generator) print(x string) string {
	return g.pick("{{", "{{", "{{- ") + " " + x + " " + g.pick("}}", "}}", " -}}")
}

func (g *generator) whitespace() string {
	return g.pick("", "text", "\n", " ", "  \n", "\n  ", "\t", "a\nb\n", "x ", "{# c #}", "{#- c -#}", "  {# c #}\n", "{% raw %}{{ r }}{% endraw %}\n", "\n\n", "{%- raw -%} {% x %} {%- endraw -%}")
}

func (g *generator) name() string { return g.pick("a", "b", "x", "i", "s") }

func (g *generator) statement() string {
	g.depth++
	defer func() { g.depth-- }()
	if g.depth > 5 {
		return g.print(g.name() + " | default('-')")
	}
	switch g.IntN(18) {
	case 0, 1, 2:
		return g.whitespace()
	case 3, 4, 5:
		return g.print(g.simple())
	case 6, 7:
		return g.tag("if "+g.boolean()) + g.body() + g.pick("", g.tag("elif "+g.boolean())+g.body()) + g.pick("", g.tag("else")+g.body()) + g.tag("endif")
	case 8, 9:
		return g.forLoop()
	case 10, 11:
		return g.tag("set " + g.pick(g.name(), g.name(), g.name()+", "+g.name()) + " = " + g.simple())
	case 12:
		return g.tag("set "+g.name()+g.pick("", " | upper", " | trim | length")) + g.body() + g.tag("endset")
	case 13:
		return g.tag("with "+g.name()+" = "+g.simple()+g.pick("", ", b = i")) + g.body() + g.tag("endwith")
	case 14:
		return g.macro()
	case 15:
		return g.tag("filter "+g.pick("upper", "trim", "indent(2)", "replace('a', 'b') | upper", "wordwrap(4)")) + g.body() + g.tag("endfilter")
	case 16:
		return "{% set ns = namespace(v=0) %}" + g.tag("for q in l") + "{% set ns.v = ns.v + q %}" + g.body() + g.tag("endfor") + "{{ ns.v }}"
	}
	return g.tag("do acc.append("+g.small()+")") + "{{ acc }}"
}

func (g *generator) simple() string {
	return g.pick("a", "b", "x", "i", "s", "l", "d.a", "loop.index", "a | default('-')", "x | default('-')", "b ~ 'z'", "[a, b]", "i + 1", "loop.last", "loop.length", "m1(1) | default('')", "nope | default(i)", g.expr())
}

func (g *generator) forLoop() string {
	head := "for " + g.pick("a", "b", "x", "a, b", "i") + " in " + g.pick("l", "ls", "ll", "d", "d.items()", "el", "range(3)", "'ab'", "users", "[1, 2, 2, 3]", g.list())
	head += g.pick("", "", " if a is defined", " if a", " if loop is defined")
	g.loops++
	body := g.body() + g.pick("", "{{ loop.index0 }}{{ loop.revindex }}", "{{ loop.first }}{{ loop.last }}", "{{ loop.cycle('o', 'e') }}", "{{ loop.changed(a) }}", "{{ loop.previtem | default('p') }}|{{ loop.nextitem | default('n') }}", "{% break %}", "{% if loop.index > 1 %}{% continue %}{% endif %}", "{{ loop.depth }}/{{ loop.length }}")
	g.loops--
	return g.tag(head) + body + g.pick("", g.tag("else")+g.body()) + g.tag("endfor")
}

func (g *generator) macro() string {
	params := g.pick("", "a", "a, b", "a, b=2", "a=i, b=a", "x=s")
	call := g.pick("m1()", "m1(1)", "m1(1, 2)", "m1(b=3, a=1)", "m1(1, 2, 3)", "m1(zz=1)", "m1(*l)", "m1(**{'a': 1})")
	body := g.body() + g.pick("", "{{ a | default('A') }}{{ b | default('B') }}", "{{ varargs }}{{ kwargs }}", "{{ caller() if caller is defined }}")
	out := g.tag("macro m1("+params+")") + body + g.tag("endmacro")
	switch g.IntN(3) {
	case 0:
		return out + g.tag("call "+call) + g.body() + g.tag("endcall")
	case 1:
		return out + g.print(call)
	}
	return out + g.print("m1(1) ~ m1(2)")
}
