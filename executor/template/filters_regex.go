package template

import (
	"strings"
	"sync"

	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/pyre"
)

// regexFilters match with the regular expressions of Python's re.
var regexFilters = map[string]jinja.Filter{
	"regex_replace": def("regex_replace", "value= pattern= replacement= ignorecase= multiline=", regexReplace),
	"regex_search":  def("regex_search", "value regex * **", regexSearch),
	"regex_findall": def("regex_findall", "value regex multiline= ignorecase=", regexFindall),
	"regex_escape":  def("regex_escape", "string re_type=", regexEscape),
}

// regexTests are the tests over regular expressions.
var regexTests = map[string]jinja.Filter{
	"match":  def("match", "value pattern= ignorecase= multiline=", func(a *arguments) (value.Value, error) { return regexTest(a, "match") }),
	"search": def("search", "value pattern= ignorecase= multiline=", func(a *arguments) (value.Value, error) { return regexTest(a, "search") }),
	"regex": def("regex", "value= pattern= ignorecase= multiline= match_type=", func(a *arguments) (value.Value, error) {
		how, err := a.textOr(4, "search")
		if err != nil {
			return nil, err
		}
		return regexTest(a, how)
	}),
}

// compiled remembers regular expressions, since a loop or a map applies one to many items.
var compiled sync.Map // of regexKey

type regexKey struct {
	pattern string
	flags   pyre.Flags
}

func compileRegex(pattern string, ignoreCase, multiline bool) (*pyre.Regexp, error) {
	key := regexKey{pattern: pattern}
	if ignoreCase {
		key.flags |= pyre.IgnoreCase
	}
	if multiline {
		key.flags |= pyre.Multiline
	}
	if re, ok := compiled.Load(key); ok {
		return re.(*pyre.Regexp), nil
	}
	re, err := pyre.Compile(pattern, key.flags)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "%w", err)
	}
	compiled.Store(key, re)
	return re, nil
}

// regex compiles argument pattern with the flags of two others.
func (a *arguments) regex(pattern, ignoreCase, multiline int) (*pyre.Regexp, error) {
	text, err := a.textOr(pattern, "")
	if err != nil {
		return nil, err
	}
	fold, err := a.Flag(ignoreCase, false)
	if err != nil {
		return nil, err
	}
	lines, err := a.Flag(multiline, false)
	if err != nil {
		return nil, err
	}
	return compileRegex(text, fold, lines)
}

func regexReplace(a *arguments) (value.Value, error) {
	text, err := a.textOr(0, "")
	if err != nil {
		return nil, err
	}
	re, err := a.regex(1, 3, 4)
	if err != nil {
		return nil, err
	}
	replacement, err := a.textOr(2, "")
	if err != nil {
		return nil, err
	}
	out, err := re.Sub(replacement, text, 0)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "%w", err)
	}
	return value.Str(out), nil
}

func regexFindall(a *arguments) (value.Value, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}
	re, err := a.regex(1, 3, 2)
	if err != nil {
		return nil, err
	}
	rows, err := re.FindAll(text)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "%w", err)
	}
	out := make([]value.Value, len(rows))
	for i, row := range rows {
		if len(row) == 1 {
			out[i] = value.Str(row[0])
			continue
		}
		t := make(value.Tuple, len(row))
		for j, s := range row {
			t[j] = value.Str(s)
		}
		out[i] = t
	}
	return list(out), nil
}

// groupReference is one "\1" or "\g<name>" argument of regex_search.
type groupReference struct {
	number int
	name   string
}

func parseReference(v value.Value) (groupReference, error) {
	s, err := value.ToStr(v)
	if err != nil {
		return groupReference{}, err
	}
	if name, ok := strings.CutPrefix(s, `\g<`); ok {
		if name, _, ok = strings.Cut(name, ">"); ok {
			if n, err := parseDigits(name); err == nil {
				return groupReference{number: n}, nil
			}
			return groupReference{name: name}, nil
		}
	}
	if digits, ok := strings.CutPrefix(s, `\`); ok {
		end := 0
		for end < len(digits) && digits[end] >= '0' && digits[end] <= '9' {
			end++
		}
		if n, err := parseDigits(digits[:end]); err == nil {
			return groupReference{number: n}, nil
		}
	}
	return groupReference{}, value.Errorf(value.ValueError, "Unknown argument: regex_search takes groups as '\\1' or '\\g<name>', not %s", shown(v))
}

func regexSearch(a *arguments) (value.Value, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}
	var groups []groupReference
	for _, v := range a.Extra {
		ref, err := parseReference(v)
		if err != nil {
			return nil, err
		}
		groups = append(groups, ref)
	}
	flags := map[string]bool{}
	for _, kw := range a.ExtraKw {
		if flags[kw.Name], err = value.Truth(kw.Value); err != nil {
			return nil, err
		}
	}
	pattern, err := a.text(1)
	if err != nil {
		return nil, err
	}
	re, err := compileRegex(pattern, flags["ignorecase"], flags["multiline"])
	if err != nil {
		return nil, err
	}
	m, err := re.Search(text)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "%w", err)
	}
	if m == nil {
		return value.None, nil
	}
	if len(groups) == 0 {
		return value.Str(m.Text(0)), nil
	}
	return groupList(re, m, groups)
}

func groupList(re *pyre.Regexp, m *pyre.Match, groups []groupReference) (value.Value, error) {
	var out []value.Value
	for _, g := range groups {
		if g.name != "" {
			i, ok := re.GroupIndex(g.name)
			if !ok {
				return nil, value.Errorf(value.IndexError, "no such group")
			}
			g.number = i
		}
		if g.number > re.NumGroups() {
			return nil, value.Errorf(value.IndexError, "no such group")
		}
		s, took := m.Group(g.number)
		out = append(out, orNone(s, took))
	}
	return list(out), nil
}

func regexEscape(a *arguments) (value.Value, error) {
	s, err := a.text(0)
	if err != nil {
		return nil, err
	}
	kind, err := a.textOr(1, "python")
	if err != nil {
		return nil, err
	}
	switch kind {
	case "python":
		return value.Str(pyre.Escape(s)), nil
	case "posix_basic":
		var out strings.Builder
		for _, r := range s {
			if strings.ContainsRune(`].[^$*\`, r) {
				out.WriteByte('\\')
			}
			out.WriteRune(r)
		}
		return value.Str(out.String()), nil
	case "posix_extended":
		return nil, value.Errorf(value.ValueError, "Regex type (%s) not yet implemented", kind)
	}
	return nil, value.Errorf(value.ValueError, "Invalid regex type (%s)", kind)
}

func regexTest(a *arguments, how string) (value.Value, error) {
	text, err := a.textOr(0, "")
	if err != nil {
		return nil, err
	}
	re, err := a.regex(1, 2, 3)
	if err != nil {
		return nil, err
	}
	find := re.Search
	switch how {
	case "match":
		find = re.Match
	case "fullmatch":
		find = re.Fullmatch
	}
	m, err := find(text)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "%w", err)
	}
	return value.Bool(m != nil), nil
}
