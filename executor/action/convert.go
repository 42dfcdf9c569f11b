package action

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/spelling"
)

var (
	yes = []string{"y", "yes", "on", "1", "true", "t", "1.0"}
	no  = []string{"n", "no", "off", "0", "false", "f", "0.0"}
)

// toBool is Ansible's boolean().
func toBool(v value.Value) (bool, error) {
	switch v := v.(type) {
	case value.Bool:
		return bool(v), nil
	case value.Int:
		if v == 0 || v == 1 {
			return v == 1, nil
		}
	case value.Float:
		if v == 0 || v == 1 {
			return v == 1, nil
		}
	case value.Str:
		s := strings.ToLower(strings.TrimSpace(string(v)))
		if slices.Contains(yes, s) {
			return true, nil
		}
		if slices.Contains(no, s) {
			return false, nil
		}
	}
	s, _ := value.ToStr(v)
	return false, fmt.Errorf("The value '%s' is not a valid boolean.  Valid booleans include: %s", s, "0, 'on', 'f', 'false', 1, 'no', 'n', '1', '0', 't', 'y', 'off', 'yes', 'true'")
}

// NotBool is what Ansible's boolean() says of a value that it refuses, nil for others.
func NotBool(v value.Value) error {
	_, err := toBool(v)
	return err
}

// converters turn a rendered value into Go data of a type.
var converters = map[catalog.Type]func(value.Value) (any, error){
	catalog.Str:   toText,
	catalog.Path:  toText,
	catalog.Bool:  func(v value.Value) (any, error) { b, err := toBool(v); return b, err },
	catalog.Int:   toInt,
	catalog.Float: toFloat,
	catalog.List:  toList,
	catalog.Dict:  toDict,
	catalog.Raw:   value.ToGo,
	catalog.JSON:  toJSON,
	catalog.Bits:  func(v value.Value) (any, error) { return toSize(v, 'b') },
	catalog.Bytes: func(v value.Value) (any, error) { return toSize(v, 'B') },
}

var typeNames = map[catalog.Type]string{catalog.Str: "str", catalog.Path: "path", catalog.Bool: "bool", catalog.Int: "int", catalog.Float: "float",
	catalog.List: "list", catalog.Dict: "dict", catalog.Raw: "raw", catalog.JSON: "jsonarg", catalog.Bits: "bits", catalog.Bytes: "bytes"}

// typed converts one argument and checks its choices and sub-options.
func (s *arguments) typed(a *catalog.Arg, v value.Value, path string) (any, []string) {
	out, err := converters[a.Type](v)
	if _, float := v.(value.Float); float && a.Type == catalog.Int && s.classic {
		err = fmt.Errorf("%s cannot be converted to an int", pyType(v))
	}
	if err != nil {
		in := ""
		if path != "" {
			in = " found in '" + within(path) + "'."
		}
		errs := []string{fmt.Sprintf("argument '%s' is of type %s%s and we were unable to convert to %s: %v", a.Name, pyType(v), in, typeNames[a.Type], err)}
		if len(a.Options) > 0 {
			errs = append(errs, fmt.Sprintf("value of '%s' must be of type dict or list of dicts", a.Name), err.Error())
		}
		return nil, errs
	}
	if a.Type == catalog.List && len(a.Options) == 0 {
		if out, err = elements(a, v, out.([]any)); err != nil {
			return nil, []string{err.Error() + found(path)}
		}
	}
	if msg, got := choice(a, out); msg != "" {
		if near := spelling.Nearest(got, a.Choices); near != "" && s.name != roleSpec {
			msg += fmt.Sprintf(" (did you mean '%s'?)", near)
		}
		return nil, []string{msg + found(path)}
	}
	if len(a.Options) > 0 {
		return s.options(a, v, out, path)
	}
	if d, ok := v.(*value.Dict); ok && a.Ordered {
		return entries(d)
	}
	return out, nil
}

