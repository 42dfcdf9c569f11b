package action

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/spelling"
)

// Check validates rendered arguments against a module's specification, applies defaults and converts to Go data: int64,
// float64, bool, string, []any, map[string]any. Messages are those of ansible.module_utils.common.arg_spec, with a
// suggestion where an unknown argument looks like a known one.
func Check(m *catalog.Module, args *value.Dict) (map[string]any, error) {
	if m == nil {
		return plainArgs(args)
	}
	out, errs := specOf(m).check(args, "")
	if len(errs) > 0 {
		return nil, &Failed{Msg: errs[0]} // as Ansible's modules, which tell the first alone
	}
	return out, nil
}

func specOf(m *catalog.Module) *arguments {
	return &arguments{name: m.FQCN, args: m.AllArgs(), exclusive: m.MutuallyExclusive, together: m.RequiredTogether,
		oneOf: m.RequiredOneOf, requiredIf: m.RequiredIf, requiredBy: m.RequiredBy}
}

func plainArgs(args *value.Dict) (map[string]any, error) {
	out := map[string]any{}
	for k, v := range args.All() {
		name, _ := value.ToStr(k)
		g, err := value.ToGo(v)
		if err != nil {
			return nil, err
		}
		out[name] = g
	}
	return out, nil
}

// arguments is a specification: a module's, a sub-option's, or a role's.
type arguments struct {
	name       string
	args       []catalog.Arg
	exclusive  [][]string
	together   [][]string
	oneOf      [][]string
	requiredIf []catalog.RequiredIf
	requiredBy []catalog.RequiredBy
	classic    bool // an int may not be written as a float, the rule up to ansible-core 2.16
}

// check returns the typed arguments, or all that is wrong, in the order of ArgumentSpecValidator. path is the option that the arguments belong to, "" at the top.
func (s *arguments) check(args *value.Dict, path string) (map[string]any, []string) {
	given, unknown := s.canonical(args, path)
	errs := append(s.exclusives(given, path), s.missing(given, path)...)
	out := map[string]any{}
	for i := range s.args {
		a := &s.args[i]
		v, ok := given[a.Name]
		if !ok || isNone(v) {
			if d, ok := defaultOf(a); ok {
				out[a.Name] = d
			}
			continue
		}
		typed, err := s.typed(a, v, path)
		if err != nil {
			errs = append(errs, err...)
			out[a.Name] = v // there, for what follows
			continue
		}
		if msg := s.refused(a, typed, path); msg != "" {
			errs = append(errs, msg)
			continue
		}
		out[a.Name] = typed
	}
	errs = append(append(errs, s.conditional(out, path)...), unknown...)
	if len(errs) > 0 {
		return nil, errs
	}
	return out, nil
}

// refused says that an argument of Ansible's module, or this value of it, is none of ours; "" that it is.
func (s *arguments) refused(a *catalog.Arg, typed any, path string) string {
	if d, _ := defaultOf(a); a.Unsupported && !reflect.DeepEqual(d, typed) {
		return fmt.Sprintf("%s of %s is not supported here: Ansible's module has it, ours does not", path+a.Name, s.name)
	}
	for _, item := range asList(typed) {
		if slices.Contains(a.Refused, text(item)) {
			return fmt.Sprintf("%s %s of %s is not supported here: Ansible's module takes it, ours does not", path+a.Name, text(item), s.name)
		}
	}
	return ""
}

func isNone(v value.Value) bool { _, ok := v.(value.NoneType); return ok }

// canonical resolves aliases and refuses what is not known.
func (s *arguments) canonical(args *value.Dict, path string) (map[string]value.Value, []string) {
	given := map[string]value.Value{}
	var unknown []string
	for k, v := range args.All() {
		name, _ := value.ToStr(k)
		a := s.find(name)
		if a == nil {
			unknown = append(unknown, name)
			continue
		}
		if _, ok := given[a.Name]; ok && name != a.Name {
			continue // the argument's own name counts more than an alias
		}
		given[a.Name] = v
	}
	if len(unknown) == 0 {
		return given, nil
	}
	slices.Sort(unknown)
	for i, name := range unknown {
		unknown[i] = path + name
	}
	names := fmt.Sprintf("%s. Supported parameters include: %s", strings.Join(unknown, ", "), s.supported())
	if s.name == roleSpec {
		return given, []string{names}
	}
	return given, []string{fmt.Sprintf("Unsupported parameters for (%s) module: %s%s", s.name, names, s.suggest(unknown))}
}

