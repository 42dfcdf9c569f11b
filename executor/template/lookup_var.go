package template

import (
	"fmt"
	"strings"

	"pylint-deploy/parser/jinja/value"
)

// varsLookup reads variables by name, computed like any other.
func varsLookup(l *lookupCall) ([]value.Value, error) {
	def, err := l.option("default")
	if err != nil {
		return nil, err
	}
	if raw, given := l.options.GetStr("default"); given && def == nil {
		def = raw
	}
	var out []value.Value
	names, err := l.names()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		v, found, err := l.Lookup(name)
		if err == nil && found {
			if u, ok := v.(*value.Undefined); ok {
				err = u.Err()
			}
		}
		switch {
		case (!found || IsUndefined(err)) && def != nil:
			v = def
		case err != nil:
			return nil, err
		case !found:
			missing := value.NewUndefined(name)
			missing.Hint = "No variable found with this name: " + name
			return nil, missing.Err()
		}
		out = append(out, v)
	}
	return out, nil
}

// varnamesLookup lists the variables whose names match.
func varnamesLookup(l *lookupCall) ([]value.Value, error) {
	patterns, err := l.names()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, pattern := range patterns {
		re, err := compileRegex(pattern, false, false)
		if err != nil {
			return nil, fmt.Errorf("Unable to use %q as a search parameter: %w", pattern, err)
		}
		for _, name := range l.scope.Names() {
			m, err := re.Search(name)
			if err != nil {
				return nil, err
			}
			if m != nil {
				out = append(out, value.Str(name))
			}
		}
	}
	return out, nil
}

// inventoryLookup expands host patterns; without an inventory at hand it knows the groups of the variable groups.
func inventoryLookup(l *lookupCall) ([]value.Value, error) {
	patterns, err := l.texts()
	if err != nil {
		return nil, err
	}
	if l.cfg.Hosts == nil {
		return nil, fmt.Errorf("there is no inventory to match %s against", strings.Join(patterns, ","))
	}
	hosts, err := l.cfg.Hosts(strings.Join(patterns, ","))
	if err != nil {
		return nil, nil // as ansible: a pattern that cannot be matched gives no hosts
	}
	var out []value.Value
	for _, h := range hosts {
		out = append(out, value.Str(h))
	}
	return out, nil
}
