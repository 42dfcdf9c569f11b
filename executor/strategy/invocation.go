package strategy

import (
	"strings"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
)

// hiddenArgument stands for what a secret argument was.
const hiddenArgument = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

// invocation is what -vvv shows of a module's call: all its arguments as they were given or are by default, secrets hidden.
func invocation(p *prepared) *value.Dict {
	args := value.NewDict()
	given := p.step.Request.Args
	if m, ok := catalog.Lookup(p.step.Request.Module); ok {
		for _, a := range m.AllArgs() {
			v, ok := given[a.Name]
			switch {
			case a.Unsupported && !ok:
			case a.NoLog && ok && v != nil && v != "":
				set(args, a.Name, hiddenArgument)
			default:
				set(args, a.Name, withoutSecrets(a.Options, v))
			}
		}
	}
	for name, v := range given {
		if !has(args, name) && !strings.HasPrefix(name, "_original") {
			set(args, name, v)
		}
	}
	if has(args, "_raw_params") {
		set(args, "_uses_shell", p.call.FQCN == "ansible.builtin.shell")
	}
	return result("module_args", args)
}

// withoutSecrets hides the secret ones among the options of an argument.
func withoutSecrets(options []catalog.Arg, v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = withoutSecrets(options, item)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, item := range v {
			out[name] = item
			for _, a := range options {
				if a.Name != name {
					continue
				}
				if out[name] = withoutSecrets(a.Options, item); a.NoLog && item != nil {
					out[name] = hiddenArgument
				}
			}
		}
		return out
	}
	return v
}