// entries are a dict's entries in their order, each a dict of its own.
func entries(d *value.Dict) (any, []string) {
	list := []any{}
	for k, item := range d.All() {
		name, err := value.ToStr(k)
		if err != nil {
			return nil, []string{err.Error()}
		}
		v, err := value.ToGo(item)
		if err != nil {
			return nil, []string{err.Error()}
		}
		list = append(list, map[string]any{name: v})
	}
	return list, nil
}

// elements converts the items of a list.
func elements(a *catalog.Arg, v value.Value, items []any) (any, error) {
	if a.Elem == catalog.Raw {
		return items, nil
	}
	out := make([]any, len(items))
	for i, item := range items {
		typed, err := converters[a.Elem](FromGo(item))
		if err != nil {
			return nil, fmt.Errorf("Elements value for option '%s' is of type %s and we were unable to convert to %s: %v", a.Name, pyType(FromGo(item)), typeNames[a.Elem], err)
		}
		out[i] = typed
	}
	return out, nil
}

// choice checks the choices, and gives the value that is none of them; booleans written for yes/no choices are taken as such, as
// Ansible does.
func choice(a *catalog.Arg, v any) (msg, got string) {
	if len(a.Choices) == 0 {
		return "", ""
	}
	for _, item := range asList(v) {
		if !slices.Contains(a.Choices, text(item)) {
			kind := "value of %s must be one of: %s, got: %s"
			if a.Type == catalog.List {
				kind = "value of %s must be one or more of: %s. Got no match for: %s"
			}
			return fmt.Sprintf(kind, a.Name, strings.Join(a.Choices, ", "), text(item)), text(item)
		}
	}
	return "", ""
}