func (s *arguments) find(name string) *catalog.Arg {
	for i := range s.args {
		if s.args[i].Name == name {
			return &s.args[i]
		}
	}
	for i := range s.args {
		if slices.Contains(s.args[i].Aliases, name) {
			return &s.args[i]
		}
	}
	return nil
}

// supported lists the arguments as Ansible does: sorted, aliases in brackets.
func (s *arguments) supported() string {
	var names []string
	for i := range s.args {
		a := &s.args[i]
		if strings.HasPrefix(a.Name, "_") {
			continue
		}
		name := a.Name
		if len(a.Aliases) > 0 {
			aliases := slices.Sorted(slices.Values(a.Aliases))
			name += " (" + strings.Join(aliases, ", ") + ")"
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ") + "."
}

func (s *arguments) suggest(unknown []string) string {
	var hints []string
	for _, name := range unknown {
		name = name[strings.LastIndexByte(name, '.')+1:]
		var known []string
		for i := range s.args {
			if !strings.HasPrefix(s.args[i].Name, "_") { // not for authors of playbooks
				known = append(append(known, s.args[i].Name), s.args[i].Aliases...)
			}
		}
		if near := spelling.Nearest(name, known); near != "" {
			hints = append(hints, fmt.Sprintf(" Did you mean '%s' instead of '%s'?", near, name))
		}
	}
	return strings.Join(hints, "")
}

// exclusives checks what must not be given together.
func (s *arguments) exclusives(given map[string]value.Value, path string) (errs []string) {
	has := func(name string) bool { v, ok := given[name]; return ok && !isNone(v) }
	count := func(names []string) (n int) {
		for _, name := range names {
			if has(name) {
				n++
			}
		}
		return n
	}
	for _, names := range s.exclusive {
		if count(names) > 1 {
			errs = append(errs, "parameters are mutually exclusive: "+strings.Join(names, "|")+found(path))
		}
	}
	return errs
}

// missing checks what must be given.
func (s *arguments) missing(given map[string]value.Value, path string) (errs []string) {
	var missing []string
	for i := range s.args {
		if a := &s.args[i]; a.Required {
			if _, ok := given[a.Name]; !ok {
				missing = append(missing, a.Name)
			}
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		errs = append(errs, "missing required arguments: "+strings.Join(missing, ", ")+found(path))
	}
	return errs
}

func found(path string) string {
	if path == "" {
		return ""
	}
	return " found in " + within(path)
}

// within names the option that arguments belong to.
func within(path string) string {
	return strings.TrimSuffix(strings.ReplaceAll(path, ".", " -> "), " -> ")
}

// conditional checks what other arguments demand; defaults count.
func (s *arguments) conditional(out map[string]any, path string) (errs []string) {
	has := func(name string) bool { v, ok := out[name]; return ok && v != nil }
	missing := func(names []string) (list []string) {
		for _, name := range names {
			if !has(name) {
				list = append(list, name)
			}
		}
		return list
	}
	in := found(path)
	for _, names := range s.together {
		if n := len(missing(names)); n > 0 && n < len(names) {
			errs = append(errs, "parameters are required together: "+strings.Join(names, ", ")+in)
		}
	}
	for _, names := range s.oneOf {
		if len(missing(names)) == len(names) {
			errs = append(errs, "one of the following is required: "+strings.Join(names, ", ")+in)
		}
	}
	for _, r := range s.requiredIf {
		if v, ok := out[r.Arg]; !ok || text(v) != r.Value {
			continue
		}
		lacks := missing(r.Needs)
		if r.AnyOf && len(lacks) == len(r.Needs) {
			errs = append(errs, fmt.Sprintf("%s is %s but any of the following are missing: %s", r.Arg, r.Value, strings.Join(lacks, ", "))+in)
		} else if !r.AnyOf && len(lacks) > 0 {
			errs = append(errs, fmt.Sprintf("%s is %s but all of the following are missing: %s", r.Arg, r.Value, strings.Join(lacks, ", "))+in)
		}
	}
	for _, r := range s.requiredBy {
		if lacks := missing(r.Needs); has(r.Arg) && len(lacks) > 0 {
			errs = append(errs, fmt.Sprintf("missing parameter(s) required by '%s': %s", r.Arg, strings.Join(lacks, ", "))+in)
		}
	}
	return errs
}

// text spells a typed value as a specification does.
func text(v any) string {
	switch v := v.(type) {
	case bool:
		return map[bool]string{true: "true", false: "false"}[v]
	case string:
		return v
	}
	return fmt.Sprint(v)
}
