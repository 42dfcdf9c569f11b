package template

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"pylint-deploy/executor/template/pytime"
	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pattern"
)

// vocabulary is all that templates can call, and the engine that nearly all templates run in. It depends on nothing
// but the program, so that there is one for a process and each text is parsed once.
type vocabulary struct {
	config jinja.Config
	env    *jinja.Environment
	err    error
}

var newVocabulary = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{config: jinja.Config{
		Options:  Syntax{}.options(),
		Filters:  unrolling(named(merged(jinjaWords(jinjaFilters, (*jinja.Environment).Filter), builtinFilters()), communityFilters())),
		Tests:    named(merged(jinjaWords(jinjaTests, (*jinja.Environment).Test), builtinTests()), communityTests()),
		Globals:  globals(),
		Finalize: finalize,
		Misnamed: misnamed,
	}}
	parts := v.config
	parts.Finalize = finalizePart
	v.env, v.err = jinja.New(parts)
	return v
})

var pluginName = pattern.New(`^[\w.]+$`)

// misnamed fails for what cannot be the name of a filter or test at all, in Ansible's words.
func misnamed(name string) jinja.Filter {
	if pluginName.MatchString(name) {
		return nil
	}
	return func(*jinja.Call) (value.Value, error) {
		return nil, value.Errorf(value.SyntaxError, "TemplateSyntaxError: Could not load \"%s\": 'invalid plugin name: ansible.builtin.%s'", name, name)
	}
}

func merged(tables ...map[string]jinja.Filter) map[string]jinja.Filter {
	out := map[string]jinja.Filter{}
	for _, t := range tables {
		maps.Copy(out, t)
	}
	return out
}

func builtinFilters() map[string]jinja.Filter {
	return merged(encodeFilters, collectionFilters, mathFilters, pathFilters, textFilters, timeFilters, dataFilters, regexFilters, vaultFilters)
}

func builtinTests() map[string]jinja.Filter {
	return merged(resultTests, fileTests, uriTests, regexTests, setTests)
}

// unrolling makes each filter give a list where it would give a generator, as ansible does: "x | map('int')" needs no "| list".
func unrolling(filters map[string]jinja.Filter) map[string]jinja.Filter {
	out := make(map[string]jinja.Filter, len(filters))
	for name, f := range filters {
		out[name] = func(c *jinja.Call) (value.Value, error) {
			v, err := f(c)
			if err != nil {
				return nil, err
			}
			return unroll(v)
		}
	}
	return out
}

// jinjaFilters and jinjaTests are Jinja's own words, which may be written ansible.builtin.default too.
const (
	jinjaFilters = "abs attr batch capitalize center count d default dictsort e escape filesizeformat first float forceescape format groupby " +
		"indent int items join last length list lower map max min pprint reject rejectattr replace reverse round safe select selectattr slice " +
		"sort string striptags sum title tojson trim truncate upper urlencode urlize wordcount wordwrap xmlattr"
	jinjaTests = "boolean callable defined divisibleby eq equalto escaped even false float ge greaterthan gt in integer iterable le lessthan " +
		"lower lt mapping ne none number odd sameas sequence string true undefined upper"
)

// jinjaWords finds words of a plain engine.
func jinjaWords(names string, find func(*jinja.Environment, string) jinja.Filter) map[string]jinja.Filter {
	out := map[string]jinja.Filter{}
	plain, err := jinja.New(jinja.Config{})
	if err != nil {
		return out // the engine of the vocabulary fails likewise, and says so
	}
	for _, name := range strings.Fields(names) {
		if f := find(plain, name); f != nil {
			out[name] = f
		}
	}
	return out
}

// named gives builtin words their full names too. Community words are in their table under full names; those that
// ansible routes to a collection when they are written short are in it under the short name as well.
func named(builtin, community map[string]jinja.Filter) map[string]jinja.Filter {
	out := maps.Clone(community)
	for name, f := range builtin {
		for _, prefix := range []string{"", "ansible.builtin.", "ansible.legacy."} {
			out[prefix+name] = f
		}
	}
	return out
}

// underNames puts words under each of the collections' names, and under the short name where short is set.
func underNames(words map[string]jinja.Filter, short bool, collections ...string) map[string]jinja.Filter {
	out := map[string]jinja.Filter{}
	for name, f := range words {
		if short {
			out[name] = f
		}
		for _, c := range collections {
			out[c+"."+name] = f
		}
	}
	return out
}

// FilterNames and TestNames list the words under their short or full names, for docs and for the linter.
func FilterNames() []string { return keys(newVocabulary().config.Filters) }

// Functions lists the functions of templates, Jinja's own too.
func Functions() []string {
	out := slices.Collect(maps.Keys(newVocabulary().config.Globals))
	for name := range jinja.Functions() {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// TestNames lists the tests; see FilterNames.
func TestNames() []string { return keys(newVocabulary().config.Tests) }

func keys(m map[string]jinja.Filter) []string {
	var out []string
	for k := range m {
		if !strings.HasPrefix(k, "ansible.legacy.") {
			out = append(out, k)
		}
	}
	return out
}

// globals are the functions that templates call by name.
func globals() map[string]value.Value {
	function := func(name string, f jinja.Filter) value.Value { return &jinja.Function{Name: name, Fn: f} }
	query := func(c *jinja.Call) (value.Value, error) { return lookupGlobal(c, true) }
	return map[string]value.Value{
		"lookup": function("lookup", func(c *jinja.Call) (value.Value, error) { return lookupGlobal(c, false) }),
		"query":  function("query", query),
		"q":      function("q", query),
		"now":    function("now", def("now", "utc= fmt=", now)),
		"undef":  function("undef", def("undef", "hint=", undef)),
	}
}

func now(a *arguments) (value.Value, error) {
	utc, err := a.Flag(0, false)
	if err != nil {
		return nil, err
	}
	t := pytime.Now(clockOf(a), utc)
	if !a.has(1) {
		return t, nil
	}
	layout, err := a.text(1)
	if err != nil || layout == "" {
		return t, err
	}
	return value.Str(t.Strftime(layout)), nil
}

// clockOf is the run's clock.
func clockOf(a *arguments) time.Time {
	if s := sessionOf(a.Call); s != nil {
		return s.now()
	}
	return time.Now()
}

func undef(a *arguments) (value.Value, error) {
	hint := "Mandatory variable has not been overridden"
	if a.has(0) {
		var err error
		if hint, err = a.text(0); err != nil {
			return nil, err
		}
	}
	return value.UndefinedHint(hint), nil
}