func asList(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

// options checks the sub-options of a dict, or of each dict of a list.
func (s *arguments) options(a *catalog.Arg, v value.Value, out any, path string) (any, []string) {
	sub := &arguments{name: s.name, args: a.Options, classic: s.classic}
	path += a.Name + "."
	if a.Type != catalog.List {
		d, ok := FromGo(out).(*value.Dict)
		if !ok {
			return out, nil
		}
		return sub.check(d, path)
	}
	var list []any
	for _, item := range out.([]any) {
		d, ok := FromGo(item).(*value.Dict)
		if !ok {
			return nil, []string{fmt.Sprintf("value of '%s' must be of type dict or list of dicts", a.Name)}
		}
		typed, errs := sub.check(d, path)
		if len(errs) > 0 {
			return nil, errs
		}
		list = append(list, typed)
	}
	return list, nil
}

func pyType(v value.Value) string {
	return "<class '" + v.TypeName() + "'>"
}

func toText(v value.Value) (any, error) { return value.ToStr(v) }

func toInt(v value.Value) (any, error) {
	switch v := v.(type) {
	case value.Int:
		return int64(v), nil
	case value.Bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case value.Float:
		if f := float64(v); f == math.Trunc(f) {
			return int64(f), nil
		}
	case value.Str:
		if n, err := strconv.ParseInt(strings.TrimSpace(strings.ReplaceAll(string(v), "_", "")), 10, 64); err == nil {
			return n, nil
		}
	}
	return nil, fmt.Errorf("%s cannot be converted to an int", pyType(v))
}

func toFloat(v value.Value) (any, error) {
	switch v := v.(type) {
	case value.Int:
		return float64(v), nil
	case value.Float:
		return float64(v), nil
	case value.Str:
		if f, err := strconv.ParseFloat(strings.TrimSpace(string(v)), 64); err == nil {
			return f, nil
		}
	}
	return nil, fmt.Errorf("%s cannot be converted to a float", pyType(v))
}

func toList(v value.Value) (any, error) {
	switch v := v.(type) {
	case value.Str:
		var out []any
		for _, part := range strings.Split(string(v), ",") {
			out = append(out, strings.TrimSpace(part))
		}
		return out, nil
	case value.Int, value.Float, value.Bool:
		s, err := value.ToStr(v)
		return []any{s}, err
	case *value.Dict:
		return nil, fmt.Errorf("%s cannot be converted to a list", pyType(v))
	}
	items, err := value.ToSlice(v)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be converted to a list", pyType(v))
	}
	out := make([]any, len(items))
	for i, item := range items {
		if out[i], err = value.ToGo(item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func toDict(v value.Value) (any, error) {
	switch v := v.(type) {
	case *value.Dict:
		return value.ToGo(v)
	case value.Str:
		s := strings.TrimSpace(string(v))
		if strings.HasPrefix(s, "{") {
			var out map[string]any
			if err := yaml.Unmarshal([]byte(s), &out); err != nil {
				return nil, fmt.Errorf("unable to evaluate string as dictionary")
			}
			return normal(out), nil
		}
		if strings.Contains(s, "=") {
			out := map[string]any{}
			for _, field := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
				k, val, _ := strings.Cut(field, "=")
				out[strings.TrimSpace(k)] = strings.TrimSpace(val)
			}
			return out, nil
		}
		return nil, fmt.Errorf("dictionary requested, could not parse JSON or key=value")
	}
	return nil, fmt.Errorf("%s cannot be converted to a dict", pyType(v))
}

func toJSON(v value.Value) (any, error) {
	switch v := v.(type) {
	case value.Str:
		return strings.TrimSpace(string(v)), nil
	case *value.Dict, *value.List, value.Tuple:
		return pyjson.Dumps(v, pyjson.Default())
	}
	return nil, fmt.Errorf("%s cannot be converted to a json string", pyType(v))
}

// toSize reads "10 MB" as Ansible's human_to_bytes.
func toSize(v value.Value, unit byte) (any, error) {
	s, err := value.ToStr(v)
	if err != nil {
		return nil, err
	}
	s = strings.TrimSpace(s)
	end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	number, suffix := s, ""
	if end >= 0 {
		number, suffix = s[:end], strings.TrimSpace(s[end:])
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be converted to a %s value", pyType(v), map[byte]string{'b': "Bit", 'B': "Byte"}[unit])
	}
	if suffix == "" {
		return int64(f), nil
	}
	power := strings.IndexByte("KMGTPEZY", strings.ToUpper(suffix)[0])
	if power < 0 && (strings.EqualFold(suffix, "b") || strings.EqualFold(suffix, "bits")) {
		return int64(f), nil
	}
	if power < 0 || len(suffix) > 1 && suffix[1] != unit {
		return nil, fmt.Errorf("%s cannot be converted to a %s value", pyType(v), map[byte]string{'b': "Bit", 'B': "Byte"}[unit])
	}
	return int64(f * math.Pow(1024, float64(power+1))), nil
}

var defaults sync.Map // *catalog.Arg's Default text and type -> any

type defaultKey struct {
	text string
	typ  catalog.Type
}

// defaultOf is the documented default of an argument.
func defaultOf(a *catalog.Arg) (any, bool) {
	if a.EmptyDefault {
		return "", true
	}
	if a.Default == "" {
		return nil, false
	}
	key := defaultKey{a.Default, a.Type}
	if d, ok := defaults.Load(key); ok {
		return d, true
	}
	d := parseDefault(a)
	defaults.Store(key, d)
	return d, true
}

func parseDefault(a *catalog.Arg) any {
	if a.Type == catalog.Str || a.Type == catalog.Path || a.Type == catalog.Raw {
		return a.Default
	}
	var v any
	if err := yaml.Unmarshal([]byte(a.Default), &v); err != nil {
		return a.Default
	}
	typed, err := converters[a.Type](FromGo(normal(v)))
	if err != nil {
		return normal(v)
	}
	return typed
}

// normal makes int64 of the ints that the YAML package gives, deeply.
func normal(v any) any {
	switch v := v.(type) {
	case int:
		return int64(v)
	case []any:
		for i := range v {
			v[i] = normal(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = normal(v[k])
		}
	}
	return v
}
