package action

import (
	"fmt"
	"strings"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
)

// Written is an argument as it stands in a playbook. Value is nil where a template decides in the run.
type Written struct {
	Name  string
	Value value.Value
}

// Fault is what is wrong with written arguments: with the one of that index, or with all where it is negative.
type Fault struct {
	Arg int
	Msg string
}

// anyNames are actions that take arguments of any name.
var anyNames = map[string]bool{"ansible.builtin.set_fact": true, "ansible.builtin.add_host": true, "ansible.builtin.set_stats": true,
	"ansible.builtin.include_vars": true, "ansible.builtin.validate_argument_spec": true, "ansible.builtin.meta": true,
	"ansible.builtin.gather_facts": true} // which hands all of them to setup

// CheckWritten is Check for what can be known before a run: it finds what will certainly fail. complete tells that nothing
// else gives the task arguments.
func CheckWritten(m *catalog.Module, args []Written, complete bool) (faults []Fault) {
	if m == nil || anyNames[m.FQCN] || strings.Contains(m.FQCN, "builtin.in") || strings.Contains(m.FQCN, "builtin.import_") {
		return nil // includes and imports are the parser's
	}
	s := specOf(m)
	constant, there, out := map[string]value.Value{}, map[string]value.Value{}, map[string]any{}
	for i, arg := range args {
		a := s.find(arg.Name)
		switch {
		case a == nil:
			faults = append(faults, Fault{i, fmt.Sprintf("Unsupported parameters for (%s) module: %s.%s", s.name, arg.Name, s.suggest([]string{arg.Name}))})
		case arg.Value == nil:
			there[a.Name], out[a.Name] = value.Str(""), later{}
		case isNone(arg.Value):
			there[a.Name] = arg.Value
		default:
			constant[a.Name], there[a.Name] = arg.Value, arg.Value
			typed, errs := s.typed(a, arg.Value, "")
			for _, err := range errs {
				faults = append(faults, Fault{i, err})
			}
			out[a.Name] = typed
			if len(errs) > 0 {
				out[a.Name] = later{}
			} else if msg := s.refused(a, typed, ""); msg != "" {
				faults = append(faults, Fault{i, msg})
			}
		}
	}
	errs := s.exclusives(constant, "")
	if complete {
		errs = append(errs, s.missing(there, "")...)
		errs = append(errs, s.certain().conditional(s.withDefaults(out), "")...)
	}
	for _, err := range errs {
		faults = append(faults, Fault{-1, err})
	}
	return faults
}

// later stands for a value that is known in the run; it may turn out to be omitted.
type later struct{}

// certain are the conditions that what is omitted in the run cannot change.
func (s *arguments) certain() *arguments {
	return &arguments{name: s.name, args: s.args, oneOf: s.oneOf, requiredIf: s.requiredIf}
}

func (s *arguments) withDefaults(out map[string]any) map[string]any {
	for i := range s.args {
		a := &s.args[i]
		if d, ok := defaultOf(a); ok {
			if _, given := out[a.Name]; !given {
				out[a.Name] = d
			}
		}
	}
	return out
}
