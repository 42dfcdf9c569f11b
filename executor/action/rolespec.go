package action

import (
	"fmt"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
)

var specTypes = map[string]catalog.Type{"str": catalog.Str, "bool": catalog.Bool, "int": catalog.Int, "float": catalog.Float, "path": catalog.Path,
	"list": catalog.List, "dict": catalog.Dict, "raw": catalog.Raw, "json": catalog.JSON, "jsonarg": catalog.JSON, "bits": catalog.Bits, "bytes": catalog.Bytes}

// roleSpec is the name of specifications that roles have.
const roleSpec = "validate_argument_spec"

// roleArguments reads the options of a role's meta/argument_specs.
func roleArguments(options *value.Dict) (*arguments, error) {
	out := &arguments{name: roleSpec}
	for k, v := range options.All() {
		name, err := value.ToStr(k)
		if err != nil {
			return nil, err
		}
		spec, ok := v.(*value.Dict)
		if !ok {
			return nil, fmt.Errorf("the specification of the argument '%s' is not a dictionary", name)
		}
		arg, err := roleArgument(name, spec)
		if err != nil {
			return nil, err
		}
		out.args = append(out.args, arg)
	}
	return out, nil
}

func roleArgument(name string, spec *value.Dict) (catalog.Arg, error) {
	arg := catalog.Arg{Name: name, Elem: catalog.Raw}
	for key, to := range map[string]*catalog.Type{"type": &arg.Type, "elements": &arg.Elem} {
		v, ok := spec.GetStr(key)
		if !ok {
			continue
		}
		text, _ := value.ToStr(v)
		typ, known := specTypes[text]
		if !known {
			return arg, fmt.Errorf("the argument '%s' has the unknown type '%s'", name, text)
		}
		*to = typ
	}
	if v, ok := spec.GetStr("required"); ok {
		arg.Required, _ = toBool(v)
	}
	if v, ok := spec.GetStr("no_log"); ok {
		arg.NoLog, _ = toBool(v)
	}
	arg.Choices = texts(spec, "choices")
	arg.Aliases = texts(spec, "aliases")
	if v, ok := spec.GetStr("options"); ok {
		if d, ok := v.(*value.Dict); ok {
			sub, err := roleArguments(d)
			if err != nil {
				return arg, err
			}
			arg.Options = sub.args
		}
	}
	return arg, nil
}

func texts(spec *value.Dict, key string) []string {
	v, ok := spec.GetStr(key)
	if !ok {
		return nil
	}
	items, err := value.ToSlice(v)
	if err != nil {
		return nil
	}
	var out []string
	for _, item := range items {
		g, err := value.ToGo(item)
		if err == nil {
			out = append(out, text(g))
		}
	}
	return out
}
